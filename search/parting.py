"""What of a query finds genes where the whole finds none: it is offered, never asked instead."""

from __future__ import annotations

from collections.abc import Iterator

from whoosh.query import And, Not, Query

from search.errors import BadRequest
from search.finding import find
from search.mentioned import families_meant
from search.page import Suggestion
from search.query import Parsed, parse
from search.snapshot import Snapshot
from search.tree import Within, canonical, every_leaf

_MOST_PARTS = 6
"""Parts of the longest query of which less is looked for: each costs a search."""


def finding_less(parsed: Parsed, snapshot: Snapshot) -> tuple[Suggestion, ...]:
    """Of a query with operators or fields, which is never relaxed: the families that it asks for as genes,
    what it finds without one of its parts, and where that is nothing, what each part finds."""
    if parsed.plain:
        return ()
    found = list(_families(parsed, snapshot))
    if isinstance(parsed.tree, Within):
        found += _finding([parsed.tree.query], snapshot)
    parts = list(parsed.tree.subqueries) if type(parsed.tree) is And else []
    if 1 < len(parts) <= _MOST_PARTS:
        rests = [And(parts[:place] + parts[place + 1 :]) for place in range(len(parts))]
        less = list(_finding(rests[::-1], snapshot))
        found += less or list(_finding(parts, snapshot))
    return tuple({one.text: one for one in found}.values())


def _families(parsed: Parsed, snapshot: Snapshot) -> Iterator[Suggestion]:
    for family in families_meant(every_leaf(parsed.tree), snapshot.facets):
        yield from _found(f'family:"{family}"', snapshot)


def _finding(trees: list[Query], snapshot: Snapshot) -> Iterator[Suggestion]:
    """Those of some trees that say what to find and find genes."""
    for tree in trees:
        parts = tree.subqueries if type(tree) is And else [tree]
        if all(isinstance(part, Not) for part in parts):
            continue
        one = parts[0] if len(parts) == 1 else tree
        yield from _found(canonical(one, plain=False), snapshot)


def _found(text: str, snapshot: Snapshot) -> Iterator[Suggestion]:
    try:
        genes = find(parse(text), frozenset(), 1, snapshot).total
    except BadRequest:  # it would read too much, which whoever asks for it is told then
        return
    if genes:
        yield Suggestion(text, kind="words", reason=f"{genes:,} gene{'' if genes == 1 else 's'}")
