"""The sentences and facts of a gene that answer a query, and how well each does.

A line is compared with the query's words by the same analysis that made the index.
What is said of a line here orders lines of one gene and, by its best line, the genes
at the top (ranking.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from whoosh.query import Query, Term

from index.analysis import fold_case, fold_keyword, stem, tokenize
from index.documents import Document, Line
from index.fields import BY_NAME
from search.expand import GenesNamed, fields_of, keyword, line_forms, pubmed_id, stemmed, typed

Span = tuple[int, int]

TRUST = {"curated": 1.0, "computed": 0.95, "ai": 0.9}
"""Curated before computed before AI-written, all else equal."""
SAYS_NOTHING = 0.1
"""A sentence that only says nothing is known counts for little."""
LINE_KIND = {
    "symbol": 0.5,
    "previous_symbol": 0.5,
    "alias": 0.5,
    "name": 0.5,
    "other_name": 0.5,
    "protein": 0.5,
    "identifier": 0.5,
    "reference": 0.8,
    "go_wider": 0.6,
}
"""A name that holds the words is weaker evidence than a sentence or fact (RANKING: half), a
paper's title a little weaker than what is said citing it, a term that only follows weaker than one
that is stated."""
CITED = 1.05
"""Of two equal lines the one with a paper behind it."""
_IMPLIED_MOST = max(TRUST.values()) * CITED * LINE_KIND["go_wider"]
"""The strength that no implied line exceeds."""
_NO_WORDS: frozenset[int] = frozenset()
_PMID_DIGITS = 9
_LONG_NUMBER = 5
_IN_REFERENCES = ("pmid", "doi")
"""Fields that a line of a reference shows."""


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


class Implied(NamedTuple):
    """A line that a document does not have, because it follows from one that it has."""

    line: Line
    via: Line
    named: frozenset[int]
    """Positions, in the query's words, of those that are its term's identifier."""


ImpliedBy = Callable[[Document, Callable[[frozenset[int]], bool]], Iterable[Implied]]
"""The lines that follow from a document's own; of sets of words that do not add anything, by the
function given, there need be none."""


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
        implied: ImpliedBy = lambda document, adds: (),
        ids_of: Callable[[Query], Iterable[str]] | None = None,
    ) -> None:
        self._leaves = leaves
        self._weights = weights
        self._implied = implied
        self.total = sum(weights) or 1.0
        self._shares: dict[frozenset[int], float] = {}
        self._keywords: dict[str, list[int]] = {}
        for position, leaf in enumerate(leaves):
            for own in (ids_of or ids)(leaf):
                self._keywords.setdefault(own, []).append(position)
        self._papers = {
            pmid: position for position, leaf in enumerate(leaves) if (pmid := paper_number(leaf)) is not None
        }
        self._forms: dict[str, list[tuple[int, bool, tuple[str, ...]]]] = {}
        self._genes = {
            position: frozenset(genes_named(typed(leaf)))
            for position, leaf in enumerate(leaves)
            if BY_NAME["mentions"] in fields_of(leaf)
        }

    def __len__(self) -> int:
        return len(self._leaves)

    def answers(self, document: Document) -> list[Answer]:
        """The lines that hold any of the words, the strongest first.

        An implied line is among them only where it may be stronger than all of the gene's own, or holds a
        word that none of these holds.
        """
        cited = self._asked_papers(document)
        found = [
            answer
            for line in document.lines
            if (answer := self._answer(document, line, _cited_in(line, cited))) is not None
        ]
        found.sort(key=_weakness)
        telling = [answer for answer in found if not answer.line.says_nothing]
        best = telling[0].strength if telling else 0.0
        if best >= _IMPLIED_MOST and len(telling[0].held) == len(self):
            return found
        covered = frozenset().union(*{answer.held for answer in telling})

        def adds(held: frozenset[int]) -> bool:
            return not held <= covered or self._share(held) ** 2 * _IMPLIED_MOST > best

        following = [
            replace(answer, via=via)
            for line, via, named in self._implied(document, adds)
            if (answer := self._answer(document, line, named)) is not None
        ]
        return sorted([*found, *following], key=_weakness) if following else found

    def _asked_papers(self, document: Document) -> dict[int, int]:
        """Of the document's references that the query asks for, the position of the word that does."""
        if not self._papers:
            return {}
        return {
            place: self._papers[numbered.reference.pmid]
            for place, numbered in enumerate(document.references)
            if numbered.reference.pmid in self._papers
        }

    def _share(self, held: frozenset[int]) -> float:
        """The share of the query's weight that some of its words have."""
        known = self._shares.get(held)
        if known is None:
            known = self._shares[held] = sum(self._weights[position] for position in held) / self.total
        return known

    def _answer(self, document: Document, line: Line, as_id: frozenset[int] = _NO_WORDS) -> Answer | None:
        """What a line holds; ``as_id`` are the words that it is met by without holding them."""
        spans: set[Span] = set()
        held = set(as_id)
        forms = self._forms_in(line.field)
        read = _read(line.text) if forms else _NOTHING
        for position, is_stemmed, form in forms:
            at = _occurrences(read, form, is_stemmed)
            if at:
                held.add(position)
                spans.update(_as_typed(span, line.text, self._leaves[position]) for span in at)
        held.update(self._keywords_met(line))
        for position, genes in self._genes.items():
            named = {(mention.start, mention.end) for mention in line.mentions if genes & {*mention.genes}}
            if named:
                held.add(position)
                spans |= named
        if not held:
            return None
        words = frozenset(held)
        strength = self._share(words) ** 2 * standing(document, line) * LINE_KIND.get(line.field, 1.0)
        if line.says_nothing:
            strength *= SAYS_NOTHING
        return Answer(line, _without_overlaps(spans), words, strength)

    def _forms_in(self, field: str) -> list[tuple[int, bool, tuple[str, ...]]]:
        """(word, whether stems are compared, term sequence) for lines of a field."""
        known = self._forms.get(field)
        if known is None:
            row = BY_NAME[field]
            known = [
                (position, stemmed(leaf, row), form)
                for position, leaf in enumerate(self._leaves)
                if row in fields_of(leaf) or (leaf.fieldname in _IN_REFERENCES and field == "reference")
                for form in line_forms(leaf, row)
            ]
            self._forms[field] = known
        return known

    def _keywords_met(self, line: Line) -> Sequence[int]:
        """Words that are the identifier of the thing a line states, such as a GO id."""
        return () if line.key is None else self._keywords.get(_folded(line.key), ())


