"""A query that names a gene: which gene, in which order, and why."""

from __future__ import annotations

import pytest

from index.documents import Document
from index.records import Reference, Withdrawal
from search import Genes, Hit
from tests.making import gene
from tests.search.conftest import Searching

PAPER = Reference(1, title="Metallothioneins", pmid="12081484", doi="10.1016/S0021-9258(17)30191-9+")

GENES = (
    gene("MTTP", id="NCBIGene:1", papers=50),
    gene("MT-TP", id="NCBIGene:2", papers=5),
    gene("mttp", id="NCBIGene:3", papers=500),
    gene("PRKN", id="NCBIGene:10", names=[("previous_symbol", "PARK2")], papers=10),
    gene("AAA1", id="NCBIGene:11", names=[("alias", "PARK2")], papers=900),
    gene("AAA2", id="NCBIGene:12", names=[("alias", "PARK2")], papers=901),
    gene("AAA3", id="NCBIGene:13", names=[("alias", "park2")], papers=9000),
    gene("AAA4", id="NCBIGene:14", names=[("withdrawn", "PARK2")], papers=9001),
    gene("AAA5", id="NCBIGene:15", name="PARK2", papers=9002),
    gene("NEW1", id="NCBIGene:20", names=[("withdrawn", "OLD1")]),
    gene("NEW2", id="NCBIGene:21", names=[("withdrawn", "OLD1")]),
    gene("NEW3", id="NCBIGene:22", names=[("alias", "OLD1")]),
    gene("TNF", id="NCBIGene:30", name="tumor necrosis factor", names=[("alias", "TNF-α")]),
    gene(
        "MT1H",
        id="HGNC:7400",
        identifiers=[
            ("hgnc", "7400"),
            ("ncbigene", "4496"),
            ("ensembl", "ENSG00000205358"),
            ("uniprot", "P80294"),
            ("uniprot_entry", "MT1H_HUMAN"),
            ("omim", "156354"),
            ("refseq", "NM_005951"),
        ],
        references=[PAPER],
        papers=3,
    ),
    gene("MT3", id="HGNC:7408", identifiers=[("ncbigene", "4504")], references=[PAPER], papers=30),
    gene("OTHER", id="HGNC:1", identifiers=[("ncbigene", "12081484"), ("hgnc", "4496")]),
    gene("GPR39", id="HGNC:4496", identifiers=[("hgnc", "4497"), ("omim", "7400"), ("ncbigene", "9")]),
    gene("A1BG", id="HGNC:6", identifiers=[("hgnc", "6"), ("ncbigene", "99991")]),
    gene("KEPT", id="HGNC:7", identifiers=[("hgnc", "7"), ("hgnc_withdrawn", "99993")]),
    gene("ERRFI1", id="HGNC:8", names=[("alias", "GENE-33")]),
    gene("ACADL", id="HGNC:88", identifiers=[("ncbigene", "33")]),
    gene("MIMIT", id="HGNC:2", identifiers=[("uniprot_entry", "MIMIT_HUMAN")]),
    gene("T", id="HGNC:3"),
    gene("GONE2", id="HGNC:5"),
    gene("gone3", id="HGNC:66"),
    gene("NOTCH1", id="HGNC:4", names=[("alias", "NOT")]),
)


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    told = [
        Withdrawal("GONE1", (), living=False),
        Withdrawal("GONE-2", (), living=False),
        Withdrawal("GONE3", (), living=False),
        Withdrawal("OLD1", ("NEW1", "NEW2"), living=True),
        Withdrawal("LOST1", ("X", "Y"), living=False),
        Withdrawal("SPLIT1", ("NEW1", "NEW2", "NEW3"), living=True),
        Withdrawal("LOST2", ("LOST3",), living=False, again=True),
        Withdrawal("A12M1", (), living=False, hgnc_id="99991"),
        Withdrawal("TWICE", ("X",), living=False, hgnc_id="99992"),
        Withdrawal("EARLIER", ("KEPT",), living=True, hgnc_id="99993"),
        Withdrawal("REUSED", (), living=False, hgnc_id="7"),
    ]
    return searching(*GENES, withdrawn=told)


def named(genes: Genes, q: str) -> list[tuple[str, str]]:
    """(symbol, kind) of the hits that the query names, in order."""
    return [(hit.symbol, hit.match.kind) for hit in _named(genes, q)]


