"""The index, opened when it is first needed.

A server may start before the first rebuild has published anything; it then answers that
there is no index, and the first request after the rebuild finds it.
"""

from __future__ import annotations

from threading import Lock

from search import Genes
from webapp.config import Config
from webapp.opening import open_genes


class LazyGenes:
    """Opens the index once; ``Genes`` itself follows later rebuilds.  Thread safe."""

    def __init__(self, config: Config, genes: Genes | None = None) -> None:
        self._config = config
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
                    self._genes = open_genes(self._config)
        return self._genes
