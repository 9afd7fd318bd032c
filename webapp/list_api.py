"""A list of names and a question: the endpoint, its tables and bibliographies."""

from __future__ import annotations

from flask import Blueprint, Response, request

from search.errors import BadRequest
from search.listed import Listing
from webapp import current, exporting
from webapp.exports import warnings_header
from webapp.list_asking import JSON, answer_asked, read_list
from webapp.list_files import FORMATS as FILES
from webapp.list_files import written
from webapp.responses import json_response

lists = Blueprint("lists", __name__)

FORMATS = (JSON, *FILES)
_ACCEPTED = {"text/tab-separated-values": "tsv", "text/csv": "csv"}
"""Formats that may be asked for by the header Accept."""


@lists.route("/api/v1/list", methods=["GET", "POST"])
def answer() -> Response:
    """The list answered, in the format asked for."""
    ask = read_list(request, current.config())
    kind = ask.format or _accepted()
    if kind not in FORMATS:
        raise BadRequest(f"unknown format {kind[:40]!r}; known are {', '.join(FORMATS)}")
    listing = answer_asked(ask, current.genes())
    response = json_response(listing) if kind == JSON else _file(listing, kind)
    response.headers["Genelight-Index"] = listing.index.digest
    return response


def _file(listing: Listing, kind: str) -> Response:
    """The list is in memory anyway, so it is sent whole, with its length."""
    body = b"".join(written(listing, kind))
    known = exporting.FORMATS[kind]
    response = Response(body, content_type=known.content_type)
    name = exporting.file_name(known.suffix, "list", listing.index.digest[:12])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if told := warnings_header(listing.warnings):
        response.headers["Genelight-Warnings"] = told
    return response


def _accepted() -> str:
    best = request.accept_mimetypes.best_match(["application/json", *_ACCEPTED], "application/json")
    return _ACCEPTED.get(best, JSON)
