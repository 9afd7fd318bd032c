"""How long a rebuild takes and how much memory, by stage.

    python benchmarks/build.py ../shared/corpus ../shared/seeds

Prints a table as Markdown.  Flattening is measured twice: alone, and together with writing the record
store, the papers and the ontology, as a rebuild does it in one pass.  ``--engine`` adds the text engine
by running the whole rebuild once more.  Seconds are of the clock, CPU seconds of all processes; memory is the
largest sum of the processes' proportional set sizes (/proc/PID/smaps_rollup), sampled.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from index.build import build
from index.discover import find
from index.documenting import documents, prepare
from index.intake import read
from index.memory import uncollected
from index.workers import Workers, processors
from index.writing import write

EVERY = 0.02
"""Seconds between two looks at the memory."""


class Stage(Struct):
    name: str
    seconds: float
    cpu: float
    megabytes: float


class Watch:
    """Measures stages one after the other."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self._peak = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        done = threading.Event()
        self._peak = _memory()
        sampler = threading.Thread(target=self._sample, args=(done,))
        sampler.start()
        began, cpu = time.perf_counter(), _cpu()
        try:
            yield
            seconds = time.perf_counter() - began
            spent = _cpu() - cpu
        finally:
            done.set()
            sampler.join()
        self.stages.append(Stage(name, seconds, spent, self._peak))

    def _sample(self, done: threading.Event) -> None:
        while not done.wait(EVERY):
            self._peak = max(self._peak, _memory())


def _processes() -> list[int]:
    """This process and those it started, and theirs."""
    found = [os.getpid()]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:  # it ended
                continue
    return found


def _memory() -> float:
    """Megabytes of all processes, shared pages counted once."""
    kilobytes = 0
    for pid in _processes():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += int(rollup.partition("\nPss:")[2].split()[0])
    return kilobytes / 1024


def _cpu() -> float:
    """CPU seconds of this process and of those it started, those still running too."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for pid in _processes():
        try:
            values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(values[11]) + int(values[12])
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def measure(sources: list[Path], processes: int, folder: Path) -> tuple[list[Stage], int, int]:
    """The stages of a rebuild without its text engine, the genes and the records read."""
    watch = Watch()
    generation, spools = folder / "generation", folder / "spools"
    generation.mkdir()
    spools.mkdir()
    with uncollected():
        with watch.stage("find"):
            inputs = find(sources)
        with Workers(processes) as workers:
            with watch.stage("read"):
                intake = read(inputs.taken, spools, workers)
            with watch.stage("merge"):
                prepared = prepare(intake)
            with watch.stage("flatten"):
                for _ in documents(prepared, spools, workers):
                    pass
            with watch.stage("flatten and write"):
                write(generation, prepared, spools, workers)
    return watch.stages, len(prepared.merged.genes), sum(source.read for source in intake.files)


def measure_whole(sources: list[Path], processes: int, folder: Path) -> Stage:
    """The whole rebuild, with the text engine."""
    watch = Watch()
    with watch.stage("whole rebuild with its engine"):
        build(sources, folder / "index", processes=processes)
    return watch.stages[0]


def table(stages: list[Stage]) -> str:
    """The stages as Markdown, with their sums."""
    lines = ["| stage | seconds | CPU seconds | peak MB |", "|---|---:|---:|---:|"]
    *first, flattening, writing = stages
    sums = [
        _sum("reading, merging and flattening", [*first, flattening]),
        _sum("everything but the engine", [*first, writing]),
    ]
    lines += [
        f"| {stage.name} | {stage.seconds:.2f} | {stage.cpu:.2f} | {stage.megabytes:,.0f} |"
        for stage in [*stages, *sums]
    ]
    return "\n".join(lines)


def _sum(name: str, stages: list[Stage]) -> Stage:
    return Stage(
        name,
        sum(stage.seconds for stage in stages),
        sum(stage.cpu for stage in stages),
        max(stage.megabytes for stage in stages),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sources", nargs="+", type=Path, help="files and folders, as for genelight index")
    arguments.add_argument("--processes", type=int, default=processors())
    arguments.add_argument("--engine", action="store_true", help="measure the whole rebuild too")
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        stages, genes, records = measure(given.sources, given.processes, folder)
        print(f"{genes:,} genes of {records:,} records, {given.processes} processes\n")
        print(table(stages))
        if given.engine:
            whole = measure_whole(given.sources, given.processes, folder)
            print(f"\n{whole.name}: {whole.seconds:.1f} s, {whole.cpu:.1f} CPU s, {whole.megabytes:,.0f} MB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
