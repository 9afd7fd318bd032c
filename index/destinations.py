"""Where a rebuild publishes what it wrote: a folder, or a cluster (index/cluster_destination.py)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from index import generations, publishing
from index.generations import Manifest

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done and how much there is."""


class Destination(Protocol):
    def rebuilding(self) -> AbstractContextManager[Path]:
        """An empty folder to write a generation into, while no other rebuild writes for this destination.

        Raises:
            RebuildRunning: another one does.
        """

    def published(self) -> Manifest | None:
        """What is told of the published generation; None where it is not whole or another engine's."""

    def publish(self, building: Path, manifest: Manifest, tell: Progress) -> None:
        """Make what was written there the published generation; whatever fails, what was published stands."""

    def remove_unused(self) -> None:
        """Remove generations that nobody needs."""


class FolderDestination:
    """The index directory itself."""

    def __init__(self, index_dir: Path, engine: str) -> None:
        self._index_dir = index_dir
        self._engine = engine

    def rebuilding(self) -> AbstractContextManager[Path]:
        return publishing.rebuilding(self._index_dir)

    def published(self) -> Manifest | None:
        current = generations.current_digest(self._index_dir)
        if current is None:
            return None
        return publishing.whole(generations.generation_path(self._index_dir, current), self._engine)

    def publish(self, building: Path, manifest: Manifest, tell: Progress) -> None:
        tell("publish", 0, 1)
        publishing.publish(self._index_dir, building, manifest)
        tell("publish", 1, 1)

    def remove_unused(self) -> None:
        publishing.remove_unused(self._index_dir)
