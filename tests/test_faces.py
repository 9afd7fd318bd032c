"""The same question asked of every face: Python, HTTP, the command line and the page answer alike."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from index.build import build
from search import Genes, open_index
from search.page import GeneMention, Highlight, Page
from tests.running import SAMPLES
from tests.webapp.reading import Element
from tests.webapp.reading import page as read_page
from webapp import create_app
from webapp.cli import main
from webapp.config import Config


class Question(NamedTuple):
    q: str
    size: int = 10
    start: int = 0


QUESTIONS = {
    "a symbol": Question("MT1H"),
    "a symbol in another case": Question("mt1h"),
    "a symbol that is a word": Question("WAS"),
    "a symbol with a dash": Question("NKX2-5"),
    "an alias": Question("MT-1H"),
    "a previous symbol": Question("MT1K"),
    "a family": Question("metallothionein", size=30),
    "a name of several genes": Question("MT1"),
    "an NCBI number": Question("4496"),
    "an HGNC id": Question("HGNC:7400"),
    "an Ensembl id with a version": Question("ENSG00000205358.4"),
    "a UniProt accession": Question("P80294"),
    "a PMID": Question("PMID:33087486"),
    "a bare PMID": Question("33087486"),
    "a DOI": Question("10.26508/lsa.202000841"),
    "an author": Question("Nakano"),
    "two words": Question("zinc homeostasis"),
    "the second page": Question("zinc homeostasis", size=4, start=4),
    "the last page": Question("zinc", size=3, start=15),
    "past the end": Question("zinc", start=1000),
    "no hits wanted": Question("zinc", size=0),
    "more than there may be": Question("zinc", size=5000),
    "a phrase": Question('"zinc ion"'),
    "words nearby": Question('"zinc homeostasis"~3'),
    "and, or, not": Question("(cadmium OR copper) AND zinc NOT tumor"),
    "plus and minus": Question("+zinc -copper"),
    "a beginning": Question("metallo*"),
    "a field": Question("go:homeostasis"),
    "a field and a phrase": Question('summary:"zinc homeostasis" OR symbol:WAS'),
    "an unknown field": Question("nosuchfield:zinc"),
    "a quotation mark that stays open": Question('"zinc homeostasis'),
    "brackets that stay open": Question("((zinc"),
    "nothing but an operator": Question("AND"),
    "relaxed": Question("zinc homeostasis nosuchwordxyz"),
    "unknown": Question("nosuchgenexyz"),
    "misspelt": Question("MT1HX"),
    "empty": Question(""),
    "blank": Question("  \t "),
    "many words": Question("oxidative stress in the liver and the response to cadmium"),
    "markup": Question('<b>"zinc"</b> &amp; \N{PILE OF POO}'),
    "Greek": Question("TNF-α"),
    "spread out": Question("  zinc   homeostasis "),
}


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faces") / "index"
    build([SAMPLES], folder)
    return folder


@pytest.fixture(scope="module")
def genes(index_dir: Path) -> Iterator[Genes]:
    with open_index(index_dir) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(index_dir: Path, genes: Genes) -> FlaskClient:
    return create_app(Config(index_dir=index_dir), genes).test_client()


@pytest.fixture(params=QUESTIONS.values(), ids=list(QUESTIONS))
def question(request: pytest.FixtureRequest) -> Question:
    asked: Question = request.param
    return asked


@pytest.fixture
def expected(genes: Genes, question: Question) -> Page:
    """The answer in Python, which the other faces are held to."""
    return _timeless(genes.search(question.q, size=question.size, start=question.start))


def _timeless(answer: Page) -> Page:
    return msgspec.structs.replace(answer, took=0.0)


def _parameters(question: Question) -> dict[str, str | int]:
    return {"q": question.q, "size": question.size, "from": question.start}


def test_the_questions_are_of_every_sort(genes: Genes) -> None:
    answers = [genes.search(*_arguments) for _arguments in ((q.q,) for q in QUESTIONS.values())]
    assert {hit.match.kind for answer in answers for hit in answer.hits} >= {
        "symbol", "alias", "identifier", "paper", "text",
    }  # fmt: skip
    for sort in (
        [a for a in answers if a.warnings],
        [a for a in answers if a.suggestions],
        [a for a in answers if a.query.relaxed and a.hits[0].missing],
        [a for a in answers if a.query.owners],
        [a for a in answers if not a.hits],
        [a for a in answers if a.next],
    ):
        assert sort


def test_get_answers_what_python_does(client: FlaskClient, question: Question, expected: Page) -> None:
    answer = client.get("/api/v1/search", query_string=_parameters(question))
    assert answer.status_code == 200
    assert _timeless(msgspec.json.decode(answer.data, type=Page)) == expected


def test_post_answers_the_same_hits_and_warnings(
    client: FlaskClient, genes: Genes, question: Question
) -> None:
    """A POST has no start, no total and at least one hit."""
    size = max(question.size, 1)
    expected = msgspec.to_builtins(genes.search(question.q, size=size))
    rows = client.post("/api/v1/search", json={"q": [question.q], "size": size}).get_json()
    assert {row.pop("query") for row in rows} == {question.q}
    beside = {name: rows[0].pop(name, []) for name in ("warnings", "owners", "withdrawn", "suggestions")}
    assert beside["warnings"] == _plain(expected["warnings"])
    assert beside["owners"] == _plain(expected["query"]["owners"])
    assert beside["withdrawn"] == _plain(expected["query"]["withdrawn"])
    assert rows[0].pop("index") == _plain(expected["index"])
    if expected["hits"]:
        assert rows == _plain(expected["hits"])
    else:
        assert rows == [{"notfound": True}]
        assert beside["suggestions"] == _plain(expected["suggestions"])


def _plain(value: object) -> Any:  # what JSON makes of it
    return json.loads(msgspec.json.encode(value))


def test_the_command_line_answers_what_python_does(
    index_dir: Path, question: Question, expected: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("GENELIGHT_")]:
        monkeypatch.delenv(name)
    options = ["--size", str(question.size), "--from", str(question.start), "--index-dir", str(index_dir)]
    result = CliRunner().invoke(main, ["search", "--json", *options, "--", question.q])
    assert result.exit_code == (0 if expected.hits else 1)
    assert _timeless(msgspec.json.decode(result.stdout, type=Page)) == expected


def _address(symbol: str, gene_id: str) -> str:
    """Symbols that HGNC approved are one gene's alone."""
    return f"/gene/{symbol if gene_id.startswith('HGNC:') else gene_id}"


