"""docs/QUERIES.md: every example is read as it says, and its limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.query import MAX_DEPTH, MAX_WORDS, SEARCHABLE, parse
from tests.search.shape import shape

TEXT = (Path(__file__).parents[2] / "docs" / "QUERIES.md").read_text("utf-8")
EXAMPLES = [
    re.split(r" {2,}", line)
    for block in re.findall(r"^```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_there_are_examples_and_none_stands_twice() -> None:
    asked = [example[0] for example in EXAMPLES]
    assert len(asked) > 30
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_an_example_is_read_as_it_says(example: list[str]) -> None:
    q, reading, *position = example
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert [f"! {warning.position}" for warning in parsed.warnings] == position


def test_the_fields_are_those_of_the_table() -> None:
    listed = TEXT[TEXT.index("The fields:") : TEXT.index("The last two")]
    assert set(re.findall(r"`(\w+)`", listed)) == SEARCHABLE


def test_the_limits_are_those_of_the_parser() -> None:
    flowing = " ".join(TEXT.split())
    assert f"At most {MAX_WORDS} words are searched for, and brackets nest {MAX_DEPTH} deep" in flowing
