"""The page of a paper, its JSON and its command: one object, from any spelling of the paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from index.documents import Mention
from index.records import Reference
from search import Genes
from search.page import to_json
from tests.making import gene, publish, says
from tests.webapp.conftest import Placed
from webapp import create_app
from webapp.cli import main
from webapp.opening import open_genes

PMID, DOI = "12081484", "10.1021/bi020030+"
EVIL = "<b id=evil>\"' {{7*7}} \x1b[31m\u202e zinc"
MANY = 250


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        """Address by its text."""
        self.ids: set[str] = set()
        self._open: str | None = None
        self._text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids.add(told.get("id") or "")
        if tag == "a" and told.get("href"):
            self._open, self._text = told["href"], ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            self.links[" ".join(self._text.split())] = self._open
            self._open = None


@pytest.fixture(scope="module")
def other_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hostile texts, papers that are only linked, and a paper without a number."""
    folder = tmp_path_factory.mktemp("paper") / "index"
    evil = gene(
        "EVIL",
        says(f"Says {EVIL}", cited=[0, 1, 2], mentions=[Mention(0, 4, ("NCBIGene:FRIEND",))]),
        id="NCBIGene:evil",
        name=EVIL,
        references=[
            Reference(1, EVIL, EVIL, EVIL, 2001, "10.1000/a%0d%0a<b>", "70001"),
            Reference(2, doi="10.1000/Only/./x?y#z%41"),
            Reference(3, pmid="70002"),
        ],
    )
    linked = [gene(f"L{number}", id=f"HGNC:{number}") for number in range(MANY)]
    friend = gene("FRIEND")
    publish(folder, [evil, friend, *linked], linked={70002: [one.id for one in linked]})
    return folder


@pytest.fixture(scope="module")
def others(placed: Placed, other_dir: Path) -> Iterator[FlaskClient]:
    config = placed(other_dir)
    with open_genes(config) as genes:
        yield create_app(config, genes).test_client()


def _run(index_dir: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["paper", *arguments, "--index-dir", str(index_dir)])


def test_the_page_shows_the_paper_and_each_citing_sentence_with_who_says_it(
    client: FlaskClient, genes: Genes
) -> None:
    answer = client.get(f"/paper/{PMID}")
    assert answer.status_code == 200
    page = _Page(answer.text)
    assert page.links["PubMed 12081484"] == "https://pubmed.ncbi.nlm.nih.gov/12081484/"
    assert page.links[f"DOI {DOI}"] == "https://doi.org/10.1021/bi020030%2B"
    assert page.links["MT1H metallothionein 1H"].startswith("/gene/")
    paper = genes.paper(PMID)
    assert "S-nitrosothiols react preferentially" in answer.text
    assert "Yu Chen" in answer.text
    for one in paper.genes:  # type: ignore[union-attr]
        for line in one.sentences:
            assert line.sentence[:20] in answer.text
    assert "AI-written" in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "PMID:12081484", "0012081484", "pubmed%2012081484", f"doi:{DOI}", "doi:10.1021/BI020030+",
        "10.1021/bi020030%2B", f"https://doi.org/{DOI}", "https://pubmed.ncbi.nlm.nih.gov/12081484/",
    ],
)  # fmt: skip
def test_another_spelling_leads_to_the_page_of_the_number(client: FlaskClient, name: str) -> None:
    for prefix in ("/paper/", "/api/v1/paper/"):
        answer = client.get(f"{prefix}{name}?size=1")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{prefix}{PMID}?size=1")
    assert answer.get_json() == {"location": answer.headers["Location"]}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("99999999", "no gene of this index cites PMID 99999999 or is linked to it"),
        ("doi:10.1021/nosuch", "no gene of this index cites doi:10.1021/nosuch or is linked to it"),
        ("zinc", "'zinc' is no PubMed ID and no DOI"),
        ("0", "'0' is no PubMed ID and no DOI"),
        ("1" * 300, "is no PubMed ID and no DOI"),
        ("%D9%A1%D9%A2", "is no PubMed ID and no DOI"),
        ("%EF%BC%91%EF%BC%92", "is no PubMed ID and no DOI"),
        ("12081484%00", "is no PubMed ID and no DOI"),
        ("12081484%0d%0aSet-Cookie:%20a=1", ""),
        ("doi:10.1021/a%0d%0ab", ""),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "is no PubMed ID and no DOI"),
        ("..%2f..%2fetc", "is no PubMed ID and no DOI"),
        ("", ""),
    ],
)
def test_what_is_no_paper_is_a_404_that_says_so(client: FlaskClient, name: str, told: str) -> None:
    page, api = client.get(f"/paper/{name}"), client.get(f"/api/v1/paper/{name}")
    assert (page.status_code, api.status_code) == (404, 404)
    assert "Set-Cookie" not in page.headers
    assert "<script>alert" not in page.text
    assert not told or "<h1>There is no such paper here</h1>" in page.text
    error = json.loads(api.data)
    assert (error["success"], error["code"]) == (False, 404)
    assert told in error["error"]


