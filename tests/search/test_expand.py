"""The physical tree: streams, spellings and weights of a logical one."""

from __future__ import annotations

import numpy as np
import pytest
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import fold_keyword
from index.fields import BY_NAME, FIELDS
from search.engines import Known
from search.expand import Beside, expand
from search.query import parse

UNDER_A_TERM = Known(np.array([3, 8], np.int32), 0.5)
WITH_A_LABEL = Known(np.array([2], np.int32), 0.7)


def physical(q: str, **named: list[str]) -> Query:
    return expand(parse(q).tree, Beside(lambda name: named.get(name, [])))


def leaves_of(tree: Query) -> list[Query]:
    return list(tree.subqueries) if isinstance(tree, Or) else [tree]


def streams(tree: Query) -> set[str]:
    return {leaf.fieldname for leaf in leaves_of(tree)}


def terms_in(tree: Query, stream: str) -> set[str]:
    """What is looked for in one stream; the words of a phrase apart by blanks."""
    return {
        " ".join(leaf.words) if isinstance(leaf, Phrase) else leaf.text
        for leaf in leaves_of(tree)
        if leaf.fieldname == stream
    }


def test_a_plain_word_is_looked_for_in_every_plain_field_by_stem_in_prose() -> None:
    plain = [field for field in FIELDS if field.plain and field.kind != "implied"]
    expected = {field.name + "_stem" if field.kind == "prose" else field.name for field in plain}
    assert streams(physical("kinases")) == expected
    assert terms_in(physical("kinases"), "summary_stem") == {"kinas"}
    assert terms_in(physical("kinases"), "symbol") == {"kinases"}


def test_a_quoted_word_or_phrase_is_looked_for_as_written_only() -> None:
    plain = {field.name for field in FIELDS if field.plain and field.kind != "implied"}
    assert streams(physical('"kinases"')) == plain
    assert terms_in(physical('"zinc kinases"'), "summary") == {"zinc kinases"}


def test_fields_that_are_not_plain_are_searched_only_by_name() -> None:
    assert not {"mentions", "dataset", "dataset_stem"} & streams(physical("zinc"))
    assert streams(physical("dataset:zinc")) == {"dataset_stem"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("symbol:MT-1H", {"mt 1h", "mt1h", "mt1 h", "mt 1 h"}),
        ("symbol:IL2", {"il2", "il 2"}),
        ("symbol:TNF-α", {"tnf alpha", "tnfalpha"}),
        ("symbol:TNFα", {"tnf alpha", "tnfalpha"}),
        ("symbol:zinc", {"zinc"}),
        ('symbol:"MT-1H"', {"mt 1h"}),
    ],
)
def test_a_word_is_looked_for_in_all_its_spellings_and_a_quote_in_one(q: str, expected: set[str]) -> None:
    assert terms_in(physical(q), "symbol") == expected


@pytest.mark.parametrize(
    ("q", "stream", "keyword"),
    [
        ("identifier:HGNC:7400", "identifier", "hgnc:7400"),
        ("identifier:ENSG00000205358.4", "identifier", "ENSG00000205358"),
        ("HGNC:7400", "identifier", "hgnc:7400"),
        ("GeneID:4496", "identifier", "ncbigene:4496"),
        ("Entrez:4496", "identifier", "ncbigene:4496"),
        ("MIM:156354", "identifier", "omim:156354"),
        ("UniProtKB:P80294", "identifier", "uniprot:P80294"),
        ("Ensembl:ENSG00000205358.4", "identifier", "ensembl:ENSG00000205358"),
        ("RefSeq:NM_005951.3", "identifier", "refseq:NM_005951"),
        ("4496", "identifier", "4496"),
        ("MGI:4496", "identifier", "mgi:4496"),
        ("PubMed:12081484", "pmid", "12081484"),
        ("https://pubmed.ncbi.nlm.nih.gov/12081484/", "pmid", "12081484"),
        ("HGNC:12081484", "pmid", "hgnc:12081484"),
        ("GO:0006915", "go_id", "GO:0006915"),
        ('"GO:0006915"', "go_id", "GO:0006915"),
        ("go_id:GO:0006915", "go_id", "GO:0006915"),
        ("pmid:12081484", "pmid", "12081484"),
        ('location:"16Q13"', "location", "16q13"),
        ("doi:10.1002/(SICI)1097-0142(19990815)86:4", "doi", "10.1002/(SICI)1097-0142(19990815)86:4"),
        ("doi:https://doi.org/10.1/X:2", "doi", "10.1/X:2"),
    ],
)
def test_a_keyword_is_looked_up_whole_and_an_identifier_s_prefix_binds_it_to_its_namespace(
    q: str, stream: str, keyword: str
) -> None:
    tree = physical(q)
    (found,) = [leaf for leaf in getattr(tree, "subqueries", [tree]) if leaf.fieldname == stream]
    assert found == Term(stream, fold_keyword(keyword), BY_NAME[stream].weight)


