"""Genes named in texts, by a vocabulary of a few genes and what is shipped."""

from __future__ import annotations

import time
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.mentions import Annotation, Annotator, Scan, Vocabulary, prepare
from index.naming import GeneNames
from index.papers import PaperCount
from index.records import HUMAN, Name

MOUSE = 10090


def gene(number: int, symbol: str, full: str, *aliases: str, taxon: int = HUMAN) -> GeneNames:
    names = (Name("symbol", symbol), Name("name", full), *(Name("alias", alias) for alias in aliases))
    return GeneNames(f"HGNC:{number}", taxon, symbol, names)


FAMILIES = [
    *(gene(100 + n, f"SMAD{n}", f"SMAD family member {n}") for n in range(1, 10)),
    *(gene(200 + n, f"MT1{letter}", f"metallothionein 1{letter}") for n, letter in enumerate("ABCDEFGHX")),
    *(gene(300 + n, f"MCM{n}", f"minichromosome maintenance complex component {n}") for n in range(2, 8)),
    gene(401, "BRCA1", "BRCA1 DNA repair associated"),
    gene(402, "BRCA2", "BRCA2 DNA repair associated"),
    gene(403, "IL1A", "interleukin 1 alpha", "IL-1 alpha"),
    gene(404, "IL1B", "interleukin 1 beta", "IL-1 beta", "IL1beta"),
]
GENES = [
    *FAMILIES,
    gene(1, "TNF", "tumor necrosis factor", "TNF-alpha"),
    gene(2, "TP53", "tumor protein p53", "p53"),
    gene(3, "INS", "insulin"),
    gene(4, "WAS", "WASP actin nucleation promoting factor"),
    gene(5, "REST", "RE1 silencing transcription factor"),
    gene(6, "SET", "SET nuclear proto-oncogene"),
    gene(7, "CAT", "catalase"),
    gene(8, "IMPACT", "impact RWD domain protein"),
    gene(9, "TERT", "telomerase reverse transcriptase"),
    gene(10, "CCL2", "C-C motif chemokine ligand 2", "MCP1"),
    gene(11, "MCPH1", "microcephalin 1", "MCP1"),
    gene(12, "COPD1", "coatomer delta", "COPD"),
    gene(13, "CASP9", "caspase 9"),
    gene(14, "FOXP3", "forkhead box P3"),
    gene(15, "EGFR", "epidermal growth factor receptor"),
    gene(16, "Xist9", "a gene of the mouse", taxon=MOUSE),
]
PAPERS = {"CCL2": 3000, "MCPH1": 150, "COPD1": 40}
VOCABULARY = prepare(GENES, [PaperCount(PAPERS.get(one.symbol, 1500), 300.0) for one in GENES])
ANNOTATOR = Annotator(VOCABULARY)
SYMBOLS = {one.id: one.symbol for one in GENES}


def found(text: str) -> list[tuple[str, list[str]]]:
    """What is named in a text, and the genes; no families."""
    return [
        (text[one.start : one.end], [SYMBOLS[gene] for gene in one.genes])
        for one in ANNOTATOR.annotate(text)
        if one.genes
    ]


def named(text: str) -> set[str]:
    return {symbol for _, symbols in found(text) for symbol in symbols}


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("Expression of the human TNF gene rose in patients.", "TNF"),
        ("Expression of human TNF-α mRNA rose in patients.", "TNF"),
        ("Human TNF alpha protein was measured in patients.", "TNF"),
        ("Human tumour necrosis factor was measured in patients.", "TNF"),
        ("Mutations of p53 were found in human tumours of 40 patients.", "TP53"),
        ("Serum insulin was measured in patients.", "INS"),
        ("Patients carried mutations of the EGFR gene.", "EGFR"),
        ("Expression of IL-1β mRNA in human monocytes of patients.", "IL1B"),
        ("Human hTERT mRNA expression was found in patients.", "TERT"),
        ("Procaspase-9 was cleaved in human cells of patients.", "CASP9"),
    ],
)
def test_a_name_is_found_in_whatever_spelling(text: str, symbol: str) -> None:
    assert symbol in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "It was set up to rest the patients, and the impact on the cat was small.",
        "Was the set complete? Rest was advised. Impact was low.",
        "The patients were told to rest in the set that was given.",
    ],
)
def test_words_that_are_symbols_are_no_genes_in_prose(text: str) -> None:
    assert found(text) == []


def test_a_symbol_that_is_a_word_is_a_gene_where_the_text_says_so() -> None:
    text = (
        "REST represses neuronal genes. Human REST protein binds the promoter, and REST mRNA expression fell"
        " when the RE1 silencing transcription factor (REST) gene was mutated in patients."
    )
    assert named(text) == {"REST"}


def test_a_short_form_that_the_text_defines_as_something_else_is_no_gene() -> None:
    text = (
        "Chronic obstructive pulmonary disease (COPD) is common. Patients with COPD were older, and the"
        " severity of COPD was related to smoking."
    )
    assert found(text) == []


