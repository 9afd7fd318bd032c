"""What is told of all genes of an answer, not only of the best: how many have which terms, and which come
first in an order other than relevance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from index.facets import Facets
from search.engines import Docs, Held
from search.facets import count
from search.page import FacetCount
from search.sorting import ordered


class Tallying(Protocol):
    """The genes of an answer are those ``met`` and some ``besides``, ascending, each counted once."""

    def terms(self, names: Sequence[str], met: Held, besides: Docs, size: int) -> dict[str, FacetCount]:
        """Of each facet the ``size`` terms that most of the genes have, counted exactly."""

    def first(self, met: Held, besides: Docs, sort: str, limit: int) -> Docs:
        """The first ``limit`` genes in an order (search/sorting.py)."""


class ByArrays:
    """From the arrays of all genes: every gene of the answer is looked at."""

    def __init__(self, facets: Facets) -> None:
        self._facets = facets

    def terms(self, names: Sequence[str], met: Held, besides: Docs, size: int) -> dict[str, FacetCount]:
        return count(names, _together(met, besides), self._facets, size)

    def first(self, met: Held, besides: Docs, sort: str, limit: int) -> Docs:
        return ordered(_together(met, besides), sort, self._facets)[:limit].astype(np.int32)


def _together(met: Held, besides: Docs) -> Docs:
    return np.union1d(met.docs, besides).astype(np.int32) if len(besides) else met.docs
