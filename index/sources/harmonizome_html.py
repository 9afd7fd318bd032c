"""A Harmonizome gene page as HTML.

The page gives the record that its text variant gives.  What stands in it is text, never
markup: the site writes values unescaped, so the Summary's JSON is taken from the page's
source, where a ``<i>`` in a sentence is still what the sentence holds.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from bs4 import BeautifulSoup, Tag

from index.parsing.associations import Associations, DatasetRow, find_sentence
from index.parsing.gene_page import GenePage, PageRow, items
from index.parsing.plain_text import one_line
from index.parsing.reading import Unreadable, read_page
from index.records import Item, Problem

_HTML = re.compile(
    r"(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|div|title)\b", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(r"<title[^>]{0,200}>\s*Gene - \S", re.IGNORECASE)
_GENE_PAGE = re.compile(r"class=[\"'][^\"']{0,200}\bgene-page\b")
_TELLING = re.compile(r"harmonizome|NCBI Gene ID|functional associations", re.IGNORECASE)
_CELL = re.compile(r"<td\b[^>]*>(.*?)</td\s*>", re.IGNORECASE | re.DOTALL)
_SAYS_ASSOCIATIONS = re.compile("functional associations")
_PLACES_TRIED = 20
_TABLES_TRIED = 20
_MOST_TAGS = 200_000
_DEEPEST = 500
"""Bounds on the time a page takes; a gene page has about two thousand tags, ten deep."""
_REDIRECTED = re.compile(r"redirected from (\S.*)")
_FROM_TITLE = re.compile(r"Gene - (\S+)")


def claims(head: str) -> bool:
    """Whether the text is HTML with a gene page's title or its ``gene-page`` block."""
    text = head.removeprefix("\ufeff").lstrip()
    if not _HTML.match(text):
        return False
    return bool(_GENE_PAGE.search(text) or _TITLE.search(text)) and bool(_TELLING.search(text))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """The page's record and its warnings, or the Problem for which it is set aside."""
    try:
        page = _read(read_page(stream, file), file)
    except Unreadable as unreadable:
        yield unreadable.problem
        return
    except RecursionError:
        yield _too_deep(file)
        return
    if not page.rows:
        reason = "holds no table of a gene page (rows of two cells: name, value); save the page again"
        yield Problem(file, 1, reason)
        return
    yield from items(page, file)


def _read(text: str, file: str) -> GenePage:
    """The page.  Its tree is taken apart at once: it is cycles, and a rebuild collects no garbage.

    Raises:
        Unreadable: it has too many tags, or too deep ones.
    """
    if text.count("<") > _MOST_TAGS:
        reason = f"holds more than {_MOST_TAGS} tags, which no gene page does; split it"
        raise Unreadable(Problem(file, 1, reason))
    soup = BeautifulSoup(text, "html.parser")
    try:
        if _depth(soup) > _DEEPEST:
            raise Unreadable(_too_deep(file))
        return _page(soup, text, file)
    finally:
        soup.next_element = next(iter(soup.contents), None)  # bs4 leaves it None, and decompose follows it
        soup.decompose()


def _too_deep(file: str) -> Problem:
    return Problem(file, 1, f"its tags are nested deeper than {_DEEPEST}; close them or save the page again")


def _depth(soup: BeautifulSoup) -> int:
    deepest = 0
    stack: list[tuple[Tag, int]] = [(soup, 0)]
    while stack:
        tag, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in tag.children if isinstance(child, Tag))
    return deepest


def _page(soup: BeautifulSoup, text: str, file: str) -> GenePage:
    source = _Source(text)
    rows: list[PageRow] = []
    datasets: list[DatasetRow] = []
    for table in soup.find_all("table", limit=_TABLES_TRIED):
        columns = _dataset_columns(table)
        if columns:
            datasets.extend(_dataset_rows(table, columns))
        elif not rows:
            rows = list(_rows(table, source))
    heading, redirected = _heading(soup)
    warnings: list[Problem] = []
    if "<html" in text and "</html" not in text:
        line = text.count("\n") + 1
        warnings.append(Problem(file, line, "the page is cut before </html>; save it again", "warning"))
    return GenePage(tuple(rows), _associations(soup), tuple(datasets), heading, redirected, tuple(warnings))


def _associations(soup: BeautifulSoup) -> Associations | None:
    """The associations sentence, from the smallest element that holds the whole of it."""
    for text in soup.find_all(string=_SAYS_ASSOCIATIONS, limit=_PLACES_TRIED):
        for element in islice(text.parents, 3):
            if found := find_sentence(element.get_text()):
                return found
    return None


def _cells(row: Tag, name: str = "td") -> list[Tag]:
    return list(row.find_all(name, recursive=False))


def _text(tag: Tag) -> str:
    return one_line(tag.get_text())


def _rows(table: Tag, source: _Source) -> Iterator[PageRow]:
    for row in table.find_all("tr"):
        cells = _cells(row)
        if len(cells) != 2:
            continue
        name = _text(cells[0])
        text = source.json_in(cells[1]) if name == "Summary" else _text(cells[1])
        if name:
            yield PageRow(name, text, row.sourceline)


def _dataset_columns(table: Tag) -> tuple[int, int] | None:
    """The places of Dataset and Summary in the table's head, None when it is another table."""
    head = table.find("tr")
    titles = [_text(cell) for cell in _cells(head, "th") or _cells(head)] if head else []
    if "Dataset" in titles and "Summary" in titles:
        return titles.index("Dataset"), titles.index("Summary")
    return None


def _dataset_rows(table: Tag, columns: tuple[int, int]) -> Iterator[DatasetRow]:
    """The rows below the head, their cells in the order of the text variant: name, summary, the rest."""
    for row in table.find_all("tr")[1:]:
        cells = [_text(cell) for cell in _cells(row)]
        if not any(cells):
            continue
        if len(cells) > max(columns):
            others = [cell for place, cell in enumerate(cells) if place not in columns]
            cells = [cells[columns[0]], cells[columns[1]], *others]
        yield DatasetRow(tuple(cells), row.sourceline)


def _heading(soup: BeautifulSoup) -> tuple[str | None, str | None]:
    """(symbol, the synonym the page was asked for) of ``SYM <span class="note gene">Gene</span>``."""
    block = soup.find("div", class_="gene-page") or soup
    heading = block.find("h1") if isinstance(block, Tag) else None
    if heading is None:
        title = soup.find("title")
        named = _FROM_TITLE.fullmatch(_text(title)) if title else None
        return (named[1] if named else None), None
    note = heading.find("span")
    told = _text(note) if note else ""
    symbol = one_line(_text(heading).removesuffix(told))
    redirected = _REDIRECTED.search(told)
    return symbol or None, redirected[1] if redirected else None


class _Source:
    """The page as it was written, for what a parse of its markup would lose."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def json_in(self, cell: Tag) -> str:
        """The JSON in a cell, as escaped or as unescaped as the site wrote it; else the cell's text."""
        shown = cell.get_text()
        written = self._inside(cell)
        for candidate in (html.unescape(written), written):
            if _is_json(candidate):
                return candidate.strip()
        return shown.strip()

    def _inside(self, cell: Tag) -> str:
        if cell.sourceline is None or cell.sourcepos is None:
            return ""
        found = _CELL.match(self._text, self._starts[cell.sourceline - 1] + cell.sourcepos)
        return found[1] if found else ""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
