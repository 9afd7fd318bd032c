"""Evidence from the genes' documents: every line of a gene is read and compared with the query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.documents import Document, Head
from index.store import RecordStore
from search import present
from search.choosing import Listed
from search.concepts import Labelled
from search.engines import Docs
from search.evidence import Answer, Words
from search.page import Highlight, Hit, Match
from search.reviewing import Strengths
from search.wider import ImpliedLines


class RecordReviewer:
    """The genes of a record store, as one query sees them."""

    def __init__(self, store: RecordStore, words: Words, implied: ImpliedLines) -> None:
        self._store = store
        self._words = words
        self._implied = implied
        self.total = words.total

    def strengths(self, docs: Docs) -> Strengths:
        documents = [self._store.document(doc) for doc in docs.tolist()]
        found = np.array([self._words.strengths(document) for document in documents]).reshape(-1, 3)
        return Strengths(found[:, 0], found[:, 1], found[:, 2])

    def papers(self, docs: Docs) -> NDArray[np.integer]:
        return np.array([row.papers for row in self._store.rows(docs.tolist())], np.int64)

    def labelled(self) -> Labelled:
        return self._implied.labelled(self._words.weights, self.total)

    def gene(self, doc: int) -> RecordEvidence:
        return RecordEvidence(self._store.document(doc), self._store, self._words)


class RecordEvidence:
    """A gene with the lines that answer."""

    def __init__(self, document: Document, store: RecordStore, words: Words) -> None:
        self._document = document
        self._store = store
        self._words = words

    @property
    def head(self) -> Head:
        return self._document.head

    @cached_property
    def answers(self) -> Listed[Answer]:
        return Listed(self._words.answers(self._document) if len(self._words) else [])

    def introducing(self) -> Answer | None:
        lines = self._document.lines
        for field in present.LEADING:
            for line in lines:
                if line.field == field and not line.says_nothing:
                    return Answer(line, (), frozenset(), 0.0)
        return None

    def hit(self, score: float, match: Match, missing: tuple[str, ...]) -> Hit:
        return present.hit(self, score, match, missing)

    def highlights(self, chosen: Sequence[Answer]) -> tuple[Highlight, ...]:
        symbols = present.symbols(self._document, (answer.line for answer in chosen), self._store)
        return tuple(present.highlight(self._document, answer, symbols) for answer in chosen)