def ids(leaf: Query) -> list[str]:
    """The identifier, folded, that a leaf is if it is one."""
    return [fold_keyword(keyword(leaf))]


def paper_number(leaf: Query) -> str | None:
    """The PubMed ID that a leaf may be: under ``pmid:`` any number, elsewhere one that is too long for a
    year or a part of a name."""
    number = pubmed_id(leaf)
    if not (number.isascii() and number.isdigit() and len(number) <= _PMID_DIGITS):
        return None
    meant = leaf.fieldname == "pmid" or (BY_NAME["pmid"] in fields_of(leaf) and len(number) >= _LONG_NUMBER)
    return number if meant else None


def _cited_in(line: Line, papers: Mapping[int, int]) -> frozenset[int]:
    """The words that ask for papers which the line cites."""
    if not papers or not line.cited:
        return _NO_WORDS
    return frozenset(papers[cited.reference] for cited in line.cited if cited.reference in papers)


def standing(document: Document, line: Line) -> float:
    """How much a line counts for who says it and on what grounds."""
    return TRUST[document.sources[line.source].provenance] * (CITED if line.cited else 1.0)


def _weakness(answer: Answer) -> float:
    return -answer.strength


class _Read(NamedTuple):
    """A line's terms in three columns."""

    terms: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[Span, ...]


_NOTHING = _Read((), (), ())


_folded = lru_cache(maxsize=1 << 16)(fold_keyword)


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> _Read:
    tokens = tokenize(text)
    return _Read(
        tuple(token.term for token in tokens),
        tuple(stem(token.term) for token in tokens),
        tuple((token.start, token.end) for token in tokens),
    )


def _occurrences(read: _Read, form: tuple[str, ...], is_stemmed: bool) -> list[Span]:
    """Where the form stands in a line, from its first term's start to its last one's end."""
    standing = read.stems if is_stemmed else read.terms
    found = []
    first = form[0]
    width = len(form)
    position = -1
    for _ in range(standing.count(first)):
        position = standing.index(first, position + 1)
        if standing[position : position + width] == form:
            found.append((read.spans[position][0], read.spans[position + width - 1][1]))
    return found


def _as_typed(span: Span, text: str, leaf: Query) -> Span:
    """The span with the signs that the word was typed with, where they stand: ``Su(H)``, a
    DOI's last ``+``."""
    word = leaf.text if isinstance(leaf, Term) else ""
    start, end = span
    whole = start + len(word)
    if end < whole <= len(text) and text[start:whole].casefold() == word.casefold():
        return start, whole
    return span


def _without_overlaps(spans: set[Span]) -> tuple[Span, ...]:
    """In order; where spans overlap the earlier and longer one stands."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def choose(answers: Sequence[Answer], limit: int = 3, first: Answer | None = None) -> list[Answer]:
    """Up to ``limit`` answers that together cover the query, without saying a thing twice.

    ``first`` if it is given, then the strongest, then those that add a word, then the next
    strongest; a cited one is among them when there is any.  A line that says nothing is known
    comes only where nothing else answers, an implied one only where it adds a word or a paper.
    """
    telling = [answer for answer in answers if not answer.line.says_nothing] or list(answers)
    chosen = [] if first is None else [first]
    covered = frozenset().union(*(answer.held for answer in chosen))
    said = {fold_case(answer.line.text) for answer in chosen}
    for adding in (True, False):
        for answer in telling:
            text = fold_case(answer.line.text)
            wanted = not answer.held <= covered if adding else answer.via is None
            if len(chosen) < limit and text not in said and wanted:
                chosen.append(answer)
                said.add(text)
                covered |= answer.held
    if len(chosen) > 1 and not any(answer.line.cited for answer in chosen):
        cited = next((a for a in telling if a.line.cited and fold_case(a.line.text) not in said), None)
        if cited is not None:
            if len(chosen) == limit:
                chosen.remove(_least_missed(chosen, cited, first))
            chosen.append(cited)
    return chosen


def _least_missed(chosen: Sequence[Answer], instead: Answer, kept: Answer | None) -> Answer:
    """The last answer, but for ``kept``, whose words the others and ``instead`` hold; if none, the last."""
    for answer in reversed(chosen):
        if answer is kept:
            continue
        others = [other.held for other in chosen if other is not answer]
        if answer.held <= instead.held.union(*others):
            return answer
    return chosen[-1]


def weights_from(frequencies: Sequence[int], genes: int) -> list[float]:
    """Inverse document frequency of each word, as BM25 has it (never negative)."""
    return [log(1 + (genes - df + 0.5) / (df + 0.5)) for df in frequencies]
