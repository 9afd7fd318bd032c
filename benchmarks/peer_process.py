"""One engine in a process of its own, so that its memory is its own: it builds, or answers in rounds.

    python -m benchmarks.peer_process build ENGINE DOCUMENTS FOLDER
    python -m benchmarks.peer_process ask ENGINE FOLDER QUERIES

is what ``Building`` and ``Asking`` run. Memory is resident memory as Linux counts it (VmHWM), mapped files
included; with worker processes it is the largest sum seen of all, sampled. ``getrusage`` would count what a
process was before it became this one.
"""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_queries import Query

ROOT = Path(__file__).resolve().parent.parent
EVERY = 0.05
"""Seconds between two looks at the memory of worker processes."""
Mode = Literal["stored", "marked", "marked in one field"]
"""What is read of the ten best: stored fields; highlights as well, of all fields or of the summary alone."""


class Peer(Protocol):
    """What each module of an engine has under the name ``ENGINE``."""

    modes: Sequence[Mode]

    def version(self) -> str: ...
    def build(self, documents: Path, folder: Path) -> None:
        """Write the index of a folder of documents (benchmarks.corpus), complete and on disk."""

    def open(self, folder: Path) -> None: ...
    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        """What asks the query, parsing included, and reads the best hits; its result is their number.

        None where the engine does not know such queries.
        """


class Entry(Struct, frozen=True):
    title: str
    module: str
    install: str
    """How to come by it."""


ENGINES = {
    "genelight": Entry("Genelight", "benchmarks.peer_genelight", "requirements.lock"),
    "wider": Entry("Genelight, wider GO terms", "benchmarks.peer_wider", "requirements.lock"),
    "tantivy": Entry("tantivy", "benchmarks.peer_tantivy", "pip install tantivy"),
    "fts5": Entry("SQLite FTS5", "benchmarks.peer_fts5", "a Python whose SQLite has FTS5"),
    "bm25s": Entry("bm25s", "benchmarks.peer_bm25s", "pip install bm25s numba PyStemmer"),
    "xapian": Entry(
        "Xapian", "benchmarks.peer_xapian", "apt install python3-xapian, for Debian's Python version"
    ),
    "whoosh": Entry("Whoosh, stock", "benchmarks.peer_whoosh", "pip install Whoosh-Reloaded"),
}


class Built(Struct, frozen=True):
    seconds: float
    megabytes: float
    size: int
    """Bytes on disk."""


class Round(Struct, frozen=True):
    seconds: list[float | None]
    """Of each query; None where the engine does not know it."""
    hits: list[int]
    megabytes: float


def load(name: str) -> Peer:
    """
    Raises:
        ImportError: the engine is not installed here.
    """
    engine: Peer = importlib.import_module(ENGINES[name].module).ENGINE
    return engine


def present(names: Sequence[str]) -> dict[str, str]:
    """The versions of those that can be imported; the others are named on standard error."""
    versions = {}
    for name in names:
        try:
            versions[name] = load(name).version()
        except ImportError as error:
            told = f"{ENGINES[name].title} is left out: {error} ({ENGINES[name].install})"
            print(told, file=sys.stderr)
    return versions


def measure_build(name: str, documents: Path, folder: Path) -> Built:
    """Build in a fresh process, into an empty folder.

    Raises:
        RuntimeError: the engine failed; what it said is on standard error.
    """
    folder.mkdir(parents=True)
    process = _start("build", name, documents, folder)
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(_resident, _family(process.pid))))
        time.sleep(EVERY)
    assert process.stdout is not None
    with process.stdout as stream:
        told = stream.read()
    if process.returncode:
        raise RuntimeError(f"{ENGINES[name].title} did not build its index")
    own = json.loads(told.splitlines()[-1])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(own["seconds"], max(most, own["megabytes"]), size)


class Asking:
    """A process that has an index open and answers all queries each time it is told to."""

    def __init__(self, name: str, folder: Path, queries: Path) -> None:
        self.name = name
        self.modes = load(name).modes
        self._process = _start("ask", name, folder, queries)

    def round(self, mode: Mode) -> Round:
        """
        Raises:
            RuntimeError: the engine failed; what it said is on standard error.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(mode + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer below is then empty too
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{ENGINES[self.name].title} ended before it answered")
        return msgspec.json.decode(line, type=Round)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.peer_process", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _family(pid: int) -> list[int]:
    """A process, those it started, and theirs."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:  # it ended
                continue
    return found


def _resident(pid: int | str, what: str = "VmRSS") -> float:
    """Megabytes of one process; 0 where it ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    _, found, rest = status.partition(f"\n{what}:")
    return int(rest.split(maxsplit=1)[0]) / 1024 if found else 0.0


def _build(engine: Peer, documents: Path, folder: Path) -> None:
    began = time.perf_counter()
    engine.build(documents, folder)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "megabytes": _resident("self", "VmHWM")}))


def _ask(engine: Peer, folder: Path, queries: list[Query]) -> None:
    engine.open(folder)
    prepared = [engine.prepare(query) for query in queries]
    gc.collect()
    for line in sys.stdin:
        mode: Mode = line.strip()  # type: ignore[assignment]
        seconds: list[float | None] = []
        hits: list[int] = []
        for ask in prepared:
            if ask is None:
                seconds.append(None)
                hits.append(0)
                continue
            began = time.perf_counter()
            number = ask(mode)
            seconds.append(time.perf_counter() - began)
            hits.append(number)
        told = Round(seconds, hits, _resident("self", "VmHWM"))
        print(msgspec.json.encode(told).decode(), flush=True)


def main() -> None:
    task, name, first, second = sys.argv[1:]
    engine = load(name)
    if task == "build":
        _build(engine, Path(first), Path(second))
    else:
        _ask(engine, Path(first), msgspec.json.decode(Path(second).read_bytes(), type=list[Query]))


if __name__ == "__main__":
    main()
