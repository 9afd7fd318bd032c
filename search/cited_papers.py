"""The papers behind sentences, each once, with the genes whose sentences cite it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import asdict, replace

from search.page import EvidenceReference, Hit

_PMID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_TOLD = ("pmid", "doi", "title", "year", "authors", "journal")


class CitedPaper(Struct, frozen=True):
    """A paper as one entry of a bibliography."""

    key: str
    """``pmid12081484``, else ``doi-`` or ``paper-`` and a digest of what is known: the same in every export,
    of letters, digits and dashes alone."""
    reference: EvidenceReference
    """The fullest account; its ``n`` and ``scope`` are those of one of the citations."""
    genes: tuple[str, ...]
    """The symbols of the genes whose sentences cite it, in the order of the answer."""


class _Paper:
    """A paper of which more is still learned."""

    __slots__ = ("genes", "last", "name", "reference")

    def __init__(self, reference: EvidenceReference, name: str) -> None:
        self.reference = reference
        self.name = name
        """What the paper is known by, where it has neither number nor DOI."""
        self.genes: list[str] = []
        self.last = ""
        """The gene that was named last, by its id: the lines of a gene come together."""

    def cite(self, symbol: str, gene_id: str) -> None:
        if gene_id != self.last or not self.genes:
            self.genes.append(symbol)
            self.last = gene_id

    def learn(self, reference: EvidenceReference) -> None:
        """Keep the fuller account, and what only the other knows."""
        if reference == self.reference:
            return
        fuller, other = sorted((self.reference, reference), key=_told, reverse=True)
        known = asdict(other)
        lacking = {name: known[name] for name in _TOLD if getattr(fuller, name) is None}
        self.reference = replace(fuller, **lacking)


class CitedPapers:
    """Collects papers; memory grows with the papers, not with the sentences that cite them."""

    def __init__(self) -> None:
        self._by_name: dict[str, _Paper] = {}

    def add(self, reference: EvidenceReference, symbol: str, gene_id: str) -> None:
        """A paper behind a sentence of a gene.

        A paper is one by its PubMed ID, else by its DOI, which may be told of it before the PubMed ID is; of
        two PubMed IDs with one DOI each is a paper.  One without either is one by what is told of it, and one
        of which nothing is told by its gene and number.
        """
        by_pmid = f"pmid:{reference.pmid}" if reference.pmid else None
        by_doi = f"doi:{reference.doi.casefold()}" if reference.doi else None
        name = by_pmid or by_doi or f"told:{_account(reference) or (gene_id, reference.n)}"
        paper = self._by_name.get(name)
        same = self._by_name.get(by_doi) if by_pmid and by_doi else None
        if same is not None and (same is paper or same.reference.pmid is not None):
            same = None
        if paper is None:
            paper, same = same or _Paper(reference, name), None
        if same is not None:  # known by its DOI and, apart from that, by its number
            paper.learn(same.reference)
            paper.genes += [gene for gene in same.genes if gene not in set(paper.genes)]
        paper.learn(reference)
        paper.cite(symbol, gene_id)
        self._by_name[name] = paper
        if by_doi is not None and (by_pmid is None or by_doi not in self._by_name or same is not None):
            self._by_name[by_doi] = paper

    def __iter__(self) -> Iterator[CitedPaper]:
        """Each paper once, in the order of first mention."""
        for paper in dict.fromkeys(self._by_name.values()):
            yield CitedPaper(_key(paper), paper.reference, tuple(paper.genes))


def papers_behind(hits: Iterable[Hit]) -> Iterator[CitedPaper]:
    """Exactly the papers behind the sentences that the hits show; all hits are read before the first one."""
    papers = CitedPapers()
    for hit in hits:
        for highlight in hit.highlights:
            for reference in highlight.refs:
                papers.add(reference, hit.symbol, hit.id)
    yield from papers


def _key(paper: _Paper) -> str:
    """Sources are not trusted with a key: one that is no number is told by its digest."""
    reference = paper.reference
    if reference.pmid is not None and _PMID.fullmatch(reference.pmid):
        return f"pmid{reference.pmid}"
    if reference.pmid is None and reference.doi is not None:
        return f"doi-{_short(reference.doi.casefold())}"
    return f"paper-{_short(paper.name)}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(reference: EvidenceReference) -> int:
    """How much a source tells of a paper."""
    return sum(getattr(reference, name) is not None for name in _TOLD)


def _account(reference: EvidenceReference) -> tuple[object, ...] | None:
    account = (reference.title, reference.authors, reference.journal, reference.year)
    return account if any(part is not None for part in account) else None
