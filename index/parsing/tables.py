"""Tab-separated files with a header line, as HGNC and NCBI publish them.

Columns are found by name, so a file may hold more columns than a source asks for, or lack
the optional ones.  The files under data/human begin with lines ``## key: value`` before the
header (``## edition: 2024-10-18``); the publishers' files do not, and both are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, groupby
from operator import itemgetter
from typing import BinaryIO

from msgspec import Struct

from index.parsing.reading import MAX_LINE_BYTES, Line, read_lines
from index.records import Problem

PREAMBLE = "## "
"""What a line before the header begins with."""

TAXON = "tax_id"

MISFITS = 100
"""When so many lines from the header on do not fit it, the header is at fault, and one Problem says so."""

MOST_DIGITS = 18
"""A longer run of digits is damage, and Python refuses to read thousands of them."""

FUTURE = timedelta(days=366)
"""A date so far ahead is an error of the table's; a date less far may be one of this machine's clock."""

_DATED = f"{PREAMBLE}edition:"
_EDITION = re.compile(r"## edition:\s*(\d{4}(?:-\d\d){0,2})\s*")

_DAY = re.compile(rb"\d{4}-\d\d-\d\d|\d{8}")

Row = tuple[int, tuple[str, ...]]
"""The line's number and its cells, in the order in which the columns were asked for."""


class Table(Struct, frozen=True):
    edition: str | None
    """From the line ``## edition:``, where the file has one."""
    rows: Iterator[Row | Problem]


def columns_of(head: str) -> frozenset[str]:
    """The names of the columns of a file that begins with this text."""
    return frozenset(_names(_header(head)))


def has_header(head: str, marks: frozenset[str], required: frozenset[str]) -> bool:
    """Whether a file's header has the columns that mark its format, or all required ones but one.

    So a header with a damaged name is still known, and ``read_table`` says what it lacks.
    """
    columns = columns_of(head)
    return columns >= marks or len(required - columns) <= 1


def edition(head: str) -> str:
    """The date of the line ``## edition:`` before the header, else an empty string."""
    for line in head.removeprefix("\ufeff").split("\n"):
        if not line.startswith(PREAMBLE):
            return ""
        if found := _EDITION.fullmatch(line):
            return found[1]
    return ""


class LatestDay:
    """The latest day in some columns of a table, which is fed to it in blocks as it is read."""

    def __init__(self, columns: frozenset[str], head: str) -> None:
        """``head`` is the beginning of the table with its whole header line; it is fed all the same."""
        names = _names(_header(head))
        self._places = [names.index(name) for name in columns if name in names]
        self._cells = max(self._places, default=0) + 1
        self._limit = _digits(date.today() + FUTURE)
        self._latest = b""
        self._rest = b""

    def feed(self, data: bytes | bytearray) -> None:
        if self._places:
            whole, end, rest = bytes(data).rpartition(b"\n")
            if end:
                self._read((self._rest + whole).split(b"\n"))
                self._rest = rest
            elif len(self._rest) <= MAX_LINE_BYTES:  # no line of a table is longer
                self._rest += rest

    def found(self) -> str:
        """ISO 8601, empty where there is no date."""
        self._read([self._rest])
        digits = self._latest.decode()
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else ""

    def _read(self, lines: Iterable[bytes]) -> None:
        places, cells = self._places, self._cells
        for line in lines:
            row = line.split(b"\t", cells)
            if len(row) < cells:
                continue
            for place in places:
                cell = row[place].rstrip(b"\r")
                day = cell.replace(b"-", b"")
                if self._latest < day <= self._limit and _DAY.fullmatch(cell) and _is_day(day):
                    self._latest = day


def _digits(day: date) -> bytes:
    return day.strftime("%Y%m%d").encode()


