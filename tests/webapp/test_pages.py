"""The pages over the sample corpus.  Needs the index (conftest), except where ``bare`` is used."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from index.build import build
from tests.webapp.reading import Element, Reader, page
from webapp import create_app
from webapp.config import Config
from webapp.pages import EXAMPLES

# Every page

PAGES = [
    "/",
    "/search",
    "/search?q=zinc+homeostasis",
    "/search?q=nosuchgenexyz",
    "/search?q=zinc&size=x",
    "/gene/MT1H",
    "/gene/nosuch",
    "/nosuch",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_read_by_keyboard_and_screen_reader(client: FlaskClient, path: str) -> None:
    root = Reader(client.get(path).text).root
    assert root.all("html")[0].attrs["lang"] == "en"
    assert len(root.all("h1")) == 1
    assert root.all("a", class_="skip")[0].attrs["href"] == "#main"
    assert [element.attrs["id"] for element in root.all("main")] == ["main"]
    assert [label.attrs["for"] for label in root.all("label")] == [
        box.attrs["id"]
        for box in root.walk()
        if box.tag in ("input", "select") and box.attrs.get("type") != "hidden"
    ]
    assert all("alt" in image.attrs for image in root.all("img"))
    ids = [element.attrs["id"] for element in root.walk() if "id" in element.attrs]
    assert len(ids) == len(set(ids))
    for element in root.walk():
        for name in ("aria-labelledby", "aria-describedby"):
            assert element.attrs.get(name, ids[0]) in ids


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_what_it_does_not_use(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in answer.headers
    for element in Reader(answer.text).root.walk():
        assert "style" not in element.attrs
        assert not [name for name in element.attrs if name.startswith("on")]
        assert element.tag != "script" or ("src" in element.attrs and not element.text.strip())


@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_of_ours_answers(client: FlaskClient, path: str) -> None:
    root = Reader(client.get(path).text).root
    ids = {element.attrs["id"] for element in root.walk() if "id" in element.attrs}
    addresses = {e.attrs[name] for e in root.walk() for name in ("href", "src") if name in e.attrs}
    for address in addresses:
        if address.startswith("#"):
            assert address[1:] in ids
        elif address.startswith("/"):
            with client.get(address) as answer:
                assert answer.status_code in (200, 300, 303), address
        else:
            assert address.startswith("https://")


def test_assets_are_versioned_and_may_be_kept(client: FlaskClient) -> None:
    style = page(client, "/").all("link", rel="stylesheet")[0].attrs["href"]
    assert re.search(r"\?v=[0-9a-f]{10}$", style)
    with client.get(style) as answer:
        assert "max-age=604800" in answer.headers["Cache-Control"]


# Search


def test_the_front_page_has_a_search_box_and_three_examples_with_hits(client: FlaskClient) -> None:
    root = page(client, "/")
    form = root.all("form", role="search")[0]
    assert (form.attrs["action"], form.attrs["method"]) == ("/search", "get")
    examples = root.all("ul", class_="examples")[0].all("a")
    assert [link.text for link in examples] == list(EXAMPLES)
    for link in examples:
        assert page(client, link.attrs["href"]).all("article", class_="hit")


def test_the_front_page_counts_what_the_index_was_made_from(client: FlaskClient) -> None:
    sources = client.get("/api/v1/metadata").get_json()["sources"]
    rows = [[cell.text for cell in row.all("td")] for row in page(client, "/").all("tr")[1:]]
    assert sorted(row[0] for row in rows) == sorted({source["format"] for source in sources})
    assert sum(int(row[2]) for row in rows) == len(sources)
    assert sum(int(row[3]) for row in rows) == sum(source["read"] for source in sources)


def test_the_page_shows_the_hits_of_the_api_in_its_order(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "zinc homeostasis"}).get_json()
    cards = page(client, "/search", q="zinc homeostasis").all("article", class_="hit")
    assert [card.all("span", class_="symbol")[0].text for card in cards] == [
        h["symbol"] for h in answer["hits"]
    ]
    for card, hit in zip(cards, answer["hits"], strict=True):
        sentences = card.all("div", class_="sentence")
        assert len(sentences) == len(hit["highlights"])
        assert hit["_match"]["reason"] in card.text
        for sentence, highlight in zip(sentences, hit["highlights"], strict=True):
            assert sentence.text.startswith(highlight["sentence"])
            marked = "".join(mark.text for mark in sentence.all("mark"))
            assert marked == "".join(highlight["sentence"][start:end] for start, end in highlight["spans"])


def test_what_was_folded_is_shown_with_a_link_that_refuses_it(client: FlaskClient) -> None:
    root = page(client, "/search", q="TNFalpha")
    (told,) = root.all("p", class_="readas")
    assert told.text.startswith("TNFalpha read as TNF-alpha = TNFα = TNFA")
    (link,) = told.all("a")
    assert parse_qs(urlsplit(link.attrs["href"]).query)["q"] == ['"TNFalpha"']
    assert "exact only?" not in [other.text for other in page(client, link.attrs["href"]).all("a")]
    assert not page(client, "/search", q="mt1h").all("p", class_="readas")


@pytest.mark.parametrize(
    ("q", "symbol"), [("MT 1H", "MT1H"), ("TNFalpha", "TNF"), ("human mt1h gene", "MT1H")]
)
def test_a_name_leads_to_its_gene_however_it_is_asked(client: FlaskClient, q: str, symbol: str) -> None:
    hit = client.get("/api/v1/search", query_string={"q": q}).get_json()["hits"][0]
    assert hit["symbol"] == symbol
    row = client.post("/api/v1/search", json={"q": [q]}).get_json()[0]
    assert (row["_id"], row["_match"]) == (hit["_id"], hit["_match"])
    assert client.get(f"/gene/{q}").headers["Location"] == f"/gene/{hit['_id']}"
    assert client.get(f"/api/v1/gene/{q}").headers["Location"].endswith(f"/gene/{hit['_id']}")


def test_the_query_stays_in_the_box(client: FlaskClient) -> None:
    root = page(client, "/search", q='"zinc" <b>')
    assert root.all("input", name="q")[0].attrs["value"] == '"zinc" <b>'


def test_pages_are_turned_by_links(client: FlaskClient) -> None:
    def shown(root: Element) -> list[str]:
        return [symbol.text for symbol in root.all("span", class_="symbol")]

    first = page(client, "/search", q="metallothionein", size=3)
    assert not first.all("a", rel="prev")
    second = page(client, first.all("a", rel="next")[0].attrs["href"])
    assert second.all("ol", class_="hits")[0].attrs["start"] == "4"
    both = page(client, "/search", q="metallothionein", size=6)
    assert shown(first) + shown(second) == shown(both)
    assert shown(page(client, second.all("a", rel="prev")[0].attrs["href"])) == shown(first)


def test_the_page_before_begins_where_its_hits_end_here_also_when_the_size_was_cut(
    client: FlaskClient,
) -> None:
    root = page(client, "/search", q="metallothionein", size=5000, **{"from": 1500})
    before = parse_qs(urlsplit(root.all("a", rel="prev")[0].attrs["href"]).query)
    assert before["from"] == ["500"]


def test_the_permalink_holds_the_canonical_query_and_the_index(client: FlaskClient) -> None:
    root = page(client, "/search", q="  zinc   homeostasis ", **{"from": 1})
    link = next(a for a in root.all("a") if a.text == "Link to this answer").attrs["href"]
    answer = client.get("/api/v1/search", query_string={"q": "  zinc   homeostasis "}).get_json()
    query = parse_qs(urlsplit(link).query)
    assert query["q"] == [answer["query"]["canonical"]]
    assert query["index"] == [answer["index"]["digest"][:12]]
    assert query["from"] == ["1"]
    again = page(client, link)
    assert [s.text for s in again.all("div", class_="sentence")] == [
        s.text for s in root.all("div", class_="sentence")
    ]
    assert not again.all("ul", class_="warnings")
    other = page(client, link.replace(query["index"][0], "0" * 12))
    assert "000000000000" in other.all("ul", class_="warnings")[0].text


def test_no_hit_is_a_page_that_helps(client: FlaskClient) -> None:
    root = page(client, "/search", q="nosuchgenexyz")
    assert "nosuchgenexyz" in root.all("h1")[0].text
    assert root.all("ul", class_="examples")
    assert root.all("dl", class_="tips")


def test_a_number_that_is_none_is_an_error_page(client: FlaskClient) -> None:
    root = page(client, "/search", 400, q="zinc", size="x")
    assert "Size must be a whole number" in root.all("main")[0].text


def test_without_an_index_the_page_says_what_to_run(bare: FlaskClient) -> None:
    assert "genelight index" in page(bare, "/").all("main")[0].text
    for path in ("/search?q=zinc", "/gene/MT1H"):
        assert "genelight index" in page(bare, path, 503).all("main")[0].text


# A gene


def test_a_gene_s_page_shows_what_the_api_tells(client: FlaskClient) -> None:
    gene = client.get("/api/v1/gene/MT1H", follow_redirects=True).get_json()
    root = page(client, "/gene/MT1H")
    text = root.all("main")[0].text
    assert root.all("h1")[0].all("span", class_="symbol")[0].text == "MT1H"
    assert gene["name"] in text
    for name in gene["names"]:
        assert name["spelling"] in text
    for section in gene["sections"]:
        if section["section"] in ("summary", "description", "go", "tissue", "atlas"):
            for line in section["lines"]:
                assert line["sentence"] in text
    for reference in gene["references"]:
        assert reference["title"] is None or reference["title"] in text


def test_a_citation_on_a_gene_s_page_leads_to_its_paper(client: FlaskClient) -> None:
    root = page(client, "/gene/MT1H")
    cites = [a for a in root.all("a", class_="cite") if "href" in a.attrs]
    assert cites
    papers = {item.attrs["id"]: item.text for item in root.all("li") if "id" in item.attrs}
    for cite in cites:
        assert papers[cite.attrs["href"][1:]].startswith(cite.text)


def test_another_name_leads_to_its_gene(client: FlaskClient) -> None:
    answer = client.get("/gene/MT-0")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/gene/NCBIGene:4496")


def test_an_unknown_gene_is_a_page_with_suggestions(client: FlaskClient) -> None:
    root = page(client, "/gene/MT1HX", 404)
    assert "/gene/NCBIGene:4496" in [a.attrs["href"] for a in root.all("a")]


def test_a_source_s_markup_is_shown_as_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \" ' &amp; {{7*7}}"
    sample = Path(__file__).parents[2] / "data" / "samples" / "harmonizome-text" / "MT1H.txt"
    text = sample.read_text(encoding="utf-8").replace("Name | metallothionein 1H", f"Name | {hostile}")
    (tmp_path / "MT1H.txt").write_text(text, encoding="utf-8")
    build([tmp_path / "MT1H.txt"], tmp_path / "index")
    client = create_app(Config(index_dir=tmp_path / "index")).test_client()
    for path in ("/gene/MT1H", "/search?q=MT1H"):
        root = page(client, path)
        assert "<script>alert(1)</script>" in root.all("h1" if "gene" in path else "h2")[0].text
        assert "{{7*7}}" in root.text
        assert all(script.attrs.get("src", "").startswith("/static/") for script in root.all("script"))
        assert not [image for image in root.all("img") if "onerror" in image.attrs]
