"""Bibliographies, read back by pybtex, bibtexparser and rispy.  Needs no index."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import BibliographyData
from pybtex.database import parse_string as read_bibtex

from search.cited_papers import CitedPaper, CitedPapers
from search.page import EvidenceReference
from webapp.citations import bibtex, ris

HOSTILE = (
    "}} @article{evil, title={pwned}} \\input{/etc/passwd} \"quoted\" 100% & $x_1^2$ #~ 'z'\r\n"
    "ER  - \r\nTY  - JOUR\r\nAU  - Evil, Eve\r\n \x00\u202egnihton\u200b <script>alert(1)</script> =1+1 {"
)


def known(**told: str | int | None) -> EvidenceReference:
    whole: dict[str, str | int | None] = {
        "pmid": "12081484",
        "doi": "10.1021/bi020030+",
        "title": "Zinc thiolate clusters of metallothionein III.",
        "year": 2002,
        "authors": "Yu Chen, Yoshifumi Irie, Wing Ming Keung, et al.",
        "journal": "Biochemistry",
    }
    whole |= told
    return EvidenceReference(n=1, scope="sentence", **whole)  # type: ignore[arg-type]


NUMBER_ONLY = EvidenceReference(2, "7649249", None, None, None, "sentence")
NOTHING = EvidenceReference(3, None, None, None, None, "sentence")


def cited(*references: EvidenceReference, genes: Iterable[str] = ("MT3", "MT1X")) -> list[CitedPaper]:
    papers = CitedPapers()
    for gene in genes:
        for reference in references:
            papers.add(reference, gene, gene)
    return list(papers)


def as_bibtex(papers: list[CitedPaper], about: str = "") -> str:
    return b"".join(bibtex(papers, about)).decode()


def as_ris(papers: list[CitedPaper], about: str = "") -> str:
    return b"".join(ris(papers, about)).decode()


def entries(papers: list[CitedPaper], about: str = "") -> BibliographyData:
    """As pybtex reads them; bibtexparser, a parser of its own, finds the same keys and fields."""
    text = as_bibtex(papers, about)
    read = read_bibtex(text, "bibtex")
    other = parse_string(text)
    assert not other.failed_blocks
    assert [entry.key for entry in other.entries] == list(read.entries)
    assert [entry.key for entry in other.entries] == [paper.key for paper in papers]
    return read


def test_a_paper_is_an_article_with_its_people_and_the_genes_it_is_cited_for() -> None:
    entry = entries(cited(known()), "Genelight /search?q=%40x&index=0").entries["pmid12081484"]
    assert entry.type == "article"
    people = [
        (person.first_names, person.middle_names, person.last_names) for person in entry.persons["author"]
    ]
    assert people == [(["Yu"], [], ["Chen"]), (["Yoshifumi"], [], ["Irie"]), (["Wing"], ["Ming"], ["Keung"]),
                      ([], [], ["others"])]  # fmt: skip
    told = dict(entry.fields)
    assert told["annote"].startswith("Cited for MT3, MT1X.")
    assert (told["journal"], told["year"], told["pmid"]) == ("Biochemistry", "2002", "12081484")
    assert told["doi"] == "10.1021/bi020030+"
    assert told["url"] == "https://pubmed.ncbi.nlm.nih.gov/12081484/"


def test_a_reference_manager_reads_the_same_from_ris() -> None:
    (entry,) = rispy.loads(as_ris(cited(known()), "Genelight /search?q=x&index=0"))
    assert entry["type_of_reference"] == "JOUR"
    assert entry["id"] == "pmid12081484"
    assert entry["authors"] == ["Chen, Yu", "Irie, Yoshifumi", "Keung, Wing Ming"]
    assert (entry["secondary_title"], entry["year"]) == ("Biochemistry", "2002")
    assert (entry["doi"], entry["accession_number"]) == ("10.1021/bi020030+", "12081484")
    assert entry["urls"][0] == "https://pubmed.ncbi.nlm.nih.gov/12081484/"
    assert entry["notes"] == [
        "Cited for MT3, MT1X.", "There are more authors than are named.", "Genelight /search?q=x&index=0",
    ]  # fmt: skip


def test_a_paper_of_which_only_the_number_is_known_is_there() -> None:
    papers = cited(NUMBER_ONLY)
    entry = entries(papers).entries["pmid7649249"]
    assert (entry.type, set(entry.fields)) == ("misc", {"pmid", "url", "annote"})
    (told,) = rispy.loads(as_ris(papers))
    assert (told["type_of_reference"], told["accession_number"]) == ("GEN", "7649249")
    assert told["urls"] == ["https://pubmed.ncbi.nlm.nih.gov/7649249/"]


def test_a_paper_of_which_a_source_tells_nothing_is_there_once_for_each_gene_and_says_so() -> None:
    papers = cited(NOTHING)
    assert len({paper.key for paper in papers}) == 2
    assert "no details of this paper, which it numbers 3" in as_bibtex(papers)
    assert len(rispy.loads(as_ris(papers))) == 2


@pytest.mark.parametrize(
    ("authors", "people"),
    [
        ("Keung WM, Chen Y and Irie Y", ["Keung, WM", "Chen, Y", "Irie, Y"]),
        ("Keung, Wing Ming; Chen, Yu", ["Keung, Wing Ming", "Chen, Yu"]),
        ("Ludwig van Beethoven", ["van Beethoven, Ludwig"]),
        ("Plato", ["Plato"]),
        ("Chen Y et al.", ["Chen, Y"]),
        (" ,;; , ", [",", ","]),
    ],
)
def test_names_are_told_apart_as_sources_write_them(authors: str, people: list[str]) -> None:
    (entry,) = rispy.loads(as_ris(cited(known(authors=authors))))
    assert entry["authors"] == people


def test_a_group_s_name_stays_one_name() -> None:
    papers = cited(known(authors="Smith J; Genes and Others Consortium"))
    names = [str(person) for person in entries(papers).entries["pmid12081484"].persons["author"]]
    assert len(names) == 2


def test_hostile_text_ends_no_field_and_no_entry() -> None:
    hostile = known(title=HOSTILE, authors=HOSTILE, journal=HOSTILE, doi=HOSTILE, pmid="1\r\nTY  - X")
    papers = cited(hostile, NUMBER_ONLY, genes=(f"EVIL{HOSTILE}",))
    read = entries(papers, HOSTILE)
    assert len(read.entries) == 2
    assert "evil" not in read.entries
    assert "\\input" not in as_bibtex(papers)
    told = rispy.loads(as_ris(papers, HOSTILE))
    assert len(told) == 2
    assert "Evil, Eve" not in told[0]["authors"]
    for line in as_ris(papers, HOSTILE).split("\r\n"):
        assert re.fullmatch(r"(?:[A-Z][A-Z0-9]  - .*)?", line), line
        assert not re.search(r"[\x00-\x1f]", line)


def test_long_runs_of_anything_are_read_in_one_go() -> None:
    for filling in ("a ", "A B ", "x, ", "; ", " ", "et al. ", "{", "and "):
        text = filling * (250_000 // len(filling))
        papers = cited(known(title=text, authors=text))
        assert len(rispy.loads(as_ris(papers))) == 1
        assert as_bibtex(papers).startswith("@article{pmid12081484,")


@given(st.text(), st.text(), st.text())
def test_whatever_a_source_says_there_is_one_entry_with_its_key(title: str, authors: str, doi: str) -> None:
    papers = cited(known(title=title, authors=authors, doi=doi))
    assert list(entries(papers).entries) == ["pmid12081484"]
    (told,) = rispy.loads(as_ris(papers))
    assert told["id"] == "pmid12081484"


def test_many_genes_are_counted_where_they_are_not_named() -> None:
    papers = cited(known(), genes=[f"G{n}" for n in range(20_000)])
    assert "G98, G99 and 19,900 more." in as_bibtex(papers)
