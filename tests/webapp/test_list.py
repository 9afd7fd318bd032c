"""A list and a question, over HTTP."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from flask.testing import FlaskClient

from index.documents import Mention
from search import Genes
from search.list_exporting import COLUMNS
from search.listed import Listing
from search.page import to_json
from tests.making import gene, publish, says
from tests.webapp.reading import Element, Reader, page
from webapp import create_app
from webapp.config import Config
from webapp.list_pages import LONGEST_LINK

NAMES = ["MT1H", "MT-0", "PARK2", "MT1", "1-Mar", "nosuch"]
QUESTION = "zinc homeostasis"
ADDRESS = "/api/v1/list"


def _timeless(data: bytes) -> Any:
    listing = json.loads(data)
    assert listing.pop("took") >= 0
    return listing


@pytest.fixture(scope="module")
def expected(genes: Genes) -> Any:
    return _timeless(to_json(genes.listing(NAMES, QUESTION)))


# The endpoint


def test_the_names_differ_in_what_they_are(expected: Any) -> None:
    assert [row["status"] for row in expected["rows"]] == [
        "resolved", "resolved", "unmatched", "ambiguous", "unmatched", "unmatched",
    ]  # fmt: skip
    assert expected["rows"][0]["gene"]["evidence"]["sentence"]


def test_every_way_to_send_a_list_answers_what_python_does(client: FlaskClient, expected: Any) -> None:
    column = "\r\n".join(NAMES)
    text = {"content_type": "text/plain; charset=utf-8"}
    for answer in (
        client.post(ADDRESS, json={"names": NAMES, "question": QUESTION}),
        client.post(ADDRESS, json={"names": column, "question": QUESTION}),
        client.post(f"{ADDRESS}?question={QUESTION}", json={"names": NAMES}),
        client.post(ADDRESS, data={"names": column, "question": QUESTION}),
        client.post(f"{ADDRESS}?question={QUESTION}", data=column.encode(), **text),
        client.post(f"{ADDRESS}?question={QUESTION}", data=column.encode("utf-16"), **text),
        client.get(ADDRESS, query_string={"names": column, "question": QUESTION}),
    ):
        assert answer.status_code == 200
        assert answer.content_type == "application/json; charset=utf-8"
        assert _timeless(answer.data) == expected
        assert answer.headers["Genelight-Index"] == expected["index"]["digest"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_answer_is_of_the_type_described(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, json={"names": NAMES, "question": QUESTION})
    assert msgspec.json.decode(answer.data, type=Listing).summary.names == len(NAMES)


def test_numbers_are_identifiers(client: FlaskClient) -> None:
    (row,) = client.post(ADDRESS, json={"names": [4496]}).get_json()["rows"]
    assert row["gene"]["symbol"] == "MT1H"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"names": ["MT1H"] * 5001}, "5,001 names; at most 5,000"),
        ({"names": ["MT1H"], "question": "x" * 201}, "at most 200"),
        ({"names": ["MT1H"], "sort": "papers"}, "unknown sort"),
        ({"names": ["MT1H"], "format": "xlsx"}, "unknown format"),
        ({"names": ["MT1H"], "question": "zinc AND", "strict": 1}, "operator"),
        ({"names": ["MT1H"], "strict": "maybe"}, "strict must be 1 or 0"),
        ({"names": [["MT1H"]]}, "not what is expected"),
        ({"question": "zinc"}, "missing required field `names`"),
    ],
)
def test_what_cannot_be_answered_is_400_and_says_why(
    client: FlaskClient, body: dict[str, object], told: str
) -> None:
    answer = client.post(ADDRESS, json=body)
    assert answer.status_code == 400
    assert told in answer.get_json()["error"]


def test_a_list_without_names_is_400(client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 400
    assert client.post(ADDRESS, data={"question": "zinc"}).status_code == 400


def test_a_body_that_is_no_list_is_refused(client: FlaskClient) -> None:
    assert client.post(ADDRESS, data=b"\x89PNG", content_type="image/png").status_code == 415
    answer = client.post(ADDRESS, data=b"TP53\nMT\xffH", content_type="text/plain")
    assert answer.status_code == 400
    assert "not UTF-8: byte 8" in answer.get_json()["error"]


def test_a_body_over_the_limit_is_413_and_names_the_limit(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b"x" * 1_048_577, content_type="text/plain")
    assert answer.status_code == 413
    assert "1,048,576 bytes" in answer.get_json()["error"]


def test_unknown_parameters_and_another_index_are_warned_of(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, json={"names": NAMES, "genes": 1, "index": "f" * 12}).get_json()
    told = " ".join(warning["message"] for warning in answer["warnings"])
    assert "unknown parameter 'genes'" in told
    assert "index ffffffffffff" in told


# Files


def _rows(text: str, **how: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True, **how))


def test_a_table_has_a_row_for_each_name(client: FlaskClient) -> None:
    asked = {"names": NAMES, "question": QUESTION}
    tsv = client.post(f"{ADDRESS}?format=tsv", json=asked)
    assert tsv.content_type.startswith("text/tab-separated-values")
    assert tsv.headers["Content-Disposition"].startswith('attachment; filename="genelight-list-')
    rows = _rows(tsv.text, delimiter="\t")
    assert tuple(rows[0]) == COLUMNS
    assert [row["query"] for row in rows] == NAMES
    assert [row["symbol"] for row in rows] == ["MT1H", "MT1H", "", "", "", ""]
    accepted = client.post(ADDRESS, json=asked, headers={"Accept": "text/tab-separated-values"})
    assert accepted.data == tsv.data
    assert _rows(client.post(ADDRESS, json={**asked, "format": "csv"}).text) == rows


def test_lines_of_json_are_the_rows(client: FlaskClient, expected: Any) -> None:
    answer = client.post(ADDRESS, json={"names": NAMES, "question": QUESTION, "format": "jsonl"})
    assert [json.loads(line) for line in answer.text.splitlines()] == expected["rows"]


@pytest.mark.parametrize(("kind", "begins"), [("bibtex", "@"), ("ris", "TY  - ")])
def test_a_bibliography_has_the_papers_behind_the_sentences(
    client: FlaskClient, kind: str, begins: str
) -> None:
    asked = {"names": "MT1H\nMT1G\nMT1M", "question": "hepatocellular carcinoma"}
    rows = client.post(ADDRESS, json=asked).get_json()["rows"]
    cited = {ref["pmid"] for row in rows for ref in row["gene"]["evidence"]["refs"]}
    text = client.post(ADDRESS, json={**asked, "format": kind}).text
    assert sum(line.startswith(begins) for line in text.splitlines()) == len(cited) > 0
    assert all(pmid in text for pmid in cited)


def test_formulas_in_names_are_harmless_in_tables(client: FlaskClient) -> None:
    names = ["=HYPERLINK(1)", "+cmd", "@SUM(1)", "-2+3", "\uff1d1", "a\tb\r\nc"]
    for kind, how in (("tsv", {"delimiter": "\t"}), ("csv", {})):
        answer = client.post(ADDRESS, json={"names": names, "format": kind})
        cells = [row["query"] for row in _rows(answer.text, **how)]
        assert [cell[0] for cell in cells] == ["'"] * 5 + ["a"]
        assert len(answer.text.splitlines()) == len(names) + 1


# The page


def _table(root: Element) -> list[Element]:
    (body,) = root.all("tbody")
    return body.all("tr")


def _posted(client: FlaskClient, names: str, question: str = "", status: int = 200) -> Element:
    answer = client.post("/list", data={"names": names, "question": question})
    assert answer.status_code == status
    return Reader(answer.text).root


def test_the_form_is_linked_from_every_page(client: FlaskClient) -> None:
    for path in ("/", "/search?q=zinc", "/list"):
        assert "/list" in {link.attrs.get("href") for link in page(client, path).all("a")}
    form = page(client, "/list")
    assert form.all("textarea", name="names")
    assert form.all("table") == []
    (example,) = [link for link in form.all("a") if link.text == "Try an example"]
    assert len(_table(page(client, example.attrs["href"]))) == 6


def test_the_page_shows_what_the_endpoint_answers(client: FlaskClient, expected: Any) -> None:
    rows = _table(_posted(client, "\n".join(NAMES), QUESTION))
    assert [row.all("bdi", class_="asked")[0].text for row in rows] == NAMES
    for shown, row in zip(rows, expected["rows"], strict=True):
        assert row["status"] in shown.attrs["class"].split()
        assert row["status"].capitalize() in shown.text
        genes = [row["gene"]] if row["gene"] else row["candidates"]
        assert [link.text for link in shown.all("a", class_="symbol")] == [one["symbol"] for one in genes]
        said = [line.all("div", class_="sentence")[0].text for line in shown.all("div", class_="evidence")]
        sentences = [one["evidence"]["sentence"] for one in genes if one["evidence"]]
        assert len(said) == len(sentences)
        assert all(text.startswith(sentence) for text, sentence in zip(said, sentences, strict=True))
        if row["status"] in ("ambiguous", "unmatched"):
            assert row["reason"] in shown.text


def test_the_table_names_its_parts(client: FlaskClient) -> None:
    root = _posted(client, "\n".join(NAMES), QUESTION)
    (caption,) = root.all("caption")
    assert QUESTION in caption.text
    assert [cell.text for cell in root.all("th", scope="col")] == ["Row", "Name", "Gene", "Best sentence"]
    assert len(root.all("th", scope="row")) == len(NAMES)
    assert len(root.all("input", type="radio")) == len(root.all("fieldset")[0].all("label"))


def test_the_names_stay_in_the_form_and_go_with_the_downloads(client: FlaskClient) -> None:
    root = _posted(client, "MT1H\nPARK2", QUESTION)
    assert root.all("textarea", name="names")[0].text.strip() == "MT1H\nPARK2"
    (takes,) = root.all("form", class_="takes")
    told = {one.attrs["name"]: one.attrs["value"] for one in takes.all("input")}
    kinds = [button.attrs["value"] for button in takes.all("button")]
    assert kinds == ["tsv", "csv", "jsonl", "bibtex", "ris", "json"]
    for kind in kinds:
        answer = client.post(takes.attrs["action"], data=told | {"format": kind})
        assert answer.status_code == 200


def test_a_download_asks_for_what_was_typed_sign_by_sign(client: FlaskClient) -> None:
    names, question = "MT1H\u200b\nNCBIGene:\u200b4496\nMT\u200d1H\nMT1H\u202e", "zinc\u200b homeostasis"
    shown = page(client, "/list", names=names, question=question)
    assert shown.all("textarea", id="names")[0].text.strip("\n") == names
    assert shown.all("input", id="question")[0].attrs["value"] == question
    hidden = {field.attrs["name"]: field.attrs["value"] for field in shown.all("input", type="hidden")}
    assert (hidden["names"], hidden["question"]) == (names, question)
    answers = [
        _timeless(client.post(ADDRESS, data=told).data)
        for told in (hidden, {"names": names, "question": question})
    ]
    assert answers[0] == answers[1]
    assert [row["status"] for row in answers[0]["rows"]] == ["resolved"] * 4


@pytest.mark.parametrize("asked", [("given", "zinc"), ("MT1H", "given")])
def test_the_permalink_tells_names_and_question_whatever_they_are(
    client: FlaskClient, asked: tuple[str, str]
) -> None:
    (link,) = [
        anchor.attrs["href"]
        for anchor in page(client, "/list", names=asked[0], question=asked[1]).all("a")
        if anchor.text == "Permalink"
    ]
    told = parse_qs(urlsplit(link).query)
    assert (told["names"], told["question"], "sort" in told) == ([asked[0]], [asked[1]], False)


def test_a_short_list_has_a_permalink_and_a_long_one_none(client: FlaskClient) -> None:
    (link,) = [a for a in _posted(client, "MT1H\nMT-0", QUESTION).all("a") if a.text == "Permalink"]
    told = parse_qs(urlsplit(link.attrs["href"]).query)
    assert (told["names"], told["question"]) == (["MT1H\nMT-0"], [QUESTION])
    assert len(_table(page(client, link.attrs["href"]))) == 2
    long = _posted(client, "\n".join(["MT1H"] * LONGEST_LINK), QUESTION)
    assert [a for a in long.all("a") if a.text == "Permalink"] == []


def test_what_cannot_be_answered_keeps_what_was_typed(client: FlaskClient) -> None:
    root = _posted(client, "MT1H\n" * 5001, "zinc", 400)
    assert "at most 5,000" in root.all("p", role="alert")[0].text
    assert root.all("textarea", name="names")[0].text.count("MT1H") == 5001
    assert root.all("input", name="question")[0].attrs["value"] == "zinc"


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><b>", "x" * 100_000,
     "\u202eevil\u200b", "\x00", "{{7*7}}", "%0d%0aX: y"],
)  # fmt: skip
def test_hostile_names_are_text(client: FlaskClient, name: str) -> None:
    root = _posted(client, f"{name}\nMT1H", name[:100])
    assert all("src" in script.attrs for script in root.all("script"))
    assert not [one for one in root.walk() if one.tag in ("b", "img") and "onerror" in one.attrs]
    rows = _table(root)
    assert "MT1H" in rows[-1].text
    assert all(len(row.text) < 2_000 for row in rows[:-1])
    assert not any(mark in row.text for row in rows for mark in "\u202e\u200b\x00")


def test_without_an_index_the_page_says_so(bare: FlaskClient) -> None:
    assert bare.get("/list").status_code == 200
    assert bare.post("/list", data={"names": "MT1H"}).status_code == 503
    assert bare.post(ADDRESS, json={"names": ["MT1H"]}).status_code == 503


def test_a_long_sentence_leads_to_its_whole_and_families_to_their_genes(tmp_path: Path) -> None:
    family = Mention(10, 26, (), family="Metallothioneins")
    line = says(f"Zinc, and metallothioneins, {'x ' * 2000}.", mentions=[family])
    publish(tmp_path, [gene("AAA1", line, id="HGNC:1")])
    client = create_app(Config(index_dir=tmp_path)).test_client()
    (said,) = page(client, "/list", names="AAA1", question="zinc").all("div", class_="sentence")
    links = {link.text: urlsplit(link.attrs["href"]) for link in said.all("a")}
    assert parse_qs(links["metallothioneins"].query)["q"] == ['family:"Metallothioneins"']
    assert links["whole"].path == "/gene/AAA1"


def test_a_key_that_is_not_known_is_told_whatever_the_format(client: FlaskClient) -> None:
    asked = {"names": ["MT1H"], "quetsion": "zinc"}
    answered = client.post("/api/v1/list", json=asked)
    table = client.post("/api/v1/list", json=asked | {"format": "tsv"})
    (told,) = answered.get_json()["warnings"]
    assert "unknown parameter 'quetsion' was ignored" in told["message"]
    assert "unknown parameter 'quetsion' was ignored" in table.headers["Genelight-Warnings"]
