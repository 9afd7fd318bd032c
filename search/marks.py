"""The words of a query, marked on all texts of a columnar index at once.

Which words stand in a text is a number with a bit for each word, made from the lists of texts that hold the
words, and looked up for the lines of the genes asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query, Term

from index.analysis import fold_case
from index.columnar import (
    CITED,
    CODES,
    FIELD_SHIFT,
    NOTHING,
    PROVENANCES,
    decode_reference,
)
from index.columns import members
from index.fields import FIELDS
from index.records import Reference
from search.asked_papers import papers_like
from search.columnar import Columnar
from search.conditions import Expression, positions_in
from search.engines import Docs
from search.evidence import CITED as CITED_LINE
from search.evidence import (
    LINE_KIND,
    SAYS_NOTHING,
    TRUST,
    Words,
    paper_number,
)
from search.expand import dois_of
from search.leaves import Leaves
from search.limits import ColumnLines, Limits
from search.met import Holding
from search.once import once
from search.tree import ANY
from search.wider import Wider

_LONG = 8_192
"""From a list of so many texts on a table of its own is quicker than a bit in a table for all words."""
_TABLED = 10
"""Up to so many words all sets of them are weighed at once; of more words those of eight at a time."""
_BITS: tuple[tuple[int, type[np.unsignedinteger]], ...] = (
    (8, np.uint8),
    (16, np.uint16),
    (32, np.uint32),
    (64, np.uint64),
)
Marks = NDArray[np.unsignedinteger]


def _describing(leaf: Query) -> Callable[[Reference], bool] | None:
    """Whether a paper is one that a leaf asks for by its DOI or a pattern; None for any other leaf."""
    asked = dois_of(leaf)
    if not asked:
        return papers_like(leaf)
    return lambda paper: fold_case(paper.doi or "") in asked


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

    bit: int
    """That of the query's word in a mark."""
    words: list[int]
    leaf: Query
    whole: bool
    """Whether the word was typed without any sign that may stand beside it."""


