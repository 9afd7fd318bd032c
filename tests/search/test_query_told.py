"""The query language: what is told of strings that are not of it, and of its limits."""

from __future__ import annotations

import pytest

from search.cleaning import MAX_LENGTH
from search.patterns import MAX_SLOP
from search.query import (
    MAX_DEPTH,
    MAX_LETTERS,
    MAX_PATTERNS,
    MAX_WARNINGS,
    MAX_WORDS,
    ONLY_LEFT_OUT,
    TOO_MANY,
    parse,
    render,
    words_of,
)
from search.values import ALONE, BOOST, FIRST, OF_SEVERAL, QUOTED, RANGES, SIGNS, TILDE
from tests.search.shape import shape

MISREAD = {
    '"zinc ion': ("zinc AND ion", 0),
    'zinc "ion': ("zinc AND ion", 5),
    'zinc" ion': ("zinc AND ion", 4),
    "(zinc": ("zinc", 0),
    "zinc (copper OR iron": ("zinc AND copper AND iron", 5),
    "zinc)": ("zinc", 4),
    "zinc) copper (iron": ("zinc AND copper AND iron", 4),
    "()": ("", 1),
    "zinc ()": ("zinc", 6),
    "Su(H": ("Su AND H", 2),
    "AND": ("and", 0),
    "OR": ("or", 0),
    "NOT": ("not", 0),
    "AND OR NOT": ("and AND or AND not", 0),
    "AND zinc": ("zinc", 0),
    "zinc AND": ("zinc", 5),
    "OR zinc": ("zinc", 0),
    "zinc OR": ("zinc", 5),
    "zinc OR OR copper": ("zinc AND copper", 8),
    "zinc AND AND copper": ("zinc AND copper", 9),
    "zinc AND OR copper": ("zinc AND copper", 9),
    "zinc NOT": ("zinc", 5),
    "zinc (NOT)": ("zinc", 6),
    "name:": ("name", 0),
    "zinc name:": ("zinc AND name", 5),
    "name:AND": ("name", 0),
    "name:symbol:zinc": ("name AND symbol AND zinc", 0),
    "(name:zinc": ("name AND zinc", 0),
    "refs:many": ("refs AND many", 5),
    "refs:-2": ("refs AND 2", 5),
    "refs:1234567890": ("refs AND 1234567890", 5),
    "year:[2015 TO": ("year AND 2015", 5),
    "year:[2015 2020]": ("year AND 2015 AND 2020", 5),
    "year:20*": ("year AND 20", 5),
    'year:"last"': ("year AND last", 5),
    "zinc year:(2015 OR": ("zinc AND year AND 2015", 16),
    "name:-(zinc": ("name AND zinc", 6),
    "(CDK* OR kinase~1 -copper": ("CDK AND kinase AND copper", 0),
    "zinc\u200b AND": ("zinc", 6),
    "((GO:6915": ("GO:0006915", 1),
    '"Su(H) AND': ("Su(H)", 0),
}


@pytest.mark.parametrize(("q", "reading", "position"), [(q, *told) for q, told in MISREAD.items()])
def test_what_does_not_parse_is_read_as_words_with_a_warning_where(
    q: str, reading: str, position: int
) -> None:
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert parsed.plain
    assert [warning.position for warning in parsed.warnings] == [position]
    assert "read as plain words" in parsed.warnings[0].message


NAMES_ONLY = "*, ? and ~ mean nothing under mentions:, which takes a gene's name; they were left out"
NUMBERS_ONLY = "*, ? and ~ mean nothing under pmid:, which takes whole numbers; they were left out"


