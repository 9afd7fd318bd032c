"""What is offered for a query that finds little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Genes, open_index
from tests.making import gene, publish

FEW = [gene(f"FEW{n}", f"Holds zinc homeostasis and number{n}word.") for n in range(3)]
OTHERS = (
    gene("BRCA1", "A tumor suppressor of hemoglobin.", name="BRCA1 DNA repair associated", papers=900),
    gene(
        "BRAF",
        "A kinase of tumor growth.",
        name="B-Raf proto-oncogene",
        names=[("alias", "BRAF1")],
        papers=800,
    ),
    gene("HTT", "Huntington disease is of this gene.", name="huntingtin", papers=700),
    gene("MT1H", "A metallothionein, once called a tumour marker.", name="metallothionein 1H", papers=10),
    gene("MT1X", "Metallothionein of zinc.", name="metallothionein 1X", papers=20),
    gene("CARRIER", name="zinc and copper carrier"),
    gene("ABCD1", papers=5),
    gene("ABCD2", papers=50),
    gene("NAMED", names=[("alias", "ABCD3")], papers=500),
)


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def genes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    folder = tmp_path_factory.mktemp("near")
    publish(folder, [*FEW, *OTHERS], engine=request.param)
    with open_index(folder) as opened:
        yield opened


def meant(genes: Genes, q: str) -> list[tuple[str, str | None]]:
    return [(one.text, one.symbol) for one in genes.search(q).suggestions]


@pytest.mark.parametrize(
    ("q", "text", "symbol"),
    [
        ("BRAC1", "BRCA1", "BRCA1"),
        ("BRC1", "BRCA1", "BRCA1"),
        ("BBRCA1", "BRCA1", "BRCA1"),
        ("huntngtin", "huntingtin", "HTT"),
        ("huntignton disease", "huntington disease", None),
        ("zink homeostasis", "zinc homeostasis", None),
        ("metalothionein", "metallothionein", None),
        ("metallothionien 1H", "metallothionein 1H", "MT1H"),
        ("zinc and coper carrier", "zinc and copper carrier", "CARRIER"),
    ],
)
def test_the_likeliest_name_or_spelling_is_offered_first(
    genes: Genes, q: str, text: str, symbol: str | None
) -> None:
    assert meant(genes, q)[0] == (text, symbol)


def test_swapped_letters_are_likelier_than_others_then_symbols_then_papers(genes: Genes) -> None:
    assert meant(genes, "BRAC1")[:2] == [("BRCA1", "BRCA1"), ("BRAF1", "BRAF")]
    assert [text for text, _ in meant(genes, "ABCDX")] == ["ABCD2", "ABCD1", "ABCD3"]


def test_a_suggestion_tells_what_it_is(genes: Genes) -> None:
    name = genes.search("BRAFX").suggestions[0]
    assert (name.text, name.kind, name.reason) == ("BRAF", "symbol", "symbol")
    words = genes.search("zink homeostasis").suggestions[0]
    assert (words.kind, words.symbol, words.id, words.reason) == ("words", None, None, "3 genes")


def test_only_the_misspelt_word_is_exchanged(genes: Genes) -> None:
    assert meant(genes, "  zinc (homeostassis)") == []
    assert meant(genes, "Zinc, homeostassis!")[0][0] == "Zinc, homeostasis!"


def test_a_quoted_word_is_offered_in_the_spelling_that_clearly_more_genes_have(genes: Genes) -> None:
    assert ('"tumor"', None) in meant(genes, '"tumour"')
    assert meant(genes, '"tumor"') == []
    assert ('"hemoglobin"', None) in meant(genes, '"haemoglobin"')


def test_nothing_is_asked_instead_of_the_query(genes: Genes) -> None:
    page = genes.search('"tumour"')
    assert [hit.symbol for hit in page.hits] == ["MT1H"]
    assert page.query.q == '"tumour"'
    assert "tumour" in page.query.read_as


@pytest.mark.parametrize(
    "q",
    ["refs:>=2", "pmid:1", "HGNC:1", "BRAC*", "BRAC?", "2..9", "[2 TO 9]", "ENSG00000000001", "GO:0000001",
     "10.1000/182", "BRAC1 AND xyzzy", "12345"],
)  # fmt: skip
def test_identifiers_ranges_and_patterns_are_no_misspelt_names(genes: Genes, q: str) -> None:
    assert meant(genes, q) == []


def test_a_name_in_quotes_is_offered_in_its_own_spelling_first(genes: Genes) -> None:
    assert meant(genes, '"mt1-h"')[0] == ("MT1H", "MT1H")


@pytest.mark.parametrize(
    "q", ["BRCA1", "brca1", "huntingtin", "zinc", "zinc homeostasis", "", " ", "xyzzyxyzzy", "NOT"]
)
def test_nothing_is_offered_beside_what_was_named_or_answers_well_or_is_near_nothing(
    genes: Genes, q: str
) -> None:
    assert meant(genes, q) == []


def test_at_most_ten_are_offered_and_each_gene_once(tmp_path: Path) -> None:
    publish(tmp_path, [gene(f"LONGNAME{n}", names=[("alias", f"LONGNAMES{n}")]) for n in range(10, 40)])
    with open_index(tmp_path) as genes:
        found = genes.search("LONGNAME").suggestions
        assert len(found) == 10
        assert len({one.id for one in found}) == 10
