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
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import NullQuery, Or, Phrase, Query, Term

from index.analysis import fold_keyword, stem
from index.columnar import FIELD_NUMBER
from index.columns import among, members
from index.fields import BY_NAME, Field
from search.bounds import rarest, share, told
from search.columnar import Columnar, Lists
from search.engines import Known
from search.expand import Beside, as_held, fields_of, line_forms, typed
from search.met import (
    MARKED,
    NO_COUNTS,
    NO_TEXTS,
    NOTHING,
    Counts,
    Holding,
    Met,
    Texts,
    added,
    flags_of,
    inside,
    joined,
    listed,
    places_of,
    within,
)
from search.nearness import FREQUENT, in_a_row, near, occurrences, of_any
from search.patterns import is_near, is_pattern, width, written
from search.tree import ANY, NAMED
from search.vocabulary import matching

_TABLES = 24
"""So many tables of all texts are kept; few words are in so many texts that one is made."""
_NAMES = BY_NAME["alias"]
"""A field of names: where words are met as they are written."""
_MENTIONS = BY_NAME["mentions"]
_MENTIONED = FIELD_NUMBER["mentions"]
_IMPLIED = frozenset({"implied"})
_MATCHED = frozenset({"prose", "name"})
_PLAIN = frozenset(FIELD_NUMBER[field.name] for field in BY_NAME.values() if field.plain)


