"""Which addresses may be asked, and where a redirect may lead."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

from index.fetch.retrying import Refused

_SCHEMES = ("http", "https")


def wrong(address: str) -> str | None:
    """Why an address is not asked; None when it may be."""
    parts = _split(address)
    if parts is None or not address.isprintable() or " " in address:
        return f"{address!r} is no address"
    if parts.scheme not in _SCHEMES or not parts.hostname:
        return f"{address} is neither http nor https"
    if "@" in parts.netloc:
        return "an address with a user name would show it in records and messages"
    return None


def host(address: str) -> str:
    """The host alone: two ports of one machine are one host to be polite to."""
    parts = _split(address)
    return (parts.hostname if parts else None) or ""


def redirected(address: str, location: str) -> str:
    """The address that ``location`` leads to from ``address``.

    Raises:
        Refused: it is none, not http or https, or leaves https.
    """
    try:
        target = urljoin(address, location)
    except ValueError:
        target = location
    if reason := wrong(target):
        raise Refused(f"it is redirected to where nothing is fetched from: {reason}")
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme == "http":
        raise Refused(f"it is redirected from https to {target}, which nobody vouches for")
    return target


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - a port that is no number is told only when it is asked for
    except ValueError:
        return None
    return parts
