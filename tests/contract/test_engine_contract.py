"""What every engine answers: which genes, how many, in which order, with which score."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from index import ontology
from index.documents import Document
from search.engines import Engine, Known
from search.expand import Beside, expand
from search.query import parse
from search.wider import Wider
from tests.contract.engines import ENGINES
from tests.contract.exhaustive import Exhaustive, beside
from tests.contract.generated import PLANTED, WORDS, documents, go_terms, queries
from tests.making import annotated

PLACES = 6
"""Scores that agree to this many places are equal: engines may add up in another order."""


class Asked(Struct):
    """An engine and the exhaustive search over the same documents."""

    engine: Engine
    exhaustive: Exhaustive
    documents: list[Document]
    wider: Wider

    def named(self, name: str) -> list[str]:
        return [document.id for document in self.documents if document.symbol == name]

    def tree(self, q: str) -> Query:
        """The physical tree as an engine gets it."""
        return expand(parse(q).tree, Beside(self.named, self.wider.known))

    def scores(self, q: str) -> dict[int, float]:
        """What the exhaustive search finds by itself, ontology and all."""
        return self.exhaustive.scores(expand(parse(q).tree, beside(self.named)))


SMALL = [pytest.param((row, 300), id=f"{row.name}-300") for row in ENGINES]
LARGE = [pytest.param((row, 5050), id=f"{row.name}-5050") for row in ENGINES]


@pytest.fixture(scope="module", params=SMALL + LARGE)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Over few documents and over more: Whoosh takes another way beyond 5,000."""
    row, count = request.param
    made = documents(count)
    folder = tmp_path_factory.mktemp(row.name)
    row.write(folder, made)
    ontology.write(folder, go_terms(), annotated(made))
    engine = row.open(folder)
    wider = Wider(ontology.Ontology(folder), count)
    yield Asked(engine, Exhaustive(made, go_terms(), row.b, row.k1, row.length), made, wider)
    engine.close()


def known(docs: set[int], score: float) -> Known:
    return Known(np.array(sorted(docs), np.int32), score)


words = st.sampled_from(WORDS[:60])
leaves = st.one_of(
    st.builds(Term, st.sampled_from(["summary", "summary_stem", "name"]), words),
    st.builds(Phrase, st.just("summary"), st.lists(words, min_size=2, max_size=3)),
    st.sampled_from([Phrase("summary", phrase.split(), boost=2.0) for phrase in PLANTED]),
    st.builds(known, st.sets(st.integers(0, 299)), st.sampled_from([0.5, 2.0])),
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


def best(scores: dict[int, float], limit: int) -> list[tuple[int, float]]:
    rounded = [(number, round(score, PLACES)) for number, score in scores.items()]
    return sorted(rounded, key=lambda found: (-found[1], found[0]))[:limit]


@pytest.mark.parametrize("q", queries())
def test_total_and_top_ten_are_those_of_an_exhaustive_search(asked: Asked, q: str) -> None:
    tree = asked.tree(q)
    scores = asked.scores(q)
    found = asked.engine.search(tree, 10)
    assert found.total == len(scores)
    assert [(doc, round(score, PLACES)) for doc, score in found.top] == best(scores, 10)
    assert asked.engine.matching(tree) == scores.keys()


@pytest.mark.parametrize("asked", SMALL, indirect=True)
@settings(max_examples=150, deadline=None)
@given(trees)
def test_any_nest_of_and_or_not_finds_what_an_exhaustive_search_finds(asked: Asked, tree: Query) -> None:
    scores = asked.exhaustive.scores(tree)
    found = asked.engine.search(tree, 10)
    assert found.total == len(scores)
    assert [(doc, round(score, PLACES)) for doc, score in found.top] == best(scores, 10)
    assert asked.engine.matching(tree) == scores.keys()


@pytest.mark.parametrize("limit", [0, 1, 7, 150, 10_000])
def test_a_smaller_limit_cuts_the_same_order_and_keeps_the_total(asked: Asked, limit: int) -> None:
    tree = asked.tree(f"{WORDS[0]} OR {WORDS[5]}")
    whole = asked.engine.search(tree, len(asked.documents))
    found = asked.engine.search(tree, limit)
    assert found.total == whole.total == len(whole.top)
    assert found.top == whole.top[:limit]


def test_equal_scores_are_in_document_order(asked: Asked) -> None:
    tree = Phrase("summary", ["zinc", "finger"])
    top = asked.engine.search(tree, len(asked.documents)).top
    same = [(first, second) for first, second in pairwise(top) if first[1] == second[1]]
    assert same
    assert all(first[0] < second[0] for first, second in same)


@pytest.mark.parametrize("q", [WORDS[0], f"{WORDS[1]} OR {WORDS[2]}", f"NOT {WORDS[3]}"])
def test_within_a_set_only_its_documents_are_found_and_counted(asked: Asked, q: str) -> None:
    within = frozenset(range(0, len(asked.documents), 3))
    scores = {doc: score for doc, score in asked.scores(q).items() if doc in within}
    found = asked.engine.search(asked.tree(q), 10, within)
    assert found.total == len(scores)
    assert [(doc, round(score, PLACES)) for doc, score in found.top] == best(scores, 10)


def test_a_phrase_does_not_cross_from_one_line_into_the_next(asked: Asked) -> None:
    def holds(document: Document, phrase: str) -> bool:
        return any(phrase in line.text for line in document.lines if line.field == "summary")

    found = asked.engine.matching(Phrase("summary", ["zinc", "finger"]))
    both = asked.engine.matching(And([Term("summary", "zinc"), Term("summary", "finger")]))
    assert found == {n for n, document in enumerate(asked.documents) if holds(document, "zinc finger")}
    assert found < both


def test_absence_adds_nothing_to_a_score(asked: Asked) -> None:
    word, absent = Term("summary", "zinc"), Not(Term("summary", "nowhere"))
    assert asked.engine.search(And([word, absent]), 10) == asked.engine.search(word, 10)
    everything = asked.engine.search(absent, 3)
    assert everything.total == len(asked.documents)
    assert everything.top == ((0, 0.0), (1, 0.0), (2, 0.0))


def test_threads_asking_at_once_get_what_one_would(asked: Asked) -> None:
    trees = [asked.tree(q) for q in queries()[60:80]]
    alone = [asked.engine.search(tree, 10) for tree in trees]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda tree: asked.engine.search(tree, 10), trees)) == alone


def test_documents_known_beside_the_engine_are_found_with_their_score_and_counted_once(asked: Asked) -> None:
    word = Term("summary", "zinc")
    found = asked.engine.search(word, 10_000)
    first, *others = (doc for doc, _ in found.top)
    silent = min({*range(300)} - {first, *others})
    either = asked.engine.search(Or([word, known({first, silent}, 5.0)]), 10_000)
    assert either.total == found.total + 1
    assert dict(either.top) == dict(found.top) | {first: found.top[0][1] + 5.0, silent: 5.0}
    assert asked.engine.matching(And([word, Not(known({first}, 5.0))])) == {*others}
    assert asked.engine.search(known(set(), 1.0), 10).total == 0
