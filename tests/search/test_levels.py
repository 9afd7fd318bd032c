"""How many words a plain query wants of a gene."""

from __future__ import annotations

import numpy as np
import pytest

from search.levels import ENOUGH, enough, holding_most
from tests.making import gene
from tests.search.conftest import Searching

EVEN = [1.0, 1.0, 1.0]


def docs(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


@pytest.mark.parametrize(("genes", "wanted"), [(0, 1), (36, 1), (3_999, 1), (10_000, 5), (57_803, ENOUGH)])
def test_the_smaller_an_index_the_fewer_genes_are_enough(genes: int, wanted: int) -> None:
    assert enough(genes) == wanted


def test_the_level_is_the_highest_that_enough_genes_reach() -> None:
    holders = [docs(1, 2, 3), docs(2, 3, 4), docs(3, 9)]
    assert holding_most(holders, EVEN, 1).tolist() == [3]
    assert holding_most(holders, EVEN, 2).tolist() == [2, 3]
    assert holding_most(holders, EVEN, 3).tolist() == [1, 2, 3, 4, 9]


def test_where_there_are_not_so_many_all_that_hold_a_word_are_taken() -> None:
    assert holding_most([docs(1, 2), docs(2)], [1.0, 1.0], 100).tolist() == [1, 2]


def test_who_holds_only_what_says_little_holds_too_little() -> None:
    frequent, rare = docs(*range(1, 50)), docs(3)
    assert holding_most([frequent, rare], [1.0, 9.0], 20).tolist() == [3]


def test_a_word_that_no_gene_holds_wants_nothing() -> None:
    assert holding_most([docs(1, 2), docs(), docs(2)], EVEN, 1).tolist() == [2]


def test_where_no_gene_has_all_words_those_with_most_are_shown_and_what_each_lacks(
    searching: Searching,
) -> None:
    genes = searching(
        gene("AA1", "Binds zinc and copper."),
        gene("BB1", "Binds zinc and iron."),
        gene("CC1", "Binds zinc."),
    )
    page = genes.search("zinc copper iron")
    assert page.query.relaxed
    assert {hit.symbol: hit.missing for hit in page.hits} == {"AA1": ("iron",), "BB1": ("copper",)}
    assert page.total == 2


def test_one_gene_with_all_words_is_enough_in_a_small_index(searching: Searching) -> None:
    genes = searching(gene("AA1", "Binds zinc and copper."), gene("CC1", "Binds zinc."))
    page = genes.search("zinc copper")
    assert not page.query.relaxed
    assert [(hit.symbol, hit.missing) for hit in page.hits] == [("AA1", ())]


def test_the_parts_of_a_compound_do_where_no_gene_has_it(searching: Searching) -> None:
    genes = searching(gene("AA1", "A sensing protein that likes DNA."), gene("BB1", "A protein."))
    page = genes.search("DNA-sensing protein")
    assert [(hit.symbol, hit.missing) for hit in page.hits] == [("AA1", ())]
    assert page.query.relaxed


@pytest.mark.parametrize("q", ["zinc AND copper AND iron", '"zinc" copper iron', "+zinc copper iron"])
def test_operators_and_quotes_are_never_relaxed(searching: Searching, q: str) -> None:
    genes = searching(gene("AA1", "Binds zinc and copper."), gene("BB1", "Binds iron."))
    page = genes.search(q)
    assert (page.total, page.query.relaxed) == (0, False)


def test_brackets_around_an_abbreviation_do_not_make_a_query_strict(searching: Searching) -> None:
    genes = searching(gene("AA1", "Thickens the heart in hypertrophic cardiomyopathy."), gene("BB1"))
    page = genes.search("Hypertrophic cardiomyopathy (HCM)")
    assert [(hit.symbol, hit.missing) for hit in page.hits] == [("AA1", ("HCM",))]
