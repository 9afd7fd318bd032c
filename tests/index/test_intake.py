"""Reading: what stays in memory, and what is written of each file."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from index.discover import find
from index.intake import Intake, read
from index.spool import SpoolReader
from index.workers import Workers
from tests.index.conftest import PageWriter

LONG = "It binds zinc in the cell, as many have told. " * 4000


def intake_of(folder: Path, spools: Path, processes: int = 1) -> Intake:
    spools.mkdir()
    with Workers(processes) as workers:
        return read(find([folder]).taken, spools, workers)


def peak(folder: Path, spools: Path) -> int:
    """Most bytes in use while the pages of a folder are read."""
    tracemalloc.start()
    try:
        intake_of(folder, spools)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_twelve_long_pages_take_hardly_more_memory_than_one(tmp_path: Path, write_page: PageWriter) -> None:
    write_page(tmp_path / "one", "AAA0", 1, LONG)
    for number in range(12):
        write_page(tmp_path / "many", f"AAA{number}", number + 1, LONG)
    one = peak(tmp_path / "one", tmp_path / "spools-one")
    many = peak(tmp_path / "many", tmp_path / "spools-many")
    assert one > 2 * len(LONG)
    assert many < 1.2 * one


@pytest.mark.parametrize("processes", [1, 2])
def test_records_come_back_from_their_spools_as_they_were_read(
    tmp_path: Path, write_page: PageWriter, processes: int
) -> None:
    for number in range(5):
        write_page(tmp_path / "in", f"AAA{number}", number + 1, f"Sentence {number} binds zinc.")
    intake = intake_of(tmp_path / "in", tmp_path / "spools", processes)
    reader = SpoolReader(tmp_path / "spools")
    records = reader.records(head.place for head in intake.heads)
    reader.close()
    for head, record in zip(intake.heads, records, strict=True):
        assert (head.source, head.identifiers, head.names) == (
            record.source,
            record.identifiers,
            record.names,
        )
        number = int(head.identifiers[0].value) - 1
        assert f"Sentence {number} binds zinc." in record.sections[0].text
    assert len(records) == 5


def test_several_processes_read_what_one_reads(tmp_path: Path, write_page: PageWriter) -> None:
    for number in range(5):
        write_page(tmp_path / "in", f"AAA{number}", number + 1, "It binds zinc.")
    (tmp_path / "in" / "papers.tsv").write_text(
        "#tax_id\tGeneID\tPubMed_ID\n9606\t1\t7\n9606\tx\t8\n", "utf-8"
    )
    one = intake_of(tmp_path / "in", tmp_path / "one")
    two = intake_of(tmp_path / "in", tmp_path / "two", processes=2)
    assert two.problems == one.problems
    assert two.files == one.files
    assert [head.digest for head in two.heads] == [head.digest for head in one.heads]
    (papers,) = (file for file in one.files if file.format == "ncbi-gene2pubmed")
    assert (papers.read, papers.set_aside) == (1, 1)
