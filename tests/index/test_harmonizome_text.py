"""A Harmonizome gene page as text."""

from __future__ import annotations

import io
import json
import re

import pytest

from index.parsing.associations import CATEGORIES, category_names
from index.parsing.gene_page import ROW_NAMES
from index.parsing.page_texts import families
from index.parsing.reading import MAX_PAGE_BYTES
from index.records import Fact, GeneLink, GeneRecord, Identifier, Name, Problem, Row, Source
from index.sources import recognise
from index.sources.harmonizome_text import claims, parse

TREE = json.dumps(
    {
        "type": "root",
        "children": [
            {
                "type": "p",
                "children": [
                    {"type": "t", "text": "\nABC1 <b>binds</b> zinc."},
                    {"type": "fg", "children": [{"type": "fg_f", "ref": "1"}]},
                ],
            },
            {
                "type": "rg",
                "children": [{"type": "r", "ref": 1, "children": [{"type": "t", "text": "Ann One"}]}],
            },
        ],
    }
)
PAGE = f"""\
HGNC Family | Test proteins (ABC) |
Name | test protein 1 |
Description | It tests. [provided by RefSeq, Mar 2013] |
Summary |
{TREE}
|
Synonyms | AB-1, 2,4-DCR |
Proteins | ABC1_HUMAN, ABCX_HUMAN |
NCBI Gene ID | 4496 |
API | |
Download Associations | |
Predicted Functions |
![]() |
Co-expressed Genes |
![]() |
Expression in Tissues and Cell Lines |
![]() |
ABC1 has 1,234 functional associations with biological entities spanning 2 categories (chemical, \
disease, phenotype or trait) extracted from 3 datasets.
Some words of the site.
Dataset | Summary | |
---|---|---|
Atlas Tissue Profiles | tissues with high or low expression of ABC1 gene relative to other tissues from \
the Atlas Tissue Profiles dataset. | |
One et al., PNAS, 2011 Annotations 2025 | cell types involving ABC1 gene/protein from the curated \
Annotations2025 dataset. | |
Odd Set | something else altogether | |
"""


def piped(page: str) -> str:
    """The variant whose lines begin with a bar too."""
    rows = re.sub(rf"^({'|'.join(ROW_NAMES)}|Atlas|One et|Odd|Dataset)", r"| \1", page, flags=re.MULTILINE)
    return rows.replace("---|---|---|", "|---|---|---|")


def read(page: str | bytes) -> tuple[GeneRecord, list[Problem]]:
    data = page.encode() if isinstance(page, str) else page
    record, *problems = parse(io.BytesIO(data), "page.txt")
    assert isinstance(record, GeneRecord)
    assert all(isinstance(problem, Problem) and problem.severity == "warning" for problem in problems)
    return record, [problem for problem in problems if isinstance(problem, Problem)]


def refused(data: bytes) -> Problem:
    (problem,) = parse(io.BytesIO(data), "page.txt")
    assert isinstance(problem, Problem)
    assert problem.severity == "set_aside"
    return problem


def facts(record: GeneRecord, field: str) -> list[Fact]:
    return [fact for fact in record.facts if fact.field == field]


def test_a_page_gives_everything_it_says() -> None:
    record, problems = read(PAGE)
    assert problems == []
    assert record.source == Source("Harmonizome", "computed")
    assert record.names == (
        Name("symbol", "ABC1"),
        Name("name", "test protein 1"),
        Name("alias", "AB-1"),
        Name("alias", "2,4-DCR"),
    )
    assert record.identifiers == (
        Identifier("ncbigene", "4496"),
        Identifier("uniprot_entry", "ABC1_HUMAN"),
        Identifier("uniprot_entry", "ABCX_HUMAN"),
    )
    description, summary = record.sections
    assert (description.text, description.source) == ("It tests.", Source("RefSeq", "curated", "2013-03"))
    assert (summary.text, summary.source) == ("ABC1 <b>binds</b> zinc.", Source("Harmonizome", "ai"))
    assert [citation.n for citation in summary.sentences[0].citations] == [1]
    assert [fact.text for fact in facts(record, "family")] == ["Test proteins (ABC)"]
    assert [fact.text for fact in facts(record, "protein")] == ["ABC1_HUMAN", "ABCX_HUMAN"]


