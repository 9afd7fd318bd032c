"""Suggestions while a query is typed."""

from __future__ import annotations

import pytest

from index.documents import Line
from index.records import GoTerm
from search import BadRequest, Genes
from search.page import Completion
from tests.making import gene, says
from tests.search.conftest import Searching

ROOT = GoTerm(id="GO:0008150", name="biological_process", aspect="biological_process")


def term(number: int, name: str, *synonyms: str) -> GoTerm:
    return GoTerm(
        id=f"GO:{number:07}", name=name, aspect="biological_process", synonyms=synonyms, is_a=(ROOT.id,)
    )


TERMS = (
    ROOT,
    term(1, "intracellular zinc ion homeostasis", "zinc homeostasis"),
    term(2, "zinc ion transport"),
    term(3, "RNA:DNA hybrid repair"),
)


def under(number: int) -> Line:
    chosen = TERMS[number]
    return says(chosen.name, "go", key=chosen.id)


GENES = (
    gene("KMT2A", name="lysine methyltransferase 2A", names=[("previous_symbol", "MLL")], papers=900),
    gene("MLLT3", name="MLLT3 super elongation complex subunit", papers=50),
    gene("MLLT1", name="MLLT1 super elongation complex subunit", papers=70),
    gene(
        "EPS15",
        name="epidermal growth factor receptor pathway substrate 15",
        names=[("alias", "MLLT5")],
        papers=99,
    ),
    gene("HTT", name="huntingtin", papers=2000),
    gene("HIP1", name="huntingtin interacting protein 1", papers=100),
    gene("HAP1", name="protein that meets huntingtin", papers=5000),
    gene("TNF", name="tumor necrosis factor", names=[("alias", "TNF-α"), ("alias", "TNFA")], papers=9000),
    gene("IL2", name="interleukin 2", papers=3000),
    gene("IL2RA", name="interleukin 2 receptor subunit alpha", papers=800),
    gene(
        "MT1H",
        says("Metallothioneins", "family"),
        under(1),
        name="metallothionein 1H",
        names=[("alias", "MT-1H")],
    ),
    gene(
        "MT1X", says("Metallothioneins", "family"), under(2), under(3), name="metallothionein 1X", papers=30
    ),
    gene("ONE", name="first of two", names=[("alias", "p40")], papers=7),
    gene("TWO", name="second of two", names=[("alias", "p40")], papers=8),
    gene("NAMELESS"),
)


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    return searching(*GENES, go_terms=TERMS)


def offered(genes: Genes, q: str, size: int = 10) -> list[Completion]:
    return list(genes.suggest(q, size).suggestions)


def texts(genes: Genes, q: str, size: int = 10) -> list[str]:
    return [one.text for one in offered(genes, q, size)]


def marked(one: Completion) -> list[str]:
    return [one.text[start:end] for start, end in one.spans]


def test_a_previous_symbol_tells_today_s_gene(genes: Genes) -> None:
    first = offered(genes, "MLL")[0]
    assert (first.text, first.kind, first.symbol, first.id) == (
        "MLL",
        "previous_symbol",
        "KMT2A",
        "NCBIGene:KMT2A",
    )
    assert (first.reason, first.name) == ("previous symbol of KMT2A", "lysine methyltransferase 2A")
    assert first.leads == "gene"


def test_what_is_so_called_comes_before_what_begins_so_and_symbols_before_aliases(genes: Genes) -> None:
    assert texts(genes, "mll")[:4] == ["MLL", "MLLT1", "MLLT3", "MLLT5"]


def test_among_symbols_that_begin_alike_the_one_with_more_papers_is_first(genes: Genes) -> None:
    assert texts(genes, "il")[:2] == ["IL2", "IL2RA"]


def test_a_name_is_met_at_the_beginning_of_any_of_its_words_its_first_before_others(genes: Genes) -> None:
    found = [one for one in offered(genes, "hunt") if one.kind == "name"]
    assert [one.symbol for one in found] == ["HTT", "HIP1", "HAP1"]
    assert [marked(one) for one in found] == [["hunt"]] * 3


