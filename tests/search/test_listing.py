"""A list of names and a question."""

from __future__ import annotations

import pytest

from index.documents import Document
from index.records import Reference, Withdrawal
from search import BadRequest, Genes
from search.list_naming import MOST_CANDIDATES, MOST_SUGGESTED
from search.listed import Listing, ListRow
from search.listing import MOST_NAMES
from tests.making import gene, says
from tests.search.conftest import Searching

PAPER = Reference(n=1, title="Zinc in cells", year=2002, pmid="12081484", doi="10.1021/bi020030+")


def _documents() -> list[Document]:
    return [
        gene(
            "MT1H",
            says("Binds zinc tightly.", cited=[0]),
            says("Zinc and copper bind here.", by="ai"),
            id="HGNC:7400",
            name="metallothionein 1H",
            names=[("alias", "MT-0"), ("previous_symbol", "MT1OLD")],
            identifiers=[("ncbigene", "4496"), ("hgnc", "7400")],
            references=[PAPER],
            papers=40,
        ),
        gene("PRKN", "Parkin acts in mitophagy.", id="HGNC:8607", names=[("previous_symbol", "PARK2")]),
        gene("CDKN1A", "Stops the cell cycle.", id="HGNC:1784", names=[("alias", "p21")], papers=900),
        gene("TCEAL1", "Elongates transcripts of zinc.", id="HGNC:11616", names=[("alias", "p21")], papers=9),
        gene("TYMP", "Makes thymine.", id="HGNC:3148"),
        gene("SCO2", "Carries copper.", id="HGNC:10604", names=[("alias", "TYMP")], papers=500),
        gene("MARCHF1", "Adds ubiquitin.", id="HGNC:26077", names=[("previous_symbol", "MARCH1")]),
        gene("MTARC1", "Reduces amidoximes.", id="HGNC:26189", names=[("previous_symbol", "MARC1")]),
        gene("SEPTIN2", "Makes filaments.", id="HGNC:7729", names=[("previous_symbol", "SEPT2")]),
        gene("QUIET", says("Nothing is known of zinc here.", nothing=True), id="HGNC:9"),
        gene("ONLYAI", says("Zinc is everywhere.", by="ai"), id="HGNC:10"),
    ]


WITHDRAWN = [Withdrawal("GONE1", (), living=False, again=False, hgnc_id="77")]


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(*_documents(), withdrawn=WITHDRAWN)


def _one(genes: Genes, name: str, question: str = "") -> ListRow:
    (row,) = genes.listing([name], question).rows
    return row


def _symbols(listing: Listing) -> list[str | None]:
    return [None if row.gene is None else row.gene.symbol for row in listing.rows]


# Names


@pytest.mark.parametrize(
    ("name", "symbol", "status", "kind"),
    [
        ("MT1H", "MT1H", "resolved", "symbol"),
        ("mt1h", "MT1H", "resolved", "symbol"),
        ("MT-1H", "MT1H", "resolved", "symbol"),
        ("MT-0", "MT1H", "resolved", "alias"),
        ("metallothionein 1H", "MT1H", "resolved", "name"),
        ("HGNC:7400", "MT1H", "resolved", "identifier"),
        ("4496", "MT1H", "resolved", "identifier"),
        (" \u200bMT1H\u202e ", "MT1H", "resolved", "symbol"),
        ("MT1OLD", "MT1H", "outdated", "previous_symbol"),
        ("PARK2", "PRKN", "outdated", "previous_symbol"),
    ],
)
def test_a_name_in_any_spelling_leads_to_its_gene_and_says_why(
    genes: Genes, name: str, symbol: str, status: str, kind: str
) -> None:
    row = _one(genes, name)
    assert row.gene is not None
    assert (row.query, row.status, row.gene.symbol, row.gene.match.kind) == (name, status, symbol, kind)
    assert row.reason == row.gene.match.reason != ""


