"""A gene post: Markdown from a template, with YAML front matter."""

from __future__ import annotations

import io
import time

import pytest

from index.parsing.reading import MAX_PAGE_BYTES
from index.records import (
    Citation,
    Fact,
    GeneLink,
    GeneRecord,
    Identifier,
    Item,
    Name,
    Problem,
    Reference,
    Row,
    Source,
)
from index.sources import recognise
from index.sources.gene_post import claims, parse

FRONT = """\
---
layout: post
title: ABC1
date: 2025-01-17 16:55 CST
tags: [one, two]
citation: true
---
"""
TABLE = """\
| [NCBI ID](https://www.ncbi.nlm.nih.gov/gene/4495) | NCBI symbol | ENSEMBL ID | Chromosome location |
| :-------- | :------- | :-------- | :------- |
| 4495  | ABC1 | ENSG00000125144.7 | 16q13  |
"""
HEAD = f"{FRONT}\n\n{TABLE}\n\n"
CHECKS = """\


| Checks    | Answer |
| :-------- | :------- |
| Sentiment  | neutral   |
| Ethical concerns | no     |
"""
SOURCE = Source("gene post", "computed", "2025-01-17")
GO = "https://amigo.geneontology.org/amigo/term/"
GENE = "https://www.ncbi.nlm.nih.gov/gene/"
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"


def items(data: str | bytes) -> list[Item]:
    return list(parse(io.BytesIO(data.encode() if isinstance(data, str) else data), "post.md"))


def read(body: str) -> GeneRecord:
    """The record of a post with this prose, which gives no warning."""
    (record,) = items(HEAD + body + CHECKS)
    assert isinstance(record, GeneRecord)
    return record


def facts(record: GeneRecord, field: str) -> list[Fact]:
    return [fact for fact in record.facts if fact.field == field]


def warnings(data: str) -> list[str]:
    found = [item for item in items(data) if isinstance(item, Problem)]
    assert {problem.severity for problem in found} <= {"warning"}
    return [problem.reason for problem in found]


def test_the_table_names_the_gene() -> None:
    record = read("")
    assert record.source == SOURCE
    assert record.identifiers == (Identifier("ncbigene", "4495"), Identifier("ensembl", "ENSG00000125144"))
    assert record.names == (Name("symbol", "ABC1"),)
    assert facts(record, "location") == [Fact("location", "16q13", SOURCE)]


def test_the_front_matter_is_kept_as_rows() -> None:
    assert read("").rows == (
        Row("front matter: layout", "post"),
        Row("front matter: title", "ABC1"),
        Row("front matter: date", "2025-01-17 16:55 CST"),
        Row("front matter: tags", "one, two"),
        Row("front matter: citation", "true"),
    )


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2025-01-17 16:55 CST", "2025-01-17"),
        ("2025-01-17", "2025-01-17"),
        ("2025-01-17 16:55:00", "2025-01-17"),
        ("2025-01-17T16:55:00Z", "2025-01-17"),
        ("2025-13-45", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_read_to_the_day_whatever_follows(written: str, date: str | None) -> None:
    record = items(HEAD.replace("2025-01-17 16:55 CST", written))[0]
    assert isinstance(record, GeneRecord)
    assert record.source.date == date


@pytest.mark.parametrize("symbol", ["ON", "NO", "1E5", "2025-01-17", "~"])
def test_a_symbol_that_yaml_takes_for_something_else_stays_a_symbol(symbol: str) -> None:
    assert warnings(HEAD.replace("ABC1", symbol)) == []


def test_the_closing_table_gives_the_checks() -> None:
    assert facts(read(""), "check") == [
        Fact("check", "Sentiment: neutral", SOURCE, attributes={"value": "neutral"}),
        Fact("check", "Ethical concerns: no", SOURCE, attributes={"value": "no"}),
    ]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        (
            f"It enables [a]({GO}GO:0000001) and [b c]({GO}GO:0000002),"
            f" and is involved in [d]({GO}GO:0000003).",
            [("a", 1, "enables"), ("b c", 2, "enables"), ("d", 3, "involved in")],
        ),
        (f"It is active and located in both the [n]({GO}GO:0000001).", [("n", 1, "located in")]),
        (f"It is active in the [n]({GO}GO:0000001).", [("n", 1, "active in")]),
        (f"It plays roles in many processes, including [x]({GO}GO:0000001).", [("x", 1, "involved in")]),
        (f"It enables [x]({GO}GO:0000001). Also [y]({GO}GO:0000002).", [("x", 1, "enables"), ("y", 2, None)]),
        (f"A link: [involved in x]({GO}GO:0000001).", [("involved in x", 1, None)]),
    ],
)
def test_go_terms_have_the_relation_that_their_sentence_states(
    prose: str, expected: list[tuple[str, int, str | None]]
) -> None:
    assert facts(read(prose), "go") == [
        Fact("go", text, SOURCE, key=f"GO:{n:07}", attributes={"relation": relation} if relation else {})
        for text, n, relation in expected
    ]


