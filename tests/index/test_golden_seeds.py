"""Whole pages against golden records; ``tests/golden/update.py`` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden import update


@pytest.mark.skipif(not update.SEEDS.is_dir(), reason="the seeds lie outside the project")
@pytest.mark.parametrize("page", update.pages(update.SEEDS), ids=lambda page: page.name)
def test_a_seed_gives_its_golden_record(page: Path) -> None:
    assert json.loads(update.as_json(update.without_texts(page))) == _golden("seeds", page)


@pytest.mark.parametrize("page", update.pages(update.SAMPLES), ids=lambda page: page.name)
def test_a_sample_gives_its_golden_record(page: Path) -> None:
    assert json.loads(update.as_json(update.records(page))) == _golden("samples", page)


@pytest.mark.skipif(not update.SEEDS.is_dir(), reason="the seeds lie outside the project")
def test_no_sentence_of_a_seed_is_in_the_golden_files() -> None:
    kept = "".join(path.read_text("utf-8") for path in (update.GOLDEN / "seeds").glob("*.json"))
    for page in update.pages(update.SEEDS):
        for entry in json.loads(update.as_json(update.records(page))):
            for section in entry["item"]["sections"]:
                for sentence in section["sentences"]:
                    assert section["text"][sentence["start"] : sentence["end"]] not in kept


def _golden(kind: str, page: Path) -> object:
    value: object = json.loads(update.golden(kind, page).read_text("utf-8"))
    return value
