"""The order of the best: the same code for every engine.

    text     the engine's score × (1 + PAPERS ln(1 + papers)) × covered to the power of COVERED
    concept  idf × CONCEPT × how near the gene is to what the query names (search/concepts.py), or
             CALLED × how much of its own name the query is
    passage  idf × (PASSAGE × best + CITED × √cited)
    score    text + concept + passage + SHARED × top × shared + NAMED × (top or own) × named

``covered`` is the share of the query's weight that the words have which the gene holds, ``idf`` the query's
total inverse document frequency, ``best`` the strength of the gene's best line and ``cited`` that of its
best line with a paper behind it (search/evidence.py), ``own`` the first three together and ``top`` the
greatest of them, ``shared`` how much the gene has in common with the best (below), ``named`` 1 for a gene
that the query names, less where the name is shared (search/naming_in.py). A symbol counts by ``top``, so
that its gene is first; any other name by ``own``: STAT is an alias of SOAT1, which is not what is asked for
with "JAK-STAT signaling".

``shared`` is feedback along papers: of the BEST_SHARING best genes each says, by its score over the top
squared, that the genes near it by their papers (index/neighbours.py) belong to the answer too, by their
cosine to the power of FLATTENED; the sums are scaled to the greatest. That power is what moved most beyond
RANKING: a few papers in common say nearly as much as many.

docs/RANKING.md has what each part adds on each set, and what was tried without gain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.columns import members
from index.neighbours import Neighbours
from index.ontology import Ontology
from search.concepts import Concept, concepts_of, nearness
from search.engines import Docs, Found
from search.reviewing import Reviewer

WINDOW = 200
"""How many of the engine's best are looked at again."""
CLOSELY = 100
"""How many of these, by text and concept, are read line by line."""
PAPERS = 0.1
COVERED = 0.5
CONCEPT = 2.0
CALLED = 3.0
PASSAGE = 0.5
CITED = 0.3
SHARED = 0.3
BEST_SHARING = 20
FLATTENED = 0.2
NAMED = 1.0 + SHARED
"""So much that no gene can pass one whose symbol stands in the query."""

_TINY = float(np.finfo(float).tiny)

Floats = NDArray[np.float64]
Covered = Callable[[Docs], Floats]


class Naming(NamedTuple):
    """How a query names a gene inside."""

    share: float
    symbol: bool
    """By its symbol, or one that it had."""


class Parts(NamedTuple):
    """What the scores of the genes looked at closely are made of; ``docs`` ascending."""

    docs: Docs
    text: Floats
    concept: Floats
    passage: Floats
    shared: Floats
    named: Floats


class Ranked(NamedTuple):
    """Genes in their final order."""

    docs: NDArray[np.integer]
    scores: Floats
    parts: Parts | None = None
    concepts: tuple[Concept, ...] = ()


class Ranking:
    """What ranking needs of an index besides its engine; safe to share between threads."""

    def __init__(self, ontology: Ontology, neighbours: Neighbours) -> None:
        self._ontology = ontology
        self._neighbours = neighbours

    def rerank(
        self, found: Found, reviewer: Reviewer, named: Mapping[int, Naming], covered: Covered | None = None
    ) -> Ranked:
        """The engine's best WINDOW in their final order, the rest behind them as they were, with scores that
        are no higher than theirs.

        ``named`` are genes that the query names, ``covered`` tells how much
        of it genes hold; None where all hold all.
        """
        window = found.docs[:WINDOW]
        if not len(window) or not reviewer.total:
            return Ranked(found.docs, found.scores)
        place = window.argsort()
        top, text = window.take(place), found.scores.take(place)
        text = text * (1 + PAPERS * np.log1p(reviewer.papers(top)))
        if covered is not None:
            text = text * covered(top) ** COVERED
        concepts = self.concepts(reviewer)
        concept = reviewer.total * CONCEPT * nearness(self._ontology, concepts, top)
        first = text + concept
        always = np.isin(top, list(named)) * first.max() if named else 0.0
        closely, others = _halves(first + always, CLOSELY)
        parts = self._closely(top[closely], text[closely], concept[closely], named, reviewer)
        scores = parts.text + parts.concept + parts.passage + parts.shared + parts.named
        docs = np.concatenate((parts.docs, top[others]))
        scores = np.concatenate((scores, first[others]))
        order = (-scores).argsort(kind="stable")
        docs, scores = docs.take(order), scores.take(order)
        if len(found.docs) > WINDOW:
            behind = np.minimum(found.scores[WINDOW:], scores[-1])
            docs, scores = np.concatenate((docs, found.docs[WINDOW:])), np.concatenate((scores, behind))
        return Ranked(docs, scores, parts, tuple(concepts))

    def concepts(self, reviewer: Reviewer) -> list[Concept]:
        """The terms that the query names."""
        return concepts_of(self._ontology, reviewer.labelled())

    def _closely(
        self, docs: Docs, text: Floats, concept: Floats, named: Mapping[int, Naming], reviewer: Reviewer
    ) -> Parts:
        best, cited, called = reviewer.strengths(docs)
        concept = np.maximum(concept, reviewer.total * CALLED * called)
        passage = reviewer.total * (PASSAGE * best + CITED * np.sqrt(cited))
        own = text + concept + passage
        top = float(own.max())
        by_name = np.zeros(len(docs))
        for doc, naming in named.items():
            place = int(docs.searchsorted(doc))
            if place < len(docs) and docs[place] == doc:
                by_name[place] = NAMED * naming.share * (top if naming.symbol else own[place])
        shared = SHARED * top * self.shared(docs, own) if top > 0 else np.zeros(len(docs))
        return Parts(docs, text, concept, passage, shared, by_name)

    def shared(self, docs: Docs, scores: Floats) -> Floats:
        """How much each gene has in common with the best of them: 0 to 1."""
        near = self._neighbours
        best = (-scores).argsort(kind="stable")[:BEST_SHARING]
        at, lengths = members(near.starts, docs[best])
        says = ((scores[best] / scores[best[0]]) ** 2).repeat(lengths) * near.cosines.take(at) ** FLATTENED
        table = np.zeros(near.documents, np.uint16)
        table[docs] = np.arange(1, len(docs) + 1)
        shared = np.bincount(table.take(near.genes.take(at)), says, minlength=len(docs) + 1)[1:]
        greatest = max(float(shared.max()), _TINY)
        return np.asarray(shared / greatest, np.float64)


def _halves(scores: Floats, many: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of the ``many`` greatest and of the others, both ascending; equal ones by their place."""
    if len(scores) <= many:
        return np.arange(len(scores)), np.zeros(0, np.intp)
    order = (-scores).argsort(kind="stable")
    return np.sort(order[:many]), np.sort(order[many:])
