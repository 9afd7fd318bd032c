"""What may be offered while a query is typed: which names and terms hold what was typed, and which of them
are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case, fold_spelling
from index.completions import Completions, Spellings, taken
from index.ontology import Ontology
from index.records import NameKind
from index.store import NameRecord
from search.holding import holding
from search.storing import Store

_DASHES = 4
"""Signs that a name may have beyond those that were typed, and Greek letters count twice, to be the same."""
_SAME = 6
"""So many genes of one spelling."""
_TOLD_WELL = 3
"""Letters from which on names that nobody approved are looked at besides: of fewer there are too many."""
_UNSURE_LOCUS = 2
"""From this standing on (index.naming.standing) a gene may be no more than a place or a phenotype."""
_FEW_PAPERS = 50
_LOOSE = 10
"""A gene counts as if it had so many times fewer papers by a name that was never an official one: among those
are names of what it only meets."""

EXACT, FOLDED, SYMBOL, PREVIOUS, ALIAS, WORDS_TYPED, NAME, WORD, TOPIC, APART = range(10)
"""The order of suggestions; ``APART`` is added for names and topics that hold the words, not in a row, and
for names of what is hardly more than a phenotype."""
_KEPT = {SYMBOL: 3, PREVIOUS: 1, ALIAS: 2, WORDS_TYPED: 3, NAME: 2, TOPIC: 2, TOPIC + APART: 2}
"""Places that each has before any has more."""

_NameKind = Literal["symbol", "previous_symbol", "alias", "name"]
NAME_KIND: dict[NameKind, tuple[_NameKind, str]] = {
    "symbol": ("symbol", "symbol"),
    "previous_symbol": ("previous_symbol", "previous symbol of {}"),
    "alias": ("alias", "alias of {}"),
    "withdrawn": ("previous_symbol", "withdrawn symbol, now {}"),
    "name": ("name", "name of {}"),
    "previous_name": ("name", "previous name of {}"),
    "alias_name": ("name", "other name of {}"),
}


class Offer(NamedTuple):
    order: int
    text: str
    name: NameRecord | None = None
    topic: int = -1
    """A label or family."""
    key: tuple[str, int] = ("", 0)
    """What it stands for: the same is offered once."""
    shared: bool = False
    """Other genes are called so too, and this stands for all of them."""


class Offering:
    """The names and terms of one generation that hold what was typed."""

    def __init__(self, known: Completions, store: Store, ontology: Ontology) -> None:
        self.known = known
        self._store = store
        self._ontology = ontology

    @cached_property
    def unapproved(self) -> int:
        """The first rank of a name that nobody approved; all behind it are such."""
        rows, low, high = self.known.name_rows, 0, len(self.known.name_rows)
        while low < high:
            middle = (low + high) // 2
            if self._store.name(int(rows[middle])).kind == "name":
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def approved(self) -> NDArray[np.bool_]:
        """Of each rank of the names, whether it is of a full name that was approved."""
        return np.arange(len(self.known.name_rows)) < self.unapproved

    @cached_property
    def other(self) -> NDArray[np.bool_]:
        """Of each rank of the names, whether nobody approved it."""
        return ~self.approved

    @cached_property
    def families(self) -> NDArray[np.bool_]:
        """Of each rank of the topics, whether it is of a family."""
        return np.asarray(self.known.topic_labels >= self._ontology.labels)

    @cached_property
    def labels(self) -> NDArray[np.bool_]:
        """Of each rank of the topics, whether it is of a label of the Gene Ontology."""
        return ~self.families

    def spelt(self, spellings: Spellings, typed: str, order: int, count: int) -> Iterator[Offer]:
        """Names without blanks that are spelt so, then those that begin so."""
        folded = fold_spelling(typed).encode()
        exact = spellings.spelt(folded, _SAME)
        rows = dict.fromkeys([*exact, *spellings.beginning(folded, count)])
        self._store.prefetch(numbers=rows)
        for row in rows:
            yield self._gene(row, order, typed)

    def short(self, typed: str) -> Iterator[Offer]:
        known = self.known
        for order, spellings, count in (
            (SYMBOL, known.symbols, 10),
            (PREVIOUS, known.previous, 3),
            (ALIAS, known.aliases, 6),
        ):
            yield from self.spelt(spellings, typed, order, count)

    def named(self, typed: str, words: Sequence[str], kept: NDArray[np.bool_] | None = None) -> list[Offer]:
        """Names by their words, of the genes that are written about most first; behind all others those of
        loci of which little more than a phenotype is known."""
        besides = self.unapproved if kept is None and len(words[-1]) >= _TOLD_WELL else 0
        known = []
        rows = taken(self.known.name_rows, holding(self.known.names, words, kept, besides))
        self._store.prefetch(numbers=rows)
        for row in rows:
            offer = self._gene(row, NAME, typed)
            gene = self._store.gene(offer.key[1])
            if gene.standing >= _UNSURE_LOCUS and gene.papers < _FEW_PAPERS and offer.order > FOLDED:
                offer = offer._replace(order=offer.order + APART)
            kind = "" if offer.name is None else offer.name.kind
            loose = kind == "alias_name" or (kind != "name" and typed.lower() not in offer.text.lower())
            known.append((-gene.papers / (_LOOSE if loose else 1), offer))
        return _nearest([offer for _, offer in sorted(known, key=itemgetter(0))], typed)

    def topics(self, typed: str, words: Sequence[str], kept: NDArray[np.bool_] | None = None) -> list[Offer]:
        """Terms and families by their words, those with most genes first."""
        known = self.known
        numbers = taken(known.topic_labels, holding(known.topics, words, kept))
        labels = self._ontology.labels
        terms_of = self._ontology.terms_of(np.array([n for n in numbers if n < labels], np.int32)).tolist()
        told = iter(terms_of)
        offers = []
        for number in numbers:
            if number < labels:
                text, key = self._ontology.text(number), ("term", next(told))
            else:
                text, key = self._family(number - labels), ("family", number - labels)
            offers.append(Offer(exactness(text, typed, TOPIC), text, None, number, key))
        once: dict[str, Offer] = {}
        for offer in offers:
            once.setdefault(fold_case(offer.text), offer)
        return _nearest(list(once.values()), typed)

    def _gene(self, row: int, order: int, typed: str) -> Offer:
        name = self._store.name(row)
        return Offer(exactness(name.spelling, typed, order), name.spelling, name, key=("gene", name.doc))

    def _family(self, number: int) -> str:
        families = self.known.families
        return families[number].decode(errors="replace") if number < len(families) else ""


def exactness(text: str, typed: str, order: int) -> int:
    if text == typed:
        return EXACT
    if len(text) > 2 * len(typed) + _DASHES:
        return order
    return FOLDED if fold_spelling(text) == fold_spelling(typed) else order


def _nearest(offers: list[Offer], typed: str) -> list[Offer]:
    """What begins as typed first, then what holds it as typed; what holds its words apart comes last."""
    folded, several = typed.lower().strip(), len(typed.split()) > 1

    def placed(offer: Offer) -> tuple[int, Offer]:
        place = offer.text.lower().find(folded)
        if offer.order >= APART:
            return 3, offer
        if place < 0 and several and offer.order > FOLDED:
            return 2, offer._replace(order=offer.order + APART)
        return (0 if place == 0 else 1), offer

    return [offer for _, offer in sorted(map(placed, offers), key=itemgetter(0))]


def chosen(offers: Iterable[Offer], size: int) -> list[Offer]:
    """So many, in their order, each thing once and each kind with the places it keeps."""
    ordered: dict[tuple[str, int], Offer] = {}
    for offer in sorted(offers, key=lambda offer: offer.order):
        ordered.setdefault(offer.key, offer)
    waiting: dict[int, list[tuple[str, int]]] = {}
    for key, offer in ordered.items():
        waiting.setdefault(offer.order, []).append(key)
    kept: set[tuple[str, int]] = set()
    for order, keys in waiting.items():
        own = len(keys) if order <= FOLDED else _KEPT.get(order, 0)
        kept.update(keys[: min(own, size - len(kept))])
        del keys[:own]
    while len(kept) < size and any(waiting.values()):
        for keys in waiting.values():
            if keys and len(kept) < size:
                kept.add(keys.pop(0))
    return [offer for key, offer in ordered.items() if key in kept]
