"""What a search is asked, checked; and the cursors that stand for the pages that follow."""

from __future__ import annotations

import base64
import binascii
import hashlib

from msgspec import Struct, json
from msgspec.structs import replace

from search.errors import BadRequest
from search.page import IndexVersion, Warning
from search.sorting import RELEVANCE, read_sort

MAX_SIZE = 1000
_READ_ANYHOW = "; the query was read as plain words"
"""What a warning ends with that is no warning where nothing is read."""


class SearchRequest(Struct, frozen=True):
    """A question.

    ``start`` hits are left out before the ``size`` that are shown; ``cursor``, from an
    earlier page's ``next``, stands for both.
    """

    q: str
    size: int = 10
    start: int = 0
    cursor: str | None = None
    filters: tuple[str, ...] = ()
    """Queries that every gene must meet besides."""
    sort: str = RELEVANCE
    """One of search.sorting.SORTS, perhaps after ``-``."""
    facets: tuple[str, ...] = ()
    """What to count over the genes of the answer (index.facets.COLUMNS)."""
    facet_size: int = 10
    """How many terms of each facet to list."""
    strict: bool = False
    """Refuse a query that is not of the query language, instead of reading it as words."""
    explain: bool = False
    """Say of each hit what its place comes from."""


def checked(request: SearchRequest, version: IndexVersion) -> tuple[SearchRequest, list[Warning]]:
    """The request with its cursor read and its size within bounds, and what there is to say of it.

    Raises:
        BadRequest: a negative size or start, an unknown sort, or a cursor that is none or another search's.
    """
    warnings = []
    size, start = request.size, request.start
    sort = read_sort(request.sort)
    if request.cursor is not None:
        start, size, digest, asked = _read_cursor(request.cursor)
        if asked != _fingerprint(request):
            raise BadRequest("cursor is of another search: q, filter and sort must be those it was given for")
        if digest != version.digest:
            warnings.append(
                Warning("the index was rebuilt since the first page; hits may repeat or be missed")
            )
    if size < 0 or start < 0:
        raise BadRequest("size and from must not be negative")
    if size > MAX_SIZE:
        warnings.append(Warning(f"size {size} was cut to {MAX_SIZE}; follow next for more"))
        size = MAX_SIZE
    if request.facet_size < 0:
        raise BadRequest("facet_size must not be negative")
    return replace(request, size=size, start=start, sort=sort, cursor=None), warnings


def cursor(start: int, request: SearchRequest, version: IndexVersion) -> str:
    """What stands for the page of a search that begins at ``start``."""
    text = f"{start}.{request.size}.{version.digest}.{_fingerprint(request)}"
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")


def refused(fault: Warning) -> BadRequest:
    """What a strict request is told of a query that is not of the query language."""
    return BadRequest(fault.message.removesuffix(_READ_ANYHOW), fault.position)


def _fingerprint(request: SearchRequest) -> str:
    """Of what decides which genes are found, and in which order."""
    asked = json.encode((request.q, sorted(set(request.filters)), read_sort(request.sort)))
    return hashlib.blake2b(asked, digest_size=8).hexdigest()


def _read_cursor(cursor: str) -> tuple[int, int, str, str]:
    try:
        start, size, digest, asked = (
            base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").split(".")
        )
        return int(start), int(size), digest, asked
    except (ValueError, binascii.Error):
        raise BadRequest("cursor is not one that an earlier page gave") from None
