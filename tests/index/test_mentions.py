"""Genes named in texts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import FUNCTION_WORDS
from index.documents import Mention
from index.mentions import MentionFinder, prepare
from index.merge import merge
from index.naming import gene_names, vocabulary
from index.records import GeneRecord, Identifier, Name, Source, WithdrawnSymbol
from tests.index.heads import heads

NAMES = {
    "TNF": ["HGNC:1"],
    "TNF-α": ["HGNC:1"],
    "tumor necrosis factor": ["HGNC:1"],
    "tumor necrosis factor receptor 1": ["HGNC:2"],
    "MT1": ["HGNC:3", "HGNC:4"],
    "MT1X": ["HGNC:4"],
    "IL-2": ["HGNC:5"],
    "IL-2 receptor": ["HGNC:6"],
    "HOXA@": ["HGNC:7"],
    "Su(H)": ["HGNC:8"],
    "p53": ["HGNC:9"],
    "T1": ["HGNC:10"],
    "NOT": ["HGNC:11"],
    "not": ["HGNC:11"],
    "WAS": ["HGNC:12"],
    "---": ["HGNC:13"],
}
FINDER = MentionFinder(prepare(NAMES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TNF binds.", ["TNF"]),
        ("TNF-α binds", ["TNF-α"]),
        ("(TNF)", ["TNF"]),
        ("the tumor necrosis factor receptor 1 gene", ["tumor necrosis factor receptor 1"]),
        ("the tumor necrosis factor receptor 2 gene", ["tumor necrosis factor"]),
        ("IL-2 receptor, IL-2", ["IL-2 receptor", "IL-2"]),
        ("MT1 and MT1X", ["MT1", "MT1X"]),
        ("MT1A MT11 XMT1 MT1_x MT1α", ["MT1"]),
        ("IL-2R, IL-22, sIL-2", []),
        ("the HOXA@ cluster; HOXA cluster", ["HOXA@"]),
        ("Su(H) and Su(Hw)", ["Su(H)"]),
        ("p53-dependent, p53.", ["p53", "p53"]),
        ("P53, tnf, Tnf, tumor Necrosis factor", []),
        ("T1 is too short", []),
        ("It was NOT what WAS is not", ["NOT", "WAS"]),
        ("TNF", ["TNF"]),
        ("", []),
        ("---", []),
    ],
)
def test_the_longest_name_in_its_exact_case_and_no_part_of_a_longer_word_is_found(
    text: str, expected: list[str]
) -> None:
    assert [text[found.start : found.end] for found in FINDER.find(text)] == expected


def test_a_name_of_several_genes_names_them_all() -> None:
    assert FINDER.find("by MT1") == (Mention(3, 6, ("HGNC:3", "HGNC:4")),)


def test_names_that_differ_in_a_leading_sign_share_their_genes() -> None:
    finder = MentionFinder(prepare({"'C-RAS": ["HGNC:1"], "C-RAS": ["HGNC:2", "HGNC:1"]}))
    (found,) = finder.find("C-RAS")
    assert sorted(found.genes) == ["HGNC:1", "HGNC:2"]


def test_a_closing_sign_belongs_to_the_name_that_has_it() -> None:
    finder = MentionFinder(prepare({"HOXA": ["HGNC:1"], "HOXA@": ["HGNC:2"]}))
    assert finder.find("HOXA@ HOXA, HOXA") == (
        Mention(0, 5, ("HGNC:2",)),
        Mention(6, 10, ("HGNC:1",)),
        Mention(12, 16, ("HGNC:1",)),
    )


@given(st.lists(st.sampled_from([*NAMES, " ", ", ", "x", "-", "α", "(", "1"]), max_size=12).map("".join))
def test_mentions_are_known_names_in_order_none_overlapping_none_cutting_a_word(text: str) -> None:
    found = FINDER.find(text)
    assert all(left.end <= right.start for left, right in pairwise(found))
    for mention in found:
        start, end = mention.start, mention.end
        assert text[start:end] in NAMES
        assert mention.genes == tuple(NAMES[text[start:end]])
        assert not (start and text[start - 1].isalnum())
        assert not (text[end - 1].isalnum() and text[end : end + 1].isalnum())


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=6), st.just(["HGNC:1"]), max_size=4))
def test_no_vocabulary_and_no_text_makes_it_fail(text: str, names: dict[str, list[str]]) -> None:
    for found in MentionFinder(prepare(names)).find(text):
        assert any(name.endswith(text[found.start : found.end]) for name in names)


@pytest.mark.parametrize("word", sorted(word for word in FUNCTION_WORDS if len(word) > 2))
def test_a_function_word_in_lower_case_is_no_gene(word: str) -> None:
    assert not MentionFinder(prepare({word: ["HGNC:1"]})).find(f"it {word} so")


def test_the_vocabulary_lists_the_gene_whose_symbol_it_is_first_and_no_withdrawn_or_foreign_name() -> None:
    def gene(number: str, symbol: str, alias: str, taxon: int = 9606) -> GeneRecord:
        return GeneRecord(
            source=Source("HGNC", "curated"),
            taxon=taxon,
            identifiers=(Identifier("hgnc", number),),
            names=(Name("symbol", symbol), Name("alias", alias)),
        )

    given_ = [gene("1", "AAA", "BBB"), gene("2", "BBB", "CCC"), gene("3", "Bbb", "MMM", 10090)]
    merged = merge(heads(given_), [WithdrawnSymbol("9", "WWW", (("1", "AAA"),))])
    assert vocabulary(map(gene_names, merged.genes)) == {
        "AAA": ("HGNC:1",),
        "BBB": ("HGNC:2", "HGNC:1"),
        "CCC": ("HGNC:2",),
    }
