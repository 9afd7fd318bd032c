"""Answers as downloads: streamed, whole, and each from one generation (docs/decisions/0022-exports.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from logging import Logger
from threading import BoundedSemaphore
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, request
from msgspec import Struct

from search.errors import BadRequest
from search.exporting import Export
from search.page import IndexVersion, Warning
from search.sorting import RELEVANCE
from webapp import current
from webapp.asking import checked_query, newer_index, unknown, whole_number, yes_or_no
from webapp.errors import error_response
from webapp.exporting import EXCEL, FORMATS, Format, file_name
from webapp.permalinks import SHORT_DIGEST, permalink

exports = Blueprint("exports", __name__)

PARAMETERS = ("q", "format", "filter", "sort", "size", "strict", "bom", "about", "index")
AT_ONCE = 2
"""Exports that a worker makes at the same time, of its four threads (webapp/server.py): one that is read
slowly keeps a thread."""
_WAIT_SECONDS = 5
_LONGEST_HEADER = 8000
"""Clients refuse longer ones; the same stands in the file with ``about=1``."""
_SLOTS = "genelight.exports"


class Asked(Struct, frozen=True):
    """An export, as asked for."""

    q: str
    format: Format
    filters: tuple[str, ...]
    sort: str
    size: int | None
    """None for all."""
    strict: bool
    about: bool
    """Say in the file itself which search and which index made it."""
    digest: str | None
    """The index that is expected."""
    warnings: tuple[Warning, ...]


def register(app: Flask) -> None:
    """The places of those who export at the same time, and the formats for templates."""
    app.extensions[_SLOTS] = BoundedSemaphore(AT_ONCE)
    app.jinja_env.globals["EXPORT_FORMATS"] = FORMATS


@exports.get("/api/v1/export")
def export() -> Response:
    """Every hit of a query, its sentences or the papers behind them, as a file."""
    ask = _asked()
    slots = cast(BoundedSemaphore, current_app.extensions[_SLOTS])
    if not slots.acquire(blocking=False):
        busy = error_response(503, f"{AT_ONCE} exports are being made here already; ask again in a moment")
        busy.headers["Retry-After"] = str(_WAIT_SECONDS)
        return busy
    leave = _once(slots.release)
    with ExitStack() as held:  # the place and the generation, until there is a response that gives them back
        held.callback(leave)
        found = held.enter_context(
            current.genes().export(
                ask.q, filters=ask.filters, sort=ask.sort, size=ask.size, strict=ask.strict
            )
        )
        base = (current.config().public_url or request.host_url).rstrip("/")
        pieces = ask.format.write(found, about(found, base) if ask.about else "")
        response = download(
            _whole_or_told(pieces, ask.format, current_app.logger, leave),
            ask.format,
            found.query.canonical or ask.q,
            found.index,
        )
        newer = newer_index(ask.digest, found)
        _tell(response, found, (*ask.warnings, *found.warnings, *([newer] if newer else ())))
        response.call_on_close(held.pop_all().close)
    return response


def download(pieces: Iterator[bytes], kind: Format, asked: str, index: IndexVersion) -> Response:
    """Pieces of a file, sent as they are made, under a name that says what was asked of which index."""
    response = Response(pieces, content_type=kind.content_type)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{file_name(kind.suffix, asked, index.digest[:SHORT_DIGEST])}"'
    )
    return response


def about(found: Export, base: str) -> str:
    """What a file says of itself: the search that made it, and its index."""
    read = found.query
    address = permalink(base, read.canonical or read.q, found.index, filters=read.filters, sort=read.sort)
    return f"Genelight {address}"


def _asked() -> Asked:
    args, longest = request.args, current.config().max_query_length
    name = args.get("format", "tsv").strip().lower()
    if name not in FORMATS:
        raise BadRequest(f"format must be one of {', '.join(FORMATS)}, not {name[:40]!r}")
    kind = EXCEL if name == "csv" and yes_or_no(args, "bom") else FORMATS[name]
    return Asked(
        q=checked_query(args.get("q", ""), longest),
        format=kind,
        filters=tuple(checked_query(told, longest) for told in args.getlist("filter")),
        sort=args.get("sort", RELEVANCE),
        size=whole_number("size", args["size"]) if args.get("size") else None,
        strict=yes_or_no(args, "strict"),
        about=yes_or_no(args, "about") if "about" in args else kind.tells,
        digest=args.get("index") or None,
        warnings=tuple(unknown(args, PARAMETERS)),
    )


def _tell(response: Response, found: Export, warnings: tuple[Warning, ...]) -> None:
    """What the file has no place for; texts are percent-encoded, as in an address."""
    told = {
        "Genelight-Index": found.index.digest,
        "Genelight-Total": str(found.total),
        "Genelight-Query": quote(found.query.canonical, safe=""),
        "Genelight-Warnings": warnings_header(warnings),
    }
    response.headers.update(
        {name: value for name, value in told.items() if 0 < len(value) <= _LONGEST_HEADER}
    )


def warnings_header(warnings: Iterable[Warning]) -> str:
    """What was not taken as it was asked, for an answer that is a file."""
    told = ", ".join(quote(warning.message, safe=" ';:()") for warning in warnings)
    return told if len(told) <= _LONGEST_HEADER else ""


def _whole_or_told(
    pieces: Iterator[bytes], kind: Format, logger: Logger, leave: Callable[[], None]
) -> Iterator[bytes]:
    """The pieces; what breaks off says so in its last line, since the server ends it like a whole file."""
    try:
        yield from pieces
    except Exception:
        logger.exception("an export broke off")
        yield kind.broken.encode()
    finally:
        leave()


def _once(call: Callable[[], None]) -> Callable[[], None]:
    """Calls the first time only."""
    left = [call]

    def calls() -> None:
        if left:
            left.pop()()

    return calls