def test_the_page_shows_what_python_answers(client: FlaskClient, question: Question, expected: Page) -> None:
    root = read_page(client, "/search", q=question.q, size=question.size, **{"from": question.start})
    cards = root.all("article", class_="hit")
    headings = [urlsplit(card.all("h2")[0].all("a")[0].attrs["href"]) for card in cards]
    assert [link.path for link in headings] == [_address(hit.symbol, hit.id) for hit in expected.hits]
    assert all(parse_qs(link.query)["q"] == [question.q] for link in headings)
    if cards:
        assert root.all("h1")[0].text.startswith(f"{expected.total} gene")
    shown = [_squeezed(item.text) for box in root.all("ul", class_="warnings") for item in box.all("li")]
    assert len(shown) == len(expected.warnings)
    for text, warning in zip(shown, expected.warnings, strict=True):
        assert _squeezed(warning.message)[1:] in text
    for card, hit in zip(cards, expected.hits, strict=True):
        assert hit.match.reason in card.text
        assert [word.text for word in card.all("s")] == list(hit.missing)
        assert ("Only in AI-written text" in card.text) == hit.only_ai
        sentences = card.all("div", class_="sentence")
        for sentence, highlight in zip(sentences, hit.highlights, strict=True):
            _assert_shows(sentence, highlight)
        flags = [{flag.text for flag in origin.all("span", class_="flag")} for origin in _origins(card)]
        assert flags == [_flags(highlight) for highlight in hit.highlights]


def _origins(card: Element) -> list[Element]:
    return card.all("p", class_="origin")


def _flags(highlight: Highlight) -> set[str]:
    """What a reader should know before believing a sentence."""
    about = {f"about {highlight.about.symbol}"} if highlight.about else set()
    doubts = {
        "no paper cited": highlight.uncited,
        "only in AI-written text": highlight.only_ai,
        "says that nothing is known": highlight.says_nothing,
    }
    return about | {doubt for doubt, told in doubts.items() if told}


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _assert_shows(shown: Element, highlight: Highlight) -> None:
    """The sentence whole, its marks the spans, its links the mentions and the papers."""
    walked = list(_characters(shown))
    text = "".join(character for character, _ in walked)
    assert text.rstrip() == highlight.sentence.rstrip()
    marked = {at for at, (_, around) in enumerate(walked) if any(e.tag == "mark" for e in around)}
    assert marked == {at for start, end in highlight.spans for at in range(start, end)}
    linked: dict[int, list[int]] = {}
    links: dict[int, Element] = {}
    for at, (_, around) in enumerate(walked):
        for element in around:
            if element.tag == "a":
                linked.setdefault(id(element), []).append(at)
                links[id(element)] = element
    assert [
        (places[0], places[-1] + 1, _query_or_address(links[key].attrs["href"]))
        for key, places in linked.items()
    ] == _expected_links(highlight)
    papers = shown.all("details", class_="ref")
    assert [paper.all("summary")[0].text for paper in papers] == [
        f"Paper [{ref.n}]" for ref in highlight.refs
    ]
    for paper, ref in zip(papers, highlight.refs, strict=True):
        addresses = [unquote(link.attrs["href"]) for link in paper.all("a")]
        assert addresses == [
            *([f"https://pubmed.ncbi.nlm.nih.gov/{ref.pmid}/"] if ref.pmid else []),
            *([f"https://doi.org/{ref.doi}"] if ref.doi else []),
            *([f"/paper/{ref.pmid}"] if ref.pmid else []),
        ]
        assert (ref.scope == "passage") == ("passage" in paper.attrs["class"].split())


def _query_or_address(href: str) -> str:
    parts = urlsplit(href)
    return parse_qs(parts.query)["q"][0] if parts.path == "/search" else unquote(href)


def _expected_links(highlight: Highlight) -> list[tuple[int, int, str]]:
    """Where names of genes and families lead: to the gene, or to all of a name's genes or of the family."""
    genes: dict[tuple[int, int], list[GeneMention]] = {}
    for mention in highlight.mentions:
        if mention.known:
            genes.setdefault((mention.start, mention.end), []).append(mention)
    links = {
        place: _address(named[0].symbol, named[0].id)
        if len(named) == 1
        else " OR ".join(f'symbol:"{mention.symbol}"' for mention in named)
        for place, named in genes.items()
    }
    for family in highlight.families:
        links.setdefault((family.start, family.end), f'family:"{family.family}"')
    return [(*place, link) for place, link in sorted(links.items())]


def _characters(
    element: Element, around: tuple[Element, ...] = ()
) -> Iterator[tuple[str, tuple[Element, ...]]]:
    """The characters of a sentence, each with the elements it stands in; citations are no part of it."""
    for child in element.children:
        if isinstance(child, str):
            yield from ((character, around) for character in child)
        elif child.tag != "details":
            yield from _characters(child, (*around, child))
