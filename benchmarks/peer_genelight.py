"""Genelight among its peers: asked through ``open_index(...).search(...)`` and nothing else.

Read of each hit are its id, symbol, name and families; with highlights also every line's sentence, spans,
papers and mentioned genes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.corpus import read_encoded, read_go_terms, read_symbols
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import Query
from index import (
    columnar,
    completions_writing,
    facets_writing,
    generations,
    ontology_writing,
    papers,
    publishing,
)
from index.documenting import Run
from index.documents import Digest, decode
from index.engines.columnar.run import Analyser
from index.engines.columnar.writer import ColumnWriter
from index.generations import Manifest
from index.memory import uncollected
from index.neighbours_writing import Task as Shared
from index.neighbours_writing import write_neighbours
from index.records import GoTerm
from index.store_writing import StoreWriter, rows_of
from index.workers import Workers, processors
from search import Genes, open_index

TOP = 10
_RUN = 100
"""Documents that are handed over at once, as a rebuild does."""
_decode_run = msgspec.msgpack.Decoder(Run).decode


def write_generation(documents: Path, go_terms: Iterable[GoTerm], index_dir: Path) -> None:
    """From flattened documents (benchmarks.corpus) to a published generation: all that a rebuild does once
    a document is flattened, in its processes, with starting these, checksums and making it durable."""
    digest = Digest({})
    annotated: list[list[str]] = []
    counted: list[bytes] = []
    families = completions_writing.Families()
    with publishing.rebuilding(index_dir) as building, uncollected():
        with ColumnWriter(building) as text, Workers(processors()) as workers:
            with StoreWriter(building) as store:
                for encoded in workers.ordered(_run_of, _tasks(documents, text.columnar)):
                    run = _decode_run(encoded)
                    store.add(run.rows)
                    annotated += run.annotated
                    for data in run.rows.documents:
                        digest.add(data)
                    text.add_run(run)
                    counted.append(run.facets)
                    families.add(run.families)
            completed = completions_writing.start(building, workers)
            links = papers.link([], {}, len(annotated))
            papers.write(building, links)
            write_neighbours(
                Shared(building, links.papers.tobytes(), links.documents.tobytes(), len(annotated))
            )
            arrays = ontology_writing.arrays_of(go_terms, annotated)
            digest.add(ontology_writing.write_arrays(building, arrays).encode())
            text.finish(lambda: arrays)
            facets_writing.write_facets(facets_writing.Task(building, counted))
            completions_writing.write_topics(building, arrays, families)
            completed()
        found = digest.hexdigest()
        manifest = Manifest(
            format=generations.FORMAT_VERSION,
            digest=found,
            inputs=found,
            engine=columnar.NAME,
            genes=len(annotated),
            built="2025-01-01T00:00:00+00:00",
            sources=(),
            set_aside=0,
            ignored=0,
            files={},
        )
        publishing.publish(index_dir, building, manifest)


class _Task(Struct, frozen=True):
    folder: Path
    first: int
    """Number of the first document."""
    documents: list[bytes]
    columnar: bool


def _tasks(folder: Path, columnar: bool) -> Iterator[_Task]:
    remaining, first = read_encoded(folder), 0
    while run := list(islice(remaining, _RUN)):
        yield _Task(folder, first, run, columnar)
        first += len(run)


def _run_of(task: _Task) -> bytes:
    """What a worker does with documents besides flattening them."""
    with uncollected():
        flat = [decode(data) for data in task.documents]
        rows = rows_of(zip(task.documents, flat, strict=True), task.first)
        annotated = [
            [line.key for line in document.statements if line.field == "go" and line.key] for document in flat
        ]
        columns = _analyser(task.folder).run(flat) if task.columnar else None
        facets = facets_writing.encode_rows(flat)
        return msgspec.msgpack.encode(Run(rows, annotated, columns, facets, [one.families for one in flat]))


@lru_cache(maxsize=1)
def _analyser(folder: Path) -> Analyser:
    return Analyser(read_symbols(folder))


class Genelight:
    modes: tuple[Mode, ...] = ("stored", "marked")

    def __init__(self, wider: bool) -> None:
        self._wider = wider
        """Whether the ontology is written too: then a term's genes are also found under all wider terms."""
        self._genes: Genes | None = None

    def version(self) -> str:
        try:
            return version("genelight")
        except PackageNotFoundError:  # run from a checkout
            return ""

    def build(self, documents: Path, folder: Path) -> None:
        terms = read_go_terms(documents) if self._wider else []
        write_generation(documents, terms, folder)

    def open(self, folder: Path) -> None:
        self._genes = open_index(folder)

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        genes = self._genes
        assert genes is not None
        text = query.text
        if query.form != "words" and any(w.position is not None for w in genes.search(text, size=0).warnings):
            return None  # read as plain words: it is not the query that the others answer
        return lambda mode: _read(genes, text, mode)


def _read(genes: Genes, text: str, mode: Mode) -> int:
    page = genes.search(text, size=TOP)
    for hit in page.hits:
        _ = (hit.id, hit.symbol, hit.name, hit.families)
        if mode == "marked":
            for highlight in hit.highlights:
                _ = (highlight.sentence, highlight.spans, highlight.refs, highlight.mentions)
    return len(page.hits)


ENGINE = Genelight(wider=False)
