"""What is met of a leaf in a columnar index, as arrays: texts with counts, genes with weights; and how these
are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Term

from index.columnar import TEXT_ORDER
from index.fields import BY_NAME, Field
from search.asked_papers import IN_REFERENCES
from search.columnar import Columnar, Lists
from search.engines import Docs
from search.expand import fields_of

Texts = NDArray[np.uint32]
Counts = NDArray[np.integer]
Weights = NDArray[np.float32]
Ranges = NDArray[np.uint32]
"""Pairs of a first text and one behind the last; of the type of texts, which would be converted otherwise."""
_DENSE = 8
"""From so many-th part of all genes on, adding up over all genes is quicker than sorting those met."""


MARKED = frozenset({"prose", "name", "keyword", "implied"})


class Holding(NamedTuple):
    """Texts that hold a word, ascending."""

    texts: Texts
    key: tuple[int, int] | None = None
    """What stands for them, as long as the index is open."""


class Place(NamedTuple):
    """Fields in which a leaf is met alike."""

    stemmed: bool
    field: Field
    """One of them."""
    ranges: Ranges
    """The texts of all of them."""


class Met(NamedTuple):
    """The genes that meet a leaf, ascending, and the weight of each."""

    docs: Docs
    weights: Weights


NOTHING = Met(np.zeros(0, np.int32), np.zeros(0, np.float32))
NO_TEXTS = np.zeros(0, np.uint32)
NO_COUNTS = np.zeros(0, np.uint8)


def listed(lists: Lists, docs: Docs, weights: Weights, number: int) -> Met:
    first, last = lists.bounds(number)
    return Met(docs[first:last], weights[first:last])


def added(parts: Sequence[Met], documents: int) -> Met:
    """The genes of all parts, their weights added up."""
    if not parts:
        return NOTHING
    if len(parts) == 1 and not len(parts[0].docs):
        return NOTHING
    docs = np.concatenate([part.docs for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    if len(docs) * _DENSE > documents:
        sums = np.bincount(docs, weights, minlength=documents)
        met = (sums != 0).nonzero()[0]
        return Met(met.astype(np.int32), sums[met].astype(np.float32))
    order = docs.argsort(kind="stable")
    docs = docs[order]
    first = np.ones(len(docs), np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=first[1:])
    places = first.cumsum() - 1
    return Met(docs[first], np.bincount(places, weights[order]).astype(np.float32))


def joined(many: Met, few: Met) -> Met:
    """The genes of both, each of which ascend; the fewer are put into the many."""
    places = many.docs.searchsorted(few.docs)
    beside = np.minimum(places, len(many.docs) - 1)
    shared = many.docs[beside] == few.docs
    weights = many.weights.copy()
    weights[beside[shared]] += few.weights[shared]
    if shared.all():
        return Met(many.docs, weights)
    new = places[~shared]
    return Met(np.insert(many.docs, new, few.docs[~shared]), np.insert(weights, new, few.weights[~shared]))


def flags_of(texts: Texts, count: int) -> NDArray[np.bool_]:
    table = np.zeros(count, np.bool_)
    table[texts] = True
    return table


def inside(texts: Texts, ranges: Ranges) -> list[Texts]:
    """Those in some ranges of texts, each apart."""
    return [texts[first:last] for first, last in texts.searchsorted(ranges).tolist() if first < last]


def within(texts: Texts, counts: Counts, ranges: Ranges) -> tuple[Texts, Counts]:
    """Those in some ranges of texts."""
    bounds = texts.searchsorted(ranges).tolist()
    found = [slice(first, last) for first, last in bounds if first < last]
    if len(found) == 1:
        return texts[found[0]], counts[found[0]]
    if not found:
        return NO_TEXTS, NO_COUNTS
    return np.concatenate([texts[some] for some in found]), np.concatenate([counts[some] for some in found])


def marked_fields(fieldname: str) -> list[Field]:
    """The fields in whose texts leaves under a field's name may be marked."""
    asked = [field for field in fields_of(Term(fieldname, "")) if field.kind in MARKED]
    return [*asked, BY_NAME["reference"]] if fieldname in IN_REFERENCES else asked


def places_of(index: Columnar, fieldname: str, as_written: bool, kinds: frozenset[str]) -> list[Place]:
    """Where leaves under a field's name are met: as surface forms and, unless ``as_written``, as stems."""
    if kinds is MARKED:
        asked = marked_fields(fieldname)
    else:
        asked = [field for field in fields_of(Term(fieldname, "")) if field.kind in kinds]
    places = []
    for as_stems in (False, True):
        some = [
            field for field in asked if as_stems == (field.kind in ("prose", "implied") and not as_written)
        ]
        if some:
            places.append(Place(as_stems, some[0], _ranges_of(index, some)))
    return places


def _ranges_of(index: Columnar, fields: Sequence[Field]) -> Ranges:
    """The texts of some fields, as few ranges as they are."""
    ranges: list[tuple[int, int]] = []
    for name in TEXT_ORDER:
        first, last = index.texts_in(name)
        if BY_NAME[name] in fields and first < last:
            if ranges and ranges[-1][1] == first:
                first = ranges.pop()[0]
            ranges.append((first, last))
    return np.array(ranges, np.uint32).reshape(-1, 2)
