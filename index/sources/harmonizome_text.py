"""A Harmonizome gene page saved as text.

Rows are ``Name | value |``, or ``| Name | value |``; a cell that opens without a value goes
on over the lines that follow, up to one that ends in ``|``.  After the rows come the
associations sentence and the dataset table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.parsing.associations import Associations, DatasetRow, find_sentence
from index.parsing.gene_page import ROW_NAMES, GenePage, PageRow, items
from index.parsing.plain_text import one_line
from index.parsing.reading import Unreadable, read_page
from index.records import Item, Problem

_LONGEST_NAME = 60
_TABLE_HEAD = re.compile(r"\|?[ \t]*Dataset[ \t]*\|[ \t]*Summary[ \t]*\|")
_RULE = re.compile(r"[\s|:-]*")
_SENTENCE = re.compile(r"\S{1,60} has [0-9][0-9,]* functional associations? with biological entities\b")
_TELLING = re.compile(
    r"^[ \t]*+\|?[ \t]*+(?:HGNC Family|NCBI Gene ID|Download Associations|Co-expressed Genes)[ \t]*+\|"
    r"|^[ \t]*+\|?[ \t]*+Summary[ \t]*+\|\s*+\{\"type\": ?\"root\"",
    re.MULTILINE,
)


def claims(head: str) -> bool:
    """Whether the text begins with a row of a gene page and holds what only such a page holds."""
    text = head.removeprefix("\ufeff").lstrip()
    row = _row(text.partition("\n")[0])
    if row is None or row[0] not in ROW_NAMES:
        return False
    return bool(_TELLING.search(text) or _SENTENCE.search(text))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """The page's record and its warnings, or the Problem for which it is set aside."""
    try:
        text = read_page(stream, file)
    except Unreadable as unreadable:
        yield unreadable.problem
        return
    page = _Lines(text, file).page()
    if not page.rows:
        yield Problem(file, 1, "holds no row of a gene page (Name | value |); save the page again")
        return
    yield from items(page, file)


def _row(line: str) -> tuple[str, str] | None:
    """(name, the rest after the bar) of a line that is a row or begins one, else None.

    A name that is not known must have its whole row on the line.
    """
    name, bar, rest = line.strip().removeprefix("|").partition("|")
    name = one_line(name)
    if not bar or not name or len(name) > _LONGEST_NAME or _RULE.fullmatch(line):
        return None
    return (name, rest.strip()) if name in ROW_NAMES or rest.rstrip().endswith("|") else None


def _ends_rows(line: str) -> bool:
    return bool(_SENTENCE.match(line) or _TABLE_HEAD.match(line))


def _begins_anew(line: str) -> bool:
    if "|" not in line:
        return _ends_rows(line)
    row = _row(line)
    return _ends_rows(line) or (row is not None and row[0] in ROW_NAMES)


class _Lines:
    """A page while it is read line by line."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.split("\n")
        self._file = file
        self._rows: list[PageRow] = []
        self._datasets: list[DatasetRow] = []
        self._associations: Associations | None = None
        self._problems: list[Problem] = []
        self._strange: list[int] = []

    def page(self) -> GenePage:
        place = self._read_rows()
        self._read_rest(place)
        if self._strange:
            told = f"{len(self._strange)} lines are no part of a gene page and are passed over"
            self._warn(self._strange[0], f"{told}, the first here; remove them")
        return GenePage(
            tuple(self._rows), self._associations, tuple(self._datasets), warnings=tuple(self._problems)
        )

    def _warn(self, line: int, reason: str) -> None:
        self._problems.append(Problem(self._file, line, reason, "warning"))

    def _read_rows(self) -> int:
        """Read the rows; return where the sentence or the dataset table begins."""
        place = 0
        while place < len(self._lines):
            line = self._lines[place].strip()
            if _ends_rows(line):
                break
            if row := _row(line):
                place = self._read_row(*row, place)
            elif not _RULE.fullmatch(line):
                self._strange.append(place + 1)
            place += 1
        return place

    def _read_row(self, name: str, value: str, place: int) -> int:
        """Keep a row that begins at ``place``; return its last line."""
        first = place
        parts = [value.removesuffix("|")]
        while not value.endswith("|"):
            if place + 1 == len(self._lines) or _begins_anew(self._lines[place + 1].strip()):
                self._warn(first + 1, "the row's cell is not closed by |; the page may be cut, save it again")
                break
            place += 1
            value = self._lines[place].strip()
            parts.append(value.removesuffix("|"))
        self._rows.append(PageRow(name, "\n".join(parts).strip(), first + 1))
        return place

    def _read_rest(self, place: int) -> None:
        """Read the sentence and the dataset table; what a page says between them is furniture."""
        in_table = False
        for number, line in enumerate(self._lines[place:], place + 1):
            if not in_table:
                in_table = bool(_TABLE_HEAD.match(line.strip()))
                self._associations = self._associations or find_sentence(line)
            elif line.strip() and "|" not in line:
                self._strange.append(number)
            elif not _RULE.fullmatch(line):
                cells = line.strip().removeprefix("|").removesuffix("|").split("|")
                self._datasets.append(DatasetRow(tuple(map(one_line, cells)), number))
