"""A query's signs as the language knows them, and where each stood in what was typed.

Typographic quotes are quotes, full-width forms those of ASCII; what nobody sees, such as zero-width spaces,
joiners and the marks of writing direction, is left out.
"""

from __future__ import annotations

import re

from msgspec import Struct

MAX_LENGTH = 4096
"""Code points of the longest query; what follows is cut."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS: dict[int, int | str] = {**_FULL_WIDTH, **dict.fromkeys(map(ord, "“”„‟«»"), '"')}
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]+"
)
"""Soft hyphens, zero-width signs, marks of direction, selectors of variants, tags."""


class Cleaned(Struct, frozen=True):
    text: str
    cut: int | None = None
    """Where the query was cut, if it was."""
    positions: tuple[int, ...] = ()
    """Where each code point stood in what was typed; empty where nothing was left out."""

    def position(self, place: int) -> int:
        """Where in what was typed a place of the text is."""
        return self.positions[place] if self.positions else place


def clean(q: str) -> Cleaned:
    """A query as it is read."""
    cut = None
    if len(q) > MAX_LENGTH:
        cut = MAX_LENGTH
        while cut and not q[cut - 1].isspace():
            cut -= 1
        cut = cut or MAX_LENGTH
        q = q[:cut]
    if q.isascii():
        return Cleaned(q, cut)
    text = q.translate(_SIGNS)
    if not _UNSEEN.search(text):
        return Cleaned(text, cut)
    positions: list[int] = []
    kept: list[str] = []
    place = 0
    for unseen in _UNSEEN.finditer(text):
        positions += range(place, unseen.start())
        kept.append(text[place : unseen.start()])
        place = unseen.end()
    positions += range(place, len(text))
    return Cleaned("".join((*kept, text[place:])), cut, tuple(positions))
