"""How much of an index one query may make a search read, so that no query takes long.

Words of texts are read whole.  What a pattern stands for may be most of an index: a pattern by itself is read
whole too; of several each is given a share, and leaves out the most frequent of its words, which say least,
until the others fit into it.  What was left out is told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from search.patterns import written

PLACES = 150_000
"""Places in texts that several patterns of a query read between them."""

Numbers = NDArray[np.int64]


def share(leaf: Query) -> int | None:
    """How many places a pattern may read (search.query tells it how many there are); None for all."""
    sharing = int(getattr(leaf, "sharing", 1))
    return None if sharing == 1 else PLACES // sharing


def rarest(numbers: Numbers, frequencies: NDArray[np.integer], room: int) -> Numbers:
    """As many of some words, the rarest first, as there is room for all their places; ascending."""
    order = frequencies.argsort(kind="stable")
    fits = int(np.cumsum(frequencies[order]).searchsorted(room, "right"))
    return np.sort(numbers[order[:fits]])


def told(leaf: Query, kept: int, of: int) -> str:
    """What there is to say of a pattern that was cut."""
    return f"{written(leaf)} stands for {of:,} words; the {of - kept:,} most frequent of them were left out"
