"""What genes are called: each gene's names, and the names that several genes share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from index.analysis import fold_case
from index.documents import ROOT_SYMBOL
from index.merge import MergedGene
from index.records import NAME_KINDS, Name, NameKind, Source, WithdrawnSymbol

_RANK = {kind: position for position, kind in enumerate(NAME_KINDS)}
_SHORT = frozenset({"symbol", "previous_symbol", "alias", "withdrawn"})
WITHDRAWN_BY = Source("HGNC", "curated")


_NO_PRODUCT = 3
_REGIONS = frozenset({"region", "fragile site", "virus integration site", "biological-region"})
_UNSURE = frozenset({"unknown", "other", "readthrough", ""})


def standing(locus_type: str | None) -> int:
    """How soon a gene of this locus type is meant by a name that several genes have: 0 what has a protein, 1
    what has another product, 2 what is unknown or reads through two genes, 3 a pseudogene, 4 a region."""
    told = (locus_type or "").casefold()
    if "pseudo" in told:
        return _NO_PRODUCT
    if told in _REGIONS:
        return _NO_PRODUCT + 1
    if told in _UNSURE:
        return _NO_PRODUCT - 1
    return 1 if "rna" in told else 0


class Naming(Protocol):
    """A record, or its head: who gives which names."""

    @property
    def source(self) -> Source: ...

    @property
    def names(self) -> tuple[Name, ...]: ...


def names_of(
    records: Iterable[Naming], withdrawn: Iterable[WithdrawnSymbol] = ()
) -> list[tuple[Name, Source]]:
    """A gene's names with who gives them, each spelling once under its strongest kind.

    The first record's symbol and name stand; another's other symbol is an alias.
    """
    chosen: dict[str, tuple[Name, Source]] = {}
    for given in sorted(_given(records, withdrawn), key=_rank):
        chosen.setdefault(given[0].spelling, given)
    return list(chosen.values())


def _rank(given: tuple[Name, Source]) -> int:
    return _RANK[given[0].kind]


def _given(records: Iterable[Naming], withdrawn: Iterable[WithdrawnSymbol]) -> list[tuple[Name, Source]]:
    given: list[tuple[Name, Source]] = []
    taken: dict[NameKind, str] = {}
    for record in records:
        source = record.source
        for name in record.names:
            kind = name.kind
            if kind == "symbol" or kind == "name":
                first = taken.setdefault(kind, name.spelling)
                if first != name.spelling:
                    if kind == "symbol":
                        given.append((Name("alias", name.spelling), source))
                    elif fold_case(first) != fold_case(name.spelling):
                        given.append((Name("alias_name", name.spelling), source))
                    continue
            given.append((name, source))
    given += [(Name("withdrawn", entry.symbol), WITHDRAWN_BY) for entry in withdrawn]
    return given


class GeneNames(Struct, frozen=True, gc=False):
    """A gene with its names and its families', without who gives them."""

    id: str
    taxon: int
    symbol: str
    names: tuple[Name, ...]
    families: tuple[str, ...] = ()
    """Without a root symbol in brackets."""


def gene_names(gene: MergedGene) -> GeneNames:
    names = tuple([name for name, _ in names_of(gene.heads, gene.withdrawn)])
    symbol = next((name.spelling for name in names if name.kind == "symbol"), gene.id)
    families = [ROOT_SYMBOL.sub("", family) for head in gene.heads for family in head.families]
    return GeneNames(gene.id, gene.taxon, symbol, names, tuple(dict.fromkeys(families)))


class AmbiguousName(Struct, frozen=True):
    """A symbol or alias that several genes of a species have, in whatever case."""

    name: str
    taxon: int
    genes: tuple[str, ...]
    """What it is to each: ``alias of TYMP (HGNC:3148)``, in the order of the ids."""


def ambiguous_names(genes: Iterable[GeneNames]) -> list[AmbiguousName]:
    """In the order of the names; full names are no matter of confusion and left out."""
    first: dict[tuple[str, int], tuple[GeneNames, Name]] = {}
    shared: dict[tuple[str, int], dict[str, tuple[NameKind, str, str]]] = {}
    for gene in genes:
        for name in gene.names:
            if name.kind in _SHORT:
                folded = (fold_case(name.spelling), gene.taxon)
                other, known = first.setdefault(folded, (gene, name))
                if other is not gene:
                    sharing = shared.setdefault(
                        folded, {other.id: (known.kind, known.spelling, other.symbol)}
                    )
                    sharing.setdefault(gene.id, (name.kind, name.spelling, gene.symbol))
    return [
        AmbiguousName(
            name=min(spelling for _, spelling, _ in sharing.values()),
            taxon=taxon,
            genes=tuple(
                f"{kind.replace('_', ' ')} of {symbol} ({gene_id})"
                for gene_id, (kind, _, symbol) in sorted(sharing.items())
            ),
        )
        for (_, taxon), sharing in sorted(shared.items())
    ]
