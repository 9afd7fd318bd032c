"""Small tools for text that comes out of pages: white space, lists, months."""

from __future__ import annotations

import datetime
import re

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u034f\u180e\u200b\u2060\ufeff]+")
"""White space, and what pages hold in its place: zero-width and joining spaces, controls."""

_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
"""A lone surrogate: JSON can spell it, but no UTF-8 file can hold it."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_AND_YEAR = re.compile(r"(?:\d{1,2} )?([A-Za-z]{3,9})\.? (\d{4})")


def one_line(text: str) -> str:
    """The text with every run of white space made one blank, none at the ends."""
    return squeeze(text).strip(" ")


def squeeze(text: str) -> str:
    """As one_line, but blanks at the ends stay: for a piece of a longer text."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text
    return _BLANKS.sub(" ", _HALF_CHARACTER.sub("\ufffd", text))


def split_list(text: str) -> list[str]:
    """The items of ``a, b, c``.

    A comma inside brackets or without a blank after it (``2,4-DCR``) separates nothing.
    Where the brackets do not match they are taken as letters.
    """
    items: list[str] = []
    depth = start = 0
    balanced = _balanced(text)
    for place, char in enumerate(text):
        if balanced and char in "([":
            depth += 1
        elif balanced and char in ")]":
            depth -= 1
        elif char == "," and depth == 0 and not text[place + 1 : place + 2].strip():
            items.append(text[start:place])
            start = place + 1
    items.append(text[start:])
    return [item for item in map(one_line, items) if item]


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if depth < 0:
            return False
    return depth == 0


def iso_date(text: str) -> str | None:
    """``Mar 2013`` as ``2013-03``; ``2013``, ``2013-03`` and ``2013-03-07 …`` as they are; else None."""
    written = one_line(text)
    month = _MONTH_AND_YEAR.fullmatch(written)
    if month and month[1][:3].lower() in _MONTHS:
        return f"{month[2]}-{_MONTHS.index(month[1][:3].lower()) + 1:02}"
    if re.fullmatch(r"\d{4}", written, re.ASCII):
        return written
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", written, re.ASCII):
        return written
    try:
        return datetime.date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        return None
