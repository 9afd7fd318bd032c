"""What a list of names and a question answer: the one object that page, API and command line present."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from search.page import Highlight, IndexVersion, Match, QueryRead, Suggestion, Warning

Status = Literal["resolved", "outdated", "ambiguous", "unmatched"]
"""``resolved``: one gene has the name; ``outdated``: one gene had it as a symbol or identifier, or it was
withdrawn; ``ambiguous``: several genes have it alike; ``unmatched``: none has."""
STATUSES: tuple[Status, ...] = ("resolved", "outdated", "ambiguous", "unmatched")


class ListedGene(Struct, frozen=True, rename={"id": "_id", "match": "_match"}):
    """A gene of a name, with its best sentence for the question."""

    id: str
    symbol: str
    name: str | None
    match: Match
    """How the name leads to it."""
    evidence: Highlight | None = None
    """None without a question, and where no sentence or fact of the gene answers it."""
    strength: float = 0.0
    """How well that answers: 0 to 1."""
    missing: tuple[str, ...] = ()
    """Words of the question that nothing in the gene holds."""
    only_ai: bool = False
    """Whether the sentence is AI-written and no curated or computed line holds the same words."""
    elsewhere: tuple[str, ...] = ()
    """Words of the question that the sentence lacks and other lines of the gene hold, but for those that the
    gene is called by."""


class ListRow(Struct, frozen=True):
    """One name of the list."""

    row: int
    """Where it was given: its line in a text, its place in a list; from 1."""
    query: str
    """The name, as it was given."""
    status: Status
    reason: str
    """Why, in words."""
    gene: ListedGene | None = None
    """Today's gene of a resolved or outdated name; None where a withdrawn one has no successor."""
    candidates: tuple[ListedGene, ...] = ()
    """Of an ambiguous name the likeliest genes, the likeliest first."""
    owners: int = 0
    """How many genes have the name at all."""
    suggestions: tuple[Suggestion, ...] = ()
    """What an unmatched name may have been meant for."""
    date: bool = False
    """Whether it looks like a date that a spreadsheet made of a symbol."""
    same_as: int | None = None
    """The ``row`` of the first name above that leads to the same gene."""

    @property
    def genes(self) -> tuple[ListedGene, ...]:
        """The gene, or the candidates."""
        return self.candidates if self.gene is None else (self.gene,)

    @property
    def strength(self) -> float:
        """That of the best sentence of any of the genes."""
        return max((gene.strength for gene in self.genes), default=0.0)


class SharedGene(Struct, frozen=True, rename={"id": "_id"}):
    """A gene that several names of the list lead to."""

    id: str
    symbol: str
    rows: tuple[int, ...]


class ListSummary(Struct, frozen=True):
    """The list, counted."""

    names: int
    resolved: int
    outdated: int
    ambiguous: int
    unmatched: int
    genes: int
    """Different genes of resolved and outdated names."""
    answered: int
    """Those of them that have a sentence for the question."""
    partly: int
    """Those of these that lack some of its words."""
    dates: int
    """Unmatched names that look like dates."""
    blank: int
    """Cells that hold nothing; they match nothing and are no rows."""
    header: str | None
    """The first cell, where it is a column's title and no gene's name; it is no row."""
    shared: tuple[SharedGene, ...]


class Listing(Struct, frozen=True):
    took: float
    """Milliseconds."""
    summary: ListSummary
    rows: tuple[ListRow, ...]
    question: QueryRead | None
    """How the question was read; None where there is none."""
    sort: str
    warnings: tuple[Warning, ...]
    index: IndexVersion
