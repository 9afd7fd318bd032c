"""What is asked of the genes at the top of an answer: how well their lines answer, and which.

Two ways of knowing give the same: from the genes' documents (search/records.py), for any text engine, and
from the columns of the columnar index (search/lines.py), which reads none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.documents import Head
from index.records import Provenance
from search.choosing import Answering, Answers
from search.concepts import Labelled
from search.conditions import Expression
from search.engines import Docs
from search.page import Highlight, Hit, Match

One = TypeVar("One", bound=Answering)


class Strengths(NamedTuple):
    """Of some genes, in their order."""

    best: NDArray[np.float64]
    """How strong the strongest line is, those that only follow too: 0 to 1."""
    cited: NDArray[np.float64]
    """How strong the strongest of the gene's own lines is that cites a paper."""
    called: NDArray[np.float64]
    """Of the gene's full names that hold all words, the greatest share of a name's words that the query has,
    squared, as with labels of concepts (search/concepts.py); 0 for none."""


class GeneEvidence(Protocol[One]):
    """A gene with the lines that answer, of one kind."""

    @property
    def head(self) -> Head: ...

    @property
    def answers(self) -> Answers[One]: ...

    @property
    def complete(self) -> bool:
        """Whether all the gene's lines may answer; a query with conditions on lines leaves some out."""

    @property
    def papers(self) -> frozenset[int]:
        """The positions of what the query asks for papers with."""

    def says(self, answer: One) -> Provenance:
        """Who says a line: what kind its source is of."""

    def introducing(self) -> One | None:
        """The line that introduces the gene; it answers nothing."""

    def highlights(self, chosen: Sequence[One]) -> tuple[Highlight, ...]: ...


class Answered(Protocol):
    """A gene with the lines that answer, of whatever kind these are."""

    @property
    def answers(self) -> Answers[Answering]: ...

    def choose(self, match: Match) -> None:
        """Settle which lines are shown, so that those of several genes are read together."""

    def hit(self, score: float, match: Match, missing: tuple[str, ...]) -> Hit:
        """The gene in the answer (search/present.py)."""


class Reviewer(Protocol):
    """The genes of one index, as one query sees them."""

    @property
    def total(self) -> float:
        """The query's inverse document frequency, summed over its words."""

    def papers(self, docs: Docs) -> NDArray[np.integer]:
        """How many papers are linked to each gene."""

    def labelled(self) -> Labelled:
        """The labels of the ontology that hold any of the words."""

    def strengths(self, docs: Docs) -> Strengths: ...

    def meeting(self, docs: Docs, expressions: Sequence[Expression]) -> list[Docs]:
        """For each expression those of some genes, ascending, that have a line which meets it."""

    def gene(self, doc: int) -> Answered: ...

    def genes(self, docs: Sequence[int]) -> Sequence[Answered]:
        """Several that are shown together, which costs less than one by one."""
