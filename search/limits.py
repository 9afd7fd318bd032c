"""Which lines count for which word of a query with conditions: the same for both ways of reading lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.columnar import CITED, CODES, FIELD_SHIFT, PROVENANCES
from index.columns import among, members
from index.documents import Document, Line
from index.fields import FIELDS
from index.records import Reference
from search.columnar import Columnar, paper_key
from search.conditions import Expression, Which
from search.engines import Docs

Marks = NDArray[np.unsignedinteger]
_WHO = 3
"""The bits of a line's code that are the place of its provenance."""


class Limits:
    """Of each word of a query, by position, which lines count for it; None: all that hold it.

    ``always`` are the positions of what is no word: it is held by every line that counts.
    """

    def __init__(
        self, expressions: Sequence[Expression | None], always: frozenset[int] = frozenset()
    ) -> None:
        self.expressions = expressions
        self.always = always
        self.limited = frozenset(place for place, one in enumerate(expressions) if one is not None)
        self._groups: dict[Expression, list[int]] = {}
        """Words often share an expression, which is then evaluated once."""
        for place, one in enumerate(expressions):
            if one is not None:
                self._groups.setdefault(one, []).append(place)

    def of_columns(self, lines: ColumnLines, marks: Marks) -> None:
        """Take from the marks of some lines the words for which these do not count."""
        kind = marks.dtype.type
        for position in self.always:
            marks |= kind(1 << position)
        for expression, positions in self._groups.items():
            bits = kind(sum(1 << position for position in positions))
            marks[~expression.met(lines)] &= ~bits

    def of_records(self, lines: RecordLines) -> list[frozenset[int]]:
        """The words that some lines of a document hold, without those for which they do not count."""
        held = [some | self.always for some in lines.held]
        for expression, positions in self._groups.items():
            without = frozenset(positions)
            met = expression.met(lines).tolist()
            held = [some if counts else some - without for some, counts in zip(held, met, strict=True)]
        return held


class ColumnLines:
    """Lines of a columnar index by their numbers, with the words that each holds."""

    def __init__(self, index: Columnar, lines: NDArray[np.int64], marks: Marks) -> None:
        self._index = index
        self._lines = lines
        self._marks = marks.copy()
        self._met: dict[frozenset[str], Which] = {}

    @cached_property
    def _codes(self) -> NDArray[np.uint16]:
        return self._index.line_codes[self._lines]

    @cached_property
    def _cited(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the lines that cite anything, one after the other, each reference and the place of its line."""
        citing = (self._codes & CITED).nonzero()[0]
        at, lengths = members(self._index.cited.starts, self._lines[citing])
        return (self._index.cited_references[at] >> 1).astype(np.int64), citing.repeat(lengths)

    def holds(self, position: int) -> Which:
        found: Which = (self._marks & self._marks.dtype.type(1 << position)) != 0
        return found

    def of_fields(self, fields: frozenset[str]) -> Which:
        return self._by_code(fields, lambda code: FIELDS[code >> FIELD_SHIFT].name in fields)

    def said_by(self, provenances: frozenset[str]) -> Which:
        places = {place for place, who in enumerate(PROVENANCES) if who in provenances}
        return self._by_code(provenances, lambda code: code & _WHO in places)

    def _by_code(self, asked: frozenset[str], meets: Callable[[int], bool]) -> Which:
        """No field is named as a provenance is; every condition of a query asks for the same fields."""
        found = self._met.get(asked)
        if found is None:
            found = self._met[asked] = np.array([meets(code) for code in range(CODES)])[self._codes]
        return found

    def from_sources(self, names: frozenset[str]) -> Which:
        table = np.array([source.name in names for source in self._index.sources], np.bool_)
        found: Which = table[self._index.line_sources[self._lines]]
        return found

    def papers(self) -> NDArray[np.integer]:
        return self._papers

    @cached_property
    def _papers(self) -> NDArray[np.integer]:
        references, lines = self._cited
        papers = self._index.reference_papers[references]
        pairs = np.unique(lines * (len(self._index.reference_papers) + 1) + papers)
        return np.bincount(pairs // (len(self._index.reference_papers) + 1), minlength=len(self._lines))

    def with_year(self, first: int, last: int) -> Which:
        references, lines = self._cited
        years = self._index.reference_years[references]
        found = np.zeros(len(self._lines), np.bool_)
        found[lines[(years >= first) & (years <= last)]] = True
        return found

    def of_genes(self, docs: Docs) -> Which:
        return among(self._index.line_docs[self._lines], docs)


class RecordLines:
    """Lines of one document, with the words that each holds."""

    def __init__(
        self, doc: int, document: Document, lines: Sequence[Line], held: Sequence[frozenset[int]]
    ) -> None:
        self._doc = doc
        self._document = document
        self._lines = lines
        self.held = held

    def holds(self, position: int) -> Which:
        return np.array([position in held for held in self.held], np.bool_)

    def of_fields(self, fields: frozenset[str]) -> Which:
        return self._told(lambda line: line.field in fields)

    def said_by(self, provenances: frozenset[str]) -> Which:
        sources = self._document.sources
        return self._told(lambda line: sources[line.source].provenance in provenances)

    def from_sources(self, names: frozenset[str]) -> Which:
        sources = self._document.sources
        return self._told(lambda line: sources[line.source].name in names)

    def papers(self) -> NDArray[np.integer]:
        return np.array([len(set(map(paper_key, self._cited(line)))) for line in self._lines], np.int64)

    def with_year(self, first: int, last: int) -> Which:
        return self._told(lambda line: any(first <= (one.year or 0) <= last for one in self._cited(line)))

    def of_genes(self, docs: Docs) -> Which:
        return np.full(len(self._lines), self._doc in docs)

    def _cited(self, line: Line) -> list[Reference]:
        return [self._document.references[cited.reference].reference for cited in line.cited]

    def _told(self, tells: Callable[[Line], bool]) -> Which:
        return np.array([tells(line) for line in self._lines], np.bool_)
