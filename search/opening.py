"""The text engine of a generation, opened by its name, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from whoosh.query import Query

from index import columnar
from index.store import RecordStore
from search.columnar import Columnar
from search.engines import Asking, Engine
from search.engines.columnar_engine import ColumnarAsking, ColumnarEngine
from search.evidence import Words
from search.expand import Beside
from search.following import Follows
from search.leaves import Leaves
from search.lines import ColumnReviewer
from search.marks import Marked
from search.records import RecordReviewer
from search.reviewing import Reviewer
from search.wider import Wider

Reviewing = Callable[[Asking, Sequence[Query], Sequence[float]], Reviewer]
"""From a request, the words of its query and their weights to what is asked of the genes at the top."""


def open_engine(
    name: str, generation: Path, beside: Beside, wider: Wider, store: RecordStore
) -> tuple[Engine, Reviewing]:
    """The engine that a generation was written for, and how its genes are reviewed.

    Raises:
        OSError, ValueError: a file is missing or damaged.
        Exception: whatever Whoosh raises on a damaged file of its own.
    """
    if name == columnar.NAME:
        index = Columnar(generation)
        leaves = Leaves(index, beside)

        def by_columns(asking: Asking, asked: Sequence[Query], weights: Sequence[float]) -> ColumnReviewer:
            words = Words(asked, weights, beside.genes_named)
            known = asking.leaves if isinstance(asking, ColumnarAsking) else leaves
            marked = Marked(index, known, wider, asked, words)
            return ColumnReviewer(marked, Follows(marked, wider))

        return ColumnarEngine(index, leaves), by_columns

    from search.engines.whoosh_engine import WhooshEngine

    def by_records(asking: Asking, asked: Sequence[Query], weights: Sequence[float]) -> RecordReviewer:
        implied = wider.implied(asked)
        words = Words(asked, weights, beside.genes_named, implied, wider.ids)
        return RecordReviewer(store, words, implied)

    return WhooshEngine(generation, beside), by_records
