"""Facets, filters and orders as the API and the pages have them, over the sample corpus."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from search import Genes
from tests.webapp.reading import Element, page
from tests.webapp.test_api import SEARCH, body, messages

FAMILY = 'family:"Metallothioneins"'


def asked(client: FlaskClient, *beside: tuple[str, str]) -> Any:
    return body(client.get(SEARCH, query_string=[("q", "metallothionein"), *beside]))


# The API


def test_facets_are_counted_in_the_field_s_usual_shape(client: FlaskClient) -> None:
    answer = asked(client, ("facets", "locus_type,chromosome"), ("facets", "cited"), ("facet_size", "1"))
    assert [*answer["facets"]] == ["locus_type", "chromosome", "cited"]
    first = answer["facets"]["chromosome"]
    assert set(first) == {"terms", "other", "missing", "total"}
    assert first["terms"] == [{"term": "16", "count": first["total"] - first["other"]}]


def test_facets_that_nobody_asks_for_are_not_in_the_answer(client: FlaskClient) -> None:
    assert "facets" not in asked(client)
    assert asked(client, ("facets", "colour"))["facets"] == {}
    assert "unknown facet 'colour'" in messages(asked(client, ("facets", "colour")))


def test_filters_may_be_several_and_the_answer_says_which_it_kept_to(client: FlaskClient) -> None:
    whole = asked(client, ("facets", "family"))
    count = {term["term"]: term["count"] for term in whole["facets"]["family"]["terms"]}["Metallothioneins"]
    some = asked(client, ("filter", FAMILY))
    assert 0 < some["total"] == count < whole["total"]
    assert some["query"]["filters"] == [FAMILY.lower()]
    none = asked(client, ("filter", FAMILY), ("filter", "chromosome:8"))
    assert (none["total"], none["warnings"]) == (0, [])


def test_next_keeps_filters_facets_and_order(client: FlaskClient) -> None:
    beside = [
        ("filter", "chromosome:16"),
        ("filter", "NOT papers:99"),
        ("sort", "-symbol"),
        ("facets", "cited"),
    ]
    answer = client.get(SEARCH, query_string=[("q", "metallothionein"), ("size", "2"), *beside])
    symbols = []
    while True:
        found = body(answer)
        symbols += [hit["symbol"] for hit in found["hits"]]
        assert "cited" in found["facets"]
        if found["next"] is None:
            break
        link = answer.headers["Link"].partition(">")[0][1:]
        assert parse_qsl(urlsplit(link).query)[2 : 2 + len(beside)] == beside
        answer = client.get(link)
    assert len(symbols) == found["total"]
    assert symbols[::-1] == [
        hit["symbol"] for hit in asked(client, *beside[:2], ("sort", "symbol"), ("size", "50"))["hits"]
    ]


@pytest.mark.parametrize(
    ("beside", "error"),
    [
        (("sort", "colour"), "sort must be one of relevance, symbol, location, papers"),
        (("facet_size", "x"), "facet_size must be a whole number"),
        (("strict", "perhaps"), "strict must be 1 or 0"),
        (("filter", "x" * 201), "the query is 201 characters long"),
    ],
)
def test_what_cannot_be_read_is_refused(client: FlaskClient, beside: tuple[str, str], error: str) -> None:
    answer = client.get(SEARCH, query_string=[("q", "zinc"), beside])
    assert answer.status_code == 400
    assert body(answer)["error"].startswith(error)


def test_a_strict_request_is_told_where_its_query_goes_wrong(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "zinc (copper", "strict": "1"})
    assert answer.status_code == 400
    told = body(answer)
    assert (told["error"], told["position"]) == ("a bracket is not closed", 5)
    assert client.get(SEARCH, query_string={"q": "zinc (copper", "strict": "0"}).status_code == 200


@pytest.mark.parametrize("form", [False, True])
def test_filters_and_an_order_hold_for_many_queries(client: FlaskClient, form: bool) -> None:
    asked = {
        "q": "metallothionein,BRCA1",
        "filter": [FAMILY],
        "sort": "symbol",
        "size": 3,
        "fields": "symbol",
    }
    rows = body(client.post(SEARCH, **({"data": asked} if form else {"json": asked})))
    expected = body(
        client.get(
            SEARCH, query_string={"q": "metallothionein", "filter": FAMILY, "sort": "symbol", "size": 3}
        )
    )
    own = [row["symbol"] for row in rows if row["query"] == "metallothionein"]
    assert own == [hit["symbol"] for hit in expected["hits"]]
    assert own == sorted(own)
    assert [row["query"] for row in rows if row.get("notfound")] == ["BRCA1"]


# The page


def rail(root: Element) -> dict[str, list[tuple[str, str]]]:
    """By title, what each link of a facet says and where it leads."""
    found: dict[str, list[tuple[str, str]]] = {}
    (details,) = root.all("details", class_="rail")
    for element in details.all("nav")[0].walk():
        if element.tag == "h2":
            title = element.text
        elif element.tag == "a":
            found.setdefault(title, []).append((" ".join(element.text.split()), element.attrs["href"]))
    return found


def total(root: Element) -> str:
    return root.all("h1")[0].text.split()[0]


def test_each_value_of_the_rail_leads_to_as_many_genes_as_it_says(client: FlaskClient) -> None:
    values = rail(page(client, "/search", q="metallothionein"))
    assert {"Family", "Chromosome", "Band"} <= set(values)
    for links in values.values():
        for told, address in links:
            assert total(page(client, address)) == told.rpartition(" ")[2], told


def test_a_filter_that_is_set_can_be_taken_off_in_two_places(client: FlaskClient) -> None:
    start = page(client, "/search", q="metallothionein", sort="symbol")
    told, address = rail(start)["Family"][1]
    narrowed = page(client, address)
    (current,) = (a for a in narrowed.all("a") if a.attrs.get("aria-current") == "true")
    assert current.text.startswith(told.rpartition(" ")[0])
    (chip,) = narrowed.all("ul", class_="chips")[0].all("a")
    assert chip.text.startswith("Remove the filter Family: ")
    assert current.attrs["href"] == chip.attrs["href"]
    again = page(client, chip.attrs["href"])
    assert total(again) == total(start)
    assert [option.attrs["value"] for option in again.all("option") if "selected" in option.attrs] == [
        "symbol"
    ]


def test_filters_and_order_stay_with_paging_permalink_json_and_sorting(client: FlaskClient) -> None:
    query: dict[str, Any] = {
        "q": "metallothionein",
        "size": "3",
        "sort": "-papers",
        "filter": "chromosome:16",
    }
    root = page(client, "/search", **query)
    links = {a.text: a.attrs["href"] for a in root.all("a")}
    for text in ("Link to this answer", "JSON", "Next →"):
        kept = parse_qs(urlsplit(links[text]).query)
        assert (kept["filter"], kept["sort"]) == (["chromosome:16"], ["-papers"])
    (form,) = root.all("form", class_="sort")
    hidden = {box.attrs["name"]: box.attrs["value"] for box in form.all("input", type="hidden")}
    assert hidden == {"q": "metallothionein", "size": "3", "filter": "chromosome:16"}


def test_filters_that_leave_nothing_can_be_taken_off(client: FlaskClient) -> None:
    root = page(client, "/search", q="metallothionein", filter="chromosome:Y")
    (chip,) = root.all("ul", class_="chips")[0].all("a")
    assert total(page(client, chip.attrs["href"])) != "No"
    assert not root.all("details", class_="rail")


def test_the_page_shows_the_genes_of_the_api_in_the_same_order(client: FlaskClient, genes: Genes) -> None:
    shown = page(client, "/search", q="metallothionein", sort="location", filter="family:metallothioneins")
    expected = genes.search("metallothionein", sort="location", filters=["family:metallothioneins"])
    assert [
        h2.all("span", class_="symbol")[0].text
        for h2 in shown.all("h2")
        if "id" in h2.attrs and h2.attrs["id"].startswith("hit-")
    ] == [hit.symbol for hit in expected.hits]