class Forms(NamedTuple):
    """Those that a line may hold as they are, and those that it may hold as stems."""

    surfaces: list[Form]
    stems: list[Form]


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
        self._forms: dict[int, Forms] = {}
        self._alike: dict[tuple[int, ...], Forms] = {}
        """By what the fields have in common in which the same forms may stand."""
        self._anywhere = all(leaf.fieldname == ANY for leaf in leaves)
        self._sets: dict[int, frozenset[int]] = {}
        self._described = [
            (position, meets) for position, leaf in enumerate(leaves) if (meets := _describing(leaf))
        ]
        self.limits: Limits | None = None
        """Which lines count for which word, where not all that hold it do."""
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
        marks = self._marks(index.line_texts.take(at))
        if self._papers or self._described:
            self._mark_papers(at, marks)
        if self.limits is not None:
            self.limits.of_columns(ColumnLines(index, at, marks), marks)
        met = (marks != 0).nonzero()[0]
        lines, marks = at.take(met), marks.take(met)
        codes = index.line_codes.take(lines)
        strengths = self.squared(marks) * STANDING.take(codes)
        every = np.arange(len(docs))
        owners = every.repeat(lengths).take(met)
        ends = owners.searchsorted(every, side="right")
        return Reviewed(docs, ends, lines, marks, strengths, codes, owners)

    def meeting(self, docs: Docs, expressions: Sequence[Expression]) -> list[Docs]:
        """For each expression those of some genes, ascending, that have a line which meets it."""
        index = self.index
        owners: NDArray[np.integer]
        if len(docs) == index.documents:
            at, owners, texts = np.arange(len(index.line_texts)), index.line_docs, index.line_texts
        else:
            at, lengths = members(index.doc_lines.starts, docs)
            owners, texts = np.arange(len(docs)).repeat(lengths), index.line_texts[at]
        marks = np.zeros(len(at), self._dtype)
        for position in frozenset[int]().union(*map(positions_in, expressions)):
            held_in = np.zeros(index.count, np.bool_)
            for some, _ in self._lists[position]:
                held_in[some] = True
            marks |= held_in[texts].astype(self._dtype) << self._dtype(position)
        if self._papers or self._described:
            self._mark_papers(at, marks)
        lines = ColumnLines(index, at, marks)
        found: list[Docs] = []
        for expression in expressions:
            having = np.zeros(len(docs), np.bool_)
            having[owners[expression.met(lines)]] = True
            found.append(docs[having])
        return found

    def held(self, mark: int) -> frozenset[int]:
        """The positions of the words of a mark."""
        found = self._sets.get(mark)
        if found is None:
            found = frozenset([n for n in range(len(self.leaves)) if mark >> n & 1])
            self._sets[mark] = found
        return found

    def forms(self, field: int) -> Forms:
        """The forms of all words that a line of a field, by number, may hold."""
        found = self._forms.get(field)
        if found is None:
            row = FIELDS[field]
            alike = (row.plain, row.kind in ("prose", "implied")) if self._anywhere else (field,)
            found = self._alike.get(alike)
            if found is None:
                found = self._alike[alike] = self._forms_of(self.words.forms_in(row.name)[0])
            self._forms[field] = found
        return found

    def _forms_of(self, asked: Iterable[tuple[int, bool, tuple[str, ...]]]) -> Forms:
        find = self.index.words.find
        found = Forms([], [])
        for position, as_stems, form in asked:
            numbers = [number for word in form if (number := find(word.encode())) is not None]
            if len(numbers) == len(form):
                leaf = self.leaves[position]
                whole = not isinstance(leaf, Term) or leaf.text.isalnum()
                one = Form(1 << position, numbers, leaf, whole)
                (found.stems if as_stems else found.surfaces).append(one)
        return found

    @property
    def labels(self) -> NDArray[np.integer]:
        """The labels of the ontology that hold any of the words, counted from the first."""
        return self._marked_labels[0]

    @property
    def marks_of_labels(self) -> Marks:
        """The words of each of the labels that hold any."""
        return self._marked_labels[1]

    @once
    def _marked_labels(self) -> tuple[NDArray[np.integer], Marks]:
        marks = np.zeros(len(self.index.label_terms), self._dtype)
        empty = True
        for position, labels in enumerate(self._labels):
            for some in labels:
                bit = self._dtype(1 << position)
                if empty:  # to set is quicker than to add
                    marks[some] = bit
                else:
                    marks[some] |= bit
                empty = empty and not len(some)
        met = (marks != 0).nonzero()[0]
        return met, marks[met]

    @once
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
            return self._squares.take(marks)
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
        marks: Marks = self._table.take(texts)
        for position, table in self._long:
            marks |= table.take(texts).astype(self._dtype) << self._dtype(position)
        return marks

    def _marks_of_many(self, texts: NDArray[np.uint32]) -> Marks:
        """The same for many words: of each list only what is among the texts is looked up."""
        distinct, places = np.unique(texts, return_inverse=True)
        asked = np.zeros(self.index.count, np.bool_)
        asked[distinct] = True
        marks = np.zeros(len(distinct), self._dtype)
        for position, lists in enumerate(self._lists):
            for held, _ in lists:
                marks[distinct.searchsorted(held[asked[held]])] |= self._dtype(1 << position)
        found: Marks = marks[places]
        return found

    @once
    def _lists(self) -> list[list[Holding]]:
        """Of each word the texts that hold it, labels too."""
        return [list(self._texts(leaf)) for leaf in self.leaves]

    @once
    def _table(self) -> Marks:
        """Of each text the words that it holds, but for those of which many hold one."""
        table = np.zeros(self.index.count, self._dtype)
        empty = True
        for position, lists in enumerate(self._lists):
            bit = self._dtype(1 << position)
            for held, _ in lists:
                if not len(held) or len(held) > _LONG:
                    continue
                if empty:
                    table[held] = bit
                else:
                    table[held] |= bit
                empty = False
        return table

    @once
    def _long(self) -> list[tuple[int, NDArray[np.bool_]]]:
        """The words that many texts hold, by position, with whether each text does."""
        return [
            (position, self._known.flags(held))
            for position, lists in enumerate(self._lists)
            for held in lists
            if len(held.texts) > _LONG
        ]

    @once
    def _labels(self) -> list[list[NDArray[np.integer]]]:
        """Of each word the labels that hold it, or that are those of the term whose id it is."""
        if not len(self.index.label_terms):
            return [[] for _ in self.leaves]
        first = np.uint32(self.index.first_label)  # another type would have all texts converted to it
        found: list[list[NDArray[np.integer]]] = [
            [
                texts[texts.searchsorted(first) :] - first
                for texts, _ in lists
                if len(texts) and texts[-1] >= first
            ]
            for lists in self._lists
        ]
        for position, labels in self._wider.terms(self.leaves).items():
            found[position].append(np.arange(labels.start, labels.stop))
        for position in self.limits.limited if self.limits is not None else ():
            found[position] = []  # a label is no line
        return found

    def _texts(self, leaf: Query) -> Iterator[Holding]:
        """The texts that hold a leaf, are about the thing whose identifier it is, or mention its gene."""
        yield from self._known.texts(leaf)
        if not self._known.is_simple(leaf):
            for value in self._wider.ids(leaf):
                yield Holding(self._known.about(value))
            yield from map(Holding, self._known.mentioning(leaf))

    def _mark_papers(self, lines: NDArray[np.int64], marks: Marks) -> None:
        """Papers that are asked for stand in the lines that cite them."""
        index = self.index
        at, lengths = members(index.cited.starts, lines)
        references = index.cited_references[at] >> 1
        pmids = index.reference_pmids[references]
        owners = np.arange(len(lines)).repeat(lengths)
        for position, pmid in self._papers:
            marks[owners[pmids == pmid]] |= marks.dtype.type(1 << position)
        if not self._described:
            return
        described = [
            (number, decode_reference(index.references[number])) for number in np.unique(references).tolist()
        ]
        for position, meets in self._described:
            met = [number for number, reference in described if meets(reference)]
            marks[owners[np.isin(references, met)]] |= marks.dtype.type(1 << position)

    @once
    def _squares(self) -> NDArray[np.float64]:
        return self._shares(self.words.weights) ** 2

    @once
    def _tables_of_octets(self) -> list[NDArray[np.float64]]:
        weights = self.words.weights
        return [self._shares(weights[first : first + 8]) for first in range(0, len(weights), 8)]

    def _shares(self, weights: Sequence[float]) -> NDArray[np.float64]:
        """The share of the query's weight that each set of some words has."""
        shares = np.zeros(1)
        for weight in weights:
            shares = np.concatenate((shares, shares + weight / self.words.total))
        return shares
