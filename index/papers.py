"""Which papers are linked to which genes: a table on disk, and what it says of each gene.

Flat little-endian uint32 arrays, opened by memory map: ``papers`` holds the PubMed IDs in order,
``starts`` where the genes of each begin (one more than papers), ``genes`` the numbers of
the documents.  Papers are no text: they find their genes without weighing on any word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from index.records import PaperLinks

FOLDER = "papers"
TOO_MANY_GENES = 100
"""A paper linked to more genes says nothing of any of them: it adds nothing to popularity."""

LARGEST = 2**32 - 1
"""The largest NCBI Gene ID or PubMed ID that the arrays hold; no real one comes near."""
Numbers = npt.NDArray[np.uint32]
_NUMBER = np.dtype("<u4")


class PaperCount(Struct, frozen=True, array_like=True, gc=False):
    """What the links say of one gene."""

    papers: int = 0
    popularity: float = 0.0
    """The papers, each weighing one over the number of genes that it is linked to."""


class Linked(Struct):
    """The links of an index's documents."""

    papers: Numbers
    """Of pair i the PubMed ID; in order, then by document; each pair once."""
    documents: Numbers
    """Of pair i the number of the document."""
    counts: list[PaperCount]
    """Of each document."""
    unplaced: Numbers
    """NCBI Gene IDs with papers that belong to no document."""


def link(blocks: Iterable[PaperLinks], numbers: Mapping[int, int], documents: int) -> Linked:
    """The links of documents 0 to ``documents - 1``; ``numbers`` leads from an NCBI Gene ID to one."""
    read = list(blocks)
    genes = np.concatenate([_empty(), *(np.frombuffer(block.genes, _NUMBER) for block in read)])
    papers = np.concatenate([_empty(), *(np.frombuffer(block.papers, _NUMBER) for block in read)])
    papers, genes = _distinct(papers, genes)
    numbered, starts = _runs(papers)
    sharing = np.diff(np.append(starts, len(papers)))
    known = np.array(sorted(numbers), _NUMBER)
    at = np.searchsorted(known, genes)
    at[at == len(known)] = 0
    placed = known[at] == genes if len(known) else np.zeros(len(genes), bool)
    documents_of = np.array([numbers[int(gene)] for gene in known], _NUMBER)
    papers, linked = _distinct(papers[placed], documents_of[at[placed]])
    shared_by = sharing[np.searchsorted(numbered, papers)]
    weights = np.where(shared_by > TOO_MANY_GENES, 0.0, 1.0 / np.maximum(shared_by, 1))
    number_of = np.bincount(linked, minlength=documents)
    popularity = np.bincount(linked, weights, minlength=documents)
    return Linked(
        papers=papers,
        documents=linked,
        counts=[
            PaperCount(count, round(weight, 4))
            for count, weight in zip(number_of.tolist(), popularity.tolist(), strict=True)
        ],
        unplaced=np.unique(genes[~placed]),
    )


def write(folder: Path, linked: Linked) -> str:
    """Write the table of a new generation into ``folder / FOLDER``; the SHA-256 of what it holds, in hex.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = folder / FOLDER
    target.mkdir()
    papers, starts = _runs(linked.papers)
    sha = hashlib.sha256()
    for name, numbers in (
        ("papers", papers),
        ("starts", np.append(starts, len(linked.papers))),
        ("genes", linked.documents),
    ):
        data = numbers.astype(_NUMBER).tobytes()
        (target / name).write_bytes(data)
        sha.update(len(data).to_bytes(8, "little"))
        sha.update(data)
    return sha.hexdigest()


class PaperTable:
    """A published generation's papers, read only.

    Raises:
        OSError: a file is missing.
        ValueError: the files do not fit together.
    """

    def __init__(self, folder: Path) -> None:
        self._papers, self._starts, self._genes = (
            _mapped(folder / FOLDER / name) for name in ("papers", "starts", "genes")
        )
        if len(self._starts) != len(self._papers) + 1 or self._starts[-1] != len(self._genes):
            raise ValueError("the table of papers is damaged")

    def genes(self, pmid: int) -> list[int]:
        """The numbers of the documents that a paper is linked to, in order; none for an unknown paper."""
        if not 0 <= pmid <= LARGEST:
            return []
        at = int(np.searchsorted(self._papers, _NUMBER.type(pmid)))  # of another type all would be converted
        if at == len(self._papers) or self._papers[at] != pmid:
            return []
        found: list[int] = self._genes[self._starts[at] : self._starts[at + 1]].tolist()
        return found

    def telling(self, places: Numbers, most: int) -> list[int]:
        """The PubMed IDs of some places in the table that say most of any gene: those of the papers linked to
        the fewest genes, of these the newest."""
        lengths = self._starts[places + 1] - self._starts[places]
        pmids = self._papers[places]
        found: list[int] = pmids[np.lexsort((-pmids.astype(np.int64), lengths))[:most]].tolist()
        return found


def _mapped(path: Path) -> Numbers:
    if path.stat().st_size == 0:
        return _empty()
    return np.memmap(path, _NUMBER, mode="r")


def _empty() -> Numbers:
    return np.zeros(0, _NUMBER)


def _distinct(high: Numbers, low: Numbers) -> tuple[Numbers, Numbers]:
    """Each pair once, in order."""
    pairs = np.sort((high.astype(np.uint64) << np.uint64(32)) | low)
    pairs = pairs[_first(pairs)]
    return (pairs >> np.uint64(32)).astype(_NUMBER), (pairs & np.uint64(0xFFFFFFFF)).astype(_NUMBER)


def _runs(ascending: Numbers) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """The distinct numbers, and where the run of each begins."""
    starts = np.flatnonzero(_first(ascending))
    return ascending[starts], starts


def _first(ascending: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Whether each number differs from the one before it."""
    first = np.ones(len(ascending), bool)
    first[1:] = ascending[1:] != ascending[:-1]
    return first
