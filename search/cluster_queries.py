"""From the logical tree of a query to the language of the cluster (index/cluster_layout.py).

A tree is told in two ways: as what matches, without scores, and as what is scored.  The words and the
matching are those of the columnar engine (search/leaves.py); a score is that one's, but for rounding, where a
leaf stands in one stream, and near it where it stands in several:

    score(leaf) = idf × (the greatest of its parts + OTHERS × the sum of the others)
    part in words, named_words = (K1 + 1) t / (K1 + t)
    part whose places are read = 2 n / (1 + n) × (K1 + 1) w / (K1 + w), met n times in a field that weighs w
    any other part             = (K1 + 1) w / (K1 + w)

with the idf of the genes that meet the leaf in any part.  The cluster multiplies by an idf of its own, of the
stream; that is divided out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.query import And, FuzzyTerm, Not, NullQuery, Or, Prefix, Query, Term

from index.analysis import fold_keyword
from index.cluster_layout import K1, LONGEST_TERM, REPEATS, held_term
from index.fields import BY_NAME, Field, stem_stream
from search.cluster_patterns import as_regexp, is_intricate
from search.engines import Known
from search.expand import Beside, as_held, fields_of, line_forms, stemmed, typed
from search.patterns import is_near, is_pattern, matcher
from search.tree import ANY, NAMED

Dsl = dict[str, object]

WORDS, NAMED_WORDS, PLAIN, ABOVE = "words", "named_words", "plain", "above"
OTHERS = 0.35
"""Of its parts that say least; near what saturating their sum would give: 1.35, 1.7 and 2.05 times one of
weight 1, which are 1.43, 1.67 and 1.82."""
MOST_CLAUSES = 1000
"""A cluster takes 1,024 in a question, unless it is set otherwise."""
NOTHING: Dsl = {"match_none": {}}
EVERYTHING: Dsl = {"match_all": {}}
_MOST_TERMS = 50_000
"""In one clause; a cluster takes 65,536 unless it is set otherwise."""
_NESTING = ("bool", "constant_score", "dis_max", "function_score")
_REPEATED_K1 = REPEATS * K1
_NAME, _PROSE = BY_NAME["alias"], BY_NAME["summary"]
_MET = {"rewrite": "constant_score"}
"""Every term that meets a pattern, however many they are, without a score of its own."""


class Cut(NamedTuple):
    """What is left of a pattern (search/bounds.py)."""

    words: Sequence[str]
    told: str
    """What there is to say of the others."""


class Frequencies(Protocol):
    """What is known of the words without asking the cluster (search/cluster_words.py)."""

    def genes_with(self, stream: str, word: str) -> int:
        """How many genes have a word in ``words`` or ``named_words``."""

    def long_ones(self, leaf: Query) -> Sequence[str]:
        """The words too long to be held as they are that meet a pattern."""

    def meeting(self, leaf: Query) -> Sequence[str]:
        """All words that meet a pattern."""

    def cut(self, leaf: Query) -> Cut | None:
        """The words of a pattern that are asked for where it may not read all."""


class Asked(Query):  # type: ignore[misc]
    """A leaf that is asked of a field beside the texts, in the language of the cluster; it has one weight
    for all."""

    def __init__(self, matching: Dsl, weight: float) -> None:
        self.matching = matching
        self.weight = weight

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and (self.matching, self.weight) == (other.matching, other.weight)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"Asked({self.matching}, {self.weight:.3g})"


class Part(NamedTuple):
    """One way to meet a leaf."""

    matching: Dsl
    weight: float
    stream: str = ""
    """``words`` or ``named_words``, where how often a word stands there is its weight."""
    word: str = ""
    field: str = ""
    rule: Mapping[str, Mapping[str, object]] | None = None
    """What is looked for among the places of a field of texts."""


def any_of(queries: Sequence[Dsl]) -> Dsl:
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries)}} if queries else NOTHING


def all_of(queries: Sequence[Dsl], without: Sequence[Dsl] = ()) -> Dsl:
    """What meets all and is scored by none."""
    if len(queries) == 1 and not without:
        return queries[0]
    found: Dsl = {"filter": list(queries) or [EVERYTHING]}
    return {"bool": {**found, "must_not": list(without)} if without else found}


def of_numbers(field: str, numbers: NDArray[np.integer]) -> Dsl:
    """The genes that have any of some numbers."""
    if not len(numbers):
        return NOTHING
    listed = numbers.tolist()
    return any_of(
        [{"terms": {field: listed[at : at + _MOST_TERMS]}} for at in range(0, len(listed), _MOST_TERMS)]
    )


def constant(weight: float) -> float:
    """What BM25F makes of a weight, whatever the idf."""
    return (K1 + 1) * weight / (K1 + weight)


def idf(met: int, genes: int) -> float:
    return log(1 + (genes - met + 0.5) / (met + 0.5))


def clauses(query: object) -> int:
    """How many questions of single fields a query has."""
    if isinstance(query, list):
        return sum(map(clauses, query))
    if not isinstance(query, dict):
        return 0
    if "intervals" in query:
        return sum(_width(rule) for rule in query["intervals"].values())
    inner = [part for name in _NESTING for part in query.get(name, {}).values()]
    return sum(map(clauses, inner)) if inner else 1


def width(part: Part) -> int:
    """The same of a part, scored or not."""
    return clauses(part.matching) if part.rule is None else _width(part.rule)


def _width(rule: Mapping[str, Mapping[str, object]]) -> int:
    return len(str(rule["match"]["query"]).split())


class Translation:
    """Leaves into parts, over one generation; pure but for what it looks up beside the engine."""

    def __init__(self, beside: Beside, words: Frequencies, genes: int) -> None:
        self._beside = beside
        self._words = words
        self._genes = genes

    def parts(self, leaf: Query) -> list[Part]:
        """The ways to meet a leaf, each once; none for what nothing meets."""
        if isinstance(leaf, (Known, Asked)):
            return [self._known(leaf)]
        found: dict[str, Part] = {}
        for part in self._simple(leaf) or self._parts(leaf):
            found.setdefault(repr(part.matching), part)
        return list(found.values())

    def scored(self, part: Part, idf_of_leaf: float, filled: Mapping[str, int]) -> Dsl:
        """A part with its score; ``filled`` are how many genes have the stream at all, which is what a
        cluster counts an idf of."""
        if part.stream:
            own = idf(self._words.genes_with(part.stream, part.word), filled[part.stream])
            # the cluster multiplies by k1 + 1 too, where k1 is the repeated one
            boost = idf_of_leaf / own * (K1 + 1) / (_REPEATED_K1 + 1)
            return {"term": {part.stream: {"value": held_term(part.word), "boost": boost}}}
        boost = idf_of_leaf * constant(part.weight)
        if part.rule is not None:
            return {"intervals": {part.field: {**part.rule, "boost": 2 * boost}}}
        return {"constant_score": {"filter": part.matching, "boost": boost}}

    def _known(self, leaf: Known | Asked) -> Part:
        matching = leaf.matching if isinstance(leaf, Asked) else listed(leaf.docs, self._genes)
        return Part(matching, leaf.weight)

    def _simple(self, leaf: Query) -> list[Part]:
        """A word of one spelling in the fields of plain words, which has no other ways."""
        if not (
            isinstance(leaf, Term) and leaf.fieldname == ANY and leaf.text.isascii() and leaf.text.isalpha()
        ):
            return []
        if len(line_forms(leaf, _NAME)) > 1:
            return []
        return [*self._plain_words(leaf), Part({"term": {PLAIN: held_term(leaf.text.lower())}}, 1.0)]

    def _plain_words(self, leaf: Query) -> Iterator[Part]:
        """The forms of one word in the streams of all fields of plain words."""
        for stream, field in ((WORDS, _PROSE), (NAMED_WORDS, _NAME)):
            if stream == WORDS and not stemmed(leaf, field):
                continue
            for form in line_forms(leaf, field):
                if len(form) == 1 and self._words.genes_with(stream, form[0]):
                    yield Part({"term": {stream: held_term(form[0])}}, 1.0, stream, form[0])

    def _parts(self, leaf: Query) -> Iterator[Part]:
        fields = fields_of(leaf)
        everywhere = leaf.fieldname in (ANY, NAMED)
        if is_pattern(leaf):
            yield from self._like(leaf, fields, everywhere)
        else:
            if everywhere and not is_near(leaf):
                yield from self._plain_words(leaf)
            for field in fields:
                if field.kind in ("prose", "name"):
                    yield from _near(leaf, field) if is_near(leaf) else _rows(leaf, field, everywhere)
            if not is_near(leaf):
                yield from self._by_value(leaf, fields)
        for field in fields:
            if field.name in self._beside.known:
                yield from self._beside_it(self._beside.known[field.name](leaf))

    def cut(self, leaf: Query) -> str | None:
        """What there is to say of a leaf of which not all is asked."""
        cut = self._words.cut(leaf) if is_pattern(leaf) else None
        return None if cut is None else cut.told

    def _by_value(self, leaf: Query, fields: Iterable[Field]) -> Iterator[Part]:
        """Where a leaf is a whole keyword, or names a gene that is one."""
        for field in fields:
            if field.name == "mentions":
                values = [fold_keyword(gene) for gene in self._beside.genes_named(typed(leaf))]
            elif field.kind == "keyword":
                values = as_held(leaf, field)
            else:
                continue
            if values:
                yield Part(_of_values(field.name, values), field.weight)

    def _beside_it(self, found: Query) -> Iterator[Part]:
        if isinstance(found, Or):
            for one in found.subqueries:
                yield from self._beside_it(one)
        elif isinstance(found, (Known, Asked)):
            yield self._known(found)
        elif found is not NullQuery:
            yield Part(_of_values(found.fieldname, [found.text]), found.boost)

    def _like(self, leaf: Query, fields: Sequence[Field], everywhere: bool) -> Iterator[Part]:
        """A pattern, over surface forms and keywords."""
        streams = [(field.name, field.weight) for field in fields if field.kind == "prose"]
        keywords = [(field.name, field.weight) for field in fields if field.kind == "keyword"]
        names = [(field.name, field.weight) for field in fields if field.kind == "name"]
        if everywhere:  # one field has those of all that plain words search
            names = [(NAMED_WORDS, 1.0)]
            keywords = [(PLAIN, 1.0), *(own for own in keywords if own[0] == "mentions")]
        cut = self._words.cut(leaf)
        if cut is not None:
            listed_ones: Sequence[str] | None = cut.words
        else:
            listed_ones = self._words.meeting(leaf) if is_intricate(leaf) else None
        for stream, weight in (*streams, *names):
            if listed_ones is None:
                yield Part(_pattern(leaf, stream), weight)
            some = self._words.long_ones(leaf) if listed_ones is None else listed_ones
            if some:
                yield Part(_of_values(stream, some), weight)
        for keyword, weight in keywords:
            yield Part(_pattern(leaf, keyword), weight)


def tree_of(query: Query, leaf: Callable[[Query], Dsl]) -> Dsl:
    """What matches a tree."""
    if query is NullQuery:
        return NOTHING
    if isinstance(query, Or):
        return any_of([tree_of(part, leaf) for part in query.subqueries])
    if isinstance(query, And):
        wanted = [tree_of(part, leaf) for part in query.subqueries if not isinstance(part, Not)]
        without = [tree_of(part.query, leaf) for part in query.subqueries if isinstance(part, Not)]
        return all_of(wanted, without)
    if isinstance(query, Not):
        return all_of([], [tree_of(query.query, leaf)])
    return leaf(query)


def scored_tree(query: Query, leaf: Callable[[Query], Dsl], scored: Callable[[Query], Dsl]) -> Dsl:
    """The same with scores: And and Or add up those of what matches, absence adds nothing."""
    if isinstance(query, Or):
        parts = [scored_tree(part, leaf, scored) for part in query.subqueries]
        return any_of(parts)
    if isinstance(query, And):
        wanted = [scored_tree(part, leaf, scored) for part in query.subqueries if not isinstance(part, Not)]
        without = [tree_of(part.query, leaf) for part in query.subqueries if isinstance(part, Not)]
        found: Dsl = {"must": wanted} if wanted else {"filter": [EVERYTHING]}
        return {"bool": {**found, "must_not": without} if without else found}
    if isinstance(query, Not) or query is NullQuery:
        return {"bool": {"filter": [tree_of(query, leaf)]}}
    return scored(query)


def scored_leaves(query: Query) -> Iterator[Query]:
    """The leaves that add to a score."""
    if isinstance(query, (And, Or)):
        for part in query.subqueries:
            yield from scored_leaves(part)
    elif query is not NullQuery and not isinstance(query, Not):
        yield query


def matching_any(parts: Sequence[Part]) -> Dsl:
    return any_of([part.matching for part in parts])


def best_of(parts: Sequence[Dsl]) -> Dsl:
    """The greatest of some scores, and something of the others."""
    if len(parts) == 1:
        return parts[0]
    return {"dis_max": {"queries": list(parts), "tie_breaker": OTHERS}} if parts else NOTHING


def listed(docs: NDArray[np.int32], genes: int) -> Dsl:
    """Genes by their numbers; of most of all genes those are told that they are not."""
    if 2 * len(docs) <= genes:
        return of_numbers("n", docs)
    others = np.ones(genes, np.bool_)
    others[docs] = False
    return all_of([], [of_numbers("n", others.nonzero()[0])])


def _of_values(field: str, values: Sequence[str]) -> Dsl:
    held = list(dict.fromkeys(map(held_term, values)))
    if len(held) == 1:
        return {"term": {field: held[0]}}
    return any_of(
        [{"terms": {field: held[at : at + _MOST_TERMS]}} for at in range(0, len(held), _MOST_TERMS)]
    )


def _rows(leaf: Query, field: Field, everywhere: bool) -> Iterator[Part]:
    """The forms of a leaf in the lines of one field; ``everywhere`` those of one word are looked for in the
    streams of all fields, where there are such."""
    as_stems = stemmed(leaf, field)
    stream = (stem_stream(field) if as_stems else None) or field.name
    for form in line_forms(leaf, field):
        if len(form) == 1 and everywhere and (as_stems or field.kind == "name"):
            continue
        text = " ".join(map(held_term, form))
        rule = {"match": {"query": text, "max_gaps": 0, "ordered": True}}
        matching: Dsl = {"term": {stream: text}} if len(form) == 1 else {"match_phrase": {stream: text}}
        yield Part(matching, field.weight, field=stream, rule=rule)


def _near(leaf: Query, field: Field) -> Iterator[Part]:
    """A word that is wanted twice must stand there twice."""
    text = " ".join(map(held_term, leaf.words))
    rule = {"match": {"query": text, "max_gaps": int(leaf.slop) - 1, "ordered": False}}
    yield Part({"intervals": {field.name: rule}}, field.weight, field=field.name, rule=rule)


def _pattern(leaf: Query, field: str) -> Dsl:
    if isinstance(leaf, FuzzyTerm):
        value = fold_keyword(leaf.text)
        return {"fuzzy": {field: {"value": value, "fuzziness": leaf.maxdist, "prefix_length": 0, **_MET}}}
    begins, _ = matcher(leaf)
    if isinstance(leaf, Prefix):
        return {"prefix": {field: {"value": begins, **_MET}}} if len(begins) <= LONGEST_TERM else NOTHING
    return {
        "regexp": {
            field: {"value": as_regexp(leaf), "flags": "NONE", "max_determinized_states": 100_000, **_MET}
        }
    }
