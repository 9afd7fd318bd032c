"""Genelight and its peers side by side: the same documents, the same queries, one machine, one run.

    python benchmarks/peers.py ../shared/corpus --pathways ../shared/gold/relevance [--write]

Flattens the corpus once (benchmarks.corpus), then builds every engine's index from the flattened documents
and asks every engine the same 1,000 queries and some more (benchmarks.peer_queries), each in a process of
its own. Engines take turns, round by round, so that whatever else the machine does falls on all of them. A
query's time is its median over the rounds, after one that is not counted; it includes parsing, ranking,
reading the stored fields of the ten best and, where told, their highlights. No engine keeps results.
``--write`` puts the tables into docs/BENCHMARKS.md.

Engines that are not installed are named and left out. Beside Genelight's own environment:

    pip install -r requirements.lock
    pip install -r benchmarks/requirements.txt
    apt install python3-xapian                    # for Debian's own Python version

``--keep FOLDER`` keeps the flattened documents there and takes them from there the next time; ``--genes
3000`` is for a quick run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import corpus
from benchmarks.peer_process import ENGINES, Asking, Built, Mode, Round, measure_build, present
from benchmarks.peer_queries import EXTRA, MAIN, Query, draw, read_pathways
from benchmarks.peer_tables import DASH, machine, number, spread, table, write_block

BUILD_AGAIN_WITHIN = 20.0
"""Seconds; what builds longer is built once."""
ROUND_WITHIN = 10.0
"""Seconds; an engine whose first round takes longer has only one that counts."""
ONE_MORE_WITHIN = 60.0
"""Seconds; where the first round takes longer, it is the one that counts."""
MARKED: Mode = "marked"
_COMMAND = "python benchmarks/peers.py"


class Results(Struct):
    """What one engine did."""

    built: Built
    seconds: dict[Mode, list[float | None]]
    """Of each query."""
    hits: list[int]
    megabytes: float


def build_all(names: Sequence[str], documents: Path, folder: Path, times: int) -> dict[str, Built]:
    """Each engine's index at ``folder / name``; of several builds the median time and the largest memory."""
    found: dict[str, list[Built]] = {}
    for _ in range(times):
        for name in names:
            if name in found and found[name][0].seconds > BUILD_AGAIN_WITHIN:
                continue
            shutil.rmtree(folder / name, ignore_errors=True)
            try:
                built = measure_build(name, documents, folder / name)
            except RuntimeError as error:
                print(f"{error}; it is left out", file=sys.stderr)
                continue
            print(f"{ENGINES[name].title}: built in {built.seconds:.2f} s", file=sys.stderr)
            found.setdefault(name, []).append(built)
    return {
        name: Built(
            median(one.seconds for one in builds), max(one.megabytes for one in builds), builds[-1].size
        )
        for name, builds in found.items()
    }


def ask_all(
    built: Mapping[str, Built], folder: Path, queries: list[Query], rounds: int
) -> dict[str, Results]:
    """Every query to every engine in turns; the first round warms up."""
    asked: dict[tuple[str, Mode], list[Round]] = {}
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as opened:
        file = Path(scratch) / "queries.json"
        file.write_bytes(msgspec.json.encode(queries))
        engines = []
        for name in built:
            engines.append(Asking(name, folder / name, file))
            opened.callback(engines[-1].close)
        for place in range(1 + rounds):
            for engine in engines:
                for mode in engine.modes:
                    before = asked.setdefault((engine.name, mode), [])
                    if place == 0 or _took(before[0]) <= (ONE_MORE_WITHIN if place == 1 else ROUND_WITHIN):
                        before.append(engine.round(mode))
            print(f"round {place} of {rounds}", file=sys.stderr)
    return {
        engine.name: Results(
            built[engine.name],
            {
                mode: _medians(asked[engine.name, mode][1:] or asked[engine.name, mode])
                for mode in engine.modes
            },
            asked[engine.name, engine.modes[0]][-1].hits,
            max(asked[engine.name, mode][-1].megabytes for mode in engine.modes),
        )
        for engine in engines
    }


def _took(one: Round) -> float:
    return sum(seconds for seconds in one.seconds if seconds is not None)


def _medians(rounds: Sequence[Round]) -> list[float | None]:
    columns = zip(*(one.seconds for one in rounds), strict=True)
    return [median(known) if (known := [s for s in each if s is not None]) else None for each in columns]


def engines_table(results: Mapping[str, Results], queries: list[Query], versions: Mapping[str, str]) -> str:
    """The thousand queries; an engine that does not know some of them is measured on the others."""
    head = [
        "engine",
        "read",
        "build s",
        "index MB",
        "MB building",
        "p50 ms",
        "p99 ms",
        "mean ms",
        "MB asking",
    ]
    rows = []
    main = [query.kind in MAIN for query in queries]
    for name, result in results.items():
        built = result.built
        for mode, seconds in result.seconds.items():
            found = spread(one for one, counts in zip(seconds, main, strict=True) if counts)
            first = mode == "stored"
            asked = f" of {found.count:,} queries" if found and found.count < sum(main) else ""
            rows.append(
                [
                    f"{ENGINES[name].title} {versions[name]}".strip() if first else "",
                    {"stored": "stored fields", "marked": "with highlights"}.get(mode, "with one field's")
                    + asked,
                    number(built.seconds) if first else "",
                    number(built.size / 1e6) if first else "",
                    number(built.megabytes) if first else "",
                    *map(number, (found.p50, found.p99, found.mean) if found else (None,) * 3),
                    number(result.megabytes) if first else "",
                ]
            )
    return table(head, rows, words=2)


