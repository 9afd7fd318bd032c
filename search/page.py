"""What a search answers: the one object that page, API and command line present.

Encoded as JSON these structs are the body of ``/api/v1/search``.  Offsets are in
Unicode code points of ``sentence``; text is plain and never HTML.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

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


class OtherGene(Struct, frozen=True, rename={"id": "_id"}):
    """A gene beside the one that is told of."""

    symbol: str
    id: str | None
    """None for one that this index does not hold."""


class GeneMention(Struct, frozen=True, rename={"id": "_id"}):
    """A gene named in a sentence."""

    start: int
    end: int
    symbol: str
    id: str
    known: bool = True
    """False where a source links a gene that this index does not hold: no page to link to."""
    others: tuple[OtherGene, ...] = ()
    """Where the context leaves it open which gene is meant: the others, the likeliest first."""


class FamilyMention(Struct, frozen=True):
    """A family of genes named in a sentence."""

    start: int
    end: int
    family: str


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
    uncited: bool = False
    """Whether it is AI-written and no paper is cited for it (search/flags.py)."""
    about: OtherGene | None = None
    """Where the sentence stands in the gene's page but is about another gene: that gene."""
    families: tuple[FamilyMention, ...] = ()
    at: int | None = None
    """Code point at which a sentence begins in the text of its section from its source."""
    says_nothing: bool = False
    """Whether it only says that nothing is known."""
    only_ai: bool = False
    """Whether it is AI-written and no curated or computed line of the gene holds all the words of the query
    that it holds, the gene's own names left out (search/flags.py)."""


class ScorePart(Struct, frozen=True):
    """One of the things that a hit's place comes from."""

    kind: Literal["identity", "words", "concept", "sentence", "shared papers", "named"]
    reason: str
    score: float | None
    """Its part of the score; that of a name that the query is sets the gene above all others.  None behind
    the genes that are ranked part by part."""


class Explanation(Struct, frozen=True):
    """Why a hit stands where it does."""

    reason: str
    """In one line: ``exact alias; 3 of 3 words in one RefSeq sentence``."""
    parts: tuple[ScorePart, ...]


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
    explanation: Explanation | UnsetType = UNSET
    """With ``explain=1``."""
    only_ai: bool = False
    """Whether the first of the highlights is that is no name and no paper's title."""


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


class Folded(Struct, frozen=True):
    """A name or word that was met by other spellings than the one typed."""

    word: str
    forms: tuple[str, ...]


class QueryRead(Struct, frozen=True):
    """How the query was understood."""

    q: str
    read_as: str
    """The canonical form, and where spellings were folded as what they were read: ``TNF-α read as TNF-alpha
    = TNFα = TNFA``."""
    relaxed: bool = False
    owners: tuple[Owner, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    canonical: str = ""
    """The query that asks the same again."""
    folded: tuple[Folded, ...] = ()
    exact: str = ""
    """The query that refuses what was folded; empty where nothing was."""
    filters: tuple[str, ...] = ()
    """What every gene must meet besides, in canonical form."""
    sort: str = "relevance"


class Warning(Struct, frozen=True):  # noqa: A001 - the word people use for it
    """Something in the request that was not taken literally."""

    message: str
    position: int | None = None
    """Code point in ``q`` where it stands."""


class IndexVersion(Struct, frozen=True):
    version: int
    digest: str


SuggestionKind = Literal["symbol", "previous_symbol", "alias", "name", "words"]
CompletionKind = Literal["symbol", "previous_symbol", "alias", "name", "term", "family", "words"]


class Suggestion(Struct, frozen=True, rename={"id": "_id"}):
    """What may have been meant: a gene's name, or the words of the query, one of them spelt otherwise."""

    text: str
    symbol: str | None = None
    id: str | None = None
    """The gene's; None where words are meant."""
    kind: SuggestionKind = "words"
    reason: str = ""
    """``previous symbol of PRKN``, ``2,547 genes``."""


class Completion(Struct, frozen=True, rename={"id": "_id"}):
    """What a query that is being typed may become."""

    text: str
    """What to put in the place of what was typed."""
    kind: CompletionKind
    reason: str
    """``previous symbol of KMT2A``, ``Gene Ontology term, 37 genes``."""
    spans: tuple[tuple[int, int], ...]
    """What of the text was typed, in code points."""
    leads: Literal["gene", "search"]
    """Where to go when it is chosen: to the gene's page, or to a search for the text."""
    symbol: str | None = None
    id: str | None = None
    name: str | None = None
    """The gene's full name."""
    genes: int | None = None
    """How many genes are under a term or in a family."""


class Completed(Struct, frozen=True):
    """The answer to a query that is being typed."""

    q: str
    suggestions: tuple[Completion, ...]
    index: IndexVersion
    warnings: tuple[Warning, ...] = ()


class FacetTerm(Struct, frozen=True):
    """How many genes of the answer have a value."""

    term: str
    count: int


class FacetCount(Struct, frozen=True):
    """The values that the genes of the answer have in one respect; a gene may have several, or none."""

    terms: tuple[FacetTerm, ...]
    """Most genes first, equal ones by name."""
    other: int
    """The counts of further values, added up."""
    missing: int
    """Genes without a value."""
    total: int
    """All counts, added up."""


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
    facets: dict[str, FacetCount] | UnsetType = UNSET
    """By name, those that were asked for."""


def to_json(value: Struct | dict[str, object] | list[object]) -> bytes:
    """The JSON of any answer, the same bytes for the endpoint and ``--json``."""
    return msgspec.json.encode(value)
