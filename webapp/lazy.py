"""The index, opened when it is first needed.

A server may start before the first rebuild has published anything; it then answers that
there is no index, and the first request after the rebuild finds it.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from search import Genes, open_index


class LazyGenes:
    """Opens the index once; ``Genes`` itself follows later rebuilds.  Thread safe."""

    def __init__(self, index_dir: Path, genes: Genes | None = None) -> None:
        self._index_dir = index_dir
        self._genes = genes
        self._lock = Lock()

    def get(self) -> Genes:
        """The open index.

        Raises:
            IndexUnavailable: there is none yet, or none that this version can read.
        """
        if self._genes is None:
            with self._lock:
                if self._genes is None:
                    self._genes = open_index(self._index_dir)
        return self._genes
