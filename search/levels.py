"""How many of its words a plain query wants of a gene: all of them, or as many as enough genes hold.

RANKING's sets were asked both ways: with genes that hold all words before all others, and with the score
deciding among all that hold enough.  The latter was better on both halves (docs/RANKING.md), so a level only
says which genes are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.columns import among
from search.engines import Docs

ENOUGH = 20
"""Fewer genes than this with all words are too few, in an index of a whole genome."""
_ONE_IN = 2000
"""In a smaller index fewer are enough: one gene in so many."""
SOME = 0.25
"""A gene that holds less than this of what the best holds, by weight of the words, holds too little."""


def enough(genes: int) -> int:
    """How many genes of an index of so many are enough."""
    return max(1, min(ENOUGH, genes // _ONE_IN))


def holding_most(holders: Sequence[Docs], weights: Sequence[float], least: int) -> Docs:
    """The genes that hold as many of the words as ``least`` genes do; those that hold any where there are
    not so many.  Of these only such as hold some of what says most: where few genes hold "sickle cell", not
    each that holds "cell"."""
    counts = np.bincount(np.concatenate(holders)).astype(np.uint16)
    level = len(holders)
    while level > 1 and np.count_nonzero(counts >= level) < least:
        level -= 1
    reached = (counts >= level).nonzero()[0].astype(np.int32)
    held = np.zeros(len(reached))
    for docs, weight in zip(holders, weights, strict=True):
        held += weight * among(reached, docs)
    enough_of_it: Docs = reached[held >= SOME * held.max(initial=0.0)]
    return enough_of_it
