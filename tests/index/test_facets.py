"""What genes are counted, chosen and sorted by, written and read again.  No source files are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.columns import Damaged
from index.documents import Document, Line
from index.facets import COLUMNS, FOLDER, Facets
from index.facets_writing import Task, encode_rows, natural, write_facets
from index.fields import FIELDS
from index.records import Reference
from tests.making import gene, says

Written = Callable[..., Facets]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """The facets of some genes in their order, from as many processes as there are genes."""

    def write(*documents: Document) -> Facets:
        write_facets(Task(tmp_path, [encode_rows([document]) for document in documents]))
        return Facets(tmp_path, len(documents))

    return write


def terms(facets: Facets, column: str) -> list[str]:
    return [facets.columns[column].term(number) for number in range(len(facets.columns[column].terms))]


def held(facets: Facets, column: str) -> dict[str, list[int]]:
    """The genes of each term."""
    return {
        term: facets.columns[column].genes([number]).tolist()
        for number, term in enumerate(terms(facets, column))
    }


def at(*locations: str, symbol: str = "G") -> Document:
    return gene(symbol, *[says(location, "location") for location in locations])


def test_the_fields_that_are_counted_are_those_with_a_column() -> None:
    assert {field.name for field in FIELDS if field.facet} == set(COLUMNS)


@pytest.mark.parametrize(
    "ascending",
    [
        ["MT1A", "MT1X", "MT2A", "MT10A"],
        ["IL2", "IL2RA", "IL10"],
        ["a1", "B1", "c1"],
        ["ABC", "ABC1"],
        ["X9" * 400, "X10" * 400],
    ],
)
def test_symbols_sort_as_people_sort_them(written: Written, ascending: list[str]) -> None:
    facets = written(*[gene(symbol) for symbol in reversed(ascending)])
    assert facets.by_symbol.tolist() == list(reversed(range(len(ascending))))
    assert sorted(ascending, key=natural) == ascending


PLACES = [
    "1pter-p36.1",
    "1p36.33",
    "1p36.3",
    "1p36.13",
    "1p36",
    "1p11",
    "1p",
    "1cen",
    "1q",
    "1q11",
    "1q21.1",
    "1q21.3",
    "1q44",
    "1qter",
    "1",
    "2q13",
    "10p15.3",
    "22q13.33",
    "Xp22.33 and Yp11.32",
    "Xq28",
    "Yq12",
    "mitochondria",
    "unplaced",
]


def test_genes_sort_by_where_they_lie_from_the_end_of_the_short_arm_on(written: Written) -> None:
    facets = written(*[at(place) for place in reversed(PLACES)])
    assert [PLACES[len(PLACES) - 1 - doc] for doc in facets.by_location.tolist()] == PLACES
    assert facets.located == len(PLACES) - 1


def test_genes_in_one_place_sort_by_symbol_and_those_in_none_are_last(written: Written) -> None:
    facets = written(
        gene("A1"), at("reserved", symbol="B1"), at("3q22", symbol="C10"), at("3q22", symbol="C9")
    )
    assert facets.by_location.tolist() == [3, 2, 0, 1]


@pytest.mark.parametrize(
    ("location", "chromosomes"),
    [
        ("16q13", ["16"]),
        ("Xq28 and Yq12", ["X", "Y"]),
        ("X;Y", ["X", "Y"]),
        ("10q26.3;19q13.42-q13.43;3p25.3", ["3", "10", "19"]),
        ("22q11.23|22q11", ["22"]),
        ("9q33.3-34.11", ["9"]),
        ("17q12b", ["17"]),
        ("13p12 not on reference assembly", ["13"]),
        ("13cen, GRCh38 novel patch", ["13"]),
        ("7", ["7"]),
        ("22 unplaced", ["22"]),
        ("mitochondria", ["MT"]),
        ("2 99.0 cM", ["2"]),
        ("45q1", []),
        ("reserved", []),
        ("tdb7990", []),
        ("", []),
    ],
)
def test_a_location_tells_its_chromosomes(written: Written, location: str, chromosomes: list[str]) -> None:
    assert terms(written(at(location)), "chromosome") == chromosomes


def test_values_that_differ_in_case_or_signs_are_one_in_the_usual_spelling(written: Written) -> None:
    facets = written(
        *[gene("G", says(text, "locus_type")) for text in ("Fragile-site", "fragile site", "fragile site")]
    )
    assert held(facets, "locus_type") == {"fragile site": [0, 1, 2]}


def test_what_ncbi_calls_a_type_is_what_hgnc_does(written: Written) -> None:
    facets = written(
        gene("A", says("gene with protein product", "locus_type"), says("protein-coding", "locus_type")),
        gene("B", says("protein-coding", "locus_type")),
        gene("C", says("pseudo", "locus_type")),
    )
    assert held(facets, "locus_type") == {"gene with protein product": [0, 1], "pseudogene": [2]}


def test_a_gene_is_of_every_family_whose_name_stands_within_that_of_its_own(written: Written) -> None:
    facets = written(
        gene("A", says("Zinc fingers C2H2-type", "family")),
        gene("B", says("Zinc fingers", "family"), says("Zinc fingers (ZNF)", "family")),
        gene("C", says("Fingers", "family")),
        gene("D"),
    )
    assert held(facets, "family") == {
        "Fingers": [0, 1, 2],
        "Zinc fingers": [0, 1],
        "Zinc fingers C2H2-type": [0],
    }


def test_who_says_where_a_gene_lies_does_not_count(written: Written) -> None:
    facets = written(
        gene("A", says("16q13", "location"), says("binds zinc", by="ai")),
        gene("B", says("16q13", "location")),
    )
    assert held(facets, "provenance") == {"ai": [0]}
    assert held(facets, "source") == {"Harmonizome": [0]}


@pytest.mark.parametrize(
    ("line", "cited"),
    [
        (says("It binds zinc.", cited=[0]), "true"),
        (says("It binds zinc.", "description", cited=[0]), "true"),
        (says("It binds zinc."), "false"),
        (says("zinc ion binding", "go", cited=[0]), "false"),
    ],
)
def test_a_summary_is_cited_when_a_sentence_of_it_is(written: Written, line: Line, cited: str) -> None:
    facets = written(gene("A", line, references=[Reference(1, title="Zinc", pmid="1")]))
    assert terms(facets, "cited") == [cited]


def test_aspects_are_told_by_the_source_the_ontology_or_the_relation(tmp_path: Path) -> None:
    def term(text: str, key: str | None = None, **attributes: str) -> Line:
        return Line("go", text, 0, key=key, attributes=attributes)

    genes = [
        gene("A", term("a", aspect="Process"), term("b", aspect="Component")),
        gene("B", term("c", "GO:0000003", relation="involved in")),
        gene("C", term("d", relation="located in")),
        gene("D", term("e", relation="unheard of"), term("f")),
    ]
    write_facets(Task(tmp_path, [encode_rows(genes, {"GO:0000003": "molecular_function"})]))
    facets = Facets(tmp_path, len(genes))
    assert held(facets, "go_aspect") == {"component": [0, 2], "function": [1], "process": [0]}


def test_a_paper_that_two_sources_cite_is_one(written: Written) -> None:
    paper = Reference(1, title="Zinc", pmid="1", year=2015)
    other = Reference(2, title="Copper", doi="10.1/x", year=2019)
    facets = written(
        gene("A", references=[paper, Reference(3, title="zinc again", pmid="1", year=2015), other], papers=7),
        gene("B", references=[Reference(1, title="Iron"), Reference(2, title="IRON")]),
    )
    assert facets.numbers["refs"].tolist() == [2, 1]
    assert facets.numbers["papers"].tolist() == [7, 0]


def test_genes_are_found_by_the_years_of_their_papers(written: Written) -> None:
    def cites(*years: int) -> Document:
        return gene("G", references=[Reference(n, title=f"t{n}", year=year) for n, year in enumerate(years)])

    facets = written(cites(2015, 2020), cites(), cites(2015), cites(1999))
    assert facets.of_years(2015, 2015).tolist() == [0, 2]
    assert facets.of_years(0, 3000).tolist() == [0, 2, 3]
    assert facets.of_years(2016, 2019).tolist() == []
    assert facets.of_years(2020, 4_294_967_295).tolist() == [0]


def test_no_gene_at_all_has_no_terms(written: Written) -> None:
    facets = written()
    assert [terms(facets, column) for column in COLUMNS] == [[]] * len(COLUMNS)
    assert (facets.by_symbol.tolist(), facets.by_location.tolist(), facets.located) == ([], [], 0)


def test_what_is_written_depends_on_the_genes_alone(tmp_path: Path) -> None:
    documents = [at("16q13", symbol="A"), gene("B", says("Zinc fingers", "family"), papers=3)]
    digests = []
    for name, runs in (("one", [documents]), ("two", [documents[:1], documents[1:]])):
        (tmp_path / name).mkdir()
        digests.append(write_facets(Task(tmp_path / name, list(map(encode_rows, runs)))))
    (tmp_path / "other").mkdir()
    digests.append(
        write_facets(Task(tmp_path / "other", [encode_rows([at("16q21", symbol="A"), documents[1]])]))
    )
    assert digests[0] == digests[1] != digests[2]


def _overwrite(folder: Path, name: str, values: Sequence[int]) -> None:
    (folder / FOLDER / name).write_bytes(np.array(values, "<u4").tobytes())


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("group_place.u4", [0, 0, 0]),
        ("papers.u4", [1]),
        ("by_symbol.u4", [0]),
        ("of_starts.u4", [1, 0]),
        ("of.u4", [9] * 6),
        ("column_sets.u4", [0]),
        ("year_genes_starts.u4", [4]),
    ],
)
def test_files_that_do_not_go_together_are_not_opened(
    tmp_path: Path, written: Written, name: str, values: list[int]
) -> None:
    written(at("16q13"), at("Xq28"))
    _overwrite(tmp_path, name, values)
    with pytest.raises(ValueError, match="damaged"):
        Facets(tmp_path, 2)


def test_numbers_that_lead_nowhere_are_told_when_they_are_wanted(tmp_path: Path, written: Written) -> None:
    written(at("16q13"), at("Xq28"))
    _overwrite(tmp_path, "group_place.u4", [0, 4_000_000_000])
    _overwrite(tmp_path, "by_symbol.u4", [1, 1])
    _overwrite(tmp_path, "by_location.u4", [1, 2])
    facets = Facets(tmp_path, 2)
    for wanted in (
        lambda: facets.columns["chromosome"].genes([0]),
        lambda: facets.by_symbol,
        lambda: facets.by_location,
        lambda: facets.located,
    ):
        with pytest.raises(Damaged):
            wanted()
