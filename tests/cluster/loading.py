"""The index of a folder put into a cluster, as a rebuild there would have published it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from index import cluster_publishing
from index.cluster import Cluster
from index.engines import CLUSTER_ENGINE
from index.generations import current_generation, read_manifest


def load(cluster: Cluster, index_dir: Path) -> None:
    """Publish what a folder publishes with the columnar engine under the cluster's alias."""
    generation = current_generation(index_dir)
    assert generation is not None
    manifest = msgspec.structs.replace(read_manifest(generation), engine=CLUSTER_ENGINE)
    cluster_publishing.publish(cluster, generation, manifest)
