"""Questions asked of the seeds, against what was agreed in ``tests/golden/answers.txt``."""

from __future__ import annotations

import difflib
import re

import pytest

from tests.golden import update

pytestmark = pytest.mark.skipif(not update.SEEDS.is_dir(), reason="the seeds lie outside the project")


def test_questions_are_answered_on_the_seeds_as_people_agreed() -> None:
    agreed, given = update.ANSWERS.read_text("utf-8").splitlines(), update.answers().splitlines()
    assert not list(difflib.unified_diff(agreed, given, "agreed", "given", lineterm="", n=4))


def test_no_sentence_of_a_seed_is_in_the_answers() -> None:
    kept = update.ANSWERS.read_text("utf-8")
    sentences = re.findall("“(.*)”", update.answers(readable=True))
    assert sentences
    assert not [sentence for sentence in sentences if " " in sentence and sentence in kept]


def test_what_a_page_says_of_another_gene_is_no_evidence_for_its_own() -> None:
    rest = update.ANSWERS.read_text("utf-8").partition("# REST deafness")[2].partition("\n# ")[0]
    assert rest.count("about: REST") >= 2
    assert all("aside" in block for block in re.findall(r"   .+\n(?:     .+\n)*?     about: REST", rest))
