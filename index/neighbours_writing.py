"""Writing which genes share papers, as index/neighbours.py reads it.

Pairs of genes are counted in blocks of genes, so that what is in memory at once does not grow with the index.
A process of its own does it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index import columns
from index.neighbours import FOLDER, MOST_GENES, MOST_SHARED, NEAREST, Nearest

_AT_ONCE = 1 << 19
"""Pairs of genes, each as often as they share a paper, that are counted at once."""
_HALF, _LOW = np.uint64(32), np.uint64((1 << 32) - 1)
Numbers = NDArray[np.uint32]


class Task(NamedTuple):
    """What the other process needs; all that is one argument, as index.workers wants it."""

    folder: Path
    papers: bytes
    """``Linked.papers``, u4."""
    documents: bytes
    """``Linked.documents``, u4."""
    genes: int
    """How many documents there are."""


def write_neighbours(task: Task) -> str:
    """Write the arrays into ``task.folder / FOLDER``; the SHA-256, in hex, of what was written.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = task.folder / FOLDER
    target.mkdir()
    places, genes = _counting(np.frombuffer(task.papers, "<u4"), np.frombuffer(task.documents, "<u4"))
    order = np.argsort(genes, kind="stable")
    found = list(_nearest(places, genes, task.genes))
    columns_of = {
        "starts.u4": columns.starts_of(np.concatenate([np.zeros(0, np.int64), *(each[0] for each in found)])),
        "genes.u4": _joined("<u4", [near.genes for _, near in found]),
        "cosines.f4": _joined("<f4", [near.cosines for _, near in found]),
        "shared.u2": _joined("<u2", [near.shared for _, near in found]),
        "papers_starts.u4": columns.starts_of(np.bincount(genes, minlength=task.genes)),
        "papers.u4": places[order],
    }
    sha = hashlib.sha256()
    for name, values in columns_of.items():
        columns.write(target, name, values)
        sha.update(f"{name} {len(values)}\n".encode())
        sha.update(np.ascontiguousarray(values, columns.TYPES[name.rpartition(".")[2]]).data)
    return sha.hexdigest()


def _counting(papers: Numbers, documents: Numbers) -> tuple[Numbers, Numbers]:
    """Of each link of a paper that counts, the paper's place in the table of papers, and the document."""
    new = np.ones(len(papers), bool)
    new[1:] = papers[1:] != papers[:-1]
    place = np.cumsum(new) - 1
    counts = np.bincount(place, minlength=1)[place] <= MOST_GENES
    return place[counts].astype(np.uint32), documents[counts]


def _nearest(places: Numbers, genes: Numbers, count: int) -> Iterator[tuple[NDArray[np.int64], Nearest]]:
    """Block by block how many neighbours each gene has, and these."""
    papers = np.bincount(genes, minlength=count)
    linked_to = np.bincount(places, minlength=1)
    paper_starts = columns.starts_of(linked_to)
    several = linked_to[places] > 1  # a paper of one gene makes no pair, but counts for the length
    order = np.argsort(genes[several], kind="stable")
    theirs = places[several][order]
    starts = columns.starts_of(np.bincount(genes[several], minlength=count))
    for first, end in _blocks(columns.starts_of(linked_to[theirs])[starts]):
        some = theirs[starts[first] : starts[end]]
        at, lengths = columns.members(paper_starts, some)
        owners = np.repeat(np.arange(first, end), np.diff(starts[first : end + 1]))
        pairs = np.sort(np.repeat(owners, lengths).astype(np.uint64) << _HALF | genes[at])
        new = np.ones(len(pairs), bool)
        new[1:] = pairs[1:] != pairs[:-1]
        met = pairs[new]
        shared = np.diff(np.append(new.nonzero()[0], len(pairs)))
        rows, others = (met >> _HALF).astype(np.int64), (met & _LOW).astype(np.uint32)
        different = rows != others
        yield _cut(rows[different], others[different], shared[different], papers, first, end)


def _blocks(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of genes with few enough pairs together, but one gene at the least; ``starts`` are those of the
    pairs of each."""
    first, last = 0, len(starts) - 1
    while first < last:
        enough = int(np.searchsorted(starts, starts[first] + _AT_ONCE, side="right")) - 1
        end = max(first + 1, enough)
        yield first, end
        first = end


def _cut(
    rows: NDArray[np.int64],
    others: Numbers,
    shared: NDArray[np.int64],
    papers: NDArray[np.int64],
    first: int,
    end: int,
) -> tuple[NDArray[np.int64], Nearest]:
    """The nearest of each row, from pairs in order."""
    cosines = (shared / np.sqrt((papers[rows] * papers[others]).astype(np.float64))).astype(np.float32)
    # The bits of floats that are not negative are in the order of the floats.
    nearest_first = rows.astype(np.uint64) << _HALF | ~cosines.view(np.uint32)
    order = np.argsort(nearest_first, kind="stable")
    lengths = np.bincount(rows - first, minlength=end - first)
    starts = columns.starts_of(lengths)
    rank = np.arange(len(order)) - np.repeat(starts[:-1], lengths)
    kept = order[rank < NEAREST]
    papers_shared = np.minimum(shared[kept], MOST_SHARED).astype(np.uint16)
    near = Nearest(others[kept].view(np.int32), cosines[kept], papers_shared)
    return np.minimum(lengths, NEAREST), near


def _joined(kind: str, pieces: list[NDArray[np.generic]]) -> NDArray[np.generic]:
    return np.concatenate([np.zeros(0, kind), *pieces])
