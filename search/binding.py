"""From a query with conditions on lines to what an engine and a reviewer can be asked.

A condition binds to the AND group in which it stands, with all that is inside this group: each word of
``zinc provenance:curated`` must stand in a curated line of the gene, ``(…)~s`` must be met by one line as a
whole.  Which genes have such lines is found among those that the engine finds without the conditions, by the
lines that can be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from whoosh.query import And, Not, NullQuery, Or, Query, Term

from index.columns import among
from index.fields import BY_NAME
from search.by_value import ONLY_CHOOSES
from search.conditions import (
    NEVER,
    NO_STATEMENT,
    Either,
    Every,
    Expression,
    Holds,
    Lacks,
    OfGenes,
    condition,
    either,
    every,
    of_statements,
)
from search.engines import Asking, Docs, Held, Known, Listed
from search.errors import BadRequest
from search.evidence import weights_from
from search.expand import fields_of
from search.limits import Limits
from search.narrowing import decided, in_sections, may_meet
from search.reviewing import Reviewer
from search.snapshot import Snapshot
from search.tree import CONDITIONS, LEAVES, LINE, SECTION, Within, is_condition, render, sameness, words_of

IN_FILTERS = frozenset({SECTION})
"""In a filter the other conditions are of the gene as a whole, as facets count them."""
_CHOOSING = frozenset({"column", "number"})


class Bound(NamedTuple):
    """A query with conditions, ready to be asked."""

    tree: Query
    leaves: list[Query]
    """The words that can be held, each once, and at the end what stands for conditions without words."""
    words: int
    """How many of them are words."""
    holders: list[Held]
    """Of each word the genes that hold it, whatever is asked of the line."""
    weights: list[float]
    reviewer: Reviewer
    limited: frozenset[int]
    """The positions of the words for which not all lines count."""


class _Slot(Query):  # type: ignore[misc]
    """A part of the tree that certain lines of a gene must meet."""

    def __init__(self, expression: Expression, among: Query | None, scored: Query | None) -> None:
        """The genes are looked for ``among`` those of a query, None: all; ``scored`` says how well each
        answers that meets it."""
        self.expression = expression
        self.among = among
        self.scored = scored


def bind(
    tree: Query,
    asking: Asking,
    snapshot: Snapshot,
    within: Held | None = None,
    fields: frozenset[str] = CONDITIONS,
) -> Bound:
    """A tree that ``asks_of_lines``; of the genes only those in ``within``, if that is given, are sure to be
    found."""
    reading = _Reading(tree, asking, snapshot, fields)
    slotted = reading.bound(tree, (), shown=True)
    leaves, limits, shown = reading.leaves()
    known: list[Held] = [asking.matching(leaf) for leaf in leaves]
    genes = snapshot.store.genes
    weights = weights_from(list(map(len, known[: reading.words])), genes)
    weights += [ONLY_CHOOSES] * (shown - len(weights)) + [0.0] * (len(leaves) - shown)
    reviewer = snapshot.reviewer(asking, leaves, weights, limits)
    met = _met(list(_slots(slotted)), asking, snapshot, reviewer, within)

    def asked(part: Query) -> Query:
        if isinstance(part, _Slot):
            found = Known(met[part.expression], ONLY_CHOOSES)
            if part.scored is None:
                return found
            both = And([part.scored, found])
            return both if part.scored is part.among else Or([both, found])
        if isinstance(part, Not):
            return Not(asked(part.query))
        return type(part)(list(map(asked, part.subqueries))) if isinstance(part, (And, Or)) else part

    engine = asked(slotted)
    holders = known[: reading.words]
    if shown > reading.words:
        holders.append(Listed(_either([met[one] for one in reading.alone], genes)))
    return Bound(engine, leaves[:shown], reading.words, holders, weights[:shown], reviewer, limits.limited)


def _slots(tree: Query) -> Iterator[_Slot]:
    if isinstance(tree, _Slot):
        yield tree
    elif isinstance(tree, Not):
        yield from _slots(tree.query)
    elif isinstance(tree, (And, Or)):
        for part in tree.subqueries:
            yield from _slots(part)


def _met(
    slots: Sequence[_Slot], asking: Asking, snapshot: Snapshot, reviewer: Reviewer, within: Held | None
) -> dict[Expression, Docs]:
    """Of each expression the genes with a line that meets it.  Lines are read of those genes only of which
    words and facets leave it open.

    Raises:
        BadRequest: the store does not read so many.
    """
    met: dict[Expression, Docs] = {}
    left: dict[Expression, None] = {}
    candidates: list[Docs] = []
    most = snapshot.store.most_read
    everything = np.arange(snapshot.store.genes, dtype=np.int32)
    for slot in slots:
        expression = slot.expression
        told = decided(expression, snapshot.facets)
        if told is not None:
            met[expression] = told if within is None else told[within.among(told)]
            continue
        left[expression] = None
        among_these = slot.among
        if among_these is not None and most is not None:  # where lines are read at once this takes longer
            among_these = in_sections(among_these, expression)
        docs = everything if among_these is None else asking.matching(among_these).docs
        possible = may_meet(expression, snapshot.facets)
        candidates.append(docs if possible is None else docs[among(docs, possible)])
    docs = _either(candidates, snapshot.store.genes)
    if within is not None:
        docs = docs[within.among(docs)]
    if most is not None and len(docs) > most:
        raise BadRequest(
            f"what is asked of single lines would be looked for in {len(docs):,} genes, line by line; "
            f"an index in a cluster reads up to {most:,}. Add a word that fewer genes have, or another "
            "condition, or ask it of whole genes: with a filter such as provenance:ai"
        )
    return met | dict(zip(left, reviewer.meeting(docs, [*left]), strict=True))


def _either(some: Sequence[Docs], genes: int) -> Docs:
    """The genes of any of some lists, ascending."""
    found = np.zeros(genes, np.bool_)
    for docs in some:
        found[docs] = True
    return found.nonzero()[0].astype(np.int32)


class _Reading:
    """One query's words, and what is asked of the lines in which they stand."""

    def __init__(self, tree: Query, asking: Asking, snapshot: Snapshot, fields: frozenset[str]) -> None:
        self._asking = asking
        self._facets = snapshot.facets
        self._fields = fields
        self._leaves = [
            leaf for leaf in words_of(tree) if leaf.fieldname not in CONDITIONS and not _chooses(leaf)
        ]
        self.words = len(self._leaves)
        """How many words can be held.  Behind them stands what stands for conditions without words, and
        behind that the words to be left out."""
        self._positions = {sameness(leaf): place for place, leaf in enumerate(self._leaves)}
        self._leaves.append(Term(LINE, ""))
        self._counting: list[list[Expression | None]] = [[] for _ in range(self.words)]
        """Of each word the expressions that say which lines count for it; None for all."""
        self._alone: dict[Expression, str] = {}
        """Conditions without words, as they are written."""

    def bound(self, tree: Query, outer: tuple[Expression, ...], shown: bool) -> Query:
        """A part of the tree under the conditions ``outer``; not ``shown`` where it is behind NOT."""
        if tree is NullQuery:
            return tree
        if is_condition(tree, self._fields):
            return self._without_words((*outer, self._expression(tree)), render(tree), shown)
        if isinstance(tree, Within):
            return self._within(tree, outer, shown)
        if isinstance(tree, Not):
            return Not(self.bound(tree.query, outer, False))
        if isinstance(tree, And):
            return self._and(tree, outer, shown)
        if isinstance(tree, Or):
            return Or([self.bound(part, outer, shown) for part in tree.subqueries])
        if _chooses(tree):
            return tree
        place = self._place(tree)
        limit = of_statements(outer) if outer and not _names_the_gene(tree) else None
        if shown:
            self._counting[place].append(limit)
        if limit is None:
            return tree
        return _Slot(every((Holds(place), limit)), tree, tree if shown else None)

    @property
    def alone(self) -> Sequence[Expression]:
        """The conditions without words of which a line may be shown, each once."""
        return list(self._alone)

    def leaves(self) -> tuple[list[Query], Limits, int]:
        """The words, which lines count for each, and how many of them can be held."""
        expressions: list[Expression | None] = [NEVER] * len(self._leaves)
        for place, counting in enumerate(self._counting):
            some = [one for one in counting if one is not None]
            expressions[place] = either(tuple(dict.fromkeys(some))) if len(some) == len(counting) else None
        if not self._alone:
            return self._leaves, Limits(expressions), self.words
        expressions[self.words] = either(tuple(self._alone))
        self._leaves[self.words] = Term(LINE, " OR ".join(self._alone.values()))
        return self._leaves, Limits(expressions, frozenset((self.words,))), self.words + 1

    def _and(self, tree: And, outer: tuple[Expression, ...], shown: bool) -> Query:
        told = [part for part in tree.subqueries if is_condition(part, self._fields)]
        others = [part for part in tree.subqueries if not is_condition(part, self._fields)]
        inner = (*outer, *map(self._expression, told))
        parts = [self.bound(part, inner, shown) for part in others]
        if told and not any(map(_needs_a_line, others)):
            parts.append(self._without_words(inner, render(And(told)), shown))
        return And(parts) if len(parts) > 1 else parts[0]

    def _without_words(self, parts: tuple[Expression, ...], told: str, shown: bool) -> Query:
        expression = of_statements(parts)
        if shown:
            self._alone.setdefault(expression, told)
        return _Slot(expression, None, None)

    def _within(self, tree: Within, outer: tuple[Expression, ...], shown: bool) -> Query:
        expression = of_statements((*outer, self._expression(tree.query)))
        words = [leaf for leaf in words_of(tree) if leaf.fieldname not in CONDITIONS and not _chooses(leaf)]
        if not words:
            return self._without_words((expression,), render(tree), shown)
        if not shown:
            return _Slot(expression, _candidates(tree.query), None)
        for leaf in words:
            self._counting[self._place(leaf)].append(expression)
        if _met_without_words(tree.query):
            self._alone.setdefault(expression, render(tree))
        return _Slot(expression, _candidates(tree.query), Or(words) if len(words) > 1 else words[0])

    def _expression(self, tree: Query) -> Expression:
        """What a part asks of a single line."""
        if isinstance(tree, Not):
            return Lacks(self._expression(tree.query))
        if isinstance(tree, (And, Or)):
            parts = tuple(map(self._expression, tree.subqueries))
            return Every(parts) if isinstance(tree, And) else Either(parts)
        if tree.fieldname in CONDITIONS:
            return condition(tree, self._facets)
        return OfGenes(self._asking.matching(tree).docs) if _chooses(tree) else Holds(self._place(tree))

    def _place(self, leaf: Query) -> int:
        same = sameness(leaf)
        if same not in self._positions:
            self._positions[same] = len(self._leaves)
            self._leaves.append(leaf)
        return self._positions[same]


