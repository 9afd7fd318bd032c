"""Where sentences end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It binds metals, e.g. Zinc and copper.", "It is small."],
        ["The form, i.e. MT1H, is known.", "So is MT1G."],
        ["Smith et al. reported this.", "Chen et al. (2010) did not.", "So did Li et al. [5] later."],
        ["This was seen by Smith et al. We agree."[:29], "We agree."],
        ["Wild type vs. Mutant cells were used.", "Both grew."],
        ["It is shown in Fig. 2 and Figs. 3 and 4.", "Then it ends."],
        ["It grows in E. coli and in H. sapiens.", "It does not in C. Elegans lines."],
        ["Dr. House asked.", "Nobody knew."],
        ["Patient No. 5 improved.", "The answer was no.", "We stopped."],
        ["The effect was small (p = 0.05).", "It was real."],
        ["See 10.1021/bi020030+.", "It is a paper."],
        ["The value is 0.276 or 1.5.", "That is high."],
        ["It was done in the U.S. Army labs.", "Later it was repeated in the U.S.", "The data agree."],
        ["By J. Smith and A. D. Raymond.", "It is old."],
        ["Cells took up vitamin C.", "Zinc did not follow."],
        ["This is an assay.", "mTOR is active.", "p53 is too.", "α-catenin is not."],
        ["He said “it binds.”", "It did.", "(It did not.)", "Then (see there.)", "“Next” came."],
        ["Does it bind?", "Yes!", "It does..."],
        ["The residues 5. and 6. are free"],
        ["1. First it binds.", "2. Then it folds."],
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_one_ends(sentences: list[str]) -> None:
    assert _sentences(" ".join(sentences)) == sentences


def test_a_blank_line_ends_a_sentence_without_a_stop() -> None:
    assert _sentences("A heading\n\nThe text, e.g.\n \nMore. End") == [
        "A heading",
        "The text, e.g.",
        "More.",
        "End",
    ]


def test_a_small_word_after_a_stop_goes_on() -> None:
    assert _sentences("The approx. value of the conc. was low.") == [
        "The approx. value of the conc. was low."
    ]


@given(st.text(alphabet=st.sampled_from('aB. .!?\n\u00a0\u200b)(“”"et al.E1α'), max_size=200) | st.text())
def test_sentences_are_trimmed_in_order_and_cover_every_visible_character(text: str) -> None:
    last = 0
    uncovered = []
    for start, end in split(text):
        assert last <= start < end
        assert text[start:end] == text[start:end].strip()
        uncovered.append(text[last:start])
        last = end
    assert not "".join([*uncovered, text[last:]]).strip()


@pytest.mark.parametrize(
    "unit", ["The gene binds zinc ions in cells. ", ".", "a.", ".)", "\n ", "word ", "? x "]
)
def test_a_megabyte_on_one_line_is_split_within_a_second(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    split(text)
    assert time.process_time() - begun < 1
