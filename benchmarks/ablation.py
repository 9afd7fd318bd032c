"""What each part of the ranking adds, and what it costs: each is taken out by itself.

    python benchmarks/ablation.py ../shared/corpus --index-dir var/index [--write]

Asked are the sets of topics of benchmarks/relevance.py. A row is the difference to the whole ranking,
question by question, with its bootstrap error, on the even half, on which weights were set, and on the odd
one. The cost is the median over the questions of how much longer the whole takes than the rest without the
part; the two take turns in one process.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import numpy as np
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import relevance
from benchmarks.peer_tables import table, write_block
from benchmarks.relevance_scoring import halves
from benchmarks.relevance_sets import Questions
from search import Genes, finding, levels, open_index, ranking, wanting
from search.ranking import Ranking

REPORT = Path(__file__).resolve().parent.parent / "docs" / "RANKING.md"
ROUNDS = 5
"""Turns of a timed question."""
TIMED = 100
"""Questions that are timed."""


class Part(Struct, frozen=True):
    """A part of the ranking, and what stands in its place when it is taken out."""

    title: str
    values: Mapping[tuple[object, str], object]
    """(module, name) -> value."""


PARTS = (
    Part("papers as a prior", {(ranking, "PAPERS"): 0.0}),
    Part("concepts", {(Ranking, "concepts"): lambda self, reviewer: []}),
    Part("the gene's own name as a concept", {(ranking, "CALLED"): 0.0}),
    Part("covered words", {(ranking, "COVERED"): 0.0}),
    Part("best passage", {(ranking, "PASSAGE"): 0.0}),
    Part("cited passage", {(ranking, "CITED"): 0.0}),
    Part("feedback along papers", {(Ranking, "shared"): lambda self, docs, own: np.zeros(len(docs))}),
    Part("cosines flattened", {(ranking, "FLATTENED"): 1.0}),
    Part("genes named in the query", {(finding, "genes_named_in"): lambda *asked: []}),
    Part(
        "names as one word, met by mentions",
        {(finding, "names_as_leaves"): lambda wanted, *told: wanted},
    ),
    Part("compounds taken apart", {(wanting, "parts_of"): lambda leaves, docs, asking: (leaves, docs)}),
    Part("relaxed below 20 genes, not only where none has all words", {(levels, "ENOUGH"): 1}),
    Part("half the window", {(ranking, "WINDOW"): 100, (ranking, "CLOSELY"): 50}),
    Part("twice the window", {(ranking, "WINDOW"): 400, (ranking, "CLOSELY"): 200}),
)


@contextmanager
def without(part: Part) -> Iterator[None]:
    with ExitStack() as changed:
        for (module, name), value in part.values.items():
            changed.callback(setattr, module, name, getattr(module, name))
            setattr(module, name, value)
        yield


def scores(genes: Genes, sets: Sequence[Questions]) -> dict[str, dict[int, float]]:
    return {one.key: relevance.measure(genes, one).scores for one in sets}


def cost(genes: Genes, queries: Sequence[str], part: Part) -> float:
    """How many times as long the whole takes, by the question in the middle."""
    ratios = []
    for query in queries:
        whole, rest = [], []
        for _ in range(ROUNDS):
            whole.append(_seconds(genes, query))
            with without(part):
                rest.append(_seconds(genes, query))
        ratios.append(min(whole) / min(rest))
    return median(ratios)


def _seconds(genes: Genes, query: str) -> float:
    began = time.perf_counter()
    genes.search(query)
    return time.perf_counter() - began


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("corpus", type=Path, nargs="?", default=Path("../shared/corpus"))
    arguments.add_argument("--gold", type=Path, default=Path("../shared/gold"))
    arguments.add_argument("--index-dir", type=Path, default=Path("var/index"))
    arguments.add_argument("--write", action="store_true", help="put the table into docs/RANKING.md")
    return arguments.parse_args()


def main() -> None:
    given = _arguments()
    sets = relevance.read_sets(relevance.TOPICS, given.corpus, given.gold, seed=1)
    queries = [case.query for one in sets for case in one.cases]
    timed = queries[:: max(1, len(queries) // TIMED)]
    rows = []
    with open_index(given.index_dir) as genes:
        whole = scores(genes, sets)
        for part in PARTS:
            with without(part):
                rest = scores(genes, sets)
            cells = [part.title]
            for one in sets:
                change = {line: score - rest[one.key][line] for line, score in whole[one.key].items()}
                even, odd, _ = halves(change)
                cells.append(f"{even.value:+.3f} ± {even.error:.3f} / {odd.value:+.3f} ± {odd.error:.3f}")
            rows.append([*cells, f"{cost(genes, timed, part):.2f}"])
            print(part.title, file=sys.stderr)
    means = [" / ".join(f"{half.value:.3f}" for half in halves(whole[one.key])[:2]) for one in sets]
    head = ["part, and what it adds", *(one.title for one in sets), "time, whole to rest"]
    text = table(head, [["**the whole**", *means, ""], *rows])
    print(text)
    if given.write:
        write_block(
            "ablation", f"`python benchmarks/ablation.py {given.corpus}`: even / odd half.\n\n{text}", REPORT
        )


if __name__ == "__main__":
    main()
