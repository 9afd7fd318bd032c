"""A merged gene becomes a document: every field, who says it, and what supports it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from index.documents import Document, Line, decode, encode
from index.fields import BY_NAME, FIELDS
from index.flatten import Gene, GoNames, flatten
from index.mentions import MentionFinder, prepare
from index.merge import merge
from index.naming import gene_names, vocabulary
from index.records import (
    AttributeValue,
    Citation,
    Dataset,
    Fact,
    GeneLink,
    GeneRecord,
    Identifier,
    Name,
    Reference,
    Section,
    Sentence,
    Source,
    WithdrawnSymbol,
)
from index.sources import harmonizome_html, harmonizome_text
from tests.index.heads import heads

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
HGNC = Source("HGNC", "curated", "2024-10-18")
PAGE = Source("Harmonizome", "computed")
SUMMARY = Source("Harmonizome summary", "ai")
REFSEQ = Source("RefSeq", "curated", "2013-03")
GO = Source("GO", "curated")
GO_IEA = Source("GO", "computed")
POST = Source("gene post", "computed", "2025-01-17")
N7 = (Identifier("ncbigene", "7"),)
TERM = ("GO:0000007", "zinc ion binding")
TERMS = {"GO:0000007": TERM, "GO:0000008": TERM}


def document(
    *records: GeneRecord,
    withdrawn: tuple[WithdrawnSymbol, ...] = (),
    go_names: GoNames = TERMS,
    canonical: Mapping[str, str] | None = None,
    gene_id: str | None = None,
) -> Document:
    """The document of the only gene, or of ``gene_id`` among several."""
    merged = merge(heads(records), withdrawn)
    finder = MentionFinder(prepare(vocabulary(map(gene_names, merged.genes))))
    found = [gene for gene in merged.genes if gene_id in (None, gene.id)]
    assert len(found) == 1
    own = [records[head.place.start] for head in found[0].heads]
    return flatten(Gene(found[0].id, own, found[0].withdrawn), go_names, finder, canonical or {})


def lines(doc: Document, field: str) -> list[Line]:
    return [line for line in doc.lines if line.field == field]


def texts(doc: Document, field: str) -> list[str]:
    return [line.text for line in lines(doc, field)]


def said(doc: Document, field: str) -> list[tuple[str, str, str]]:
    """(text, source, provenance) of a field's lines."""
    return [
        (line.text, doc.sources[line.source].name, doc.sources[line.source].provenance)
        for line in lines(doc, field)
    ]


def section(field: str, source: Source, *sentences: str, citations: tuple[Citation, ...] = ()) -> Section:
    """A section whose last sentence is cited."""
    spans, place = [], 0
    for number, sentence in enumerate(sentences, 1):
        cited = citations if number == len(sentences) else ()
        spans.append(Sentence(place, place + len(sentence), cited))
        place += len(sentence) + 1
    return Section(field, " ".join(sentences), source, tuple(spans))


def go(
    text: str,
    source: Source,
    evidence: str | None = None,
    key: str = "GO:0000007",
    cited: tuple[int, ...] = (),
) -> Fact:
    attributes: dict[str, AttributeValue] = {} if evidence is None else {"evidence": evidence}
    return Fact("go", text, source, key, attributes, tuple(Citation(n) for n in cited))


def named(*facts: Fact, source: Source = PAGE, references: tuple[Reference, ...] = ()) -> GeneRecord:
    """A record of NCBI Gene 7 that holds facts."""
    return GeneRecord(
        source=source, identifiers=N7, names=(Name("symbol", "AAA"),), facts=facts, references=references
    )


FULL = GeneRecord(
    source=HGNC,
    identifiers=(
        Identifier("hgnc", "5"),
        *N7,
        Identifier("ensembl", "ENSG00000000007"),
        Identifier("uniprot", "P00007"),
        Identifier("uniprot_entry", "AAA_HUMAN"),
        Identifier("omim", "100007"),
        Identifier("refseq", "NM_000007"),
    ),
    names=(
        Name("symbol", "AAA"),
        Name("name", "alpha gene"),
        Name("alias", "A1"),
        Name("previous_symbol", "OLD1"),
        Name("alias_name", "other alpha"),
        Name("previous_name", "old alpha"),
    ),
    sections=(
        section("description", REFSEQ, "It binds zinc.", "It grows."),
        section("summary", SUMMARY, "It heals.", citations=(Citation(3),)),
        section("atlas", POST, "Found in liver."),
    ),
    facts=(
        Fact("family", "Alphas", HGNC, "HGNC.group:1"),
        Fact("location", "1p1", HGNC),
        Fact("locus_type", "gene with protein product", HGNC),
        Fact("protein", "AAA_HUMAN", PAGE),
        Fact("tissue", "liver", POST),
        Fact("regulator", "TFX", POST),
        Fact("publication", "12 papers", POST, attributes={"count": 12}),
        Fact("property", "length 61", POST, attributes={"value": 61, "unit": "aa"}),
        Fact("association", "32 associations", PAGE),
        Fact("check", "Coherence: no", POST),
        go("", GO, "IDA"),
    ),
    references=(
        Reference(
            3,
            authors="Ng A.",
            title="Healing.",
            journal="J Heal",
            year=2020,
            doi="10.1/heal",
            pmid="333",
        ),
    ),
    datasets=(Dataset("Brain Atlas", "tissues with high or low expression", "raw row"),),
    papers=12,
    popularity=3.5,
)


