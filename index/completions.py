"""What may be offered while a query is typed, and for one that is misspelt, as flat arrays beside the engine.

Whatever can be offered has a *rank*: 0 is offered before all others of its class.  Names of genes are rows of
the names table (index/store.py), by their numbers.

    symbols, previous, aliases    (``SHORT``) the folded spellings of these names in their order;
                  ..._ranks: the rank of each, ..._rows: of a rank, the name
    names, topics                 (``WORDED``) names in words; labels of the Gene Ontology and families
                  ..._words: their words in order; ..._first: of a word, the ranks of what begins with it,
                  ..._inner: of what holds it behind its beginning, but for function words
    names_rows    of a rank, the name
    topics_labels of a rank, the label (index/ontology.py); numbers behind that of the last label are families
    families      the families, families_genes: how many genes each has
    gene_names    of a gene, the row of its full name, ``NO_NAME`` without one
    spelt         every folded spelling of ``LENGTHS`` bytes once, the shorter before the longer, one after
                  the other; spelt_counts: how many are of each length
    spelt_letters, spelt_rows     of each, its letters (``letters_of``), and the strongest name so spelt

Beside strings in their order ``..._heads`` holds the first ``HEAD`` bytes of each as one number.  Beside
each list of ranks ``..._least`` holds the least of every ``BLOCK`` of them, so that the least of a long
stretch, such as all that begins with one letter, are found without reading it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.columns import Damaged, Strings, read

FOLDER = "completions"
SHORT = ("symbols", "previous", "aliases")
WORDED = ("names", "topics")
BLOCK = 64
HEAD = 8
"""Bytes of a string that are compared as one number."""
LENGTHS = range(3, 201)
NO_NAME = (1 << 32) - 1

Numbers = NDArray[np.uint32]
Letters = NDArray[np.uint64]
_Scalar = TypeVar("_Scalar", bound=np.generic)

_CLASSES = 37
"""Letters, digits, anything else."""
_OTHER = 36
_CLASS = np.full(256, _OTHER, np.int64)
_CLASS[ord("a") : ord("z") + 1] = np.arange(26)
_CLASS[ord("0") : ord("9") + 1] = np.arange(26, 36)
_TWICE = 26
"""So many classes, the letters, have a second bit: that one is there twice."""
_AT_ONCE = 1 << 14


def letters_of(data: NDArray[np.uint8], lengths: NDArray[np.integer]) -> Letters:
    """Which letters byte strings hold that stand one after the other: a bit for each letter and digit, a
    second one where a letter is there twice.  Whatever is put in or left out changes one bit at most."""
    found = np.zeros(len(lengths), np.uint64)
    ends = np.cumsum(lengths)
    for low in range(0, len(lengths), _AT_ONCE):
        some = lengths[low : low + _AT_ONCE]
        begin = int(ends[low] - lengths[low])
        classes = _CLASS[data[begin : begin + int(some.sum())]]
        places = np.repeat(np.arange(len(some)), some) * _CLASSES + classes
        counts = np.bincount(places, minlength=len(some) * _CLASSES).reshape(-1, _CLASSES)
        bits = np.zeros(len(some), np.uint64)
        for number in range(_CLASSES):
            bits |= (counts[:, number] > 0).astype(np.uint64) << np.uint64(number)
        for number in range(_TWICE):
            bits |= (counts[:, number] > 1).astype(np.uint64) << np.uint64(_CLASSES + number)
        found[low : low + _AT_ONCE] = bits
    return found


def _letters_of_one(string: bytes) -> np.uint64:
    """The same of one string, which arrays would take long for."""
    bits = 0
    for place in _CLASS[np.frombuffer(string, np.uint8)].tolist():
        if place < _TWICE and bits >> place & 1:
            bits |= 1 << (_CLASSES + place)
        bits |= 1 << place
    return np.uint64(bits)


class Completions:
    """A published generation's completions, for so many genes, read only; safe to share between threads.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, generation: Path, genes: int) -> None:
        folder = generation / FOLDER
        try:
            self.symbols, self.previous, self.aliases = (Spellings(folder, name) for name in SHORT)
            self.names, self.topics = (Worded(folder, name) for name in WORDED)
            self.name_rows = read(folder, "names_rows", np.uint32)
            self.topic_labels = read(folder, "topics_labels", np.uint32)
            self.families = Strings(folder, "families")
            self.family_genes = read(folder, "families_genes", np.uint32)
            self.gene_names = read(folder, "gene_names", np.uint32)
        except (OSError, ValueError) as error:
            raise Damaged(str(error)) from error
        if len(self.families) != len(self.family_genes):
            raise Damaged(f"{FOLDER}/families is damaged: it does not go with its numbers")
        if len(self.gene_names) != genes:
            raise Damaged(f"{FOLDER}/gene_names is damaged: it names {len(self.gene_names)} of {genes} genes")
        if len(self.name_rows) != self.names.count or len(self.topic_labels) != self.topics.count:
            raise Damaged(f"the files of {FOLDER} do not go together")


