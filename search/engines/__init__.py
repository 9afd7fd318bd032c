"""The read side of the text engines: one interface, one file each.

An engine answers a physical tree (expand.py) over documents numbered as the record
store numbers them.  Names, records, identity and highlights are not its business.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh.query import Query


class Known(Query):  # type: ignore[misc]
    """A leaf of the tree whose documents were found outside of the engine, such as the genes under a
    wider term: each of them matches, with this one score.

    ``docs`` are document numbers, ascending, each once; leave them as they are.
    """

    def __init__(self, docs: NDArray[np.int32], score: float) -> None:
        self.docs = docs
        self.score = score

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Known) and self.score == other.score and np.array_equal(self.docs, other.docs)
        )

    def __hash__(self) -> int:
        return hash((self.score, len(self.docs), *self.docs[:3].tolist()))

    def __repr__(self) -> str:
        return f"Known({len(self.docs)} documents, {self.score:.3f})"


class Found(Struct, frozen=True):
    """What an engine found."""

    total: int
    """All documents that match, exactly."""
    top: tuple[tuple[int, float], ...]
    """(document, score) of the best, best first; equal scores in document order."""


class Engine(Protocol):
    """What every engine can do; safe to call from several threads."""

    def search(self, query: Query, limit: int, within: Set[int] | None = None) -> Found:
        """The ``limit`` best documents for a query, of those in ``within`` if given."""

    def matching(self, query: Query) -> Set[int]:
        """Every document that matches."""

    def close(self) -> None:
        """Let go of the files."""
