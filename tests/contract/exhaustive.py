"""Search without an index: every document is read, every score computed from the formula.

A stream is the terms of one field, its lines apart; a prose field has a second one of
stems.  A word or phrase scores, in each stream it stands in,

    boost * idf * tf (k1 + 1) / (tf + k1 (1 - b + b * length / average))
    idf = 1 + ln(documents / (1 + documents with the word in the stream))

where the average is over all documents, those without the field too (this is
``whoosh.scoring.bm25``).  A phrase scores as the sum of its words where they stand in
a row in one line.  AND and OR add up what matches, NOT adds nothing.

A leaf that is met in terms above those a gene is annotated to is ``Above`` in the tree that is given
here; it is answered by walking up from every gene and reading every label, with one score for all,

    boost * ln(1 + (documents - found + 0.5) / (found + 0.5))

and an id of such a term finds, as words, the term's other ids too.

``length`` is what the engine remembers of a document's length: Whoosh keeps one byte,
which is exact up to ten words and rounds up above; the average is taken before that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import fold_keyword, spellings, stem, terms
from index.documents import Document
from index.fields import BY_NAME
from index.go_graph import ROOTS
from index.records import GoTerm
from search.engines import Known
from search.expand import Beside

PROSE = {
    "name", "other_name", "family", "description", "summary", "atlas", "go", "tissue", "reference",
    "locus_type", "dataset",
}  # fmt: skip
NAMES = {"symbol", "previous_symbol", "alias", "regulator", "protein"}
KEYWORDS = {"location"}
ONLY_LOOKED_UP = {"hgnc_withdrawn", "uniprot_entry"}
"""Namespaces that identify a gene and are no text of it."""

Scores = dict[int, float]


class Above(Query):  # type: ignore[misc]
    """A leaf as typed, to be met in the labels of terms at or above a gene's, or by their ids."""

    def __init__(self, leaf: Query, by_id: bool) -> None:
        self.leaf = leaf
        self.by_id = by_id


def beside(genes_named: Callable[[str], list[str]]) -> Beside:
    """What expand() needs to make a tree for Exhaustive."""
    return Beside(
        genes_named,
        {"go_wider": lambda leaf: Above(leaf, by_id=False), "go_id": lambda leaf: Above(leaf, by_id=True)},
    )


class Exhaustive:
    """The documents of a corpus and its ontology, to be asked physical trees."""

    def __init__(
        self,
        documents: Sequence[Document],
        go_terms: Sequence[GoTerm],
        b: float,
        k1: float,
        length: Callable[[int], int],
    ) -> None:
        self.count = len(documents)
        self._go = {term.id: term for term in go_terms if not term.obsolete and term.id not in ROOTS}
        self._todays = {other: term.id for term in self._go.values() for other in term.alt_ids}
        self._above = [self._terms_above(document) for document in documents]
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
        if isinstance(tree, Known):
            return dict.fromkeys(tree.docs.tolist(), tree.score)
        if isinstance(tree, Above):
            return self._by_id(tree.leaf) if tree.by_id else self._by_label(tree.leaf)
        words = [tree.text] if isinstance(tree, Term) else tree.words
        return {
            number: tree.boost * sum(self._word(tree.fieldname, word)[number] for word in words)
            for number in self._standing(tree.fieldname, words)
        }

    def _terms_above(self, document: Document) -> set[str]:
        found: set[str] = set()
        new = {line.key for line in document.lines if line.field == "go" and line.key}
        while new:
            in_use = {self._todays.get(go_id, go_id) for go_id in new} & self._go.keys()
            new = {parent for go_id in in_use - found for parent in self._parents(go_id)}
            found |= in_use
        return found

    def _parents(self, go_id: str) -> tuple[str, ...]:
        return self._go[go_id].is_a + self._go[go_id].part_of

    def _by_id(self, leaf: Query) -> Scores:
        typed = " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text
        asked = fold_keyword(typed).upper().replace(" ", ":")
        go_id = self._todays.get(asked, asked)
        scores = self._alike([number for number, above in enumerate(self._above) if go_id in above])
        term = self._go.get(go_id)
        for other in {term.id, *term.alt_ids} - {asked} if term else ():
            for number, score in self._word("go_id", fold_keyword(other)).items():
                scores[number] = scores.get(number, 0.0) + BY_NAME["go_id"].weight * score
        return scores

    def _by_label(self, leaf: Query) -> Scores:
        if isinstance(leaf, Phrase):
            forms = [list(leaf.words)]
        else:
            forms = [[stem(word) for word in form] for form in spellings(leaf.text)]
        meeting = {
            term.id
            for term in self._go.values()
            for label in (term.name, *term.synonyms)
            for form in forms
            if _in_a_row(form, [w if isinstance(leaf, Phrase) else stem(w) for w in terms(label)])
        }
        return self._alike([number for number, above in enumerate(self._above) if above & meeting])

    def _alike(self, found: list[int]) -> Scores:
        idf = log(1 + (self.count - len(found) + 0.5) / (len(found) + 0.5))
        return dict.fromkeys(found, BY_NAME["go_wider"].weight * idf)

    def _read(self, number: int, document: Document) -> None:
        for line in document.lines:
            if line.field in PROSE | NAMES:
                self._add(line.field, number, terms(line.text))
            if line.field in PROSE:
                self._add(line.field + "_stem", number, [stem(term) for term in terms(line.text)])
            if line.field in KEYWORDS:
                self._add_keyword(line.field, number, line.text)
            if line.field == "go" and line.key:
                self._add_keyword("go_id", number, line.key)
        for namespace, value in document.identifiers:
            if namespace not in ONLY_LOOKED_UP:
                self._add_keyword("identifier", number, value)
                self._add_keyword("identifier", number, f"{namespace}:{value}")
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
        return [
            number
            for number in holders
            if any(_in_a_row(words, line) for line in self._lines[stream][number])
        ]


def _in_a_row(words: Sequence[str], line: Sequence[str]) -> bool:
    width = len(words)
    return any(list(line[place : place + width]) == list(words) for place in range(len(line)))
