"""What is asked of single lines: conditions such as ``provenance:curated``, alone, beside words, and all that
stands within one sentence.

An expression says which lines of a gene count.  It is one definition for both ways of reading lines
(search/limits.py): each tells its lines as arrays, and expressions are evaluated on these.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh.query import NumericRange, Query

from index.analysis import fold_keyword
from index.facets import CITED, NOT_CITED, Facets
from index.fields import BY_NAME, FIELDS
from index.records import Provenance
from search.by_value import bounds, named_otherwise, terms_met
from search.engines import Docs
from search.expand import typed
from search.patterns import is_near, is_pattern, matcher
from search.tree import SECTION, every_leaf

SECTIONS = (
    *(field.name for field in FIELDS if field.kind in ("prose", "name") and field.stored),
    "locus_type",
    "location",
)
"""The fields whose lines may answer: the values of ``section:``."""
NO_STATEMENT = frozenset(
    {"symbol", "previous_symbol", "alias", "name", "other_name", "identifier", "location", "locus_type"}
)
"""What every list of genes has.  It says nothing of the gene that somebody found out, so conditions let it
through only where ``section:`` names it; the facets ``provenance`` and ``source`` count without it too."""
WHO: tuple[Provenance, ...] = ("curated", "computed", "ai")

Which = NDArray[np.bool_]


class Lines(Protocol):
    """Some lines of genes, told as arrays of one value a line."""

    def holds(self, position: int) -> Which:
        """Which hold a word of the query."""

    def of_fields(self, fields: frozenset[str]) -> Which: ...

    def said_by(self, provenances: frozenset[str]) -> Which: ...

    def from_sources(self, names: frozenset[str]) -> Which: ...

    def papers(self) -> NDArray[np.integer]:
        """How many papers each cites."""

    def with_year(self, first: int, last: int) -> Which:
        """Which cite a paper of one of these years."""

    def of_genes(self, docs: Docs) -> Which: ...


class Expression(Struct, frozen=True):
    """Which lines count."""

    def met(self, lines: Lines) -> Which:
        raise NotImplementedError


class Holds(Expression, frozen=True):
    """They hold a word of the query."""

    position: int

    def met(self, lines: Lines) -> Which:
        return lines.holds(self.position)


class OfFields(Expression, frozen=True):
    fields: frozenset[str]

    def met(self, lines: Lines) -> Which:
        return lines.of_fields(self.fields)


class Section(OfFields, frozen=True):
    """They are of the sections that the query names."""


class SaidBy(Expression, frozen=True):
    provenances: frozenset[str]

    def met(self, lines: Lines) -> Which:
        return lines.said_by(self.provenances)


class FromSources(Expression, frozen=True):
    names: frozenset[str]

    def met(self, lines: Lines) -> Which:
        return lines.from_sources(self.names)


class Citing(Expression, frozen=True):
    """They cite so many papers."""

    first: int
    last: int

    def met(self, lines: Lines) -> Which:
        papers = lines.papers()
        return (papers >= self.first) & (papers <= self.last)


class WithYear(Expression, frozen=True):
    """They cite a paper of one of these years."""

    first: int
    last: int

    def met(self, lines: Lines) -> Which:
        return lines.with_year(self.first, self.last)


class OfGenes(Expression, frozen=True, eq=False):
    """They are of some genes, ascending."""

    docs: Docs

    def met(self, lines: Lines) -> Which:
        return lines.of_genes(self.docs)


class Every(Expression, frozen=True):
    parts: tuple[Expression, ...]

    def met(self, lines: Lines) -> Which:
        return reduce(and_, [part.met(lines) for part in self.parts])


class Either(Expression, frozen=True):
    parts: tuple[Expression, ...]

    def met(self, lines: Lines) -> Which:
        return reduce(or_, [part.met(lines) for part in self.parts])


class Lacks(Expression, frozen=True):
    part: Expression

    def met(self, lines: Lines) -> Which:
        return ~self.part.met(lines)


NEVER: Expression = OfFields(frozenset())
_GREATEST = 2**32 - 1


def every(parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else Every(parts)


def either(parts: tuple[Expression, ...]) -> Expression:
    return parts[0] if len(parts) == 1 else Either(parts)


def of_statements(parts: tuple[Expression, ...]) -> Expression:
    """All of some expressions, each group of them in which a condition stands asked of what is said of genes:
    of names and the like only where a ``section:`` in it, or in a group around it, names these."""
    return _stated(every(parts), frozenset())


def _stated(one: Expression, named: frozenset[str]) -> Expression:
    if isinstance(one, Lacks) and not _is_condition(one):
        return Lacks(_stated(one.part, named))
    if isinstance(one, Either) and not _is_condition(one):
        return Either(tuple(_stated(part, named) for part in one.parts))
    parts = one.parts if isinstance(one, Every) else (one,)
    if any(map(_is_condition, parts)):
        named |= frozenset[str]().union(*[leaf.fields for leaf in _leaves(one) if isinstance(leaf, Section)])
        statements = OfFields(frozenset(BY_NAME) - (NO_STATEMENT - named))
        return Every((statements, *[part if _is_condition(part) else _stated(part, named) for part in parts]))
    return Every(tuple(_stated(part, named) for part in parts)) if isinstance(one, Every) else one


def _is_condition(one: Expression) -> bool:
    """Whether an expression asks nothing but who says it, where, and on what grounds."""
    return not any(isinstance(leaf, (Holds, OfGenes)) for leaf in _leaves(one))


def condition(leaf: Query, facets: Facets) -> Expression:
    """What a leaf under the field of a condition asks of a line."""
    field = leaf.fieldname
    if field == SECTION:
        return Section(frozenset(_sections(leaf)))
    if field in ("refs", "year"):
        first, last = bounds(leaf) or (1, 0)
        if field == "refs":
            return Citing(first, last)
        return WithYear(max(first, 1), last)
    if field == "source":
        column = facets.columns[field]
        return FromSources(frozenset(column.term(number) for number in terms_met(column, field, leaf)))
    met = _values(leaf, KNOWN[field])
    if field == "provenance":
        return SaidBy(frozenset(met))
    told = [
        Citing(*limits) for value, limits in ((CITED, (1, _GREATEST)), (NOT_CITED, (0, 0))) if value in met
    ]
    return either(tuple(told)) if told else NEVER


KNOWN: dict[str, tuple[str, ...]] = {
    SECTION: SECTIONS,
    "provenance": WHO,
    "cited": (CITED, NOT_CITED),
}
"""By field the values that there are, whatever an index holds."""


def unknown(leaf: Query) -> str:
    """What there is to say of a condition that no line of any index could meet; empty for nothing."""
    known = KNOWN.get(leaf.fieldname)
    if known is None or isinstance(leaf, NumericRange):
        return ""
    met = _sections(leaf) if leaf.fieldname == SECTION else _values(leaf, known)
    if met:
        return ""
    return f"no line has {leaf.fieldname} {typed(leaf)[:40]!r}; it is one of {', '.join(known)}"


def positions_in(expression: Expression) -> frozenset[int]:
    """The words of the query of which an expression says something."""
    return frozenset(leaf.position for leaf in _leaves(expression) if isinstance(leaf, Holds))


def values(tree: Query) -> list[Query]:
    """The leaves of a tree, less those of which ``unknown`` tells."""
    return [leaf for leaf in every_leaf(tree) if not unknown(leaf)]


def _sections(leaf: Query) -> list[str]:
    """The sections of a name or of what a page calls them: ``go``, ``"Gene Ontology"``, ``GO``."""
    met = _values(leaf, SECTIONS)
    if met or is_pattern(leaf):
        return met
    asked = fold_keyword(typed(leaf).replace("_", " "))
    return [name for name in SECTIONS if asked == fold_keyword(BY_NAME[name].title)]


def _values(leaf: Query, known: Iterable[str]) -> list[str]:
    if is_near(leaf) or isinstance(leaf, NumericRange):
        return []
    if is_pattern(leaf):
        _, meets = matcher(leaf)
        return [value for value in known if meets(fold_keyword(value.replace("_", " ")))]
    asked = named_otherwise(leaf.fieldname, fold_keyword(typed(leaf).replace("_", " ")))
    return [value for value in known if asked == value.replace("_", " ")]


def _leaves(expression: Expression) -> list[Expression]:
    if isinstance(expression, (Every, Either)):
        return [leaf for part in expression.parts for leaf in _leaves(part)]
    return _leaves(expression.part) if isinstance(expression, Lacks) else [expression]
