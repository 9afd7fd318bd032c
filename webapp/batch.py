"""Many queries in one call, answered the way MyGene.info answers them: rows.

A list of rows has no envelope, so what a query's answer has to say beside its hits stands
on the query's first row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from flask import Request
from msgspec import Struct
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from search import Genes
from search.errors import BadRequest
from search.page import Page, Warning
from search.sorting import RELEVANCE
from webapp.asking import checked_query, hit_keys, unknown, whole_number, yes_or_no
from webapp.config import Config

_SEPARATOR = re.compile(r"[,\n]")


class BatchRequest(Struct, frozen=True):
    """The body of a POST, as JSON or as a form with the same names."""

    q: list[str | int] | str
    """The queries: a list, or one text separated by commas or line ends."""
    size: int | None = None
    """Most hits for each query, 1 to 1,000."""
    limit: int | None = None
    """Another name of ``size``."""
    fields: list[str] | str | None = None
    """The hit's keys to answer with; ``query``, ``_id`` and ``_score`` are always there."""
    filter: list[str] | str = []
    """Queries that every hit must meet besides."""
    sort: str = RELEVANCE
    """The order of each query's hits."""
    strict: bool | int | str = False
    """Refuse a query that is not of the query language: true or false, 1 or 0."""
    explain: bool | int | str = False
    """Say of each hit what its place comes from: true or false, 1 or 0."""


PARAMETERS = tuple(field.encode_name for field in msgspec.structs.fields(BatchRequest))


MAX_HITS = 10_000
"""Hits in one answer to many queries, which is made in memory."""


class Batch(Struct, frozen=True):
    queries: tuple[str, ...]
    size: int
    fields: tuple[str, ...] | None
    filters: tuple[str, ...]
    sort: str
    strict: bool
    explain: bool
    warnings: tuple[Warning, ...]


def read_batch(request: Request, config: Config) -> Batch:
    """The queries of a POST.

    Raises:
        BadRequest: the body cannot be read, or asks for too much.
        UnsupportedMediaType: it is neither JSON nor a form.
    """
    body, names = _body(request)
    queries = [str(q) for q in body.q] if isinstance(body.q, list) else _split(body.q)
    if len(queries) > config.max_queries:
        raise BadRequest(f"{len(queries):,} queries in one call; at most {config.max_queries:,} are answered")
    size = body.size if body.size is not None else body.limit
    if size is not None and size < 1:
        raise BadRequest(f"size must be a whole number of 1 or more, not {size}")
    hits = len(queries) * (size or config.page_size)
    if hits > MAX_HITS:
        each = hits // len(queries)
        raise BadRequest(f"{len(queries):,} queries of {each:,} hits; at most {MAX_HITS:,} hits in one call")
    fields = ",".join(body.fields) if isinstance(body.fields, list) else body.fields
    keys, field_warnings = hit_keys(fields)
    filters = [body.filter] if isinstance(body.filter, str) else body.filter
    return Batch(
        queries=tuple(checked_query(q, config.max_query_length) for q in queries),
        size=config.page_size if size is None else size,
        fields=keys,
        filters=tuple(checked_query(told, config.max_query_length) for told in filters),
        sort=body.sort,
        strict=_told(body.strict, "strict"),
        explain=_told(body.explain, "explain"),
        warnings=(*unknown(names, PARAMETERS), *field_warnings),
    )


def rows(batch: Batch, genes: Genes) -> Iterator[dict[str, object]]:
    """The rows of every query in the order asked; one without a hit has ``notfound``."""
    warnings = batch.warnings
    for q in batch.queries:
        page = genes.search(
            q,
            size=batch.size,
            filters=batch.filters,
            sort=batch.sort,
            strict=batch.strict,
            explain=batch.explain,
        )
        first = _first(page, warnings)
        warnings = ()
        if not page.hits:
            yield {"query": q, "notfound": True} | first
        for hit in hit_rows(page, batch.fields):
            yield {"query": q} | hit | first
            first = {}


def hit_rows(page: Page, keys: tuple[str, ...] | None) -> list[dict[str, object]]:
    """The hits as they stand in JSON, each with only ``keys``; None: all of them."""
    hits: list[dict[str, object]] = [msgspec.to_builtins(hit) for hit in page.hits]
    if keys is None:
        return hits
    return [{key: hit[key] for key in keys} for hit in hits]


def _first(page: Page, warnings: tuple[Warning, ...]) -> dict[str, object]:
    beside = {
        "warnings": (*warnings, *page.warnings),
        "owners": page.query.owners,
        "withdrawn": page.query.withdrawn,
        "suggestions": page.suggestions,
        "index": page.index,
    }
    return {name: msgspec.to_builtins(value) for name, value in beside.items() if value}


def _body(request: Request) -> tuple[BatchRequest, list[str]]:
    """The body and the names it uses."""
    if request.mimetype == "application/json":
        return _json_body(request.get_data())
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = request.form
        if "q" not in form:
            raise BadRequest('the form has no q; for a JSON body send "Content-Type: application/json"')
        numbers = {name: whole_number(name, form[name]) for name in ("size", "limit") if form.get(name)}
        asked = BatchRequest(
            form["q"],
            fields=form.get("fields"),
            filter=form.getlist("filter"),
            sort=form.get("sort", RELEVANCE),
            strict=yes_or_no(form, "strict"),
            explain=yes_or_no(form, "explain"),
            **numbers,
        )
        return asked, list(form)
    raise UnsupportedMediaType('Send JSON with "Content-Type: application/json", or a form.')


def _json_body(data: bytes) -> tuple[BatchRequest, list[str]]:
    try:
        return msgspec.json.decode(data, type=BatchRequest), list(msgspec.json.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not what is expected: {error}") from None


def _told(value: bool | int | str, name: str) -> bool:
    """Set or not, as the parameter of a GET may say it."""
    text = str(int(value)) if isinstance(value, bool) else str(value)
    return yes_or_no(MultiDict([(name, text)]), name)


def _split(text: str) -> list[str]:
    """The queries in a text; blank ones between separators ask nothing."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]
