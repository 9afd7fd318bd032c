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
from index import columnar, generations, papers, publishing
from index.documenting import Run, run_of
from index.documents import decode
from index.engines.columnar.run import Analyser
from index.engines.columnar.writer import ColumnWriter
from index.generations import Manifest
from index.memory import uncollected
from index.records import GoTerm
from index.workers import Workers, processors
from index.writing import Beside, write_runs
from search import Genes, open_index

TOP = 10
_RUN = 100
"""Documents that are handed over at once, as a rebuild does."""
_decode_run = msgspec.msgpack.Decoder(Run).decode


def write_generation(documents: Path, go_terms: Iterable[GoTerm], index_dir: Path) -> None:
    """From flattened documents (benchmarks.corpus) to a published generation: all that a rebuild does once
    a document is flattened, in its processes, with starting these, checksums and making it durable."""
    with publishing.rebuilding(index_dir) as building, uncollected():
        with ColumnWriter(building) as text, Workers(processors()) as workers:
            runs = map(_decode_run, workers.ordered(_run_of, _tasks(documents, text.columnar)))
            genes = sum(1 for _ in read_encoded(documents))
            beside = Beside(genes, papers.link([], {}, genes), tuple(go_terms))
            found = write_runs(building, runs, beside, workers, text)
        manifest = Manifest(
            format=generations.FORMAT_VERSION,
            digest=found,
            inputs=found,
            engine=columnar.NAME,
            genes=genes,
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
        analyser = _analyser(task.folder) if task.columnar else None
        return msgspec.msgpack.encode(run_of(flat, task.first, analyser))


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
