"""The rebuild: find -> read -> merge -> flatten -> write -> verify -> publish."""

from __future__ import annotations

import gc
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import msgspec
from msgspec import Struct

from index import analysis, fields, generations
from index.discover import Input, Inputs, find, open_input, shown
from index.documents import Document, digest, encode
from index.engines import whoosh_index
from index.flatten import flatten, vocabulary
from index.generations import Manifest, SourceFile
from index.mentions import MentionFinder
from index.merge import Merged, MergedGene, merge
from index.records import GeneRecord, GoTerm, Item, Problem, WithdrawnSymbol
from index.store import write as write_store

REPORT = "report.json"

RECORD_VERSION = 1
"""Raise it when the same input gives another document, so that unchanged inputs are read again."""

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done and how much there is."""


class NothingPublished(Exception):
    """The rebuild ended without a new index; the published one stands."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class Report(Struct, frozen=True, kw_only=True):
    """What a rebuild read, set aside and published; kept as ``report.json`` beside the index."""

    sources: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    superseded: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    unplaced: int = 0
    """Records of genes that no source names."""
    genes: int = 0
    seconds: float = 0.0
    digest: str | None = None
    unchanged: bool = False

    @property
    def set_aside(self) -> int:
        return sum(problem.severity == "set_aside" for problem in self.problems)


