"""Questions that people ask, with the genes that must come first (questions.tsv), asked of all of data/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import Struct

from search import Genes, Page

_FILE = Path(__file__).with_name("questions.tsv")
_FIRST = re.compile(r"first(?: (\d+))?")


class Question(Struct, frozen=True):
    asked: str
    wanted: str
    symbols: tuple[str, ...]


def _questions() -> list[Question]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Question(asked, wanted, tuple(symbols.split())) for asked, wanted, symbols, _ in rows]


QUESTIONS = _questions()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_question_finds_the_genes_that_it_is_about_first(genes: Genes, question: Question) -> None:
    page = genes.search(question.asked, size=50)
    assert not wrong(page, question)


def test_the_questions_are_as_many_as_promised_and_each_is_asked_once() -> None:
    assert len(QUESTIONS) >= 150
    assert len({(question.asked, question.wanted) for question in QUESTIONS}) == len(QUESTIONS)


def wrong(page: Page, question: Question) -> str:
    """What is wrong with an answer; empty when nothing is."""
    hits = [hit.symbol for hit in page.hits]
    if question.wanted == "owners":
        owners = [owner.symbol for owner in page.query.owners]
        if missing := set(question.symbols).difference(owners):
            return f"{sorted(missing)} are no owners: {owners}"
        behind = set(owners).difference(hits[: len(owners)])
        return f"{sorted(behind)} are owners and not first: {hits[: len(owners)]}" if behind else ""
    within = _FIRST.fullmatch(question.wanted)
    assert within is not None, f"{question.asked}: wanted is {question.wanted!r}"
    first = hits[: int(within[1] or 1)]
    missing = set(question.symbols).difference(first)
    return f"{sorted(missing)} are not among {first}" if missing else ""
