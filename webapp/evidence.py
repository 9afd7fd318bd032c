"""What templates use to show evidence: sentences cut to what answers, and every text of a source so that it
does no harm."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Flask, url_for
from markupsafe import Markup, escape

from webapp.badges import kind_of
from webapp.comparing import SHOWN
from webapp.excerpts import excerpt, short
from webapp.harmless import visible
from webapp.links import gene_address
from webapp.marking import Segment, mark

MOST_ASKED = 20
"""Genes of one name, such as a range, that a link asks for."""
MOST_NAMED = 5
"""Genes that a name may mean besides, in a link's title."""


def register(app: Flask) -> None:
    """Gives the templates the functions of this file.

    Whatever a template puts out goes through ``shown``, also in attributes; only what a reader typed, which
    goes back into a form as it was, is kept from it, by the filter ``typed``.
    """
    app.jinja_env.finalize = shown
    app.jinja_env.filters.update(short=short, typed=typed)
    app.jinja_env.globals.update(
        mark=mark,
        excerpt=excerpt,
        mention_address=mention_address,
        mention_title=mention_title,
        family_address=family_address,
        kind_of=kind_of,
        SHOWN_CLAIMS=SHOWN,
    )


def shown(value: object) -> object:
    """A value as a page may show it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def typed(text: str) -> Markup:
    """What a reader typed, sign by sign."""
    return escape(text)


def mention_address(segment: Segment) -> str:
    """Where a name in a sentence leads: to its gene's page, or to all of its genes where it has several."""
    if segment.gene is None or segment.symbol is None:
        raise ValueError("the segment names no gene")
    several = [segment.symbol, *(one.symbol for one in segment.beside if one.known)]
    if len(several) == 1:
        return gene_address(segment.symbol, segment.gene)
    asked = " OR ".join(map(partial(_phrase, "symbol"), several[:MOST_ASKED]))
    return url_for("pages.search", q=asked)


def family_address(family: str) -> str | None:
    """The genes of a family; None for a name that is too long to be one."""
    return url_for("pages.search", q=_phrase("family", family)) if len(family) <= 200 else None


def _phrase(field: str, name: str) -> str:
    """A query for a name in a field; a source may have put a quotation mark into it."""
    return f'{field}:"{name.replace(chr(34), "")}"'


def mention_title(segment: Segment) -> str:
    """Which genes a name in a sentence leads to, and which it may mean as well."""
    symbols = [segment.symbol or "", *(one.symbol for one in segment.beside)]
    if len(symbols) == 1:
        return gene_title(symbols[0], segment.others)
    more = len(symbols) - MOST_ASKED
    named = ", ".join(short(symbol, 40) for symbol in symbols[:MOST_ASKED])
    return f"Genes {named}" + (f" and {more:,} more" if more > 0 else "")


def gene_title(symbol: str, others: Iterable[str] = ()) -> str:
    """Which gene a name in a sentence leads to, and which it may mean as well."""
    named = [short(other, 40) for other in others]
    more = len(named) - MOST_NAMED
    listed = ", ".join(named[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"Gene {short(symbol, 40)}" + (f", or {listed}" if named else "")
