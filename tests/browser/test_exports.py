"""Each export button gives a file that readers of its format open; the link to the answer is copied."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest
import rispy
from playwright.sync_api import expect
from pybtex.database import parse_file

from tests.browser.conftest import Open
from tests.running import Server

Q = "zinc+homeostasis"


def ids(file: Path) -> list[str]:
    """The genes of a table or of JSON Lines, the keys of a bibliography, by a reader of the format."""
    match file.suffix:
        case ".tsv" | ".csv":
            dialect = "excel-tab" if file.suffix == ".tsv" else "excel"
            with file.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.DictReader(stream, dialect=dialect, strict=True))
            return list(dict.fromkeys(row["_id"] for row in rows))
        case ".jsonl":
            return [msgspec.json.decode(line)["_id"] for line in file.read_bytes().splitlines()]
        case ".bib":
            return list(parse_file(file, "bibtex").entries)
    return [entry["id"] for entry in rispy.loads(file.read_text("utf-8"))]


@pytest.mark.parametrize("javascript", [True, False])
def test_each_button_gives_the_whole_answer_in_a_format_that_opens(
    server: Server, open_page: Open, tmp_path: Path, javascript: bool
) -> None:
    answer = server.get(f"/api/v1/search?q={Q}&size=1000").json
    genes = [hit["_id"] for hit in answer["hits"]]
    papers = [ref["pmid"] for hit in answer["hits"] for line in hit["highlights"] for ref in line["refs"]]
    keys = [f"pmid{pmid}" for pmid in dict.fromkeys(papers)]
    assert len(genes) > 5
    assert len(keys) > 2
    page = open_page(f"{server.address}/search?q={Q}&size=2", java_script_enabled=javascript)
    for title, expected in (
        ("TSV", genes),
        ("CSV", genes),
        ("JSON Lines", genes),
        ("BibTeX", keys),
        ("RIS", keys),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=title, exact=True).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.name.startswith("genelight-zinc-homeostasis-")
        assert ids(file) == expected, title
    with (tmp_path / next(path.name for path in tmp_path.glob("*.csv"))).open("rb") as stream:
        assert stream.read(3) == b"\xef\xbb\xbf"


def test_hostile_text_is_exported_as_text(hostile_server: Server, open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"{hostile_server.address}/search?q=zinc")
    for title in ("TSV", "CSV", "JSON Lines", "BibTeX", "RIS"):
        with page.expect_download() as download:
            page.get_by_role("link", name=title, exact=True).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert ids(file)


def test_the_link_to_the_answer_is_copied_and_leads_back(server: Server, open_page: Open) -> None:
    page = open_page(
        f"{server.address}/search?q=++zinc+++homeostasis", permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Copy: Link to this answer").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{server.address}/search?q={Q}&index=")
    page.goto(link)
    expect(page.locator("ul.warnings")).to_have_count(0)
    page.goto(link.rpartition("=")[0] + "=000000000000")
    expect(page.locator("ul.warnings")).to_contain_text("made from index 000000000000")
    expect(page.locator("article.hit").first).to_be_visible()


def test_the_row_of_exports_fits_a_narrow_screen(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q={Q}", viewport={"width": 320, "height": 640})
    expect(page.get_by_role("link", name="RIS", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
