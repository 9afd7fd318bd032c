"""The names in a list as people paste it: cells of a column, titles of columns, and what spreadsheets make of
symbols."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

LONGEST = 500
"""Letters of the longest text that is looked up as a name (search/identity.py)."""
_CELL = re.compile(r'[^\S\t]*(?:"(?P<quoted>(?:[^"]|"")*)"[^\S\t]*(?=[\t,;]|$)|(?P<plain>[^\t,;]*))')
"""A cell of a line: in double quotes, where what ends a cell may stand in it, or up to a tab, comma or
semicolon."""
_WITHIN = re.compile("[,;]")
_LINE = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
"""Ends of lines: those of other systems and programs too, and those within a spreadsheet's cell."""
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
"""What is copied with a name and belongs to none: controls, marks of the direction of writing, signs of no
width."""
_TITLES = frozenset(
    f"{what}{kind}"
    for what in (
        "", "gene", "hgnc", "genesymbol", "entrez", "entrezgene", "ncbi", "ncbigene", "ensembl",
        "ensemblgene", "official", "officialgene", "approved", "target", "protein", "uniprot", "query",
    )
    for kind in (
        "", "s", "symbol", "symbols", "name", "names", "id", "ids", "identifier", "list", "accession",
    )
    if what or kind not in ("", "s")
)  # fmt: skip
"""Titles of a column of genes, in small letters and without what stands between their words."""
_BETWEEN = re.compile(r"[\W_]+")


class Cell(NamedTuple):
    row: int
    """Its line in a text, its place in a list; from 1."""
    text: str
    """As it was given."""


class Cells(NamedTuple):
    names: list[Cell]
    blank: int


def cells(given: str | Sequence[str], is_name: Callable[[str], bool] = lambda text: False) -> Cells:
    """The cells of a text or list that hold something, and how many hold nothing.

    In a text each line is a cell, or several with tabs, commas or semicolons between them; in double quotes
    these are part of it, and a doubled quote is one.  Commas and semicolons part nothing that ``is_name``
    knows: spreadsheets copy ``solute carrier family 30 (zinc transporter), member 1`` without quotes.  Blanks
    end no cell, as names of several words hold them.  A list's items are cells as they are.
    """
    if isinstance(given, str):
        found = _in_text(given, is_name)
    else:
        found = (Cell(n, text) for n, text in enumerate(given, 1))
    names, blank = [], 0
    for cell in found:
        if bare(cell.text):
            names.append(cell)
        else:
            blank += 1
    return Cells(names, blank)


def bare(text: str) -> str:
    """A name as it is looked up: without what cannot be seen, and the apostrophe by which spreadsheets are
    told to leave a cell alone."""
    seen = _UNSEEN.sub(lambda found: " " if any(map(str.isspace, found[0])) else "", text).strip()
    return seen[1:].lstrip() if seen[:1] == "'" and seen[1:2] not in ("", "'") else seen


def is_title(text: str) -> bool:
    """Whether a cell is what a column of genes may be called: ``Gene symbol``."""
    return len(text) < 40 and _BETWEEN.sub("", text.casefold()) in _TITLES and not not_available(text)


def _in_text(text: str, is_name: Callable[[str], bool]) -> Iterator[Cell]:
    lines = _LINE.split(text.removeprefix("\ufeff"))
    if not lines[-1]:
        lines.pop()  # the end of the last line begins no other
    for number, line in enumerate(lines, 1):
        for cell in _quoted(line) if '"' in line else _plain(line, is_name):
            yield Cell(number, cell)


def _plain(line: str, is_name: Callable[[str], bool]) -> Iterator[str]:
    for part in line.split("\t"):
        cell = part.strip()
        if len(cell) > LONGEST or not _WITHIN.search(cell) or not is_name(cell):
            yield from (inner.strip() for inner in _WITHIN.split(cell))
        else:
            yield cell


def _quoted(line: str) -> Iterator[str]:
    at = 0
    while (found := _CELL.match(line, at)) is not None:
        quoted = found["quoted"]
        yield found["plain"].strip() if quoted is None else quoted.replace('""', '"')
        at = found.end() + 1  # what ended the cell
        if at > len(line):
            break


# Dates

