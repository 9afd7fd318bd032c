"""How answers are scored, and how sure a mean of scores is.

Errors are bootstrap standard errors: the spread of the mean over resampled questions (Efron, Tibshirani: An
Introduction to the Bootstrap, 1993). Two measurements of the same questions are compared by the mean of
their differences, which is far surer than the difference of their means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2

import numpy as np
from msgspec import Struct

from benchmarks.relevance_sets import Case, Measure

TOP = 10
RESAMPLES = 1000
HALVES = ("even", "odd", "all")


class Answer(Struct, frozen=True):
    """Gene ids, the best first."""

    hits: Sequence[str]
    owners: Sequence[str] | None = None
    """The genes that are told to share the name; None where an engine has no such thing."""
    suggested: Sequence[str] | None = None
    """None where an engine has no suggestions: its hits count instead."""


class Mean(Struct, frozen=True):
    value: float
    error: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f}" if self.count else "–"


def ndcg(hits: Sequence[str], wanted: Sequence[str]) -> float:
    """nDCG at ten with relevance 0 or 1 (Järvelin, Kekäläinen 2002); the ideal has all ten places filled
    that members can fill."""
    known = set(wanted)
    gained = sum(1 / log2(place + 2) for place, one in enumerate(hits[:TOP]) if one in known)
    return gained / sum(1 / log2(place + 2) for place in range(min(TOP, len(known))))


def _first(answer: Answer, case: Case) -> float:
    return float(bool(answer.hits) and answer.hits[0] in case.wanted)


def _owners(answer: Answer, case: Case) -> float:
    """All of the name's genes come first, in any order, and are told to share it."""
    wanted = set(case.wanted)
    told = answer.owners is None or wanted <= set(answer.owners)
    return float(told and set(answer.hits[: len(wanted)]) == wanted)


def _suggested(answer: Answer, case: Case) -> float:
    offered = answer.hits if answer.suggested is None else answer.suggested
    return float(case.wanted[0] in offered[:TOP])


def _ndcg(answer: Answer, case: Case) -> float:
    return ndcg(answer.hits, case.wanted)


SCORES: Mapping[Measure, Callable[[Answer, Case], float]] = {
    "first": _first,
    "owners": _owners,
    "suggested": _suggested,
    "ndcg": _ndcg,
}


def mean(scores: Sequence[float], seed: int = 1) -> Mean:
    """With its bootstrap standard error. Equal scores are drawn together, so 40,000 cost no more than 40."""
    if not scores:
        return Mean(0.0, 0.0, 0)
    values, counts = np.unique(np.array(scores), return_counts=True)
    total = len(scores)
    drawn = np.random.default_rng(seed).multinomial(total, counts / total, RESAMPLES)
    return Mean(float(np.mean(scores)), float(np.std(drawn @ values / total)), total)


def halves(scores: Mapping[int, float]) -> tuple[Mean, Mean, Mean]:
    """Of the even-numbered lines, the odd-numbered and all."""
    even = [score for line, score in scores.items() if line % 2 == 0]
    odd = [score for line, score in scores.items() if line % 2]
    return mean(even), mean(odd), mean([*scores.values()])
