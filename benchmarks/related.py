"""Whether the genes related to a gene are those that take part in the same things.

    python benchmarks/related.py var/index ../shared/gold/relevance/enrichr.KEGG_2016.gmt

For members of the sets, drawn with a seed, which share of the first ten related genes is in a set with them:
by papers, terms and families together, and by each of the three alone.  A gene without ten related ones has
that many fewer right.  Weights were tried on the even-numbered lines alone; the odd-numbered ones tell
whether they hold.  The median number of papers of the related genes stands beside that of ten other members
of the same sets: genes that are merely well known would have more.  Milliseconds are of processor time, for
the whole answer with its reasons.
``--write`` puts the table into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean, median, stdev

import numpy as np
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import Spread, machine, number, spread, table, write_block
from index.facets import Facets
from index.generations import NoGeneration, current_generation
from index.neighbours import Neighbours
from index.ontology import Ontology
from index.papers import PaperTable
from index.store import RecordStore
from search.related import Related, Weighing

TOP = 10
SEED = 20261121
WAYS: Mapping[str, Weighing] = {
    "all three": Weighing(),
    "papers alone": Weighing(terms=0.0, family=0.0),
    "terms alone": Weighing(papers=0.0, family=0.0),
    "families alone": Weighing(papers=0.0, terms=0.0),
}
Sets = list[frozenset[int]]


class Index:
    """The parts of an index that related genes need."""

    def __init__(self, index_dir: Path) -> None:
        generation = current_generation(index_dir)
        if generation is None:
            raise NoGeneration(f"no index in {index_dir}")
        self.store = RecordStore(generation)
        self.papers = PaperTable(generation)
        self.neighbours = Neighbours(generation)
        self.ontology = Ontology(generation)
        self.facets = Facets(generation, self.store.genes)

    def related(self, weighing: Weighing) -> Related:
        parts = self.store, self.papers, self.neighbours, self.ontology, self.facets
        return Related(*parts, weighing)

    def sets(self, gmt: Path) -> Sets:
        """The members of each line that the index has by this symbol."""
        sets = []
        for line in gmt.read_text("utf-8").splitlines():
            rows = [row for symbol in line.split("\t")[2:] for row in self.store.names(symbol)]
            sets.append(frozenset(row.doc for row in rows if row.kind == "symbol"))
        return sets


class Half(Struct):
    """What was found for members of one half of the sets."""

    shares: list[float]
    papers: list[float]
    """Of each member's related genes the median number of papers."""
    mates: list[float]
    """The same of ten other members of its sets."""
    seconds: list[float]


def measured(index: Index, related: Related, sets: Sets, members: int) -> Half:
    """For so many members of the sets."""
    sets_of: dict[int, set[int]] = {}
    for position, genes in enumerate(sets):
        for gene in genes:
            sets_of.setdefault(gene, set()).add(position)
    chance = random.Random(SEED)  # noqa: S311
    asked = chance.sample(sorted(sets_of), min(members, len(sets_of)))
    half = Half([], [], [], [])
    papers = index.facets.numbers["papers"]
    for doc in asked:
        document = index.store.document(doc)
        began = time.thread_time()
        found = related.of(doc, document, TOP)
        half.seconds.append(time.thread_time() - began)
        docs = [place for gene in found if (place := index.store.find_id(gene.id)) is not None]
        right = [bool(sets_of[doc] & sets_of.get(other, set())) for other in docs]
        half.shares.append(sum(right) / TOP)
        mates = sorted(frozenset[int]().union(*(sets[position] for position in sets_of[doc])) - {doc})
        half.papers += _middle(papers[docs])
        half.mates += _middle(papers[chance.sample(mates, min(TOP, len(mates)))])
    return half


def _middle(papers: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> list[float]:
    return [float(np.median(papers))] if len(papers) else []


def report(index: Index, gmt: Path, members: int) -> str:
    sets = index.sets(gmt)
    rows = []
    for name, weighing in WAYS.items():
        related = index.related(weighing)
        related.of(0, index.store.document(0), TOP)  # what is made once is no part of any answer
        halves = [measured(index, related, sets[first::2], members) for first in (1, 0)]
        papers = [one for half in halves for one in half.papers]
        mates = [one for half in halves for one in half.mates]
        took = spread(second for half in halves for second in half.seconds)
        rows.append([name, *map(_share, halves), number(median(papers)), number(median(mates)), *_told(took)])
    head = (
        "Related by",
        "even lines",
        "odd lines",
        "papers of the ten",
        "of other members",
        "p50 ms",
        "p99 ms",
    )
    return f"{table(head, rows)}\n\n{machine()}\n"


def _share(half: Half) -> str:
    error = stdev(half.shares) / len(half.shares) ** 0.5
    return f"{fmean(half.shares):.3f} ± {error:.3f}"


def _told(took: Spread | None) -> Iterable[str]:
    return (number(took.p50), number(took.p99)) if took else ("", "")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index_dir", type=Path)
    parser.add_argument("sets", type=Path, help="a file of gene sets (GMT)")
    parser.add_argument("--members", type=int, default=600, help="genes that are asked of each half")
    parser.add_argument("--write", action="store_true", help="into docs/BENCHMARKS.md")
    asked = parser.parse_args()
    text = report(Index(asked.index_dir), asked.sets, asked.members)
    print(text)
    if asked.write:
        write_block("related", text)


if __name__ == "__main__":
    main()
