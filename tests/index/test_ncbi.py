"""NCBI's gene_info and gene2go."""

from __future__ import annotations

import gzip
import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import (
    Citation,
    Fact,
    GeneRecord,
    Identifier,
    Item,
    Name,
    Problem,
    Reference,
    Source,
    Tally,
)
from index.sources import ncbi_gene2go, ncbi_gene_info

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "public"
HUMAN = ROOT / "data" / "human"
INFO = (SAMPLES / "gene_info.tsv").read_bytes()
GENE2GO = (SAMPLES / "gene2go.tsv").read_bytes()
NCBI = Source("NCBI Gene", "curated")
CURATED = Source("GO", "curated")
COMPUTED = Source("GO", "computed")
HEADER = b"#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n"


def info(data: bytes) -> list[Item]:
    return _untallied(ncbi_gene_info.parse(io.BytesIO(data), "info.tsv"))


def gene2go(data: bytes) -> list[Item]:
    return _untallied(ncbi_gene2go.parse(io.BytesIO(data), "go.tsv"))


def _untallied(items: Iterator[Item]) -> list[Item]:
    return [item for item in items if not isinstance(item, Tally)]


def opened(path: Path, parse: Callable[[BinaryIO, str], Iterator[Item]]) -> Iterator[Item]:
    with gzip.open(path) as packed:
        yield from parse(io.BufferedReader(packed), path.name)


def gene2go_row(**cells: str) -> bytes:
    row = {"taxon": "9606", "gene": "1", "go": "GO:0000001", "evidence": "IDA", "qualifier": "-"}
    row |= {"term": "a term", "pubmed": "-", "category": "Process"} | cells
    return "\t".join(row.values()).encode() + b"\n"


def facts_of(items: list[Item]) -> list[Fact]:
    return [fact for item in items if isinstance(item, GeneRecord) for fact in item.facts]


def test_a_row_of_gene_info_becomes_a_record() -> None:
    assert info(INFO)[0] == GeneRecord(
        source=NCBI,
        identifiers=(
            Identifier("ncbigene", "4496"),
            Identifier("omim", "156354"),
            Identifier("hgnc", "7400"),
            Identifier("ensembl", "ENSG00000205358"),
        ),
        names=(
            Name("symbol", "MT1H"),
            Name("name", "metallothionein 1H"),
            Name("alias", "MT-0"),
            Name("alias", "MT-1H"),
            Name("alias", "MT1"),
            Name("alias_name", "metallothionein-1H"),
            Name("alias_name", "metallothionein-IH"),
        ),
        facts=(Fact("location", "16q13", NCBI), Fact("locus_type", "protein-coding", NCBI)),
    )


def test_dashes_are_empty_and_rows_that_are_no_genes_are_passed_over() -> None:
    first, second, third = info(INFO)
    assert isinstance(first, GeneRecord)
    assert isinstance(second, GeneRecord)
    assert second.names == (Name("symbol", "UBA1"), Name("alias", "A1S9T"), Name("alias", "UBE1"))
    assert second.facts == (Fact("locus_type", "protein-coding", NCBI),)
    assert isinstance(third, GeneRecord)
    assert (third.taxon, third.first("symbol")) == (63221, "ND1")


def test_a_reduced_gene_info_states_no_more_than_it_holds() -> None:
    reduced = (
        b"## edition: 2021-07-11\n#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs\n9606\t1\tA1BG\tA1B|ABG\t-\n"
    )
    assert ncbi_gene_info.claims(reduced.decode())
    assert ncbi_gene_info.edition(reduced.decode()) == "2021-07-11"
    assert info(reduced) == [
        GeneRecord(
            source=Source("NCBI Gene", "curated", "2021-07-11"),
            identifiers=(Identifier("ncbigene", "1"),),
            names=(Name("symbol", "A1BG"), Name("alias", "A1B"), Name("alias", "ABG")),
        )
    ]


