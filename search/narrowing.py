"""What whole genes tell of conditions on lines, before any line is read.

A gene with a statement written by AI is one of the facet ``provenance:ai``, so the others need not be looked
at; and where nothing else is asked of the line, each gene of the facet has one.  The facets ``provenance``
and ``source`` count what search.conditions takes for statements: they tell nothing of names and the like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce

import numpy as np
from whoosh.query import And, Or, Phrase, Query, Term

from index.facets import Facets
from index.fields import BY_NAME, FIELDS
from search.conditions import (
    NO_STATEMENT,
    Citing,
    Either,
    Every,
    Expression,
    FromSources,
    Lacks,
    OfFields,
    OfGenes,
    SaidBy,
    WithYear,
)
from search.engines import Docs
from search.patterns import is_near
from search.tree import ANY

_STATEMENTS: Expression = OfFields(frozenset(BY_NAME) - NO_STATEMENT)
_FEW = 3
"""Of more sections each word would be asked of too many fields."""
_BESIDE_LINES = tuple(field.name for field in FIELDS if field.plain and field.kind not in ("prose", "name"))
"""Fields of plain words under which a line may answer whatever its section is: identifiers of what it is
about."""


def decided(one: Expression, facets: Facets) -> Docs | None:
    """The genes with a line that meets an expression, ascending, if the facets tell exactly which."""
    if isinstance(one, Either):
        return _any([decided(part, facets) for part in one.parts])
    if isinstance(one, Every) and len(one.parts) == 2 and one.parts[0] == _STATEMENTS:
        return _who_or_where(one.parts[1], facets)
    return None


def may_meet(one: Expression, facets: Facets) -> Docs | None:
    """Genes, ascending, outside of which none has a line that meets an expression; None for all."""
    return _may_meet(one, facets, False)


def _may_meet(one: Expression, facets: Facets, stated: bool) -> Docs | None:
    """``stated``: names and the like are known to be left out."""
    if isinstance(one, Every):
        stated = stated or any(
            isinstance(part, OfFields) and not part.fields & NO_STATEMENT for part in one.parts
        )
        some = [_may_meet(part, facets, stated) for part in one.parts]
        told = [docs for docs in some if docs is not None]
        return reduce(partial(np.intersect1d, assume_unique=True), told) if told else None
    if isinstance(one, Either):
        return _any([_may_meet(part, facets, stated) for part in one.parts])
    if isinstance(one, OfGenes):
        return one.docs
    if isinstance(one, Citing) and one.first > 0:
        return (facets.numbers["refs"] > 0).nonzero()[0].astype(np.int32)
    if isinstance(one, WithYear):
        return facets.of_years(one.first, one.last)
    return _who_or_where(one, facets) if stated else None


def in_sections(tree: Query, one: Expression) -> Query:
    """What finds all genes that have a line which meets an expression and, in the same line, a tree of words,
    and fewer others than the tree itself does, where the expression asks for certain sections."""
    fields = _sections(one)
    return tree if fields is None or len(fields) > _FEW else _under(tree, sorted(fields))


def _under(tree: Query, fields: Sequence[str]) -> Query:
    if isinstance(tree, (And, Or)):
        return type(tree)([_under(part, fields) for part in tree.subqueries])
    if tree.fieldname == ANY and type(tree) is Term:
        return Or([Term(field, tree.text) for field in (*fields, *_BESIDE_LINES)])
    if tree.fieldname == ANY and type(tree) is Phrase and not is_near(tree):
        return Or([Phrase(field, tree.words) for field in (*fields, *_BESIDE_LINES)])
    return tree


def _sections(one: Expression) -> frozenset[str] | None:
    """The fields in one of which a line is that meets an expression; None for any."""
    if isinstance(one, OfFields):
        return one.fields
    if not isinstance(one, Every):
        return None
    told = [fields for fields in map(_sections, one.parts) if fields is not None]
    return reduce(frozenset.__and__, told) if told else None


def _who_or_where(one: Expression, facets: Facets) -> Docs | None:
    """The genes with a statement of which one thing is told: who says it, or where it is from."""
    if isinstance(one, Either):
        return _any([_who_or_where(part, facets) for part in one.parts])
    part = one.part if isinstance(one, Lacks) else one
    if isinstance(part, SaidBy):
        return _with_terms(facets, "provenance", lambda term: (term in part.provenances) == (part is one))
    if isinstance(part, FromSources):
        return _with_terms(facets, "source", lambda term: (term in part.names) == (part is one))
    return None


def _with_terms(facets: Facets, name: str, wanted: Callable[[str], bool]) -> Docs:
    column = facets.columns[name]
    return column.genes([number for number in range(len(column.terms)) if wanted(column.term(number))])


def _any(some: Sequence[Docs | None]) -> Docs | None:
    """All of them; None where of some nothing is told."""
    told = [docs for docs in some if docs is not None]
    return reduce(np.union1d, told, np.zeros(0, np.int32)) if len(told) == len(some) else None