def _named(genes: Genes, q: str) -> list[Hit]:
    return [hit for hit in genes.search(q, size=50).hits if hit.match.kind != "text"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("MTTP", [("MTTP", "symbol"), ("mttp", "symbol")]),
        ("mttp", [("mttp", "symbol"), ("MTTP", "symbol")]),
        ("MT-TP", [("MT-TP", "symbol")]),
        ("mt-tp", [("MT-TP", "symbol")]),
        ("MT TP", [("mttp", "symbol"), ("MTTP", "symbol"), ("MT-TP", "symbol")]),
        ("Mttp", [("mttp", "symbol"), ("MTTP", "symbol")]),
    ],
)
def test_literal_beats_another_case_and_that_beats_another_punctuation(
    genes: Genes, q: str, expected: list[tuple[str, str]]
) -> None:
    assert named(genes, q) == expected


def test_within_a_tier_the_kind_decides_and_then_the_papers(genes: Genes) -> None:
    assert named(genes, "PARK2") == [
        ("PRKN", "previous_symbol"),
        ("AAA2", "alias"),
        ("AAA1", "alias"),
        ("AAA4", "withdrawn"),
        ("AAA5", "name"),
        ("AAA3", "alias"),
    ]


def test_an_ambiguous_name_lists_all_its_owners_whatever_the_size_of_the_page(genes: Genes) -> None:
    page = genes.search("PARK2", size=1)
    assert [owner.symbol for owner in page.query.owners] == ["PRKN", "AAA2", "AAA1", "AAA4", "AAA5", "AAA3"]
    assert page.query.owners[0].value == "PARK2"
    assert genes.search("PRKN").query.owners == ()


def test_a_gene_with_the_name_as_an_identifier_too_keeps_its_place(searching: Searching) -> None:
    genes = searching(
        gene("P12345", id="NCBIGene:1", identifiers=[("uniprot", "P12345")]),
        gene("OTHER", id="NCBIGene:2", names=[("alias", "P12345")]),
    )
    assert named(genes, "P12345") == [("P12345", "symbol"), ("OTHER", "alias")]


@pytest.mark.parametrize("q", ["TNFalpha", "tnf alpha", "TNF-α", "TNFα", "tnf-ALPHA", "  TNF-α  "])
def test_greek_letters_dashes_and_blanks_fold(genes: Genes, q: str) -> None:
    assert named(genes, q) == [("TNF", "alias")]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('"MT1H"', [("MT1H", "symbol")]),
        ('"mt1h"', []),
        ('"MT-1H"', []),
        ('"mttp"', [("mttp", "symbol")]),
        ('"tnf alpha"', []),
        ('"tumor necrosis factor"', [("TNF", "name")]),
    ],
)
def test_quotes_refuse_folding(genes: Genes, q: str, expected: list[tuple[str, str]]) -> None:
    assert named(genes, q) == expected


@pytest.mark.parametrize("q", ["tumor necrosis factor", "Tumor Necrosis Factor", "tumor  necrosis-factor"])
def test_a_full_name_names_its_gene(genes: Genes, q: str) -> None:
    (hit,) = _named(genes, q)
    assert (hit.symbol, hit.match.kind) == ("TNF", "name")
    assert hit.match.reason == "tumor necrosis factor: name of TNF"


@pytest.mark.parametrize(
    ("q", "reason"),
    [
        ("PARK2", "PARK2: previous symbol of PRKN"),
        ("prkn", "PRKN: symbol"),
        ("mt1h", "MT1H: approved symbol"),
        ("tnf alpha", "TNF-α: alias of TNF"),
        ("HGNC:7400", "HGNC:7400: HGNC ID of MT1H"),
        ("hgnc 7400", "hgnc:7400: HGNC ID of MT1H"),
        ("GeneID:4496", "GeneID:4496: NCBI Gene ID of MT1H"),
        ("4496", "4496: NCBI Gene ID of MT1H"),
        ("HGNC:99993", "HGNC:99993: withdrawn HGNC ID, now KEPT"),
        ("PMID:12081484", "12081484: paper cited for MT3 and one other gene"),
    ],
)
def test_a_hit_says_which_spelling_met_the_query_and_what_it_is(genes: Genes, q: str, reason: str) -> None:
    assert _named(genes, q)[0].match.reason == reason


