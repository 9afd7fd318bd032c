"""What is asked of a cluster for the leaves and trees of queries, told by value."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from whoosh.query import And, FuzzyTerm, Not, NullQuery, Or, Phrase, Prefix, Query, Term, Wildcard

from search.cluster_patterns import as_regexp, is_intricate
from search.cluster_queries import (
    NOTHING,
    Asked,
    Cut,
    Dsl,
    Translation,
    clauses,
    listed,
    matching_any,
    scored_leaves,
    scored_tree,
    tree_of,
)
from search.engines import Known
from search.expand import Beside
from search.patterns import near
from search.tree import ANY

GENES = 100


class Some:
    """A dictionary in which stems and names have genes."""

    def genes_with(self, stream: str, word: str) -> int:
        return {"words": {"zinc": 9, "p53": 2, "il2": 1}, "named_words": {"p53": 3}}[stream].get(word, 0)

    def long_ones(self, leaf: Query) -> Sequence[str]:
        return ["k" * 300] if isinstance(leaf, Wildcard) else []

    def meeting(self, leaf: Query) -> Sequence[str]:
        return ["abc", "abd"]

    def cut(self, leaf: Query) -> Cut | None:
        return None


def translated(leaf: Query, beside: Beside | None = None) -> list[Dsl]:
    return [part.matching for part in Translation(beside or Beside(), Some(), GENES).parts(leaf)]


def test_a_plain_word_is_asked_of_the_streams_that_have_it_and_of_keywords() -> None:
    assert translated(Term(ANY, "Zincs")) == [{"term": {"words": "zinc"}}, {"term": {"plain": "zincs"}}]


def test_a_word_under_a_field_is_asked_of_its_stems_and_a_name_as_it_is_written() -> None:
    assert translated(Term("summary", "kinases")) == [{"term": {"summary_stem": "kinas"}}]
    assert translated(Term("symbol", "kinases")) == [{"term": {"symbol": "kinases"}}]


def test_quoted_words_stand_in_a_row_and_others_within_so_many_gaps() -> None:
    assert translated(Phrase("summary", ["zinc", "finger"])) == [{"match_phrase": {"summary": "zinc finger"}}]
    rule = {"match": {"query": "zinc zinc finger", "max_gaps": 5, "ordered": False}}
    assert translated(near("summary", ["zinc", "zinc", "finger"], 5)) == [{"intervals": {"summary": rule}}]


def test_the_spellings_of_a_compound_are_words_and_rows_of_words() -> None:
    asked = translated(Term(ANY, "IL-2"))
    assert {"term": {"words": "il2"}} in asked
    assert {"match_phrase": {"summary_stem": "il 2"}} in asked
    assert {"match_phrase": {"symbol": "il 2"}} in asked
    assert not any("summary_stem" in query.get("term", {}) for query in asked)  # type: ignore[operator]


def test_a_word_and_a_keyword_longer_than_a_cluster_takes_are_asked_by_a_digest() -> None:
    (asked,) = translated(Term("symbol", "k" * 300))
    assert len(str(asked)) < 280
    assert asked != translated(Term("symbol", "k" * 301))[0]


def test_a_pattern_of_plain_words_is_asked_of_one_field_for_all_keywords_and_one_for_all_names() -> None:
    asked = translated(Prefix(ANY, "cdk"))
    fields = [field for query in asked for field in query["prefix"]]  # type: ignore[attr-defined]
    assert {"plain", "named_words", "summary"} <= {*fields}
    assert not {"symbol", "identifier", "summary_stem"} & {*fields}


def test_a_word_like_another_is_left_to_the_cluster() -> None:
    (asked,) = translated(FuzzyTerm("summary", "Kinase", maxdist=2, prefixlength=0))
    wanted = {"value": "kinase", "fuzziness": 2, "prefix_length": 0, "rewrite": "constant_score"}
    assert asked == {"fuzzy": {"summary": wanted}}


@pytest.mark.parametrize(
    ("pattern", "regexp"),
    [
        ("cdk?", "cdk[^…]"),
        ("c??k", "c[^…]{2}k"),
        ("a*?*b", "a[^…]{1,}b"),
        ("*", "[^…]*"),
        ("IL-2*x", "il 2[^…]*x"),
    ],
)
def test_a_wildcard_is_a_regular_expression_that_takes_no_digest_for_letters(
    pattern: str, regexp: str
) -> None:
    assert as_regexp(Wildcard("summary", pattern)) == regexp


def test_a_pattern_that_would_make_too_many_states_is_asked_by_the_words_that_meet_it() -> None:
    intricate = Wildcard("summary", "*a" + "?" * 13)
    assert is_intricate(intricate)
    assert not is_intricate(Wildcard("summary", "*a" + "?" * 12))
    assert not is_intricate(Wildcard("summary", "?" * 40))
    assert translated(intricate) == [{"terms": {"summary": ["abc", "abd"]}}]


def test_a_wildcard_is_compared_with_long_words_too() -> None:
    assert [*map(list, translated(Wildcard("summary", "k*k")))] == [["regexp"], ["term"]]


def test_what_is_known_beside_the_texts_is_asked_as_it_is_told() -> None:
    above = Asked({"terms": {"above": [3, 4]}}, 0.5)
    known = {"go_wider": lambda leaf: Or([above, Term("go_id", "go 1"), Known(np.array([7], np.int32), 1.0)])}
    asked = translated(Term("go_wider", "metal"), Beside(known=known))
    assert asked == [{"terms": {"above": [3, 4]}}, {"term": {"go_id": "go 1"}}, {"terms": {"n": [7]}}]


def test_most_of_all_genes_are_told_by_the_others() -> None:
    most = np.array([n for n in range(GENES) if n not in (5, 9)], np.int32)
    assert listed(most, GENES) == {
        "bool": {"filter": [{"match_all": {}}], "must_not": [{"terms": {"n": [5, 9]}}]}
    }
    assert listed(most[:0], GENES) == NOTHING


def test_trees_keep_their_shape_and_absence_scores_nothing() -> None:
    a, b, c = (Term("summary", word) for word in "abc")

    def of(leaf: Query) -> Dsl:
        return {"term": {"x": leaf.text}}

    def scored(leaf: Query) -> Dsl:
        return {"term": {"y": leaf.text}}

    tree = And([a, Or([b, NullQuery]), Not(c)])
    assert tree_of(tree, of) == {
        "bool": {"filter": [of(a), {"bool": {"should": [of(b), NOTHING]}}], "must_not": [of(c)]}
    }
    assert scored_tree(tree, of, scored) == {
        "bool": {
            "must": [scored(a), {"bool": {"should": [scored(b), {"bool": {"filter": [NOTHING]}}]}}],
            "must_not": [of(c)],
        }
    }
    assert scored_tree(Not(a), of, scored) == {"bool": {"filter": [tree_of(Not(a), of)]}}
    assert [*scored_leaves(tree)] == [a, b]


def test_the_idf_of_a_stream_is_divided_out_of_a_words_score() -> None:
    translation = Translation(Beside(), Some(), GENES)
    word = translation.parts(Term(ANY, "zinc"))[0]
    query = translation.scored(word, 2.0, {"words": 80, "named_words": 90})
    own = log(1 + (80 - 9 + 0.5) / (9 + 0.5))
    boost = query["term"]["words"]["boost"]  # type: ignore[index]
    assert boost * own * 4 / 2.5 == pytest.approx(2.0)


def test_clauses_are_counted_as_a_cluster_counts_them() -> None:
    assert clauses(matching_any(Translation(Beside(), Some(), GENES).parts(Term(ANY, "zinc")))) == 2
    assert clauses(translated(near("summary", ["a", "b", "c"], 3))) == 3
    one: Dsl = {"term": {"a": "b"}}
    nested: Dsl = {"bool": {"filter": [one], "must_not": [one], "_name": "x"}}
    assert (
        clauses({"function_score": {"query": {"dis_max": {"queries": [nested, one]}}, "min_score": 1}}) == 3
    )