@pytest.mark.parametrize(
    ("after", "year", "rcr"),
    [
        (" (2016) (relative citation ratio: 14.5)", 2016, 14.5),
        (" (2016)", 2016, None),
        (" (relative citation ratio: 2)", None, 2.0),
        ("", None, None),
    ],
)
def test_a_paper_is_a_reference_and_a_fact(after: str, year: int | None, rcr: float | None) -> None:
    record = read(f'The top papers include "[A [small] title.]({PUBMED}27015352)"{after}.')
    assert record.references == (Reference(1, title="A [small] title.", year=year, pmid="27015352", rcr=rcr),)
    (fact,) = facts(record, "reference")
    assert (fact.text, fact.citations) == ("A [small] title.", (Citation(1),))
    expected = {"year": year, "relative_citation_ratio": rcr}
    assert fact.attributes == {key: value for key, value in expected.items() if value is not None}


def test_each_paper_has_its_own_year() -> None:
    record = read(f'They include "[A.]({PUBMED}1)", "[B.]({PUBMED}2)" (2001), and "[C.]({PUBMED}3)" (2002).')
    found = [(ref.n, ref.title, ref.year) for ref in record.references]
    assert found == [(1, "A.", None), (2, "B.", 2001), (3, "C.", 2002)]


def test_a_paper_listed_twice_is_one_reference() -> None:
    data = f'{HEAD}They include "[A.]({PUBMED}1)" and "[A.]({PUBMED}1)".'
    record = items(data)[0]
    assert isinstance(record, GeneRecord)
    assert len(record.references) == 1
    assert len(warnings(data)) == 1


@pytest.mark.parametrize(
    ("prose", "text", "attributes"),
    [
        (
            f"The gene has been mentioned in [25 publications]({PUBMED}?term=x) according to"
            " [Pubtator](https://x.org), with the earliest publication in 1991 and the middle 50% of"
            " publications occurring between 2006 and 2020.",
            "25 publications (PubTator)",
            {"count": 25, "earliest": 1991, "middle_half_from": 2006, "middle_half_to": 2020},
        ),
        ("It is mentioned in 1 publication.", "1 publication (PubTator)", {"count": 1}),
        ("It is mentioned in [1,234 publications](x).", "1,234 publications (PubTator)", {"count": 1234}),
    ],
)
def test_the_publications_are_counted(
    prose: str, text: str, attributes: dict[str, str | int | float]
) -> None:
    record = read(prose)
    assert facts(record, "publication") == [Fact("publication", text, SOURCE, attributes=attributes)]
    assert record.references == ()


def test_transcription_factors_have_the_next_count_in_their_sentence() -> None:
    record = read(
        f"The top transcription factors include [ESR1]({GENE}2099) and [SUZ12]({GENE}23512),"
        " each with 4 experiments."
        f" Also [MYB]({GENE}4602) with 1 experiment, [FOXA2]({GENE}3170). It had 9 experiments."
    )
    assert [(fact.text, fact.attributes.get("experiments")) for fact in facts(record, "regulator")] == [
        ("ESR1", 4),
        ("SUZ12", 4),
        ("MYB", 1),
        ("FOXA2", None),
    ]
    assert facts(record, "regulator")[0].links == (GeneLink(0, 4, "NCBIGene:2099"),)


@pytest.mark.parametrize(
    ("listed", "tissues"),
    [
        ("the liver, kidney, and fetal lung", ["liver", "kidney", "fetal lung"]),
        ("the liver and the kidney", ["liver", "kidney"]),
        ("the liver, kidney and lung", ["liver", "kidney", "lung"]),
        ("the liver, and head and neck", ["liver", "head and neck"]),
        ("the liver", ["liver"]),
    ],
)
def test_tissues_are_a_fact_each(listed: str, tissues: list[str]) -> None:
    record = read(f"The gene is expressed in multiple tissue samples, including {listed}.")
    assert [fact.text for fact in facts(record, "tissue")] == tissues


