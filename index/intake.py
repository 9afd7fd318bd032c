"""The reading of all inputs, shared between processes: records go to spools, their heads come back."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from index.discover import Input, open_input, shown
from index.generations import SourceFile
from index.memory import uncollected
from index.records import GeneRecord, GoTerm, Item, PaperLinks, Problem, Tally, WithdrawnSymbol
from index.spool import Head, SpoolWriter
from index.workers import Workers

_BATCH_BYTES = 2 * 1024 * 1024
"""Small files are read together until they are as large as this."""
_BATCH_FILES = 500
_PMID_BYTES = 4


class Intake(Struct):
    """Everything the inputs hold, before it is merged; running text stays in the spools."""

    heads: list[Head] = msgspec.field(default_factory=list)
    withdrawn: list[WithdrawnSymbol] = msgspec.field(default_factory=list)
    go_terms: list[GoTerm] = msgspec.field(default_factory=list)
    links: list[PaperLinks] = msgspec.field(default_factory=list)
    problems: list[Problem] = msgspec.field(default_factory=list)
    files: list[SourceFile] = msgspec.field(default_factory=list)


class _Batch(Struct, frozen=True):
    folder: Path
    number: int
    inputs: tuple[Input, ...]
    taxa: frozenset[int] | None = None
    """The species of which something is kept; None: of all."""


def read(
    inputs: Sequence[Input],
    folder: Path,
    workers: Workers,
    tell: Callable[[int], None] | None = None,
    named: Callable[[Sequence[Head], Sequence[WithdrawnSymbol]], None] | None = None,
) -> Intake:
    """Read every input into spools in ``folder``; ``tell`` gets the number of files read so far.

    Files that name genes come first: of the others only what is said about their species is kept, since
    what the publishers offer is about tens of thousands.  ``named`` is called once with all that names
    genes, while other processes read on; those heads are then left out of the result.
    """
    naming = [source for source in inputs if not source.format.about]
    about = [source for source in inputs if source.format.about]
    batches = _batches(naming, folder, 0, None)
    together = Intake()
    _gather(together, batches, workers.ordered(_read_batch, batches), tell)
    taxa = frozenset(head.taxon for head in together.heads if head.names)
    further = _batches(about, folder, len(batches), taxa)
    coming = workers.ordered(_read_batch, further)
    if named is not None:
        named(together.heads, together.withdrawn)
        together.heads = []
    _gather(together, further, coming, tell)
    together.files.sort(key=lambda file: (file.format, file.file))
    return together


def _gather(
    together: Intake, batches: Sequence[_Batch], read: Iterable[bytes], tell: Callable[[int], None] | None
) -> None:
    """Add what each batch holds, in the order of their numbers."""
    parts: dict[int, Intake] = {}
    done = len(together.files)
    for batch, encoded in zip(batches, read, strict=True):
        parts[batch.number] = msgspec.msgpack.decode(encoded, type=Intake)
        done += len(batch.inputs)
        if tell is not None:
            tell(done)
    for number in sorted(parts):
        part = parts[number]
        together.heads += part.heads
        together.withdrawn += part.withdrawn
        together.go_terms += part.go_terms
        together.links += part.links
        together.problems += part.problems
        together.files += part.files


def _batches(inputs: Iterable[Input], folder: Path, first: int, taxa: frozenset[int] | None) -> list[_Batch]:
    """The inputs in their order, small ones together, numbered from ``first`` on; the largest batch
    first, so that no process begins the longest work last."""
    grouped: list[tuple[int, list[Input]]] = []
    for source in inputs:
        size = size_of(source)
        if grouped and grouped[-1][0] + size <= _BATCH_BYTES and len(grouped[-1][1]) < _BATCH_FILES:
            grouped[-1] = (grouped[-1][0] + size, [*grouped[-1][1], source])
        else:
            grouped.append((size, [source]))
    batches = [
        (size, _Batch(folder, n, tuple(group), taxa)) for n, (size, group) in enumerate(grouped, first)
    ]
    return [batch for _, batch in sorted(batches, key=lambda sized: (-sized[0], sized[1].number))]


def size_of(source: Input) -> int:
    """Bytes of the file, 0 when it is gone: reading it will tell so."""
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def _read_batch(batch: _Batch) -> bytes:
    part = Intake()
    with SpoolWriter(batch.folder, batch.number) as spool, uncollected():
        for source in batch.inputs:
            part.files.append(_read_file(source, part, spool, batch.taxa))
    return msgspec.msgpack.encode(part)


def _read_file(source: Input, part: Intake, spool: SpoolWriter, taxa: frozenset[int] | None) -> SourceFile:
    counts: Counter[str] = Counter()
    tally: Tally | None = None
    for item in _items(source):
        match item:
            case Problem():
                part.problems.append(item)
                counts[item.severity] += 1
            case Tally():
                tally = item
            case GeneRecord() | PaperLinks() if taxa is not None and item.taxon not in taxa:
                counts["foreign"] += _said(item)
            case GeneRecord():
                part.heads.append(spool.add(item))
                counts["read"] += 1
            case PaperLinks():
                part.links.append(item)
                counts["read"] += _said(item)
            case GoTerm():
                part.go_terms.append(item)
                counts["read"] += 1
            case WithdrawnSymbol():
                part.withdrawn.append(item)
                counts["read"] += 1
    return SourceFile(
        file=shown(source.path),
        format=source.format.name,
        edition=source.edition,
        sha256=source.sha256,
        read=counts["read"] if tally is None else max(tally.rows - counts["foreign"], 0),
        set_aside=counts["set_aside"],
        left_out={} if tally is None else tally.left_out,
        foreign=counts["foreign"],
    )


def _said(item: GeneRecord | PaperLinks) -> int:
    """How many things are said in an item about genes."""
    return len(item.papers) // _PMID_BYTES if isinstance(item, PaperLinks) else max(len(item.facts), 1)


def _items(source: Input) -> Iterator[Item]:
    try:
        with open_input(source.path) as stream:
            yield from source.format.parse(stream, shown(source.path))
    except (OSError, EOFError, zlib.error) as error:
        reason = f"cannot be read to its end ({error}); restore it from its source"
        yield Problem(shown(source.path), None, reason)
