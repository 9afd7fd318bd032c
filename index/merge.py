"""Records about one gene become one gene.

Identity is by HGNC ID, NCBI Gene ID and Ensembl ID, in this order.  HGNC decides
which genes there are, so its records are placed first; a record whose identifiers
lead to two genes goes to the one of the stronger identifier, and the disagreement is
reported with both sides.  A symbol alone places only a record that has no
identifier.  The outcome does not depend on the order of the input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from index.records import HUMAN, Identifier, IdNamespace, Withdrawal, WithdrawnSymbol
from index.spool import Head

AUTHORITY = ("HGNC", "NCBI Gene")
"""Sources whose symbol and name decide, the strongest first; all others follow."""

_ANCHORS: tuple[IdNamespace, ...] = ("hgnc", "ncbigene", "ensembl")

_Anchors = dict[IdNamespace, list[str]]
"""A record's identifiers that tell genes apart, by namespace in the order of _ANCHORS."""


class MergedGene(Struct):
    """Everything the sources say about one gene, the strongest source first."""

    id: str
    heads: list[Head]
    withdrawn: list[WithdrawnSymbol]
    """Withdrawn symbols that lead to this gene, through chains too."""

    @property
    def taxon(self) -> int:
        return self.heads[0].taxon


class Merged(Struct):
    genes: list[MergedGene]
    """In ``_id`` order."""
    conflicts: list[str]
    """What two sides disagree about, each named; nothing was merged because of it."""
    unplaced: list[Head]
    """Records without any name of a gene that no other source names."""
    withdrawals: list[Withdrawal]
    """What became of every withdrawn symbol."""
    former: frozenset[str]
    """HGNC ids that were withdrawn; no gene has them, whatever an older file says."""

    @property
    def joined(self) -> int:
        """Genes that were put together from several records."""
        return sum(len(gene.heads) > 1 for gene in self.genes)


def merge(heads: Iterable[Head], withdrawn: Iterable[WithdrawnSymbol] = ()) -> Merged:
    """Genes from the heads of records, in any order."""
    merging = Merging()
    merging.name(heads, withdrawn)
    return merging.finish()


class Merging:
    """Merging in two steps: the genes are made while what is said about them is still being read."""

    def __init__(self) -> None:
        self._withdrawn: list[WithdrawnSymbol] = []
        self._placing = _Placing()
        self._later: list[Head] = []

    def name(self, heads: Iterable[Head], withdrawn: Iterable[WithdrawnSymbol] = ()) -> None:
        """Make the genes of all records that have names; what else is among the records waits for the end."""
        self._withdrawn = list(withdrawn)
        heads = _canonical(heads)
        self._placing = _Placing(_former_ids(heads, self._withdrawn))
        for head in heads:
            if head.names and (anchors := self._placing.anchors(head)):
                self._placing.place(head, anchors)
            else:
                self._later.append(head)

    def finish(self, heads: Iterable[Head] = ()) -> Merged:
        """The genes, with what ``heads``, all of records without names, say about them.  What was needed
        for it is let go."""
        placing, later = self._placing, _canonical([*self._later, *heads])
        self._placing, self._later = _Placing(), []
        unplaced: list[Head] = []
        by_symbol_only: list[Head] = []
        for head in later:
            anchors = placing.anchors(head)
            if head.speaks and not anchors:
                by_symbol_only.append(head)
            elif not placing.place_nameless(head, anchors):
                unplaced.append(head)
        for head in by_symbol_only:
            placing.place_by_symbol(head)
        genes = _by_id(placing)
        withdrawals = _follow(self._withdrawn, genes)
        ordered = [genes[gene_id] for gene_id in sorted(genes)]
        return Merged(
            genes=ordered,
            conflicts=sorted({*placing.conflicts, *_shared_symbols(ordered)}),
            unplaced=unplaced,
            withdrawals=withdrawals,
            former=placing.former,
        )


