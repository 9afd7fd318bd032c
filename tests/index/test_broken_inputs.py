"""A folder of broken inputs beside good pages: each is told of, none stops the others."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from index.build import Report, build
from index.generations import REPORT
from search import open_index
from tests.index.conftest import PageWriter, page_text

ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
HGNC = "hgnc_id\tsymbol\tname\talias_symbol\tprev_symbol\tentrez_id\n"
POST = (
    "---\n{front}\n---\n\n| NCBI ID | NCBI symbol | ENSEMBL ID | Chromosome location |\n"
    "| :-- | :-- | :-- | :-- |\n| {number} | {symbol} | ENSG00000000{number} | 1p1 |\n\nBinds zinc.\n"
)
BOMB = "a0: &a0 [x, x]\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))


def page(symbol: str, number: int, summary: str) -> str:
    """A page of which only the summary is unusual."""
    return page_text(symbol, number, "Binds zinc.").replace(
        "NCBI Gene ID", f"Summary | {summary} |\nNCBI Gene ID"
    )


def html(symbol: str, number: int, cell: str) -> str:
    return (
        f"<html><head><title>Gene - {symbol}</title></head><body><div class='gene-page'><h1>{symbol}</h1>"
        f"<table class='table'><tr><td>NCBI Gene ID</td><td>{number}</td></tr>"
        f"<tr><td>Name</td><td>{cell}</td></tr></table></div></body></html>"
    )


def nested(depth: int) -> str:
    return '{"type": "root", "children": [' * depth + "]}" * depth


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


def flipped(data: bytes) -> bytes:
    """One byte of the packed content flipped, near its end."""
    place = len(data) - 200
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


MANY = "".join(f"9606\t{n}\tGO:{n:07}\tIDA\t-\tterm {n * n}\t-\tFunction\n" for n in range(1, 2500))
GENE2GO = "#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n"
GENE_INFO = "#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\n"
PAPERS = "#tax_id\tGeneID\tpapers\tweight\n"
OBO = (
    "format-version: 1.2\n"
    "data-version: releases/2022-07-01\nontology: go\n\n[Term]\nid: GO:0008270\nname: zinc"
)

BROKEN: dict[str, bytes] = {
    "cut_summary.txt": page("BADA", 101, '{"type": "root", "children": [{"type": "p"').encode(),
    "deep_summary.txt": page("BADB", 102, nested(10_000)).encode(),
    "wrong_table.txt": b"Name | a | b |\nNCBI Gene ID | what |\nDataset | Summary | |\nx | y\n",
    "nul.txt": page_text("BADC", 103, "Binds \0 zinc.").encode(),
    "nul.tsv": b"\0" * 4096,
    "one_line.txt": b"NCBI Gene ID | 104 |\nName | " + b"x" * (50 * MEGABYTE),
    "latin1.txt": page_text("BADD", 105, "Bindet Zink über Nacht.").encode("latin-1"),
    "utf16.txt": page_text("BADE", 106, "Binds zinc.").encode("utf-16"),
    "empty.txt": b"",
    "deep.html": html("BADF", 107, "<div>" * 10_000 + "x").encode(),
    "cut.obo": OBO.encode(),
    "not_yaml.md": POST.format(front="title: [BADG\n  x: }", number=108, symbol="BADG").encode(),
    "bomb.md": POST.format(front=BOMB, number=109, symbol="BADH").encode(),
    "missing_cells.tsv": (HGNC + "HGNC:1\tBADI\n\t\t\t\t\t\n").encode(),
    "words.tsv": (GENE2GO + "9606\tmany\tGO:0008270\tIDA\t-\tzinc\t-\tFunction\n" + MANY).encode(),
    "no_column.tsv": b"HGNC_ID\tWITHDRAWN_SYMBOL\nHGNC:6\tA1S9T\n",
    "cut.gz": packed(PAPERS + "".join(f"9606\t{n}\t{n * n}\t1.0\n" for n in range(1, 20_000)))[:-500],
    "flipped.gz": flipped(
        packed(GENE_INFO + "".join(f"9606\t{n}\tG{n * n}\t-\t-\n" for n in range(20_000, 29_000)))
    ),
    "no_gzip.gz": b"\x1f\x8bthis is none",
    "noise": bytes(range(256)) * 300,
}
READ_ALL_THE_SAME = {
    "cut_summary.txt": "BADA",
    "deep_summary.txt": "BADB",
    "not_yaml.md": "BADG",
}
"""Of these only a part is broken: they may still give their gene, with a warning."""
SAID_WITH_A_LINE = {"missing_cells.tsv": 2, "words.tsv": 2, "no_column.tsv": 1, "latin1.txt": 2, "nul.txt": 2}


@pytest.fixture
def corpus(tmp_path: Path, write_page: PageWriter) -> Path:
    folder = tmp_path / "in"
    for number, symbol in enumerate(("GOODA", "GOODB", "GOODC"), 1):
        write_page(folder / "good", symbol, number, f"{symbol} binds molybdenum.")
    (folder / "bad").mkdir()
    for name, content in BROKEN.items():
        (folder / "bad" / name).write_bytes(content)
    (folder / "bad" / "loop").symlink_to(folder)
    (folder / "bad" / "self").symlink_to("self")
    (folder / "bad" / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "bad" / "pipe")
    if os.geteuid() != 0:
        (folder / "bad" / "secret").write_bytes(b"x")
        (folder / "bad" / "secret").chmod(0)
    return folder


def check(corpus: Path, index_dir: Path) -> None:
    report = msgspec.json.decode((index_dir / REPORT).read_bytes(), type=Report)
    told = {problem.file for problem in report.problems} | set(report.ignored)
    silent = [path.name for path in sorted((corpus / "bad").iterdir()) if str(path) not in told]
    assert silent in ([], ["bomb.md"])  # a bomb that does not go off is a post like any other
    assert {Path(name).name for name in report.ignored} == {"noise", "nul.tsv", "utf16.txt"}
    assert not [name for name in told if "/good/" in name]
    lines = {(Path(problem.file).name, problem.line) for problem in report.problems}
    assert set(SAID_WITH_A_LINE.items()) <= lines
    assert all(problem.reason for problem in report.problems)
    with open_index(index_dir) as genes:
        found = [hit.symbol for hit in genes.search("molybdenum").hits]
        assert sorted(found) == ["GOODA", "GOODB", "GOODC"]
        for name, symbol in READ_ALL_THE_SAME.items():
            assert [hit.symbol for hit in genes.search(symbol).hits][:1] == [symbol], name


def test_a_rebuild_reads_the_good_pages_and_names_every_broken_file(tmp_path: Path, corpus: Path) -> None:
    assert len(BROKEN) >= 20
    report = build([corpus], tmp_path / "index")
    assert report.set_aside >= 15
    check(corpus, tmp_path / "index")


def test_the_command_ends_well_and_without_a_traceback(tmp_path: Path, corpus: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "webapp", "index", str(corpus), "--index-dir", str(tmp_path / "index")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    assert "Warning" not in ended.stderr
    assert ended.returncode == 0
    assert "set aside" in ended.stdout
    check(corpus, tmp_path / "index")
