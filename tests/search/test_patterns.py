"""Patterns and words near each other: which terms they meet, and where in a line."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.query import FuzzyTerm, Phrase, Prefix, Query, Wildcard

from search.patterns import folded, is_near, matcher, near, occurrences, width


@pytest.mark.parametrize(
    ("leaf", "begins", "met", "not_met"),
    [
        (Prefix("text", "CDK"), "cdk", ["cdk", "cdk2", "cdkn1a"], ["cd", "ccdk2", ""]),
        (Prefix("doi", "10.1016/"), "10 1016 ", ["10 1016 j", "10 1016 j cell"], ["10 1016", "10 10167"]),
        (Wildcard("text", "CDK?"), "cdk", ["cdk2", "cdkα"], ["cdk", "cdk11"]),
        (Wildcard("text", "C*K"), "c", ["ck", "cdk", "caxk"], ["cdk2", "k", "c"]),
        (Wildcard("symbol", "*K?1"), "", ["k21", "cdk11"], ["k1", "cdk1"]),
        (Wildcard("text", "a.c*d"), "a c", ["a cd", "a cxd"], ["abcd", "acd"]),
        (Wildcard("text", "ab*ba"), "ab", ["abba", "abcba"], ["aba", "ab"]),
        (FuzzyTerm("text", "Kinase", maxdist=1), "", ["kinase", "kinse", "kinases", "iknase"], ["knse"]),
        (FuzzyTerm("text", "kinase", maxdist=2), "", ["knse", "kinasexy", "iknaes"], ["kns", "zinc", ""]),
    ],
)
def test_a_pattern_meets(leaf: Query, begins: str, met: list[str], not_met: list[str]) -> None:
    prefix, meets = matcher(leaf)
    assert prefix == begins
    assert [term for term in met + not_met if meets(term)] == met


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("CDK*", "cdk*"),
        ("C*K", "c*k"),
        ("NKX2-*", "nkx2 *"),
        ("Su(H)*", "su h *"),
        ("TNFα*", "tnf alpha*"),
        ("*-5", "* 5"),
        ("HGNC:7*", "hgnc 7*"),
        ("ﬁb*", "fib*"),
        ("a*?b", "a*?b"),
        ("-", ""),
    ],
)
def test_a_pattern_is_folded_as_the_terms_of_a_text_are(pattern: str, expected: str) -> None:
    assert folded(pattern) == expected


short = st.text("ab", max_size=7)


@given(st.text("ab*?", min_size=1, max_size=7), short)
def test_a_pattern_means_what_a_shell_s_does(pattern: str, term: str) -> None:
    naive = re.fullmatch(pattern.replace("*", ".*").replace("?", "."), term) is not None
    prefix, meets = matcher(Wildcard("symbol", pattern))
    assert meets(term) is naive
    assert term.startswith(prefix) or not naive


@given(short, short, st.sampled_from([1, 2]))
def test_like_is_so_many_letters_inserted_left_out_exchanged_or_swapped(
    word: str, term: str, most: int
) -> None:
    _, meets = matcher(FuzzyTerm("text", "x" + word, maxdist=most))
    assert meets("x" + term) is (_distance("x" + word, "x" + term) <= most)


def _distance(a: str, b: str) -> int:
    """Optimal string alignment, as its definition has it."""
    rows = [[i + j if i == 0 or j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            changed = a[i - 1] != b[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed)
            if i > 1 and j > 1 and a[i - 2 : i] == b[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_a_pattern_of_many_stars_is_no_trap() -> None:
    _, meets = matcher(Wildcard("symbol", "*a" * 40 + "*b"))
    assert not meets("a" * 2000)
    assert meets("a" * 2000 + "b")


@pytest.mark.parametrize(
    ("line", "leaf", "expected"),
    [
        ("cdk2 binds cdkn1a and cdk", Prefix("text", "CDK"), ["cdk2", "cdkn1a", "cdk"]),
        ("a kinse of kinases", FuzzyTerm("text", "kinase", maxdist=1), ["kinse", "kinases"]),
        ("zinc ion binding", near("text", ["zinc", "binding"], 1), ["zinc ion binding"]),
        ("binding of zinc", near("text", ["zinc", "binding"], 1), ["binding of zinc"]),
        ("binding of the zinc", near("text", ["zinc", "binding"], 1), []),
        ("zinc a zinc binding", near("text", ["zinc", "binding"], 2), ["zinc binding"]),
        ("zinc binding zinc", near("text", ["zinc", "binding"], 1), ["zinc binding", "binding zinc"]),
        ("very rare", near("text", ["very", "very"], 3), []),
        ("very x very y very", near("text", ["very", "very"], 1), ["very x very", "very y very"]),
    ],
)
def test_it_stands_in_a_line_at(line: str, leaf: Query, expected: list[str]) -> None:
    terms = line.split()
    assert [" ".join(terms[start:end]) for start, end in occurrences(terms, leaf)] == expected


lines = st.lists(st.sampled_from("abc"), max_size=12)


@given(lines, st.lists(st.sampled_from("abc"), min_size=2, max_size=4), st.integers(1, 5))
def test_words_are_near_in_every_shortest_run_that_holds_them_all(
    line: list[str], words: list[str], slop: int
) -> None:
    leaf = near("text", words, slop)

    def holds(start: int, end: int) -> bool:
        return all(line[start:end].count(word) >= words.count(word) for word in words)

    expected = [
        (start, end)
        for start in range(len(line))
        for end in range(start + 1, min(len(line), start + width(leaf)) + 1)
        if holds(start, end) and not holds(start + 1, end) and not holds(start, end - 1)
    ]
    found = occurrences(line, leaf)
    assert found == expected
    assert all(first[0] < second[0] and first[1] < second[1] for first, second in pairwise(found))


def test_words_with_none_between_and_a_single_word_are_a_phrase() -> None:
    assert near("text", ["zinc", "ion"], 0) == Phrase("text", ["zinc", "ion"])
    assert near("text", ["zinc"], 5) == Phrase("text", ["zinc"])
    assert not is_near(near("text", ["zinc"], 5))
