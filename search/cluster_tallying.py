"""What is told of all genes of an answer, asked of the cluster: no list of them is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.cluster import Cluster
from index.cluster_layout import Place
from index.facets import Column, Facets
from search.cluster_pages import pages
from search.cluster_queries import Dsl, any_of, of_numbers
from search.cluster_sets import question
from search.engines import Docs, Held
from search.facets import most_met
from search.page import FacetCount
from search.tallying import ByArrays

_LAST = {"missing": "_last"}
_SORTS: dict[str, list[Dsl]] = {
    "symbol": [{"by_symbol": "asc"}],
    "-symbol": [{"by_symbol": "desc"}],
    "location": [{"by_location": {"order": "asc", **_LAST}}, {"by_symbol": "asc"}],
    "-location": [{"by_location": {"order": "desc", **_LAST}}, {"by_symbol": "asc"}],
    "papers": [{"papers": "asc"}, {"by_symbol": "asc"}],
    "-papers": [{"papers": "desc"}, {"by_symbol": "asc"}],
}
_MOST_TERMS = 60_000
"""Of all columns of one question; a cluster gives 65,535 unless it is set otherwise.  A column of more is
counted from the genes."""


class ByAggregations:
    """By the cluster's aggregations and sorts: exact, since all terms of a column are asked for."""

    def __init__(self, cluster: Cluster, place: Place, facets: Facets) -> None:
        self._cluster, self._index = cluster, place.genes
        self._facets = facets

    def terms(self, names: Sequence[str], met: Held, besides: Docs, size: int) -> dict[str, FacetCount]:
        columns = {name: self._facets.columns[name] for name in dict.fromkeys(names)}
        long = [name for name, column in columns.items() if len(column.terms) > _MOST_TERMS]
        found = ByArrays(self._facets).terms(long, met, besides, size) if long else {}
        for some in _fitting({name: column for name, column in columns.items() if name not in long}):
            found |= self._asked(some, met, besides, size)
        return {name: found[name] for name in columns}

    def _asked(
        self, columns: Mapping[str, Column], met: Held, besides: Docs, size: int
    ) -> dict[str, FacetCount]:
        asked: Dsl = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": [_all(met, besides)]}},
            "aggs": {
                **{name: _terms_of(name, column) for name, column in columns.items()},
                **{f"no {name}": {"missing": {"field": f"facet_{name}"}} for name in columns},
            },
        }
        told = self._cluster.search(self._index, asked)["aggregations"]
        return {
            name: most_met(
                column, _counts(column, told[name]["buckets"]), told[f"no {name}"]["doc_count"], size
            )
            for name, column in columns.items()
        }

    def first(self, met: Held, besides: Docs, sort: str, limit: int) -> Docs:
        asked: Dsl = {
            "query": {"bool": {"filter": [_all(met, besides)]}},
            "sort": [*_SORTS[sort], {"n": "asc"}],
        }
        return pages(self._cluster, self._index, asked, limit).docs


def _all(met: Held, besides: Docs) -> Dsl:
    return any_of([question(met), of_numbers("n", besides)]) if len(besides) else question(met)


def _fitting(columns: Mapping[str, Column]) -> list[dict[str, Column]]:
    """Columns, as many at once as a cluster gives the terms of."""
    found: list[dict[str, Column]] = []
    room = 0
    for name, column in columns.items():
        taken = len(column.terms) + 1  # and the genes without any
        if taken > room:
            found.append({})
            room = _MOST_TERMS + 1
        found[-1][name] = column
        room -= taken
    return found


def _terms_of(name: str, column: Column) -> Dsl:
    return {"terms": {"field": f"facet_{name}", "size": max(1, len(column.terms))}}


def _counts(column: Column, buckets: Sequence[dict[str, int]]) -> NDArray[np.intp]:
    counts = np.zeros(len(column.terms), np.intp)
    for bucket in buckets:
        counts[bucket["key"]] = bucket["doc_count"]
    return counts
