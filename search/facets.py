"""Facets: how many genes of an answer have which terms, counted exactly over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.facets import Column, Facets, Group, Places
from search.engines import Docs
from search.page import FacetCount, FacetTerm, Warning

_MOST = 0.6
"""Of more genes than this share of all, those left out are counted, which takes less time."""


_MOST_TOLD = 10
"""Warnings of unknown names; further ones say the same."""


def read_names(names: Sequence[str], facets: Facets) -> tuple[list[str], list[Warning]]:
    """The facets that there are of those asked for, each once, and a warning for each of the others."""
    known = [name for name in dict.fromkeys(names) if name in facets.columns]
    told = [
        Warning(f"unknown facet {name[:40]!r} was ignored; known are {', '.join(facets.columns)}")
        for name in dict.fromkeys(names)
        if name not in facets.columns
    ]
    return known, told[:_MOST_TOLD]


def count(names: Sequence[str], docs: Docs, facets: Facets, size: int) -> dict[str, FacetCount]:
    """Of each facet the ``size`` terms that most of some genes have, each gene given once."""
    sets: dict[Group, Places] = {}
    found = {}
    others = None
    if len(docs) > _MOST * facets.genes:
        left_out = np.ones(facets.genes, np.bool_)
        left_out[docs] = False
        others = left_out.nonzero()[0].astype(np.int32)
    for name in names:
        column = facets.columns[name]
        if column.group not in sets:
            group = column.group
            few = group.counted(docs if others is None else others)
            sets[group] = few if others is None else group.everywhere - few
        found[name] = _counted(column, sets[column.group], size)
    return found


def _counted(column: Column, sets: Places, size: int) -> FacetCount:
    return most_met(column, column.counted(sets), int(sets[column.empty].sum()), size)


def most_met(column: Column, counts: Places, missing: int, size: int) -> FacetCount:
    """The ``size`` terms of a column that are met most; ``counts`` are those of all its terms."""
    met = counts.nonzero()[0]
    of_met = counts[met]
    if len(met) > size > 0:
        kept = of_met >= np.partition(of_met, -size)[-size]
        some, of_some = met[kept], of_met[kept]
    else:
        some, of_some = met, of_met
    best = (-of_some).argsort(kind="stable")[:size]  # equal ones by name: so the terms are numbered
    listed = zip(some[best].tolist(), of_some[best].tolist(), strict=True)
    terms = tuple([FacetTerm(column.term(number), genes) for number, genes in listed])
    total = int(of_met.sum())
    return FacetCount(terms, total - sum([term.count for term in terms]), missing, total)