def test_an_outdated_name_says_what_it_was_and_whose(genes: Genes) -> None:
    assert _one(genes, "PARK2").reason == "PARK2: previous symbol of PRKN"


def test_a_name_of_several_genes_alike_is_ambiguous_with_the_likeliest_first(genes: Genes) -> None:
    row = _one(genes, "p21")
    assert (row.status, row.gene, row.owners) == ("ambiguous", None, 2)
    assert [candidate.symbol for candidate in row.candidates] == ["CDKN1A", "TCEAL1"]
    assert row.reason == "p21: 2 genes have this name, as an alias"


def test_a_symbol_is_not_ambiguous_because_it_is_another_genes_alias(genes: Genes) -> None:
    row = _one(genes, "TYMP")
    assert row.status == "resolved"
    assert row.gene is not None
    assert row.gene.symbol == "TYMP"
    assert "also an alias of SCO2" in row.reason
    assert row.owners == 2


def test_the_sentence_of_each_candidate_helps_to_choose(genes: Genes) -> None:
    cycle, zinc = _one(genes, "p21", "zinc").candidates
    assert cycle.evidence is None
    assert zinc.evidence is not None
    assert zinc.evidence.sentence == "Elongates transcripts of zinc."


def test_a_withdrawn_symbol_without_a_successor_is_outdated_and_has_no_gene(genes: Genes) -> None:
    row = _one(genes, "GONE1", "zinc")
    assert (row.status, row.gene, row.candidates) == ("outdated", None, ())
    assert row.reason == "GONE1: withdrawn without a successor"


def test_a_name_that_no_gene_has_comes_with_names_near_it(genes: Genes) -> None:
    row = _one(genes, "MT1HX")
    assert (row.status, row.gene) == ("unmatched", None)
    assert [near.symbol for near in row.suggestions] == ["MT1H"]


def test_a_paper_is_no_gene(searching: Searching) -> None:
    linked = searching(gene("LINKED", "Zinc.", id="HGNC:5"), linked={12081484: ["HGNC:5"]})
    row = _one(linked, "PMID:12081484")
    assert (row.status, row.gene) == ("unmatched", None)
    assert "a paper" in row.reason


@pytest.mark.parametrize(
    ("date", "meant"),
    [
        ("1-Mar", ["MARCHF1", "MTARC1"]),
        ("Mar-01", ["MARCHF1", "MTARC1"]),
        ("2-Sep", ["SEPTIN2"]),
        ("2024-09-02", ["SEPTIN2"]),
        ("9/2/2024", ["SEPTIN2"]),
    ],
)
def test_a_date_that_a_spreadsheet_made_is_told_with_the_symbols_it_was(
    genes: Genes, date: str, meant: list[str]
) -> None:
    row = _one(genes, date, "filaments")
    assert (row.status, row.date, row.gene) == ("unmatched", True, None)
    assert [near.symbol for near in row.suggestions] == meant
    assert "looks like a date that a spreadsheet made" in row.reason


def test_a_search_for_a_date_tells_the_same(genes: Genes) -> None:
    page, row = genes.search("1-Mar"), _one(genes, "1-Mar")
    assert row.reason in [warning.message for warning in page.warnings]
    assert {"MARCHF1", "MTARC1"} == {one.symbol for one in page.suggestions}
    assert page.suggestions == row.suggestions
    assert not any("date" in warning.message for warning in genes.search("MARCHF1").warnings)


def test_a_symbol_that_looks_like_a_month_stays_a_symbol(genes: Genes) -> None:
    row = _one(genes, "SEPT2")
    assert (row.status, row.date) == ("outdated", False)


# Rows


