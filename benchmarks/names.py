"""Whether every name of every gene finds its gene, through the public search.

    python benchmarks/names.py ../shared/corpus --index-dir var/index

Reads the names from the files anew, with a reader of its own, so that a mistake of the index's
reader shows: approved, previous and withdrawn symbols and aliases of HGNC's two files, symbols and
synonyms of NCBI's gene_info.  What NCBI says of a gene goes to HGNC's gene of the HGNC ID that it
gives, else to that of its GeneID, else to that of its Ensembl ID where HGNC knows no GeneID; an HGNC
ID that was withdrawn names none.  A name is right when

- the first hit is one of its owners of the strongest kind (symbol, previous symbol, alias,
  withdrawn) and ``_match.kind`` says this kind;
- ``query.owners`` lists every owner, where there are several;
- a symbol withdrawn without a successor, which nothing else bears, is told in
  ``query.withdrawn`` and no hit is a hit by name.

Prints a table of right and wrong by kind, and the wrong ones; ends with 1 when there are any.

    python benchmarks/names.py --costs --index-dir var/index

measures instead what it costs to ask whether a query is a name, and whether its words hold one.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import random
import sys
import time
import timeit
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search import Genes, open_index
from search.folders import Folder
from search.identity import identify
from search.naming_in import genes_named_in
from search.query import parse, words_of

KINDS = ("symbol", "previous_symbol", "alias", "withdrawn")
"""The strongest first."""
GONE = "gone"
"""Kind of a symbol that was withdrawn and leads to no gene."""
NAME_KINDS = frozenset({*KINDS, "name"})

ASKED = (
    "zinc",
    "zinc homeostasis",
    "hepatocellular carcinoma methylation",
    "BRCA1",
    "p40",
    "BRCA1 breast cancer",
    "role of p53 in apoptosis",
    "TNF alpha signalling",
)
ROUND = 1000
ROUNDS = 9

Owners = dict[str, str]
"""Gene id -> the strongest kind of the name for that gene."""


class Expected(Struct):
    name: str
    owners: Owners
    """Empty for a withdrawn symbol without a successor."""

    @property
    def kind(self) -> str:
        return min(self.owners.values(), key=KINDS.index) if self.owners else GONE


def expected_names(folder: Path) -> list[Expected]:
    """Every name in the files under ``folder``, in order."""
    owners: dict[str, Owners] = defaultdict(dict)
    withdrawn = _only(folder, "withdrawn.*")
    gone = {row["HGNC_ID"] for row in _rows(withdrawn)}
    by_entrez: dict[str, str] = {}
    by_ensembl: dict[str, str] = {}
    by_hgnc: set[str] = set()
    for row in _rows(_only(folder, "hgnc_complete_set.*")):
        gene_id = row["hgnc_id"]
        by_hgnc.add(gene_id)
        if row["entrez_id"]:
            by_entrez.setdefault(row["entrez_id"], gene_id)
        elif row["ensembl_gene_id"]:
            by_ensembl.setdefault(row["ensembl_gene_id"], gene_id)
        _own(owners, [row["symbol"]], gene_id, "symbol")
        _own(owners, row["prev_symbol"].split("|"), gene_id, "previous_symbol")
        _own(owners, row["alias_symbol"].split("|"), gene_id, "alias")
    for row in _rows(_only(folder, "*gene_info.*")):
        if row["Symbol"] == "NEWENTRY" or row.get("type_of_gene") == "biological-region":
            continue
        stated = [x[5:] for x in row["dbXrefs"].split("|") if x.startswith("HGNC:HGNC:")]
        stands = next((one for one in stated if one in by_hgnc), None)
        unknown = next((one for one in stated if one not in gone), None)
        ensembl = [one[8:] for one in row["dbXrefs"].split("|") if one.startswith("Ensembl:")]
        alike = None if unknown else next((by_ensembl[one] for one in ensembl if one in by_ensembl), None)
        own = alike or unknown or f"NCBIGene:{row['GeneID']}"
        gene_id = stands or by_entrez.get(row["GeneID"], own)
        kind = "alias" if gene_id in by_hgnc else "symbol"
        _own(owners, [row["Symbol"]], gene_id, kind)
        _own(owners, row["Synonyms"].split("|"), gene_id, "alias")
    for symbol, living in _withdrawn(withdrawn, by_hgnc):
        owners[symbol]
        for gene_id in living:
            _own(owners, [symbol], gene_id, "withdrawn")
    return [Expected(name, owners[name]) for name in sorted(owners)]


def _own(owners: Mapping[str, Owners], names: Iterable[str], gene_id: str, kind: str) -> None:
    for name in names:
        name = html.unescape(name).strip()
        if name not in ("", "-"):
            earlier = owners[name].get(gene_id, kind)
            owners[name][gene_id] = min(earlier, kind, key=KINDS.index)


def _withdrawn(path: Path, living: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Each withdrawn symbol with the living genes at the end of its chain."""
    into: dict[str, list[str]] = {}
    symbols: list[tuple[str, str]] = []
    for row in _rows(path):
        merged = next(value for column, value in row.items() if column.startswith("MERGED_INTO"))
        symbols.append((row["HGNC_ID"], row["WITHDRAWN_SYMBOL"]))
        into[row["HGNC_ID"]] = [part.strip().partition("|")[0] for part in merged.split(",") if part.strip()]
    for hgnc_id, symbol in symbols:
        reached: set[str] = set()
        waiting, seen = [hgnc_id], set()
        while waiting:
            one = waiting.pop()
            if one in living:
                reached.add(one)
            elif one not in seen:
                seen.add(one)
                waiting += into.get(one, [])
        yield symbol, reached


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} files {pattern}, where one is wanted")
    return found[0]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8", newline="") as stream:
        lines = (line.removeprefix("#") for line in stream if not line.startswith("## "))
        yield from csv.DictReader(lines, delimiter="\t")


