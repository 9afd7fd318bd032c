"""The words of a query, marked on all texts of a columnar index at once.

Which words stand in a text is a number with a bit for each word, made from the lists of texts that hold the
words, and looked up for the lines of the genes asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from index.columnar import (
    CITED,
    CODES,
    FIELD_SHIFT,
    NOTHING,
    PROVENANCES,
)
from index.columns import among, members
from index.fields import FIELDS
from search.columnar import Columnar
from search.engines import Docs
from search.evidence import CITED as CITED_LINE
from search.evidence import (
    LINE_KIND,
    SAYS_NOTHING,
    TRUST,
    Words,
    paper_number,
)
from search.leaves import Leaves
from search.wider import Wider

_LONG = 16_384
"""A word that more texts hold is looked for in its lists; for others a table of all texts is quicker."""
_TABLED = 10
"""Up to so many words all sets of them are weighed at once; of more words those of eight at a time."""
_BITS: tuple[tuple[int, type[np.unsignedinteger]], ...] = (
    (8, np.uint8),
    (16, np.uint16),
    (32, np.uint32),
    (64, np.uint64),
)
Marks = NDArray[np.unsignedinteger]


def _standing() -> NDArray[np.float64]:
    """By a line's code how much it counts for what it is and who says it."""
    table = np.zeros(CODES)
    for code in range(CODES):
        trust = code & 3
        if trust < len(PROVENANCES):
            kind = LINE_KIND.get(FIELDS[code >> FIELD_SHIFT].name, 1.0)
            with_paper = CITED_LINE if code & CITED else 1.0
            silent = SAYS_NOTHING if code & NOTHING else 1.0
            table[code] = TRUST[PROVENANCES[trust]] * with_paper * kind * silent
    return table


STANDING = _standing()
GROUNDS = np.array([TRUST[who] * with_paper for who in PROVENANCES for with_paper in (CITED_LINE, 1.0)])
"""By an annotation's grounds how much what follows from it counts."""


