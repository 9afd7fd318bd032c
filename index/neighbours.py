"""Which genes share papers: the nearest of each gene, as flat arrays beside the engine.

Two genes are as near as the cosine of their papers: the papers of both, divided by the root of the product
of how many each has.  Only papers linked to at most ``MOST_GENES`` genes count, each alike: one of a whole
chromosome says nothing of any two genes.  Of each gene the ``NEAREST`` are kept.  Cosines are symmetric, what
is kept is not: a gene that thousands share papers with is among the nearest of many that are not among its
own.

    genes       of a gene, those that share papers with it, the nearest first, equally near ones by number;
                starts: where those of each gene begin
    cosines     of each of these, the cosine
    shared      of each, how many papers both have, 65,535 where there are more
    papers      of a gene, its papers that count, ascending, as places in the table of papers
                (index/papers.py); papers_starts: where those of each gene begin
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.columns import check_starts, read

FOLDER = "neighbours"
MOST_GENES = 50
"""A paper linked to more genes brings none of them together (RANKING measured feedback with this bound)."""
NEAREST = 200
"""So many neighbours of a gene are kept."""
MOST_SHARED = (1 << 16) - 1

Genes = NDArray[np.int32]
Cosines = NDArray[np.float32]
Shared = NDArray[np.uint16]


class Nearest(NamedTuple):
    """The neighbours of a gene, the nearest first."""

    genes: Genes
    """Their documents' numbers."""
    cosines: Cosines
    """Above 0, at most 1."""
    shared: Shared
    """How many papers each shares with the gene."""


class Neighbours:
    """A published generation's genes that share papers, read only; safe to share between threads.

    ``starts``, ``genes``, ``cosines`` and ``shared`` are the arrays themselves, for work with many genes at
    once.  Every gene's number is below ``documents``: that was checked.

    Raises:
        OSError: a file is missing.
        ValueError: a file is damaged, or does not go with the others.
    """

    def __init__(self, generation: Path) -> None:
        folder = generation / FOLDER
        self.starts = read(folder, "starts", np.uint32)
        self.genes: Genes = read(folder, "genes", np.uint32).view("<i4")
        self.cosines: Cosines = read(folder, "cosines", np.float32)
        self.shared: Shared = read(folder, "shared", np.uint16)
        self.paper_starts = read(folder, "papers_starts", np.uint32)
        self.paper_places = read(folder, "papers", np.uint32)
        self.documents = max(0, len(self.starts) - 1)
        check_starts(self.starts, self.documents, len(self.genes), f"{FOLDER}/genes")
        check_starts(self.paper_starts, self.documents, len(self.paper_places), f"{FOLDER}/papers")
        if not len(self.genes) == len(self.cosines) == len(self.shared):
            raise ValueError(f"the files of {FOLDER} do not go together")
        if self.genes.min(initial=0) < 0 or self.genes.max(initial=-1) >= self.documents:
            raise ValueError(f"{FOLDER}/genes is damaged: it leads to genes that there are not")

    def of(self, doc: int) -> Nearest:
        """The neighbours of the gene of a number; none for one without papers that count."""
        start, end = self.starts[doc], self.starts[doc + 1]
        return Nearest(self.genes[start:end], self.cosines[start:end], self.shared[start:end])

    def papers_of(self, doc: int) -> NDArray[np.uint32]:
        """The places, in the table of papers, of a gene's papers that count, ascending."""
        return self.paper_places[self.paper_starts[doc] : self.paper_starts[doc + 1]]
