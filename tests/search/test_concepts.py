"""Terms of the Gene Ontology that a query names lift the genes at or under them."""

from __future__ import annotations

from index.records import GoTerm
from tests.making import gene, says
from tests.search.conftest import Searching


def go_term(number: int, name: str, *parents: int, synonyms: tuple[str, ...] = ()) -> GoTerm:
    return GoTerm(
        id=f"GO:{number:07}",
        name=name,
        aspect="biological_process",
        synonyms=synonyms,
        is_a=tuple(f"GO:{parent:07}" for parent in parents),
    )


TERMS = (
    go_term(1, "biological process"),
    go_term(2, "zinc homeostasis", 1, synonyms=("regulation of zinc levels",)),
    go_term(3, "lysosomal zinc homeostasis in resting cells", 2),
    go_term(4, "response to loss of zinc homeostasis", 1),
)


def annotated(symbol: str, name: str, number: int) -> object:
    return gene(symbol, says(name, field="go", key=f"GO:{number:07}"))


def order(searching: Searching, q: str) -> list[str]:
    genes = searching(
        annotated("AA1", "response to loss of zinc homeostasis", 4),
        annotated("BB1", "zinc homeostasis", 2),
        annotated("CC1", "lysosomal zinc homeostasis in resting cells", 3),
        gene("DD1", "Zinc, zinc, and homeostasis, and zinc homeostasis, are what it is not for."),
        gene("EE1", "Nothing of the kind."),
        go_terms=TERMS,
    )
    return [hit.symbol for hit in genes.search(q).hits]


def test_genes_at_or_under_the_term_that_a_query_is_come_before_genes_of_terms_that_only_hold_it(
    searching: Searching,
) -> None:
    found = order(searching, "zinc homeostasis")
    assert found.index("BB1") < found.index("AA1")
    assert found.index("CC1") < found.index("AA1")


def test_a_synonym_of_a_term_names_it_too(searching: Searching) -> None:
    assert order(searching, "regulation of zinc levels")[0] == "BB1"