def kinds_table(results: Mapping[str, Results], queries: list[Query]) -> str:
    """p50 / p99 by kind, with highlights where an engine makes them; last the share of tantivy's time."""
    head = ["kind", "queries", "such as"]
    head += [
        ENGINES[name].title + ("" if MARKED in one.seconds else ", no highlights")
        for name, one in results.items()
    ]
    compared = "genelight" in results and "tantivy" in results
    rows = []
    for kind in (*MAIN, *EXTRA):
        at = [n for n, query in enumerate(queries) if query.kind == kind]
        if not at:
            continue
        row = [kind, str(len(at)), f"`{queries[at[0]].text}`"]
        for result in results.values():
            found = spread(shown(result)[n] for n in at)
            row.append(f"{number(found.p50)} / {number(found.p99)}" if found else DASH)
        if compared:
            shares = shares_of(results, "genelight", "tantivy", at)
            row.append(f"{shares[0]:.2f} / {shares[1]:.2f}" if shares else DASH)
        rows.append(row)
    return table([*head, "Genelight / tantivy"] if compared else head, rows, words=3)


def shown(result: Results) -> list[float | None]:
    return result.seconds.get(MARKED) or result.seconds["stored"]


def shares_of(
    results: Mapping[str, Results], name: str, other: str, at: Sequence[int]
) -> tuple[float, float] | None:
    """p50 and p99 of one engine over those of another, on the queries that both know."""
    one, two = shown(results[name]), shown(results[other])
    both = [n for n in at if one[n] is not None and two[n] is not None]
    mine, theirs = spread(one[n] for n in both), spread(two[n] for n in both)
    return (mine.p50 / theirs.p50, mine.p99 / theirs.p99) if mine and theirs else None


def empty_table(results: Mapping[str, Results], queries: list[Query]) -> str:
    """Of each kind, how many queries found nothing: engines that find less have less to do."""
    rows = []
    for kind in (*MAIN, *EXTRA):
        at = [n for n, query in enumerate(queries) if query.kind == kind]
        row = [kind]
        for result in results.values():
            known = [n for n in at if result.seconds["stored"][n] is not None]
            row.append(str(sum(not result.hits[n] for n in known)) if known else DASH)
        rows.append(row)
    return table(["kind", *(ENGINES[name].title for name in results)], rows)


def targets(results: Mapping[str, Results], queries: list[Query]) -> str:
    """What was wanted and what came of it, with highlights."""
    rows: list[list[str]] = []
    main = [n for n, query in enumerate(queries) if query.kind in MAIN]
    wanted = {"tantivy": (1 / 2, 1 / 2), "whoosh": (1 / 30, 1 / 100)}
    for other, limits in wanted.items():
        shares = shares_of(results, "genelight", other, main) if other in results else None
        for what, share, limit in zip(("p50", "p99"), shares or (), limits, strict=False):
            rows.append(_row(f"{what} to {ENGINES[other].title}'s", share, limit))
    if "tantivy" in results:
        share = results["genelight"].built.seconds / results["tantivy"].built.seconds
        rows.append(_row("seconds of building to tantivy's", share, 2))
        slower = []
        for kind in (*MAIN, *EXTRA):
            at = [n for n, query in enumerate(queries) if query.kind == kind]
            found = shares_of(results, "genelight", "tantivy", at)
            if found is None:
                slower.append(f"{kind} (not measured)")
            elif max(found) > 1:
                slower.append(
                    f"{kind} ({' and '.join(w for w, f in zip(('p50', 'p99'), found, strict=True) if f > 1)})"
                )
        rows.append(
            ["kinds slower than tantivy's", "none", ", ".join(slower) or "none", "no" if slower else "yes"]
        )
    return table(["wanted of Genelight", "at most", "measured", "met"], rows) if rows else ""


def _row(what: str, share: float, limit: float) -> list[str]:
    return [what, number(limit), number(share), "yes" if share <= limit else "no"]


def report(
    results: Mapping[str, Results], queries: list[Query], versions: Mapping[str, str], head: str
) -> str:
    parts = [head, engines_table(results, queries, versions)]
    parts += ["By kind of query, p50 / p99 in milliseconds:", kinds_table(results, queries)]
    if "genelight" in results:
        parts.append(targets(results, queries))
    parts += ["Queries that found nothing:", empty_table(results, queries)]
    return "\n\n".join(part for part in parts if part)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sources", nargs="*", type=Path, default=[Path("../shared/corpus")])
    arguments.add_argument(
        "--pathways", type=Path, default=Path("../shared/gold/relevance"), help="folder of GMT files"
    )
    arguments.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    arguments.add_argument("--genes", type=int, help="only so many, evenly spread")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--builds", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path, help="folder of the flattened documents")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/BENCHMARKS.md")
    given = arguments.parse_args()
    versions = present(given.engines)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        documents = corpus.sample(
            corpus.flattened(given.sources, given.keep or folder / "all"), folder / "used", given.genes
        )
        used = folder / "used"
        queries = draw(
            corpus.read_plain(used), read_pathways(sorted(given.pathways.glob("*.gmt"))), given.seed
        )
        built = build_all(list(versions), used, folder, given.builds)
        results = ask_all(built, folder, queries, given.rounds)
    typed = f"{_COMMAND} {' '.join(map(str, given.sources))}" + (
        f" --genes {given.genes}" if given.genes else ""
    )
    asked = sum(query.kind in MAIN for query in queries)
    head = (
        f"`{typed}`: {documents:,} documents, {asked:,} queries and {len(queries) - asked} of further kinds, "
        f"seed {given.seed}, medians of {given.rounds} rounds and {given.builds} builds.\n{machine()}."
    )
    text = report(results, queries, versions, head)
    print(text)
    if given.write:
        write_block("peers", text)


if __name__ == "__main__":
    main()
