"""Cells of a list that are no names, and names that several genes have."""

from __future__ import annotations

import pytest

from search import Genes
from search.list_names import not_available
from search.listed import ListRow
from tests.making import gene
from tests.search.conftest import Searching


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(
        gene("XK", "Carries things.", id="HGNC:12811", names=[("previous_symbol", "NA")]),
        gene("ALYREF", "Exports RNA.", id="HGNC:19071", names=[("alias", "REF")]),
        gene("PSMB6", "Cuts proteins.", id="HGNC:9543", names=[("alias", "Y")]),
        gene("INS", "Lowers glucose.", id="HGNC:6081", name="insulin"),
        gene("INS-IGF2", "Reads through.", id="HGNC:33527", names=[("alias_name", "insulin")], papers=900),
        gene("MAPK1", "Signals.", id="HGNC:6871", names=[("alias", "p38"), ("alias", "p40")], papers=200),
        gene(
            "MAPK14",
            "Signals stress.",
            id="HGNC:6876",
            names=[("alias", "p38"), ("alias", "p38ALPHA"), ("alias_name", "p38 MAP kinase")],
            papers=150,
        ),
        gene("CRK", "Adapts.", id="HGNC:2362", names=[("alias", "p38"), ("alias", "p380")], papers=300),
    )


def _one(genes: Genes, name: str) -> ListRow:
    (row,) = genes.listing([name]).rows
    return row


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_of_a_spreadsheet_is_no_gene_and_told(genes: Genes, cell: str) -> None:
    row = _one(genes, cell)
    assert (row.status, row.gene) == ("unmatched", None)
    assert row.reason == f"{cell}: a spreadsheet's error value"


@pytest.mark.parametrize("cell", ["N/A", "NA?", "NULL", "None", "-", "—", "?", "n.d."])
def test_what_stands_for_no_value_is_no_gene_and_told(genes: Genes, cell: str) -> None:
    row = _one(genes, cell)
    assert (row.status, row.gene) == ("unmatched", None)
    assert row.reason == f"{cell}: stands for a missing value"


def test_a_missing_value_written_as_a_genes_name_suggests_the_gene(genes: Genes) -> None:
    row = _one(genes, "NA")
    assert (row.status, row.gene) == ("unmatched", None)
    assert row.reason == "NA: stands for a missing value; it is a name of XK too"
    assert [one.text for one in row.suggestions] == ["XK"]


@pytest.mark.parametrize("name", ["NANOG", "REF", "N4BP1", "A-", "naa", "1-Mar", ""])
def test_other_cells_stand_for_no_missing_value(name: str) -> None:
    assert not not_available(name)


@pytest.mark.parametrize("cell", ['"y")', "(Y)", "['Y'"])
def test_a_letter_in_odd_quotes_and_brackets_is_no_name(genes: Genes, cell: str) -> None:
    assert _one(genes, cell).status == "unmatched"


@pytest.mark.parametrize("cell", ["Y", '"Y"', "y.", "Y,"])
def test_a_letter_that_is_a_name_stays_one(genes: Genes, cell: str) -> None:
    row = _one(genes, cell)
    assert row.gene is not None
    assert row.gene.symbol == "PSMB6"


def test_an_approved_full_name_is_its_genes_though_another_is_called_so(genes: Genes) -> None:
    row = _one(genes, "insulin")
    assert row.gene is not None
    assert (row.status, row.gene.symbol, row.owners) == ("resolved", "INS", 2)
    assert "also another name of INS-IGF2" in row.reason


def test_of_genes_of_one_alias_that_with_more_such_names_is_likelier(genes: Genes) -> None:
    row = _one(genes, "p38")
    assert row.status == "ambiguous"
    assert [one.symbol for one in row.candidates] == ["MAPK14", "CRK", "MAPK1"]
