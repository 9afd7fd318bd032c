"""Search without an index, as Genelight's own engine scores: the last word on order and score.

This is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004;
length normalised by field as in Zaragoza et al., "Microsoft Cambridge at TREC-13", 2004).  A leaf of the
logical tree is one pseudo-term, whatever its fields, spellings and forms:

    t = sum over fields f of  weight_f * tf_f / (1 - b + b * length_f / average_f),  rounded to 32 bits
    score(leaf) = ln(1 + (N - df + 0.5) / (df + 0.5)) * (k1 + 1) * t / (k1 + t)

df documents of N have t > 0; a length is in terms (corpus.py), the average over the documents that have the
field.  What is known beside the engine counts its weight once and has no length.  AND and OR add up
what matches, NOT adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import log

import numpy as np
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from search.engines import Known
from search.expand import Beside, expand
from search.patterns import is_near, is_pattern, matcher, occurrences
from tests.contract.corpus import Corpus, in_a_row

B = 0.2
K1 = 1.5

Scores = dict[int, float]


class Bm25f:
    """A corpus, to be asked logical trees."""

    def __init__(self, corpus: Corpus, beside: Beside) -> None:
        self.count = len(corpus.documents)
        self._corpus = corpus
        self._beside = beside
        self._lengths = {
            stream: {number: counts.total() for number, counts in held.items() if counts}
            for stream, held in corpus.counts.items()
        }
        self._average = {
            stream: sum(held.values()) / len(held) for stream, held in self._lengths.items() if held
        }

    def scores(self, tree: Query) -> Scores:
        """Every document that matches, with its score."""
        if tree is NullQuery:
            return {}
        if isinstance(tree, Not):
            out = self.scores(tree.query)
            return {number: 0.0 for number in range(self.count) if number not in out}
        if not isinstance(tree, (And, Or)):
            return self._leaf(tree)
        parts = [self.scores(part) for part in tree.subqueries]
        among = (set.intersection if isinstance(tree, And) else set.union)(*map(set, parts))
        return {number: sum(part.get(number, 0.0) for part in parts) for number in among}

    def _leaf(self, leaf: Query) -> Scores:
        weights: dict[int, float] = {}
        for part in dict.fromkeys(_parts(expand(leaf, self._beside))):
            for number, weight in self._weights(part):
                weights[number] = weights.get(number, 0.0) + weight
        idf = log(1 + (self.count - len(weights) + 0.5) / (len(weights) + 0.5))
        rounded = {number: float(np.float32(weight)) for number, weight in weights.items()}
        return {number: idf * (K1 + 1) * t / (K1 + t) for number, t in rounded.items()}

    def _weights(self, part: Query) -> Iterator[tuple[int, float]]:
        """What one form in one stream adds to each document that it stands in."""
        if isinstance(part, Known):
            yield from ((number, part.weight) for number in part.docs.tolist())
            return
        stream = part.fieldname
        for number, length in self._lengths.get(stream, {}).items():
            if tf := self._frequency(part, number):
                yield number, part.boost * tf / (1 - B + B * length / self._average[stream])

    def _frequency(self, part: Query, number: int) -> int:
        counts = self._corpus.counts[part.fieldname][number]
        if isinstance(part, Term):
            return counts[part.text]
        if is_pattern(part):
            return sum(counts[word] for word in self._meeting(part) & counts.keys())
        if not all(word in counts for word in part.words):
            return 0
        lines = self._corpus.lines[part.fieldname][number]
        if is_near(part):
            return sum(len(occurrences(line, part)) for line in lines)
        return sum(in_a_row(part.words, line) for line in lines)

    @cache  # noqa: B019  it lives as long as its tests
    def _meeting(self, pattern: Query) -> frozenset[str]:
        _, meets = matcher(pattern)
        return frozenset(filter(meets, self._corpus.vocabulary(pattern.fieldname)))


def _parts(physical: Query) -> Iterator[Query]:
    """The leaves of a physical Or, nested or not."""
    if isinstance(physical, Or):
        for part in physical.subqueries:
            yield from _parts(part)
    elif isinstance(physical, (Term, Phrase, Known)) or is_pattern(physical):
        yield physical
