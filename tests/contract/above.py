"""What is found beside an engine, by reading every label and walking up from every gene.

A leaf is met in terms at or above those a gene is annotated to, by their labels or their ids; an id of such a
term finds, as words, the term's other ids too.  A paper's number finds the genes it is linked to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from whoosh.query import Or, Phrase, Query, Term

from index.analysis import fold_keyword, spellings, stem, terms
from index.documents import Document
from index.fields import BY_NAME
from index.go_graph import ROOTS
from index.records import GoTerm
from search.engines import Known
from search.evidence import paper_number
from search.expand import Beside
from search.patterns import is_near, is_pattern, occurrences
from tests.contract.corpus import in_a_row

PAPERS = 300
"""A gene is linked to every paper whose number has the same remainder by this as its own."""


def linked(leaf: Query, count: int) -> Query:
    number = paper_number(leaf)
    if number is None:
        return known([], BY_NAME["pmid"].weight)
    return known(range(int(number) % PAPERS, count, PAPERS), BY_NAME["pmid"].weight)


def known(docs: Sequence[int], weight: float) -> Known:
    return Known(np.array(docs, np.int32), weight)


class Above:
    def __init__(self, documents: Sequence[Document], go_terms: Sequence[GoTerm]) -> None:
        self._count = len(documents)
        self._go = {term.id: term for term in go_terms if not term.obsolete and term.id not in ROOTS}
        self._todays = {other: term.id for term in self._go.values() for other in term.alt_ids}
        self._above = [self._terms_above(document) for document in documents]

    def beside(self, genes_named: Callable[[str], list[str]]) -> Beside:
        by_field: Mapping[str, Callable[[Query], Query]] = {
            "go_wider": self._by_label,
            "go_id": self._by_id,
            "pmid": lambda leaf: linked(leaf, self._count),
        }
        return Beside(genes_named, by_field)

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

    def _by_id(self, leaf: Query) -> Query:
        if is_pattern(leaf) or is_near(leaf):
            return known([], 1.0)
        typed = " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text
        asked = fold_keyword(typed).upper().replace(" ", ":")
        go_id = self._todays.get(asked, asked)
        under = [number for number, above in enumerate(self._above) if go_id in above]
        term = self._go.get(go_id)
        others = {term.id, *term.alt_ids} - {asked} if term else set()
        ids = (Term("go_id", fold_keyword(other), BY_NAME["go_id"].weight) for other in sorted(others))
        return Or([known(under, BY_NAME["go_wider"].weight), *ids])

    def _by_label(self, leaf: Query) -> Query:
        meeting = {
            term.id
            for term in self._go.values()
            for label in (term.name, *term.synonyms)
            if _holds(terms(label), leaf)
        }
        docs = [number for number, above in enumerate(self._above) if above & meeting]
        return known(docs, BY_NAME["go_wider"].weight)


def _holds(label: list[str], leaf: Query) -> bool:
    if is_pattern(leaf) or is_near(leaf):
        return bool(occurrences(label, leaf))
    if isinstance(leaf, Phrase):
        return in_a_row(leaf.words, label) > 0
    stems = [stem(term) for term in label]
    return any(in_a_row([stem(word) for word in form], stems) for form in spellings(leaf.text))