@pytest.mark.parametrize(
    ("q", "reading", "message", "position"),
    [
        (",", "", "',' holds no word and was left out", 0),
        (",(zinc OR copper)", "zinc OR copper", "',' holds no word and was left out", 0),
        ("???", "", ALONE, 0),
        ("zinc !! copper", "zinc AND copper", "'!!' holds no word and was left out", 5),
        ('zinc ""', "zinc", "'' holds no word and was left out", 5),
        ('"?" zinc', "zinc", "'?' holds no word and was left out", 0),
        ("zinc \U0001f9ec\U0001f9ec", "zinc", "'\U0001f9ec\U0001f9ec' holds no word and was left out", 5),
        ("zinc \ud800\ud800", "zinc", "'\\ud800\\ud800' holds no word and was left out", 5),
        ("zinc *", "zinc", ALONE, 5),
        ("symbol:*", "", ALONE, 7),
        ("zinc *?*", "zinc", ALONE, 5),
        ("*kinase", "kinase", FIRST, 0),
        ("zinc ?kin*", "zinc AND kin*", FIRST, 5),
        ("summary:*kin?se", "summary:kin?se", FIRST, 8),
        ("zinc *AND", "zinc", FIRST, 5),
        ("HLA-A*02:01", "HLA-A*02:01", OF_SEVERAL, 0),
        ("NKX2-*", "NKX2-", OF_SEVERAL, 0),
        ("symbol:IL-2~1", "symbol:IL-2", OF_SEVERAL, 7),
        ("mentions:CDK*", "mentions:CDK", NAMES_ONLY, 9),
        ("mentions:CDK2~1", "mentions:CDK2", NAMES_ONLY, 9),
        ("~zinc", "zinc", SIGNS, 0),
        ("zinc !copper", "zinc AND copper", SIGNS, 5),
        ("--zinc", "zinc", SIGNS, 0),
        ("!name:zinc", "name:zinc", SIGNS, 0),
        ("name:-zinc", "name:zinc", SIGNS, 5),
        ('"zinc"-copper', '"zinc" AND copper', SIGNS, 6),
        ("zinc~", "zinc", TILDE, 0),
        ("zinc~3", "zinc", TILDE, 0),
        ("zinc~0.8", "zinc", TILDE, 0),
        ("ab~1", "ab", "~1 needs a word of 3 letters or more; it was left out", 0),
        ("zinc~2", "zinc~1", "~2 needs a word of 5 letters or more; read as ~1", 0),
        ("zinc^2 copper", "zinc AND copper", BOOST, 0),
        ('"zinc ion"~x', '"zinc ion" AND x', SIGNS, 10),
        ('"CDK* inhibitor"', '"cdk inhibitor"', QUOTED, 0),
        ('zinc "kinase~1 of"', 'zinc AND "kinase 1 of"', QUOTED, 5),
        ("pmid:12081*", "pmid:12081", NUMBERS_ONLY, 5),
        (
            "symbl:MT1H",
            "symbl:MT1H",
            "symbl: is no field and was read as part of the word; symbol: is one",
            0,
        ),
        (
            "zinc sumary:x",
            "zinc AND sumary:x",
            "sumary: is no field and was read as part of the word; summary: is one",
            5,
        ),
        ("chr:16", "chr:16", "chr: is no field and was read as part of the word; chromosome: is one", 0),
        (
            "property:x",
            "property:x",
            "property: is shown with a gene, never searched; read as part of the word",
            0,
        ),
        ("zinc >=5", "zinc AND >=5", RANGES, 5),
        ("name:>5", "name:>5", RANGES, 5),
        (
            '"zinc ion"~99',
            f'"zinc ion"~{MAX_SLOP}',
            f"at most {MAX_SLOP} other words may stand between; ~99 was read so",
            0,
        ),
    ],
)
def test_what_means_nothing_here_is_told(q: str, reading: str, message: str, position: int) -> None:
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert [(warning.message, warning.position) for warning in parsed.warnings] == [(message, position)]


@pytest.mark.parametrize(
    "q",
    [
        "GO:0006915",
        "HGNC:7400",
        "http://x.org",
        "si:bac7cse.1",
        "zgc:113054",
        "Foo:bar",
        "RefSeq:NM_1",
        "Gene:4496",
    ],
)
def test_an_identifier_with_its_prefix_is_no_mistake(q: str) -> None:
    assert parse(q).warnings == ()


