"""The genes related to a gene: by papers, by families and by terms of the Gene Ontology that both have.

Each of the three says how much two genes have in common, between 0 and about 1, whatever else is known of
either: a gene is not near to all others because it has many papers or terms.

papers    √(shared / (shared / cosine + FEW_PAPERS)): the cosine of index/neighbours.py, less where both genes
          have few papers, since one paper in common then says little
terms     both / (either + FEW_TERMS): how much of what the terms at or above those of either gene tell, do
          those of both tell (simGIC: Pesquita et al., "Metrics for GO based protein semantic similarity",
          BMC Bioinformatics 2008), less where both genes have few; a term tells -ln of its share of all
          annotated genes
family    1 / log2(1 + genes) of the smallest family that both are in

The weights were tried on the even lines of the KEGG sets, on nothing but how many of a member's first ten
share a pathway with it (benchmarks/related.py); they hardly matter between half and twice their values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import terms as words_of
from index.documents import ROOT_SYMBOL, Document
from index.facets import Facets
from index.neighbours import Nearest, Neighbours
from index.ontology import Numbers, Ontology
from index.papers import PaperTable
from search.gene import RelatedFamily, RelatedGene, RelatedTerm, SharedFamilies, SharedPapers, SharedTerms
from search.storing import Store

FEW_PAPERS, FEW_TERMS = 50.0, 100.0
PSEUDOGENE = 0.5
"""Times this, a pseudogene is behind the genes that it is a copy of; not for another pseudogene."""
MOST_GENES_OF_TERM = 1000
"""A term of more genes, or of more than half of all, brings none of them together: nucleus."""
SHOWN_PAPERS, SHOWN_TERMS = 3, 3
MOST = 100
"""More related genes than this are not told: the hundredth has hardly more in common than the next."""

Weights = NDArray[np.float64]
Ascending = NDArray[np.uint32]
Reason = SharedPapers | SharedFamilies | SharedTerms


class Weighing(NamedTuple):
    """Weights of the three."""

    papers: float = 1.0
    terms: float = 1.5
    family: float = 0.6


class _Family(NamedTuple):
    """A family of the gene, and who is in it."""

    told: RelatedFamily
    genes: Numbers
    score: float
    """What it adds to the score of each."""


class _Gene(NamedTuple):
    """The gene whose related ones are sought, by what others may have in common with it."""

    doc: int
    near: Nearest
    by_papers: Weights
    """What the papers of each of these add to its score."""
    families: list[_Family]
    """The smallest first."""
    terms: Numbers
    """At or above its own, the most specific first, but for the widest."""
    members: Numbers
    """The genes at or under each of these, term after term."""
    by_terms: Weights
    """What each gene's terms add to its score."""


