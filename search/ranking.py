"""The small re-ranking of the top: the same code for every engine.

    score = text × (1 + PAPERS ln(1 + papers)) + idf × (PASSAGE × best + CITED × √cited)

``text`` is the engine's score, ``idf`` the query's total inverse document frequency,
``best`` the strength of the gene's best line and ``cited`` that of its best line with a
paper behind it (evidence.py).  So both ideas in one sentence beat two sentences, and a gene
whose answer can be checked beats one whose answer cannot.  PAPERS is the measured prior of
RANKING; PASSAGE is larger than there, because this engine's text score sums fields and so
rewards scattered words more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines import Found
from search.reviewing import Reviewer

WINDOW = 100
"""How many of the engine's best are looked at again."""
PAPERS = 0.1
PASSAGE = 6.0
CITED = 4.0


class Ranked(NamedTuple):
    """Genes in their final order."""

    docs: NDArray[np.integer]
    scores: NDArray[np.float64]


def rerank(found: Found, reviewer: Reviewer) -> Ranked:
    """The engine's best WINDOW in their final order, the rest behind them as they were.

    Looking again only adds to a score, so none of the rest has a higher one.
    """
    top = np.sort(found.docs[:WINDOW])
    if not len(top) or not reviewer.total:
        return Ranked(found.docs, found.scores)
    text = found.scores[:WINDOW][np.argsort(found.docs[:WINDOW])]
    best, cited, papers = reviewer.strengths(top)
    prior = 1 + PAPERS * np.log1p(papers)
    scores = text * prior + reviewer.total * (PASSAGE * best + CITED * np.sqrt(cited))
    order = np.argsort(-scores, kind="stable")
    if len(found.docs) <= WINDOW:
        return Ranked(top[order], scores[order])
    return Ranked(
        np.concatenate((top[order], found.docs[WINDOW:])),
        np.concatenate((scores[order], found.scores[WINDOW:])),
    )
