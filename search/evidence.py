"""The sentences and facts of a gene that answer a query, and how well each does.

A line is compared with the query's words by the same analysis that made the index.
What is said of a line here orders lines of one gene and, by its best line, the genes
at the top (ranking.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct
from whoosh.query import Query

from index.analysis import fold_case, fold_keyword, terms
from index.documents import Document, Line
from index.fields import BY_NAME
from search.asked_papers import IN_REFERENCES, AskedPapers, asks_for_papers, cited_in
from search.asked_papers import paper_number as paper_number
from search.expand import GenesNamed, fields_of, keyword, line_forms, may_mention, stemmed, typed
from search.once import once
from search.patterns import is_near, is_pattern, occurrences
from search.spans import NOTHING_READ, Span, as_typed, in_a_row, read, without_overlaps

Via = TypeVar("Via")
WIDER = "go_wider"
"""The field of implied lines."""

TRUST = {"curated": 1.0, "computed": 0.95, "ai": 0.9}
"""Curated before computed before AI-written, all else equal."""
SAYS_NOTHING = 0.05
"""A line that is no evidence counts for little."""
LINE_KIND = {
    "symbol": 0.5,
    "previous_symbol": 0.5,
    "alias": 0.5,
    "name": 0.5,
    "other_name": 0.5,
    "protein": 0.5,
    "identifier": 0.5,
    "reference": 0.8,
    WIDER: 0.6,
    "aside": 2.0,
}
"""A name that holds the words is weaker evidence than a sentence or fact (RANKING: half), a
paper's title a little weaker than what is said citing it, a term that only follows weaker than one
that is stated.  Of lines that are no evidence one about another gene tells more than one that says
nothing."""
CITED = 1.05
"""Of two equal lines the one with a paper behind it."""
FULL_NAMES = ("name", "other_name")
"""Fields of names that are words."""
MOST_IMPLIED = max(TRUST.values()) * CITED * LINE_KIND[WIDER]
"""The strength that no implied line exceeds."""
_NO_WORDS: frozenset[int] = frozenset()
_folded = lru_cache(maxsize=1 << 16)(fold_keyword)


class Answer(Struct, frozen=True):
    """A line of a gene with what it holds of the query."""

    line: Line
    spans: tuple[Span, ...]
    held: frozenset[int]
    """Positions, in the query's words, of those that stand in the line."""
    strength: float
    """0 to 1: (share of the query's weight)², less for weak kinds of line."""
    via: Line | None = None
    """The gene's own line from which this one follows, when it is implied."""

    @property
    def field(self) -> str:
        return self.line.field

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def saying(self) -> str:
        return fold_case(self.line.text)

    @property
    def cited(self) -> bool:
        return bool(self.line.cited)

    @property
    def says_nothing(self) -> bool:
        return self.line.says_nothing

    @property
    def implied(self) -> bool:
        return self.via is not None


class Implied(NamedTuple, Generic[Via]):
    """A line that a gene does not have, because it follows from one that it has."""

    text: str
    key: str
    via: Via
    named: frozenset[int]
    """Positions, in the query's words, of those that are its term's identifier."""


class ImpliedBy(Protocol):
    """The lines that follow from a document's own (search/wider.py)."""

    def of(self, document: Document, adds: Callable[[frozenset[int]], bool]) -> Iterable[Implied[Line]]:
        """Of sets of words that do not add anything there need be none."""

    def strongest(self, document: Document, share: Callable[[frozenset[int]], float]) -> float: ...


class NothingImplied:
    """Without an ontology."""

    def of(self, document: Document, adds: Callable[[frozenset[int]], bool]) -> Iterable[Implied[Line]]:
        return ()

    def strongest(self, document: Document, share: Callable[[frozenset[int]], float]) -> float:
        return 0.0


Limited = Callable[[Document, Sequence[Line], Sequence[frozenset[int]]], list[frozenset[int]]]
"""From the words that lines of a document hold to those for which they count."""
_NOTHING_IMPLIED = NothingImplied()


