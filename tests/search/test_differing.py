"""What a rebuild changed for some queries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.generations import generation_path
from index.records import Provenance, Reference
from search import BadRequest, IndexUnavailable, open_index
from search.differing import Difference, difference, open_told
from tests.making import gene, publish, says

BEFORE = [
    gene("AAA", "Zinc zinc zinc binds.", papers=5000),
    gene("BBB", "Zinc and some other things are named here."),
    gene("CCC", "Zinc was once said to be here and there and not seen since."),
]
AFTER = [
    gene("AAA", "Zinc zinc zinc binds now.", papers=5000),
    gene("BBB", "Zinc and some other things are named here."),
    gene("DDD", "Zinc came.", papers=3000),
]


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    publish(tmp_path / "old", BEFORE)
    publish(tmp_path / "new", AFTER)
    return tmp_path / "old", tmp_path / "new"


def compared(old: Path, new: Path, *queries: str, size: int = 10) -> Difference:
    with open_index(old) as before, open_index(new) as after:
        return difference(before, after, queries, size)


def test_genes_gained_lost_and_moved_and_other_sentences_are_told(both: tuple[Path, Path]) -> None:
    told = compared(*both, "zinc", "nosuchword")
    zinc, nothing = told.queries
    assert (zinc.same, zinc.total) == (False, (3, 3))
    assert [place.symbol for place in zinc.gained] == ["DDD"]
    assert [place.symbol for place in zinc.lost] == ["CCC"]
    assert [(gene.symbol, gene.old, gene.new) for gene in zinc.sentences] == [
        ("AAA", "Zinc zinc zinc binds.", "Zinc zinc zinc binds now.")
    ]
    assert [(move.symbol, move.old, move.new) for move in zinc.moved] == [("BBB", 2, 3)]
    assert (nothing.same, nothing.total) == (True, (0, 0))
    assert (told.identical, told.changed) == (1, 1)
    assert told.old.digest != told.new.digest


def test_only_the_first_hits_are_looked_at_closely(both: tuple[Path, Path]) -> None:
    (zinc,) = compared(*both, "zinc", size=1).queries
    assert zinc.moved == ()
    assert [gene.symbol for gene in zinc.sentences] == ["AAA"]
    (zinc,) = compared(*both, "zinc", size=0).queries
    assert (zinc.moved, zinc.sentences, zinc.same) == ((), (), False)


def test_other_papers_other_sources_and_what_changed_further_behind_are_changes(tmp_path: Path) -> None:
    def published(name: str, pmid: str, by: Provenance, last: str) -> None:
        publish(
            tmp_path / name,
            [
                gene(
                    "AAA",
                    says("Zinc zinc zinc.", cited=[0]),
                    references=[Reference(1, pmid=pmid)],
                    papers=900,
                ),
                gene("BBB", says("Zinc zinc here.", by=by), papers=90),
                gene("CCC", f"Zinc is here and there and elsewhere too, as {last} said."),
            ],
        )

    published("old", "11", "curated", "one")
    published("new", "12", "ai", "two")
    (zinc,) = compared(tmp_path / "old", tmp_path / "new", "zinc", size=2).queries
    assert {one.symbol: one.changed for one in zinc.sentences} == {
        "AAA": ("papers",),
        "BBB": ("provenance", "source"),
    }
    assert all(one.old == one.new for one in zinc.sentences)
    assert (zinc.same, zinc.moved, zinc.further) == (False, (), 1)
    (zinc,) = compared(tmp_path / "old", tmp_path / "new", "zinc", size=0).queries
    assert (zinc.same, zinc.sentences, zinc.further) == (False, (), 3)


def test_the_same_index_answers_the_same(both: tuple[Path, Path]) -> None:
    told = compared(both[0], both[0], "zinc", "AAA", "", '"zinc', "NOT zinc")
    assert (told.identical, told.changed) == (5, 0)


def test_an_index_a_generation_a_copy_of_one_and_a_digest_may_be_told(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    old = publish(index_dir, BEFORE)
    copy = tmp_path / "before the rebuild"
    shutil.copytree(generation_path(index_dir, old), copy)
    with open_index(index_dir):  # who reads it keeps it
        new = publish(index_dir, AFTER)
        for told in (copy, generation_path(index_dir, old), old, old[:8], old[:8].upper()):
            with open_told(str(told), index_dir) as genes:
                assert genes.metadata().index.digest == old
                assert genes.search("zinc").index.digest == old
        with open_told(str(index_dir), tmp_path / "elsewhere") as genes:
            assert genes.metadata().index.digest == new


def test_a_generation_opened_by_itself_stays_that_one(tmp_path: Path) -> None:
    old = publish(tmp_path, BEFORE)
    with open_told(old, tmp_path) as genes:
        publish(tmp_path, AFTER)
        assert genes.search("zinc").index.digest == old


@pytest.mark.parametrize("told", ["", ".", "nonsense", "abcdef", "../..", "*", "abcdef*", "0" * 64])
def test_what_is_no_index_is_told(tmp_path: Path, told: str) -> None:
    publish(tmp_path / "index", BEFORE)
    with pytest.raises(BadRequest, match="neither"):
        open_told(told, tmp_path / "index")


def test_a_damaged_generation_does_not_answer(tmp_path: Path) -> None:
    digest = publish(tmp_path, BEFORE)
    (generation_path(tmp_path, digest) / "manifest.json").write_text("{}")
    with pytest.raises(IndexUnavailable):
        open_told(digest, tmp_path)
