"""Papers that are linked to genes: found by their numbers, alone, several together and among words."""

from __future__ import annotations

import pytest

from index.records import Reference
from search import Genes
from tests.making import gene, says
from tests.search.conftest import Searching

CITED = Reference(1, title="Metals in kidneys", pmid="70000001")


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(
        gene("AAA", "AAA binds zinc.", id="HGNC:1", papers=5),
        gene("BBB", "BBB binds zinc.", id="HGNC:2", papers=90),
        gene("CCC", says("CCC binds copper.", cited=[0]), id="HGNC:3", references=[CITED], papers=1),
        gene("DDD", id="HGNC:4", identifiers=[("ncbigene", "70000002")]),
        *(gene(f"EEE{n}", id=f"HGNC:9{n}") for n in range(9)),
        linked={
            70000001: ["HGNC:1", "HGNC:2"],
            70000002: ["HGNC:1"],
            70000003: ["HGNC:2", *(f"HGNC:9{n}" for n in range(9))],
            2015: ["HGNC:4"],
        },
    )


def symbols(genes: Genes, q: str) -> list[str]:
    return [hit.symbol for hit in genes.search(q).hits]


@pytest.mark.parametrize("asked", ["70000001", "PMID:70000001", "pmid 70000001", "pubmed: 70000001"])
def test_a_paper_finds_the_gene_that_cites_it_then_those_it_is_linked_to(genes: Genes, asked: str) -> None:
    page = genes.search(asked)
    assert [hit.symbol for hit in page.hits] == ["CCC", "BBB", "AAA"]
    assert {hit.match.kind for hit in page.hits} == {"paper"}
    assert [hit.match.reason for hit in page.hits][::2] == [
        "70000001: paper cited for CCC and 2 other genes",
        "70000001: paper linked to AAA and 2 other genes",
    ]


def test_the_sentence_that_a_paper_supports_is_the_evidence(genes: Genes) -> None:
    sentences = [highlight.sentence for highlight in genes.search("70000001").hits[0].highlights]
    assert sentences[0] == "CCC binds copper."


def test_of_several_papers_the_genes_of_those_about_few_come_first(genes: Genes) -> None:
    hits = genes.search("PMID 70000003, 70000002", size=20).hits
    papers = [hit.symbol for hit in hits if hit.match.kind == "paper"]
    assert len(papers) == 11
    assert papers[:2] == ["AAA", "BBB"]
    assert not any(hit.missing for hit in hits if hit.match.kind == "paper")
    assert symbols(genes, "pmid:70000003 pmid:70000002 pmid:70000001")[:3] == ["AAA", "BBB", "CCC"]


def test_a_number_that_is_a_gene_and_a_paper_lists_the_gene_first(genes: Genes) -> None:
    kinds = [(hit.symbol, hit.match.kind) for hit in genes.search("70000002").hits]
    assert kinds == [("DDD", "identifier"), ("AAA", "paper")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("zinc pmid:70000001", ["AAA", "BBB"]),
        ("zinc 70000002", ["AAA"]),
        ("pmid:70000001 NOT zinc", ["CCC"]),
        ("zinc 2015", []),
        ("pmid:2015 OR copper", ["CCC", "DDD"]),
    ],
)
def test_a_paper_is_a_word_among_others_and_a_short_number_only_with_its_prefix(
    genes: Genes, asked: str, found: list[str]
) -> None:
    page = genes.search(asked)
    full = [hit.symbol for hit in page.hits if not hit.missing]
    assert sorted(full) == found


def test_a_paper_that_no_gene_has_finds_nothing(genes: Genes) -> None:
    assert genes.search("PMID:70000009").total == 0
