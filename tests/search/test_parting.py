"""What is offered where a query with operators or fields finds nothing, and what such a query is told."""

from __future__ import annotations

import pytest

from index.documents import Document
from search import BadRequest, Genes
from search.query import parse
from tests.making import gene, says
from tests.search.conftest import Searching


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(
        gene("WAS", "Builds actin in blood cells.", id="HGNC:12731"),
        gene("MPL", "It was found in mice with a deficiency.", id="HGNC:7217"),
        gene("ADA", "Its deficiency harms the immune system.", id="HGNC:186"),
        _metallothionein("MT1A", "Binds zinc.", "HGNC:7393"),
        _metallothionein("MT1B", "Binds copper.", "HGNC:7394"),
    )


def _metallothionein(symbol: str, told: str, number: str) -> Document:
    return gene(symbol, told, says("Metallothioneins", "family"), id=number)


def _offered(genes: Genes, q: str) -> list[tuple[str, str]]:
    page = genes.search(q)
    assert not page.total
    return [(one.text, one.reason) for one in page.suggestions]


def test_a_query_that_is_not_relaxed_and_finds_nothing_offers_its_parts(genes: Genes) -> None:
    assert _offered(genes, "WAS AND deficiency") == [("gene:WAS", "1 gene"), ("deficiency", "2 genes")]
    assert _offered(genes, "mentions:MPL zinc") == [("zinc", "1 gene")]


def test_of_three_parts_two_are_offered_where_genes_hold_both(genes: Genes) -> None:
    assert _offered(genes, "zinc AND binds AND mice") == [("zinc AND binds", "1 gene")]


def test_where_no_part_can_be_spared_each_is_offered_alone(genes: Genes) -> None:
    assert _offered(genes, "zinc AND copper AND mice") == [
        ("zinc", "1 gene"),
        ("copper", "1 gene"),
        ("mice", "1 gene"),
    ]


def test_what_no_one_sentence_holds_is_offered_of_a_gene(searching: Searching) -> None:
    genes = searching(gene("MT1A", "Binds zinc.", "Copper too."))
    assert _offered(genes, "(zinc copper)~s") == [("zinc AND copper", "1 gene")]


def test_a_filter_that_leaves_nothing_changes_no_offer(genes: Genes) -> None:
    assert genes.search("zinc AND copper", filters=["symbol:ADA"]).suggestions == ()


@pytest.mark.parametrize("name", ["metallothioneins", "Metallothionein"])
def test_a_family_asked_for_as_a_gene_is_told_and_offered(genes: Genes, name: str) -> None:
    page = genes.search(f"mentions:{name}")
    assert 'family:"Metallothioneins" finds the genes of the family' in page.warnings[0].message
    assert [(one.text, one.reason) for one in page.suggestions] == [('family:"Metallothioneins"', "2 genes")]


def test_capitals_that_name_a_gene_are_never_met_by_the_word(genes: Genes) -> None:
    page = genes.search("WAS deficiency")
    assert page.query.relaxed
    missing = {hit.symbol: hit.missing for hit in page.hits}
    assert missing == {"WAS": ("deficiency",), "MPL": ("WAS",), "ADA": ("WAS",)}
    marked = [
        line.sentence[start:end] for hit in page.hits for line in hit.highlights for start, end in line.spans
    ]
    assert "was" not in marked


@pytest.mark.parametrize(
    ("q", "message"),
    [
        (
            "year:[2020 TO 2015]",
            "no number is in year:[2020 TO 2015]; year:2015..2020 is the other way round",
        ),
        ("refs:2..1", "no number is in refs:[2 TO 1]; refs:1..2 is the other way round"),
        ("refs:{1 TO 2}", "no number is in refs:{1 TO 2}"),
        ("papers:<0", "no number is in papers:<0"),
    ],
)
def test_a_range_that_nothing_is_in_is_told_with_its_place(genes: Genes, q: str, message: str) -> None:
    (told,) = genes.search(q).warnings
    assert (told.message, told.position) == (message, q.index(":") + 1)
    with pytest.raises(BadRequest):
        genes.search(q, strict=True)


@pytest.mark.parametrize("q", ["year:2015..2015", "year:{2015 TO 2017}", "refs:[* TO 0]", "papers:<1"])
def test_a_range_that_something_may_be_in_is_not(q: str) -> None:
    assert not parse(q).warnings
