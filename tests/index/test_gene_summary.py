"""NCBI's gene_summary: a paragraph for each gene, attributed as the pages attribute theirs."""

from __future__ import annotations

import gzip
import io
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.flatten import Gene, flatten
from index.mentioning import Mentioning
from index.mentions import Annotator, prepare
from index.records import GeneLink, GeneRecord, Identifier, Item, Problem, Section, Sentence, Source
from index.sources import FORMATS, harmonizome_text, ncbi_gene_summary, recognise
from tests.index.conftest import page_text

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "tests" / "samples" / "public"
REAL = ROOT.parent / "shared" / "corpus" / "ncbi" / "gene_summary.gz"
SAMPLE = (PUBLIC / "gene_summary.tsv").read_bytes()
HEADER = b"#tax_id\tGeneID\tSource\tSummary\n"
REFSEQ = Source("RefSeq", "curated")

needs_real = pytest.mark.skipif(not REAL.is_file(), reason="the publisher's file is not at hand")


def read(data: bytes) -> list[Item]:
    return list(ncbi_gene_summary.parse(io.BytesIO(data), "summary.tsv"))


def records(data: bytes) -> list[GeneRecord]:
    return [item for item in read(data) if isinstance(item, GeneRecord)]


def row(gene: str = "1", source: str = "RefSeq", summary: str = "Binds zinc.", taxon: str = "9606") -> bytes:
    return "\t".join((taxon, gene, source, summary)).encode() + b"\n"


def test_a_row_becomes_a_description_in_sentences_with_the_genes_it_names_linked() -> None:
    text = (
        "The product of this gene binds zinc. "
        "It answers to cadmium and copper ion, as MT1G (GeneID:4495) does."
    )
    sentences = (Sentence(0, 36), Sentence(37, 102, links=(GeneLink(78, 82, "NCBIGene:4495"),)))
    assert read(SAMPLE)[0] == GeneRecord(
        source=REFSEQ,
        identifiers=(Identifier("ncbigene", "4496"),),
        sections=(Section("description", text, REFSEQ, sentences),),
    )


def test_each_row_is_a_record_of_its_own_gene_and_species() -> None:
    assert [(record.taxon, record.identifiers[0].value) for record in records(SAMPLE)] == [
        (9606, "4496"),
        (9606, "4495"),
        (9606, "406991"),
        (9606, "406952"),
        (10090, "17748"),
    ]
    assert len(read(SAMPLE)) == 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RefSeq", REFSEQ),
        ("HGNC", Source("HGNC", "curated")),
        ("Alliance of Genome Resources", Source("Alliance of Genome Resources", "computed")),
    ],
)
def test_only_texts_that_people_write_count_as_curated(name: str, expected: Source) -> None:
    (record,) = records(HEADER + row(source=name))
    assert record.source == record.sections[0].source == expected


def test_the_edition_dates_every_text() -> None:
    dated = b"## edition: 2021-07-11\n" + SAMPLE
    assert ncbi_gene_summary.edition(dated.decode()) == "2021-07-11"
    assert {record.sections[0].source.date for record in records(dated)} == {"2021-07-11"}


def test_a_text_that_says_itself_by_whom_and_when_it_was_provided_is_believed() -> None:
    (record,) = records(HEADER + row(summary="Binds zinc. [provided by RefSeq, Mar 2013]"))
    (section,) = record.sections
    assert (section.text, section.source) == ("Binds zinc.", Source("RefSeq", "curated", "2013-03"))


def test_one_text_of_several_genes_is_one_section() -> None:
    _, _, first, second, _ = records(SAMPLE)
    assert first.sections is second.sections


def test_no_more_texts_are_kept_for_sharing_than_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read(SAMPLE)
    monkeypatch.setattr(ncbi_gene_summary, "TEXTS_KEPT", 3)
    _, _, first, second, _ = records(SAMPLE)
    assert first.sections is second.sections
    monkeypatch.setattr(ncbi_gene_summary, "TEXTS_KEPT", 1)
    again, other = records(HEADER + row("1") + row("2", summary="Binds iron.") + row("1"))[::2]
    assert (again.sections, again.sections is other.sections) == (other.sections, False)
    assert read(SAMPLE) == expected


