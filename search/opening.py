"""The text engine of a generation, opened by its name, and what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from whoosh.query import Query

from index import columnar
from index.facets import Facets
from search.citing import ByColumns, ByDocuments, CitedBy
from search.columnar import Columnar
from search.engines import Asking, Engine
from search.engines.columnar_engine import ColumnarAsking, ColumnarEngine
from search.evidence import Words
from search.expand import Beside
from search.following import Follows
from search.leaves import Leaves
from search.limits import Limits
from search.lines import ColumnReviewer
from search.marks import Marked
from search.records import RecordReviewer
from search.reviewing import Reviewer
from search.storing import Store
from search.wider import Wider


class Reviewing(Protocol):
    """From a request, the words of its query, their weights and which lines count for them to what is asked
    of the genes at the top."""

    def __call__(
        self,
        asking: Asking,
        asked: Sequence[Query],
        weights: Sequence[float],
        limits: Limits | None = None,
        /,
    ) -> Reviewer: ...


class Opened(NamedTuple):
    """What asks a generation's texts."""

    engine: Engine
    reviewing: Reviewing
    cited_by: CitedBy


def open_engine(
    name: str, generation: Path, store: Store, beside: Beside, wider: Wider, facets: Facets
) -> Opened:
    """The engine that a generation was written for, how its genes are reviewed, and which cite a paper.

    Raises:
        OSError, ValueError: a file is missing or damaged.
        Exception: whatever Whoosh raises on a damaged file of its own.
    """
    if name == columnar.NAME:
        index = Columnar(generation)
        leaves = Leaves(index, beside)

        def by_columns(
            asking: Asking, asked: Sequence[Query], weights: Sequence[float], limits: Limits | None = None, /
        ) -> ColumnReviewer:
            known = asking.leaves if isinstance(asking, ColumnarAsking) else leaves
            words = Words(asked, weights, known.genes_named)
            marked = Marked(index, known, wider, asked, words)
            marked.limits = limits
            return ColumnReviewer(marked, Follows(marked, wider))

        return Opened(ColumnarEngine(index, leaves), by_columns, ByColumns(index, store))

    from search.engines.whoosh_engine import WhooshEngine

    return by_documents(WhooshEngine(generation, beside), store, beside, wider, facets)


def by_documents(engine: Engine, store: Store, beside: Beside, wider: Wider, facets: Facets) -> Opened:
    """An engine without columns: genes are reviewed by their documents."""

    def by_records(
        asking: Asking, asked: Sequence[Query], weights: Sequence[float], limits: Limits | None = None, /
    ) -> RecordReviewer:
        papers = facets.numbers["papers"]
        return RecordReviewer.of(store, papers, wider, beside.genes_named, asked, weights, limits)

    return Opened(engine, by_records, ByDocuments(store))
