"""A merged gene becomes a document: every field, every name, and who says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.documents import Document, decode, encode
from index.fields import BY_NAME, FIELDS
from index.records import (
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
    WithdrawnSymbol,
)
from index.sources import harmonizome_html, harmonizome_text
from tests.index.flattening import (
    GO,
    HGNC,
    N7,
    PAGE,
    POST,
    REFSEQ,
    SUMMARY,
    document,
    go,
    lines,
    said,
    section,
    texts,
)

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
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


@pytest.mark.parametrize(
    ("told", "evidence"),
    [
        (("The papers do not address AAA.", "BBB binds zinc by BBB."), (True, "BBB")),
        (("Nothing is known about AAA.",), (True, None)),
        (("AAA binds zinc.",), (False, None)),
    ],
    ids=["about another gene", "nothing known", "about the gene"],
)
def test_the_title_of_a_paper_is_evidence_only_where_a_sentence_about_the_gene_cites_it(
    told: tuple[str, ...], evidence: tuple[bool, str | None]
) -> None:
    page = GeneRecord(
        source=PAGE,
        identifiers=N7,
        names=(Name("symbol", "AAA"),),
        sections=(section("summary", SUMMARY, *told, citations=(Citation(1),)),),
        references=(Reference(1, "A. Author", "Zinc and BBB", "Metals", 2020, pmid="77"),),
    )
    (title,) = lines(document(page), "reference")
    assert (title.says_nothing, title.about) == evidence


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
        ("The MT1 protein binds zinc.", (), [("MT1", ("HGNC:5",), False)]),
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
        facts=(Fact(field, "the TNF gene in human cells", PAGE),),
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
