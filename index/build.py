"""The rebuild: find -> read -> merge -> flatten and write -> verify -> publish."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec
from msgspec import Struct

from index import generations, kept
from index.destinations import Destination, FolderDestination, Progress
from index.discover import Inputs, find
from index.documenting import Places
from index.engines import CLUSTER_ENGINE, DEFAULT_ENGINE, ENGINES
from index.generations import REPORT, Manifest, SourceFile
from index.intake import Intake, read, size_of
from index.memory import uncollected
from index.merge import Merging
from index.naming import AmbiguousName, ambiguous_names
from index.preparing import Prepared, prepare
from index.records import Problem
from index.workers import Workers, processors
from index.writing import versions, write

if TYPE_CHECKING:
    from index.cluster import Cluster

RECORD_VERSION = 3
"""Raise it when the same input gives another document, so that unchanged inputs are read again."""

_WORTH_SHARING = 4 * 1024 * 1024
"""Bytes of input from which on processes are started: below, starting them takes longer."""
_SPOOLS = "spools"
_PREFIX = {"hgnc": "HGNC:", "ncbigene": "NCBIGene:"}


class NothingPublished(Exception):
    """The rebuild ended without a new index; the published one stands."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class Report(Struct, frozen=True, kw_only=True):
    """What a rebuild read, set aside and published; kept as REPORT beside the index."""

    sources: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    superseded: tuple[str, ...]
    conflicts: tuple[str, ...] = ()
    ambiguous_names: tuple[AmbiguousName, ...] = ()
    unplaced: tuple[str, ...] = ()
    """Genes that no file names, though something is said about them: the id and by whom."""
    genes: int = 0
    merged: int = 0
    """Genes that were put together from several records."""
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
    engine: str = DEFAULT_ENGINE,
    processes: int | None = None,
    progress: Progress | None = None,
    cluster: Cluster | None = None,
) -> Report:
    """Rebuild the index from files and folders and publish it.

    ``engine`` is one of ENGINES; CLUSTER_ENGINE publishes in ``cluster``, and needs ``index_dir`` only to
    write there first and to keep the report.  With inputs that are those of the published index, which is
    for this engine, nothing is written, unless ``force``.
    ``processes`` read and flatten; none given means as many as help.  They are started afresh,
    so a script that calls this needs the usual ``if __name__ == "__main__":``.

    Raises:
        ValueError: there is no such engine, or it needs a cluster and none is given.
        NothingPublished: no usable record, or ``strict`` and something was set aside.
        RebuildRunning: another rebuild holds the directory.
        OSError: the disk is full or not writable; the published index stands.
        ClusterUnavailable, Refused (of index.cluster): the cluster does not answer or does not take the
            index; the published one stands.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is none of {', '.join(ENGINES)}")
    started = time.monotonic()
    tell = progress or _silent
    destination = _destination(index_dir, engine, cluster, processes, force)
    with destination.rebuilding() as building, uncollected():
        inputs = find(sources)
        inputs_digest = _inputs_digest(inputs)
        published = None if force else _published(index_dir, destination, inputs_digest)
        if published is not None and not (strict and published.set_aside):
            destination.remove_unused()
            return msgspec.structs.replace(
                published,
                ignored=inputs.ignored,
                superseded=inputs.superseded,
                seconds=round(time.monotonic() - started, 2),
                unchanged=True,
            )
        spools = building / _SPOOLS
        spools.mkdir()
        with Workers(_useful(inputs) if processes is None else processes) as workers:
            total = len(inputs.taken)
            tell("read", 0, total)
            merging = Merging()
            intake = read(inputs.taken, spools, workers, lambda done: tell("read", done, total), merging.name)
            tell("merge", 0, 1)
            prepared = prepare(intake, merging)
            tell("merge", 1, 1)
            report = _report(inputs, intake, prepared)
            if not report.genes or (strict and report.set_aside):
                _keep_report(index_dir, building, report)
                _refuse(report)
            places = Places(building, spools, index_dir / kept.FOLDER)
            digest = _written(places, prepared, engine, workers, tell)
            report = msgspec.structs.replace(report, digest=digest)
        shutil.rmtree(spools)
        destination.publish(building, _manifest(report, inputs_digest, engine), tell)
        destination.remove_unused()
        report = msgspec.structs.replace(report, seconds=round(time.monotonic() - started, 2))
        _keep_report(index_dir, building, report)
        return report


def _destination(
    index_dir: Path, engine: str, cluster: Cluster | None, processes: int | None, anew: bool
) -> Destination:
    if (engine == CLUSTER_ENGINE) != (cluster is not None):
        raise ValueError(f"a cluster is given for the engine {CLUSTER_ENGINE}, and for no other")
    if cluster is None:
        return FolderDestination(index_dir, engine)
    from index.cluster_destination import ClusterDestination  # its client takes long to load

    return ClusterDestination(cluster, index_dir, engine, processes, anew)


def _written(places: Places, prepared: Prepared, engine: str, workers: Workers, tell: Progress) -> str:
    """Write the generation's parts; their digest."""
    total = len(prepared.merged.genes)
    writer_of = ENGINES[engine]()
    with writer_of(places.generation) as writer:
        digest = write(places, prepared, workers, writer, lambda done: tell("index", done, total))
        tell("sort", 0, 1)
    tell("sort", 1, 1)
    return digest


