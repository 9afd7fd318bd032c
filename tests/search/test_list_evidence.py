"""What the genes of a list answer to its question."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import columnar
from index.engines import EMBEDDED
from index.records import Reference
from search import BadRequest, Genes, open_index
from search.list_exporting import COLUMNS, papers_behind_list, table
from search.listed import ListedGene, Listing
from tests.making import gene, publish, says
from tests.search.conftest import Searching

PAPER = Reference(n=1, title="Zinc in cells", year=2002, pmid="12081484", doi="10.1021/bi020030+")
QUESTIONS = ("zinc homeostasis", "methylation", '"hepatocellular carcinoma"', "copper OR cadmium", "MT1H")


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(
        gene(
            "ZN1",
            says("Zinc and copper are bound by it.", cited=[0]),
            says("Zinc and copper matter.", by="ai"),
            references=[PAPER],
        ),
        gene("ZN2", "It binds zinc.", says("Of its part in copper nothing is known.", nothing=True)),
        gene("AI3", says("It may bind zinc.", by="ai")),
        gene("NO4", "It moves along."),
    )


def _genes(listing: Listing) -> dict[str, ListedGene]:
    return {row.gene.symbol: row.gene for row in listing.rows if row.gene is not None}


def _said(listing: Listing) -> dict[str, str | None]:
    return {
        symbol: None if one.evidence is None else one.evidence.sentence
        for symbol, one in _genes(listing).items()
    }


ALL = ["ZN1", "ZN2", "AI3", "NO4"]


def test_each_gene_has_its_best_sentence_and_others_none(genes: Genes) -> None:
    assert _said(genes.listing(ALL, "zinc copper")) == {
        "ZN1": "Zinc and copper are bound by it.",
        "ZN2": "It binds zinc.",
        "AI3": "It may bind zinc.",
        "NO4": None,
    }


def test_a_sentence_comes_with_spans_references_and_who_says_it(genes: Genes) -> None:
    line = _genes(genes.listing(ALL, "zinc copper"))["ZN1"].evidence
    assert line is not None
    assert [line.sentence[start:end] for start, end in line.spans] == ["Zinc", "copper"]
    assert [ref.pmid for ref in line.refs] == ["12081484"]
    assert (line.section, line.provenance, line.source) == ("summary", "curated", "RefSeq")


def test_a_gene_says_which_words_it_lacks(genes: Genes) -> None:
    found = _genes(genes.listing(ALL, "zinc copper"))
    assert {symbol: one.missing for symbol, one in found.items()} == {
        "ZN1": (), "ZN2": (), "AI3": ("copper",), "NO4": ("zinc", "copper"),
    }  # fmt: skip


def test_words_that_only_other_lines_of_the_gene_hold_are_told(searching: Searching) -> None:
    genes = searching(
        gene("APART", "It binds copper ions.", "Zinc is near.", name="apart protein"),
        gene("NAMED", "It binds copper.", name="zinc protein"),
        gene("BOTH", "It binds zinc and copper."),
        gene("QUIET", "It binds copper.", says("Of zinc nothing is known.", nothing=True)),
    )
    found = _genes(genes.listing(["APART", "NAMED", "BOTH", "QUIET"], "copper zinc"))
    said = {symbol: (one.evidence is not None, one.elsewhere) for symbol, one in found.items()}
    (word,) = {"copper", "zinc"} - _held(found["APART"])
    assert said == {"APART": (True, (word,)), "NAMED": (True, ()), "BOTH": (True, ()), "QUIET": (True, ())}
    assert found["APART"].missing == ()


def test_a_sentence_for_an_operator_says_what_it_lacks_too(searching: Searching) -> None:
    genes = searching(gene("APART", "It binds copper ions.", "Zinc is near."))
    for question in ("copper AND zinc", "copper zinc provenance:curated"):
        (one,) = _genes(genes.listing(["APART"], question)).values()
        assert {*one.elsewhere} == {"copper", "zinc"} - _held(one)
        assert len(one.elsewhere) == 1


def _held(one: ListedGene) -> set[str]:
    assert one.evidence is not None
    return {one.evidence.sentence[start:end].lower() for start, end in one.evidence.spans}


def test_what_only_ai_says_is_told(genes: Genes) -> None:
    found = _genes(genes.listing(ALL, "zinc"))
    assert [symbol for symbol, one in found.items() if one.only_ai] == ["AI3"]


def test_of_a_question_with_conditions_it_is_not_told_who_else_says_it(genes: Genes) -> None:
    (one,) = _genes(genes.listing(["AI3"], "provenance:ai")).values()
    assert one.evidence is not None
    assert not one.only_ai
    assert not one.evidence.only_ai


def test_the_strongest_sentence_comes_first_where_that_is_asked_for(genes: Genes) -> None:
    listing = genes.listing(["NO4", "AI3", "ZN1", "ZN2"], "zinc copper", sort="evidence")
    assert [row.query for row in listing.rows] == ["ZN1", "ZN2", "AI3", "NO4"]
    strengths = [row.strength for row in listing.rows]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > strengths[-1] == 0


def test_a_genes_own_name_is_no_sentence_about_anything(searching: Searching) -> None:
    named = searching(gene("ZNF9", "It moves.", name="zinc finger protein 9"), gene("B", "Binds zinc."))
    listing = named.listing(["ZNF9", "B"], "zinc")
    assert _said(listing) == {"ZNF9": None, "B": "Binds zinc."}
    assert [row.strength > 0 for row in listing.rows] == [False, True]


def test_what_a_page_says_of_another_gene_is_no_evidence_for_its_own(searching: Searching) -> None:
    aside = says("REST is lost in deafness.", "aside")
    told = searching(gene("OWN", "It moves.", aside), gene("REST", "Its loss brings deafness."))
    assert _said(told.listing(["OWN", "REST"], "deafness")) == {
        "OWN": None, "REST": "Its loss brings deafness.",
    }  # fmt: skip


def test_conditions_on_evidence_choose_among_the_sentences(genes: Genes) -> None:
    assert _said(genes.listing(ALL, "zinc provenance:ai")) == {
        "ZN1": "Zinc and copper matter.", "ZN2": None, "AI3": "It may bind zinc.", "NO4": None,
    }  # fmt: skip
    assert _said(genes.listing(ALL, "zinc cited:true"))["ZN1"] == "Zinc and copper are bound by it."


def test_only_what_a_query_with_operators_finds_answers_it(genes: Genes) -> None:
    assert _said(genes.listing(ALL, "zinc NOT copper")) == {
        "ZN1": None, "ZN2": None, "AI3": "It may bind zinc.", "NO4": None,
    }  # fmt: skip


def test_without_a_question_no_gene_has_a_sentence(genes: Genes) -> None:
    for question in ("", "  "):
        listing = genes.listing(ALL, question)
        assert listing.question is None
        assert set(_said(listing).values()) == {None}
        assert listing.summary.answered == 0


def test_a_question_without_a_word_answers_nothing_and_says_so(genes: Genes) -> None:
    listing = genes.listing(ALL, "***")
    assert set(_said(listing).values()) == {None}
    assert listing.warnings


def test_how_the_question_was_read_is_told(genes: Genes) -> None:
    listing = genes.listing(ALL, "zinc AND", strict=False)
    assert listing.question is not None
    assert listing.question.canonical == "zinc"
    assert any("operator" in warning.message for warning in listing.warnings)
    with pytest.raises(BadRequest):
        genes.listing(ALL, "zinc AND", strict=True)


def test_an_empty_list_is_answered(genes: Genes) -> None:
    listing = genes.listing([], "zinc")
    assert listing.rows == ()
    assert listing.summary.names == 0


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_gene_of_a_list_shows_what_a_search_shows_of_it_first(samples: Genes, question: str) -> None:
    hits = [hit for hit in samples.search(question, size=100).hits if hit.match.kind == "text"]
    assert hits
    listing = samples.listing([hit.id for hit in hits], question)
    assert [row.gene and row.gene.id for row in listing.rows] == [hit.id for hit in hits]
    first = [
        [line for line in hit.highlights if line.section not in ("symbol", "name", "aside")] for hit in hits
    ]
    assert [row.gene and row.gene.evidence for row in listing.rows] == [(*said, None)[0] for said in first]
    assert [row.gene and row.gene.name for row in listing.rows] == [hit.name for hit in hits]


def test_both_engines_answer_a_list_alike(tmp_path: Path) -> None:
    documents = [
        gene("ZN1", says("Zinc and copper are bound.", cited=[0]), references=[PAPER]),
        gene("ZN2", "It binds zinc.", says("Copper is bound.", by="ai")),
        gene("NO4", "It moves along."),
    ]
    answers = []
    for engine in EMBEDDED:
        publish(tmp_path / engine, documents, engine=engine)
        with open_index(tmp_path / engine) as made:
            answers.append(
                [
                    made.listing(["ZN1", "ZN2", "NO4"], question, sort=sort).rows
                    for question in ("zinc copper", "zinc NOT copper", "")
                    for sort in ("given", "evidence")
                ]
            )
    assert columnar.NAME in EMBEDDED
    assert len(answers) > 1
    assert all(answer == answers[0] for answer in answers)


# Taking it away


def test_a_table_has_a_row_for_each_name_and_the_genes_columns_always(genes: Genes) -> None:
    listing = genes.listing(["ZN1", "nosuch", "ZN1", "NO4"], "zinc")
    header, *rows = table(listing.rows)
    assert header == COLUMNS
    assert [row[:3] for row in rows] == [(1, "ZN1", "resolved"), (2, "nosuch", "unmatched"),
                                         (3, "ZN1", "resolved"), (4, "NO4", "resolved")]  # fmt: skip
    assert {len(row) for row in rows} == {len(COLUMNS)}
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert (first["_id"], first["symbol"], first["pmids"]) == ("NCBIGene:ZN1", "ZN1", ("12081484",))
    assert first["sentence"] == "Zinc and copper are bound by it."
    last = dict(zip(COLUMNS, rows[-1], strict=True))
    assert (last["symbol"], last["sentence"], last["missing"]) == ("NO4", None, ("zinc",))


def test_an_ambiguous_name_has_its_candidates_and_no_gene_in_a_table(searching: Searching) -> None:
    two = searching(gene("A1", "Zinc.", names=[("alias", "SAME")]), gene("A2", names=[("alias", "SAME")]))
    _, row = table(two.listing(["SAME"], "zinc").rows)
    cells = dict(zip(COLUMNS, row, strict=True))
    assert (cells["status"], cells["_id"], cells["symbol"], cells["sentence"]) == (
        "ambiguous", None, None, None,
    )  # fmt: skip
    assert cells["candidates"] == ("A1", "A2")


def test_the_papers_of_a_list_are_those_behind_its_sentences_each_once(genes: Genes) -> None:
    papers = list(papers_behind_list(genes.listing(["ZN1", "ZN1", *ALL], "zinc copper").rows))
    assert [(paper.reference.pmid, paper.genes) for paper in papers] == [("12081484", ("ZN1",))]
    assert not list(papers_behind_list(genes.listing(ALL, "moves").rows))
