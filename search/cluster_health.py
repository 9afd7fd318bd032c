"""Whether a generation in a cluster can be asked, as the cluster sees it and as a question finds it."""

from __future__ import annotations

from msgspec import Struct

from index.cluster import Cluster, ClusterUnavailable, NoSuchIndex, Refused
from index.cluster_layout import Place
from index.cluster_published import strange

_SECONDS = 1.0
"""For each try of a question: who asks for health does not wait long."""
_RED = "red"


class ClusterHealth(Struct, frozen=True):
    """Of the indices of the generation that answers."""

    status: str
    """green; yellow where a copy of some part is missing, so that one more node must not be lost."""
    nodes: int
    """Nodes in the cluster that hold data."""
    unassigned_shards: int
    """Copies of parts of the index that no node holds at present."""
    index: str
    """What the two indices of the generation begin with."""


def cluster_health(cluster: Cluster, place: Place) -> ClusterHealth:
    """
    Raises:
        ClusterUnavailable: no node answers, the cluster has no manager, or a part of the index is missing.
    """
    unreachable = None
    try:
        for index in (place.genes, place.tables):
            cluster.search(index, {"size": 0, "track_total_hits": 1}, {"request_cache": False})
    except NoSuchIndex:
        raise  # of an index that is not there nothing else is told at once
    except Refused as refused:
        raise ClusterUnavailable(f"the index {place.base} answers no question ({refused})") from refused
    except ClusterUnavailable as error:
        unreachable = error
    told = cluster.request(
        "GET",
        f"/_cluster/health/{place.genes},{place.tables}",
        params={"timeout": "500ms", "cluster_manager_timeout": "500ms"},
        timeout=_SECONDS,
    )
    try:
        status, nodes, missing = told["status"], told["number_of_data_nodes"], told["unassigned_shards"]
    except (LookupError, TypeError):
        raise strange(cluster) from None
    if status == _RED:
        raise ClusterUnavailable(
            f"a part of the index is missing: {missing} of its shards are on none of the "
            f"{nodes} nodes (red); see GET /_cluster/allocation/explain there"
        )
    if unreachable is not None:
        raise unreachable
    return ClusterHealth(status, nodes, missing, place.base)
