"""Killing one of three nodes, each in turn, and two of three: during 10,000 searches, and during a load.

    python benchmarks/cluster_faults.py [SOURCE ...] --keep FOLDER [--write]

Three real nodes with one replica, ``genelight index --engine opensearch`` and ``genelight serve`` as
processes of their own, and clients that ask over HTTP without a pause. What is right was answered before, by
the whole cluster; its totals must be those of a columnar index of the same sources. Nodes are killed as
``kill -9`` does.

    A  each node in turn: killed, started again, and the next one when all copies are there again
    B  two at the same moment, which leaves no majority; then both are started again
    C  each in turn while another index is loaded; it stays away for a while, or until the command has ended
    D  two of them while another index is loaded, likewise

Afterwards every record is read back from the cluster and compared with what the columnar index holds. The
other index is that of ``--other``; they take turns, each time loaded anew. ``FOLDER/faults.jsonl`` keeps
every second, ``FOLDER/cases.jsonl`` what came of each case, so that they may be run one at a time;
``--write`` puts the latest of each into docs/SCALING.md. It ends by itself, after ``--minutes`` at the
latest.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cluster_bench import REPLICAS, Bench, Command, Records
from benchmarks.cluster_watch import WORKERS, Watch
from benchmarks.peer_tables import machine, number, table, write_block
from tests.cluster.nodes import Node, running
from tests.running import ROOT

REPORT = ROOT / "docs" / "SCALING.md"
_LOADED_SHARE = 0.3
"""Of the genes, loaded when nodes are killed."""
_WITHIN = 900.0
_KEPT = "cases.jsonl"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ADDRESSES = re.compile(r"https?://[\w.:]+(?:, https?://[\w.:]+)*")


class Outcome(NamedTuple):
    name: str
    watch: Watch
    records: Records
    notes: list[str]


def searching(bench: Bench) -> Iterator[Outcome]:
    """A: each in turn during searches."""
    wanted = bench.searches
    notes = []
    with bench.watch() as watch:

        def more(share: float) -> None:
            reached = len(watch.answers) + share * wanted
            _until(lambda: len(watch.answers) >= reached)

        more(0.1)
        for node in bench.nodes:
            _kill(watch, [node])
            time.sleep(bench.down)
            more(0.05)
            notes.append(
                f"{node.name}: all copies there {_whole(watch, bench, [node]):.0f} s after its start"
            )
            more(0.1)
        _until(lambda: len(watch.answers) >= wanted)
    yield Outcome("A: each node in turn", watch, bench.compared(), notes)


def majority(bench: Bench) -> Iterator[Outcome]:
    """B: two at once during searches."""
    gone = bench.nodes[:2]
    with bench.watch() as watch:
        time.sleep(5)
        killed = time.monotonic()
        _kill(watch, gone)
        time.sleep(bench.down)
        started = time.monotonic()
        whole = _whole(watch, bench, gone)
        time.sleep(10)
    answers = sorted(watch.answers)
    between = [one for one in answers if killed < one.at < started]
    back = min((one.at - started for one in answers if one.at > started and one.status == 200), default=None)
    last = max((one.at - started for one in answers if one.at > started and one.status != 200), default=0.0)
    ready = sorted({look.ready for look in watch.looks if killed + 3 < look.at < started})
    notes = [
        f"while two were gone: {sum(one.status == 200 for one in between):,} answers, "
        f"{sum(one.status == 503 for one in between):,} times 503; /readyz said {', '.join(ready)}",
        f"after both were started: the first answer after {number(back)} s, the last error after "
        f"{number(last)} s, all copies after {number(whole)} s",
    ]
    yield Outcome("B: two of three", watch, bench.compared(), notes)


class Case(NamedTuple):
    """Nodes that are killed during a load."""

    name: str
    nodes: tuple[int, ...]
    stay: bool = False
    """Whether they stay away until the command has ended."""


ONE = (Case("n1", (0,)), Case("n2", (1,)), Case("n3", (2,)), Case("n1, which stays away", (0,), True))
TWO = (Case("n1 and n2", (0, 1)), Case("n2 and n3, which stay away", (1, 2), True))


def loading(bench: Bench, letter: str, cases: Sequence[Case]) -> Iterator[Outcome]:
    """C and D: during a load."""
    for case in cases:
        before = bench.published()
        corpus = next(one for one in bench.corpora.values() if one.digest != before)
        gone = [bench.nodes[at] for at in case.nodes]
        notes: list[str] = []
        with bench.watch() as watch:
            time.sleep(2)
            load = bench.load(corpus)
            watch.note("the load begins")
            _until(lambda load=load, genes=corpus.genes: load.taken() >= _LOADED_SHARE * genes or load.over())  # type: ignore[misc]
            taken, over = load.taken(), load.over()
            _kill(watch, gone)
            notes.append(
                "the load had ended before"
                if over
                else f"killed when {taken:,} of {corpus.genes:,} genes were loaded"
            )
            if not case.stay:
                time.sleep(bench.down)
                _start(watch, gone)
            told = load.end()
            watch.note("the load ended" if told.code == 0 else "the load failed")
            notes.append(_told(told))
            if case.stay:
                time.sleep(5)
                _start(watch, gone)
            bench.whole()
            watch.note("all copies there")
            if told.code:
                stands = bench.published() == before
                notes.append("what was published stands" if stands else "WHAT WAS PUBLISHED DOES NOT STAND")
                watch.note("the load begins again")
                notes.append(f"again: {_told(bench.load(corpus).end())}")
                watch.note("it ended")
            time.sleep(5)
        if bench.published() != corpus.digest:
            notes.append("THE OTHER INDEX IS NOT PUBLISHED")
        notes += bench.learn()
        yield Outcome(f"{letter}: {case.name}", watch, bench.compared(), notes)


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN
    while not reached():
        if time.monotonic() > deadline:
            raise SystemExit(f"what was waited for did not come within {_WITHIN:.0f} s")
        time.sleep(0.05)


def _kill(watch: Watch, nodes: Sequence[Node]) -> None:
    watch.note(f"{_named(nodes)} killed")
    for node in nodes:
        node.kill()


def _start(watch: Watch, nodes: Sequence[Node]) -> None:
    watch.note(f"{_named(nodes)} started")
    for node in nodes:
        node.start()


def _whole(watch: Watch, bench: Bench, nodes: Sequence[Node]) -> float:
    """Start nodes again, and wait until the cluster is whole; the seconds that took."""
    began = time.monotonic()
    _start(watch, nodes)
    bench.whole()
    watch.note("all copies there")
    return time.monotonic() - began


def _named(nodes: Sequence[Node]) -> str:
    return " and ".join(node.name for node in nodes)


def _told(command: Command) -> str:
    ended = "ended well" if command.code == 0 else f"ended with {command.code}"
    said = f': "{_short(command.said)}"' if command.code else ""
    return f"the load {ended} after {command.seconds:.0f} s{said}"


def _short(message: str) -> str:
    return _ADDRESSES.sub("…", _DIGEST.sub("…", " ".join(message.split())))[-400:]


class Kept(Struct, frozen=True):
    """What came of a case, as it is printed."""

    name: str
    setting: str
    row: list[str]
    part: str


def kept(outcome: Outcome, bench: Bench, given: argparse.Namespace) -> Kept:
    name, watch, records, notes = outcome
    statuses, wrong = watch.statuses(), len(watch.wrong(bench.right))
    other = sum(count for status, count in statuses.items() if status not in (200, 503))
    figures = [sum(statuses.values()), statuses[200] - wrong, wrong, statuses[503], other]
    row = [name, *(f"{one:,}" for one in figures), number(watch.longest_without())]
    row += [f"{one:,}" for one in records]
    wrongs = [f"WRONG, {count:,} times: {one}" for one, count in watch.faults(bench.right).most_common(10)]
    messages: Counter[str] = Counter()
    for message, count in watch.messages().items():
        messages[_short(message)] += count
    errors = [f'{count:,} times "{one}"' for one, count in messages.most_common(5)]
    lines = "\n".join(f"- {one}" for one in (*notes, *wrongs, *errors))
    genes = ", ".join(f"{one.genes:,}" for one in bench.corpora.values())
    setting = (
        f"three nodes, heap {given.heap} each, {given.shards} shards, {REPLICAS} replica, indexes of {genes} "
        f"genes, {WORKERS} workers, {given.clients} clients, {len(bench.queries)} queries in turn; "
        f"before all began, {bench.agreement}"
    )
    return Kept(name, setting, row, f"**{name}**\n\n{lines}\n\n{watch.table(bench.right)}")


def printed(cases: Sequence[Kept]) -> str:
    """All tables, of each case the latest."""
    latest = sorted({case.name: case for case in cases}.values(), key=lambda case: case.name)
    head = ["killed", "searches", "right", "wrong", "503", "other", "longest without an answer s"]
    head += ["records compared", "missing", "different"]
    settings = []
    for setting in dict.fromkeys(case.setting for case in latest):
        names = ", ".join(case.name.partition(":")[0] for case in latest if case.setting == setting)
        settings.append(f"{', '.join(dict.fromkeys(names.split(', ')))}: {setting}.")
    parts = [table(head, (case.row for case in latest)), *(case.part for case in latest)]
    return "\n\n".join([f"{machine()}; all on it.", *settings, *parts])


def main() -> None:
    data = ROOT / "data"
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("sources", nargs="*", type=Path, default=[data])
    arguments.add_argument("--other", nargs="*", type=Path, default=[data / "human"], help="the other index")
    arguments.add_argument("--only", default="ABCD", help="which of A, B, C and D")
    arguments.add_argument("--searches", type=int, default=10_000, help="in A, at least")
    arguments.add_argument("--queries", type=int, default=500, help="that are asked in turn")
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--shards", type=int, default=3, help="so that each node has something")
    arguments.add_argument("--heap", default="512m", help="of each node")
    arguments.add_argument("--down", type=float, default=15.0, help="seconds that a killed node stays away")
    arguments.add_argument("--minutes", type=int, default=45)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path, required=True, help="folder of what was seen each second")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/SCALING.md")
    given = arguments.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGALRM, _over)
    signal.alarm(60 * given.minutes)
    try:
        _all(given)
    except Over:
        print(f"ended after {given.minutes} minutes; see --minutes", file=sys.stderr)
    lines = (given.keep / _KEPT).read_bytes().splitlines()
    text = printed([msgspec.json.decode(line, type=Kept) for line in lines])
    print(text)
    if given.write:
        write_block("faults", text, REPORT)


def _all(given: argparse.Namespace) -> None:
    with (
        TemporaryDirectory() as scratch,
        running(3, heap=given.heap, quick_start=False) as started,
        Bench(started, Path(scratch), given) as bench,
    ):
        scenarios = {
            "A": lambda: searching(bench),
            "B": lambda: majority(bench),
            "C": lambda: loading(bench, "C", ONE),
            "D": lambda: loading(bench, "D", TWO),
        }
        for letter in given.only:
            for outcome in scenarios[letter]():
                case = kept(outcome, bench, given)
                with (given.keep / _KEPT).open("ab") as cases:
                    cases.write(msgspec.json.encode(case) + b"\n")
                with (given.keep / "faults.jsonl").open("a") as lines:
                    for line in outcome.watch.lines(bench.right):
                        lines.write(json.dumps({"case": outcome.name, **line}) + "\n")
                    for wrong in outcome.watch.wrong(bench.right):
                        right = bench.right.get(wrong.digest, {wrong.query: ""})[wrong.query]
                        both = {"asked": bench.paths[wrong.query], "right": right}
                        lines.write(json.dumps({"case": outcome.name, **wrong._asdict(), **both}) + "\n")
                print(f"{' | '.join(case.row)}\n{case.part}\n", file=sys.stderr, flush=True)


class Over(Exception):
    """Its time is over."""


def _over(*_: object) -> None:
    raise Over


def _end(*_: object) -> None:
    sys.exit(1)


if __name__ == "__main__":
    main()
