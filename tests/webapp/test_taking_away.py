"""``genelight export`` and ``genelight diff``, and the link that a search prints."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import msgspec
import pytest
import rispy
from click.testing import CliRunner, Result
from pybtex.database import parse_file

from search import Genes
from tests.making import gene, publish
from webapp.cli import main

Q = "zinc homeostasis"
SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "harmonizome-html"


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], input=given)


def test_a_file_is_written_whole_in_the_format_of_its_name(
    index_dir: Path, genes: Genes, tmp_path: Path
) -> None:
    page = genes.search(Q, size=1000)
    for suffix in ("tsv", "csv", "jsonl", "bib", "ris"):
        file = tmp_path / f"zinc.{suffix}"
        told = run("export", *Q.split(), "--index-dir", index_dir, "--output", file)
        assert told.exit_code == 0, told.output
        assert f"{page.total} genes" in told.stderr
        assert f"index={page.index.digest[:12]}" in told.stderr
        assert told.stdout == ""
    with (tmp_path / "zinc.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    assert {row["symbol"] for row in rows} == {hit.symbol for hit in page.hits}
    lines = (tmp_path / "zinc.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["_id"] for line in lines] == [hit.id for hit in page.hits]
    keys = list(parse_file(tmp_path / "zinc.bib", "bibtex").entries)
    assert keys == [entry["id"] for entry in rispy.loads((tmp_path / "zinc.ris").read_text("utf-8"))]
    assert len(list(tmp_path.iterdir())) == 5


def test_what_the_endpoint_sends_is_printed_without_an_output(index_dir: Path) -> None:
    told = run("export", Q, "--index-dir", index_dir, "--size", "2", "--format", "tsv", "--about")
    first, header, *rows = told.stdout.splitlines()
    assert first.startswith("# Genelight /search?q=zinc+homeostasis&index=")
    assert header.startswith("rank\t_id\tsymbol")
    assert {row.split("\t")[0] for row in rows} == {"1", "2"}
    assert "2 of " in told.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("zinc", "--format", "xlsx"), ("zinc", "--output", "zinc.xlsx"), ("zinc", "--bom"),
     ("zinc", "--sort", "x"), ("zinc AND", "--strict"), ("zinc", "--size", "-1")],
)  # fmt: skip
def test_wrong_use_of_export_writes_nothing(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("export", *arguments, "--index-dir", index_dir)
    assert (told.exit_code, told.stdout) == (2, "")
    assert not list(tmp_path.iterdir())


def test_no_hit_ends_with_1_as_a_search_does(index_dir: Path) -> None:
    told = run("export", "nosuchword", "--index-dir", index_dir)
    assert told.exit_code == 1
    assert len(told.stdout.splitlines()) == 1


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_asked_for(
    index_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "nowhere" / "zinc.bib"
    told = run("export", Q, "--index-dir", index_dir, "--output", file)
    assert told.exit_code == 1
    assert repr(str(file)) in told.stderr
    assert ".part" not in told.stderr


def test_a_bibliography_without_a_paper_says_so(index_dir: Path) -> None:
    asked = ("export", "nosuchword", "--index-dir", index_dir, "--format")
    bibtex, ris = run(*asked, "bibtex", "--no-about"), run(*asked, "ris")
    assert bibtex.stdout == "% no paper is cited by these sentences\n"
    assert ris.stdout == ""
    for told in (bibtex, ris):
        assert "no paper is cited by these sentences" in told.stderr
    some = run("export", Q, "--index-dir", index_dir, "--format", "ris")
    assert "no paper" not in some.stderr


def test_a_file_that_stands_there_is_replaced_only_by_a_whole_one(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("no room on the disk")

    file = tmp_path / "zinc.tsv"
    file.write_text("before")
    monkeypatch.setattr("webapp.exporting.rows", fails)
    told = run("export", Q, "--index-dir", index_dir, "--output", file)
    assert told.exit_code == 1
    assert "no room" in told.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("zinc.tsv", "before")]


def test_a_link_stays_and_what_it_leads_to_is_written(index_dir: Path, tmp_path: Path) -> None:
    there, link = tmp_path / "there" / "zinc.tsv", tmp_path / "link.tsv"
    there.parent.mkdir()
    link.symlink_to(there)
    for _ in range(2):  # where it leads to nothing yet, and to a file
        assert run("export", Q, "--index-dir", index_dir, "--output", link).exit_code == 0
        assert link.is_symlink()
        assert there.read_text("utf-8").startswith("rank\t")
        there.write_text("before")
    assert [path.name for path in there.parent.iterdir()] == ["zinc.tsv"]


def test_a_file_that_cannot_be_made_is_named_as_it_was_typed(index_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "zinc.bib"
    told = run("export", Q, "--index-dir", index_dir, "--output", file)
    assert told.exit_code == 1
    assert f"No such file or directory: '{file}'" in told.stderr.replace("\n", "")


def test_what_is_left_of_a_killed_export_neither_hinders_another_nor_goes(
    index_dir: Path, tmp_path: Path
) -> None:
    left = tmp_path / f".zinc.tsv.{os.getpid()}.part"
    left.write_text("begun")
    assert run("export", Q, "--index-dir", index_dir, "--output", tmp_path / "zinc.tsv").exit_code == 0
    assert left.read_text() == "begun"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_search_prints_the_link_to_its_answer_last(index_dir: Path, genes: Genes) -> None:
    told = run("search", " zinc  homeostasis", "--index-dir", index_dir, "--filter", "NOT symbol:MT3")
    digest = genes.metadata().index.digest
    link = f"/search?q=zinc+homeostasis&filter=NOT+symbol%3AMT3&index={digest[:12]}"
    assert told.stdout.splitlines()[-1].endswith(link)
    assert digest in run("info", "--index-dir", index_dir).stdout


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    publish(tmp_path / "old", [gene("AAA", "Zinc."), gene("BBB", "Copper and more.")])
    publish(tmp_path / "new", [gene("AAA", "Zinc \x1b[31m here."), gene("CCC", "Some zinc in a sentence.")])
    return tmp_path / "old", tmp_path / "new"


def test_diff_tells_what_changed_and_ends_as_diff_does(both: tuple[Path, Path]) -> None:
    told = run("diff", *both, "zinc", "nosuchword")
    assert told.exit_code == 1
    for line in (
        "zinc: 1 → 2 genes",
        "+ CCC at 2",
        "- Zinc.",
        "nosuchword: same, 0 genes",
        "1 of 2 queries changed",
    ):
        assert line in told.stdout
    assert "\x1b" not in told.stdout
    same = run("diff", both[0], both[0], "zinc", "copper")
    assert (same.exit_code, same.stdout.splitlines()[-1][:24]) == (0, "0 of 2 queries changed ·")


def test_diff_as_json_and_queries_from_a_file(both: tuple[Path, Path]) -> None:
    told = run("diff", *both, "zinc", "--queries", "-", "--json", given="copper\n\n nosuchword \n")
    answer = msgspec.json.decode(told.stdout)
    assert [query["q"] for query in answer["queries"]] == ["zinc", "copper", "nosuchword"]
    assert (answer["identical"], answer["changed"]) == (1, 2)
    assert answer["queries"][0]["gained"] == [{"_id": "NCBIGene:CCC", "symbol": "CCC", "rank": 2}]
    assert told.exit_code == 1


def test_what_a_rebuild_replaced_is_kept_when_asked_and_told_by_its_digest(tmp_path: Path) -> None:
    index_dir, digests = tmp_path / "index", []
    for name, options in (("BRCA1", ()), ("CAT", ("--keep",)), ("CFTR", ())):
        told = run("index", SAMPLES / f"{name}.html", "--index-dir", index_dir, "--json", *options)
        assert told.exit_code == 0, told.output
        digests.append(msgspec.json.decode(told.stdout)["digest"])
    first, second, third = digests
    for old, new, q, code in (
        (first, index_dir, "BRCA1", 1),
        (first[:12], third, "nosuchword", 0),
        (second, index_dir, "CAT", 2),
    ):
        assert run("diff", old, new, q, "--index-dir", index_dir).exit_code == code


def test_diff_that_cannot_tell_ends_with_2(both: tuple[Path, Path], tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\n")
    for arguments in (
        (*both,),
        (both[0], tmp_path / "nothing", "zinc"),
        (both[0], "abcdef", "zinc"),
        (*both, "--queries", binary),
        (*both, "--queries", tmp_path / "nothing"),
        (*both, "zinc", "--size", "5000"),
        (both[0],),
    ):
        told = run("diff", *arguments, "--index-dir", both[0])
        assert (told.exit_code, told.stdout) == (2, "")
        assert "Error" in told.stderr
