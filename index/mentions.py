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
from index.documents import Mention

_RUN = re.compile(r"[^\W_]+")
_MIN_LENGTH = 3
_MAX_RUNS = 16
"""A longer name is a sentence; none in HGNC comes near."""


class Vocabulary(Struct, frozen=True):
    """Names made ready to be looked for; encoded, one process hands it to others."""

    genes: dict[str, tuple[str, ...]]
    """Name, from its first letter or digit on -> the genes it names."""
    single: set[str]
    """Runs of letters and digits that are a name's only one."""
    longer: dict[str, tuple[int, ...]]
    """First two runs of names, a blank between -> how many runs those names have, the most first."""


def prepare(names: Mapping[str, Iterable[str]]) -> Vocabulary:
    """The names, each with the genes it names, that can be looked for in a text."""
    genes: dict[str, tuple[str, ...]] = {}
    single: set[str] = set()
    longer: dict[str, tuple[int, ...]] = {}
    for name, named in names.items():
        trimmed = name
        if name.isalnum():
            if len(name) < _MIN_LENGTH or name in FUNCTION_WORDS:
                continue
            single.add(name)
        else:
            runs = _RUN.findall(name)
            if len("".join(runs)) < _MIN_LENGTH or len(runs) > _MAX_RUNS:
                continue
            first = runs[0]
            if not name.startswith(first):
                trimmed = name[name.index(first) :]
            if len(runs) == 1:
                single.add(first)
            else:
                begin = f"{first} {runs[1]}"
                counts = longer.get(begin, ())
                if len(runs) not in counts:
                    longer[begin] = tuple(sorted((*counts, len(runs)), reverse=True))
        earlier = genes.get(trimmed)
        genes[trimmed] = tuple(named) if earlier is None else tuple(dict.fromkeys((*earlier, *named)))
    return Vocabulary(genes, single, longer)


class MentionFinder:
    """Finds the names of a vocabulary in texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._genes = vocabulary.genes
        self._single = vocabulary.single
        self._longer = vocabulary.longer
        self.find = lru_cache(maxsize=1 << 16)(self._find)

    def _find(self, text: str) -> tuple[Mention, ...]:
        """The mentions in a text, in order, none overlapping."""
        words = _RUN.findall(text)
        if not words:
            return ()
        single, longer = self._single, self._longer
        begins = [f"{one} {other}" for one, other in pairwise(words)]
        begins.append("")
        places = [at for at, begin in enumerate(begins) if begin in longer or words[at] in single]
        found: list[Mention] = []
        starts = _starts(text, words) if places else []
        free = 0
        for place in places:
            if place < free:
                continue
            counts = longer.get(begins[place], ())
            for runs in (*counts, 1) if words[place] in single else counts:
                last = place + runs - 1
                if last >= len(words):
                    continue
                if matched := self._at(text, starts[place], starts[last] + len(words[last])):
                    found.append(matched)
                    free = last + 1
                    break
        return tuple(found)

    def _at(self, text: str, start: int, end: int) -> Mention | None:
        """The name standing there, together with the closing sign some names end in."""
        for stop in (end + 1, end):
            genes = self._genes.get(text[start:stop])
            if genes and stop <= len(text):
                return Mention(start, stop, genes)
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
