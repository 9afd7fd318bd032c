"""How long a rebuild takes and how much memory, by stage.

    python benchmarks/build.py ../shared/corpus ../shared/seeds

Prints a table as Markdown; ``--write`` puts it into docs/BENCHMARKS.md.  Flattening is measured twice:
alone, and together with analysing the documents and writing the generation, as a rebuild does it in one
pass.  The last row is the whole rebuild, run on its own.  Seconds are of the clock, CPU seconds of all
processes; memory is the largest sum of their proportional set sizes (/proc/PID/smaps_rollup), sampled.
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

from benchmarks.peer_tables import machine, write_block
from index.build import build
from index.discover import find
from index.documenting import Places, documents
from index.engines.columnar.writer import ColumnWriter
from index.intake import read
from index.memory import uncollected
from index.merge import Merging
from index.preparing import prepare
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
    """The stages of a rebuild, the genes and the records read."""
    watch = Watch()
    flat, generation, spools = folder / "flat", folder / "generation", folder / "spools"
    for one in (flat, generation, spools):
        one.mkdir()
    with uncollected():
        with watch.stage("find"):
            inputs = find(sources)
        with Workers(processes) as workers:
            with watch.stage("read"):
                merging = Merging()
                intake = read(inputs.taken, spools, workers, named=merging.name)
            with watch.stage("merge"):
                prepared = prepare(intake, merging)
            genes = len(prepared.merged.genes)
            with watch.stage("flatten"):
                for _ in documents(prepared, Places(flat, spools, folder / "flat-kept"), workers):
                    pass
            with watch.stage("flatten, analyse and write"), ColumnWriter(generation) as engine:
                write(Places(generation, spools, folder / "kept"), prepared, workers, engine)
    return watch.stages, genes, sum(source.read for source in intake.files)


def measure_whole(sources: list[Path], processes: int, folder: Path) -> Stage:
    """The whole rebuild, as ``genelight index`` does it."""
    watch = Watch()
    with watch.stage("the whole rebuild"):
        build(sources, folder / "index", processes=processes)
    return watch.stages[0]


def table(stages: list[Stage], whole: Stage) -> str:
    """The stages as Markdown, with the sum of those before anything is written, and the whole."""
    lines = ["| stage | seconds | CPU seconds | peak MB |", "|---|---:|---:|---:|"]
    *first, flattening, _ = stages
    before = _sum("reading, merging and flattening", [*first, flattening])
    lines += [
        f"| {stage.name} | {stage.seconds:.2f} | {stage.cpu:.2f} | {stage.megabytes:,.0f} |"
        for stage in [*stages, before, whole]
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
    arguments.add_argument("--write", action="store_true", help="put the table into docs/BENCHMARKS.md")
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        stages, genes, records = measure(given.sources, given.processes, folder)
        whole = measure_whole(given.sources, given.processes, folder)
        asked = " ".join(["python benchmarks/build.py", *map(str, given.sources)])
        told = f"`{asked}`: {genes:,} genes of {records:,} records, {given.processes} processes.\n{machine()}"
        text = f"{told}\n\n{table(stages, whole)}"
        print(text)
        if given.write:
            write_block("build", text)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
