"""How many of its words a plain query wants of a gene, as search.levels has it, asked of a cluster.

A search at each level tells how many genes hold so many of the words, and the greatest weight among them; the
genes that hold enough of that are a question again, of which no list is made.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.cluster import Cluster
from search.cluster_queries import Dsl
from search.cluster_sets import Sets, questions
from search.engines import Held
from search.levels import SOME

_TOP = 10
"""So many of the best are added up again: the cluster's sums are of 32 bits."""
_LEVELS = 8
"""So many levels are asked at once, the highest first."""
_ENUMERATED = 16
"""Of up to so many words all sums of weights are looked at."""
_WORD = "word "
"""Names begin so that are given to words."""
_ROUNDING = 1e-6
"""More than what a sum of 32 bits may be off, of the sum."""


def holding_most(
    cluster: Cluster, index: str, sets: Sets, holders: Sequence[Held], weights: Sequence[float], least: int
) -> Held:
    """``holders`` are as many as ``weights``, at least one."""
    words: list[dict[str, object]] = [
        {"filter": asked, "boost": weight} for asked, weight in zip(questions(holders), weights, strict=True)
    ]
    level, greatest = _reached(cluster, index, _named(words), weights, least)
    unnamed: list[Dsl] = [{"constant_score": word} for word in words]  # whoever asks for a set gives names
    found: Dsl = {"bool": {"should": unnamed, "minimum_should_match": level}}
    least_score = _between(weights, SOME * greatest)
    return sets.set_of({"function_score": {"query": found, "min_score": least_score}})


def _named(words: Sequence[dict[str, object]]) -> list[Dsl]:
    """Words of which an answer tells which a gene holds."""
    return [{"constant_score": {**word, "_name": f"{_WORD}{place}"}} for place, word in enumerate(words)]


def _reached(
    cluster: Cluster, index: str, words: Sequence[Dsl], weights: Sequence[float], least: int
) -> tuple[int, float]:
    """The level that enough genes reach, and the greatest weight among those."""
    for top in range(len(words), 0, -_LEVELS):
        asked = range(top, max(top - _LEVELS, 0), -1)
        bodies = [
            {
                "size": _TOP,
                "_source": False,
                "track_total_hits": max(least, 1),
                "query": {"bool": {"should": words, "minimum_should_match": level}},
            }
            for level in asked
        ]
        for level, answer in zip(asked, cluster.msearch(index, bodies), strict=True):
            if level == 1 or answer["hits"]["total"]["value"] >= least:
                hits = answer["hits"]["hits"]
                return level, max((_held(hit["matched_queries"], weights) for hit in hits), default=0.0)
    return 1, 0.0


def _held(names: Sequence[str], weights: Sequence[float]) -> float:
    """What some words weigh, added up in their order."""
    held = 0.0
    for place in sorted(int(name.removeprefix(_WORD)) for name in names if name.startswith(_WORD)):
        held += weights[place]
    return held


def _between(weights: Sequence[float], wanted: float) -> float:
    """A number such that the same sums of weights reach it, added up with 32 bits, that reach ``wanted``."""
    slightly_less = wanted * (1 - _ROUNDING)
    if len(weights) > _ENUMERATED:
        return slightly_less
    sums = np.zeros(1)
    for weight in weights:  # a sum is made in the order of the words
        sums = np.concatenate((sums, sums + weight))
    below, reaching = sums[sums < wanted], sums[sums >= wanted]
    if not len(below) or not len(reaching):
        return slightly_less
    return float((below.max() + reaching.min()) / 2)