def test_every_field_of_the_table_holds_what_the_records_say() -> None:
    doc = document(FULL, withdrawn=(WithdrawnSymbol("9", "WD1", (("5", "AAA"),)),))
    assert {field.name: texts(doc, field.name) for field in FIELDS if texts(doc, field.name)} == {
        "symbol": ["AAA"],
        "previous_symbol": ["OLD1", "WD1"],
        "alias": ["A1"],
        "name": ["alpha gene"],
        "other_name": ["old alpha", "other alpha"],
        "family": ["Alphas"],
        "description": ["It binds zinc.", "It grows."],
        "summary": ["It heals."],
        "atlas": ["Found in liver."],
        "go": ["zinc ion binding"],
        "tissue": ["liver"],
        "regulator": ["TFX"],
        "reference": ["Ng A. Healing. J Heal (2020) PMID 333 doi:10.1/heal"],
        "protein": ["AAA_HUMAN"],
        "locus_type": ["gene with protein product"],
        "location": ["1p1"],
        "identifier": [
            "HGNC:5",
            "NCBIGene:7",
            "ENSG00000000007",
            "UniProt:P00007",
            "OMIM:100007",
            "NM_000007",
        ],
        "dataset": ["Brain Atlas"],
        "publication": ["12 papers"],
        "property": ["length 61"],
        "association": ["32 associations"],
        "check": ["Coherence: no"],
    }
    assert (doc.id, doc.taxon, doc.symbol, doc.name) == ("HGNC:5", 9606, "AAA", "alpha gene")
    assert (doc.papers, doc.popularity) == (12, 3.5)
    assert [line.field for line in doc.statements] == sorted(
        (line.field for line in doc.statements), key=[field.name for field in FIELDS].index
    )
    assert decode(encode(doc)) == doc


def test_each_line_says_who_says_it() -> None:
    doc = document(FULL)
    assert said(doc, "description")[0] == ("It binds zinc.", "RefSeq", "curated")
    assert said(doc, "summary") == [("It heals.", "Harmonizome summary", "ai")]
    assert said(doc, "tissue") == [("liver", "gene post", "computed")]
    assert said(doc, "family") == [("Alphas", "HGNC", "curated")]
    assert doc.sources[lines(doc, "description")[0].source].date == "2013-03"


def test_keys_and_attributes_stay_with_their_fact() -> None:
    doc = document(FULL)
    assert lines(doc, "family")[0].key == "HGNC.group:1"
    assert lines(doc, "property")[0].attributes == {"value": 61, "unit": "aa"}
    assert lines(doc, "dataset")[0].attributes == {"relation": "tissues with high or low expression"}


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


def parsed(name: str) -> GeneRecord:
    folder, parse = (
        ("harmonizome-html", harmonizome_html.parse)
        if name.endswith(".html")
        else ("harmonizome-text", harmonizome_text.parse)
    )
    with (SAMPLES / folder / name).open("rb") as stream:
        (record,) = [item for item in parse(stream, name) if isinstance(item, GeneRecord)]
    return record


@pytest.mark.parametrize("symbol", ["MT1H", "TNF", "APOE", "NKX2-5", "C4B_2"])
def test_a_page_given_as_text_and_as_html_says_each_line_once(symbol: str) -> None:
    once = document(parsed(f"{symbol}.txt"))
    twice = document(parsed(f"{symbol}.txt"), parsed(f"{symbol}.html"))
    assert {(line.field, line.text) for line in once.lines} <= {
        (line.field, line.text) for line in twice.lines
    }
    for field in ("description", "summary", "reference", "family", "dataset", "protein", "symbol"):
        assert sorted(texts(twice, field)) == sorted(texts(once, field))
        assert len(set(texts(twice, field))) == len(texts(twice, field))
    assert len(twice.references) == len(once.references)
    assert encode(document(parsed(f"{symbol}.txt"), parsed(f"{symbol}.txt"))) == encode(once)


def test_names_of_datasets_stand_only_in_their_own_field_which_plain_words_do_not_search() -> None:
    doc = document(parsed("MT1H.txt"))
    assert any("Human Brain Tissue" in text for text in texts(doc, "dataset"))
    elsewhere = [line.text for line in doc.lines if line.field != "dataset"]
    assert not [text for text in elsewhere if "Brain Tissue" in text or "extracted from the" in text]
    assert not BY_NAME["dataset"].plain


