"""The words of many texts at once are those of index.analysis, text by text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.analysis import Token, tokenize
from index.engines.columnar.words import words_of

_TEXTS = st.lists(st.text(st.sampled_from("aB3 -_'’\n\t\x1c.,αé\u0301ß\u200b語")) | st.text())


def _tokens(texts: list[str]) -> list[list[Token]]:
    """What words_of says of each text, as tokenize would say it."""
    numbers: dict[str, int] = {}
    words = words_of(texts, lambda term: numbers.setdefault(term, len(numbers)))
    terms = list(numbers)
    every = iter(
        [
            Token(terms[number], begin, end)
            for number, begin, end in zip(
                words.numbers.tolist(), words.begins.tolist(), words.ends.tolist(), strict=True
            )
        ]
    )
    return [[next(every) for _ in range(count)] for count in words.counts.tolist()]


@given(_TEXTS)
def test_words_and_their_places_are_those_that_each_text_has_by_itself(texts: list[str]) -> None:
    assert _tokens(texts) == [tokenize(text) for text in texts]


def test_a_text_that_is_not_plain_keeps_its_place_among_plain_ones() -> None:
    texts = ["", "zinc finger", "Crohn's TNF-α", "", "IL-2"]
    assert [[token.term for token in tokens] for tokens in _tokens(texts)] == [
        [],
        ["zinc", "finger"],
        ["crohn", "tnf", "alpha"],
        [],
        ["il", "2"],
    ]
