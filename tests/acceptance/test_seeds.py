"""The pages that the service was made for; they lie outside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, genelight

SEEDS = ROOT.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds lie outside the project")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "index"
    ran = genelight("index", SEEDS, "--index-dir", folder)
    assert ran.returncode == 0, ran.stderr
    assert ", 0 set aside" in ran.stdout
    return folder


def search(index_dir: Path, *query: str) -> dict[str, Any]:
    ran = genelight("search", "--json", "--index-dir", index_dir, "--", *query)
    assert ran.returncode in (0, 1), ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    assert ran.returncode == (0 if answer["hits"] else 1)
    return answer


def first(index_dir: Path, *query: str) -> tuple[str, str]:
    hit = search(index_dir, *query)["hits"][0]
    return hit["symbol"], hit["_match"]["kind"]


def test_rest_deafness_finds_the_sentences_and_the_paper_behind_them(seeds: Path) -> None:
    hit = search(seeds, "REST deafness")["hits"][0]
    assert hit["symbol"] == "MT1HL1"
    cut = {
        h["sentence"][start:end].lower(): {ref["pmid"] for ref in h["refs"]}
        for h in hit["highlights"]
        for start, end in h["spans"]
    }
    assert set(cut) == {"rest", "deafness"}
    assert all("33087486" in pmids for pmids in cut.values())


def test_an_alias_leads_to_its_gene(seeds: Path) -> None:
    assert first(seeds, "MT-1H") == ("MT1H", "alias")


@pytest.mark.parametrize(
    ("asked", "symbol", "kind"),
    [
        ("33087486", "MT1HL1", "paper"),
        ("PMID:20551211", "MT1H", "paper"),
        ("27015352", "MT1G", "paper"),
        ("10.26508/lsa.202000841", "MT1HL1", "paper"),
        ("https://doi.org/10.26508/lsa.202000841", "MT1HL1", "paper"),
        ("Nakano", "MT1HL1", "text"),
        ('"Life Sci Alliance"', "MT1HL1", "text"),
        ("2020", "MT1HL1", "text"),
        ("sorafenib", "MT1G", "text"),
    ],
)
def test_a_paper_is_found_by_all_that_is_known_of_it(seeds: Path, asked: str, symbol: str, kind: str) -> None:
    hits = search(seeds, asked)["hits"]
    found = {hit["symbol"]: hit for hit in hits}
    assert symbol in found
    assert found[symbol]["_match"]["kind"] == kind


def test_a_dataset_is_found_when_it_is_asked_for_and_only_then(seeds: Path) -> None:
    assert {hit["symbol"] for hit in search(seeds, "dataset:GTEx")["hits"]} == {"MT1H", "MT1HL1"}
    assert search(seeds, "GTEx")["hits"] == []
