"""A query that names a gene: which gene, in which order, and why."""

from __future__ import annotations

import pytest

from index.documents import Document, Line
from index.records import NameKind, Reference, Withdrawal
from index.store import NameRow
from search import Genes, Hit
from search.gene import Gene, GeneChoice
from search.identity import describes
from tests.making import gene, says
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
        Withdrawal("A1BG", ("A1BG",), living=True, hgnc_id="99994"),
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
        ("PARK2", "PARK2: previous symbol of PRKN; also a name of 5 other genes"),
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
        "NCBI Gene 4496",
        "Entrez Gene: 4496",
        "gene id 4496",
        "HGNC ID 7400",
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


@pytest.mark.parametrize(
    "q",
    [
        "hgnc 7400",
        "HGNC: 7400",
        "GeneID:4496",
        "NCBI Gene 4496",
        "gene id 4496",
        "gene 33",
        "gene:33",
        '"HGNC:7400"',
    ],
)
def test_how_an_identifier_was_read_asks_the_same_again(genes: Genes, q: str) -> None:
    page = genes.search(q)
    again = genes.search(page.query.canonical)
    assert again.query.canonical == page.query.canonical
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
    assert page.hits[1].match.reason == "OLD1: withdrawn symbol, now NEW1; also a name of 2 other genes"


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
    assert 0 < len(near) <= 10
    assert len({suggestion.id for suggestion in near}) == len(near)
    assert genes.search("PARK2").suggestions == ()
    assert genes.search("xyzzyxyzzy").suggestions == ()


@pytest.mark.parametrize("q", ["MT", "MT1" + "H" * 198])
def test_what_is_too_short_or_too_long_for_a_name_is_near_none(genes: Genes, q: str) -> None:
    assert genes.search(q).suggestions == ()


def test_a_query_of_a_name_and_more_is_no_name_but_has_one_in_it(genes: Genes) -> None:
    page = genes.search("PARK2 zinc")
    assert page.query.owners == ()
    assert page.hits[0].symbol == "PRKN"
    assert page.hits[0].match.reason.startswith("PARK2: previous symbol of PRKN")


@pytest.mark.parametrize("document", [document for document in GENES if len(document.symbol) > 1])
def test_every_symbol_finds_its_gene_first(genes: Genes, document: Document) -> None:
    assert genes.search(document.symbol).hits[0].id == document.id


GREEK = (
    gene("IFNG", id="HGNC:5438", names=[("alias_name", "interferon gamma")]),
    gene("IL1B", id="HGNC:5992"),
    gene("ERA", id="HGNC:1"),
    gene("ESR1", id="HGNC:3467", names=[("alias", "ER-alpha")]),
    gene("TNF", id="HGNC:11892", names=[("alias", "TNF-alpha"), ("previous_symbol", "TNFA")]),
    gene("MIR21", id="HGNC:31586", names=[("alias", "hsa-mir-21"), ("alias", "miR-21")]),
    gene("MIR211", id="HGNC:31587", names=[("alias", "hsa-mir-211")]),
    gene("MIRLET7A1", id="HGNC:31476", names=[("alias", "hsa-let-7a-1")]),
    gene("MIRLET7A2", id="HGNC:31477", names=[("alias", "hsa-let-7a-2")]),
    gene("FABP1", id="HGNC:3555", papers=1),
    gene("GOT2", id="HGNC:4433", names=[("alias_name", "FABP-1")], papers=900),
    gene("TP53", id="HGNC:11998", names=[("alias", "p53")]),
    gene("CAT", id="HGNC:1516"),
    gene("HOXA@", id="HGNC:5101"),
    gene("HBB", id="HGNC:4827", name="hemoglobin subunit beta"),
    gene("MT1H", id="HGNC:7400"),
)


