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
from search.listed import Listing
from search.listing import MOST_NAMES
from search.listing import SORTS as LIST_SORTS
from search.page import Completed, Page
from search.paper import Paper
from search.sorting import RELEVANCE, SORTS
from webapp.asking import FACET_SIZE, HIT_KEYS
from webapp.batch import BatchRequest
from webapp.describing import Json
from webapp.describing import answer as _answer
from webapp.describing import errors as _errors
from webapp.describing import query as _query
from webapp.describing import ref as _ref
from webapp.describing import repeated as _repeated
from webapp.describing import status as _status
from webapp.errors import ErrorBody
from webapp.exports_described import export
from webapp.list_api import FORMATS as LIST_FORMATS
from webapp.list_asking import ListBody
from webapp.paper_pages import described as described_paper
from webapp.responses import Elsewhere
from webapp.suggest import SIZE

ABOUT = (
    "Full-text search for what is written about genes: ranked genes, the sentences that answer, and the "
    "papers behind them. The web page and the command line present these same objects. Offsets are in "
    "Unicode code points, text is plain and never HTML, and every status allows cross-origin use. The "
    "header Genelight-Index names the index that answered."
)

SYNTAX = (
    "Words (every word wanted; where fewer than 20 genes hold all, as many as 20 hold; fewer in a small "
    'index), "exact phrases", AND OR NOT, '
    "parentheses, field:word, conditions on the sentences that hold the words (provenance:curated, "
    "cited:true, section:summary, refs:>=2, year:[2015 TO *]), (a b)~s for one sentence with all of it, and "
    "identifiers such as HGNC:7400, 4496, ENSG00000205358 or P80294. "
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
    "query's first row also holds the index that answered, and warnings, owners, withdrawn and suggestions "
    "where there are any."
)

LIST = (
    "For each name, in the order given: today's gene, also of a symbol or identifier that it once had; the "
    "likeliest genes of an ambiguous name; suggestions for one that no gene has; and for a question of each "
    "gene the sentence that a search for it would show first."
)


def document(base: str) -> Json:
    """The description, for the API served under the address ``base``."""
    _, schemas = msgspec.json.schema_components(
        (
            Page,
            Completed,
            Gene,
            RelatedGenes,
            GeneChoice,
            Metadata,
            BatchRequest,
            ListBody,
            Listing,
            Paper,
            Elsewhere,
            ErrorBody,
        ),
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
            "/api/v1/paper/{id}": {"get": described_paper()},
            "/api/v1/list": {"get": _list(), "post": _list_in_body()},
            "/api/v1/export": {"get": export(SYNTAX, FILTER, SORT)},
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
        "index": {"$ref": "#/components/schemas/IndexVersion"},
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
            _query("index", "The index that a link was made from; a warning says when another one answers."),
            _query("digest", "Another name of index."),
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
            {"name": "id", "in": "path", "required": True, "description": name, "schema": {"type": "string"}},
            _query("q", "A question: the answer has what each source says of it, in comparison."),
        ],
        "responses": {
            "200": _answer("The gene.", "Gene"),
            "300": _answer("Several genes have this name: its owners.", "GeneChoice"),
            "303": _answer(
                "Another name or an old identifier of one gene.",
                "Elsewhere",
                {"Location": ("Today's identifier.", "string")},
            ),
            **_errors("503"),
            "404": _answer("No gene has this name; details hold suggestions and withdrawn.", "ErrorBody"),
        },
    }


def _related() -> Json:
    gene = _gene()
    parameters = [*cast("list[Json]", gene["parameters"])[:1], _query("size", "At most 100.", "integer", 10)]
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


def _list() -> Json:
    known = ", ".join(LIST_FORMATS)
    return {
        "operationId": "list",
        "summary": "Names of genes and a question: today's gene of each, and its best sentence",
        "description": LIST,
        "parameters": [
            _query("names", f"The names, by lines, tabs, commas or semicolons; at most {MOST_NAMES:,}."),
            _query("question", "A query; empty: none."),
            _query("sort", f"The order of the rows: {', '.join(LIST_SORTS)}.", "string", LIST_SORTS[0]),
            _query("strict", "1: answer 400 to a question that is not of the language."),
            _query("format", f"{known}; tsv and csv also by the header Accept.", "string", LIST_FORMATS[0]),
            _query("index", "The digest expected; a warning says when another index answers."),
        ],
        "responses": {
            "200": _answer("The rows. In another format than JSON: a file.", "Listing"),
            **_errors("400", "503"),
        },
    }


def _list_in_body() -> Json:
    schema = _ref("ListBody")
    return _list() | {
        "operationId": "listInBody",
        "description": f"{LIST} What the body does not say may stand in the address.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schema,
                    "example": {"names": ["TP53", "MT-1H", "PARK2"], "question": "zinc binding"},
                },
                "application/x-www-form-urlencoded": {"schema": schema},
                "text/plain": {"schema": {"type": "string"}},
            },
        },
        "responses": {**cast(Json, _list()["responses"]), **_errors("413", "415")},
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
        "responses": {
            "200": _status("It does, with its digest, and the health of the cluster it lies in if it does."),
            "503": _status("None does, and why."),
        },
    }


def _version() -> str:
    try:
        return version("genelight")
    except PackageNotFoundError:  # run from a checkout
        return "0"
