"""From prepared genes to the files of a generation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from index import analysis, fields, generations, ontology, papers
from index.documenting import Prepared, documents
from index.documents import Digest, Document, decode
from index.store import StoreWriter
from index.workers import Workers


class TextEngine(Protocol):
    """What is written beside the store: it gets every document in the order of their numbers."""

    def add(self, document: Document) -> None: ...


def write(
    folder: Path,
    prepared: Prepared,
    spools: Path,
    workers: Workers,
    engine: TextEngine | None = None,
    tell: Callable[[int], None] | None = None,
) -> str:
    """Write store, papers and ontology into ``folder`` and feed the engine, all in one pass over the
    documents; returns the digest of everything that was written.

    Raises:
        OSError: the disk is full or not writable.
    """
    digest = Digest(versions())
    digest.add(msgspec.msgpack.encode(prepared.merged.withdrawals))
    annotated: list[list[str]] = []
    """Of each document the ids of its GO lines."""
    with StoreWriter(folder) as store:
        for run in documents(prepared, spools, workers):
            store.add(run.rows)
            annotated += run.annotated
            for _, _, _, _, data in run.rows.genes:
                digest.add(data)
                if engine is not None:
                    engine.add(decode(data))
            if tell is not None:
                tell(len(annotated))
        store.add_withdrawn(prepared.merged.withdrawals)
    digest.add(papers.write(folder, prepared.linked).encode())
    digest.add(ontology.write(folder, prepared.go_terms, annotated).encode())
    return digest.hexdigest()


def versions() -> dict[str, int | str]:
    """What decides, beside the documents, how a generation is matched."""
    return {
        "format": generations.FORMAT_VERSION,
        "analysis": analysis.VERSION,
        "weights": fields.WEIGHTS_VERSION,
    }
