"""The record store of a generation in a cluster (index/cluster_layout.py): the same answers as those of
``index.store.RecordStore``.

Records stay in the cluster and are fetched by the gene's number.  The tables that lead from a hash to numbers
are here, so that what no gene has costs no round trip: ids and names lead to genes at once, and only
identifiers that some gene has are looked for in the cluster.  A generation never changes, so what was fetched
is kept, as it came, within bounds.
"""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import msgspec
import numpy as np
from msgspec import Struct

from index.analysis import fold_spelling
from index.cluster import Cluster
from index.cluster_layout import FIRST_NAMES, GeneEntry, Place, decode_entry, held_term
from index.columns import Damaged, read
from index.documents import Document
from index.documents import decode as decode_document
from index.lookup import Table
from index.records import Withdrawal
from index.store import (
    FOLDER,
    GeneRow,
    IdentifierRow,
    NameRecord,
    NameRow,
    Withdrawals,
    fold_identifier,
    looked_at,
    name_row,
    species_of,
)
from search.keeping import Kept

_AT_ONCE = 500
"""Genes that are fetched by one request without their documents, some 300 kB."""
_DOCUMENTS_AT_ONCE = 250
"""The longest documents of human genes have 22 kB, so that an answer has 8 MB at most."""
_FIRST = 50
"""Genes of an identifier that are fetched at first when many identifiers are looked up together."""
_QUESTIONS = 100
"""Identifiers that are looked up by one request."""
MOST_READ = 5_000
"""Documents that are read for one question, some hundreds a second; more would keep its asker waiting for
minutes, and the cluster from answering others."""
_BYTES_OF_DOCUMENTS = 64 << 20
_BYTES_OF_ENTRIES = 32 << 20
_ROWS_OF_IDENTIFIERS = 100_000
_OVERHEAD = 150
"""Bytes that a value takes beside its own."""


_Part = TypeVar("_Part")


class _Labelled(Struct, array_like=True, gc=False):
    """The beginning of a ``GeneEntry``."""

    gene: GeneRow


_decode_label = msgspec.msgpack.Decoder(_Labelled).decode