def test_a_short_form_beside_its_long_form_is_the_gene_of_both() -> None:
    text = "Human tumor necrosis factor (TNF) was measured in patients. TNF was high."
    assert found(text) == [("tumor necrosis factor", ["TNF"]), ("TNF", ["TNF"]), ("TNF", ["TNF"])]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Human SMAD2, -3 and -4 were expressed in patients.", {"SMAD2", "SMAD3", "SMAD4"}),
        ("Mutations of human BRCA1/2 in patients with breast cancer.", {"BRCA1", "BRCA2"}),
        ("Expression of human MT1A-MT1C mRNA in patients.", {"MT1A", "MT1B", "MT1C"}),
        ("Human Mcm2-7 proteins were expressed in patients.", {f"MCM{n}" for n in range(2, 8)}),
        ("Human IL-1alpha and -beta mRNA expression in patients.", {"IL1A", "IL1B"}),
    ],
)
def test_a_range_or_a_list_names_every_gene_in_it(text: str, symbols: set[str]) -> None:
    assert named(text) == symbols


def test_what_a_list_does_not_name_is_not_found() -> None:
    assert named("Human SMAD2 protein was measured in 4 patients, 5 controls.") == {"SMAD2"}


def test_a_family_is_no_gene() -> None:
    (one,) = ANNOTATOR.annotate("Human SMADs are a family of proteins.") or (None,)
    assert one is None or not one.genes


def test_a_name_of_several_genes_is_the_likelier_one_and_leaves_the_other_open() -> None:
    (one,) = ANNOTATOR.annotate("Expression of human MCP1 mRNA was high in patients.")
    assert [SYMBOLS[gene] for gene in one.genes] == ["CCL2"]
    assert {SYMBOLS[gene] for gene in one.others} <= {"MCPH1"}


def test_a_record_means_its_own_gene_by_a_name_that_others_have_too() -> None:
    scans = [ANNOTATOR.scan("This gene encodes microcephalin 1."), ANNOTATOR.scan("Human MCP1 binds DNA.")]
    first, second = ANNOTATOR.decide(scans, "HGNC:11")
    assert [one.genes for one in first] == [("HGNC:11",)]
    assert [one.genes[0] for one in second] == ["HGNC:11"]


def test_what_speaks_of_mice_alone_speaks_less_for_a_human_gene() -> None:
    def score(text: str) -> float:
        return max([one.score for one in ANNOTATOR.annotate(text) if one.genes], default=0.0)

    human = "FOXP3 expression was measured in human T cells of 30 patients, and FOXP3 rose in the patients."
    mouse = "Foxp3 expression was measured in murine T cells of knockout mice, and Foxp3 rose in the mice."
    assert score(human) > score(mouse)


def test_no_gene_of_another_species_is_in_the_vocabulary() -> None:
    assert found("Human Xist9 expression in patients.") == []


def test_a_text_without_names_has_none() -> None:
    assert ANNOTATOR.annotate("") == ()
    assert ANNOTATOR.annotate("We thank the staff of the ward for their help.") == ()


def test_offsets_count_code_points_whatever_stands_before() -> None:
    plain = "Expression of the human TNF gene rose in patients."
    text = "😀 İstanbul ſharp e\u0301t\u0301e: " + plain
    for one in ANNOTATOR.annotate(text):
        assert text[one.start : one.end] == "TNF"
    assert len(ANNOTATOR.annotate(text)) == 1


def test_vocabulary_and_scans_are_plain_data() -> None:
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(VOCABULARY), type=Vocabulary)
    text = "Expression of the human TNF gene (and of p53) rose in patients."
    scan = Annotator(again).scan(text)
    assert scan == ANNOTATOR.scan(text)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(scan), type=Scan)
    assert ANNOTATOR.decide([kept]) == ANNOTATOR.decide([scan])


PIECES = ["TNF", "Smad2", "/", "3", "-", " and ", " to ", ", ", "(", ")", "α", "p53", " human ", "was", "İ"]


@settings(deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_annotations_are_in_order_apart_and_of_known_genes(text: str) -> None:
    told: tuple[Annotation, ...] = ANNOTATOR.annotate(text)
    assert all(left.end <= right.start for left, right in pairwise(told))
    for one in told:
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.score <= 1
        assert one.genes or one.family
        assert {*one.genes, *one.others} <= SYMBOLS.keys()
        assert not {*one.genes} & {*one.others}


@pytest.mark.parametrize(
    "piece",
    ["TNF", "TNF ", "TNF/", "(", "TNF (", "SMAD2-", "SMAD2, ", "MT1A-MT1X ", "tumor necrosis ", "İ", "1-"],
)
def test_a_long_text_of_anything_comes_to_an_end(piece: str) -> None:
    """Where the time grows with the square of the length it takes minutes."""
    begun = time.process_time()
    ANNOTATOR.annotate(piece * (200_000 // len(piece)))
    assert time.process_time() - begun < 20
