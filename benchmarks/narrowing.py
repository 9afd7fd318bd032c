"""What facets, filters and orders cost, and whether a filter finds what its facet counts.

    python benchmarks/narrowing.py var/index

Costs are milliseconds of processor time of one process: counting over answers of different sizes, drawn with
a seed, then whole searches with and without each.  ``--exact N`` asks, for N terms of the facets of some
searches, the filter of each, and prints how many find another number of genes.
``--write`` puts the tables into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import machine, number, table, write_block
from index.facets import COLUMNS, Facets
from index.generations import NoGeneration, current_generation, read_manifest
from search import Genes, open_index
from search.facets import count
from search.sorting import SORTS, ordered
from webapp.narrowing import PAGE_FACETS, expression

SEED = 20261121
TIMES = 200
QUERIES = (
    "zinc", "zinc homeostasis", "kinase", "MT1A", "BRCA1 breast cancer", '"zinc ion" NOT receptor', "CDK*",
    "transfer RNA", "interleukin 2 signalling in cells of the thymus", "metallothionein", "pseudogene",
)  # fmt: skip


def cost(do: Callable[..., object], *asked: object, times: int = TIMES) -> float:
    """The median, in milliseconds; the first call, which reads files, is left out."""
    do(*asked)
    taken = []
    for _ in range(times):
        begun = time.process_time_ns()
        do(*asked)
        taken.append((time.process_time_ns() - begun) / 1e6)
    return median(taken)


def counting(facets: Facets) -> str:
    """Counting and sorting answers of different sizes."""
    rng = np.random.default_rng(SEED)
    rows = []
    for share in (0.002, 0.02, 0.1, 0.35, 0.6, 0.61, 1.0):
        genes = round(share * facets.genes)
        docs = np.sort(rng.choice(facets.genes, genes, replace=False)).astype(np.int32)
        sorting = max(cost(ordered, docs, sort, facets) for sort in SORTS[1:])
        rows.append(
            [
                f"{genes:,}",
                number(cost(count, COLUMNS, docs, facets, 10)),
                number(cost(count, COLUMNS[:1], docs, facets, 10)),
                number(sorting),
            ]
        )
    return table(["genes of the answer", f"{len(COLUMNS)} facets, ms", "one facet, ms", "sorting, ms"], rows)


def searching(genes: Genes) -> str:
    """Whole searches, plain and with what narrows them down."""
    ways: dict[str, dict[str, object]] = {
        "plain": {},
        "facets of the page": {"facets": tuple(PAGE_FACETS), "facet_size": 12},
        "one filter": {"filters": ("chromosome:16",)},
        "three filters": {"filters": ("chromosome:16", 'go_aspect:"process"', "NOT locus_type:pseudogene")},
        "sorted by symbol": {"sort": "symbol"},
        "sorted by papers": {"sort": "-papers"},
    }

    def ask(beside: dict[str, object]) -> None:
        for q in QUERIES:
            genes.search(q, **beside)  # type: ignore[arg-type]

    costs = {name: cost(ask, beside, times=20) / len(QUERIES) for name, beside in ways.items()}
    rows = [[name, number(each)] for name, each in costs.items()]
    return table([f"a search, mean of {len(QUERIES)}", "ms"], rows)


def exact(genes: Genes, wanted: int) -> str:
    """How many filters find as many genes as were counted."""
    chance = random.Random(SEED)  # noqa: S311
    terms = []
    for q in QUERIES:
        answer = genes.search(q, size=0, facets=COLUMNS, facet_size=10_000).facets
        assert isinstance(answer, dict)
        terms += [(q, name, term) for name, facet in answer.items() for term in facet.terms]
    wrong = 0
    asked = chance.sample(terms, min(wanted, len(terms)))
    for q, name, term in asked:
        total = genes.search(q, size=0, filters=[expression(name, term.term)]).total
        if total != term.count:
            wrong += 1
            print(f"{q}: {name} {term.term!r} counts {term.count}, its filter finds {total}", file=sys.stderr)
    return (
        f"Of {len(asked):,} filters of facets' terms {wrong} find another number of genes than was counted."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index_dir", type=Path)
    parser.add_argument("--exact", type=int, default=1000, help="filters that are asked")
    parser.add_argument("--write", action="store_true", help="into docs/BENCHMARKS.md")
    asked = parser.parse_args()
    generation = current_generation(asked.index_dir)
    if generation is None:
        raise NoGeneration(f"no index in {asked.index_dir}")
    facets = Facets(generation, read_manifest(generation).genes)
    with open_index(asked.index_dir) as genes:
        parts = [machine(), counting(facets), searching(genes), exact(genes, asked.exact)]
    text = "\n\n".join(parts)
    print(text)
    if asked.write:
        write_block("narrowing", text)


if __name__ == "__main__":
    main()
