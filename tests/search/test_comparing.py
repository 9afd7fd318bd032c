"""What each source says of a question, and what is doubtful in evidence; with both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from index.documents import Document, Line
from index.engines import EMBEDDED
from index.records import Reference
from search import Genes, open_index
from search.comparison import Comparison
from search.gene import Gene
from tests.making import gene, publish, says

PAPER = Reference(1, "A. Author", "On copper", "J. Metals", 2020, "10.1/x", "11")
Opened = Callable[..., Genes]


def about(line: Line, other: str) -> Line:
    return msgspec.structs.replace(line, field="aside", about=other, says_nothing=True)


@pytest.fixture(params=sorted(EMBEDDED))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """An index of hand-made genes."""
    with ExitStack() as stack:

        def over(*documents: Document) -> Genes:
            publish(tmp_path / "index", documents, engine=request.param)
            return stack.enter_context(open_index(tmp_path / "index"))

        yield over


def compared(genes: Genes, question: str, name: str = "AAA1") -> Comparison:
    found = genes.gene(name, question=question)
    assert isinstance(found, Gene)
    assert isinstance(found.comparison, Comparison)
    return found.comparison


def told(comparison: Comparison) -> list[tuple[str, str, list[tuple[str, tuple[str, ...], bool]]]]:
    return [
        (
            source.provenance,
            source.source,
            [(claim.line.sentence, claim.held, claim.only_ai) for claim in source.claims],
        )
        for source in comparison.sources
    ]


GENE = gene(
    "AAA1",
    "AAA1 binds zinc.",
    says("AAA1 is found in liver.", by="computed"),
    says("AAA1 binds zinc in bone.", by="ai", cited=[0]),
    says("AAA1 is bound to zinc.", by="ai"),
    references=[PAPER],
)


def test_each_source_s_lines_stand_by_who_says_them_the_curated_first(opened: Opened) -> None:
    comparison = compared(opened(GENE), "zinc bone gold")
    assert told(comparison) == [
        ("curated", "RefSeq", [("AAA1 binds zinc.", ("zinc",), False)]),
        ("computed", "Alliance", []),
        (
            "ai",
            "Harmonizome",
            [
                ("AAA1 binds zinc in bone.", ("zinc", "bone"), True),
                ("AAA1 is bound to zinc.", ("zinc",), False),
            ],
        ),
    ]
    assert comparison.words == ("zinc", "bone", "gold")
    assert comparison.missing == ("gold",)
    assert comparison.only_ai == ("bone",)
    assert comparison.complete
    assert not comparison.is_name


def test_a_claim_is_only_ai_where_no_other_line_holds_all_its_words(opened: Opened) -> None:
    apart = gene("AAA1", "AAA1 binds zinc.", "It is in bone.", says("Zinc is in bone by AAA1.", by="ai"))
    comparison = compared(opened(apart), "zinc bone")
    assert [claim.only_ai for source in comparison.sources for claim in source.claims] == [False, False, True]
    assert comparison.only_ai == ()


@pytest.mark.parametrize(
    "weak",
    [
        says("Whether AAA1 binds zinc is not known.", nothing=True),
        about(says("BBB1 binds zinc."), "NCBIGene:BBB1"),
        says("A. Author. The zinc of AAA1. J. Metals (2020)", "reference", by="computed"),
    ],
    ids=["says that nothing is known", "about another gene", "a paper's title"],
)
def test_a_line_that_says_nothing_of_the_gene_supports_no_claim(opened: Opened, weak: Line) -> None:
    genes = opened(gene("AAA1", weak, says("AAA1 binds zinc.", by="ai")), gene("BBB1"))
    comparison = compared(genes, "zinc")
    assert comparison.only_ai == ("zinc",)
    claims = [claim for source in comparison.sources for claim in source.claims]
    assert {claim.line.sentence: claim.only_ai for claim in claims} == {
        weak.text: False,
        "AAA1 binds zinc.": True,
    }
    assert genes.search("zinc").hits[0].only_ai


def test_the_lines_are_those_that_a_search_shows(opened: Opened) -> None:
    genes = opened(GENE)
    hit = genes.search("zinc bone").hits[0]
    lines = [claim.line for source in compared(genes, "zinc bone").sources for claim in source.claims]
    assert hit.highlights
    assert all(highlight in lines for highlight in hit.highlights)


def test_of_a_question_with_conditions_nothing_is_said_of_the_lines_left_out(opened: Opened) -> None:
    genes = opened(GENE)
    comparison = compared(genes, "zinc provenance:ai")
    assert {source.provenance for source in comparison.sources} == {"ai"}
    assert not comparison.complete
    assert comparison.only_ai == ()
    assert not any(claim.only_ai for source in comparison.sources for claim in source.claims)
    assert not genes.search("zinc provenance:ai").hits[0].only_ai


def test_a_name_of_the_gene_asks_nothing_of_it(opened: Opened) -> None:
    genes = opened(GENE)
    assert compared(genes, "AAA1").is_name
    assert not compared(genes, "zinc").is_name


def test_without_a_question_nothing_is_compared(opened: Opened) -> None:
    found = opened(GENE).gene("AAA1", question="  ")
    assert isinstance(found, Gene)
    assert found.comparison is msgspec.UNSET


def test_a_question_that_was_misread_says_so(opened: Opened) -> None:
    assert compared(opened(GENE), "zinc AND").warnings


# Doubts


def test_a_hit_is_only_ai_where_nothing_else_answers_at_all(opened: Opened) -> None:
    genes = opened(GENE, gene("BBB1", says("BBB1 is found in bone.", by="ai"), "BBB1 binds iron."))
    only = {hit.symbol: hit.only_ai for hit in genes.search("bone").hits}
    assert only == {"AAA1": True, "BBB1": True}
    assert [hit.only_ai for hit in genes.search("zinc").hits] == [False]
    assert [hit.only_ai for hit in genes.search("iron").hits] == [False]
    assert [hit.only_ai for hit in genes.search("BBB1").hits] == [False]


def test_a_curated_line_behind_the_shown_ones_counts(opened: Opened) -> None:
    shown = [says(f"AAA1 takes zinc to bone {n}.", by="ai", cited=[0]) for n in range(4)]
    name = says("Zinc in bone by AAA1", "other_name")
    hit = opened(gene("AAA1", *shown, name, references=[PAPER])).search("zinc bone").hits[0]
    assert {highlight.provenance for highlight in hit.highlights} == {"ai"}
    assert not hit.only_ai


@pytest.mark.parametrize(
    "question",
    ["oxidative balance", "AAA1 oxidative balance", "zinc oxidative balance", "zincin oxidative balance"],
)
def test_a_claim_stays_only_ai_whatever_stands_beside_it_in_the_query(opened: Opened, question: str) -> None:
    claim = says("So AAA1 may take zinc to an oxidative balance.", by="ai")
    genes = opened(gene("AAA1", "zinc ion binding", claim, name="zincin 1", names=[("alias", "ZNC")]))
    (hit,) = genes.search(question).hits
    assert hit.highlights[0].sentence == claim.text
    assert hit.only_ai
    assert hit.highlights[0].only_ai
    claims = [claim for source in compared(genes, question).sources for claim in source.claims]
    assert [claim.line.sentence for claim in claims if claim.only_ai] == [
        claim.line.sentence for claim in claims[-1:]
    ]
    assert compared(genes, question).only_ai == ("oxidative", "balance")


@pytest.mark.parametrize("question", ["AAA1 zinc", "zincin 1 zinc", "zinc OR pmid:11"])
def test_the_gene_s_own_names_and_a_paper_are_no_part_of_a_claim(opened: Opened, question: str) -> None:
    claim = says("Zincin 1 (AAA1) binds zinc.", by="ai", cited=[0])
    genes = opened(gene("AAA1", claim, says("zinc binding", "go"), name="zincin 1", references=[PAPER]))
    (hit,) = genes.search(question).hits
    assert hit.highlights[0].sentence == claim.text
    assert not hit.only_ai
    assert not any(highlight.only_ai for highlight in hit.highlights)
    assert compared(genes, question).only_ai == ()


def test_titles_of_papers_stand_apart_from_what_their_source_says(opened: Opened) -> None:
    title = says("A. Author. Zinc and AAA1. J. Metals (2020)", "reference", by="ai")
    sources = compared(opened(gene("AAA1", says("AAA1 binds zinc.", by="ai"), title)), "zinc").sources
    assert [(source.titles, [claim.line.section for claim in source.claims]) for source in sources] == [
        (False, ["summary"]),
        (True, ["reference"]),
    ]


def test_what_only_says_that_nothing_is_known_stands_last_and_is_no_claim(opened: Opened) -> None:
    silent = says("Zinc, bone and AAA1: nothing is known.", by="ai", nothing=True)
    other = about(says("BBB1 takes zinc to bone.", by="ai"), "NCBIGene:BBB1")
    genes = opened(gene("AAA1", silent, other, says("AAA1 binds zinc.", by="ai")), gene("BBB1"))
    (source,) = compared(genes, "zinc bone").sources
    assert [(claim.line.sentence, claim.line.says_nothing) for claim in source.claims] == [
        ("AAA1 binds zinc.", False),
        ("BBB1 takes zinc to bone.", False),
        (silent.text, True),
    ]
    assert not source.claims[-1].only_ai
    found = genes.gene("AAA1")
    assert isinstance(found, Gene)
    lines = [line for section in found.sections for line in section.lines]
    assert {line.sentence for line in lines if line.says_nothing} == {silent.text}


def test_an_ai_written_sentence_without_a_paper_says_so_and_nobody_else_s_does(opened: Opened) -> None:
    genes = opened(GENE)
    claims = [claim.line for source in compared(genes, "zinc").sources for claim in source.claims]
    uncited = {line.sentence for line in claims if line.uncited}
    assert uncited == {"AAA1 is bound to zinc."}
    found = genes.gene("AAA1")
    assert isinstance(found, Gene)
    lines = [line for section in found.sections for line in section.lines]
    assert {line.sentence for line in lines if line.uncited} == uncited
    shown = [line for hit in genes.search("bound").hits for line in hit.highlights]
    assert [line.uncited for line in shown] == [line.sentence in uncited for line in shown]
    assert any(line.uncited for line in shown)


def test_what_is_said_of_another_gene_is_no_claim_about_this_one(opened: Opened) -> None:
    other = about(says("BBB1 takes zinc to bone.", by="ai"), "NCBIGene:BBB1")
    found = compared(opened(gene("AAA1", "AAA1 is a gene.", other), gene("BBB1")), "zinc bone")
    assert [claims for _, _, claims in told(found) if claims] == [
        [("BBB1 takes zinc to bone.", ("zinc", "bone"), False)]
    ]
    assert found.only_ai == ()
