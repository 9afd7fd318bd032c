"""Lines that a gene does not have because they follow from one that it has (search/wider.py), from the
columns: of the labels of terms at or above a gene's, for each set of words that no other of them holds with
more the one on the strongest grounds, of these the one of fewest words, then of the most specific term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.columnar import FIELD_NUMBER, FIELD_SHIFT
from search.marks import Marked, grounds
from search.once import once
from search.wider import Wider

_GO = FIELD_NUMBER["go"]
_FEW_WORDS = 10
_MOST = 4
"""Of a query of more words so many sets of them are looked at: each is a line to be read, and three lines of
a gene are shown."""


class Following(NamedTuple):
    """A label that stands for a line of a gene."""

    label: int
    mark: int
    via: int
    """The line of the annotation from which it follows."""


class Follows:
    """What follows for genes and holds words of one query."""

    def __init__(self, marked: Marked, wider: Wider) -> None:
        self._marked = marked
        self._wider = wider

    def of(self, doc: int, adds: Callable[[frozenset[int]], bool]) -> Iterator[Following]:
        """For a gene, of sets of words that add something."""
        index, marked = self._marked.index, self._marked
        if not len(marked.labels):
            return
        if len(marked.leaves) <= _FEW_WORDS and not any(adds(marked.held(mark)) for mark in self._every_mark):
            return
        above = slice(*index.above.bounds(doc))
        terms = index.above_terms[above]
        met = (marked.of_terms.take(terms) != 0).nonzero()[0]
        if not len(met):
            return
        first, last = self._terms.searchsorted(terms[met]), self._terms.searchsorted(terms[met], "right")
        lengths = last - first
        at = np.arange(lengths.sum()) + (first - (lengths.cumsum() - lengths)).repeat(lengths)
        marks = self._marks[at]
        weak = index.above_codes[above][met].repeat(lengths)
        for mark in self._adding(set(marks.tolist()), adds):
            holding = (marks == mark).nonzero()[0]
            found = min(zip(weak[holding].tolist(), *self._ranks(at[holding]), strict=True))
            yield Following(found[4], mark, self._via(doc, found[0], found[3]))

    def written(self, found: Following) -> tuple[str, str]:
        """A label's text, and the GO id of its term."""
        return self._wider.label(found.label, int(self._marked.index.label_terms[found.label]))

    def _adding(self, marks: set[int], adds: Callable[[frozenset[int]], bool]) -> list[int]:
        """The marks that add something and are part of no other."""
        held = self._marked.held
        given: list[int] = []
        if len(self._marked.leaves) > _FEW_WORDS:
            marks = self._heaviest(marks)
        for mark in sorted(marks, key=lambda mark: (-mark.bit_count(), mark)):
            if not any(mark & more == mark for more in given) and adds(held(mark)):
                given.append(mark)
        return given

    def _heaviest(self, marks: set[int]) -> set[int]:
        """The marks of the greatest share of the query's weight; equal ones by their words."""
        known = np.array(sorted(marks), self._marks.dtype)
        best = (-self._marked.squared(known)).argsort(kind="stable")[:_MOST]
        return set(known[best].tolist())

    def _ranks(self, places: NDArray[np.int64]) -> tuple[list[int], list[int], list[int], list[int]]:
        """Of some of the labels: how many words, how specific, of which term, and the label."""
        index = self._marked.index
        labels = self._marked.labels[places].astype(np.int64)
        starts = index.text_tokens.starts
        first = index.first_label + labels
        terms = index.label_terms[labels].tolist()
        widths = (starts[first + 1] - starts[first]).tolist()
        return widths, [self._wider.breadth(term) for term in terms], terms, labels.tolist()

    def _via(self, doc: int, strongest: int, term: int) -> int:
        """The line of the annotation from which a term follows on the strongest grounds: to the term
        itself, else to the most specific one."""
        index = self._marked.index
        first, last = index.doc_lines.bounds(doc)
        codes = index.line_codes[first:last]
        stated = ((codes >> FIELD_SHIFT == _GO) & (grounds(codes) == strongest)).nonzero()[0] + first
        terms = index.go_terms[index.line_texts[stated] - index.first_go].tolist()
        found: list[tuple[bool, int, int]] = [
            (own != term, self._wider.breadth(own), line)
            for own, line in zip(terms, stated.tolist(), strict=True)
            if own >= 0 and self._wider.is_above(own, term)
        ]
        return min(found)[2]

    @once
    def _every_mark(self) -> list[int]:
        """What labels hold, each once; for a few words."""
        found: list[int] = np.bincount(self._marks).nonzero()[0].tolist()
        return found

    @once
    def _terms(self) -> NDArray[np.integer]:
        """The term of each of the labels that hold words, ascending."""
        terms: NDArray[np.uint32] = self._marked.index.label_terms[self._marked.labels]
        return terms

    @once
    def _marks(self) -> NDArray[np.unsignedinteger]:
        """The words of each of the labels that hold any."""
        return self._marked.marks_of_labels
