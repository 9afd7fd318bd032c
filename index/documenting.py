"""The flattening of all genes, shared between processes.

What every gene needs (the names looked for in texts, the terms of GO) is written to a file
once, and each process reads it once; a task is a run of genes, its result their documents,
encoded.  Records are read from their spools by the process that flattens them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from index import annotating, kept, kept_scans
from index.documents import Document, encode
from index.engines.columnar.run import Analyser, ColumnRun
from index.facets_writing import encode_rows
from index.flatten import Gene, GoNames, flatten
from index.kept_scans import KeptScans
from index.memory import uncollected
from index.mentioning import Mentioning
from index.mentions import prepare, version
from index.papers import PaperCount
from index.preparing import Prepared
from index.records import GoTerm, WithdrawnSymbol
from index.spool import Place, SpoolReader
from index.store_writing import Rows, rows_of
from index.workers import Workers

_CONTEXT = "context"
_VOCABULARY = "vocabulary"
_NO_ASPECTS: Mapping[str, str] = {}
_RUN = 100
"""Genes in a task."""


class _Context(Struct, frozen=True):
    generation: str
    """Where the vocabulary of names is."""
    scans: str
    """What was found in sentences by an earlier build, if it is there."""
    key: bytes
    """What that depends on."""
    go_names: GoNames
    go_aspects: dict[str, str]
    canonical: dict[str, str]
    former: frozenset[str]
    symbols: dict[str, str]


class _Wanted(Struct, frozen=True, array_like=True):
    """A gene to be flattened."""

    id: str
    places: tuple[Place, ...]
    withdrawn: tuple[WithdrawnSymbol, ...]
    count: PaperCount


class Run(Struct, array_like=True):
    """Some documents in the order of their numbers, and what is written beside them."""

    rows: Rows
    annotated: list[list[str]]
    """Of each document the ids on its GO lines."""
    columns: ColumnRun | None = None
    """For the columnar engine."""
    facets: bytes = b""
    """What the documents are counted, chosen and sorted by (index/facets_writing.py)."""
    families: list[tuple[str, ...]] = []
    """Of each document."""
    scans: dict[bytes, bytes] = {}
    """What was found in sentences that were not kept (index/kept_scans.py)."""


class _Task(Struct, frozen=True):
    folder: Path
    first: int
    """Number of the first gene."""
    genes: bytes
    """Encoded: pickle takes longer."""
    columnar: bool


class Places(Struct, frozen=True):
    """Where a build reads and writes."""

    generation: Path
    """The folder of the new generation, into which the vocabulary of its genes' names is written."""
    spools: Path
    kept: Path
    """A folder of what spares the next build some work (index/kept.py)."""


def documents(prepared: Prepared, places: Places, workers: Workers, columnar: bool = False) -> Iterator[Run]:
    """The genes' documents in the genes' order, in runs, with their columns if ``columnar``."""
    folder, keeping = places.spools, places.kept
    vocabulary = _vocabulary(prepared, keeping)
    annotating.write(places.generation, vocabulary)
    key = kept_scans.key_of(vocabulary)
    context = _Context(
        str(places.generation),
        str(keeping / kept_scans.NAME),
        key,
        _go_names(prepared.go_terms),
        _go_aspects(prepared.go_terms),
        prepared.canonical,
        prepared.merged.former,
        {names.id: names.symbol for names in prepared.names},
    )
    (folder / _CONTEXT).write_bytes(msgspec.msgpack.encode(context))
    del context, vocabulary
    scans: dict[bytes, bytes] = {}
    try:
        for encoded in workers.ordered(_flatten_run, _tasks(prepared, folder, columnar)):
            run = _run.decode(encoded)
            scans |= run.scans
            yield run
        kept_scans.add(keeping / kept_scans.NAME, key, scans)
    finally:
        _opened.cache_clear()