def test_one_spelling_is_one_name_under_its_strongest_kind() -> None:
    hgnc = GeneRecord(
        source=HGNC,
        identifiers=(Identifier("hgnc", "5"), *N7),
        names=(Name("symbol", "AAA"), Name("name", "Alpha gene"), Name("previous_symbol", "BBB")),
    )
    page = GeneRecord(
        source=PAGE,
        identifiers=N7,
        names=(
            Name("symbol", "BBB"),
            Name("name", "alpha  gene"),
            Name("alias", "AAA"),
            Name("alias", "BBB"),
            Name("alias", "CCC"),
        ),
    )
    doc = document(page, hgnc, withdrawn=(WithdrawnSymbol("9", "CCC", (("5", "AAA"),)),))
    assert [(name.kind, name.spelling) for name in doc.names] == [
        ("symbol", "AAA"),
        ("previous_symbol", "BBB"),
        ("alias", "CCC"),
        ("name", "Alpha gene"),
    ]


def mentioned(doc: Document, field: str) -> list[tuple[str, tuple[str, ...], bool]]:
    (line,) = lines(doc, field)
    return [(line.text[m.start : m.end], m.genes, m.linked) for m in line.mentions]


def other_gene(number: str, symbol: str, *aliases: str) -> GeneRecord:
    return GeneRecord(
        source=HGNC,
        identifiers=(Identifier("hgnc", number),),
        names=(Name("symbol", symbol), *(Name("alias", alias) for alias in aliases)),
    )


def about(text: str, *links: GeneLink) -> GeneRecord:
    """A page of HGNC:5, which has the alias MT1 too, with one sentence after another."""
    lead = "First. "
    shifted = tuple(GeneLink(one.start + len(lead), one.end + len(lead), one.gene) for one in links)
    whole = Section(
        "summary",
        lead + text,
        SUMMARY,
        (Sentence(0, 6), Sentence(len(lead), len(lead) + len(text), links=shifted)),
    )
    return GeneRecord(
        source=PAGE,
        identifiers=(Identifier("hgnc", "5"),),
        names=(Name("symbol", "MT1Z"), Name("alias", "MT1")),
        sections=(whole,),
    )


OTHERS = (other_gene("1", "MT1A", "MT1"), other_gene("2", "TNF", "tumor necrosis factor"))


@pytest.mark.parametrize(
    ("text", "links", "expected"),
    [
        ("By TNF and MT1A.", (), [("TNF", ("HGNC:2",), False), ("MT1A", ("HGNC:1",), False)]),
        ("By MT1.", (), [("MT1", ("HGNC:5", "HGNC:1"), False)]),
        ("By TNF.", (GeneLink(3, 6, "NCBIGene:77"),), [("TNF", ("HGNC:1",), True)]),
        ("By TNF.", (GeneLink(3, 6, "NCBIGene:88"),), [("TNF", ("NCBIGene:88",), True)]),
        ("By the factor, TNF.", (GeneLink(3, 13, "NCBIGene:77"),), [
            ("the factor", ("HGNC:1",), True),
            ("TNF", ("HGNC:2",), False),
        ]),
        ("A tumor necrosis factor.", (GeneLink(2, 7, "NCBIGene:77"),), [("tumor", ("HGNC:1",), True)]),
    ],
    ids=["recognised", "own gene first", "link wins", "link to a gene not here", "both", "overlap"],
)  # fmt: skip
def test_genes_named_in_a_sentence_are_marked_and_the_links_of_a_source_win(
    text: str, links: tuple[GeneLink, ...], expected: list[tuple[str, tuple[str, ...], bool]]
) -> None:
    doc = document(about(text, *links), *OTHERS, gene_id="HGNC:5", canonical={"NCBIGene:77": "HGNC:1"})
    second = lines(doc, "summary")[1]
    assert second.text == text
    assert [(text[m.start : m.end], m.genes, m.linked) for m in second.mentions] == expected


@pytest.mark.parametrize(("field", "read"), [("summary", True), ("tissue", False), ("dataset", False)])
def test_genes_are_looked_for_in_prose_only(field: str, read: bool) -> None:
    page = GeneRecord(
        source=PAGE,
        identifiers=(Identifier("hgnc", "5"),),
        names=(Name("symbol", "AAA"),),
        facts=(Fact(field, "near TNF", PAGE),),
    )
    found = mentioned(document(page, *OTHERS, gene_id="HGNC:5"), field)
    assert found == ([("TNF", ("HGNC:2",), False)] if read else [])


def test_a_sentence_that_only_says_that_nothing_is_known_is_marked() -> None:
    page = GeneRecord(
        source=PAGE,
        identifiers=N7,
        names=(Name("symbol", "AAA"),),
        sections=(section("summary", SUMMARY, "The function of AAA is unknown.", "AAA binds zinc."),),
    )
    assert [line.says_nothing for line in lines(document(page), "summary")] == [True, False]


def test_a_paper_known_by_its_number_alone_is_no_line_where_a_fact_cites_it() -> None:
    cited, title = Reference(1, pmid="11"), Reference(2, pmid="12", title="Zinc in kidneys")
    uncited = Reference(3, pmid="13")
    fact = go("", GO, "IDA", cited=(1, 2))
    doc = document(named(fact, source=GO, references=(cited, title, uncited)))
    assert texts(doc, "reference") == ["Zinc in kidneys. PMID 12", "PMID 13"]
    (line,) = lines(doc, "go")
    assert [doc.references[one.reference].reference.pmid for one in line.cited] == ["11", "12"]