def test_every_leaf_carries_the_weight_of_its_field() -> None:
    for leaf in physical("IL-2").subqueries:
        assert leaf.boost == BY_NAME[leaf.fieldname.removesuffix("_stem")].weight


PLAIN = {field.name for field in FIELDS if field.plain and field.kind != "implied"}


@pytest.mark.parametrize("q", ["CDK*", "CDK?", "kinase~1"])
def test_a_pattern_is_looked_for_in_surface_forms_and_keywords_never_in_stems(q: str) -> None:
    leaves = leaves_of(physical(q))
    assert {leaf.fieldname for leaf in leaves} == PLAIN
    assert {type(leaf) for leaf in leaves} == {type(parse(q).tree)}
    assert {leaf.text for leaf in leaves} == {parse(q).tree.text}
    assert {leaf.fieldname: leaf.boost for leaf in leaves} == {name: BY_NAME[name].weight for name in PLAIN}


def test_words_near_each_other_are_looked_for_in_surface_forms_of_texts_only() -> None:
    leaves = leaves_of(physical('"zinc kinases"~5'))
    assert {leaf.fieldname for leaf in leaves} == {n for n in PLAIN if BY_NAME[n].kind in ("prose", "name")}
    assert {(tuple(leaf.words), leaf.slop) for leaf in leaves} == {(("zinc", "kinases"), 6)}
    assert physical('location:"16 q"~2') is NullQuery


def test_mentions_are_the_genes_that_the_name_may_mean() -> None:
    tree = physical("mentions:PARK2", PARK2=["HGNC:8607", "HGNC:1"])
    assert terms_in(tree, "mentions") == {fold_keyword("HGNC:8607"), fold_keyword("HGNC:1")}
    assert physical("mentions:nobody") is NullQuery


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("zinc", [WITH_A_LABEL, UNDER_A_TERM]),
        ('"zinc ion"', [WITH_A_LABEL, UNDER_A_TERM]),
        ("go:zinc", [WITH_A_LABEL]),
        ("go_wider:zinc", [WITH_A_LABEL]),
        ("go_id:GO:0008270", [UNDER_A_TERM]),
        ("summary:zinc", []),
        ("WAS in summary", [WITH_A_LABEL, UNDER_A_TERM]),
    ],
)
def test_what_is_known_beside_the_engine_joins_the_leaves_of_its_field(q: str, expected: list[Known]) -> None:
    beside = Beside(known={"go_wider": lambda leaf: WITH_A_LABEL, "go_id": lambda leaf: UNDER_A_TERM})
    tree = expand(parse(q).tree, beside)
    known = [leaf for leaf in _all_leaves(tree) if isinstance(leaf, Known)]
    assert known == expected


def test_nothing_known_beside_the_engine_leaves_the_tree_as_it_is() -> None:
    beside = Beside(known={"go_wider": lambda leaf: NullQuery, "go_id": lambda leaf: NullQuery})
    assert expand(parse("go:zinc").tree, beside) == physical("go:zinc") == Term("go_stem", "zinc", 1.0)
    assert expand(parse("go_wider:zinc").tree, beside) is NullQuery


def _all_leaves(tree: Query) -> list[Query]:
    if isinstance(tree, (And, Or)):
        return [leaf for child in tree.subqueries for leaf in _all_leaves(child)]
    return [tree]


def test_operators_stay_as_they_are() -> None:
    tree = physical("name:zinc (symbol:A1 OR NOT symbol:B1)")
    zinc = Term("name_stem", "zinc", BY_NAME["name"].weight)
    assert isinstance(tree, And)
    assert tree.subqueries[0] == zinc
    either = tree.subqueries[1]
    assert isinstance(either, Or)
    assert isinstance(either.subqueries[1], Not)
    assert terms_in(either.subqueries[1].query, "symbol") == {"b1", "b 1"}


def test_nothing_stays_nothing() -> None:
    assert physical("") is NullQuery
