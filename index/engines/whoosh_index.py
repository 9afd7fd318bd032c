"""The stock Whoosh index: a stream of surface forms for every field, one of stems for prose.

Opening a Whoosh index unpickles its schema, so an index directory is trusted input.
Document numbers are those of the record store, because one writer adds the documents
in order and commits one segment.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from whoosh import fields as whoosh_fields
from whoosh import index as whoosh_index
from whoosh.analysis import IDAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.formats import Positions

from index.analysis import fold_keyword, stem, terms
from index.documenting import Run
from index.documents import NO_LINE, Document, decode
from index.fields import BY_NAME, FIELDS, stem_stream
from index.ontology import Arrays
from index.workers import Workers

FOLDER = "whoosh"
LINE_GAP = 100
"""Positions left free between two lines, so that no phrase crosses from one into the next."""
_MEMORY_MB = 512
_BLOCK = 512
"""Postings in a block; small blocks serve the shortcuts that the read side must not take."""
_SEPARATOR = "\n"
"""Between the lines of a field: Whoosh analyses a string, and takes a list for terms."""


class Stream(whoosh_fields.FieldType):  # type: ignore[misc]
    """index.analysis over the lines of a field, as Whoosh wants it.

    Whoosh's own way, an Analyzer that yields a Token a term, took a third longer to build.
    """

    def __init__(self, terms_of: Callable[[str], list[str]]) -> None:
        super().__init__(Positions(), IDAnalyzer(), scorable=True)
        self.terms_of = terms_of

    def index(self, value: str, **_: object) -> list[tuple[bytes, int, float, bytes]]:
        """(term, occurrences, weight, encoded positions) of each distinct term."""
        positions: dict[str, list[int]] = {}
        position = 0
        for line in value.split(_SEPARATOR):
            for term in self.terms_of(line):
                positions.setdefault(term, []).append(position)
                position += 1
            position += LINE_GAP
        encode = self.format.encode
        return [(term.encode(), len(at), float(len(at)), encode(at)) for term, at in positions.items()]


@lru_cache(maxsize=1 << 16)
def surface_terms(line: str) -> list[str]:
    return terms(line)


@lru_cache(maxsize=1 << 16)
def stem_terms(line: str) -> list[str]:
    return [stem(term) for term in terms(line)]


def whole_value(line: str) -> list[str]:
    return [fold_keyword(line)]


def schema() -> whoosh_fields.Schema:
    """One Whoosh field for each stream of the fields' table."""
    streams: dict[str, Stream] = {}
    for field in FIELDS:
        if field.kind == "keyword":
            streams[field.name] = Stream(whole_value)
        elif field.kind in ("prose", "name"):
            streams[field.name] = Stream(surface_terms)
        if stemmed := stem_stream(field):
            streams[stemmed] = Stream(stem_terms)
    return whoosh_fields.Schema(**streams)


class EngineWriter:
    """Writes the index of a new generation into ``folder / FOLDER``, in the order of the document numbers."""

    def __init__(self, folder: Path) -> None:
        self._target = folder / FOLDER
        self._target.mkdir()
        codec = W3Codec(compression=0, blocklimit=_BLOCK)
        index = whoosh_index.create_in(self._target, schema())
        self._writer = index.writer(limitmb=_MEMORY_MB, codec=codec)

    def __enter__(self) -> EngineWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._writer.commit(optimize=True)
        else:
            self._writer.cancel()
        for lock in self._target.glob("*_WRITELOCK"):
            lock.unlink()

    columnar = False

    def add_run(self, run: Run) -> None:
        for *_, data in run.rows.genes:
            self.add(decode(data))

    def finish(self, arrays: Callable[[], Arrays], workers: Workers | None = None) -> None:
        """What follows from the ontology is not in this index."""

    def add(self, document: Document) -> None:
        self._writer.add_document(**_values(document))


def _values(document: Document) -> dict[str, str]:
    """The document's texts by stream; an identifier bare and with its namespace, ``hgnc:7400``."""
    collected: dict[str, list[str]] = {}
    mentioned: dict[str, None] = {}
    for line in document.lines:
        if line.field != "identifier":
            collected.setdefault(line.field, []).append(line.text)
        if line.field == "go" and line.key:
            collected.setdefault("go_id", []).append(line.key)
        mentioned.update(dict.fromkeys(gene for mention in line.mentions for gene in mention.candidates))
    for namespace, value in document.identifiers:
        if namespace not in NO_LINE:
            collected.setdefault("identifier", []).extend((value, f"{namespace}:{value}"))
    if mentioned:
        collected["mentions"] = list(mentioned)
    for numbered in document.references:
        if numbered.reference.pmid:
            collected.setdefault("pmid", []).append(numbered.reference.pmid)
        if numbered.reference.doi:
            collected.setdefault("doi", []).append(numbered.reference.doi)
    values = {}
    for name, texts in collected.items():
        field = BY_NAME[name]
        if field.kind != "shown":
            values[name] = _SEPARATOR.join(text.replace(_SEPARATOR, " ") for text in texts)
            if stemmed := stem_stream(field):
                values[stemmed] = values[name]
    return values
