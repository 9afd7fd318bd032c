"""The pages as a reader uses them, in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.running import Server

PAGES = [
    "/",
    "/search?q=zinc+homeostasis",
    "/search?q=zinc+homeostasis+nosuchwordxyz",
    "/search?q=zinc&from=10",
    "/search?q=MT1",
    "/search?q=nosuchgenexyz",
    "/search?q=",
    "/search?q=" + "averyverylongword" * 20,
    "/search?q=zinc&size=x",
    "/gene/MT1H",
    "/gene/TP53",
    "/gene/NKX2-5",
    "/gene/MT1",
    "/gene/nosuch",
    "/gene/" + "averyverylongname" * 20,
    "/nosuch",
]


def hits(page: Page) -> Locator:
    return page.locator("article.hit")


def symbols(page: Page) -> list[str]:
    return hits(page).locator("h2 .symbol").all_inner_texts()


# Asking


def test_a_reader_types_a_query_and_follows_a_hit(server: Server, open_page: Open) -> None:
    page = open_page(server.address)
    expect(page.get_by_label("Search genes")).to_be_focused()
    page.keyboard.type("zinc homeostasis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=zinc+homeostasis")
    expect(page.get_by_label("Search genes")).to_have_value("zinc homeostasis")
    expect(hits(page)).to_have_count(10)
    answered = [hit["symbol"] for hit in server.get("/api/v1/search?q=zinc+homeostasis").json["hits"]]
    assert symbols(page) == answered
    marks = hits(page).first.locator("mark")
    assert {text.lower() for text in marks.all_inner_texts()} == {"zinc", "homeostasis"}
    hits(page).first.get_by_role("heading").get_by_role("link").click()
    page.wait_for_url("**/gene/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(answered[0])


def test_the_button_asks_too(server: Server, open_page: Open) -> None:
    page = open_page(server.address)
    page.get_by_label("Search genes").fill("MT-1H")
    page.get_by_role("button", name="Search").click()
    expect(hits(page).first).to_contain_text("MT-1H: alias of MT1H")
    assert symbols(page)[0] == "MT1H"


def test_a_mark_stands_out_from_its_sentence(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=zinc")
    colours = page.locator("mark").first.evaluate(
        "mark => [mark, mark.closest('article')].map(e => getComputedStyle(e).backgroundColor)"
    )
    assert colours[0] != colours[1]
    assert colours[0] != "rgba(0, 0, 0, 0)"


def test_a_gene_named_in_a_sentence_leads_to_its_page(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=MT1H")
    mention = page.locator(".sentence a.gene").first
    symbol = (mention.get_attribute("title") or "").removeprefix("Gene ")
    mention.click()
    page.wait_for_url("**/gene/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(symbol)


def test_slash_focuses_the_search_box_and_selects_what_stands_there(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=zinc")
    box = page.get_by_label("Search genes")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("a/b")
    expect(box).to_have_value("a/b")


def test_pages_turn_there_and_back(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=zinc")
    first = symbols(page)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("ol.hits")).to_have_attribute("start", "11")
    second = symbols(page)
    assert second
    assert not set(first) & set(second)
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("ol.hits")).to_have_attribute("start", "1")
    assert symbols(page) == first


# The papers behind a sentence


def test_a_citation_opens_its_paper_by_keyboard(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=PMID:33087486")
    citation = page.locator("details.ref").first
    expect(citation.locator(".pop")).to_be_hidden()
    citation.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(citation.locator(".pop")).to_be_visible()
    expect(citation.locator("cite")).to_have_text(re.compile("Inhibition of a transcriptional repressor"))
    page.keyboard.press("Tab")
    paper = citation.get_by_role("link", name="PMID 33087486")
    expect(paper).to_be_focused()
    expect(paper).to_have_attribute("href", "https://pubmed.ncbi.nlm.nih.gov/33087486/")
    page.keyboard.press("Escape")
    expect(citation.locator(".pop")).to_be_hidden()
    expect(citation.locator("summary")).to_be_focused()


def test_a_click_elsewhere_closes_a_citation(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=hepatocellular")
    citation = page.locator("details.ref").first
    citation.locator("summary").click()
    expect(citation.locator(".pop")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(citation.locator(".pop")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1200])
def test_an_open_citation_stands_wholly_inside_the_window(
    server: Server, open_page: Open, width: int
) -> None:
    page = open_page(f"{server.address}/search?q=zinc", viewport={"width": width, "height": 800})
    for citation in page.locator("details.ref").all():
        citation.locator("summary").click()
        box = citation.locator(".pop").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        citation.locator("summary").click()


def test_a_citation_on_a_gene_s_page_leads_to_its_paper(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/gene/MT1H")
    page.locator("a.cite").first.click()
    expect(page.locator("#references li:target")).to_be_in_viewport()
    address = page.locator("#references li:target").get_by_role("link", name="PMID").get_attribute("href")
    assert re.fullmatch(r"https://pubmed\.ncbi\.nlm\.nih\.gov/\d+/", address or "")


# Every reader


def test_without_javascript_all_of_it_works(server: Server, open_page: Open) -> None:
    page = open_page(server.address, java_script_enabled=False)
    page.get_by_label("Search genes").fill("zinc")
    page.get_by_role("button", name="Search").click()
    expect(hits(page)).to_have_count(10)
    page.get_by_role("link", name="Next").click()
    expect(page.locator("ol.hits")).to_have_attribute("start", "11")
    citation = page.locator("details.ref").first
    citation.locator("summary").click()
    expect(citation.locator(".pop")).to_be_visible()
    hits(page).first.get_by_role("heading").get_by_role("link").click()
    expect(page.locator(".genehead .symbol")).to_be_visible()
    assert page.locator(".chapters section").count() > 0


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_or_complains(server: Server, open_page: Open, path: str) -> None:
    """The pages' complaints are counted by ``open_page``."""
    for width in (360, 1200):
        page = open_page(server.address + path, viewport={"width": width, "height": 740})
        expect(page.locator("main")).to_be_visible()
        assert page.evaluate(WIDEST) <= width


