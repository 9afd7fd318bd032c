"""A paper with its genes and the sentences that cite it, and the spellings by which it is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from index.documents import Mention
from index.engines import EMBEDDED
from index.records import Reference
from search import BadRequest, Genes, open_index
from search.paper import Paper, UnknownPaper
from search.paper_forms import PaperId, paper_ids
from tests.making import gene, publish, says

FULL = Reference(3, "Ada", "On zinc", "Genes", 2001, "10.1000/Zinc+(1)", "40001")
POOR = Reference(1, pmid="40001")
BY_DOI = Reference(2, title="On zinc", doi="10.1000/zinc+(1)")
ONLY_DOI = Reference(1, title="Without a number", doi="10.1000/ONLY.")
OTHER = Reference(5, pmid="40002", doi="10.1000/zinc+(1)", title="Another paper with the same DOI")
MANY = 130

GENES = (
    gene("ONE", says("It binds ONE.", cited=[0]), says("Not cited."), references=[POOR], papers=2),
    gene(
        "TWO",
        says("First.", cited=[1], by="ai"),
        says("Second.", "description", cited=[1, 0], mentions=[Mention(0, 6, ("NCBIGene:ONE",))]),
        says("About another.", cited=[0]),
        references=[Reference(9, pmid="40003"), FULL],
    ),
    gene("LISTING", "It cites nothing.", references=[BY_DOI], papers=9),
    gene("OTHER", says("Of another paper.", cited=[0]), references=[OTHER]),
    gene("NUMBERLESS", says("Cited by DOI.", cited=[0]), references=[ONLY_DOI]),
    *(gene(f"L{number:03}", papers=number % 50) for number in range(MANY)),
)
LINKED = {
    40001: ["NCBIGene:L007", "NCBIGene:L049", "NCBIGene:TWO"],
    5000: [f"NCBIGene:L{number:03}" for number in range(MANY)],
}


@pytest.fixture(scope="module", params=sorted(EMBEDDED))
def genes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    folder: Path = tmp_path_factory.mktemp("papers")
    publish(folder, GENES, linked=LINKED, engine=request.param)
    with open_index(folder) as opened:
        yield opened


def told(genes: Genes, name: str, **asked: int) -> Paper:
    found = genes.paper(name, **asked)
    assert isinstance(found, Paper)
    return found


@pytest.mark.parametrize("asked", ["doi:10.1000/zinc*", "doi:10.10??/Zinc*"])
def test_a_pattern_of_papers_shows_the_sentences_that_cite_one(genes: Genes, asked: str) -> None:
    shown = {hit.symbol: [line.sentence for line in hit.highlights] for hit in genes.search(asked).hits}
    assert {"First.", "Second."} <= {*shown["TWO"]}
    assert "Of another paper." in shown["OTHER"]


def test_sentences_that_tell_nothing_of_the_gene_stand_behind_the_others(tmp_path: Path) -> None:
    nothing = says("Nothing is known of ONE.", by="ai", cited=[0], nothing=True)
    other = replace(says("TWO binds.", "aside", by="ai", cited=[0], nothing=True), about="NCBIGene:TWO")
    telling = says("ONE binds.", by="ai", cited=[0])
    publish(tmp_path, [gene("ONE", nothing, other, telling, references=[FULL]), gene("TWO")])
    with open_index(tmp_path) as genes:
        (one,) = told(genes, "40001").genes
    assert [(line.sentence, line.says_nothing) for line in one.sentences] == [
        ("ONE binds.", False),
        ("TWO binds.", False),
        ("Nothing is known of ONE.", True),
    ]


def test_genes_whose_sentences_cite_it_come_first_then_those_that_list_it_then_linked_ones(
    genes: Genes,
) -> None:
    paper = told(genes, "40001")
    assert [(one.symbol, one.linked, [line.sentence for line in one.sentences]) for one in paper.genes] == [
        ("TWO", True, ["First.", "Second."]),
        ("ONE", False, ["It binds ONE."]),
        ("LISTING", False, []),
        ("L049", True, []),
        ("L007", True, []),
    ]
    assert (paper.total, paper.citing, paper.linked, paper.sentences, paper.next) == (5, 2, 3, 3, None)


def test_the_fullest_account_of_it_is_told(genes: Genes) -> None:
    paper = told(genes, "40001")
    assert (paper.name, paper.pmid, paper.doi) == ("40001", "40001", "10.1000/Zinc+(1)")
    assert (paper.title, paper.authors, paper.journal, paper.year) == ("On zinc", "Ada", "Genes", 2001)


def test_its_sentences_say_who_says_them_what_they_name_and_all_that_they_cite(genes: Genes) -> None:
    first, second = told(genes, "40001").genes[0].sentences
    assert (first.provenance, first.section, first.spans) == ("ai", "summary", ())
    assert [(one.start, one.end, one.symbol, one.id) for one in second.mentions] == [
        (0, 6, "ONE", "NCBIGene:ONE")
    ]
    assert [ref.pmid for ref in second.refs] == ["40001", "40003"]


def test_a_paper_that_is_only_linked_is_one_too_and_all_its_genes_can_be_had(genes: Genes) -> None:
    seen: list[str] = []
    start: int | None = 0
    while start is not None:
        paper = told(genes, "5000", size=50, start=start)
        assert (paper.total, paper.start, paper.title) == (MANY, start, None)
        seen += [one.symbol for one in paper.genes]
        start = paper.next
    assert sorted(seen) == [f"L{number:03}" for number in range(MANY)]
    assert seen[:3] == ["L049", "L099", "L048"]
    assert told(genes, "5000", size=10, start=MANY).genes == ()


@pytest.mark.parametrize(
    "name",
    [
        "40001", "PMID:40001", "pmid 40001", "PubMed: 40001", "0040001", "[PMID:40001].",
        "https://pubmed.ncbi.nlm.nih.gov/40001/", "doi:10.1000/zinc+(1)", "10.1000/ZINC+(1)",
        "https://doi.org/10.1000/zinc%2B(1)", "DOI: 10.1000/zinc+(1).", "(doi:10.1000/zinc+(1))",
        "doi.org/10.1000/zinc+(1);",
    ],
)  # fmt: skip
def test_every_spelling_leads_to_the_same_paper(genes: Genes, name: str) -> None:
    assert told(genes, name) == told(genes, "40001")


def test_a_paper_without_a_number_is_known_by_its_doi(genes: Genes) -> None:
    paper = told(genes, "https://doi.org/10.1000/only.")
    assert (paper.name, paper.pmid, paper.total) == ("doi:10.1000/only.", None, 1)
    assert told(genes, paper.name) == paper


@pytest.fixture(scope="module", params=sorted(EMBEDDED))
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    """Papers as no publisher should write them."""
    folder: Path = tmp_path_factory.mktemp("odd")
    told = {
        "HOSTILE": Reference(1, pmid="12x", doi="10.1000/hostile", title="On hosts"),
        "ENDS": Reference(1, doi="10.1000/ends)"),
        "POINT": Reference(1, doi="10.1000/point."),
        "SIGN": Reference(1, doi="10.1000/x%2Fy"),
        "SLASHLESS": Reference(1, doi="10.1000%2Fz"),
    }
    publish(
        folder,
        [gene(name, says(f"{name} zinc.", cited=[0]), references=[one]) for name, one in told.items()],
        engine=request.param,
    )
    with open_index(folder) as opened:
        yield opened


def test_a_paper_whose_number_is_none_is_known_by_its_doi(odd: Genes) -> None:
    paper = told(odd, "10.1000/hostile")
    assert (paper.name, paper.pmid, paper.title) == ("doi:10.1000/hostile", None, "On hosts")
    assert [one.symbol for one in paper.genes] == ["HOSTILE"]


@pytest.mark.parametrize(
    ("name", "symbol", "asked"),
    [
        ("10.1000/ends)", "ENDS", ["{}", "doi:{}", 'doi:"{}"', 'zinc doi:"{}"']),
        ("10.1000/POINT.", "POINT", ["{}", "doi:{}", "zinc doi:{}", 'doi:"{}" zinc']),
        ("10.1000/x%2Fy", "SIGN", ["{}", "doi:{}", "zinc doi:{}"]),
        ("10.1000%2Fz", "SLASHLESS", ["{}", "doi:{}", "zinc doi:{}"]),
    ],
)
def test_a_doi_with_signs_of_its_own_is_found_as_it_is_and_nothing_is_wrong_with_it(
    odd: Genes, name: str, symbol: str, asked: list[str]
) -> None:
    paper = told(odd, name)
    assert [one.symbol for one in paper.genes] == [symbol]
    assert told(odd, paper.name) == paper
    for q in (one.format(name) for one in asked):
        page = odd.search(q)
        assert ([hit.symbol for hit in page.hits], page.warnings) == ([symbol], ()), q
        again = odd.search(page.query.canonical)
        assert ([hit.symbol for hit in again.hits], again.warnings) == ([symbol], ()), page.query.canonical


def test_what_can_be_no_paper_is_told(odd: Genes) -> None:
    (warning,) = odd.search("pmid:twelve").warnings
    assert (warning.message, warning.position) == (
        "pmid: takes a number of up to 9 digits; 'twelve' is none",
        5,
    )
    (warning,) = odd.search("zinc doi:twelve").warnings
    assert warning.message == "no gene of this index cites doi:twelve"


def test_accounts_with_different_numbers_are_different_papers(genes: Genes) -> None:
    assert [one.symbol for one in told(genes, "40002").genes] == ["OTHER", "LISTING"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("40009", "no gene of this index cites PMID 40009 or is linked to it"),
        ("doi:10.1000/none", "no gene of this index cites doi:10.1000/none or is linked to it"),
        ("zinc", "'zinc' is no PubMed ID and no DOI"),
        ("", "'' is no PubMed ID and no DOI"),
        ("0", "'0' is no PubMed ID and no DOI"),
        ("40001\r\n", "'40001\\r\\n' is no PubMed ID and no DOI"),
        ("٤٠٠٠١", "'٤٠٠٠١' is no PubMed ID and no DOI"),
        ("4" * 40, f"'{'4' * 40}' is no PubMed ID and no DOI"),
        ("9" * 9, f"no gene of this index cites PMID {'9' * 9} or is linked to it"),
        ("40001 40002", "'40001 40002' is no PubMed ID and no DOI"),
    ],
)
def test_what_is_no_paper_of_the_index_says_so(genes: Genes, name: str, reason: str) -> None:
    assert genes.paper(name) == UnknownPaper(name, reason)


def test_sizes_are_checked(genes: Genes) -> None:
    for asked in ({"size": -1}, {"start": -1}):
        with pytest.raises(BadRequest, match="must not be negative"):
            genes.paper("40001", **asked)
    assert "was cut to 1000" in told(genes, "40001", size=1001).warnings[0].message


@pytest.mark.parametrize(
    "q", ["40001", "pmid:40001", "PMID 40001.", "10.1000/Zinc+(1)", "doi:10.1000/zinc+(1)"]
)
def test_a_search_for_it_shows_the_citing_sentences_first(genes: Genes, q: str) -> None:
    hits = {hit.symbol: hit for hit in genes.search(q, size=20).hits}
    assert {line.sentence for line in hits["TWO"].highlights[:2]} == {"First.", "Second."}
    assert {*hits} == ({"TWO", "LISTING", "OTHER"} if "10." in q else {"TWO", "ONE", "L049", "L007"})


@pytest.mark.parametrize("q", ["PMID:40009", "pmid:40009 OR zinc", "doi:10.1000/none", "10.1000/none."])
def test_a_search_for_an_unknown_paper_says_so(genes: Genes, q: str) -> None:
    (warning,) = genes.search(q).warnings
    assert warning.message.startswith("no gene of this index cites ")
    assert (
        genes.search("40009")
        .warnings[0]
        .message.startswith("40009 is no NCBI Gene ID of this index, and no gene")
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12", [PaperId(pmid="12", told=False)]),
        ("PMID12", [PaperId(pmid="12")]),
        ("pmid:PMID:12", [PaperId(pmid="12")]),
        ("https://www.ncbi.nlm.nih.gov/pubmed/12?x=1", [PaperId(pmid="12")]),
        ("https://europepmc.org/article/MED/12", [PaperId(pmid="12")]),
        ("10.1000/a;", [PaperId(doi="10.1000/a;"), PaperId(doi="10.1000/a")]),
        ("doi:https://doi.org/10.1000%2Fa", [PaperId(doi="10.1000/a")]),
        ("https://doi.org/10.1000/a%0d%0ab", [PaperId(doi="10.1000/a%0d%0ab")]),
        ("10.1002/(SICI)1<1::A>3.0.CO;2-2", [PaperId(doi="10.1002/(SICI)1<1::A>3.0.CO;2-2")]),
        ("10.1000", []),
        ("10.1000/a%2Fb", [PaperId(doi="10.1000/a%2Fb"), PaperId(doi="10.1000/a/b")]),
        ("PMC12", []),
        ("12\n13", []),
        ("x" * 3000, []),
    ],
)
def test_what_a_text_may_mean_as_a_paper(text: str, meant: list[PaperId]) -> None:
    assert paper_ids(text) == meant