_MONTHS: tuple[tuple[str, ...], ...] = (
    ("jan", "january", "januar", "ene", "enero", "janv"),
    ("feb", "february", "februar", "fev", "fév", "févr"),
    ("mar", "march", "mrz", "mär", "märz", "mars", "marzo", "mrt", "março"),
    ("apr", "april", "avr", "avril", "abr", "abril"),
    ("may", "mai", "mei", "mag", "mayo", "maio"),
    ("jun", "june", "juni", "juin", "giu"),
    ("jul", "july", "juli", "juil", "lug"),
    ("aug", "august", "ago", "août", "aout"),
    ("sep", "sept", "september", "septembre", "set"),
    ("oct", "october", "okt", "oktober", "ott", "out"),
    ("nov", "november", "novembre"),
    ("dec", "december", "dez", "dezember", "déc", "dic"),
)
"""What spreadsheets call the months, in the languages that most of them are set to."""
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_STEMS: dict[int, tuple[str, ...]] = {
    1: ("JAN",), 2: ("FEB",), 3: ("MARCH", "MARC", "MAR"), 4: ("APR",), 5: ("MAY",), 6: ("JUN",),
    7: ("JUL",), 8: ("AUG",), 9: ("SEPT", "SEP"), 10: ("OCT",), 11: ("NOV",), 12: ("DEC",),
}  # fmt: skip
"""By month how the symbols begin that are read as a date in it."""
_YEAR = r"(?:[-./, ]+(?:\d{4}|\d{2}))?"
_DAY_MONTH = re.compile(rf"(\d{{1,2}})\.?[-./ ]*([^\W\d_]{{3,9}})\.?{_YEAR}")
_MONTH_DAY = re.compile(rf"([^\W\d_]{{3,9}})\.?[-./ ]+(\d{{1,2}}){_YEAR}")
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_ISO = re.compile(rf"\d{{4}}-(\d{{1,2}})-(\d{{1,2}}){_CLOCK}")
_NUMBERS = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(?:\d{{4}}|\d{{2}}){_CLOCK}")
_LONGEST_DATE = 32
"""Letters of the longest cell that is looked at as something else than a name."""
_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")


def undated(text: str) -> list[str]:
    """The symbols of which a spreadsheet may have made this date (``MARCH1``, ``MARC1`` and ``MAR1`` of
    ``1-Mar``); none where it is no date."""
    if len(text) > _LONGEST_DATE:
        return []
    days: list[tuple[int, int]] = []
    if found := _DAY_MONTH.fullmatch(text):
        days = [(_MONTH.get(found[2].lower(), 0), int(found[1]))]
    elif found := _MONTH_DAY.fullmatch(text):
        days = [(_MONTH.get(found[1].lower(), 0), int(found[2]))]
    elif found := _ISO.fullmatch(text):
        days = [(int(found[1]), int(found[2]))]
    elif found := _NUMBERS.fullmatch(text):
        days = [(int(found[3]), int(found[1])), (int(found[1]), int(found[3]))]
        days = days[:1] if days[0] == days[1] else days
    return [f"{stem}{day}" for month, day in days if 0 < day <= 31 for stem in _STEMS.get(month, ())]


_ERRORS = frozenset(
    {
        "#n/a", "#n/a!", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!",
        "#error!", "#getting_data", "#field!", "#blocked!", "#connect!", "#unknown!", "#busy!",
    }
)  # fmt: skip
"""What spreadsheets put where a formula has no value, in small letters."""
_NOT_AVAILABLE = frozenset({"n/a", "n.a.", "n.a", "n.d.", "na?", "<na>", "#na", "null", "none", "nan"})
"""What programs and people put where there is no value, in small letters."""
_AS_WRITTEN = frozenset({"NA"})
"""The same in just this case: what R writes."""
_MARKS = "-\u2013\u2014\u2212?.*/_#"
"""Signs that stand alone for it."""


def not_available(text: str) -> str:
    """What a cell is that stands for no value, in words; empty for any other."""
    folded = text.casefold() if len(text) <= _LONGEST_DATE else ""
    if folded in _ERRORS:
        return "a spreadsheet's error value"
    if folded in _NOT_AVAILABLE or text in _AS_WRITTEN or (text and not text.strip(_MARKS)):
        return "stands for a missing value"
    return ""


def is_number(text: str) -> bool:
    """Whether it is a number as spreadsheets shorten them: ``2.31E+13``, once ``2310009E13``."""
    return len(text) <= _LONGEST_DATE and _EXPONENT.fullmatch(text) is not None
