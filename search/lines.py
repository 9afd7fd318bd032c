"""Evidence from the columns of the columnar index: no document is read, only the lines that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case
from index.columnar import (
    CITED,
    FIELD_NUMBER,
    FIELD_SHIFT,
    NOTHING,
    LineText,
    TextMention,
    decode_head,
    decode_reference,
    decode_text,
)
from index.columns import members
from index.documents import Head
from index.fields import FIELDS
from index.records import Reference
from search import present
from search.choosing import Listed
from search.concepts import Labelled
from search.engines import Docs
from search.evidence import FULL_NAMES, LINE_KIND, MOST_IMPLIED, WIDER
from search.following import Following, Follows
from search.marks import GROUNDS, STANDING, Marked, Reviewed
from search.page import AnnotatedTerm, EvidenceReference, GeneMention, Highlight, Hit, Match
from search.reviewing import Strengths
from search.spans import Span, as_typed, without_overlaps

_FIELD_NAMES = [field.name for field in FIELDS]
_IS_FULL_NAME = np.array([field.name in FULL_NAMES for field in FIELDS])
_NO_WORDS: frozenset[int] = frozenset()


class ColumnReviewer:
    """The genes of a columnar index, as one query sees them."""

    def __init__(self, marked: Marked, follows: Follows) -> None:
        self._marked = marked
        self._follows = follows
        self._top: Reviewed | None = None
        self.total = marked.words.total

    def strengths(self, docs: Docs) -> Strengths:
        marked, index = self._marked, self._marked.index
        found = self._top = marked.review(docs)
        best, cited = np.zeros(len(docs)), np.zeros(len(docs))
        np.maximum.at(best, found.owners, found.strengths)
        with_paper = (found.codes & CITED).nonzero()[0]
        np.maximum.at(cited, found.owners[with_paper], found.strengths[with_paper])
        weak = (best < MOST_IMPLIED).nonzero()[0]
        if len(weak) and len(marked.labels):
            at, lengths = members(index.above.starts, docs[weak])
            of_terms = marked.of_terms[index.above_terms[at]]
            met = of_terms.nonzero()[0]
            following = of_terms[met] * GROUNDS[index.above_codes[at[met]]] * LINE_KIND[WIDER]
            np.maximum.at(best, weak.repeat(lengths)[met], following)
        return Strengths(best, cited, self._called(found))

    def _called(self, found: Reviewed) -> NDArray[np.float64]:
        marked = self._marked
        called = np.zeros(len(found.docs))
        names = _IS_FULL_NAME[found.codes >> FIELD_SHIFT].nonzero()[0]
        if len(names):
            starts, marks = marked.index.text_tokens.starts, found.marks[names]
            texts = marked.index.line_texts[found.lines[names]].astype(np.int64)
            part = np.minimum(marked.counted(marks) / (starts[texts + 1] - starts[texts]), 1.0)
            whole = marked.counted(marks) == len(marked.leaves)
            np.maximum.at(called, found.owners[names], whole * part * part)
        return called

    def papers(self, docs: Docs) -> NDArray[np.integer]:
        return self._marked.index.doc_papers[docs]

    def labelled(self) -> Labelled:
        marked = self._marked
        marks = marked.marks_of_labels
        return Labelled(marked.labels, marked.squared(marks), marked.counted(marks))

    def gene(self, doc: int) -> ColumnEvidence:
        reviewed, place = self._top, self._places.get(doc)
        if reviewed is None or place is None:
            reviewed, place = self._marked.review(np.array([doc], np.int32)), 0
        own = slice(int(reviewed.ends[place - 1]) if place else 0, int(reviewed.ends[place]))
        return ColumnEvidence(self._marked, self._follows, doc, reviewed, own)

    @cached_property
    def _places(self) -> dict[int, int]:
        """Where each of the genes at the top is among them."""
        docs = [] if self._top is None else self._top.docs.tolist()
        return {doc: place for place, doc in enumerate(docs)}


class ColumnAnswer:
    """A line of a gene with what it holds of the query; its text is read when it is asked for."""

    __slots__ = ("_of", "_row", "cited", "code", "held", "line", "says_nothing", "strength")

    implied = False

    def __init__(self, of: Marked, line: int, held: frozenset[int], strength: float, code: int) -> None:
        self._of = of
        self._row: LineText | None = None
        self.line = line
        self.held = held
        self.strength = strength
        self.code = code
        self.cited = code & CITED != 0
        self.says_nothing = code & NOTHING != 0

    @property
    def field(self) -> str:
        return _FIELD_NAMES[self.code >> FIELD_SHIFT]

    @property
    def row(self) -> LineText:
        row = self._row
        if row is None:
            index = self._of.index
            row = self._row = decode_text(index.texts[index.line_text[self.line]])
        return row

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def saying(self) -> int:
        index = self._of.index
        return index.text_saying[index.line_text[self.line]]


class OwnAnswers:
    """A gene's own lines, the strongest first; made when they are looked at, as few of them are."""

    def __init__(self, marked: Marked, reviewed: Reviewed, own: slice) -> None:
        self._of = marked
        self._strengths = reviewed.strengths[own].tolist()
        self._marks = reviewed.marks[own].tolist()
        self._codes = reviewed.codes[own].tolist()
        self._numbers = reviewed.lines[own].tolist()
        self._order = sorted(range(len(self._marks)), key=self._strengths.__getitem__, reverse=True)
        self._made: list[ColumnAnswer] = []

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> ColumnAnswer:
        made = self._made
        for n in self._order[len(made) : place + 1]:
            made.append(
                ColumnAnswer(
                    self._of,
                    self._numbers[n],
                    self._of.held(self._marks[n]),
                    self._strengths[n],
                    self._codes[n],
                )
            )
        return made[place]

    def __iter__(self) -> Iterator[ColumnAnswer]:
        return (self[place] for place in range(len(self._order)))

    @cached_property
    def silent(self) -> bool:
        return all(code & NOTHING for code in self._codes)

    @cached_property
    def together(self) -> frozenset[int]:
        """The words that any of the lines holds; those that say nothing is known count only alone."""
        marks = self._marks
        if not self.silent:
            marks = [mark for mark, code in zip(marks, self._codes, strict=True) if not code & NOTHING]
        return self._of.held(reduce(or_, marks, 0))

    @property
    def citing(self) -> Iterator[ColumnAnswer]:
        return (self[place] for place, n in enumerate(self._order) if self._codes[n] & CITED)