def _by_id(placing: _Placing) -> dict[str, MergedGene]:
    """The genes by ``_id``; one whose ``_id`` another gene has already goes by the digest of its records."""
    genes: dict[str, MergedGene] = {}
    for gene in placing.genes():
        if earlier := genes.get(gene.id):
            own = _digest([head.digest for head in gene.heads])
            sides = " and of ".join(map(_described, (earlier, gene)))
            placing.conflicts.append(f"{gene.id} is the id of {sides}; the second was kept apart as {own}")
            gene.id = own
        genes[gene.id] = gene
    return genes


def _described(gene: MergedGene) -> str:
    """``Mt1 (taxon 10090, NCBI Gene)``."""
    return f"{_symbol(gene.heads) or 'a gene'} (taxon {gene.taxon}, {gene.heads[0].source.name})"


def _shared_symbols(genes: Iterable[MergedGene]) -> Iterator[str]:
    """The symbols that are the approved one of several genes of a species."""
    owners: dict[tuple[str, int], list[MergedGene]] = {}
    for gene in genes:
        if symbol := _symbol(gene.heads):
            owners.setdefault((symbol, gene.taxon), []).append(gene)
    for (symbol, _), sharing in owners.items():
        if len(sharing) > 1:
            told = " and ".join(f"{gene.id} ({gene.heads[0].source.name})" for gene in sharing)
            yield f"{symbol} is the symbol of {told}; they were kept apart"


def _symbol(heads: Iterable[Head]) -> str | None:
    return next((symbol for head in heads if (symbol := head.first_symbol())), None)


def _canonical(heads: Iterable[Head]) -> list[Head]:
    """Without repeats, in an order that depends on nothing but the records."""
    rank = {name: position for position, name in enumerate(AUTHORITY)}
    others = len(AUTHORITY)

    def place(head: Head) -> tuple[int, bool, int, str, bytes]:
        source = head.source.name
        anchors = 0
        for identifier in head.identifiers:
            anchors -= identifier.namespace in _ANCHORS
        return rank.get(source, others), not head.names, anchors, source, head.digest

    return sorted({head.digest: head for head in heads}.values(), key=place)


def _former_ids(heads: Iterable[Head], withdrawn: Iterable[WithdrawnSymbol]) -> frozenset[str]:
    """HGNC ids that HGNC withdrew; an older file may still give them."""
    living = {
        identifier.value
        for head in heads
        if head.source.name == AUTHORITY[0]
        for identifier in head.identifiers
        if identifier.namespace == "hgnc"
    }
    return frozenset({entry.hgnc_id for entry in withdrawn} - living)


