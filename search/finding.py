"""The text stage: the genes that hold a query's words, or enough of them, and those it names; in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh.query import Or, Query

from index.fields import BY_NAME
from search.binding import bind
from search.engines import Asking, Docs, Found, Held, Listed, contains
from search.evidence import weights_from
from search.levels import enough
from search.naming_in import STRONG, NamedGene, NamedRun, genes_named_in
from search.query import Parsed
from search.ranking import PAPERS, WINDOW, Naming, Ranked
from search.reviewing import Reviewer
from search.snapshot import Snapshot
from search.tree import asks_of_lines, render, words_of
from search.wanting import Wanted, names_as_leaves, relaxed

_NO_DOCS = np.zeros(0, np.int32)
_MOST_NAMES = 8
"""Names in a query that are met as names; more are a list, which is asked name by name."""
_MOST_NAMED = 50
"""Genes of a query's names that are looked at closely; others of a shared name are met by its words."""
_DEEP = 10_000
"""Before more genes are read it is counted whether there are so many."""
_CHOOSING = ("column", "number")
"""Kinds of field that choose genes; no words of theirs stand in a line."""


class Text(Struct, frozen=True):
    """What the text search found."""

    total: int
    ranked: Ranked
    """The best, as many as were wanted."""
    relaxed: bool
    reviewer: Reviewer
    leaves: list[Query]
    """The words of the query, each once; no values and numbers, which only choose genes."""
    holders: list[Held]
    """For each word, the genes that hold it."""
    named: int
    """How many of the genes that the query as a whole names are among the found."""
    inside: Mapping[int, NamedGene]
    """The genes that some of the words name, all among the found."""
    beside: Docs
    """Those of them that hold too few of the other words, ascending."""
    matched: Held
    """All that were found by the words, those ``beside`` left out."""
    scored: Callable[[Docs], Found]
    """Some of the found, ascending, with the scores that the engine gives them."""
    cut: tuple[str, ...] = ()
    """What there is to say of words of which not all was read."""
    plain: bool = True
    """Whether the query is nothing but words."""
    limited: frozenset[int] = frozenset()
    """The positions of the words for which not all lines count."""

    def held(self, doc: int, in_lines: int) -> frozenset[int]:
        """The positions of the words that a found gene holds; ``in_lines`` are those, as bits, that its lines
        hold which count."""
        if self.plain and not self.relaxed and not self._is_beside(doc):
            return frozenset(range(len(self.leaves)))
        return frozenset(
            [
                place
                for place, holders in enumerate(self.holders)
                if (in_lines >> place & 1 if place in self.limited else contains(holders, doc))
            ]
        )

    def missing(self, doc: int) -> tuple[str, ...]:
        """The words that a found gene does not hold."""
        if not self.relaxed and not self._is_beside(doc):
            return ()
        held = zip(self.leaves, self.holders, strict=True)
        return tuple(render(leaf) for leaf, holders in held if not contains(holders, doc))

    def _is_beside(self, doc: int) -> bool:
        place = int(self.beside.searchsorted(np.int32(doc)))
        return place < len(self.beside) and bool(self.beside[place] == doc)


