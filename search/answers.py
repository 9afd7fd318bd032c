"""The lines of genes that answer, from the columns of the columnar index: what a page shows is looked up for
all its genes together, and a line is made when it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np

from index.columnar import CITED, FIELD_SHIFT, NOTHING, LineText
from index.columns import members
from index.fields import FIELDS
from search.choosing import FOLLOWS, Offered
from search.evidence import WIDER
from search.marks import Marked, Reviewed
from search.spans import Span, without_overlaps
from search.standing import spans_of

FIELD_NAMES = [field.name for field in FIELDS]
_FIRST = np.zeros(1, np.int64)


class ColumnAnswer:
    """A line of a gene with what it holds of the query; its text is read when it is asked for."""

    __slots__ = ("_of", "_row", "code", "line", "mark", "strength")

    implied = False

    def __init__(self, of: Marked, line: int, mark: int, strength: float, code: int) -> None:
        self._of = of
        self._row: LineText | None = None
        self.line = line
        self.mark = mark
        self.strength = strength
        self.code = code

    @property
    def held(self) -> frozenset[int]:
        return self._of.held(self.mark)

    @property
    def cited(self) -> bool:
        return self.code & CITED != 0

    @property
    def says_nothing(self) -> bool:
        return self.code & NOTHING != 0

    @property
    def field(self) -> str:
        return FIELD_NAMES[self.code >> FIELD_SHIFT]

    @property
    def row(self) -> LineText:
        row = self._row
        if row is None:
            row = self._row = self._of.index.text(self.line)
        return row

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def saying(self) -> int:
        index = self._of.index
        return index.text_saying[index.line_text[self.line]]


class FollowingAnswer(NamedTuple):
    """A line that follows from one of the gene's own."""

    text: str
    saying: int | str
    key: str
    spans: tuple[Span, ...]
    held: frozenset[int]
    strength: float
    via: ColumnAnswer
    mark: int
    field: str = WIDER
    says_nothing: bool = False
    implied: bool = True

    @property
    def cited(self) -> bool:
        return self.via.cited


OneAnswer = ColumnAnswer | FollowingAnswer


class PageLines:
    """The lines of genes that are shown together: what is read of all at once."""

    def __init__(self, marked: Marked, reviewed: Reviewed, places: Sequence[int]) -> None:
        """``places`` are those of the genes among the reviewed."""
        self._of = marked
        ends = np.concatenate((_FIRST, reviewed.ends))
        at, lengths = members(ends, np.array(places, np.int64))
        strengths = reviewed.strengths[at]
        order = np.lexsort((-strengths, np.arange(len(places)).repeat(lengths)))
        at = at[order]
        lines = reviewed.lines[at]
        self.ends: list[int] = [0, *lengths.cumsum().tolist()]
        """Where the lines of each gene end, the strongest of each first; before these 0."""
        self.strengths: list[float] = strengths[order].tolist()
        self.lines: list[int] = lines.tolist()
        self.marks: list[int] = reviewed.marks[at].tolist()
        self.codes: list[int] = reviewed.codes[at].tolist()
        self.sayings: list[int] = marked.index.text_sayings[marked.index.line_texts[lines]].tolist()
        self._shown: dict[int, ColumnAnswer] = {}
        self._spans: dict[int, tuple[Span, ...]] = {}

    def show(self, answers: Iterable[OneAnswer]) -> None:
        """Tell that lines will be shown."""
        for answer in answers:
            if isinstance(answer, ColumnAnswer) and answer.line not in self._spans:
                self._shown[answer.line] = answer

    def spans(self, answer: ColumnAnswer) -> tuple[Span, ...]:
        """Where the words of a line's mark stand, in code points; found for all that will be shown."""
        if answer.line not in self._spans:
            shown = [*self._shown.values()] if answer.line in self._shown else [answer]
            for one, spans in zip(shown, self._all(shown), strict=True):
                self._spans[one.line] = spans
            self._shown.clear()
        return self._spans[answer.line]

    def _all(self, answers: Sequence[ColumnAnswer]) -> Iterator[tuple[Span, ...]]:
        """With patterns among the words, or words near each other, lines are read."""
        words = self._of.words
        loose = words.loose
        standing = [[] for _ in answers] if loose else spans_of(self._of, answers)
        for answer, spans in zip(answers, standing, strict=True):
            if loose and answer.mark:
                only = None if self._of.limits is None else answer.held
                spans += words.marks(answer.field, answer.text, only=only)[1]
            for position, genes in words.genes.items():
                if answer.mark >> position & 1:
                    spans += [
                        (one.start, one.end)
                        for one in answer.row.mentions
                        if one.id in genes or not genes.isdisjoint(one.others)
                    ]
            yield without_overlaps(spans) if len(spans) > 1 else tuple(spans)


class GeneAnswers:
    """A gene's lines, the strongest first: its own, which are made when they are looked at, as few of them
    are, and those that follow."""

    __slots__ = ("_flags", "_following", "_made", "_marks", "_of", "_order", "_page")

    def __init__(self, marked: Marked, page: PageLines, place: int) -> None:
        self._of = marked
        self._page = page
        first, last = page.ends[place], page.ends[place + 1]
        self._order: Sequence[int] = range(first, last)
        """Of each line its place on the page; of one that follows its place among these from the end."""
        self._marks: Sequence[int] = page.marks[first:last]
        self._flags: Sequence[int] = page.codes[first:last]
        self._following: Sequence[FollowingAnswer] = ()
        self._made: dict[int, OneAnswer] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> OneAnswer:
        n = self._order[place]
        if n < 0:
            return self._following[n]
        found = self._made.get(n)
        if found is None:
            page = self._page
            found = ColumnAnswer(self._of, page.lines[n], page.marks[n], page.strengths[n], page.codes[n])
            self._made[n] = found
        return found

    def __iter__(self) -> Iterator[OneAnswer]:
        return map(self.__getitem__, range(len(self._order)))

    @property
    def silent(self) -> bool:
        return all(flag & NOTHING for flag in self._flags)

    def offered(self) -> Offered:
        return Offered(self._marks, self._flags, self._saying)

    def _saying(self, place: int) -> int | str:
        n = self._order[place]
        return self._page.sayings[n] if n >= 0 else self._following[n].saying

    def strongest(self) -> tuple[float, int]:
        """How strong the first line is that tells something, and what it holds; 0 and nothing for none."""
        for n, mark, flag in zip(self._order, self._marks, self._flags, strict=True):
            if not flag & NOTHING:
                return self._page.strengths[n], mark
        return 0.0, 0

    def together(self) -> int:
        """The words that any of the lines holds; those that say nothing is known count only alone."""
        telling = [mark for mark, flag in zip(self._marks, self._flags, strict=True) if not flag & NOTHING]
        return reduce(or_, telling or self._marks, 0)

    def add(self, following: Sequence[FollowingAnswer]) -> None:
        """Put in what follows, behind own lines of the same strength."""
        behind = len(following)
        places = [*self._order, *range(-behind, 0)]
        marks = [*self._marks, *[one.mark for one in following]]
        flags = [*self._flags, *[FOLLOWS | CITED * one.cited for one in following]]
        strengths = [*[self._page.strengths[n] for n in self._order], *[one.strength for one in following]]
        order = sorted(range(len(places)), key=strengths.__getitem__, reverse=True)
        self._order = [places[n] for n in order]
        self._marks = [marks[n] for n in order]
        self._flags = [flags[n] for n in order]
        self._following = following
