"""One generation, open: its text engine, record store, ontology and manifest, together."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

from index.fields import FIELDS
from index.generations import (
    FORMAT_VERSION,
    Manifest,
    NoGeneration,
    ReadLock,
    current_digest,
    generation_path,
    incomplete,
    read_manifest,
)
from index.ontology import Ontology
from index.papers import PaperTable
from index.store import RecordStore
from search import linked
from search.engines import Engine
from search.engines.whoosh_engine import WhooshEngine
from search.errors import IndexUnavailable
from search.identity import NameSuggestions
from search.linked import linked_genes
from search.page import IndexVersion
from search.wider import Wider

_ATTEMPTS = 5
"""A generation can be replaced and removed between reading its name and opening it."""


class Snapshot:
    """Closed when it is retired and no answer is being made from it."""

    field_names = tuple(field.name for field in FIELDS if field.kind != "shown")

    def __init__(
        self,
        lock: ReadLock,
        manifest: Manifest,
        store: RecordStore,
        papers: PaperTable,
        ontology: Ontology,
        engine: Engine,
    ) -> None:
        self.manifest = manifest
        self.store = store
        self.papers = papers
        self.engine = engine
        self.version = IndexVersion(FORMAT_VERSION, manifest.digest)
        self.suggestions = NameSuggestions(store)
        self.wider = Wider(ontology, store.genes)
        self.known = {**self.wider.known, linked.FIELD.name: linked_genes(papers, store.genes)}
        """What is found beside the engine, by field (search.expand.Beside)."""
        self._read_lock = lock
        self._users = 1
        self._count = threading.Lock()

    @classmethod
    def open(cls, index_dir: Path) -> Snapshot:
        """The published generation.

        Raises:
            IndexUnavailable: none is published, or it is damaged or of another format.
        """
        problem = f"no index in {index_dir}; build one with: genelight index"
        for _ in range(_ATTEMPTS):
            digest = current_digest(index_dir)
            if digest is None:
                break
            try:
                return cls._open_generation(generation_path(index_dir, digest))
            except NoGeneration as missing:
                problem = str(missing)
        raise IndexUnavailable(problem)

    @classmethod
    def _open_generation(cls, generation: Path) -> Snapshot:
        with ExitStack() as opened:
            lock = ReadLock(generation)
            opened.callback(lock.release)
            manifest = read_manifest(generation)
            if wrong := incomplete(generation, manifest):
                told = "; ".join(list(wrong.values())[:3])
                raise NoGeneration(f"{generation.name} is damaged ({told}); run: genelight index --force")
            try:
                store = RecordStore(generation)
                opened.callback(store.close)
                papers = PaperTable(generation)
                ontology = Ontology(generation)
                engine = WhooshEngine(generation)
            except Exception as error:  # Whoosh names no errors of its own for damage
                raise NoGeneration(f"{generation.name} is damaged ({error}); run: genelight index") from error
            opened.pop_all()
        return cls(lock, manifest, store, papers, ontology, engine)

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
            self._read_lock.release()

    def retire(self) -> None:
        """Give up the hold it was opened with."""
        self.let_go()
