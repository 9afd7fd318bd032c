"""Which generation a cluster publishes: where its alias points, and what is told of it."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from index.cluster_faults import ClusterUnavailable, NoSuchIndex
from index.cluster_layout import LAYOUT_VERSION, MANIFEST, PIECE, Place, place_of
from index.generations import Manifest, NoGeneration, manifest_of

if TYPE_CHECKING:
    from index.cluster import Cluster

_LONGEST_MANIFEST = 256
"""Pieces."""


def current(cluster: Cluster, timeout: float | None = None) -> Place | None:
    """The published generation, None where nothing was loaded yet.

    Where the alias points to several of ours, which a rebuild leaves that lost its lock and was killed while
    it published, the one that was made last is: the other's rebuild had begun before.  The next rebuild lets
    the alias point to it alone.

    Raises:
        ClusterUnavailable: the cluster does not answer, or the alias points to what is no generation of ours.
    """
    places = pointed(cluster, timeout)
    if len(places) < 2:
        return places[0] if places else None
    names = ",".join(place.genes for place in places)
    params = {"ignore_unavailable": True}
    told = cluster.request("GET", f"/{names}/_settings/index.creation_date", params=params, timeout=timeout)
    try:
        made = {name: int(one["settings"]["index"]["creation_date"]) for name, one in told.items()}
    except (AttributeError, LookupError, TypeError, ValueError):
        raise strange(cluster) from None
    return max(places, key=lambda place: (made.get(place.genes, 0), place.base))


def pointed(cluster: Cluster, timeout: float | None = None) -> list[Place]:
    """All generations that the alias points to; more than one is a fault.

    Raises:
        ClusterUnavailable: the cluster does not answer, or the alias points to what is no generation of ours.
    """
    alias = cluster.address.alias
    try:
        answer = cluster.request("GET", f"/_alias/{alias}", timeout=timeout)
    except NoSuchIndex:
        return []
    if not isinstance(answer, dict):
        raise strange(cluster)
    names = sorted(answer) if "error" not in answer else []
    found = [place_of(name) for name in names]
    places = [place for place in found if place is not None and place.alias == alias]
    if len(places) < len(names) or any(place.genes not in names for place in places):
        raise ClusterUnavailable(
            f"the alias {alias} points to {', '.join(names)[:200]}, no generation of Genelight; "
            "remove the alias, or set another name"
        )
    return places


def check_layout(cluster: Cluster, place: Place) -> None:
    """
    Raises:
        NoGeneration: the generation is laid out as another version does it.
        ClusterUnavailable: the cluster does not answer; NoSuchIndex: the generation is gone.
    """
    names = f"{place.genes},{place.tables}"
    told = cluster.request("GET", f"/{names}/_mapping", params={"filter_path": "*.mappings._meta.layout"})
    try:
        found = [told[name]["mappings"]["_meta"]["layout"] for name in (place.genes, place.tables)]
    except (LookupError, TypeError):
        found = ["unknown"]
    other = next((layout for layout in found if layout != LAYOUT_VERSION), None)
    if other is not None:
        raise NoGeneration(
            f"{place.base} has layout {str(other)[:20]}, this version reads {LAYOUT_VERSION}; "
            "run: genelight index --engine opensearch"
        )


def read_manifest(cluster: Cluster, place: Place) -> Manifest:
    """What is told of a generation.

    Raises:
        NoGeneration: nothing is, or it is damaged or of another layout or format version.
        ClusterUnavailable: the cluster does not answer; NoSuchIndex: the generation is gone.
    """
    check_layout(cluster, place)
    pieces: list[bytes] = []
    while (not pieces or len(pieces[-1]) == PIECE) and len(pieces) < _LONGEST_MANIFEST:
        (piece,) = cluster.mget(place.tables, [f"{MANIFEST}#{len(pieces)}"], ["data"])
        if piece is None:
            break
        try:
            pieces.append(b64decode(piece["data"], validate=True))
        except (LookupError, TypeError, ValueError):
            break
    return manifest_of(b"".join(pieces), place.base)


def strange(cluster: Cluster) -> ClusterUnavailable:
    """The answer has not the shape that OpenSearch gives it."""
    return ClusterUnavailable(
        f"what answers at {cluster.address} does not answer as OpenSearch does; "
        "see that the address is right and what stands between"
    )