def _useful(inputs: Inputs) -> int:
    """How many processes the inputs are worth."""
    size = sum(map(size_of, inputs.taken))
    return processors() if size >= _WORTH_SHARING else 1


def _report(inputs: Inputs, intake: Intake, prepared: Prepared) -> Report:
    merged = prepared.merged
    return Report(
        sources=tuple(intake.files),
        problems=tuple(sorted({*inputs.problems, *intake.problems}, key=_place)),
        ignored=inputs.ignored,
        superseded=inputs.superseded,
        conflicts=tuple(merged.conflicts),
        ambiguous_names=tuple(ambiguous_names(prepared.names)),
        unplaced=tuple(_unplaced(prepared)),
        genes=len(merged.genes),
        merged=merged.joined,
    )


def _unplaced(prepared: Prepared) -> list[str]:
    """``NCBIGene:9: GO, papers``: what is said about each gene that no file names."""
    said: dict[str, set[str]] = {}
    for head in prepared.merged.unplaced:
        ids = " ".join(_PREFIX.get(i.namespace, "") + i.value for i in head.identifiers)
        said.setdefault(ids, set()).add(head.source.name)
    for number in prepared.linked.unplaced.tolist():
        said.setdefault(f"NCBIGene:{number}", set()).add("papers")
    return [f"{gene}: {', '.join(sorted(by))}" for gene, by in sorted(said.items())]


def _manifest(report: Report, inputs_digest: str, engine: str) -> Manifest:
    return Manifest(
        format=generations.FORMAT_VERSION,
        digest=report.digest or "",
        inputs=inputs_digest,
        engine=engine,
        genes=report.genes,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        sources=report.sources,
        set_aside=report.set_aside,
        ignored=len(report.ignored),
        superseded=len(report.superseded),
        merged=report.merged,
        conflicts=len(report.conflicts),
        ambiguous_names=len(report.ambiguous_names),
        unplaced=len(report.unplaced),
        files={},
    )


def _refuse(report: Report) -> NoReturn:
    if not report.genes:
        raise NothingPublished("no usable record in the given sources; nothing published", report)
    raise NothingPublished(f"{report.set_aside} set aside and --strict given; nothing published", report)


def _inputs_digest(inputs: Inputs) -> str:
    """What the outcome depends on: the files' contents, what cannot be read, and the code's versions."""
    contents = [(source.sha256, source.edition) for source in inputs.taken]
    parts = msgspec.json.encode((RECORD_VERSION, versions(), contents, inputs.problems), order="sorted")
    return sha256(parts).hexdigest()


def _published(index_dir: Path, destination: Destination, inputs_digest: str) -> Report | None:
    """What was told of the published index, when that is whole, for this engine and made of these inputs."""
    manifest = destination.published()
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
