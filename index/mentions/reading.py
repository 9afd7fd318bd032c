"""A sentence taken apart into runs of letters and digits."""

from __future__ import annotations

from msgspec import Struct

from index.mentions.spelling import RUN, lowered, run_key

PLAIN, PLURAL, PREFIXED, LISTED, BETWEEN = range(5)
"""How a name stands there: whole, with an s, after a prefix, as a member of a list, between its ends."""


class Found(Struct, array_like=True):
    """A name that stands in a sentence."""

    first: int
    """Run."""
    last: int
    start: int
    end: int
    key: str
    form: int


class Reading(Struct, array_like=True):
    text: str
    spans: list[tuple[int, int]]
    runs: list[str]
    """What each adds to a key."""


def read(text: str) -> Reading:
    low = lowered(text)
    spans = [found.span() for found in RUN.finditer(low)]
    if text.isascii():
        return Reading(text, spans, [low[start:end] for start, end in spans])
    return Reading(text, spans, [run_key(low[start:end]) for start, end in spans])
