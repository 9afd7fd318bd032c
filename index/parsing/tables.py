"""Tab-separated files with a header line, as HGNC and NCBI publish them.

Columns are found by name, so a file may hold more columns than a source asks for, or lack
the optional ones.  The files under data/human begin with lines ``## key: value`` before the
header (``## edition: 2024-10-18``); the publishers' files do not, and both are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import BinaryIO

from msgspec import Struct

from index.parsing.reading import read_lines
from index.records import Problem

PREAMBLE = "## "
"""What a line before the header begins with."""

MOST_DIGITS = 18
"""A longer run of digits is damage, and Python refuses to read thousands of them."""

_EDITION = re.compile(r"## edition:\s*(\d{4}(?:-\d\d){0,2})\s*")

Row = tuple[int, tuple[str, ...]]
"""The line's number and its cells, in the order in which the columns were asked for."""


class Table(Struct, frozen=True):
    edition: str | None
    """From the line ``## edition:``, where the file has one."""
    rows: Iterator[Row | Problem]


def columns_of(head: str) -> frozenset[str]:
    """The names of the columns of a file that begins with this text."""
    lines = head.removeprefix("\ufeff").split("\n")
    header = next((line for line in lines if line.strip() and not line.startswith(PREAMBLE)), "")
    return frozenset(_names(header.rstrip("\r")))


def edition(head: str) -> str:
    """The date of the line ``## edition:`` before the header, else an empty string."""
    for line in head.removeprefix("\ufeff").split("\n"):
        if not line.startswith(PREAMBLE):
            return ""
        if found := _EDITION.fullmatch(line):
            return found[1]
    return ""


def read_table(stream: BinaryIO, file: str, columns: tuple[str, ...], required: frozenset[str]) -> Table:
    """The table's edition and, streaming, its rows: of each the cells of ``columns`` (two or more).

    A column that is absent reads as empty cells; when it is required, the only row is a
    Problem.  A line with another number of cells than the header is a Problem in its place.
    """
    lines = read_lines(stream, file)
    edition_line = ""
    problems: list[Problem] = []
    for line in lines:
        if isinstance(line, Problem):
            problems.append(line)
            continue
        number, text = line
        if text.startswith(PREAMBLE):
            edition_line = edition_line or edition(text)
        elif text.strip():
            rows = _rows_under(_names(text), number, lines, file, columns, required)
            return Table(edition_line or None, _chained(problems, rows))
    if not problems:
        problems.append(Problem(file, None, "holds no header line; fetch the file again"))
    return Table(edition_line or None, iter(problems))


def is_number(cell: str) -> bool:
    """Whether the cell holds ASCII digits only, as the numbers of genes, taxa and papers do."""
    return cell.isdigit() and cell.isascii() and len(cell) <= MOST_DIGITS


def values(cell: str, empty: str = "") -> list[str]:
    """The values of a cell that holds several, separated by ``|``; none of an ``empty`` cell."""
    if not cell or cell == empty:
        return []
    if "|" not in cell:
        return [cell]
    return [value for part in cell.split("|") if (value := part.strip())]


def _names(header: str) -> list[str]:
    """Column names without NCBI's leading ``#`` and HGNC's explanation in brackets."""
    return [name.lstrip("#").partition("(")[0].strip() for name in header.split("\t")]


def _rows_under(
    header: list[str],
    number: int,
    lines: Iterator[tuple[int, str] | Problem],
    file: str,
    columns: tuple[str, ...],
    required: frozenset[str],
) -> Iterator[Row | Problem]:
    missing = sorted(required.difference(header))
    if missing:
        reason = f"has no column {', '.join(missing)}; fetch the file again or restore its header line"
        return iter([Problem(file, number, reason)])
    width = len(header)
    places = [header.index(name) if name in header else width for name in columns]
    return _rows(lines, file, width, itemgetter(*places))


def _rows(
    lines: Iterator[tuple[int, str] | Problem],
    file: str,
    width: int,
    pick: Callable[[list[str]], tuple[str, ...]],
) -> Iterator[Row | Problem]:
    for line in lines:
        if isinstance(line, Problem):
            yield line
            continue
        number, text = line
        cells = text.split("\t")
        if len(cells) == width:
            cells.append("")  # what an absent column's place points at
            yield number, pick(cells)
        elif text.strip():
            found = f"has {len(cells)} cells where the header names {width}"
            yield Problem(file, number, f"{found}; restore the line from its source")


def _chained(problems: list[Problem], rows: Iterator[Row | Problem]) -> Iterator[Row | Problem]:
    return _after(problems, rows) if problems else rows


def _after(problems: list[Problem], rows: Iterator[Row | Problem]) -> Iterator[Row | Problem]:
    yield from problems
    yield from rows
