"""What a page shows for an answer made here.  Needs the index (conftest) for an answer to start from."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from flask import Flask, render_template
from werkzeug.datastructures import MultiDict

from search import Genes
from search.gene import GeneChoice
from search.page import AnnotatedTerm, EvidenceReference, GeneMention, Highlight, Owner, Page, Withdrawn
from tests.webapp.reading import Element, Reader
from webapp.asking import asked
from webapp.pages import EXAMPLES
from webapp.presenting import gene_address, many, shared_names, when
from webapp.terminal import print_page


def shown(app: Flask, answer: Page) -> Element:
    """The results page for an answer made here."""
    with app.test_request_context("/search?q=x"):
        return Reader(
            render_template(
                "results.html",
                query=answer.query.q,
                page=answer,
                ask=asked(MultiDict({"q": answer.query.q}), 10, 1000),
                facets=(),
                chips=(),
                sorts={},
                page_size=10,
                warnings=answer.warnings,
                names=shared_names(answer.query.owners),
                permalink="/search",
                examples=EXAMPLES,
            )
        ).root


@pytest.fixture
def answer(genes: Genes) -> Page:
    return genes.search("MT1H", size=1)


def with_highlight(answer: Page, **changes: Any) -> Page:
    highlight = Highlight("summary", "ai", "Harmonizome", "2025-03", "", (), (), ())
    hit = msgspec.structs.replace(
        answer.hits[0], highlights=(msgspec.structs.replace(highlight, **changes),), missing=()
    )
    return msgspec.structs.replace(answer, hits=(hit,))


def test_a_name_of_several_genes_leads_to_all_of_them_whatever_their_symbols_hold(
    app: Flask, answer: Page
) -> None:
    mentions = (GeneMention(0, 7, "SMAD2", "HGNC:6768"), GeneMention(0, 7, 'X" OR zinc "', "HGNC:6769"))
    root = shown(app, with_highlight(answer, sentence="SMAD2/3 binds.", mentions=mentions))
    (link,) = root.all("a", class_="gene")
    assert link.text == "SMAD2/3"
    assert parse_qs(urlsplit(link.attrs["href"]).query)["q"] == ['symbol:"SMAD2" OR symbol:"X OR zinc "']


def test_a_gene_in_a_sentence_is_linked_and_told_apart_from_a_match(app: Flask, answer: Page) -> None:
    mentions = (GeneMention(0, 3, "TNF", "HGNC:11892"),)
    root = shown(
        app, with_highlight(answer, sentence="TNF binds zinc.", spans=((10, 14),), mentions=mentions)
    )
    gene = root.all("a", class_="gene")[0]
    assert (gene.text, gene.attrs["href"]) == ("TNF", "/gene/TNF")
    assert [mark.text for mark in root.all("mark")] == ["zinc"]


def test_a_reference_opens_its_paper_without_javascript(app: Flask, answer: Page) -> None:
    refs = (
        EvidenceReference(2, "28241806", "10.1186/s12885-017-3139-2", "A paper", 2017, "sentence"),
        EvidenceReference(5, None, None, None, None, "passage"),
    )
    root = shown(app, with_highlight(answer, sentence="Zinc.", refs=refs))
    known, empty = root.all("details", class_="ref")
    assert "[2]" in known.all("summary")[0].text
    assert [a.attrs["href"] for a in known.all("a")] == [
        "https://pubmed.ncbi.nlm.nih.gov/28241806/",
        "https://doi.org/10.1186/s12885-017-3139-2",
        "/paper/28241806",
    ]
    assert "A paper" in known.text
    assert "2017" in known.text
    assert "passage" in empty.attrs["class"]
    assert "passage" in empty.all("summary")[0].attrs["title"]
    assert not empty.all("a")


def test_a_gene_found_by_its_papers_links_to_each_of_them(app: Flask, answer: Page) -> None:
    match = msgspec.structs.replace(answer.hits[0].match, kind="paper", field="pmid", value="7, 12081484")
    hit = msgspec.structs.replace(answer.hits[0], match=match)
    links = [link.attrs["href"] for link in shown(app, msgspec.structs.replace(answer, hits=(hit,))).all("a")]
    for pmid in ("7", "12081484"):
        assert f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" in links


def test_identifiers_of_another_form_are_shown_and_not_linked(app: Flask, answer: Page) -> None:
    reference = EvidenceReference(1, "javascript:alert(1)", "//evil.example", "T", None, "sentence")
    root = shown(app, with_highlight(answer, sentence="Zinc.", refs=(reference,), key="GO:evil"))
    assert "javascript:alert(1)" in root.all("details", class_="ref")[0].text
    assert not root.all("details", class_="ref")[0].all("a")


def test_a_wider_term_says_from_which_of_the_genes_terms_it_follows(app: Flask, answer: Page) -> None:
    via = AnnotatedTerm("GO:0008270", "zinc <ion> binding")
    changes = {"section": "go_wider", "sentence": "metal binding", "spans": ((0, 5),), "key": "GO:0046872"}
    root = shown(app, with_highlight(answer, via=via, **changes))
    (sentence,) = root.all("div", class_="sentence")
    assert " ".join(sentence.text.split()) == "metal binding — from zinc <ion> binding, GO:0008270"
    assert [link.text for link in sentence.all("a")] == ["GO:0008270"]
    assert "wider term or synonym" in root.all("p", class_="origin")[0].text
    unlinked = shown(app, with_highlight(answer, via=AnnotatedTerm("GO:evil", "x"), **changes))
    assert not unlinked.all("div", class_="sentence")[0].all("a")


def test_a_terminal_says_so_too(answer: Page, capsys: pytest.CaptureFixture[str]) -> None:
    via = AnnotatedTerm("GO:0008270", "zinc \x1b ion binding")
    print_page(with_highlight(answer, section="go_wider", sentence="metal binding", via=via))
    shown = capsys.readouterr().out
    assert "metal binding — from zinc ␛ ion binding, GO:0008270  [go_wider, ai: Harmonizome]" in shown


@pytest.mark.parametrize(
    ("provenance", "words"), [("curated", "Curated"), ("computed", "Computed"), ("ai", "AI-written")]
)
def test_provenance_is_a_badge_with_its_source_and_date(
    app: Flask, answer: Page, provenance: str, words: str
) -> None:
    root = shown(app, with_highlight(answer, sentence="Zinc.", provenance=provenance))
    assert root.all("article")[0].all("span", class_="badge")[0].text == words
    assert "Harmonizome" in root.all("p", class_="origin")[0].text
    assert "Mar 2025" in root.all("p", class_="origin")[0].text


def test_a_shared_name_lists_all_its_owners(app: Flask, answer: Page) -> None:
    owners = tuple(Owner(f"HGNC:{n}", f"SYM{n}", "alias", "p40") for n in range(15))
    query = msgspec.structs.replace(answer.query, owners=owners)
    notice = shown(app, msgspec.structs.replace(answer, query=query)).all("div", class_="owners")[0]
    assert " ".join(notice.text.split()).startswith("p40: alias of 15 genes: SYM0, SYM1,")
    assert [link.text for link in notice.all("a")] == [owner.symbol for owner in owners]


def test_missing_words_and_a_withdrawn_symbol_are_said(app: Flask, answer: Page) -> None:
    hit = msgspec.structs.replace(answer.hits[0], missing=("copper",))
    withdrawn = (Withdrawn("ADCR", ("WT2",), "merged into WT2"),)
    query = msgspec.structs.replace(answer.query, withdrawn=withdrawn, relaxed=True)
    root = shown(app, msgspec.structs.replace(answer, hits=(hit,), query=query))
    assert [s.text for s in root.all("s")] == ["copper"]
    assert "Merged into WT2" in root.all("main")[0].text


def test_a_name_of_several_genes_is_a_choice_by_id(app: Flask) -> None:
    owners = (Owner("HGNC:1", "IL12B", "alias", "p40"), Owner("HGNC:2", "ANXA1", "previous_symbol", "P40"))
    with app.test_request_context("/"):
        text = render_template("choose.html", choice=GeneChoice("p40", owners, (), ()))
    choices = Reader(text).root.all("ul", class_="choices")[0]
    assert [a.attrs["href"] for a in choices.all("a")] == ["/gene/HGNC:1", "/gene/HGNC:2"]
    assert "P40 is its previous symbol" in choices.text


def test_a_symbol_with_slashes_or_dots_has_an_address_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"):
        assert gene_address("MIR-1280/1280", "HGNC:1") == "/gene/MIR-1280/1280"
        assert gene_address("Su(H)", "HGNC:1") == "/gene/Su(H)"
        assert gene_address("a?b#c", "HGNC:1") == "/gene/a%3Fb%23c"
        assert gene_address("..", "HGNC:1") == "/gene/HGNC:1"
        assert gene_address("//evil.example", "HGNC:1") == "/gene/HGNC:1"


def test_a_symbol_that_no_committee_approved_is_no_address(app: Flask) -> None:
    with app.test_request_context("/"):
        assert gene_address("COX1", "NCBIGene:6775083") == "/gene/NCBIGene:6775083"
        assert gene_address("MT-CO1", "HGNC:7419") == "/gene/MT-CO1"


@pytest.mark.parametrize(
    ("date", "words"),
    [("2013", "2013"), ("2013-03", "Mar 2013"), ("2013-03-07", "7 Mar 2013"), (None, ""), ("", ""),
     ("soon", "soon"), ("2013-13", "2013-13"), ("2013-x", "2013-x"), ("2013-03-07-1", "2013-03-07-1")],
)  # fmt: skip
def test_a_date_is_as_precise_as_its_source(date: str | None, words: str) -> None:
    assert when(date) == words


def test_numbers_agree_with_their_nouns() -> None:
    assert [many(n, "gene") for n in (0, 1, 43882)] == ["0 genes", "1 gene", "43,882 genes"]
