"""How many papers each gene has: a table of this project's own (data/make_human.py).

Columns ``#tax_id GeneID papers weight``.  ``papers`` counts every paper that NCBI links to the
gene; ``weight`` is the popularity: each paper weighs one over the number of genes that it is
linked to, and nothing when those are over a hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.parsing import tables
from index.records import GeneRecord, Identifier, Item, Problem, Source

MARKS = frozenset({"GeneID", "papers"})
COLUMNS = ("tax_id", "GeneID", "papers", "weight")

_DECIMAL = re.compile(r"\d{1,18}(?:\.\d{1,18})?", re.ASCII)

edition = tables.edition


def claims(head: str) -> bool:
    """Whether the header is that of the table of paper counts."""
    return tables.has_header(head, MARKS, frozenset(COLUMNS))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each gene, with ``papers`` and ``popularity`` alone."""
    table = tables.read_table(stream, file, COLUMNS, frozenset(COLUMNS))
    source = Source("NCBI Gene", "curated", table.edition)
    is_number = tables.is_number
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, (taxon, gene_id, papers, weight) = row
        if is_number(taxon) and is_number(gene_id) and is_number(papers) and _DECIMAL.fullmatch(weight):
            yield GeneRecord(
                source=source,
                taxon=int(taxon),
                identifiers=(Identifier("ncbigene", gene_id),),
                papers=int(papers),
                popularity=float(weight),
            )
        else:
            yield Problem(file, line, "a cell is no number; restore the line from its source")
