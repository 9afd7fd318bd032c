"""How well Genelight finds genes, beside its peers: the right gene first, and the right genes among ten.

    python benchmarks/relevance.py ../shared/corpus ../shared/seeds [--sample 0] [--write]
    python benchmarks/relevance.py --only kegg,hallmark,disease --no-peers --index-dir var/index

The sources are those of the index; the first holds HGNC's and NCBI's files. The second command takes seconds
and is for tuning. Look at the even-numbered lines alone while you tune; the odd-numbered ones tell whether it
holds. ``--json FILE`` keeps each question's score, and ``--against FILE`` compares with kept ones question by
question, which shows what means hide.

Sets of names are sampled with a seed (``--sample``; 0 asks all); peers are asked fewer of the same questions
(``--peer-sample``). Of a peer the best of its ways counts (benchmarks.relevance_peers), chosen by the very
questions it is judged by, which favours it. Peers neither suggest names nor tell a name's owners: their ten
best hits stand for suggestions, and of shared names only their order is judged. ``--keep FOLDER`` keeps the
peers' indexes for the next time; delete it when the sources have changed. What to install is what
benchmarks/peers.py needs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import corpus, relevance_names, relevance_peers, relevance_sets
from benchmarks.peer_tables import DASH, table, write_block
from benchmarks.relevance_peers import PEERS, Lookup, Way
from benchmarks.relevance_scoring import HALVES, SCORES, TOP, Answer, halves
from benchmarks.relevance_sets import Case, Questions
from index.cluster_address import ClusterAddress
from search import Genes, open_cluster, open_index
from search.page import Page

TOPICS = ("kegg", "hallmark", "disease", "symbol-topic")
KEYS = (*relevance_names.KEYS, *TOPICS)


class Scored(Struct, frozen=True):
    """One question's score, as ``--json`` keeps it."""

    set: str
    line: int
    query: str
    score: float


class Measured(Struct, frozen=True):
    """One set as Genelight answers it."""

    questions: Questions
    scores: dict[int, float]
    """By line number."""
    among_hits: float | None
    """Of a set of suggestions, the share whose gene is among the first ten hits."""


class Best(Struct, frozen=True):
    """A peer's best way with one set."""

    peer: str
    way: str
    scores: dict[int, float]

    @property
    def mean(self) -> float:
        return fmean(self.scores.values())


def hits_wanted(questions: Questions, case: Case) -> int:
    return max(TOP, len(case.wanted)) if questions.measure == "owners" else TOP


def suggested(genes: Genes, page: Page) -> list[str]:
    """The genes that are offered for a misspelt name; what is offered besides keeps its place, as ""."""
    return [one.id or "" for one in page.suggestions]


def measure(genes: Genes, questions: Questions) -> Measured:
    score = SCORES[questions.measure]
    scores: dict[int, float] = {}
    found = 0
    for case in questions.cases:
        page = genes.search(case.query, size=hits_wanted(questions, case))
        hits = [hit.id for hit in page.hits]
        offered = suggested(genes, page) if questions.measure == "suggested" else None
        scores[case.line] = score(Answer(hits, [one.id for one in page.query.owners], offered), case)
        found += case.wanted[0] in hits[:TOP]
    share = found / len(scores) if questions.measure == "suggested" and scores else None
    return Measured(questions, scores, share)


def best_of(peer: str, ways: Sequence[Way], lookup: Lookup, questions: Questions) -> Best:
    score = SCORES[questions.measure]
    queries = [(case.query, hits_wanted(questions, case)) for case in questions.cases]
    tried = []
    for way in ways:
        if way.misspelt and questions.measure != "suggested":
            continue
        for title, found in relevance_peers.answers(way, lookup, queries).items():
            both = zip(questions.cases, found, strict=True)
            tried.append(Best(peer, title, {case.line: score(Answer(hits), case) for case, hits in both}))
    return max(tried, key=lambda one: one.mean)


