"""What a search answers: the one object that page, API and command line present.

Encoded as JSON these structs are the body of ``/api/v1/search``.  Offsets are in
Unicode code points of ``sentence``; text is plain and never HTML.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from index.records import Provenance, Scope

MatchKind = Literal["symbol", "previous_symbol", "alias", "withdrawn", "identifier", "paper", "name", "text"]


class Match(Struct, frozen=True):
    """Why a gene is in the answer."""

    kind: MatchKind
    field: str
    value: str
    """The spelling in the data that met the query; the query's words for kind ``text``."""
    reason: str
    """The same in words: ``PARK2: previous symbol of PRKN``."""


class EvidenceReference(Struct, frozen=True):
    """A paper behind a sentence; all but ``n`` and ``scope`` may be null."""

    n: int
    pmid: str | None
    doi: str | None
    title: str | None
    year: int | None
    scope: Scope
    authors: str | None = None
    journal: str | None = None


class GeneMention(Struct, frozen=True, rename={"id": "_id"}):
    """A gene named in a sentence."""

    start: int
    end: int
    symbol: str
    id: str
    known: bool = True
    """False where a source links a gene that this index does not hold: no page to link to."""


class AnnotatedTerm(Struct, frozen=True):
    """A term that a source states of the gene."""

    key: str
    """Its identifier, such as ``GO:0008270``."""
    text: str
    """Its name as the source has it."""


class Highlight(Struct, frozen=True):
    """A sentence or fact that answers."""

    section: str
    """The field's name, a row of index.fields.FIELDS."""
    provenance: Provenance
    source: str
    date: str | None
    sentence: str
    spans: tuple[tuple[int, int], ...]
    refs: tuple[EvidenceReference, ...]
    mentions: tuple[GeneMention, ...]
    key: str | None = None
    """Identifier of the thing stated, such as ``GO:0008270``."""
    via: AnnotatedTerm | None = None
    """Where the sentence is a wider term or a synonym: the term of the gene from which it follows."""


class Hit(Struct, frozen=True, rename={"id": "_id", "score": "_score", "match": "_match"}):
    id: str
    score: float
    symbol: str
    name: str | None
    match: Match
    missing: tuple[str, ...]
    highlights: tuple[Highlight, ...]
    taxid: int = 9606
    location: str | None = None
    locus_type: str | None = None
    families: tuple[str, ...] = ()


class Owner(Struct, frozen=True, rename={"id": "_id"}):
    """A gene that a name belongs to."""

    id: str
    symbol: str
    kind: MatchKind
    value: str


class Withdrawn(Struct, frozen=True):
    """A withdrawn symbol that was asked for."""

    symbol: str
    successors: tuple[str, ...]
    reason: str


class QueryRead(Struct, frozen=True):
    """How the query was understood."""

    q: str
    read_as: str
    """The canonical form: the same search when asked again."""
    relaxed: bool = False
    owners: tuple[Owner, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()


class Warning(Struct, frozen=True):  # noqa: A001 - the word people use for it
    """Something in the request that was not taken literally."""

    message: str
    position: int | None = None
    """Code point in ``q`` where it stands."""


class Suggestion(Struct, frozen=True, rename={"id": "_id"}):
    text: str
    symbol: str
    id: str


class IndexVersion(Struct, frozen=True):
    version: int
    digest: str


class Page(Struct, frozen=True):
    took: float
    """Milliseconds."""
    total: int
    max_score: float | None
    hits: tuple[Hit, ...]
    query: QueryRead
    warnings: tuple[Warning, ...]
    suggestions: tuple[Suggestion, ...]
    next: str | None
    """Opaque cursor of the next page."""
    index: IndexVersion


def to_json(value: Struct | dict[str, object] | list[object]) -> bytes:
    """The JSON of any answer, the same bytes for the endpoint and ``--json``."""
    return msgspec.json.encode(value)