def test_a_fact_gathers_the_papers_of_its_rows_and_evidence_keeps_facts_apart() -> None:
    binding = {"aspect": "Function", "qualifier": "enables"}
    assert gene2go(GENE2GO)[0] == GeneRecord(
        source=CURATED,
        identifiers=(Identifier("ncbigene", "4496"),),
        facts=(
            Fact(
                "go",
                "zinc homeostasis",
                CURATED,
                "GO:0006882",
                {"evidence": "IBA", "aspect": "Process"},
                (Citation(3),),
            ),
            Fact(
                "go",
                "zinc ion binding",
                CURATED,
                "GO:0008270",
                {"evidence": "IDA", **binding},
                (Citation(1), Citation(2), Citation(3)),
            ),
            Fact("go", "zinc ion binding", COMPUTED, "GO:0008270", {"evidence": "IEA", **binding}),
        ),
        references=(Reference(1, pmid="123"), Reference(2, pmid="456"), Reference(3, pmid="789")),
    )


@pytest.mark.parametrize(
    ("evidence", "qualifier"),
    [
        ("ND", "-"),
        ("ND", "located_in"),
        ("IDA", "NOT"),
        ("IDA", "NOT|enables"),
        ("IDA", "NOT enables"),
        ("IDA", "enables|NOT"),
        ("IEA", "not|part_of"),
    ],
)
def test_what_is_denied_or_unknown_is_no_fact(evidence: str, qualifier: str) -> None:
    assert gene2go(HEADER + gene2go_row(evidence=evidence, qualifier=qualifier)) == []


@pytest.mark.parametrize("qualifier", ["-", "enables", "NOTCH_like", "annotated"])
def test_other_qualifiers_are_kept(qualifier: str) -> None:
    (fact,) = facts_of(gene2go(HEADER + gene2go_row(qualifier=qualifier)))
    assert fact.attributes.get("qualifier", "-") == qualifier


def test_every_row_of_gene2go_is_tallied_also_one_that_repeats_a_fact() -> None:
    bad = gene2go_row(evidence="IEX")
    *_, told = ncbi_gene2go.parse(io.BytesIO(GENE2GO + bad), "go.tsv")
    assert told == Tally(6, {"no data (ND)": 2, "NOT": 3})
    assert GENE2GO.count(b"\n") - 1 == 6 + 2 + 3


def test_rows_of_gene_info_that_are_no_genes_are_tallied() -> None:
    *_, told = ncbi_gene_info.parse(io.BytesIO(INFO), "info.tsv")
    assert told == Tally(3, {"place for papers only": 1, "biological region": 1})


def test_a_gene_info_of_genes_only_has_no_tally() -> None:
    genes = b"".join(
        line for line in INFO.splitlines(True) if b"NEWENTRY" not in line and b"region" not in line
    )
    items = list(ncbi_gene_info.parse(io.BytesIO(genes), "info.tsv"))
    assert [type(item) for item in items] == [GeneRecord] * 3


def test_a_run_ends_with_its_gene_or_taxon() -> None:
    items = gene2go(GENE2GO)
    assert [(item.taxon, item.identifiers[0].value) for item in items if isinstance(item, GeneRecord)] == [
        (9606, "4496"),
        (9606, "7317"),
        (10090, "4496"),
    ]


def test_the_order_of_the_rows_about_a_gene_makes_no_difference() -> None:
    header, *rows = GENE2GO.splitlines(keepends=True)
    first = [row for row in rows if row.startswith(b"9606\t4496\t")]
    for reordered in itertools.islice(itertools.permutations(first), 0, None, 499):
        assert gene2go(header + b"".join(reordered)) == gene2go(header + b"".join(first))


def test_a_reduced_gene2go_leaves_the_name_of_the_term_to_the_ontology() -> None:
    header = b"## edition: 2022\n#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tCategory\n"
    rows = b"9606\t1\tGO:0005576\tHDA\t-\tComponent\n" * 2
    source = Source("GO", "curated", "2022")
    fact = Fact("go", "", source, "GO:0005576", {"evidence": "HDA", "aspect": "Component"})
    assert gene2go(header + rows) == [
        GeneRecord(source=source, identifiers=(Identifier("ncbigene", "1"),), facts=(fact,))
    ]


