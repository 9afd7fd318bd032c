"""How Genelight grows with the number of genes, beside tantivy: building, memory, disk and search.

    python benchmarks/growth.py ../shared/corpus --pathways ../shared/gold/relevance [--write]

Takes 1, 5 and 20 copies of the corpus's genes that HGNC names, some 44,000 to 880,000 documents; copies
differ (benchmarks.corpus.copies). Measured is the way from flattened documents, which lie on disk, to a
published generation, and then the search in it; flattening is in none of the figures, and what it costs is
told by benchmarks/build.py. Memory is the peak of the building process and its workers. Every size is asked
the same queries, drawn from the first copy's genes, as benchmarks/peers.py does it: with highlights, in
turns with tantivy. Without tantivy only Genelight is measured.

The largest size wants some 10 GB of room for scratch files (TMPDIR says where). ``--keep FOLDER`` keeps the
flattened documents, ``--genes 3000 --copies 1 2 4`` is for a quick run.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import corpus
from benchmarks.peer_process import ENGINES, present
from benchmarks.peer_queries import MAIN, Query, draw, read_pathways
from benchmarks.peer_tables import Spread, machine, number, spread, table, write_block
from benchmarks.peers import Results, ask_all, build_all, shares_of, shown

COMPARED = ("genelight", "tantivy")
MOST_MEMORY = 6000.0
"""MB that building the largest size may take."""
NOISE = 0.05
"""How far above 1 a measured exponent may lie and still count as linear."""
_COMMAND = "python benchmarks/growth.py"


class Size(Struct):
    copies: int
    genes: int
    results: dict[str, Results]
    asked: list[int]
    """Positions of the thousand among the queries."""

    def spread(self, name: str) -> Spread:
        times = shown(self.results[name])
        found = spread(times[n] for n in self.asked)
        assert found is not None
        return found


def measure(
    base: Path, copies: int, names: Sequence[str], queries: list[Query], rounds: int, scratch: Path
) -> Size:
    """One size, in ``scratch``, which is empty afterwards."""
    documents, indexes = scratch / "documents", scratch / "indexes"
    try:
        genes = corpus.copies(base, documents, copies)
        print(f"{genes:,} genes", file=sys.stderr)
        built = build_all(names, documents, indexes, 1)
        results = ask_all(built, indexes, queries, rounds)
    finally:
        shutil.rmtree(documents, ignore_errors=True)
        shutil.rmtree(indexes, ignore_errors=True)
    return Size(copies, genes, results, [n for n, query in enumerate(queries) if query.kind in MAIN])


def sizes_table(sizes: Sequence[Size], versions: Mapping[str, str]) -> str:
    head = ["engine", "copies", "genes", "build s", "µs a gene", "peak MB", "kB of it a gene", "MB on disk"]
    head += ["bytes a gene", "p50 ms", "p99 ms", "MB asking"]
    rows = []
    for name, version in versions.items():
        for size in sizes:
            if name not in size.results:
                continue
            result, asked = size.results[name], size.spread(name)
            built = result.built
            rows.append(
                [
                    f"{ENGINES[name].title} {version}".strip(),
                    str(size.copies),
                    f"{size.genes:,}",
                    number(built.seconds),
                    number(1e6 * built.seconds / size.genes),
                    number(built.megabytes),
                    number(1000 * built.megabytes / size.genes),
                    number(built.size / 1e6),
                    number(built.size / size.genes),
                    number(asked.p50),
                    number(asked.p99),
                    number(result.megabytes),
                ]
            )
    return table(head, rows)


def verdicts(sizes: Sequence[Size]) -> str:
    """What was wanted of the growth, and what came of it; exponents are from the smallest to the largest."""
    measured = [size for size in sizes if "genelight" in size.results]
    if len(measured) < 2:
        return ""
    small, large = measured[0], measured[-1]
    measures: dict[str, Callable[[Size], float]] = {
        "build seconds": lambda size: size.results["genelight"].built.seconds,
        "peak memory": lambda size: size.results["genelight"].built.megabytes,
        "bytes on disk": lambda size: size.results["genelight"].built.size,
        "p50": lambda size: size.spread("genelight").p50,
        "p99": lambda size: size.spread("genelight").p99,
    }
    rows = [
        _row(
            f"exponent of {what} over genes",
            _exponent(measure_of(small), measure_of(large), small, large),
            1 + NOISE,
        )
        for what, measure_of in measures.items()
    ]
    most = large.results["genelight"].built.megabytes
    rows.append(_row(f"MB at {large.genes:,} genes", most, MOST_MEMORY))
    for size in measured:
        shares = shares_of(size.results, *COMPARED, size.asked) if "tantivy" in size.results else None
        for what, share in zip(("p50", "p99"), shares or (), strict=False):
            rows.append(_row(f"{what} to tantivy's at {size.genes:,} genes", share, 0.5))
    return table(["wanted of Genelight", "at most", "measured", "met"], rows)


def _exponent(less: float, more: float, small: Size, large: Size) -> float:
    """1 where a figure grows as the number of genes does, 0 where it stays."""
    return math.log(more / less) / math.log(large.genes / small.genes)


def _row(what: str, measured: float, limit: float) -> list[str]:
    return [what, number(limit), number(measured), "yes" if measured <= limit else "no"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sources", nargs="*", type=Path, default=[Path("../shared/corpus")])
    arguments.add_argument("--pathways", type=Path, default=Path("../shared/gold/relevance"))
    arguments.add_argument("--copies", nargs="+", type=int, default=[1, 5, 20])
    arguments.add_argument("--engines", nargs="+", choices=ENGINES, default=list(COMPARED))
    arguments.add_argument(
        "--genes", type=int, help="of one copy, evenly spread; all that HGNC names otherwise"
    )
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path, help="folder of the flattened documents")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/BENCHMARKS.md")
    given = arguments.parse_args()
    versions = present(given.engines)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        base = scratch / "base"
        corpus.sample(corpus.flattened(given.sources, given.keep or scratch / "all"), base, given.genes, True)
        pathways = read_pathways(sorted(given.pathways.glob("*.gmt")))
        queries = draw(corpus.read_plain(base), pathways, given.seed)
        sizes = [
            measure(base, copies, list(versions), queries, given.rounds, scratch / "size")
            for copies in sorted(given.copies)
        ]
    typed = f"{_COMMAND} {' '.join(map(str, given.sources))}" + (
        f" --genes {given.genes}" if given.genes else ""
    )
    head = (
        f"`{typed}`: copies of {sizes[0].genes // sizes[0].copies:,} documents, {len(sizes[0].asked):,} "
        f"queries with highlights, seed {given.seed}, medians of {given.rounds} rounds.\n{machine()}."
    )
    text = "\n\n".join(part for part in (head, sizes_table(sizes, versions), verdicts(sizes)) if part)
    print(text)
    if given.write:
        write_block("growth", text)


if __name__ == "__main__":
    main()
