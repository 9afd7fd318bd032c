"""Conditions on sentences, and what stands within one sentence: the same by both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.documents import Document, Line, Mention
from index.engines import EMBEDDED
from index.records import GoTerm, Provenance, Reference
from search import BadRequest, Genes, open_index
from search.page import Hit
from tests.making import gene, publish, says

OLD = Reference(1, pmid="1001", title="Old zinc", year=1999)
NEW = Reference(2, pmid="1002", title="New", year=2020)
AGAIN = Reference(3, pmid="1002", title="New, once more", year=2020)
UNDATED = Reference(4, title="Undated")
PAPERS = (OLD, NEW, AGAIN, UNDATED)


def _name(text: str, name: str, of: str) -> Mention:
    start = text.index(name)
    return Mention(start, start + len(name), (f"NCBIGene:{of}",))


def _names(text: str, name: str, of: str, by: Provenance = "curated") -> Line:
    return says(text, by=by, mentions=[_name(text, name, of)])


GENES: tuple[Document, ...] = (
    gene("APART", says("It binds zinc."), says("It binds copper.", by="ai"), name="zinc finger 1"),
    gene(
        "BOTH",
        says("Zinc is bound, and copper ions.", by="ai"),
        says("Iron is not."),
        names=[("previous_symbol", "FORMER"), ("alias", "TWIN"), ("alias_name", "binder of both")],
        identifiers=[("ncbigene", "77"), ("ensembl", "ENSG00000000077")],
        papers=1,
    ),
    gene(
        "CITED",
        says("Zinc kinases are old.", cited=[0]),
        says("Copper is new.", cited=[1, 3]),
        says("Iron is cited twice.", "description", cited=[1, 2], by="computed"),
        says("Nothing is said of iron copper."),
        references=PAPERS,
    ),
    gene(
        "NAMED", _names("BOTH and zinc.", "BOTH", "BOTH"), _names("The CITED gene.", "CITED", "CITED", "ai")
    ),
    gene("TERM", says("zinc ion binding", "go", key="GO:0008270"), says("1p36.33", "location"), papers=3),
    gene("QUIET", names=[("alias", "TWIN")]),
)


@pytest.fixture(scope="module", params=sorted(EMBEDDED))
def genes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    folder: Path = tmp_path_factory.mktemp("conditions")
    terms = [
        GoTerm(id=go_id, name=name, aspect="molecular_function", is_a=above)
        for go_id, name, above in (
            ("GO:0008270", "zinc ion binding", ("GO:0046872",)),
            ("GO:0046872", "metal ion binding", ("GO:0003674",)),
            ("GO:0003674", "molecular_function", ()),
        )
    ]
    publish(folder, GENES, go_terms=terms, engine=request.param)
    with open_index(folder) as opened:
        yield opened


def found(genes: Genes, q: str, **beside: object) -> list[str]:
    page = genes.search(q, size=100, **beside)  # type: ignore[arg-type]
    assert page.total == len(page.hits)
    assert not page.query.relaxed
    return sorted(hit.symbol for hit in page.hits)


def hit(genes: Genes, q: str, symbol: str) -> Hit:
    return next(one for one in genes.search(q, size=100).hits if one.symbol == symbol)


def sentences(one: Hit) -> set[str]:
    return {highlight.sentence for highlight in one.highlights}


FOUND = {
    # beside words
    "zinc provenance:curated": "APART CITED NAMED TERM",
    "zinc provenance:ai": "BOTH",
    "zinc NOT provenance:ai": "APART CITED NAMED TERM",
    "zinc copper NOT provenance:computed": "APART BOTH CITED",
    "zinc copper provenance:curated": "CITED",
    "zinc section:summary": "APART BOTH CITED NAMED",
    "zinc section:go": "TERM",
    'zinc section:"Gene Ontology"': "TERM",
    "zinc (section:go OR provenance:ai)": "BOTH TERM",
    "zinc source:RefSeq": "APART CITED NAMED TERM",
    "zinc cited:true": "CITED",
    "copper refs:2": "CITED",
    "iron refs:1": "CITED",
    "iron refs:0": "BOTH CITED",
    "copper year:>=2015": "CITED",
    "zinc year:>=2015": "",
    "iron year:2020 provenance:computed": "CITED",
    "copper year:* NOT year:2020": "",
    "1p36.33 zinc section:location": "",
    # AND, OR, NOT, brackets
    "(zinc provenance:ai) OR iron": "BOTH CITED",
    "(zinc OR copper) provenance:ai": "APART BOTH",
    "zinc NOT (copper provenance:ai)": "CITED NAMED TERM",
    "provenance:ai NOT copper": "NAMED",
    "zinc provenance:curated NOT copper": "APART NAMED TERM",
    "zinc OR cited:true": "APART BOTH CITED NAMED TERM",
    "NOT zinc NOT provenance:ai": "BOTH",
    # names are no sentences, but where section: names them
    "finger provenance:curated": "",
    "finger section:name": "APART",
    "finger section:name provenance:curated": "APART",
    "finger NOT section:name": "",
    "symbol:A* provenance:ai": "APART",
    "provenance:ai NOT symbol:A*": "BOTH NAMED",
    "location:1p36 provenance:curated": "TERM",
    # what follows from an ontology stands in no sentence
    "metal": "TERM",
    "metal section:go": "",
    "go:GO:0008270 section:go": "TERM",
    # alone
    "cited:true section:summary": "CITED",
    "year:1999": "CITED",
    "provenance:ai": "APART BOTH NAMED",
    "NOT provenance:curated": "APART BOTH CITED NAMED",
    "section:location": "TERM",
    "papers:>2 provenance:curated": "TERM",
    "provenance:computed OR papers:3": "CITED TERM",
    # within one sentence
    "(zinc copper)~s": "BOTH",
    '"copper zinc"~sentence': "BOTH",
    '"ion copper"~s': "",
    '"ions copper"~s': "BOTH",
    "(ion copper)~s": "BOTH",
    '("copper ions" zinc)~s': "BOTH",
    "(zinc (copper OR kinase))~s": "BOTH CITED",
    "(zinc NOT copper)~s": "APART CITED NAMED TERM",
    "zinc NOT (zinc copper)~s": "APART CITED NAMED TERM",
    "(zinc kinas*)~s": "CITED",
    "(zinc copper provenance:curated)~s": "",
    "(iron OR papers:3)~s": "BOTH CITED TERM",
    "(finger)~s": "APART",
    "(finger OR cited:true)~s": "APART CITED",
    "(finger provenance:curated)~s": "",
    "((finger OR copper) NOT provenance:ai)~s": "CITED",
    "(finger NOT (copper provenance:ai))~s": "APART",
    "(zinc copper)~s provenance:ai": "BOTH",
    "(zinc copper)~s provenance:curated": "",
    "(iron refs:1)~s": "CITED",
    "(zinc papers:3)~s": "TERM",
    "(provenance:ai NOT copper)~s": "NAMED",
    "name:(finger zinc)~s": "APART",
    "(mentions:BOTH zinc)~s": "NAMED",
    "(mentions:CITED zinc)~s": "",
    "mentions:CITED zinc": "NAMED",
    "mentions:CITED provenance:ai": "NAMED",
    "mentions:CITED provenance:curated": "",
    "pmid:1002 provenance:computed": "CITED",
    "(pmid:1002 iron)~s": "CITED",
    "(pmid:1001 iron)~s": "",
}


@pytest.mark.parametrize("q", FOUND)
def test_a_query_finds_the_genes_that_have_such_sentences(genes: Genes, q: str) -> None:
    assert found(genes, q) == FOUND[q].split()


def test_only_sentences_that_meet_the_conditions_are_shown(genes: Genes) -> None:
    assert sentences(hit(genes, "copper iron year:2020", "CITED")) == {
        "Copper is new.",
        "Iron is cited twice.",
    }
    assert sentences(hit(genes, "zinc copper provenance:curated NOT section:reference", "CITED")) == {
        "Zinc kinases are old.",
        "Copper is new.",
        "Nothing is said of iron copper.",
    }
    assert sentences(hit(genes, "(zinc provenance:ai) OR iron", "BOTH")) == {
        "Zinc is bound, and copper ions.",
        "Iron is not.",
    }


def test_words_that_are_not_asked_of_a_sentence_are_not_marked_there(genes: Genes) -> None:
    one = hit(genes, "(zinc provenance:curated) OR (copper provenance:ai)", "BOTH")
    assert [(line.sentence, line.spans) for line in one.highlights] == [
        ("Zinc is bound, and copper ions.", ((19, 25),))
    ]
    one = hit(genes, "(zinc provenance:curated) OR (copp* provenance:ai)", "BOTH")
    assert [line.spans for line in one.highlights] == [((19, 25),)]


def test_conditions_alone_show_lines_without_marks_and_rank_by_papers(genes: Genes) -> None:
    page = genes.search("provenance:curated", size=10)
    assert [hit.symbol for hit in page.hits[:2]] == ["TERM", "BOTH"]
    one = hit(genes, "cited:true section:summary", "CITED")
    assert [(line.sentence, line.spans) for line in one.highlights] == [
        ("Zinc kinases are old.", ()),
        ("Copper is new.", ()),
    ]


def test_a_sentence_that_meets_a_bracket_without_its_words_is_shown_without_marks(genes: Genes) -> None:
    one = hit(genes, "(iron OR refs:2)~s", "CITED")
    assert {(line.sentence, line.spans) for line in one.highlights} == {
        ("Iron is cited twice.", ((0, 4),)),
        ("Copper is new.", ()),
        ("Nothing is said of iron copper.", ((19, 23),)),
    }
    (line,) = hit(genes, "(copper OR section:go)~s", "TERM").highlights
    assert (line.sentence, line.spans) == ("zinc ion binding", ())


def test_a_list_finds_such_sentences_too(genes: Genes) -> None:
    listing = genes.listing("TERM\nQUIET", "(copper OR section:go)~s")
    said = [row.gene and row.gene.evidence and row.gene.evidence.sentence for row in listing.rows]
    assert said == ["zinc ion binding", None]


def test_what_follows_from_a_limited_word_alone_is_no_evidence_of_it(genes: Genes) -> None:
    one = hit(genes, "(go:metal)~s OR metal", "TERM")
    (line,) = one.highlights
    assert (line.sentence, one.match.reason) == ("metal ion binding", "1 of 2 words")
    one = hit(genes, "(go:metal)~s OR ion", "TERM")
    assert {line.spans for line in one.highlights} == {((5, 8),)}
    assert found(genes, "(go:metal)~s") == []


def test_a_sentence_with_a_gene_and_a_word_shows_both_marked(genes: Genes) -> None:
    (line,) = hit(genes, "(mentions:BOTH zinc)~s", "NAMED").highlights
    assert (line.sentence, line.spans) == ("BOTH and zinc.", ((0, 4), (9, 13)))
    assert [(one.id, one.symbol) for one in line.mentions] == [("NCBIGene:BOTH", "BOTH")]


@pytest.mark.parametrize(
    "name",
    [
        "BOTH",
        "both",
        "NCBIGene:77",
        "GeneID:77",
        "77",
        "ENSG00000000077.3",
        '"binder of both"',
        "former",
        "twin",
    ],
)
def test_any_name_and_identifier_of_a_gene_finds_the_sentences_that_name_it(genes: Genes, name: str) -> None:
    (one,) = genes.search(f"mentions:{name}", size=100).hits
    (line,) = one.highlights
    assert (one.symbol, line.sentence, line.spans) == ("NAMED", "BOTH and zinc.", ((0, 4),))
    (one,) = genes.search(f"(mentions:{name} zinc)~s").hits
    assert one.highlights[0].spans == ((0, 4), (9, 13))


def test_a_name_of_several_genes_or_of_none_says_so(genes: Genes) -> None:
    (warning,) = genes.search("mentions:twin").warnings
    assert warning.message == (
        "'twin' is a name of 2 genes (BOTH, QUIET): sentences that name any of them are found"
    )
    (warning,) = genes.search("mentions:nobody zinc").warnings
    assert warning.message == "no gene of this index is known as 'nobody'"
    assert genes.search("mentions:BOTH").warnings == ()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["provenance:ai"], "APART BOTH NAMED"),
        (["NOT provenance:ai"], "CITED TERM"),
        (["cited:true"], "CITED"),
        (["refs:>=3"], "CITED"),
        (["section:go"], "TERM"),
        (["NOT section:go"], "APART BOTH CITED NAMED"),
        (["(zinc copper)~s"], "BOTH"),
        (["NOT (zinc copper)~s"], "APART CITED NAMED TERM"),
        (["(copper provenance:ai)~s"], "APART BOTH"),
    ],
)
def test_a_filter_asks_of_genes_as_a_whole(genes: Genes, filters: list[str], expected: str) -> None:
    assert found(genes, "zinc", filters=filters) == expected.split()


def test_a_filter_changes_no_highlight_where_a_condition_does(genes: Genes) -> None:
    (one,) = genes.search("zinc copper", filters=["symbol:APART", "provenance:ai"]).hits
    assert sentences(one) == {"It binds zinc.", "It binds copper.", "zinc finger 1"}
    (one,) = genes.search("binds provenance:ai symbol:APART").hits
    assert sentences(one) == {"It binds copper.", "APART"}


@pytest.mark.parametrize(
    ("q", "message", "position"),
    [
        ("zinc section:abstract", "no line has section 'abstract'; it is one of symbol, previous_symbol", 13),
        ("provenance:people", "no line has provenance 'people'; it is one of curated, computed, ai", 11),
        ("(zinc cited:maybe)~s", "no line has cited 'maybe'; it is one of true, false", 12),
    ],
)
def test_a_condition_that_nothing_could_meet_is_told_and_refused_where_it_must_be_right(
    genes: Genes, q: str, message: str, position: int
) -> None:
    (warning,) = genes.search(q).warnings
    assert warning.message.startswith(message)
    assert warning.position == position
    with pytest.raises(BadRequest, match="it is one of") as refused:
        genes.search(q, strict=True)
    assert refused.value.position == position
    with pytest.raises(BadRequest, match="it is one of"):
        genes.search("zinc", filters=[q], strict=True)


def test_the_canonical_form_asks_the_same_again(genes: Genes) -> None:
    for q in FOUND:
        page = genes.search(q, size=100)
        again = genes.search(page.query.canonical, size=100)
        assert again.query.canonical == page.query.canonical
        assert again.hits == page.hits, q


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("zinc section:su", ["zinc section:summary"]),
        ("provenance:c", ["provenance:curated", "provenance:computed"]),
        ("cited:t", ["cited:true"]),
        ("section:nosuch", []),
    ],
)
def test_values_of_conditions_are_offered_while_they_are_typed(
    genes: Genes, typed: str, offered: list[str]
) -> None:
    assert [one.text for one in genes.suggest(typed).suggestions] == offered


def test_a_misspelt_word_beside_a_condition_is_no_error(genes: Genes) -> None:
    assert found(genes, "zinkc provenance:curated") == []
    assert found(genes, "(zinkc copper)~s") == []
