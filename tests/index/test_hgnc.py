"""HGNC's complete set and its withdrawn symbols."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import (
    Fact,
    GeneRecord,
    Identifier,
    Item,
    Name,
    Problem,
    Source,
    Tally,
    WithdrawnSymbol,
)
from index.sources import hgnc_complete_set, hgnc_withdrawn

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "public"
HUMAN = ROOT / "data" / "human"
COMPLETE = (SAMPLES / "hgnc_complete_set.tsv").read_bytes()
WITHDRAWN = (SAMPLES / "withdrawn.tsv").read_bytes()
HGNC = Source("HGNC", "curated")


def complete(data: bytes) -> list[Item]:
    items = hgnc_complete_set.parse(io.BytesIO(data), "set.tsv")
    return [item for item in items if not isinstance(item, Tally)]


def withdrawn(data: bytes) -> list[Item]:
    return list(hgnc_withdrawn.parse(io.BytesIO(data), "withdrawn.tsv"))


def records(data: bytes) -> Iterator[GeneRecord]:
    for item in complete(data):
        assert isinstance(item, GeneRecord)
        yield item


def spellings(record: GeneRecord, kind: str) -> list[str]:
    return [name.spelling for name in record.names if name.kind == kind]


def test_an_approved_gene_becomes_a_record_with_all_that_hgnc_says_of_it() -> None:
    assert complete(COMPLETE)[0] == GeneRecord(
        source=HGNC,
        identifiers=(
            Identifier("hgnc", "7400"),
            Identifier("ncbigene", "4496"),
            Identifier("ensembl", "ENSG00000205358"),
            Identifier("uniprot", "P80294"),
            Identifier("omim", "156354"),
            Identifier("refseq", "NM_005951"),
        ),
        names=(Name("symbol", "MT1H"), Name("name", "metallothionein 1H"), Name("alias", "MT1")),
        facts=(
            Fact("family", "Metallothioneins", HGNC, "HGNC.group:638"),
            Fact("location", "16q13", HGNC),
            Fact("locus_type", "gene with protein product", HGNC),
        ),
    )


def test_quoted_cells_are_split_and_their_doubled_quotes_and_entities_resolved() -> None:
    gene = complete(COMPLETE)[1]
    assert isinstance(gene, GeneRecord)
    assert spellings(gene, "alias") == ["UBE1X", "POC20", "CFAP124"]
    assert spellings(gene, "previous_symbol") == ["A1S9T", "UBE1", "GXP1"]
    assert spellings(gene, "alias_name") == ['POC20 centriolar protein "homolog"', "ring β & R&D"]
    assert spellings(gene, "previous_name") == ['a "quoted" name', "another"]
    assert Identifier("uniprot", "Q5JRR9") in gene.identifiers
    assert [fact.key for fact in gene.facts if fact.field == "family"] == [
        "HGNC.group:100",
        "HGNC.group:2000",
    ]


def test_quotes_inside_a_name_are_part_of_it_and_an_entrez_id_may_be_absent() -> None:
    gene = complete(COMPLETE)[2]
    assert isinstance(gene, GeneRecord)
    assert gene.first("name") == '"half quoted" name'
    assert gene.identifiers == (Identifier("hgnc", "5412"),)


def test_an_entry_that_is_not_approved_is_no_gene_and_is_tallied() -> None:
    assert [record.first("symbol") for record in records(COMPLETE)] == ["MT1H", "UBA1", "IFNA1-X"]
    *_, told = hgnc_complete_set.parse(io.BytesIO(COMPLETE), "set.tsv")
    assert told == Tally(3, {"not approved": COMPLETE.count(b"Withdrawn")})


def test_an_entry_of_no_known_status_is_set_aside_and_not_passed_over() -> None:
    for status in (b"Approwed", b"status"):
        problem, *rest = complete(COMPLETE.replace(b"\tApproved\t16q13", b"\t" + status + b"\t16q13"))
        assert isinstance(problem, Problem)
        assert (problem.line, problem.severity) == (2, "set_aside")
        assert rest == complete(COMPLETE)[1:]


def test_line_ends_a_byte_order_mark_and_added_columns_make_no_difference() -> None:
    widened = b"".join(b"new\t" + line for line in COMPLETE.splitlines(keepends=True))
    assert complete(b"\xef\xbb\xbf" + COMPLETE.replace(b"\n", b"\r\n")) == complete(COMPLETE)
    assert complete(widened) == complete(COMPLETE)


def test_the_preamble_dates_every_record() -> None:
    dated = b"## edition: 2024-10-18\n## licence: CC0 1.0\n" + COMPLETE
    assert hgnc_complete_set.edition(dated.decode()) == "2024-10-18"
    assert hgnc_complete_set.edition(COMPLETE.decode()) == ""
    assert {record.source.date for record in records(dated)} == {"2024-10-18"}


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (COMPLETE.replace(b"\tentrez_id", b"\tentrez"), 1, "has no column entrez_id"),
        (b"", None, "holds no header line"),
        (b"\xff\n", 1, "not UTF-8"),
    ],
)
def test_a_file_without_what_it_must_hold_is_one_problem(data: bytes, line: int | None, reason: str) -> None:
    (problem,) = complete(data)
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line) == ("set.tsv", line)
    assert problem.reason.startswith(reason)


@pytest.mark.parametrize(
    ("old", "new", "reason", "severity"),
    [
        (b"HGNC:7400", b"HGNC-7400", "no HGNC id", "set_aside"),
        (b"\tMT1H\t", b"\t\t", "no HGNC id", "set_aside"),
        (b"\t16q13\t", b"\t", "has 18 cells where the header names 19", "set_aside"),
        (b"16q13", b"16\xff13", "not UTF-8", "set_aside"),
        (b"\t4496\t", b"\t4496x\t", "entrez_id is no number", "warning"),
        (b"\t638\t", b"\t638|639\t", "gene_group_id has not one id a group", "warning"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(
    old: bytes, new: bytes, reason: str, severity: str
) -> None:
    items = complete(COMPLETE.replace(old, new, 1))
    problem = items[0]
    assert isinstance(problem, Problem)
    assert (problem.line, problem.severity) == (2, severity)
    assert problem.reason.startswith(reason)
    assert items[-2:] == complete(COMPLETE)[1:]


def test_withdrawn_symbols_keep_every_successor() -> None:
    assert withdrawn(WITHDRAWN) == [
        WithdrawnSymbol("6", "A1S9T", (("12469", "UBA1"),)),
        WithdrawnSymbol("3", "A12M3", ()),
        WithdrawnSymbol("1531", "CBBM", (("4206", "OPN1MW"), ("9936", "OPN1LW"))),
        WithdrawnSymbol("231", "ADCR", (("12797", "WT2"),)),
    ]


def test_a_successor_that_cannot_be_read_is_left_out_with_a_warning() -> None:
    problem, symbol = withdrawn(WITHDRAWN.replace(b"HGNC:12469|", b"HGNC:|"))[:2]
    assert isinstance(problem, Problem)
    assert (problem.line, problem.severity) == (2, "warning")
    assert symbol == WithdrawnSymbol("6", "A1S9T", ())


def test_a_withdrawn_entry_without_an_id_is_set_aside() -> None:
    problem, *rest = withdrawn(WITHDRAWN.replace(b"HGNC:6\t", b"6 \xc2\xb2\t"))
    assert isinstance(problem, Problem)
    assert rest == withdrawn(WITHDRAWN)[1:]


def test_a_missing_column_of_withdrawn_symbols_is_one_problem() -> None:
    (problem,) = withdrawn(WITHDRAWN.replace(b"MERGED_INTO_REPORT", b"MERGED"))
    assert isinstance(problem, Problem)
    assert "MERGED_INTO_REPORT" in problem.reason


def test_each_claims_its_own_header_only() -> None:
    assert hgnc_complete_set.claims(COMPLETE.decode())
    assert hgnc_complete_set.claims("\ufeff## edition: 2024\r\n" + COMPLETE.decode().replace("\n", "\r\n"))
    assert hgnc_withdrawn.claims(WITHDRAWN.decode())
    assert not hgnc_complete_set.claims(WITHDRAWN.decode())
    assert not hgnc_withdrawn.claims(COMPLETE.decode())
    assert not hgnc_complete_set.claims("a text about hgnc_id, symbol and name\n")


@given(st.sampled_from([COMPLETE, WITHDRAWN]), st.integers(0, 900), st.integers(0, 255), st.booleans())
def test_damage_never_raises_and_costs_its_line_only(data: bytes, at: int, byte: int, cut: bool) -> None:
    at %= len(data)
    damaged = data[:at] if cut else data[:at] + bytes([byte]) + data[at + 1 :]
    parse = complete if data is COMPLETE else withdrawn
    items = parse(damaged)
    header = data.index(b"\n")
    before = data.count(b"\n", header + 1, at)
    assert items[:before] == parse(data)[:before] or at <= header


def test_the_shipped_set_holds_every_gene_and_is_read_without_a_problem() -> None:
    genes = 0
    with gzip.open(HUMAN / "hgnc_complete_set.tsv.gz") as packed:
        for item in hgnc_complete_set.parse(io.BufferedReader(packed), "hgnc_complete_set.tsv.gz"):
            assert isinstance(item, GeneRecord)
            assert item.source.date == "2024-10-18"
            genes += 1
    assert genes == 43_882


def test_the_shipped_withdrawn_symbols_are_complete() -> None:
    with gzip.open(HUMAN / "withdrawn.tsv.gz") as stream:
        items = withdrawn(stream.read())
    assert [type(item) for item in items] == [WithdrawnSymbol] * 5_176
