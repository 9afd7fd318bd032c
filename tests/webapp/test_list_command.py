"""``genelight list``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search import Genes
from search.list_exporting import COLUMNS
from search.page import to_json
from webapp.cli import main

COLUMN = "Gene\nMT1H\nMT-0\n\nMT1\n1-Mar\nnosuch\n"
QUESTION = "zinc homeostasis"

pytestmark = pytest.mark.usefixtures("settings", "config")


@pytest.fixture
def column(tmp_path: Path) -> Path:
    path = tmp_path / "column.txt"
    path.write_text(COLUMN)
    return path


def _run(index_dir: Path, *arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    told = ["list", *map(str, arguments), "--index-dir", str(index_dir)]
    return CliRunner().invoke(main, told, input=stdin)


def test_a_terminal_shows_each_name_its_gene_and_its_best_sentence(index_dir: Path, column: Path) -> None:
    result = _run(index_dir, column, "--question", QUESTION)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "2. MT1H  resolved  MT1H  metallothionein 1H" in lines
    assert any(line.startswith("3. MT-0  resolved  MT1H") for line in lines)
    assert any(line.startswith("5. MT1  ambiguous") for line in lines)
    assert any("looks like a date" in line for line in lines)
    assert "zinc" in result.stdout
    assert lines[-1].startswith("names 5 (2 resolved, 0 outdated, 1 ambiguous, 2 unmatched), genes 1")
    assert lines[-1].endswith("left out: blank 1, column's title 'Gene'")


def test_json_is_the_object_that_python_gives(index_dir: Path, column: Path, genes: Genes) -> None:
    result = _run(index_dir, column, "--question", QUESTION, "--sort", "evidence", "--json")
    expected = json.loads(to_json(genes.listing(COLUMN, QUESTION, sort="evidence")))
    answered = json.loads(result.stdout)
    assert answered.pop("took") >= 0
    expected.pop("took")
    assert answered == expected


def test_a_table_and_bibliographies_are_printed(index_dir: Path, column: Path) -> None:
    tsv = _run(index_dir, column, "--question", QUESTION, "--tsv").stdout
    assert tsv.splitlines()[0].split("\t") == list(COLUMNS)
    assert len(tsv.splitlines()) == 6
    assert _run(index_dir, column, "--question", QUESTION, "--format", "tsv").stdout == tsv
    for kind in ("csv", "jsonl", "bibtex", "ris"):
        assert _run(index_dir, column, "--question", QUESTION, "--format", kind).exit_code == 0


def test_names_come_from_standard_input_too(index_dir: Path) -> None:
    answered = json.loads(_run(index_dir, "-", "--json", stdin="MT1H").stdout)
    assert answered["rows"][0]["gene"]["symbol"] == "MT1H"


def test_the_encoding_that_spreadsheets_save_in_is_read(index_dir: Path) -> None:
    answered = json.loads(_run(index_dir, "-", "--json", stdin="MT1H\r\nTNF-α".encode("utf-16")).stdout)
    assert [row["query"] for row in answered["rows"]] == ["MT1H", "TNF-α"]


def test_no_gene_is_exit_1(index_dir: Path) -> None:
    result = _run(index_dir, "-", stdin="nosuch\n1-Mar")
    assert result.exit_code == 1
    assert "names 2" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "told"),
    [
        (["-"], "MT1H\n" * 5001, "5,001 names; at most 5,000"),
        (["-"], "x" * 1_048_577, "longer than 1,048,576 bytes"),
        (["-"], b"MT1H\n\xff", "not UTF-8: byte 6"),
        (["-", "--tsv", "--json"], "MT1H", "choose one"),
        (["-", "--question", "zinc AND", "--strict"], "MT1H", "operator"),
        (["/nowhere/at/all"], None, "does not exist"),
    ],
)
def test_wrong_use_is_exit_2_and_says_why(
    index_dir: Path, arguments: list[str], stdin: str | bytes | None, told: str
) -> None:
    result = _run(index_dir, *arguments, stdin=stdin)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


def test_hostile_names_do_nothing_to_a_terminal(index_dir: Path) -> None:
    result = _run(index_dir, "-", "--question", "zinc\x1b[2J", stdin="\x1b]0;evil\x07[red]\nMT1H\u202e")
    assert result.exit_code == 0
    assert not any(mark in result.stdout for mark in "\x1b\x07\u202e")
    assert "[red]" in result.stdout
