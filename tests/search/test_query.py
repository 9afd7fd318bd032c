"""The query language: what each string is read as, and that no string is an error."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.query import NullQuery

from index.analysis import FUNCTION_WORDS
from search.patterns import MAX_SLOP
from search.query import MAX_DEPTH, MAX_WARNINGS, MAX_WORDS, SEARCHABLE, parse, render, words_of
from tests.search.shape import shape

READINGS = {
    # words and operators
    "zinc": "zinc",
    "zinc copper": "zinc AND copper",
    "  zinc \t copper\n": "zinc AND copper",
    "zinc AND copper": "zinc AND copper",
    "zinc OR copper": "zinc OR copper",
    "zinc OR copper iron": "zinc OR (copper AND iron)",
    "zinc copper OR iron": "(zinc AND copper) OR iron",
    "zinc AND copper OR iron AND lead": "(zinc AND copper) OR (iron AND lead)",
    "(zinc OR copper) iron": "(zinc OR copper) AND iron",
    "zinc (copper (iron OR lead))": "zinc AND copper AND (iron OR lead)",
    "((zinc))": "zinc",
    "zinc NOT copper": "zinc AND NOT copper",
    "zinc AND NOT copper": "zinc AND NOT copper",
    "NOT zinc copper": "NOT zinc AND copper",
    "NOT (zinc copper)": "NOT (zinc AND copper)",
    "NOT (zinc OR NOT copper)": "NOT (zinc OR NOT copper)",
    "NOT NOT zinc": "zinc",
    "zinc OR NOT copper": "zinc OR NOT copper",
    "zinc zinc Zinc": "zinc",
    "zinc or copper": "zinc AND copper",
    "zinc and copper": "zinc AND copper",
    "zinc not copper": "zinc AND copper",
    "And Or": "And AND Or",
    # what stays literal inside a word
    "Su(H)": "Su(H)",
    "Gt(ROSA)26Sor binding": "Gt(ROSA)26Sor AND binding",
    "(Su(H) OR zinc)": "Su(H) OR zinc",
    "kinase(zinc OR copper)": "kinase AND (zinc OR copper)",
    "NKX2-5": "NKX2-5",
    "MIR-1280/1280": "MIR-1280/1280",
    "GO:0006915": "GO:0006915",
    "go:0006915": "go:0006915",
    "HGNC:7400": "HGNC:7400",
    "si:bac7cse.1": "si:bac7cse.1",
    "nosuchfield:zinc": "nosuchfield:zinc",
    "HOXA@": "HOXA@",
    "TNF-α": "TNF-α",
    # what does not
    "Heterotaxy,": "Heterotaxy",
    "zinc, copper; iron.": "zinc AND copper AND iron",
    "what is zinc?": "zinc",
    "¿binds zinc?": "¿binds AND zinc",
    ":zinc": "zinc",
    "zinc - copper & iron": "zinc AND copper AND iron",
    # phrases
    '"zinc ion"': '"zinc ion"',
    '"Zinc-ION binding!"': '"zinc ion binding"',
    '"zinc"': '"zinc"',
    'zinc"ion binding"copper': 'zinc AND "ion binding" AND copper',
    '"OR"': '"or"',
    'zinc "OR" copper': 'zinc AND "or" AND copper',
    '"zinc AND (copper"': '"zinc and copper"',
    # words near each other
    '"zinc ion"~5': '"zinc ion"~5',
    'name:"Zinc Ion"~2 copper': 'name:"zinc ion"~2 AND copper',
    '"zinc ion"~0': '"zinc ion"',
    '"zinc"~5': '"zinc"',
    '"zinc ion"~5(copper)': '"zinc ion"~5 AND copper',
    # patterns
    "CDK*": "CDK*",
    "CDK?": "CDK?",
    "C*K kinase": "C*K AND kinase",
    "CDK*, copper": "CDK* AND copper",
    "CDK? kinase": "CDK? AND kinase",
    "symbol:CDK*": "symbol:CDK*",
    "symbol:*K?1": "symbol:*K?1",
    "alias:?K": "alias:?K",
    "name:(*ase OR zinc)": "name:*ase OR name:zinc",
    "location:16q1*": "location:16q1*",
    "doi:10.1016/*": "doi:10.1016/*",
    "NOT CDK*": "NOT CDK*",
    "CDK* cdk* CDK": "CDK* AND CDK",
    "the* zinc": "the* AND zinc",
    "AND*": "AND*",
    "kinase~1": "kinase~1",
    "kinase~2, zinc": "kinase~2 AND zinc",
    "symbol:CDK2~1": "symbol:CDK2~1",
    # the end of a question
    "what binds CDK2?": "binds AND CDK2",
    "what binds CDK*?": "binds AND CDK*",
    "kinase (CDK?)": "kinase AND CDK?",
    "kinase symbol:CDK?": "kinase AND symbol:CDK?",
    "kinase OR name: zinc?": "kinase OR name:zinc?",
    # fields
    "name:zinc": "name:zinc",
    "NAME:zinc": "name:zinc",
    "name: zinc": "name:zinc",
    'name:"zinc ion"': 'name:"zinc ion"',
    "name:(zinc OR copper) iron": "(name:zinc OR name:copper) AND iron",
    "name:(zinc copper)": "name:zinc AND name:copper",
    "name:(zinc OR symbol:MT1H)": "name:zinc OR symbol:MT1H",
    "NOT name:zinc": "NOT name:zinc",
    "name:NKX2-5": "name:NKX2-5",
    "go:GO:0006915": "go:GO:0006915",
    "go_id:GO:0006915": "go_id:GO:0006915",
    "go_id:GO:00069*": "go_id:GO:00069*",
    "go_id:GO:000691?": "go_id:GO:000691?",
    "pmid:12081484": "pmid:12081484",
    "doi:10.1002/(SICI)1097-0258": "doi:10.1002/(SICI)1097-0258",
    # function words
    "genes involved in the binding of zinc": "genes AND involved AND binding AND zinc",
    '"binding of zinc"': '"binding of zinc"',
    "the": "the",
    "to be or not": "to AND be AND or AND not",
    "in, zinc": "zinc",
    "zinc AND for": "zinc AND for",
    "for AND zinc": "for AND zinc",
    "for OR zinc": "for OR zinc",
    "(for) zinc": "for AND zinc",
    "name:in zinc": "name:in AND zinc",
    # function words that name genes
    "WAS deficiency": "gene:WAS AND deficiency",
    "deficiency of WAS": "deficiency AND gene:WAS",
    "WAS AND deficiency": "gene:WAS AND deficiency",
    "WAS DEFICIENCY": "DEFICIENCY",
    "in WAS": "in AND WAS",
    "vitamin A": "vitamin",
    "for NOT zinc": "for AND NOT zinc",
}

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
    '"Su(H) AND': ("Su(H)", 0),
}


@pytest.mark.parametrize(("q", "reading"), READINGS.items())
def test_a_query_is_read_as(q: str, reading: str) -> None:
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert parsed.warnings == ()


@pytest.mark.parametrize(("q", "reading", "position"), [(q, *told) for q, told in MISREAD.items()])
def test_what_does_not_parse_is_read_as_words_with_a_warning_where(
    q: str, reading: str, position: int
) -> None:
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert parsed.plain
    assert [warning.position for warning in parsed.warnings] == [position]
    assert "read as plain words" in parsed.warnings[0].message


@pytest.mark.parametrize("q", ["", " \t\n", "-"])
def test_nothing_is_no_query_and_no_warning(q: str) -> None:
    parsed = parse(q)
    assert parsed.tree is NullQuery
    assert parsed.read_as == ""
    assert parsed.warnings == ()


NOT_OURS = "+, - and ~ before a word mean nothing here; write AND or NOT"
ALONE = "* and ? stand for letters beside others; alone they were left out"
FIRST = "* and ? begin a word only under symbol:, previous_symbol:, alias:, name:; left out here"
OF_SEVERAL = "*, ? and ~ belong to a single word; this one is of several, and they were left out"
NAMES_ONLY = "*, ? and ~ mean nothing under mentions:, which takes a gene's name; they were left out"
OTHER_TILDE = "~ after a word is ~1 or ~2; it means nothing otherwise"


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
        ("symbol:IL-2~1", "symbol:IL-2~1", OF_SEVERAL, 7),
        ("mentions:CDK*", "mentions:CDK", NAMES_ONLY, 9),
        ("mentions:CDK2~1", "mentions:CDK2~1", NAMES_ONLY, 9),
        ("+zinc", "+zinc", NOT_OURS, 0),
        ("zinc -copper", "zinc AND -copper", NOT_OURS, 5),
        ("zinc -CDK*", "zinc AND -CDK*", NOT_OURS, 5),
        ("zinc~", "zinc~", OTHER_TILDE, 0),
        ("zinc~3", "zinc~3", OTHER_TILDE, 0),
        ('"zinc ion"~x', '"zinc ion" AND ~x', NOT_OURS, 10),
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


@pytest.mark.parametrize("name", sorted(SEARCHABLE))
def test_every_searchable_field_is_known_by_its_name(name: str) -> None:
    assert shape(parse(f"{name}:word").tree) == f"{name}:word"


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_a_function_word_is_required_only_alone_or_in_quotes(word: str) -> None:
    assert shape(parse(f"{word} zinc {word.upper()}X").tree) == f"zinc AND {word.upper()}X"
    assert shape(parse(word).tree) == word
    assert shape(parse(f'zinc "{word}"').tree) == f'zinc AND "{word}"'


@pytest.mark.parametrize(
    ("q", "plain"),
    [
        ("zinc copper", True),
        ("zinc AND", True),
        ("zinc AND copper", False),
        ('"zinc ion"', False),
        ("CDK*", False),
        ("zinc kinase~1", False),
        ("name:zinc", False),
        ("(zinc copper)", False),
    ],
)
def test_only_words_alone_are_plain(q: str, plain: bool) -> None:
    assert parse(q).plain is plain


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("zinc copper", ["zinc", "copper"]),
        ("zinc NOT copper", ["zinc"]),
        ("NOT zinc", []),
        ("NOT (zinc OR NOT copper)", []),
        ("zinc NOT (copper iron) OR lead", ["zinc", "lead"]),
        ("NOT NOT zinc", ["zinc"]),
        ('zinc OR "Zinc ion" OR zinc copper', ["zinc", '"zinc ion"', "copper"]),
        ("zinc name:zinc", ["zinc", "name:zinc"]),
        ('CDK* NOT a* (cdk* OR c?k) k~1 "a b"~2', ["CDK*", "c?k", "k~1", '"a b"~2']),
        ("(zinc iron) OR (ZINC lead)", ["zinc", "iron", "lead"]),
    ],
)
def test_words_to_hold_are_those_not_behind_not_each_once(q: str, words: list[str]) -> None:
    assert [render(word) for word in words_of(parse(q).tree)] == words


def test_brackets_nest_as_deep_as_is_promised_and_no_deeper() -> None:
    deep = "(" * MAX_DEPTH + "zinc" + ")" * MAX_DEPTH
    assert not parse(f"{deep} OR copper").warnings
    parsed = parse(f"(({deep})) OR copper")
    assert shape(parsed.tree) == "zinc AND copper"
    assert parsed.warnings[0].message.startswith(f"nested deeper than {MAX_DEPTH}")
    assert parsed.warnings[0].position == MAX_DEPTH + 1


@pytest.mark.parametrize(
    "q", ["(" * 5000, ")" * 5000, "NOT " * 5000, "a(" * 5000, '"' * 4999, "name:" * 5000]
)
def test_thousands_of_signs_are_read_with_one_warning_of_it(q: str) -> None:
    assert any("read as plain words" in warning.message for warning in parse(q).warnings)


def test_words_beyond_the_limit_are_left_out_with_a_warning() -> None:
    q = " ".join(f"w{number}" for number in range(10_000))
    parsed = parse(q)
    assert [render(word) for word in words_of(parsed.tree)] == [f"w{n}" for n in range(MAX_WORDS)]
    (warning,) = parsed.warnings
    assert warning.message == f"only the first {MAX_WORDS} words are searched for"
    assert warning.position == q.index(f"w{MAX_WORDS}")


def test_a_phrase_is_cut_at_the_limit_too() -> None:
    parsed = parse(f'zinc "{"very " * 10_000}long" copper')
    assert shape(parsed.tree) == f'zinc AND "{" ".join(["very"] * (MAX_WORDS - 1))}"'
    assert [warning.position for warning in parsed.warnings] == [5]


def test_a_query_of_many_faults_names_only_the_first() -> None:
    assert len(parse('"" ' * 1000).warnings) == MAX_WARNINGS


WORDS = [
    "zinc",
    "Zinc",
    "AND",
    "OR",
    "NOT",
    "in",
    "of",
    "name:",
    "go:",
    "GO:0006915",
    "Su(H)",
    "x's",
    "~1",
    "~2",
]
SIGNS = ["(", ")", '"', " ", " ", " ", " ", ",", "*", "?", "~", ":", ".", "-", "+", "α", "ﬁ", "½"]
ODD = ["\x00", "\u200b", "\ud800", "\U0001f9ec"]
pieces = st.sampled_from(WORDS + SIGNS + ODD)
strings = st.one_of(
    st.lists(pieces, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=[]), max_size=30),
)


@given(strings)
@example("A*ND:,(zinc")
@example("*AND name:,")
def test_no_string_is_an_error_and_every_warning_points_into_it(q: str) -> None:
    for warning in parse(q).warnings:
        assert warning.position is not None
        assert 0 <= warning.position < len(q)


@given(strings)
@example("of AND in zinc")
@example("(a OR Su(H ) b")
@example("(in OR of) AND the")
@example(":name:zinc")
@example("*zinc*zinc")
@example("-*ab")
@example("*zinc~1")
@example("name:name:GO:0006915zinc")
@example("*.zinc*x")
@example("zinc (copper NOT CDK?)")
@example("(zinc copper?) OR zinc CDK? zinc")
def test_the_canonical_form_is_read_as_the_same_tree(q: str) -> None:
    parsed = parse(q)
    again = parse(parsed.read_as)
    assert again.tree == parsed.tree
    assert again.read_as == parsed.read_as


@given(st.lists(st.sampled_from([*WORDS[:8], "a", "of", "The", "WAS", "x1", "  "]), max_size=9).map(" ".join))
@example("zinc " * 100)
def test_few_plain_words_are_read_as_the_whole_language_reads_them(q: str) -> None:
    in_full = parse(f"{q}\t")  # a sign that is not one of plain words
    assert parse(q) == in_full


@given(strings)
def test_words_to_hold_have_no_repeats_and_stand_in_the_canonical_form(q: str) -> None:
    parsed = parse(q)
    words = [render(word) for word in words_of(parsed.tree)]
    assert len(words) == len(set(words))
    assert all(word in parsed.read_as for word in words)
