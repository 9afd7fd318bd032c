"""Evidence from the columns of the columnar index: no document is read, only the lines that are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case
from index.columnar import (
    CITED,
    FIELD_NUMBER,
    FIELD_SHIFT,
    NOTHING,
    PROVENANCES,
    TextMention,
    decode_head,
    decode_reference,
)
from index.columns import members
from index.documents import Head
from index.fields import FIELDS
from index.records import Provenance, Reference, Source
from search import present
from search.answers import FIELD_NAMES, ColumnAnswer, FollowingAnswer, GeneAnswers, OneAnswer, PageLines
from search.choosing import only_says_nothing
from search.concepts import Labelled
from search.engines import Docs
from search.evidence import FULL_NAMES, LINE_KIND, MOST_IMPLIED, WIDER
from search.following import Following, Follows
from search.marks import GROUNDS, STANDING, Marked, Reviewed
from search.once import once
from search.page import (
    AnnotatedTerm,
    EvidenceReference,
    FamilyMention,
    GeneMention,
    Highlight,
    Hit,
    Match,
    OtherGene,
)
from search.reviewing import Strengths

_IS_FULL_NAME = np.array([field.name in FULL_NAMES for field in FIELDS]).repeat(1 << FIELD_SHIFT)
"""By a line's code."""


class ColumnReviewer:
    """The genes of a columnar index, as one query sees them."""

    def __init__(self, marked: Marked, follows: Follows) -> None:
        self._marked = marked
        self._follows = follows
        self._top: Reviewed | None = None
        self.total = marked.words.total
        self.meeting = marked.meeting

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
            of_terms = marked.of_terms.take(index.above_terms.take(at))
            met = (of_terms != 0).nonzero()[0]
            grounds = GROUNDS.take(index.above_codes.take(at.take(met)))
            following = of_terms.take(met) * grounds * LINE_KIND[WIDER]
            np.maximum.at(best, weak.repeat(lengths)[met], following)
        return Strengths(best, cited, self._called(found))

    def _called(self, found: Reviewed) -> NDArray[np.float64]:
        marked = self._marked
        called = np.zeros(len(found.docs))
        names = _IS_FULL_NAME.take(found.codes).nonzero()[0]
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
        return self.genes([doc])[0]

    def genes(self, docs: Sequence[int]) -> list[ColumnEvidence]:
        reviewed, places = self._top, self._places
        if reviewed is None or not all(doc in places for doc in docs):
            ascending = sorted(docs)
            reviewed = self._marked.review(np.array(ascending, np.int32))
            places = {doc: place for place, doc in enumerate(ascending)}
        page = PageLines(self._marked, reviewed, [places[doc] for doc in docs])
        return [ColumnEvidence(self._marked, self._follows, doc, page, n) for n, doc in enumerate(docs)]

    @once
    def _places(self) -> dict[int, int]:
        """Where each of the genes at the top is among them."""
        docs = [] if self._top is None else self._top.docs.tolist()
        return {doc: place for place, doc in enumerate(docs)}


