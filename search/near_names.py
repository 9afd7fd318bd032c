"""What may have been meant by a query that finds little: names of genes near it, or one of its words spelt
otherwise.

Nothing is asked instead of the query; whatever is offered is for the reader to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from math import log10
from pathlib import Path

from index.analysis import FUNCTION_WORDS, fold_spelling, tokenize
from index.completions import LENGTHS, Spelt, taken
from index.records import NAME_KINDS
from index.store import GeneRow, NameRecord
from search.completing import SPECIAL
from search.engines import Engine
from search.offers import NAME_KIND
from search.page import Suggestion
from search.query import parse
from search.spellings import american
from search.storing import Store
from search.tree import asks_of_lines
from search.words import TextWords, within

FEW = 3
"""A query that finds fewer genes may have been misspelt."""
MOST = 10
_NEAR = 0.3
"""Most differences of a suggested name, over the longer name's length."""
_FARTHEST = 3
_LONG = 20
"""Letters of a query that finds something from which on names two letters away are near it."""
_COMPARED = 20_000
"""So many spellings of about the same letters are compared at most."""
_LOOKED_AT = 60
_MOST_WORDS = 8
_CORRECTED = 3
"""So many words of a query are looked for among all words."""
_OFFERED = 3
"""So many queries with other words are offered."""
_SHORTEST = 4
"""Letters of the shortest word that may be misspelt."""
_TWICE_WRONG = 7
"""Letters of the shortest word in which two may be wrong."""
_RARER = 20
"""A word that so many times more genes have is likelier meant, where the query finds little."""
_RARE = 50
"""Genes of the most frequent word that may be misspelt."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(
    pair
    for upper, lower in zip(_ROWS, (*_ROWS[1:], ""), strict=True)
    for place, sign in enumerate(upper)
    for other in (*upper[place + 1 : place + 2], *lower[max(0, place - 1) : place + 1])
    for pair in ((sign, other), (other, sign))
)
"""Letters side by side on a keyboard."""
_ALIKE = frozenset(
    pair
    for one, two in ("ck", "sz", "iy", "cs", "fv", "gj", "ae", "ei", "ou", "kq")
    for pair in ((one, two), (two, one))
)
"""Letters that sound alike."""

_CLEARLY = 1.2
"""So many times more genes has another spelling that is offered."""
_NO_NAME = re.compile(
    r"(?:^|[\s(])[+-]?[a-z_]+:|"
    r'["\[\]{}<>≤≥*~]|\?(?!$)|^\S+\?$|\.\.|(?:^|\s)[-+](?=\w)|\b(?-i:AND|OR|NOT)\b|^[\d\s.,–-]*$|^10\.\d{4,}/'
    r"|^(?:ENS[A-Z]{0,6}|[NX][CGMPRT]_|HGNC|GO|P?MIM|OMIM|PMID|PMC|RS|CCDS|MGI|RGD)[ _-]?\d{4,}(?:\.\d+)?$"
    r"|^[OPQ]\d{5}$",
    re.IGNORECASE,
)
"""What is no misspelt name: a field's value, a pattern, a range, a number, an identifier."""
_QUOTED = re.compile(r'\s*"([^"]*)"\s*')
_SHORTEST_BRITISH = 5
"""``four`` is no ``for``."""


