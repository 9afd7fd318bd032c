"""Search in the columnar index: exact, every leaf read whole.

    score(leaf) = idf × (K1 + 1) t / (K1 + t)         t: the leaf's weight in the gene (index/columnar.py)
    idf = ln(1 + (genes - met + 0.5) / (met + 0.5))
    score(Or)  = sum over the parts that match
    score(And) = sum over the parts, all of which match; a NOT among them only excludes
    score(Not) = 0

This is BM25F as Robertson, Zaragoza and Taylor have it ("Simple BM25 extension to multiple weighted
fields", CIKM 2004): fields are weighted before they are saturated.  Weights are of 32 bits, scores of 64.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import And, Not, NullQuery, Or, Query

from index.columns import among
from search.columnar import Columnar
from search.engines import Docs, Found, Held, Listed, Scores
from search.leaves import Leaves
from search.levels import holding_most
from search.met import Met
from search.words import ColumnWords

K1 = 1.5
_SAMPLED = 4096
"""From so many scores on the best are looked for above a threshold that a sample of them suggests."""
_EVERY = 16
"""Of so many scores one is in the sample."""
_FEW = 512
"""Up to so many genes each is looked for in a list; more are looked up in a table of all genes."""
_DENSE = 8
"""From so many-th part of all genes on, adding up over all genes is quicker than sorting those met."""
_NO_DOCS = np.zeros(0, np.int32)


class _Scored(NamedTuple):
    docs: Docs
    scores: Scores


class ColumnarEngine:
    """A published generation's columnar index, read only; safe to share between threads."""

    def __init__(self, columnar: Columnar, leaves: Leaves) -> None:
        self._columnar = columnar
        self._leaves = leaves
        self.words = ColumnWords(columnar)

    def asking(self) -> ColumnarAsking:
        return ColumnarAsking(self._columnar.documents, self._leaves.for_a_request())

    def close(self) -> None:
        """The maps go with their last user."""


