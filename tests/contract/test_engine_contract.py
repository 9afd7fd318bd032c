"""What every engine answers: which genes, how many, in which order, with which score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.query import And, FuzzyTerm, Not, NullQuery, Or, Phrase, Prefix, Query, Term, Wildcard

from index.cluster import Cluster
from index.cluster_layout import REPEATS
from index.documents import Document
from search import levels
from search.engines import Docs, Engine, Found, Held, Listed, contains
from search.evidence import weights_from
from search.patterns import is_near, is_pattern, near
from search.query import ANY, parse
from tests.contract.above import known
from tests.contract.corpus import NAMES
from tests.contract.engines import ENGINES, Asked, EngineRow, asked_of
from tests.contract.generated import PLANTED, WORDS, queries

SAME = 1e-5
"""Scores as near as this are equal: engines may add up in another order, with 32 bits."""
_NEARLY = 0.75, 1.35
"""What scores may be of the exact ones where they are not these; parts add up to no more and no less."""
_NEARLY_ALL = 0.15, 1.5
"""The same where patterns and words near each other count once, however often they stand there."""
MANY = 10_000

QUERIES = queries()
_FEW = [(row, 300) for row in ENGINES]
_MANY = [(row, 5050) for row in ENGINES]
_SPARSELY = 8
"""Of so many questions one is asked an engine whose every answer comes over a network."""
SMALL = [pytest.param(case, id=f"{case[0].name}-300") for case in _FEW]
LARGE = [pytest.param(case, id=f"{case[0].name}-5050") for case in _MANY]
ROUNDED = [pytest.param(case, id=f"{case[0].name}-{case[1]}") for case in _FEW + _MANY if not case[0].exact]
CASES = [
    pytest.param(case, q, id=f"{case[0].name}-{case[1]}-{q}")
    for cases, asked_there in ((_FEW, QUERIES), (_MANY, QUERIES[::4]))
    for case in cases
    for q in (asked_there if case[0].exact else asked_there[::_SPARSELY])
]
"""Every query over few genes, each fourth over many."""


Opened = Callable[[EngineRow, int], Asked]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Each engine over so many genes, written once for all tests."""

    @cache
    def made(row: EngineRow, count: int) -> Asked:
        def cluster() -> Cluster:
            found: Cluster = request.getfixturevalue("module_cluster")
            return found

        found = asked_of(row, count, tmp_path_factory.mktemp(row.name), cluster)
        engines.append(found.engine)
        return found

    engines: list[Engine] = []
    yield made
    for engine in engines:
        engine.close()


@pytest.fixture(params=SMALL + LARGE)
def asked(request: pytest.FixtureRequest, opened: Opened) -> Asked:
    """Over few documents and over more: both engines take another way where much is found."""
    return opened(*request.param)


def _goes_by_patterns(tree: Query) -> bool:
    """Whether an engine with scores of its own counts anything in it only once."""
    if isinstance(tree, (And, Or)):
        return any(map(_goes_by_patterns, tree.subqueries))
    return is_pattern(tree) or is_near(tree)


def check(asked: Asked, found: Found, tree: Query, scores: dict[int, float], limit: int) -> None:
    """That the best of all that an exhaustive search finds were found, with their scores, in order; of an
    engine that has scores of its own that it goes by these, and that they are near."""
    assert found.total == len(scores)
    assert found.docs.dtype == np.int32
    docs, told = found.docs.tolist(), found.scores.tolist()
    if asked.exact:
        assert [scores[doc] for doc in docs] == pytest.approx(told, rel=SAME)
        assert sorted(scores.values(), reverse=True)[:limit] == pytest.approx(told, rel=SAME)
    assert {*docs} <= scores.keys()
    if not asked.exact:
        least, most = _NEARLY_ALL if _goes_by_patterns(tree) else _NEARLY
        for doc, score in found.top:
            assert least * scores[doc] - SAME <= score <= most * scores[doc] + SAME, (doc, scores[doc], score)
    assert len(docs) == min(limit, len(scores))
    assert sorted(found.top, key=lambda top: (-top[1], top[0])) == found.top
    assert len({*docs}) == len(docs)


def check_matching(held: Held, scores: dict[int, float]) -> None:
    assert len(held) == len(scores)
    assert held.docs.dtype == np.int32
    assert held.docs.tolist() == sorted(scores)


def ask(asked: Asked, tree: Query, limit: int = 10, within: Docs | None = None) -> Found:
    return asked.engine.asking().search(tree, limit, None if within is None else Listed(within))


