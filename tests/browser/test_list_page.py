"""A column from a spreadsheet, pasted in a real browser, with a question."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import HOSTILE, Open
from tests.running import Server

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
COLUMN = "Gene symbol\r\nMT1H\r\nMT-0\r\n\r\nMT1\r\nBRCA1\r\n1-Mar\r\nMT1HX\r\n"
QUESTION = "zinc homeostasis"
PASTE = """text => {
    const box = document.activeElement;
    const data = new DataTransfer();
    data.setData('text/plain', text);
    data.setData('text/html', '<table><tr><td>' + text + '</td></tr></table>');
    const pasted = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
    if (box.dispatchEvent(pasted))
        document.execCommand('insertText', false, text.replace(/\\r\\n/g, '\\n'));
}"""
"""What a paste from a spreadsheet gives: text in lines, and a table."""


def ask(page: Page, names: str = COLUMN, question: str = QUESTION) -> None:
    page.get_by_label("Names of genes").fill(names.replace("\r\n", "\n"))
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("table")).to_be_visible()


def shown(page: Page) -> list[str]:
    return [row.locator("bdi.asked").text_content() or "" for row in page.locator("tbody tr:visible").all()]


def test_a_column_is_pasted_and_asked_by_keyboard_alone(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/", viewport=WIDE)
    page.get_by_role("link", name="Paste a list of genes").press("Enter")
    page.get_by_label("Names of genes").focus()
    page.evaluate(PASTE, COLUMN)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="The names as given")
    expect(table.get_by_role("row")).to_have_count(7)
    expect(table.get_by_role("columnheader")).to_have_text(["Row", "Name", "Gene", "Best sentence"])
    assert shown(page) == ["MT1H", "MT-0", "MT1", "BRCA1", "1-Mar", "MT1HX"]
    expect(page.get_by_text("the column’s title Gene symbol and 1 blank cell")).to_be_visible()
    expect(page.get_by_text("1 name looks like a date that a spreadsheet made of a symbol")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_rows_tell_what_each_name_is_and_what_answers(
    server: Server, open_page: Open, javascript: bool
) -> None:
    page = open_page(f"{server.address}/list", viewport=WIDE, java_script_enabled=javascript)
    ask(page)
    rows = page.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("Resolved")
    expect(rows.nth(0).locator("mark").first).to_be_visible()
    expect(rows.nth(0).locator(".badge")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("alias of MT1H")
    expect(rows.nth(1)).to_contain_text("As in row 2")
    expect(rows.nth(2)).to_contain_text("Which one?")
    expect(rows.nth(4)).to_contain_text("looks like a date")
    expect(rows.nth(5).get_by_role("link", name="MT1H")).to_be_visible()
    rows.nth(0).get_by_role("link", name="MT1H", exact=True).first.click()
    expect(page).to_have_url(f"{server.address}/gene/NCBIGene:4496?q=zinc+homeostasis")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_totals_show_rows_of_one_kind_and_work_by_keyboard(
    server: Server, open_page: Open, javascript: bool
) -> None:
    page = open_page(f"{server.address}/list", viewport=WIDE, java_script_enabled=javascript)
    ask(page)
    totals = page.get_by_role("group", name="Show")
    expect(totals.get_by_role("radio", name="All 6")).to_be_checked()
    totals.get_by_role("radio", name="All 6").focus()
    page.keyboard.press("ArrowRight")
    expect(totals.get_by_role("radio", name="Resolved 3")).to_be_checked()
    assert shown(page) == ["MT1H", "MT-0", "BRCA1"]
    totals.get_by_text("Unmatched").click()
    assert shown(page) == ["1-Mar", "MT1HX"]
    totals.get_by_text("All").click()
    assert len(shown(page)) == 6


@pytest.mark.parametrize(
    ("name", "suffix", "begins"),
    [
        ("TSV", "tsv", b"row\tquery\t"),
        ("CSV", "csv", b"row,query,"),
        ("JSON Lines", "jsonl", b'{"row":2,'),
        ("BibTeX", "bib", b""),
        ("RIS", "ris", b""),
    ],
)
def test_each_download_is_a_file_of_the_list(
    server: Server, open_page: Open, tmp_path: Path, name: str, suffix: str, begins: bytes
) -> None:
    page = open_page(f"{server.address}/list", viewport=WIDE)
    ask(page, question="hepatocellular carcinoma")
    with page.expect_download() as begun:
        page.get_by_role("button", name=name, exact=True).click()
    assert begun.value.suggested_filename.endswith(f".{suffix}")
    path = tmp_path / "taken"
    begun.value.save_as(path)
    data = path.read_bytes()
    assert data.startswith(begins)
    if suffix == "tsv":
        rows = list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter="\t", strict=True))
        assert [row["query"] for row in rows] == ["MT1H", "MT-0", "MT1", "BRCA1", "1-Mar", "MT1HX"]


def test_a_short_list_is_opened_again_by_its_link(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/list", viewport=WIDE)
    ask(page, "MT1H\nMT1G")
    before = page.locator("tbody").inner_text()
    page.get_by_role("link", name="Permalink").click()
    expect(page).to_have_url(re.compile(r"/list\?names=MT1H%0(D%0)?AMT1G&"))
    assert page.locator("tbody").inner_text() == before


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_nothing_stands_beyond_the_edge_of_a_screen(
    server: Server, open_page: Open, viewport: dict[str, int]
) -> None:
    page = open_page(f"{server.address}/list", viewport=viewport)
    ask(page, COLUMN + "x" * 300 + "\n" + "W" * 5000)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    expect(page.get_by_role("row")).to_have_count(9)  # still a table where it is shown as blocks
    expect(page.get_by_role("rowheader").first).to_be_visible()


def test_hostile_names_run_nothing(hostile_server: Server, open_page: Open) -> None:
    page = open_page(f"{hostile_server.address}/list", viewport=WIDE)
    ask(page, f"{HOSTILE}\nNCBIGene:evil\n=1+1\n\u202eevil", HOSTILE)
    assert page.evaluate("window.pwned") is None
    expect(page.locator("main script, main img, main svg, main style")).to_have_count(0)
    page.get_by_role("button", name="Look up").click()
    assert page.evaluate("window.pwned") is None
