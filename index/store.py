"""The record store and the names table: one SQLite file beside the text engine.

Local to a generation and shared by the embedded engines.  Documents are numbered in
``_id`` order from 0, as the text engine numbers them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec
from msgspec import Struct

from index.analysis import fold_case, fold_spelling
from index.documents import Document, decode
from index.records import NameKind, Withdrawal

FILE_NAME = "records.sqlite"
_AT_ONCE = 500
"""Values in one statement: old SQLite takes 999."""

_PRAGMAS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=16384;"
"""A generation that is not finished is thrown away whole.  A document fits a page of this size: with
the usual one a sixth of the file was the rest of the pages that documents spill over to."""
_SCHEMA = """
CREATE TABLE gene (doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, symbol TEXT NOT NULL,
                   papers INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE name (fold TEXT NOT NULL, spelling TEXT NOT NULL, kind TEXT NOT NULL, doc INTEGER NOT NULL);
CREATE TABLE identifier (value TEXT NOT NULL, namespace TEXT NOT NULL, doc INTEGER NOT NULL);
CREATE TABLE withdrawn (fold TEXT NOT NULL, symbol TEXT NOT NULL, successors TEXT NOT NULL,
                        living INTEGER NOT NULL, again INTEGER NOT NULL, hgnc_id TEXT NOT NULL);
"""
_INDEXES = """
CREATE INDEX name_fold ON name (fold);
CREATE INDEX identifier_value ON identifier (value);
CREATE INDEX withdrawn_fold ON withdrawn (fold);
CREATE INDEX withdrawn_id ON withdrawn (hgnc_id);
"""


class NameRow(NamedTuple):
    """A name as the names table holds it."""

    spelling: str
    kind: NameKind
    doc: int
    id: str
    symbol: str
    papers: int


class GeneRow(NamedTuple):
    doc: int
    id: str
    symbol: str
    papers: int


class IdentifierRow(NamedTuple):
    namespace: str
    doc: int
    id: str
    symbol: str
    papers: int


def fold_identifier(value: str) -> str:
    """An identifier as it is looked up: any case, an Ensembl or RefSeq version ignored."""
    folded = value.strip().casefold()
    if folded.startswith(("ens", "nm_", "nr_", "np_", "xm_", "xr_", "xp_", "ng_")):
        folded = folded.partition(".")[0]
    return folded


def identifiers_of(document: Document) -> Iterator[tuple[str, str]]:
    """(namespace, value) that lead to the gene: its own, and the papers it cites."""
    yield from document.identifiers
    for numbered in document.references:
        if numbered.reference.pmid:
            yield "pmid", numbered.reference.pmid
        if numbered.reference.doi:
            yield "doi", numbered.reference.doi


class Rows(Struct, array_like=True):
    """What the store holds of some documents, made where they are flattened."""

    genes: list[tuple[int, str, str, int, bytes]]
    """(number, id, symbol, papers, encoded document)."""
    names: list[tuple[str, str, str, int]]
    identifiers: list[tuple[str, str, int]]


def rows_of(documents: Iterable[tuple[bytes, Document]], first: int) -> Rows:
    """The rows of documents, each with its encoded form, numbered from ``first`` on."""
    rows = Rows([], [], [])
    for doc, (data, document) in enumerate(documents, first):
        rows.genes.append((doc, document.id, document.symbol, document.papers, data))
        for name in document.names:
            rows.names.append((fold_spelling(name.spelling), name.spelling, name.kind, doc))
        folded = {(fold_identifier(value), namespace): None for namespace, value in identifiers_of(document)}
        rows.identifiers += [(value, namespace, doc) for value, namespace in folded]
    return rows


class StoreWriter:
    """Writes the store of a new generation, in the order of the document numbers.

    Raises:
        OSError: the disk is full or not writable (from any method).
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._database = sqlite3.connect(self._path, isolation_level=None)
        with self._told():
            self._database.executescript(_PRAGMAS + _SCHEMA)
            self._database.execute("BEGIN")

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                with self._told():
                    self._database.execute("COMMIT")
                    self._database.executescript(_INDEXES)
        finally:
            self._database.close()

    def add(self, rows: Rows) -> None:
        """Add the next documents."""
        with self._told():
            self._database.executemany("INSERT INTO gene VALUES (?, ?, ?, ?, ?)", rows.genes)
            self._database.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", rows.names)
            self._database.executemany("INSERT INTO identifier VALUES (?, ?, ?)", rows.identifiers)

    def add_withdrawn(self, withdrawals: Iterable[Withdrawal]) -> None:
        """Add what became of withdrawn symbols."""
        rows = [
            (
                fold_spelling(one.symbol),
                one.symbol,
                "|".join(one.successors),
                one.living,
                one.again,
                one.hgnc_id,
            )
            for one in withdrawals
        ]
        with self._told():
            self._database.executemany("INSERT INTO withdrawn VALUES (?, ?, ?, ?, ?, ?)", rows)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(f"{self._path} cannot be written ({error})") from error


class RecordStore:
    """A published generation's records and names, read only.

    Raises:
        sqlite3.DatabaseError: the file is damaged (on opening or on any read).
    """

    def __init__(self, folder: Path) -> None:
        path = (folder / FILE_NAME).resolve()
        self._database = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._lock = threading.Lock()
        try:
            self.genes: int = self._rows("SELECT count(*) FROM gene")[0][0]
        except sqlite3.DatabaseError:
            self.close()
            raise

    def close(self) -> None:
        self._database.close()

    def document(self, doc: int) -> Document:
        """The document of a number."""
        try:
            return decode(self._rows("SELECT data FROM gene WHERE doc = ?", doc)[0][0])
        except (IndexError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise sqlite3.DatabaseError(f"the record of document {doc} is damaged or missing") from error

    def find_id(self, gene_id: str) -> int | None:
        """The number of the gene with this ``_id``."""
        rows = self._rows("SELECT doc FROM gene WHERE id = ?", gene_id)
        return rows[0][0] if rows else None

    def symbols(self, gene_ids: Iterable[str]) -> dict[str, str]:
        """The symbol of each ``_id`` that is in the index."""
        wanted = list(gene_ids)
        marks = ",".join("?" * len(wanted))
        rows = self._rows(f"SELECT id, symbol FROM gene WHERE id IN ({marks})", *wanted)  # noqa: S608
        return dict(rows)

    def rows(self, docs: Iterable[int]) -> list[GeneRow]:
        """The id, symbol and number of papers of each document."""
        wanted = list(docs)
        found = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            statement = f"SELECT doc, id, symbol, papers FROM gene WHERE doc IN ({marks})"  # noqa: S608
            found += [GeneRow(*row) for row in self._rows(statement, *some)]
        return found

    def names(self, name: str) -> list[NameRow]:
        """Every name that is the same but for case, dashes, blanks and Greek letters."""
        return [
            NameRow(*row)
            for row in self._rows(
                "SELECT name.spelling, name.kind, name.doc, gene.id, gene.symbol, gene.papers"
                " FROM name JOIN gene USING (doc) WHERE name.fold = ?",
                fold_spelling(name),
            )
        ]

    def all_names(self) -> dict[str, tuple[str, int]]:
        """Every name as it is looked up -> (one spelling, one document that bears it), a symbol's
        before another name's."""
        rows = self._rows("SELECT fold, spelling, doc FROM name ORDER BY kind = 'symbol', spelling DESC")
        return {fold: (spelling, doc) for fold, spelling, doc in rows}

    def identifiers(self, value: str) -> list[IdentifierRow]:
        """The genes that a bare identifier leads to, in any namespace."""
        return [
            IdentifierRow(*row)
            for row in self._rows(
                "SELECT identifier.namespace, identifier.doc, gene.id, gene.symbol, gene.papers"
                " FROM identifier JOIN gene USING (doc) WHERE identifier.value = ?",
                fold_identifier(value),
            )
        ]

    def withdrawn(self, name: str) -> list[Withdrawal]:
        """The withdrawn symbols of this name, but for case."""
        rows = self._withdrawals("fold", fold_spelling(name))
        return [one for one in rows if fold_case(one.symbol) == fold_case(name)]

    def withdrawn_id(self, number: str) -> list[Withdrawal]:
        """The withdrawn entries of an HGNC id without prefix."""
        return self._withdrawals("hgnc_id", number)

    def _withdrawals(self, column: str, value: str) -> list[Withdrawal]:
        statement = (
            f"SELECT symbol, successors, living, again, hgnc_id FROM withdrawn WHERE {column} = ?"  # noqa: S608
            " ORDER BY symbol, hgnc_id"
        )
        return [
            Withdrawal(symbol, tuple(filter(None, successors.split("|"))), bool(living), bool(again), hgnc_id)
            for symbol, successors, living, again, hgnc_id in self._rows(statement, value)
        ]

    def _rows(self, statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            try:
                return self._database.execute(statement, values).fetchall()
            except UnicodeDecodeError as error:  # of the message that describes the damage
                raise sqlite3.DatabaseError("the file is damaged") from error
