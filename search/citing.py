"""Which genes cite a paper, in how many sentences, and what is told of it there.

Two ways of knowing give the same: from the genes' documents, for any text engine, and from the columns of
the columnar index, which reads none of them however many genes cite the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case
from index.columnar import FIELD_NUMBER, FIELD_SHIFT, decode_reference
from index.columns import members
from index.documents import Document, Line
from index.fields import TITLES
from index.records import Reference
from search.columnar import Columnar
from search.engines import Docs
from search.paper_forms import PMID_DIGITS, is_pubmed_id
from search.storing import Store

_AT_ONCE = 200
"""Documents that are read together."""


class Known(NamedTuple):
    """What a paper is known by: a PubMed ID, a DOI in lower case, or both."""

    pmid: str | None
    doi: str | None

    def is_it(self, reference: Reference) -> bool:
        """Two accounts with different PubMed IDs are of two papers, whatever their DOIs."""
        number = number_of(reference)
        if self.pmid and number:
            return number == self.pmid
        return bool(self.doi and reference.doi) and fold_case(reference.doi or "") == self.doi


class Citing(NamedTuple):
    """How a gene cites a paper."""

    accounts: tuple[Reference, ...]
    """What is told of the paper where a line cites it, its title too; where none does, among the gene's
    references."""
    sentences: int
    """How many sentences and facts cite it; a title is none."""


class CitedBy(Protocol):
    def __call__(self, paper: Known, docs: Docs, /) -> dict[int, Citing]:
        """Of some genes, ascending, those that have the paper among their references."""


def number_of(reference: Reference) -> str | None:
    """A reference's PubMed ID; None where a source gives what can be none."""
    number = (reference.pmid or "").lstrip("0")
    return number if is_pubmed_id(number) and len(reference.pmid or "") <= PMID_DIGITS else None


def sentences(document: Document, paper: Known) -> list[Line]:
    """The sentences and facts of a gene that cite a paper."""
    places = _places(document, paper)
    return [line for line in document.statements if line.field != TITLES and _cites(line, places)]


class ByDocuments:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, paper: Known, docs: Docs, /) -> dict[int, Citing]:
        found = {}
        numbers = docs.tolist()
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            for doc, document in zip(some, self._store.documents(some), strict=True):
                if places := _places(document, paper):
                    found[doc] = _citing(document, paper, places)
        return found


class ByColumns:
    def __init__(self, index: Columnar, store: Store) -> None:
        self._index = index
        self._by_documents = ByDocuments(store)

    def __call__(self, paper: Known, docs: Docs, /) -> dict[int, Citing]:
        index = self._index
        lines, lengths = members(index.doc_lines.starts, docs)
        owners = np.arange(len(docs)).repeat(lengths)
        at, cited = members(index.cited.starts, lines)
        references = (index.cited_references[at] >> 1).astype(np.int64)
        its_own = self._met(paper, np.unique(references))
        met = np.isin(references, list(its_own))
        citing = np.arange(len(lines)).repeat(cited)[met]
        titles = index.line_codes[lines] >> FIELD_SHIFT == FIELD_NUMBER[TITLES]
        telling = np.unique(citing)
        counts = np.bincount(owners[telling[~titles[telling]]], minlength=len(docs)).tolist()
        accounts: dict[int, dict[int, Reference]] = {}
        for owner, number in zip(owners[citing].tolist(), references[met].tolist(), strict=True):
            accounts.setdefault(owner, {})[number] = its_own[number]
        found = {
            doc: Citing(tuple(accounts[place].values()), counts[place])
            for place, doc in enumerate(docs.tolist())
            if place in accounts
        }
        lineless = [doc for doc in docs.tolist() if doc not in found]
        return found | self._by_documents(paper, np.array(lineless, np.int32))

    def _met(self, paper: Known, references: NDArray[np.int64]) -> dict[int, Reference]:
        """Those of some references that are the paper; one with another PubMed ID need not be read."""
        if paper.pmid:
            pmids = self._index.reference_pmids[references]
            unsure = (pmids == 0) if paper.doi else np.zeros(len(pmids), np.bool_)
            references = references[(pmids == int(paper.pmid)) | unsure]
        read = ((number, decode_reference(self._index.references[number])) for number in references.tolist())
        return {number: reference for number, reference in read if paper.is_it(reference)}


def _citing(document: Document, paper: Known, places: frozenset[int]) -> Citing:
    cited = {one.reference for line in document.statements for one in line.cited} & places
    told = [document.references[place].reference for place in sorted(cited or places)]
    return Citing(tuple(told), len(sentences(document, paper)))


def _places(document: Document, paper: Known) -> frozenset[int]:
    """Where the paper stands among a gene's references."""
    return frozenset(
        place for place, numbered in enumerate(document.references) if paper.is_it(numbered.reference)
    )


def _cites(line: Line, places: Iterable[int]) -> bool:
    return any(cited.reference in places for cited in line.cited)
