"""The stock Whoosh index: a stream of surface forms for every field, one of stems for prose.

Opening a Whoosh index unpickles its schema, so an index directory is trusted input.
Document numbers are those of the record store, because one writer adds the documents
in order and commits one segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from whoosh import fields as whoosh_fields
from whoosh import index as whoosh_index
from whoosh.analysis import Analyzer, Token
from whoosh.formats import Existence, Positions

from index.analysis import fold_case, stem, terms
from index.documents import Document
from index.fields import BY_NAME, FIELDS, stem_stream

NAME = "whoosh"
FOLDER = "whoosh"
LINE_GAP = 100
"""Positions left free between two lines, so that no phrase crosses from one into the next."""
_MEMORY_MB = 512
_SEPARATOR = "\n"
"""Between the lines of a field: Whoosh analyses a string, and takes a list for terms."""


class LineAnalyzer(Analyzer):  # type: ignore[misc]
    """index.analysis over the lines of a field, as Whoosh wants it."""

    def __init__(self, stemming: bool) -> None:
        self.stemming = stemming

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        token = Token(positions=True)
        position = 0
        for line in value.split(_SEPARATOR):
            for term in terms(line):
                token.text = stem(term) if self.stemming else term
                token.pos = position
                yield token
                position += 1
            position += LINE_GAP


class KeywordAnalyzer(Analyzer):  # type: ignore[misc]
    """Each value whole, folded."""

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        token = Token(positions=True)
        for position, keyword in enumerate(value.split(_SEPARATOR)):
            token.text = fold_case(keyword)
            token.pos = position
            yield token


def schema() -> whoosh_fields.Schema:
    """One Whoosh field for each stream of the fields' table."""
    streams: dict[str, whoosh_fields.FieldType] = {}
    for field in FIELDS:
        if field.kind == "keyword":
            streams[field.name] = whoosh_fields.FieldType(Existence(), KeywordAnalyzer(), scorable=True)
        elif field.kind in ("prose", "name"):
            streams[field.name] = whoosh_fields.FieldType(Positions(), LineAnalyzer(False), scorable=True)
        if stemmed := stem_stream(field):
            streams[stemmed] = whoosh_fields.FieldType(Positions(), LineAnalyzer(True), scorable=True)
    return whoosh_fields.Schema(**streams)


def write(folder: Path, documents: Iterable[Document]) -> None:
    """Write the index of a new generation into ``folder / FOLDER``."""
    target = folder / FOLDER
    target.mkdir()
    writer = whoosh_index.create_in(target, schema()).writer(limitmb=_MEMORY_MB)
    for document in documents:
        writer.add_document(**_values(document))
    writer.commit(optimize=True)


def _values(document: Document) -> dict[str, str]:
    """The document's texts by stream; identifiers without their prefix."""
    collected: dict[str, list[str]] = {}
    mentioned: dict[str, None] = {}
    for line in document.lines:
        text = line.text.rpartition(":")[2] if line.field == "identifier" else line.text
        collected.setdefault(line.field, []).append(text)
        if line.field == "go" and line.key:
            collected.setdefault("go_id", []).append(line.key)
        mentioned.update(dict.fromkeys(gene for mention in line.mentions for gene in mention.genes))
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
