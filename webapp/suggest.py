"""Suggestions while a query is typed, as JSON."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, request

from search.completing import MOST
from search.page import Warning
from webapp import current
from webapp.asking import checked_query, unknown, whole_number
from webapp.responses import json_response

suggestions = Blueprint("suggestions", __name__)

PARAMETERS = ("q", "size")
SIZE = 10
KEPT_SECONDS = 60
"""So long a browser need not ask again; the tag of an answer changes with what it says and with the index."""


@suggestions.get("/api/v1/suggest")
def suggest() -> Response:
    """What a query may become that is being typed."""
    q = checked_query(request.args.get("q", ""), current.config().max_query_length)
    size = whole_number("size", request.args["size"]) if request.args.get("size") else SIZE
    warnings = unknown(request.args, PARAMETERS)
    if size > MOST:
        warnings.append(Warning(f"size was cut to {MOST}"))
    found = current.genes().suggest(q, size)
    response = json_response(msgspec.structs.replace(found, warnings=tuple(warnings)))
    response.headers["Genelight-Index"] = found.index.digest
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_SECONDS
    response.add_etag()
    response.make_conditional(request)
    return response