@pytest.fixture(scope="module")
def greek(searching: Searching) -> Genes:
    return searching(*GREEK)


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ("IFN-γ", ["IFNG"]),
        ("IFNγ", ["IFNG"]),
        ("IFN gamma", ["IFNG"]),
        ("IL-1β", ["IL1B"]),
        ("IL1beta", ["IL1B"]),
        ("ERα", ["ESR1"]),
        ("ERA", ["ERA"]),
        ("γ", []),
    ],
)
def test_a_greek_letter_is_read_as_the_latin_one_of_symbols_where_nothing_is_written_alike(
    greek: Genes, q: str, symbols: list[str]
) -> None:
    assert [symbol for symbol, _ in named(greek, q)] == symbols


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ("hsa-miR-21-5p", ["MIR21"]),
        ("mir-21-3p", ["MIR21"]),
        ("hsa-let-7a", ["MIRLET7A1", "MIRLET7A2"]),
        ("let-7a-5p", ["MIRLET7A1", "MIRLET7A2"]),
        ("let-7a-2", ["MIRLET7A2"]),
        ("miR-999-5p", []),
        ("hTP53", ["TP53"]),
        ("hcat", []),
        ("CAT*01:02", ["CAT"]),
        ("haemoglobin subunit beta", ["HBB"]),
        ("Haemoglobin, Subunit Beta", ["HBB"]),
    ],
)
def test_a_microrna_a_species_before_a_symbol_an_allele_and_british_spelling_lead_to_the_gene(
    greek: Genes, q: str, symbols: list[str]
) -> None:
    assert [symbol for symbol, _ in named(greek, q)] == symbols


@pytest.mark.parametrize(
    "q", ["TP53,", "(TP53)", "TP53 gene?", "'TP53'", "tp53.", "TP53 gene", "human TP53", "the TP53 gene"]
)
def test_punctuation_and_words_that_only_say_what_it_is_are_no_part_of_a_name(greek: Genes, q: str) -> None:
    first = _named(greek, q)[0]
    assert first.match.reason == "TP53: approved symbol"
    assert greek.search(q).query.folded == ()


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ("p53 protein", ["TP53"]),
        ("cat gene", ["CAT"]),
        ("human cat", []),
        ("gene", []),
        ("HOXA@", ["HOXA@"]),
        ("-TP53", []),
    ],
)
def test_a_word_of_the_language_beside_another_is_a_name_only_where_a_gene_is_told(
    greek: Genes, q: str, symbols: list[str]
) -> None:
    assert [symbol for symbol, _ in named(greek, q)] == symbols


def test_a_name_in_words_that_nobody_approved_is_behind_a_symbol_written_otherwise(greek: Genes) -> None:
    assert named(greek, "FABP-1") == [("FABP1", "symbol"), ("GOT2", "name")]


@pytest.mark.parametrize(
    ("q", "read_as", "exact"),
    [
        ("TNF-α", "TNF-α read as TNF-alpha = TNFα = TNFA", '"TNF-α"'),
        ("TNFalpha", "TNFalpha read as TNF-alpha = TNFα = TNFA", '"TNFalpha"'),
        ("MT 1H", "MT 1H read as MT1H", '"MT 1H"'),
        ("hsa-miR-21-5p", "hsa-miR-21-5p read as hsa-mir-21", '"hsa-miR-21-5p"'),
        ("MT-1H gene", "MT-1H gene (MT-1H read as MT1H)", '"MT-1H" gene'),
        ("TNF-α zinc", "TNF-α zinc (TNF-α read as TNF-alpha = TNFα = TNFA)", '"TNF-α" zinc'),
        ("mt1h", "mt1h", ""),
        ("TNF-alpha", "TNF-alpha", ""),
        ('"TNF-α"', '"tnf alpha"', ""),
        ("well-known zinc", "well-known zinc", ""),
        ("GO:0006915", "GO:0006915", ""),
    ],
)
def test_what_was_folded_is_told_with_the_query_that_refuses_it(
    greek: Genes, q: str, read_as: str, exact: str
) -> None:
    query = greek.search(q).query
    assert (query.read_as, query.exact) == (read_as, exact)


@pytest.mark.parametrize("q", ["TNF-α", "MT 1H", "TNFalpha", "IFN-γ"])
def test_the_query_that_refuses_folding_names_nothing(greek: Genes, q: str) -> None:
    page = greek.search(q)
    assert page.hits[0].match.kind != "text"
    exact = greek.search(page.query.exact)
    assert [hit for hit in exact.hits if hit.match.kind != "text"] == []


def test_the_field_of_symbols_refuses_folding_in_quotes(greek: Genes) -> None:
    assert [hit.symbol for hit in greek.search("symbol:MT-1H").hits] == ["MT1H"]
    assert greek.search('symbol:"MT-1H"').hits == ()


def test_genes_of_one_name_come_by_papers_and_what_has_no_product_behind(searching: Searching) -> None:
    genes = searching(
        gene("AAA1", typed("gene with protein product"), names=[("alias", "X40")], id="HGNC:1", papers=5),
        gene("AAA2", typed("RNA, long non-coding"), names=[("alias", "X40")], id="HGNC:2", papers=50),
        gene("AAA3", typed("pseudogene"), names=[("alias", "X40")], id="HGNC:3", papers=500),
        gene("AAA4", typed("region"), names=[("alias", "X40")], id="HGNC:4", papers=5000),
        gene("AAA5", typed("pseudogene"), names=[("previous_symbol", "X40")], id="HGNC:5"),
        gene("AAA6", names=[("withdrawn", "X40")], id="HGNC:6", papers=9000),
    )
    hits = genes.search("X40").hits
    assert [hit.symbol for hit in hits] == ["AAA5", "AAA2", "AAA1", "AAA3", "AAA4", "AAA6"]


