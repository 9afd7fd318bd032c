"""How long a fresh process takes to its first answer, and what an open index costs it in memory.

    python benchmarks/fresh.py var/index

Starts a process again and again; in each the clock runs from before the interpreter starts to after the
first answer is read.  Private memory is what the process can share with no other, its written pages
(Private_Dirty of /proc/self/smaps_rollup), beyond what it had before the index was opened.  ``--write`` puts
the table into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.peer_tables import machine, number, table, write_block  # noqa: E402

QUERIES = ("MT1H", "zinc homeostasis", '"cell cycle"', "CDK*")
ASKING = """
import sys, time
sys.path.insert(0, sys.argv[1])
def private():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) / 1024
import search
before, began = private(), time.perf_counter()
genes = search.open_index(sys.argv[2])
opened, after = time.perf_counter() - began, private()
began = time.perf_counter()
page = genes.search(sys.argv[3])
assert page.hits and page.hits[0].highlights
print(f'{{"opening": {opened}, "answer": {time.perf_counter() - began}, "private": {after - before}}}')
"""


class Start(Struct):
    """One fresh process."""

    opening: float
    """Seconds."""
    answer: float
    private: float
    """Megabytes."""
    whole: float = 0.0


def start(index_dir: Path, query: str) -> Start:
    began = time.perf_counter()
    arguments = [sys.executable, "-c", ASKING, str(ROOT), str(index_dir), query]
    told = subprocess.run(arguments, capture_output=True, check=True).stdout
    found = msgspec.json.decode(told, type=Start)
    found.whole = time.perf_counter() - began
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("index_dir", type=Path)
    arguments.add_argument("--starts", type=int, default=5, help="processes for each query")
    arguments.add_argument("--write", action="store_true", help="put the table into docs/BENCHMARKS.md")
    given = arguments.parse_args()
    rows = []
    for query in QUERIES:
        starts = [start(given.index_dir, query) for _ in range(given.starts)]
        columns = [
            [one.whole for one in starts],
            [one.opening for one in starts],
            [one.answer for one in starts],
        ]
        figures = [number(1000 * statistics.median(column)) for column in columns]
        rows.append([f"`{query}`", *figures, number(statistics.median(one.private for one in starts))])
    head = ["query", "process to first answer, ms", "of it opening, ms", "of it the answer, ms", "private MB"]
    told = f"`python benchmarks/fresh.py`: medians of {given.starts} starts each.\n{machine()}"
    text = f"{told}\n\n{table(head, rows)}"
    print(text)
    if given.write:
        write_block("fresh", text)


if __name__ == "__main__":
    main()