words = st.sampled_from(WORDS[:60])
fields = st.sampled_from([ANY, "summary", "name", "go", "symbol", "go_wider"])
begun = words.map(lambda word: word[:3])
leaves = st.one_of(
    st.builds(Term, fields, words),
    st.builds(Phrase, fields, st.lists(words, min_size=1, max_size=3)),
    st.builds(Phrase, fields, st.sampled_from([phrase.split() for phrase in PLANTED])),
    st.builds(near, fields, st.lists(words, min_size=2, max_size=3), st.integers(1, 30)),
    st.builds(Prefix, fields, begun),
    st.builds(Wildcard, fields, begun.map(lambda text: f"{text[0]}?{text[2]}*")),
    st.builds(FuzzyTerm, fields, begun, maxdist=st.integers(1, 2), prefixlength=st.just(0)),
    st.builds(known, st.sets(st.integers(0, 299)).map(sorted), st.sampled_from([0.5, 2.0])),
    st.just(NullQuery),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=4)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("asked", "q"), CASES, indirect=["asked"])
def test_total_and_top_ten_are_those_of_an_exhaustive_search(asked: Asked, q: str) -> None:
    tree = parse(q).tree
    scores = asked.exhaustive.scores(tree)
    asking = asked.engine.asking()
    check(asked, asking.search(tree, 10), tree, scores, 10)
    check_matching(asking.matching(tree), scores)


@pytest.mark.parametrize("asked", SMALL, indirect=True)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees)
def test_any_nest_of_and_or_not_finds_what_an_exhaustive_search_finds(asked: Asked, tree: Query) -> None:
    scores = asked.exhaustive.scores(tree)
    asking = asked.engine.asking()
    check_matching(asking.matching(tree), scores)
    check(asked, asking.search(tree, 10), tree, scores, 10)


@pytest.mark.parametrize("asked", ROUNDED, indirect=True)
def test_a_word_scores_by_its_weight_rounded_where_a_weight_is_a_number_of_repeats(asked: Asked) -> None:
    """A word that stands in prose alone; what a weight is off by counts less in the score."""
    for word in WORDS[:12]:
        exact = asked.exhaustive.scores(Term(ANY, word))
        if not word.isalpha() or asked.exhaustive.scores(Or([Term(field, word) for field in NAMES])):
            continue
        for doc, score in ask(asked, Term(ANY, word), MANY).top:
            assert score == pytest.approx(exact[doc], rel=0.5 / REPEATS)


@pytest.mark.parametrize("q", [WORDS[0], f"{WORDS[0]} OR {WORDS[5]}", f"{WORDS[0]} {WORDS[1]}", "symbol:G*"])
@pytest.mark.parametrize("limit", [0, 1, 7, 150, MANY])
def test_a_smaller_limit_cuts_the_same_order_and_keeps_the_total(asked: Asked, q: str, limit: int) -> None:
    tree = parse(q).tree
    whole = ask(asked, tree, MANY)
    found = ask(asked, tree, limit)
    assert found.total == whole.total == len(whole.top)
    assert found.top == whole.top[:limit]


def test_equal_scores_are_in_document_order(asked: Asked) -> None:
    top = ask(asked, Term("summary", WORDS[0]), MANY).top
    same = [(first, second) for first, second in pairwise(top) if first[1] == second[1]]
    assert same
    assert all(first[0] < second[0] for first, second in same)


@pytest.mark.parametrize("q", [WORDS[0], f"{WORDS[1]} OR {WORDS[2]}", f"NOT {WORDS[3]}", "zinc f*", "zz*"])
@pytest.mark.parametrize("step", [1, 3, 20_000])
def test_within_a_set_only_its_documents_are_found_and_counted(asked: Asked, q: str, step: int) -> None:
    within = np.arange(2, len(asked.documents), step, dtype=np.int32)
    tree = parse(q).tree
    among = {*within.tolist()}
    scores = {doc: score for doc, score in asked.exhaustive.scores(tree).items() if doc in among}
    check(asked, ask(asked, tree, 10, within), tree, scores, 10)


def test_within_no_document_nothing_is_found(asked: Asked) -> None:
    assert ask(asked, parse(WORDS[0]).tree, 10, np.zeros(0, np.int32)).total == 0


