"""The terms of the Gene Ontology that a query names, and how near genes are to them.

A query may be the name of a concept: "Notch signaling pathway" is a label of one term.  A label says

    share² × (words / width)²

of the query: ``share`` of the query's weight that its words have, ``words`` how many of the query's words it
holds out of its ``width``.  A term says as much as its best label, and a gene at or under some of the BEST
terms as much as the best of these.  RANKING has the same with the label's inverse document frequency in the
place of its number of words; the latter ranked as well, and needs no second statistic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ontology import Ontology
from search.engines import Docs

BEST = 20
"""So many terms are looked at; a query means few."""
_FAR = 0.05
"""A label whose words have less than this part of the best label's share is left out before it is weighed:
what it would add could not be seen."""


class Labelled(NamedTuple):
    """The labels of the ontology that hold any of a query's words."""

    labels: NDArray[np.integer]
    shares: NDArray[np.float64]
    """Of each, the share of the query's weight, squared, that its words have."""
    words: NDArray[np.integer]
    """Of each, how many of the query's words it holds."""


class Concept(NamedTuple):
    """A term that a query names."""

    term: int
    label: int
    """The one that says most of it."""
    strength: float
    """0 to 1."""


def concepts_of(ontology: Ontology, labelled: Labelled) -> list[Concept]:
    """The BEST terms, the best first."""
    labels, shares, words = labelled
    if not len(labels):
        return []
    near = (shares >= _FAR * shares.max()).nonzero()[0]
    labels, shares = labels[near], shares[near]
    part = np.minimum(words[near] / ontology.widths(labels), 1.0)
    strengths = shares * part * part
    if len(strengths) > 8 * BEST:
        place = len(strengths) - 8 * BEST
        kept = (strengths >= np.partition(strengths, place)[place]).nonzero()[0]
        labels, strengths = labels[kept], strengths[kept]
    order = (-strengths).argsort(kind="stable")
    found: dict[int, Concept] = {}
    for term, place in zip(ontology.terms_of(labels[order]).tolist(), order.tolist(), strict=True):
        if len(found) == BEST:
            break
        found.setdefault(term, Concept(term, int(labels[place]), float(strengths[place])))
    return list(found.values())


def nearness(ontology: Ontology, concepts: Sequence[Concept], docs: Docs) -> NDArray[np.float64]:
    """Of each of some genes the strength of the strongest concept that it is at or under, 0 for none."""
    if not concepts:
        return np.zeros(len(docs))
    table = np.zeros(max(ontology.genes, int(docs.max(initial=-1)) + 1), np.uint16)
    weakest_first = concepts[::-1]  # stronger ones are written over weaker ones
    terms = np.array([concept.term for concept in weakest_first])
    strengths = np.array([0.0, *[concept.strength for concept in weakest_first]])
    table[ontology.members(terms)] = np.arange(1, len(strengths), dtype=np.uint16).repeat(
        ontology.sizes[terms]
    )
    return strengths.take(table.take(docs))
