"""The Gene Ontology as a graph over the genes of a generation: which genes lie at or under a term.

A gene that is annotated to a term is also one of every term above it, by ``is_a`` and ``part_of``, and
each of these terms is known by its labels: its name and its synonyms.  The three roots say nothing of
a gene and obsolete terms are no part of the graph; both are left out, and so are terms that no gene
is at or under.  Of these only the ids are kept, to say why one of them has no answer.

All is numbered from 0: terms by ascending GO id; labels term by term, a term's name first; genes as the
record store numbers them; words as a sorted vocabulary of surface forms and stems.  The words of all
labels stand in one row of positions with one left free between two labels, so that words in a row are
positions in a row.  On disk that is flat arrays, mapped into memory and shared by all who read them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

FOLDER = "ontology"
_GO_ID = re.compile(r"GO:\d{7}", re.ASCII | re.IGNORECASE)
_FOUND = 1 << 16
"""GO ids whose term is kept at hand; the ontology has 47,000, alternative ones too."""

_TERMS_AT_ONCE = 1 << 11
_MOST_GENES = 1 << 24
"""More than any index has; a greater number is damage."""

Without = Literal["root", "unused", "obsolete", "unknown"]
"""Why no gene stands at or under an id: a root; a term that no gene is annotated to; one that is obsolete;
none of the ontology."""
Numbers = NDArray[np.int32]
Starts = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class Arrays(NamedTuple):
    """What lies on disk, a file each.

    The list of number n is ``x_of[x_starts[n] : x_starts[n + 1]]``.
    """

    ids: Numbers
    """The digits of each term's GO id."""
    alternatives: Numbers
    """The digits of alternative GO ids, ascending."""
    alternative_of: Numbers
    """The term that each of them means today."""
    roots: Numbers
    """The digits of the roots' GO ids, alternative ones too, ascending."""
    unused: Numbers
    """The same of the terms that no gene is at or under."""
    obsolete: Numbers
    """The digits of obsolete GO ids, ascending."""
    above_of: Numbers
    """Of a term, the terms at or above it."""
    above_starts: Starts
    genes_of: Numbers
    """Of a term, the genes at or under it."""
    genes_starts: Starts
    label_starts: Starts
    """Of a term, its first label."""
    text_of: Bytes
    """Of a label, its text in UTF-8."""
    text_starts: Starts
    place_starts: Starts
    """Of a label, the position of its first word."""
    vocabulary: Bytes
    """The words in UTF-8, with blanks between them."""
    surface_of: Numbers
    """Of a word, the positions where it is the surface form."""
    surface_starts: Starts
    stem_of: Numbers
    """Of a word, the positions where it is the stem."""
    stem_starts: Starts


def _loaded(file: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(file, mmap_mode="r"))
    except (ValueError, EOFError) as error:  # numpy's own words advise to trust the file
        raise ValueError(f"{FOLDER}/{file.name} is damaged") from error