def test_rows_stand_in_the_order_given_and_duplicates_stay(genes: Genes) -> None:
    listing = genes.listing("PARK2\n\nMT1H\nMT-0\nMT1H\nnosuch")
    assert [row.row for row in listing.rows] == [1, 3, 4, 5, 6]
    assert _symbols(listing) == ["PRKN", "MT1H", "MT1H", "MT1H", None]
    assert [row.same_as for row in listing.rows] == [None, None, 3, 3, None]
    (shared,) = listing.summary.shared
    assert (shared.symbol, shared.rows) == ("MT1H", (3, 4, 5))
    assert listing.summary.blank == 1


def test_a_full_name_with_a_comma_is_one_name_without_quotes_too(searching: Searching) -> None:
    named = searching(gene("SLC30A1", "Zinc.", name="solute carrier family 30, member 1"), gene("B", "Zinc."))
    listing = named.listing("Solute carrier family 30, member 1\nB, SLC30A1")
    assert [row.query for row in listing.rows] == ["Solute carrier family 30, member 1", "B", "SLC30A1"]
    assert _symbols(listing) == ["SLC30A1", "B", "SLC30A1"]


def test_a_columns_title_is_left_out_and_told(genes: Genes) -> None:
    listing = genes.listing("Gene symbol\nMT1H\nGene")
    assert listing.summary.header == "Gene symbol"
    assert [row.query for row in listing.rows] == ["MT1H", "Gene"]


def test_a_title_that_is_a_genes_name_is_a_name(searching: Searching) -> None:
    listing = searching(gene("ID", "Zinc."), gene("B", "Zinc.")).listing("ID\nB")
    assert listing.summary.header is None
    assert _symbols(listing) == ["ID", "B"]


def test_the_summary_counts_what_the_rows_are(genes: Genes) -> None:
    listing = genes.listing(["MT1H", "MT-0", "PARK2", "p21", "1-Mar", "nosuch", "GONE1", " "], "zinc")
    summary = listing.summary
    assert summary.names == 7 == len(listing.rows)
    assert (summary.resolved, summary.outdated, summary.ambiguous, summary.unmatched) == (2, 2, 1, 2)
    assert (summary.genes, summary.answered, summary.dates, summary.blank) == (2, 1, 1, 1)


def test_as_many_names_as_are_allowed_are_answered_and_one_more_is_refused(genes: Genes) -> None:
    assert len(genes.listing(["MT1H"] * MOST_NAMES, "zinc").rows) == MOST_NAMES
    with pytest.raises(BadRequest, match="5,001 names; at most 5,000"):
        genes.listing(["MT1H"] * (MOST_NAMES + 1))


def test_what_is_not_suggested_is_told(genes: Genes) -> None:
    names = [f"MT1H{n}X" for n in range(MOST_SUGGESTED + 1)]
    told = [warning.message for warning in genes.listing(names).warnings]
    assert told == ["names are suggested for the first 200 of 201 names that no gene has"]
    assert genes.listing(names[:-1]).warnings == ()


def test_of_a_name_of_very_many_genes_the_likeliest_are_answered_and_all_are_counted(
    searching: Searching,
) -> None:
    many = [gene(f"G{n:02}", "Zinc.", names=[("alias", "ALL")], papers=n) for n in range(30)]
    row = _one(searching(*many), "ALL")
    assert row.owners == 30
    assert len(row.candidates) == MOST_CANDIDATES
    assert row.candidates[0].symbol == "G29"


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "<b>MT1Q</b>", "x" * 10**6, "\x00\x01", "\ud800", "\u202eevil", "%0d%0a", '"', "*",
        "MT1H OR PRKN", "name:zinc", "(" * 5000, "' OR 1=1 --",
    ],
)  # fmt: skip
def test_hostile_names_are_rows_like_others(genes: Genes, name: str) -> None:
    listing = genes.listing([name, "MT1H"], "zinc")
    assert _symbols(listing)[-1] == "MT1H"
    assert all(row.status == "unmatched" for row in listing.rows[:-1])


def test_an_unknown_order_is_refused(genes: Genes) -> None:
    with pytest.raises(BadRequest, match="unknown sort"):
        genes.listing(["MT1H"], sort="papers")
