"""The record store as search asks it, wherever it lies: in files (index/store.py) or in a cluster
(search/cluster_store.py).

Both give the same answers in the same order.  In a cluster each look-up that is not kept is a round trip;
who is about to ask much one by one says so with ``prefetch``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from index.documents import Document
from index.records import Withdrawal
from index.store import GeneRow, IdentifierRow, NameRecord, NameRow


class Store(Protocol):
    """A published generation's records and names, read only; safe to share between threads.

    Raises:
        Damaged: something is missing or does not hold what it should (on any read).
        ClusterUnavailable: it lies in a cluster that does not answer (on any read).
    """

    genes: int
    most_read: int | None
    """So many documents are read for one question that asks something of each of their lines; None for any
    number."""

    @property
    def species(self) -> int:
        """The taxon of most genes."""
        ...

    def document(self, doc: int) -> Document:
        """The document of a number."""
        ...

    def documents(self, docs: Iterable[int], keep: bool = True) -> list[Document]:
        """The documents of some numbers, in the order asked for.  Those that are not worth a ``keep``, of
        which few are shown, do not take the place of what was kept."""
        ...

    def find_id(self, gene_id: str) -> int | None:
        """The number of the gene with this ``_id``."""
        ...

    def symbols(self, gene_ids: Iterable[str]) -> dict[str, str]:
        """The symbol of each ``_id`` that is in the index."""
        ...

    def rows(self, docs: Iterable[int]) -> list[GeneRow]:
        """The id, symbol and number of papers of each document that there is, in the order asked for."""
        ...

    def gene(self, doc: int) -> GeneRow:
        """The id, symbol and number of papers of a document."""
        ...

    def names(self, name: str) -> list[NameRow]:
        """Every name that is the same but for case, dashes, blanks and Greek letters, in the order of
        the documents."""
        ...

    def name(self, number: int) -> NameRecord:
        """The name of a number."""
        ...

    def may_be_name(self, hashed: int) -> bool:
        """Whether a name may be looked up under what has this CRC-32; False is certain."""
        ...

    def identifiers(self, value: str) -> list[IdentifierRow]:
        """The genes that a bare identifier leads to, in any namespace, in the order of the documents."""
        ...

    def withdrawn(self, name: str) -> list[Withdrawal]:
        """The withdrawn symbols of this name, but for case."""
        ...

    def withdrawn_id(self, number: str) -> list[Withdrawal]:
        """The withdrawn entries of an HGNC id without prefix."""
        ...

    def prefetch(
        self,
        *,
        names: Iterable[str] = (),
        identifiers: Iterable[str] = (),
        numbers: Iterable[int] = (),
        ids: Iterable[str] = (),
        documents: Iterable[int] = (),
    ) -> None:
        """That these will be asked for one by one: names and bare identifiers as they are looked up, names by
        their numbers, genes by their ids, documents by their numbers.  It changes no answer."""
        ...

    def close(self) -> None:
        """Give back what is held; nothing can be read after that."""
        ...