def test_the_variant_with_a_leading_bar_gives_the_same() -> None:
    assert piped(PAGE).startswith("| HGNC Family |")
    assert read(piped(PAGE)) == read(PAGE)


def test_rows_without_text_are_kept_and_sections_are_not_kept_twice() -> None:
    record, _ = read(PAGE)
    assert [row.name for row in record.rows] == list(ROW_NAMES)
    assert Row("Predicted Functions", "") in record.rows
    assert Row("Summary", "") in record.rows


def test_a_row_that_is_not_known_is_kept() -> None:
    record, problems = read(PAGE.replace("API | |", "Shoe Size | 42 |\nAPI | |"))
    assert Row("Shoe Size", "42") in record.rows
    assert problems == []


@pytest.mark.parametrize("row", ["HGNC Family", "Name", "Description", "Synonyms", "Proteins"])
def test_a_row_may_be_absent(row: str) -> None:
    record, problems = read(re.sub(rf"^{row} \|.*\n", "", PAGE, flags=re.MULTILINE))
    assert record.first("symbol") == "ABC1"
    assert problems == []


def test_the_sentence_gives_the_counts_and_the_categories() -> None:
    sentence, *categories = facts(read(PAGE)[0], "association")
    assert sentence.attributes == {"associations": 1234, "categories": 2, "datasets": 3}
    assert sentence.text.startswith("ABC1 has 1,234 functional associations")
    assert [fact.text for fact in categories] == ["chemical", "disease, phenotype or trait"]


def test_categories_that_are_not_as_many_as_announced_stay_one_line() -> None:
    record, problems = read(PAGE.replace("spanning 2 categories", "spanning 3 categories"))
    assert [fact.text for fact in facts(record, "association")][1:] == [
        "chemical, disease, phenotype or trait"
    ]
    assert "3 announced" in problems[0].reason


@pytest.mark.parametrize(
    ("listed", "count", "expected"),
    [
        (", ".join(CATEGORIES), 9, CATEGORIES),
        (", ".join(reversed(CATEGORIES)), 9, CATEGORIES[::-1]),
        ("chemical, new kind, organism", 3, ("chemical", "new kind", "organism")),
        ("chemical, a new, or newer kind", 2, None),
        ("", 0, ()),
    ],
)
def test_commas_inside_a_category_part_nothing(
    listed: str, count: int, expected: tuple[str, ...] | None
) -> None:
    assert category_names(listed, count) == expected


def test_dataset_rows_are_read_leniently_and_kept_raw() -> None:
    profiles, annotations, odd = read(PAGE)[0].datasets
    assert (profiles.name, profiles.relation) == (
        "Atlas Tissue Profiles",
        "tissues with high or low expression",
    )
    assert profiles.raw.endswith("from the Atlas Tissue Profiles dataset.")
    assert annotations.name == "One et al., PNAS, 2011 Annotations 2025"
    assert annotations.relation == "cell types involving the gene or protein"
    assert (odd.relation, odd.raw) == (None, "something else altogether")


@pytest.mark.parametrize(
    ("told", "relation"),
    [
        ("cell lines with ABC1 gene mutations", "cell lines with gene mutations"),
        ("cells changed by ABC1 gene knockdown relative to other cells", "cells changed by gene knockdown"),
        ("interacting proteins for ABC1", "interacting proteins"),
        ("PubMedIDs of signatures containing ABC1", "PubMedIDs of signatures containing the gene"),
        ("components predicted to contain ABC1 protein", "components predicted to contain the protein"),
        ("factors binding the promoter of ABC1 gene in sets", "factors binding the promoter in sets"),
    ],
)
@pytest.mark.parametrize("tail", ["Odd Set", "curated Odd Set", "Odd Assocation Set"])
def test_a_relation_is_what_the_row_says_without_gene_and_dataset(
    told: str, relation: str, tail: str
) -> None:
    page = PAGE.replace("something else altogether", f"{told} from the {tail} dataset.")
    assert read(page)[0].datasets[2].relation == relation


def test_a_wrong_number_of_dataset_rows_is_warned_of() -> None:
    (problem,) = read(PAGE.replace("from 3 datasets", "from 4 datasets"))[1]
    assert problem.reason.startswith("4 datasets are announced and 3 listed")