class ColumnEvidence:
    """A gene with the lines that answer."""

    __slots__ = ("_chosen", "_doc", "_follows", "_lines", "_of", "_page", "_with_following")

    def __init__(self, marked: Marked, follows: Follows, doc: int, page: PageLines, place: int) -> None:
        self._of = marked
        self._follows = follows
        self._doc = doc
        self._page = page
        self._lines = GeneAnswers(marked, page, place)
        self._with_following = not len(marked.labels)
        self._chosen: list[OneAnswer] | None = None

    @property
    def head(self) -> Head:
        return decode_head(self._of.index.heads.view(self._doc))

    @property
    def answers(self) -> GeneAnswers:
        if not self._with_following:
            self._with_following = True
            self._add_following()
        return self._lines

    @property
    def complete(self) -> bool:
        return self._of.limits is None

    @property
    def papers(self) -> frozenset[int]:
        return self._of.words.papers

    def says(self, answer: OneAnswer) -> Provenance:
        return PROVENANCES[(answer.via if isinstance(answer, FollowingAnswer) else answer).code & 3]

    def _add_following(self) -> None:
        of, lines = self._of, self._lines
        best, mark = lines.strongest()
        adds = of.words.adding(best, of.held(mark), of.held(lines.together()))
        if adds is not None:
            following = [self._follow(found) for found in self._follows.of(self._doc, adds)]
            if following:
                lines.add(following)

    def _follow(self, found: Following) -> FollowingAnswer:
        of, index = self._of, self._of.index
        text, key = self._follows.written(found)
        code = int(index.line_codes[found.via])
        held = of.held(found.mark)
        _, spans = of.words.marks(WIDER, text, only=held)
        folded = fold_case(text)
        alike = (one.saying for one in self._lines if held <= one.held and fold_case(one.text) == folded)
        strength = of.words.share(held) ** 2 * float(STANDING[code]) * LINE_KIND[WIDER]
        via = ColumnAnswer(of, found.via, 0, 0.0, code)
        return FollowingAnswer(text, next(alike, folded), key, spans, held, strength, via, found.mark)

    def introducing(self) -> ColumnAnswer | None:
        first, last = self._of.index.doc_lines.bounds(self._doc)
        codes = self._of.index.line_codes[first:last]
        telling = codes & NOTHING == 0
        for field in present.LEADING:
            found = (telling & (codes >> FIELD_SHIFT == FIELD_NUMBER[field])).nonzero()[0]
            if len(found):
                place = int(found[0])
                return ColumnAnswer(self._of, first + place, 0, 0.0, int(codes[place]))
        return None

    def choose(self, match: Match) -> None:
        self._chosen = chosen = present.chosen(self, match)
        self._page.show(chosen)

    def hit(self, score: float, match: Match, missing: tuple[str, ...]) -> Hit:
        if self._chosen is None:
            self.choose(match)
        return present.hit(self, score, match, missing, self._chosen)

    def highlights(self, chosen: Sequence[OneAnswer]) -> tuple[Highlight, ...]:
        self._page.show(chosen)
        return tuple([self._highlight(answer) for answer in chosen])

    def _highlight(self, answer: OneAnswer) -> Highlight:
        if isinstance(answer, FollowingAnswer):
            return self._highlight_following(answer)
        row = answer.row
        source = self._source(answer)
        at = self._of.index.line_at[answer.line]
        return Highlight(
            FIELD_NAMES[answer.code >> FIELD_SHIFT],
            source.provenance,
            source.name,
            source.date,
            row.text,
            self._page.spans(answer),
            self._references(answer),
            tuple([_mention(mention, row.text) for mention in row.mentions]) if row.mentions else (),
            row.key,
            about=None if row.about is None else _other(*row.about),
            at=at - 1 if at else None,
            families=tuple([FamilyMention(*one) for one in row.families]) if row.families else (),
            says_nothing=only_says_nothing(FIELD_NAMES[answer.code >> FIELD_SHIFT], answer.says_nothing),
        )

    def _highlight_following(self, answer: FollowingAnswer) -> Highlight:
        via = answer.via.row
        source = self._source(answer.via)
        same = via.key is None or fold_case(via.text) == fold_case(answer.text)
        return Highlight(
            WIDER,
            source.provenance,
            source.name,
            source.date,
            answer.text,
            answer.spans,
            self._references(answer.via),
            (),
            answer.key,
            None if same else AnnotatedTerm(via.key or "", via.text),
        )

    def _source(self, answer: ColumnAnswer) -> Source:
        index = self._of.index
        return index.sources[index.line_source[answer.line]]

    def _references(self, answer: ColumnAnswer) -> tuple[EvidenceReference, ...]:
        if not answer.code & CITED:
            return ()
        index = self._of.index
        first, last = index.cited.bounds(answer.line)
        return tuple(
            [
                _reference(decode_reference(index.references[number >> 1]), number & 1 == 1)
                for number in index.cited_references[first:last].tolist()
            ]
        )


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
        mention.start,
        mention.end,
        symbol or text[mention.start : mention.end],
        mention.id,
        known,
        tuple(map(_other, mention.others, mention.other_symbols)) if mention.others else (),
    )


def _other(gene: str, symbol: str | None) -> OtherGene:
    return OtherGene(symbol or gene, None if symbol is None else gene)