class Ontology:
    """A published generation's ontology, read only; safe to share between threads.

    Raises:
        OSError: a file is missing.
        ValueError, EOFError: a file is damaged, or does not go with the others.
    """

    def __init__(self, folder: Path) -> None:
        self._arrays = Arrays(*[_loaded(folder / FOLDER / f"{name}.npy") for name in Arrays._fields])
        _check(self._arrays)
        self._above_of, self._above_starts = self._arrays.above_of.data, self._arrays.above_starts.data
        self.vocabulary = self._arrays.vocabulary.tobytes().decode().split()
        self._words = {word: n for n, word in enumerate(self.vocabulary)}
        self.genes = int(self._arrays.genes_of.max(initial=-1)) + 1
        self.terms = len(self._arrays.ids)
        self.labels = len(self._arrays.text_starts) - 1
        self._find = lru_cache(maxsize=_FOUND)(partial(_look_up, self._arrays))

    def find(self, go_id: str) -> int | None:
        """The term of an id, also of an alternative one; None where no gene is at or under it."""
        return self._find(go_id) if _GO_ID.fullmatch(go_id) else None

    def go_id(self, term: int) -> str:
        return _written(int(self._arrays.ids[term]))

    def ids_of(self, term: int) -> list[str]:
        """The term's id of today, then the alternative ones: a gene may be annotated by any of them."""
        others = self._arrays.alternatives[self._arrays.alternative_of == term]
        return [self.go_id(term), *map(_written, others.tolist())]

    def without_genes(self, go_id: str) -> Without | None:
        """Why no gene is at or under an id; None where some are, and for what is no GO id."""
        if not _GO_ID.fullmatch(go_id) or self.find(go_id) is not None:
            return None
        digits = digits_of(go_id)
        if _place(self._arrays.roots, digits) is not None:
            return "root"
        if _place(self._arrays.unused, digits) is not None:
            return "unused"
        return "unknown" if _place(self._arrays.obsolete, digits) is None else "obsolete"

    def docs(self, go_id: str) -> Numbers:
        """The numbers of the genes at or under a term, ascending."""
        term = self.find(go_id)
        return self.docs_under(np.array([] if term is None else [term], np.int32))

    def docs_under(self, among: Numbers) -> Numbers:
        """The numbers of the genes at or under any of the terms, ascending."""
        found = np.zeros(self.genes, np.bool_)
        found[self.members(among)] = True
        return np.flatnonzero(found).astype(np.int32)

    @cached_property
    def sizes(self) -> Numbers:
        """How many genes are at or under each term."""
        return np.diff(self._arrays.genes_starts).astype(np.int32)

    @cached_property
    def annotated(self) -> int:
        """How many genes are at or under any term."""
        return int((np.bincount(self._arrays.genes_of) > 0).sum())

    def members(self, among: Numbers) -> Numbers:
        """The genes at or under each of the terms, term after term; ``sizes`` tells how many of each."""
        return _members(self._arrays.genes_of, self._arrays.genes_starts, among)[0]

    def ancestors(self, among: Numbers) -> tuple[Numbers, Starts]:
        """The terms at or above each of the terms, term after term, and how many of each."""
        return _members(self._arrays.above_of, self._arrays.above_starts, among)

    def summed(self, weights: NDArray[np.float64], genes: int) -> NDArray[np.float64]:
        """By gene, the sum of the weights of all terms that it is at or under."""
        total = np.zeros(genes)
        for first in range(0, self.terms, _TERMS_AT_ONCE):
            some = slice(first, first + _TERMS_AT_ONCE)
            ends = self._arrays.genes_starts[first : first + _TERMS_AT_ONCE + 1]
            held = self._arrays.genes_of[ends[0] : ends[-1]]
            total += np.bincount(held, np.repeat(weights[some], self.sizes[some]), minlength=genes)
        return total

    def genes_under(self, term: int) -> int:
        """How many genes are at or under a term."""
        return int(self._arrays.genes_starts[term + 1] - self._arrays.genes_starts[term])

    def above(self, term: int) -> Numbers:
        """The terms at or above a term."""
        start, end = self._arrays.above_starts[term : term + 2].tolist()
        return self._arrays.above_of[start:end]

    def is_above(self, term: int, other: int) -> bool:
        """Whether another term is at or above one."""
        start, end = self._above_starts[term], self._above_starts[term + 1]
        place = bisect_left(self._above_of, other, start, end)
        return place < end and self._above_of[place] == other

    def breadths(self) -> Numbers:
        """By term, its place among all when the most specific come first: those with the fewest genes, of
        these the ones with the most terms above them."""
        genes, above = np.diff(self._arrays.genes_starts), np.diff(self._arrays.above_starts)
        places = np.empty(self.terms, np.int32)
        places[np.lexsort((-above, genes))] = np.arange(self.terms)
        return places

    def widths(self, labels: Numbers) -> Numbers:
        """How many words each of the labels has."""
        starts = self._arrays.place_starts
        return (starts[labels + 1] - starts[labels] - 1).astype(np.int32)

    def labels_of(self, term: int) -> range:
        first, end = self._arrays.label_starts[term : term + 2].tolist()
        return range(first, end)

    def terms_of(self, labels: Numbers) -> Numbers:
        """The term that each of the labels belongs to."""
        return (np.searchsorted(self._arrays.label_starts, labels, side="right") - 1).astype(np.int32)

    def text(self, label: int) -> str:
        start, end = self._arrays.text_starts[label : label + 2].tolist()
        return self._arrays.text_of[start:end].tobytes().decode(errors="replace")

    def holding(self, form: Sequence[str], as_stems: bool) -> Numbers:
        """The labels in which words stand in a row, as stems or in exactly this form, ascending."""
        found = self._places(form[0], as_stems)
        for offset, word in enumerate(form[1:], 1):
            found = np.intersect1d(found, self._places(word, as_stems) - offset, assume_unique=True)
        return self._labels_at(found)

    def holding_any(self, words: Iterable[str]) -> Numbers:
        """The labels in which any of some words stands, in exactly this form."""
        return self._labels_at(np.concatenate([np.array([], np.int32), *map(self.places, words)]))

    def places(self, word: str) -> Numbers:
        """Where a word stands, in exactly this form; there is a place that no word has between two labels."""
        return self._places(word, as_stem=False)

    def labels_at(self, places: NDArray[np.integer]) -> Numbers:
        """The label of each of some places."""
        return np.searchsorted(self._arrays.place_starts, places, side="right").astype(np.int32) - 1

    def _labels_at(self, at: Numbers) -> Numbers:
        held = np.zeros(self.labels, np.bool_)
        held[self.labels_at(at)] = True
        return held.nonzero()[0].astype(np.int32)

    def _places(self, word: str, as_stem: bool) -> Numbers:
        number = self._words.get(word)
        if number is None:
            return np.array([], np.int32)
        arrays = self._arrays
        starts = arrays.stem_starts if as_stem else arrays.surface_starts
        return (arrays.stem_of if as_stem else arrays.surface_of)[starts[number] : starts[number + 1]]