class ColumnarAsking:
    """One request."""

    def __init__(self, documents: int, leaves: Leaves) -> None:
        self._documents = documents
        self.leaves = leaves
        self._met: dict[int, tuple[Query, Met]] = {}
        """By the identity of the leaf, which is kept with it."""
        self._kept: dict[int, tuple[Query, _Scored]] = {}
        """The same of several words: a request asks how many genes hold them before it asks for the best."""

    @property
    def cut(self) -> Sequence[str]:
        return list(self.leaves.cut.values())

    def matching(self, query: Query) -> Listed:
        return Listed(self._matching(query))

    def holding_most(self, holders: Sequence[Held], weights: Sequence[float], least: int) -> Listed:
        return Listed(holding_most([held.docs for held in holders], weights, least))

    def search(self, query: Query, limit: int, within: Held | None = None) -> Found:
        return self._search(query, limit, None if within is None else within.docs)

    def _matching(self, query: Query) -> Docs:
        if query is NullQuery:
            return _NO_DOCS
        if isinstance(query, (And, Or, Not)):
            return self._scored(query).docs
        return self._leaf(query).docs

    def _search(self, query: Query, limit: int, within: Docs | None) -> Found:
        if query is NullQuery:
            return Found(0, _NO_DOCS, np.zeros(0))
        if within is None and not isinstance(query, (And, Or, Not)):
            met = self._leaf(query)
            best = _best(met.weights, limit)
            return Found(len(met.docs), met.docs[best], self._scores(met.weights[best], len(met.docs)))
        if within is not None and self._is_quicker_within(query, within):
            docs, scores = self._any_within(query.subqueries, within)
        else:
            docs, scores = self._scored(query)
            if within is not None:
                some = among(docs, within)
                docs, scores = docs[some], scores[some]
        best = _best(scores, limit)
        return Found(len(docs), docs[best], scores[best])

    def _leaf(self, leaf: Query) -> Met:
        known = self._met.get(id(leaf))
        if known is None:
            known = self._met[id(leaf)] = leaf, self.leaves.meet(leaf)
        return known[1]

    def _scores(self, weights: np.ndarray, met: int) -> Scores:
        exact = weights.astype(np.float64)
        idf = log(1 + (self._documents - met + 0.5) / (met + 0.5))
        return idf * (K1 + 1) * exact / (K1 + exact)

    def _scored(self, query: Query) -> _Scored:
        if query is NullQuery:
            return _Scored(_NO_DOCS, np.zeros(0))
        if isinstance(query, (And, Or)):
            known = self._kept.get(id(query))
            if known is None:
                every = isinstance(query, And)
                parts = query.subqueries
                found = self._all(parts) if every else self._any([self._scored(part) for part in parts])
                known = self._kept[id(query)] = query, found
            return known[1]
        if isinstance(query, Not):
            return self._without(self._everything(), [query.query])
        met = self._leaf(query)
        return _Scored(met.docs, self._scores(met.weights, len(met.docs)))

    def _everything(self) -> _Scored:
        return _Scored(np.arange(self._documents, dtype=np.int32), np.zeros(self._documents))

    def _any(self, parts: Sequence[_Scored]) -> _Scored:
        if sum(len(part.docs) for part in parts) * _DENSE > self._documents:
            held, added = np.zeros(self._documents, np.bool_), np.zeros(self._documents)
            for part in parts:
                held[part.docs] = True
                added[part.docs] += part.scores
            every = held.nonzero()[0].astype(np.int32)
            return _Scored(every, added[every])
        docs = np.concatenate([part.docs for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        order = docs.argsort(kind="stable")
        docs = docs[order]
        first = np.ones(len(docs), np.bool_)
        np.not_equal(docs[1:], docs[:-1], out=first[1:])
        return _Scored(
            docs[first], np.bincount(first.cumsum() - 1, scores[order]).astype(np.float64, copy=False)
        )

    def _is_quicker_within(self, query: Query, within: Docs) -> bool:
        """Whether of any of some leaves only the genes ``within`` are to be scored."""
        return (
            isinstance(query, Or)
            and id(query) not in self._kept
            and len(within) * _DENSE < self._documents
            and not any(isinstance(part, (And, Or, Not)) or part is NullQuery for part in query.subqueries)
        )

    def _any_within(self, parts: Sequence[Query], within: Docs) -> _Scored:
        scores = np.zeros(len(within))
        held = np.zeros(len(within), np.bool_)
        for part in parts:
            met = self._leaf(part)
            weights = self._weights(met, within)
            held |= weights != 0
            scores += self._scores(weights, len(met.docs))
        return _Scored(within, scores) if held.all() else _Scored(within[held], scores[held])

    def _all(self, parts: Sequence[Query]) -> _Scored:
        """The leaves first, without scoring what some other leaf leaves out."""
        excluded = [part.query for part in parts if isinstance(part, Not)]
        nested = [part for part in parts if isinstance(part, (And, Or)) or part is NullQuery]
        leaves = [
            self._leaf(part)
            for part in parts
            if not isinstance(part, (And, Or, Not)) and part is not NullQuery
        ]
        found = self._all_leaves(leaves) if leaves else None
        for part in nested:
            scored = self._scored(part)
            if found is None:
                found = scored
            else:
                some = among(found.docs, scored.docs)
                docs = found.docs[some]
                added = found.scores[some] + scored.scores[scored.docs.searchsorted(docs)]
                found = _Scored(docs, added)
        if found is None:
            found = self._everything()
        return self._without(found, excluded) if excluded else found

    def _all_leaves(self, leaves: Sequence[Met]) -> _Scored:
        """From the rarest to the most frequent, so that what is left is soon little."""
        ordered = sorted(range(len(leaves)), key=lambda place: len(leaves[place].docs))
        docs, first = leaves[ordered[0]]
        found = {ordered[0]: first}
        for place in ordered[1:]:
            weights = self._weights(leaves[place], docs)
            met = (weights != 0).nonzero()[0]
            if len(met) < len(docs):
                docs, weights = docs[met], weights[met]
                found = {before: kept[met] for before, kept in found.items()}
            found[place] = weights
        scores = np.zeros(len(docs))
        for place, leaf in enumerate(leaves):
            scores += self._scores(found[place], len(leaf.docs))
        return _Scored(docs, scores)

    def _weights(self, met: Met, docs: Docs) -> NDArray[np.float32]:
        """A leaf's weight in each of some genes, 0 where it is not met."""
        if len(docs) > _FEW:
            table = np.zeros(self._documents, np.float32)
            table[met.docs] = met.weights
            return table[docs]
        if not len(met.docs):
            return np.zeros(len(docs), np.float32)
        places = met.docs.searchsorted(docs)
        places[places == len(met.docs)] = 0
        weights = met.weights[places]
        weights[met.docs[places] != docs] = 0
        return weights

    def _without(self, found: _Scored, excluded: Sequence[Query]) -> _Scored:
        docs, scores = found
        for part in excluded:
            some = ~among(docs, self._matching(part))
            docs, scores = docs[some], scores[some]
        return _Scored(docs, scores)


def _best(scores: NDArray[np.floating], limit: int) -> NDArray[np.int64]:
    """Where the ``limit`` greatest stand, the greatest first, equal ones in their order."""
    count = len(scores)
    if limit <= 0:
        return np.zeros(0, np.int64)
    if count <= limit:
        return (-scores).argsort(kind="stable")
    candidates = None
    if count >= _SAMPLED:
        sample = scores[::_EVERY]
        place = len(sample) - min(len(sample), 2 * (limit // _EVERY) + 8)
        threshold = np.partition(sample, place)[place]
        candidates = (scores >= threshold).nonzero()[0]
        if len(candidates) < limit:
            candidates = None
    if candidates is None:
        candidates = np.arange(count)
    some = scores[candidates]
    if len(some) > limit:
        place = len(some) - limit
        kept = (some >= np.partition(some, place)[place]).nonzero()[0]
        candidates, some = candidates[kept], some[kept]
    return candidates[(-some).argsort(kind="stable")[:limit]]
