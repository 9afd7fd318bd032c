"""Names that several genes share."""

from __future__ import annotations

from index.merge import merge
from index.naming import AmbiguousName, ambiguous_names, gene_names, standing
from index.records import GeneRecord, Identifier, Name, NameKind, Source, WithdrawnSymbol
from tests.index.heads import heads

HGNC = Source("HGNC", "curated")


def gene(number: str, symbol: str, *names: tuple[NameKind, str], taxon: int = 9606) -> GeneRecord:
    return GeneRecord(
        source=HGNC,
        taxon=taxon,
        identifiers=(Identifier("hgnc", number),),
        names=(Name("symbol", symbol), *(Name(*name) for name in names)),
    )


def ambiguous(*genes: GeneRecord, withdrawn: tuple[WithdrawnSymbol, ...] = ()) -> list[AmbiguousName]:
    return ambiguous_names(map(gene_names, merge(heads(genes), withdrawn).genes))


def test_a_name_of_several_genes_is_told_with_what_it_is_to_each() -> None:
    assert ambiguous(gene("1", "AAA", ("alias", "MT1")), gene("2", "BBB", ("previous_symbol", "MT1"))) == [
        AmbiguousName("MT1", 9606, ("alias of AAA (HGNC:1)", "previous symbol of BBB (HGNC:2)"))
    ]


def test_case_makes_no_difference_and_another_species_is_no_rival() -> None:
    assert [one.name for one in ambiguous(gene("1", "AAA"), gene("2", "BBB", ("alias", "aaa")))] == ["AAA"]
    assert not ambiguous(gene("1", "AAA"), gene("2", "Aaa", taxon=10090))


def test_a_symbol_that_went_into_two_genes_is_a_name_of_both_and_full_names_are_left_out() -> None:
    split = WithdrawnSymbol("9", "OLD", (("1", "AAA"), ("2", "BBB")))
    one, other = gene("1", "AAA", ("name", "a gene")), gene("2", "BBB", ("name", "a gene"))
    assert [found.name for found in ambiguous(one, other, withdrawn=(split,))] == ["OLD"]


def test_what_has_a_product_stands_before_the_unknown_a_pseudogene_and_a_region() -> None:
    told = ("gene with protein product", "RNA, micro", "unknown", "pseudogene", "fragile site")
    assert [standing(one) for one in told] == [0, 1, 2, 3, 4]
    assert standing("immunoglobulin gene") == 0
    assert standing("T cell receptor pseudogene") == standing("pseudo") == 3
    assert standing(None) == standing("readthrough") == 2