def grounds(codes: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """What the strength of annotations depends on, by their lines' codes: the smaller the stronger."""
    found: NDArray[np.uint16] = 2 * (codes & 3) + (codes & CITED == 0)
    return found


class Form(NamedTuple):
    """Words, by number, that stand for one of the query's in a row."""

    position: int
    words: list[int]


class Forms(NamedTuple):
    """Forms by their first word."""

    surfaces: dict[int, list[Form]]
    stems: dict[int, list[Form]]


class Reviewed(NamedTuple):
    """The lines of some genes that hold any of the words, gene by gene, each gene's in their order."""

    docs: Docs
    ends: NDArray[np.int64]
    """Of each gene where its lines end."""
    lines: NDArray[np.int64]
    marks: Marks
    strengths: NDArray[np.float64]
    codes: NDArray[np.uint16]
    owners: NDArray[np.int64]
    """The place of the line's gene among the genes."""


class Marked:
    """The words of one query, marked on the texts of a columnar index."""

    def __init__(
        self, index: Columnar, known: Leaves, wider: Wider, leaves: Sequence[Query], words: Words
    ) -> None:
        self.index = index
        self.leaves = leaves
        self.words = words
        self._known = known
        self._wider = wider
        self._forms: dict[str, Forms] = {}
        self._sets: dict[int, frozenset[int]] = {}
        self._dtype = next(kind for bits, kind in _BITS if len(leaves) <= bits)
        self._papers = [
            (position, int(number))
            for position, leaf in enumerate(leaves)
            if (number := paper_number(leaf)) is not None
        ]

    def review(self, docs: Docs) -> Reviewed:
        """The lines of some genes, ascending, that hold any of the words."""
        index = self.index
        at, lengths = members(index.doc_lines.starts, docs)
        marks = self._marks(index.line_texts[at])
        if self._papers:
            self._mark_papers(at, marks)
        met = (marks != 0).nonzero()[0]
        lines, marks = at[met], marks[met]
        codes = index.line_codes[lines]
        strengths = self.squared(marks) * STANDING[codes]
        owners = np.arange(len(docs)).repeat(lengths)[met]
        ends = owners.searchsorted(np.arange(len(docs)), side="right")
        return Reviewed(docs, ends, lines, marks, strengths, codes, owners)

    def held(self, mark: int) -> frozenset[int]:
        """The positions of the words of a mark."""
        found = self._sets.get(mark)
        if found is None:
            found = frozenset([n for n in range(len(self.leaves)) if mark >> n & 1])
            self._sets[mark] = found
        return found

    def forms(self, field: str) -> Forms:
        """The forms of all words that a line of a field may hold."""
        found = self._forms.get(field)
        if found is None:
            find = self.index.words.find
            found = self._forms[field] = Forms({}, {})
            for position, as_stems, form in self.words.forms_in(field)[0]:
                numbers = [number for word in form if (number := find(word.encode())) is not None]
                if len(numbers) == len(form):
                    begins = found.stems if as_stems else found.surfaces
                    begins.setdefault(numbers[0], []).append(Form(position, numbers))
        return found

    @property
    def labels(self) -> NDArray[np.integer]:
        """The labels of the ontology that hold any of the words, counted from the first."""
        return self._marked_labels[0]

    @property
    def marks_of_labels(self) -> Marks:
        """The words of each of the labels that hold any."""
        return self._marked_labels[1]

    @cached_property
    def _marked_labels(self) -> tuple[NDArray[np.integer], Marks]:
        marks = np.zeros(len(self.index.label_terms), self._dtype)
        for position, labels in enumerate(self._labels):
            for some in labels:
                marks[some] |= self._dtype(1 << position)
        met = (marks != 0).nonzero()[0]
        return met, marks[met]

    @cached_property
    def of_terms(self) -> NDArray[np.float64]:
        """By term the greatest share of the query's weight, squared, that one of its labels holds."""
        index = self.index
        shares = self.squared(self.marks_of_labels)
        found = np.zeros(index.terms)
        np.maximum.at(found, index.label_terms[self.labels], shares)
        return found

    def squared(self, marks: Marks) -> NDArray[np.float64]:
        """The share of the query's weight, squared, that the words of each mark have."""
        if len(self.leaves) <= _TABLED:
            return self._table[marks]
        octets = marks.astype(np.dtype(self._dtype).newbyteorder("<")).view(np.uint8)
        shares = np.zeros(len(marks))
        for place, table in enumerate(self._tables_of_octets):
            shares += table[octets[place :: marks.itemsize]]
        squared: NDArray[np.float64] = shares**2
        return squared

    def counted(self, marks: Marks) -> NDArray[np.int64]:
        """How many words each mark has."""
        return np.bitwise_count(marks).astype(np.int64)

    def _marks(self, texts: NDArray[np.uint32]) -> Marks:
        """Which words stand in some texts."""
        if len(self.leaves) > _TABLED:
            return self._marks_of_many(texts)
        marks = np.zeros(len(texts), self._dtype)
        order: NDArray[np.intp] | None = None
        for position, table in enumerate(self._tables):
            bit = self._dtype(1 << position)
            if table is not None:
                marks[table[texts]] |= bit
                continue
            if order is None:
                order = texts.argsort()
                ascending = texts[order]
            for held in self._lists[position]:
                marks[order[among(ascending, held)]] |= bit
        return marks

    def _marks_of_many(self, texts: NDArray[np.uint32]) -> Marks:
        """The same for many words: of each list only what is among the texts is looked up."""
        distinct, places = np.unique(texts, return_inverse=True)
        asked = np.zeros(self.index.count, np.bool_)
        asked[distinct] = True
        marks = np.zeros(len(distinct), self._dtype)
        for position, lists in enumerate(self._lists):
            for held in lists:
                marks[distinct.searchsorted(held[asked[held]])] |= self._dtype(1 << position)
        found: Marks = marks[places]
        return found

    @cached_property
    def _lists(self) -> list[list[NDArray[np.uint32]]]:
        """Of each word the texts that hold it, labels too, ascending in each list."""
        return [list(self._texts(leaf)) for leaf in self.leaves]

    @cached_property
    def _tables(self) -> list[NDArray[np.bool_] | None]:
        """Of each word that few texts hold whether each text does."""
        tables: list[NDArray[np.bool_] | None] = []
        for lists in self._lists:
            table = None
            if len(self.leaves) <= _TABLED and 0 < sum(map(len, lists)) <= _LONG:
                table = np.zeros(self.index.count, np.bool_)
                for held in lists:
                    table[held] = True
            tables.append(table)
        return tables

    @cached_property
    def _labels(self) -> list[list[NDArray[np.integer]]]:
        """Of each word the labels that hold it, or that are those of the term whose id it is."""
        first = np.uint32(self.index.first_label)  # another type would have all texts converted to it
        found: list[list[NDArray[np.integer]]] = [
            [
                texts[texts.searchsorted(first) :] - first
                for texts in lists
                if len(texts) and texts[-1] >= first
            ]
            for lists in self._lists
        ]
        for position, labels in self._wider.terms(self.leaves).items():
            found[position].append(np.arange(labels.start, labels.stop))
        return found

    def _texts(self, leaf: Query) -> Iterator[NDArray[np.uint32]]:
        """The texts that hold a leaf, are about the thing whose identifier it is, or mention its gene."""
        yield from self._known.texts(leaf)
        for value in self._wider.ids(leaf):
            yield self._known.about(value)
        yield from self._known.mentioning(leaf)

    def _mark_papers(self, lines: NDArray[np.int64], marks: Marks) -> None:
        """Papers that are asked for stand in the lines that cite them."""
        index = self.index
        at, lengths = members(index.cited.starts, lines)
        pmids = index.reference_pmids[index.cited_references[at] >> 1]
        owners = np.arange(len(lines)).repeat(lengths)
        for position, pmid in self._papers:
            marks[owners[pmids == pmid]] |= marks.dtype.type(1 << position)

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        return self._shares(self.words.weights) ** 2

    @cached_property
    def _tables_of_octets(self) -> list[NDArray[np.float64]]:
        weights = self.words.weights
        return [self._shares(weights[first : first + 8]) for first in range(0, len(weights), 8)]

    def _shares(self, weights: Sequence[float]) -> NDArray[np.float64]:
        """The share of the query's weight that each set of some words has."""
        shares = np.zeros(1)
        for weight in weights:
            shares = np.concatenate((shares, shares + weight / self.words.total))
        return shares
