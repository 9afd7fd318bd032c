"""Search by stock Whoosh, around its known faults (DESIGN.md).

Its default top-k search drops high-scoring documents, and counts can be wrong under
NOT; both come from block-quality shortcuts and from replacing matchers on the way, so
both are off here.  Whoosh's readers are not documented as thread safe: one search at
a time.
"""

from __future__ import annotations

import threading
from collections.abc import Set
from pathlib import Path

from whoosh import index as whoosh_index
from whoosh.collectors import TopCollector
from whoosh.query import NullQuery, Query
from whoosh.scoring import BM25F

from search.engines import Found

FOLDER = "whoosh"
B = 0.2
"""Length normalisation: RANKING measured the usual 0.75 as the biggest single mistake here."""
K1 = 1.5


class _ExactTopCollector(TopCollector):  # type: ignore[misc]
    """TopCollector without shortcuts, optionally within a set of documents."""

    def __init__(self, limit: int, within: Set[int] | None) -> None:
        super().__init__(limit=limit, usequality=False, replace=0)
        self._within = within

    def collect(self, sub_docnum: int) -> float:
        if self._within is not None and self.offset + sub_docnum not in self._within:
            return 0.0
        key: float = super().collect(sub_docnum)
        return key


class WhooshEngine:
    """A published generation's Whoosh index, read only.

    Raises:
        Exception: whatever Whoosh raises on a missing or damaged file; the caller translates.
    """

    def __init__(self, generation: Path) -> None:
        self._index = whoosh_index.open_dir(generation / FOLDER, readonly=True)
        self._searcher = self._index.searcher(weighting=BM25F(B=B, K1=K1))
        self._lock = threading.Lock()

    def search(self, query: Query, limit: int, within: Set[int] | None = None) -> Found:
        if query is NullQuery:
            return Found(0, ())
        collector = _ExactTopCollector(max(limit, 1), within)
        with self._lock:
            self._searcher.search_with_collector(query, collector)
        best = sorted(((-score, -negated) for score, negated in collector.items))[:limit]
        return Found(collector.total, tuple((doc, -negative) for negative, doc in best))

    def matching(self, query: Query) -> Set[int]:
        if query is NullQuery:
            return frozenset()
        with self._lock:
            return frozenset(self._searcher.docs_for_query(query))

    def close(self) -> None:
        with self._lock:
            self._searcher.close()
            self._index.close()
