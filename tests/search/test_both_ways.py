"""A whole search over one corpus in a folder and in a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from index.cluster import Cluster
from search import BadRequest, Genes, cluster_pages, cluster_tallying, finding, open_cluster, open_index
from tests.cluster.loading import load
from tests.contract.generated import WORDS, documents
from tests.making import publish

COUNT = 300
FACETS = ("source", "provenance", "locus_type", "chromosome")

Both = tuple[Genes, Genes]


@pytest.fixture(scope="module")
def both(module_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("index")
    publish(folder, documents(COUNT))
    load(module_cluster, folder)
    with open_index(folder) as in_folder, open_cluster(module_cluster.address) as in_cluster:
        yield in_folder, in_cluster


@pytest.mark.parametrize("filters", [(), (f"NOT {WORDS[1]}",), (WORDS[0], f"NOT {WORDS[200]}")])
@pytest.mark.parametrize("count", [3, 6, 10])
@pytest.mark.parametrize("symbol", ["G3", "G51"])
def test_what_a_gene_lacks_of_a_query_with_a_gene_name_is_told_alike(
    both: Both, filters: tuple[str, ...], count: int, symbol: str
) -> None:
    q = " ".join([*WORDS[2 : 2 + 37 * count : 37], symbol])
    expected, found = (genes.search(q, filters=filters, size=COUNT) for genes in both)
    assert found.total == expected.total
    lacked = {hit.symbol: hit.missing for hit in expected.hits}
    assert {hit.symbol: hit.missing for hit in found.hits} == lacked
    assert len(filters) > 1 or any(lacked.values())


@pytest.mark.parametrize("sort", ["relevance", "symbol", "-papers"])
def test_deep_pages_are_those_of_the_whole_answer_and_none_is_read_for_a_page_beyond_it(
    both: Both, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, genes = both
    q = f"{WORDS[0]} OR {WORDS[3]} OR NOT {WORDS[6]}"
    whole = genes.search(q, sort=sort, size=COUNT)
    monkeypatch.setattr(cluster_pages, "PAGE", 210)
    monkeypatch.setattr(finding, "_DEEP", 210)
    for start in (200, 215, whole.total - 3):
        page = genes.search(q, sort=sort, start=start, size=20)
        assert page.total == whole.total > 220
        assert [hit.id for hit in page.hits] == [hit.id for hit in whole.hits[start : start + 20]]
    asked: list[str] = []
    real = Cluster.request

    def counted(self: Cluster, method: str, path: str, *more: Any, **named: Any) -> Any:
        asked.append(path)
        return real(self, method, path, *more, **named)

    monkeypatch.setattr(Cluster, "request", counted)
    beyond = genes.search(q, sort=sort, start=10**9, size=20)
    assert (beyond.total, beyond.hits, beyond.next) == (whole.total, (), None)
    assert not any("point_in_time" in path for path in asked)


def test_a_page_deeper_than_a_cluster_is_read_for_is_refused(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_pages, "PAGE", 210)
    monkeypatch.setattr(finding, "_DEEP", 210)
    monkeypatch.setattr(cluster_pages, "DEEPEST", 220)
    q = f"NOT {WORDS[200]}"
    _, genes = both
    assert genes.search(q, start=210, size=10).hits
    with pytest.raises(BadRequest, match="read up to place 220 of"):
        genes.search(q, start=215, size=10)


@pytest.mark.parametrize("most", [1, 3, 30, 60_000])
def test_facets_are_counted_alike_however_many_terms_are_asked_at_once(
    both: Both, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_tallying, "_MOST_TERMS", most)
    for q in (WORDS[0], f"NOT {WORDS[0]}", f"{WORDS[0]} G7"):
        expected, found = (genes.search(q, facets=FACETS) for genes in both)
        assert found.facets == expected.facets
        assert list(found.facets or {}) == list(FACETS)