@pytest.mark.parametrize(
    "q",
    [
        "4496",
        "GeneID:4496",
        "geneid: 4496",
        "NCBIGene:4496",
        "HGNC:7400",
        "hgnc 7400",
        "ENSG00000205358",
        "ENSG00000205358.4",
        "ensg00000205358.12",
        "Ensembl:ENSG00000205358",
        "P80294",
        "p80294",
        "uniprot:P80294",
        "UniProtKB:P80294",
        "MT1H_HUMAN",
        "OMIM:156354",
        "NM_005951.3",
        "refseq:NM_005951",
        '"P80294"',
    ],
)
def test_an_identifier_leads_to_its_gene_bare_or_with_its_prefix(genes: Genes, q: str) -> None:
    assert named(genes, q) == [("MT1H", "identifier")]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("HGNC:7400", ["MT1H"]),
        ("hgnc 7400", ["MT1H"]),
        ("HGNC: 7400", ["MT1H"]),
        ("OMIM:7400", ["GPR39"]),
        ("identifier:HGNC:7400", ["MT1H"]),
        ("identifier:7400", ["GPR39", "MT1H"]),
        ("HGNC:7400 HGNC:4497", ["GPR39", "MT1H"]),
        ("GeneID:4496", ["MT1H"]),
        ("HGNC:99991", []),
        ("hgnc 99991", []),
        ("GeneID:99991", ["A1BG"]),
        ("Ensembl:P80294", []),
        ("Other:7400", []),
    ],
)
def test_a_prefix_binds_an_identifier_to_its_namespace(genes: Genes, q: str, found: list[str]) -> None:
    page = genes.search(q)
    assert sorted(hit.symbol for hit in page.hits) == found
    assert page.total == len(found)


@pytest.mark.parametrize("q", ["hgnc 7400", "HGNC: 7400", "GeneID:4496", "gene 33", "gene:33", '"HGNC:7400"'])
def test_how_an_identifier_was_read_asks_the_same_again(genes: Genes, q: str) -> None:
    page = genes.search(q)
    again = genes.search(page.query.read_as)
    assert again.query.read_as == page.query.read_as
    assert [(hit.id, hit.match.kind) for hit in again.hits] == [(hit.id, hit.match.kind) for hit in page.hits]


def test_a_name_that_begins_like_a_prefix_is_the_name_first(genes: Genes) -> None:
    assert named(genes, "gene 33") == [("ERRFI1", "alias"), ("ACADL", "identifier")]
    assert [hit.symbol for hit in genes.search("gene:33").hits] == ["ERRFI1", "ACADL"]


def test_a_prefix_is_none_without_a_sign_after_it(genes: Genes) -> None:
    assert named(genes, "MIMIT_HUMAN") == [("MIMIT", "identifier")]
    assert named(genes, "geneid4496") == []


@pytest.mark.parametrize("q", ["geneıd:4496", "enſembl:ENSG00000205358", "uniprotK\u212ab:P80294", "h"])
def test_a_prefix_with_a_letter_that_only_looks_alike_is_none(genes: Genes, q: str) -> None:
    assert named(genes, q) == []


@pytest.mark.parametrize("q", ["7400", "156354"])
def test_a_bare_number_is_no_hgnc_or_omim_number(genes: Genes, q: str) -> None:
    assert named(genes, q) == []


def test_a_bare_number_is_a_gene_id_first_and_then_a_paper(genes: Genes) -> None:
    assert named(genes, "12081484") == [("OTHER", "identifier"), ("MT3", "paper"), ("MT1H", "paper")]


@pytest.mark.parametrize(
    "q",
    [
        "PMID:12081484",
        "pmid 12081484",
        "PMID: 12081484",
        "10.1016/S0021-9258(17)30191-9+",
        "10.1016/s0021-9258(17)30191-9+",
        "doi:10.1016/S0021-9258(17)30191-9+",
        "https://doi.org/10.1016/S0021-9258(17)30191-9+",
        "http://dx.doi.org/10.1016/S0021-9258(17)30191-9+",
    ],
)
def test_a_paper_leads_to_the_genes_that_cite_it(genes: Genes, q: str) -> None:
    assert named(genes, q) == [("MT3", "paper"), ("MT1H", "paper")]


def test_a_withdrawn_symbol_leads_to_its_successors_and_says_so(genes: Genes) -> None:
    page = genes.search("OLD1")
    assert [(hit.symbol, hit.match.kind) for hit in page.hits] == [
        ("NEW3", "alias"),
        ("NEW1", "withdrawn"),
        ("NEW2", "withdrawn"),
    ]
    (withdrawn,) = page.query.withdrawn
    assert withdrawn.symbol == "OLD1"
    assert withdrawn.successors == ("NEW1", "NEW2")
    assert withdrawn.reason == "OLD1: withdrawn, merged into NEW1 and NEW2"
    assert page.hits[1].match.reason == "OLD1: withdrawn symbol, now NEW1"