def wrong(genes: Genes, expected: Expected) -> str | None:
    """What is wrong with the answer to a name; None when nothing is."""
    page = genes.search(expected.name, size=1)
    first = page.hits[0] if page.hits else None
    if expected.kind == GONE:
        if not any(told.symbol == expected.name for told in page.query.withdrawn):
            return "is not told as withdrawn"
        return f"is a name of {first.symbol}" if first and first.match.kind in NAME_KINDS else None
    if first is None:
        return "finds nothing"
    if expected.owners.get(first.id) != expected.kind:
        return f"finds {first.symbol} ({first.id}) first"
    if first.match.kind != expected.kind:
        return f"finds {first.symbol} as {first.match.kind}"
    missing = expected.owners.keys() - {owner.id for owner in page.query.owners}
    if len(expected.owners) > 1 and missing:
        return f"does not list {', '.join(sorted(missing))} among its owners"
    return None


def costs(index_dir: Path) -> None:
    """Microseconds of the best of some rounds, for a query and for each of its words."""
    snapshot = Folder(index_dir).open()
    print("| query | is it a name | are names in it, a word |\n|---|---:|---:|")
    for q in ASKED:
        parsed = parse(q)
        leaves = words_of(parsed.tree)
        whole = _best(partial(identify, q, snapshot.store, snapshot.papers))
        inside = _best(partial(genes_named_in, q, leaves, parsed.plain, snapshot.store))
        print(f"| {q} | {whole:.1f} µs | {inside / len(q.split()):.1f} µs |")
    snapshot.retire()


def _best(asking: Callable[[], object]) -> float:
    return 1e6 * min(timeit.repeat(asking, number=ROUND, repeat=ROUNDS)) / ROUND


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--costs", action="store_true", help="measure what names cost, not whether right")
    arguments.add_argument(
        "corpus", type=Path, nargs="?", help="folder of the files that the index was built from"
    )
    arguments.add_argument("--index-dir", type=Path, default=Path("var/index"))
    arguments.add_argument("--sample", type=int, help="only so many names, chosen by --seed")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    if given.costs:
        costs(given.index_dir)
        return 0
    if given.corpus is None:
        arguments.error("the folder of the files is wanted")
    names = expected_names(given.corpus)
    if given.sample:
        names = random.Random(given.seed).sample(names, given.sample)  # noqa: S311
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    began = time.perf_counter()
    with open_index(given.index_dir) as genes:
        for expected in names:
            asked[expected.kind] += 1
            if reason := wrong(genes, expected):
                failed[expected.kind] += 1
                print(f"{expected.kind} {expected.name} {reason}; wanted {expected.owners}")
    seconds = time.perf_counter() - began
    print("| kind | names | right | wrong |\n|---|---:|---:|---:|")
    for kind in (*KINDS, GONE):
        print(f"| {kind} | {asked[kind]:,} | {asked[kind] - failed[kind]:,} | {failed[kind]:,} |")
    several = sum(len(expected.owners) > 1 for expected in names)
    print(f"\n{len(names):,} names, {several:,} of several genes, {seconds:,.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
