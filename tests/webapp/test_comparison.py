"""What each source says of a question: the same object on the page, in the API and on the command line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from search import open_index
from search.gene import Gene
from tests.making import gene, publish, says
from tests.webapp.reading import page
from webapp import create_app
from webapp.cli import main
from webapp.comparing import SHOWN
from webapp.config import Config

GENES = (
    gene(
        "AAA1",
        "AAA1 binds zinc.",
        *(says(f"AAA1 takes zinc to bone {n}.", by="ai") for n in range(SHOWN + 2)),
        id="HGNC:1",
        names=[("alias", "ALPHA")],
    ),
    gene("BBB/1", "Copper.", id="HGNC:2"),
    gene("CCC1", "Zinc.", says("CCC1_HUMAN", "protein", by="computed"), id="HGNC:3"),
)


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparison") / "index"
    publish(folder, GENES)
    return folder


@pytest.fixture(scope="module")
def client(index_dir: Path) -> FlaskClient:
    return create_app(Config(index_dir=index_dir, max_query_length=50)).test_client()


def test_the_api_and_the_command_line_answer_what_python_does(client: FlaskClient, index_dir: Path) -> None:
    with open_index(index_dir) as genes:
        expected = genes.gene("AAA1", question="zinc bone")
    body = client.get("/api/v1/gene/AAA1?q=zinc+bone").data
    assert msgspec.json.decode(body, type=Gene) == expected
    arguments = ["gene", "ALPHA", "--question", "zinc bone", "--index-dir", str(index_dir)]
    ran = CliRunner().invoke(main, [*arguments, "--json"])
    assert (ran.exit_code, ran.stdout_bytes) == (0, body + b"\n")
    told = CliRunner().invoke(main, arguments).stdout
    assert "Only AI-written text holds: bone" in told
    assert "only in AI-written text, no paper cited" in told
    assert "Curated: RefSeq, 2013-03" in told


def test_the_page_shows_every_claim_and_folds_the_rest(client: FlaskClient) -> None:
    comparison = client.get("/api/v1/gene/AAA1?q=zinc+bone").get_json()["comparison"]
    shown = page(client, "/gene/AAA1", q="zinc bone").all("section", id="compared")[0]
    claims = [claim for source in comparison["sources"] for claim in source["claims"]]
    assert [one.text for one in shown.all("bdi")] == [claim["line"]["sentence"] for claim in claims]
    flags = [{flag.text for flag in item.all("span", class_="flag")} for item in shown.all("li")]
    assert flags == [
        ({"only in AI-written text"} if claim["only_ai"] else set())
        | ({"no paper cited"} if claim["line"]["uncited"] else set())
        for claim in claims
    ]
    (fold,) = shown.all("details", class_="more")
    assert fold.all("summary")[0].text == "2 more lines"


def test_a_source_of_facts_alone_is_told_as_that(client: FlaskClient) -> None:
    for symbol, told in (("CCC1", "Alliance: facts only, no text"), ("AAA1", "No computed text")):
        voices = page(client, f"/gene/{symbol}", q="zinc").all("div", class_="computed")
        (silent,) = [found for voice in voices for found in voice.all("p", class_="silent")]
        assert silent.text == f"{told} of this gene."


def test_titles_of_papers_are_told_apart_from_what_a_program_says(tmp_path: Path) -> None:
    title = says("A. Author. Zinc and AAA1. Metals (2020)", "reference", by="computed")
    nothing = says("The zinc of AAA1 is unknown.", by="ai", nothing=True)
    publish(tmp_path, [gene("AAA1", says("AAA1 binds zinc.", by="ai"), nothing, title, id="HGNC:1")])
    asked = create_app(Config(index_dir=tmp_path)).test_client()
    for address in ("/gene/AAA1?q=zinc", "/search?q=zinc"):
        text = page(asked, address).text
        assert "Paper title" in text
        assert "only in AI-written text" in text
    assert "says that nothing is known" in page(asked, "/gene/AAA1?q=zinc").text
    for command in (["gene", "AAA1", "--question", "zinc"], ["search", "zinc"]):
        told = CliRunner().invoke(main, [*command, "--index-dir", str(tmp_path)]).output
        assert "Paper title: Alliance" in told
        assert "only in AI-written text" in told


def test_without_a_question_there_is_no_comparison(client: FlaskClient) -> None:
    assert "comparison" not in client.get("/api/v1/gene/AAA1").get_json()
    assert not page(client, "/gene/AAA1").all("section", id="compared")
    assert not page(client, "/gene/AAA1", q="AAA1").all("section", id="compared")


@pytest.mark.parametrize("base", ["/gene/", "/api/v1/gene/"])
def test_another_name_leads_to_the_gene_with_the_question(client: FlaskClient, base: str) -> None:
    answer = client.get(f"{base}ALPHA?q=zinc+%26+bone")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("?q=zinc+%26+bone")
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("base", ["/gene/", "/api/v1/gene/"])
def test_a_question_that_is_too_long_is_refused(client: FlaskClient, base: str) -> None:
    assert client.get(f"{base}AAA1?q={'zinc' * 20}").status_code == 400


def test_one_thing_is_asked_of_a_gene_at_a_time(index_dir: Path) -> None:
    arguments = ["gene", "AAA1", "--related", "--question", "zinc", "--index-dir", str(index_dir)]
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 2
    assert "--related" in ran.stderr


def test_the_question_stays_in_both_boxes(client: FlaskClient) -> None:
    root = page(client, "/gene/AAA1", q='"zinc" <b>\u200b')
    assert [box.attrs["value"] for box in root.all("input", name="q")] == ['"zinc" <b>\u200b'] * 2
