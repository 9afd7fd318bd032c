"""Records about one gene become one gene.

Identity is by HGNC ID, NCBI Gene ID and Ensembl ID, in this order.  HGNC decides
which genes there are, so its records are placed first; a record whose identifiers
lead to two genes goes to the one of the stronger identifier, and the disagreement is
reported with both sides.  A symbol alone places only a record that has no
identifier.  The outcome does not depend on the order of the input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from index.records import GeneRecord, Identifier, WithdrawnSymbol

AUTHORITY = ("HGNC", "NCBI Gene")
"""Sources whose symbol and name decide, the strongest first; all others follow."""

_ANCHORS = ("hgnc", "ncbigene", "ensembl")


class MergedGene(Struct):
    """Everything the sources say about one gene, the strongest source first."""

    id: str
    records: list[GeneRecord]
    withdrawn: list[WithdrawnSymbol]
    """Withdrawn symbols that lead to this gene, through chains too."""


class Conflict(Struct, frozen=True, order=True):
    """Two sides that disagree; nothing was merged because of it."""

    reason: str


class Merged(Struct):
    genes: list[MergedGene]
    """In ``_id`` order."""
    conflicts: list[Conflict]
    unplaced: list[GeneRecord]
    """Records without any name of a gene that no other source names."""
    without_successor: list[WithdrawnSymbol]


def merge(records: Iterable[GeneRecord], withdrawn: Iterable[WithdrawnSymbol] = ()) -> Merged:
    """Genes from records, in any order."""
    placing = _Placing()
    nameless = []
    by_symbol_only = []
    for record in _canonical(records):
        if not record.names and not record.sections and not placing.owners(record):
            nameless.append(record)
        elif _anchors(record):
            placing.place(record)
        else:
            by_symbol_only.append(record)
    unplaced = []
    for record in nameless:
        if placing.owners(record):
            placing.place(record)
        else:
            unplaced.append(record)
    for record in by_symbol_only:
        placing.place_by_symbol(record)
    genes = _by_id(placing)
    without_successor = _follow(withdrawn, genes)
    return Merged(
        genes=[genes[gene_id] for gene_id in sorted(genes)],
        conflicts=sorted(set(placing.conflicts)),
        unplaced=unplaced,
        without_successor=without_successor,
    )


def _by_id(placing: _Placing) -> dict[str, MergedGene]:
    """The genes by ``_id``; one whose ``_id`` another gene has already goes by the digest of its records."""
    genes: dict[str, MergedGene] = {}
    for gene in placing.genes():
        if gene.id in genes:
            own = _source_id(gene.records)
            placing.conflicts.append(Conflict(f"{gene.id} is the id of two genes, the other kept as {own}"))
            gene.id = own
        genes[gene.id] = gene
    return genes


def _canonical(records: Iterable[GeneRecord]) -> list[GeneRecord]:
    """Without repeats, in an order that depends on nothing but the records."""
    rank = {name: position for position, name in enumerate(AUTHORITY)}
    encode = msgspec.msgpack.Encoder(order="sorted").encode
    keyed = {}
    for record in records:
        named = 0 if record.names else 1
        strength = rank.get(record.source.name, len(AUTHORITY))
        keyed[(strength, named, -len(_anchors(record)), encode(record))] = record
    return [keyed[key] for key in sorted(keyed)]


def _anchors(record: GeneRecord) -> list[Identifier]:
    return [identifier for identifier in record.identifiers if identifier.namespace in _ANCHORS]


class _Placing:
    """Genes while they are being put together; a gene is its position in a list."""

    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []
        self._members: list[list[GeneRecord]] = []
        self._by_anchor: dict[tuple[str, str, int], int] = {}
        self._by_symbol: dict[tuple[str, int], list[int]] = {}
        self._without_anchor: dict[tuple[str, int], int] = {}
        """The gene that symbol-only records of an ambiguous symbol share."""
        self._settled: dict[tuple[int, str], set[str]] = {}
        """Each gene's own identifiers: those first given, and those given together with one of them."""

    def owners(self, record: GeneRecord) -> list[int]:
        """Genes that the record's identifiers lead to, by the strongest identifier first."""
        found = []
        for namespace in _ANCHORS:
            for identifier in record.identifiers:
                if identifier.namespace == namespace:
                    gene = self._by_anchor.get(_key(identifier, record.taxon))
                    if gene is not None and gene not in found:
                        found.append(gene)
        return found

    def place(self, record: GeneRecord) -> None:
        owners = self.owners(record)
        gene = next((gene for gene in owners if self._agrees(record, gene)), None)
        if gene is None:
            gene = self._new(record)
        self.conflicts += [
            Conflict(self._disagreement(record, gene, other)) for other in owners if other != gene
        ]
        self._members[gene].append(record)
        for identifier in _anchors(record):
            self._by_anchor.setdefault(_key(identifier, record.taxon), gene)
        for namespace in _ANCHORS:
            own = _values(record, namespace)
            settled = self._settled.setdefault((gene, namespace), own)
            if own and settled.isdisjoint(own) and settled:
                self.conflicts.append(Conflict(self._contradiction(record, gene, namespace)))
            else:
                self._settled[gene, namespace] = settled | own

    def place_by_symbol(self, record: GeneRecord) -> None:
        symbol = record.first("symbol")
        same = self._by_symbol.get((symbol, record.taxon), []) if symbol else []
        if symbol and len(same) > 1:
            self.conflicts.append(Conflict(f"{symbol}: symbol of {len(same)} genes, record kept apart"))
            place = (symbol, record.taxon)
            if place not in self._without_anchor:
                self._without_anchor[place] = len(self._members)
                self._members.append([])
            gene = self._without_anchor[place]
        else:
            gene = same[0] if same else self._new(record)
        self._members[gene].append(record)

    def genes(self) -> Iterator[MergedGene]:
        for members in self._members:
            yield MergedGene(_gene_id(members), members, [])

    def _new(self, record: GeneRecord) -> int:
        gene = len(self._members)
        self._members.append([])
        if symbol := record.first("symbol"):
            self._by_symbol.setdefault((symbol, record.taxon), []).append(gene)
        return gene

    def _agrees(self, record: GeneRecord, gene: int) -> bool:
        """Whether the strongest kind of identifier that both have is the same."""
        for namespace in _ANCHORS:
            settled = self._settled.get((gene, namespace))
            own = _values(record, namespace)
            if settled and own:
                return not settled.isdisjoint(own)
        return True

    def _disagreement(self, record: GeneRecord, gene: int, other: int) -> str:
        ids = ", ".join(f"{i.namespace}:{i.value}" for i in _anchors(record))
        placed = _gene_id(self._members[gene] or [record])
        return (
            f"{record.source.name} record {record.first('symbol') or ''} ({ids}) "
            f"placed as {placed}, but its identifiers also lead to {_gene_id(self._members[other])}"
        )

    def _contradiction(self, record: GeneRecord, gene: int, namespace: str) -> str:
        said, stands = (
            ", ".join(f"{namespace}:{value}" for value in sorted(values))
            for values in (_values(record, namespace), self._settled[gene, namespace])
        )
        symbol, placed = record.first("symbol") or "", _gene_id(self._members[gene])
        return f"{record.source.name} record {symbol} placed as {placed} says {said}, where {stands} stands"


