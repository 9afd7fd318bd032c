"""What the worst queries cost: nothing that a person can type should take over 50 ms on the whole genome, or
need 50 MB.

    python benchmarks/limits.py var/index

First how long plain words and others take to be parsed.  Then every query below in a request of its own:
``first`` is the first time it is asked in a process that has answered a plain query before, ``again`` the
quickest of the times after that; the ratio is that of ``again`` to the plain query of two words in the same
run.  Memory is the peak of what a request allocates beside what it finds (tracemalloc, in a further request,
as it slows everything).  CPU time of the thread, so that what else the machine does counts for less; with
``--wall`` the clock.  ``--write`` puts the tables into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase

from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.peer_tables import machine, number, table, write_block  # noqa: E402
from search import Genes, open_index  # noqa: E402
from search.query import SEARCHABLE, parse  # noqa: E402

PLAIN = "zinc homeostasis"
WORDS = (  # noqa: SIM905
    "protein cell gene binding activity regulation response receptor membrane transcription factor "
    "signaling kinase pathway complex process expression human disease development family member type "
    "subunit alpha beta like associated domain finger open reading frame chromosome pseudogene long "
    "coding novel involved enables located part acts upstream within cellular positive negative "
    "nuclear plasma cytoplasm"
).split()
LITTLE = "the of in and to a is by with for or as an on from at".split()  # noqa: SIM905
PARSED = {
    "two plain words": PLAIN,
    "plain words of a question": "genes involved in the binding of zinc ions",
    "names with signs inside": "IL-2 and TNF-α signalling",
    "a field, brackets, OR": "name:zinc (copper OR iron)",
    "a phrase, a pattern, a range": '"zinc ion" CDK* year:>=2015 -copper',
}
HOSTILE = {
    "one letter": "a",
    "prefix of one letter": "a*",
    "prefix of one digit": "1*",
    "two prefixes of one letter": "a* OR p*",
    "26 prefixes of one letter, OR": " OR ".join(f"{letter}*" for letter in ascii_lowercase),
    "26 prefixes of one letter, AND": " ".join(f"{letter}*" for letter in ascii_lowercase),
    "prefixes in ten fields": " OR ".join(f"{name}:p*" for name in sorted(SEARCHABLE)[:20]),
    "conditions alone": "cited:false OR (provenance:curated refs:0)",
    "20 words, each with a condition": " OR ".join(
        f"({word} refs:<{count})" for count, word in enumerate(WORDS[:20], 1)
    ),
    "40 words within one sentence": f"({' OR '.join(WORDS[:40])})~s",
    "*": "*",
    "?": "?",
    "***": "* ** ?* *?",
    "leading star": "symbol:*a*",
    "leading star, five pieces": "name:*a*e*i*o*s*",
    "many stars": f"symbol:*{'a*' * 100}",
    "eight leading stars": " OR ".join(f"name:*{letter}*" for letter in "aeiostrn"),
    "question marks": "a??*",
    "a~2 b~2 c~2": "a~2 b~2 c~2",
    "64 words with ~2": " ".join(f"abcd{place}~2" for place in range(64)),
    "six frequent words with ~2": "kinase~2 receptor~2 protein~2 binding~2 factor~2 domain~2",
    "seven prefixes of one letter, AND": "a* b* c* d* e* f* g*",
    "eight frequent words with ~2": " OR ".join(f"{word}~2" for word in WORDS if len(word) > 4)[:100],
    "frequent phrase": '"of the"',
    "frequent phrase of three": '"in the of"',
    "24 frequent phrases, OR": " OR ".join(
        f'"{a} {b}"' for a, b in zip(LITTLE + WORDS, WORDS + LITTLE, strict=True)
    )[:500],
    "frequent words near": '"of the"~30',
    "three frequent words near": '"of the in"~30',
    "the same word near": '"the the the"~30',
    "all little words near": f'"{" ".join(LITTLE)}"~30',
    "16 times words near, OR": " OR ".join(f'"{a} {b}"~30' for a, b in zip(LITTLE, WORDS[:16], strict=True)),
    "NOT zinc": "NOT zinc",
    "NOT a*": "NOT a*",
    "NOT of everything": " ".join(f"-{word}" for word in WORDS),
    "50 frequent words": " ".join(WORDS),
    "64 frequent words, OR": " OR ".join(WORDS + LITTLE[:14]),
    "ANDs of ORs": " ".join(f"({a} OR {b})" for a, b in zip(WORDS, reversed(WORDS), strict=True)),
    "10,000 words": " ".join(f"w{place}" for place in range(10_000)),
    "10,000 times one word": "zinc " * 10_000,
    "5,000 parentheses": "(" * 5_000,
    "5,000 closed ones": "(" * 2_000 + "zinc" + ")" * 2_000,
    "32 deep": "(zinc OR " * 32 + "copper" + ")" * 32,
    "5,000 NOT": "NOT " * 5_000 + "zinc",
    "a word of 100,000 letters": "a" * 100_000,
    "a word of 250 letters and digits": "a1" * 125,
    "64 Greek letters": "α-" * 64,
    "every field": " OR ".join(f"{name}:1" for name in sorted(SEARCHABLE)),
    "60 ranges": " OR ".join(f"year:>{year}" for year in range(1960, 2020)),
    "year:* NOT refs:0": "year:* NOT refs:0",
    "mentions of nine genes": " OR ".join(
        f"mentions:{name}" for name in ["TP53", "TNF", "IL6", "EGFR", "INS", "AKT1", "MYC", "APOE", "KIT"]
    ),
    "zero-width signs": "zi\u200bnc " * 500,
}


class Cost(Struct):
    """Milliseconds and megabytes."""

    first: float
    again: float
    memory: float


def cost(genes: Genes, query: str, rounds: int, clock: Callable[[], float]) -> Cost:
    taken = []
    for _ in range(rounds + 1):
        began = clock()
        genes.search(query)
        taken.append(1000 * (clock() - began))
    tracemalloc.start()
    genes.search(query)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Cost(taken[0], min(taken[1:]), peak / 1e6)


def parsing(query: str) -> float:
    """Microseconds, the median."""
    taken = []
    for _ in range(3000):
        began = time.perf_counter()
        parse(query)
        taken.append(time.perf_counter() - began)
    return 1e6 * statistics.median(taken)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("index_dir", type=Path)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument(
        "--wall", action="store_true", help="measure by the clock, not the thread's CPU time"
    )
    arguments.add_argument("--worst", type=int, default=12, help="how many queries the table shows")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/BENCHMARKS.md")
    given = arguments.parse_args()
    clock = time.perf_counter if given.wall else time.thread_time
    parsed = table(
        ["query", "parsing, µs at p50"], [[name, number(parsing(q))] for name, q in PARSED.items()]
    )
    with open_index(given.index_dir) as genes:
        genes.search("copper transport")
        genes.search("nosuchword anywhere")
        plain = cost(genes, PLAIN, 4 * given.rounds, clock)
        costs = {name: cost(genes, query, given.rounds, clock) for name, query in HOSTILE.items()}
    worst = sorted(costs, key=lambda name: -costs[name].again)
    rows = [
        [name, number(one.first), number(one.again), number(one.again / plain.again), number(one.memory)]
        for name, one in [(PLAIN, plain), *((name, costs[name]) for name in worst[: given.worst])]
    ]
    again, first, memory = (
        max(getattr(one, figure) for one in costs.values()) for figure in ("again", "first", "memory")
    )
    told = (
        f"`python benchmarks/limits.py`: {len(HOSTILE)} hostile queries, the {given.worst} worst of them; "
        f"at most {again:.0f} ms, {first:.0f} ms when first asked, {memory:.0f} MB.\n{machine()}"
    )
    head = ["query", "first, ms", "again, ms", "times a plain query", "peak MB"]
    text = f"{told}\n\n{parsed}\n\n{table(head, rows)}"
    print(text)
    if given.write:
        write_block("limits", text)


if __name__ == "__main__":
    main()