def ask_peers(sources: list[Path], folder: Path, sets: Sequence[Questions]) -> dict[str, list[Best]]:
    """Each set's key -> each peer's best."""
    documents = corpus.flattened(sources, folder / "documents")
    lookup = Lookup(documents)
    found: dict[str, list[Best]] = defaultdict(list)
    for peer, ways in relevance_peers.opened(documents, folder).items():
        for questions in sets:
            found[questions.key].append(best_of(peer, ways, lookup, questions))
        print(f"{PEERS[peer][0]}: asked", file=sys.stderr)
    return found


def read_sets(asked: Sequence[str], folder: Path, gold: Path, seed: int) -> list[Questions]:
    approved = relevance_sets.read_approved(folder)
    found = []
    if set(asked) & set(relevance_names.KEYS):
        vocabulary = relevance_names.Vocabulary(folder, approved, seed)
        found += [vocabulary.of(key) for key in relevance_names.KEYS if key in asked]
    if "kegg" in asked:
        found.append(relevance_sets.kegg(gold, approved))
    if "hallmark" in asked:
        found.append(relevance_sets.hallmark(gold, approved))
    if {"disease", "symbol-topic"} & set(asked):
        found += relevance_sets.diseases(gold, approved)
    return [one for one in found if one.key in asked]


def results_table(measured: Sequence[Measured], peers: Mapping[str, Sequence[Best]]) -> str:
    head = ["set", "queries", *(f"Genelight, {half}" for half in HALVES), "wanted", "met"]
    if peers:
        head += ["peer queries", *(f"best peer, {half}" for half in HALVES), "which"]
    rows = []
    for one in measured:
        means = halves(one.scores)
        best = max(peers.get(one.questions.key, ()), key=lambda peer: peer.mean, default=None)
        goal, told = _goal(one.questions, best)
        met = DASH if goal is None else "yes" if means[-1].value >= goal else "no"
        row = [one.questions.title, f"{len(one.scores):,}", *map(str, means), told, met]
        if best:
            which = f"{PEERS[best.peer][0]}: {best.way}"
            row += [f"{len(best.scores):,}", *map(str, halves(best.scores)), which]
        rows.append(row)
    return table(head, rows)


def _goal(questions: Questions, best: Best | None) -> tuple[float | None, str]:
    """The wanted mean, and how it is told."""
    if questions.over_best is None:
        return questions.goal, DASH if questions.goal is None else f"{questions.goal:.3f}"
    if best is None:
        return None, f"{questions.over_best} × best peer"
    goal = questions.over_best * best.mean
    return goal, f"{goal:.3f} ({questions.over_best} × best peer)"


def peers_table(measured: Sequence[Measured], peers: Mapping[str, Sequence[Best]]) -> str:
    """Every peer's best; Genelight's mean of the same questions beside them."""
    names = [best.peer for best in next(iter(peers.values()))]
    rows = []
    for one in measured:
        found = peers[one.questions.key]
        mine = fmean(one.scores[line] for line in found[0].scores)
        rows.append([one.questions.title, f"{mine:.3f}", *(f"{best.mean:.3f}" for best in found)])
    return table(["set, the peers' questions", "Genelight", *(PEERS[name][0] for name in names)], rows)


def kinds_table(measured: Sequence[Measured]) -> str:
    """What was done to names, and how Genelight finds them then."""
    rows = []
    for one in measured:
        kinds: dict[str, list[float]] = defaultdict(list)
        for case in one.questions.cases:
            if case.kind:
                kinds[case.kind].append(one.scores[case.line])
        rows += [
            [one.questions.title, kind, f"{len(scores):,}", f"{fmean(scores):.3f}"]
            for kind, scores in sorted(kinds.items())
        ]
    return table(["set", "kind", "queries", "Genelight"], rows, words=2) if rows else ""


def notes(measured: Sequence[Measured]) -> str:
    told = [f"{one.questions.title}: {one.questions.note}." for one in measured if one.questions.note]
    told += [
        f"{one.questions.title}: the gene is among the first ten hits of {one.among_hits:.3f}."
        for one in measured
        if one.among_hits is not None
    ]
    return "\n".join(f"- {one}" for one in told)


