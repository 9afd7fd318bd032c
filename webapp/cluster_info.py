"""What ``genelight info`` tells of an index in a cluster."""

from __future__ import annotations

from msgspec import Struct

from index.cluster import Cluster
from index.cluster_published import read_manifest
from index.generations import Manifest
from search.cluster_damage import damage_in_cluster
from search.cluster_health import cluster_health
from webapp.opening import published_in


class ClusterIndex(Struct, frozen=True):
    """How the published index lies in its cluster."""

    alias: str
    index: str
    """What the two indices of the generation begin with."""
    status: str
    """green, or yellow where a copy of some part is missing."""
    nodes: int
    unassigned_shards: int
    shards: int
    replicas: int
    documents: int
    """Genes that the cluster counts."""
    bytes: int
    """What both indices take on the nodes' disks, all copies together."""


class Told(Struct, frozen=True):
    manifest: Manifest
    damage: list[str] | None
    """None where it was not looked for."""
    cluster: ClusterIndex


def tell(cluster: Cluster, *, verify: bool) -> Told:
    """
    Raises:
        IndexUnavailable: nothing is published there.
        ClusterUnavailable: it does not answer.
        NoGeneration: the manifest is damaged or of another format.
    """
    place = published_in(cluster)
    health = cluster_health(cluster, place)
    manifest = read_manifest(cluster, place)
    settings = cluster.request("GET", f"/{place.genes}/_settings")[place.genes]["settings"]["index"]
    sizes = cluster.request("GET", f"/{place.genes},{place.tables}/_stats/store")
    told = ClusterIndex(
        alias=place.alias,
        index=place.base,
        status=health.status,
        nodes=health.nodes,
        unassigned_shards=health.unassigned_shards,
        shards=int(settings["number_of_shards"]),
        replicas=int(settings["number_of_replicas"]),
        documents=cluster.request("GET", f"/{place.genes}/_count")["count"],
        bytes=sizes["_all"]["total"]["store"]["size_in_bytes"],
    )
    return Told(manifest, damage_in_cluster(cluster, place, manifest) if verify else None, told)


def line(told: ClusterIndex) -> str:
    missing = f" ({told.unassigned_shards} on no node)" if told.unassigned_shards else ""
    return (
        f"cluster {told.status}, nodes {told.nodes}, shards {told.shards}, replicas {told.replicas}"
        f"{missing}, genes {told.documents:,}, {told.bytes / 1e6:,.0f} MB, {told.alias} -> {told.index}"
    )
