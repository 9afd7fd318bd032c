"""What a line is told to be: said by whom, or the title of a paper."""

from __future__ import annotations

from index.fields import TITLES
from search.gene import GeneSection
from search.page import Highlight

TITLE = "title"
"""The kind of a paper's title; other kinds are provenances."""
PAPER_TITLE = "Paper title"


def kind_of(line: Highlight | GeneSection) -> str:
    return TITLE if line.section == TITLES else line.provenance