class _Placing:
    """Genes while they are being put together; a gene is its position in a list."""

    def __init__(self, former: frozenset[str] = frozenset()) -> None:
        self.former = former
        self.conflicts: list[str] = []
        self._members: list[list[Head]] = []
        self._by_anchor: dict[tuple[IdNamespace, int], dict[str, int]] = {}
        """Of a namespace and a species: value -> the gene."""
        self._by_symbol: dict[tuple[str, int], list[int]] = {}
        self._without_anchor: dict[tuple[str, int, tuple[Identifier, ...]], int] = {}
        """The gene that symbol-only records of an ambiguous symbol share."""
        self._settled: list[_Anchors] = []
        """Each gene's own identifiers: those first given, and those given together with one of them."""

    def anchors(self, head: Head) -> _Anchors:
        """What tells the record's gene apart; an id that was withdrawn does so no more."""
        found: _Anchors = {}
        for identifier in head.identifiers:
            namespace = identifier.namespace
            if namespace in _ANCHORS and (namespace != "hgnc" or self._stands(identifier, head.taxon)):
                if namespace in found:
                    found[namespace].append(identifier.value)
                else:
                    found[namespace] = [identifier.value]
        if len(found) > 1:
            return {namespace: found[namespace] for namespace in _ANCHORS if namespace in found}
        return found

    def _stands(self, identifier: Identifier, taxon: int) -> bool:
        """Whether it names a gene: HGNC names human genes only, and those that it did not withdraw."""
        if identifier.namespace != "hgnc":
            return True
        return taxon == HUMAN and identifier.value not in self.former

    def place(self, head: Head, anchors: _Anchors) -> None:
        """Put the record into the first gene that it leads to and agrees with, else into one of its own."""
        owners = self._owners(anchors, head.taxon)
        gene = next((gene for gene in owners if self._agrees(anchors, gene)), None) if owners else None
        if gene is None:
            gene = self._new(head)
        others = [other for other in owners if other != gene]
        self.conflicts += [self._disagreement(head, gene, other) for other in others]
        settled = self._settled[gene]
        for namespace, values in anchors.items():
            stands = settled.get(namespace)
            if stands is None:
                settled[namespace] = values
            elif _meet(stands, values):
                stands[:] = dict.fromkeys([*stands, *values])
            elif not any(self._leads(namespace, head.taxon).get(value) in others for value in values):
                self.conflicts.append(self._contradiction(head, gene, namespace, values))
            known = self._leads(namespace, head.taxon)
            for value in values:
                known.setdefault(value, gene)
        self._members[gene].append(head)

    def _leads(self, namespace: IdNamespace, taxon: int) -> dict[str, int]:
        return self._by_anchor.setdefault((namespace, taxon), {})

    def place_nameless(self, head: Head, anchors: _Anchors) -> bool:
        """Add what is said about a gene to it; False when no record names the gene."""
        owners = self._owners(anchors, head.taxon)
        if owners:
            self._members[owners[0]].append(head)
        return bool(owners)

    def place_by_symbol(self, head: Head) -> None:
        """Put a record without such ids where its symbol belongs, unless another kind of id disagrees."""
        symbol = head.first_symbol()
        same = self._by_symbol.get((symbol, head.taxon), []) if symbol else []
        fitting = [gene for gene in same if not self._differ(head, gene)]
        if len(fitting) == 1:
            gene = fitting[0]
        elif same:
            owners = " and ".join(self._gene_id(self._members[gene]) for gene in same)
            told = f"{symbol} is the symbol of {owners}"
            self.conflicts.append(f"{told}; a {head.source.name} record without their ids was kept apart")
            gene = self._apart(head, symbol or "")
        else:
            gene = self._new(head)
        self._members[gene].append(head)

    def _differ(self, head: Head, gene: int) -> bool:
        """Whether both have identifiers of one kind and none of these is the same."""
        theirs = {(i.namespace, i.value) for member in self._members[gene] for i in member.identifiers}
        kinds = {namespace for namespace, _ in theirs}
        own = [(i.namespace, i.value) for i in head.identifiers if i.namespace in kinds]
        return bool(own) and theirs.isdisjoint(own)

    def _apart(self, head: Head, symbol: str) -> int:
        """The gene of the records with this symbol and these other identifiers."""
        others = tuple(sorted(head.identifiers))
        place = (symbol, head.taxon, others)
        if place not in self._without_anchor:
            self._without_anchor[place] = self._add_gene()
        return self._without_anchor[place]

    def genes(self) -> Iterator[MergedGene]:
        for members in self._members:
            yield MergedGene(self._gene_id(members), members, [])

    def _gene_id(self, members: Sequence[Head]) -> str:
        """``HGNC:n``, else ``NCBIGene:n``, else the Ensembl id, else ``src:<digest>`` (DESIGN)."""
        for namespace, prefix in (("hgnc", "HGNC:"), ("ncbigene", "NCBIGene:"), ("ensembl", "")):
            for member in members:
                for identifier in member.identifiers:
                    if identifier.namespace == namespace and self._stands(identifier, member.taxon):
                        return prefix + identifier.value
        first = members[0]
        return _digest((first.taxon, first.source.name, first.names))

    def _owners(self, anchors: _Anchors, taxon: int) -> list[int]:
        """Genes that the identifiers lead to, by the strongest identifier first."""
        found: list[int] = []
        for namespace, values in anchors.items():
            known = self._leads(namespace, taxon)
            for value in values:
                gene = known.get(value)
                if gene is not None and gene not in found:
                    found.append(gene)
        return found

    def _new(self, head: Head) -> int:
        gene = self._add_gene()
        if symbol := head.first_symbol():
            self._by_symbol.setdefault((symbol, head.taxon), []).append(gene)
        return gene

    def _add_gene(self) -> int:
        self._members.append([])
        self._settled.append({})
        return len(self._members) - 1

    def _agrees(self, anchors: _Anchors, gene: int) -> bool:
        """Whether the strongest kind of identifier that both have is the same."""
        for namespace, values in anchors.items():
            stands = self._settled[gene].get(namespace)
            if stands:
                return _meet(stands, values)
        return True

    def _disagreement(self, head: Head, gene: int, other: int) -> str:
        ids = ", ".join(f"{i.namespace}:{i.value}" for i in head.identifiers if i.namespace in _ANCHORS)
        placed = self._told(self._members[gene] or [head])
        also = self._told(self._members[other])
        symbol = head.first_symbol() or ""
        record = f"{head.source.name} record {symbol} ({ids})"
        return f"{record} placed as {placed}, but its identifiers also lead to {also}"

    def _contradiction(self, head: Head, gene: int, namespace: IdNamespace, values: list[str]) -> str:
        members = self._members[gene]
        standing = self._settled[gene][namespace]
        said, stands = (
            ", ".join(f"{namespace}:{value}" for value in sorted(those)) for those in (values, standing)
        )
        by = next(member.source.name for member in members for i in member.identifiers if i.value in standing)
        record = f"{head.source.name} record {head.first_symbol() or ''}"
        return f"{record} placed as {self._told(members)} says {said}, where {stands} stands ({by})"

    def _told(self, members: Sequence[Head]) -> str:
        """``HGNC:5 (A1BG)``."""
        return f"{self._gene_id(members)} ({_symbol(members) or 'no symbol'})"


