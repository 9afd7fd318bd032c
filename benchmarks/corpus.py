"""The documents that the benchmarks measure on: a flattened corpus, each gene with the same six fields.

Every engine gets the same text: symbol, names, aliases, families, summary and Gene Ontology. An approved
name and other names are ``names`` (prose), previous symbols and aliases ``aliases`` (no prose),
descriptions are ``summary``. Two files hold the same documents in the same order: one with what Genelight's
write side takes (lines with their sources, keys, references and mentions), one with plain lists for the
peers.

``copies`` multiplies a corpus for measurements of growth. Copies differ: ids, symbols and aliases are new,
one word in eight of a text is another one, drawn as often as it occurs in summaries, one in fifty of these
is a word that no other copy has, and one Gene Ontology line in four is another gene's.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import Struct as Packing

import msgspec
from msgspec import Struct

from index.discover import find
from index.documenting import Places, documents
from index.documents import Document, Line, decode, encode
from index.intake import read
from index.memory import uncollected
from index.preparing import prepare
from index.records import GoTerm, Name, NameKind
from index.workers import Workers, processors

DOCUMENTS = "documents.msgpack"
"""Documents of index.documents, each after its length."""
PLAIN = "documents.jsonl"
SYMBOLS = "symbols.msgpack"
GO_TERMS = "go_terms.msgpack"
FIELDS = ("symbol", "names", "aliases", "families", "summary", "go")

_KEPT = frozenset({"family", "description", "summary", "go"})
_PROSE: frozenset[NameKind] = frozenset({"name", "previous_name", "alias_name"})
_LENGTH = Packing("<I")
_ANOTHER = 8
"""One word in so many is another one in a copy."""
_NEW = 50
"""One in so many of these is new."""
_GO_MOVED = 0.25
_POOL = 1_000_000
"""Words that are drawn from."""


class Plain(Struct):
    """A document as the peers take it."""

    id: str
    symbol: str
    names: list[str]
    aliases: list[str]
    families: list[str]
    summary: list[str]
    go: list[str]


def plain(document: Document) -> Plain:
    said: dict[str, list[str]] = {"family": [], "description": [], "summary": [], "go": []}
    for line in document.statements:
        said[line.field].append(line.text)
    return Plain(
        document.id,
        document.symbol,
        [name.spelling for name in document.names if name.kind in _PROSE],
        [name.spelling for name in document.names if name.kind not in _PROSE and name.kind != "symbol"],
        said["family"],
        [*said["description"], *said["summary"]],
        said["go"],
    )


def flatten(sources: list[Path], folder: Path) -> None:
    """Flatten the files and folders once, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, uncollected(), Workers(processors()) as workers:
        spools, generation = Path(scratch), Path(scratch) / "generation"
        generation.mkdir()
        prepared = prepare(read(find(sources).taken, spools, workers))
        (folder / GO_TERMS).write_bytes(msgspec.msgpack.encode(prepared.go_terms))
        places = Places(generation, spools, Path(scratch) / "kept")
        flat = (decode(data) for run in documents(prepared, places, workers) for data in run.rows.documents)
        _write(folder, map(reduced, flat))


def flattened(sources: list[Path], folder: Path) -> Path:
    """The folder, filled unless it is already."""
    if not (folder / PLAIN).exists():
        flatten(sources, folder)
    return folder


def reduced(document: Document) -> Document:
    """With the measured fields alone; the sources and references keep their positions."""
    return msgspec.structs.replace(
        document,
        identifiers=(),
        identifier_sources=(),
        statements=tuple([line for line in document.statements if line.field in _KEPT]),
    )


