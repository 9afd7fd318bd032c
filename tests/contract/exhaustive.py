"""Search without an index: every document is read, every score computed from the formula.

A stream is the terms of one field, its lines apart; a prose field has a second one of
stems.  A word or phrase scores, in each stream it stands in,

    boost * idf * tf (k1 + 1) / (tf + k1 (1 - b + b * length / average))
    idf = 1 + ln(documents / (1 + documents with the word in the stream))

where the average is over all documents, those without the field too (this is
``whoosh.scoring.bm25``).  A phrase scores as the sum of its words where they stand in
a row in one line.  AND and OR add up what matches, NOT adds nothing.

``length`` is what the engine remembers of a document's length: Whoosh keeps one byte,
which is exact up to ten words and rounds up above; the average is taken before that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from whoosh.query import And, Not, NullQuery, Or, Query, Term

from index.analysis import fold_keyword, stem, terms
from index.documents import Document

PROSE = {
    "name", "other_name", "family", "description", "summary", "atlas", "go", "tissue", "reference",
    "locus_type", "dataset",
}  # fmt: skip
NAMES = {"symbol", "previous_symbol", "alias", "regulator", "protein"}
KEYWORDS = {"location", "identifier"}

Scores = dict[int, float]


class Exhaustive:
    """The documents of a corpus, to be asked physical trees."""

    def __init__(
        self, documents: Sequence[Document], b: float, k1: float, length: Callable[[int], int]
    ) -> None:
        self.count = len(documents)
        self._b, self._k1, self._length = b, k1, length
        self._lines: dict[str, dict[int, list[list[str]]]] = {}
        for number, document in enumerate(documents):
            self._read(number, document)
        self._counts = {
            stream: {
                number: Counter(term for line in lines for term in line) for number, lines in held.items()
            }
            for stream, held in self._lines.items()
        }
        self._average = {
            stream: sum(counts.total() for counts in held.values()) / self.count
            for stream, held in self._counts.items()
        }
        self._known: dict[tuple[str, str], Scores] = {}

    def scores(self, tree: Query) -> Scores:
        """Every document that matches, with its score."""
        if tree is NullQuery:
            return {}
        if isinstance(tree, And):
            found = [self.scores(child) for child in tree.subqueries]
            both = set.intersection(*(set(scores) for scores in found))
            return {number: sum(scores[number] for scores in found) for number in both}
        if isinstance(tree, Or):
            added: Scores = {}
            for child in tree.subqueries:
                for number, score in self.scores(child).items():
                    added[number] = added.get(number, 0.0) + score
            return added
        if isinstance(tree, Not):
            out = self.scores(tree.query)
            return {number: 0.0 for number in range(self.count) if number not in out}
        words = [tree.text] if isinstance(tree, Term) else tree.words
        return {
            number: tree.boost * sum(self._word(tree.fieldname, word)[number] for word in words)
            for number in self._standing(tree.fieldname, words)
        }

    def _read(self, number: int, document: Document) -> None:
        for line in document.lines:
            if line.field in PROSE | NAMES:
                self._add(line.field, number, terms(line.text))
            if line.field in PROSE:
                self._add(line.field + "_stem", number, [stem(term) for term in terms(line.text)])
            if line.field in KEYWORDS:
                self._add_keyword(line.field, number, line.text.split(":")[-1])
            if line.field == "go" and line.key:
                self._add_keyword("go_id", number, line.key)
        for mentioned in {gene for line in document.lines for m in line.mentions for gene in m.genes}:
            self._add_keyword("mentions", number, mentioned)
        for numbered in document.references:
            self._add_keyword("pmid", number, numbered.reference.pmid)
            self._add_keyword("doi", number, numbered.reference.doi)

    def _add(self, stream: str, number: int, line: list[str]) -> None:
        self._lines.setdefault(stream, {}).setdefault(number, []).append(line)

    def _add_keyword(self, stream: str, number: int, keyword: str | None) -> None:
        """A keyword is one word, however many terms it is of."""
        if keyword is not None:
            self._add(stream, number, [fold_keyword(keyword)])

    def _word(self, stream: str, word: str) -> Scores:
        """The score of a word in each document that holds it, before any boost."""
        known = self._known.get((stream, word))
        if known is None:
            held = {n: counts for n, counts in self._counts.get(stream, {}).items() if word in counts}
            idf = 1 + log(self.count / (1 + len(held)))
            known = {}
            for number, counts in held.items():
                ratio = self._length(counts.total()) / self._average[stream]
                tf = counts[word]
                known[number] = idf * tf * (self._k1 + 1) / (tf + self._k1 * (1 - self._b + self._b * ratio))
            self._known[stream, word] = known
        return known

    def _standing(self, stream: str, words: Sequence[str]) -> list[int]:
        """The documents in which the words stand in a row in one line."""
        holders = set.intersection(*(set(self._word(stream, word)) for word in words))
        if len(words) == 1:
            return list(holders)
        width = len(words)
        return [
            number
            for number in holders
            if any(
                line[place : place + width] == list(words)
                for line in self._lines[stream][number]
                for place in range(len(line))
            )
        ]
