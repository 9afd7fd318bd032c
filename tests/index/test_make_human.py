"""data/make_human.py, run as its user runs it, and what it left in data/human."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from index import sources

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "public"
HUMAN = ROOT / "data" / "human"
LAYOUT = {
    "hgnc/hgnc_complete_set.txt.gz": "hgnc_complete_set.tsv",
    "hgnc/withdrawn.txt.gz": "withdrawn.tsv",
    "ncbi/Homo_sapiens.gene_info.gz": "gene_info.tsv",
    "ncbi/gene2go.gz": "gene2go.tsv",
    "ncbi/gene2pubmed.gz": "gene2pubmed.tsv",
    "go/go-basic.obo.gz": "go-basic.obo",
}
NAMES = (
    "gene2go.tsv.gz",
    "gene_info.tsv.gz",
    "gene_papers.tsv.gz",
    "go-basic.obo.gz",
    "hgnc_complete_set.tsv.gz",
    "withdrawn.tsv.gz",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, sample in LAYOUT.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress((SAMPLES / sample).read_bytes()))
    return tmp_path / "corpus"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "data" / "make_human.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def body(path: Path) -> list[str]:
    """The file's lines after its preamble."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [line for line in lines if not line.startswith("## ")]


def test_the_facts_are_kept_and_the_same_input_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        done = run(corpus, "--out", out, "--edition", "gene2go=2022")
        assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in first.iterdir()) == list(NAMES)
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in NAMES)

    assert [line.split("\t")[0] for line in body(first / "hgnc_complete_set.tsv.gz")] == [
        "hgnc_id",
        "HGNC:5412",
        "HGNC:7400",
        "HGNC:12469",
    ]
    assert body(first / "gene_info.tsv.gz") == [
        "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs",
        "9606\t4496\tMT1H\tMT-0|MT-1H|MT1\tHGNC:HGNC:7400|Ensembl:ENSG00000205358",
    ]
    assert body(first / "gene_papers.tsv.gz") == [
        "#tax_id\tGeneID\tpapers\tweight",
        "9606\t4496\t3\t1.333",
        "9606\t7317\t1\t0.333",
    ]
    assert body(first / "gene2go.tsv.gz")[:3] == [
        "#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tCategory",
        "9606\t4496\tGO:0005507\tIMP\tNOT|enables\tFunction",
        "9606\t4496\tGO:0005507\tIPI\tNOT enables\tFunction",
    ]
    assert not any("\tND\t" in line for line in body(first / "gene2go.tsv.gz"))


def test_the_ontology_keeps_terms_in_use_and_those_above_them(corpus: Path, tmp_path: Path) -> None:
    run(corpus, "--out", tmp_path)
    assert body(tmp_path / "go-basic.obo.gz") == [
        "format-version: 1.2",
        "data-version: releases/2022-07-01",
        "ontology: go",
        "",
        "[Term]",
        "id: GO:0005488",
        "name: binding",
        "namespace: molecular_function",
        "",
        "[Term]",
        "id: GO:0005634",
        "name: nucleus",
        "namespace: cellular_component",
        "",
        "[Term]",
        "id: GO:0006882",
        "name: zinc homeostasis",
        "namespace: biological_process",
        "",
        "[Term]",
        "id: GO:0008270",
        "name: zinc ion binding",
        "namespace: molecular_function",
        "alt_id: GO:0046872",
        r'synonym: "zinc \"Zn2+\" binding" EXACT []',
        r'synonym: "Zn\{2+\} binding" RELATED []',
        "is_a: GO:0005488",
        "relationship: part_of GO:0006882",
    ]


def test_editions_come_from_the_files_or_from_the_caller(corpus: Path, tmp_path: Path) -> None:
    run(corpus, "--out", tmp_path, "--edition", "gene2go=2022")
    editions = {}
    for name in NAMES:
        head = gzip.decompress((tmp_path / name).read_bytes()).decode()
        fmt = sources.recognise(head)
        assert fmt is not None
        assert fmt.edition is not None
        editions[name.partition(".")[0]] = fmt.edition(head)
    assert editions == {
        "gene2go": "2022",
        "gene_info": "2021-07-11",
        "gene_papers": "",
        "go-basic": "2022-07-01",
        "hgnc_complete_set": "2024-03-01",
        "withdrawn": "2024-03-01",
    }


def test_wrong_use_and_bad_input_end_with_a_sentence(corpus: Path, tmp_path: Path) -> None:
    assert "lacks hgnc/hgnc_complete_set.txt.gz" in run(tmp_path).stderr
    assert "NAME is one of" in run(corpus, "--edition", "gene2go=yesterday").stderr
    (corpus / "hgnc" / "withdrawn.txt.gz").write_bytes(gzip.compress(b"HGNC_ID\tSTATUS\n"))
    assert "withdrawn.txt.gz, line 1: has no column" in run(corpus, "--out", tmp_path / "out").stderr


@pytest.mark.parametrize("name", NAMES)
def test_each_shipped_file_is_recognised_dated_and_licensed(name: str) -> None:
    """That it is read without a problem is tested with its format."""
    with gzip.open(HUMAN / name, "rt", encoding="utf-8") as text:
        head = text.read(64 * 1024)
    fmt = sources.recognise(head)
    assert fmt is not None
    assert fmt.edition is not None
    assert fmt.edition(head)
    keys = [line.partition(":")[0] for line in head.splitlines() if line.startswith("## ")]
    assert keys == ["## edition", "## origin", "## licence", "## credit", "## changes", "## made-by"]


def test_the_shipped_files_are_small_and_hold_no_texts_of_others() -> None:
    assert sorted(path.name for path in HUMAN.iterdir()) == list(NAMES)
    assert sum((HUMAN / name).stat().st_size for name in NAMES) < 6_000_000
    assert not any(line.startswith(("def:", "comment:")) for line in body(HUMAN / "go-basic.obo.gz"))