@pytest.mark.parametrize("row", ["Odd Set | something | else | | |", "Odd Set |"])
def test_a_dataset_row_with_a_wrong_number_of_columns_is_kept_with_a_warning(row: str) -> None:
    record, problems = read(PAGE.replace("Odd Set | something else altogether | |", row))
    assert record.datasets[2].name == "Odd Set"
    assert record.datasets[2].relation is None
    assert [problem.line for problem in problems] == [24]


def test_rows_that_name_another_gene_are_warned_of_and_the_sentence_stands() -> None:
    record, problems = read(PAGE.replace("expression of ABC1 gene", "expression of XYZ9 gene"))
    assert record.first("symbol") == "ABC1"
    assert record.datasets[0].relation == "tissues with high or low expression"
    assert problems[0].reason.startswith("1 of 3 dataset rows name another gene")
    assert problems[0].line == 22


def test_without_the_sentence_the_dataset_rows_give_the_symbol() -> None:
    page = re.sub(r"^ABC1 has.*\n", "", PAGE, flags=re.MULTILINE)
    record, problems = read(
        page.replace("expression of ABC1 gene", "expression of XYZ9 gene", 1)
        + "Z | x of ABC1 gene from the Z dataset. | |\n"
    )
    assert record.first("symbol") == "ABC1"
    assert any("no associations sentence" in problem.reason for problem in problems)


def test_without_any_symbol_the_gene_id_is_enough() -> None:
    record, problems = read(PAGE[: PAGE.index("ABC1 has")])
    assert record.first("symbol") is None
    assert Identifier("ncbigene", "4496") in record.identifiers
    assert "no symbol" in problems[0].reason


@pytest.mark.parametrize("gene_id", ["44x96", "", "0", "4496.0", "١٢"])
def test_a_gene_id_that_is_no_number_is_left_out(gene_id: str) -> None:
    record, problems = read(PAGE.replace("| 4496 |", f"| {gene_id} |"))
    assert not [known for known in record.identifiers if known.namespace == "ncbigene"]
    assert problems[0].line == 9


def test_a_page_with_neither_symbol_nor_gene_id_is_set_aside() -> None:
    page = PAGE[: PAGE.index("ABC1 has")].replace("| 4496 |", "| none |")
    assert refused(page.encode()) == Problem(
        "page.txt", 9, "names no gene: no symbol and no NCBI Gene ID; save the whole page again"
    )


@pytest.mark.parametrize(
    ("tail", "source"),
    [
        (" [provided by RefSeq, Mar 2013]", Source("RefSeq", "curated", "2013-03")),
        ("[provided by RefSeq, Mar 2013]", Source("RefSeq", "curated", "2013-03")),
        (
            " [provided by Alliance of Genome Resources, Mar 2025]",
            Source("Alliance of Genome Resources", "computed", "2025-03"),
        ),
        (" [provided by Somebody, 2001].", Source("Somebody", "computed", "2001")),
        (" [provided by RefSeq]", Source("RefSeq", "curated")),
        (" [provided by RefSeq, some day]", Source("RefSeq", "curated")),
        ("", Source("Harmonizome", "computed")),
    ],
)
def test_the_tail_of_a_description_says_whose_it_is(tail: str, source: Source) -> None:
    record, _ = read(PAGE.replace(" [provided by RefSeq, Mar 2013]", tail))
    assert (record.sections[0].text, record.sections[0].source) == ("It tests.", source)


def test_a_gene_id_in_a_description_makes_the_symbol_before_it_a_link() -> None:
    record, _ = read(PAGE.replace("It tests.", "It tests. It is like HLA-B (GeneID:3106). So."))
    _, sentence, _ = record.sections[0].sentences
    (link,) = sentence.links
    assert link == GeneLink(21, 26, "NCBIGene:3106")
    assert record.sections[0].text[link.start : link.end] == "HLA-B"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Test proteins (ABC)", ("Test proteins (ABC)",)),
        ("Test proteins (ABC), Other proteins", ("Test proteins (ABC)", "Other proteins")),
        ("Zinc fingers, C2H2-type, Keratins, type II", ("Zinc fingers, C2H2-type", "Keratins, type II")),
        (
            "Small nucleolar RNAs, H/ACA box (SNORA), tRNAs",
            ("Small nucleolar RNAs, H/ACA box (SNORA)", "tRNAs"),
        ),
        ("Defensins, beta, C-type lectin family", ("Defensins, beta", "C-type lectin family")),
        ("Odd (a, b) things, Others", ("Odd (a, b) things", "Others")),
        ("Odd (a, Others", ("Odd (a", "Others")),
        ("", ()),
    ],
)
def test_a_comma_inside_a_family_parts_nothing(row: str, expected: tuple[str, ...]) -> None:
    assert families(row) == expected


