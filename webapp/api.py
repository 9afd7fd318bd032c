"""The JSON API: the core's objects, as they are."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, request, url_for

from search.gene import Gene, GeneChoice, RelatedGenes
from search.page import IndexVersion, Page, to_json
from webapp import current
from webapp.asking import PARAMETERS, Asked, answer, asked, checked_query, newer_index, whole_number
from webapp.batch import hit_rows, read_batch, rows
from webapp.errors import error_response
from webapp.exports import exports
from webapp.list_api import lists
from webapp.openapi import document
from webapp.paper_pages import paper_api
from webapp.responses import elsewhere, json_response
from webapp.suggest import suggestions

api = Blueprint("api", __name__)
api.register_blueprint(suggestions)
api.register_blueprint(exports)
api.register_blueprint(lists)
api.register_blueprint(paper_api)

RELATED = 10
"""Related genes, where no size is asked for."""

KEPT_WITH_CURSOR = tuple(name for name in PARAMETERS if name not in ("from", "offset", "cursor"))
"""What the next page's address repeats; the cursor stands for a start."""


@api.get("/api/v1/search")
def search() -> Response:
    """One query: the page that the browser and the command line show too."""
    config = current.config()
    ask = asked(request.args, config.page_size, config.max_query_length)
    page = answer(ask, current.genes())
    newer = newer_index(ask.digest, page)
    page = msgspec.structs.replace(page, warnings=page.warnings + ask.warnings + ((newer,) if newer else ()))
    response = _of_index(_page_response(page, ask), page.index)
    if page.next is not None:
        response.headers["Link"] = f'<{_next_address(page.next)}>; rel="next"'
    return response


@api.post("/api/v1/search")
def search_many() -> Response:
    """Many queries: rows in the order asked."""
    batch = read_batch(request, current.config())
    genes = current.genes()
    return _of_index(json_response(list(rows(batch, genes))), genes.metadata().index)


@api.get("/api/v1/gene/<path:name>")
def gene(name: str) -> Response:
    """One gene, with what each source says of ``q``; another name of it leads there."""
    question = checked_query(request.args.get("q", ""), current.config().max_query_length)
    found = current.genes().gene(name, question=question)
    if isinstance(found, Gene):
        return _of_index(json_response(found), found.index)
    return _other_name(found, "api.gene", q=question or None)


@api.get("/api/v1/gene/<path:name>/related")
def related(name: str) -> Response:
    """The genes related to one, each with its reasons; no symbol ends like this address."""
    text = request.args.get("size")
    found = current.genes().related(name, whole_number("size", text) if text else RELATED)
    if isinstance(found, RelatedGenes):
        return _of_index(json_response(found), found.index)
    return _other_name(found, "api.related", text)


@api.get("/api/v1/metadata")
def metadata() -> Response:
    """What the index holds and where it comes from."""
    known = current.genes().metadata()
    return _of_index(json_response(known), known.index)


@api.get("/api/v1/openapi.json")
def openapi() -> Response:
    """This API, described; it needs no index."""
    return json_response(document(_base()))


@api.get("/healthz")
def healthz() -> Response:
    """The process answers, index or not."""
    return json_response({"status": "ok"})


@api.get("/readyz")
def readyz() -> Response:
    """An index answers."""
    return json_response(*current.readiness().tell())


def unknown_gene(choice: GeneChoice) -> str:
    """In words, that nothing has this name, and why where that is known."""
    reasons = [withdrawn.reason for withdrawn in choice.withdrawn]
    return " ".join(reasons) or f"no gene is known as {choice.name[:100]!r}"


def _other_name(found: GeneChoice, endpoint: str, size: str | None = None, q: str | None = None) -> Response:
    """To the only gene that has the name, which of several have it, or that none has."""
    if len(found.owners) == 1:
        owner = found.owners[0]
        name = owner.id if owner.id != found.name else owner.symbol
        return elsewhere(url_for(endpoint, name=name, size=size, q=q))
    if found.owners:
        return json_response(found, 300)
    return error_response(404, unknown_gene(found), found)


def _page_response(page: Page, ask: Asked) -> Response:
    if ask.fields is None:
        return json_response(page)
    body = msgspec.to_builtins(page)
    body["hits"] = hit_rows(page, ask.fields)
    return Response(to_json(body), content_type="application/json; charset=utf-8")


def _next_address(cursor: str) -> str:
    """This request's address with the cursor in the place of a start."""
    again = {name: request.args.getlist(name) for name in KEPT_WITH_CURSOR if name in request.args}
    return f"{_base()}{url_for('api.search')}?{urlencode(again | {'cursor': [cursor]}, doseq=True)}"


def _base() -> str:
    return (current.config().public_url or request.host_url).rstrip("/")


def _of_index(response: Response, index: IndexVersion) -> Response:
    """Says which index answered, also where the body has no place for it."""
    response.headers["Genelight-Index"] = index.digest
    return response
