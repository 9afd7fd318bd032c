"""docs/QUERIES.md is the language: every example is read as it says and finds what it says, its grammar is
the one that is implemented, and its limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from search import Genes
from search.bounds import PLACES
from search.cleaning import MAX_LENGTH
from search.query import (
    MAX_DEPTH,
    MAX_LETTERS,
    MAX_PATTERNS,
    MAX_WORDS,
    ONLY_LEFT_OUT,
    SEARCHABLE,
    TOO_MANY,
    parse,
)
from tests.search.grammar import Grammar
from tests.search.shape import shape

TEXT = (Path(__file__).parents[2] / "docs" / "QUERIES.md").read_text("utf-8")
FLOWING = " ".join(TEXT.split())
EXAMPLES = [
    re.split(r" {2,}", line)
    for block in re.findall(r"^```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
CONSTRUCTS = re.findall(r"^\| [^|]+ \| `([^`]+)` \| ([^|]*) \|$", TEXT, re.MULTILINE)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPECIAL = {
    "one or more letters and digits": lambda rng: "".join(
        rng.choices(LETTERS + "0123456789αβéЖ中", k=rng.randint(1, 6))
    ),
    "seven digits": lambda rng: f"{rng.randint(0, 9_999_999):07}",
    "a number up to 30": lambda rng: str(rng.randint(0, 30)),
    "a letter from a to z, small or capital": lambda rng: rng.choice(LETTERS),
    "a number of up to nine digits": lambda rng: str(rng.randint(0, 10 ** rng.randint(1, 9) - 1)),
}
(EBNF,) = re.findall(r"^```ebnf\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
GRAMMAR = Grammar(EBNF, SPECIAL, nesting=("or", "part"))
LIMITS = (
    TOO_MANY,
    ONLY_LEFT_OUT,
    f"only the first {MAX_PATTERNS} words and phrases with *, ? or ~ are searched for",
)
"""What a string of the grammar may be told: that it asks for more than there is room for, or for nothing."""
EMPTY = "no number is in "
"""The same of a range, whose ends the grammar does not compare."""
SIGNS = '()[]{}"*?~+-:.,!<>= \u200b“－ANDORT0a'


def test_there_are_examples_and_none_stands_twice() -> None:
    asked = [example[0] for example in EXAMPLES]
    assert len(asked) > 90
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_an_example_is_read_as_it_says(example: list[str]) -> None:
    q, reading, *told = example
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    positions = ["!" if one.position is None else f"! {one.position}" for one in parsed.warnings]
    assert positions == told


@pytest.mark.parametrize(("q", "finds"), CONSTRUCTS, ids=[q for q, _ in CONSTRUCTS])
def test_a_construct_finds_what_the_page_says(samples: Genes, q: str, finds: str) -> None:
    page = samples.search(q, size=100)
    assert sorted(hit.symbol for hit in page.hits) == finds.split()
    assert not page.query.relaxed


def test_every_field_is_listed_and_in_the_grammar() -> None:
    listed = TEXT[TEXT.index("The fields:") : TEXT.index("are searched by name only")]
    assert set(re.findall(r"`(\w+)`", listed)) == SEARCHABLE
    for name in SEARCHABLE:
        assert f'"{name}"' in EBNF


@pytest.mark.parametrize("seed", range(20))
def test_what_the_grammar_gives_is_read_as_it_is_meant_and_so_is_its_canonical_form(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    for _ in range(50):
        q = GRAMMAR.draw("query", rng)
        parsed = parse(q)
        assert parsed.misread is None, q
        told = {warning.message for warning in parsed.warnings if not warning.message.startswith(EMPTY)}
        assert told <= {*LIMITS}, q
        again = parse(parsed.read_as)
        assert (again.tree, again.plain, again.read_as) == (parsed.tree, parsed.plain, parsed.read_as), q


@pytest.mark.parametrize("seed", range(20))
def test_what_is_nearly_of_the_grammar_is_read_too_and_told_where_it_goes_wrong(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    for _ in range(50):
        q = _broken(GRAMMAR.draw("query", rng), rng)
        parsed = parse(q)
        for warning in parsed.warnings:
            assert warning.position is None or 0 <= warning.position < len(q), q
        if parsed.misread is not None:
            assert parsed.misread == parsed.warnings[0] == parsed.fault, q
            assert parsed.plain, q
        again = parse(parsed.read_as)
        assert (again.tree, again.plain, again.read_as) == (parsed.tree, parsed.plain, parsed.read_as), q


def _broken(q: str, rng: Random) -> str:
    """A string with a few signs left out, put in or exchanged."""
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(q) + 1)
        q = q[:place] + rng.choice(("", rng.choice(SIGNS))) + q[place + rng.randint(0, 1) :]
    return q


def test_the_limits_are_those_of_the_code() -> None:
    assert f"At most {MAX_WORDS} words are searched for, and brackets nest {MAX_DEPTH} deep" in FLOWING
    assert f"A query has at most {MAX_LENGTH:,} signs, a word {MAX_LETTERS}" in FLOWING
    assert f"At most {MAX_PATTERNS} words and phrases with `*`, `?` or `~`" in FLOWING
    assert f"more share {PLACES:,} places" in FLOWING
