"""Suggestions as JSON."""

from __future__ import annotations

from collections import Counter
from itertools import product

from flask.testing import FlaskClient

from search import Genes
from search.completing import MOST


def test_the_answer_is_the_core_s_object(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=MT-1&size=3")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["q"] == "MT-1"
    assert len(answer.json["suggestions"]) == 3
    first = answer.json["suggestions"][0]
    assert {"text", "kind", "symbol", "_id", "name", "reason", "spans", "leads", "genes"} == set(first)
    assert answer.headers["Genelight-Index"] == answer.json["index"]["digest"]
    assert answer.json["warnings"] == []


def test_a_browser_may_keep_it_and_ask_whether_it_still_holds(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=MT1")
    assert "max-age" in answer.headers["Cache-Control"]
    again = client.get("/api/v1/suggest?q=MT1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/api/v1/suggest?q=MT2", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


def test_whatever_is_offered_behind_a_field_s_name_finds_genes_and_is_offered_once(genes: Genes) -> None:
    told: Counter[str] = Counter()
    for field in ("symbol", "previous_symbol", "alias", "name", "other_name", "go", "family", "summary"):
        for first, second in product("abcdegimnprstz1", "acehiort2"):
            offered = genes.suggest(f"{field}:{first}{second}", 3).suggestions
            texts = [one.text for one in offered]
            assert len(set(map(str.casefold, texts))) == len(texts)
            for text in texts:
                assert text.startswith(f"{field}:")
                assert genes.search(text, size=1).total, text
                told[field] += 1
    assert {"symbol", "alias", "name", "other_name", "family", "summary"} <= set(told)


def test_nothing_typed_is_an_empty_answer(client: FlaskClient) -> None:
    for path in ("/api/v1/suggest", "/api/v1/suggest?q=", "/api/v1/suggest?q=qqqqqqqq"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["suggestions"] == []


def test_what_is_not_taken_literally_is_told(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=MT1&size=1000&from=3")
    assert answer.json is not None
    told = [warning["message"] for warning in answer.json["warnings"]]
    assert f"size was cut to {MOST}" in told
    assert any("from" in one for one in told)


def test_a_size_that_is_no_number_and_an_endless_query_are_refused(client: FlaskClient) -> None:
    for path in ("/api/v1/suggest?q=MT1&size=x", "/api/v1/suggest?q=" + "x" * 100_000):
        assert client.get(path).status_code == 400


def test_the_page_says_where_suggestions_come_from_and_may_ask_there(client: FlaskClient) -> None:
    page = client.get("/")
    assert 'data-suggest="/api/v1/suggest"' in page.text
    assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
