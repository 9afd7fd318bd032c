"""The read side of the text engines: one interface, one file each.

An engine answers the logical tree of a query (query.py) over documents numbered as the record
store numbers them.  Names, records, identity and highlights are not its business.

Which documents match is told as a set that need not be read (Held): a query asks how many hold each of its
words and which of the best hold them, hardly ever for all, and these may be on other machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh.query import Query

from index.columns import among
from search.words import TextWords

Docs = NDArray[np.int32]
"""Numbers of documents, ascending, each once."""
Scores = NDArray[np.float64]
Which = NDArray[np.bool_]


class Held(Protocol):
    """Documents that an engine found."""

    def __len__(self) -> int:
        """How many, exactly."""

    def among(self, docs: Docs) -> Which:
        """Which of some documents, ascending, are among these."""

    @property
    def docs(self) -> Docs:
        """All of them, which may be far more to read than the rest of an answer."""

    def both(self, other: Held) -> Held:
        """Those that are among others too."""


class Listed:
    """Documents that are at hand."""

    def __init__(self, docs: Docs) -> None:
        self.docs = docs

    def __len__(self) -> int:
        return len(self.docs)

    def among(self, docs: Docs) -> Which:
        return among(docs, self.docs)

    def both(self, other: Held) -> Held:
        if not isinstance(other, Listed):
            return other.both(self)
        few, many = sorted((self.docs, other.docs), key=len)
        return Listed(few[among(few, many)])


def contains(held: Held, doc: int) -> bool:
    """Whether a document is among some."""
    return bool(held.among(np.array([doc], np.int32))[0])


class Known(Query):  # type: ignore[misc]
    """A leaf of the tree whose documents were found outside of the engine, such as the genes under a
    wider term: each of them is met once, in a field of this weight that has no length.

    Leave ``docs`` as they are.
    """

    def __init__(self, docs: Docs, weight: float) -> None:
        self.docs = docs
        self.weight = weight

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Known) and self.weight == other.weight and np.array_equal(self.docs, other.docs)
        )

    def __hash__(self) -> int:
        return hash((self.weight, len(self.docs), *self.docs[:3].tolist()))

    def __repr__(self) -> str:
        return f"Known({len(self.docs)} documents, {self.weight:.3f})"


class Found(Struct, frozen=True):
    """What an engine found."""

    total: int
    """All documents that match, exactly."""
    docs: NDArray[np.int32]
    """The best, best first; equal scores in document order."""
    scores: Scores
    """Of each of them."""

    @property
    def top(self) -> list[tuple[int, float]]:
        """(document, score) of the best."""
        return list(zip(self.docs.tolist(), self.scores.tolist(), strict=True))


class Asking(Protocol):
    """An engine for the length of one request, by one thread: what a leaf was found to match is kept until
    then.  A leaf may be a word, a phrase, a pattern or Known."""

    @property
    def cut(self) -> Sequence[str]:
        """What there is to say of leaves of which not all was read (search.bounds)."""

    def matching(self, query: Query) -> Held:
        """Every document that matches."""

    def search(self, query: Query, limit: int, within: Held | None = None) -> Found:
        """The ``limit`` best documents for a query, of those in ``within`` if given."""

    def holding_most(self, holders: Sequence[Held], weights: Sequence[float], least: int) -> Held:
        """The documents that hold as many of some words as ``least`` documents do (search/levels.py);
        ``holders`` are those of each word, as ``matching`` gave them, ``weights`` what each word weighs."""


class Engine(Protocol):
    """What every engine can do; safe to call from several threads."""

    @property
    def words(self) -> TextWords:
        """The words of its texts."""

    def asking(self) -> Asking:
        """Begin a request."""

    def close(self) -> None:
        """Let go of the files."""
