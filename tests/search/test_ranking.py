"""The order of the hits."""

from __future__ import annotations

import pytest

from index.documents import Document
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
