"""The flattening of all genes, shared between processes.

What every gene needs (the names looked for in texts, the terms of GO) is written to a file
once, and each process reads it once; a task is a run of genes, its result their documents,
encoded.  Records are read from their spools by the process that flattens them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from index import mentions
from index.documents import Document, encode
from index.engines.columnar.run import Analyser, ColumnRun
from index.facets_writing import encode_rows
from index.flatten import Gene, GoNames, flatten
from index.memory import uncollected
from index.mentions import MentionFinder, Vocabulary
from index.naming import vocabulary
from index.papers import PaperCount
from index.preparing import Prepared
from index.records import GoTerm, WithdrawnSymbol
from index.spool import Place, SpoolReader
from index.store_writing import Rows, rows_of
from index.workers import Workers

_CONTEXT = "context"
_RUN = 100
"""Genes in a task."""


class _Context(Struct, frozen=True):
    vocabulary: Vocabulary
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


class _Task(Struct, frozen=True):
    folder: Path
    first: int
    """Number of the first gene."""
    genes: bytes
    """Encoded: pickle takes longer."""
    columnar: bool


def documents(prepared: Prepared, folder: Path, workers: Workers, columnar: bool = False) -> Iterator[Run]:
    """The genes' documents in the genes' order, in runs, with their columns if ``columnar``; ``folder``
    holds the spools."""
    context = _Context(
        mentions.prepare(vocabulary(prepared.names)),
        _go_names(prepared.go_terms),
        _go_aspects(prepared.go_terms),
        prepared.canonical,
        prepared.merged.former,
        {names.id: names.symbol for names in prepared.names},
    )
    (folder / _CONTEXT).write_bytes(msgspec.msgpack.encode(context))
    del context
    try:
        for encoded in workers.ordered(_flatten_run, _tasks(prepared, folder, columnar)):
            yield _run.decode(encoded)
    finally:
        _opened.cache_clear()


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
    context, finder, analyser = _opened(task.folder)
    flat: list[Document] = []
    with uncollected(), closing(SpoolReader(task.folder)) as spools:
        for wanted in _wanted.decode(task.genes):
            records = spools.records(wanted.places)
            gene = Gene(wanted.id, records, wanted.withdrawn, wanted.count.papers, wanted.count.popularity)
            flat.append(flatten(gene, context.go_names, finder, context.canonical, context.former))
        encoded = [encode(document) for document in flat]
        annotated = [
            [line.key for line in document.statements if line.field == "go" and line.key] for document in flat
        ]
        rows = rows_of(zip(encoded, flat, strict=True), task.first)
        columns = analyser.run(flat) if task.columnar else None
        families = [document.families for document in flat]
        facets = encode_rows(flat, context.go_aspects)
        return msgspec.msgpack.encode(Run(rows, annotated, columns, facets, families))


@lru_cache(maxsize=1)
def _opened(folder: Path) -> tuple[_Context, MentionFinder, Analyser]:
    context = msgspec.msgpack.decode((folder / _CONTEXT).read_bytes(), type=_Context)
    return context, MentionFinder(context.vocabulary), Analyser(context.symbols)


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