@pytest.mark.parametrize(
    ("q", "position"),
    [("foo:bar", 0), ("zinc sentences:summary", 5), ('foo:"zinc ion"', 0), ("zinc foo:(copper OR iron)", 5)],
)
def test_a_word_before_a_colon_that_is_no_field_is_told_with_the_fields_there_are(
    q: str, position: int
) -> None:
    (told,) = parse(q).warnings
    assert "is no field and was read as part of a word; fields are alias, aside, atlas, " in told.message
    assert told.position == position
    assert parse(q).fault == told


def test_a_name_before_a_colon_that_is_like_a_field_is_told_with_that_field() -> None:
    assert parse("genes:TP53").warnings[0].message.endswith("gene: is one")


@pytest.mark.parametrize("q", ["-zinc", "NOT zinc", "-zinc -copper", "NOT (zinc OR NOT copper)", "NOT CDK*"])
def test_a_query_that_only_leaves_out_says_so(q: str) -> None:
    parsed = parse(q)
    assert [(told.message, told.position) for told in parsed.warnings] == [(ONLY_LEFT_OUT, None)]
    assert parsed.fault is None


@pytest.mark.parametrize(
    ("q", "position", "misread"),
    [
        ("zinc copper", None, False),
        ("zinc AND -copper", None, False),
        ("-zinc", None, False),
        ("zinc (copper", 5, True),
        ("zinc *ase", 5, False),
        ("zinc " * 3 + "x " + " ".join(f"w{n}" for n in range(MAX_WORDS)), 151, False),
    ],
)
def test_what_was_not_taken_as_typed_is_a_fault_with_a_position(
    q: str, position: int | None, misread: bool
) -> None:
    parsed = parse(q)
    assert (parsed.fault.position if parsed.fault else None) == position
    assert (parsed.misread is not None) is misread


def test_brackets_nest_as_deep_as_is_promised_and_no_deeper() -> None:
    deep = "(" * MAX_DEPTH + "zinc" + ")" * MAX_DEPTH
    assert not parse(f"{deep} OR copper").warnings
    parsed = parse(f"(({deep})) OR copper")
    assert shape(parsed.tree) == "zinc AND copper"
    assert parsed.warnings[0].message.startswith(f"nested deeper than {MAX_DEPTH}")
    assert parsed.warnings[0].position == MAX_DEPTH + 1


@pytest.mark.parametrize(
    "q", ["(" * 5000, ")" * 5000, "NOT " * 5000, "a(" * 5000, '"' * 4095, "name:" * 5000, "year:[1 TO " * 500]
)
def test_thousands_of_signs_are_read_with_one_warning_of_it(q: str) -> None:
    assert any("read as plain words" in warning.message for warning in parse(q).warnings)


def test_words_beyond_the_limit_are_left_out_with_a_warning() -> None:
    q = " ".join(f"w{number}" for number in range(10_000))
    parsed = parse(q)
    assert [render(word) for word in words_of(parsed.tree)] == [f"w{n}" for n in range(MAX_WORDS)]
    told = {warning.message: warning.position for warning in parsed.warnings}
    assert told[TOO_MANY] == q.index(f"w{MAX_WORDS}")
    assert told[f"only the first {MAX_LENGTH} signs of a query are read"] == q.rindex(" ", 0, MAX_LENGTH) + 1


def test_a_phrase_is_cut_at_the_limit_too() -> None:
    parsed = parse(f'zinc "{"very " * 100}long" copper')
    assert shape(parsed.tree) == f'zinc AND "{" ".join(["very"] * (MAX_WORDS - 1))}"'
    assert [warning.position for warning in parsed.warnings] == [5]


def test_a_word_that_is_too_long_and_patterns_that_are_too_many_are_left_out() -> None:
    parsed = parse(f"zinc {'x' * (MAX_LETTERS + 1)} copper")
    assert shape(parsed.tree) == "zinc AND copper"
    assert [warning.position for warning in parsed.warnings] == [5]
    q = " OR ".join(f"a{number}*" for number in range(MAX_PATTERNS + 1))
    parsed = parse(q)
    assert len(words_of(parsed.tree)) == MAX_PATTERNS
    assert [warning.position for warning in parsed.warnings] == [q.rindex("a")]


def test_a_query_of_many_faults_names_only_the_first() -> None:
    assert len(parse('"" ' * 1000).warnings) == MAX_WARNINGS