def test_a_protein_that_is_no_entry_name_is_a_fact_only() -> None:
    record, problems = read(PAGE.replace("ABCX_HUMAN", "whatever"))
    assert [fact.text for fact in facts(record, "protein")] == ["ABC1_HUMAN", "whatever"]
    assert len(record.identifiers) == 2
    assert problems[0].line == 8


def test_bad_json_is_kept_as_text_with_a_warning() -> None:
    record, problems = read(PAGE.replace(TREE, TREE[:60]))
    assert record.sections[1].text == TREE[:60]
    assert [problem.line for problem in problems] == [4]


def test_a_summary_nested_ten_thousand_deep_is_kept_as_text() -> None:
    deep = '{"type":"p","children":[' * 10_000 + "]}" * 10_000
    record, problems = read(PAGE.replace(TREE, deep))
    assert record.sections[1].text == deep
    assert "too deep" in problems[0].reason


def test_a_cell_that_is_not_closed_ends_where_the_next_row_begins() -> None:
    record, problems = read(PAGE.replace("|\nSynonyms", "Synonyms"))
    assert Name("alias", "AB-1") in record.names
    assert record.sections[1].text == "ABC1 <b>binds</b> zinc."
    assert [problem.line for problem in problems] == [4]


def test_strange_lines_are_counted_in_one_warning() -> None:
    record, problems = read("Saved by hand\n" + PAGE + "Footer\n")
    assert record.first("symbol") == "ABC1"
    assert [(problem.line, problem.reason[:7]) for problem in problems] == [(1, "2 lines")]


def test_a_row_that_stands_twice_is_read_once() -> None:
    record, problems = read(PAGE.replace("Name |", "Name | test protein 1 |\nName |", 1))
    assert record.first("name") == "test protein 1"
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize(
    "data",
    [PAGE.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + PAGE.encode(), PAGE.rstrip("\n").encode()],
    ids=["CRLF", "BOM", "no last line end"],
)
def test_line_ends_and_byte_order_mark_change_nothing(data: bytes) -> None:
    assert read(data) == read(PAGE)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"Gene | Value\n1 | 2\n", 1),
        (PAGE.encode()[:40] + b"\0", 2),
        (b"Name | caf\xe9 |\n", 1),
        (PAGE.encode() + b" " * MAX_PAGE_BYTES, None),
        (PAGE.encode()[:100], 1),
    ],
    ids=["empty", "wrong table", "NUL", "Latin-1", "9 MB", "cut"],
)
def test_a_page_that_cannot_be_used_is_set_aside_with_line_and_mend(data: bytes, line: int | None) -> None:
    problem = refused(data)
    assert problem.line == line
    assert ";" in problem.reason


def test_a_page_cut_anywhere_never_raises() -> None:
    data = PAGE.encode()
    for end in range(0, len(data), 7):
        assert list(parse(io.BytesIO(data[:end]), "page.txt"))


@pytest.mark.parametrize("page", [PAGE, piped(PAGE), "\ufeff" + PAGE, PAGE.replace("\n", "\r\n"), PAGE[:100]])
def test_a_page_is_recognised_by_its_content(page: str) -> None:
    fmt = recognise(page)
    assert fmt is not None
    assert fmt.name == "harmonizome-text"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "# Readme\n\nName | Meaning |\n",
        "Name | Meaning |\n---|---|\nAPI | how to ask |\n",
        "<html>" + PAGE,
        "A story about the row\nNCBI Gene ID | 4496 |\n",
    ],
)
def test_other_texts_are_not_claimed(head: str) -> None:
    assert not claims(head)
