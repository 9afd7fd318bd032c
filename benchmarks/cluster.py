"""Genelight on an OpenSearch cluster beside Genelight on one machine, as the number of genes grows.

    python benchmarks/cluster.py ../shared/corpus --pathways ../shared/gold/relevance --keep FOLDER [--write]

Takes 1, 5 and 20 copies of the corpus's genes that HGNC names (benchmarks.corpus.copies), writes each as a
columnar generation, and loads that into clusters of one node and of three, which all run on this machine:
more nodes do not make it quicker here, they show what they cost. Measured are the load (genes a second, bytes
on disk), 300 queries one after the other (p50, p99) and with several clients at once (requests a second),
each with highlights, through ``open_index`` and ``open_cluster``. Every total is compared with the columnar
engine's. A node has a heap of ``--heap``; its memory is the heap and the disk's cache.

What was measured is kept in ``FOLDER/cluster.jsonl``, a line for each engine and size; ``--write`` puts the
latest of all lines into docs/SCALING.md, so that sizes may be measured one at a time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import corpus
from benchmarks.peer_genelight import write_generation
from benchmarks.peer_queries import MAIN, draw, read_pathways
from benchmarks.peer_tables import machine, number, table, write_block
from index.cluster import Cluster
from index.cluster_address import ClusterAddress
from index.cluster_publishing import publish
from index.generations import current_generation, read_manifest
from index.workers import Workers, processors
from search import Genes, open_cluster, open_index
from tests.cluster.nodes import running

QUERIES = 300
SECONDS = 10.0
"""So long clients ask at once."""
CLIENTS = 4
REPORT = Path(__file__).resolve().parent.parent / "docs" / "SCALING.md"
_KEPT = "cluster.jsonl"

Where = Path | ClusterAddress


class Measured(Struct, frozen=True):
    """One engine over one size."""

    engine: str
    nodes: int
    copies: int
    genes: int
    load_seconds: float
    disk: int
    """Bytes, replicas too."""
    p50: float
    """Milliseconds."""
    p99: float
    a_second: float
    different: int
    """Queries whose total is not the columnar engine's."""
    open_seconds: float


def opened(where: Where) -> Genes:
    return open_index(where) if isinstance(where, Path) else open_cluster(where)


def ask(genes: Genes, query: str) -> int:
    """Read an answer as a page does."""
    page = genes.search(query)
    for hit in page.hits:
        for line in hit.highlights:
            _ = line.sentence, line.spans, line.refs
    return page.total


def in_turn(genes: Genes, queries: Sequence[str]) -> tuple[list[float], list[int]]:
    """The seconds of each query, asked once before, and its total."""
    totals = [ask(genes, query) for query in queries]
    seconds = []
    for query in queries:
        began = time.perf_counter()
        ask(genes, query)
        seconds.append(time.perf_counter() - began)
    return seconds, totals


