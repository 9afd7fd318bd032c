"""A paper with the genes that it is about: those in whose texts it is cited, with the sentences that cite it,
and those that a source links to it.  Page, API and command line present this one object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from index.analysis import fold_case
from index.documents import Document, Line
from index.records import Reference
from search import present
from search.citing import Citing, Known, number_of, sentences
from search.errors import BadRequest
from search.evidence import Answer
from search.flags import telling_first, uncited
from search.page import Highlight, IndexVersion, Warning
from search.paper_forms import PaperId, paper_ids
from search.request import MAX_SIZE
from search.snapshot import Snapshot

SIZE = 100
"""Genes of one answer, where no size is asked for."""


class PaperGene(Struct, frozen=True, rename={"id": "_id"}):
    """A gene that a paper is about."""

    id: str
    symbol: str
    name: str | None
    taxid: int
    linked: bool
    """Whether a source links the paper to the gene."""
    papers: int
    """How many papers are linked to the gene."""
    sentences: tuple[Highlight, ...]
    """The sentences and facts that cite the paper, all of them, in the order of the gene's page: those about
    the gene, then those about another, then those that only say that nothing is known."""


class Paper(Struct, frozen=True):
    """What is known of a paper, and its genes, those with most citing sentences first."""

    name: str
    """What its address ends in: the PubMed ID, or ``doi:`` and the DOI in lower case."""
    pmid: str | None
    doi: str | None
    title: str | None
    authors: str | None
    journal: str | None
    year: int | None
    total: int
    """All its genes."""
    citing: int
    """How many of them have a sentence that cites it; they come first."""
    linked: int
    """To how many of them a source links it."""
    sentences: int
    """How many sentences of all genes cite it."""
    genes: tuple[PaperGene, ...]
    start: int
    """How many genes were left out before these."""
    next: int | None
    """Where the genes behind these begin; None behind the last."""
    warnings: tuple[Warning, ...]
    index: IndexVersion


class UnknownPaper(Struct, frozen=True):
    """A name that is no paper of this index."""

    name: str
    reason: str


def tell(name: str, size: int, start: int, snapshot: Snapshot) -> Paper | UnknownPaper:
    """The paper of a PubMed ID or DOI in any spelling, with ``size`` of its genes from ``start`` on.

    Raises:
        BadRequest: a negative size or start.
    """
    if size < 0 or start < 0:
        raise BadRequest("size and from must not be negative")
    warnings: tuple[Warning, ...] = ()
    if size > MAX_SIZE:
        warnings = (Warning(f"size {size} was cut to {MAX_SIZE}; follow next for more"),)
        size = MAX_SIZE
    forms = paper_ids(name)
    if not forms:
        return UnknownPaper(name, f"{name[:100]!r} is no PubMed ID and no DOI")
    found = next((one for one in (_find(form, snapshot) for form in forms) if one.docs), None)
    if found is None:
        return UnknownPaper(name, f"no gene of this index cites {_told(forms[-1])} or is linked to it")
    ordered = _ordered(found, snapshot)
    snapshot.store.prefetch(documents=ordered[start : start + size])
    shown = [_gene(doc, found, snapshot) for doc in ordered[start : start + size]]
    known = found.reference
    behind = start + len(shown)
    return Paper(
        name=found.paper.pmid or f"doi:{fold_case(found.doi or '')}",
        pmid=found.paper.pmid,
        doi=found.doi,
        title=known.title,
        authors=known.authors,
        journal=known.journal,
        year=known.year,
        total=len(ordered),
        citing=sum(map(bool, found.citing.values())),
        linked=len(found.linked),
        sentences=sum(found.citing.values()),
        genes=tuple(shown),
        start=start,
        next=behind if shown and behind < len(ordered) else None,
        warnings=warnings,
        index=snapshot.version,
    )


class _Found(NamedTuple):
    """What the index knows of a paper."""

    paper: Known
    reference: Reference
    """The fullest account of it."""
    doi: str | None
    """As it is written there, or elsewhere."""
    citing: dict[int, int]
    """The genes that have it among their references, with the number of sentences that cite it."""
    linked: frozenset[int]

    @property
    def docs(self) -> frozenset[int]:
        return self.linked.union(self.citing)


def _find(asked: PaperId, snapshot: Snapshot) -> _Found:
    paper = Known(asked.pmid, asked.doi and fold_case(asked.doi))
    found = _cited(paper, snapshot)
    if paper.pmid is None:
        paper = paper._replace(pmid=_likeliest(map(number_of, _accounts(found))))
    else:
        paper = paper._replace(doi=_likeliest(fold_case(one.doi) for one in _accounts(found) if one.doi))
    if paper.pmid and paper.doi:
        found = _cited(paper, snapshot)
    accounts = _accounts(found)
    told = max(accounts, key=_fullness, default=Reference(0))
    return _Found(
        paper,
        told,
        told.doi or _likeliest(one.doi for one in accounts) or asked.doi,
        {doc: one.sentences for doc, one in found.items()},
        frozenset(snapshot.papers.genes(int(paper.pmid))) if paper.pmid else frozenset(),
    )


def _cited(paper: Known, snapshot: Snapshot) -> dict[int, Citing]:
    """The genes that have a paper among their references."""
    docs = {
        row.doc
        for namespace, value in (("pmid", paper.pmid), ("doi", paper.doi))
        if value
        for row in snapshot.store.identifiers(value)
        if row.namespace == namespace
    }
    return snapshot.cited_by(paper, np.array(sorted(docs), np.int32))


def _accounts(found: dict[int, Citing]) -> list[Reference]:
    return [account for citing in found.values() for account in citing.accounts]


def _likeliest(told: Iterable[str | None]) -> str | None:
    """The PubMed ID or DOI that most accounts give; of as many the least."""
    given = Counter(one for one in told if one)
    return min(given, key=lambda one: (-given[one], len(one), one), default=None)


def _fullness(reference: Reference) -> tuple[int, list[str]]:
    """How much an account tells; of those that tell as much one is the same whoever is asked."""
    told = (
        reference.title,
        reference.authors,
        reference.journal,
        reference.year,
        reference.doi,
        reference.pmid,
    )
    return sum(part is not None for part in told), ["" if part is None else str(part) for part in told]


def _ordered(found: _Found, snapshot: Snapshot) -> list[int]:
    """Genes with most citing sentences first, then those that list the paper, then those with most papers."""
    its_own = np.zeros(snapshot.facets.genes, np.bool_)
    its_own[list(found.docs)] = True
    by_papers = snapshot.facets.by_papers_down
    ordered: list[int] = by_papers[its_own[by_papers]].tolist()
    first = [doc for doc in ordered if doc in found.citing]
    first.sort(key=lambda doc: -found.citing[doc])
    return first + [doc for doc in ordered if doc not in found.citing]


def _gene(doc: int, found: _Found, snapshot: Snapshot) -> PaperGene:
    document = snapshot.store.document(doc)
    lines = sentences(document, found.paper) if found.citing.get(doc) else ()
    return PaperGene(
        document.id,
        document.symbol,
        document.name,
        document.taxon,
        doc in found.linked,
        document.papers,
        telling_first(uncited(_highlights(document, lines, snapshot))),
    )


def _highlights(document: Document, lines: Iterable[Line], snapshot: Snapshot) -> tuple[Highlight, ...]:
    shown = list(lines)
    symbols = present.symbols(document, shown, snapshot.store)
    return tuple(present.highlight(document, Answer(line, (), frozenset(), 0.0), symbols) for line in shown)


def _told(asked: PaperId) -> str:
    return f"PMID {asked.pmid}" if asked.pmid else asked.name[:100]