def test_a_text_that_a_page_repeats_is_one_line_with_the_pages_date() -> None:
    page_bytes = page_text("MT1X", 4501, "Binds zinc. Lies on 16q13.").encode()
    (page,) = harmonizome_text.parse(io.BytesIO(page_bytes), "page")
    (summary,) = records(HEADER + row("4501", summary="Binds zinc.  Lies on 16q13."))
    assert isinstance(page, GeneRecord)
    document = flatten(Gene("NCBIGene:4501", [page, summary]), {}, Mentioning(Annotator(prepare([]))), {})
    described = [line for line in document.lines if line.field == "description"]
    assert [line.text for line in described] == ["Binds zinc.", "Lies on 16q13."]
    assert {document.sources[line.source] for line in described} == {Source("RefSeq", "curated", "2013-03")}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(gene="x"), "tax_id or GeneID is no number"),
        (row(gene="²"), "tax_id or GeneID is no number"),
        (row(taxon=""), "tax_id or GeneID is no number"),
        (row(summary="-"), "names no Source or holds no Summary"),
        (row(summary=" "), "names no Source or holds no Summary"),
        (row(source="-"), "names no Source or holds no Summary"),
        (row(summary="Binds\tzinc."), "has 5 cells where the header names 4"),
        (row().replace(b"zinc", b"zin\xff"), "not UTF-8"),
        (row().replace(b"zinc", b"zin\0"), "holds NUL bytes"),
        (row(summary="x" * 1024 * 1024), "line longer than 1024 KB"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(bad: bytes, reason: str) -> None:
    first, *others = read(HEADER + row("7") + bad + row("8"))
    (problem,) = [item for item in others if isinstance(item, Problem)]
    assert (problem.file, problem.line, problem.severity) == ("summary.tsv", 3, "set_aside")
    assert problem.reason.startswith(reason)
    assert isinstance(first, GeneRecord)
    assert [record.identifiers[0].value for record in records(HEADER + row("7") + bad + row("8"))] == [
        "7",
        "8",
    ]


@pytest.mark.parametrize("column", ["tax_id", "GeneID", "Source", "Summary"])
def test_a_missing_column_is_one_problem(column: str) -> None:
    (problem,) = read(SAMPLE.replace(column.encode(), b"other", 1))
    assert isinstance(problem, Problem)
    assert problem.reason.startswith(f"has no column {column}")


def test_columns_are_found_by_name_and_others_passed_over() -> None:
    shuffled = b"".join(
        b"\t".join((cells[3], cells[2], b"more", cells[0], cells[1])) + b"\n"
        for line in SAMPLE.removeprefix(b"#").splitlines()
        for cells in [line.split(b"\t")]
    )
    assert read(shuffled) == read(SAMPLE)


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    assert read(b"\xef\xbb\xbf" + SAMPLE.replace(b"\n", b"\r\n")) == read(SAMPLE)


def test_no_other_format_claims_it_nor_it_another() -> None:
    assert [fmt.name for fmt in FORMATS if fmt.claims(SAMPLE.decode())] == ["ncbi-gene-summary"]
    for path in PUBLIC.iterdir():
        found = recognise(path.read_text("utf-8"))
        assert (found is not None and found.name == "ncbi-gene-summary") == (path.name == "gene_summary.tsv")


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.booleans())
def test_damage_never_raises_and_costs_its_line_only(at: int, byte: int, cut: bool) -> None:
    damaged = SAMPLE[:at] if cut else SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    items = read(damaged)
    before = SAMPLE.count(b"\n", SAMPLE.index(b"\n") + 1, at)
    assert items[:before] == read(SAMPLE)[:before] or at <= SAMPLE.index(b"\n")


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    assert all(isinstance(item, GeneRecord | Problem) for item in read(data))
    assert all(isinstance(item, GeneRecord | Problem) for item in read(HEADER + data))


@needs_real
def test_the_published_summaries_are_15149_of_12543_texts() -> None:
    with gzip.open(REAL) as packed:
        items = list(ncbi_gene_summary.parse(io.BufferedReader(packed), REAL.name))
    found = [item for item in items if isinstance(item, GeneRecord)]
    assert len(found) == len(items) == 15_149
    assert len({record.sections[0].text for record in found}) == 12_543
    assert len({id(record.sections) for record in found}) == 12_543
    record = found[15_148]
    (section,) = record.sections
    assert (record.taxon, record.identifiers) == (9606, (Identifier("ncbigene", "131696449"),))
    assert (section.field, section.source, len(section.text)) == ("description", REFSEQ, 266)
    assert sha256(section.text.encode()).hexdigest().startswith("aefd8557d94e4fe45bf7")
    assert section.sentences == (
        Sentence(0, 199, links=(GeneLink(82, 88, "NCBIGene:339044"),)),
        Sentence(200, 266),
    )
