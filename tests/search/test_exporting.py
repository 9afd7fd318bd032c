"""A whole answer, from one generation, whatever is published underneath."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.generations import generation_path
from index.publishing import remove_unused
from index.records import Reference
from search import BadRequest, Genes, open_index
from search.exporting import COLUMNS, rows
from search.page import Hit
from search.request import MAX_SIZE
from tests.making import gene, publish, says

MANY = 2 * MAX_SIZE + 7


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More genes than two pages hold."""
    folder = tmp_path_factory.mktemp("exporting")
    publish(folder, [gene(f"G{n}", f"Zinc {'zinc ' * (n % 7)}in generation1.") for n in range(MANY)])
    return folder


@pytest.fixture
def genes(index_dir: Path) -> Iterator[Genes]:
    with open_index(index_dir) as opened:
        yield opened


def test_every_hit_comes_once_in_the_order_of_the_search(genes: Genes) -> None:
    with genes.export("zinc") as export:
        hits = list(export)
    assert (export.total, export.size, len(hits)) == (MANY, MANY, MANY)
    pages: list[Hit] = []
    for start in range(0, MANY, MAX_SIZE):
        pages += genes.search("zinc", size=MAX_SIZE, start=start).hits
    assert hits == pages


@pytest.mark.parametrize("size", [0, 1, MAX_SIZE, MAX_SIZE + 1, MANY, MANY + 1])
def test_so_many_come_as_are_asked_for_and_the_total_is_told(genes: Genes, size: int) -> None:
    with genes.export("zinc", size=size) as export:
        hits = list(export)
    assert len(hits) == export.size == min(size, MANY)
    assert export.total == MANY


def test_order_and_filters_are_those_of_a_search(genes: Genes) -> None:
    with genes.export("zinc", filters=["symbol:G1*"], sort="-symbol") as export:
        symbols = [hit.symbol for hit in export]
    assert len(symbols) == len(set(symbols)) > MAX_SIZE
    assert symbols[:3] == [
        hit.symbol for hit in genes.search("zinc", filters=["symbol:G1*"], sort="-symbol", size=3).hits
    ]
    assert export.query.filters == ("symbol:G1*",)


def test_what_cannot_be_asked_is_said_before_anything_is_read(genes: Genes) -> None:
    for wrong in ({"sort": "nonsense"}, {"size": -1}, {"strict": True}):
        with pytest.raises(BadRequest):
            genes.export("zinc AND", **wrong)


def test_a_rebuild_underneath_neither_mixes_nor_breaks_it(tmp_path: Path) -> None:
    old = publish(tmp_path, [gene(f"G{n}", "Zinc of generation1.") for n in range(MANY)])
    with open_index(tmp_path) as genes:
        export = genes.export("zinc")
        reading = iter(export)
        first = next(reading)
        new = publish(tmp_path, [gene(f"G{n}", "Zinc of generation2.") for n in range(MANY + 5)])
        assert genes.search("zinc").index.digest == new
        remove_unused(tmp_path)
        hits = [first, *reading]
        assert len(hits) == MANY
        assert {line.sentence for hit in hits for line in hit.highlights} == {"Zinc of generation1."}
        assert export.index.digest == old
        remove_unused(tmp_path)
        assert not generation_path(tmp_path, old).exists()


@pytest.mark.parametrize("how", ["closed", "left", "never read", "forgotten"])
def test_whoever_stops_reading_lets_the_generation_go(tmp_path: Path, how: str) -> None:
    old = publish(tmp_path, [gene(f"G{n}", "Zinc.") for n in range(5)])
    with open_index(tmp_path) as genes:
        export = genes.export("zinc")
        reading = iter(export)
        publish(tmp_path, [gene("H", "Zinc.")])
        assert genes.search("zinc").total == 1
        remove_unused(tmp_path)
        assert generation_path(tmp_path, old).exists()
        if how == "never read":
            export.close()
        else:
            next(reading)
        if how == "closed":
            export.close()
            export.close()
        elif how == "left":
            reading.close()  # type: ignore[attr-defined]  # as a server closes a generator
        del reading
        gc.collect()
        remove_unused(tmp_path)
        assert not generation_path(tmp_path, old).exists()


def test_an_export_is_read_once(genes: Genes) -> None:
    with genes.export("zinc", size=1) as export:
        assert len(list(export)) == 1
        with pytest.raises(ValueError, match="once"):
            list(export)


@pytest.mark.parametrize("with_index", [False, True])
def test_an_export_that_is_closed_says_so(index_dir: Path, with_index: bool) -> None:
    opened = open_index(index_dir)
    unread, begun = opened.export("zinc"), opened.export("zinc")
    hits = iter(begun)
    next(hits)
    for export in (unread, begun):
        export.close()
    if with_index:
        opened.close()
    for reading in (iter(unread), hits):
        with pytest.raises(ValueError, match="closed"):
            next(reading)
    opened.close()


def test_memory_does_not_grow_with_the_answer(genes: Genes) -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        with genes.export("zinc", size=size) as export:
            for _ in export:
                pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(MANY)
    assert peak(MANY) < 1.5 * peak(MAX_SIZE)


def test_a_table_has_the_gene_in_every_row_and_a_row_for_a_gene_without_a_sentence(tmp_path: Path) -> None:
    papers = [Reference(1, None, "Zinc in cells", None, 2001, "10.1/a", "11"),
              Reference(2, None, "More zinc", None, 2002, None, "12")]  # fmt: skip
    publish(
        tmp_path,
        [
            gene(
                "AAA", says("Zinc here.", cited=[0, 1]), says("Zinc there.", "go", by="ai"), references=papers
            ),
            gene("BBB", "Nothing of it."),
        ],
    )
    with open_index(tmp_path) as genes, genes.export("zinc") as export:
        header, *table = rows(export)
    assert header == COLUMNS
    told = [dict(zip(COLUMNS, row, strict=True)) for row in table]
    assert {(row["rank"], row["symbol"], row["_id"]) for row in told} == {(1, "AAA", "NCBIGene:AAA")}
    by_sentence = {row["sentence"]: row for row in told}
    assert by_sentence["Zinc here."]["pmids"] == ("11", "12")
    assert by_sentence["Zinc here."]["dois"] == ("10.1/a",)
    assert by_sentence["Zinc there."]["provenance"] == "ai"
    with open_index(tmp_path) as genes, genes.export("NOT zinc") as export:
        (row,) = list(rows(hit for hit in export))[1:]
        assert row[2] == "BBB"
