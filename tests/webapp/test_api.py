"""The JSON API over the sample corpus.  Needs the index (conftest), except where ``bare`` is used."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search import Genes
from search.gene import Gene, Metadata
from search.page import Page

SEARCH = "/api/v1/search"


def body(answer: TestResponse) -> Any:  # a test looks where it likes
    assert answer.content_type == "application/json; charset=utf-8"
    return answer.get_json()


def messages(page: dict[str, Any]) -> str:
    return "\n".join(warning["message"] for warning in page["warnings"])


# One query


def test_a_search_answers_the_object_that_python_gets(client: FlaskClient, genes: Genes) -> None:
    answer = client.get(SEARCH, query_string={"q": "zinc homeostasis"})
    assert answer.status_code == 200
    page = msgspec.json.decode(answer.data, type=Page)
    expected = genes.search("zinc homeostasis")
    assert page.hits
    assert msgspec.structs.replace(page, took=0.0) == msgspec.structs.replace(expected, took=0.0)
    assert answer.headers["Genelight-Index"] == expected.index.digest


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20"])
def test_an_empty_query_has_no_hits(client: FlaskClient, query: str) -> None:
    answer = client.get(SEARCH + query)
    assert answer.status_code == 200
    assert body(answer)["hits"] == []
    assert body(answer)["total"] == 0


@pytest.mark.parametrize(("size", "start"), [("size", "from"), ("limit", "offset")])
def test_size_and_from_have_the_field_s_other_names(client: FlaskClient, size: str, start: str) -> None:
    everything = body(client.get(SEARCH, query_string={"q": "metallothionein", "size": 4}))["hits"]
    part = body(client.get(SEARCH, query_string={"q": "metallothionein", size: 2, start: 1}))
    assert [hit["_id"] for hit in part["hits"]] == [hit["_id"] for hit in everything[1:3]]
    assert part["warnings"] == []


@pytest.mark.parametrize(
    "query", ["size=x", "size=-1", "from=-1", "from=1.5", "limit=x", "offset=x", "size=٣"]
)
def test_a_number_that_is_none_is_a_typed_error(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{SEARCH}?q=zinc&{query}")
    error = body(answer)
    assert answer.status_code == error["code"] == 400
    assert list(error) == ["success", "code", "error", "details", "position"]
    assert error["success"] is False
    assert query.split("=")[0] in error["error"]


def test_a_size_over_the_most_is_cut_with_a_warning(client: FlaskClient) -> None:
    for size in ("1001", "9" * 5000):
        page = body(client.get(SEARCH, query_string={"q": "zinc", "size": size}))
        assert "1,000" in messages(page) or "1000" in messages(page)


def test_an_unknown_parameter_is_a_warning_that_names_it(client: FlaskClient) -> None:
    page = body(client.get(SEARCH + "?q=zinc&speices=human&_external=1&endpoint=x"))
    assert page["hits"]
    for name in ("speices", "_external", "endpoint"):
        assert repr(name) in messages(page)


def test_a_parameter_given_twice_is_a_warning(client: FlaskClient) -> None:
    page = body(client.get(SEARCH + "?q=zinc&q=copper"))
    assert page["query"]["q"] == "zinc"
    assert "q is given 2 times" in messages(page)


def test_fields_limit_the_keys_of_a_hit_and_keep_id_and_score(client: FlaskClient) -> None:
    page = body(client.get(SEARCH, query_string={"q": "zinc", "fields": "symbol, name"}))
    assert page["hits"]
    assert all(list(hit) == ["_id", "_score", "symbol", "name"] for hit in page["hits"])
    assert page["warnings"] == []


def test_an_unknown_field_is_a_warning_that_names_it(client: FlaskClient) -> None:
    page = body(client.get(SEARCH, query_string={"q": "zinc", "fields": "simbol"}))
    assert list(page["hits"][0]) == ["_id", "_score"]
    assert "'simbol'" in messages(page)


def test_the_next_page_is_linked_and_holds_the_next_hits(client: FlaskClient) -> None:
    query = {"q": "metallothionein", "size": 3, "fields": "symbol"}
    first = client.get(SEARCH, query_string=query)
    address, _, rel = first.headers["Link"].partition("; ")
    assert rel == 'rel="next"'
    parts = urlsplit(address.strip("<>"))
    assert parts.scheme == "http"
    assert parse_qs(parts.query)["cursor"] == [body(first)["next"]]
    second = body(client.get(f"{parts.path}?{parts.query}"))
    everything = body(client.get(SEARCH, query_string=query | {"size": 6}))["hits"]
    assert body(first)["hits"] + second["hits"] == everything
    assert second["warnings"] == []


def test_the_last_page_links_no_next(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "metallothionein", "size": 1000})
    assert body(answer)["next"] is None
    assert "Link" not in answer.headers


def test_a_broken_cursor_is_a_typed_error(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "zinc", "cursor": "nonsense!"})
    assert answer.status_code == body(answer)["code"] == 400


def test_a_query_that_is_too_long_is_a_typed_error_with_its_place(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"q": "z" * 201})
    assert answer.status_code == body(answer)["code"] == 400
    assert body(answer)["position"] == 200


def test_a_digest_of_another_index_is_a_warning(client: FlaskClient) -> None:
    digest = body(client.get(SEARCH + "?q=zinc"))["index"]["digest"]
    assert body(client.get(f"{SEARCH}?q=zinc&digest={digest[:12]}"))["warnings"] == []
    assert "index 000000000000" in messages(body(client.get(f"{SEARCH}?q=zinc&digest={'0' * 64}")))


@pytest.mark.parametrize(
    "q", ['"', "((", "AND", "symbol:", "%00", "a" * 200, "\N{PILE OF POO}", "*", "~", "^"]
)
def test_bad_syntax_is_answered(client: FlaskClient, q: str) -> None:
    assert client.get(SEARCH, query_string={"q": q}).status_code == 200


# A gene


@pytest.mark.parametrize("name", ["MT1H", "4496", "GeneID:4496", "ENSG00000205358", "ENSG00000205358.4"])
def test_a_symbol_or_identifier_answers_its_gene(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/api/v1/gene/{name}", follow_redirects=True)
    assert answer.status_code == 200
    gene = msgspec.json.decode(answer.data, type=Gene)
    assert gene.symbol == "MT1H"
    assert answer.headers["Genelight-Index"] == gene.index.digest


def test_another_name_of_one_gene_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/gene/MT-0")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/api/v1/gene/")
    assert body(answer) == {"location": answer.headers["Location"]}
    assert body(client.get(answer.headers["Location"]))["symbol"] == "MT1H"


def test_no_gene_is_a_typed_error_with_suggestions(client: FlaskClient) -> None:
    answer = client.get("/api/v1/gene/MT1HX")
    assert answer.status_code == body(answer)["code"] == 404
    details = body(answer)["details"]
    assert details["name"] == "MT1HX"
    assert "MT1H" in [suggestion["symbol"] for suggestion in details["suggestions"]]


@pytest.mark.parametrize("name", ["a/b", "a//b", "../x", "%2e%2e", "a%00b", "%ff", "<b>", "a" * 5000])
def test_any_name_is_answered(client: FlaskClient, name: str) -> None:
    assert client.get(f"/api/v1/gene/{name}").status_code in (303, 404)


# The service


def test_metadata_says_what_the_index_holds(client: FlaskClient) -> None:
    known = msgspec.json.decode(client.get("/api/v1/metadata").data, type=Metadata)
    assert known.genes == 32
    assert known.sources


def test_health_and_readiness(client: FlaskClient) -> None:
    assert body(client.get("/healthz")) == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert len(body(ready)["digest"]) == 64


def test_without_an_index_the_process_lives_and_is_not_ready(bare: FlaskClient) -> None:
    assert bare.get("/healthz").status_code == 200
    for path in ("/readyz", "/api/v1/search?q=zinc", "/api/v1/gene/MT1H", "/api/v1/metadata"):
        answer = bare.get(path)
        assert answer.status_code == 503
        assert "genelight index" in body(answer)["error"]


def test_an_index_that_appears_is_found_by_the_next_request(bare: FlaskClient, index_dir: Any) -> None:
    assert bare.get("/readyz").status_code == 503
    config = bare.application.extensions["genelight.config"]
    config.index_dir.symlink_to(index_dir)
    assert bare.get("/readyz").status_code == 200
    assert body(bare.get("/api/v1/search?q=MT1H"))["hits"][0]["symbol"] == "MT1H"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/search?q=zinc", 200),
        ("HEAD", "/api/v1/search?q=zinc", 200),
        ("GET", "/api/v1/search?size=x", 400),
        ("GET", "/api/v1/gene/MT-0", 303),
        ("GET", "/api/v1/gene/nosuch", 404),
        ("GET", "/api/v1/nosuch", 404),
        ("GET", "/api/", 404),
        ("GET", "/api", 404),
        ("GET", "/api/v1/suggest", 200),
        ("DELETE", "/api/v1/search", 405),
        ("POST", "/api/v1/gene/MT1H", 405),
        ("POST", "/api/v1/search", 415),
        ("OPTIONS", "/api/v1/search", 204),
        ("OPTIONS", "/api/v1/nosuch", 204),
    ],
)
def test_every_status_allows_cross_origin_use(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if status >= 400:
        assert body(answer)["code"] == status
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_an_error_of_the_server_is_json_with_cors_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("webapp.current.genes", fail)
    answer = client.get("/api/v1/search?q=zinc")
    assert answer.status_code == body(answer)["code"] == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert b"secret" not in answer.data


def test_a_preflight_allows_a_json_post(client: FlaskClient) -> None:
    answer = client.options(SEARCH)
    assert answer.data == b""
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


def test_head_answers_the_headers_alone(client: FlaskClient) -> None:
    answer = client.head(SEARCH + "?q=zinc&size=1")
    assert answer.status_code == 200
    assert answer.data == b""
    assert int(answer.headers["Content-Length"]) > 100
