"""What supports a line of a document: papers that are cited, annotations that are joined."""

from __future__ import annotations

import pytest

from index.documents import Line
from index.flatten import GoNames
from index.records import Citation, Fact, GeneRecord, Name, Reference, Section, Sentence, Source
from tests.index.flattening import (
    GO,
    GO_IEA,
    N7,
    PAGE,
    POST,
    SUMMARY,
    TERMS,
    document,
    go,
    lines,
    named,
    texts,
)


def test_a_citation_leads_to_the_paper_of_its_own_source_whatever_its_number() -> None:
    one = GeneRecord(
        source=PAGE,
        identifiers=N7,
        names=(Name("symbol", "AAA"),),
        sections=(
            Section(
                "summary",
                "Uncited. Cited.",
                SUMMARY,
                (
                    Sentence(0, 8, (Citation(2, "passage"),)),
                    Sentence(9, 15, (Citation(2), Citation(1), Citation(99))),
                ),
            ),
        ),
        references=(Reference(1, pmid="11", title="T"), Reference(2, pmid="12", title="T")),
    )
    other = named(go("", GO, "IDA", cited=(1,)), source=GO, references=(Reference(1, pmid="21", title="T"),))
    doc = document(other, one)

    def papers(line: Line) -> list[tuple[str | None, str]]:
        return [(doc.references[c.reference].reference.pmid, c.scope) for c in line.cited]

    first, second = lines(doc, "summary")
    assert papers(first) == [("12", "passage")]
    assert papers(second) == [("12", "sentence"), ("11", "sentence")]
    assert papers(lines(doc, "go")[0]) == [("21", "sentence")]
    by_paper = {line.text: papers(line) for line in lines(doc, "reference")}
    assert by_paper == {f"T. PMID {n}": [(n, "sentence")] for n in ("11", "12", "21")}
    owners = {one.reference.pmid: doc.sources[one.source].name for one in doc.references}
    assert owners == {"11": "Harmonizome", "12": "Harmonizome", "21": "GO"}


def test_a_line_that_is_said_again_with_a_paper_keeps_the_paper() -> None:
    plain, cited = Fact("tissue", "liver", PAGE), Fact("tissue", "Liver", PAGE, citations=(Citation(1),))
    for facts in ((plain, cited), (cited, plain)):
        doc = document(named(*facts, references=(Reference(1, pmid="11"),)))
        (line,) = lines(doc, "tissue")
        assert [doc.references[one.reference].reference.pmid for one in line.cited] == ["11"]


def test_a_paper_of_which_nothing_is_known_makes_no_empty_line() -> None:
    doc = document(named(references=(Reference(1),)))
    assert all(line.text for line in doc.lines)


@pytest.mark.parametrize(
    ("fact", "terms", "expected"),
    [
        (go("", GO), TERMS, ("zinc ion binding", "GO:0000007")),
        (go("", GO, key="GO:0000008"), TERMS, ("zinc ion binding", "GO:0000007")),
        (go("binds Zn", POST), TERMS, ("binds Zn", "GO:0000007")),
        (go("binds Zn", POST, key="GO:0000008"), TERMS, ("binds Zn", "GO:0000007")),
        (go("", GO), {}, ("GO:0000007", "GO:0000007")),
        (go("binds Zn", POST), {}, ("binds Zn", "GO:0000007")),
    ],
    ids=[
        "named by the ontology",
        "other id",
        "own words",
        "own words, other id",
        "no ontology",
        "own words alone",
    ],
)
def test_a_go_fact_has_the_words_of_its_source_else_of_the_ontology_and_todays_id(
    fact: Fact, terms: GoNames, expected: tuple[str, str]
) -> None:
    (line,) = lines(document(named(fact), go_names=terms), "go")
    assert (line.text, line.key) == expected


@pytest.mark.parametrize(
    ("facts", "source", "evidence"),
    [
        ([go("", GO, "IDA"), go("", GO_IEA, "IEA")], GO, "IDA, IEA"),
        ([go("", GO_IEA, "IEA"), go("", GO, "IMP"), go("", GO, "IDA")], GO, "IDA, IEA, IMP"),
        ([go("", GO, "IDA"), go("", GO, "IDA", key="GO:0000008")], GO, "IDA"),
        ([go("", GO_IEA, "IEA")], GO_IEA, "IEA"),
        ([go("zinc ion binding", POST), go("", GO, "IDA")], GO, "IDA"),
        ([go("", GO, "IDA"), go("Zinc ion  binding", POST, cited=(1,))], GO, "IDA"),
        ([go("zinc ion binding", POST), go("", GO_IEA, "IEA")], POST, "IEA"),
    ],
)
def test_annotations_to_one_term_are_one_line_curated_when_one_of_them_is_with_every_evidence_code(
    facts: list[Fact], source: Source, evidence: str
) -> None:
    doc = document(named(*facts, references=(Reference(1, pmid="11"),)))
    (line,) = lines(doc, "go")
    assert doc.sources[line.source] == source
    assert line.attributes["evidence"] == evidence
    assert len(line.cited) == sum(len(fact.citations) for fact in facts)


def test_papers_of_several_annotations_to_one_term_are_joined() -> None:
    papers = (Reference(1, pmid="11"), Reference(2, pmid="12"))
    doc = document(named(go("", GO, "IDA", cited=(1,)), go("", GO, "IMP", cited=(2, 1)), references=papers))
    (line,) = lines(doc, "go")
    assert [doc.references[cited.reference].reference.pmid for cited in line.cited] == ["11", "12"]


def test_a_paper_known_by_its_number_alone_is_no_line_where_a_fact_cites_it() -> None:
    cited, title = Reference(1, pmid="11"), Reference(2, pmid="12", title="Zinc in kidneys")
    uncited = Reference(3, pmid="13")
    fact = go("", GO, "IDA", cited=(1, 2))
    doc = document(named(fact, source=GO, references=(cited, title, uncited)))
    assert texts(doc, "reference") == ["Zinc in kidneys. PMID 12", "PMID 13"]
    (line,) = lines(doc, "go")
    assert [doc.references[one.reference].reference.pmid for one in line.cited] == ["11", "12"]