def _is_day(digits: bytes) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def read_table(stream: BinaryIO, file: str, columns: tuple[str, ...], required: frozenset[str]) -> Table:
    """The table's edition and, streaming, its rows: of each the cells of ``columns`` (two or more).

    A column that is absent reads as empty cells; when it is required, the only row is a
    Problem.  A line with another number of cells than the header is a Problem in its place;
    an empty line is none.
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
            dated = edition(text)
            if text.startswith(_DATED) and not dated:
                reason = "the edition is no date like 2024-10-18, so it is passed over; correct it"
                problems.append(Problem(file, number, reason, "warning"))
            edition_line = edition_line or dated
        elif text.strip():
            rows = _rows_under(text, number, lines, file, columns, required)
            return Table(edition_line or None, chain(problems, rows))
    if not problems:
        problems.append(Problem(file, None, "holds no header line; fetch the file again"))
    return Table(edition_line or None, iter(problems))


def taxa(stream: BinaryIO) -> Iterator[tuple[str, int]]:
    """(taxon, how many rows) of each run of rows about one species, streaming, by the column ``tax_id``."""
    lines = (line[1] for line in read_lines(stream, "") if not isinstance(line, Problem))
    header = next((text for text in lines if text.strip() and not text.startswith(PREAMBLE)), "")
    names = _names(header)
    if TAXON in names:
        place = names.index(TAXON)
        for taxon, rows in groupby([*text.split("\t", place + 1), ""][place] for text in lines):
            if is_number(taxon):
                yield taxon, sum(1 for _ in rows)


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


def _header(head: str) -> str:
    """The first line that is neither empty nor of the preamble."""
    lines = head.removeprefix("\ufeff").split("\n")
    return next((line for line in lines if line.strip() and not line.startswith(PREAMBLE)), "").rstrip("\r")


def _names(header: str) -> list[str]:
    """Column names without NCBI's leading ``#`` and HGNC's explanation in brackets."""
    return [name.lstrip("#").partition("(")[0].strip() for name in header.split("\t")]


def _rows_under(
    header: str,
    number: int,
    lines: Iterator[Line | Problem],
    file: str,
    columns: tuple[str, ...],
    required: frozenset[str],
) -> Iterator[Row | Problem]:
    names = _names(header)
    missing = sorted(required.difference(names))
    if missing:
        reason = f"has no column {', '.join(missing)}; fetch the file again or restore its header line"
        return iter([Problem(file, number, reason)])
    twice = sorted({name for name in columns if names.count(name) > 1})
    if twice:
        reason = f"names the column {', '.join(twice)} twice; restore its header line"
        return iter([Problem(file, number, reason)])
    width = len(names)
    places = [names.index(name) if name in names else width for name in columns]
    warnings = [
        Problem(file, number, f"column {name} is misspelt and left out; restore its header line", "warning")
        for name in columns
        if name not in names and any(_almost(name, cell.lstrip("#")) for cell in header.split("\t"))
    ]
    return chain(warnings, _judged(_rows(lines, file, width, itemgetter(*places)), file, number))


def _almost(one: str, other: str) -> bool:
    """Whether one character differs."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _rows(
    lines: Iterator[Line | Problem],
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
        elif text:
            found = f"has {len(cells)} cells where the header names {width}"
            yield Problem(file, number, f"{found}; restore the line from its source")


def _judged(rows: Iterator[Row | Problem], file: str, header: int) -> Iterator[Row | Problem]:
    """The rows, or one Problem about the header when the first MISFITS of them are none."""
    misfits: list[Row | Problem] = []
    for row in rows:
        if not isinstance(row, Problem):
            return chain(misfits, (row,), rows)
        misfits.append(row)
        if len(misfits) == MISFITS:
            reason = f"none of the {MISFITS} lines below this header fits it, so the file is not read"
            return iter([Problem(file, header, f"{reason}; restore its header line")])
    if not misfits:
        reason = "holds no row below its header; fetch the file again"
        misfits.append(Problem(file, header, reason, "warning"))
    return iter(misfits)
