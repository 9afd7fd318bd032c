"""Why a gene is in the answer to a name, in words, and what the name is to other genes."""

from __future__ import annotations

from collections.abc import Sequence

from index.records import NameKind
from index.store import NameRow
from search.page import Match, MatchKind

_NAME_MATCH: dict[NameKind, MatchKind] = {
    "symbol": "symbol",
    "previous_symbol": "previous_symbol",
    "alias": "alias",
    "withdrawn": "withdrawn",
    "name": "name",
    "previous_name": "name",
    "alias_name": "name",
}
_IN_WORDS: dict[NameKind, str] = {
    "symbol": "symbol",
    "previous_symbol": "previous symbol of {symbol}",
    "alias": "alias of {symbol}",
    "withdrawn": "withdrawn symbol, now {symbol}",
    "name": "name of {symbol}",
    "previous_name": "previous name of {symbol}",
    "alias_name": "other name of {symbol}",
}
_ALSO: dict[NameKind, str] = {
    "previous_symbol": "a previous symbol",
    "alias": "an alias",
    "withdrawn": "a withdrawn symbol",
    "name": "the name",
    "previous_name": "a previous name",
    "alias_name": "another name",
}
APPROVED = "HGNC:"
"""How the ids of the genes begin whose symbols a committee approves."""


def name_matches(named: Sequence[NameRow], species: int) -> list[Match]:
    """How each of the genes of a name met it, and what the name is to the others; genes of another species
    than ``species`` say of which."""
    if len(named) == 1:
        return [_match(named[0], species, "")]
    symbols = [row for row in named if row.kind == "symbol"]
    same = len({row.kind for row in named}) == 1
    return [_match(row, species, _beside(row, named, symbols, same)) for row in named]


def _match(row: NameRow, species: int, beside: str) -> Match:
    kind = _NAME_MATCH[row.kind]
    approved = "approved " if row.kind == "symbol" and row.id.startswith(APPROVED) else ""
    told = _IN_WORDS[row.kind].format(symbol=row.symbol)
    foreign = f" (taxon {row.taxon})" if row.taxon != species else ""
    return Match(kind, row.kind, row.spelling, f"{row.spelling}: {approved}{told}{foreign}{beside}")


def _beside(row: NameRow, named: Sequence[NameRow], symbols: Sequence[NameRow], same: bool) -> str:
    """What the name of a gene is to others; ``symbols`` are those whose symbol it is."""
    others = len(named) - 1
    own = row.kind == "symbol"
    if others == 1 and len(symbols) == own:
        (other,) = (one for one in named if one is not row)
        return f"; also {_ALSO[other.kind]} of {other.symbol}"
    if same and not own:
        return f", and of {others:,} other genes"
    if len(symbols) - own != 1:
        return f"; also a name of {others:,} other genes"
    symbol = next(one.symbol for one in symbols if one is not row)
    rest = others - 1
    more = ", and a name of one other gene" if rest == 1 else f", and a name of {rest:,} other genes"
    return f"; also the symbol of {symbol}{more if rest else ''}"
