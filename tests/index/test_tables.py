"""Tab-separated files: the header, what does not fit it, and the species."""

from __future__ import annotations

import gzip
import io
from typing import BinaryIO, cast

import pytest

from index.parsing import tables
from index.records import Problem

COLUMNS = ("gene", "name", "note")
REQUIRED = frozenset({"gene"})


def read(text: str) -> list[tables.Row | Problem]:
    return list(tables.read_table(io.BytesIO(text.encode()), "table", COLUMNS, REQUIRED).rows)


def problems(text: str) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.severity, one.reason) for one in read(text) if isinstance(one, Problem)]


def test_a_row_is_the_cells_asked_for_whatever_else_the_table_holds() -> None:
    assert read("other\tname\tgene\n1\tzinc\tMT1H\n\n2\t\tMT2A\n") == [
        (2, ("MT1H", "zinc", "")),
        (4, ("MT2A", "", "")),
    ]


@pytest.mark.parametrize(
    ("text", "line", "severity", "reason"),
    [
        ("gen\tname\tnote\n1\t2\t3\n", 1, "set_aside", "has no column gene"),
        ("gene\tgene\tname\n1\t2\t3\n", 1, "set_aside", "names the column gene twice"),
        ("gene\tnbme\tnote\n1\t2\t3\n", 1, "warning", "column name is misspelt"),
        ("#gene\tname\n", 1, "warning", "holds no row"),
        ("gene\tname\n1\n1\t2\n", 2, "set_aside", "has 1 cells where the header names 2"),
        ("gene\tname\n\t\t\n1\t2\n", 2, "set_aside", "has 3 cells where the header names 2"),
        ("gene\tname\n1\t2\n3\t4", 3, "warning", "the last line has no line end"),
        ("## edition: soon\ngene\tname\n1\t2\n", 1, "warning", "the edition is no date"),
    ],
)
def test_what_is_wrong_with_a_table_is_named_by_line(
    text: str, line: int, severity: str, reason: str
) -> None:
    ((found_line, found_severity, found_reason),) = problems(text)
    assert (found_line, found_severity) == (line, severity)
    assert found_reason.startswith(reason)


def test_a_header_that_no_line_fits_is_one_problem_and_not_one_a_line() -> None:
    rows = "1\t2\n" * 5_000
    ((line, severity, reason),) = problems("gene\tname\tnote\n" + rows)
    assert (line, severity) == (1, "set_aside")
    assert reason.startswith(f"none of the {tables.MISFITS} lines below this header fits it")


def test_where_a_line_fits_the_header_each_that_does_not_is_named() -> None:
    rows = "1\n" * (tables.MISFITS - 1) + "1\t2\n" + "1\n" * 5_000
    assert len(problems("gene\tname\n" + rows)) == tables.MISFITS - 1 + 5_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#tax_id\tGeneID\n9606\t1\n9606\t2\n10090\t3\n9606\t4\n", [("9606", 2), ("10090", 1), ("9606", 1)]),
        ("## edition: 2024\nGeneID\ttax_id\tx\n1\t9606\ty\n", [("9606", 1)]),
        ("#tax_id\tGeneID\n9606\t1\ntax_id\tGeneID\n96o6\t2\n\xff\n", [("9606", 1)]),
        ("hgnc_id\tsymbol\nHGNC:1\tA\n", []),
        ("", []),
    ],
)
def test_the_species_of_a_table_are_counted_by_runs_of_rows(
    text: str, expected: list[tuple[str, int]]
) -> None:
    assert list(tables.taxa(io.BytesIO(text.encode("latin-1")))) == expected


def test_the_species_of_a_damaged_table_are_those_before_the_damage() -> None:
    cut = gzip.compress(b"#tax_id\tGeneID\n" + b"9606\t1\n" * 10)[:-8]
    with gzip.open(io.BytesIO(cut)) as stream:
        assert list(tables.taxa(cast(BinaryIO, stream))) == [("9606", 10)]