class NameSuggestions:
    """What may have been meant, by the names and words of one generation.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, generation: Path, store: Store, engine: Engine) -> None:
        self._spelt = Spelt(generation)
        self._store = store
        self._engine = engine

    def beside(self, q: str, total: int, relaxed: bool, named: bool) -> tuple[Suggestion, ...]:
        """What to offer beside an answer of so many genes: where it is of few, or of genes without some of
        the words, whatever is near, else only another spelling that more genes have."""
        if len(q) >= LENGTHS.stop:
            return ()
        if not named and (relaxed or total < FEW):
            few = 0 if relaxed else total
            return self.near(q, MOST, few, everything=not total)
        return tuple(self._respelt(q, total)) if american(q) != q else ()

    def near(
        self, q: str, limit: int = MOST, total: int = 0, *, everything: bool = True
    ) -> tuple[Suggestion, ...]:
        """Up to ``limit`` names and other spellings of the query, the likeliest first; of words those that
        more than ``total`` genes have.  Names that are not very near only if ``everything`` is wanted; a name
        in quotes, which asks for this spelling alone, is near itself in another spelling."""
        if not q.strip() or len(q) >= LENGTHS.stop:
            return ()
        quoted = _QUOTED.fullmatch(q)
        name = quoted[1] if quoted else q
        names = [] if _NO_NAME.search(name.strip()) else self._names(name, everything)
        several = len(q.split()) > 1  # of which a name that is near says more than any of them
        words = list(
            islice(self._respelt(q, total) if names and several else self._words(q, total), _OFFERED)
        )
        named = {one.text.lower() for one in names}
        words = [one for one in words if one.text.lower() not in named]
        one_word = q.islower() and not several
        told: dict[str, Suggestion] = {}
        for one in (*words, *names) if one_word else (*names, *words):
            told.setdefault(one.id or one.text, one)
        return tuple(islice(told.values(), limit))

    # Names

    def names_near(self, name: str, limit: int = MOST) -> list[Suggestion]:
        """Up to ``limit`` names of genes near one that no gene has, the likeliest first."""
        if not name.strip() or len(name) >= LENGTHS.stop or _NO_NAME.search(name):
            return []
        return self._names(name, everything=True)[:limit]

    def _names(self, q: str, everything: bool) -> list[Suggestion]:
        asked = fold_spelling(q)
        length = len(asked.encode())
        if length not in LENGTHS:
            return []
        farthest = min(_FARTHEST, int(_NEAR * (length + 1)))
        if not everything:
            farthest = min(farthest, 1 + (length >= _LONG))
        for most in range(1, farthest + 1):
            if found := self._within(asked, most):
                return found
        return []

    def _within(self, asked: str, most: int) -> list[Suggestion]:
        spellings, rows = self._spelt.like(asked.encode(), most)
        if len(spellings) > _COMPARED:
            spellings, rows = spellings[:_COMPARED], rows[:_COMPARED]
        texts = [spelling.decode(errors="replace") for spelling in spellings]
        near = [
            (_unlikely(asked, texts[place], distance), place)
            for place, distance in within(asked, texts, most)
            if distance <= _NEAR * max(len(asked), len(texts[place]))
        ]
        near = sorted(near)[:_LOOKED_AT]
        likely = taken(rows, [place for _, place in near])
        self._store.prefetch(numbers=likely)
        named = [(unlikely, self._name(row)) for (unlikely, _), row in zip(near, likely, strict=True)]
        named.sort(key=lambda one: (one[0], NAME_KINDS.index(one[1][0].kind), -one[1][1].papers))
        return [_named(*name) for _, name in named]

    def _name(self, row: int) -> tuple[NameRecord, GeneRow]:
        name = self._store.name(row)
        return name, self._store.gene(name.doc)

    # Words

    def _words(self, q: str, total: int) -> Iterator[Suggestion]:
        """The query with its misspelt words as they may have been meant."""
        asked = tokenize(q)
        if len(asked) > _MOST_WORDS:
            return
        respelt = list(self._respelt(q, total))
        if respelt or SPECIAL.search(q):
            yield from respelt
            return
        texts = self._engine.words
        doubted = [
            (texts.genes(token.term), number)
            for number, token in enumerate(asked)
            if _may_be_misspelt(token.term)
        ]
        better: dict[int, list[str]] = {}
        for held, number in sorted(doubted)[:_CORRECTED]:
            if held <= _RARE and (found := _meant(asked[number].term, held, texts)):
                better[number] = found
        if not better:
            return
        for choice in range(_OFFERED):
            if choice and (len(asked) > 1 or choice >= len(next(iter(better.values())))):
                return
            words = {number: found[min(choice, len(found) - 1)] for number, found in better.items()}
            text = q
            for number, word in sorted(words.items(), reverse=True):
                text = text[: asked[number].start] + word + text[asked[number].end :]
            yield from self._with_genes(text.strip(), total)

    def _respelt(self, q: str, total: int) -> Iterator[Suggestion]:
        """The query with American spellings that more genes have than the British ones."""
        texts, text = self._engine.words, q
        for token in reversed(tokenize(q)[:_MOST_WORDS]):
            if len(token.term) >= _SHORTEST_BRITISH and (word := _american(token.term, texts)):
                text = text[: token.start] + word + text[token.end :]
        if text != q:
            yield from self._with_genes(text.strip(), int(_CLEARLY * total))

    def _with_genes(self, text: str, total: int) -> Iterator[Suggestion]:
        tree = parse(text).tree
        genes = 0 if asks_of_lines(tree) else self._engine.asking().search(tree, 0).total
        if genes > total:
            yield Suggestion(text, kind="words", reason=f"{genes:,} gene{'' if genes == 1 else 's'}")


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word not in FUNCTION_WORDS


def _meant(word: str, held: int, texts: TextWords) -> list[str]:
    """The likeliest words for one that so many genes have, the likeliest first."""
    for most in (1, 2) if not held and len(word) >= _TWICE_WRONG else (1,):
        found = []
        for other, distance in texts.near(word, most):
            genes = texts.genes(other)
            if genes > held * _RARER and _may_be_misspelt(other):
                found.append((_unlikely(word, other, distance) - log10(genes) / 3, other))
        if found:
            return [other for _, other in sorted(found)[:_OFFERED]]
    return []


def _american(word: str, texts: TextWords) -> str | None:
    other = american(word)
    return other if other != word and texts.genes(other) > texts.genes(word) else None


def _unlikely(asked: str, other: str, distance: int) -> float:
    """How unlikely it is that one was typed for the other: their distance, less where letters are swapped or
    doubled, sound alike or stand side by side on a keyboard."""
    if distance != 1:
        return float(distance)
    start = next((n for n, (one, two) in enumerate(zip(asked, other, strict=False)) if one != two), None)
    if start is None:
        start = min(len(asked), len(other))
    wrong, right = asked[start:], other[start:]
    if len(wrong) == len(right):
        if wrong[:1] == right[1:2] and wrong[1:2] == right[:1] and wrong[2:] == right[2:]:
            return 0.5
        pair = wrong[:1], right[:1]
        less = 0.7 if pair in _ALIKE else 0.8 if pair in _BESIDE else 1.0
    else:
        longer = asked if len(asked) > len(other) else other
        less = 0.6 if start and longer[start : start + 1] == longer[start - 1] else 0.9
    return less + (0.2 if start == 0 else 0.0)


def _named(name: NameRecord, gene: GeneRow) -> Suggestion:
    kind, reason = NAME_KIND[name.kind]
    return Suggestion(name.spelling, gene.symbol, gene.id, kind, reason.format(gene.symbol))