def _chooses(leaf: Query) -> bool:
    return leaf.fieldname in BY_NAME and BY_NAME[leaf.fieldname].kind in _CHOOSING


def _names_the_gene(leaf: Query) -> bool:
    """Whether a leaf asks for a name or place of the gene, of which conditions say nothing."""
    fields = fields_of(leaf)
    return bool(fields) and all(field.name in NO_STATEMENT for field in fields)


def _needs_a_line(tree: Query) -> bool:
    """Whether a gene meets a part that is under conditions only where it has a line that meets these."""
    if isinstance(tree, Within):
        return True
    if isinstance(tree, And):
        return any(map(_needs_a_line, tree.subqueries))
    if isinstance(tree, Or):
        return all(map(_needs_a_line, tree.subqueries))
    return isinstance(tree, LEAVES) and not _chooses(tree) and not _names_the_gene(tree)


def _met_without_words(tree: Query) -> bool:
    """Whether a line may meet a part and hold none of the words that are looked for in it."""
    if isinstance(tree, And):
        return all(map(_met_without_words, tree.subqueries))
    if isinstance(tree, Or):
        return any(map(_met_without_words, tree.subqueries))
    return isinstance(tree, Not) or tree.fieldname in CONDITIONS or _chooses(tree)


def _candidates(tree: Query) -> Query | None:
    """What finds all genes with a line that meets a part, and others; None where that would be all."""
    if isinstance(tree, Not):
        return None
    if isinstance(tree, (And, Or)):
        parts = [_candidates(part) for part in tree.subqueries]
        some = [part for part in parts if part is not None]
        if not some or (isinstance(tree, Or) and len(some) < len(parts)):
            return None
        return some[0] if len(some) == 1 else (And if isinstance(tree, And) else Or)(some)
    return None if tree.fieldname in CONDITIONS else tree
