"""What a leaf of a query meets in a columnar index: the texts that hold it, and the genes with its weight.

A leaf is one pseudo-term: whatever its spellings, fields and wider terms, each gene has one weight for it
(index/columnar.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from functools import lru_cache, partial, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import NullQuery, Or, Phrase, Query, Term

from index.analysis import fold_keyword, stem
from index.columnar import FIELD_NUMBER, TEXT_ORDER
from index.columns import among, members
from index.fields import BY_NAME, Field
from search.bounds import rarest, share, told
from search.columnar import Columnar, Lists
from search.engines import Docs, Known
from search.evidence import IN_REFERENCES
from search.expand import Beside, as_held, fields_of, line_forms, typed
from search.nearness import FREQUENT, in_a_row, near, occurrences, of_any
from search.patterns import is_near, is_pattern, width, written
from search.tree import ANY, NAMED
from search.vocabulary import matching

Texts = NDArray[np.uint32]
Counts = NDArray[np.integer]
Weights = NDArray[np.float32]
_Ranges = NDArray[np.uint32]
"""Pairs of a first text and one behind the last; of the type of texts, which would be converted otherwise."""
_DENSE = 8
"""From so many-th part of all genes on, adding up over all genes is quicker than sorting those met."""


class Met(NamedTuple):
    """The genes that meet a leaf, ascending, and the weight of each."""

    docs: Docs
    weights: Weights


_NAMES = BY_NAME["alias"]
"""A field of names: where words are met as they are written."""
_MENTIONS = BY_NAME["mentions"]
_MENTIONED = FIELD_NUMBER["mentions"]
_IMPLIED = frozenset({"implied"})
_MATCHED = frozenset({"prose", "name"})
_MARKED = frozenset({"prose", "name", "keyword", "implied"})
_PLAIN = frozenset(FIELD_NUMBER[field.name] for field in BY_NAME.values() if field.plain)
NOTHING = Met(np.zeros(0, np.int32), np.zeros(0, np.float32))
_NO_TEXTS = np.zeros(0, np.uint32)
_NO_COUNTS = np.zeros(0, np.uint8)


class _Place(NamedTuple):
    """Fields in which a leaf is met alike."""

    stemmed: bool
    field: Field
    """One of them."""
    ranges: _Ranges
    """The texts of all of them."""


class Leaves:
    """The leaves of any query over one index; safe to share between threads.

    What was found for a form is kept in what ``for_a_request`` gives, which is one thread's.
    """

    def __init__(
        self,
        columnar: Columnar,
        beside: Beside,
        frequent: int = FREQUENT,
        room: Callable[[Query], int | None] = share,
    ) -> None:
        """From ``frequent`` texts on all tokens, and from twice as many all lines, are gone through instead
        of theirs; ``room`` says how many places a pattern may read."""
        self._index = columnar
        self._beside = beside
        self._frequent = frequent
        self._room = room
        self._places = lru_cache(maxsize=None)(partial(_places_of, columnar))
        self._kept: dict[tuple[str, ...] | tuple[bool, tuple[str, ...]], tuple[Texts, Counts]] | None = None
        self.cut: dict[str, str] = {}
        """What there is to say of leaves of which not all was read, by the leaf."""

    def for_a_request(self) -> Leaves:
        """The same, remembering: a request asks for the genes of a leaf and then for its texts."""
        remembering = copy(self)
        remembering._kept, remembering.cut = {}, {}
        return remembering

    def meet(self, leaf: Query) -> Met:
        """The genes that meet a leaf."""
        if isinstance(leaf, Known):
            return Met(leaf.docs, np.full(len(leaf.docs), leaf.weight, np.float32))
        if isinstance(leaf, Term) and leaf.fieldname == ANY and leaf.text.isascii() and leaf.text.isalpha():
            forms = line_forms(leaf, _NAMES)
            if len(forms) == 1:
                return self._meet_word(forms[0][0])
        return _added(list(self._parts(leaf)), self._index.documents)

    def texts(self, leaf: Query) -> list[Texts]:
        """The texts of lines, and the labels of the ontology, in which a leaf may be marked; ascending in
        each list."""
        return [texts for texts, _ in self._held(leaf, _MARKED)]

    def about(self, value: str) -> Texts:
        """The texts that are about the thing of an identifier, folded."""
        return self._listing(value, self._index.keyword_texts, self._index.texts_about)

    def mentioning(self, leaf: Query) -> list[Texts]:
        """The texts that mention a gene which a leaf names."""
        if _MENTIONS not in fields_of(leaf) or is_pattern(leaf):
            return []
        index = self._index
        return [
            self._listing(fold_keyword(gene), index.keyword_mentions, index.texts_mentioning)
            for gene in self._beside.genes_named(typed(leaf))
        ]

    def _listing(self, value: str, lists: Lists, texts: Texts) -> Texts:
        number = self._index.keywords.find(value.encode())
        return _NO_TEXTS if number is None else texts[slice(*lists.bounds(number))]

    def _meet_word(self, word: str) -> Met:
        """A word of one spelling in the fields of plain words: both lists are ready."""
        index = self._index
        found = []
        if (number := index.words.find(stem(word).encode())) is not None:
            found.append(_listed(index.prose, index.prose_docs, index.prose_weights, number))
        if (number := index.words.find(word.encode())) is not None:
            found.append(_listed(index.named, index.named_docs, index.named_weights, number))
        if (number := index.keywords.find(word.encode())) is not None:
            found += self._by_keyword(number, _PLAIN)
        found = sorted((met for met in found if len(met.docs)), key=lambda met: -len(met.docs))
        return reduce(_joined, found) if found else NOTHING

    def _parts(self, leaf: Query) -> Iterator[Met]:
        """What a leaf meets field by field; a gene may be in several parts."""
        for texts, counts in self._held(leaf, _MATCHED):
            yield self._spread(texts, counts)
        fields = fields_of(leaf)
        if is_pattern(leaf):
            keywords = {FIELD_NUMBER[field.name] for field in fields if field.kind == "keyword"}
            if keywords:
                yield self._by_keywords(matching(leaf, self._index.keywords), keywords)
        elif not is_near(leaf):
            yield from self._by_value(leaf, fields)
        for field in fields:
            if field.name == "go_wider" and not any(len(some) for some, _ in self._held(leaf, _IMPLIED)):
                continue
            if field.name in self._beside.known:
                yield from self._known(self._beside.known[field.name](leaf))

    def _by_value(self, leaf: Query, fields: Iterable[Field]) -> Iterator[Met]:
        """Where a leaf is a whole keyword, or names a gene that is one."""
        if isinstance(leaf, Term) and leaf.text.isascii() and leaf.text.isalnum():
            same = {FIELD_NUMBER[field.name] for field in fields if field.kind == "keyword"} - {_MENTIONED}
            number = self._index.keywords.find(leaf.text.lower().encode())
            if same and number is not None:
                yield from self._by_keyword(number, same)
            fields = [field for field in fields if field is _MENTIONS]
        for field in fields:
            if field is _MENTIONS:
                values = [fold_keyword(gene) for gene in self._beside.genes_named(typed(leaf))]
            elif field.kind == "keyword":
                values = [fold_keyword(as_held(leaf, field))]
            else:
                continue
            for value in values:
                yield from self._by_text(value, field.name)

    def _by_text(self, value: str, field: str) -> list[Met]:
        number = self._index.keywords.find(value.encode())
        return [] if number is None else self._by_keyword(number, {FIELD_NUMBER[field]})

    def _by_keyword(self, number: int, fields: set[int] | frozenset[int]) -> list[Met]:
        index = self._index
        first, last = index.keyword_docs.bounds(number)
        of = index.keyword_fields[first:last]
        docs, weights = index.docs_of_keywords[first:last], index.keyword_weights[first:last]
        return [Met(docs[of == field], weights[of == field]) for field in fields.intersection(of.tolist())]

    def _by_keywords(self, numbers: NDArray[np.int64], fields: AbstractSet[int]) -> Met:
        """The same of many; a gene may be there several times."""
        index = self._index
        at, _ = members(index.keyword_docs.starts, numbers)
        asked = np.zeros(len(BY_NAME), np.bool_)
        asked[list(fields)] = True
        at = at[asked[index.keyword_fields[at]]]
        return Met(index.docs_of_keywords[at], index.keyword_weights[at])

    def _known(self, found: Query) -> Iterator[Met]:
        """What is found beside the engine, and the other ids of a term, as words."""
        if isinstance(found, Or):
            for part in found.subqueries:
                yield from self._known(part)
        elif isinstance(found, Known):
            yield Met(found.docs, np.full(len(found.docs), found.weight, np.float32))
        elif found is not NullQuery:
            yield from self._by_text(found.text, found.fieldname)

    def _spread(self, texts: Texts, counts: Counts) -> Met:
        """From texts to the genes whose lines they are; a gene may be there several times."""
        index = self._index
        if len(texts) > 2 * self._frequent:
            by_text = np.zeros(index.count, np.float32)
            by_text[texts] = counts
            weights = by_text.take(index.line_texts)
            weights *= index.line_weights
            begins = index.doc_lines.starts
            docs = (begins[:-1] < begins[1:]).nonzero()[0]
            added = np.add.reduceat(weights, begins[docs].astype(np.int64))
            met = added.nonzero()[0]
            return Met(docs[met].astype(np.int32), added[met])
        at, lengths = members(index.text_lines.starts, texts)
        lines = index.lines_of_texts[at]
        return Met(index.line_docs[lines], index.line_weights[lines] * np.repeat(counts, lengths))

    def _held(self, leaf: Query, kinds: frozenset[str]) -> Iterator[tuple[Texts, Counts]]:
        """The texts of fields of some kinds that hold a leaf in any of its forms, and how often."""
        loose = is_pattern(leaf) or is_near(leaf)
        as_written = loose or isinstance(leaf, Phrase) or leaf.fieldname == NAMED
        for place in self._places(leaf.fieldname, as_written, kinds):
            if loose:
                yield _within(*self._loose(leaf), place.ranges)
            else:
                for form in line_forms(leaf, place.field):
                    yield _within(*self._standing(form, place.stemmed), place.ranges)

    def _loose(self, leaf: Query) -> tuple[Texts, Counts]:
        key = (type(leaf).__name__, leaf.fieldname, written(leaf) if is_pattern(leaf) else repr(leaf))
        if self._kept is not None and key in self._kept:
            return self._kept[key]
        found = self._like(leaf) if is_pattern(leaf) else self._near(leaf)
        if self._kept is not None:
            self._kept[key] = found
        return found

    def _standing(self, form: tuple[str, ...], as_stems: bool) -> tuple[Texts, Counts]:
        """The texts that hold words in a row, as stems or in exactly this form."""
        index = self._index
        lists, of = (index.stems, index.stem_texts) if as_stems else (index.surfaces, index.surface_texts)
        if len(form) == 1:
            number = index.words.find(form[0].encode())
            if number is None:
                return _NO_TEXTS, _NO_COUNTS
            held = slice(*lists.bounds(number))
            return of[held], (index.stem_counts if as_stems else index.surface_counts)[held]
        key = (as_stems, form)
        found = None if self._kept is None else self._kept.get(key)
        if found is None:
            found = self._row(form, as_stems, lists, of)
            if self._kept is not None:
                self._kept[key] = found
        return found

    def _row(self, form: Sequence[str], as_stems: bool, lists: Lists, of: Texts) -> tuple[Texts, Counts]:
        """The same for several words."""
        words = []
        for word in form:
            number = self._index.words.find(word.encode())
            if number is None:
                return _NO_TEXTS, _NO_COUNTS
            words.append(number)
        return in_a_row(self._index, self._holding_all(words, lists, of), words, as_stems)

    def _holding_all(self, words: Iterable[int], lists: Lists, of: Texts) -> Texts | None:
        """The texts that hold each of some words; None where these are not worth looking for."""
        texts, *others = sorted((of[slice(*lists.bounds(word))] for word in words), key=len)
        if len(texts) > self._frequent:
            return None
        for other in others:
            texts = texts[among(texts, other)]
        return texts

    def _like(self, leaf: Query) -> tuple[Texts, Counts]:
        """The texts that hold words like a pattern."""
        index = self._index
        numbers = matching(leaf, index.words)
        ranges = [at for place in self._places(leaf.fieldname, True, _MARKED) for at in place.ranges.tolist()]
        if not ranges:
            return _NO_TEXTS, _NO_COUNTS
        first, last = ranges[0][0], ranges[-1][1]
        room = self._room(leaf)
        within = int(index.text_tokens.starts[last]) - int(index.text_tokens.starts[first])
        if room is not None and min(within, occurrences(index, numbers)) > room:
            starts = index.surfaces.starts
            kept = rarest(numbers, starts[numbers + 1] - starts[numbers], room)
            self.cut[repr(leaf)] = told(leaf, len(kept), len(numbers))
            numbers = kept
        return of_any(index, numbers, first, last, self._frequent)

    def _near(self, leaf: Phrase) -> tuple[Texts, Counts]:
        """The texts that hold words near each other."""
        index = self._index
        wanted = {index.words.find(word.encode()): times for word, times in Counter(leaf.words).items()}
        numbers = {number: times for number, times in wanted.items() if number is not None}
        if len(numbers) < len(wanted):
            return _NO_TEXTS, _NO_COUNTS
        return near(
            index, self._holding_all(numbers, index.surfaces, index.surface_texts), numbers, width(leaf)
        )


def _listed(lists: Lists, docs: Docs, weights: Weights, number: int) -> Met:
    first, last = lists.bounds(number)
    return Met(docs[first:last], weights[first:last])


def _added(parts: Sequence[Met], documents: int) -> Met:
    """The genes of all parts, their weights added up."""
    if not parts:
        return NOTHING
    docs = np.concatenate([part.docs for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    if len(docs) * _DENSE > documents:
        added = np.bincount(docs, weights, minlength=documents)
        met = np.flatnonzero(added)
        return Met(met.astype(np.int32), added[met].astype(np.float32))
    distinct, places = np.unique(docs, return_inverse=True)
    return Met(distinct, np.bincount(places, weights, minlength=len(distinct)).astype(np.float32))


def _joined(many: Met, few: Met) -> Met:
    """The genes of both, each of which ascend; the fewer are put into the many."""
    places = many.docs.searchsorted(few.docs)
    within = np.minimum(places, len(many.docs) - 1)
    shared = many.docs[within] == few.docs
    weights = many.weights.copy()
    weights[within[shared]] += few.weights[shared]
    if shared.all():
        return Met(many.docs, weights)
    new = places[~shared]
    return Met(np.insert(many.docs, new, few.docs[~shared]), np.insert(weights, new, few.weights[~shared]))


def _within(texts: Texts, counts: Counts, ranges: _Ranges) -> tuple[Texts, Counts]:
    """Those in some ranges of texts."""
    bounds = texts.searchsorted(ranges).tolist()
    found = [slice(first, last) for first, last in bounds if first < last]
    if len(found) == 1:
        return texts[found[0]], counts[found[0]]
    if not found:
        return _NO_TEXTS, _NO_COUNTS
    return np.concatenate([texts[some] for some in found]), np.concatenate([counts[some] for some in found])


def _places_of(index: Columnar, fieldname: str, as_written: bool, kinds: frozenset[str]) -> list[_Place]:
    """Where leaves under a field's name are met: as surface forms and, unless ``as_written``, as stems."""
    asked = [field for field in fields_of(Term(fieldname, "")) if field.kind in kinds]
    if kinds is _MARKED and fieldname in IN_REFERENCES:
        asked.append(BY_NAME["reference"])
    places = []
    for as_stems in (False, True):
        some = [
            field for field in asked if as_stems == (field.kind in ("prose", "implied") and not as_written)
        ]
        if some:
            places.append(_Place(as_stems, some[0], _ranges_of(index, some)))
    return places


def _ranges_of(index: Columnar, fields: Sequence[Field]) -> _Ranges:
    """The texts of some fields, as few ranges as they are."""
    ranges: list[tuple[int, int]] = []
    for name in TEXT_ORDER:
        first, last = index.texts_in(name)
        if BY_NAME[name] in fields and first < last:
            if ranges and ranges[-1][1] == first:
                first = ranges.pop()[0]
            ranges.append((first, last))
    return np.array(ranges, np.uint32).reshape(-1, 2)