@pytest.mark.parametrize(
    ("cells", "reason", "severity"),
    [
        ({"gene": "x"}, "tax_id or GeneID is no number", "set_aside"),
        ({"taxon": "9" * 5000}, "tax_id or GeneID is no number", "set_aside"),
        ({"go": "GO:123"}, "GO_ID is not of the form", "set_aside"),
        ({"evidence": "IEX"}, "Evidence is no code", "set_aside"),
        ({"category": "Proces"}, "Category is none of", "set_aside"),
        ({"term": "a\tb"}, "has 9 cells where the header names 8", "set_aside"),
        ({"pubmed": "12|x"}, "PubMed holds something else", "warning"),
    ],
)
def test_a_bad_row_of_gene2go_is_named_and_the_next_is_read(
    cells: dict[str, str], reason: str, severity: str
) -> None:
    items = gene2go(HEADER + gene2go_row(**cells) + gene2go_row(gene="2"))
    (problem,) = [item for item in items if isinstance(item, Problem)]
    assert (problem.line, problem.severity) == (2, severity)
    assert problem.reason.startswith(reason)
    assert isinstance(items[-1], GeneRecord)
    assert items[-1].identifiers == (Identifier("ncbigene", "2"),)


@pytest.mark.parametrize("column", [b"Synonyms", b"dbXrefs", b"tax_id"])
def test_gene_info_without_a_column_is_one_problem(column: bytes) -> None:
    (problem,) = info(INFO.replace(column, b"other", 1))
    assert isinstance(problem, Problem)
    assert column.decode() in problem.reason


def test_gene2go_without_qualifiers_is_refused_since_not_would_be_lost() -> None:
    (problem,) = gene2go(GENE2GO.replace(b"Qualifier", b"other", 1))
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("has no column Qualifier")


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    for parse, data in ((info, INFO), (gene2go, GENE2GO)):
        assert parse(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == parse(data)


def test_each_claims_its_own_header_only() -> None:
    assert ncbi_gene_info.claims(INFO.decode())
    assert ncbi_gene2go.claims(GENE2GO.decode())
    assert not ncbi_gene_info.claims(GENE2GO.decode())
    assert not ncbi_gene2go.claims(INFO.decode())
    for other in ("#tax_id\tGeneID\tPubMed_ID\n", "#tax_id\tGeneID\tSource\tSummary\n"):
        assert not ncbi_gene_info.claims(other)
        assert not ncbi_gene2go.claims(other)


@given(st.sampled_from([INFO, GENE2GO]), st.integers(0, 900), st.integers(0, 255), st.booleans())
def test_damage_never_raises(data: bytes, at: int, byte: int, cut: bool) -> None:
    at %= len(data)
    damaged = data[:at] if cut else data[:at] + bytes([byte]) + data[at + 1 :]
    parse = info if data is INFO else gene2go
    assert all(isinstance(item, GeneRecord | Problem) for item in parse(damaged))


def test_the_shipped_gene2go_is_read_without_a_problem() -> None:
    records = facts = 0
    *items, told = opened(HUMAN / "gene2go.tsv.gz", ncbi_gene2go.parse)
    assert isinstance(told, Tally)
    assert not told.left_out
    for item in items:
        assert isinstance(item, GeneRecord)
        records += 1
        facts += len(item.facts)
    assert (records, facts) == (20_665, 346_228)


def test_the_shipped_gene_info_is_read_without_a_problem() -> None:
    records = 0
    for item in opened(HUMAN / "gene_info.tsv.gz", ncbi_gene_info.parse):
        assert isinstance(item, GeneRecord)
        assert all(name.spelling for name in item.names)
        records += 1
    assert records == 14_085
