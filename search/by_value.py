"""Leaves under fields that are met beside the engine: one of few values (``chromosome:16``), a number or a
range of numbers (``refs:3``, ``year:[2015 TO *]``).  They choose genes and say nothing of how well one
answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from whoosh.query import NullQuery, NumericRange, Query

from index.analysis import fold_keyword
from index.facets import ASPECTS, CITED, LOCUS_TYPES, NOT_CITED, Column, Facets
from index.fields import BY_NAME, FIELDS
from search.engines import Docs, Known
from search.expand import typed
from search.page import Warning
from search.patterns import is_near, is_pattern, matcher

LOCUS_TYPE = "locus_type"
"""Engines find a type by the name that a source gives it; here it is found by the other names too."""
ONLY_CHOOSES = 1e-6
"""The weight of such a leaf.  It cannot be 0, which stands for a gene that does not meet the leaf; this
little never puts a gene before one that answers better."""
_SHOWN = 30
"""So many of a field's values are named to who asks for one that there is not."""
_GREATEST = 2**32 - 1
"""The arrays hold no greater number."""
_NUMBER = re.compile(r"[0-9]{1,12}")
_NO_GENES = np.zeros(0, np.int32)
_CHROMOSOME = re.compile(r"(?:chromosome|chrom|chr) ?")
_SAME: dict[str, dict[str, str]] = {
    "chromosome": dict.fromkeys(("m", "mito", "mitochondria", "mitochondrial", "mitochondrion"), "mt"),
    "go_aspect": {
        **{name: aspect for aspect in ASPECTS for name in (f"{aspect}s", aspect[0])},
        **dict.fromkeys(("biological process", "bp"), "process"),
        **dict.fromkeys(("molecular function", "mf"), "function"),
        **dict.fromkeys(("cellular component", "cc"), "component"),
    },
    LOCUS_TYPE: {name: fold_keyword(same) for name, same in LOCUS_TYPES.items()},
    "provenance": {"ai written": "ai"},
    "cited": {**dict.fromkeys(("yes", "1"), CITED), **dict.fromkeys(("no", "0"), NOT_CITED)},
}
"""By field: other ways to write a value, folded."""


def genes_by_values(facets: Facets) -> dict[str, Callable[[Query], Query]]:
    """By field: from a leaf to its genes, for search.expand.Beside."""
    found: dict[str, Callable[[Query], Query]] = {}
    for field in FIELDS:
        if field.kind == "column":
            found[field.name] = partial(_of_column, facets.columns[field.name], field.name)
        elif field.kind == "number":
            found[field.name] = partial(_of_number, facets, field.name)
    found[LOCUS_TYPE] = partial(_of_column, facets.columns[LOCUS_TYPE], LOCUS_TYPE)
    return found


def without_genes(leaves: Iterable[Query], facets: Facets) -> list[Warning]:
    """A warning for each leaf whose value is none of its field's."""
    told = []
    for leaf in leaves:
        field = BY_NAME.get(leaf.fieldname)
        if field is None or field.kind not in ("column", "number") or isinstance(leaf, NumericRange):
            continue
        value = typed(leaf)[:40]
        if field.kind == "column":
            column = facets.columns[field.name]
            if not terms_met(column, field.name, leaf):
                known = [column.term(number) for number in range(min(len(column.terms), _SHOWN))]
                some = f"; it is one of {', '.join(known)}" if known else ""
                told.append(Warning(f"no gene has {field.name} {value!r}{some}"))
        elif bounds(leaf) is None:
            told.append(Warning(f"{field.name} is a number or a range of numbers, not {value!r}"))
    return list(dict.fromkeys(told))


def _of_column(column: Column, field: str, leaf: Query) -> Query:
    terms = terms_met(column, field, leaf)
    return _known(column.genes(terms) if terms else _NO_GENES)


def terms_met(column: Column, field: str, leaf: Query) -> list[int]:
    """The numbers of the terms that a leaf means: a source is known by its first words too."""
    if is_near(leaf) or isinstance(leaf, NumericRange):
        return []
    folded = column.folded
    if is_pattern(leaf):
        _, meets = matcher(leaf)
        return [number for number, term in enumerate(folded) if meets(term)]
    value = fold_keyword(typed(leaf).replace("_", " "))
    if field == "chromosome":
        value = _CHROMOSOME.sub("", value, count=1)
    value = named_otherwise(field, value)
    if value in folded:
        return [folded.index(value)]
    begun = [number for number, term in enumerate(folded) if term.startswith(f"{value} ")]
    return begun if field == "source" else []


def named_otherwise(field: str, value: str) -> str:
    """A folded value as its field has it, where it is written in another way."""
    return _SAME.get(field, {}).get(value, value)


def _of_number(facets: Facets, field: str, leaf: Query) -> Query:
    first, last = bounds(leaf) or (1, 0)
    if first > last:
        return NullQuery
    if field not in facets.numbers:
        return _known(facets.of_years(first, last))
    numbers = facets.numbers[field]
    return _known(((numbers >= first) & (numbers <= last)).nonzero()[0].astype(np.int32))


def bounds(leaf: Query) -> tuple[int, int] | None:
    """The least and the greatest number that a leaf means, None for what is no number."""
    if isinstance(leaf, NumericRange):
        first = 0 if leaf.start is None else int(leaf.start) + bool(leaf.startexcl)
        last = _GREATEST if leaf.end is None else int(leaf.end) - bool(leaf.endexcl)
    else:
        value = "" if is_pattern(leaf) or is_near(leaf) else typed(leaf)
        if not _NUMBER.fullmatch(value):
            return None
        first = last = int(value)
    return max(first, 0), min(last, _GREATEST)


def _known(docs: Docs) -> Query:
    return Known(docs, ONLY_CHOOSES) if len(docs) else NullQuery