@pytest.mark.parametrize(
    ("q", "symbol", "part"),
    [
        ("MT-1h", "MT1H", "MT1H"),
        ("mt 1h", "MT1H", "MT1H"),
        ("tnf-a", "TNF", "TNFA"),
        ("TNFα", "TNF", "TNF-α"),
        ("tnfalpha", "TNF", "TNF-α"),
        ("il 2", "IL2", "IL2"),
        ("il-2r", "IL2RA", "IL2R"),
    ],
)
def test_names_are_met_in_any_spelling(genes: Genes, q: str, symbol: str, part: str) -> None:
    first = offered(genes, q)[0]
    assert first.symbol == symbol
    assert first.text[first.spans[0][0] : first.spans[-1][1]] in (part, "MT-1H")


def test_of_the_spellings_of_one_gene_s_name_the_typed_one_stands_for_it(genes: Genes) -> None:
    assert [one.text for one in offered(genes, "MT-1H") if one.symbol == "MT1H"] == ["MT-1H"]
    assert [one.text for one in offered(genes, "MT1H") if one.symbol == "MT1H"] == ["MT1H"]


def test_all_genes_of_a_shared_alias_are_offered_the_better_known_first(genes: Genes) -> None:
    assert [(one.text, one.symbol) for one in offered(genes, "P40")] == [("p40", "TWO"), ("p40", "ONE")]


def test_of_several_words_the_last_is_a_beginning_and_the_others_may_stand_apart(genes: Genes) -> None:
    found = offered(genes, "zinc hom")
    assert ("zinc homeostasis", "term") in [(one.text, one.kind) for one in found]
    (one,) = [one for one in offered(genes, "intrac hom") if one.kind == "term"]
    assert one.text == "intracellular zinc ion homeostasis"
    assert marked(one) == ["intrac", "hom"]
    assert one.leads == "search"
    assert (one.genes, one.reason) == (1, "Gene Ontology term, 1 gene")


def test_a_synonym_tells_its_term_and_each_term_is_offered_once(genes: Genes) -> None:
    (one,) = [one for one in offered(genes, "zinc homeo") if one.kind == "term"]
    assert one.reason == "Gene Ontology term (intracellular zinc ion homeostasis), 1 gene"


def test_families_are_offered_with_how_many_genes_they_have(genes: Genes) -> None:
    (one,) = [one for one in offered(genes, "metalloth") if one.kind == "family"]
    assert (one.text, one.reason, one.symbol) == ("Metallothioneins", "family, 2 genes", None)


def test_where_no_name_holds_all_words_the_last_are_completed_and_the_others_stay(genes: Genes) -> None:
    found = offered(genes, "TNF zinc tran")
    topic = next(one for one in found if one.kind == "term")
    assert topic.text == "TNF zinc ion transport"
    assert marked(topic) == ["zinc", "tran"]
    symbol = next(one for one in offered(genes, "apoptosis KMT") if one.symbol == "KMT2A")
    assert (symbol.text, symbol.leads) == ("apoptosis KMT2A", "search")


def test_what_the_query_language_reads_otherwise_stays_before_the_completed_words(genes: Genes) -> None:
    assert "(TNF OR huntingtin" in texts(genes, "(TNF OR hunt")
    assert "huntingtin AND interacting" in texts(genes, "huntingtin AND inter")


def test_a_term_that_the_query_language_would_read_otherwise_is_quoted(genes: Genes) -> None:
    (one,) = [one for one in offered(genes, "hybrid rep") if one.kind == "term"]
    assert one.text == '"RNA:DNA hybrid repair"'
    assert marked(one) == ["hybrid", "rep"]
    assert genes.search(one.text).hits[0].symbol == "MT1X"


def test_behind_an_operator_names_of_several_words_are_quoted_and_only_offered_where_genes_have_both(
    genes: Genes,
) -> None:
    assert 'TNF AND "tumor necrosis factor"' in texts(genes, "TNF AND tum")
    assert texts(genes, "TNF AND hunt") == []
    assert "TNF OR huntingtin" in texts(genes, "TNF OR hunt")
    for q in ("zinc AND ho", "+zinc +io", "huntingtin AND (pro", 'zinc AND "zinc io'):
        assert offered(genes, q)
        assert all(genes.search(one.text).total for one in offered(genes, q))


def test_open_quotes_are_closed(genes: Genes) -> None:
    assert '"zinc ion transport"' in texts(genes, '"zinc ion tr')