def _vocabulary(prepared: Prepared, folder: Path) -> bytes:
    """The names of all genes, made ready to be looked for: as it was kept, or made."""
    counts = _counts(prepared)
    key = kept.digest_of(msgspec.msgpack.encode((prepared.names, counts)), version().encode())
    known = kept.read(folder / _VOCABULARY, key)
    if known is None:
        known = msgspec.msgpack.encode(prepare(prepared.names, counts))
        kept.write(folder / _VOCABULARY, key, known)
    return known


def _counts(prepared: Prepared) -> list[PaperCount]:
    """Of each gene the papers that a table links to it, or that a record counts."""
    return [
        PaperCount(
            max([count.papers, *[head.papers for head in gene.heads]]),
            max([count.popularity, *[head.popularity for head in gene.heads]]),
        )
        for gene, count in zip(prepared.merged.genes, prepared.linked.counts, strict=True)
    ]


def _tasks(prepared: Prepared, folder: Path, columnar: bool) -> Iterator[_Task]:
    genes, counts = prepared.merged.genes, prepared.linked.counts
    for start in range(0, len(genes), _RUN):
        run = zip(genes[start : start + _RUN], counts[start : start + _RUN], strict=True)
        wanted = [
            _Wanted(gene.id, tuple([head.place for head in gene.heads]), tuple(gene.withdrawn), count)
            for gene, count in run
        ]
        yield _Task(folder, start, msgspec.msgpack.encode(wanted), columnar)


_wanted = msgspec.msgpack.Decoder(list[_Wanted])
_run = msgspec.msgpack.Decoder(Run)


def _flatten_run(task: _Task) -> bytes:
    context, finding, scans, analyser = _opened(task.folder)
    flat: list[Document] = []
    with uncollected(), closing(SpoolReader(task.folder)) as spools:
        for wanted in _wanted.decode(task.genes):
            records = spools.records(wanted.places)
            gene = Gene(wanted.id, records, wanted.withdrawn, wanted.count.papers, wanted.count.popularity)
            flat.append(flatten(gene, context.go_names, finding, context.canonical, context.former))
        made = run_of(flat, task.first, analyser if task.columnar else None, context.go_aspects)
        made.scans = scans.fresh()
        return msgspec.msgpack.encode(made)


def go_ids(documents: Iterable[Document]) -> list[list[str]]:
    """The GO ids of each document's lines."""
    return [[line.key for line in one.statements if line.field == "go" and line.key] for one in documents]


def run_of(
    documents: Sequence[Document],
    first: int,
    analyser: Analyser | None = None,
    go_aspects: Mapping[str, str] = _NO_ASPECTS,
) -> Run:
    """What is written of some documents, of which the first has the number ``first``; columns for an
    ``analyser``, that is for the columnar engine."""
    encoded = [encode(document) for document in documents]
    return Run(
        rows_of(zip(encoded, documents, strict=True), first),
        go_ids(documents),
        None if analyser is None else analyser.run(documents),
        encode_rows(documents, go_aspects),
        [one.families for one in documents],
    )


@lru_cache(maxsize=1)
def _opened(folder: Path) -> tuple[_Context, Mentioning, KeptScans, Analyser]:
    context = msgspec.msgpack.decode((folder / _CONTEXT).read_bytes(), type=_Context)
    annotator = annotating.of_generation(Path(context.generation))
    scans = KeptScans(annotator, kept_scans.read(Path(context.scans), context.key))
    return context, Mentioning(annotator, scans), scans, Analyser(context.symbols)


def _go_aspects(terms: Iterable[GoTerm]) -> dict[str, str]:
    """By id; of two terms with one id the same one in whatever order."""
    known: dict[str, str] = {}
    for term in terms:
        known[term.id] = min(term.aspect, known.get(term.id, term.aspect))
    return known


def _go_names(terms: Iterable[GoTerm]) -> GoNames:
    """Of two terms with one id, which a file in order does not have, the same one in whatever order."""
    known: dict[str, tuple[str, str]] = {}
    alternative: dict[str, tuple[str, str]] = {}
    for term in sorted(terms, key=lambda term: (not term.obsolete, term.id, term.name)):
        known[term.id] = (term.id, term.name)
        alternative.update(dict.fromkeys(term.alt_ids, (term.id, term.name)))
    return alternative | known
