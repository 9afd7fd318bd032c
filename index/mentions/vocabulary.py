"""The names of all human genes, made ready to be looked for: plain data that one process hands to others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from index.mentions.spelling import LONGEST_KEY, key_and_heads, key_of, variants
from index.naming import GeneNames
from index.papers import PaperCount
from index.records import HUMAN, NameKind

KINDS: tuple[NameKind, ...] = ("symbol", "name", "previous_symbol", "alias", "previous_name", "alias_name")
"""The strongest first; a name's number is its place here, plus ``VARIANT`` for another spelling of it."""
ROOT = 6
"""Number of what the names of several genes begin with: ``VPS4`` of ``VPS4A`` and ``VPS4B``."""
VARIANT = 8
SHORT = frozenset({0, 2, 3})
"""Numbers of the kinds that are no full names."""
_NUMBER = {kind: place for place, kind in enumerate(KINDS)}
_SHORTEST_KEY = 2
_SHORTEST_ROOT = 3
_MOST_OF_ROOT = 3
"""Genes, those with the most papers, that a root is a name of."""
_BITS = 63
_ROOT_NAME = re.compile(
    r"(\S.*?)(?:,? (?:type )?(?:\d{1,2}[A-Za-z]?|[A-Z]|[IVX]+|alpha|beta|gamma|delta|epsilon)(?: \d+)?"
    r"| \d\w?)$"
)

Named = tuple[int, int, str]
"""Number of the gene, number of the kind, spelling."""
_Keys = dict[str, dict[int, tuple[int, str]]]


class Vocabulary(Struct, frozen=True):
    genes: list[str]
    """Ids."""
    symbols: list[str]
    papers: list[int]
    popularity: list[float]
    groups: list[tuple[int, ...]]
    """The families of each gene, by number."""
    group_names: list[str]
    families: list[tuple[int, ...]]
    """Of each gene the beginnings of its symbol that it shares with others, by number."""
    full_names: list[tuple[str, ...]]
    keys: dict[str, tuple[Named, ...]]
    heads: dict[str, int]
    """With what a name may begin -> the lengths of the keys that begin so, a bit each, the last for all
    that are longer."""
    roots: dict[str, int]
    """With what symbols begin -> how many do."""


_SOME_PAPERS = PaperCount(300, 30.0)


def prepare(genes: Sequence[GeneNames], counts: Sequence[PaperCount] = ()) -> Vocabulary:
    """The vocabulary of the human ones among ``genes``; ``counts`` are theirs in the same order.

    Where no gene has any papers, because no source counts them, each is taken to have some.
    """
    if not any(count.papers for count in counts):
        counts = [_SOME_PAPERS] * len(genes)
    made = Vocabulary([], [], [], [], [], [], [], [], {}, {}, {})
    making = _Making(made)
    for place, gene in enumerate(genes):
        if gene.taxon == HUMAN:
            making.add(gene, counts[place] if place < len(counts) else PaperCount())
    making.finish()
    return made


class _Making:
    def __init__(self, made: Vocabulary) -> None:
        self._made = made
        self._keys: _Keys = {}
        self._groups: dict[str, int] = {}

    def add(self, gene: GeneNames, count: PaperCount) -> None:
        made = self._made
        number = len(made.genes)
        made.genes.append(gene.id)
        made.symbols.append(gene.symbol)
        made.papers.append(count.papers)
        made.popularity.append(count.popularity)
        groups = self._groups
        made.groups.append(tuple([groups.setdefault(name, len(groups)) for name in gene.families]))
        full = []
        for name in gene.names:
            kind = _NUMBER.get(name.kind)
            if kind is None:
                continue
            self._name(name.spelling, number, kind)
            if kind not in SHORT:
                full.append(name.spelling)
            if count.papers:
                for other in variants(name.spelling, kind in SHORT):
                    self._name(other, number, kind + VARIANT)
        made.full_names.append(tuple(full))
        for root in _roots(key_of(gene.symbol)):
            made.roots[root] = made.roots.get(root, 0) + 1

    def finish(self) -> None:
        made = self._made
        self._add_roots()
        for key, named in self._keys.items():
            made.keys[key] = tuple([(gene, *told) for gene, told in named.items()])
        self._keys = {}
        numbers: dict[str, int] = {}
        for symbol in made.symbols:
            told = {root for root in _stems(symbol) if made.roots.get(key_of(root), 0) > 1}
            made.families.append(tuple([numbers.setdefault(root, len(numbers)) for root in sorted(told)]))
        made.group_names.extend(self._groups)

    def _name(self, name: str, gene: int, kind: int) -> None:
        key, heads = key_and_heads(name)
        length = len(key)
        if not _SHORTEST_KEY <= length <= LONGEST_KEY or key.isdigit():
            return
        named = self._keys.setdefault(key, {})
        earlier = named.get(gene)
        if earlier is None or kind < earlier[0]:
            named[gene] = (kind, name)
        bit = 1 << min(length, _BITS)
        known = self._made.heads
        for head in heads:
            known[head] = known.get(head, 0) | bit

    def _add_roots(self) -> None:
        made = self._made
        members: dict[str, dict[int, str]] = {}
        for gene, symbol in enumerate(made.symbols):
            if not made.papers[gene]:
                continue
            told = [*_stems(symbol)]
            told += [
                found.group(1) for name in made.full_names[gene] if (found := _ROOT_NAME.fullmatch(name))
            ]
            for root in told:
                if len(key := key_of(root)) >= _SHORTEST_ROOT:
                    members.setdefault(key, {}).setdefault(gene, root)
        for key, genes in members.items():
            if len(genes) > 1 and key not in self._keys:
                best = sorted(genes, key=lambda gene: (-made.papers[gene], gene))[:_MOST_OF_ROOT]
                for gene in best:
                    self._name(genes[gene], gene, ROOT)


def _roots(symbol: str) -> Iterator[str]:
    """With what a symbol, as a key, begins: without its number, its last letter, both, its last two."""
    told = {symbol.rstrip("0123456789"), symbol[:-1], symbol[:-1].rstrip("0123456789"), symbol[:-2]}
    return (root for root in told if len(root) > 1 and root != symbol)


def _stems(symbol: str) -> list[str]:
    """A symbol without its number, its last letter, or both, where enough is left."""
    told = [symbol.rstrip("0123456789"), symbol[:-1], symbol[:-1].rstrip("0123456789")]
    return [stem for stem in dict.fromkeys(told) if len(stem) >= _SHORTEST_ROOT and stem != symbol]