def _members(lists: Numbers, starts: Starts, among: Numbers) -> tuple[Numbers, Starts]:
    """The members of some lists, list after list, and how many each has."""
    begins = starts[among]
    lengths = starts[among + 1] - begins
    places = np.arange(lengths.sum()) + np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
    return lists[places], lengths


def digits_of(go_id: str) -> int:
    return int(go_id[3:])


def _written(digits: int) -> str:
    return f"GO:{digits:07}"


def _look_up(arrays: Arrays, go_id: str) -> int | None:
    """Not a method, so that no cache holds its own ontology, whose files would stay open with it."""
    own = _place(arrays.ids, digits_of(go_id))
    if own is not None:
        return own
    other = _place(arrays.alternatives, digits_of(go_id))
    return None if other is None else int(arrays.alternative_of[other])


def _place(ascending: Numbers, value: int) -> int | None:
    place = int(np.searchsorted(ascending, value))
    return place if place < len(ascending) and ascending[place] == value else None


def _check(arrays: Arrays) -> None:
    """That every number leads to something, so that no answer fails on a damaged file later."""
    for name, values in arrays._asdict().items():
        least = 1 if name.endswith("_starts") else 0
        if values.dtype != _type_of(name) or values.ndim != 1 or len(values) < least:
            raise ValueError(f"{FOLDER}/{name}.npy is damaged")
    count, labels, places = len(arrays.ids), len(arrays.text_starts) - 1, int(arrays.place_starts[-1])
    words = len(arrays.vocabulary.tobytes().decode().split())
    starts = (
        (arrays.above_starts, count, len(arrays.above_of)),
        (arrays.genes_starts, count, len(arrays.genes_of)),
        (arrays.label_starts, count, labels),
        (arrays.text_starts, labels, len(arrays.text_of)),
        (arrays.place_starts, labels, places),
        (arrays.surface_starts, words, len(arrays.surface_of)),
        (arrays.stem_starts, words, len(arrays.stem_of)),
    )
    members = (
        (arrays.alternative_of, count),
        (arrays.above_of, count),
        (arrays.genes_of, _MOST_GENES),
        (arrays.surface_of, places),
        (arrays.stem_of, places),
    )
    whole = len(arrays.alternatives) == len(arrays.alternative_of)
    for begins, length, end in starts:
        whole = whole and len(begins) == length + 1 and begins[0] == 0 and begins[-1] == end
        whole = whole and bool((begins[1:] >= begins[:-1]).all())
    for numbers, limit in members:
        whole = whole and int(numbers.min(initial=0)) >= 0 and int(numbers.max(initial=-1)) < limit
    if not whole:
        raise ValueError("the files of the ontology do not go together")


def _type_of(name: str) -> np.dtype[np.generic]:
    if name in ("text_of", "vocabulary"):
        return np.dtype(np.uint8)
    return np.dtype(np.int64 if name.endswith("_starts") else np.int32)
