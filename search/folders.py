"""Generations in folders, opened: the one that an index directory publishes, or any."""

from __future__ import annotations

import errno
from collections.abc import Hashable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from index.generations import (
    GenerationGone,
    NoGeneration,
    ReadLock,
    current_generation,
    damage,
    incomplete,
    pointer_signature,
    read_manifest,
)
from index.store import RecordStore
from search.by_value import genes_by_values
from search.errors import IndexUnavailable
from search.opening import open_engine
from search.snapshot import Ground, Snapshot
from search.tallying import ByArrays
from search.wider import Wider

_SHORT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors of a machine that is short of something, not of the files.  A generation is some hundred files, and
a mapped one keeps its descriptor."""
_ATTEMPTS = 5
"""A generation can be replaced and removed between reading its name and opening it."""


class Folder:
    """The generation that an index directory publishes."""

    aside = False

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir

    def look(self) -> None:
        """Every question tells."""

    def seen(self) -> Hashable | None:
        return pointer_signature(self._index_dir)

    def current(self) -> Hashable | None:
        return current_generation(self._index_dir)

    def open(self) -> Snapshot:
        """
        Raises:
            IndexUnavailable: none is published, or it is damaged or of another format.
        """
        problem = f"no index in {self._index_dir}; build one with: genelight index"
        for _ in range(_ATTEMPTS):
            generation = current_generation(self._index_dir)
            if generation is None:
                break
            try:
                return _opened(generation)
            except GenerationGone as gone:
                problem = str(gone)
            except NoGeneration as damaged:
                problem = str(damaged)
                break
        raise IndexUnavailable(problem)

    def lost(self) -> None:
        """An open generation stays."""

    def close(self) -> None:
        """Nothing is kept."""


class OneFolder:
    """One generation, published or not, whatever is published later."""

    aside = False

    def __init__(self, generation: Path) -> None:
        self._generation = generation

    def look(self) -> None:
        """It stays the same."""

    def seen(self) -> Hashable | None:
        return self._generation

    def current(self) -> Hashable | None:
        return self._generation

    def open(self) -> Snapshot:
        """
        Raises:
            IndexUnavailable: it is none, or damaged, or of another format.
        """
        try:
            return _opened(self._generation)
        except NoGeneration as wrong:
            raise IndexUnavailable(str(wrong)) from None

    def lost(self) -> None:
        """An open generation stays."""

    def close(self) -> None:
        """Nothing is kept."""


def _opened(generation: Path) -> Snapshot:
    with ExitStack() as held:
        lock = ReadLock(generation)
        held.callback(lock.release)
        manifest = read_manifest(generation)
        if wrong := incomplete(generation, manifest):
            told = "; ".join(list(wrong.values())[:3])
            raise NoGeneration(f"{generation.name} is damaged ({told}); run: genelight index --force")
        try:
            store = RecordStore(generation)
            held.callback(store.close)
            ground = Ground(
                source=generation,
                folder=generation,
                manifest=manifest,
                store=store,
                wider=Wider,
                values=genes_by_values,
                engine=partial(open_engine, manifest.engine, generation, store),
                tallying=ByArrays,
                damage=partial(damage, generation, manifest),
                release=lock.release,
            )
            snapshot = Snapshot(ground)
        except Exception as error:  # Whoosh names no errors of its own for damage
            if isinstance(error, OSError) and error.errno in _SHORT_OF:
                raise IndexUnavailable(f"{generation.name} cannot be opened: {error.strerror}") from error
            raise NoGeneration(f"{generation.name} is damaged ({error}); run: genelight index") from error
        held.pop_all()
    return snapshot