def test_the_json_is_the_core_s_object_with_the_index_in_a_header(client: FlaskClient, genes: Genes) -> None:
    answer = client.get(f"/api/v1/paper/{PMID}")
    assert answer.data == to_json(genes.paper(PMID))
    assert answer.headers["Genelight-Index"] == json.loads(answer.data)["index"]["digest"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = json.loads(client.get(f"/api/v1/paper/{PMID}?colour=red").data)["warnings"]
    assert "unknown parameter 'colour'" in told[0]["message"]


@pytest.mark.parametrize("asked", ["size=x", "from=-1", "size=1.5"])
def test_a_number_that_is_none_is_a_400(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/paper/{PMID}?{asked}").status_code == 400
    assert client.get(f"/api/v1/paper/{PMID}?{asked}").status_code == 400


def test_following_the_links_shows_every_gene_once(others: FlaskClient) -> None:
    seen: list[str] = []
    address = "/api/v1/paper/70002?size=99"
    while address:
        answer = others.get(address)
        body = json.loads(answer.data)
        assert body["total"] == MANY + 1
        seen += [one["symbol"] for one in body["genes"]]
        address = answer.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert seen[0] == "EVIL"
    assert sorted(seen[1:]) == sorted(f"L{number}" for number in range(MANY))


def test_the_pages_of_many_genes_lead_on_and_back(others: FlaskClient) -> None:
    first = _Page(others.get("/paper/70002").text)
    assert first.links["Next →"] == "/paper/70002?from=100"
    last = others.get("/paper/70002?from=200")
    links = _Page(last.text).links
    assert links["← Previous"] == "/paper/70002?from=100"
    assert "Next →" not in links
    assert "201–251 of 251 genes" in last.text
    assert "No source of this index gives this paper’s title." in last.text


def test_hostile_texts_are_text(others: FlaskClient, other_dir: Path) -> None:
    answer = others.get("/paper/70001")
    assert answer.status_code == 200
    assert "evil" not in _Page(answer.text).ids
    assert "{{7*7}}" in answer.text
    shown = _run(other_dir, "70001").stdout
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert "{{7*7}}" in shown


def test_a_paper_without_a_number_has_a_page_under_its_doi(others: FlaskClient) -> None:
    answer = others.get("/paper/doi:10.1000/Only/./x%3Fy%23z%2541")
    assert answer.status_code == 303
    again = others.get(answer.headers["Location"])
    assert again.status_code == 200
    assert "Says" in again.text


@pytest.mark.usefixtures("settings")
def test_the_command_shows_it_and_prints_the_same_json(index_dir: Path, client: FlaskClient) -> None:
    shown = _run(index_dir, f"https://doi.org/{DOI}")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("S-nitrosothiols react preferentially")
    assert f"PMID {PMID} · doi:{DOI}" in shown.stdout
    assert "MT1H  metallothionein 1H" in shown.stdout
    printed = _run(index_dir, PMID, "--json").stdout_bytes
    assert printed == client.get(f"/api/v1/paper/{PMID}").data + b"\n"


def test_the_command_says_how_to_see_more_and_what_is_unknown(other_dir: Path) -> None:
    assert "151 more genes: --from 100" in _run(other_dir, "70002").stdout
    unknown = _run(other_dir, "99")
    assert unknown.exit_code == 1
    assert "no gene of this index cites PMID 99" in unknown.stdout
    assert _run(other_dir, "70002", "--size", "-1").exit_code == 2


def test_without_an_index_it_is_unavailable(bare: FlaskClient) -> None:
    assert bare.get(f"/paper/{PMID}").status_code == 503
    assert bare.get(f"/api/v1/paper/{PMID}").status_code == 503
