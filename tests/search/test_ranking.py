"""The order of the hits."""

from __future__ import annotations

import pytest

from index.documents import Document, Mention
from search.ranking import WINDOW
from tests.making import gene, says
from tests.search.conftest import Searching

FILLER = tuple(gene(f"F{n}", "Nothing of the kind is told here.") for n in range(20))


def order(searching: Searching, q: str, *documents: Document) -> list[str]:
    return [hit.symbol for hit in searching(*documents, *FILLER).search(q).hits]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(
            gene("ZB1", "It binds zinc and copper.", "It is old."),
            gene("ZA1", "It binds zinc.", "It is old copper."),
            id="both words in one sentence before the words in two",
        ),
        pytest.param(
            gene("ZB1", says("Binds zinc and copper.", by="curated")),
            gene("ZA1", says("Binds zinc and copper.", by="computed")),
            id="curated before computed",
        ),
        pytest.param(
            gene("ZB1", says("Binds zinc and copper.", by="computed")),
            gene("ZA1", says("Binds zinc and copper.", by="ai")),
            id="computed before AI-written",
        ),
        pytest.param(
            gene("ZB1", says("Binds zinc and copper.", by="ai")),
            gene("ZA1", says("Binds zinc and copper.", nothing=True)),
            id="any statement before one that nothing is known",
        ),
        pytest.param(
            gene("ZB1", "Binds zinc and copper.", papers=100),
            gene("ZA1", "Binds zinc and copper.", papers=1),
            id="more papers before fewer",
        ),
        pytest.param(
            gene("ZA1", "Binds zinc and copper."),
            gene("ZB1", "Binds zinc and copper."),
            id="all equal, in the order of ids",
        ),
    ],
)
def test_all_else_equal(searching: Searching, better: Document, worse: Document) -> None:
    assert order(searching, "zinc copper", worse, better) == [better.symbol, worse.symbol]


@pytest.mark.parametrize("kind", ["previous_symbol", "alias", "withdrawn"])
def test_a_gene_of_that_name_is_before_any_gene_that_only_writes_of_it(
    searching: Searching, kind: str
) -> None:
    writes = gene("AA1", *["ZIP4 and ZIP4 with ZIP4."] * 3, name="ZIP4 partner", papers=10_000)
    named = gene("ZZ9", names=[(kind, "ZIP4")])  # type: ignore[list-item]
    assert order(searching, "ZIP4", writes, named) == ["ZZ9", "AA1"]


def test_scores_never_rise_down_the_list_even_behind_the_window(searching: Searching) -> None:
    many = [gene(f"Z{n:03}", "Zinc.", *["More zinc."] * (n % 3), papers=n) for n in range(WINDOW + 60)]
    genes = searching(*many)
    page = genes.search("zinc", size=1000)
    scores = [hit.score for hit in page.hits]
    assert len(scores) == page.total == WINDOW + 60
    assert scores == sorted(scores, reverse=True)
    assert page.max_score == scores[0] > 0


def test_of_equal_genes_that_which_shares_papers_with_the_best_comes_first(searching: Searching) -> None:
    best = gene("BB1", "Zinc binds it, zinc and zinc.", name="zinc taker", id="NCBIGene:1")
    near = gene("ZZ9", "Meets zinc.", id="NCBIGene:9")
    far = gene("CC5", "Meets zinc.", id="NCBIGene:5")
    papers = {number: ["NCBIGene:1", "NCBIGene:9"] for number in range(3)}
    genes = searching(best, near, far, *FILLER, linked=papers)
    assert [hit.symbol for hit in genes.search("zinc").hits] == ["BB1", "ZZ9", "CC5"]


