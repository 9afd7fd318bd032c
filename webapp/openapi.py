"""The API's description (OpenAPI 3.1), its schemas made from the structs that are answered.

What is written here is what a schema cannot say; the rest cannot drift from the code.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import cast

import msgspec

from index.facets import COLUMNS
from search.completing import MOST
from search.gene import Gene, GeneChoice, Metadata, RelatedGenes
from search.page import Completed, Page
from search.sorting import RELEVANCE, SORTS
from webapp.asking import FACET_SIZE, HIT_KEYS
from webapp.batch import BatchRequest
from webapp.errors import ErrorBody
from webapp.suggest import SIZE

Json = dict[str, object]

ABOUT = (
    "Full-text search for what is written about genes: ranked genes, the sentences that answer, and the "
    "papers behind them. The web page and the command line present these same objects. Offsets are in "
    "Unicode code points, text is plain and never HTML, and every status allows cross-origin use. The "
    "header Genelight-Index names the index that answered."
)

SYNTAX = (
    "Words (every word wanted; where fewer than 20 genes hold all, as many as 20 hold; fewer in a small "
    'index), "exact phrases", AND OR NOT, '
    "parentheses, field:word, and identifiers such as HGNC:7400, 4496, ENSG00000205358 or P80294. "
    "Bad syntax is read as words, with a warning."
)

FILTER = (
    "A query that every gene must meet besides, such as chromosome:16; all of several must be met. Filters "
    "change no highlights; the genes left are ranked among themselves."
)

SORT = (
    f"The order: {', '.join(SORTS)}. A leading - turns it round (-papers: most papers first); genes without "
    "a location are last either way."
)

FACETS = ", ".join(COLUMNS)

BATCH = (
    "For each query, in the order given, its hits with the query beside them, or one row with notfound. A "
    "query's first row also holds warnings, owners, withdrawn and suggestions where there are any."
)


def document(base: str) -> Json:
    """The description, for the API served under the address ``base``."""
    _, schemas = msgspec.json.schema_components(
        (Page, Completed, Gene, RelatedGenes, GeneChoice, Metadata, BatchRequest, ErrorBody),
        ref_template="#/components/schemas/{name}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Genelight",
            "version": _version(),
            "description": ABOUT,
            "license": {"name": "MIT"},
        },
        "servers": [{"url": base}],
        "paths": {
            "/api/v1/search": {"get": _search(), "post": _search_many()},
            "/api/v1/gene/{id}": {"get": _gene()},
            "/api/v1/gene/{id}/related": {"get": _related()},
            "/api/v1/suggest": {"get": _suggest()},
            "/api/v1/metadata": {"get": _metadata()},
            "/api/v1/openapi.json": {"get": _openapi()},
            "/healthz": {"get": _health()},
            "/readyz": {"get": _ready()},
        },
        "components": {"schemas": schemas | {"Row": ROW}},
    }


ROW: Json = {
    "type": "object",
    "description": "A hit of one of many queries, or that it has none.",
    "properties": {
        "query": {"type": "string"},
        "notfound": {"const": True},
        "_id": {"type": "string"},
        "_score": {"type": "number"},
        "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/Warning"}},
        "owners": {"type": "array", "items": {"$ref": "#/components/schemas/Owner"}},
        "withdrawn": {"type": "array", "items": {"$ref": "#/components/schemas/Withdrawn"}},
        "suggestions": {"type": "array", "items": {"$ref": "#/components/schemas/Suggestion"}},
    },
    "required": ["query"],
    "anyOf": [{"required": ["notfound"]}, {"required": ["_id", "_score"]}],
}


def _search() -> Json:
    keys = ", ".join(HIT_KEYS)
    fields = f"Keys of a hit to answer with, separated by commas (_id and _score always are): {keys}."
    return {
        "operationId": "search",
        "summary": "Ranked genes for one query",
        "parameters": [
            _query("q", f"The query. {SYNTAX} Empty: no hits."),
            _query("size", "Most hits; over 1,000 is cut to 1,000 with a warning.", "integer", 10),
            _query("limit", "Another name of size.", "integer"),
            _query("from", "Hits to leave out at the start.", "integer", 0),
            _query("offset", "Another name of from.", "integer"),
            _repeated("filter", FILTER),
            _query("sort", SORT, "string", RELEVANCE),
            _repeated("facets", f"What to count over the whole answer, by commas or repeated: {FACETS}."),
            _query("facet_size", "Values that each facet lists, most genes first.", "integer", FACET_SIZE),
            _query("strict", "1: answer 400, with the position, to a query that is not of the language."),
            _query("explain", "1: say of each hit what its place comes from."),
            _query("cursor", "The last answer's next, to go on from there, for the same q, filter and sort."),
            _query("fields", fields),
            _query("digest", "The index expected; a warning says when another one answers."),
        ],
        "responses": {
            "200": _answer(
                "The page. With fields, the hits hold only those keys.",
                "Page",
                {"Link": ("The next page, rel=next, where there is one.", "string")},
            ),
            **_errors("400", "503"),
        },
    }


def _search_many() -> Json:
    schema = _ref("BatchRequest")
    return {
        "operationId": "searchMany",
        "summary": "Many queries in one call",
        "description": BATCH,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schema,
                    "example": {"q": ["MT1H", "nosuch"], "size": 1, "fields": "symbol,name"},
                },
                "application/x-www-form-urlencoded": {"schema": schema},
            },
        },
        "responses": {
            "200": {
                "description": "The rows.",
                "content": {"application/json": {"schema": {"type": "array", "items": _ref("Row")}}},
            },
            **_errors("400", "413", "415", "503"),
        },
    }


def _gene() -> Json:
    name = "An identifier (HGNC:7400, 4496, ENSG00000205358, P80294) or a symbol. It may hold slashes."
    return {
        "operationId": "gene",
        "summary": "One gene",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "description": name, "schema": {"type": "string"}}
        ],
        "responses": {
            "200": _answer("The gene.", "Gene"),
            "300": _answer("Several genes have this name: its owners.", "GeneChoice"),
            "303": {
                "description": "Another name or an old identifier of one gene.",
                "headers": _headers({"Location": ("Today's identifier.", "string")}),
            },
            **_errors("503"),
            "404": _answer("No gene has this name; details hold suggestions and withdrawn.", "ErrorBody"),
        },
    }


def _related() -> Json:
    gene = _gene()
    parameters = [*cast("list[Json]", gene["parameters"]), _query("size", "At most 100.", "integer", 10)]
    return {
        "operationId": "related",
        "summary": "The genes related to one, by papers, families and terms, each with its reasons",
        "parameters": parameters,
        "responses": {
            **cast(Json, gene["responses"]),
            "200": _answer("The genes, the most related first.", "RelatedGenes"),
            **_errors("400"),
        },
    }


def _suggest() -> Json:
    return {
        "operationId": "suggest",
        "summary": "What a query may become that is being typed",
        "description": (
            "Genes by the beginning of any of their names, terms of the Gene Ontology and families by any of "
            "their words. The header ETag changes with the answer and the index."
        ),
        "parameters": [
            _query("q", "What was typed so far."),
            _query("size", f"Most suggestions; over {MOST} is cut with a warning.", "integer", SIZE),
        ],
        "responses": {
            "200": _answer("The suggestions, the best first.", "Completed"),
            "304": {"description": "The answer that has the tag in If-None-Match still holds."},
            **_errors("400", "503"),
        },
    }


def _metadata() -> Json:
    return {
        "operationId": "metadata",
        "summary": "What the index holds and where it comes from",
        "responses": {"200": _answer("The index's account.", "Metadata"), **_errors("503")},
    }


def _openapi() -> Json:
    schema = {"type": "object"}
    return {
        "operationId": "openapi",
        "summary": "This description",
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": schema}}}
        },
    }


def _health() -> Json:
    return {
        "operationId": "health",
        "summary": "Whether the process answers",
        "responses": {"200": _status("It does.")},
    }


def _ready() -> Json:
    return {
        "operationId": "ready",
        "summary": "Whether an index answers",
        "responses": {"200": _status("It does, with its digest."), "503": _status("None does, and why.")},
    }


def _status(description: str) -> Json:
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("status", "digest", "error")},
        "required": ["status"],
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _repeated(name: str, description: str) -> Json:
    schema: Json = {"type": "array", "items": {"type": "string"}}
    return {"name": name, "in": "query", "description": description, "schema": schema, "explode": True}


def _query(name: str, description: str, kind: str = "string", default: int | str | None = None) -> Json:
    schema: Json = {"type": kind}
    if kind == "integer":
        schema["minimum"] = 0
    if default is not None:
        schema["default"] = default
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _answer(description: str, schema: str, headers: dict[str, tuple[str, str]] | None = None) -> Json:
    answer: Json = {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}
    return answer | {"headers": _headers(headers)} if headers else answer


def _headers(headers: dict[str, tuple[str, str]]) -> Json:
    return {name: {"description": text, "schema": {"type": kind}} for name, (text, kind) in headers.items()}


def _errors(*statuses: str) -> Json:
    meanings = {
        "400": "The request cannot be answered as asked.",
        "413": "The body is larger than this server reads.",
        "415": "The body is neither JSON nor a form.",
        "503": "No index answers yet.",
    }
    return {status: _answer(meanings[status], "ErrorBody") for status in statuses}


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _version() -> str:
    try:
        return version("genelight")
    except PackageNotFoundError:  # run from a checkout
        return "0"