WIDEST = """() => {
  const widths = [document.documentElement.scrollWidth];
  for (const fold of document.querySelectorAll("details")) {
    fold.open = true;
    widths.push(document.documentElement.scrollWidth);
  }
  return Math.max(...widths);
}"""
"""The page's greatest width while each fold is opened in turn."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/search?q=zinc+homeostasis", "/gene/MT1H", "/nosuch"])
def test_every_text_can_be_read_in_both_schemes(
    server: Server, open_page: Open, path: str, scheme: str
) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 between a text and what it stands on."""
    page = open_page(server.address + path, color_scheme=scheme)
    assert page.evaluate(FAINT) == []


FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const behind = (element) => {
    let layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      layers.push(colour.length > 3 ? colour : [...colour, 1]);
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => [0.2126, 0.7152, 0.0722]
    .map((weight, i) => [weight, colour[i] / 255])
    .map(([weight, c]) => weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((a, b) => a + b);
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility()) continue;
    const ground = behind(element);
    const ink = numbers(getComputedStyle(element).color);
    const seen = over([...ink.slice(0, 3), ink[3] ?? 1], ground);
    const [high, low] = [light(seen), light(ground)].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) faint.push(text.data.trim() + ": " + contrast.toFixed(2));
  }
  return faint;
}"""


def test_the_first_tab_leads_past_the_header(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=zinc")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


# What a source may not do


def test_a_hostile_source_s_text_is_shown_and_runs_nothing(hostile_server: Server, open_page: Open) -> None:
    symbol = hostile_server.get("/api/v1/gene/NCBIGene:evil").json["symbol"]
    for path in ("/search?q=zinc", "/search?q=evil", "/gene/NCBIGene:evil"):
        page = open_page(hostile_server.address + path)
        heading = page.locator("h1 .symbol, h2 .symbol").filter(has_text="EVIL").first
        expect(heading).to_be_visible()
        assert heading.text_content() == symbol
        page.evaluate(WIDEST)
        assert page.evaluate("window.pwned") is None
        assert page.locator("main script, main img, main svg, main style").count() == 0
        for link in page.locator("main a").all():
            assert re.match(r"(/|#|https://)", link.get_attribute("href") or "")
            assert not (link.get_attribute("href") or "").startswith("//")
        assert "{{7*7}}" in page.locator("main").inner_text()


def test_a_hostile_query_is_shown_and_runs_nothing(server: Server, open_page: Open) -> None:
    page = open_page(server.address)
    asked = "\"><script>window.pwned=1</script> <img src=x onerror=window.pwned=1> ' nosuchgenexyz"
    page.get_by_label("Search genes").fill(asked)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search genes")).to_have_value(asked)
    expect(page.locator("main")).to_contain_text("nosuchgenexyz")
    assert page.evaluate("window.pwned") is None


# Pages that help


def test_an_unknown_gene_suggests_others(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/gene/MT1HX")
    expect(page.get_by_role("heading", level=1)).to_have_text("No gene is called MT1HX")
    page.locator(".suggest a").first.click()
    page.wait_for_url("**/gene/NCBIGene:4496")
    expect(page.get_by_role("heading", level=1)).to_contain_text("MT1H")


def test_an_empty_result_says_how_to_ask(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=nosuchgenexyz")
    expect(page.get_by_role("heading", level=1)).to_contain_text("No gene for nosuchgenexyz")
    expect(page.get_by_role("heading", name="Ways to ask")).to_be_visible()
    page.get_by_role("list", name="Examples").get_by_role("link").first.click()
    expect(hits(page).first).to_be_visible()


def test_a_name_of_several_genes_is_a_choice(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/gene/MT1")
    choices = page.locator(".choices a")
    expect(page.get_by_role("heading", level=1)).to_contain_text("MT1")
    wanted = choices.last.inner_text()
    choices.last.click()
    expect(page.locator(".genehead .symbol")).to_have_text(wanted)


@pytest.mark.parametrize("path", ["/", "/search?q=zinc", "/gene/MT1H"])
def test_before_there_is_an_index_the_page_says_how_to_build_one(
    empty_server: Server, open_page: Open, path: str
) -> None:
    page = open_page(empty_server.address + path)
    expect(page.locator("main")).to_contain_text("There is no index that answers")
    expect(page.locator("main")).to_contain_text("genelight index")
    assert empty_server.get(path).status == (200 if path == "/" else 503)
