"""What is done in a quicker way gives what the plain way gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.completions import _letters_of_one, letters_of
from search.spans import without_overlaps

spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda one: (one[0], sum(one))))


@given(st.binary(min_size=1, max_size=40))
def test_one_string_has_the_letters_that_it_has_among_others(string: bytes) -> None:
    assert _letters_of_one(string) == letters_of(np.frombuffer(string, np.uint8), np.array([len(string)]))[0]


@given(spans)
def test_of_spans_that_overlap_the_earlier_and_longer_one_stands(found: list[tuple[int, int]]) -> None:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(found), key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    assert without_overlaps(found) == tuple(kept)
