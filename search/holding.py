"""What holds some words, of which the last may be a beginning: by rank (index.completions)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import FUNCTION_WORDS
from index.columns import Damaged
from index.completions import FOLDER, Numbers, Worded

_HELD = 16
"""So many names or terms that hold all words are compared by their texts."""
_BESIDES = 5
_ATOM = re.compile(r"\d+|\D+")


def holding(
    worded: Worded, words: Sequence[str], kept: NDArray[np.bool_] | None = None, besides: int = 0
) -> Numbers:
    """The first ranks of what holds all of the words, the last one as a beginning: of these first what begins
    with them.  ``kept`` says of each rank whether it counts; None: all do.  Behind these
    come the first ones from the rank ``besides`` on, if given.

    Raises:
        Damaged: a list leads to nothing.
    """
    try:
        return _holding_all(worded, words, kept, besides)
    except IndexError as error:
        raise Damaged(f"{FOLDER} is damaged: a word leads to nothing") from error


def _holding_all(
    worded: Worded, words: Sequence[str], kept: NDArray[np.bool_] | None, besides: int
) -> Numbers:
    *others, last = words
    wanted = [word for word in dict.fromkeys(others) if word not in FUNCTION_WORDS]
    if wanted and last in FUNCTION_WORDS:
        last = wanted.pop()
    ranges = [worded.beginning(last)]
    for word in wanted:
        number = worded.number(word)
        alike = range(number, number + 1) if number is not None else worded.beginning(word)
        ranges += [alike] if alike else [worded.beginning(atom) for atom in _ATOM.findall(word)]
    if len(ranges) == 1 and kept is not None:
        return _distinct(
            [
                _first(some[kept[some]], count)
                for some, count in zip(_ranks(worded, ranges[0]), (_HELD // 2, _HELD), strict=True)
            ]
        )
    if len(ranges) == 1:
        begun = worded.first.least(*worded.begun(ranges[0]), _HELD // 2)
        inner = worded.inner.least(*worded.held(ranges[0]), _HELD)
        return _distinct([begun, inner], _besides(*_ranks(worded, ranges[0]), besides))
    sets = sorted((np.concatenate(_ranks(worded, numbers)) for numbers in ranges), key=len)
    found = sets[0]
    flags = np.zeros(worded.count, np.bool_)
    for larger in sets[1:]:
        flags[found] = True
        met = larger[flags[larger]]
        flags[found] = False
        found = met
    if kept is not None:
        found = found[kept[found]]
    flags[found] = True
    begun, _ = _ranks(worded, ranges[1])
    begun = begun[flags[begun]]
    firsts = [_first(begun, _HELD // 2), _first(found, 2 * _HELD)]
    return _distinct(firsts, _besides(begun, found, besides))


def _besides(begun: Numbers, inner: Numbers, besides: int) -> list[Numbers]:
    return [_first(some[some >= besides], _BESIDES) for some in (begun, inner)] if besides else []


def _ranks(worded: Worded, numbers: range) -> tuple[Numbers, Numbers]:
    """Of what begins with any of these words, and of what holds one behind its beginning."""
    (low, high), (begin, end) = worded.begun(numbers), worded.held(numbers)
    return worded.first.all[low:high], worded.inner.all[begin:end]


def _first(ranks: Numbers, count: int) -> Numbers:
    return np.sort(ranks if len(ranks) <= count else np.partition(ranks, count - 1)[:count])


def _distinct(lists: Iterable[Numbers], besides: Iterable[Numbers] = ()) -> Numbers:
    """Each rank once, in the order of the lists: so many of the first ones, and all of the others."""
    told = dict.fromkeys(rank for ranks in lists for rank in ranks.tolist())
    first = dict.fromkeys([*told][:_HELD])
    first.update(dict.fromkeys(rank for ranks in besides for rank in ranks.tolist()))
    return np.array(list(first), np.int64).astype(np.uint32)
