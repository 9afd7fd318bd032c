"""Which genes of an answer stand on a page, in which order, with which scores."""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from search.engines import Docs
from search.finding import Text
from search.ranking import Ranked
from search.request import SearchRequest
from search.snapshot import Snapshot
from search.sorting import RELEVANCE

Places = list[tuple[int, float]]
"""Genes by their documents' numbers, each with its score."""


def placed(
    request: SearchRequest, named: Set[int], text: Text, snapshot: Snapshot
) -> tuple[Places, float | None]:
    """The genes of the page that is asked for, and the best score of all; ``named`` are those that the query
    names, the strongest first."""
    wanted = request.start + request.size
    best = float(text.ranked.scores[0]) if len(text.ranked.scores) else 0.0
    first = [(doc, best + len(named) - place) for place, doc in enumerate(named)]
    greatest = first[0][1] if first else best if len(text.ranked.docs) else None
    if request.sort == RELEVANCE:
        places = first + _behind(named, text.ranked, wanted)
        return places[request.start : wanted], greatest
    if request.start >= text.total + len(named):
        return [], greatest
    found = snapshot.tallying.first(text.matched, besides(named, text), request.sort, wanted)
    page = found[request.start :]
    scores = dict(text.scored(np.sort(page)).top)
    scores.update(zip(text.ranked.docs.tolist(), text.ranked.scores.tolist(), strict=True))
    scores.update(first)
    return [(doc, scores.get(doc, 0.0)) for doc in page.tolist()], greatest


def besides(named: Iterable[int], text: Text) -> Docs:
    """The genes of the answer that need not be among those that hold the words, ascending."""
    return np.union1d(text.beside, np.array(sorted(named), np.int32)).astype(np.int32)


def _behind(named: Set[int], ranked: Ranked, wanted: int) -> Places:
    """The first of the ranked, as many as may be wanted, without those that are named."""
    some = wanted + len(named)
    places = zip(ranked.docs[:some].tolist(), ranked.scores[:some].tolist(), strict=True)
    return [(doc, score) for doc, score in places if doc not in named]
