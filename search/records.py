"""Evidence from the genes' documents: every line of a gene is read and compared with the query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query, Term

from index.documents import Document, Head, Line
from index.records import Provenance
from search import present
from search.choosing import Listed
from search.concepts import Labelled
from search.conditions import Expression
from search.engines import Docs
from search.evidence import Answer, Words
from search.expand import GenesNamed
from search.limits import Limits, RecordLines
from search.page import Highlight, Hit, Match
from search.reviewing import Strengths
from search.storing import Store
from search.tree import LINE
from search.wider import ImpliedLines, Wider

_AT_ONCE = 200
"""Documents that are read together."""


class RecordReviewer:
    """The genes of a record store, as one query sees them."""

    def __init__(
        self, store: Store, papers: NDArray[np.integer], words: Words, implied: ImpliedLines
    ) -> None:
        self._store = store
        self._papers = papers
        self._words = words
        self._implied = implied
        self.total = words.total

    @classmethod
    def of(
        cls,
        store: Store,
        papers: NDArray[np.integer],
        wider: Wider,
        genes_named: GenesNamed,
        asked: Sequence[Query],
        weights: Sequence[float],
        limits: Limits | None,
    ) -> RecordReviewer:
        """For some words; ``papers`` are how many each gene has, ``limits`` say which lines count for which.
        What follows from a line is none."""
        limited = limits.limited if limits else frozenset[int]()
        following = [Term(LINE, "") if place in limited else leaf for place, leaf in enumerate(asked)]
        implied = wider.implied(following)
        words = Words(asked, weights, genes_named, implied, wider.ids)
        if limits is not None:
            words.limited = partial(_counting, store, limits)
            words.following = frozenset(range(len(asked))) - limited
        return cls(store, papers, words, implied)

    def strengths(self, docs: Docs) -> Strengths:
        documents = self._store.documents(docs.tolist())
        found = np.array([self._words.strengths(document) for document in documents]).reshape(-1, 3)
        return Strengths(found[:, 0], found[:, 1], found[:, 2])

    def papers(self, docs: Docs) -> NDArray[np.integer]:
        return self._papers[docs]

    def meeting(self, docs: Docs, expressions: Sequence[Expression]) -> list[Docs]:
        if not expressions:
            return []
        met = np.zeros((len(expressions), len(docs)), np.bool_)
        numbers = docs.tolist()
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            for place, document in enumerate(self._store.documents(some, keep=False), first):
                lines = RecordLines(numbers[place], document, *self._words.held_by_lines(document))
                met[:, place] = [expression.met(lines).any() for expression in expressions]
        return [docs[some] for some in met]

    def labelled(self) -> Labelled:
        return self._implied.labelled(self._words.weights, self.total)

    def gene(self, doc: int) -> RecordEvidence:
        return self.genes([doc])[0]

    def genes(self, docs: Sequence[int]) -> list[RecordEvidence]:
        shown: set[str] = set()
        documents = self._store.documents(docs)
        return [RecordEvidence(document, self._store, self._words, shown) for document in documents]


def _counting(
    store: Store,
    limits: Limits,
    document: Document,
    lines: Sequence[Line],
    held: Sequence[frozenset[int]],
) -> list[frozenset[int]]:
    doc = store.find_id(document.id)
    return limits.of_records(RecordLines(-1 if doc is None else doc, document, lines, held))


class RecordEvidence:
    """A gene with the lines that answer.

    ``shown`` are the ids of genes in what was chosen of any gene of the page, whose symbols are wanted soon.
    """

    def __init__(self, document: Document, store: Store, words: Words, shown: set[str]) -> None:
        self._document = document
        self._store = store
        self._words = words
        self._shown = shown
        self._chosen: Sequence[Answer] | None = None

    @property
    def head(self) -> Head:
        return self._document.head

    @cached_property
    def answers(self) -> Listed[Answer]:
        return Listed(self._words.answers(self._document) if len(self._words) else [])

    @property
    def complete(self) -> bool:
        return self._words.limited is None

    @property
    def papers(self) -> frozenset[int]:
        return self._words.papers

    def says(self, answer: Answer) -> Provenance:
        return self._document.sources[answer.line.source].provenance

    def introducing(self) -> Answer | None:
        lines = self._document.lines
        for field in present.LEADING:
            for line in lines:
                if line.field == field and not line.says_nothing:
                    return Answer(line, (), frozenset(), 0.0)
        return None

    def choose(self, match: Match) -> None:
        self._chosen = present.chosen(self, match)
        self._shown |= present.mentioned(answer.line for answer in self._chosen)

    def hit(self, score: float, match: Match, missing: tuple[str, ...]) -> Hit:
        if self._chosen is None:
            self.choose(match)
        self._store.prefetch(ids=self._shown)
        self._shown.clear()
        return present.hit(self, score, match, missing, self._chosen)

    def highlights(self, chosen: Sequence[Answer]) -> tuple[Highlight, ...]:
        symbols = present.symbols(self._document, (answer.line for answer in chosen), self._store)
        return tuple(present.highlight(self._document, answer, symbols) for answer in chosen)
