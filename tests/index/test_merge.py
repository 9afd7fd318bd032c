"""Which records become one gene, and what is told when they disagree."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from index.merge import Merged, Merging
from index.merge import merge as merge_heads
from index.naming import names_of
from index.records import (
    Fact,
    GeneRecord,
    Identifier,
    IdNamespace,
    Name,
    NameKind,
    Section,
    Sentence,
    Source,
    WithdrawnSymbol,
)
from index.spool import Place
from tests.index.heads import heads

HGNC = Source("HGNC", "curated")
NCBI = Source("NCBI Gene", "curated")
PAGE = Source("Harmonizome", "computed")
POST = Source("gene post", "computed")
GO = Source("GO", "curated")
MOUSE = 10090

NAMESPACES: dict[str, IdNamespace] = {"H": "hgnc", "N": "ncbigene", "E": "ensembl", "U": "uniprot"}


def record(
    source: Source,
    ids: str = "",
    symbol: str | None = None,
    *,
    aliases: tuple[str, ...] = (),
    says: str = "",
    taxon: int = 9606,
    papers: int | None = None,
) -> GeneRecord:
    """``ids`` as ``H5 N7``: HGNC:5 and NCBI Gene 7."""
    names = [Name("symbol", symbol)] if symbol else []
    return GeneRecord(
        source=source,
        taxon=taxon,
        identifiers=tuple(Identifier(NAMESPACES[word[0]], word[1:]) for word in ids.split()),
        names=(*names, *(Name("alias", alias) for alias in aliases)),
        sections=(Section("summary", says, source, (Sentence(0, len(says)),)),) if says else (),
        papers=papers,
    )


def merge(records: Iterable[GeneRecord], withdrawn: Iterable[WithdrawnSymbol] = ()) -> Merged:
    return merge_heads(heads(records), withdrawn)


def members(merged: Merged) -> dict[str, list[str]]:
    """Of each gene the sources of its records."""
    return {gene.id: [one.source.name for one in gene.heads] for gene in merged.genes}


def names(merged: Merged, gene_id: str) -> list[tuple[NameKind, str]]:
    gene = next(gene for gene in merged.genes if gene.id == gene_id)
    return [(name.kind, name.spelling) for name, _ in names_of(gene.heads, gene.withdrawn)]


@pytest.mark.parametrize(
    ("one", "other", "gene_id"),
    [
        ("H5 N7", "H5 N7", "HGNC:5"),
        ("H5", "H5 E1", "HGNC:5"),
        ("H5 N7", "N7", "HGNC:5"),
        ("N7 E1", "N7", "NCBIGene:7"),
        ("N7 E1", "E1", "NCBIGene:7"),
        ("E1", "E1", "1"),
        ("N7 E1 E2", "E2", "NCBIGene:7"),
    ],
)
def test_records_that_share_an_identifier_are_one_gene(one: str, other: str, gene_id: str) -> None:
    merged = merge([record(PAGE, other, "B"), record(HGNC, one, "A")])
    assert members(merged) == {gene_id: ["HGNC", "Harmonizome"]}
    assert not merged.conflicts


@pytest.mark.parametrize(("one", "other"), [("H5", "H6"), ("N7", "N8"), ("E1", "E2"), ("U1", "U1")])
def test_records_that_share_none_are_two_genes_though_their_symbols_agree(one: str, other: str) -> None:
    merged = merge([record(HGNC, f"{one} H1" if one == "U1" else one, "A"), record(PAGE, f"{other} N9", "A")])
    assert len(merged.genes) == 2


def test_a_record_that_links_two_others_brings_the_three_together() -> None:
    merged = merge([record(POST, "E1", "C"), record(PAGE, "N7", "B"), record(NCBI, "N7 E1", "A")])
    assert {key: set(of) for key, of in members(merged).items()} == {
        "NCBIGene:7": {"NCBI Gene", "Harmonizome", "gene post"}
    }


def test_the_stronger_identifier_places_a_record_and_both_sides_are_told() -> None:
    merged = merge([record(HGNC, "H5 N7", "A"), record(HGNC, "H6 E2", "B"), record(POST, "N7 E2", "A")])
    assert members(merged) == {"HGNC:5": ["HGNC", "gene post"], "HGNC:6": ["HGNC"]}
    (conflict,) = merged.conflicts
    for told in ("gene post", "ncbigene:7", "ensembl:2", "HGNC:5", "HGNC:6"):
        assert told in conflict


def test_a_record_that_contradicts_its_gene_is_told_with_both_values() -> None:
    merged = merge([record(HGNC, "H5 N7", "A"), record(NCBI, "H5 N8", "A")])
    assert members(merged) == {"HGNC:5": ["HGNC", "NCBI Gene"]}
    (conflict,) = merged.conflicts
    assert "ncbigene:8" in conflict
    assert "ncbigene:7" in conflict


def test_a_contradicting_claim_does_not_draw_another_gene_in() -> None:
    merged = merge([record(HGNC, "H5 N7", "A"), record(NCBI, "H5 N8", "A"), record(PAGE, "N8", "B")])
    assert members(merged) == {"HGNC:5": ["HGNC", "NCBI Gene"], "NCBIGene:8": ["Harmonizome"]}
    assert any("NCBIGene:8" in conflict and "HGNC:5" in conflict for conflict in merged.conflicts)


def test_identifiers_that_disagree_keep_records_of_one_symbol_apart() -> None:
    merged = merge([record(HGNC, "H5 N7 E1", "A"), record(PAGE, "H6 N7 E1", "A")])
    assert members(merged) == {"HGNC:5": ["HGNC"], "HGNC:6": ["Harmonizome"]}
    assert merged.conflicts


def test_a_record_with_a_symbol_alone_joins_the_gene_of_that_symbol() -> None:
    merged = merge([record(PAGE, "", "A", says="Zinc."), record(HGNC, "H5", "A"), record(HGNC, "H6", "B")])
    assert members(merged) == {"HGNC:5": ["HGNC", "Harmonizome"], "HGNC:6": ["HGNC"]}
    assert not merged.conflicts


@pytest.mark.parametrize("symbol", ["a", "A1", "ALIAS"])
def test_a_symbol_alone_joins_by_its_exact_spelling_and_by_no_alias(symbol: str) -> None:
    merged = merge([record(PAGE, "", symbol), record(HGNC, "H5", "A", aliases=("ALIAS",))])
    assert sorted(members(merged).values()) == [["HGNC"], ["Harmonizome"]]


def test_a_symbol_of_two_genes_joins_neither_and_nothing_is_lost() -> None:
    given_ = [
        record(NCBI, "N7", "A"),
        record(NCBI, "N8", "A"),
        record(PAGE, "", "A", says="Zinc."),
        record(PAGE, "", "A", says="Copper."),
        record(POST, "", "A", says="Iron."),
    ]
    merged = merge(given_)
    assert len(merged.genes) == 3
    apart = next(gene for gene in merged.genes if gene.id.startswith("src:"))
    assert sorted(head.place.start for head in apart.heads) == [2, 3, 4]
    assert any("A is the symbol of NCBIGene:7 and NCBIGene:8" in told for told in merged.conflicts)


def test_a_symbol_that_two_genes_bear_is_told_with_both_and_who_says_so() -> None:
    merged = merge(
        [record(HGNC, "H5 N7", "A"), record(NCBI, "N8", "A"), record(NCBI, "N9", "A", taxon=MOUSE)]
    )
    assert len(merged.genes) == 3
    assert merged.conflicts == [
        "A is the symbol of HGNC:5 (HGNC) and NCBIGene:8 (NCBI Gene); they were kept apart"
    ]


def test_records_without_any_name_of_their_own_join_a_gene_that_only_a_page_names() -> None:
    go = GeneRecord(source=GO, identifiers=(Identifier("ncbigene", "7"),), facts=(Fact("go", "zinc", GO),))
    counts = record(NCBI, "N7", papers=12)
    merged = merge([go, counts, record(PAGE, "N7", "A")])
    assert sorted(members(merged)["NCBIGene:7"]) == ["GO", "Harmonizome", "NCBI Gene"]
    assert not merged.unplaced


def test_records_of_a_gene_that_no_source_names_are_set_apart_and_counted() -> None:
    counts = record(NCBI, "N9", papers=12)
    merged = merge([counts, record(PAGE, "N7", "A")])
    assert list(members(merged)) == ["NCBIGene:7"]
    assert [head.place.start for head in merged.unplaced] == [0]


def test_one_gene_id_in_two_taxa_is_two_genes_and_both_are_kept() -> None:
    merged = merge([record(NCBI, "N7", "Mt1", taxon=MOUSE), record(POST, "N7", "MT1X")])
    assert sorted(gene.taxon for gene in merged.genes) == [9606, MOUSE]
    assert len({gene.id for gene in merged.genes}) == 2
    assert any("NCBIGene:7" in conflict for conflict in merged.conflicts)


def test_a_symbol_never_joins_a_gene_of_another_taxon() -> None:
    merged = merge([record(NCBI, "N7", "A", taxon=MOUSE), record(PAGE, "", "A")])
    assert len(merged.genes) == 2


def test_records_without_any_identifier_or_symbol_are_all_kept() -> None:
    merged = merge([record(PAGE, "", None, says="Zinc."), record(PAGE, "", None, says="Copper.")])
    assert sorted(gene.heads[0].place.start for gene in merged.genes) == [0, 1]


def test_the_symbol_of_hgnc_stands_and_every_other_spelling_stays_findable() -> None:
    merged = merge(
        [
            record(PAGE, "N7", "OLD", aliases=("NEW", "X")),
            record(NCBI, "N7 H5", "Nw"),
            record(HGNC, "H5 N7", "NEW", aliases=("Y",)),
        ]
    )
    found = names(merged, "HGNC:5")
    assert found[0] == ("symbol", "NEW")
    assert sorted(found[1:]) == [("alias", "Nw"), ("alias", "OLD"), ("alias", "X"), ("alias", "Y")]


def withdrawn(number: str, symbol: str, *successors: str) -> WithdrawnSymbol:
    return WithdrawnSymbol(number, symbol, tuple((one, f"S{one}") for one in successors))


@pytest.mark.parametrize(
    ("entries", "expected", "lost"),
    [
        ([withdrawn("1", "W1", "5")], {"HGNC:5": ["W1"], "HGNC:6": []}, []),
        ([withdrawn("1", "W1", "5", "6")], {"HGNC:5": ["W1"], "HGNC:6": ["W1"]}, []),
        (
            [withdrawn("1", "W1", "2"), withdrawn("2", "W2", "5")],
            {"HGNC:5": ["W1", "W2"], "HGNC:6": []},
            [],
        ),
        (
            [withdrawn("1", "W1", "2", "6"), withdrawn("2", "W2")],
            {"HGNC:5": [], "HGNC:6": ["W1"]},
            ["W2"],
        ),
        ([withdrawn("1", "W1")], {"HGNC:5": [], "HGNC:6": []}, ["W1"]),
        ([withdrawn("1", "W1", "2"), withdrawn("2", "W2", "1")], {"HGNC:5": [], "HGNC:6": []}, ["W1", "W2"]),
        ([withdrawn("1", "W1", "99")], {"HGNC:5": [], "HGNC:6": []}, ["W1"]),
    ],
    ids=["one", "split", "chain", "half a chain", "no successor", "circle", "successor not here"],
)
def test_a_withdrawn_symbol_leads_to_the_living_genes_at_the_end_of_its_chain(
    entries: list[WithdrawnSymbol], expected: dict[str, list[str]], lost: list[str]
) -> None:
    living = [record(HGNC, "H5", "S5"), record(HGNC, "H6", "S6")]
    for order in (entries, entries[::-1]):
        merged = merge(living, order)
        assert {gene.id: [one.symbol for one in gene.withdrawn] for gene in merged.genes} == expected
        assert [one.symbol for one in merged.withdrawals if not one.living] == lost
        assert {one.symbol for one in merged.withdrawals} == {one.symbol for one in entries}


def test_an_id_that_hgnc_withdrew_names_no_gene_and_joins_none() -> None:
    gone = WithdrawnSymbol("9", "OLD", (("5", "A"),))
    merged = merge([record(HGNC, "H5 N7", "A"), record(NCBI, "H9 N8", "OLD")], [gone])
    assert members(merged) == {"HGNC:5": ["HGNC"], "NCBIGene:8": ["NCBI Gene"]}


def test_an_id_that_is_withdrawn_in_one_file_and_living_in_the_other_is_living() -> None:
    merged = merge([record(HGNC, "H9 N7", "A"), record(NCBI, "H9", "A")], [WithdrawnSymbol("9", "A", ())])
    assert members(merged) == {"HGNC:9": ["HGNC", "NCBI Gene"]}


def test_what_became_of_a_withdrawn_symbol_is_told_by_todays_symbols() -> None:
    entries = [withdrawn("1", "W1", "2", "6"), withdrawn("2", "W2", "5"), withdrawn("3", "W3", "99")]
    merged = merge([record(HGNC, "H5", "NEW5"), record(HGNC, "H6", "NEW6")], entries)
    assert [(one.symbol, sorted(one.successors), one.living) for one in merged.withdrawals] == [
        ("W1", ["NEW5", "NEW6"], True),
        ("W2", ["NEW5"], True),
        ("W3", ["S99"], False),
    ]


@st.composite
def records(draw: st.DrawFn) -> GeneRecord:
    words = draw(st.lists(st.sampled_from("H1 H2 N1 N2 N3 E1 E2 E3 U1".split()), max_size=4, unique=True))  # noqa: SIM905
    return record(
        draw(st.sampled_from([HGNC, NCBI, PAGE, POST, GO])),
        " ".join(words),
        draw(st.sampled_from([None, "A", "B"])),
        aliases=tuple(draw(st.lists(st.sampled_from("ABC"), max_size=1))),
        says=draw(st.sampled_from(["", "Zinc.", "Copper."])),
        taxon=draw(st.sampled_from([9606, 9606, MOUSE])),
    )


@given(st.lists(records(), max_size=7), st.data())
def test_order_and_repeats_make_no_difference_and_no_record_is_lost(
    given_: list[GeneRecord], data: st.DataObject
) -> None:
    anywhere = [replace(head, place=Place(0, 0, 0)) for head in heads(given_)]
    repeated = anywhere + data.draw(st.lists(st.sampled_from(anywhere), max_size=3)) if anywhere else []
    merged = merge_heads(anywhere)
    again = merge_heads(data.draw(st.permutations(repeated)))
    assert again == merged
    placed = [one for gene in merged.genes for one in gene.heads] + merged.unplaced
    assert len(placed) == len({head.digest for head in anywhere})
    assert {head.digest for head in placed} == {head.digest for head in anywhere}
    assert len({gene.id for gene in merged.genes}) == len(merged.genes)
    for gene in merged.genes:
        assert len({one.taxon for one in gene.heads}) == 1


@given(st.lists(records(), max_size=7), st.data())
def test_what_has_no_name_may_come_when_the_genes_are_made(
    given_: list[GeneRecord], data: st.DataObject
) -> None:
    everything = heads(given_)
    later = [head for head in everything if not head.names and data.draw(st.booleans())]
    merging = Merging()
    merging.name([head for head in everything if head not in later])
    assert merging.finish(later) == merge_heads(everything)
