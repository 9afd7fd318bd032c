"""The record store and the names table, as they are read: documents by number, genes by name and identifier.

Local to a generation and shared by the embedded engines.  Documents are numbered in ``_id`` order from 0,
as the text engine numbers them.  In ``FOLDER`` lie five kinds of records (index.lookup), each an array in
MessagePack, with their tables:

=============  ====================================  =================================================
Records        Fields                                Tables -> key
=============  ====================================  =================================================
documents      index.documents
genes          those of ``GeneRow``                  ids -> ``_id``
names          document, kind, spelling              names -> folded spelling
identifiers    document, namespace, folded value     identifiers -> folded value
withdrawn      those of ``Withdrawal``               withdrawn -> folded symbol, withdrawn_ids -> HGNC id
=============  ====================================  =================================================

Reading needs no lock: nothing is kept but the mapped files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.msgpack import Decoder

from index.analysis import fold_case, fold_spelling
from index.columns import Damaged
from index.documents import DECODER, Document
from index.lookup import Records, Table
from index.records import HUMAN, NameKind, Withdrawal

FOLDER = "records"
_LOOKED_AT = 1000
_VERSIONED = ("ens", "nm_", "nr_", "np_", "xm_", "xr_", "xp_", "ng_")
"""How identifiers begin, folded, that a version may follow."""


class GeneRow(Struct, frozen=True, array_like=True, gc=False):
    doc: int
    id: str
    symbol: str
    papers: int
    standing: int = 0
    """By its locus type (index.naming.standing)."""
    taxon: int = HUMAN


class NameRow(Struct, frozen=True, gc=False):
    """A name and the gene that has it."""

    spelling: str
    kind: NameKind
    doc: int
    id: str
    symbol: str
    papers: int
    standing: int = 0
    taxon: int = HUMAN


class IdentifierRow(Struct, frozen=True, gc=False):
    namespace: str
    doc: int
    id: str
    symbol: str
    papers: int


class NameRecord(Struct, frozen=True, array_like=True, gc=False):
    doc: int
    kind: NameKind
    spelling: str


class IdentifierRecord(Struct, frozen=True, array_like=True, gc=False):
    doc: int
    namespace: str
    value: str


class WithdrawnRecord(Struct, frozen=True, array_like=True, gc=False):
    symbol: str
    successors: tuple[str, ...]
    living: bool
    again: bool
    hgnc_id: str


def fold_identifier(value: str) -> str:
    """An identifier as it is looked up: any case, an Ensembl or RefSeq version ignored."""
    folded = value.strip().casefold()
    if folded.startswith(_VERSIONED):
        folded = folded.partition(".")[0]
    return folded


class RecordStore:
    """A published generation's records and names, read only; safe to share between threads.

    Raises:
        Damaged: a file is missing or does not hold what it should (on opening or on any read).
    """

    most_read: int | None = None
    """Reading any number of documents is cheap enough."""

    def __init__(self, folder: Path) -> None:
        records = folder / FOLDER
        self._documents = Records(records, "documents", DECODER)
        self._genes = Records(records, "genes", Decoder(GeneRow))
        self._ids = Table(records, "ids")
        self._name_records = Records(records, "names", Decoder(NameRecord))
        self._names = Table(records, "names")
        self._identifier_records = Records(records, "identifiers", Decoder(IdentifierRecord))
        self._identifiers = Table(records, "identifiers")
        self._withdrawals = Withdrawals(records)
        self.genes = len(self._genes)
        if len(self._documents) != self.genes:
            raise Damaged(f"{FOLDER} holds {len(self._documents)} documents of {self.genes} genes")

    def close(self) -> None:
        """Give the files back; nothing can be read after that."""
        self.__dict__.clear()

    @cached_property
    def species(self) -> int:
        """The taxon of most genes."""
        return species_of(self._genes[doc] for doc in looked_at(self.genes))

    def document(self, doc: int) -> Document:
        """The document of a number."""
        return self._documents[doc]

    def documents(self, docs: Iterable[int], keep: bool = True) -> list[Document]:
        """The documents of some numbers, in the order asked for; nothing is kept here."""
        return [self._documents[doc] for doc in docs]

    def find_id(self, gene_id: str) -> int | None:
        """The number of the gene with this ``_id``."""
        for doc in self._ids.find(gene_id):
            if self._genes[doc].id == gene_id:
                return doc
        return None

    def symbols(self, gene_ids: Iterable[str]) -> dict[str, str]:
        """The symbol of each ``_id`` that is in the index."""
        found = {}
        for gene_id in gene_ids:
            for doc in self._ids.find(gene_id):
                gene = self._genes[doc]
                if gene.id == gene_id:
                    found[gene_id] = gene.symbol
        return found

    def rows(self, docs: Iterable[int]) -> list[GeneRow]:
        """The id, symbol and number of papers of each document that there is, in the order asked for."""
        return [self._genes[doc] for doc in docs if 0 <= doc < self.genes]

    def names(self, name: str) -> list[NameRow]:
        """Every name that is the same but for case, dashes, blanks and Greek letters, in the order of
        the documents."""
        folded = fold_spelling(name)
        found = []
        for number in self._names.find(folded):
            row = self._name_records[number]
            if fold_spelling(row.spelling) == folded:
                found.append(name_row(row, self._genes[row.doc]))
        return found

    def name(self, number: int) -> NameRecord:
        """The name of a number."""
        return self._name_records[number]

    def gene(self, doc: int) -> GeneRow:
        """The id, symbol and number of papers of a document."""
        return self._genes[doc]

    def may_be_name(self, hashed: int) -> bool:
        """Whether a name may be looked up under what has this CRC-32; False is certain."""
        return self._names.may_hold(hashed)

    def identifiers(self, value: str) -> list[IdentifierRow]:
        """The genes that a bare identifier leads to, in any namespace, in the order of the documents."""
        folded = fold_identifier(value)
        found = []
        for number in self._identifiers.find(folded):
            row = self._identifier_records[number]
            if row.value == folded:
                gene = self._genes[row.doc]
                found.append(IdentifierRow(row.namespace, gene.doc, gene.id, gene.symbol, gene.papers))
        return found

    def withdrawn(self, name: str) -> list[Withdrawal]:
        """The withdrawn symbols of this name, but for case."""
        return self._withdrawals.of_name(name)

    def withdrawn_id(self, number: str) -> list[Withdrawal]:
        """The withdrawn entries of an HGNC id without prefix."""
        return self._withdrawals.of_id(number)

    def prefetch(
        self,
        *,
        names: Iterable[str] = (),
        identifiers: Iterable[str] = (),
        numbers: Iterable[int] = (),
        ids: Iterable[str] = (),
        documents: Iterable[int] = (),
    ) -> None:
        """Nothing is nearer than these files; a store elsewhere fetches what is asked for soon."""


class Withdrawals:
    """What became of withdrawn symbols, as they lie in the folder of the records.

    Raises:
        Damaged: a file is missing or does not hold what it should (on opening or on any read).
    """

    def __init__(self, records: Path) -> None:
        self._records = Records(records, "withdrawn", Decoder(WithdrawnRecord))
        self._names = Table(records, "withdrawn")
        self._ids = Table(records, "withdrawn_ids")

    def of_name(self, name: str) -> list[Withdrawal]:
        """The withdrawn symbols of this name, but for case."""
        rows = [self._records[row] for row in self._names.find(fold_spelling(name))]
        return _withdrawals([row for row in rows if fold_case(row.symbol) == fold_case(name)])

    def of_id(self, number: str) -> list[Withdrawal]:
        """The withdrawn entries of an HGNC id without prefix."""
        rows = [self._records[row] for row in self._ids.find(number)]
        return _withdrawals([row for row in rows if row.hgnc_id == number])


def looked_at(genes: int) -> range:
    """The genes that tell of what species most are: ``_LOOKED_AT`` or a few more, evenly spread."""
    return range(0, genes, max(genes // _LOOKED_AT, 1))


def species_of(genes: Iterable[GeneRow]) -> int:
    """The taxon of most."""
    counted = Counter(gene.taxon for gene in genes)
    return counted.most_common(1)[0][0] if counted else HUMAN


def name_row(name: NameRecord, gene: GeneRow) -> NameRow:
    """A name with what is told of its gene."""
    return NameRow(
        name.spelling,
        name.kind,
        gene.doc,
        gene.id,
        gene.symbol,
        gene.papers,
        gene.standing,
        gene.taxon,
    )


def _withdrawals(rows: Iterable[WithdrawnRecord]) -> list[Withdrawal]:
    """In the order of the symbols."""
    return [
        Withdrawal(row.symbol, row.successors, row.living, row.again, row.hgnc_id)
        for row in sorted(rows, key=lambda row: (row.symbol, row.hgnc_id))
    ]
