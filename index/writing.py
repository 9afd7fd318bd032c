"""From prepared genes to the files of a generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from index import (
    analysis,
    completions_writing,
    facets_writing,
    fields,
    generations,
    mentions,
    ontology_writing,
    papers,
)
from index.documenting import Places, Run, documents
from index.documents import Digest
from index.memory import uncollected
from index.neighbours_writing import Task, write_neighbours
from index.ontology import Arrays
from index.papers import Linked
from index.preparing import Prepared
from index.records import GoTerm, Withdrawal
from index.store_writing import StoreWriter
from index.workers import Workers


class TextEngine(Protocol):
    """What is written beside the store: it gets every document in the order of their numbers."""

    columnar: bool
    """Whether it wants the documents' columns."""

    def add_run(self, run: Run) -> None: ...

    def finish(self, arrays: Callable[[], Arrays], workers: Workers) -> None:
        """All documents are there; ``arrays`` waits for the ontology, ``workers`` share what is left."""


def write(
    places: Places,
    prepared: Prepared,
    workers: Workers,
    engine: TextEngine | None = None,
    tell: Callable[[int], None] | None = None,
) -> str:
    """Write the genes of ``prepared``, which are used up as their names are; see ``write_runs``."""
    columnar = engine is not None and engine.columnar

    def runs() -> Iterator[Run]:
        yield from documents(prepared, places, workers, columnar)
        prepared.merged.genes.clear()  # what follows needs the room
        prepared.names.clear()

    genes, withdrawals = len(prepared.merged.genes), prepared.merged.withdrawals
    beside = Beside(genes, prepared.linked, prepared.go_terms, withdrawals)
    return write_runs(places.generation, runs(), beside, workers, engine, tell)


class Beside(Struct, frozen=True):
    """What a generation holds beside its documents."""

    genes: int
    """How many documents there will be."""
    linked: Linked
    go_terms: Sequence[GoTerm] = ()
    withdrawals: Sequence[Withdrawal] = ()


def write_runs(
    folder: Path,
    runs: Iterable[Run],
    beside: Beside,
    workers: Workers,
    engine: TextEngine | None = None,
    tell: Callable[[int], None] | None = None,
) -> str:
    """Write all parts of a generation into ``folder`` and feed the engine, in one pass over the
    documents; returns the digest of everything that was written.

    Raises:
        OSError: the disk is full or not writable.
    """
    digest = Digest(versions())
    digest.add(msgspec.msgpack.encode(beside.withdrawals))
    annotated: list[list[str]] = []
    """Of each document the ids of its GO lines."""
    counted: list[bytes] = []
    families = completions_writing.Families()
    linked = beside.linked
    sharing = Task(folder, linked.papers.tobytes(), linked.documents.tobytes(), beside.genes)
    neighbours = workers.start(write_neighbours, sharing)
    with StoreWriter(folder) as store:
        for run in runs:
            store.add(run.rows)
            annotated += run.annotated
            counted.append(run.facets)
            families.add(run.families)
            for data in run.rows.documents:
                digest.add(data)
            if engine is not None:
                engine.add_run(run)
            if tell is not None:
                tell(len(annotated))
        arrays = workers.start(_arrays, msgspec.msgpack.encode((beside.go_terms, annotated)))
        facets = workers.start(_facets, facets_writing.Task(folder, counted))
        store.add_withdrawn(beside.withdrawals)
    completed = completions_writing.start(folder, workers)
    digest.add(papers.write(folder, linked).encode())
    digest.add(neighbours().encode())
    if engine is not None:
        engine.finish(arrays, workers)
    digest.add(ontology_writing.write_arrays(folder, arrays()).encode())
    digest.add(facets().encode())
    digest.add(completions_writing.write_topics(folder, arrays(), families).encode())
    digest.add(completed().encode())
    return digest.hexdigest()


_told = msgspec.msgpack.Decoder(tuple[list[GoTerm], list[list[str]]])


def _arrays(encoded: bytes) -> Arrays:
    """The ontology, made in a process of its own while what does not need it is written."""
    with uncollected():
        go_terms, annotated = _told.decode(encoded)
        return ontology_writing.arrays_of(go_terms, annotated)


def _facets(task: facets_writing.Task) -> str:
    """What genes are counted, chosen and sorted by, likewise."""
    with uncollected():
        return facets_writing.write_facets(task)


def versions() -> dict[str, int | str]:
    """What decides, beside the documents, how a generation is matched."""
    return {
        "format": generations.FORMAT_VERSION,
        "analysis": analysis.VERSION,
        "weights": fields.WEIGHTS_VERSION,
        "mentions": mentions.version(),
    }
