"""Numbers and values that are met beside the engines: every engine finds the same genes, beside words too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.engines import EMBEDDED
from search import Genes, open_index
from tests.contract.generated import documents, go_terms
from tests.making import publish

COUNT = 120
QUERIES = [
    f"{beside}{leaf}"
    for leaf in (
        "papers:3",
        "papers:[5 TO 9]",
        "refs:>0",
        "refs:[* TO 0]",
        "cited:false",
        "provenance:curated",
        "source:refseq",
    )
    for beside in ("", "NOT ", "zinc OR ", "finger ")
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Genes]]:
    made = {}
    for engine in EMBEDDED:
        folder = tmp_path_factory.mktemp(engine)
        publish(folder, documents(COUNT), go_terms=go_terms(), engine=engine)
        made[engine] = open_index(folder)
    yield made
    for genes in made.values():
        genes.close()


@pytest.mark.parametrize("q", QUERIES)
def test_every_engine_finds_the_same_genes_by_a_number_or_value(opened: dict[str, Genes], q: str) -> None:
    found = [sorted(hit.id for hit in genes.search(q, size=COUNT).hits) for genes in opened.values()]
    assert all(each == found[0] for each in found)
    assert found[0] or q.startswith(("NOT ", "finger "))
