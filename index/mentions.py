"""Genes named in a text: the longest match of a known name in its exact case.

A name counts from three letters or digits on and never where it is a function word
in lower case; it begins and ends where a term does, so ``MT1`` is not found in
``MT1X``.  A name of several genes keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from index.analysis import FUNCTION_WORDS

_RUN = re.compile(r"[^\W_]+")
_MIN_LENGTH = 3
_MAX_RUNS = 16
"""A longer name is a sentence; none in HGNC comes near."""

Found = tuple[int, int, tuple[str, ...]]
"""(start, end, gene ids, the likeliest first)."""


class Vocabulary(Struct, frozen=True):
    """Names made ready to be looked for; encoded, one process hands it to others."""

    genes: dict[str, tuple[str, ...]]
    """Name, from its first letter or digit on -> the genes it names."""
    single: set[str]
    """Runs of letters and digits that are a name's only one."""
    longest: dict[str, int]
    """First two runs of a name, a blank between -> runs in the longest name that begins with them."""


def prepare(names: Mapping[str, Iterable[str]]) -> Vocabulary:
    """The names, each with the genes it names, that can be looked for in a text."""
    genes: dict[str, tuple[str, ...]] = {}
    single: set[str] = set()
    longest: dict[str, int] = {}
    for name, named in names.items():
        runs = [name] if name.isalnum() else _RUN.findall(name)
        letters = sum(map(len, runs))
        if letters < _MIN_LENGTH or len(runs) > _MAX_RUNS or name in FUNCTION_WORDS:
            continue
        first = runs[0]
        trimmed = name if name.startswith(first) else name[name.index(first) :]
        earlier = genes.get(trimmed)
        genes[trimmed] = tuple(named) if earlier is None else tuple(dict.fromkeys((*earlier, *named)))
        if len(runs) == 1:
            single.add(first)
        else:
            begin = f"{first} {runs[1]}"
            longest[begin] = max(longest.get(begin, 0), len(runs))
    return Vocabulary(genes, single, longest)


class MentionFinder:
    """Finds the names of a vocabulary in texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._genes = vocabulary.genes
        self._single = vocabulary.single
        self._longest = vocabulary.longest
        self.find = lru_cache(maxsize=1 << 16)(self._find)

    def _find(self, text: str) -> tuple[Found, ...]:
        """The mentions in a text, in order, none overlapping."""
        words = _RUN.findall(text)
        begins = [f"{one} {other}" for one, other in pairwise(words)]
        if self._single.isdisjoint(words) and self._longest.keys().isdisjoint(begins):
            return ()
        found: list[Found] = []
        starts = _starts(text, words)
        begins.append("")
        position = 0
        while position < len(words):
            longest = self._longest.get(begins[position], 1)
            shortest = position if words[position] in self._single else position + 1
            for last in range(min(position + longest, len(words)) - 1, shortest - 1, -1):
                matched = self._at(text, starts[position], starts[last] + len(words[last]))
                if matched:
                    found.append(matched)
                    position = last
                    break
            position += 1
        return tuple(found)

    def _at(self, text: str, start: int, end: int) -> Found | None:
        """The name standing there, together with the closing sign some names end in."""
        for stop in (end + 1, end):
            genes = self._genes.get(text[start:stop])
            if genes and stop <= len(text):
                return start, stop, genes
        return None


def _starts(text: str, runs: list[str]) -> list[int]:
    """Where each run begins; between two there is no letter or digit, so it is found at once."""
    starts = []
    end = 0
    for run in runs:
        start = text.index(run, end)
        starts.append(start)
        end = start + len(run)
    return starts