def _write(folder: Path, flat: Iterable[Document]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    encoder = msgspec.json.Encoder()
    symbols: dict[str, str] = {}
    with (folder / DOCUMENTS).open("wb") as full, (folder / PLAIN).open("wb") as lists:
        for document in flat:
            data = encode(document)
            full.write(_LENGTH.pack(len(data)))
            full.write(data)
            lists.write(encoder.encode(plain(document)))
            lists.write(b"\n")
            symbols[document.id] = document.symbol
    (folder / SYMBOLS).write_bytes(msgspec.msgpack.encode(symbols))
    return len(symbols)


def read_encoded(folder: Path) -> Iterator[bytes]:
    """In the order of their ids, as a generation numbers them."""
    with (folder / DOCUMENTS).open("rb") as stream:
        while head := stream.read(_LENGTH.size):
            yield stream.read(_LENGTH.unpack(head)[0])


def read_documents(folder: Path) -> Iterator[Document]:
    """The same, decoded."""
    return map(decode, read_encoded(folder))


def read_plain(folder: Path) -> Iterator[Plain]:
    decoder = msgspec.json.Decoder(Plain)
    with (folder / PLAIN).open("rb") as stream:
        for line in stream:
            yield decoder.decode(line)


def read_symbols(folder: Path) -> dict[str, str]:
    """Of each gene's id its symbol: a rebuild knows them before it flattens."""
    return msgspec.msgpack.decode((folder / SYMBOLS).read_bytes(), type=dict[str, str])


def read_go_terms(folder: Path) -> list[GoTerm]:
    return msgspec.msgpack.decode((folder / GO_TERMS).read_bytes(), type=list[GoTerm])


def sample(folder: Path, target: Path, genes: int | None, hgnc_only: bool = False) -> int:
    """Write ``genes`` of a folder's documents, evenly spread, into another; how many there are."""
    found = [one for one in read_documents(folder) if not hgnc_only or one.id.startswith("HGNC:")]
    wanted = min(genes or len(found), len(found))
    (target / GO_TERMS).parent.mkdir(parents=True, exist_ok=True)
    (target / GO_TERMS).write_bytes((folder / GO_TERMS).read_bytes())
    return _write(target, (found[n * len(found) // wanted] for n in range(wanted)))


def copies(folder: Path, target: Path, number: int) -> int:
    """Write ``number`` copies of a folder's documents into another, the last as it is; how many there are.

    Copy after copy, so that what resembles each other does not lie together where it would compress well.
    """
    originals = list(read_documents(folder))
    pool = _Pool(originals)

    def every() -> Iterator[Document]:
        for copy in range(1, number):
            yield from map(_Variation(pool, copy).of, originals)
        yield from originals

    target.mkdir(parents=True, exist_ok=True)
    (target / GO_TERMS).write_bytes((folder / GO_TERMS).read_bytes())
    return _write(target, every())


class _Pool:
    """What a copy draws from."""

    def __init__(self, originals: list[Document]) -> None:
        lines = [line for document in originals for line in document.statements]
        self.go = [(line.text, line.key) for line in lines if line.field == "go"]
        self.words: list[str] = []
        for line in lines:
            if line.field != "go":
                self.words += line.text.split()
            if len(self.words) > _POOL:
                break


class _Variation:
    """One copy of every document."""

    def __init__(self, pool: _Pool, copy: int) -> None:
        self._pool = pool
        self._draw = random.Random(copy).random  # noqa: S311
        self._mark = f"C{copy:02d}"

    def of(self, document: Document) -> Document:
        names = tuple([Name(name.kind, self._named(name)) for name in document.names])
        return msgspec.structs.replace(
            document,
            id=f"{self._mark}.{document.id}",  # sorts before "HGNC" and "NCBIGene"
            symbol=document.symbol + self._mark,
            name=next((name.spelling for name in names if name.kind == "name"), None),
            names=names,
            statements=tuple(map(self._said, document.statements)),
        )

    def _named(self, name: Name) -> str:
        return self._reworded(name.spelling) if name.kind in _PROSE else name.spelling + self._mark

    def _said(self, line: Line) -> Line:
        if line.field == "go":
            if not self._pool.go or self._draw() > _GO_MOVED:
                return line
            text, key = self._pool.go[int(self._draw() * len(self._pool.go))]
            return Line("go", text, line.source, (), (), key)
        if line.mentions:  # what stands before the end keeps its offsets
            return msgspec.structs.replace(line, text=f"{line.text} {self._words(line.text.count(' '))}")
        return msgspec.structs.replace(line, text=self._reworded(line.text))

    def _reworded(self, text: str) -> str:
        words = text.split(" ")
        for _ in range(max(1, len(words) // _ANOTHER)):
            words[int(self._draw() * len(words))] = self._word()
        return " ".join(words)

    def _words(self, among: int) -> str:
        return " ".join([self._word() for _ in range(max(1, among // _ANOTHER))])

    def _word(self) -> str:
        if not self._pool.words:
            return self._mark.lower()
        word = self._pool.words[int(self._draw() * len(self._pool.words))]
        return word + self._mark.lower() if self._draw() < 1 / _NEW else word
