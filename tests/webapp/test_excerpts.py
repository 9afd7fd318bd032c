"""Texts too long to be shown whole, and signs that nobody sees."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.page import GeneMention
from webapp.excerpts import LONGEST, excerpt, short
from webapp.harmless import harmless, visible

FILLER = "and so on "


def test_a_sentence_of_usual_length_is_shown_whole() -> None:
    mention = GeneMention(0, 3, "TNF", "HGNC:11892")
    shown = excerpt("TNF binds zinc.", [(10, 14)], [mention])
    assert (shown.text, shown.spans, shown.mentions) == ("TNF binds zinc.", [(10, 14)], [mention])
    assert shown.whole is None


def test_of_a_long_sentence_the_parts_around_its_spans_are_shown() -> None:
    before, after = FILLER * 5000, " " + FILLER * 5000
    sentence = f"{before}TNF binds zinc{after}and copper too{after}"
    zinc, copper = sentence.index("zinc"), sentence.index("copper")
    mention = GeneMention(len(before), len(before) + 3, "TNF", "HGNC:11892")
    shown = excerpt(sentence, [(copper, copper + 6), (zinc, zinc + 4)], [mention])
    assert [shown.text[start:end] for start, end in shown.spans] == ["zinc", "copper"]
    assert [shown.text[m.start : m.end] for m in shown.mentions] == ["TNF"]
    assert shown.whole == len(sentence)
    assert len(shown.text) <= LONGEST
    assert shown.text.startswith(" … ")
    assert shown.text.endswith(" …")
    for part in shown.text.split("…"):
        assert part.strip() in sentence


def test_a_long_sentence_without_spans_shows_how_it_begins() -> None:
    shown = excerpt("Zinc. " + FILLER * 5000)
    assert shown.text.startswith("Zinc. and so on")
    assert LONGEST - 30 < len(shown.text) <= LONGEST + 3


def test_a_word_of_a_megabyte_is_cut_too() -> None:
    shown = excerpt("zinc" * 250_000, [(0, 1_000_000)])
    assert len(shown.text) <= LONGEST + 3
    assert shown.spans == [(0, LONGEST)]


SPANS = st.lists(st.tuples(st.integers(-5, 3000), st.integers(-5, 3000)), max_size=40)


@given(st.text(alphabet="ab ", min_size=0, max_size=2500), SPANS, st.integers(1, 200))
def test_an_excerpt_is_bounded_and_its_offsets_hold(
    sentence: str, spans: list[tuple[int, int]], longest: int
) -> None:
    mentions = [GeneMention(start, end, "X", "HGNC:1") for start, end in spans]
    shown = excerpt(sentence, spans, mentions, longest)
    if shown.whole is None:
        assert shown.text == sentence
        return
    parts = shown.text.split("…")
    assert sum(len(part.strip(" ")) for part in parts) <= longest
    assert len(parts) <= 2 + len(spans)
    for start, end in shown.spans:
        assert 0 <= start < end <= len(shown.text)
        assert "…" not in shown.text[start:end]
    for mention in shown.mentions:
        assert "…" not in shown.text[mention.start : mention.end]


def test_a_name_says_that_it_was_shortened() -> None:
    assert short("zinc", 10) == "zinc"
    assert short(None) == ""
    assert short("x" * 2000, 10) == "xxxxxxxxxx… (shortened from 2,000 characters)"


@pytest.mark.parametrize(
    "sign", "\x00\x07\x1b\x7f\x9b\u200b\u200e\u202e\u2028\u2066\ufeff\u061c\u2060\U000e0041"
)
def test_what_nobody_sees_is_shown_on_every_face(sign: str) -> None:
    for face in (harmless, visible):
        shown = face(f"a{sign}b")
        assert len(shown) == 3
        assert unicodedata.category(shown[1])[0] == "S"


def test_text_that_does_no_harm_stays_as_it_is() -> None:
    for text in ("β‐catenin 5′‑UTR\xa0µm", "עברית", "zinc", "cafe\u0301", "soft\xadhyphen"):
        assert harmless(text) == visible(text) == text


def test_a_line_end_is_a_space_on_a_page_and_a_picture_on_a_terminal() -> None:
    assert visible("a\r\n\tb") == "a\r\n\tb"
    assert harmless("a\nb") == "a␊b"
