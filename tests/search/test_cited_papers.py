"""Which references are one paper, and under which key.  Needs no index."""

from __future__ import annotations

import re

import pytest

from search.cited_papers import CitedPaper, CitedPapers
from search.page import EvidenceReference


def ref(
    pmid: str | None = None, doi: str | None = None, title: str | None = None, n: int = 1, **more: str
) -> EvidenceReference:
    return EvidenceReference(n, pmid, doi, title, None, "sentence", **more)


def collected(*references: tuple[str, EvidenceReference]) -> list[CitedPaper]:
    papers = CitedPapers()
    for gene, reference in references:
        papers.add(reference, gene, f"id:{gene}")
    return list(papers)


def test_a_paper_is_there_once_with_the_genes_that_cite_it_in_their_order() -> None:
    papers = collected(("B", ref("1")), ("B", ref("1")), ("A", ref("2")), ("A", ref("1", n=7)))
    assert [(paper.key, paper.genes) for paper in papers] == [("pmid1", ("B", "A")), ("pmid2", ("A",))]


def test_the_fullest_account_stands_and_takes_what_others_know() -> None:
    (paper,) = collected(
        ("A", ref("1", journal="Cell")), ("B", ref("1", "10.1/x", "Zinc", authors="Chen Y")), ("C", ref("1"))
    )
    told = paper.reference
    assert (told.doi, told.title, told.authors, told.journal) == ("10.1/x", "Zinc", "Chen Y", "Cell")


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_doi_and_a_number_are_one_paper_once_a_source_tells_both(order: tuple[int, int, int]) -> None:
    told = [("A", ref("1")), ("B", ref(None, "10.1/X")), ("C", ref("1", "10.1/x"))]
    (paper,) = collected(*(told[place] for place in order))
    assert paper.key == "pmid1"
    assert sorted(paper.genes) == ["A", "B", "C"]


def test_two_numbers_are_two_papers_also_with_one_doi() -> None:
    papers = collected(("A", ref("1", "10.1/x")), ("A", ref("2", "10.1/x")), ("B", ref(None, "10.1/x")))
    assert [(paper.key, paper.genes) for paper in papers] == [("pmid1", ("A", "B")), ("pmid2", ("A",))]


def test_what_has_neither_is_one_by_what_is_told_of_it_or_by_its_place() -> None:
    papers = collected(
        ("A", ref(title="Zinc")),
        ("B", ref(title="Zinc", n=4)),
        ("A", ref(n=1)),
        ("B", ref(n=1)),
        ("B", ref(n=1)),
    )
    assert [paper.genes for paper in papers] == [("A", "B"), ("A",), ("B",)]


def test_keys_are_the_same_each_time_unique_and_plain_whatever_a_source_says() -> None:
    hostile = ["1\r\n2", "0012", "١٢", "}@article{x", "9" * 400, "-1"]
    references = [ref(pmid) for pmid in hostile] + [ref(None, doi) for doi in hostile] + [ref(title="x")]
    papers, again = (collected(*(("A", one) for one in references)) for _ in range(2))
    keys = [paper.key for paper in papers]
    assert keys == [paper.key for paper in again]
    assert len(set(keys)) == len(references)
    assert all(re.fullmatch(r"(?:paper|doi)-[0-9a-f]{16}", key) for key in keys)