def test_a_symbol_withdrawn_for_good_is_no_other_gene_s_name_written_alike(genes: Genes) -> None:
    assert named(genes, "gone 2") == [("GONE2", "symbol")]
    assert named(genes, "gone-2") == []
    assert [told.symbol for told in genes.search("GONE-2").query.withdrawn] == ["GONE-2"]


def test_a_symbol_withdrawn_for_good_is_no_name_in_another_case(genes: Genes) -> None:
    assert named(genes, "GONE3") == []
    assert named(genes, "gone3") == [("gone3", "symbol")]


def test_a_symbol_that_went_into_genes_this_index_lacks_says_so(genes: Genes) -> None:
    (told,) = genes.search("lost1").query.withdrawn
    assert told.reason == "LOST1: withdrawn, merged into X and Y, which this index lacks"


@pytest.mark.parametrize(
    ("q", "reason"),
    [
        ("split1", "SPLIT1: withdrawn, merged into NEW1, NEW2 and NEW3"),
        ("LOST2", "LOST2: withdrawn, merged into LOST3, withdrawn too"),
        ("HGNC:99991", "HGNC:99991 (A12M1): withdrawn without a successor"),
        ("hgnc 99991", "HGNC:99991 (A12M1): withdrawn without a successor"),
        ("A12M1", "A12M1: withdrawn without a successor"),
        ("HGNC:99992", "HGNC:99992 (TWICE): withdrawn, merged into X, which this index lacks"),
        ("HGNC:99993", "HGNC:99993 (EARLIER): withdrawn, merged into KEPT"),
    ],
)
def test_a_withdrawn_symbol_or_hgnc_id_is_told_with_what_became_of_it(
    genes: Genes, q: str, reason: str
) -> None:
    (told,) = genes.search(q).query.withdrawn
    assert told.reason == reason


@pytest.mark.parametrize("q", ["99991", "GeneID:99991", "OMIM:99991", "HGNC:7", "HGNC:"])
def test_another_identifier_or_one_that_a_gene_bears_tells_of_no_withdrawn_entry(
    genes: Genes, q: str
) -> None:
    assert genes.search(q).query.withdrawn == ()


def test_a_symbol_withdrawn_without_successor_says_so_and_finds_nothing(genes: Genes) -> None:
    page = genes.search("gone1")
    assert page.hits == ()
    (withdrawn,) = page.query.withdrawn
    assert (withdrawn.symbol, withdrawn.successors) == ("GONE1", ())


@pytest.mark.parametrize(("q", "symbol"), [("T", "T"), ("t", "T"), ("NOT", "NOTCH1"), ("not", "NOTCH1")])
def test_a_name_of_one_letter_or_of_an_operator_alone_is_a_name(genes: Genes, q: str, symbol: str) -> None:
    assert named(genes, q)[0][0] == symbol


@pytest.mark.parametrize(
    ("q", "symbol"),
    [("PARKN", "PRKN"), ("TNFalfa", "TNF"), ("tumour necrosis factor", "TNF"), ("NOTCH", "NOTCH1")],
)
def test_a_misspelt_name_that_finds_nothing_is_answered_with_names_near_it(
    genes: Genes, q: str, symbol: str
) -> None:
    page = genes.search(f'"{q}"')
    assert page.total == 0
    assert symbol in [suggestion.symbol for suggestion in page.suggestions]


def test_suggestions_are_few_each_gene_once_and_none_for_a_query_that_answers(genes: Genes) -> None:
    near = genes.search("PARK3").suggestions
    assert 0 < len(near) <= 5
    assert len({suggestion.id for suggestion in near}) == len(near)
    assert genes.search("PARK2").suggestions == ()
    assert genes.search("xyzzyxyzzy").suggestions == ()


@pytest.mark.parametrize("q", ["MT", "MT1" + "H" * 198])
def test_what_is_too_short_or_too_long_for_a_name_is_near_none(genes: Genes, q: str) -> None:
    assert genes.search(q).suggestions == ()


def test_a_query_of_a_name_and_more_is_no_name(genes: Genes) -> None:
    assert named(genes, "PARK2 zinc") == []


@pytest.mark.parametrize("document", [document for document in GENES if len(document.symbol) > 1])
def test_every_symbol_finds_its_gene_first(genes: Genes, document: Document) -> None:
    assert genes.search(document.symbol).hits[0].id == document.id