def build(
    sources: Sequence[Path],
    index_dir: Path,
    *,
    strict: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Rebuild the index from files and folders and publish it.

    With inputs that are those of the published index nothing is written, unless ``force``.

    Raises:
        NothingPublished: no usable record, or ``strict`` and something was set aside.
        RebuildRunning: another rebuild holds the directory.
        OSError: the disk is full or not writable; the published index stands.
    """
    started = time.monotonic()
    tell = progress or _silent
    with generations.rebuilding(index_dir) as building, _thawed_at_the_end():
        inputs = find(sources)
        inputs_digest = _inputs_digest(inputs)
        published = None if force else _published(index_dir, inputs_digest)
        if published is not None and not (strict and published.set_aside):
            generations.remove_unused(index_dir)
            return msgspec.structs.replace(
                published,
                ignored=inputs.ignored,
                superseded=inputs.superseded,
                seconds=round(time.monotonic() - started, 2),
                unchanged=True,
            )
        read = _read(inputs, tell)
        gc.freeze()  # what is kept to the end need not be searched for garbage again and again
        merged = merge(read.records, read.withdrawn)
        report = Report(
            sources=tuple(read.files),
            problems=tuple(sorted({*inputs.problems, *read.problems}, key=_place)),
            ignored=inputs.ignored,
            superseded=inputs.superseded,
            conflicts=tuple(conflict.reason for conflict in merged.conflicts),
            unplaced=len(merged.unplaced),
            genes=len(merged.genes),
        )
        if not report.genes or (strict and report.set_aside):
            _keep_report(index_dir, building, report)
            _refuse(report)
        documents = _flatten(merged, read.go_terms, tell)
        encoded = [encode(document) for document in documents]
        gc.freeze()
        report = msgspec.structs.replace(report, digest=digest(encoded, _versions()))
        _publish(index_dir, building, documents, encoded, merged, report, inputs_digest, tell)
        generations.remove_unused(index_dir)
        report = msgspec.structs.replace(report, seconds=round(time.monotonic() - started, 2))
        _keep_report(index_dir, building, report)
        return report


@contextmanager
def _thawed_at_the_end() -> Iterator[None]:
    """Give back to the garbage collector what the stages froze."""
    try:
        yield
    finally:
        gc.unfreeze()


def _publish(
    index_dir: Path,
    building: Path,
    documents: list[Document],
    encoded: list[bytes],
    merged: Merged,
    report: Report,
    inputs_digest: str,
    tell: Progress,
) -> None:
    total = len(documents)
    tell("store", 0, total)
    write_store(
        building, zip(encoded, _told(documents, "store", tell), strict=True), merged.without_successor
    )
    whoosh_index.write(building, _told(documents, "index", tell, then="sort"))
    tell("sort", 1, 1)
    tell("publish", 0, 1)
    manifest = Manifest(
        format=generations.FORMAT_VERSION,
        digest=report.digest or "",
        inputs=inputs_digest,
        engine=whoosh_index.NAME,
        genes=total,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        sources=report.sources,
        set_aside=report.set_aside,
        ignored=len(report.ignored),
        files={},
    )
    generations.publish(index_dir, building, manifest)
    tell("publish", 1, 1)


def _told(documents: list[Document], stage: str, tell: Progress, then: str = "") -> Iterable[Document]:
    """The documents, telling how far a stage is; ``then`` is what it goes on to after the last."""
    for done, document in enumerate(documents, 1):
        yield document
        if done % 500 == 0 or done == len(documents):
            tell(stage, done, len(documents))
    if then:
        tell(then, 0, 1)


class _Read(Struct):
    """Everything the inputs hold, before it is merged."""

    records: list[GeneRecord]
    withdrawn: list[WithdrawnSymbol]
    go_terms: dict[str, GoTerm]
    problems: list[Problem]
    files: list[SourceFile]


def _read(inputs: Inputs, tell: Progress) -> _Read:
    read = _Read([], [], {}, [], [])
    for done, source in enumerate(inputs.taken):
        tell("read", done, len(inputs.taken))
        counts: Counter[str] = Counter()
        for item in _items(source):
            _sort_in(item, read)
            aside = isinstance(item, Problem) and item.severity == "set_aside"
            counts["set_aside" if aside else "warning" if isinstance(item, Problem) else "read"] += 1
        read.files.append(
            SourceFile(
                shown(source.path),
                source.format.name,
                source.edition,
                source.sha256,
                counts["read"],
                counts["set_aside"],
            )
        )
    tell("read", len(inputs.taken), len(inputs.taken))
    return read


def _items(source: Input) -> Iterable[Item]:
    try:
        with open_input(source.path) as stream:
            yield from source.format.parse(stream, shown(source.path))
    except (OSError, EOFError, zlib.error) as error:
        reason = f"cannot be read to its end ({error}); restore it from its source"
        yield Problem(shown(source.path), None, reason)


def _sort_in(item: Item, read: _Read) -> None:
    match item:
        case GeneRecord():
            read.records.append(item)
        case GoTerm():
            read.go_terms[item.id] = item
            for other in item.alt_ids:
                read.go_terms.setdefault(other, item)
        case WithdrawnSymbol():
            read.withdrawn.append(item)
        case Problem():
            read.problems.append(item)


def _refuse(report: Report) -> NoReturn:
    if not report.genes:
        raise NothingPublished("no usable record in the given sources; nothing published", report)
    raise NothingPublished(f"{report.set_aside} set aside and --strict given; nothing published", report)


def _flatten(merged: Merged, go_terms: dict[str, GoTerm], tell: Progress) -> list[Document]:
    mentions = MentionFinder(vocabulary(merged.genes))
    canonical = _canonical_ids(merged.genes)
    documents = []
    for done, gene in enumerate(merged.genes, 1):
        documents.append(flatten(gene, go_terms, mentions, canonical))
        if done % 500 == 0 or done == len(merged.genes):
            tell("flatten", done, len(merged.genes))
    return documents


def _canonical_ids(genes: Iterable[MergedGene]) -> dict[str, str]:
    """``NCBIGene:2099`` -> the gene's ``_id``; of several genes, the one whose strongest source says so."""
    ranked: dict[str, tuple[int, str]] = {}
    for gene in genes:
        own = [i.value for record in gene.records for i in record.identifiers if i.namespace == "ncbigene"]
        for place, number in enumerate(dict.fromkeys(own)):
            claim = (place, gene.id)
            ranked[f"NCBIGene:{number}"] = min(claim, ranked.get(f"NCBIGene:{number}", claim))
    return {number: gene_id for number, (_, gene_id) in ranked.items()}


def _versions() -> dict[str, int | str]:
    return {
        "format": generations.FORMAT_VERSION,
        "analysis": analysis.VERSION,
        "weights": fields.WEIGHTS_VERSION,
    }


def _inputs_digest(inputs: Inputs) -> str:
    """What the outcome depends on: the files' contents, what cannot be read, and the code's versions."""
    contents = [source.sha256 for source in inputs.taken]
    parts = msgspec.json.encode((RECORD_VERSION, _versions(), contents, inputs.problems), order="sorted")
    return sha256(parts).hexdigest()


def _published(index_dir: Path, inputs_digest: str) -> Report | None:
    """What was told of the published index, when that is whole and made of these inputs."""
    current = generations.current_digest(index_dir)
    if current is None:
        return None
    manifest = generations.whole(generations.generation_path(index_dir, current), whoosh_index.NAME)
    if manifest is None or manifest.inputs != inputs_digest:
        return None
    try:
        report = msgspec.json.decode((index_dir / REPORT).read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return report if report.digest == manifest.digest and report.sources == manifest.sources else None


def _keep_report(index_dir: Path, building: Path, report: Report) -> None:
    building.mkdir(exist_ok=True)
    new = building / REPORT
    new.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    new.replace(index_dir / REPORT)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line or 0, problem.reason


def _silent(stage: str, done: int, total: int) -> None:
    pass
