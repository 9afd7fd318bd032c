"""Where errors become answers: JSON under /api/, a page elsewhere.

The core's errors are two, and each has one status; the rest are HTTP's own.
"""

from __future__ import annotations

from flask import Flask, Response, render_template
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from index.engines import CLUSTER_ENGINE
from search.errors import BadRequest, IndexUnavailable
from search.gene import GeneChoice
from webapp import current
from webapp.responses import is_api, json_response

TITLES = {
    400: "That request cannot be answered",
    404: "There is no such page",
    405: "That method does not work here",
    413: "That is too much at once",
    500: "Something went wrong here",
    503: "There is no index that answers",
}

MESSAGES = {
    404: "Nothing is served at this address.",
    413: "The request body is larger than {:,} bytes, which is what this server reads; send it in parts.",
    500: "The server failed to answer. It is not your query's fault; the server's log says more.",
}


class ErrorBody(Struct, frozen=True, kw_only=True):
    """What every error under /api/ answers."""

    success: bool = False
    code: int
    """The HTTP status."""
    error: str
    """What is wrong and what to change."""
    details: GeneChoice | None = None
    """What an unknown gene may have meant."""
    position: int | None = None
    """Code point in the query where it goes wrong, if it is there."""


def error_response(
    code: int,
    error: str,
    details: GeneChoice | None = None,
    position: int | None = None,
    title: str = "",
) -> Response:
    """The error as this caller reads it; ``title`` stands above it on a page, else that of its code."""
    if is_api():
        return json_response(ErrorBody(code=code, error=error, details=details, position=position), code)
    page = render_template("error.html", code=code, title=title or TITLES.get(code, "Error"), error=error)
    return Response(page, code, content_type="text/html; charset=utf-8")


def unavailable_message(error: IndexUnavailable) -> str:
    """Why there is no index, with the command that makes one; a cluster's message says itself what to do."""
    message = str(error)
    if "genelight index" in message or current.config().engine == CLUSTER_ENGINE:
        return message
    return f"{message.rstrip('. ') or 'No index answers'}. Run: genelight index"


def register(app: Flask) -> None:
    """Makes every error of ``app`` go through error_response."""

    @app.errorhandler(BadRequest)
    def bad_request(error: BadRequest) -> Response:
        return error_response(400, str(error), position=error.position)

    @app.errorhandler(IndexUnavailable)
    def unavailable(error: IndexUnavailable) -> Response:
        response = error_response(503, unavailable_message(error))
        response.headers["Retry-After"] = "10"
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        code = error.code or 500
        told = MESSAGES.get(code, "").format(current.config().max_body_bytes)
        response = error_response(code, told or error.description or error.name)
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
        return response
