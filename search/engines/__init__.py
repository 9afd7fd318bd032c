"""The read side of the text engines: one interface, one file each.

An engine answers a physical tree (expand.py) over documents numbered as the record
store numbers them.  Names, records, identity and highlights are not its business.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Protocol

from msgspec import Struct
from whoosh.query import Query


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
