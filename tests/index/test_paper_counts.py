"""Our own table of papers a gene."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import GeneRecord, Identifier, Item, Problem, Source
from index.sources import paper_counts

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = (ROOT / "tests" / "samples" / "public" / "gene_papers.tsv").read_bytes()
SHIPPED = ROOT / "data" / "human" / "gene_papers.tsv.gz"


def counts(data: bytes) -> list[Item]:
    return list(paper_counts.parse(io.BytesIO(data), "papers.tsv"))


def test_a_row_becomes_a_record_of_numbers_alone() -> None:
    source = Source("NCBI Gene", "curated", "2022-09")
    assert counts(SAMPLE) == [
        GeneRecord(source=source, identifiers=(Identifier("ncbigene", "4496"),), papers=3, popularity=1.333),
        GeneRecord(source=source, identifiers=(Identifier("ncbigene", "7317"),), papers=1, popularity=0.333),
    ]


@pytest.mark.parametrize("weight", [b"nan", b"inf", b"-1", b"1e5", b"", b"\xc2\xb2", b"9" * 400])
def test_a_weight_that_is_no_plain_number_sets_the_row_aside(weight: bytes) -> None:
    problem, rest = counts(SAMPLE.replace(b"1.333", weight))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason.partition(";")[0]) == (4, "a cell is no number")
    assert rest == counts(SAMPLE)[1]


def test_a_missing_column_is_one_problem() -> None:
    (problem,) = counts(SAMPLE.replace(b"weight", b"heavy"))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason.partition(";")[0]) == (3, "has no column weight")


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    assert counts(b"\xef\xbb\xbf" + SAMPLE.replace(b"\n", b"\r\n")) == counts(SAMPLE)


def test_it_claims_its_own_header_and_tells_its_edition() -> None:
    assert paper_counts.claims(SAMPLE.decode())
    assert not paper_counts.claims("#tax_id\tGeneID\tPubMed_ID\n9606\t1\t2\n")
    assert paper_counts.edition(SAMPLE.decode()) == "2022-09"


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.booleans())
def test_damage_never_raises(at: int, byte: int, cut: bool) -> None:
    damaged = SAMPLE[:at] if cut else SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    assert all(isinstance(item, GeneRecord | Problem) for item in counts(damaged))


def test_the_shipped_counts_are_read_without_a_problem() -> None:
    with gzip.open(SHIPPED) as stream:
        items = counts(stream.read())
    assert [type(item) for item in items] == [GeneRecord] * 32_536
    assert items[10_000] == GeneRecord(
        source=Source("NCBI Gene", "curated", "2022-09"),
        identifiers=(Identifier("ncbigene", "27339"),),
        papers=218,
        popularity=27.769,
    )
