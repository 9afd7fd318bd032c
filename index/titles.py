"""Titles of papers that are no evidence for the gene on whose page they stand.

A paper that a page cites only with sentences about another gene, or with such that nothing is known, says
nothing of the page's gene; nor does its title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from index.analysis import fold_case
from index.documents import Line
from index.records import Reference


def paper_of(reference: Reference, text: str) -> str:
    """What all accounts of a paper share that are one line; ``text`` is this account as a line."""
    return reference.pmid or reference.doi or fold_case(text)


def no_evidence(
    titles: Iterable[tuple[str, Line]], citing: Sequence[Line], papers: Sequence[str]
) -> Iterator[tuple[str, Line]]:
    """Of the titles, each by its paper, those that are no evidence, as lines that say so and name the gene
    that the paper is cited for most, where one is known.

    ``citing`` are the gene's other lines that cite papers, ``papers`` the paper of each of its references.
    """
    telling = {papers[one.reference] for line in citing if not line.says_nothing for one in line.cited}
    about: dict[str, Counter[str]] = {}
    for line in citing:
        for paper in {papers[one.reference] for one in line.cited} - telling:
            genes = about.setdefault(paper, Counter())
            genes.update([line.about] if line.about else [])
    for paper, title in titles:
        if paper in about:
            genes = about[paper]
            gene = max(genes, key=genes.__getitem__) if genes else None  # of equal ones the first
            yield paper, replace(title, says_nothing=True, about=gene)