@pytest.mark.parametrize(
    ("q", "wanted", "kinds"),
    [
        ("symbol:ML", ["symbol:MLLT1", "symbol:MLLT3"], {"symbol"}),
        ("previous_symbol:ml", ["previous_symbol:MLL"], {"previous_symbol"}),
        ("alias:p4", ["alias:p40"], {"alias"}),
        ("gene:MLLT", ["gene:MLLT1", "gene:MLLT3", "gene:MLLT5"], {"symbol", "alias"}),
        ('name:"tumor n', ['name:"tumor necrosis factor"'], {"name"}),
        ("go:zinc ion t", ['go:"zinc ion transport"'], {"term"}),
        ("TNF AND go:RNA", ['TNF AND go:"RNA:DNA hybrid repair"'], {"term"}),
        ("family:met", ["family:Metallothioneins"], {"family"}),
        ("symbol:hunt", [], set()),
        ("symbol:", [], set()),
        ("chromosome:1", [], set()),
    ],
)
def test_behind_a_field_s_name_stands_what_the_field_holds(
    genes: Genes, q: str, wanted: list[str], kinds: set[str]
) -> None:
    found = offered(genes, q)
    assert [one.text for one in found] == wanted
    assert {one.kind for one in found} == kinds
    assert {one.leads for one in found} <= {"search"}


def test_a_shared_alias_is_one_value_of_its_field(genes: Genes) -> None:
    (one,) = offered(genes, "alias:P40")
    assert one.reason == "alias of TWO and of other genes"


def test_the_last_of_several_words_is_a_word_of_texts_first_unless_it_looks_like_a_symbol(
    searching: Searching,
) -> None:
    genes = searching(
        gene("SLC1", "Carries zinc and copper.", papers=5),
        gene("SLC2", "Carries zinc and copper.", papers=5),
        gene("OTHER", "A coat of zinc.", names=[("alias", "COP")], papers=9000),
        gene("COMT", papers=9000),
    )
    assert texts(genes, "zinc AND co")[0] == "zinc AND copper"
    assert texts(genes, "zinc co")[0] == "zinc copper"
    assert texts(genes, "zinc CO")[0] == "zinc COMT"
    assert "zinc zinc" not in texts(genes, "zinc zi")


def test_names_go_by_papers_and_loci_of_a_mere_phenotype_come_last(searching: Searching) -> None:
    genes = searching(
        gene("AD6", says("unknown", "locus_type"), name="Alzheimer disease 6", papers=30),
        gene("APP", name="amyloid precursor", names=[("previous_name", "Alzheimer disease")], papers=900),
        gene("PSEN1", name="presenilin 1", names=[("previous_name", "Alzheimer disease 3")], papers=800),
        gene(
            "CALHM",
            says("gene with protein product", "locus_type"),
            name="Alzheimer calcium channel",
            papers=7,
        ),
    )
    found = [one.symbol for one in offered(genes, "alzh") if one.symbol]
    assert found == ["APP", "PSEN1", "CALHM", "AD6"]


def test_every_kind_keeps_a_place_when_many_of_one_kind_begin_alike(searching: Searching) -> None:
    many = [gene(f"ZINC{n}", name=f"protein {n}", papers=100) for n in range(20)]
    genes = searching(*many, gene("OTHER", under(2), name="zinc carrier"), go_terms=TERMS)
    kinds = [one.kind for one in offered(genes, "zinc")]
    assert len(kinds) == 10
    assert {"symbol", "name", "term"} <= set(kinds)


def test_every_beginning_of_every_symbol_offers_as_many_as_asked_and_each_thing_once(genes: Genes) -> None:
    for document in GENES:
        for end in range(1, len(document.symbol) + 1):
            found = offered(genes, document.symbol[:end], 4)
            assert 0 < len(found) <= 4
            told = [(one.text, one.id) for one in found]
            assert len(set(told)) == len(told)
        assert document.symbol in texts(genes, document.symbol, 50)


@pytest.mark.parametrize("q", ["", " ", "()", '"', "-", "x" * 201, "of", "of the", "qqqqq", "\udcff", "∅ ∅"])
def test_what_begins_nothing_is_offered_nothing(genes: Genes, q: str) -> None:
    assert texts(genes, q) == []


def test_a_size_below_nothing_is_refused_and_none_is_none(genes: Genes) -> None:
    assert texts(genes, "MLL", 0) == []
    with pytest.raises(BadRequest, match="size"):
        genes.suggest("MLL", -1)


def test_an_index_of_nothing_offers_nothing(searching: Searching) -> None:
    assert texts(searching(), "MT1") == []
