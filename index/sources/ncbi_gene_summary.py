"""NCBI Gene's summaries: the paragraph that RefSeq or another provider writes about a gene.

Format: https://ftp.ncbi.nlm.nih.gov/gene/DATA/README (gene_summary).  The texts are those of the
pages' descriptions without their ``[provided by …]``, and are attributed alike, so that a text
that a page repeats is one line of the gene.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from index.parsing import tables
from index.parsing.page_texts import description_section, provider
from index.parsing.plain_text import one_line
from index.records import GeneRecord, Identifier, Item, Problem, Section, Source

MARKS = frozenset({"GeneID", "Summary"})
COLUMNS = ("tax_id", "GeneID", "Source", "Summary")
EMPTY_CELLS = frozenset({"", "-"})

TEXTS_KEPT = 1 << 14
"""How many distinct texts are kept for sharing; of the 15,149 human summaries 12,543 differ."""

edition = tables.edition


class _Told(Struct, frozen=True):
    """A text, and who provides it."""

    source: Source
    sections: tuple[Section, ...]
    """One, or none of a text that holds nothing but white space."""


def claims(head: str) -> bool:
    """Whether the header is that of gene_summary."""
    return tables.has_header(head, MARKS, frozenset(COLUMNS))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each row, of whichever taxon; equal texts are one section."""
    table = tables.read_table(stream, file, COLUMNS, frozenset(COLUMNS))
    known: dict[tuple[str, str], _Told] = {}
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, (taxon, gene_id, name, summary) = row
        told = known.get((name, summary))
        if told is None:
            if len(known) == TEXTS_KEPT:
                known.clear()
            told = known[name, summary] = _told(name, summary, table.edition)
        if not (tables.is_number(taxon) and tables.is_number(gene_id)):
            reason = "tax_id or GeneID is no number; restore the line from its source"
            yield Problem(file, line, reason)
        elif told.sections:
            yield GeneRecord(
                source=told.source,
                taxon=int(taxon),
                identifiers=(Identifier("ncbigene", gene_id),),
                sections=told.sections,
            )
        else:
            yield Problem(file, line, "names no Source or holds no Summary; restore the line from its source")


def _told(name: str, summary: str, date: str | None) -> _Told:
    source = provider(one_line(name), date)
    described = None
    if name not in EMPTY_CELLS and summary not in EMPTY_CELLS:
        described = description_section(one_line(summary), source)
    return _Told(source, (described,) if described else ())
