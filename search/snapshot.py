"""One generation, open: its text engine, record store, ontology and manifest, together."""

from __future__ import annotations

import errno
import threading
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path

from index.facets import Facets
from index.fields import FIELDS
from index.generations import (
    FORMAT_VERSION,
    GenerationGone,
    Manifest,
    NoGeneration,
    ReadLock,
    current_generation,
    damage,
    incomplete,
    read_manifest,
)
from index.neighbours import Neighbours
from index.ontology import Ontology
from index.papers import PaperTable
from index.store import RecordStore
from search import linked
from search.by_value import genes_by_values
from search.citing import CitedBy
from search.completing import Completing
from search.engines import Engine
from search.errors import IndexUnavailable
from search.expand import Beside
from search.identity import genes_named
from search.linked import linked_genes
from search.near_names import NameSuggestions
from search.opening import Reviewing, open_engine
from search.page import IndexVersion
from search.ranking import Ranking
from search.related import Related
from search.wider import Wider

_SHORT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors of a machine that is short of something, not of the files.  A generation is some hundred files, and
a mapped one keeps its descriptor."""
_ATTEMPTS = 5
"""A generation can be replaced and removed between reading its name and opening it."""


class Snapshot:
    """Closed when it is retired and no answer is being made from it."""

    field_names = tuple(field.name for field in FIELDS if field.kind != "shown")

    def __init__(
        self,
        generation: Path,
        lock: ReadLock,
        manifest: Manifest,
        store: RecordStore,
        papers: PaperTable,
        neighbours: Neighbours,
        facets: Facets,
        ontology: Ontology,
        completing: Completing,
        suggestions: NameSuggestions,
        wider: Wider,
        engine: Engine,
        reviewer: Reviewing,
        cited_by: CitedBy,
    ) -> None:
        self.generation = generation
        self.manifest = manifest
        self.store = store
        self.papers = papers
        self.neighbours = neighbours
        self.facets = facets
        self.related = Related(store, papers, neighbours, ontology, facets)
        self.engine = engine
        self.version = IndexVersion(FORMAT_VERSION, manifest.digest)
        self.completing = completing
        self.suggestions = suggestions
        self.wider = wider
        self.ontology = ontology
        self.ranking = Ranking(ontology, neighbours)
        self.reviewer = reviewer
        self.cited_by = cited_by
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
            generation = current_generation(index_dir)
            if generation is None:
                break
            try:
                return cls._open_generation(generation)
            except GenerationGone as gone:
                problem = str(gone)
            except NoGeneration as damaged:
                problem = str(damaged)
                break
        raise IndexUnavailable(problem)

    @classmethod
    def of(cls, generation: Path) -> Snapshot:
        """One generation, published or not.

        Raises:
            IndexUnavailable: it is none, or damaged, or of another format.
        """
        try:
            return cls._open_generation(generation)
        except NoGeneration as wrong:
            raise IndexUnavailable(str(wrong)) from None

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
                neighbours = Neighbours(generation)
                if neighbours.documents != store.genes:
                    raise ValueError(f"{neighbours.documents} genes share papers, {store.genes} are stored")
                facets = Facets(generation, store.genes)
                ontology = Ontology(generation)
                wider = Wider(ontology)
                known = {**wider.known, linked.FIELD.name: linked_genes(papers), **genes_by_values(facets)}
                beside = Beside(partial(genes_named, store=store), known)
                engine, reviewer, cited_by = open_engine(manifest.engine, generation, beside, wider, store)
                completing = Completing(generation, store, ontology, engine)
                suggestions = NameSuggestions(generation, store, engine)
            except Exception as error:  # Whoosh names no errors of its own for damage
                if isinstance(error, OSError) and error.errno in _SHORT_OF:
                    raise IndexUnavailable(f"{generation.name} cannot be opened: {error.strerror}") from error
                raise NoGeneration(f"{generation.name} is damaged ({error}); run: genelight index") from error
            opened.pop_all()
        return cls(
            generation,
            lock,
            manifest,
            store,
            papers,
            neighbours,
            facets,
            ontology,
            completing,
            suggestions,
            wider,
            engine,
            reviewer,
            cited_by,
        )

    @cached_property
    def damaged(self) -> list[str]:
        """What is wrong with the files (index.generations.damage); reads all of them, once."""
        return damage(self.generation, self.manifest)

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
