"""British and American spellings: which belong together, and where both are found."""

from __future__ import annotations

import pytest

from index.fields import BY_NAME
from search.expand import line_forms
from search.query import parse
from search.spellings import american, otherwise

PAIRS = """
leukaemia leukemia; anaemia anemia; ischaemic ischemic; hypercalcaemia hypercalcemia; haemoglobin hemoglobin;
haem heme; haematopoietic hematopoietic; methaemoglobin methemoglobin; tumours tumors; oestrogen estrogen;
antioestrogen antiestrogen; oedema edema; lymphoedema lymphedema; foetal fetal; paediatric pediatric;
diarrhoea diarrhea; apnoea apnea; caesium cesium; colour color; behavioural behavioral; fibres fibers;
localisation localization; characterised characterized; hydrolysed hydrolyzed; sulphate sulfate;
aluminium aluminum; oesophageal esophageal; anaesthesia anesthesia; aetiology etiology
"""
ALONE = """
zinc protein hemisphere hemidesmosome chemotherapy chemokine systemic colorectal exercise disease raised size
homeostasis homeobox angioedema phytoestrogen fetuin edge pedigree rhesus is2 il tumour-suppressor
"""


@pytest.mark.parametrize("pair", [pair.split() for pair in PAIRS.split(";")], ids="-".join)
def test_a_word_is_spelt_otherwise_both_ways(pair: list[str]) -> None:
    british, of_america = pair
    assert otherwise(british) == of_america
    assert otherwise(of_america) == british


@pytest.mark.parametrize("word", ALONE.split())
def test_a_word_of_one_spelling_has_no_other(word: str) -> None:
    assert otherwise(word) == word


def test_names_are_spelt_as_in_america_word_by_word() -> None:
    assert american("Tumour necrosis factor, HAEM-binding") == "tumor necrosis factor, heme-binding"
    assert american("TNF receptor") == "TNF receptor"


@pytest.mark.parametrize(
    ("q", "forms"),
    [
        ("leukaemia", {("leukaemia",), ("leukemia",)}),
        ("leukemia", {("leukaemia",), ("leukemia",)}),
        ("tumour-like", {("tumour", "like"), ("tumor", "like"), ("tumourlike",), ("tumorlike",)}),
        ('"leukaemia"', {("leukaemia",)}),
        ("zinc", {("zinc",)}),
    ],
)
def test_a_word_is_met_in_either_spelling_and_a_quoted_one_as_it_is_written(
    q: str, forms: set[tuple[str, ...]]
) -> None:
    found = line_forms(parse(q).tree, BY_NAME["symbol"])
    assert len(found) == len(set(found))
    assert set(found) == forms