@pytest.mark.parametrize(
    "phrase", [Phrase("summary", ["zinc", "finger"]), near("summary", ["zinc", "finger"], 30)]
)
def test_words_together_do_not_cross_from_one_line_into_the_next(asked: Asked, phrase: Query) -> None:
    def holds(document: Document) -> bool:
        return any(
            {"zinc", "finger"} <= {*line.text.split()} for line in document.lines if line.field == "summary"
        )

    asking = asked.engine.asking()
    found = asking.matching(phrase).docs
    both = asking.matching(And([Term("summary", "zinc"), Term("summary", "finger")]))
    assert found.tolist() == [n for n, document in enumerate(asked.documents) if holds(document)]
    assert len(found) < len(both)


def test_absence_adds_nothing_to_a_score(asked: Asked) -> None:
    word, absent = Term("summary", "zinc"), Not(Term("summary", "nowhere"))
    assert ask(asked, And([word, absent])).top == ask(asked, word).top
    everything = ask(asked, absent, 3)
    assert everything.total == len(asked.documents)
    assert everything.top == [(0, 0.0), (1, 0.0), (2, 0.0)]


def test_threads_asking_at_once_get_what_one_would(asked: Asked) -> None:
    some = [parse(q).tree for q in QUERIES[60:400:5]]
    alone = [ask(asked, tree).top for tree in some]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda tree: ask(asked, tree).top, some)) == alone


def test_a_request_that_asks_a_leaf_twice_gets_the_same(asked: Asked) -> None:
    asking = asked.engine.asking()
    leaf, other = parse(WORDS[0]).tree, parse(WORDS[4]).tree
    first = asking.matching(leaf).docs.tolist()
    found = asking.search(And([leaf, other]), MANY)
    assert asking.matching(leaf).docs.tolist() == first
    assert (
        asking.search(And([leaf, other]), MANY).top == found.top == ask(asked, And([leaf, other]), MANY).top
    )


def test_documents_known_beside_the_engine_are_found_once(asked: Asked) -> None:
    word = Term("summary", "zinc")
    alone = ask(asked, word, MANY)
    first, *others = alone.docs.tolist()
    silent = min({*range(300)} - {first, *others})
    tree = Or([word, known(sorted({first, silent}), 5.0)])
    either = ask(asked, tree, MANY)
    check(asked, either, tree, asked.exhaustive.scores(tree), MANY)
    assert either.total == alone.total + 1
    asking = asked.engine.asking()
    assert asking.matching(And([word, Not(known([first], 5.0))])).docs.tolist() == sorted(others)
    assert asking.search(known([], 1.0), 10).total == 0


@pytest.mark.parametrize("step", [1, 2, 60])
def test_which_of_some_documents_are_in_a_set_is_told_without_reading_it(asked: Asked, step: int) -> None:
    some = np.arange(0, len(asked.documents), step, dtype=np.int32)
    asking = asked.engine.asking()
    held = [asking.matching(parse(q).tree) for q in (WORDS[0], f"NOT {WORDS[1]}", "symbol:G1*", "nowhere")]
    for one in held:
        inside = one.among(some)
        assert inside.dtype == np.bool_
        assert some[inside].tolist() == sorted({*some.tolist()} & {*one.docs.tolist()})
        assert contains(one, 7) == (7 in one.docs)
    for first, second in pairwise([*held, Listed(some)]):
        both = first.both(second)
        assert both.docs.tolist() == sorted({*first.docs.tolist()} & {*second.docs.tolist()})
        assert len(both) == len(both.docs)
        assert asking.search(Term(ANY, WORDS[0]), 0, both).total == int(held[0].among(both.docs).sum())


@pytest.mark.parametrize("count", [1, 2, 5, 9, 18])
@pytest.mark.parametrize("least", [1, 12, 200, MANY])
def test_enough_documents_hold_most_of_some_words(asked: Asked, count: int, least: int) -> None:
    asking = asked.engine.asking()
    held: list[Held] = [asking.matching(Term(ANY, word)) for word in WORDS[2 : 2 + 3 * count : 3]]
    held.append(Listed(np.arange(0, len(asked.documents), 7, dtype=np.int32)))
    weights = weights_from(list(map(len, held)), len(asked.documents))
    expected = levels.holding_most([one.docs for one in held], weights, least)
    found = asking.holding_most(held, weights, least)
    assert found.docs.tolist() == expected.tolist()
    assert len(found) == len(expected)
    both = Or([Term(ANY, WORDS[2]), Term(ANY, WORDS[5])])
    assert asking.search(both, 5, found).total == int(asking.matching(both).among(expected).sum())