class Ordered:
    """Strings in their order, found by how they begin."""

    def __init__(self, folder: Path, name: str) -> None:
        self._strings = Strings(folder, name)
        heads = read(folder, f"{name}_heads", np.uint64)
        if len(heads) != len(self._strings):
            raise ValueError(f"{FOLDER}/{name}_heads is damaged")
        self._heads = heads.data

    def __len__(self) -> int:
        return len(self._strings)

    def __getitem__(self, number: int) -> bytes:
        return self._strings[number]

    def beginning(self, prefix: bytes) -> tuple[int, int]:
        """Where the strings begin that begin so, and where they end."""
        heads, begin = self._heads, prefix[:HEAD]
        low = bisect_left(heads, int.from_bytes(begin.ljust(HEAD, b"\0")))
        high = bisect_right(heads, int.from_bytes(begin.ljust(HEAD, b"\xff")), low)
        if len(prefix) > HEAD:
            alike, strings = range(high), self._strings
            low = bisect_left(alike, prefix, low, high, key=strings.__getitem__)
            high = bisect_left(alike, prefix + b"\xff", low, high, key=strings.__getitem__)
        return low, high


class Ranks:
    """Lists of ranks, of which only the least are wanted."""

    def __init__(self, folder: Path, name: str) -> None:
        self.all = read(folder, name, np.uint32)
        self._least = read(folder, f"{name}_least", np.uint32)
        if len(self._least) != -(-len(self.all) // BLOCK):
            raise ValueError(f"{FOLDER}/{name}_least is damaged")

    def least(self, low: int, high: int, count: int) -> Numbers:
        """The ``count`` least from ``low`` to ``high``, ascending; equal ones are told as often as they stand
        there, so that fewer different ones may come."""
        first, last = -(-low // BLOCK), high // BLOCK
        if last - first <= 2 * count:
            return _least(self.all[low:high], count)
        blocks = self._least[first:last]
        best = blocks.argpartition(count - 1)[:count] + first
        inside = self.all[(best[:, None] * BLOCK + np.arange(BLOCK)).ravel()]
        return _least(
            np.concatenate((self.all[low : first * BLOCK], inside, self.all[last * BLOCK : high])), count
        )


def _least(some: Numbers, count: int) -> Numbers:
    if len(some) > count:
        some = np.partition(some, count - 1)[:count]
    return np.sort(some)


class Spellings:
    """Folded names in their order, each with the rank of the name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.keys = Ordered(folder, name)
        self.ranks = Ranks(folder, f"{name}_ranks")
        self._rows = read(folder, f"{name}_rows", np.uint32)
        if not len(self.keys) == len(self.ranks.all) == len(self._rows):
            raise ValueError(f"{FOLDER}/{name} is damaged: it does not go with its numbers")

    def beginning(self, prefix: bytes, count: int) -> list[int]:
        """The rows of the ``count`` first ranked names that begin so."""
        low, high = self.keys.beginning(prefix)
        return self._told(low, high, count)

    def spelt(self, key: bytes, count: int) -> list[int]:
        """The rows of the ``count`` first ranked names that are spelt so."""
        low, _ = self.keys.beginning(key)
        high = low
        while high < len(self.keys) and self.keys[high] == key:
            high += 1
        return self._told(low, high, count)

    def _told(self, low: int, high: int, count: int) -> list[int]:
        return taken(self._rows, self.ranks.least(low, high, count))


class Worded:
    """The ranks of what holds a word, by word."""

    def __init__(self, folder: Path, name: str) -> None:
        self.words = Ordered(folder, f"{name}_words")
        self.first = Ranks(folder, f"{name}_first")
        self.inner = Ranks(folder, f"{name}_inner")
        self._first = _starts(folder, f"{name}_first", len(self.words), len(self.first.all))
        self._inner = _starts(folder, f"{name}_inner", len(self.words), len(self.inner.all))
        self.first_starts, self.inner_starts = self._first.data, self._inner.data
        self.count = int(read(folder, f"{name}_count", np.uint32)[0])
        """How many ranks there are."""

    def beginning(self, prefix: str) -> range:
        """The numbers of the words that begin so."""
        return range(*self.words.beginning(prefix.encode()))

    def number(self, word: str) -> int | None:
        low, high = self.words.beginning(word.encode())
        return low if low < high and self.words[low] == word.encode() else None

    def begun(self, numbers: range) -> tuple[int, int]:
        """Where the ranks stand in ``first`` of what begins with any of these words."""
        return self.first_starts[numbers.start], self.first_starts[numbers.stop]

    def held(self, numbers: range) -> tuple[int, int]:
        """Where the ranks stand in ``inner`` of what holds any of these words behind its beginning."""
        return self.inner_starts[numbers.start], self.inner_starts[numbers.stop]


class Spelt:
    """A published generation's spellings, found by their letters, read only; safe to share between threads.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, generation: Path) -> None:
        folder = generation / FOLDER
        try:
            self._data = read(folder, "spelt", np.uint8).data
            counts = read(folder, "spelt_counts", np.uint32)
            self._letters = read(folder, "spelt_letters", np.uint64)
            self._rows = read(folder, "spelt_rows", np.uint32)
        except (OSError, ValueError) as error:
            raise Damaged(str(error)) from error
        if len(counts) != LENGTHS.stop:
            raise Damaged(f"{FOLDER}/spelt_counts is damaged")
        self._starts = [0, *np.cumsum(counts, dtype=np.int64).tolist()]
        """Of a length, the first spelling of it."""
        self._offsets = [0, *np.cumsum(counts.astype(np.int64) * np.arange(len(counts))).tolist()]
        whole = self._starts[-1] == len(self._rows) == len(self._letters)
        if not whole or self._offsets[-1] != len(self._data):
            raise Damaged(f"{FOLDER}/spelt is damaged: its files do not go together")

    def like(self, wanted: bytes, most: int) -> tuple[list[bytes], Numbers]:
        """The spellings that may become this one by so many letters put in, left out, exchanged or swapped,
        and the row of each: those of about its length and letters."""
        letters = _letters_of_one(wanted)
        spare = most if wanted.isascii() else 4 * most  # a letter is up to four bytes
        shortest = max(len(wanted) - spare, LENGTHS.start)
        longest = min(len(wanted) + spare, LENGTHS.stop - 1)
        low, high = self._starts[shortest], self._starts[longest + 1]
        different = np.bitwise_count(self._letters[low:high] ^ letters)
        places = np.flatnonzero(different <= 2 * most) + low
        found: list[bytes] = []
        data, begin = self._data, 0
        for length in range(shortest, longest + 1):
            first = self._starts[length]
            end = int(places.searchsorted(self._starts[length + 1]))
            offset = self._offsets[length]
            for place in places[begin:end].tolist():
                at = offset + (place - first) * length
                found.append(bytes(data[at : at + length]))
            begin = end
        return found, self._rows[places]


def taken(numbers: Numbers, places: Numbers | Sequence[int]) -> list[int]:
    """The numbers at some places.

    Raises:
        Damaged: there are not so many.
    """
    try:
        found: list[int] = numbers[np.asarray(places, np.int64)].tolist()
    except IndexError as error:
        raise Damaged(f"{FOLDER} is damaged: a rank leads to nothing") from error
    return found


def _starts(folder: Path, name: str, lists: int, end: int) -> Numbers:
    starts = read(folder, f"{name}_starts", np.uint32)
    if len(starts) != lists + 1 or starts[0] != 0 or starts[-1] != end:
        raise ValueError(f"{FOLDER}/{name} is damaged: its lists do not go together")
    return starts
