"""How often words stand near each other in the texts of a columnar index: what search.patterns.windows
finds in one line, from the numbers of the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.columns import members
from search.columnar import Columnar
from search.patterns import windows

Texts = NDArray[np.uint32]


def pairs_near(index: Columnar, texts: Texts, words: Sequence[int], most: int) -> NDArray[np.int64]:
    """How often two words stand in each text within so many positions, with neither between: what
    search.patterns.windows finds, for all texts at once."""
    at, lengths = members(index.text_tokens.starts, texts)
    tokens = index.tokens[at]
    met = ((tokens == words[0]) | (tokens == words[1])).nonzero()[0]
    owners = np.arange(len(texts)).repeat(lengths)[met]
    near = (met[1:] - met[:-1] < most) & (owners[1:] == owners[:-1])
    near &= tokens[met[1:]] != tokens[met[:-1]]
    return np.bincount(owners[1:][near], minlength=len(texts))


def all_near(index: Columnar, texts: Texts, wanted: Mapping[int, int], most: int) -> NDArray[np.int64]:
    """The same of any words, each as often as it is wanted; text by text."""
    at, lengths = members(index.text_tokens.starts, texts)
    tokens = index.tokens[at]
    met = np.isin(tokens, list(wanted)).nonzero()[0]
    bounds = met.searchsorted(np.cumsum(lengths)).tolist()
    places, words = met.tolist(), tokens[met].tolist()
    counts = np.zeros(len(texts), np.int64)
    first = 0
    for text, last in enumerate(bounds):
        standing = zip(places[first:last], words[first:last], strict=True)
        counts[text] = len(windows(standing, wanted, most))
        first = last
    return counts
