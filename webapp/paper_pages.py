"""The page of a paper, and the same as JSON."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response as AnyResponse

from search.paper import SIZE, Paper, UnknownPaper
from search.request import MAX_SIZE
from webapp import current
from webapp.asking import unknown, whole_number
from webapp.describing import Json, answer, errors, query
from webapp.errors import error_response
from webapp.responses import elsewhere, is_api, json_response

papers = Blueprint("papers", __name__)
paper_api = Blueprint("paper_api", __name__)

PARAMETERS = ("size", "from")


@papers.get("/paper/<path:name>")
def paper(name: str) -> AnyResponse:
    """A paper with its genes; another spelling of its PubMed ID or DOI leads there."""
    size, start = _asked()
    found = _found(name, size, start)
    if not isinstance(found, Paper):
        return found
    page = render_template(
        "paper.html",
        paper=found,
        citing=[gene for gene in found.genes if gene.sentences],
        sharing=[gene for gene in found.genes if not gene.sentences],
        previous=_address("papers.paper", found, max(start - min(size, MAX_SIZE), 0)) if start else None,
        following=None if found.next is None else _address("papers.paper", found, found.next),
    )
    return Response(page, content_type="text/html; charset=utf-8")


@paper_api.get("/api/v1/paper/<path:name>")
def api_paper(name: str) -> AnyResponse:
    """The same as JSON."""
    found = _found(name, *_asked())
    if not isinstance(found, Paper):
        return found
    told = tuple(unknown(request.args, PARAMETERS))
    response = json_response(replace(found, warnings=found.warnings + told))
    response.headers["Genelight-Index"] = found.index.digest
    if found.next is not None:
        base = (current.config().public_url or request.host_url).rstrip("/")
        following = _address("api.paper_api.api_paper", found, found.next)
        response.headers["Link"] = f'<{base}{following}>; rel="next"'
    return response


def _found(name: str, size: int, start: int) -> Paper | AnyResponse:
    """The paper, or the answer where there is none, or where it has another address."""
    found = current.genes().paper(name, size=size, start=start)
    if isinstance(found, UnknownPaper):
        return error_response(404, found.reason, title="There is no such paper here")
    if found.name == name:
        return found
    if is_api():
        return elsewhere(_address("api.paper_api.api_paper", found, start))
    return redirect(_address("papers.paper", found, start), 303)


def _asked() -> tuple[int, int]:
    """How many genes, and how many to leave out before.

    Raises:
        BadRequest: they are no numbers.
    """
    size = whole_number("size", request.args.get("size") or str(SIZE))
    return size, whole_number("from", request.args.get("from") or "0")


def _address(endpoint: str, paper: Paper, start: int) -> str:
    """Where the paper's genes from ``start`` on are, as many of them as were asked for."""
    size = request.args.get("size")
    beside = ([("size", size)] if size else []) + ([("from", str(start))] if start else [])
    address = url_for(endpoint, name=paper.name)
    return f"{address}?{urlencode(beside)}" if beside else address


def described() -> Json:
    """``/api/v1/paper``, in the API's description (webapp/openapi.py)."""
    name = (
        "A PubMed ID or a DOI, in any spelling: 12081484, PMID:12081484, doi:10.1021/bi020030+. It may hold "
        "slashes."
    )
    return {
        "operationId": "paper",
        "summary": "A paper with the genes that cite it or are linked to it, and the citing sentences",
        "description": (
            "Genes with most citing sentences first, then those that list the paper, then those to which "
            "only a source links it, by their number of papers. Nothing is cut: total counts all, and next "
            "is the from of the genes that follow."
        ),
        "parameters": [
            {"name": "id", "in": "path", "required": True, "description": name, "schema": {"type": "string"}},
            query("size", "Most genes; over 1,000 is cut to 1,000 with a warning.", "integer", SIZE),
            query("from", "Genes to leave out at the start.", "integer", 0),
        ],
        "responses": {
            "200": answer("The paper.", "Paper", {"Link": ("The genes that follow, rel=next.", "string")}),
            "303": answer(
                "Another spelling, or a DOI whose PubMed ID is known.",
                "Elsewhere",
                {"Location": ("The paper's address.", "string")},
            ),
            **errors("400", "503"),
            "404": answer("No gene of this index cites the paper or is linked to it.", "ErrorBody"),
        },
    }
