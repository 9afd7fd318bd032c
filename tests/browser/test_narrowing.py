"""Facets, filters and the order of hits, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.running import Server

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def total(page: Page) -> int:
    return int((page.locator("h1").text_content() or "0").split()[0])


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_narrows_hits_down_and_takes_it_back(
    server: Server, open_page: Open, javascript: bool
) -> None:
    page = open_page(
        f"{server.address}/search?q=metallothionein", viewport=WIDE, java_script_enabled=javascript
    )
    whole = total(page)
    rail = page.get_by_role("navigation", name="Narrow down")
    link = rail.get_by_role("link", name="Metallothioneins")
    count = int(link.locator(".count").text_content() or "0")
    assert 0 < count < whole
    link.click()
    expect(page.locator("h1")).to_contain_text(f"{count} genes")
    expect(rail.get_by_role("link", name="Metallothioneins")).to_have_attribute("aria-current", "true")
    page.get_by_role("list", name="Filters that are set").get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(f"{whole} genes")


def test_on_a_small_screen_the_facets_are_behind_a_click_and_reached_by_keyboard(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.address}/search?q=metallothionein", viewport=NARROW)
    summary = page.locator("details.rail > summary")
    link = page.locator("details.rail nav a").first
    expect(link).not_to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chips a")).to_have_count(1)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]


def test_on_a_large_screen_the_facets_stand_beside_the_hits(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=metallothionein", viewport=WIDE)
    expect(page.locator("details.rail > summary")).not_to_be_visible()
    rail, hits = page.locator("details.rail nav").bounding_box(), page.locator(".hits").bounding_box()
    assert rail is not None
    assert hits is not None
    assert rail["x"] >= hits["x"] + hits["width"]
    assert abs(rail["y"] - hits["y"]) < 40


def test_an_order_is_chosen_by_keyboard_and_stays_with_a_filter(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.address}/search?q=metallothionein", viewport=WIDE)
    page.get_by_label("Sort by").select_option("Symbol")
    page.get_by_role("button", name="Sort").press("Enter")
    expect(page.get_by_label("Sort by")).to_have_value("symbol")
    symbols = page.locator(".hit .symbol").all_text_contents()
    assert symbols == sorted(symbols)
    page.get_by_role("navigation", name="Narrow down").get_by_role("link").first.click()
    expect(page.locator(".chips a")).to_have_count(1)
    expect(page.get_by_label("Sort by")).to_have_value("symbol")
