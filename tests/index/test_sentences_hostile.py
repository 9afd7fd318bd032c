"""No text makes the splitter lose a character, raise, or take more than linear time."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.saying_nothing import says_nothing
from index.sentences import split

UNITS = [
    *("The gene binds zinc ions in cells. ", "word ", "a.", ".", "…", "!", "? x ", "…. "),
    *(".)", "(", "([", "(A. ", "a. ()[](", "aaaa. (", '"', "’", ".[", ".[1] ", "zinc.1,2,3", "zinc.⁴⁻"),
    *("A. ", "A, B. ", "U.S. ", "et al. ", "Smith, K. ", "Eur. J. ", "1. 2. ", "e.g. ", "p. Gly12 ", "Fig. "),
    *("x.A ", "x.-A, ", "b/", "—A. ", "a. [provided by ", "a. (Blood. 2000; ", "Aaaaaaaa: "),
    *(
        "\u202e",
        "\u202e. A",
        "\u200b",
        "\u200b. A",
        "\0",
        "\0. A",
        "\ud800",
        "\ud800. ",
        "\u0301",
        "a\u0301. A",
    ),
    *("\n", "\n ", "\n\n", "\r\n", " ", ". ", "\u00a0.", "\u3000. ", "\x85. ", "\u2028"),
]
_PIECES = (
    *"aBz. .!?…\n\r\t()[]“”\"'’,;:-/1230é³α💠",
    *("\u00a0", "\u200b", "\u202e", "\u2066", "\ufeff", "\0", "\ud800", "\u0301", "\u2028", "\x85", "\u3000"),
    *("et al. ", "E. coli ", "[3] ", ".3 ", "Fig. ", "The gene "),
)
HOSTILE = st.lists(st.sampled_from(_PIECES), max_size=80).map("".join)


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_long_text_of_anything_takes_linear_time(unit: str) -> None:
    text = unit * (250_000 // len(unit))
    begun = time.process_time()
    split(text)
    says_nothing(text)
    assert time.process_time() - begun < 5


@given(HOSTILE | st.text(st.characters(codec=None), max_size=80))
def test_every_visible_character_is_in_one_sentence_and_in_its_place(text: str) -> None:
    bounds = split(text)
    assert all(start < end for start, end in bounds)
    assert all(end <= start for (_, end), (start, _) in pairwise(bounds))
    inside = "".join(text[start:end] for start, end in bounds)
    assert "".join(inside.split()) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() for start, end in bounds)


@given(HOSTILE, HOSTILE)
def test_paragraphs_are_split_apart_from_each_other(first: str, second: str) -> None:
    joined = f"{first}\n\n{second}"
    after = len(first) + 2
    assert split(joined) == [*split(first), *[(start + after, end + after) for start, end in split(second)]]


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u200b\u202c"], ids=ascii)
def test_characters_that_nobody_sees_hide_no_end(unseen: str) -> None:
    text = f"It binds zinc.{unseen} The other does not. {unseen}Neither folds."
    assert [text[start:end].strip(unseen) for start, end in split(text)] == [
        "It binds zinc.",
        "The other does not.",
        "Neither folds.",
    ]
