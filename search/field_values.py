"""Suggestions behind a field's name: what that field holds, so that whatever is offered finds genes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from index.analysis import fold_case, terms
from index.completions import Spellings
from index.fields import BY_NAME
from search.conditions import KNOWN
from search.engines import Engine
from search.lexing import SEARCHABLE
from search.offers import ALIAS, FOLDED, PREVIOUS, SYMBOL, Offer, Offering
from search.query import parse
from search.tree import GENE

_NAMES = "|".join(sorted({*SEARCHABLE, GENE}, key=len, reverse=True))
_BOUND = re.compile(rf'(?:.*[\s(+-])?({_NAMES}):("?)([^"]*)', re.IGNORECASE | re.DOTALL)
_MORE = re.compile(r"[()\[\]{}<>*?~^]|\s\S*:|(?:^|\s)[-+](?=\w)|\b(?:AND|OR|NOT)\b")
"""Behind such signs a field's name says nothing of what is typed."""
_ID_BEGINS = re.compile(r"\d")
_WORDS = 5
"""So many words are asked for in a field without names, and the best of them offered."""
_OFFERED = 3


class Bound(NamedTuple):
    """A value that is being typed behind a field's name."""

    field: str
    before: str
    """The query up to the value."""
    typed: str
    opened: bool
    """In quotes that are still open."""


def bound(q: str) -> Bound | None:
    """What is typed at the end of a query behind a field's name, if anything is."""
    found = _BOUND.fullmatch(q)
    if found is None or _MORE.search(found[3]):
        return None
    field = found[1].lower()
    if field == "go" and _ID_BEGINS.match(found[3]):
        return None
    return Bound(field, q[: found.end(1) + 1], found[3].strip(), bool(found[2]))


class FieldValues:
    """What the fields of one generation hold."""

    def __init__(self, offering: Offering, engine: Engine) -> None:
        self._offering = offering
        self._engine = engine

    def offers(self, told: Bound, size: int) -> list[Offer]:
        """Each value once, in its order."""
        words = terms(told.typed)
        if not words:
            return []
        once: dict[str, Offer] = {}
        for offer in sorted(self._values(told, words, size), key=lambda offer: offer.order):
            text = fold_case(offer.text)
            first = once.get(text)
            if first is None:
                once[text] = offer._replace(key=(text, 0) if offer.name else offer.key)
            elif first.name and offer.name and first.name.doc != offer.name.doc:
                once[text] = first._replace(shared=True)
        return list(once.values())[:size]

    def _values(self, told: Bound, words: Sequence[str], size: int) -> Iterator[Offer]:
        offering, typed = self._offering, told.typed
        if told.field in ("symbol", "previous_symbol", "alias", GENE):
            for kind, order, spellings in self._short():
                if told.field in (kind, GENE):
                    for offer in offering.spelt(spellings, typed, order, 2 * size):
                        if offer.name is not None and (told.field == GENE or offer.name.kind == kind):
                            yield offer
        elif told.field in ("name", "other_name"):
            kept = offering.approved if told.field == "name" else offering.other
            yield from self._words(told, words, 1)
            yield from offering.named(typed, words, kept)
        elif told.field in ("go", "go_wider"):
            yield from offering.topics(typed, words, offering.labels)
        elif told.field == "family":
            yield from offering.topics(typed, words, offering.families)
        elif told.field in KNOWN:
            yield from self._known(told.field, typed)
        elif BY_NAME[told.field].kind == "prose":
            yield from self._words(told, words, _OFFERED)

    def _known(self, field: str, typed: str) -> Iterator[Offer]:
        """Values of a condition."""
        begun = (value for value in KNOWN[field] if value.startswith(typed.lower()))
        return (Offer(FOLDED, value, key=(value, 0)) for value in begun)

    def _short(self) -> tuple[tuple[str, int, Spellings], ...]:
        known = self._offering.known
        return (
            ("symbol", SYMBOL, known.symbols),
            ("previous_symbol", PREVIOUS, known.previous),
            ("alias", ALIAS, known.aliases),
        )

    def _words(self, told: Bound, words: Sequence[str], most: int) -> Iterator[Offer]:
        """Words of the field that begin so, of those that most genes have in any."""
        if len(words) > 1 or len(words[0]) < 2:
            return
        asking = self._engine.asking()
        found = (
            word
            for word in self._engine.words.frequent(words[0], _WORDS)
            if asking.search(parse(f'{told.field}:"{word}"').tree, 0).total
        )
        for word in islice(found, most):
            yield Offer(FOLDED, word, key=(word, 0))
