"""The page of a paper in a real browser: from a sentence to the paper and from there to its genes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.running import Server

PMID = "12081484"
NARROW = {"width": 375, "height": 740}


def test_from_a_reference_of_a_hit_to_the_paper_and_to_another_gene(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.address}/search?q=pmid:{PMID}")
    hit = page.get_by_role("article").filter(has_text="metallothionein 1H").first
    hit.locator("details.ref > summary").first.click()
    hit.get_by_role("link", name="Genes citing it").first.click()
    expect(page).to_have_url(re.compile(rf"/paper/{PMID}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("S-nitrosothiols react preferentially")
    expect(page.get_by_role("link", name="PubMed 12081484")).to_have_attribute(
        "href", f"https://pubmed.ncbi.nlm.nih.gov/{PMID}/"
    )
    cards = page.get_by_role("article").filter(has=page.get_by_role("heading", level=3))
    expect(cards.first).to_contain_text("3 sentences")
    page.get_by_role("link", name="MT3 metallothionein 3").click()
    expect(page).to_have_url(re.compile(r"/gene/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("MT3")


def test_its_references_open_by_keyboard(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.address}/paper/{PMID}")
    reference = page.locator("details.ref").first
    reference.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(reference.locator(".pop")).to_be_visible()
    expect(reference.locator(".pop")).to_contain_text("PMID")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen(open_page: Open, server: Server, scheme: str) -> None:
    page = open_page(f"{server.address}/paper/{PMID}", viewport=NARROW, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_it_works_without_scripts(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.address}/paper/doi:10.1021/BI020030+", java_script_enabled=False)
    expect(page).to_have_url(re.compile(rf"/paper/{PMID}$"))
    page.locator("details.ref summary").first.click()
    expect(page.locator("details.ref .pop").first).to_be_visible()


def test_an_unknown_paper_says_so_and_leads_back(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.address}/paper/99999999")
    expect(page.get_by_role("alert")).to_contain_text("No gene of this index cites PMID 99999999")
    page.get_by_role("link", name="Back to the search").click()
    expect(page.get_by_label("Search genes")).to_be_visible()


def test_a_query_with_conditions_shows_only_such_sentences(open_page: Open, server: Server) -> None:
    page = open_page(f"{server.address}/search?q=zinc+provenance:ai")
    hits = page.locator("article.hit")
    expect(hits.first).to_be_visible()
    assert page.locator("article.hit .badge").count() == page.locator("article.hit .badge.ai").count() > 0
