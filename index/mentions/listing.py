"""Names that a text writes together: ``SMAD2, -3 and -4``, ``BRCA1/2``, ``Mcm2-7``, ``MT1A-MT1X``."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from index.mentions.reading import BETWEEN, LISTED, PLAIN, PLURAL, Found, Reading
from index.mentions.spelling import run_key

MORE = re.compile(
    r"\s?(?P<link>,? and |,? or |, ?|/|\s?&\s?|-|–| to | through )\s?(?P<dash>[-–]?)"
    r"(?P<item>\d{1,2}[A-Za-z]?|[A-Z]\d{0,2}|alpha|beta|gamma|delta|epsilon|[αβγδεζ]\d?|[IVX]{1,4})(?![^\W_])"
    r"(?!-[A-Za-z]|\.\d|%| ?(?:weeks|days|h\b|years|patients|mg|months))"
)
_NUMBERED = re.compile(r"\d+[a-z]?$")
_ROMAN = re.compile(r"[ivx]+$")
_LETTERED = re.compile(r"(?:alpha|beta|gamma|delta|epsilon|[a-z])\d?$")
_WIDEST = 15
_BETWEEN_ENDS = frozenset(("-", "–", " to ", " through ", " - ", " – "))
_WORDS = frozenset(("", ",", "and", ", and", "or", ", or", "to", "through", "&"))
"""Between what may be members of a list or may be not."""


def listed(
    reading: Reading, found: list[Found], following: re.Match[str], known: Container[str], place: int
) -> int:
    """Add what follows the last name found and shares its beginning; the run after the last of it."""
    spans = reading.spans
    begun = found[-1]
    stem = _stem(begun.key, following["item"])
    if len(stem) < 2:
        return place
    previous = begun.key
    more: re.Match[str] | None = following
    while more is not None:
        item = run_key(more["item"].lower())
        key = stem + item
        link = more["link"].strip()
        if key not in known or key == previous:
            return place
        if link in ("-", "–") and item[0].isdigit() and not _ascending(previous[len(stem) :], item):
            return place
        if not more["dash"] and link in _WORDS and not _same_kind(reading, begun, more["item"]):
            return place
        while place < len(spans) and spans[place][0] < more.start("item"):
            place += 1
        if place >= len(spans) or spans[place][0] != more.start("item"):
            return place
        if link in ("-", "–", "to", "through"):
            found += [
                Found(begun.first, place, begun.start, more.end("item"), stem + between, BETWEEN)
                for between in _between(previous[len(stem) :], item)
                if stem + between in known
            ]
        found.append(Found(place, place, more.start("item"), more.end("item"), key, LISTED))
        place += 1
        previous = key
        more = MORE.match(reading.text, more.end("item"))
    return place


def ranges(reading: Reading, found: Sequence[Found], known: Container[str]) -> list[Found]:
    """The names between two that stand whole: ``freac-1 to freac-7``."""
    text = reading.text
    added: list[Found] = []
    for one, other in pairwise(found):
        if text[one.end : other.start] not in _BETWEEN_ENDS or one.form == BETWEEN or other.form != PLAIN:
            continue
        low, high = (
            (_LETTERED if end.key[-1].isalpha() else _NUMBERED).search(end.key) for end in (one, other)
        )
        if (
            low is None
            or high is None
            or not low.start()
            or one.key[: low.start()] != other.key[: high.start()]
        ):
            continue
        stem = one.key[: low.start()]
        added += [
            Found(one.first, other.last, one.start, other.end, stem + item, BETWEEN)
            for item in _between(low.group(), high.group())
            if stem + item in known
        ]
    return added


def _stem(key: str, item: str) -> str:
    """What another name of a list shares with the key, by the kind of its own end."""
    if item[0].isdigit():
        kinds: tuple[re.Pattern[str], ...] = (_NUMBERED,)
    elif item.isupper() and not item.strip("IVX"):
        kinds = (_ROMAN, _LETTERED)
    else:
        kinds = (_LETTERED,)
    for kind in kinds:
        if tail := kind.search(key):
            return key[: tail.start()]
    return key


def _same_kind(reading: Reading, begun: Found, item: str) -> bool:
    """Whether ``claudins 1, 4 and 7`` goes on with what completes a name and is no count of something."""
    surface = reading.text[begun.start : begun.end]
    if surface[-1].isdigit() != item[0].isdigit():
        return False
    if "s " in surface or begun.form in (PLURAL, LISTED):
        return True
    return len(item) == 1 and not item.isdigit() and surface[-1].isupper()


def _ascending(low: str, high: str) -> bool:
    return low.isdigit() and high.isdigit() and 0 < int(high) - int(low) <= _WIDEST


def _between(low: str, high: str) -> Iterator[str]:
    if _ascending(low, high):
        yield from map(str, range(int(low) + 1, int(high)))
    elif len(low) == len(high) == 1 and low.isalpha() and high.isalpha():
        yield from map(chr, range(ord(low) + 1, ord(high)))
