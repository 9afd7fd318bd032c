"""Every name leads to its gene: 3,000 of the names in data/human, read by another reader."""

from __future__ import annotations

import random

import pytest

from benchmarks.names import KINDS, Expected, expected_names, wrong
from search import Genes
from tests.running import ROOT

NAMES = 3000


@pytest.fixture(scope="module")
def names() -> list[Expected]:
    return expected_names(ROOT / "data" / "human")


def test_a_seeded_choice_of_names_finds_its_genes_with_the_right_kind_and_all_owners(
    genes: Genes, names: list[Expected]
) -> None:
    chosen = random.Random(4).sample(names, NAMES)  # noqa: S311
    assert {*KINDS[:3], "gone"} <= {expected.kind for expected in chosen}
    failed = {one.name: reason for one in chosen if (reason := wrong(genes, one))}
    assert failed == {}


def test_the_most_shared_names_and_the_rarest_kind_find_theirs_too(
    genes: Genes, names: list[Expected]
) -> None:
    shared = sorted(names, key=lambda one: -len(one.owners))[:25]
    withdrawn = [one for one in names if one.kind == "withdrawn"]
    failed = {one.name: reason for one in (*shared, *withdrawn) if (reason := wrong(genes, one))}
    assert failed == {}
    assert len(shared[0].owners) > 10
    assert withdrawn


@pytest.mark.parametrize(
    ("asked", "symbol", "kind"),
    [
        ("ENSG00000205358.4", "MT1H", "identifier"),
        ("HGNC:7400", "MT1H", "identifier"),
        ("GeneID:4496", "MT1H", "identifier"),
        ("4496", "MT1H", "identifier"),
        ("P80294", "MT1H", "identifier"),
        ("uniprot:P80294", "MT1H", "identifier"),
        ("OMIM:156354", "MT1H", "identifier"),
        ("NM_005951", "MT1H", "identifier"),
        ("PARK2", "PRKN", "previous_symbol"),
    ],
)
def test_an_identifier_of_any_kind_finds_its_gene(genes: Genes, asked: str, symbol: str, kind: str) -> None:
    first = genes.search(asked, size=1).hits[0]
    assert (first.symbol, first.match.kind) == (symbol, kind)


def test_the_reason_says_what_became_of_a_withdrawn_symbol(genes: Genes) -> None:
    assert genes.search("PARK2", size=1).hits[0].match.reason == "PARK2: previous symbol of PRKN"
    gone = genes.search("A12M1", size=1).query.withdrawn
    assert [told.reason for told in gone] == ["A12M1: withdrawn without a successor"]
