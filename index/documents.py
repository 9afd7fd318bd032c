"""The searchable document: one gene, flattened, as the index stores it.

Both sides read these types: the write side makes them (flatten.py), the read side
gets them back from the record store and highlights their lines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from index.records import AttributeValue, Name, NameKind, Reference, Scope, Source

NAME_FIELD: dict[NameKind, str] = {
    "symbol": "symbol",
    "previous_symbol": "previous_symbol",
    "withdrawn": "previous_symbol",
    "alias": "alias",
    "name": "name",
    "previous_name": "other_name",
    "alias_name": "other_name",
}
"""The field in which a name of each kind is searched."""
_KIND: dict[NameKind, Mapping[str, AttributeValue]] = {kind: {"kind": kind} for kind in NAME_FIELD}
_PREFIX = {
    "hgnc": "HGNC:",
    "ncbigene": "NCBIGene:",
    "omim": "OMIM:",
    "uniprot": "UniProt:",
}
ROOT_SYMBOL = re.compile(r" \([^()]+\)$")
NO_LINE = frozenset({"uniprot_entry", "hgnc_withdrawn"})
"""Identifiers that are only looked up."""


class Cited(Struct, frozen=True, array_like=True, gc=False):
    """A line's citation: ``reference`` is a position in ``Document.references``."""

    reference: int
    scope: Scope = "sentence"


class Mention(Struct, frozen=True, array_like=True, gc=False):
    """A gene named in a line, in code points of the line's text."""

    start: int
    end: int
    genes: tuple[str, ...]
    """Ids of the genes that are meant: several where a name stands for several (``SMAD2/3``), none where it
    is a family's."""
    linked: bool = False
    """True where the source itself links the name to the gene."""
    others: tuple[str, ...] = ()
    """Ids of other genes that may be meant instead, the likeliest first, where the context leaves it open."""
    family: str | None = None
    """The name of the family that is meant."""

    @property
    def candidates(self) -> tuple[str, ...]:
        return self.genes + self.others


class Line(Struct, frozen=True, array_like=True, gc=False):
    """A sentence or a fact: the smallest thing that is matched and shown."""

    field: str
    text: str
    source: int
    """Position in ``Document.sources``."""
    cited: tuple[Cited, ...] = ()
    mentions: tuple[Mention, ...] = ()
    key: str | None = None
    attributes: Mapping[str, AttributeValue] = {}
    says_nothing: bool = False
    """The sentence only says that nothing is known about the gene, or is about another: it is no evidence."""
    about: str | None = None
    """The other gene that a sentence of the field ``aside`` or a title is about: its id, or what the
    text calls it where the index does not know it."""
    at: int | None = None
    """Code point of its section's text at which a sentence begins.  Between a sentence's end and the next one
    lie none or one, or more where a paragraph ends."""


class NumberedReference(Struct, frozen=True, array_like=True, gc=False):
    """A reference and the position of the source that numbers it."""

    source: int
    reference: Reference


class Head(Struct, frozen=True, array_like=True, gc=False):
    """What is shown of a gene above its lines."""

    id: str
    symbol: str
    name: str | None
    taxon: int
    location: str | None
    locus_type: str | None
    families: tuple[str, ...]


class Document(Struct, frozen=True, array_like=True, gc=False):
    id: str
    taxon: int
    symbol: str
    name: str | None
    names: tuple[Name, ...]
    name_sources: tuple[int, ...]
    """Of each name the position in ``sources`` of the strongest that gives it."""
    identifiers: tuple[tuple[str, str], ...]
    """(namespace, value), each once, the strongest source's first."""
    identifier_sources: tuple[int, ...]
    sources: tuple[Source, ...]
    references: tuple[NumberedReference, ...]
    statements: tuple[Line, ...]
    """What is said about the gene, by field in the order of index.fields."""
    papers: int = 0
    popularity: float = 0.0

    @property
    def head(self) -> Head:
        return Head(
            self.id, self.symbol, self.name, self.taxon, self.location, self.locus_type, self.families
        )

    @property
    def location(self) -> str | None:
        return self._first("location")

    @property
    def locus_type(self) -> str | None:
        return self._first("locus_type")

    @property
    def families(self) -> tuple[str, ...]:
        """Each family once, whichever sources name it, with or without its root symbol in brackets."""
        names = dict.fromkeys(line.text for line in self.statements if line.field == "family")
        return tuple(name for name in names if ROOT_SYMBOL.sub("", name) not in names.keys() - {name})

    def _first(self, field: str) -> str | None:
        return next((line.text for line in self.statements if line.field == field), None)

    @property
    def lines(self) -> list[Line]:
        """Everything that is matched and shown: names, statements and identifiers, each as a line."""
        named = [
            Line(NAME_FIELD[name.kind], name.spelling, source, attributes=_KIND[name.kind])
            for name, source in zip(self.names, self.name_sources, strict=True)
        ]
        identified = [
            Line("identifier", _PREFIX.get(namespace, "") + value, source)
            for (namespace, value), source in zip(self.identifiers, self.identifier_sources, strict=True)
            if namespace not in NO_LINE
        ]
        return [*named, *self.statements, *identified]


ENCODER = msgspec.msgpack.Encoder(order="sorted")
DECODER = msgspec.msgpack.Decoder(Document)


def encode(document: Document) -> bytes:
    """The canonical bytes of a document (MessagePack, map keys sorted)."""
    return ENCODER.encode(document)


def decode(data: bytes) -> Document:
    """The document of ``encode``'s bytes.

    Raises:
        msgspec.ValidationError: the bytes are no document of this version.
    """
    return DECODER.decode(data)


class Digest:
    """SHA-256 over the canonical documents, in ``_id`` order, what stands beside them, and the
    versions of everything that decides how they are matched."""

    def __init__(self, versions: Mapping[str, int | str]) -> None:
        self._sha = hashlib.sha256(msgspec.json.encode(versions, order="sorted"))

    def add(self, data: bytes) -> None:
        self._sha.update(len(data).to_bytes(8, "little"))
        self._sha.update(data)

    def hexdigest(self) -> str:
        return self._sha.hexdigest()
