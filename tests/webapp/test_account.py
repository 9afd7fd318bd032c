"""What a rebuild met is told alike by its report, ``genelight info`` and the metadata endpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp import create_app
from webapp.cli import main
from webapp.config import Config

HGNC = "hgnc_id\tsymbol\tname\talias_symbol\tprev_symbol\tentrez_id\n"
GENE_INFO = "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\tdescription\n"
FILES = {
    "README": "nothing to index",
    "hgnc.tsv": "## edition: 2024-10-18\n"
    + HGNC
    + "HGNC:1\tAAA\t\tMT1\t\t11\nHGNC:2\tBBB\t\tmt1\t\t12\nbroken\n",
    "old.tsv": "## edition: 2023-01-01\n" + HGNC + "HGNC:1\tAAA\t\t\t\t11\n",
    "info.tsv": GENE_INFO + "9606\t11\tAAA\t-\tHGNC:HGNC:1\t-\n9606\t13\tBBB\t-\t-\t-\n",
    "go.tsv": "#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n"
    "9606\t99\tGO:0008270\tIDA\t-\tzinc ion binding\t-\tFunction\n"
    "9606\t99\tGO:0008270\tIDA\tNOT\tzinc ion binding\t-\tFunction\n"
    "10090\t17\tGO:0008270\tIDA\t-\tzinc ion binding\t-\tFunction\n",
}
COUNTS = {
    "set_aside": 1,
    "ignored": 1,
    "superseded": 1,
    "merged": 1,
    "conflicts": 1,
    "ambiguous_names": 2,
    "unplaced": 1,
}


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("account") / "in"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["index", str(folder), "--index-dir", str(folder.parent / "index")])
    assert result.exit_code == 0, result.output
    return folder.parent / "index"


def test_the_report_lists_both_sides_of_each(index_dir: Path) -> None:
    report = json.loads((index_dir / "report.json").read_bytes())
    assert report["conflicts"] == [
        "BBB is the symbol of HGNC:2 (HGNC) and NCBIGene:13 (NCBI Gene); they were kept apart"
    ]
    assert report["ambiguous_names"] == [
        {
            "name": "BBB",
            "taxon": 9606,
            "genes": ["symbol of BBB (HGNC:2)", "symbol of BBB (NCBIGene:13)"],
        },
        {"name": "MT1", "taxon": 9606, "genes": ["alias of AAA (HGNC:1)", "alias of BBB (HGNC:2)"]},
    ]
    assert report["unplaced"] == ["NCBIGene:99: GO"]
    assert [Path(name).name for name in report["ignored"]] == ["README"]
    assert "old.tsv" in report["superseded"][0]
    assert "hgnc.tsv" in report["superseded"][0]
    (problem,) = report["problems"]
    assert (Path(problem["file"]).name, problem["line"]) == ("hgnc.tsv", 5)


def test_metadata_counts_what_the_report_lists_and_names_it(index_dir: Path) -> None:
    with create_app(Config(index_dir=index_dir)).test_client() as client:
        told = client.get("/api/v1/metadata").get_json()
    assert {name: told[name] for name in COUNTS} == COUNTS
    assert told["report"] == "report.json"
    (annotations,) = (source for source in told["sources"] if source["format"] == "ncbi-gene2go")
    assert (annotations["left_out"], annotations["foreign"]) == ({"NOT": 1}, 1)
    assert {Path(source["file"]).name: (source["edition"], source["read"]) for source in told["sources"]} == {
        "hgnc.tsv": ("2024-10-18", 2),
        "info.tsv": (None, 2),
        "go.tsv": (None, 1),
    }


def test_info_counts_the_same_in_words_and_in_json(index_dir: Path) -> None:
    shown = CliRunner().invoke(main, ["info", "--index-dir", str(index_dir)]).output
    for name, count in COUNTS.items():
        assert f"{name.replace('_', ' ')} {count}" in shown
    assert "hgnc-complete-set 2024-10-18: 1 file, 2 read, 1 set aside" in shown
    assert str(index_dir / "report.json") in shown
    told = json.loads(CliRunner().invoke(main, ["info", "--json", "--index-dir", str(index_dir)]).output)
    assert {name: told["manifest"][name] for name in COUNTS} == COUNTS


def test_a_rebuild_ends_with_the_same_counts(index_dir: Path) -> None:
    again = CliRunner().invoke(
        main, ["index", str(index_dir.parent / "in"), "--index-dir", str(index_dir), "--json"]
    )
    report = json.loads(again.stdout)
    assert report["unchanged"]
    assert report["merged"] == COUNTS["merged"]
    for name in ("ignored", "superseded", "conflicts", "ambiguous_names", "unplaced"):
        assert len(report[name]) == COUNTS[name]
