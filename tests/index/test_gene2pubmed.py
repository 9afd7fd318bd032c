"""NCBI's gene2pubmed: pairs of numbers, converted by the block and judged by the line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import PaperLinks, Problem
from index.sources import FORMATS, ncbi_gene2pubmed, recognise

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "tests" / "samples" / "public"
REAL = ROOT.parent / "shared" / "corpus" / "ncbi" / "gene2pubmed.gz"
SAMPLE = (PUBLIC / "gene2pubmed.tsv").read_bytes()
HEADER = b"#tax_id\tGeneID\tPubMed_ID\n"
MOST_PAIRS = 256 * 1024
MANY = 60_000
"""Rows of more than one block."""

Pair = tuple[int, int]

needs_real = pytest.mark.skipif(not REAL.is_file(), reason="the publisher's file is not at hand")


def pairs_of(blocks: Iterable[PaperLinks | Problem]) -> list[Pair]:
    found: list[Pair] = []
    for block in blocks:
        if isinstance(block, PaperLinks):
            genes, papers = (np.frombuffer(column, "<u4").tolist() for column in (block.genes, block.papers))
            found.extend(zip(genes, papers, strict=True))
    return found


def items(data: bytes) -> list[PaperLinks | Problem]:
    found = list(ncbi_gene2pubmed.parse(io.BytesIO(data), "links.tsv"))
    assert all(isinstance(item, PaperLinks | Problem) for item in found)
    return [item for item in found if isinstance(item, PaperLinks | Problem)]


def read(data: bytes) -> tuple[list[Pair], list[Problem]]:
    found = items(data)
    return pairs_of(found), [item for item in found if isinstance(item, Problem)]


def rows(pairs: Iterable[Pair]) -> bytes:
    return b"".join(b"9606\t%d\t%d\n" % pair for pair in pairs)


def numbered(many: int) -> list[Pair]:
    return [(gene, gene * 7 % 4_000_000_000) for gene in range(1, many + 1)]


def test_a_row_becomes_a_pair_of_numbers_in_the_order_of_the_file() -> None:
    pairs, problems = read(SAMPLE)
    assert not problems
    assert len(pairs) == SAMPLE.count(b"\n") - 1 == 107
    assert pairs[:3] == [(4496, 1), (4496, 2), (7317, 2)]
    assert pairs[-2] == (20099, 5)


def test_a_block_holds_each_pair_in_eight_bytes_and_no_more_than_256_k_of_them() -> None:
    shortest = HEADER + b"1\t1\t1\n" * (MOST_PAIRS + 1)
    blocks = [block for block in items(shortest) if isinstance(block, PaperLinks)]
    assert sum(len(block.papers) // 4 for block in blocks) == MOST_PAIRS + 1
    assert all(len(block.genes) == len(block.papers) <= 4 * MOST_PAIRS for block in blocks)


@pytest.mark.parametrize("largest", [2**31, 2**32 - 1])
def test_numbers_of_32_bits_are_kept(largest: int) -> None:
    assert read(HEADER + rows([(largest, largest)])) == ([(largest, largest)], [])


BAD = [
    (b"9606\tx\t5", "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t7\t-", "tax_id, GeneID or PubMed_ID is no number"),
    (b"-\t7\t5", "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t\t5", "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t-7\t5", "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t 7\t5", "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t7\t5.0", "tax_id, GeneID or PubMed_ID is no number"),
    ("9606\t7\t٣".encode(), "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t7\t" + b"9" * 5000, "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t7\t4294967296", "GeneID or PubMed_ID is larger than 4294967295"),
    (b"9606\t4294967296\t5", "GeneID or PubMed_ID is larger than 4294967295"),
    (b"9606\t7", "has 2 cells where the header names 3"),
    (b"9606 7 5", "has 1 cells where the header names 3"),
    (b"9606\t7\t5\t9", "has 4 cells where the header names 3"),
    (HEADER.strip(), "tax_id, GeneID or PubMed_ID is no number"),
    (b"9606\t7\t5\xff", "not UTF-8"),
    (b"9606\t7\t5\0", "holds NUL bytes"),
    (b"9606\t7\t" + b"5" * 1024 * 1024, "line longer than 1024 KB"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
@pytest.mark.parametrize("place", [0, 1, MANY - 9, MANY])
def test_a_bad_line_is_named_by_its_number_and_all_others_are_read(
    line: bytes, reason: str, place: int
) -> None:
    pairs = numbered(MANY)
    data = HEADER + rows(pairs[:place]) + line + b"\n" + rows(pairs[place:])
    found, (problem,) = read(data)
    assert (problem.file, problem.line, problem.severity) == ("links.tsv", place + 2, "set_aside")
    assert problem.reason.startswith(reason)
    assert found == pairs


def test_every_line_of_another_table_in_the_middle_is_named() -> None:
    pairs = numbered(MANY)
    other = b"9606\t1\tGO:0008270\tIDA\n" * 20_000
    found, problems = read(HEADER + rows(pairs) + other + rows(pairs))
    assert found == pairs * 2
    assert [problem.line for problem in problems] == list(range(MANY + 2, MANY + 2 + 20_000))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_columns_in_another_order_give_the_same_pairs(order: tuple[int, int, int]) -> None:
    lines = [line.split(b"\t") for line in SAMPLE.removeprefix(b"#").splitlines()]
    data = b"#" + b"".join(b"\t".join(cells[at] for at in order) + b"\n" for cells in lines)
    assert read(data) == read(SAMPLE)


def test_more_columns_are_passed_over() -> None:
    lines = SAMPLE.splitlines()
    more = b"\n".join([lines[0] + b"\tnote", *[line + b"\ta, b" for line in lines[1:]], b""])
    assert read(more) == read(SAMPLE)


def test_line_ends_a_byte_order_mark_and_blank_lines_make_no_difference() -> None:
    pairs = numbered(MANY)
    data = HEADER + rows(pairs)
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == (pairs, [])
    assert read(b"\n \n" + HEADER + b"\n" + rows(pairs) + b"\n") == (pairs, [])


def test_a_last_line_without_an_end_is_read_with_a_warning_that_the_file_may_be_cut() -> None:
    for data in (SAMPLE[:-1], SAMPLE[:-1] + b"\r"):
        pairs, (problem,) = read(data)
        assert pairs == read(SAMPLE)[0]
        assert (problem.line, problem.severity) == (108, "warning")


def test_a_gzip_that_is_cut_gives_what_stood_before_and_says_where_it_ends(tmp_path: Path) -> None:
    pairs = numbered(MANY)
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(HEADER + rows(pairs))[:-5000])
    with gzip.open(path) as stream:
        found = list(ncbi_gene2pubmed.parse(io.BufferedReader(stream), "cut.gz"))
    *blocks, problem = found
    read_before = pairs_of(block for block in blocks if isinstance(block, PaperLinks | Problem))
    assert pairs[: len(read_before)] == read_before
    assert len(read_before) > MANY / 2
    assert isinstance(problem, Problem)
    assert problem.line == len(read_before) + 2


def test_lines_before_the_header_are_passed_over_and_tell_the_edition() -> None:
    data = b"## edition: 2022-09-01\n## origin: the publisher\n" + SAMPLE
    assert read(data) == read(SAMPLE)
    assert ncbi_gene2pubmed.edition(data.decode()) == "2022-09-01"
    _, (problem,) = read(data.replace(b"\t7317\t", b"\tx\t"))
    assert problem.line == 6


def test_an_edition_that_is_no_date_is_warned_of_as_in_every_table() -> None:
    pairs, (problem,) = read(b"## edition: soon\n" + SAMPLE)
    assert pairs == read(SAMPLE)[0]
    assert (problem.line, problem.severity) == (1, "warning")


def test_a_bad_line_above_the_header_costs_no_row() -> None:
    pairs, (problem,) = read(b"## origin: \xff\n" + SAMPLE)
    assert pairs == read(SAMPLE)[0]
    assert (problem.line, problem.severity) == (1, "set_aside")


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (SAMPLE.replace(b"PubMed_ID", b"PubMedID"), 1, "has no column PubMed_ID"),
        (SAMPLE.replace(b"GeneID", b"Gene"), 1, "has no column GeneID"),
        (b"## edition: 2022\n" + SAMPLE.replace(b"tax_id", b"taxon"), 2, "has no column tax_id"),
        (SAMPLE.replace(b"\n", b"\tGeneID\n", 1), 1, "names the column GeneID twice"),
        (SAMPLE.replace(b"\n", b"\tmore\n", 1), 1, "none of the 100 lines below this header fits it"),
        (SAMPLE.replace(b"#", b"\xff", 1), 1, "not UTF-8"),
        (b"", None, "holds no header line"),
        (b"\n## edition: 2022\n\n", None, "holds no header line"),
    ],
)
def test_a_header_that_cannot_be_read_is_one_problem(data: bytes, line: int | None, reason: str) -> None:
    pairs, (problem,) = read(data)
    assert not pairs
    assert (problem.line, problem.severity) == (line, "set_aside")
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize("below", [b"", b"\n\n"])
def test_a_header_without_a_row_is_warned_of(below: bytes) -> None:
    pairs, (problem,) = read(HEADER + below)
    assert not pairs
    assert (problem.line, problem.severity) == (1, "warning")
    assert problem.reason.startswith("holds no row")


def test_no_other_format_claims_it_nor_it_another() -> None:
    assert [fmt.name for fmt in FORMATS if fmt.claims(SAMPLE.decode())] == ["ncbi-gene2pubmed"]
    for path in PUBLIC.iterdir():
        found = recognise(path.read_text("utf-8"))
        assert (found is not None and found.name == "ncbi-gene2pubmed") == (path.name == "gene2pubmed.tsv")


@pytest.mark.parametrize("column", ["tax_id", "GeneID", "PubMed_ID"])
def test_a_header_with_one_damaged_name_is_still_claimed_to_be_told_of(column: str) -> None:
    assert ncbi_gene2pubmed.claims(SAMPLE.decode().replace(column, "x" + column))


@pytest.mark.parametrize(
    "header",
    [
        "#tax_id\tGeneID\tstatus\tRNA_nucleotide_accession.version",
        "#tax_id\tGeneID\tpapers\tweight",
        "#tax_id\tGeneID",
        "PubMed_ID\ttitle\tyear",
    ],
)
def test_other_tables_of_genes_or_papers_are_not_claimed(header: str) -> None:
    assert not ncbi_gene2pubmed.claims(header + "\n")


CELL = st.one_of(
    st.integers(0, 2**33).map(str),
    st.sampled_from(["", "-", "x", "007", "9" * 11, "9" * 30, " 5", "٣", "1e3"]),
)
LINE = st.lists(CELL, min_size=2, max_size=4).map("\t".join)


def oracle(line: str) -> Pair | None:
    """What a line says, by a reader that knows nothing of blocks."""
    cells = line.split("\t")
    if len(cells) != 3 or not all(cell.isascii() and cell.isdigit() and len(cell) <= 18 for cell in cells):
        return None
    pair = int(cells[1]), int(cells[2])
    return pair if max(pair) < 2**32 else None


@given(st.lists(LINE), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_line_is_a_pair_or_a_problem(lines: list[str], end: str, ended: bool) -> None:
    expected = [oracle(line) for line in lines]
    good = [f"1\t{gene}\t{paper}" for gene, paper in enumerate(range(50))]
    data = end.join([HEADER.decode().strip(), *good, *lines]) + (end if ended else "")
    pairs, problems = read(data.encode())
    assert pairs[50:] == [pair for pair in expected if pair]
    aside = [problem.line for problem in problems if problem.severity == "set_aside"]
    assert aside == [number for number, pair in enumerate(expected, 52) if pair is None]


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.booleans())
def test_damage_never_raises_and_costs_its_line_only(at: int, byte: int, cut: bool) -> None:
    damaged = SAMPLE[:at] if cut else SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    pairs, problems = read(damaged)
    before = SAMPLE.count(b"\n", SAMPLE.index(b"\n") + 1, at)
    if at <= SAMPLE.index(b"\n"):
        assert pairs == read(SAMPLE)[0] or not pairs
    else:
        assert set(pairs) >= set(read(SAMPLE)[0][:before])
        assert cut or len(pairs) + len(problems) in (106, 107, 108)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    read(data)
    read(HEADER + data)
    read(HEADER + rows([(1, 2)]) + data)


MIXED = st.lists(
    st.tuples(st.sampled_from([10090, 9606, 4]), st.integers(1, 99), st.integers(1, 99)), min_size=1
)


@given(MIXED, st.sampled_from([b"", b"9606\tx\t5\n"]))
def test_rows_of_several_species_give_a_block_of_each_in_the_order_in_which_they_come(
    rows_read: list[tuple[int, int, int]], bad: bytes
) -> None:
    """Both where a block is converted as a whole and where a bad line has it read line by line."""
    data = HEADER + b"".join(b"%d\t%d\t%d\n" % row for row in rows_read) + bad
    blocks = [item for item in items(data) if isinstance(item, PaperLinks)]
    found = {block.taxon: pairs_of([block]) for block in blocks}
    expected: dict[int, list[Pair]] = {}
    for taxon, gene, paper in rows_read:
        expected.setdefault(taxon, []).append((gene, paper))
    assert found == expected
    assert list(found) == [block.taxon for block in blocks] == list(expected)


@needs_real
def test_the_published_file_holds_1793637_pairs() -> None:
    with gzip.open(REAL) as packed:
        blocks = list(ncbi_gene2pubmed.parse(io.BufferedReader(packed), REAL.name))
    assert {type(block) for block in blocks} == {PaperLinks}
    assert {block.taxon for block in blocks if isinstance(block, PaperLinks)} == {9606}
    pairs = pairs_of(block for block in blocks if isinstance(block, PaperLinks))
    assert len(pairs) == 1_793_637
    assert (pairs[0], pairs[1_000_000], pairs[-1]) == ((1, 2591067), (7248, 26873267), (126807633, 35650434))
