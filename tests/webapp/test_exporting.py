"""Cells and tables, read by the csv module and by JSON.  Needs no index."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import exporting
from webapp.exporting import defused, file_name, jsonl, tsv


class Tabs(csv.excel_tab):
    lineterminator = "\n"
    strict = True


class Commas(csv.excel):
    strict = True


def text_of(pieces: Iterator[bytes]) -> str:
    return b"".join(pieces).decode()


def read(text: str, dialect: type[csv.Dialect]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), dialect))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\ufeff=1", "\u200b\u200e=1", "\u3000=1", "＝1", "＋cmd",
     "－2+3", "＠x", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "+", "=", "-",
     "- of a strand", "\u2066=1"],
)  # fmt: skip
def test_what_a_spreadsheet_may_compute_has_an_apostrophe_before_it_unless_it_is_a_sign_alone(
    cell: str,
) -> None:
    assert defused(cell) == (cell if cell in ("+", "-") else f"'{cell}")


@pytest.mark.parametrize("cell", ["\t=1", "\r=1", "\n=1", "\x0b@x", "\u2028=1"])
def test_line_ends_and_tabs_before_a_formula_do_not_hide_it(cell: str) -> None:
    assert defused(cell) == f"' {cell[-2:]}"


@pytest.mark.parametrize(
    "cell", ["", "zinc", "-1", "+1.5", "-2.5e-10", "-.5", "+/-1"[:1], "MT-1", "a=b", "β-catenin", "'quoted"]
)
def test_ordinary_cells_stay_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


@given(st.text())
def test_no_cell_is_computed_or_leaves_its_place(text: str) -> None:
    cell = defused(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", cell)
    seen = cell.lstrip(" \u00a0\u3000\u200b\ufeff")
    assert not seen.startswith(("=", "@", "＝", "＠"))
    if seen.startswith(("+", "-")) and seen.strip("+-"):
        float(seen.rstrip("%"))


def test_marks_of_direction_and_of_no_width_stay_in_the_text() -> None:
    assert defused("a\u202eb\u200bc") == "a\u202eb\u200bc"


HOSTILE: list[tuple[object, ...]] = [
    ("n", "text", "several"),
    (1, 'say "zinc", then\tgo\r\non', ("a", "b")),
    (2, '"an opening quotation mark', ("=1", "b")),
    (3, "nul\x00 and \ud800", ()),
    (4, None, ("<script>alert(1)</script>",)),
    (5, "x" * 1_000_000, ("‮gnihton",)),
]
READ = [
    ["n", "text", "several"],
    ["1", 'say "zinc", then go on', "a|b"],
    ["2", '"an opening quotation mark', "'=1|b"],
    ["3", "nul\ufffd and \ufffd", ""],
    ["4", "", "<script>alert(1)</script>"],
    ["5", "x" * 1_000_000, "‮gnihton"],
]


def test_hostile_cells_come_back_from_strict_readers_each_in_its_place() -> None:
    before = csv.field_size_limit(2_000_000)
    try:
        assert read(text_of(tsv(HOSTILE)), Tabs) == READ
        assert read(text_of(exporting.csv(HOSTILE)), Commas) == READ
    finally:
        csv.field_size_limit(before)
    assert [line.count("\t") for line in text_of(tsv(HOSTILE)).rstrip("\n").split("\n")] == [2] * 6


def test_csv_ends_lines_as_its_standard_has_it_and_begins_with_a_mark_only_when_asked() -> None:
    assert text_of(exporting.csv([("a", "b"), (1, 2)])) == "a,b\r\n1,2\r\n"
    assert text_of(exporting.csv([("a",)], bom=True)) == "\ufeffa\r\n"
    assert text_of(exporting.csv([("a",)], about="x\ny", bom=True)) == "\ufeff# x y\r\na\r\n"


def test_a_line_of_json_is_one_line_to_every_reader() -> None:
    values: list[dict[str, object]] = [{"text": "a\u2028b\x85c\nd"}, {"text": "e"}]
    text = text_of(jsonl(values))
    assert [json.loads(line) for line in text.splitlines()] == values


def test_a_long_table_comes_in_pieces() -> None:
    rows: Iterable[tuple[Any, ...]] = ((n, "x" * 1000) for n in range(1000))
    sizes = [len(piece) for piece in tsv(rows)]
    assert len(sizes) > 10
    assert 0 < min(sizes) <= max(sizes) < 70_000
    assert list(tsv([])) == list(jsonl([])) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zinc homeostasis", "genelight-zinc-homeostasis-0123456789ab.tsv"),
        ('"; rm -rf /\r\nSet-Cookie: a=b', "genelight-rm-rf-set-cookie-a-b-0123456789ab.tsv"),
        ("../../etc/passwd\x00", "genelight-etc-passwd-0123456789ab.tsv"),
        ("TNF-α 亜鉛", "genelight-tnf-0123456789ab.tsv"),
        ("x" * 1000, f"genelight-{'x' * 50}-0123456789ab.tsv"),
        ("", "genelight-0123456789ab.tsv"),
    ],
)
def test_a_file_s_name_is_plain_whatever_was_asked(text: str, name: str) -> None:
    assert file_name("tsv", text, "0123456789ab") == name
