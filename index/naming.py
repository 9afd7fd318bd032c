"""What genes are called: each gene's names, and the names that several genes share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from index.analysis import fold_case
from index.merge import MergedGene
from index.records import HUMAN, NAME_KINDS, Name, NameKind, Source, WithdrawnSymbol

_RANK = {kind: position for position, kind in enumerate(NAME_KINDS)}
_SHORT = frozenset({"symbol", "previous_symbol", "alias", "withdrawn"})
WITHDRAWN_BY = Source("HGNC", "curated")


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
    for name, source in sorted(_given(records, withdrawn), key=lambda given: _RANK[given[0].kind]):
        chosen.setdefault(name.spelling, (name, source))
    return list(chosen.values())


def _given(records: Iterable[Naming], withdrawn: Iterable[WithdrawnSymbol]) -> Iterator[tuple[Name, Source]]:
    taken: dict[NameKind, str] = {}
    for record in records:
        for name in record.names:
            kind = name.kind
            if kind == "symbol" and taken.setdefault("symbol", name.spelling) != name.spelling:
                yield Name("alias", name.spelling), record.source
            elif kind == "name" and taken.setdefault("name", name.spelling) != name.spelling:
                if fold_case(taken["name"]) != fold_case(name.spelling):
                    yield Name("alias_name", name.spelling), record.source
            else:
                yield name, record.source
    for entry in withdrawn:
        yield Name("withdrawn", entry.symbol), WITHDRAWN_BY


class GeneNames(Struct, frozen=True, gc=False):
    """A gene and its names, without who gives them."""

    id: str
    taxon: int
    symbol: str
    names: tuple[Name, ...]


def gene_names(gene: MergedGene) -> GeneNames:
    names = tuple([name for name, _ in names_of(gene.heads, gene.withdrawn)])
    symbol = next((name.spelling for name in names if name.kind == "symbol"), gene.id)
    return GeneNames(gene.id, gene.taxon, symbol, names)


def vocabulary(genes: Iterable[GeneNames]) -> dict[str, list[str]]:
    """Every name of every human gene with the genes it names: those it is a symbol of first."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for gene in genes:
        if gene.taxon == HUMAN:
            for name in gene.names:
                if name.kind != "withdrawn" and not _is_common_word(name):
                    owners.setdefault(name.spelling, []).append((_RANK[name.kind], gene.id))
    return {
        spelling: [gene_id for _, gene_id in (sorted(ranked) if len(ranked) > 1 else ranked)]
        for spelling, ranked in owners.items()
    }


def _is_common_word(name: Name) -> bool:
    """A word such as ``polymerase``, which is a name of a gene only beside its other names."""
    return name.kind != "name" and name.spelling.islower() and name.spelling.isalpha()


class AmbiguousName(Struct, frozen=True):
    """A symbol or alias that several genes of a species have, in whatever case."""

    name: str
    taxon: int
    genes: tuple[str, ...]
    """What it is to each: ``alias of TYMP (HGNC:3148)``, in the order of the ids."""


def ambiguous_names(genes: Iterable[GeneNames]) -> list[AmbiguousName]:
    """In the order of the names; full names are no matter of confusion and left out."""
    owners: dict[tuple[str, int], dict[str, tuple[NameKind, str, str]]] = {}
    for gene in genes:
        for name in gene.names:
            if name.kind in _SHORT:
                of_name = owners.setdefault((fold_case(name.spelling), gene.taxon), {})
                of_name.setdefault(gene.id, (name.kind, name.spelling, gene.symbol))
    return [
        AmbiguousName(
            name=min(spelling for _, spelling, _ in sharing.values()),
            taxon=taxon,
            genes=tuple(
                f"{kind.replace('_', ' ')} of {symbol} ({gene_id})"
                for gene_id, (kind, _, symbol) in sorted(sharing.items())
            ),
        )
        for (_, taxon), sharing in sorted(owners.items())
        if len(sharing) > 1
    ]
