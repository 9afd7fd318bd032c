"""One generation, open: its text engine, record store, ontology and manifest, together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from whoosh.query import Query

from index.facets import Facets
from index.fields import FIELDS
from index.generations import FORMAT_VERSION, Manifest
from index.neighbours import Neighbours
from index.ontology import Ontology
from index.papers import PaperTable
from search import linked
from search.completing import Completing
from search.expand import Beside
from search.identity import genes_named
from search.linked import linked_genes
from search.near_names import NameSuggestions
from search.opening import Opened
from search.page import IndexVersion
from search.ranking import Ranking
from search.related import Related
from search.storing import Store
from search.tallying import Tallying
from search.wider import Wider

if TYPE_CHECKING:
    from search.cluster_health import ClusterHealth


class Ground(Struct, frozen=True):
    """What a snapshot stands on: where the parts of its generation lie, and how they are let go of."""

    source: Hashable
    """The generation, as search.published.Published.current tells it."""
    folder: Path
    """Where its tables lie: ontology, facets, neighbours, papers, completions."""
    manifest: Manifest
    store: Store
    wider: Callable[[Ontology], Wider]
    values: Callable[[Facets], Mapping[str, Callable[[Query], Query]]]
    """What meets values and numbers of fields (search/by_value.py)."""
    engine: Callable[[Beside, Wider, Facets], Opened]
    tallying: Callable[[Facets], Tallying]
    damage: Callable[[], list[str]]
    """What is wrong with what lies there (index.generations.damage)."""
    release: Callable[[], None]
    """Called once, when nobody reads any more."""
    health: Callable[[], ClusterHealth | None] = lambda: None
    """How the machines that hold it are; None for this one.  Raises ClusterUnavailable."""


class Snapshot:
    """Closed when it is retired and no answer is being made from it."""

    field_names = tuple(field.name for field in FIELDS if field.kind != "shown")

    def __init__(self, ground: Ground) -> None:
        """
        Raises:
            OSError, ValueError: a part is missing or damaged; ``ground`` is the caller's to release.
            Exception: whatever Whoosh raises on a damaged file of its own.
        """
        self.source = ground.source
        self.manifest = ground.manifest
        self.store = store = ground.store
        folder = ground.folder
        self.papers = PaperTable(folder)
        self.neighbours = Neighbours(folder)
        if self.neighbours.documents != store.genes:
            raise ValueError(f"{self.neighbours.documents} genes share papers, {store.genes} are stored")
        self.facets = Facets(folder, store.genes)
        self.tallying = ground.tallying(self.facets)
        self.ontology = Ontology(folder)
        self.wider = ground.wider(self.ontology)
        known = {
            **self.wider.known,
            linked.FIELD.name: linked_genes(self.papers),
            **ground.values(self.facets),
        }
        beside = Beside(partial(genes_named, store=store), known)
        with ExitStack() as opened:
            self.engine, self.reviewer, self.cited_by = ground.engine(beside, self.wider, self.facets)
            opened.callback(self.engine.close)
            self.completing = Completing(folder, store, self.ontology, self.engine)
            self.suggestions = NameSuggestions(folder, store, self.engine)
            opened.pop_all()
        self.related = Related(store, self.papers, self.neighbours, self.ontology, self.facets)
        self.version = IndexVersion(FORMAT_VERSION, self.manifest.digest)
        self.ranking = Ranking(self.ontology, self.neighbours)
        self._damage, self._release = ground.damage, ground.release
        self.health = ground.health
        self._damaged: list[str] | None = None
        self._checking = threading.Lock()
        self._users = 1
        self._count = threading.Lock()

    @property
    def damaged(self) -> list[str]:
        """What is wrong with the generation; reads all of its files, once."""
        with self._checking:
            if self._damaged is None:
                self._damaged = self._damage()
            return self._damaged

    def hold(self) -> None:
        """Keep it open for one more user."""
        with self._count:
            self._users += 1

    def let_go(self) -> None:
        with self._count:
            self._users -= 1
            last = self._users == 0
        if last:
            self.engine.close()
            self.store.close()
            self._release()

    def retire(self) -> None:
        """Give up the hold it was opened with."""
        self.let_go()
