"""Which genes share papers, on a real disk, against the definition taken literally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import columns, neighbours_writing
from index.neighbours import FOLDER, MOST_GENES, MOST_SHARED, NEAREST, Neighbours
from index.neighbours_writing import Task, write_neighbours

Papers = Mapping[int, Sequence[int]]
"""From a PubMed ID to the numbers of its genes."""


def written(folder: Path, papers: Papers, genes: int) -> Neighbours:
    write(folder, papers, genes)
    return Neighbours(folder)


def write(folder: Path, papers: Papers, genes: int) -> str:
    pairs = sorted((paper, gene) for paper, some in papers.items() for gene in set(some))
    ids, documents = (np.array([pair[side] for pair in pairs], "<u4").tobytes() for side in (0, 1))
    return write_neighbours(Task(folder, ids, documents, genes))


def told(neighbours: Neighbours, doc: int) -> list[tuple[int, float, int]]:
    near = neighbours.of(doc)
    cosines = [round(float(cosine), 5) for cosine in near.cosines]
    return list(zip(near.genes.tolist(), cosines, near.shared.tolist(), strict=True))


def test_genes_are_as_near_as_the_cosine_of_their_papers_the_nearest_first(tmp_path: Path) -> None:
    found = written(tmp_path, {5: [0, 1], 7: [0, 1, 2], 9: [0], 11: [2], 13: [2]}, 4)
    assert told(found, 0) == [(1, 0.8165, 2), (2, 0.33333, 1)]
    assert told(found, 1) == [(0, 0.8165, 2), (2, 0.40825, 1)]
    assert told(found, 2) == [(1, 0.40825, 1), (0, 0.33333, 1)]
    assert told(found, 3) == []


def test_a_paper_of_more_genes_than_count_brings_none_together(tmp_path: Path) -> None:
    some, more = list(range(MOST_GENES)), list(range(MOST_GENES + 1))
    for name, papers, near in (("some", {1: some}, MOST_GENES - 1), ("more", {1: more}, 0)):
        folder = tmp_path / name
        folder.mkdir()
        found = written(folder, papers, len(more))
        assert len(found.of(0).genes) == near
        assert found.papers_of(0).tolist() == ([0] if near else [])


def test_the_nearest_are_kept_and_equally_near_ones_by_number(tmp_path: Path) -> None:
    """Every paper is of gene 0 and one other, and each of these has no other paper but the last one."""
    others = NEAREST + 50
    papers = {paper: [0, paper] for paper in range(1, others + 1)} | {900: [0, others]}
    found = written(tmp_path, papers, others + 1)
    near = found.of(0)
    assert near.genes.tolist() == [others, *range(1, NEAREST)]
    assert near.shared.tolist() == [2] + [1] * (NEAREST - 1)
    assert [found.of(gene).genes.tolist() for gene in (1, others - 1)] == [[0], [0]]


def test_papers_are_places_in_the_table_of_papers(tmp_path: Path) -> None:
    found = written(tmp_path, {30: [1], 10: [0, 1], 20: [0]}, 2)
    assert [found.papers_of(gene).tolist() for gene in (0, 1)] == [[0, 1], [0, 2]]


@pytest.mark.parametrize("genes", [0, 3])
def test_without_papers_nobody_has_neighbours(tmp_path: Path, genes: int) -> None:
    found = written(tmp_path, {}, genes)
    assert found.documents == genes
    assert [told(found, gene) for gene in range(genes)] == [[]] * genes


def test_the_digest_is_that_of_the_links(tmp_path: Path) -> None:
    digests = []
    for name, papers in (("a", {5: [0, 1]}), ("b", {5: [1, 0]}), ("c", {6: [0, 1], 7: [0]})):
        folder = tmp_path / name
        folder.mkdir()
        digests.append(write(folder, papers, 2))
    assert digests[0] == digests[1] != digests[2]


def test_more_papers_than_fit_are_told_as_the_most_that_do(tmp_path: Path) -> None:
    found = written(tmp_path, {paper: [0, 1] for paper in range(MOST_SHARED + 2)}, 2)
    assert told(found, 0) == [(1, 1.0, MOST_SHARED)]


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.integers(1, 40), st.lists(st.integers(0, 8), min_size=1, max_size=6), max_size=25),
    st.sampled_from([1, 7, 1 << 19]),
)
def test_whatever_the_links_and_the_blocks_it_is_what_counting_gives(papers: Papers, at_once: int) -> None:
    of: dict[int, set[int]] = {gene: set() for gene in range(9)}
    for paper, genes in papers.items():
        for gene in genes:
            of[gene].add(paper)
    expected: dict[int, dict[int, tuple[float, int]]] = {gene: {} for gene in of}
    for one, other in combinations(of, 2):
        if shared := len(of[one] & of[other]):
            cosine = shared / sqrt(len(of[one]) * len(of[other]))
            expected[one][other] = expected[other][one] = (round(cosine, 5), shared)
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(neighbours_writing, "_AT_ONCE", at_once)
        found = written(Path(folder), papers, 9)
    for gene, near in expected.items():
        assert {other: (cosine, shared) for other, cosine, shared in told(found, gene)} == near
        order = [(-cosine, other) for other, cosine, _ in told(found, gene)]
        assert order == sorted(order)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("genes.u4", [1, 7, 1]),
        ("genes.u4", [1, 0]),
        ("cosines.f4", [1.0]),
        ("shared.u2", []),
        ("starts.u4", [0, 3, 1, 3]),
        ("starts.u4", []),
        ("papers_starts.u4", [0, 1]),
        ("papers.u4", []),
    ],
)
def test_files_that_do_not_go_together_are_refused_by_name(
    tmp_path: Path, name: str, values: list[int]
) -> None:
    write(tmp_path, {5: [0, 1], 7: [1, 2]}, 3)
    columns.write(tmp_path / FOLDER, name, np.array(values))
    with pytest.raises(ValueError, match=FOLDER):
        Neighbours(tmp_path)