@pytest.mark.parametrize(
    "q", ["ZIP4 copper binding", "copper binding ZIP4", "zip4 copper binding", "ZIP-4 copper binding"]
)
def test_a_gene_whose_symbol_stands_in_the_query_is_first_and_tells_the_words_it_lacks(
    searching: Searching, q: str
) -> None:
    others = [gene(f"CO{n}", "Copper binding and copper again, beside ZIP4.", papers=900) for n in range(5)]
    genes = searching(gene("ZIP4", "Carries zinc."), *others, *FILLER)
    page = genes.search(q)
    first = page.hits[0]
    assert (first.symbol, first.missing) == ("ZIP4", ("copper", "binding"))
    assert (first.match.kind, first.match.value) == ("symbol", "ZIP4")
    assert {hit.symbol for hit in page.hits[1:]} == {f"CO{n}" for n in range(5)}
    assert page.total == 6


def test_a_gene_named_by_an_alias_in_the_query_is_lifted_by_what_it_holds_itself(
    searching: Searching,
) -> None:
    meant = gene("ERB2", "HER9 drives breast cancer.", names=[("alias", "HER9")])
    other = gene("AAA1", "HER9 drives breast cancer.")
    genes = searching(meant, other, *FILLER)
    assert [hit.symbol for hit in genes.search("HER9 breast cancer").hits] == ["ERB2", "AAA1"]


def test_a_text_that_mentions_a_gene_under_another_name_is_met_by_the_one_in_the_query(
    searching: Searching,
) -> None:
    said = "Copper binding with tumor necrosis factor."
    start = said.index("tumor")
    mention = Mention(start, start + len("tumor necrosis factor"), ("NCBIGene:7124",))
    genes = searching(
        gene("TNF", "A cytokine.", id="NCBIGene:7124", names=[("alias", "TNF-alpha")]),
        gene("CO1", says(said, mentions=[mention])),
        gene("CO2", "Copper binding."),
        *FILLER,
    )
    page = genes.search("TNF-α copper binding")
    assert {hit.symbol: hit.missing for hit in page.hits} == {"TNF": ("copper", "binding"), "CO1": ()}


def test_a_description_that_is_a_little_known_gene_s_other_name_does_not_put_that_gene_first(
    searching: Searching,
) -> None:
    claims = gene("ZZ9", names=[("alias_name", "zinc carrier")], papers=3)
    many = [gene(f"CA{n:03}", "A zinc carrier, and a good zinc carrier.", papers=50) for n in range(120)]
    assert searching(claims, *many).search("zinc carrier").hits[0].symbol == "CA000"
    assert searching(claims, *many[:20]).search("zinc carrier").hits[0].symbol == "ZZ9"


@pytest.mark.parametrize("q", ["zinc copper iron", "ZIP4 zinc copper", "HER9 zinc copper iron"])
def test_scores_never_rise_where_words_are_missing_or_genes_are_named(searching: Searching, q: str) -> None:
    many = [
        gene(
            f"Z{n:03}",
            *["Zinc.", "Copper.", "Zinc and copper."][: 2 + n % 2],
            *["Copper again."] * (n % 5),
            papers=7 * n % 50,
            names=[("alias", "HER9")] * (n < 260),
        )
        for n in range(WINDOW + 160)
    ]
    genes = searching(*many, gene("ZIP4", "Iron."))
    page = genes.search(q, size=1000)
    scores = [hit.score for hit in page.hits]
    assert len(scores) == page.total > WINDOW
    assert scores == sorted(scores, reverse=True)
    assert page.max_score == scores[0]
    again = [
        hit.id for start in range(0, page.total, 90) for hit in genes.search(q, start=start, size=90).hits
    ]
    assert again == [hit.id for hit in page.hits]


def test_the_rest_of_a_compound_with_a_name_in_it_is_a_word_too(searching: Searching) -> None:
    genes = searching(
        gene("AA1", "Dependent on ZIP4."), gene("BB1", "Independent of ZIP4."), gene("ZIP4", "Carries.")
    )
    page = genes.search("ZIP4-independent")
    assert {hit.symbol: hit.missing for hit in page.hits} == {"ZIP4": ("independent",), "BB1": ()}
