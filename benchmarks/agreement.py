"""Whether the engines find what reading every document finds, on a real index and random queries.

    genelight index ../shared/corpus --index-dir var/index
    genelight index ../shared/corpus --index-dir var/whoosh --engine whoosh
    python benchmarks/agreement.py var/index --whoosh var/whoosh

Reads every document of a columnar index, draws queries of all kinds from its words, and compares

- the total and the ten best, with their scores, with those of an exhaustive search (scan.py: no index, every
  word of every field looked at for each word of a query, the formula as tests/contract/bm25f.py has it);
- with ``--whoosh`` the set of all documents found with that of a Whoosh index of the same digest.

What is found beside the engines, the genes under wider terms and linked to papers, is taken as it is.
Prints a row a kind of query and every disagreement; ends with 1 when there is any.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scan import Scan
from index.documents import Document
from index.facets import Facets
from index.generations import current_digest, generation_path, read_manifest
from index.ontology import Ontology
from index.papers import PaperTable
from index.store import RecordStore
from search.engines import Engine, Found
from search.expand import Beside
from search.identity import genes_named
from search.linked import linked_genes
from search.opening import open_engine
from search.query import parse
from search.wider import Wider

SAME = 1e-5
"""Scores as near as this are equal: weights of one side have 32 bits."""
TOP = 10


class Opened(Struct):
    digest: str
    store: RecordStore
    beside: Beside
    engine: Engine


def opened(index_dir: Path) -> Opened:
    """The published index of a directory, without what stands between it and a page."""
    digest = current_digest(index_dir)
    if digest is None:
        sys.exit(f"no index in {index_dir}")
    generation = generation_path(index_dir, digest)
    store, wider = RecordStore(generation), Wider(Ontology(generation))
    known = {**wider.known, "pmid": linked_genes(PaperTable(generation))}
    beside = Beside(partial(genes_named, store=store), known)
    facets = Facets(generation, store.genes)
    engine, *_ = open_engine(read_manifest(generation).engine, generation, store, beside, wider, facets)
    return Opened(digest, store, beside, engine)


class Drawing:
    """Random queries, the same ones for a seed and an index."""

    def __init__(self, scan: Scan, store: RecordStore, seed: int) -> None:
        self._scan = scan
        self._store = store
        self._rng = random.Random(seed)  # noqa: S311
        self._rare = sorted(word for word in scan.words if word.isalnum())

    def queries(self, count: int) -> Iterator[tuple[str, str]]:
        """(kind, query), the kinds in turn."""
        kinds: dict[str, Callable[[], str]] = {
            "word": self._word,
            "2 to 4 words": lambda: " ".join(self._words(self._rng.randint(2, 4))),
            "OR": lambda: " OR ".join(self._words(self._rng.randint(2, 4))),
            "NOT": lambda: "{} NOT {}".format(*self._words(2)),
            "nested": self._nested,
            "phrase": lambda: f'"{" ".join(self._row(self._rng.randint(2, 4)))}"',
            "phrase and word": lambda: f'{self._word()} "{" ".join(self._row(2))}"',
            "near": self._near,
            "field": lambda: f"{self._field()}:{self._word()}",
            "field of phrase": lambda: f'{self._field()}:"{" ".join(self._row(2))}"',
            "beginning": lambda: self._begun(2) + "*",
            "beginning in a field": lambda: f"{self._field()}:{self._begun(1)}*",
            "signs inside": self._wild,
            "like": lambda: f"{self._misspelt()}~{self._rng.randint(1, 2)}",
            "symbol": lambda: self._symbol(),
            "symbol like": lambda: f"symbol:*{self._symbol()[1:]} OR alias:{self._symbol()}~1",
            "mentions": self._mentions,
            "identifier": self._identifier,
            "GO": self._go,
            "spelling": lambda: f"{self._symbol()}-{self._rng.randint(1, 9)} OR {self._spelt()}",
        }
        names = list(kinds)
        for number in range(count):
            kind = names[number % len(names)]
            yield kind, kinds[kind]()

    def _word(self) -> str:
        """Mostly as frequent as in the texts, sometimes any."""
        if self._rng.random() < 0.3:
            return self._rng.choice(self._rare)
        return self._scan.word_at(self._rng.random())

    def _words(self, count: int) -> list[str]:
        return [self._word() for _ in range(count)]

    def _row(self, count: int) -> list[str]:
        return self._scan.row_at(self._rng.random(), count)

    def _near(self) -> str:
        row = self._row(self._rng.randint(3, 8))
        some = self._rng.sample(row, min(len(row), self._rng.randint(2, 3)))
        return f'"{" ".join(some)}"~{self._rng.randint(0, 8)}'

    def _field(self) -> str:
        fields = (
            "summary",
            "name",
            "go",
            "go_wider",
            "description",
            "atlas",
            "family",
            "reference",
            "symbol",
        )
        return self._rng.choice(fields)

    def _nested(self) -> str:
        shapes = ("({} OR {}) {}", "{} NOT ({} {})", "NOT ({} OR NOT {}) {}", "({} {}) OR ({} NOT {})")
        return self._rng.choice(shapes).format(*self._words(4))

    def _begun(self, least: int) -> str:
        word = self._word()
        return word[: self._rng.randint(least, max(least, len(word) - 1))]

    def _wild(self) -> str:
        word = self._rng.choice([word for word in self._words(8) if len(word) > 3] or ["kinase"])
        place = self._rng.randint(1, len(word) - 2)
        return word[:place] + self._rng.choice("*?") + word[place + 1 :]

    def _misspelt(self) -> str:
        word = self._rng.choice([word for word in self._words(8) if len(word) > 4] or ["kinase"])
        place = self._rng.randint(0, len(word) - 2)
        return word[:place] + self._rng.choice(["", "x", word[place + 1] + word[place]]) + word[place + 2 :]

    def _document(self) -> Document:
        return self._store.document(self._rng.randrange(self._store.genes))

    def _symbol(self) -> str:
        return self._document().symbol

    def _spelt(self) -> str:
        return self._rng.choice(["IL-2", "TNF-α", "TNFalpha", "NF-kappaB", "p53", "beta-catenin", "Su(H)"])

    def _mentions(self) -> str:
        """Mostly of a name that some text has."""
        lines = [line for _ in range(20) for line in self._document().lines if line.mentions]
        if not lines:
            return f"mentions:{self._symbol()}"
        line = self._rng.choice(lines)
        named = self._rng.choice(line.mentions)
        name = line.text[named.start : named.end]
        return self._rng.choice(
            [f"mentions:{name}", f'mentions:"{name}" NOT {self._word()}', f"{name} {self._word()}"]
        )

    def _identifier(self) -> str:
        found = self._document()
        ids = [value for _, value in found.identifiers] + [
            f"{space}:{value}" for space, value in found.identifiers
        ]
        ids += [one.reference.pmid for one in found.references if one.reference.pmid]
        chosen = self._rng.choice(ids or ["4496"])
        return self._rng.choice([chosen, f"{chosen} OR {self._word()}", f"identifier:{chosen[:6]}*"])

    def _go(self) -> str:
        lines = [line for line in self._document().lines if line.field == "go"]
        if not lines:
            return f"go:{self._word()}"
        line = self._rng.choice(lines)
        return self._rng.choice(
            [line.key or "", f'go:"{line.text}"', f"{line.key} {self._word()}", f"go_id:{line.key}"]
        )


def differs(found: Found, scores: np.ndarray, met: np.ndarray) -> str:
    """What the engine says otherwise than the scan; empty where they agree."""
    total = int(met.sum())
    if found.total != total:
        return f"total {found.total}, scanned {total}"
    docs = np.flatnonzero(met)
    best = np.sort(scores[docs])[::-1][:TOP]
    if len(found.docs) != len(best):
        return f"{len(found.docs)} documents, scanned {len(best)}"
    if not met[found.docs].all() or len(np.unique(found.docs)) != len(found.docs):
        return "documents that do not match, or one twice"
    if not np.allclose(found.scores, scores[found.docs], rtol=SAME, atol=0):
        return f"scores {found.scores.tolist()}, scanned {scores[found.docs].tolist()}"
    if not np.allclose(found.scores, best, rtol=SAME, atol=0):
        return f"the best are {found.scores.tolist()}, scanned {best.tolist()}"
    return ""


def compare(first: Opened, second: Opened | None, count: int, seed: int) -> int:
    """Print the table; the number of disagreements."""
    began = time.perf_counter()
    scan = Scan(map(first.store.document, range(first.store.genes)), first.beside)
    print(f"{scan.documents:,} genes, {scan.size:,} words, read in {time.perf_counter() - began:.0f} s")
    asked: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    same: Counter[str] = Counter()
    spent: dict[str, float] = defaultdict(float)
    wrong: list[str] = []
    for kind, q in Drawing(scan, first.store, seed).queries(count):
        tree = parse(q).tree
        asked[kind] += 1
        started = time.perf_counter()
        asking = first.engine.asking()
        found = asking.search(tree, TOP)
        matching = asking.matching(tree).docs
        spent["columnar"] += time.perf_counter() - started
        started = time.perf_counter()
        scores, met = scan.search(tree)
        spent["scan"] += time.perf_counter() - started
        why = differs(found, scores, met)
        if not why and not np.array_equal(matching, np.flatnonzero(met)):
            why = "matching() gives other documents"
        agreed[kind] += not why
        answered[kind] += found.total > 0
        if why:
            wrong.append(f"{kind}: {q}: {why}")
        if second is not None:
            started = time.perf_counter()
            asking = second.engine.asking()
            other = asking.matching(tree).docs
            total = asking.search(tree, TOP).total
            spent["whoosh"] += time.perf_counter() - started
            alike = np.array_equal(other, matching) and total == found.total
            same[kind] += alike
            if not alike:
                wrong.append(f"{kind}: {q}: whoosh finds {total}, columnar {found.total}")
    print(f"{'kind':22}{'asked':>7}{'with hits':>11}{'as scanned':>12}{'as whoosh':>11}")
    for kind in asked:
        whoosh = same[kind] if second is not None else "-"
        print(f"{kind:22}{asked[kind]:>7}{answered[kind]:>11}{agreed[kind]:>12}{whoosh:>11}")
    told = same.total() if second is not None else "-"
    print(f"{'all':22}{asked.total():>7}{answered.total():>11}{agreed.total():>12}{told:>11}")
    print(", ".join(f"{name} {seconds:.0f} s" for name, seconds in spent.items()))
    print("\n".join(wrong))
    return len(wrong)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("index_dir", type=Path, help="a columnar index")
    arguments.add_argument("--whoosh", type=Path, help="a Whoosh index of the same inputs")
    arguments.add_argument("--queries", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    first = opened(given.index_dir)
    second = opened(given.whoosh) if given.whoosh else None
    if second is not None and second.digest != first.digest:
        sys.exit("the two indexes hold different documents")
    sys.exit(1 if compare(first, second, given.queries, given.seed) else 0)


if __name__ == "__main__":
    main()
