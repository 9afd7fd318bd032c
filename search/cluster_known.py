"""What is met beside the texts of a cluster, as questions instead of lists of genes: wider terms of the Gene
Ontology, values of columns, numbers (search/wider.py, search/by_value.py)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from whoosh.query import NullQuery, Query

from index.facets import Column, Facets
from index.fields import BY_NAME, FIELDS
from index.ontology import Numbers, Ontology
from search.by_value import LOCUS_TYPE, ONLY_CHOOSES, bounds, terms_met
from search.cluster_queries import ABOVE, Asked, of_numbers
from search.wider import Wider

_GREATEST = 2**31 - 1
"""A field of the cluster holds no greater number."""
_YEARS = {"year": "years"}


def wider_asked(ontology: Ontology) -> Wider:
    """The ontology, whose genes are asked for by their terms."""
    return Wider(ontology, _under)


def _under(terms: Numbers) -> Query:
    """The genes at or under any of some terms."""
    return Asked(of_numbers(ABOVE, terms), BY_NAME["go_wider"].weight) if len(terms) else NullQuery


def values_asked(facets: Facets) -> dict[str, Callable[[Query], Query]]:
    """By field: from a leaf to what to ask, for search.expand.Beside."""
    found: dict[str, Callable[[Query], Query]] = {}
    for field in FIELDS:
        if field.kind == "column":
            found[field.name] = partial(_of_column, facets.columns[field.name], field.name)
        elif field.kind == "number":
            found[field.name] = partial(_of_number, _YEARS.get(field.name, field.name))
    found[LOCUS_TYPE] = partial(_of_column, facets.columns[LOCUS_TYPE], LOCUS_TYPE)
    return found


def _of_column(column: Column, field: str, leaf: Query) -> Query:
    terms = terms_met(column, field, leaf)
    if not terms:
        return NullQuery
    return Asked(of_numbers(f"facet_{field}", np.array(terms)), ONLY_CHOOSES)


def _of_number(field: str, leaf: Query) -> Query:
    first, last = bounds(leaf) or (1, 0)
    if first > min(last, _GREATEST):
        return NullQuery
    return Asked({"range": {field: {"gte": first, "lte": min(last, _GREATEST)}}}, ONLY_CHOOSES)