def at_once(where: Where, queries: Sequence[str]) -> float:
    """Requests a second of CLIENTS processes, each with the index open as a web worker has it."""
    spawn = multiprocessing.get_context("spawn")
    begin, ready, counted = spawn.Event(), spawn.Semaphore(0), spawn.Queue()
    clients = [
        spawn.Process(
            target=_client, args=(where, list(queries[n:]) + list(queries[:n]), begin, ready, counted)
        )
        for n in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for _ in clients:
        ready.acquire()
    begin.set()
    found: list[float] = [counted.get() for _ in clients]
    for client in clients:
        client.join()
    return sum(found)


def _client(where: Where, queries: list[str], begin: Event, ready: Any, counted: Any) -> None:
    with opened(where) as genes:
        ask(genes, queries[0])
        ready.release()
        begin.wait()
        began, asked = time.perf_counter(), 0
        while (spent := time.perf_counter() - began) < SECONDS:
            ask(genes, queries[asked % len(queries)])
            asked += 1
        counted.put(asked / spent)


def measured(
    where: Where, queries: Sequence[str], totals: list[int] | None, **told: Any
) -> tuple[Measured, list[int]]:
    began = time.perf_counter()
    with opened(where) as genes:
        genes.search("zinc")
        open_seconds = time.perf_counter() - began
        number_of_genes = genes.metadata().genes
        seconds, found = in_turn(genes, queries)
    cuts = quantiles([1000 * one for one in seconds], n=100, method="inclusive")
    different = sum(one != other for one, other in zip(found, totals or found, strict=True))
    rate = at_once(where, queries)
    return Measured(
        genes=number_of_genes,
        p50=cuts[49],
        p99=cuts[98],
        a_second=rate,
        different=different,
        open_seconds=open_seconds,
        **told,
    ), found


def columnar(keep: Path, base: Path, copies: int) -> tuple[Path, float]:
    """The columnar index of so many copies, and the seconds it took to write; made once."""
    folder, took = keep / f"columnar-{copies}", keep / f"columnar-{copies}.seconds"
    if not took.exists():
        documents = keep / "documents"
        shutil.rmtree(documents, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        corpus.copies(base, documents, copies)
        began = time.perf_counter()
        write_generation(documents, corpus.read_go_terms(documents), folder)
        took.write_text(f"{time.perf_counter() - began}")
        shutil.rmtree(documents)
    return folder, float(took.read_text())


@contextmanager
def loaded(
    index_dir: Path, nodes: int, heap: str, shards: int
) -> Iterator[tuple[ClusterAddress, float, int]]:
    """A cluster that publishes the generation: its address, the seconds of the load, the bytes on disk."""
    generation = current_generation(index_dir)
    assert generation is not None
    manifest = msgspec.structs.replace(read_manifest(generation), engine="opensearch")
    with running(nodes, heap=heap, quick_start=False) as started:
        address = ClusterAddress(urls=started.urls, replicas=min(1, nodes - 1), shards=shards, timeout=60.0)
        cluster = Cluster(address)
        began = time.perf_counter()
        with Workers(processors()) as workers:
            place = publish(cluster, generation, manifest, _tell(), workers=workers)
        seconds = time.perf_counter() - began
        told = cluster.request("GET", f"/{place.genes},{place.tables}/_stats/store")
        cluster.close()
        yield address, seconds, told["_all"]["total"]["store"]["size_in_bytes"]


def _tell() -> Callable[[str, int, int], None]:
    told = [0.0]

    def tell(stage: str, done: int, total: int) -> None:
        if time.monotonic() - told[0] > 20:
            told[0] = time.monotonic()
            print(f"  {stage} {done:,} of {total:,}", file=sys.stderr)

    return tell


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def rows(found: Sequence[Measured]) -> str:
    head = ["engine", "nodes", "copies", "genes", "load s", "genes a second", "MB on disk", "kB a gene"]
    head += ["open s", "p50 ms", "p99 ms", "requests a second", "other totals"]
    latest = {(one.copies, one.engine, one.nodes): one for one in found}
    return table(
        head,
        [
            [
                one.engine,
                str(one.nodes or "-"),
                str(one.copies),
                f"{one.genes:,}",
                number(one.load_seconds),
                f"{one.genes / one.load_seconds:,.0f}",
                f"{one.disk / 1e6:,.0f}",
                number(one.disk / 1000 / one.genes),
                number(one.open_seconds),
                number(one.p50),
                number(one.p99),
                number(one.a_second),
                str(one.different),
            ]
            for _, one in sorted(latest.items())
        ],
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sources", nargs="*", type=Path, default=[Path("../shared/corpus")])
    arguments.add_argument("--pathways", type=Path, default=Path("../shared/gold/relevance"))
    arguments.add_argument("--copies", nargs="*", type=int, default=[1, 5, 20])
    arguments.add_argument("--nodes", nargs="*", type=int, default=[1, 3])
    arguments.add_argument("--heap", default="1g", help="of each node")
    arguments.add_argument("--shards", type=int, default=1)
    arguments.add_argument("--genes", type=int, help="of one copy; all that HGNC names otherwise")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path, required=True, help="folder of indexes and figures")
    arguments.add_argument("--write", action="store_true", help="put the table into docs/SCALING.md")
    given = arguments.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    kept = given.keep / _KEPT
    base = given.keep / "base"
    if given.copies and not base.exists():
        corpus.sample(corpus.flattened(given.sources, given.keep / "all"), base, given.genes, True)

    def keep(one: Measured) -> None:
        print(one, file=sys.stderr)
        with kept.open("ab") as lines:
            lines.write(msgspec.json.encode(one) + b"\n")

    for copies in sorted(given.copies):
        drawn = draw(corpus.read_plain(base), read_pathways(sorted(given.pathways.glob("*.gmt"))), given.seed)
        main_queries = [query.text for query in drawn if query.kind in MAIN]
        queries = main_queries[:: max(1, len(main_queries) // QUERIES)][:QUERIES]
        index_dir, seconds = columnar(given.keep, base, copies)
        one, totals = measured(
            index_dir,
            queries,
            None,
            engine="columnar",
            nodes=0,
            copies=copies,
            load_seconds=seconds,
            disk=size_of(index_dir),
        )
        keep(one)
        for nodes in given.nodes:
            with loaded(index_dir, nodes, given.heap, given.shards) as (address, took, disk):
                one, _ = measured(
                    address,
                    queries,
                    totals,
                    engine="opensearch",
                    nodes=nodes,
                    copies=copies,
                    load_seconds=took,
                    disk=disk,
                )
            keep(one)
    lines = [msgspec.json.decode(line, type=Measured) for line in kept.read_bytes().splitlines()]
    text = (
        f"`python benchmarks/cluster.py ../shared/corpus`: {QUERIES} queries with highlights, "
        f"{CLIENTS} clients at once, replicas 1 with three nodes, heap {given.heap} a node, "
        f"{given.shards} shard.\n{machine()}.\n\n{rows(lines)}"
    )
    print(text)
    if given.write:
        write_block("cluster", text, REPORT)


if __name__ == "__main__":
    main()
