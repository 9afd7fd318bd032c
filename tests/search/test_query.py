"""The query language: what each string is read as, and that no string is an error."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.query import NullQuery

from index.analysis import FUNCTION_WORDS
from search.query import (
    SEARCHABLE,
    parse,
    render,
    words_of,
)
from search.values import NUMBER_FIELDS
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
    "iron NOT (zinc copper)": "iron AND NOT (zinc AND copper)",
    "iron NOT (zinc OR NOT copper)": "iron AND NOT (zinc OR NOT copper)",
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
    "zinc NOT CDK*": "zinc AND NOT CDK*",
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
    "zinc NOT name:zinc": "zinc AND NOT name:zinc",
    "name:NKX2-5": "name:NKX2-5",
    "go:GO:0006915": "go_id:GO:0006915",
    "go:6915": "GO:0006915",
    "GO:6915": "GO:0006915",
    "GO:00069*": "go_id:GO:00069*",
    "go:00069*": "go_id:GO:00069*",
    "go: 6915": "go_id:GO:0006915",
    "go:5-lipoxygenase": "go:5-lipoxygenase",
    'go:"0006915"': "go_id:GO:0006915",
    "go_id:6915": "go_id:GO:0006915",
    "pmid:PMID:12081484": "pmid:PMID:12081484",
    "pmid:pubmed:12081484": "pmid:pubmed:12081484",
    "doi:doi:10.1016/x": "doi:doi:10.1016/x",
    "location:16q13": "location:16q13*",
    "location:1p36.3": "location:1p36.3*",
    "location:Xq": "location:Xq*",
    'location:"16q13"': 'location:"16q13"',
    "location:16q13-q21": "location:16q13-q21",
    # values and numbers
    "chromosome:16 zinc": "chromosome:16 AND zinc",
    'cited:"true"': "cited:true",
    "year:2019": "year:2019",
    'year:"2019"': "year:2019",
    "year:=2019": "year:2019",
    "year: 2019, zinc": "year:2019 AND zinc",
    "year:[2015 TO *]": "year:>=2015",
    "year:{2015 TO *]": "year:>2015",
    "year:[* to 2015}": "year:<2015",
    "year:{ 2015 TO 2020 ]": "year:{2015 TO 2020]",
    "year:[2015 TO 2020], zinc": "year:[2015 TO 2020] AND zinc",
    "year:2015..2020": "year:[2015 TO 2020]",
    "year:2015–2020": "year:[2015 TO 2020]",
    "year:*..2020": "year:<=2020",
    "year:*": "year:[* TO *]",
    "refs:≥2": "refs:>=2",
    "refs:<= 2": "refs:<=2",
    "refs:(2 OR >5)": "refs:2 OR refs:>5",
    "refs:(>2 -7)": "refs:>2 AND NOT refs:7",
    "year:(2015 OR refs:3)": "year:2015 OR refs:3",
    # + and -
    "+zinc copper": "zinc AND copper",
    "zinc -copper": "zinc AND NOT copper",
    "zinc –copper": "zinc AND NOT copper",
    "zinc −copper": "zinc AND NOT copper",
    "zinc —copper": "zinc AND copper",
    "zinc - copper + iron": "zinc AND copper AND iron",
    "(-zinc copper)": "NOT zinc AND copper",
    'zinc -"zinc ion" -(a1 OR b1) -name:x': 'zinc AND NOT "zinc ion" AND NOT (a1 OR b1) AND NOT name:x',
    "zinc -CDK*": "zinc AND NOT CDK*",
    "zinc NOT -copper": "zinc AND copper",
    "zinc OR -copper": "zinc OR NOT copper",
    "+the zinc": "the AND zinc",
    "zinc -the": "zinc AND NOT the",
    "+AND zinc": "and AND zinc",
    "CD4+ Ca2+ MT-1H TNF-α": "CD4+ AND Ca2+ AND MT-1H AND TNF-α",
    "5'-end -/-": "5'-end",
    # what is typed otherwise
    "“zinc ion” «copper»": '"zinc ion" AND "copper"',
    "ｚｉｎｃ　（ａ１）": "zinc AND a1",
    "zinc ＡＮＤ （copper ＯＲ iron）": "zinc AND (copper OR iron)",
    "na\u200bme:zi\u00adnc": "name:zinc",
    "\u202azinc \u202cAND copper\ufeff": "zinc AND copper",
    "5-\u200bHT\u200e zinc": "5-HT AND zinc",
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
    "gene:was deficiency": "gene:was AND deficiency",
    "deficiency OR (WAS zinc)": "deficiency OR (gene:WAS AND zinc)",
    # what names a gene
    "gene:TP53": "gene:TP53",
    "GENE: TP53": "gene:TP53",
    'gene:"tumor protein"': 'gene:"tumor protein"',
    "gene:(TP53 OR KIT)": "gene:TP53 OR gene:KIT",
    "gene:TP53 gene:tp53": "gene:TP53",
    "Gene:4496": "Gene:4496",
    "Gene:4496, zinc": "Gene:4496 AND zinc",
    # several words without a blank
    "TP53;BRCA1": "TP53 AND BRCA1",
    "TP53,BRCA1,p53": "TP53 AND BRCA1 AND p53",
    "IL-2,IL-4": "IL-2 AND IL-4",
    "1,25-dihydroxyvitamin": "1,25-dihydroxyvitamin",
    "beta-1,3-galactosyl": "beta-1,3-galactosyl",
    "N,N-dimethylglycine": "N,N-dimethylglycine",
    "Gt(ROSA,AB)26Sor": "Gt(ROSA,AB)26Sor",
    "10.1002/9:15<1661::AID>3.0.CO;2-2": "10.1002/9:15<1661::AID>3.0.CO;2-2",
    "symbol:TP53,BRCA1": "symbol:TP53,BRCA1",
    # ranges that are open, and chromosomes' bands with the chromosome's name
    "year:2015..": "year:>=2015",
    "papers:5.., zinc": "papers:>=5 AND zinc",
    "year:..2015": "year:<=2015",
    "year:2015.": "year:2015",
    "location:chr16q13": "location:16q13*",
    "location:CHRXq": "location:Xq*",
    "location:chr16q1*": "location:16q1*",
    "in WAS": "in AND WAS",
    "vitamin A": "vitamin",
    "for NOT zinc": "for AND NOT zinc",
}


@pytest.mark.parametrize(("q", "reading"), READINGS.items())
def test_a_query_is_read_as(q: str, reading: str) -> None:
    parsed = parse(q)
    assert shape(parsed.tree) == reading
    assert parsed.warnings == ()


@pytest.mark.parametrize("q", ["", " \t\n", "-"])
def test_nothing_is_no_query_and_no_warning(q: str) -> None:
    parsed = parse(q)
    assert parsed.tree is NullQuery
    assert parsed.read_as == ""
    assert parsed.warnings == ()


@pytest.mark.parametrize("name", sorted(SEARCHABLE - {*NUMBER_FIELDS}))
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
        ("(zinc copper)", True),
        ("zinc (copper OR iron)", False),
        ("name:(zinc copper)", False),
        ("+zinc copper", False),
        ("zinc -copper", False),
        ("year:2019", False),
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
        ("CDK* NOT a* (cdk* OR c?k)", ["CDK*", "c?k"]),
        ('CDK* cdk* kin~1 "a b"~2', ["CDK*", "kin~1", '"a b"~2']),
        ("zinc year:2019 year:[2019 TO 2019]", ["zinc", "year:2019"]),
        ("(zinc iron) OR (ZINC lead)", ["zinc", "iron", "lead"]),
    ],
)
def test_words_to_hold_are_those_not_behind_not_each_once(q: str, words: list[str]) -> None:
    assert [render(word) for word in words_of(parse(q).tree)] == words


def test_what_is_strict_stays_strict_in_its_canonical_form() -> None:
    for q in ("zinc AND copper", "(zinc AND copper)", "+zinc copper"):
        assert not parse(q).plain
        assert not parse(parse(q).read_as).plain


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
    "year:",
    "[1 TO 2}",
    ">=",
    "..",
    "GO:12",
    "location:",
    "16q13",
]
MARKS = ["(", ")", '"', " ", " ", " ", " ", ",", "*", "?", "~", ":", ".", "-", "+", "α", "ﬁ", "½"]
ODD = ["\x00", "\u200b", "\ud800", "\U0001f9ec", "“", "（", "–", "—", "−", "^", "!", "[", "}"]
pieces = st.sampled_from(WORDS + MARKS + ODD)
strings = st.one_of(
    st.lists(pieces, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=[]), max_size=30),
)


@given(strings)
@example("A*ND:,(zinc")
@example("*AND name:,")
def test_no_string_is_an_error_and_every_warning_points_into_it(q: str) -> None:
    for warning in parse(q).warnings:
        assert warning.position is None or 0 <= warning.position < len(q)


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
    assert again.plain is parsed.plain


@given(
    st.lists(
        st.sampled_from(
            [*WORDS[:6], "a", "of", "The", "WAS", "x1", "  ", "IL-2", "TNF-α,", "naïve.", "x's", "a/b-c"]
        ),
        max_size=9,
    ).map(" ".join)
)
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


@pytest.mark.parametrize(
    ("q", "canonical"),
    [
        ("WAS deficiency", "WAS deficiency"),
        ("WAS AND deficiency", "gene:WAS AND deficiency"),
        ("gene:WAS deficiency", "gene:WAS AND deficiency"),
        ("WAS deficiency NOT zinc", "gene:WAS deficiency NOT zinc"),
        ("gene:TP53", "gene:TP53"),
        ("gene:(TP53 OR KIT) zinc", "(gene:TP53 OR gene:KIT) zinc"),
    ],
)
def test_what_names_a_gene_is_written_so_where_there_are_not_only_words_and_is_read_the_same_again(
    q: str, canonical: str
) -> None:
    parsed, again = parse(q), parse(canonical)
    assert parsed.read_as == canonical
    assert (again.tree, again.plain, again.read_as) == (parsed.tree, parsed.plain, canonical)