@pytest.mark.parametrize(
    ("prose", "text", "attributes"),
    [
        (
            "The gene length is 1,033,041.0 base pairs (99.66% of all genes).",
            "gene length 1,033,041 base pairs",
            {"value": 1033041, "unit": "base pairs", "percentile": 99.66},
        ),
        (
            "The mature length is 1,506.5 base pairs.",
            "mature length 1,506.5 base pairs",
            {"value": 1506.5, "unit": "base pairs"},
        ),
        (
            "The primary transcript length is 418,576.0 base pairs.",
            "primary transcript length 418,576 base pairs",
            {"value": 418576, "unit": "base pairs"},
        ),
        (
            "It has a GRAVY value of 0.276 (91.8% percentile).",
            "GRAVY value 0.276",
            {"value": 0.276, "percentile": 91.8},
        ),
        ("It has a GRAVY value of −0.276, so.", "GRAVY value −0.276", {"value": -0.276}),
        (
            "A charge of 4.301 at pH 7.0 (65.68% percentile).",
            "charge 4.301 at pH 7.0",
            {"value": 4.301, "percentile": 65.68},
        ),
        ("A median structural flexibility of 0.989.", "flexibility 0.989", {"value": 0.989}),
        (
            "Affinities are 30.65% for helix (37.56% percentile).",
            "helix 30.65 %",
            {"value": 30.65, "unit": "%", "percentile": 37.56},
        ),
        ("Affinities are 8.06% for sheet.", "sheet 8.06 %", {"value": 8.06, "unit": "%"}),
        ("Affinities are 27.42% for turn.", "turn 27.42 %", {"value": 27.42, "unit": "%"}),
        (
            "The instability index is 72.10 (95.77% percentile).",
            "instability index 72.10",
            {"value": 72.1, "percentile": 95.77},
        ),
        ("The isoelectric point is 8.38.", "isoelectric point 8.38", {"value": 8.38}),
        (
            "With a molecular weight of 6141.38 Da.",
            "molecular weight 6141.38 Da",
            {"value": 6141.38, "unit": "Da"},
        ),
        (
            "The sequence length is 62 amino acids.",
            "sequence length 62 amino acids",
            {"value": 62, "unit": "amino acids"},
        ),
    ],
)
def test_figures_are_kept_as_numbers_and_as_written(
    prose: str, text: str, attributes: dict[str, str | int | float]
) -> None:
    assert facts(read(prose), "property") == [Fact("property", text, SOURCE, attributes=attributes)]


@pytest.mark.parametrize("prose", ["The gene length is nan base pairs.", "The gene length is unknown."])
def test_a_figure_that_is_no_number_is_no_fact_and_stays_text(prose: str) -> None:
    record = read(prose)
    assert facts(record, "property") == []
    assert [section.text for section in record.sections] == [prose]


def test_the_protein_atlas_paragraph_is_a_section() -> None:
    record = read(
        f"[ABC1](https://www.proteinatlas.org/ENSG01-ABC1) is seen with [ESR1]({GENE}2099). It is\nexpressed."
    )
    (section,) = record.sections
    assert (section.field, section.source) == (
        "atlas",
        Source("Human Protein Atlas", "computed", "2025-01-17"),
    )
    assert section.text == "ABC1 is seen with ESR1. It is expressed."
    assert [(s.start, s.end, s.links) for s in section.sentences] == [
        (0, 23, (GeneLink(18, 22, "NCBIGene:2099"),)),
        (24, 40, ()),
    ]


def test_a_paragraph_that_nothing_recognises_is_kept_as_text() -> None:
    record = read(
        f"## A heading\n\nFirst <b>one</b>. It is like [ESR1]({GENE}2099/).\n\nSee [it](javascript:alert)."
    )
    (section,) = record.sections
    assert (section.field, section.source) == ("summary", SOURCE)
    assert section.text == "A heading\n\nFirst <b>one</b>. It is like ESR1.\n\nSee it."
    links = [link for sentence in section.sentences for link in sentence.links]
    assert [section.text[link.start : link.end] for link in links] == ["ESR1"]


def test_a_table_that_posts_do_not_have_is_kept_as_rows() -> None:
    data = HEAD + "| a | b |\n| - | - |\n| 1 | 2 |\n"
    record = items(data)[0]
    assert isinstance(record, GeneRecord)
    assert record.rows[-2:] == (Row("a", "b"), Row("1", "2"))
    assert len(warnings(data)) == 1