class Related:
    """The genes of one generation, as far as they have something in common; safe to share between
    threads."""

    def __init__(
        self,
        store: Store,
        papers: PaperTable,
        neighbours: Neighbours,
        ontology: Ontology,
        facets: Facets,
        weighing: Weighing = Weighing(),  # noqa: B008 - it is frozen
    ) -> None:
        self._weighing = weighing
        self._store = store
        self._papers = papers
        self._neighbours = neighbours
        self._ontology = ontology
        self._facets = facets
        self._genes = store.genes

    def of(self, doc: int, document: Document, size: int) -> tuple[RelatedGene, ...]:
        """The genes most related to that of a number, whose document is given.  Of equally related ones
        those come first whose symbol stands nearer to the gene's in the order of all symbols."""
        gene = self._gene(doc, document)
        factors = None if self._pseudogenes[doc] == PSEUDOGENE else self._pseudogenes
        scores = self._scores(gene)
        if factors is not None:
            scores *= factors
        chosen = self._best(doc, scores, max(0, min(size, MOST)))
        specific = self._specific(gene, chosen)
        self._store.prefetch(documents=chosen)
        return tuple(
            self._told(gene, other, 1.0 if factors is None else float(factors[other]), terms)
            for other, terms in zip(chosen, specific, strict=True)
        )

    def _gene(self, doc: int, document: Document) -> _Gene:
        terms = self._terms(document)
        members = self._ontology.members(terms)
        told = np.repeat(self._tells[terms], self._ontology.sizes[terms])
        both: Weights = np.bincount(members, told, minlength=self._genes).astype(np.float64, copy=False)
        some = (both > 0).nonzero()[0]
        shared = both[some]
        either = self._told_of[doc] + self._told_of[some] - shared
        both[some] = self._weighing.terms * shared / (either + FEW_TERMS)
        near = self._neighbours.of(doc)
        by_papers = self._weighing.papers * _by_papers(near)
        return _Gene(doc, near, by_papers, self._families(document), terms, members, both)

    def _terms(self, document: Document) -> Numbers:
        keys = {line.key for line in document.statements if line.field == "go" and line.key}
        own = [term for key in keys if (term := self._ontology.find(key)) is not None]
        reached = np.zeros(self._ontology.terms, np.bool_)
        reached[self._ontology.ancestors(np.array(own, np.int32))[0]] = True
        most = min(MOST_GENES_OF_TERM, self._ontology.annotated // 2)
        found = (reached & (self._ontology.sizes <= most)).nonzero()[0].astype(np.int32)
        ordered: Numbers = found[np.argsort(self._breadths[found])]
        return ordered

    def _families(self, document: Document) -> list[_Family]:
        column = self._facets.columns["family"]
        found = []
        for name in document.families:
            number = self._family_numbers.get(_family_key(name))
            if number is not None:
                genes = column.genes([number])
                score = self._weighing.family / math.log2(1 + len(genes))
                found.append(_Family(RelatedFamily(name, len(genes)), genes, score))
        return sorted(found, key=lambda family: (family.told.genes, family.told.name))

    def _scores(self, gene: _Gene) -> Weights:
        by_family = np.zeros(self._genes)
        for family in reversed(gene.families):
            by_family[family.genes] = family.score
        scores = gene.by_terms + by_family
        scores[gene.near.genes] += gene.by_papers
        scores[gene.doc] = 0.0
        return scores

    def _best(self, doc: int, scores: Weights, size: int) -> list[int]:
        some = (scores > 0).nonzero()[0]
        if len(some) > size > 0:
            least = np.partition(scores[some], len(some) - size)[len(some) - size]
            some = some[scores[some] >= least]
        away = np.abs(self._place_by_symbol[some] - self._place_by_symbol[doc])
        ordered: list[int] = some[np.lexsort((away, -scores[some]))[:size]].tolist()
        return ordered

    def _specific(self, gene: _Gene, chosen: Sequence[int]) -> list[list[int]]:
        """Of each chosen gene the terms that both have and that follow from no other of these, the most
        specific first."""
        terms, ontology = gene.terms, self._ontology
        column = np.full(self._genes, -1, np.int8)
        column[chosen] = np.arange(len(chosen), dtype=np.int8)
        columns = column[gene.members]
        held = (columns >= 0).nonzero()[0]
        rows = np.searchsorted(np.cumsum(ontology.sizes[terms]), held, side="right")
        both = np.zeros((len(terms), len(chosen)), np.bool_)
        both[rows, columns[held]] = True
        row_of = np.full(ontology.terms, -1, np.int32)
        row_of[terms] = np.arange(len(terms), dtype=np.int32)
        ancestors, lengths = ontology.ancestors(terms)
        above, below = row_of[ancestors], np.repeat(np.arange(len(terms)), lengths)
        strictly = (above >= 0) & (above != below)
        follows = np.zeros_like(both)
        np.logical_or.at(follows, above[strictly], both[below[strictly]])
        specific = both & ~follows
        return [terms[specific[:, place]].tolist() for place in range(len(chosen))]

    def _told(self, gene: _Gene, other: int, factor: float, terms: Sequence[int]) -> RelatedGene:
        reasons: list[Reason] = []
        near = (gene.near.genes == other).nonzero()[0]
        if len(near):
            reasons.append(self._shared_papers(gene, int(near[0]), factor))
        families = [family for family in gene.families if _holds(family.genes, other)]
        if families:
            reasons.append(_shared_families(families, factor))
        if terms:
            reasons.append(self._shared_terms(terms, factor * float(gene.by_terms[other])))
        reasons.sort(key=lambda reason: -reason.score)
        head = self._store.document(other).head
        score = round(sum(reason.score for reason in reasons), 4)
        return RelatedGene(
            head.id, score, head.symbol, head.name, head.location, head.locus_type, tuple(reasons)
        )

    def _shared_papers(self, gene: _Gene, place: int, factor: float) -> SharedPapers:
        other, count = int(gene.near.genes[place]), int(gene.near.shared[place])
        common = _in_both(self._neighbours.papers_of(gene.doc), self._neighbours.papers_of(other))
        pmids = [str(pmid) for pmid in self._papers.telling(common, SHOWN_PAPERS)]
        such = f" PMID {pmids[0]}" if pmids else ""
        return SharedPapers(
            text=f"1 paper in common:{such}" if count == 1 else f"{count:,} papers in common, e.g.{such}",
            score=round(factor * float(gene.by_papers[place]), 4),
            count=count,
            cosine=round(float(gene.near.cosines[place]), 4),
            pmids=tuple(pmids),
        )

    def _shared_terms(self, terms: Sequence[int], score: float) -> SharedTerms:
        told = tuple(
            RelatedTerm(
                self._ontology.go_id(term),
                self._ontology.text(self._ontology.labels_of(term)[0]),
                int(self._ontology.sizes[term]),
            )
            for term in terms[:SHOWN_TERMS]
        )
        more = "; …" if len(terms) > SHOWN_TERMS else ""
        counted = "1 specific GO term" if len(terms) == 1 else f"{len(terms)} specific GO terms"
        text = f"{counted} in common: {'; '.join(term.text for term in told)}{more}"
        return SharedTerms(text, round(score, 4), len(terms), told)

    @cached_property
    def _breadths(self) -> Numbers:
        return self._ontology.breadths()

    @cached_property
    def _tells(self) -> Weights:
        """Of each term, how much it tells of a gene."""
        sizes = np.maximum(self._ontology.sizes, 1)
        return np.maximum(np.log(self._ontology.annotated / sizes), 0.0)

    @cached_property
    def _told_of(self) -> Weights:
        """Of each gene, how much its terms tell together."""
        return self._ontology.summed(self._tells, self._genes)

    @cached_property
    def _family_numbers(self) -> dict[tuple[str, ...], int]:
        column = self._facets.columns["family"]
        return {_family_key(column.term(number)): number for number in range(len(column.terms))}

    @cached_property
    def _pseudogenes(self) -> Weights:
        """Of each gene, by what it is multiplied beside one that is no pseudogene."""
        column = self._facets.columns["locus_type"]
        kinds = [number for number in range(len(column.terms)) if "pseudogene" in column.term(number)]
        factors = np.ones(self._genes)
        factors[column.genes(kinds)] = PSEUDOGENE
        return factors

    @cached_property
    def _place_by_symbol(self) -> NDArray[np.intp]:
        places = np.empty(self._genes, np.intp)
        places[self._facets.by_symbol] = np.arange(self._genes)
        return places


def _family_key(name: str) -> tuple[str, ...]:
    """What names of one family have in common (index.facets_writing)."""
    return tuple(words_of(ROOT_SYMBOL.sub("", name)))


def _by_papers(near: Nearest) -> Weights:
    """How much each neighbour has in common with the gene by papers."""
    shared = near.shared.astype(np.float64)
    found: Weights = np.sqrt(shared / (shared / near.cosines + FEW_PAPERS))
    return found


def _in_both(one: Ascending, other: Ascending) -> Ascending:
    """The numbers that stand in both of two lists."""
    few, many = sorted((one, other), key=len)
    places = np.minimum(np.searchsorted(many, few), max(0, len(many) - 1))
    return few[many[places] == few] if len(few) else few


def _holds(ascending: Numbers, number: int) -> bool:
    place = int(np.searchsorted(ascending, number))
    return place < len(ascending) and int(ascending[place]) == number


def _shared_families(families: Sequence[_Family], factor: float) -> SharedFamilies:
    named = "family" if len(families) == 1 else "families"
    text = f"same {named}: {'; '.join(family.told.name for family in families)}"
    score = round(factor * families[0].score, 4)
    return SharedFamilies(text, score, tuple(family.told for family in families))
