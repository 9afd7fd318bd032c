"""The words of all texts, as they are spelt: which begin so, which are spelt nearly so, how many genes have
them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import islice
from math import sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import stem
from search.columnar import Columnar

ENOUGH = 10_000
"""So many words of about the same letters are compared at most."""
WEIGHED = 24
"""So many frequent words are weighed by the genes that they are to go with."""
FORMS = 4
"""Forms that a frequent word has, about."""


class TextWords(Protocol):
    """What every engine can tell of its words, in the form that index.analysis.terms gives them."""

    def genes(self, word: str) -> int:
        """How many genes have the word, in any of its forms, in their texts or names."""

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        """Other words within so many letters put in, left out, exchanged or swapped, each with how many
        letters that takes."""

    def frequent(self, prefix: str, count: int, among: NDArray[np.int32] | None = None) -> list[str]:
        """Up to so many words that begin so, those first that most texts hold, of the forms of a word the
        most frequent.  With the genes ``among`` given, where that is known, those first that go best with
        them, and none that none of them has."""


class ColumnWords:
    """The words of a columnar index."""

    def __init__(self, columnar: Columnar) -> None:
        self._columnar = columnar
        self._stem_of = columnar.word_stems.data

    def genes(self, word: str) -> int:
        number = self._columnar.words.find(word.encode())
        if number is None or not _length(self._columnar.surfaces.bounds(number)):
            return 0
        prose = self._columnar.prose.bounds(self._stem_of[number])
        return max(_length(prose), _length(self._columnar.named.bounds(number)))

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        dictionary, surfaces = self._columnar.words, self._columnar.surfaces
        numbers = dictionary.like(word.encode(), most)[:ENOUGH]
        strings = dictionary.strings
        words = [strings[number].decode(errors="replace") for number in numbers]
        told = []
        for place, distance in within(word, words, most):
            if distance and _length(surfaces.bounds(numbers[place])):
                told.append((words[place], distance))
        return told

    def frequent(self, prefix: str, count: int, among: NDArray[np.int32] | None = None) -> list[str]:
        numbers = self._columnar.words.beginning(prefix.encode())
        if not numbers:
            return []
        columnar, low, high = self._columnar, numbers.start, numbers.stop
        stems = columnar.word_stems[low:high]
        prose = columnar.prose.starts
        genes = prose[stems + np.uint32(1)].astype(np.int64) - prose[stems]
        texts = np.diff(columnar.surfaces.starts[low : high + 1].astype(np.int64))
        weights = np.where(texts > 0, genes * (len(columnar.texts) + 1) + texts, -1)
        most = min(len(weights), FORMS * (count if among is None else WEIGHED))
        best = np.argpartition(-weights, most - 1)[:most]
        of_stem: dict[int, int] = {}
        for place in best[np.argsort(-weights[best], kind="stable")].tolist():
            if texts[place] > 0:
                of_stem.setdefault(int(stems[place]), low + place)
        if among is None:
            chosen = list(of_stem.values())[:count]
        else:
            chosen = self._going_with(dict(islice(of_stem.items(), WEIGHED)), among)[:count]
        return [columnar.words.strings[number].decode(errors="replace") for number in chosen]

    def _going_with(self, of_stem: Mapping[int, int], among: NDArray[np.int32]) -> list[int]:
        """By how many of the genes have a word, over the root of how many have it at all."""
        columnar = self._columnar
        flags = np.zeros(columnar.documents, np.bool_)
        flags[among] = True
        weighed = []
        for place, number in of_stem.items():
            low, high = columnar.prose.bounds(place)
            both = int(np.count_nonzero(flags[columnar.prose_docs[low:high]]))
            if both:
                weighed.append((-both / sqrt(high - low), number))
        return [number for _, number in sorted(weighed)]


class CountedWords:
    """Words and how many genes have each, counted when first asked for."""

    def __init__(self, count: Callable[[], Mapping[str, int]]) -> None:
        self._count = count

    @cached_property
    def _genes(self) -> Mapping[str, int]:
        return self._count()

    def genes(self, word: str) -> int:
        return self._genes.get(word, 0)

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        words = [one for one in self._genes if abs(len(one) - len(word)) <= most]
        return [(words[place], distance) for place, distance in within(word, words, most) if distance]

    def frequent(self, prefix: str, count: int, among: NDArray[np.int32] | None = None) -> list[str]:
        begun = [word for word in self._genes if word.startswith(prefix)]
        begun.sort(key=lambda word: (-self._genes[word], word))
        of_stem: dict[str, str] = {}
        for word in begun:
            of_stem.setdefault(stem(word), word)
        return list(of_stem.values())[:count]


def within(asked: str, others: list[str], most: int) -> list[tuple[int, int]]:
    """Which of some strings, by their place, may become this one by so many letters put in, left out,
    exchanged or swapped, and how many it takes."""
    if not others:
        return []
    distances = process.cdist([asked], others, scorer=OSA.distance, score_cutoff=most, dtype=np.int32)[0]
    places = np.flatnonzero(distances <= most)
    return list(zip(places.tolist(), distances[places].tolist(), strict=True))


def _length(bounds: tuple[int, int]) -> int:
    return bounds[1] - bounds[0]
