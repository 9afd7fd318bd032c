"""Whether a cluster finds what the columnar engine finds: the same genes, and as many, for each query.

    python benchmarks/cluster_agreement.py INDEX_DIR ../shared/corpus [--queries 500] [--nodes 1]

Loads the generation that INDEX_DIR publishes, a columnar one, into a cluster of its own and asks both the
same queries: those that benchmarks/peers.py draws from the genes, in all their kinds, patterns, phrases and
NOT among them. Compared are the sets of genes and the totals of the text engines, and of the pages the
totals, the counts of facets and, in the order by symbol, the genes. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import corpus
from benchmarks.cluster import loaded
from benchmarks.peer_queries import draw, read_pathways
from search import Genes, open_cluster, open_index
from search.query import parse

FACETS = ("chromosome", "locus_type", "provenance")


def differs(one: Genes, other: Genes, q: str) -> str:
    """What differs between two indexes of the same genes; empty for nothing."""
    found = []
    for genes in (one, other):
        with genes._latest.answering() as snapshot:
            asking, tree = snapshot.engine.asking(), parse(q).tree
            found.append((asking.matching(tree).docs, asking.search(tree, 10).total))
    if not np.array_equal(found[0][0], found[1][0]):
        return f"{len(found[0][0])} and {len(found[1][0])} genes, not the same"
    if found[0][1] != found[1][1]:
        return f"{found[0][1]} and {found[1][1]} in all"
    first, second = (genes.search(q, sort="symbol", facets=FACETS) for genes in (one, other))
    if first.total != second.total or first.facets != second.facets:
        return "another total or other counts on the page"
    if [hit.id for hit in first.hits] != [hit.id for hit in second.hits]:
        return "other genes on the page by symbol"
    return ""


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("index_dir", type=Path)
    arguments.add_argument("sources", nargs="+", type=Path)
    arguments.add_argument("--pathways", type=Path, default=Path("../shared/gold/relevance"))
    arguments.add_argument("--queries", type=int, default=500)
    arguments.add_argument("--nodes", type=int, default=1)
    arguments.add_argument("--heap", default="1g")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        corpus.sample(corpus.flattened(given.sources, Path(folder) / "all"), base, None, True)
        drawn = draw(corpus.read_plain(base), read_pathways(sorted(given.pathways.glob("*.gmt"))), given.seed)
    queries = drawn[:: max(1, len(drawn) // given.queries)][: given.queries]
    asked: Counter[str] = Counter()
    same: Counter[str] = Counter()
    wrong = []
    with (
        loaded(given.index_dir, given.nodes, given.heap, given.nodes) as (address, _, _),
        open_index(given.index_dir) as one,
        open_cluster(address) as other,
    ):
        for query in queries:
            why = differs(one, other, query.text)
            asked[query.kind] += 1
            same[query.kind] += not why
            if why:
                wrong.append(f"{query.kind}: {query.text}: {why}")
    print(f"{'kind':16}{'asked':>7}{'the same':>10}")
    for kind in asked:
        print(f"{kind:16}{asked[kind]:>7}{same[kind]:>10}")
    print(f"{'all':16}{asked.total():>7}{same.total():>10}")
    for line in wrong:
        print(line)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
