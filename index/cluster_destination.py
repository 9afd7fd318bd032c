"""A rebuild that publishes in a cluster; the folder holds the generation only until that is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index import cluster_publishing, publishing
from index.cluster import Cluster
from index.cluster_checking import complete
from index.cluster_encoding import runs
from index.cluster_lock import RebuildLock
from index.cluster_published import current
from index.destinations import Progress
from index.generations import Manifest
from index.workers import Workers, processors

_WORTH_SHARING = 10
"""Runs of genes from which on processes are started: below, starting them takes longer."""


class ClusterDestination:
    """The cluster's alias; ``index_dir`` is where the generation is written, and keeps the report.

    ``anew`` loads it even if the cluster holds the same one already, of which only a sample is compared.
    """

    def __init__(
        self, cluster: Cluster, index_dir: Path, engine: str, processes: int | None, anew: bool = False
    ) -> None:
        self._anew = anew
        self._cluster = cluster
        self._index_dir = index_dir
        self._engine = engine
        self._processes = processes
        self._lock: RebuildLock | None = None

    @contextmanager
    def rebuilding(self) -> Iterator[Path]:
        with (
            publishing.rebuilding(self._index_dir) as building,
            cluster_publishing.rebuilding(self._cluster) as self._lock,
        ):
            yield building

    def published(self) -> Manifest | None:
        place = current(self._cluster)
        manifest = None if place is None else complete(self._cluster, place)
        return manifest if manifest is not None and manifest.engine == self._engine else None

    def publish(self, building: Path, manifest: Manifest, tell: Progress) -> None:
        processes = self._processes
        if processes is None:
            processes = processors() if sum(1 for _ in runs(building)) >= _WORTH_SHARING else 1
        with Workers(processes) as workers:
            cluster_publishing.publish(
                self._cluster, building, manifest, tell, workers=workers, lock=self._lock, anew=self._anew
            )

    def remove_unused(self) -> None:
        """Under the lock nothing is left to do: what is half-loaded went when it was taken."""
