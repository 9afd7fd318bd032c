"""How long a list of names and a question takes.

    python benchmarks/listing.py var/index

Names: drawn from all names of the index, of genes with at least ``PAPERS`` papers, as in a list that somebody
would ask about: seven in ten today's symbols, two previous symbols and aliases, one a misspelt symbol, and in
each hundred one date that a spreadsheet made.  Each list is asked without a question, with questions of one
to six words, and with one of operators.

Answered: ``Genes.listing`` in a process that has answered one search before; the quickest of ``TRIES`` calls
and the slowest.  Written: the JSON and the TSV of the answer.  Page: the whole of a POST of the page.
``--write`` puts the table into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import machine, number, table, write_block
from search import Genes, open_index
from search.listed import Listing
from search.page import to_json
from search.storing import Store
from webapp import create_app
from webapp.config import Config
from webapp.list_files import written

SIZES = (1_000, 5_000)
QUESTIONS = (
    "",
    "apoptosis",
    "zinc homeostasis",
    "tumor suppressor DNA repair",
    "role in cancer progression and metastasis",
    'cancer NOT "breast cancer"',
)
DATES = ("1-Mar", "2-Sep", "Mar-03", "2024-09-07", "1-Dec")
PAPERS = 20
TRIES = 5
SEED = 20261121


def names(store: Store, many: int) -> list[str]:
    """A list as it may be pasted."""
    draw = random.Random(SEED)  # noqa: S311
    genes = [gene for gene in map(store.gene, range(store.genes)) if gene.papers >= PAPERS]
    known = draw.sample(genes, min(many, len(genes)))
    found = []
    for gene in known:
        kind = draw.random()
        if kind < 0.01:
            found.append(draw.choice(DATES))
        elif kind < 0.7:
            found.append(gene.symbol)
        elif kind < 0.9:
            others = [name.spelling for name in store.document(gene.doc).names]
            found.append(draw.choice(others))
        else:
            place = draw.randrange(len(gene.symbol))
            found.append(f"{gene.symbol[:place]}{draw.choice('QXZ')}{gene.symbol[place + 1 :]}")
    return found


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the quickest and the slowest call."""
    took = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        call()
        took.append(time.perf_counter() - begin)
    return min(took), max(took)


def row(genes: Genes, given: list[str], question: str, page: Callable[[list[str], str], None]) -> list[str]:
    listing: Listing = genes.listing(given, question)
    least, most = timed(lambda: genes.listing(given, question))
    json, _ = timed(lambda: to_json(listing))
    tsv, _ = timed(lambda: b"".join(written(listing, "tsv")))
    shown, _ = timed(lambda: page(given, question))
    told = f"`{question}`" if question else "none"
    summary = listing.summary
    figures = (least, most, json, tsv, shown)
    return [told, f"{summary.names:,}", f"{summary.answered:,}", *(number(1000 * one) for one in figures)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("index_dir", type=Path)
    parser.add_argument("--write", action="store_true", help="into docs/BENCHMARKS.md")
    asked = parser.parse_args()
    with open_index(asked.index_dir) as genes:
        client = create_app(Config(index_dir=asked.index_dir), genes).test_client()

        def page(given: list[str], question: str) -> None:
            answer = client.post("/list", data={"names": "\n".join(given), "question": question})
            assert answer.status_code == 200

        genes.search("zinc")
        with genes._latest.answering() as snapshot:
            lists = [names(snapshot.store, many) for many in SIZES]
        rows = [row(genes, given, question, page) for given in lists for question in QUESTIONS]
        told = genes.listing(lists[-1]).summary
    head = ["question", "names", "genes answered", "ms", "slowest ms", "JSON ms", "TSV ms", "page ms"]
    kinds = f"Of the {told.names:,} names {told.resolved:,} are resolved, {told.outdated:,} outdated, "
    kinds += f"{told.ambiguous:,} ambiguous and {told.unmatched:,} unmatched, {told.dates:,} of them dates."
    text = "\n\n".join([machine(), table(head, rows), kinds])
    print(text)
    if asked.write:
        write_block("listing", text)


if __name__ == "__main__":
    main()
