"""Facets, filters, orders, and leaves that choose genes by a value, over generated genes, by both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from index.documents import Document
from index.engines import EMBEDDED
from index.facets import COLUMNS
from index.facets_writing import natural
from index.records import Provenance, Reference, Source
from search import BadRequest, Genes, open_index
from search.filtering import MOST_FILTERS
from search.page import FacetCount, FacetTerm
from search.sorting import SORTS
from tests.making import gene, publish, says

COUNT = 150
BANDS = ("1p36.33", "1p11", "1q21.1", "2q13", "10q22", "16q13", "Xp22.33 and Yp11.32", "Xq28", "reserved")
TYPES = ("gene with protein product", "pseudogene", "RNA, long non-coding")
FAMILIES = ("Zinc fingers", "Zinc fingers C2H2-type", 'Fingers "zinc" like', "Claudins (CLDN)", "Claudins")
SAID: tuple[Provenance, ...] = ("curated", "computed", "ai")


def _genes() -> list[Document]:
    """Genes whose number tells what they have: every third none of it."""
    rng = Random(3)  # noqa: S311
    made = []
    for number in range(COUNT):
        lines = [says(f"{'zinc ' * (number % 2)}binding protein {number}", by=SAID[number % 3])]
        if number % 3:
            lines.append(says(rng.choice(BANDS), "location"))
            lines.append(says(rng.choice(TYPES), "locus_type"))
            lines += [says(family, "family") for family in rng.sample(FAMILIES, rng.randint(0, 2))]
        years = [rng.randint(1995, 2024) for _ in range(rng.randint(0, 3))]
        references = [Reference(n, title=f"paper {n} of {number}", year=y) for n, y in enumerate(years)]
        if references and number % 2:
            lines.append(says("It binds zinc.", cited=[0]))
        made.append(
            gene(f"G{number}", *lines, id=f"HGNC:{number:04}", references=references, papers=number % 7)
        )
    return made


GENES = _genes()
BY_ID = {document.id: document for document in GENES}


@pytest.fixture(scope="module", params=sorted(EMBEDDED))
def genes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    folder: Path = tmp_path_factory.mktemp("facets")
    publish(folder, GENES, engine=request.param)
    with open_index(folder) as opened:
        yield opened


def found(genes: Genes, q: str, **beside: object) -> list[Document]:
    page = genes.search(q, size=COUNT, **beside)  # type: ignore[arg-type]
    assert len(page.hits) == page.total
    return [BY_ID[hit.id] for hit in page.hits]


def counted(genes: Genes, q: str, facets: Sequence[str], size: int = 10) -> dict[str, FacetCount]:
    answer = genes.search(q, facets=facets, facet_size=size).facets
    assert isinstance(answer, dict)
    return answer


# Values and numbers: in a query those that choose genes, in a filter all of them


def _years(document: Document) -> set[int]:
    return {reference.reference.year or 0 for reference in document.references}


def _sources(document: Document) -> set[Source]:
    """Of those who say more of a gene than where it lies and of which type it is."""
    told = [line for line in document.statements if line.field not in ("location", "locus_type")]
    return {document.sources[line.source] for line in told}


def _text(document: Document, field: str) -> str:
    return " ".join(line.text for line in document.statements if line.field == field)


VALUES: dict[str, Callable[[Document], bool]] = {
    "chromosome:16": lambda one: _text(one, "location") == "16q13",
    "chromosome:chr16": lambda one: _text(one, "location") == "16q13",
    "chromosome:X": lambda one: _text(one, "location").startswith("X"),
    "chromosome:y": lambda one: "Y" in _text(one, "location"),
    'chromosome:"1"': lambda one: _text(one, "location").startswith(("1p", "1q")),
    "provenance:ai": lambda one: "ai" in {source.provenance for source in _sources(one)},
    "provenance:AI-written": lambda one: "ai" in {source.provenance for source in _sources(one)},
    "source:RefSeq": lambda one: "RefSeq" in {source.name for source in _sources(one)},
    "cited:true": lambda one: any(line.field == "summary" and line.cited for line in one.statements),
    "cited:no": lambda one: not any(line.field == "summary" and line.cited for line in one.statements),
    "papers:3": lambda one: one.papers == 3,
    "papers:<2": lambda one: one.papers < 2,
    "refs:>=2": lambda one: len(one.references) >= 2,
    "refs:0": lambda one: not one.references,
    "year:2015": lambda one: 2015 in _years(one),
    "year:[2015 TO *]": lambda one: any(year >= 2015 for year in _years(one)),
    "year:{2000 TO 2015}": lambda one: any(2000 < year < 2015 for year in _years(one)),
}


OF_GENES = [q for q in VALUES if q.startswith(("chromosome:", "papers:"))]
"""The others are of sentences in a query (tests/search/test_conditions.py)."""


@pytest.mark.parametrize("q", VALUES)
def test_a_value_as_a_filter_lets_through_the_genes_that_have_it(genes: Genes, q: str) -> None:
    expected = {one.id for one in GENES if VALUES[q](one)}
    assert expected
    assert {one.id for one in found(genes, "protein", filters=[q])} == expected


@pytest.mark.parametrize("q", ["provenance:ai", "provenance:AI-written", "source:RefSeq"])
def test_who_says_something_of_a_gene_is_the_same_in_a_query_and_a_filter(genes: Genes, q: str) -> None:
    assert {one.id for one in found(genes, q)} == {one.id for one in GENES if VALUES[q](one)}


@pytest.mark.parametrize("q", OF_GENES)
def test_a_value_finds_the_genes_that_have_it(genes: Genes, q: str) -> None:
    assert {one.id for one in found(genes, q)} == {one.id for one in GENES if VALUES[q](one)}


@pytest.mark.parametrize("q", OF_GENES)
def test_a_value_beside_words_leaves_their_order_as_it_is(genes: Genes, q: str) -> None:
    whole = [one.id for one in found(genes, "zinc")]
    expected = [one for one in whole if VALUES[q](BY_ID[one])]
    assert [one.id for one in found(genes, f"zinc {q}")] == expected
    assert {one.id for one in found(genes, f"zinc NOT {q}")} == set(whole) - set(expected)


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("chromosome:99", "no gene has chromosome '99'; it is one of 1, 2, 10, 16, X, Y"),
        ("zinc provenance:people", "no line has provenance 'people'; it is one of curated, computed, ai"),
        ("zinc NOT cited:perhaps", "no line has cited 'perhaps'; it is one of true, false"),
        ("zinc source:nobody", "no gene has source 'nobody'; it is one of Alliance, Harmonizome, RefSeq"),
    ],
)
def test_a_value_that_there_is_not_is_told(genes: Genes, q: str, told: str) -> None:
    assert told in [warning.message for warning in genes.search(q).warnings]


# Facets


@pytest.mark.parametrize("q", ["zinc", "protein", "G7", "zinc nosuchword", "family:fingers", "NOT zinc"])
def test_a_filter_for_each_term_finds_as_many_as_the_facet_counts(genes: Genes, q: str) -> None:
    page = genes.search(q, size=0, facets=COLUMNS, facet_size=1000)
    assert isinstance(page.facets, dict)
    assert [*page.facets] == [*COLUMNS]
    for name, facet in page.facets.items():
        for term in facet.terms:
            told = f'{name}:"{term.term}"'.replace('"zinc"', " zinc ")
            assert genes.search(q, size=0, filters=[told]).total == term.count > 0, told
        assert facet.total == sum(term.count for term in facet.terms)
        assert facet.other == 0


def test_counts_are_those_of_counting_by_hand(genes: Genes) -> None:
    facets = counted(genes, "zinc", ["locus_type", "chromosome"])
    answer = found(genes, "zinc")
    by_hand = Counter(_text(one, "locus_type") for one in answer)
    missing = by_hand.pop("")
    assert facets["locus_type"].missing == missing
    assert {term.term: term.count for term in facets["locus_type"].terms} == by_hand
    lost = sum(_text(one, "location") in ("", "reserved") for one in answer)
    assert facets["chromosome"].missing == lost


def test_terms_are_listed_most_genes_first_and_the_rest_is_added_up(genes: Genes) -> None:
    whole = counted(genes, "protein", ["location"], 100)["location"]
    counts = [term.count for term in whole.terms]
    assert counts == sorted(counts, reverse=True)
    for size in range(len(counts) + 2):
        some = counted(genes, "protein", ["location"], size)["location"]
        assert some.terms == whole.terms[:size]
        assert some.other == sum(counts[size:])
        assert (some.total, some.missing) == (whole.total, whole.missing)


def test_a_gene_that_the_query_names_is_counted_once(genes: Genes) -> None:
    assert genes.search("G7").total == 1
    own = sorted({source.provenance for source in _sources(BY_ID["HGNC:0007"])})
    assert counted(genes, "G7", ["provenance"])["provenance"].terms == tuple(
        FacetTerm(provenance, 1) for provenance in own
    )


def test_an_unknown_facet_is_a_warning_and_none_asked_for_is_none(genes: Genes) -> None:
    page = genes.search("zinc", facets=["colour", "cited", "cited"])
    assert isinstance(page.facets, dict)
    assert [*page.facets] == ["cited"]
    assert "unknown facet 'colour' was ignored; known are locus_type" in page.warnings[0].message
    assert not genes.search("zinc").facets


# Filters


def test_all_filters_must_be_met_and_change_no_highlight(genes: Genes) -> None:
    whole = genes.search("zinc", size=COUNT)
    some = genes.search("zinc", size=COUNT, filters=["chromosome:16", "NOT locus_type:pseudogene"])
    expected = [
        hit
        for hit in whole.hits
        if _text(BY_ID[hit.id], "location") == "16q13" and _text(BY_ID[hit.id], "locus_type") != "pseudogene"
    ]
    assert 0 < some.total == len(expected) < whole.total
    assert [(hit.id, hit.highlights) for hit in some.hits] == [(hit.id, hit.highlights) for hit in expected]
    assert some.query.filters == ("chromosome:16", "NOT locus_type:pseudogene")
    assert some.warnings == ()


def test_a_filter_leaves_out_a_gene_that_the_query_names(genes: Genes) -> None:
    assert [one.symbol for one in found(genes, "G7", filters=["provenance:computed"])] == ["G7"]
    assert found(genes, "G7", filters=["provenance:ai"]) == []


@pytest.mark.parametrize("q", ["zinc nosuchword", "zinc protein 7 nosuchword"])
def test_a_filter_only_leaves_out_where_the_search_is_relaxed(genes: Genes, q: str) -> None:
    whole = {one.id for one in found(genes, q)}
    some = {one.id for one in found(genes, q, filters=["chromosome:16"])}
    assert some == {one for one in whole if _text(BY_ID[one], "location") == "16q13"}


def test_a_filter_that_cannot_be_read_is_told(genes: Genes) -> None:
    page = genes.search("zinc", filters=["(provenance:ai", "chromosome:99", "!!"])
    told = "\n".join(warning.message for warning in page.warnings)
    assert "filter '(provenance:ai': a bracket is not closed; the query was read as plain words" in told
    assert page.warnings[0].position == 0
    assert "no gene has chromosome '99'" in told
    assert "filter '!!'" in told


def test_blank_filters_ask_for_nothing_and_too_many_are_refused(genes: Genes) -> None:
    assert genes.search("zinc", filters=["", " "]).query.filters == ()
    with pytest.raises(BadRequest, match=f"at most {MOST_FILTERS}"):
        genes.search("zinc", filters=[f"papers:{n}" for n in range(MOST_FILTERS + 1)])


# Orders


@pytest.mark.parametrize("q", ["protein", "zinc", "G7", "zinc nosuchword"])
@pytest.mark.parametrize("sort", [sign + sort for sort in SORTS for sign in ("", "-")])
def test_pages_of_any_order_hold_each_gene_once(genes: Genes, q: str, sort: str) -> None:
    whole = genes.search(q, size=COUNT, sort=sort)
    page = genes.search(q, size=17, sort=sort)
    hits = [*page.hits]
    while page.next is not None:
        page = genes.search(q, sort=sort, cursor=page.next)
        hits += page.hits
    assert hits == [*whole.hits]
    assert {hit.id for hit in hits} == {one.id for one in found(genes, q)}
    assert len(hits) == whole.total


def test_genes_are_sorted_by_symbol_and_by_papers(genes: Genes) -> None:
    symbols = sorted((f"G{number}" for number in range(COUNT)), key=natural)
    assert [one.symbol for one in found(genes, "protein", sort="symbol")] == symbols
    assert [one.symbol for one in found(genes, "protein", sort="-symbol")] == symbols[::-1]
    for sort, sign in (("papers", 1), ("-papers", -1)):
        expected = sorted(GENES, key=lambda one: (sign * one.papers, natural(one.symbol)))
        assert found(genes, "protein", sort=sort) == expected


@pytest.mark.parametrize("sort", ["location", "-location"])
def test_genes_are_sorted_by_where_they_lie_and_those_that_lie_nowhere_are_last(
    genes: Genes, sort: str
) -> None:
    places = [_text(one, "location") for one in found(genes, "protein", sort=sort)]
    distinct = list(dict.fromkeys(place if place != "reserved" else "" for place in places))
    bands = list(BANDS[:-1])
    assert distinct == [*(bands if sort == "location" else reversed(bands)), ""]


def test_a_gene_that_the_query_names_is_in_its_place_when_sorted(genes: Genes) -> None:
    q = "zinc OR G7"
    page = genes.search(q, sort="symbol", size=COUNT)
    assert [hit.symbol for hit in page.hits] == sorted((hit.symbol for hit in page.hits), key=natural)
    scores = {hit.id: hit.score for hit in genes.search(q, size=COUNT).hits}
    assert {hit.id: hit.score for hit in page.hits} == scores
    assert page.max_score == max(scores.values())


def test_an_unknown_order_is_refused_with_those_that_there_are(genes: Genes) -> None:
    with pytest.raises(BadRequest, match="sort must be one of relevance, symbol, location, papers"):
        genes.search("zinc", sort="colour")
    assert genes.search("zinc", sort="_score").query.sort == "relevance"


# Cursors and strictness


@pytest.mark.parametrize(
    "other",
    [
        {"q": "protein", "filters": ["papers:>1"], "sort": "symbol"},
        {"q": "zinc", "filters": [], "sort": "symbol"},
        {"q": "zinc", "filters": ["papers:>1"], "sort": "-symbol"},
    ],
)
def test_a_cursor_is_of_one_search(genes: Genes, other: dict[str, object]) -> None:
    cursor = genes.search("zinc", filters=["papers:>1"], sort="symbol", size=5).next
    assert genes.search("zinc", filters=["papers:>1"], sort="symbol", cursor=cursor, facets=["cited"]).hits
    with pytest.raises(BadRequest, match="cursor is of another search"):
        genes.search(**other, cursor=cursor)  # type: ignore[arg-type]


def test_a_strict_reader_refuses_what_is_not_of_the_language_and_tells_where(genes: Genes) -> None:
    assert genes.search("zinc", strict=True).total
    with pytest.raises(BadRequest, match=r"^a bracket is not closed$") as refused:
        genes.search("zinc (protein", strict=True)
    assert refused.value.position == 5
    with pytest.raises(BadRequest, match=r"^filter 'zinc \(protein': a bracket is not closed$") as refused:
        genes.search("zinc", filters=["zinc (protein"], strict=True)
    assert refused.value.position == 5
    with pytest.raises(BadRequest, match="is no field"):
        genes.search("zinc", filters=["nosuch:1"], strict=True)
    assert genes.search("zinc (protein").warnings


def test_filters_together_may_ask_for_no_more_than_a_query_may(genes: Genes) -> None:
    with pytest.raises(BadRequest, match="the filters have 20 words, 20 of them patterns"):
        genes.search("zinc", filters=[f"name:*{letter}*" for letter in "abcdefghijklmnopqrst"])
