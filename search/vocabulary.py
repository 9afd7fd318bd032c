"""Which strings of a dictionary meet a pattern: all of them are compared at once, as arrays of bytes.

The definition is search.patterns.matcher, which is asked only of the few that are left, and of strings that
are not of ASCII alone.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist
from whoosh.query import FuzzyTerm, Prefix, Query

from index.analysis import fold_keyword
from index.columns import Dictionary, letters_of, ones
from search.patterns import folded, matcher, written

Numbers = NDArray[np.int64]

_ANY_LETTERS = np.uint32(0xFFFFFFFF)
"""Of strings that are not of ASCII alone."""
_FEW = 500
"""So many strings are compared one by one."""


def matching(leaf: Query, dictionary: Dictionary) -> Numbers:
    """The numbers of the strings that meet a pattern, ascending."""
    if isinstance(leaf, FuzzyTerm):
        return _like(fold_keyword(leaf.text), leaf.maxdist, dictionary)
    begins, _ = matcher(leaf)
    numbers = dictionary.beginning(begins.encode())
    among = np.arange(numbers.start, numbers.stop)
    if isinstance(leaf, Prefix):
        return among
    pattern = folded(written(leaf))
    return _wild(leaf, pattern, among, dictionary)


def among_words(leaf: Query, ordered: Sequence[str]) -> list[str]:
    """Those of some words, in ascending order, that meet a pattern."""
    if isinstance(leaf, FuzzyTerm):
        like = _distances(fold_keyword(leaf.text), ordered, leaf.maxdist) <= leaf.maxdist
        return [ordered[place] for place in like.nonzero()[0].tolist()]
    begins, meets = matcher(leaf)
    first, end = (bisect_left(ordered, begins + last) for last in ("", chr(sys.maxunicode)))
    return list(filter(meets, ordered[first:end]))


def _like(word: str, most: int, dictionary: Dictionary) -> Numbers:
    """Each letter put in, left out, exchanged or swapped changes a string's length by one at most, and two of
    its letters."""
    lengths = dictionary.lengths
    wanted = word.encode()
    slack = most if word.isascii() else 4 * most  # a letter is up to four bytes
    near = ((lengths >= max(len(wanted) - slack, 0)) & (lengths <= len(wanted) + most)).nonzero()[0]
    theirs = dictionary.letters[near]
    kept = theirs != _ANY_LETTERS
    if word.isascii():
        kept &= ones(theirs ^ np.uint32(letters_of(wanted))) <= 2 * most
    near = near[kept]
    found = near[_distances(wanted if word.isascii() else word, _cut_out(near, dictionary), most) <= most]
    odd = (dictionary.letters == _ANY_LETTERS).nonzero()[0]
    spelt = [dictionary.strings[number].decode() for number in odd.tolist()]
    return _both(found, odd[_distances(word, spelt, most) <= most])


def _cut_out(numbers: Numbers, dictionary: Dictionary) -> list[bytes]:
    """Some strings of ASCII, which are about as long."""
    data, starts = dictionary.strings.bytes, dictionary.strings.starts
    if not len(numbers) or not len(data):
        return [b""] * len(numbers)
    begins = starts[numbers].astype(np.int64)
    lengths = starts[numbers + 1].astype(np.int64) - begins
    along = np.arange(max(int(lengths.max()), 1))
    letters = data[np.minimum(begins[:, None] + along, len(data) - 1)]
    letters[along >= lengths[:, None]] = 0
    strings: list[bytes] = letters.view(f"S{len(along)}")[:, 0].tolist()
    return strings


def _distances(word: str | bytes, others: Sequence[str] | Sequence[bytes], most: int) -> NDArray[np.uint8]:
    if not others:
        return np.zeros(0, np.uint8)
    found: NDArray[np.uint8] = cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[
        0
    ]
    return found


def _both(some: Numbers, others: Numbers) -> Numbers:
    """Ascending, as both are; they have none in common."""
    return np.sort(np.concatenate((some, others))) if len(others) else some


def _wild(leaf: Query, pattern: str, among: Numbers, dictionary: Dictionary) -> Numbers:
    letters = dictionary.letters[among]
    odd = among[letters == _ANY_LETTERS]
    found = _one_by_one(leaf, odd, dictionary)
    if not pattern.isascii():
        return found
    needed = np.uint32(letters_of(pattern.replace("*", "").replace("?", "").encode()))
    among = among[(letters != _ANY_LETTERS) & (letters & needed == needed)]
    return _both(_ascii_wild(leaf, pattern, among, dictionary), found)


def _ascii_wild(leaf: Query, pattern: str, among: Numbers, dictionary: Dictionary) -> Numbers:
    """Of strings of ASCII those that meet a pattern; a piece between stars is taken where it first stands."""
    data, starts = dictionary.strings.bytes, dictionary.strings.starts
    first, *others = pattern.split("*")
    least = len(pattern) - len(others)
    begins, ends = starts[among].astype(np.int64), starts[among + 1].astype(np.int64)
    kept = ends - begins >= least if others else ends - begins == least
    among, begins, ends = among[kept], begins[kept], ends[kept]
    kept = _stands(data, begins, first)
    if others:
        kept &= _stands(data, ends - len(others[-1]), others[-1])
    among, begins, ends = among[kept], begins[kept], ends[kept]
    places = begins + len(first)
    if others:
        ends = ends - len(others[-1])
    for piece in filter(None, others[:-1]):
        if len(among) <= _FEW:
            break
        found = _next(data, places, piece, int(ends[-1]))
        kept = found + len(piece) <= ends
        among, ends, places = among[kept], ends[kept], found[kept] + len(piece)
    else:
        return among
    return _one_by_one(leaf, among, dictionary)


def _stands(data: NDArray[np.uint8], places: Numbers, piece: str) -> NDArray[np.bool_]:
    """Whether a piece stands at some places."""
    met = np.ones(len(places), np.bool_)
    for offset, char in enumerate(piece):
        if char != "?":
            met &= data[places + offset] == ord(char)
    return met


def _next(data: NDArray[np.uint8], places: Numbers, piece: str, end: int) -> Numbers:
    """Where a piece stands next, at or behind each of some ascending places."""
    told = [(offset, ord(char)) for offset, char in enumerate(piece) if char != "?"]
    if not told:
        return places
    begin = int(places[0])
    last = max(begin, end - len(piece) + 1)
    standing = np.ones(last - begin, np.bool_)
    for offset, char in told:
        standing &= data[begin + offset : last + offset] == char
    at = np.append(standing.nonzero()[0] + begin, len(data) + 1)
    return at[at.searchsorted(places)]


def _one_by_one(leaf: Query, numbers: Numbers, dictionary: Dictionary) -> Numbers:
    _, meets = matcher(leaf)
    strings = dictionary.strings
    return np.array([n for n in numbers.tolist() if meets(strings[n].decode())], np.int64)
