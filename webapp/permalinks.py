"""The address at which a search is asked again, and the index that it was asked of."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

from search.page import IndexVersion, Warning
from search.sorting import RELEVANCE

SHORT_DIGEST = 12
"""Characters of the digest that an address carries."""

_SHORTEST_DIGEST = 8
"""A digest is known by its first characters, of these at least so many."""


class Answered(Protocol):
    """Any answer."""

    @property
    def index(self) -> IndexVersion: ...


def permalink(
    base: str,
    q: str,
    index: IndexVersion,
    *,
    filters: tuple[str, ...] = (),
    sort: str = RELEVANCE,
    size: int | None = None,
    start: int = 0,
    explain: bool = False,
) -> str:
    """A search in canonical form with the index that answered it.

    Behind ``base`` there are only characters that mean nothing in a header or in any of the files.
    """
    told = {
        "q": q,
        "size": size,
        "sort": None if sort == RELEVANCE else sort,
        "from": start or None,
        "explain": "1" if explain else None,
        "filter": list(filters),
        "index": index.digest[:SHORT_DIGEST],
    }
    given = {name: value for name, value in told.items() if value is not None}
    return f"{base}/search?{urlencode(given, doseq=True)}"


def other_index(digest: str | None, index: IndexVersion) -> Warning | None:
    """A warning where a link was made from another index than the one that answers."""
    if digest is None or (len(digest) >= _SHORTEST_DIGEST and index.digest.startswith(digest.lower())):
        return None
    told, today = digest[:SHORT_DIGEST], index.digest[:SHORT_DIGEST]
    return Warning(f"this link was made from index {told}, today's is index {today}: answers may differ")