def _meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one value is in both.  Of nearly all genes each has one, so lists of them take less memory."""
    return not set(some).isdisjoint(others)


def _digest(told: object) -> str:
    return "src:" + hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:16]


def _follow(withdrawn: Iterable[WithdrawnSymbol], genes: dict[str, MergedGene]) -> list[Withdrawal]:
    """Give each withdrawn symbol to the living genes at the end of its chain; what became of all."""
    entries: dict[str, list[WithdrawnSymbol]] = {}
    for entry in withdrawn:
        entries.setdefault(entry.hgnc_id, []).append(entry)
    told = set()
    for entry in sorted({one for same in entries.values() for one in same}, key=_entry_order):
        living: dict[str, tuple[str, str]] = {}
        seen = {entry.hgnc_id}
        waiting = list(entry.successors)
        while waiting:
            hgnc_id, symbol = waiting.pop(0)
            if gene := genes.get(f"HGNC:{hgnc_id}"):
                living[gene.id] = (hgnc_id, _symbol(gene.heads) or symbol)
            elif hgnc_id in entries and hgnc_id not in seen:
                seen.add(hgnc_id)
                waiting += [further for one in entries[hgnc_id] for further in one.successors]
        told.add(_outcome(entry, [symbol for _, symbol in living.values()], entries))
        resolved = WithdrawnSymbol(entry.hgnc_id, entry.symbol, tuple(living.values()))
        for gene_id in living:
            genes[gene_id].withdrawn.append(resolved)
    return sorted(told, key=lambda one: (one.symbol, one.hgnc_id, one.successors))


def _entry_order(entry: WithdrawnSymbol) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return entry.symbol, entry.hgnc_id, entry.successors


def _outcome(
    entry: WithdrawnSymbol, living: list[str], entries: Mapping[str, list[WithdrawnSymbol]]
) -> Withdrawal:
    symbols = living or [symbol for _, symbol in entry.successors]
    again = not living and bool(symbols) and all(hgnc_id in entries for hgnc_id, _ in entry.successors)
    return Withdrawal(entry.symbol, tuple(dict.fromkeys(symbols)), bool(living), again, entry.hgnc_id)
