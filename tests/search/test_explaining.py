"""A hit says why it stands where it does."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from index.records import GoTerm, Reference
from search.page import Explanation, Hit
from tests.making import gene, says
from tests.search.conftest import Searching


def explained(hit: Hit) -> Explanation:
    assert isinstance(hit.explanation, Explanation)
    return hit.explanation


def reasons(hit: Hit) -> dict[str, str]:
    return {part.kind: part.reason for part in explained(hit).parts}


def test_only_a_request_that_asks_for_it_is_explained(searching: Searching) -> None:
    genes = searching(gene("AA1", "Binds zinc."))
    assert genes.search("zinc").hits[0].explanation is UNSET
    assert genes.search("zinc", explain=True).hits[0].explanation is not UNSET


def test_a_name_and_the_words_of_the_best_sentence_are_told_in_one_line(searching: Searching) -> None:
    genes = searching(gene("AA1", "ZIP4 binds zinc.", names=[("alias", "ZIP4")]))
    told = explained(genes.search("ZIP4", explain=True).hits[0])
    assert told.reason.startswith("ZIP4: alias of AA1; 1 of 1 words in one ")
    assert told.parts[0].kind == "identity"
    hit = genes.search("ZIP4", explain=True).hits[0]
    assert sum(part.score or 0 for part in told.parts) == pytest.approx(hit.score, abs=1e-3)


def test_the_parts_add_up_to_the_score(searching: Searching) -> None:
    terms = [GoTerm(id="GO:0000002", name="zinc homeostasis", aspect="biological_process")]
    genes = searching(
        gene("AA1", says("zinc homeostasis", field="go", key="GO:0000002"), id="NCBIGene:1", papers=5),
        gene("BB1", "Zinc homeostasis is its task.", id="NCBIGene:2"),
        gene("CC1", "Nothing of the kind."),
        go_terms=terms,
        linked={1: ["NCBIGene:1", "NCBIGene:2"]},
    )
    for hit in genes.search("zinc homeostasis", explain=True).hits:
        parts = explained(hit).parts
        assert sum(part.score or 0 for part in parts) == pytest.approx(hit.score, abs=1e-3)
        assert {"words", "sentence", "shared papers"} <= {part.kind for part in parts}
    first = genes.search("zinc homeostasis", explain=True).hits[0]
    assert first.symbol == "AA1"
    assert reasons(first)["concept"] == "annotated at or under “zinc homeostasis” (GO:0000002)"


def test_a_paper_and_a_word_that_the_gene_lacks_are_not_counted_as_its_words(searching: Searching) -> None:
    paper = Reference(1, title="On copper", pmid="11")
    genes = searching(
        gene("AA1", says("Binds zinc.", cited=[0]), references=[paper]),
        gene("BB1", "Binds zinc and iron."),
        gene("CC1", says("Is there.", cited=[0]), references=[paper]),
    )
    asked = {hit.symbol: hit.match.reason for hit in genes.search("zinc OR pmid:11").hits}
    assert asked == {
        "AA1": "in Summary; has the paper pmid:11",
        "BB1": "in Summary",
        "CC1": "has the paper pmid:11",
    }
    told = {hit.symbol: reasons(hit)["words"] for hit in genes.search("zinc OR iron", explain=True).hits}
    assert told == {"AA1": "1 of 2 words", "BB1": "2 of 2 words"}


def test_a_sentence_about_another_gene_is_told_as_one(searching: Searching) -> None:
    aside = replace(says("BB1 moves hair cells.", "aside", by="ai", nothing=True), about="NCBIGene:BB1")
    genes = searching(gene("AA1", aside), gene("BB1"))
    (hit,) = genes.search("hair cells", explain=True).hits
    assert hit.match.reason == "both words together in a sentence about another gene"
    assert explained(hit).reason == "2 of 2 words in one Harmonizome sentence about BB1"
    assert [line.sentence for line in hit.highlights] == ["BB1 moves hair cells."]


def test_words_that_are_missing_and_a_gene_that_is_named_are_told(searching: Searching) -> None:
    genes = searching(gene("ZIP4", "Carries zinc."), gene("CO1", "Copper binding beside ZIP4."))
    told = reasons(genes.search("ZIP4 copper binding", explain=True).hits[0])
    assert told["words"].startswith("1 of 3 words, without copper, binding")
    assert told["named"] == "named in the query as ZIP4"


def test_a_gene_whose_own_name_the_query_is_says_so(searching: Searching) -> None:
    genes = searching(
        gene("APP", name="amyloid beta precursor protein"),
        gene("BAC1", "Cuts the amyloid precursor protein.", papers=900),
    )
    hits = genes.search("amyloid precursor protein", explain=True).hits
    assert [hit.symbol for hit in hits] == ["APP", "BAC1"]
    assert reasons(hits[0])["concept"] == "has all words in one of its full names"
