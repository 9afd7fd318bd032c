"""Writing the record store of a new generation (index.store says what lies in it).

What is said of each document is encoded and hashed where the document is made, so that who writes it only
puts the pieces one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from zlib import crc32

import msgspec
from msgspec import Struct

from index.analysis import fold_spelling
from index.documents import Document
from index.lookup import Packed, RecordsWriter, hashes, numbers, pack, write_table
from index.naming import standing
from index.records import Withdrawal
from index.store import (
    FOLDER,
    GeneRow,
    IdentifierRecord,
    NameRecord,
    WithdrawnRecord,
    fold_identifier,
)

_encode = msgspec.msgpack.Encoder().encode


class Rows(Struct, array_like=True):
    """What the store holds of some documents, made where they are flattened."""

    first: int
    """Number of the first document."""
    documents: list[bytes]
    """Encoded."""
    checks: bytes
    """Of the documents, as index.lookup has them."""
    labels: Packed
    """The ``GeneRow`` of each."""
    names: Packed
    identifiers: Packed
    keys: dict[str, bytes]
    """The table's name -> the hashes of its records' keys."""

    @property
    def genes(self) -> list[tuple[int, bytes]]:
        """The number of each document, and the document encoded."""
        return list(enumerate(self.documents, self.first))


def rows_of(documents: Iterable[tuple[bytes, Document]], first: int) -> Rows:
    """The rows of documents, each with its encoded form, numbered from ``first`` on."""
    encoded: list[bytes] = []
    labels: list[bytes] = []
    names: list[bytes] = []
    identifiers: list[bytes] = []
    ids: list[str] = []
    folded_names: list[str] = []
    folded_identifiers: list[str] = []
    for doc, (data, document) in enumerate(documents, first):
        encoded.append(data)
        place = standing(document.locus_type)
        row = GeneRow(doc, document.id, document.symbol, document.papers, place, document.taxon)
        labels.append(_encode(row))
        ids.append(document.id)
        for name in document.names:
            names.append(_encode(NameRecord(doc, name.kind, name.spelling)))
            folded_names.append(fold_spelling(name.spelling))
        folded = {(fold_identifier(value), namespace): None for namespace, value in identifiers_of(document)}
        for value, namespace in folded:
            identifiers.append(_encode(IdentifierRecord(doc, namespace, value)))
            folded_identifiers.append(value)
    return Rows(
        first=first,
        documents=encoded,
        checks=numbers(map(crc32, encoded)),
        labels=pack(labels),
        names=pack(names),
        identifiers=pack(identifiers),
        keys={
            "ids": hashes(ids),
            "names": hashes(folded_names),
            "identifiers": hashes(folded_identifiers),
        },
    )


def identifiers_of(document: Document) -> Iterator[tuple[str, str]]:
    """(namespace, value) that lead to the gene: its own, and the papers it cites."""
    yield from document.identifiers
    for numbered in document.references:
        if numbered.reference.pmid:
            yield "pmid", numbered.reference.pmid
        if numbered.reference.doi:
            yield "doi", numbered.reference.doi


class StoreWriter:
    """Writes the store of a new generation, in the order of the document numbers.

    Raises:
        OSError: the disk is full or not writable (from any method).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir()
        with ExitStack() as opened:
            self._documents, self._genes, self._names, self._identifiers, self._withdrawn = (
                opened.enter_context(RecordsWriter(self._folder, name))
                for name in ("documents", "genes", "names", "identifiers", "withdrawn")
            )
            self._records = opened.pop_all()
        self._hashes: dict[str, list[bytes]] = {
            table: [] for table in ("ids", "names", "identifiers", "withdrawn", "withdrawn_ids")
        }

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._records.close()
        if error is None:
            while self._hashes:
                write_table(self._folder, *self._hashes.popitem())

    def add(self, rows: Rows) -> None:
        """Add the next documents.

        Raises:
            ValueError: others come before them.
        """
        if rows.first != len(self._documents):
            raise ValueError(f"document {rows.first} comes after {len(self._documents)} documents")
        lengths = numbers(map(len, rows.documents))
        self._documents.add(Packed(b"".join(rows.documents), lengths, rows.checks))
        self._genes.add(rows.labels)
        self._names.add(rows.names)
        self._identifiers.add(rows.identifiers)
        for table, hashed in rows.keys.items():
            self._hashes[table].append(hashed)

    def add_withdrawn(self, withdrawals: Iterable[Withdrawal]) -> None:
        """Add what became of withdrawn symbols."""
        rows = [
            WithdrawnRecord(told.symbol, told.successors, told.living, told.again, told.hgnc_id)
            for told in withdrawals
        ]
        self._withdrawn.add(pack([_encode(row) for row in rows]))
        self._hashes["withdrawn"].append(hashes(fold_spelling(row.symbol) for row in rows))
        self._hashes["withdrawn_ids"].append(hashes(row.hgnc_id for row in rows))
