"""A query tree as a test states it: every node in brackets, so that nothing is left to precedence."""

from __future__ import annotations

from whoosh.query import And, FuzzyTerm, Not, NullQuery, NumericRange, Or, Phrase, Prefix, Query

from search.tree import ANY, Within, written_range


def shape(tree: Query) -> str:
    """``zinc AND (copper OR NOT iron)``; empty for a query that asks nothing."""
    if tree is NullQuery:
        return ""
    if isinstance(tree, Within):
        return f"({shape(tree.query)})~s"
    if isinstance(tree, (And, Or)):
        joint = " AND " if isinstance(tree, And) else " OR "
        return joint.join(_bracketed(child) for child in tree.subqueries)
    if isinstance(tree, Not):
        return f"NOT {_bracketed(tree.query)}"
    return ("" if tree.fieldname == ANY else f"{tree.fieldname}:") + _leaf(tree)


def _leaf(leaf: Query) -> str:
    if isinstance(leaf, NumericRange):
        return written_range(leaf)
    if isinstance(leaf, Phrase):
        slop = f"~{leaf.slop - 1}" if leaf.slop > 1 else ""
        return f'"{" ".join(leaf.words)}"{slop}'
    if isinstance(leaf, FuzzyTerm):
        return f"{leaf.text}~{leaf.maxdist}"
    return f"{leaf.text}*" if isinstance(leaf, Prefix) else str(leaf.text)


def _bracketed(tree: Query) -> str:
    grouped = isinstance(tree, (And, Or)) and not isinstance(tree, Within)
    return f"({shape(tree)})" if grouped else shape(tree)
