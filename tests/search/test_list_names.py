"""The cells of a pasted column, and what spreadsheets make of symbols."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.list_names import bare, cells, is_number, is_title, undated


def _texts(text: str) -> list[str]:
    return [cell.text for cell in cells(text).names]


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("TP53\nMT1H\n", ["TP53", "MT1H"]),
        ("TP53\r\nMT1H\rBRCA1", ["TP53", "MT1H", "BRCA1"]),
        ("A\vB\fC\x85D\u2028E\u2029F", ["A", "B", "C", "D", "E", "F"]),
        ("TP53, MT1H;BRCA1\tPARK2", ["TP53", "MT1H", "BRCA1", "PARK2"]),
        ('"TP53"\n"solute carrier family 30, member 1"', ["TP53", "solute carrier family 30, member 1"]),
        ('"a ""b"" c"', ['a "b" c']),
        ("metallothionein 1H\nbeta actin", ["metallothionein 1H", "beta actin"]),
        ('"never closed, x\nTP53', ['"never closed', "x", "TP53"]),
        ("\ufeffTP53", ["TP53"]),
        ("  TP53  ,  MT1H  ", ["TP53", "MT1H"]),
    ],
)
def test_lines_tabs_commas_and_semicolons_part_names_but_not_in_quotes(pasted: str, names: list[str]) -> None:
    assert _texts(pasted) == names


def test_commas_part_no_name_that_is_known_to_hold_them() -> None:
    known = {"solute carrier family 30, member 1"}
    found = cells("TP53, MT1H\nsolute carrier family 30, member 1\tB;C\n", known.__contains__)
    assert [cell.text for cell in found.names] == ["TP53", "MT1H", *known, "B", "C"]


def test_a_cell_knows_its_line_and_blank_ones_are_counted_but_match_nothing() -> None:
    found = cells("TP53\n\n \u200b\nMT1H, ,BRCA1\n")
    assert [(cell.row, cell.text) for cell in found.names] == [(1, "TP53"), (4, "MT1H"), (4, "BRCA1")]
    assert found.blank == 3


def test_the_items_of_a_list_are_cells_as_they_are() -> None:
    found = cells(["TP53, MT1H", "", "BRCA1\n"])
    assert [(cell.row, cell.text) for cell in found.names] == [(1, "TP53, MT1H"), (3, "BRCA1\n")]
    assert found.blank == 1


@given(st.text(alphabet='ab",;\t\n\r ', max_size=60))
def test_no_letter_of_a_text_is_lost(text: str) -> None:
    kept = "".join(_texts(text))
    assert [sign for sign in kept if sign in "ab"] == [sign for sign in text if sign in "ab"]


@pytest.mark.parametrize("text", ["x" * 10**6, '"' * 10**6, '" ' * 500_000, "  " * 500_000])
def test_a_line_of_a_megabyte_is_read(text: str) -> None:
    found = cells(text)
    assert len(found.names) + found.blank == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("\u200bTP53\u200e", "TP53"),
        ("TP\x0053", "TP53"),
        ("'SEPT2", "SEPT2"),
        ("\u202eTP53\u202c", "TP53"),
        (" TP53\xa0", "TP53"),
    ],
)
def test_a_name_is_looked_up_without_what_cannot_be_seen(typed: str, name: str) -> None:
    assert bare(typed) == name


@pytest.mark.parametrize(
    ("date", "symbol"),
    [
        ("1-Mar", "MARCH1"),
        ("01-Mar", "MARCH1"),
        ("Mar-01", "MARCH1"),
        ("1-Mar-24", "MARCH1"),
        ("2024-03-01", "MARCH1"),
        ("2024-03-01 00:00:00", "MARCH1"),
        ("3/1/2024", "MARCH1"),
        ("01.03.2024", "MARCH1"),
        ("1. Mrz", "MARCH1"),
        ("2-Sep", "SEPT2"),
        ("12-sept", "SEPT12"),
        ("1-Dec", "DEC1"),
        ("4-Okt", "OCT4"),
    ],
)
def test_a_date_tells_the_symbol_that_it_was_made_of(date: str, symbol: str) -> None:
    assert symbol in undated(date)


@pytest.mark.parametrize("name", ["TP53", "MT-1H", "1-8D", "IL-2", "13-Foo", "40-Mar", "13-13-45", "Mar"])
def test_a_name_that_is_no_date_is_none(name: str) -> None:
    assert undated(name) == []


def test_a_number_that_a_spreadsheet_shortened_is_known() -> None:
    assert is_number("2.31E+13")
    assert not is_number("2310009E")


@pytest.mark.parametrize(
    "title", ["Gene", "Symbol", "gene_symbol", "Gene name", "HGNC ID", "Ensembl Gene ID"]
)
def test_titles_of_columns_are_known(title: str) -> None:
    assert is_title(title)


@pytest.mark.parametrize("name", ["TP53", "s", "", "the gene", "x" * 10**6])
def test_other_cells_are_no_titles(name: str) -> None:
    assert not is_title(name)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\t"])
def test_what_ends_a_line_within_a_cell_is_a_blank(end: str) -> None:
    assert bare(f"beta{end}actin{end}") == "beta actin"
