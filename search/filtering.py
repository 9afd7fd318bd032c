"""Filters: queries that every gene of an answer must meet besides; those that are left are ranked among
themselves, with the same highlights.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from whoosh.query import And, NullQuery, Query

from search.binding import IN_FILTERS, bind
from search.by_value import without_genes
from search.conditions import values
from search.engines import Held, contains
from search.errors import BadRequest
from search.page import Warning
from search.patterns import is_costly
from search.query import MAX_PATTERNS, MAX_WORDS, ONLY_LEFT_OUT, parse
from search.request import refused
from search.snapshot import Snapshot
from search.tree import asks_of_lines, every_leaf

MOST_FILTERS = 20


class Restriction(Struct, frozen=True):
    """What some filters come to."""

    docs: Held | None
    """The genes that meet all of them; None without any filter."""
    read_as: tuple[str, ...] = ()
    """The filters in canonical form."""
    warnings: tuple[Warning, ...] = ()

    def admits(self, doc: int) -> bool:
        return self.docs is None or contains(self.docs, doc)


def restriction(filters: Sequence[str], strict: bool, snapshot: Snapshot) -> Restriction:
    """The genes that all filters let through.  What is read otherwise than it was typed is told.

    Raises:
        BadRequest: there are too many, they ask for too much together, or ``strict`` and one is not of the
            query language.
    """
    wanted = [told for told in dict.fromkeys(filters) if told.strip()]
    if not wanted:
        return Restriction(None)
    if len(wanted) > MOST_FILTERS:
        raise BadRequest(f"{len(wanted)} filters; at most {MOST_FILTERS} are read")
    read = [parse(told) for told in wanted]
    _bound([leaf for parsed in read for leaf in every_leaf(parsed.tree)])
    asking = snapshot.engine.asking()
    trees: list[Query] = []
    read_as, warnings = [], []
    for told, parsed in zip(wanted, read, strict=True):
        if strict and parsed.fault is not None:
            raise refused(_of_filter(told, parsed.fault))
        warnings += [_of_filter(told, said) for said in parsed.warnings if said.message != ONLY_LEFT_OUT]
        if parsed.tree is NullQuery:
            warnings.append(Warning(f"filter {told[:40]!r} asks for nothing and was ignored"))
            continue
        warnings += without_genes(values(parsed.tree), snapshot.facets)
        tree = parsed.tree
        if asks_of_lines(tree, IN_FILTERS):
            tree = bind(tree, asking, snapshot, fields=IN_FILTERS).tree
        trees.append(tree)
        read_as.append(parsed.read_as)
    if not trees:
        return Restriction(None, (), tuple(warnings))
    docs = asking.matching(And(trees) if len(trees) > 1 else trees[0])
    warnings += [Warning(f"in a filter {told}") for told in asking.cut]
    return Restriction(docs, tuple(read_as), tuple(warnings))


def _bound(leaves: Sequence[Query]) -> None:
    """Filters may ask for as much together as one query may.

    Raises:
        BadRequest: they ask for more.
    """
    costly = [leaf for leaf in leaves if is_costly(leaf)]
    if len(leaves) > MAX_WORDS or len(costly) > MAX_PATTERNS:
        raise BadRequest(
            f"the filters have {len(leaves)} words, {len(costly)} of them patterns or distances; at most "
            f"{MAX_WORDS} and {MAX_PATTERNS} are read"
        )
    for leaf in costly:
        leaf.sharing = len(costly)


def _of_filter(told: str, warning: Warning) -> Warning:
    """A warning about a filter, which it names; its position is one in the filter."""
    return Warning(f"filter {told[:40]!r}: {warning.message}", warning.position)
