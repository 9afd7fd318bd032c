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
from index.records import GeneRecord, GoTerm, Item, PaperLinks, Problem, WithdrawnSymbol
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


def read(
    inputs: Sequence[Input], folder: Path, workers: Workers, tell: Callable[[int], None] | None = None
) -> Intake:
    """Read every input into spools in ``folder``; ``tell`` gets the number of files read so far."""
    batches = _batches(inputs, folder)
    parts: dict[int, Intake] = {}
    done = 0
    for batch, encoded in zip(batches, workers.ordered(_read_batch, batches), strict=True):
        parts[batch.number] = msgspec.msgpack.decode(encoded, type=Intake)
        done += len(batch.inputs)
        if tell is not None:
            tell(done)
    together = Intake()
    for number in sorted(parts):
        part = parts[number]
        together.heads += part.heads
        together.withdrawn += part.withdrawn
        together.go_terms += part.go_terms
        together.links += part.links
        together.problems += part.problems
        together.files += part.files
    return together


def _batches(inputs: Iterable[Input], folder: Path) -> list[_Batch]:
    """The inputs in their order, small ones together; the largest batch first, so that no
    process begins the longest work last."""
    grouped: list[tuple[int, list[Input]]] = []
    for source in inputs:
        size = source.path.stat().st_size
        if grouped and grouped[-1][0] + size <= _BATCH_BYTES and len(grouped[-1][1]) < _BATCH_FILES:
            grouped[-1] = (grouped[-1][0] + size, [*grouped[-1][1], source])
        else:
            grouped.append((size, [source]))
    batches = [(size, _Batch(folder, n, tuple(group))) for n, (size, group) in enumerate(grouped)]
    return [batch for _, batch in sorted(batches, key=lambda sized: (-sized[0], sized[1].number))]


def _read_batch(batch: _Batch) -> bytes:
    part = Intake()
    with SpoolWriter(batch.folder, batch.number) as spool, uncollected():
        for source in batch.inputs:
            _read_file(source, part, spool)
    return msgspec.msgpack.encode(part)


def _read_file(source: Input, part: Intake, spool: SpoolWriter) -> None:
    counts: Counter[str] = Counter()
    for item in _items(source):
        match item:
            case GeneRecord():
                part.heads.append(spool.add(item))
            case GoTerm():
                part.go_terms.append(item)
            case WithdrawnSymbol():
                part.withdrawn.append(item)
            case PaperLinks():
                part.links.append(item)
                counts["read"] += len(item.papers) // _PMID_BYTES
                continue
            case Problem():
                part.problems.append(item)
                counts[item.severity] += 1
                continue
        counts["read"] += 1
    part.files.append(
        SourceFile(
            shown(source.path),
            source.format.name,
            source.edition,
            source.sha256,
            counts["read"],
            counts["set_aside"],
        )
    )


def _items(source: Input) -> Iterator[Item]:
    try:
        with open_input(source.path) as stream:
            yield from source.format.parse(stream, shown(source.path))
    except (OSError, EOFError, zlib.error) as error:
        reason = f"cannot be read to its end ({error}); restore it from its source"
        yield Problem(shown(source.path), None, reason)
