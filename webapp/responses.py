"""What every response has: its headers, and the one way to send JSON."""

from __future__ import annotations

from flask import Response, request
from msgspec import Struct

from search.page import to_json

API = "/api/"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Link, Location, Content-Disposition, "
        "Genelight-Index, Genelight-Query, Genelight-Total, Genelight-Warnings"
    ),
}

PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Elsewhere(Struct, frozen=True):
    """What is answered where the answer is at another address."""

    location: str


def json_response(value: Struct | dict[str, object] | list[object], status: int = 200) -> Response:
    """The answer as JSON, the bytes that ``--json`` prints."""
    return Response(to_json(value), status, content_type="application/json; charset=utf-8")


def elsewhere(address: str) -> Response:
    """Sends an asker of the API to another address, which the body tells too."""
    response = json_response(Elsewhere(address), 303)
    response.headers["Location"] = address
    return response


def is_api() -> bool:
    """True where a program asks: its errors are JSON."""
    return request.path.startswith(API) or request.path == API.rstrip("/")


def preflight() -> Response | None:
    """Answers OPTIONS anywhere under /api/, so that a browser learns even of a 404."""
    if request.method != "OPTIONS" or not is_api():
        return None
    return Response(status=204, headers=PREFLIGHT_HEADERS)


def add_headers(response: Response) -> Response:
    """The headers of every response, whatever its status."""
    response.headers.update(SECURITY_HEADERS)
    if is_api():
        response.headers.update(CORS_HEADERS)
    return response
