"""What exports cost: rows a second, memory, and those who ask meanwhile.

    python benchmarks/exporting.py var/index --write

Each format is written of the whole answer to QUERY, as the command line writes it, in a process of its own;
once more of the first 1,000 genes alone.  Seconds are of processor time.  Memory is the process's own,
without the mapped files of the index: by how much its most, looked at with each piece, rose above what it was
with the index open and one search made.  Bibliographies hold their papers until the last gene is read: what a
paper takes is measured with papers made up, each cited by three genes.

Then a server with one worker: milliseconds of a search alone and while one and two exports are read from it,
and how soon the first bytes of an export come.
``--write`` puts the tables into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
import tracemalloc
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from statistics import median, quantiles

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import machine, number, table, write_block
from search import open_index
from search.cited_papers import CitedPapers
from search.page import EvidenceReference
from tests.running import Server
from webapp.exporting import FORMATS
from webapp.exports import AT_ONCE

QUERY = "protein OR gene OR binding OR RNA OR pseudogene"
FEW = 1000
SEARCHES = ("zinc homeostasis", "TP53", '"wound healing"', "kinase inhibitor", "MT1H")
ROUNDS = 60
PAPERS = 100_000
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Cost(Struct):
    """One export."""

    genes: int
    lines: int
    bytes: int
    seconds: float
    megabytes: float
    """By how much memory rose."""


def exported(index_dir: Path, name: str, size: int | None) -> Cost:
    """Run in a process of its own."""
    with open_index(index_dir) as genes:
        genes.search(QUERY)
        before = most = _own_memory()
        began = time.process_time()
        written = lines = 0
        with genes.export(QUERY, size=size) as export:
            for piece in FORMATS[name].write(export, ""):
                written += len(piece)
                lines += piece.count(b"\n")
                most = max(most, _own_memory())
        seconds = time.process_time() - began
        return Cost(export.size, lines, written, seconds, most - before)


def _own_memory() -> float:
    """Of this process, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1000


def alone(index_dir: Path, name: str, size: int | None) -> Cost:
    told = [sys.executable, __file__, str(index_dir), "--one", name, "--size", str(size or "")]
    return msgspec.json.decode(subprocess.run(told, check=True, capture_output=True).stdout, type=Cost)


def bytes_a_paper() -> float:
    """Of memory, while a bibliography is gathered."""
    papers = CitedPapers()
    tracemalloc.start()
    for n in range(PAPERS):
        title = (
            f"{n} " + "A title as long as the titles of papers commonly are, which is some hundred letters. "
        )
        reference = EvidenceReference(
            1,
            str(10_000_000 + n),
            f"10.1000/journal.{n}",
            title,
            2000,
            "sentence",
            f"Chen Y, Irie Y {n}",
            "J Zinc",
        )
        for gene in range(3):
            papers.add(reference, f"GENE{n % 1000 + gene}", f"HGNC:{n % 1000 + gene}")
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / PAPERS


def asking(server: Server) -> list[float]:
    """Milliseconds of each of some searches."""
    took = []
    for place in range(ROUNDS):
        q = urllib.parse.quote(SEARCHES[place % len(SEARCHES)])
        began = time.perf_counter()
        assert server.get(f"/api/v1/search?q={q}").status == 200
        took.append(1000 * (time.perf_counter() - began))
    return took


def beside(server: Server, exports: int) -> tuple[list[float], list[float]]:
    """Milliseconds of searches while so many exports are read, and to the first bytes of each export."""
    first: list[float] = []
    ended = threading.Event()

    def read() -> None:
        address = f"{server.address}/api/v1/export?{urllib.parse.urlencode({'q': QUERY, 'format': 'tsv'})}"
        while not ended.is_set():
            began = time.perf_counter()
            try:
                with _DIRECT.open(address) as answer:
                    answer.read(1)
                    first.append(1000 * (time.perf_counter() - began))
                    while answer.read(1 << 16) and not ended.is_set():
                        pass
            except urllib.error.HTTPError:  # the place of one that was left is not free yet
                time.sleep(0.1)

    readers = [threading.Thread(target=read) for _ in range(exports)]
    for reader in readers:
        reader.start()
    time.sleep(0.5 if exports else 0)
    took = asking(server)
    ended.set()
    for reader in readers:
        reader.join()
    return took, first


def cost_rows(index_dir: Path) -> list[list[str]]:
    rows = []
    for name, kind in FORMATS.items():
        few, many = (alone(index_dir, name, size) for size in (FEW, None))
        rows.append(
            [
                kind.title,
                f"{many.genes:,}",
                f"{many.lines:,}",
                number(many.bytes / 1e6),
                number(many.seconds),
                f"{many.genes / many.seconds:,.0f}",
                f"{many.lines / many.seconds:,.0f}",
                number(few.megabytes),
                number(many.megabytes),
            ]
        )
    return rows


def server_rows(index_dir: Path) -> list[list[str]]:
    server = Server(index_dir)
    try:
        server.warm("/api/v1/search?q=zinc", index_dir)
        asking(server)
        rows = []
        for exports in range(AT_ONCE + 1):
            took, first = beside(server, exports)
            p99 = quantiles(took, n=100)[98]
            rows.append(
                [str(exports), number(median(took)), number(p99), number(max(first)) if first else ""]
            )
        return rows
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index_dir", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", choices=tuple(FORMATS), help=argparse.SUPPRESS)
    parser.add_argument("--size", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        size = int(asked.size) if asked.size else None
        sys.stdout.buffer.write(msgspec.json.encode(exported(asked.index_dir, asked.one, size)))
        return
    costs = table(
        [
            "format",
            "genes",
            "lines",
            "MB",
            "CPU s",
            "genes a s",
            "lines a s",
            f"MB held, {FEW:,} genes",
            "MB held, all",
        ],
        cost_rows(asked.index_dir),
    )
    served = table(
        ["exports read", "search p50 ms", "search p99 ms", "first byte of an export, at most ms"],
        server_rows(asked.index_dir),
    )
    told = f"""\
`python benchmarks/exporting.py var/index`: the whole answer to `{QUERY}`.
{machine()}

{costs}

A paper takes {bytes_a_paper():,.0f} bytes while a bibliography is gathered.

One worker, {ROUNDS} searches one after the other, while so many exports of all of it are read:

{served}"""
    print(told)
    if asked.write:
        write_block("exporting", told)


if __name__ == "__main__":
    main()
