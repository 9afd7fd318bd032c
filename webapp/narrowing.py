"""What a page of hits offers to narrow it down: facets, filters that are set, orders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

from msgspec import Struct

from index.facets import CITED, NOT_CITED
from search.page import FacetCount
from webapp.presenting import ASPECTS, PROVENANCES

PAGE_FACETS = {
    "locus_type": "Locus type",
    "family": "Family",
    "go_aspect": "Gene Ontology",
    "chromosome": "Chromosome",
    "location": "Band",
    "provenance": "Provenance",
    "source": "Source",
    "cited": "Summary",
}
"""What a page counts, in this order, and what it calls it."""
SORTS = {
    "relevance": "Relevance",
    "symbol": "Symbol",
    "location": "Location",
    "-papers": "Most papers",
    "papers": "Fewest papers",
}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "go_aspect": {aspect.lower(): label for aspect, label in ASPECTS.items()},
    "provenance": PROVENANCES,
    "cited": {CITED: "with papers", NOT_CITED: "without papers"},
}
_SHOWN = 6
"""Values that are seen at once; a facet with one more shows that too."""
_OF_A_FACET = re.compile(r'(\w+):"([^"]*)"')


class Value(Struct, frozen=True):
    label: str
    count: str
    """Of genes."""
    address: str
    """The same search with the filter, or without it where it is set."""
    is_set: bool


class Facet(Struct, frozen=True):
    name: str
    title: str
    seen: tuple[Value, ...]
    further: tuple[Value, ...]
    """Behind a click."""


class Chip(Struct, frozen=True):
    """A filter that is set."""

    label: str
    address: str
    """The same search without it."""


def facets(
    counts: Mapping[str, FacetCount], total: int, address: str, filters: tuple[str, ...]
) -> list[Facet]:
    """The facets that narrow an answer of ``total`` genes down, or whose filter is set.

    ``address`` is that of the search without any filter.
    """
    own = [_parameter(told) for told in filters]
    base = address + "".join(own)
    found = []
    for name, title in PAGE_FACETS.items():
        values = []
        labels = _LABELS.get(name, {})
        for term in counts[name].terms:
            told = expression(name, term.term)
            is_set = told in filters
            if term.count == total and not is_set:
                continue
            if is_set:
                leads = address + "".join([one for one in own if one != _parameter(told)])
            else:
                leads = base + _parameter(told)
            values.append(Value(labels.get(term.term, term.term), f"{term.count:,}", leads, is_set))
        shown = len(values) if len(values) <= _SHOWN + 1 else _SHOWN
        if values:
            found.append(Facet(name, title, tuple(values[:shown]), tuple(values[shown:])))
    return found


def chips(address: str, filters: tuple[str, ...]) -> list[Chip]:
    """The filters that are set; ``address`` is that of the search without any."""
    return [
        Chip(_told(told), address + "".join([_parameter(other) for other in filters if other != told]))
        for told in dict.fromkeys(filters)
    ]


@lru_cache(maxsize=1 << 12)
def expression(name: str, term: str) -> str:
    """The query that finds exactly the genes that a facet counts for a term."""
    return f'{name}:"{term.replace(chr(34), " ")}"'


@lru_cache(maxsize=1 << 12)
def _parameter(told: str) -> str:
    return f"&filter={quote_plus(told)}"


def _told(told: str) -> str:
    """A filter in words, where a facet set it."""
    match = _OF_A_FACET.fullmatch(told)
    if match is None or match[1] not in PAGE_FACETS:
        return told
    return f"{PAGE_FACETS[match[1]]}: {_LABELS.get(match[1], {}).get(match[2], match[2])}"