def find(
    parsed: Parsed,
    first: Set[int],
    limit: int,
    snapshot: Snapshot,
    within: Held | None = None,
    asking: Asking | None = None,
    start: int = 0,
) -> Text:
    """The ``limit`` best of the genes that a query finds by its words, of those in ``within`` if that is
    given; ``first`` are the genes that the query as a whole names, ``asking`` what it was asked before.  Of
    the genes of an answer so many are not shown; where that are all, no more than WINDOW are read."""
    asking = snapshot.engine.asking() if asking is None else asking
    bound = None
    if not parsed.plain and asks_of_lines(parsed.tree):
        bound = bind(parsed.tree, asking, snapshot, within)
    leaves = words_of(parsed.tree) if bound is None else bound.leaves[: bound.words]
    holders = [asking.matching(leaf) for leaf in leaves] if bound is None else bound.holders[: bound.words]
    runs: list[NamedRun] = []
    if leaves:
        held = list(map(len, holders))
        runs = [
            run
            for run in genes_named_in(parsed.read_as, leaves, parsed.plain, snapshot.store, held)
            if run.sure
        ][:_MOST_NAMES]
    wanted = Wanted(parsed.tree if bound is None else bound.tree, None, leaves, holders)
    if parsed.plain:
        if runs:
            wanted = names_as_leaves(wanted, runs, asking, bool(first))
        wanted = relaxed(wanted, 1 if first else enough(snapshot.store.genes), snapshot.store.genes, asking)
    if first:
        runs = []  # the query as a whole says more
    if within is not None:  # afterwards, so that a filter only leaves out
        wanted = wanted._replace(within=within if wanted.within is None else within.both(wanted.within))
    told = [place for place, leaf in enumerate(wanted.leaves) if not _chooses(leaf)]
    leaves, holders = [wanted.leaves[place] for place in told], [wanted.holders[place] for place in told]
    if bound is None:
        weights = weights_from(list(map(len, holders)), snapshot.store.genes)
        reviewer = snapshot.reviewer(asking, leaves, weights)
    else:
        weights, reviewer = bound.weights, bound.reviewer
    if limit > _DEEP:
        total = asking.search(wanted.tree, 0, wanted.within).total
        if total + len(first) + _MOST_NAMED <= start:
            limit = WINDOW
    found = asking.search(wanted.tree, limit, wanted.within)
    if found.total and not leaves:
        found = _by_papers(asking, wanted, limit, snapshot)
    inside = _named(runs, within)
    named = asking.search(Or(leaves), len(inside), Listed(_ascending(inside))) if inside else None
    beside = _NO_DOCS
    if named is not None:
        inside = {doc: inside[doc] for doc in named.docs.tolist()}
        also = asking.search(wanted.tree, len(inside), _met(named.docs, wanted.within)).docs
        if parsed.plain:
            beside = np.setdiff1d(named.docs, also)
        else:
            inside = {doc: inside[doc] for doc in also.tolist()}
        found = _with_named(found, named, inside, len(beside))

    def covered(docs: Docs) -> NDArray[np.float64]:
        held = np.zeros(len(docs))
        for some, weight in zip(holders, weights, strict=True):
            held += weight * some.among(docs)
        return held / reviewer.total

    if bound is not None:
        leaves, holders = bound.leaves, bound.holders
    shares = {doc: _naming(one) for doc, one in inside.items()}
    some_lack = wanted.relaxed or len(beside) > 0
    return Text(
        total=found.total,
        ranked=snapshot.ranking.rerank(found, reviewer, shares, covered if some_lack else None),
        relaxed=wanted.relaxed,
        reviewer=reviewer,
        leaves=leaves,
        holders=holders,
        named=_how_many(first, found, asking, wanted),
        inside=inside,
        beside=beside,
        matched=_within(asking.matching(wanted.tree), wanted.within),
        scored=lambda docs: asking.search(wanted.tree, len(docs), Listed(docs)),
        cut=tuple(asking.cut),
        plain=parsed.plain,
        limited=frozenset() if bound is None else bound.limited,
    )


def _by_papers(asking: Asking, wanted: Wanted, limit: int, snapshot: Snapshot) -> Found:
    """Genes of which the query wants no word, as ``chromosome:16`` does: those with most papers first."""
    held = _within(asking.matching(wanted.tree), wanted.within)
    best = snapshot.tallying.first(held, _NO_DOCS, "-papers", limit)
    return Found(len(held), best, PAPERS * np.log1p(snapshot.facets.numbers["papers"][best]))


def _named(runs: Sequence[NamedRun], within: Held | None) -> dict[int, NamedGene]:
    """The genes that the query's words name, each as the likeliest."""
    found: dict[int, NamedGene] = {}
    for run in runs:
        for one in run.genes:
            doc = one.gene.doc
            if within is not None and not contains(within, doc):
                continue
            if doc not in found or found[doc].weight < one.weight:
                found[doc] = one
    strongest = sorted(found.items(), key=lambda named: -named[1].weight)
    return dict(strongest[:_MOST_NAMED])


def _naming(one: NamedGene) -> Naming:
    kind = one.gene.match.kind
    own = kind == "symbol" and one.weight > 1 / 2  # not so of a gene of another species
    return Naming(1.0 if own else one.weight, kind in STRONG)


def _with_named(found: Found, named: Found, inside: Mapping[int, NamedGene], beside: int) -> Found:
    """The named genes before the others, so that ranking looks at all of them."""
    some = np.isin(named.docs, _ascending(inside))
    others = ~np.isin(found.docs, named.docs[some])
    return Found(
        found.total + beside,
        np.concatenate((named.docs[some], found.docs[others])),
        np.concatenate((named.scores[some], found.scores[others])),
    )


def _how_many(first: Set[int], found: Found, asking: Asking, wanted: Wanted) -> int:
    """How many of some genes are among all that were found."""
    if not first:
        return 0
    if found.total == len(found.docs):
        return len(first & frozenset(found.docs.tolist()))
    return asking.search(wanted.tree, 0, _met(_ascending(first), wanted.within)).total


def _within(held: Held, within: Held | None) -> Held:
    return held if within is None else held.both(within)


def _met(docs: Docs, within: Held | None) -> Listed:
    """Of some genes those in ``within``."""
    ascending = np.sort(docs)
    return Listed(ascending if within is None else ascending[within.among(ascending)])


def _chooses(leaf: Query) -> bool:
    return leaf.fieldname in BY_NAME and BY_NAME[leaf.fieldname].kind in _CHOOSING


def _ascending(docs: Set[int] | Mapping[int, object]) -> Docs:
    return np.array(sorted(docs), np.int32)