class Words:
    """The words and phrases of a query, ready to be looked for in lines.

    A word under ``mentions`` stands where a gene is named that ``genes_named`` leads to; ``implied``
    gives the lines that follow from a document's own; ``ids_of`` the folded identifiers of things, any of
    which is what a word asks for.
    """

    def __init__(
        self,
        leaves: Sequence[Query],
        weights: Sequence[float],
        genes_named: GenesNamed = lambda name: (),
        implied: ImpliedBy = _NOTHING_IMPLIED,
        ids_of: Callable[[Query], Iterable[str]] | None = None,
    ) -> None:
        self._leaves = leaves
        self.weights = weights
        self._implied = implied
        self.total = sum(weights) or 1.0
        self.loose = any(is_pattern(leaf) or is_near(leaf) for leaf in leaves)
        """Whether some are patterns or stand near each other."""
        self._shares: dict[frozenset[int], float] = {}
        self._ids_of = ids_of or ids
        self._forms: dict[str, tuple[list[tuple[int, bool, tuple[str, ...]]], list[int]]] = {}
        self.genes = {
            position: frozenset(genes_named(typed(leaf)))
            for position, leaf in enumerate(leaves)
            if may_mention(leaf)
        }
        """By position the genes that a word names, where a mention of one counts as the word."""
        self.limited: Limited | None = None
        """Which of the words that a document's lines hold count there (search/limits.py); None: all."""
        self.following: frozenset[int] | None = None
        """The words that may stand in what follows from a line; None: all."""

    @once
    def _keywords(self) -> dict[str, list[int]]:
        """By identifier, folded, the positions of the words that ask for its thing."""
        found: dict[str, list[int]] = {}
        for position, leaf in enumerate(self._leaves):
            for own in self._ids_of(leaf):
                found.setdefault(own, []).append(position)
        return found

    @once
    def _papers(self) -> AskedPapers:
        return AskedPapers(self._leaves)

    @once
    def papers(self) -> frozenset[int]:
        """The positions of what asks for papers, and is no word of a line that cites them."""
        return frozenset([place for place, leaf in enumerate(self._leaves) if asks_for_papers(leaf)])

    def __len__(self) -> int:
        return len(self._leaves)

    def answers(self, document: Document) -> list[Answer]:
        """The lines that hold any of the words, the strongest first.

        An implied line is among them only where it may be stronger than all of the gene's own, or holds a
        word that none of these holds.
        """
        found = self.own(document)
        telling = [answer for answer in found if not answer.says_nothing]
        best, strongest = (telling[0].strength, telling[0].held) if telling else (0.0, _NO_WORDS)
        adds = self.adding(best, strongest, frozenset().union(*{answer.held for answer in telling}))
        if adds is None:
            return found
        following = [
            Answer(line, spans, held, strength, via)
            for text, key, via, named in self._implied.of(document, adds)
            for line in [Line(WIDER, text, via.source, via.cited, key=key)]
            for held, spans in [self.marks(WIDER, text, named, self.following)]
            for strength in [self.share(held) ** 2 * standing(document, line) * LINE_KIND[WIDER]]
        ]
        return sorted([*found, *following], key=_weakness) if following else found

    def own(self, document: Document) -> list[Answer]:
        """Those that the document has; its identifiers are none."""
        cited = self._papers.among(document)
        if self.limited is not None:
            return self._limited(document, cited, self.limited)
        found = [
            answer
            for line in document.lines
            if line.field != "identifier"
            and (answer := self._answer(document, line, cited_in(line, cited))) is not None
        ]
        found.sort(key=_weakness)
        return found

    def held_by_lines(
        self, document: Document, cited: Mapping[int, frozenset[int]] | None = None
    ) -> tuple[list[Line], list[frozenset[int]]]:
        """The lines of a document, and the words that each holds, whether it counts for these or not."""
        asked = self._papers.among(document) if cited is None else cited
        lines = [line for line in document.lines if line.field != "identifier"]
        answers = [self._answer(document, line, cited_in(line, asked)) for line in lines]
        return lines, [answer.held if answer else _NO_WORDS for answer in answers]

    def _limited(
        self, document: Document, cited: Mapping[int, frozenset[int]], limited: Limited
    ) -> list[Answer]:
        """The same where lines do not count for all words that they hold."""
        lines, held = self.held_by_lines(document, cited)
        found = [
            answer
            for line, counting in zip(lines, limited(document, lines, held), strict=True)
            if counting and (answer := self._answer(document, line, counting, counting)) is not None
        ]
        found.sort(key=_weakness)
        return found

    def strengths(self, document: Document) -> tuple[float, float, float]:
        """What search.reviewing.Strengths tells of a gene."""
        found = self.own(document)
        best = found[0].strength if found else 0.0
        cited = next((answer.strength for answer in found if answer.cited), 0.0)
        if best < MOST_IMPLIED:
            best = max(best, self._implied.strongest(document, self.share) * LINE_KIND[WIDER])
        called = max(
            (
                min(1.0, len(answer.held) / len(terms(answer.text))) ** 2
                for answer in found
                if answer.field in FULL_NAMES and len(answer.held) == len(self)
            ),
            default=0.0,
        )
        return best, cited, called

    def adding(
        self, best: float, strongest: frozenset[int], covered: frozenset[int]
    ) -> Callable[[frozenset[int]], bool] | None:
        """Whether a set of words would add something to lines of which the strongest is as strong as
        ``best`` and holds ``strongest``, and all together ``covered``; None where nothing would."""
        if best >= MOST_IMPLIED and len(strongest) == len(self):
            return None
        return lambda held: not held <= covered or self.share(held) ** 2 * MOST_IMPLIED > best

    def share(self, held: frozenset[int]) -> float:
        """The share of the query's weight that some of its words have."""
        known = self._shares.get(held)
        if known is None:
            known = self._shares[held] = sum(self.weights[position] for position in held) / self.total
        return known

    def marks(
        self, field: str, text: str, as_id: frozenset[int] = _NO_WORDS, only: frozenset[int] | None = None
    ) -> tuple[frozenset[int], tuple[Span, ...]]:
        """The words that stand in a text of a field, beside those that it is met by without holding them,
        and where."""
        spans: set[Span] = set()
        held = set(as_id)
        self._mark(field, text, held, spans, only)
        return frozenset(held), without_overlaps(spans)

    def _mark(
        self, field: str, text: str, held: set[int], spans: set[Span], only: frozenset[int] | None = None
    ) -> None:
        forms, patterns = self.forms_in(field)
        if only is not None:
            forms = [form for form in forms if form[0] in only]
            patterns = [position for position in patterns if position in only]
        words = read(text) if forms or patterns else NOTHING_READ
        for position, is_stemmed, form in forms:
            at = in_a_row(words, form, is_stemmed)
            if at:
                held.add(position)
                spans.update(as_typed(span, text, self._leaves[position]) for span in at)
        for position in patterns:
            at = [
                (words.spans[start][0], words.spans[end - 1][1])
                for start, end in occurrences(words.terms, self._leaves[position])
            ]
            if at:
                held.add(position)
                spans.update(at)

    def _answer(
        self,
        document: Document,
        line: Line,
        as_id: frozenset[int] = _NO_WORDS,
        only: frozenset[int] | None = None,
    ) -> Answer | None:
        """What a line holds; ``as_id`` are the words that it is met by without holding them, ``only`` those
        for which it counts."""
        spans: set[Span] = set()
        held = set(as_id)
        self._mark(line.field, line.text, held, spans, only)
        held.update(self._keywords_met(line))
        for position, genes in self.genes.items():
            if only is not None and position not in only:
                continue
            named = {(one.start, one.end) for one in line.mentions if genes & {*one.candidates}}
            if named:
                held.add(position)
                spans |= named
        if not held:
            return None
        words = frozenset(held if only is None else held & only)
        strength = self.share(words) ** 2 * standing(document, line) * LINE_KIND.get(line.field, 1.0)
        if line.says_nothing:
            strength *= SAYS_NOTHING
        return Answer(line, without_overlaps(spans), words, strength)

    def forms_in(self, field: str) -> tuple[list[tuple[int, bool, tuple[str, ...]]], list[int]]:
        """(word, whether stems are compared, term sequence) for lines of a field, and the words that are
        patterns or stand near each other (search/patterns.py)."""
        known = self._forms.get(field)
        if known is None:
            row = BY_NAME[field]
            asked = [
                (position, leaf)
                for position, leaf in enumerate(self._leaves)
                if row in fields_of(leaf) or (leaf.fieldname in IN_REFERENCES and field == "reference")
            ]
            forms = [
                (position, stemmed(leaf, row), form)
                for position, leaf in asked
                for form in line_forms(leaf, row)
            ]
            patterns = [position for position, leaf in asked if is_pattern(leaf) or is_near(leaf)]
            known = self._forms[field] = forms, patterns
        return known

    def _keywords_met(self, line: Line) -> Sequence[int]:
        """Words that are the identifier of the thing a line states, such as a GO id."""
        return () if line.key is None else self._keywords.get(_folded(line.key), ())


def ids(leaf: Query) -> list[str]:
    """The identifier, folded, that a leaf is if it is one."""
    return [fold_keyword(keyword(leaf))]


def standing(document: Document, line: Line) -> float:
    """How much a line counts for who says it and on what grounds."""
    return TRUST[document.sources[line.source].provenance] * (CITED if line.cited else 1.0)


def _weakness(answer: Answer) -> float:
    return -answer.strength


def weights_from(frequencies: Sequence[int], genes: int) -> list[float]:
    """Inverse document frequency of each word, as BM25 has it (never negative)."""
    return [log(1 + (genes - df + 0.5) / (df + 0.5)) for df in frequencies]
