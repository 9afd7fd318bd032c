"""Generations in an OpenSearch cluster, opened: the one that its alias publishes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Hashable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from index.cluster import Cluster
from index.cluster_faults import ClusterUnavailable, Refused
from index.cluster_layout import Place
from index.cluster_published import current
from index.columns import Damaged
from index.facets import Facets
from index.generations import Manifest, NoGeneration
from search.cluster_health import cluster_health
from search.cluster_known import values_asked, wider_asked
from search.cluster_store import ClusterStore
from search.cluster_tables import fetch_tables
from search.cluster_tallying import ByAggregations
from search.cluster_words import ClusterWords
from search.engines.opensearch_engine import OpenSearchEngine
from search.errors import IndexUnavailable
from search.expand import Beside
from search.opening import Opened, by_documents
from search.snapshot import Ground, Snapshot
from search.wider import Wider

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
"""So often it is asked where the alias points."""
_STAYS_SECONDS = 300.0
"""So long the generation before is sure to be there: half of index.cluster_publishing.LINGER."""
_LOOK_PATIENCE = 2.0
"""Seconds that a search waits for that, where the cluster is slow."""


class InCluster:
    """The generation that a cluster's alias publishes.

    A generation stays in the cluster for a while after another is published.  Who did not look for so long
    waits for the new one; otherwise the one before answers meanwhile.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.aside = True
        self._cluster = cluster
        self._place: Place | None = None
        self._next_look = 0.0
        self._seen_at = time.monotonic()
        self._fault = ""
        """What kept the last look from telling."""
        self._looking = threading.Lock()

    def look(self) -> None:
        """Ask where the alias points, now and then and one thread at a time.  A cluster that does not answer
        this does not answer the search either, which tells it."""
        if time.monotonic() < self._next_look or not self._looking.acquire(blocking=False):
            return
        try:
            place = current(self._cluster, _LOOK_PATIENCE) or self._place
            if time.monotonic() - self._seen_at > _STAYS_SECONDS:
                self.aside = False
            if self._fault:
                _log.warning("the cluster tells again where %s points", self._cluster.address.alias)
            self._place, self._seen_at, self._fault = place, time.monotonic(), ""
        except (ClusterUnavailable, Refused) as error:
            if not self._fault:
                _log.warning("%s", error)
            self._fault = str(error)
        finally:
            self._next_look = time.monotonic() + _LOOK_SECONDS
            self._looking.release()

    def seen(self) -> Hashable | None:
        return self._place

    def current(self) -> Hashable | None:
        return self._place

    def open(self) -> Snapshot:
        """
        Raises:
            IndexUnavailable: the cluster does not answer, nothing is published in it, or that is damaged or
                of another format.
        """
        try:
            place = current(self._cluster)
            if place is None:
                raise IndexUnavailable(
                    f"no index in the cluster under the alias {self._cluster.address.alias}; build one with: "
                    "genelight index --engine opensearch"
                )
            self._place = place
            opened = _opened(self._cluster, place)
        except (ClusterUnavailable, Refused, NoGeneration, Damaged) as error:
            raise IndexUnavailable(str(error)) from error
        self.aside = True
        return opened

    def lost(self) -> None:
        self._next_look, self.aside = 0.0, False

    def close(self) -> None:
        self._cluster.close()


def _opened(cluster: Cluster, place: Place) -> Snapshot:
    with ExitStack() as held:
        tables = fetch_tables(cluster, place)
        held.callback(tables.release)
        try:
            store = ClusterStore(cluster, place, tables.folder, tables.manifest.genes)
            held.callback(store.close)
            ground = Ground(
                source=place,
                folder=tables.folder,
                manifest=tables.manifest,
                store=store,
                wider=wider_asked,
                values=values_asked,
                engine=partial(_engine, cluster, place, tables.folder, tables.manifest, store),
                tallying=partial(ByAggregations, cluster, place),
                damage=tables.damage,
                release=tables.release,
                health=partial(cluster_health, cluster, place),
            )
            snapshot = Snapshot(ground)
        except (OSError, ValueError, Damaged) as error:
            raise NoGeneration(
                f"{place.base} is damaged ({error}); run: genelight index --engine opensearch --force"
            ) from error
        held.pop_all()
    return snapshot


def _engine(
    cluster: Cluster,
    place: Place,
    folder: Path,
    manifest: Manifest,
    store: ClusterStore,
    beside: Beside,
    wider: Wider,
    facets: Facets,
) -> Opened:
    words = ClusterWords(cluster, place, folder)
    engine = OpenSearchEngine(cluster, place, beside, words, manifest.genes)
    return by_documents(engine, store, beside, wider, facets)