@pytest.mark.parametrize(
    ("data", "symbol", "warned"),
    [
        (HEAD.replace("title: ABC1", "title: XYZ9"), "ABC1", "the title is not"),
        (HEAD.replace("| ABC1 |", "|"), "ABC1", "wrong number of columns"),
        (HEAD.replace("NCBI ID](", "Some ID]("), "ABC1", "a table that gene posts do not have"),
        (HEAD.replace("| 4495 ", "| none "), "ABC1", "the NCBI ID is no number"),
        (HEAD.replace("ENSG", "ENSX"), "ABC1", "the ENSEMBL ID is none"),
        (HEAD.replace("tags: [one", "tags: [[[one"), "ABC1", "no valid YAML"),
        (HEAD.replace("tags: [one, two]", "tags: " + "[" * 10_000), "ABC1", "no valid YAML"),
        (TABLE, "ABC1", "no front matter"),
    ],
)
def test_a_post_with_a_defect_is_used_with_a_warning(data: str, symbol: str, warned: str) -> None:
    record = items(data)[0]
    assert isinstance(record, GeneRecord)
    assert record.first("symbol") == symbol
    assert any(warned in reason for reason in warnings(data))


def test_a_tag_in_front_matter_makes_no_object() -> None:
    record = items(HEAD.replace("tags: [one, two]", "tags: !!python/name:os.system x"))[0]
    assert isinstance(record, GeneRecord)
    assert Row("front matter: tags", "x") in record.rows


def test_aliases_in_front_matter_do_not_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{name}: &{name} [*{before}, *{before}]"
        for before, name in zip("abcdefghijklmnopqrs", "bcdefghijklmnopqrst", strict=True)
    )
    record = items(HEAD.replace("tags: [one, two]", bomb))[0]
    assert isinstance(record, GeneRecord)
    assert Row("front matter: a", "x, x") in record.rows
    assert max(len(row.text) for row in record.rows) < 100


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"# Readme\n\n| NCBI ID | b |\n", 1),
        (HEAD.encode()[:60] + b"\0", 5),
        (HEAD.encode()[:60] + b"\xe9", 5),
        (HEAD.encode() + b" " * MAX_PAGE_BYTES, None),
        (HEAD.encode()[:30], 1),
    ],
    ids=["empty", "wrong table", "NUL", "Latin-1", "9 MB", "cut"],
)
def test_a_post_that_cannot_be_used_is_set_aside_with_line_and_mend(data: bytes, line: int | None) -> None:
    (problem,) = items(data)
    assert isinstance(problem, Problem)
    assert (problem.severity, problem.line) == ("set_aside", line)
    assert ";" in problem.reason


def test_a_post_cut_anywhere_never_raises() -> None:
    data = (HEAD + f'It enables [a]({GO}GO:0000001). "[A.]({PUBMED}1)" (2001)' + CHECKS).encode()
    for end in range(0, len(data), 5):
        assert items(data[:end])


@pytest.mark.parametrize(
    "data",
    [(HEAD + CHECKS).replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + (HEAD + CHECKS).encode()],
    ids=["CRLF", "BOM"],
)
def test_line_ends_and_byte_order_mark_change_nothing(data: bytes) -> None:
    assert items(data) == items(HEAD + CHECKS)


@pytest.mark.parametrize(
    "opening", ["[" * 50_000, "[x](" * 20_000, "(" * 50_000, "expressed in tissue, including " * 2_000]
)
def test_prose_of_brackets_is_read_in_time(opening: str) -> None:
    assert isinstance(items(HEAD + opening)[0], GeneRecord)


def test_a_post_is_recognised_by_its_content() -> None:
    for head in (HEAD, "\ufeff" + HEAD, HEAD.replace("\n", "\r\n"), TABLE):
        fmt = recognise(head)
        assert fmt is not None
        assert fmt.name == "gene-post"


@pytest.mark.parametrize(
    "head",
    ["", FRONT, "A text about NCBI ID, NCBI symbol and ENSEMBL ID.", "| Gene | NCBI symbol | ENSEMBL ID |\n"],
)
def test_other_texts_are_not_claimed(head: str) -> None:
    assert not claims(head)


@pytest.mark.parametrize("unit", [" ", "\t", "|", "\n ", "[", "| NCBI ID "])
def test_a_long_run_of_anything_is_declined_at_once(unit: str) -> None:
    begun = time.process_time()
    claims((unit * 65536)[:65536])
    assert time.process_time() - begun < 0.5
