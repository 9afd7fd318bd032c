"""Search in an OpenSearch cluster: the same genes as in a columnar index, in nearly its order.

How a tree is asked, and what it scores, is told in search/cluster_queries.py.  Equal scores are in document
order.  Several patterns are cut as they are in a columnar index (search/bounds.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from whoosh.query import And, Not, NullQuery, Or, Query

from index.cluster import Cluster
from index.cluster_layout import Place
from search.cluster_levels import holding_most
from search.cluster_pages import pages
from search.cluster_queries import (
    MOST_CLAUSES,
    NAMED_WORDS,
    WORDS,
    Dsl,
    Part,
    Translation,
    all_of,
    best_of,
    clauses,
    idf,
    listed,
    matching_any,
    scored_leaves,
    scored_tree,
    tree_of,
    width,
)
from search.cluster_sets import ClusterHeld, Counts, Sets, questions
from search.cluster_words import ClusterWords
from search.engines import Found, Held, Known, Listed
from search.expand import Beside

_ROOM = MOST_CLAUSES // 2
"""For what a search is limited to."""
_COUNTED_EVERYWHERE = {"search_type": "dfs_query_then_fetch"}
"""How often a word is met is counted over all shards."""
_STREAMS = (WORDS, NAMED_WORDS)
_NO_DOCS = np.zeros(0, np.int32)


class OpenSearchEngine:
    """A published generation in a cluster; safe to share between threads.

    Any question raises what index.cluster.Cluster does.
    """

    def __init__(
        self, cluster: Cluster, place: Place, beside: Beside, words: ClusterWords, genes: int
    ) -> None:
        self.words = words
        self._cluster = cluster
        self._index = place.genes
        self._translation = Translation(beside, words, genes)
        self._genes = genes
        self._counts = Counts()
        self._filled: Mapping[str, int] | None = None

    def asking(self) -> OpenSearchAsking:
        sets = Sets(self._cluster, self._index, self._genes, self._counts)
        if self._filled is None:  # several may ask at first, and get the same
            counted = sets.counts([{"exists": {"field": stream}} for stream in _STREAMS])
            self._filled = dict(zip(_STREAMS, counted, strict=True))
        return OpenSearchAsking(
            self._cluster, self._index, self._translation, sets, self._genes, self._filled
        )

    def close(self) -> None:
        """The cluster is its opener's."""


class OpenSearchAsking:
    """One request."""

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        translation: Translation,
        sets: Sets,
        genes: int,
        filled: Mapping[str, int],
    ) -> None:
        self._cluster, self._index, self._genes = cluster, index, genes
        self._translation = translation
        self._sets = sets
        self._filled = filled
        self._parts: dict[int, tuple[Query, list[Part]]] = {}
        """By the identity of the leaf, which is kept with it."""
        self._held: dict[int, tuple[Query, ClusterHeld]] = {}

    @property
    def cut(self) -> Sequence[str]:
        told = {repr(leaf): self._translation.cut(leaf) for leaf, _ in self._parts.values()}
        return [one for one in told.values() if one is not None]

    def matching(self, query: Query) -> Held:
        if query is NullQuery:
            return Listed(_NO_DOCS)
        if isinstance(query, Known):
            return Listed(query.docs)
        known = self._held.get(id(query))
        if known is None:
            known = self._held[id(query)] = query, self._sets.set_of(self._fitting(query))
        return known[1]

    def holding_most(self, holders: Sequence[Held], weights: Sequence[float], least: int) -> Held:
        return holding_most(self._cluster, self._index, self._sets, holders, weights, least)

    def search(self, query: Query, limit: int, within: Held | None = None) -> Found:
        if query is NullQuery or (isinstance(within, Listed) and not len(within)):
            return Found(0, _NO_DOCS, np.zeros(0))
        if limit <= 0:
            limits = [] if within is None else questions([within], _ROOM)
            asked = all_of([self._fitting(query, clauses(limits)), *limits])
            return Found(self._sets.counts([asked])[0], _NO_DOCS, np.zeros(0))
        found = self._best(self._scored(query, within), limit)
        self._sets.met_best(found.docs)
        return found

    def _matching(self, leaf: Query) -> Dsl:
        return matching_any(self._parts_of(leaf))

    def _parts_of(self, leaf: Query) -> list[Part]:
        known = self._parts.get(id(leaf))
        if known is None:
            known = self._parts[id(leaf)] = leaf, self._translation.parts(leaf)
        return known[1]

    def _fitting(self, query: Query, beside: int = 0) -> Dsl:
        """What matches; leaves that are asked of many fields stand as lists of genes where the cluster would
        not take them all, with what is asked ``beside`` them."""
        leaves = _every_leaf(query)
        widths = {id(leaf): sum(map(width, self._parts_of(leaf))) for leaf in leaves}
        asked = beside + sum(widths[id(leaf)] for leaf in leaves)
        for leaf in sorted(leaves, key=lambda leaf: -widths[id(leaf)]):
            if asked <= MOST_CLAUSES:
                break
            if widths[id(leaf)] > 1:
                part = self._listed(leaf)
                self._parts[id(leaf)] = leaf, [part]
                asked -= widths[id(leaf)] - width(part)
        return tree_of(query, self._matching)

    def _listed(self, leaf: Query) -> Part:
        docs = self._sets.numbers(self._matching(leaf))
        weight = max(part.weight for part in self._parts_of(leaf))
        return Part(listed(docs, self._genes), weight)

    def _scored(self, query: Query, within: Held | None) -> Dsl:
        limits = [] if within is None else questions([within], _ROOM)
        self._fitting(query, clauses(limits))
        leaves = {id(leaf): leaf for leaf in scored_leaves(query)}
        counts = self._sets.counts([self._matching(leaf) for leaf in leaves.values()])
        weights = {key: idf(count, self._genes) for key, count in zip(leaves, counts, strict=True)}

        def scored(leaf: Query) -> Dsl:
            of_leaf = weights[id(leaf)]
            return best_of(
                [self._translation.scored(part, of_leaf, self._filled) for part in self._parts_of(leaf)]
            )

        asked = scored_tree(query, self._matching, scored)
        return {"bool": {"must": [asked], "filter": limits}} if limits else asked

    def _best(self, query: Dsl, limit: int) -> Found:
        asked: Dsl = {"query": query, "sort": [{"_score": "desc"}, {"n": "asc"}]}
        read = pages(self._cluster, self._index, asked, limit, _COUNTED_EVERYWHERE)
        return Found(read.total, read.docs, read.values)


def _every_leaf(query: Query) -> list[Query]:
    if isinstance(query, Not):
        return _every_leaf(query.query)
    if isinstance(query, (And, Or)):
        return [leaf for part in query.subqueries for leaf in _every_leaf(part)]
    return [] if query is NullQuery else [query]
