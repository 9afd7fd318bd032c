"""Search without an index, as the Whoosh engine scores: every document is read, every score computed from
the formula.

A word or phrase scores, in each stream it stands in (corpus.py),

    boost * idf * tf (k1 + 1) / (tf + k1 (1 - b + b * length / average))
    idf = 1 + ln(documents / (1 + documents with the word in the stream))

where the average is over all documents, those without the field too (this is
``whoosh.scoring.bm25``).  A phrase scores as the sum of its words where they stand in
a row in one line, words near each other likewise, a pattern as the sum of the words that meet it.  AND and OR
add up what matches, NOT adds nothing.  Documents known beside the engine have one score for all,

    weight * ln(1 + (documents - found + 0.5) / (found + 0.5))

``length`` is what the engine remembers of a document's length: Whoosh keeps one byte,
which is exact up to ten words and rounds up above; the average is taken before that.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from whoosh.query import And, Not, NullQuery, Or, Query, Term
from whoosh.util.numeric import byte_to_length, length_to_byte

from search.engines import Known
from search.engines.whoosh_engine import K1, B
from search.expand import Beside, expand
from search.patterns import is_near, is_pattern, matcher, occurrences
from tests.contract.corpus import Corpus, in_a_row

Scores = dict[int, float]


class Exhaustive:
    """A corpus, to be asked logical trees."""

    def __init__(self, corpus: Corpus, beside: Beside) -> None:
        self.count = len(corpus.documents)
        self._corpus = corpus
        self._beside = beside
        self._average = {
            stream: sum(counts.total() for counts in held.values()) / self.count
            for stream, held in corpus.counts.items()
        }
        self._known: dict[tuple[str, str], Scores] = {}

    def scores(self, tree: Query) -> Scores:
        """Every document that matches, with its score."""
        return self._scores(expand(tree, self._beside))

    def _scores(self, tree: Query) -> Scores:
        if tree is NullQuery:
            return {}
        if isinstance(tree, And):
            found = [self._scores(child) for child in tree.subqueries]
            both = set.intersection(*(set(scores) for scores in found))
            return {number: sum(scores[number] for scores in found) for number in both}
        if isinstance(tree, Or):
            return _added(self._scores(child) for child in tree.subqueries)
        if isinstance(tree, Not):
            out = self._scores(tree.query)
            return {number: 0.0 for number in range(self.count) if number not in out}
        if isinstance(tree, Known):
            met = len(tree.docs)
            return dict.fromkeys(
                tree.docs.tolist(), tree.weight * log(1 + (self.count - met + 0.5) / (met + 0.5))
            )
        stream = tree.fieldname
        if is_pattern(tree):
            _, meets = matcher(tree)
            words = [word for word in self._corpus.vocabulary(stream) if meets(word)]
            found_words = _added(self._word(stream, word) for word in words)
            return {number: tree.boost * score for number, score in found_words.items()}
        words = [tree.text] if isinstance(tree, Term) else tree.words
        return {
            number: tree.boost * sum(self._word(stream, word)[number] for word in words)
            for number in self._standing(tree, words)
        }

    def _word(self, stream: str, word: str) -> Scores:
        """The score of a word in each document that holds it, before any boost."""
        known = self._known.get((stream, word))
        if known is None:
            counts = self._corpus.counts.get(stream, {})
            held = {number: words for number, words in counts.items() if word in words}
            idf = 1 + log(self.count / (1 + len(held)))
            known = {}
            for number, words in held.items():
                ratio = byte_to_length(length_to_byte(words.total())) / self._average[stream]
                tf = words[word]
                known[number] = idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * ratio))
            self._known[stream, word] = known
        return known

    def _standing(self, leaf: Query, words: list[str]) -> list[int]:
        """The documents in which the words stand in a row, or near each other, in one line."""
        stream = leaf.fieldname
        holders = set.intersection(*(set(self._word(stream, word)) for word in words))
        if len(words) == 1:
            return list(holders)
        lines = self._corpus.lines.get(stream, {})
        holds = occurrences if is_near(leaf) else lambda line, leaf: in_a_row(leaf.words, line)
        return [number for number in holders if any(holds(line, leaf) for line in lines[number])]


def _added(parts: Iterable[Scores]) -> Scores:
    added: Scores = {}
    for scores in parts:
        for number, score in scores.items():
            added[number] = added.get(number, 0.0) + score
    return added
