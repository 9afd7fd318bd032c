"""Short forms defined in the text: ``tumor necrosis factor (TNF)``, ``TNF (tumor necrosis factor)``.

The long form is sought as Schwartz and Hearst do (A simple algorithm for identifying abbreviation
definitions in biomedical text, 2003): the letters of the short form are met from its last to its first,
the first at a word's beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRACKETS = re.compile(r"\(([^()]{2,80})\)")
_ENDS_SHORT = re.compile(r"[;,]|\bor\b")
_MOST_WORDS = 12
_WORD = re.compile(r"\S+")

Defined = tuple[int, int, int, int]
"""Bounds of the short form and of the long one."""


def defined(text: str) -> Iterator[Defined]:
    for found in _BRACKETS.finditer(text):
        inner = found.group(1)
        end = found.start()
        head = _ENDS_SHORT.split(inner, maxsplit=1)[0].strip()
        if _is_short(head):
            start = found.start(1) + inner.index(head)
            begin = max(0, end - 12 * (len(head) + 4))
            if bounds := _long(head, text[begin:end].rstrip()):
                yield start, start + len(head), begin + bounds[0], begin + bounds[1]
                continue
        words = inner.split()
        if len(words) > 1:
            before = text[max(0, end - 20) : end].split()
            if (
                before
                and text[end - 1 : end] == " "
                and _is_short(short := before[-1].strip(",(["))
                and (bounds := _long(short, inner))
                and bounds[0] < 3
            ):
                at = text.rindex(short, 0, end)
                yield at, at + len(short), found.start(1) + bounds[0], found.start(1) + bounds[1]


def _is_short(form: str) -> bool:
    return 2 <= len(form) <= 12 and form.count(" ") < 2 and any(map(str.isalpha, form)) and form[0].isalnum()


def _long(short: str, text: str) -> tuple[int, int] | None:
    """Bounds of the long form at the end of a text."""
    at = len(text) - 1
    place = len(short) - 1
    low, form = text.lower(), short.lower()
    if len(low) != len(text) or len(form) != len(short):
        return None
    while place >= 0:
        char = form[place]
        if not char.isalnum():
            place -= 1
            continue
        while at >= 0 and (low[at] != char or (place == 0 and at > 0 and low[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
        place -= 1
    start = low.rfind(" ", 0, at + 1) + 1
    words = text[start:].split()
    if (
        len(words) > min(len(short) + 5, 2 * len(short))
        or len(words) > _MOST_WORDS
        or len(text) - start <= len(short)
        or short.lower() in low[start:].split()
    ):
        return None
    return start, len(text)
