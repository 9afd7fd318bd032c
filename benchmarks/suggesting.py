"""How quick suggestions are, and how often the gene that was meant is among those for a misspelt name.

    python benchmarks/suggesting.py ../shared/corpus --index-dir var/index [--sample 2000]

Typed: every beginning of 5,000 names drawn from the corpus and of 500 topics of two words, drawn from the
index's Gene Ontology, key by key, in one process; beginnings of more than ``LONGEST_TYPED`` letters are left
out.
Misspelt: the questions "one edited letter" of benchmarks/relevance.py, and the topics with one edited letter.
First: the first call of a process that has just opened the index, each in a process of its own.

Within a process each call is made three times and the quickest counts, so that a figure is of the work and
not of what else the machine did; the first calls of a process are what they are.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import table
from benchmarks.relevance_names import Vocabulary, edited, sampled
from benchmarks.relevance_sets import read_approved
from index.generations import current_generation
from index.ontology import Ontology
from search import Genes, open_index

NAMES, TOPICS, FIRST, TRIES = 5000, 500, 15, 3
LONGEST_TYPED = 40
SEED = 20261121
_FIRST_CALL = """
import sys, time
from pathlib import Path
from search import open_index
with open_index(Path(sys.argv[1])) as genes:
    begin = time.perf_counter()
    {call}
    print(1000 * (time.perf_counter() - begin))
"""
CALLS = {
    "suggestions, first call of a process": "genes.suggest(sys.argv[2])",
    "did you mean, first call of a process": "\n    ".join(
        ("with genes._latest.answering() as snapshot:", "    snapshot.suggestions.near(sys.argv[2])")
    ),
}


def beginnings(texts: Iterable[str]) -> list[str]:
    return [text[:end] for text in texts for end in range(1, min(len(text), LONGEST_TYPED) + 1)]


def timed(call: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of each, at its quickest."""
    took = []
    for one in asked:
        least = float("inf")
        for _ in range(TRIES):
            begin = time.perf_counter()
            call(one)
            least = min(least, time.perf_counter() - begin)
        took.append(1000 * least)
    return took


def row(title: str, took: Sequence[float]) -> list[str]:
    ordered = sorted(took)
    at = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]
    return [title, f"{len(ordered):,}", *(f"{one:.2f}" for one in (*at, ordered[-1]))]


def first_calls(call: str, index_dir: Path, asked: Iterable[str]) -> list[float]:
    took = []
    for one in asked:
        command = [sys.executable, "-c", _FIRST_CALL.format(call=call), str(index_dir), one]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        took.append(float(ran.stdout))
    return took


def topics(index_dir: Path, draw: random.Random) -> list[str]:
    generation = current_generation(index_dir)
    if generation is None:
        raise SystemExit(f"no index in {index_dir}")
    ontology = Ontology(generation)
    labels = [ontology.text(number) for number in range(ontology.labels)]
    pairs = sorted({" ".join(one) for label in labels if len(one := label.split()) == 2 and label.isascii()})
    return draw.sample(pairs, min(TOPICS, len(pairs)))


def recall(genes: Genes, cases: Iterable[tuple[str, str, str]]) -> list[list[str]]:
    """By what was done to the name: how many, and how often its gene is the first and among ten of those that
    are offered beside the answer, and among those offered or found."""
    counts: dict[str, list[int]] = {}
    for query, wanted, kind in cases:
        page = genes.search(query, size=10)
        offered = [one.id for one in page.suggestions]
        found = {hit.id for hit in page.hits}
        for key in (kind, "all"):
            tally = counts.setdefault(key, [0, 0, 0, 0])
            tally[0] += 1
            tally[1] += offered[:1] == [wanted]
            tally[2] += wanted in offered[:10]
            tally[3] += wanted in offered[:10] or wanted in found
    return [
        [kind, f"{asked:,}", *(f"{one / asked:.3f}" for one in rest)]
        for kind, (asked, *rest) in sorted(counts.items())
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("corpus", nargs="?", type=Path, default=Path("../shared/corpus"))
    arguments.add_argument("--index-dir", type=Path, default=Path("var/index"))
    arguments.add_argument("--sample", type=int, default=2000, help="misspelt names that are asked")
    arguments.add_argument("--no-first", action="store_true", help="leave out the processes of their own")
    given = arguments.parse_args()
    draw = random.Random(SEED)  # noqa: S311
    approved = read_approved(given.corpus)
    names = sorted(
        {*approved.ids, *approved.full.values(), *(n for some in approved.other.values() for n in some)}
    )
    wrong = sampled(Vocabulary(given.corpus, approved, SEED).of("edited"), given.sample, SEED)
    two_words = topics(given.index_dir, draw)
    wrong_words = [edited(text, draw)[1] for text in two_words]
    asked = [case.query for case in wrong.cases]
    rows = []
    with open_index(given.index_dir) as genes, genes._latest.answering() as snapshot:
        near = snapshot.suggestions.near
        typed = lambda q: genes.suggest(q)  # noqa: E731
        rows += [
            row(
                "suggestions, names typed",
                timed(typed, beginnings(draw.sample(names, min(NAMES, len(names))))),
            ),
            row("suggestions, topics typed", timed(typed, beginnings(two_words))),
            row("did you mean, misspelt names", timed(near, asked)),
            row("did you mean, misspelt topics", timed(near, wrong_words)),
        ]
        recalled = recall(genes, [(case.query, case.wanted[0], case.kind) for case in wrong.cases])
    if not given.no_first:
        for title, call in CALLS.items():
            some = draw.sample(beginnings(asked[:50]) if "suggestions" in title else wrong_words, FIRST)
            rows.append(row(title, first_calls(call, given.index_dir, some)))
    print(table(["what", "calls", "p50 ms", "p99 ms", "most ms"], rows))
    print()
    print(
        table(
            ["one edited letter in", "asked", "first offered", "among ten offered", "offered or found"],
            recalled,
        )
    )


if __name__ == "__main__":
    main()
