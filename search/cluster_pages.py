"""The first hits of a question, however many: beyond what a cluster gives at once by a point in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.cluster import Cluster
from index.cluster_faults import ClusterUnavailable, Refused
from search.cluster_queries import Dsl
from search.errors import BadRequest

PAGE = 10_000
"""So many a cluster gives at once, unless it is set otherwise."""
DEEPEST = 1_000_000
"""So many are read for one answer; a page begins by reading all before it."""
_KEEP = "1m"
"""So long a cluster keeps what deep pages are read from, after each."""
_FOUND = "hits.total.value,hits.hits.sort,_shards,timed_out,pit_id"


class Read(NamedTuple):
    """The first hits of a question."""

    total: int
    """How many documents match."""
    docs: NDArray[np.int32]
    """The last of the values that each was sorted by."""
    values: NDArray[np.float64]
    """The first of them; not a number where there is none."""


def pages(
    cluster: Cluster, index: str, asked: Dsl, limit: int, params: Mapping[str, str] | None = None
) -> Read:
    """How many documents match, and the ``limit`` first of them; ``asked`` has a query and a sort in which
    no two are equal, by the numbers of the documents at last.

    Raises:
        BadRequest: that is deeper than DEEPEST.
        ClusterUnavailable, Refused: as index.cluster.Cluster does.
    """
    body: Dsl = {**asked, "size": min(limit, PAGE), "track_total_hits": True, "_source": False}
    told = {**(params or {}), "filter_path": _FOUND}
    if limit <= PAGE:
        hits = cluster.search(index, body, told)["hits"]
        return Read(int(hits["total"]["value"]), *_numbers(hits.get("hits", ())))
    opened = cluster.request("POST", f"/{index}/_search/point_in_time", None, {"keep_alive": _KEEP})["pit_id"]
    try:
        return _read(cluster, body, told, opened, limit)
    finally:
        _close(cluster, opened)


def _read(cluster: Cluster, body: Dsl, params: Mapping[str, str], opened: str, limit: int) -> Read:
    pit = {"id": opened, "keep_alive": _KEEP}
    hits: dict[str, Any] = cluster.search("", {**body, "pit": pit}, params)["hits"]
    total = int(hits["total"]["value"])
    wanted = min(limit, total)
    if wanted > DEEPEST:
        raise BadRequest(
            f"genes are read up to place {DEEPEST:,} of {total:,}; narrow the search by a filter or a word"
        )
    found = hits.get("hits", ())
    read = [_numbers(found)]
    left = wanted - len(found)
    while left > 0 and found:
        after = {"size": min(left, PAGE), "search_after": found[-1]["sort"], "track_total_hits": False}
        found = cluster.search("", {**body, "pit": pit, **after}, params)["hits"].get("hits", ())
        read.append(_numbers(found))
        left -= len(found)
    docs, values = (np.concatenate(some) for some in zip(*read, strict=True))
    return Read(total, docs, values)


def _numbers(hits: Sequence[Mapping[str, Any]]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Of each hit the last and the first of the values that it was sorted by."""
    return (
        np.array([hit["sort"][-1] for hit in hits], np.int32),
        np.array([hit["sort"][0] for hit in hits], np.float64),
    )


def _close(cluster: Cluster, opened: str) -> None:
    with suppress(ClusterUnavailable, Refused):  # the cluster forgets it by itself
        cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [opened]})
