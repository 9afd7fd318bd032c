"""The names of a vocabulary that stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.analysis import FUNCTION_WORDS
from index.mentions import listing
from index.mentions.reading import PLAIN, PLURAL, PREFIXED, Found, Reading

_MOST_RUNS = 16
_JOINS = frozenset(
    (
        "", "-", " ", "- ", " -", "–", "‐", "‑", "−", ".", "(", ")", ")-", "'", "’", "'-", "’-", "[", "]",
        "]-", "{", "}", "-(", ", ", " (", ") ",
    )
)  # fmt: skip
"""What may stand between the parts of a name; where the name is not written so, a cue says it."""
_PREFIXES = ("phospho", "pro", "anti", "pre")
_PREFIX = re.compile("|".join(_PREFIXES))
_LETTERS = frozenset("hmrdp")
"""Of human, mouse, rat and fly, and phosphorylated: before a capital."""
_PREFIXED = _LETTERS | {prefix[0] for prefix in _PREFIXES}
"""With what a prefix begins."""
_NEVER = FUNCTION_WORDS | {"i"}
"""Begin no name where they stand in small letters."""


class Finder:
    """Finds names.

    ``keys`` are those of the vocabulary, ``heads`` with what they begin, ``common`` are keys that in small
    letters are plain words.
    """

    def __init__(self, keys: Mapping[str, object], heads: Mapping[str, int], common: frozenset[str]) -> None:
        self._keys = keys
        self._heads = heads
        self._common = common
        self._never = _NEVER

    def find(self, reading: Reading) -> list[Found]:
        """By start, then end; only members of a list and what is between its ends may overlap others."""
        text, spans, runs = reading.text, reading.spans, reading.runs
        heads, keys, never = self._heads, self._keys, self._never
        found: list[Found] = []
        several = False
        free = 0
        count = len(runs)
        for place, run in enumerate(runs):
            if place < free or (run in never and self._is_word(reading, place)):
                continue
            best = -1
            form = PLAIN
            key = run
            if run in heads and (run in keys or (place + 1 < count and run + runs[place + 1] in heads)):
                best, key = self._longest(reading, place, run, heads[run])
                if best == place and key in self._common and self._is_small(reading, place):
                    continue
            if best < 0:
                if len(run) < 4:
                    continue
                if run[-1] == "s" and run[:-1] in keys:
                    if run in self._common or run[:-1] in self._common:
                        continue
                    best, key, form = place, run[:-1], PLURAL
                elif run[0] in _PREFIXED:
                    best, key = self._prefixed(reading, place, run)
                    if best < 0:
                        continue
                    form = PREFIXED
                else:
                    continue
            end = spans[best][1]
            found.append(Found(place, best, spans[place][0], end, key, form))
            free = best + 1
            if free < count and (following := listing.MORE.match(text, end)):
                free = listing.listed(reading, found, following, keys, free)
                several = True
        if len(found) > 1:
            more = listing.ranges(reading, found, keys)
            if more or several:
                found += more
                found.sort(key=lambda one: (one.start, one.end))
        return found

    @staticmethod
    def _is_small(reading: Reading, place: int) -> bool:
        """Whether a run is in small letters, but for a sentence's first."""
        start, end = reading.spans[place]
        rest = reading.text[start + (not place) : end]
        return rest == rest.lower()

    @staticmethod
    def _is_word(reading: Reading, place: int) -> bool:
        """Whether a function word is written as one, in a title too."""
        start, end = reading.spans[place]
        rest = reading.text[start + 1 : end]
        return rest == rest.lower()

    def _prefixed(self, reading: Reading, place: int, run: str) -> tuple[int, str]:
        """The name behind ``h`` of ``hTERT`` or ``pro`` of ``procaspase``."""
        text = reading.text
        start = reading.spans[place][0]
        if run.startswith(_PREFIXES):
            prefix = _PREFIX.match(run)
            cut = prefix.end() if prefix else 0
        else:
            cut = 1 if run[0] in _LETTERS and text[start].islower() and text[start + 1].isupper() else 0
        rest = run[cut:]
        if not cut or len(rest) < 2 or rest not in self._heads or rest in self._common or run in self._common:
            return -1, ""
        return self._longest(reading, place, rest, self._heads[rest])

    def _longest(self, reading: Reading, place: int, run: str, lengths: int) -> tuple[int, str]:
        """The last run and the key of the longest name that begins there; -1 for none."""
        text, spans, runs = reading.text, reading.spans, reading.runs
        keys = self._keys
        best = -1
        key = ""
        last = place
        most = min(len(runs), place + _MOST_RUNS) - 1
        while True:
            length = len(run)
            if lengths >> (length if length < 63 else 63) & 1 and run in keys:
                best, key = last, run
            if last >= most or not lengths >> (length + 1 if length < 62 else 63):
                return best, key
            join = text[spans[last][1] : spans[last + 1][0]]
            last += 1
            if join not in _JOINS:
                if join != "/" or len(runs[last]) < 3:
                    return best, key
            elif join == ", " and len(runs[last]) < 3 and runs[last].isdigit():
                return best, key
            run += runs[last]
