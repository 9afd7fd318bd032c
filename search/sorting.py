"""Orders of an answer's genes: exact over all of them, the same each time."""

from __future__ import annotations

import numpy as np

from index.facets import Facets, Places
from search.engines import Docs
from search.errors import BadRequest

RELEVANCE = "relevance"
SORTS = (RELEVANCE, "symbol", "location", "papers")
_SAME = {"_score": RELEVANCE, "-_score": RELEVANCE, "-relevance": RELEVANCE, "": RELEVANCE}
"""Other ways to write a sort; the best come first however relevance is written."""


def read_sort(told: str) -> str:
    """One of SORTS, perhaps with ``-`` before it.

    Raises:
        BadRequest: it is none.
    """
    told = told.strip()
    sort = _SAME.get(told, told)
    if sort.removeprefix("-") not in SORTS:
        known = ", ".join(SORTS)
        raise BadRequest(f"sort must be one of {known}, or one of these after -, not {told[:40]!r}")
    return sort


def ordered(docs: Docs, sort: str, facets: Facets) -> Places:
    """Some genes, each given once, in an order other than relevance."""
    among = np.zeros(facets.genes, np.bool_)
    among[docs] = True
    order = _order(sort, facets)
    return order[among[order]]


def _order(sort: str, facets: Facets) -> Places:
    """All genes in an order; ``-`` turns it round, but for genes that lie nowhere, which stay last, and of
    genes with as many papers the symbols."""
    if sort == "symbol":
        return facets.by_symbol
    if sort == "-symbol":
        return facets.by_symbol[::-1]
    if sort == "location":
        return facets.by_location
    if sort == "-location":
        located = facets.located
        return np.concatenate((facets.by_location[:located][::-1], facets.by_location[located:]))
    return facets.by_papers if sort == "papers" else facets.by_papers_down
