"""From prepared genes to the files of a generation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from index import analysis, completions_writing, facets_writing, fields, generations, ontology_writing, papers
from index.documenting import Run, documents
from index.documents import Digest
from index.memory import uncollected
from index.neighbours_writing import Task, write_neighbours
from index.ontology import Arrays
from index.preparing import Prepared
from index.records import GoTerm
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
    folder: Path,
    prepared: Prepared,
    spools: Path,
    workers: Workers,
    engine: TextEngine | None = None,
    tell: Callable[[int], None] | None = None,
) -> str:
    """Write store, papers and ontology into ``folder`` and feed the engine, all in one pass over the
    documents; returns the digest of everything that was written.  The genes of ``prepared`` and their names
    are used up.

    Raises:
        OSError: the disk is full or not writable.
    """
    digest = Digest(versions())
    digest.add(msgspec.msgpack.encode(prepared.merged.withdrawals))
    annotated: list[list[str]] = []
    """Of each document the ids of its GO lines."""
    counted: list[bytes] = []
    families = completions_writing.Families()
    linked = prepared.linked
    sharing = Task(folder, linked.papers.tobytes(), linked.documents.tobytes(), len(prepared.merged.genes))
    neighbours = workers.start(write_neighbours, sharing)
    with StoreWriter(folder) as store:
        for run in documents(prepared, spools, workers, engine is not None and engine.columnar):
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
        prepared.merged.genes.clear()  # used up; what follows needs the room
        prepared.names.clear()
        arrays = workers.start(_arrays, msgspec.msgpack.encode((prepared.go_terms, annotated)))
        facets = workers.start(_facets, facets_writing.Task(folder, counted))
        store.add_withdrawn(prepared.merged.withdrawals)
    completed = completions_writing.start(folder, workers)
    digest.add(papers.write(folder, prepared.linked).encode())
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
    }