class ClusterStore:
    """A generation's records and names; safe to share between threads.

    ``tables`` is the folder in which those of the generation lie (search/cluster_tables.py), ``species`` the
    taxon of most genes, which is found out where it is not told.

    Raises:
        Damaged: what the cluster or a table gives is not what was loaded (on opening or on any read).
        ClusterUnavailable: the cluster does not answer (on any read).
    """

    def __init__(
        self, cluster: Cluster, place: Place, tables: Path, genes: int, species: int | None = None
    ) -> None:
        self.genes = genes
        self.most_read: int | None = MOST_READ
        self._species = species
        self._cluster = cluster
        self._index = place.genes
        self._ids = Table(tables / FOLDER, "ids")
        self._names = Table(tables / FOLDER, "names")
        self._identifiers = Table(tables / FOLDER, "identifiers")
        self._withdrawals = Withdrawals(tables / FOLDER)
        self._first_names = _first_names(tables, genes)
        self._documents: Kept[int, bytes] = Kept(_BYTES_OF_DOCUMENTS, _size)
        self._entries: Kept[int, bytes] = Kept(_BYTES_OF_ENTRIES, _size)
        self._identified: Kept[str, tuple[IdentifierRow, ...]] = Kept(
            _ROWS_OF_IDENTIFIERS, lambda rows: 1 + len(rows)
        )

    def close(self) -> None:
        """Give the files and what is kept back; nothing can be read after that.  The cluster stays open."""
        self.__dict__.clear()

    @cached_property
    def species(self) -> int:
        if self._species is not None:
            return self._species
        return species_of(self.rows(looked_at(self.genes)))

    def document(self, doc: int) -> Document:
        return self.documents([doc])[0]

    def documents(self, docs: Iterable[int], keep: bool = True) -> list[Document]:
        wanted = list(docs)
        encoded = self._encoded_documents(wanted, keep)
        return [decode_document(encoded[doc]) for doc in wanted]

    def find_id(self, gene_id: str) -> int | None:
        return next((gene.doc for gene in self._labels(self._ids.find(gene_id)) if gene.id == gene_id), None)

    def symbols(self, gene_ids: Iterable[str]) -> dict[str, str]:
        asked = {gene_id: self._ids.find(gene_id) for gene_id in gene_ids}
        by_doc = {gene.doc: gene for gene in self._labels(doc for docs in asked.values() for doc in docs)}
        return {
            gene_id: by_doc[doc].symbol
            for gene_id, docs in asked.items()
            for doc in docs
            if by_doc[doc].id == gene_id
        }

    def rows(self, docs: Iterable[int]) -> list[GeneRow]:
        return self._labels(doc for doc in docs if 0 <= doc < self.genes)

    def gene(self, doc: int) -> GeneRow:
        return self._labels([doc])[0]

    def names(self, name: str) -> list[NameRow]:
        folded = fold_spelling(name)
        numbers = self._names.find(folded)
        entries = self._decoded(map(self._named, numbers))
        found = []
        for number in numbers:
            entry, record = self._name(number, entries)
            if fold_spelling(record.spelling) == folded:
                found.append(name_row(record, entry.gene))
        return found

    def name(self, number: int) -> NameRecord:
        return self._name(number, self._decoded([self._named(number)]))[1]

    def may_be_name(self, hashed: int) -> bool:
        return self._names.may_hold(hashed)

    def identifiers(self, value: str) -> list[IdentifierRow]:
        folded = fold_identifier(value)
        return list(self._identified_by([folded]).get(folded, ()))

    def withdrawn(self, name: str) -> list[Withdrawal]:
        return self._withdrawals.of_name(name)

    def withdrawn_id(self, number: str) -> list[Withdrawal]:
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
        """Fetch what is not kept yet, each kind together."""
        asked = [number for name in names for number in self._names.find(fold_spelling(name))]
        docs = [doc for gene_id in ids for doc in self._ids.find(gene_id)]
        self._encoded([*docs, *map(self._named, (*asked, *numbers))])
        self._identified_by(map(fold_identifier, identifiers))
        self._encoded_documents(documents)

    # Genes by their numbers

    def _labels(self, docs: Iterable[int]) -> list[GeneRow]:
        wanted = list(docs)
        encoded = self._encoded(wanted)
        return [_decode_label(encoded[doc]).gene for doc in wanted]

    def _decoded(self, docs: Iterable[int]) -> dict[int, GeneEntry]:
        return {doc: decode_entry(data) for doc, data in self._encoded(docs).items()}

    def _encoded(self, docs: Iterable[int]) -> dict[int, bytes]:
        wanted = dict.fromkeys(docs)
        found = self._entries.of(wanted)
        fetched = {}
        for doc, source in self._fetch([doc for doc in wanted if doc not in found], _AT_ONCE, ["row"]):
            fetched[doc], _ = self._entry(doc, source)
        self._entries.add(fetched)
        return found | fetched

    def _encoded_documents(self, docs: Iterable[int], keep: bool = True) -> dict[int, bytes]:
        """Fetched with their entries, which tell a document of another gene and are likely asked for too."""
        wanted = dict.fromkeys(docs)
        found = self._documents.of(wanted)
        missing = [doc for doc in wanted if doc not in found]
        entries, documents = {}, {}
        for doc, source in self._fetch(missing, _DOCUMENTS_AT_ONCE, ["row", "record"]):
            entries[doc], gene = self._entry(doc, source)
            documents[doc], document = self._part(doc, source, "record", decode_document)
            if document.id != gene.id:
                raise self._damaged(doc, "is another gene's")
        if keep:
            self._entries.add(entries)
            self._documents.add(documents)
        return found | documents

    def _fetch(
        self, docs: Sequence[int], at_once: int, fields: Sequence[str]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        for doc in docs:
            if not 0 <= doc < self.genes:
                raise self._damaged(doc, "is asked for, which is not there")
        rest = iter(docs)
        while some := list(islice(rest, at_once)):
            told = self._cluster.mget(self._index, list(map(str, some)), fields)
            for doc, source in zip(some, told, strict=True):
                if source is None:
                    raise self._damaged(doc, "is missing")
                yield doc, source

    def _entry(self, doc: int, source: Any) -> tuple[bytes, GeneRow]:
        data, entry = self._part(doc, source, "row", decode_entry)
        names = self._first_names[doc + 1] - self._first_names[doc]
        if entry.gene.doc != doc or len(entry.names) != names:
            raise self._damaged(doc, "is another gene's")
        return data, entry.gene

    def _part(
        self, doc: int, source: Any, field: str, decode: Callable[[bytes], _Part]
    ) -> tuple[bytes, _Part]:
        try:
            data = b64decode(source[field], validate=True)
            return data, decode(data)
        except (LookupError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise self._damaged(doc, f"is damaged ({field})") from error

    def _damaged(self, doc: int, what: str) -> Damaged:
        return Damaged(f"{self._index}: the record of gene {doc} {what}")

    # Names by their numbers

    def _named(self, number: int) -> int:
        """The gene of a name."""
        firsts = self._first_names
        if not 0 <= number < firsts[-1]:
            raise Damaged(f"{self._index}: there is no name {number}")
        return bisect_right(firsts, number) - 1

    def _name(self, number: int, entries: dict[int, GeneEntry]) -> tuple[GeneEntry, NameRecord]:
        doc = self._named(number)
        return entries[doc], entries[doc].names[number - self._first_names[doc]]

    # Identifiers

    def _identified_by(self, folded: Iterable[str]) -> dict[str, tuple[IdentifierRow, ...]]:
        """The genes of some identifiers, folded, of those that any gene may have."""
        wanted = [one for one in dict.fromkeys(folded) if self._identifiers.may_hold(crc32(one.encode()))]
        found = self._identified.of(wanted)
        missing = [one for one in wanted if one not in found]
        fetched: dict[str, tuple[IdentifierRow, ...]] = {}
        rest = iter(missing)
        while some := list(islice(rest, _QUESTIONS)):
            most = _AT_ONCE if len(some) == 1 else _FIRST
            answers = self._cluster.msearch(self._index, [_with_identifier(one, most, -1) for one in some])
            for one, answer in zip(some, answers, strict=True):
                fetched[one] = tuple(self._identified_in(one, answer, most))
        self._identified.add(fetched)
        return found | fetched

    def _identified_in(self, folded: str, answer: dict[str, Any], most: int) -> Iterator[IdentifierRow]:
        """The rows of an answer of so many genes at most, and of those behind them."""
        while True:
            hits = answer["hits"]["hits"]
            for hit in hits:
                doc = int(hit["_id"])
                entry = decode_entry(self._entry(doc, hit.get("_source"))[0])
                gene = entry.gene
                for namespace, value in entry.identifiers:
                    if value == folded:
                        yield IdentifierRow(namespace, doc, gene.id, gene.symbol, gene.papers)
            if len(hits) < most:
                return
            most = _AT_ONCE
            answer = self._cluster.search(self._index, _with_identifier(folded, most, doc))


def _with_identifier(folded: str, most: int, after: int) -> dict[str, Any]:
    """The question for the genes of an identifier behind one, in their order."""
    return {
        "size": most,
        "query": {"bool": {"filter": [{"term": {"identifiers": held_term(folded)}}]}},
        "sort": [{"n": "asc"}],
        "search_after": [after],
        "track_total_hits": False,
        "_source": ["row"],
    }


def _first_names(tables: Path, genes: int) -> memoryview:
    folder, _, name = FIRST_NAMES.rpartition("/")
    try:
        firsts = read(tables / folder, name.partition(".")[0], np.uint32)
    except (OSError, ValueError) as error:
        raise Damaged(str(error)) from error
    if len(firsts) != genes + 1 or firsts[0] != 0 or bool((firsts[1:] < firsts[:-1]).any()):
        raise Damaged(f"{FIRST_NAMES} is damaged: it is not of {genes} genes")
    return firsts.data


def _size(data: bytes) -> int:
    return len(data) + _OVERHEAD
