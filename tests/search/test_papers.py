"""Papers that are linked to genes: found by their numbers, alone, several together and among words."""

from __future__ import annotations

import pytest

from index.records import Reference
from search import Genes
from tests.making import gene, says
from tests.search.conftest import Searching

CITED = Reference(1, title="Metals in kidneys", pmid="70000001")


PAPER_1 = (
    "70000001",
    "PMID:70000001",
    "pmid 70000001",
    "pubmed: 70000001",
    "https://pubmed.ncbi.nlm.nih.gov/70000001/",
    "HTTPS://PubMed.ncbi.nlm.nih.gov/70000001?dopt=Abstract",
    "https://www.ncbi.nlm.nih.gov/pubmed/70000001",
    "http://ncbi.nlm.nih.gov/pubmed/70000001/",
    "pubmed.ncbi.nlm.nih.gov/70000001",
)


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
            2016: ["HGNC:4"],
        },
    )


def symbols(genes: Genes, q: str) -> list[str]:
    return [hit.symbol for hit in genes.search(q).hits]


@pytest.mark.parametrize("asked", PAPER_1)
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


@pytest.mark.parametrize(
    "asked",
    [
        "70000003,70000001",
        "70000003 70000001",
        "70000003; 70000001",
        "PMID:70000003,PMID:70000001",
        "PMID:70000003,70000001",
        "70000003,PMID:70000001",
        "PMIDs: 70000003, 70000001",
        "pmid:70000003 OR pmid:70000001",
        "https://pubmed.ncbi.nlm.nih.gov/70000003/ https://pubmed.ncbi.nlm.nih.gov/70000001/",
    ],
)
def test_several_papers_are_read_as_papers_however_they_are_written(genes: Genes, asked: str) -> None:
    page = genes.search(asked, size=20)
    assert page.total == len(page.hits) == 12
    assert [hit.symbol for hit in page.hits][:3] == ["BBB", "CCC", "AAA"]
    assert {hit.match.kind for hit in page.hits} == {"paper"}
    assert page.query.read_as == "pmid:70000003 OR pmid:70000001"
    assert not page.query.relaxed
    assert page.hits[1].highlights[0].sentence == "CCC binds copper."


@pytest.mark.parametrize("asked", ["70000001,70000002", "70000001,70000009", "2015,2016", "70000001 zinc"])
def test_numbers_of_which_one_is_a_gene_or_no_paper_or_a_year_are_words(genes: Genes, asked: str) -> None:
    assert not any(hit.match.kind == "paper" for hit in genes.search(asked, size=20).hits)


def test_a_number_that_is_a_gene_and_a_paper_lists_the_gene_first(genes: Genes) -> None:
    kinds = [(hit.symbol, hit.match.kind) for hit in genes.search("70000002").hits]
    assert kinds == [("DDD", "identifier"), ("AAA", "paper")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("zinc pmid:70000001", ["AAA", "BBB"]),
        ("zinc 70000002", ["AAA"]),
        ("zinc pubmed:70000002", ["AAA"]),
        ("zinc https://pubmed.ncbi.nlm.nih.gov/70000002/", ["AAA"]),
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


@pytest.mark.parametrize("asked", ["PMID:70000009", "PMID 70000009", "pubmed: 70000009"])
def test_a_paper_that_no_gene_has_finds_nothing(genes: Genes, asked: str) -> None:
    assert genes.search(asked).total == 0


def test_the_word_before_a_paper_s_number_is_not_looked_for(searching: Searching) -> None:
    genes = searching(
        gene("CITING", id="HGNC:1", references=[CITED]),
        gene("OTHER", "The PMID and the PubMed of a paper are one number.", id="HGNC:2"),
    )
    for asked in ("PMID 70000001", "PubMed 70000001", "PMID: 70000001"):
        assert symbols(genes, asked) == ["CITING"]