def differences_table(kept: Sequence[Scored], now: Sequence[Scored]) -> str:
    """The paired differences of the questions that both have."""
    before = {(one.set, one.line, one.query): one.score for one in kept}
    changes: dict[str, dict[int, float]] = defaultdict(dict)
    for one in now:
        earlier = before.get((one.set, one.line, one.query))
        if earlier is not None:
            changes[one.set][one.line] = one.score - earlier
    rows = []
    for key, found in changes.items():
        better, worse = (sum(sign * one > 0 for one in found.values()) for sign in (1, -1))
        means = [f"{one.value:+.4f} ± {one.error:.4f}" for one in halves(found)]
        rows.append([key, f"{len(found):,}", *means, f"{better:,}", f"{worse:,}"])
    return table(["difference, paired", "queries", *HALVES, "better", "worse"], rows)


def _arguments() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument(
        "sources", nargs="*", type=Path, default=[Path("../shared/corpus"), Path("../shared/seeds")]
    )
    arguments.add_argument(
        "--gold", type=Path, default=Path("../shared/gold"), help="folder of the sets' files"
    )
    arguments.add_argument("--index-dir", type=Path, default=Path("var/index"))
    arguments.add_argument("--cluster", help="URL of a cluster that is asked instead of a folder")
    arguments.add_argument("--alias", default="genelight", help="alias of the index in the cluster")
    arguments.add_argument(
        "--only", default=",".join(KEYS), help=f"sets with commas between: {', '.join(KEYS)}"
    )
    arguments.add_argument("--sample", type=int, default=2000, help="questions of a set of names; 0 for all")
    arguments.add_argument("--peer-sample", type=int, default=1000, help="of these, what peers are asked")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--no-peers", action="store_true")
    arguments.add_argument("--keep", type=Path, help="folder of the peers' indexes")
    arguments.add_argument("--json", type=Path, help="keep each question's score there")
    arguments.add_argument("--against", type=Path, help="compare with scores that were kept")
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/BENCHMARKS.md")
    return arguments


def _opened(given: argparse.Namespace) -> Genes:
    if given.cluster is None:
        return open_index(given.index_dir)
    return open_cluster(ClusterAddress(urls=(given.cluster,), alias=given.alias, timeout=60.0))


def main() -> None:
    arguments = _arguments()
    given = arguments.parse_args()
    asked = given.only.split(",")
    if unknown := [key for key in asked if key not in KEYS]:
        arguments.error(f"no set {', '.join(unknown)}; there are {', '.join(KEYS)}")
    sets = [
        relevance_names.sampled(one, given.sample, given.seed) if one.key in relevance_names.KEYS else one
        for one in read_sets(asked, given.sources[0], given.gold, given.seed)
    ]
    with _opened(given) as genes:
        measured = []
        for one in sets:
            measured.append(measure(genes, one))
            print(f"{one.title}: asked", file=sys.stderr)
    peers: dict[str, list[Best]] = {}
    if not given.no_peers:
        fewer = [
            relevance_names.sampled(one, given.peer_sample, given.seed)
            if one.key in relevance_names.KEYS
            else one
            for one in sets
        ]
        with tempfile.TemporaryDirectory() as scratch:
            peers = ask_peers(given.sources, given.keep or Path(scratch), fewer)
    parts = [results_table(measured, peers), notes(measured), kinds_table(measured)]
    if peers:
        parts.append(peers_table(measured, peers))
    text = "\n\n".join(part for part in parts if part)
    print(text)
    now = [
        Scored(one.questions.key, case.line, case.query, one.scores[case.line])
        for one in measured
        for case in one.questions.cases
    ]
    if given.against:
        kept = msgspec.json.decode(given.against.read_bytes(), type=list[Scored])
        print("\n" + differences_table(kept, now))
    if given.json:
        given.json.write_bytes(msgspec.json.encode(now))
    if given.write:
        typed = f"python benchmarks/relevance.py {' '.join(map(str, given.sources))} --sample {given.sample}"
        write_block("relevance", f"`{typed}`: seed {given.seed}; mean ± bootstrap standard error.\n\n{text}")


if __name__ == "__main__":
    main()