class FollowingAnswer(NamedTuple):
    """A line that follows from one of the gene's own."""

    text: str
    saying: int | str
    key: str
    spans: tuple[Span, ...]
    held: frozenset[int]
    strength: float
    via: ColumnAnswer
    field: str = WIDER
    says_nothing: bool = False
    implied: bool = True

    @property
    def cited(self) -> bool:
        return self.via.cited


OneAnswer = ColumnAnswer | FollowingAnswer


class ColumnEvidence:
    """A gene with the lines that answer."""

    def __init__(self, marked: Marked, follows: Follows, doc: int, reviewed: Reviewed, own: slice) -> None:
        self._of = marked
        self._follows = follows
        self._doc = doc
        self._lines = OwnAnswers(marked, reviewed, own)

    @property
    def head(self) -> Head:
        return decode_head(self._of.index.heads[self._doc])

    @cached_property
    def answers(self) -> OwnAnswers | Listed[OneAnswer]:
        of, own = self._of, self._lines
        if not of.leaves:
            return own
        strongest = next((answer for answer in own if not answer.says_nothing), None)
        best, first = (strongest.strength, strongest.held) if strongest else (0.0, _NO_WORDS)
        adds = of.words.adding(best, first, own.together)
        following = [] if adds is None else [self._follow(f) for f in self._follows.of(self._doc, adds)]
        if not following:
            return own
        return Listed(sorted([*own, *following], key=_weakness))

    def _follow(self, found: Following) -> FollowingAnswer:
        of, index = self._of, self._of.index
        text, key = self._follows.written(found)
        code = int(index.line_codes[found.via])
        held = of.held(found.mark)
        _, spans = of.words.marks(WIDER, text)
        folded = fold_case(text)
        alike = (one.saying for one in self._lines if held <= one.held and fold_case(one.text) == folded)
        strength = of.words.share(held) ** 2 * float(STANDING[code]) * LINE_KIND[WIDER]
        via = ColumnAnswer(of, found.via, _NO_WORDS, 0.0, code)
        return FollowingAnswer(text, next(alike, folded), key, spans, held, strength, via)

    def introducing(self) -> ColumnAnswer | None:
        first, last = self._of.index.doc_lines.bounds(self._doc)
        codes = self._of.index.line_codes[first:last]
        telling = codes & NOTHING == 0
        for field in present.LEADING:
            found = (telling & (codes >> FIELD_SHIFT == FIELD_NUMBER[field])).nonzero()[0]
            if len(found):
                place = int(found[0])
                return ColumnAnswer(self._of, first + place, _NO_WORDS, 0.0, int(codes[place]))
        return None

    def hit(self, score: float, match: Match, missing: tuple[str, ...]) -> Hit:
        return present.hit(self, score, match, missing)

    def highlights(self, chosen: Sequence[OneAnswer]) -> tuple[Highlight, ...]:
        return tuple([self._highlight(answer) for answer in chosen])

    def _highlight(self, answer: OneAnswer) -> Highlight:
        index = self._of.index
        own = answer.via if isinstance(answer, FollowingAnswer) else answer
        source = index.sources[index.line_source[own.line]]
        refs = self._references(own.line) if own.cited else ()
        if isinstance(answer, FollowingAnswer):
            via = own.row
            same = via.key is None or fold_case(via.text) == fold_case(answer.text)
            term = None if same else AnnotatedTerm(via.key or "", via.text)
            return Highlight(
                WIDER,
                source.provenance,
                source.name,
                source.date,
                answer.text,
                answer.spans,
                refs,
                (),
                answer.key,
                term,
            )
        row = own.row
        return Highlight(
            own.field,
            source.provenance,
            source.name,
            source.date,
            row.text,
            self._spans(own),
            refs,
            tuple([_mention(mention, row.text) for mention in row.mentions]) if row.mentions else (),
            row.key,
        )

    def _references(self, line: int) -> tuple[EvidenceReference, ...]:
        index = self._of.index
        first, last = index.cited.bounds(line)
        return tuple(
            [
                _reference(decode_reference(index.references[number >> 1]), number & 1 == 1)
                for number in index.cited_references[first:last].tolist()
            ]
        )

    def _spans(self, answer: ColumnAnswer) -> tuple[Span, ...]:
        """Where the words stand, in code points."""
        held, of = answer.held, self._of
        if not held:
            return ()
        spans = self._loose(answer) if of.words.loose else self._standing(answer)
        for position, genes in of.words.genes.items():
            if position in held:
                spans += [
                    (one.start, one.end)
                    for one in answer.row.mentions
                    if one.id in genes or not genes.isdisjoint(one.others)
                ]
        return without_overlaps(set(spans)) if len(spans) > 1 else tuple(spans)

    def _loose(self, answer: ColumnAnswer) -> list[Span]:
        """With patterns among the words, or words near each other, the line is read."""
        return list(self._of.words.marks(answer.field, answer.text)[1])

    def _standing(self, answer: ColumnAnswer) -> list[Span]:
        """From the places of its words, which are known."""
        of, index = self._of, self._of.index
        first, last = index.text_tokens.bounds(index.line_text[answer.line])
        tokens = index.tokens[first:last]
        forms = of.forms(answer.field)
        spans = []
        for begins, words in ((forms.surfaces, tokens), (forms.stems, index.word_stems)):
            if not begins:
                continue
            standing = (words if words is tokens else words[tokens]).tolist()
            for place, word in enumerate(standing):
                for form in begins.get(word, ()):
                    row = form.words
                    if form.position in answer.held and row == standing[place : place + len(row)]:
                        span = (
                            index.token_begins[first + place],
                            index.token_ends[first + place + len(row) - 1],
                        )
                        spans.append(as_typed(span, answer.text, of.leaves[form.position]))
        return spans


def _reference(reference: Reference, in_passage: bool) -> EvidenceReference:
    return EvidenceReference(
        reference.n,
        reference.pmid,
        reference.doi,
        reference.title,
        reference.year,
        "passage" if in_passage else "sentence",
        reference.authors,
        reference.journal,
    )


def _mention(mention: TextMention, text: str) -> GeneMention:
    symbol = mention.symbol
    known = symbol is not None
    return GeneMention(
        mention.start, mention.end, symbol or text[mention.start : mention.end], mention.id, known
    )


def _weakness(answer: OneAnswer) -> float:
    return -answer.strength
