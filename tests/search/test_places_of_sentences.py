"""Where a sentence stands in its source's text is kept: from a gene's lines the text can be put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.records import GeneRecord
from index.sources import recognise
from search import Genes
from search.gene import Gene

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
_TWICE = {page.name.split(".")[0] for page in (SAMPLES / "twins").iterdir()}
PAGES = [page for page in sorted((SAMPLES / "harmonizome-text").glob("*.txt")) if page.stem not in _TWICE]
"""Of genes of which no other page tells the same in other words."""


def _texts(page: Path) -> dict[tuple[str, str], str]:
    """(field, source) -> text, of the page's sections."""
    fmt = recognise(page.read_text("utf-8")[:65536])
    assert fmt is not None
    with page.open("rb") as stream:
        records = [item for item in fmt.parse(stream, page.name) if isinstance(item, GeneRecord)]
    return {(one.field, one.source.name): one.text for record in records for one in record.sections}


def _put_together(gene: Gene, field: str, source: str) -> str:
    """A section from its lines and the asides in it: a blank within a paragraph, a blank line between two."""
    lines = [
        (line.at, line.sentence)
        for section in gene.sections
        if section.source == source and section.section in {field, "aside"}
        for line in section.lines
        if line.at is not None
    ]
    text = ""
    for at, sentence in sorted(lines):
        text += ("", " ", "\n\n")[at - len(text)] + sentence
    return text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_sentences_of_a_gene_can_be_put_together_to_its_texts(page: Path, samples: Genes) -> None:
    texts = _texts(page)
    gene = samples.gene(page.name.split(".")[0])
    assert isinstance(gene, Gene)
    assert {place: _put_together(gene, *place) for place in texts} == texts
