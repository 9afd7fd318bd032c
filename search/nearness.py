"""Where words stand in the texts of a columnar index: in a row, near each other, or as any of many that meet
a pattern; and how often in each text.

The tokens of all texts lie one after the other, so that where words are frequent it is quicker to go through
all of them once than to gather those of the texts that hold the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.columns import members
from search.columnar import Columnar

Texts = NDArray[np.uint32]
Counts = NDArray[np.integer]
Places = NDArray[np.int64]

_FEW = 4
"""Up to so many words each is compared with every token."""
FREQUENT = 20_000
"""From so many texts on that hold the rarest of some words all tokens are gone through."""
_IN_A_ROW, _SCATTERED = 1, 4
"""So many times as long as a token takes a place in lists of texts that lie in a row, or do not."""


def in_a_row(
    index: Columnar, texts: Texts | None, words: Sequence[int], as_stems: bool
) -> tuple[Texts, Counts]:
    """The texts, of some or of all, that hold words in a row, and how often."""
    if texts is None:
        wanted = index.word_stems if as_stems else None
        tokens = index.tokens
        last = len(tokens) - len(words) + 1
        rarest = min(range(len(words)), key=lambda offset: _frequency(index, words[offset], as_stems))
        at = _standing(tokens[rarest : rarest + max(last, 0)], words[rarest], wanted)
        for offset, word in enumerate(words):
            theirs = tokens[at + offset]
            at = at[(theirs if wanted is None else wanted[theirs]) == word]
        owners = _owners(index, at)
        within = index.text_tokens.starts[owners + 1] >= at + len(words)
        return _counted(owners[within])
    at, lengths = members(index.text_tokens.starts, texts)
    tokens = index.tokens[at]
    if as_stems:
        tokens = index.word_stems[tokens]
    last = len(tokens) - len(words) + 1
    if last <= 0:
        return _none()
    owners = np.repeat(np.arange(len(texts)), lengths)
    met = owners[:last] == owners[len(words) - 1 :]
    for offset, word in enumerate(words):
        met &= tokens[offset : offset + last] == word
    counts = np.bincount(owners[:last][met], minlength=len(texts))
    return texts[counts > 0], counts[counts > 0]


def near(index: Columnar, texts: Texts | None, wanted: Mapping[int, int], most: int) -> tuple[Texts, Counts]:
    """The texts, of some or of all, that hold words, each as often as it is wanted, within so many positions,
    and how often: what search.patterns.windows finds, for all texts at once."""
    numbers = np.array(list(wanted))
    tokens = index.tokens
    places = None
    if texts is not None:
        places, _ = members(index.text_tokens.starts, texts)
        tokens = tokens[places]
    if len(numbers) <= _FEW:
        met = tokens == numbers[0]
        for number in numbers[1:]:
            met |= tokens == number
        at = met.nonzero()[0]
    else:
        codes = np.zeros(len(index.words), np.bool_)
        codes[numbers] = True
        at = codes[tokens].nonzero()[0]
    words = tokens[at]
    if places is not None:
        at = places[at]
    first, last = together(at, words, wanted, most)
    owners = _owners(index, last)
    return _counted(owners[index.text_tokens.starts[owners] <= first])


def together(
    at: NDArray[np.integer], words: NDArray[np.integer], wanted: Mapping[int, int], most: int
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Where each run of at most ``most`` places begins and ends that holds each word as often as it is wanted
    and holds no shorter such run; the words stand at ascending places."""
    begins = np.full(len(words), len(words), np.int64)
    for word, times in wanted.items():
        is_word = words == word
        upto = np.concatenate((np.full(times, -1), is_word.nonzero()[0]))
        np.minimum(begins, upto[np.cumsum(is_word)], out=begins)
    ends = (begins >= 0).nonzero()[0]
    begins = begins[ends]
    new = at[ends] - at[begins] < most
    new[1:] &= begins[1:] != begins[:-1]
    return at[begins[new]], at[ends[new]]


def of_any(
    index: Columnar, words: Places, first: int, last: int, frequent: int = FREQUENT
) -> tuple[Texts, Counts]:
    """The texts from ``first`` to before ``last`` that hold any of some words, and how many of their tokens
    are such."""
    begin, end = int(index.text_tokens.starts[first]), int(index.text_tokens.starts[last])
    if end - begin < occurrences(index, words) * (_IN_A_ROW if _row(words) else _SCATTERED):
        wanted = np.zeros(len(index.words), np.bool_)
        wanted[words] = True
        upto = np.zeros(end - begin + 1, np.int32)
        np.cumsum(wanted.take(index.tokens[begin:end]), out=upto[1:])
        counts = np.diff(upto[index.text_tokens.starts[first : last + 1] - np.uint32(begin)])
        met = (counts != 0).nonzero()[0]
        return (met + first).astype(np.uint32), counts[met]
    starts = index.surfaces.starts
    at = slice(starts[words[0]], starts[words[-1] + 1]) if _row(words) else members(starts, words)[0]
    texts, times = index.surface_texts[at], index.surface_counts[at]
    if (first, last) != (0, index.count):
        inside = (texts >= first) & (texts < last)
        texts, times = texts[inside], times[inside]
    if len(texts) > frequent:
        counts = np.bincount(texts, times, last)
        met = (counts != 0).nonzero()[0]
        return met.astype(np.uint32), counts[met].astype(np.int64)
    distinct, places = np.unique(texts, return_inverse=True)
    return distinct, np.bincount(places, times, len(distinct)).astype(np.int64)


def _row(words: Places) -> bool:
    """Whether words are all those from a first to a last, whose lists lie one behind the other."""
    return len(words) > 0 and int(words[-1]) - int(words[0]) == len(words) - 1


def occurrences(index: Columnar, words: Places) -> int:
    """In how many texts each of some words stands, added up."""
    starts = index.surfaces.starts
    return int((starts[words + 1] - starts[words]).sum())


def _frequency(index: Columnar, word: int, as_stems: bool) -> int:
    first, last = (index.stems if as_stems else index.surfaces).bounds(word)
    return last - first


def _standing(tokens: NDArray[np.uint32], word: int, stems: NDArray[np.uint32] | None) -> Places:
    at: Places = ((tokens if stems is None else stems[tokens]) == word).nonzero()[0]
    return at


def _owners(index: Columnar, at: NDArray[np.integer]) -> Places:
    """The texts of some tokens."""
    behind = index.text_tokens.starts.searchsorted(at.astype(np.uint32), "right")
    before: Places = behind.astype(np.int64) - 1
    return before


def _counted(owners: NDArray[np.integer]) -> tuple[Texts, Counts]:
    """Each of some ascending texts once, and how often it stands there."""
    if not len(owners):
        return _none()
    first = np.ones(len(owners), np.bool_)
    first[1:] = owners[1:] != owners[:-1]
    at = first.nonzero()[0]
    return owners[at].astype(np.uint32), np.diff(at, append=len(owners))


def _none() -> tuple[Texts, Counts]:
    return np.zeros(0, np.uint32), np.zeros(0, np.int64)