def _key(identifier: Identifier, taxon: int) -> tuple[str, str, int]:
    return identifier.namespace, identifier.value, taxon


def _gene_id(members: list[GeneRecord]) -> str:
    """``HGNC:n``, else ``NCBIGene:n``, else the Ensembl id, else ``src:<digest>`` (DESIGN)."""
    for namespace, prefix in (("hgnc", "HGNC:"), ("ncbigene", "NCBIGene:"), ("ensembl", "")):
        for member in members:
            for identifier in member.identifiers:
                if identifier.namespace == namespace:
                    return prefix + identifier.value
    first = members[0]
    return _digest((first.taxon, first.source.name, first.names))


def _source_id(members: list[GeneRecord]) -> str:
    """An ``_id`` that depends on everything the records say."""
    return _digest(members)


def _digest(told: object) -> str:
    return "src:" + hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:16]


def _values(record: GeneRecord, namespace: str) -> set[str]:
    return {identifier.value for identifier in record.identifiers if identifier.namespace == namespace}


def _follow(withdrawn: Iterable[WithdrawnSymbol], genes: dict[str, MergedGene]) -> list[WithdrawnSymbol]:
    """Give each withdrawn symbol to the living genes at the end of its chain; return the rest."""
    ordered = sorted(withdrawn, key=lambda entry: (entry.hgnc_id, entry.symbol, entry.successors))
    entries = {entry.hgnc_id: entry for entry in ordered}
    lost = []
    for entry in sorted(entries.values(), key=lambda entry: (entry.symbol, entry.hgnc_id)):
        living: dict[str, tuple[str, str]] = {}
        seen = {entry.hgnc_id}
        waiting = list(entry.successors)
        while waiting:
            hgnc_id, symbol = waiting.pop(0)
            if f"HGNC:{hgnc_id}" in genes:
                living[f"HGNC:{hgnc_id}"] = (hgnc_id, symbol)
            elif hgnc_id in entries and hgnc_id not in seen:
                seen.add(hgnc_id)
                waiting.extend(entries[hgnc_id].successors)
        if not living:
            lost.append(entry)
        resolved = WithdrawnSymbol(entry.hgnc_id, entry.symbol, tuple(living.values()))
        for gene_id in living:
            genes[gene_id].withdrawn.append(resolved)
    return lost