def typed(locus_type: str) -> Line:
    return says(locus_type, "locus_type")


@pytest.mark.parametrize(
    ("q", "reasons"),
    [
        ("X1", ["X1: alias of AAA, and of 2 other genes", "X1: alias of BBB, and of 2 other genes"]),
        (
            "TYMP",
            ["TYMP: approved symbol; also an alias of SCO2", "TYMP: alias of SCO2; also the symbol of TYMP"],
        ),
        ("X2", ["X2: approved symbol; also a name of 2 other genes"]),
    ],
)
def test_a_hit_by_a_name_of_several_genes_says_so(searching: Searching, q: str, reasons: list[str]) -> None:
    genes = searching(
        gene("AAA", id="HGNC:1", names=[("alias", "X1"), ("alias", "X2")], papers=3),
        gene("BBB", id="HGNC:2", names=[("alias", "X1"), ("alias", "X2")], papers=2),
        gene("CCC", id="HGNC:3", names=[("alias", "X1")], papers=1),
        gene("TYMP", id="HGNC:4"),
        gene("SCO2", id="HGNC:5", names=[("alias", "TYMP")]),
        gene("X2", id="HGNC:6"),
    )
    told = [hit.match.reason for hit in genes.search(q).hits]
    assert told[: len(reasons)] == reasons


@pytest.mark.parametrize("q", ["IFN-γ", "TP53 gene", "MT 1H", "let-7a", "hsa-miR-21-5p"])
def test_a_gene_s_page_is_found_by_what_the_search_takes_for_its_name(greek: Genes, q: str) -> None:
    choice = greek.gene(q)
    assert isinstance(choice, GeneChoice)
    assert [owner.symbol for owner in choice.owners] == [symbol for symbol, _ in named(greek, q)]


def test_a_text_too_long_for_a_name_is_none_and_a_list_of_papers_is_still_papers(genes: Genes) -> None:
    assert named(genes, "MT1H" + "-" * 400) == [("MT1H", "symbol")]
    assert named(genes, "MT1H" + "-" * 600) == []
    assert named(genes, "PMID:12081484 " * 100) == [("MT3", "paper"), ("MT1H", "paper")]


@pytest.mark.parametrize("q", ["A1BG", "a1bg"])
def test_an_entry_that_went_into_a_gene_of_the_same_symbol_is_not_told(genes: Genes, q: str) -> None:
    assert named(genes, q) == [("A1BG", "symbol")]
    assert genes.search(q).query.withdrawn == ()


@pytest.mark.parametrize(
    "q",
    [
        "http://www.ncbi.nlm.nih.gov/gene/4496",
        "www.ncbi.nlm.nih.gov/gene/4496/?report=full_report",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:7400",
        "https://www.genenames.org/cgi-bin/gene_symbol_report?hgnc_id=7400",
        "https://www.ensembl.org/id/ENSG00000205358.4",
        "https://www.ensembl.org/Homo_sapiens/Gene/Summary?db=core;g=ENSG00000205358;r=16:1-2",
        "https://www.uniprot.org/uniprotkb/P80294/entry",
        "https://www.omim.org/entry/156354",
    ],
)
def test_the_address_of_a_gene_at_a_database_is_its_identifier(genes: Genes, q: str) -> None:
    assert named(genes, q) == [("MT1H", "identifier")]
    page = genes.search(q)
    again = genes.search(page.query.canonical)
    assert (again.hits, again.warnings, page.warnings) == (page.hits, (), ())


def test_another_address_is_no_identifier(genes: Genes) -> None:
    assert named(genes, "https://evil.example/gene/4496") == []
    assert named(genes, "https://www.ncbi.nlm.nih.gov/gene/44967777") == []


