"""Many queries in one POST.  Needs the index (conftest)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.webapp.test_api import SEARCH, body, messages


def test_many_queries_answer_rows_in_the_order_asked(client: FlaskClient) -> None:
    asked = ["MT1H", "nosuchgenexyz", "BRCA1", ""]
    rows = body(client.post(SEARCH, json={"q": asked, "size": 1, "fields": "symbol"}))
    assert [row["query"] for row in rows] == asked
    assert [row.get("symbol") for row in rows] == ["MT1H", None, "BRCA1", None]
    assert [row.get("notfound", False) for row in rows] == [False, True, False, True]
    assert list(rows[0])[:4] == ["query", "_id", "_score", "symbol"]


def test_a_query_with_several_hits_has_a_row_for_each(client: FlaskClient) -> None:
    rows = body(client.post(SEARCH, json={"q": ["metallothionein"], "size": 3}))
    hits = body(client.get(SEARCH, query_string={"q": "metallothionein", "size": 3}))["hits"]
    assert list(rows[0].pop("index")) == ["version", "digest"]
    assert rows == [{"query": "metallothionein"} | hit for hit in hits]


@pytest.mark.parametrize("text", ["MT1H,BRCA1", "MT1H, BRCA1,", "MT1H\nBRCA1\n\n"])
def test_queries_may_be_one_text_in_json_or_a_form(client: FlaskClient, text: str) -> None:
    for answer in (
        client.post(SEARCH, json={"q": text, "size": 1}),
        client.post(SEARCH, data={"q": text, "size": "1"}),
    ):
        assert [row["query"] for row in body(answer)] == ["MT1H", "BRCA1"]


def test_a_number_is_a_query(client: FlaskClient) -> None:
    rows = body(client.post(SEARCH, json={"q": [4496], "size": 1}))
    assert (rows[0]["query"], rows[0]["symbol"]) == ("4496", "MT1H")


def test_what_was_not_taken_literally_stands_on_the_first_row(client: FlaskClient) -> None:
    rows = body(
        client.post(SEARCH, json={"q": ["MT1H", "BRCA1"], "size": 1, "species": "human", "fields": "x"})
    )
    assert "'species'" in messages(rows[0])
    assert "'x'" in messages(rows[0])
    assert "warnings" not in rows[1]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'"MT1H"', b"{}", b'{"q":[{}]}', b'{"q":null}', b'{"q":"a","size":"x"}', b"\xff",
     b'{"q":"a","size":0}', b'{"q":"a","size":-1}', b'{"q":"\\ud800"}', b"[" * 100_000,
     b'{"q":["1","2","3","4","5","6"]}'],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_typed_error(client: FlaskClient, data: bytes) -> None:
    answer = client.post(SEARCH, data=data, content_type="application/json")
    assert answer.status_code == body(answer)["code"] == 400


def test_a_form_without_a_query_says_how_to_send_json(client: FlaskClient) -> None:
    answer = client.post(SEARCH, data=b'{"q":"a"}', content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "Content-Type: application/json" in body(answer)["error"]


def test_neither_json_nor_a_form_is_415(client: FlaskClient) -> None:
    answer = client.post(SEARCH, data=b"q", content_type="text/plain")
    assert answer.status_code == body(answer)["code"] == 415


def test_a_body_over_the_limit_is_413(client: FlaskClient) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = client.post(SEARCH, data=b"q=" + b"x" * 1_100_000, content_type=kind)
        assert answer.status_code == body(answer)["code"] == 413


@pytest.mark.parametrize("yes", [True, 1, "1", "true", "yes"])
def test_strict_may_be_said_as_a_get_says_it(client: FlaskClient, yes: bool | int | str) -> None:
    assert client.post(SEARCH, json={"q": ["(MT1H"], "strict": yes}).status_code == 400
    explained = body(client.post(SEARCH, json={"q": ["zinc"], "size": 1, "explain": yes}))
    assert "explanation" in explained[0]


@pytest.mark.parametrize("no", [False, 0, "0", "", "false"])
def test_strict_may_be_denied_as_a_get_denies_it(client: FlaskClient, no: bool | int | str) -> None:
    assert client.post(SEARCH, json={"q": ["(MT1H"], "strict": no}).status_code == 200


@pytest.mark.parametrize("neither", [2, "maybe", None, 0.5])
def test_a_strict_that_is_neither_is_refused(client: FlaskClient, neither: object) -> None:
    assert client.post(SEARCH, json={"q": ["MT1H"], "strict": neither}).status_code == 400


def test_suggestions_beside_hits_stand_on_the_first_row_as_a_get_gives_them(client: FlaskClient) -> None:
    got = body(client.get(SEARCH, query_string={"q": '"mt1-h"'}))
    rows = body(client.post(SEARCH, json={"q": ['"mt1-h"']}))
    assert got["suggestions"]
    assert rows[0]["suggestions"] == got["suggestions"]
