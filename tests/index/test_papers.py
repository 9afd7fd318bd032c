"""Which papers are linked to which genes, on a real disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import FOLDER, PaperTable, link, write
from index.records import PaperLinks

NUMBERS = {101: 0, 102: 1, 103: 2, 104: 2}
"""Two NCBI Gene IDs are those of document 2."""


def block(*pairs: tuple[int, int]) -> PaperLinks:
    """(gene, paper) pairs."""
    genes, papers = (np.array([pair[side] for pair in pairs], "<u4").tobytes() for side in (0, 1))
    return PaperLinks(9606, genes, papers)


def test_a_paper_leads_to_its_genes_and_no_other_number_to_any(tmp_path: Path) -> None:
    write(tmp_path, link([block((101, 7), (102, 7), (101, 4294967295))], NUMBERS, 3))
    table = PaperTable(tmp_path)
    assert table.genes(7) == [0, 1]
    assert table.genes(4294967295) == [0]
    assert [table.genes(number) for number in (0, 6, 8, 4294967294, 10**12)] == [[], [], [], [], []]


def test_a_paper_weighs_one_over_its_genes_and_nothing_with_over_a_hundred() -> None:
    crowd = [(1000 + gene, 9) for gene in range(100)]
    linked = link([block((101, 7), (102, 7), (101, 8), (101, 9), *crowd)], NUMBERS, 3)
    assert [count.papers for count in linked.counts] == [3, 1, 0]
    assert [count.popularity for count in linked.counts] == [1.5, 0.5, 0.0]
    assert len(linked.unplaced) == 100


def test_a_paper_of_exactly_a_hundred_genes_still_counts() -> None:
    crowd = [(1000 + gene, 9) for gene in range(99)]
    assert link([block((101, 9), *crowd)], NUMBERS, 3).counts[0].popularity == 0.01


def test_a_pair_given_twice_and_a_gene_with_two_ids_count_once() -> None:
    linked = link([block((101, 7), (101, 7)), block((101, 7), (103, 8), (104, 8))], NUMBERS, 3)
    assert [count.papers for count in linked.counts] == [1, 0, 1]


def test_without_papers_or_without_genes_the_table_is_empty_and_answers(tmp_path: Path) -> None:
    for name, linked in (("none", link([], NUMBERS, 3)), ("lost", link([block((101, 7))], {}, 0))):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, linked)
        assert PaperTable(folder).genes(7) == []
    assert link([block((101, 7))], {}, 0).unplaced.tolist() == [101]


@pytest.mark.parametrize("name", ["papers", "starts", "genes"])
def test_a_cut_table_is_refused_when_it_is_opened(tmp_path: Path, name: str) -> None:
    write(tmp_path, link([block((101, 7), (102, 8))], NUMBERS, 3))
    path = tmp_path / FOLDER / name
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ValueError, match="papers"):
        PaperTable(tmp_path)


@given(st.data(), st.lists(st.tuples(st.sampled_from([*NUMBERS, 9]), st.integers(0, 6)), max_size=30))
def test_the_order_and_the_blocks_make_no_difference(
    data: st.DataObject, pairs: list[tuple[int, int]]
) -> None:
    shuffled = data.draw(st.permutations(pairs))
    one = link([block(*pairs)], NUMBERS, 3)
    other = link([block(*shuffled[:5]), block(*shuffled[5:])], NUMBERS, 3)
    assert one.counts == other.counts
    assert one.papers.tolist() == other.papers.tolist()
    assert one.documents.tolist() == other.documents.tolist()
    wanted = {(paper, NUMBERS[gene]) for gene, paper in pairs if gene in NUMBERS}
    assert set(zip(one.papers.tolist(), one.documents.tolist(), strict=True)) == wanted
