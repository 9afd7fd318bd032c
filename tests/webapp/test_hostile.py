"""Whatever a source says is shown as text, on every face, and no more of it than a reader can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from index.engines import EMBEDDED
from tests.making import gene, publish
from tests.webapp import hostile
from tests.webapp.reading import Element, Reader
from webapp import create_app
from webapp.cli import main
from webapp.config import Config
from webapp.harmless import visible

HERE = f"/gene/{quote(hostile.ID)}"
PAGES = {
    "/": 200,
    "/search?q=zinc": 200,
    "/search?q=zinc&explain=1": 200,
    "/search?q=zinc&sort=symbol&filter=go:zinc": 200,
    "/search?q=zinc+nosuchword": 200,
    "/search?q=EVIL": 200,
    "/search?q=GO:0003674": 200,
    f"/search?q={quote(hostile.SHARED)}": 200,
    f"/search?q={quote('GONE' + hostile.MARKUP)}": 200,
    f"/search?q={quote(hostile.EVIL)}": 200,
    HERE: 200,
    f"{HERE}?q=zinc": 200,
    f"{HERE}?q={quote(hostile.EVIL)}": 200,
    f"/gene/{quote(hostile.OTHER)}?q=zinc": 200,
    f"/gene/{quote(hostile.SHARED)}": 300,
    f"/gene/{quote('GONE' + hostile.MARKUP)}": 404,
    f"/gene/{quote('nosuch' + hostile.MARKUP)}": 404,
    f"/paper/{quote('1' + hostile.MARKUP)}": 404,
    "/paper/1%0d%0aSet-Cookie:%20evil=1": 404,
}
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202e\u2066\ufeff]")


@pytest.fixture(scope="module", params=sorted(EMBEDDED))
def index_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "index"
    hostile.publish_hostile(folder, request.param)
    return folder


@pytest.fixture(scope="module")
def client(index_dir: Path) -> FlaskClient:
    return create_app(Config(index_dir=index_dir)).test_client()


@pytest.fixture(scope="module")
def long_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long") / "index"
    publish(folder, [hostile.long(), gene("OTHER", "Binds zinc.", id=hostile.OTHER)])
    return folder


@pytest.fixture(scope="module")
def long_client(long_dir: Path) -> FlaskClient:
    return create_app(Config(index_dir=long_dir)).test_client()


def pieces(root: Element) -> Iterator[str]:
    """All text of a page, and every value of an attribute that a reader may be shown."""
    for element in root.walk():
        yield from (child for child in element.children if isinstance(child, str))
        yield from (element.attrs[name] for name in ("title", "aria-label") if name in element.attrs)


# Pages


@pytest.mark.parametrize("path", PAGES)
def test_no_element_and_no_attribute_comes_out_of_a_text(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == PAGES[path]
    assert "Set-Cookie" not in answer.headers
    root = Reader(answer.text).root  # which fails where a tag closes another than the open one
    for element in root.walk():
        assert "evil" not in element.tag
        assert not [name for name in element.attrs if "evil" in name or name.startswith("on")]
        if element.tag == "script":
            assert element.attrs["src"].startswith("/static/")
            assert not element.text.strip()
        for name in ("href", "src", "action"):
            assert re.match(r"(/(?!/)|#|https://)", element.attrs.get(name, "/")), element.attrs[name]
            assert not re.search(r"[\s<>\"]", element.attrs.get(name, "")), element.attrs[name]


@pytest.mark.parametrize("path", PAGES)
def test_what_nobody_sees_is_shown(client: FlaskClient, path: str) -> None:
    for text in pieces(Reader(client.get(path).text).root):
        assert not UNSEEN.search(text)


def test_every_field_is_on_the_gene_s_page_as_text(client: FlaskClient) -> None:
    text = Reader(client.get(HERE).text).root.all("main")[0].text
    for field in hostile.FIELDS:
        assert visible(f"zinc {field} {hostile.EVIL}") in text, field
    for told in ("zinc term", "zinc key", "zinc set", "zinc with", "zinc name", "Author", "Title", "Journal"):
        assert visible(f"{told} {hostile.EVIL}") in text, told
    for kind in hostile.NAME_KINDS:
        assert visible(f"{kind} {hostile.EVIL}") in text
    assert visible(f"EVIL{hostile.MARKUP}") in text
    assert "Set-Cookie: evil=1" in text


def test_the_hits_show_their_texts(client: FlaskClient) -> None:
    root = Reader(client.get("/search?q=zinc").text).root
    (card,) = [card for card in root.all("article") if "EVIL" in card.all("h2")[0].text]
    assert visible(hostile.MARKUP) in card.all("h2")[0].text
    api = client.get("/api/v1/search?q=zinc").get_json()
    (hit,) = [hit for hit in api["hits"] if hit["symbol"].startswith("EVIL")]
    shown = [sentence.text for sentence in card.all("bdi")]
    assert [text for text in shown if "<evil-tag" in text]
    for highlight in hit["highlights"]:
        assert visible(highlight["sentence"]) in shown


def test_an_id_with_line_ends_makes_no_header(client: FlaskClient) -> None:
    alias = quote(f"alias {hostile.EVIL}")
    for address in (f"/gene/{alias}?q=a%0d%0aSet-Cookie:+evil=1", f"/api/v1/gene/{alias}?q=%0d%0aSet-Cookie"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert not re.search(r"[\r\n<>\"]", answer.headers["Location"])
        assert "Set-Cookie" not in answer.headers
        assert client.get(answer.headers["Location"]).status_code == 200
    linked = client.get("/api/v1/search?q=zinc&size=1&filter=zinc%0d%0aSet-Cookie").headers
    assert "Set-Cookie" not in linked


# The API


def test_the_api_tells_every_text_whole_and_as_json(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/gene/{quote(hostile.ID)}?q=zinc")
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    told = answer.get_json()
    assert told["_id"] == hostile.ID
    sentences = [line["sentence"] for section in told["sections"] for line in section["lines"]]
    assert hostile.EVIL in sentences
    assert hostile.LINES in sentences
    claims = [claim["line"]["sentence"] for s in told["comparison"]["sources"] for claim in s["claims"]]
    assert hostile.EVIL in claims


# The command line


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "zinc"],
        ["search", "zinc", "--explain", "--facet", "source", "--facet", "family"],
        ["search", hostile.SHARED],
        ["gene", hostile.ID],
        ["gene", hostile.ID, "--question", f"zinc {hostile.UNSEEN}"],
        ["gene", hostile.ID, "--related"],
        ["gene", hostile.SHARED],
        ["gene", f"GONE{hostile.MARKUP}"],
        ["gene", f"nosuch{hostile.EVIL}"],
    ],
    ids=lambda arguments: " ".join(arguments)[:20],
)
def test_no_text_moves_the_cursor_of_a_terminal(index_dir: Path, arguments: list[str]) -> None:
    ran = CliRunner().invoke(main, [*arguments, "--index-dir", str(index_dir)])
    assert ran.exit_code in (0, 1)
    assert not UNSEEN.search(ran.output)
    assert "\r" not in ran.output
    assert "Set-Cookie" not in [line.partition(":")[0] for line in ran.output.splitlines()]


def test_a_terminal_shows_the_texts(index_dir: Path) -> None:
    ran = CliRunner().invoke(main, ["gene", hostile.ID, "--question", "zinc", "--index-dir", str(index_dir)])
    assert "<evil-tag evil-attr=1 </bdi>" in ran.output
    assert "␛[31mred" in ran.output


# Texts of a megabyte


@pytest.mark.parametrize(
    "path", ["/search?q=zinc+homeostasis", "/search?q=LONGEST", "/search?q=zinc&explain=1"]
)
def test_a_page_of_hits_is_bounded(long_client: FlaskClient, path: str) -> None:
    answer = long_client.get(path)
    assert answer.status_code == 200
    assert len(answer.data) < 100_000
    root = Reader(answer.text).root
    assert "shortened from" in root.all("main")[0].text


def test_what_answers_in_a_long_sentence_is_shown_and_the_whole_is_a_click_away(
    long_client: FlaskClient,
) -> None:
    root = Reader(long_client.get("/search?q=zinc+homeostasis").text).root
    sentence = next(s for s in root.all("div", class_="sentence") if s.all("mark"))
    assert [mark.text for mark in sentence.all("mark")] == ["zinc", "homeostasis"]
    (cut,) = sentence.all("span", class_="cut")
    assert f"shortened from {len(hostile.LONG):,} characters" in cut.text
    whole = Reader(long_client.get(cut.all("a")[0].attrs["href"]).text).root
    folds = [fold for fold in whole.all("details") if "The whole sentence" in fold.all("summary")[0].text]
    assert [fold for fold in folds if fold.all("bdi")[0].text == hostile.LONG]


def test_a_gene_s_page_has_each_long_sentence_once(long_client: FlaskClient) -> None:
    answer = long_client.get("/gene/HGNC:77?q=zinc")
    assert answer.text.count(hostile.LONG) == 1
    assert len(answer.data) < 3 * len(hostile.LONG)


def test_the_api_has_a_long_sentence_whole(long_client: FlaskClient) -> None:
    hit = long_client.get("/api/v1/search?q=zinc+homeostasis&size=1").get_json()["hits"][0]
    assert hostile.LONG in [highlight["sentence"] for highlight in hit["highlights"]]


def test_a_terminal_shortens_too_and_says_so(long_dir: Path) -> None:
    for arguments in (["search", "zinc homeostasis"], ["gene", "HGNC:77", "--question", "zinc homeostasis"]):
        ran = CliRunner().invoke(main, [*arguments, "--index-dir", str(long_dir)])
        assert len(ran.output) < 20_000
        assert "zinc homeostasis" in ran.output
        assert f"shortened from {len(hostile.LONG):,} characters; --json has all" in ran.output
