"""HGNC's withdrawn symbols, and the entries that they went into.

Format: https://www.genenames.org/help/statistics-and-downloads/ .  The last column names the
successors as ``HGNC:4206|OPN1MW|Approved, HGNC:9936|OPN1LW|Approved``; it is empty for an entry
that was withdrawn, and may be so for one that was merged.  A successor may be withdrawn itself:
the chain is followed when genes are merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.parsing import tables
from index.records import Item, Problem, WithdrawnSymbol

MARKS = frozenset({"HGNC_ID", "WITHDRAWN_SYMBOL"})
COLUMNS = ("HGNC_ID", "WITHDRAWN_SYMBOL", "MERGED_INTO_REPORT")

edition = tables.edition


def claims(head: str) -> bool:
    """Whether the header is that of HGNC's withdrawn symbols."""
    return tables.has_header(head, MARKS, frozenset(COLUMNS))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A withdrawn symbol for each row."""
    for row in tables.read_table(stream, file, COLUMNS, frozenset(COLUMNS)).rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, (hgnc_id, symbol, merged_into) = row
        number = _number(hgnc_id)
        if not (number and symbol):
            reason = "no HGNC id with a withdrawn symbol; restore the line from its source"
            yield Problem(file, line, reason)
            continue
        reports = [report for part in merged_into.strip('"').split(",") if (report := part.strip())]
        successors = tuple(found for report in reports if (found := _successor(report)))
        if len(successors) != len(reports):
            reason = "a successor is not of the form HGNC:1|SYMBOL|STATUS and was left out; correct the cell"
            yield Problem(file, line, reason, "warning")
        yield WithdrawnSymbol(number, symbol, successors)


def _successor(report: str) -> tuple[str, str] | None:
    """(HGNC id without prefix, symbol) of ``HGNC:9936|OPN1LW|Approved``."""
    hgnc_id, _, rest = report.partition("|")
    number, symbol = _number(hgnc_id), rest.partition("|")[0].strip()
    return (number, symbol) if number and symbol else None


def _number(hgnc_id: str) -> str:
    number = hgnc_id.strip().removeprefix("HGNC:")
    return number if tables.is_number(number) else ""