class _Numbers(NamedTuple):
    """Of a word of one spelling its stem, itself and the keyword that it is; None for none."""

    stem: int | None
    surface: int | None
    keyword: int | None


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
        self._places = lru_cache(maxsize=None)(partial(places_of, columnar))
        self._kept: dict[tuple[str, ...] | tuple[bool, tuple[str, ...]], tuple[Texts, Counts]] | None = None
        self._named: dict[str, list[str]] | None = None
        self._words: dict[str, _Numbers] | None = None
        self._tables: dict[tuple[int, int], NDArray[np.bool_]] = {}
        """Of the most frequent words asked for, the latest last."""
        self._tables_lock = Lock()
        self.cut: dict[str, str] = {}
        """What there is to say of leaves of which not all was read, by the leaf."""

    def for_a_request(self) -> Leaves:
        """The same, remembering: a request asks for the genes of a leaf and then for its texts."""
        remembering = copy(self)
        remembering._kept, remembering._named, remembering._words, remembering.cut = {}, {}, {}, {}
        return remembering

    def genes_named(self, name: str) -> Sequence[str]:
        """The ids of the genes that a name may mean."""
        found = None if self._named is None else self._named.get(name)
        if found is None:
            found = list(self._beside.genes_named(name))
            if self._named is not None:
                self._named[name] = found
        return found

    def meet(self, leaf: Query) -> Met:
        """The genes that meet a leaf."""
        if isinstance(leaf, Known):
            return Met(leaf.docs, np.full(len(leaf.docs), leaf.weight, np.float32))
        if (numbers := self._simple(leaf)) is not None:
            return self._meet_word(numbers)
        return added(list(self._parts(leaf)), self._index.documents)

    def texts(self, leaf: Query) -> list[Holding]:
        """The texts of lines, and the labels of the ontology, in which a leaf may be marked."""
        if (numbers := self._simple(leaf)) is not None:
            return self._holding_word(numbers)
        return [Holding(texts) for texts, _ in self._held(leaf, MARKED)]

    def is_simple(self, leaf: Query) -> bool:
        """Whether a leaf is a word of one spelling in the fields of plain words; ``texts`` has all of it,
        what is about its thing too."""
        return self._simple(leaf) is not None

    def _simple(self, leaf: Query) -> _Numbers | None:
        if not (
            isinstance(leaf, Term) and leaf.fieldname == ANY and leaf.text.isascii() and leaf.text.isalpha()
        ):
            return None
        known = None if self._words is None else self._words.get(leaf.text)
        if known is None:
            forms = line_forms(leaf, _NAMES)
            if len(forms) > 1:
                return None
            word = forms[0][0]
            find = self._index.words.find
            stemmed = stem(word)
            number = find(word.encode())
            of_stem = number if stemmed == word else find(stemmed.encode())
            known = _Numbers(of_stem, number, self._index.keywords.find(word.encode()))
            if self._words is not None:
                self._words[leaf.text] = known
        return known

    def _holding_word(self, numbers: _Numbers) -> list[Holding]:
        """What ``texts`` gives of a word of one spelling."""
        index = self._index
        found = []
        as_written, as_stems = self._places(ANY, False, MARKED)
        if numbers.surface is not None:
            texts = index.surface_texts[slice(*index.surfaces.bounds(numbers.surface))]
            found += [Holding(some) for some in inside(texts, as_written.ranges)]
        if numbers.stem is not None:
            texts = index.stem_texts[slice(*index.stems.bounds(numbers.stem))]
            found += [
                Holding(some, (n, numbers.stem)) for n, some in enumerate(inside(texts, as_stems.ranges))
            ]
        if numbers.keyword is not None:
            texts = index.texts_about[slice(*index.keyword_texts.bounds(numbers.keyword))]
            if len(texts):
                found.append(Holding(texts))
        return found

    def flags(self, held: Holding) -> NDArray[np.bool_]:
        """Of each text whether it is one of those; leave the array as it is."""
        if held.key is None:
            return flags_of(held.texts, self._index.count)
        with self._tables_lock:
            found = self._tables.pop(held.key, None)
            if found is None:
                found = flags_of(held.texts, self._index.count)
            self._tables[held.key] = found  # behind those that were asked for before
            if len(self._tables) > _TABLES:
                del self._tables[next(iter(self._tables))]
        return found

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
            for gene in self.genes_named(typed(leaf))
        ]

    def _listing(self, value: str, lists: Lists, texts: Texts) -> Texts:
        number = self._index.keywords.find(value.encode())
        return NO_TEXTS if number is None else texts[slice(*lists.bounds(number))]

    def _meet_word(self, numbers: _Numbers) -> Met:
        """A word of one spelling in the fields of plain words: both lists are ready."""
        index = self._index
        found = []
        if numbers.stem is not None:
            found.append(listed(index.prose, index.prose_docs, index.prose_weights, numbers.stem))
        if numbers.surface is not None:
            found.append(listed(index.named, index.named_docs, index.named_weights, numbers.surface))
        if numbers.keyword is not None:
            found += self._by_keyword(numbers.keyword, _PLAIN)
        found = [met for met in found if len(met.docs)]
        if len(found) == 1:
            return found[0]
        found.sort(key=lambda met: -len(met.docs))
        return reduce(joined, found) if found else NOTHING

    def _parts(self, leaf: Query) -> Iterator[Met]:
        """What a leaf meets field by field; a gene may be in several parts."""
        few: list[tuple[Texts, Counts]] = []
        for texts, counts in self._held(leaf, _MATCHED):
            if len(texts) > 2 * self._frequent:
                yield self._spread_many(texts, counts)
            else:
                few.append((texts, counts))
        if few:
            yield self._spread(*few[0] if len(few) == 1 else map(np.concatenate, zip(*few, strict=True)))
        fields = fields_of(leaf)
        if is_pattern(leaf):
            keywords = {FIELD_NUMBER[field.name] for field in fields if field.kind == "keyword"}
            if keywords:
                yield self._by_keywords(matching(leaf, self._index.keywords), keywords)
        elif not is_near(leaf):
            yield from self._by_value(leaf, fields)
        for field in fields:
            if field.name == "go_wider" and not any(self._held(leaf, _IMPLIED)):
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
                values = [fold_keyword(gene) for gene in self.genes_named(typed(leaf))]
            elif field.kind == "keyword":
                values = as_held(leaf, field)
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
        at, lengths = members(index.text_lines.starts, texts)
        lines = index.lines_of_texts.take(at)
        return Met(index.line_docs.take(lines), index.line_weights.take(lines) * np.repeat(counts, lengths))

    def _spread_many(self, texts: Texts, counts: Counts) -> Met:
        """The same, through all lines."""
        index = self._index
        by_text = np.zeros(index.count, np.float32)
        by_text[texts] = counts
        times = by_text.take(index.line_texts.astype(np.intp))  # of any other type it takes twice as long
        lines = (times != 0).nonzero()[0]
        return Met(index.line_docs.take(lines), index.line_weights.take(lines) * times.take(lines))

    def _held(self, leaf: Query, kinds: frozenset[str]) -> Iterator[tuple[Texts, Counts]]:
        """The texts of fields of some kinds that hold a leaf in any of its forms, and how often; in none of
        the lists where no text does."""
        loose = is_pattern(leaf) or is_near(leaf)
        as_written = loose or isinstance(leaf, Phrase) or leaf.fieldname == NAMED
        for place in self._places(leaf.fieldname, as_written, kinds):
            forms = (None,) if loose else line_forms(leaf, place.field)
            for form in forms:
                held = self._loose(leaf) if form is None else self._standing(form, place.stemmed)
                if len(held[0]):
                    held = within(*held, place.ranges)
                    if len(held[0]):
                        yield held

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
                return NO_TEXTS, NO_COUNTS
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
                return NO_TEXTS, NO_COUNTS
            words.append(number)
        texts = self._holding_all(words, lists, of)
        if texts is not None and not len(texts):
            return NO_TEXTS, NO_COUNTS
        return in_a_row(self._index, texts, words, as_stems)

    def _holding_all(self, words: Iterable[int], lists: Lists, of: Texts) -> Texts | None:
        """The texts that hold each of some words; None where these are not worth looking for."""
        texts, *others = sorted((of[slice(*lists.bounds(word))] for word in words), key=len)
        if len(texts) > self._frequent:
            return None
        for other in others:
            if not len(texts):
                break
            texts = texts[among(texts, other)]
        return texts

    def _like(self, leaf: Query) -> tuple[Texts, Counts]:
        """The texts that hold words like a pattern."""
        index = self._index
        numbers = matching(leaf, index.words)
        ranges = [at for place in self._places(leaf.fieldname, True, MARKED) for at in place.ranges.tolist()]
        if not ranges:
            return NO_TEXTS, NO_COUNTS
        first, last = ranges[0][0], ranges[-1][1]
        room = self._room(leaf)
        words = int(index.text_tokens.starts[last]) - int(index.text_tokens.starts[first])
        if room is not None and min(words, occurrences(index, numbers)) > room:
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
            return NO_TEXTS, NO_COUNTS
        return near(
            index, self._holding_all(numbers, index.surfaces, index.surface_texts), numbers, width(leaf)
        )
