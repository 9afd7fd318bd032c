"""The dictionary of the keywords, written by a process of its own while others write the rest.

It stands apart from the matrix so that the process need not load what only the matrix needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, pairwise
from pathlib import Path

import msgspec
import numpy as np

from index import columns
from index.memory import uncollected


def write_keywords(task: tuple[Path, bytes]) -> bytes:
    """Write the dictionary of the keywords into a folder; a list of them is encoded in the task, and each may
    stand in it several times.  Returns the place of each in the dictionary, u4.

    Raises:
        OSError: the disk is full or not writable.
    """
    target, encoded = task
    with uncollected():
        keywords = msgspec.msgpack.decode(encoded, type=list[str])
        order = in_order(keywords)
        ordered = [keywords[number] for number in order]
        new = [True] * min(1, len(ordered)) + [one != other for one, other in pairwise(ordered)]
        place = np.empty(len(order), np.uint32)
        place[order] = np.cumsum(new, dtype=np.int64) - 1
        columns.write_dictionary(target, "keywords", columns.encoded(compress(ordered, new)))
        return place.tobytes()


def in_order(strings: Sequence[str]) -> list[int]:
    """The numbers of the strings in their order, which is that of their bytes in UTF-8 too."""
    return sorted(range(len(strings)), key=strings.__getitem__)
