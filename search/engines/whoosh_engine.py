"""Search by stock Whoosh, around its known faults (DESIGN.md).

Its default top-k search drops high-scoring documents, and counts can be wrong under
NOT; both come from block-quality shortcuts and from replacing matchers on the way, so
both are off here.  A document that only meets a NOT would score 1, and one of score 0
would be lost in an Or over a small index: here NOT adds nothing and loses nothing.
Whoosh's readers are not documented as thread safe: one search at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Set
from pathlib import Path

from whoosh import index as whoosh_index
from whoosh.collectors import TopCollector
from whoosh.matching import InverseMatcher, Matcher
from whoosh.query import And, Not, NullQuery, Or, Query
from whoosh.scoring import BM25F
from whoosh.searching import SearchContext, Searcher

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


class _Without(Not):  # type: ignore[misc]
    """Not, scoring 0."""

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:
        unscored = SearchContext(needs_current=True, weighting=None)
        child = self.query.matcher(searcher, unscored)
        return InverseMatcher(child, searcher.doc_count_all(), weight=0.0)


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
        collector = _ExactTopCollector(max(limit, 1), within)
        with self._lock:
            scored = self._searcher.context(needs_current=True)
            self._searcher.search_with_collector(_scoring_no_absence(query), collector, scored)
        best = sorted(((-score, -negated) for score, negated in collector.items))[:limit]
        return Found(collector.total, tuple((doc, -negative) for negative, doc in best))

    def matching(self, query: Query) -> Set[int]:
        with self._lock:
            return frozenset(self._searcher.docs_for_query(_scoring_no_absence(query)))

    def close(self) -> None:
        with self._lock:
            self._searcher.close()
            self._index.close()


def _scoring_no_absence(query: Query) -> Query:
    if query is NullQuery:
        return query
    if isinstance(query, (And, Or)):
        return type(query)([_scoring_no_absence(child) for child in query.subqueries])
    return _Without(_scoring_no_absence(query.query)) if isinstance(query, Not) else query
