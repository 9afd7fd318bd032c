"""From text to terms: what a term is, where it stands, and which spellings meet."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import (
    FUNCTION_WORDS,
    atoms,
    fold_case,
    fold_latin,
    fold_spelling,
    spellings,
    stem,
    terms,
    tokenize,
)

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"

LIKELY = st.text(
    st.one_of(
        st.sampled_from("abTNF12 -–'’sαβΔµ()_@/.,²₃éǅŉ\u0301\u0345\u200b\u00ad\ufeffﬁΩ𝛼"), st.characters()
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TNF-α", [("tnf", "TNF"), ("alpha", "α")]),
        ("TNFα", [("tnf", "TNF"), ("alpha", "α")]),
        ("TNF alpha", [("tnf", "TNF"), ("alpha", "alpha")]),
        ("TNFalpha", [("tnfalpha", "TNFalpha")]),
        ("ΔNp63α", [("delta", "Δ"), ("np63", "Np63"), ("alpha", "α")]),
        ("NF-κB", [("nf", "NF"), ("kappa", "κ"), ("b", "B")]),
        ("ά ς ϐ", [("alpha", "ά"), ("sigma", "ς"), ("beta", "ϐ")]),
        ("5 µg", [("5", "5"), ("mu", "µ"), ("g", "g")]),
        ("Su(H)", [("su", "Su"), ("h", "H")]),
        ("C4B_2", [("c4b", "C4B"), ("2", "2")]),
        ("HOXA@", [("hoxa", "HOXA")]),
        ("NKX2-5", [("nkx2", "NKX2"), ("5", "5")]),
        ("Nkx2.5", [("nkx2", "Nkx2"), ("5", "5")]),
        ("HLA-DRB1*04:01", [("hla", "HLA"), ("drb1", "DRB1"), ("04", "04"), ("01", "01")]),
        ("Crohn's", [("crohn", "Crohn's")]),
        ("Alzheimer’s disease", [("alzheimer", "Alzheimer’s"), ("disease", "disease")]),
        ("TNF-α's", [("tnf", "TNF"), ("alpha", "α's")]),
        ("BRCA1'S", [("brca1", "BRCA1'S")]),
        ("5' ss", [("5", "5"), ("ss", "ss")]),
        ("O'Sullivan", [("o", "O"), ("sullivan", "Sullivan")]),
        ("café", [("cafe", "café")]),
        ("cafe\u0301", [("cafe", "cafe\u0301")]),
        ("Zn²⁺ H₂O", [("zn2", "Zn²"), ("h2o", "H₂O")]),
        ("ﬁbroblast Straße", [("fibroblast", "ﬁbroblast"), ("strasse", "Straße")]),
        ("zi\u00adnc \ufeffcop\u200bper", [("zinc", "zi\u00adnc"), ("copper", "cop\u200bper")]),
        ("and/or", [("and", "and"), ("or", "or")]),
        (
            "10.1186/s12885-017",
            [("10", "10"), ("1186", "1186"), ("s12885", "s12885"), ("017", "017")],
        ),
        (" — … ;\u037e ", []),
        ("", []),
    ],
)
def test_a_text_is_read_as_these_terms_and_each_knows_what_it_was_read_from(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(token.term, text[token.start : token.end]) for token in tokenize(text)] == expected


@pytest.mark.parametrize("dash", [dash for dash in DASHES if dash != "\u00ad"])
def test_every_kind_of_dash_parts_two_terms(dash: str) -> None:
    assert terms(f"IL{dash}2") == ["il", "2"]


@given(LIKELY)
def test_offsets_ascend_without_overlap_and_cut_out_what_gives_the_term_again(text: str) -> None:
    tokens = tokenize(text)
    assert [token.term for token in tokens] == terms(text)
    assert all(left.end <= right.start for left, right in pairwise(tokens))
    for term, start, end in tokens:
        assert start < end
        assert term
        assert terms(text[start:end]) == [term]


@given(st.lists(LIKELY, max_size=5))
def test_lines_are_read_one_by_one_as_they_are_together(lines: list[str]) -> None:
    assert terms("\n".join(lines)) == [term for line in lines for term in terms(line)]


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_no_function_word_is_ever_dropped(word: str) -> None:
    assert terms(f"zinc {word} copper") == ["zinc", word, "copper"]


ONE_GENE = [
    ["TNF-α", "TNFα", "TNFalpha", "TNF-alpha", "TNF alpha", "tnf–ALPHA", "TNF‐α"],
    ["IL2", "IL-2", "IL 2", "il‑2"],
    ["IL-1β", "IL1β", "IL1beta", "IL-1beta", "IL 1 beta"],
    ["NF-κB", "NFκB", "NFkappaB", "NF-kappaB", "NF kappa B"],
    ["β-catenin", "beta-catenin", "betacatenin", "β catenin"],
    ["IFN-τ", "IFNtau", "IFN tau"],
    ["GST-π", "GSTpi", "GSTπ"],
    ["PKCη", "PKC-eta", "PKCeta"],
    ["C4B_2", "C4B2", "C4B-2"],
    ["Su(H)", "su h", "su-h"],
    ["NKX2-5", "Nkx2.5", "NKX 2-5"],
    ["α1-AT", "alpha1AT", "α-1-AT"],
]


@pytest.mark.parametrize(
    ("query", "text"), [(query, text) for group in ONE_GENE for query in group for text in group]
)
def test_a_spelling_typed_finds_a_text_in_any_other_spelling(query: str, text: str) -> None:
    assert tuple(terms(text)) in spellings(query)


@pytest.mark.parametrize(
    ("query", "text"),
    [("IL2", "IL 22"), ("zinc", "zin c"), ("MT1", "MT1X"), ("TNF", "TNF-α"), ("eta", "beta")],
)
def test_spellings_do_not_make_one_word_of_two_things(query: str, text: str) -> None:
    assert tuple(terms(text)) not in spellings(query)


@pytest.mark.parametrize("word", ["zinc", "homeostasis", "eta", "beta", "2", "café"])
def test_a_plain_word_has_one_spelling(word: str) -> None:
    assert spellings(word) == [tuple(terms(word))]


@given(st.one_of(LIKELY, st.from_regex(r"([a-z]{1,3}[0-9]{1,2}-?){1,12}", fullmatch=True)))
def test_spellings_begin_as_written_are_few_and_say_the_same_letters(word: str) -> None:
    forms = spellings(word)
    assert len(forms) <= 9
    assert len(set(forms)) == len(forms)
    assert forms[:1] == ([tuple(terms(word))] if terms(word) else [])
    assert {"".join(form) for form in forms} <= {"".join(terms(word))}


@given(st.integers(1, 400))
def test_a_long_chain_of_atoms_does_not_multiply_its_spellings(length: int) -> None:
    assert len(spellings("-".join(["a1"] * length))) <= 9


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (["TNF-α", "TNFalpha", "tnf alpha", "TNF–Α"], True),
        (["MT-TP", "MTTP", "mt tp"], True),
        (["MIR1243", "MIR124-3"], True),
        (["C4B_2", "C4B2"], True),
        (["HOXA@", "HOXA"], True),
        (["Su(H)", "SUH"], True),
        (["MT1H", "MT1HL1"], False),
        (["IL2", "IL3"], False),
        (["α", "β"], False),
        (["@", "#"], False),
        (["-", "--"], False),
    ],
)
def test_names_fold_together_only_when_they_differ_in_case_dashes_blanks_and_greek(
    names: list[str], same: bool
) -> None:
    assert (len({fold_spelling(name) for name in names}) == 1) is same


@given(LIKELY)
def test_a_fold_is_empty_only_for_an_empty_name_and_case_never_matters(name: str) -> None:
    assert bool(fold_spelling(name)) is bool(fold_case(name))
    assert fold_spelling("".join(char.upper() if char.isascii() else char for char in name)) == fold_spelling(
        "".join(char.lower() if char.isascii() else char for char in name)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("metallothioneins", "metallothionein"),
        ("binding", "binds"),
        ("regulates", "regulation"),
        ("cells", "cell"),
    ],
)
def test_forms_of_a_prose_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("term", ["mt1s", "p53s", "h2o", "il", "as", "1s", "naïves", "αs", "10"])
def test_a_term_with_a_digit_a_foreign_letter_or_two_letters_is_its_own_stem(term: str) -> None:
    assert stem(term) == term


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("TNF-α", "tnfa"),
        ("IFNgamma", "ifng"),
        ("IL-1β", "il1b"),
        ("TGFβ1", "tgfb1"),
        ("NF-κB", "nfkb"),
        ("PKC-eta", "pkch"),
        ("meta", ""),
        ("PKCeta", ""),
        ("alpha", ""),
        ("Tα", ""),
        ("TP53", ""),
    ],
)
def test_greek_letters_become_the_latin_ones_of_symbols_where_they_stand_apart(name: str, latin: str) -> None:
    assert fold_latin(name) == latin


@given(LIKELY)
def test_the_atoms_of_a_name_are_its_fold_cut_up(name: str) -> None:
    assert not atoms(name) or "".join(atoms(name)) == fold_spelling(name)
