"""Needs an index only to call what the description names."""

from __future__ import annotations

import msgspec
import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from search.page import Hit, Page
from webapp.asking import PARAMETERS
from webapp.openapi import document

DOCUMENT = msgspec.json.decode(msgspec.json.encode(document("https://genes.example.org")))


def test_the_description_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_it_is_served_without_an_index(bare: FlaskClient) -> None:
    answer = bare.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["paths"] == DOCUMENT["paths"]
    assert answer.json["servers"] == [{"url": "http://localhost"}]


def test_every_parameter_that_a_search_reads_is_described() -> None:
    described = DOCUMENT["paths"]["/api/v1/search"]["get"]["parameters"]
    assert [parameter["name"] for parameter in described] == [
        "q", "size", "limit", "from", "offset", "filter", "sort", "facets", "facet_size", "strict", "explain",
        "cursor", "fields", "index", "digest",
    ]  # fmt: skip
    assert {parameter["name"] for parameter in described} == set(PARAMETERS)


@pytest.mark.parametrize("struct", [Page, Hit])
def test_schemas_have_the_keys_that_are_sent(struct: type[msgspec.Struct]) -> None:
    schema = DOCUMENT["components"]["schemas"][struct.__name__]
    sent = [field.encode_name for field in msgspec.structs.fields(struct)]
    assert list(schema["properties"]) == sent


def test_every_path_described_is_served_and_nothing_else_under_api(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    served = {rule.rule.replace("<path:name>", "{id}") for rule in rules if rule.endpoint.startswith("api.")}
    assert served == set(DOCUMENT["paths"])
