"""Suggestions under the search box, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from index.records import GoTerm
from tests import making
from tests.browser.conftest import HOSTILE, Open
from tests.running import Server, serving


@pytest.fixture(scope="module")
def named_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("suggesting") / "index"
    root, term = "GO:0008150", ("GO:0055069", "zinc ion homeostasis")
    making.publish(
        folder,
        [
            making.gene("KMT2A", name="lysine methyltransferase 2A", names=[("previous_symbol", "MLL")]),
            making.gene("MLLT3", name="MLLT3 super elongation complex subunit"),
            making.gene("HTT", name="huntingtin"),
            making.gene("A/B", name="gene of a slash"),
            making.gene("SLC39A4", making.says(term[1], "go", key=term[0]), name="solute carrier"),
        ],
        go_terms=[
            GoTerm(id=root, name="biological_process", aspect="biological_process"),
            GoTerm(id=term[0], name=term[1], aspect="biological_process", is_a=(root,)),
        ],
    )
    with serving(folder) as running:
        yield running


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search genes")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def type_in(page: Page, typed: str) -> None:
    box(page).fill(typed)


def test_what_is_typed_is_offered_with_what_it_is_of_and_the_typed_letters_marked(
    named_server: Server, open_page: Open
) -> None:
    page = open_page(named_server.address)
    box(page).press_sequentially("mll")
    expect(options(page)).to_have_count(2)
    expect(options(page).first).to_have_text("MLL previous symbol of KMT2A")
    expect(options(page).first.locator("b")).to_have_text("MLL")
    expect(page.get_by_role("status")).to_have_text("2 suggestions")
    expect(box(page)).to_have_attribute("aria-expanded", "true")


def test_arrows_point_at_an_option_and_enter_goes_to_its_gene(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    type_in(page, "mll")
    expect(options(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    expect(box(page)).to_have_value("mll")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gene/KMT2A")


def test_arrows_lead_back_to_the_box_and_enter_then_asks_what_was_typed(
    named_server: Server, open_page: Open
) -> None:
    page = open_page(named_server.address)
    type_in(page, "hunt")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box(page)).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=hunt")


def test_a_term_is_put_in_the_box_and_searched(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    type_in(page, "zinc hom")
    option = options(page).filter(has_text="zinc ion homeostasis")
    expect(option).to_contain_text("Gene Ontology term, 1 gene")
    option.click()
    page.wait_for_url("**/search?q=zinc+ion+homeostasis")
    expect(page.locator("article.hit").first).to_contain_text("SLC39A4")
    expect(options(page)).to_have_count(0)


def test_a_gene_whose_symbol_has_a_slash_is_reached_too(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    type_in(page, "gene of")
    options(page).first.click()
    page.wait_for_url("**/gene/A/B")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A/B")


def test_escape_closes_the_list_and_keeps_what_was_typed(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    type_in(page, "mll")
    expect(options(page)).to_have_count(2)
    page.keyboard.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("mll")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options(page)).to_have_count(2)


def test_tab_leaves_the_box_and_closes_the_list(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    type_in(page, "mll")
    expect(options(page)).to_have_count(2)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    expect(options(page)).to_have_count(0)
    expect(box(page)).to_have_value("mll")


def test_hits_stay_while_the_next_query_is_typed(named_server: Server, open_page: Open) -> None:
    page = open_page(f"{named_server.address}/search?q=huntingtin")
    hit = page.locator("article.hit").first
    expect(hit).to_contain_text("HTT")
    type_in(page, "mll")
    expect(options(page)).to_have_count(2)
    expect(hit).to_contain_text("HTT")


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(
    named_server: Server, open_page: Open
) -> None:
    page = open_page(named_server.address)
    held: list[Route] = []
    page.route("**/api/v1/suggest?q=m", lambda route: held.append(route))
    with page.expect_request("**/api/v1/suggest?q=m"):
        type_in(page, "m")
    type_in(page, "mll")
    expect(options(page)).to_have_count(2)
    before = options(page).all_inner_texts()
    for route in held:
        route.fulfill(json={"suggestions": []})
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    assert options(page).all_inner_texts() == before


def test_where_suggestions_fail_the_form_asks_as_before(named_server: Server, open_page: Open) -> None:
    page = open_page(named_server.address)
    page.route("**/api/v1/suggest*", lambda route: route.fulfill(status=200, body="no JSON"))
    with page.expect_response("**/api/v1/suggest*"):
        type_in(page, "huntingtin")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=huntingtin")
    expect(page.locator("article.hit").first).to_contain_text("HTT")


def test_a_name_that_looks_like_markup_is_shown_as_text(hostile_server: Server, open_page: Open) -> None:
    page = open_page(hostile_server.address)
    type_in(page, "evil")
    expect(options(page).first).to_contain_text(HOSTILE[:30])
    assert page.evaluate("window.pwned") is None
    assert options(page).locator("script, img, svg").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_the_list_stands_inside_the_window_and_moves_nothing(
    server: Server, open_page: Open, width: int
) -> None:
    page = open_page(f"{server.address}/search?q=zinc", viewport={"width": width, "height": 740})
    top = page.locator("article.hit").first.bounding_box()
    type_in(page, "metallo")
    expect(options(page).first).to_be_visible()
    listed = page.get_by_role("listbox").bounding_box()
    assert listed is not None
    assert listed["x"] >= 0
    assert listed["x"] + listed["width"] <= width
    assert page.locator("article.hit").first.bounding_box() == top
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_typed_letters_and_the_rest_can_be_read(server: Server, open_page: Open, scheme: str) -> None:
    page = open_page(server.address, color_scheme=scheme)
    type_in(page, "mt1")
    expect(options(page).first).to_be_visible()
    colours = options(page).first.evaluate(
        "option => [getComputedStyle(option.querySelector('.what')).color,"
        " getComputedStyle(option.closest('ul')).backgroundColor]"
    )
    assert colours[0] != colours[1]
