"""Genes related to a gene, over hand-made ones, for every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from index.documents import Document, Line
from index.engines import EMBEDDED
from index.records import GoTerm
from search import BadRequest, Genes, open_index
from search.gene import (
    Gene,
    GeneChoice,
    RelatedGenes,
    SharedFamilies,
    SharedPapers,
    SharedTerms,
)
from search.related import MOST, PSEUDOGENE
from tests.making import gene, publish, says

ROOT = "GO:0003674"
TERMS = (
    GoTerm(id=ROOT, name="molecular_function", aspect="molecular_function"),
    GoTerm(id="GO:0000001", name="binding", aspect="molecular_function", is_a=(ROOT,)),
    GoTerm(id="GO:0000002", name="metal binding", aspect="molecular_function", is_a=("GO:0000001",)),
    GoTerm(id="GO:0000003", name="zinc binding", aspect="molecular_function", is_a=("GO:0000002",)),
    GoTerm(id="GO:0000004", name="kinase activity", aspect="molecular_function", is_a=(ROOT,)),
)


def go(number: int) -> Line:
    return says("term", "go", key=f"GO:{number:07}", by="computed")


def in_family(name: str) -> Line:
    return says(name, "family")


def is_a(locus_type: str) -> Line:
    return says(locus_type, "locus_type")


BOUND = [gene(f"OTHER{n}", go(1)) for n in range(6)]
"""Genes that are annotated to the widest term, so that the others tell something."""


class Opened:
    """Publishes genes for one engine and opens them."""

    def __init__(self, folder: Path, engine: str) -> None:
        self._folder, self._engine = folder, engine

    def __call__(
        self, *documents: Document, linked: Mapping[int, Sequence[str]] = MappingProxyType({})
    ) -> Genes:
        publish(self._folder, documents, go_terms=TERMS, linked=linked, engine=self._engine)
        return open_index(self._folder)


@pytest.fixture(params=sorted(EMBEDDED))
def over(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    return Opened(tmp_path / "index", str(request.param))


def related(genes: Genes, name: str, size: int = 10) -> RelatedGenes:
    found = genes.related(name, size)
    assert isinstance(found, RelatedGenes)
    return found


def symbols(found: RelatedGenes) -> list[str]:
    return [other.symbol for other in found.genes]


def ids(*names: str) -> list[str]:
    return [f"NCBIGene:{name}" for name in names]


def test_genes_that_share_papers_say_how_many_and_name_those_that_say_most(over: Opened) -> None:
    linked = {
        30: ids("AAA1", "BBB1"),
        20: ids("AAA1", "BBB1", "CCC1"),
        40: ids("AAA1", "BBB1"),
        10: ids("AAA1"),
    }
    with over(gene("AAA1"), gene("BBB1", name="b one"), gene("CCC1"), gene("DDD1"), linked=linked) as genes:
        found = related(genes, "AAA1")
    assert symbols(found) == ["BBB1", "CCC1"]
    (reason,) = found.genes[0].reasons
    assert isinstance(reason, SharedPapers)
    assert (reason.count, reason.cosine, reason.pmids) == (3, 0.866, ("40", "30", "20"))
    assert reason.text == "3 papers in common, e.g. PMID 40"
    assert found.genes[1].reasons[0].text == "1 paper in common: PMID 20"
    assert (found.id, found.symbol, found.genes[0].name) == ("NCBIGene:AAA1", "AAA1", "b one")


def test_genes_of_one_family_say_which_and_the_smaller_family_counts_more(over: Opened) -> None:
    members = [gene(f"MANY{n}", in_family("Many things")) for n in range(6)]
    few = gene("FEW1", in_family("Few things (FT)"))
    with over(gene("AAA1", in_family("Many things"), in_family("Few things (FT)")), few, *members) as genes:
        found = related(genes, "AAA1")
    assert symbols(found)[0] == "FEW1"
    assert len(found.genes) == 7
    first, second = found.genes[0].reasons[0], found.genes[1].reasons[0]
    assert isinstance(first, SharedFamilies)
    assert [(family.name, family.genes) for family in first.families] == [("Few things (FT)", 2)]
    assert first.text == "same family: Few things (FT)"
    assert first.score > second.score


def test_terms_in_common_are_the_most_specific_ones_and_not_what_follows_from_them(over: Opened) -> None:
    with over(gene("AAA1", go(3)), gene("BBB1", go(3)), gene("CCC1", go(2)), *BOUND) as genes:
        found = related(genes, "AAA1")
    assert symbols(found) == ["BBB1", "CCC1"]
    first, second = (other.reasons[0] for other in found.genes)
    assert isinstance(first, SharedTerms)
    assert isinstance(second, SharedTerms)
    assert [(term.key, term.text, term.genes) for term in first.terms] == [("GO:0000003", "zinc binding", 2)]
    assert first.text == "1 specific GO term in common: zinc binding"
    assert [term.key for term in second.terms] == ["GO:0000002"]
    assert first.score > second.score


def test_a_term_that_most_genes_have_relates_none_of_them(over: Opened) -> None:
    with over(gene("AAA1", go(1)), *BOUND) as genes:
        assert related(genes, "AAA1").genes == ()


def test_a_score_is_the_sum_of_its_reasons_the_strongest_first(over: Opened) -> None:
    documents = [gene(name, go(3), in_family("Zincs")) for name in ("AAA1", "BBB1")]
    with over(*documents, *BOUND, linked={7: ids("AAA1", "BBB1")}) as genes:
        (other,) = related(genes, "AAA1").genes
    scores = [reason.score for reason in other.reasons]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert other.score == pytest.approx(sum(scores))


def test_a_gene_of_many_papers_is_not_near_for_that(over: Opened) -> None:
    famous = {1000 + n: ids("FAMOUS") for n in range(200)}
    linked = {7: ids("AAA1", "BBB1"), 8: ids("AAA1", "FAMOUS"), **famous}
    with over(gene("AAA1"), gene("BBB1"), gene("FAMOUS"), linked=linked) as genes:
        assert symbols(related(genes, "AAA1")) == ["BBB1", "FAMOUS"]


def test_a_pseudogene_of_the_family_is_behind_its_genes_but_not_for_another_pseudogene(over: Opened) -> None:
    pseudogenes = [gene(name, in_family("Zincs"), is_a("pseudogene")) for name in ("AAA2P", "AAA9P")]
    with over(gene("AAA1", in_family("Zincs")), *pseudogenes, gene("ZZZ1", in_family("Zincs"))) as genes:
        of_gene, of_pseudogene = related(genes, "AAA1"), related(genes, "AAA2P")
    assert symbols(of_gene) == ["ZZZ1", "AAA2P", "AAA9P"]
    assert of_gene.genes[1].score == pytest.approx(PSEUDOGENE * of_gene.genes[0].score, abs=1e-4)
    assert len({other.score for other in of_pseudogene.genes}) == 1


def test_of_equally_related_genes_those_with_the_nearest_symbols_come_first(over: Opened) -> None:
    family = [gene(symbol, in_family("Mts")) for symbol in ("MT10", "MT1", "MT2", "MT9", "MT8", "MT11")]
    with over(*family) as genes:
        assert set(symbols(related(genes, "MT9", 2))) == {"MT8", "MT10"}
        assert symbols(related(genes, "MT1", 2)) == ["MT2", "MT8"]


def test_a_gene_of_which_nothing_is_known_has_no_related_ones(over: Opened) -> None:
    with over(gene("AAA1"), gene("BBB1")) as genes:
        assert related(genes, "BBB1").genes == ()


def test_any_other_name_tells_what_it_may_lead_to(over: Opened) -> None:
    with over(gene("AAA1", names=[("alias", "SHARED")]), gene("BBB1", names=[("alias", "SHARED")])) as genes:
        found = genes.related("SHARED")
        assert isinstance(found, GeneChoice)
        assert [owner.symbol for owner in found.owners] == ["AAA1", "BBB1"]


def test_a_whole_gene_holds_as_many_as_asked_for_and_none_unasked(over: Opened) -> None:
    with over(*(gene(f"AAA{n}", in_family("Zincs")) for n in range(5))) as genes:
        whole, plain = genes.gene("AAA1", related=3), genes.gene("AAA1")
        assert isinstance(whole, Gene)
        assert isinstance(plain, Gene)
        assert whole.related == related(genes, "AAA1", 3).genes
        assert not plain.related


def test_as_many_are_told_as_asked_for_up_to_the_most(over: Opened) -> None:
    with over(*(gene(f"AAA{n}", in_family("Zincs")) for n in range(MOST + 20))) as genes:
        assert [len(related(genes, "AAA1", size).genes) for size in (0, 1, MOST)] == [0, 1, MOST]
        for size in (-1, MOST + 1):
            with pytest.raises(BadRequest, match="size"):
                genes.related("AAA1", size)