@pytest.fixture(scope="module")
def several(searching: Searching) -> Genes:
    return searching(
        gene("CHKA", id="HGNC:1", names=[("alias", "CK")]),
        gene("ABCB6", id="HGNC:2", names=[("alias", "ABC")]),
        gene("MT1A", id="HGNC:3", names=[("previous_symbol", "MT1")], papers=2),
        gene("CYP2D6", id="HGNC:4"),
        gene("PTGS1", id="HGNC:5", names=[("alias", "COX1")], papers=277),
        gene("MT-CO1", id="HGNC:6", names=[("alias", "COX1")], papers=83),
        gene("COX1", id="NCBIGene:7", taxon=63221),
        gene("ACTB", id="HGNC:8", names=[("alias_name", "β-actin")], papers=687),
        gene("POTEF", id="HGNC:9", names=[("alias_name", "beta actin")], papers=34),
        gene("TBX1", id="HGNC:10", names=[("alias_name", "brachyury")], papers=77),
        gene("TBXT", id="HGNC:11", names=[("alias_name", "brachyury protein")], papers=91),
        gene("LBX1", id="HGNC:12", names=[("alias", "homeobox"), ("previous_name", "ladybird homolog")]),
        gene("HBD", id="HGNC:13", name="hemoglobin subunit delta"),
        gene("HBD", id="NCBIGene:14"),
        gene("PRKCZ", id="HGNC:15", names=[("alias", "PKC-zeta")]),
    )


@pytest.mark.parametrize("q", ["C*K", "a* b* c*", "A*BC", "MT1?", "MT1*", "C*K gene", "human M?T1*"])
def test_a_query_with_a_pattern_is_no_name_without_its_signs(several: Genes, q: str) -> None:
    assert named(several, q) == []


@pytest.mark.parametrize(("q", "symbol"), [("CYP2D6*4", "CYP2D6"), ("is it MT1A?", "MT1A")])
def test_an_allele_and_the_end_of_a_question_are_no_patterns(several: Genes, q: str, symbol: str) -> None:
    assert [hit.symbol for hit in _named(several, q)][:1] == [symbol]


def test_a_pattern_is_meant_for_a_symbol_where_it_is_an_allele_or_a_question(several: Genes) -> None:
    assert named(several, "MT1*4") == []
    assert named(several, "MT1?") == []
    assert named(several, "MT1A?") == [("MT1A", "symbol")]
    assert several.search("MT1A?").query.read_as == "MT1A? read as MT1A"


def test_a_gene_of_another_species_is_behind_and_says_of_which(several: Genes) -> None:
    hits = _named(several, "COX1")
    assert [hit.symbol for hit in hits] == ["PTGS1", "MT-CO1", "COX1"]
    assert hits[2].match.reason == "COX1: symbol (taxon 63221); also a name of 2 other genes"
    assert several.search("COX1 mutations").hits[0].symbol == "PTGS1"


@pytest.mark.parametrize(
    ("q", "symbols"),
    [("beta actin", ["ACTB", "POTEF"]), ("β-actin", ["ACTB", "POTEF"]), ("brachyury", ["TBXT", "TBX1"])],
)
def test_names_in_words_that_nobody_approved_come_by_papers_however_they_are_written(
    several: Genes, q: str, symbols: list[str]
) -> None:
    assert [hit.symbol for hit in _named(several, q)] == symbols


def test_a_latin_letter_behind_a_dash_is_read_as_the_greek_one(several: Genes) -> None:
    assert named(several, "PKC-z") == [("PRKCZ", "alias")]


def test_an_approved_symbol_leads_to_its_gene_though_another_has_it_too(several: Genes) -> None:
    found = several.gene("HBD")
    assert isinstance(found, Gene)
    assert found.id == "HGNC:13"
    assert isinstance(several.gene("NCBIGene:14"), Gene)


def test_a_name_tells_whether_it_may_be_a_description() -> None:
    def row(kind: NameKind, spelling: str, standing: int = 0) -> NameRow:
        return NameRow(spelling, kind, 0, "HGNC:1", "X", 0, standing)

    assert describes(row("alias", "homeobox"))
    assert describes(row("previous_name", "statin"))
    assert describes(row("name", "multiple sclerosis", standing=2))
    assert not describes(row("name", "insulin"))
    assert not describes(row("alias", "p53"))
    assert not describes(row("previous_symbol", "MLL"))


def test_the_parts_of_a_symbol_withdrawn_for_good_name_nothing(searching: Searching) -> None:
    told = [Withdrawal("WDFY2-AS1", (), living=False)]
    with_parts = searching(gene("WDFY2", id="HGNC:1"), gene("AS1", id="HGNC:2"), withdrawn=told)
    assert named(with_parts, "WDFY2-AS1") == []
    assert [symbol for symbol, _ in named(with_parts, "WDFY2-AS2 cells")] == ["WDFY2"]
