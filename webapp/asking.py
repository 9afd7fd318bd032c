"""What a request asks for, read the same way for the page and the API.

Numbers that are no numbers are refused; names nobody knows are answered with a warning,
since a script that sends one believes it did something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from search import Genes
from search.errors import BadRequest
from search.page import Hit, Page, Warning
from search.sorting import RELEVANCE
from webapp.permalinks import Answered, other_index

PARAMETERS = (
    "q",
    "size",
    "limit",
    "from",
    "offset",
    "filter",
    "sort",
    "facets",
    "facet_size",
    "strict",
    "explain",
    "cursor",
    "fields",
    "index",
    "digest",
)
"""What a search by GET understands."""
_SEVERAL = ("filter", "facets")
"""Parameters that may be given several times."""
FACET_SIZE = 10
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")

HIT_KEYS: tuple[str, ...] = tuple(field.encode_name for field in msgspec.structs.fields(Hit))
KEPT_KEYS = ("_id", "_score")
"""What a hit keeps whatever ``fields`` says."""

_NUMBER = re.compile(r"\s*([0-9]+)\s*")
_HUGE = 10**9


class Asked(Struct, frozen=True):
    """One search, as asked for."""

    q: str
    size: int
    start: int
    cursor: str | None
    fields: tuple[str, ...] | None
    """The hit's keys to answer with; None: all."""
    filters: tuple[str, ...]
    sort: str
    facets: tuple[str, ...]
    facet_size: int
    strict: bool
    explain: bool
    digest: str | None
    """The index that a permalink was made with."""
    warnings: tuple[Warning, ...]


def asked(args: MultiDict[str, str], page_size: int, max_query_length: int) -> Asked:
    """The search of a query string.

    Raises:
        BadRequest: a number is none, or the query or a filter is too long.
    """
    warnings = [*unknown(args, PARAMETERS), *_repeated(args)]
    size, size_warning = _number(args, ("size", "limit"), page_size)
    start, start_warning = _number(args, ("from", "offset"), 0)
    fields, field_warnings = hit_keys(args.get("fields"))
    warnings += [warning for warning in (size_warning, start_warning) if warning] + field_warnings
    return Asked(
        q=checked_query(args.get("q", ""), max_query_length),
        size=size,
        start=start,
        cursor=args.get("cursor") or None,
        fields=fields,
        filters=tuple(checked_query(told, max_query_length) for told in args.getlist("filter")),
        sort=args.get("sort", RELEVANCE),
        facets=listed(args.getlist("facets")),
        facet_size=whole_number("facet_size", args.get("facet_size") or str(FACET_SIZE)),
        strict=yes_or_no(args, "strict"),
        explain=yes_or_no(args, "explain"),
        digest=args.get("index") or args.get("digest") or None,
        warnings=tuple(warnings),
    )


def answer(ask: Asked, genes: Genes) -> Page:
    """The page that a search asks for.

    Raises:
        GenelightError: whatever ``Genes.search`` raises.
    """
    return genes.search(
        ask.q,
        size=ask.size,
        start=ask.start,
        cursor=ask.cursor,
        filters=ask.filters,
        sort=ask.sort,
        facets=ask.facets,
        facet_size=ask.facet_size,
        strict=ask.strict,
        explain=ask.explain,
    )


def listed(values: Iterable[str]) -> tuple[str, ...]:
    """The names in some lists separated by commas."""
    return tuple(name for value in values for part in value.split(",") if (name := part.strip()))


def checked_query(q: str, longest: int) -> str:
    """The query.

    Raises:
        BadRequest: it is longer than ``longest`` characters.
    """
    if len(q) > longest:
        raise BadRequest(f"the query is {len(q):,} characters long; at most {longest:,} are read", longest)
    return q


def whole_number(name: str, text: str) -> int:
    """A number of 0 or more, as a parameter gives it.

    Raises:
        BadRequest: it is none.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadRequest(f"{name} must be a whole number of 0 or more, not {text[:40]!r}")
    digits = match[1].lstrip("0") or "0"
    return int(digits) if len(digits) < 10 else _HUGE


def hit_keys(text: str | None) -> tuple[tuple[str, ...] | None, list[Warning]]:
    """The hit's keys that ``fields`` names, and a warning for each that a hit does not have."""
    names = listed([text or ""])
    if not names or "all" in names:
        return None, []
    warnings = [
        Warning(f"unknown field {name[:40]!r}; a hit has {', '.join(HIT_KEYS)}")
        for name in names
        if name not in HIT_KEYS
    ]
    return tuple(key for key in HIT_KEYS if key in names or key in KEPT_KEYS), warnings


def unknown(names: Iterable[str], known: Sequence[str]) -> list[Warning]:
    """A warning for each parameter that is not known."""
    return [
        Warning(f"unknown parameter {name[:40]!r} was ignored; known are {', '.join(known)}")
        for name in names
        if name not in known
    ]


def newer_index(digest: str | None, answered: Answered) -> Warning | None:
    """A warning when a permalink was made from another index than the one that answers."""
    return other_index(digest, answered.index)


def yes_or_no(args: MultiDict[str, str], name: str) -> bool:
    """A parameter that is set or not.

    Raises:
        BadRequest: it is neither.
    """
    value = args.get(name, "").strip().lower()
    if value not in (*_YES, *_NO):
        raise BadRequest(f"{name} must be 1 or 0, not {value[:40]!r}")
    return value in _YES


def _repeated(args: MultiDict[str, str]) -> list[Warning]:
    return [
        Warning(f"{name} is given {len(values)} times; the first is used")
        for name, values in args.lists()
        if name in PARAMETERS and name not in _SEVERAL and len(values) > 1
    ]


def _number(args: MultiDict[str, str], names: tuple[str, str], default: int) -> tuple[int, Warning | None]:
    """A parameter or its alias, with a warning where both are given and differ."""
    given = {name: whole_number(name, args[name]) for name in names if args.get(name)}
    values = list(given.values())
    if len(set(values)) > 1:
        return values[0], Warning(f"{names[0]} and {names[1]} are one parameter; {names[0]} is used")
    return (values[0] if values else default), None
