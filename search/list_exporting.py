"""An answered list as a table, and the papers behind its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.cited_papers import CitedPaper, CitedPapers
from search.exporting import COLUMNS as HIT_COLUMNS
from search.exporting import Row, evidence_cells
from search.listed import ListedGene, ListRow

_SAID = HIT_COLUMNS[HIT_COLUMNS.index("section") : HIT_COLUMNS.index("missing")]
COLUMNS = (
    "row",
    "query",
    "status",
    "reason",
    "_id",
    "symbol",
    "name",
    "match",
    *_SAID,
    "missing",
    "elsewhere",
    "strength",
    "candidates",
    "suggestions",
    "same_as",
)
"""Of a table with one row for each name, so that it fits beside the column that the names came from."""


def table(rows: Iterable[ListRow]) -> Iterator[Row]:
    """The names of the columns, then a row for each name.

    An ambiguous name has its candidates in their column and no gene and no sentence: whoever joins by ``_id``
    shall not join by a guess.
    """
    yield COLUMNS
    for row in rows:
        yield (
            row.row,
            row.query,
            row.status,
            row.reason,
            *_gene_cells(row.gene),
            tuple(candidate.symbol for candidate in row.candidates),
            tuple(near.symbol or near.text for near in row.suggestions),
            row.same_as,
        )


def papers_behind_list(rows: Iterable[ListRow]) -> Iterator[CitedPaper]:
    """Exactly the papers behind the sentences of the table, each once."""
    papers = CitedPapers()
    for row in rows:
        if row.gene is not None and row.gene.evidence is not None and row.same_as is None:
            for reference in row.gene.evidence.refs:
                papers.add(reference, row.gene.symbol, row.gene.id)
    yield from papers


def _gene_cells(gene: ListedGene | None) -> Row:
    """From ``_id`` to ``strength``; the last is empty where there is no sentence."""
    if gene is None:
        return (None, None, None, None, *evidence_cells(None), None, None, None)
    said = evidence_cells(gene.evidence)
    strength = None if gene.evidence is None else gene.strength
    return (gene.id, gene.symbol, gene.name, gene.match.kind, *said, gene.missing, gene.elsewhere, strength)
