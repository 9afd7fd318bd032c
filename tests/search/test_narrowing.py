"""Conditions on lines over a cluster: which genes' records are read for them, how many at most, and what is
found without reading any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.cluster import Cluster
from search import BadRequest, Genes, cluster_store, open_cluster, open_index
from search.binding import bind
from search.conditions import Expression
from search.narrowing import decided, may_meet
from search.query import parse
from search.tree import asks_of_lines
from tests.cluster.loading import load
from tests.contract.generated import WORDS, go_terms
from tests.contract.test_conditions_contract import CONDITIONS, COUNT, asking_of_lines, said_by_all
from tests.making import publish

ASKED = (
    *CONDITIONS,
    *asking_of_lines()[::4],
    f"{WORDS[0]} section:summary",
    f'"{WORDS[0]}" section:(summary OR go)',
    f'("{WORDS[1]} {WORDS[0]}" section:summary)~s OR GO:0000007 section:go',
    f"({WORDS[0]} section:name)~s",
    "G7 section:symbol",
    "HGNC:7 section:go",
    "GO:0000012 section:go provenance:ai",
    "section:symbol provenance:curated",
    "NOT source:(alliance OR refseq)",
    "source:nobody OR provenance:computed",
    f"{WORDS[0]} OR (section:location provenance:curated)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, module_cluster: Cluster) -> Path:
    """The index in a folder, which is loaded into the cluster too."""
    made = tmp_path_factory.mktemp("columnar")
    publish(made, said_by_all(), go_terms=go_terms())
    load(module_cluster, made)
    return made


@pytest.fixture(scope="module")
def in_folder(folder: Path) -> Iterator[Genes]:
    with open_index(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def in_cluster(folder: Path, module_cluster: Cluster) -> Iterator[Genes]:
    with open_cluster(module_cluster.address) as opened:
        yield opened


@pytest.fixture
def sparing(folder: Path, module_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Genes]:
    """The cluster opened where 5 records are read for a question."""
    monkeypatch.setattr(cluster_store, "MOST_READ", 5)
    with open_cluster(module_cluster.address) as opened:
        yield opened


@pytest.mark.parametrize("q", ASKED)
def test_a_cluster_finds_by_lines_what_a_folder_does(in_folder: Genes, in_cluster: Genes, q: str) -> None:
    def found(genes: Genes) -> list[object]:
        page = genes.search(q, size=COUNT, sort="symbol", facets=("source",))
        filtered = genes.search("papers:>=0", size=COUNT, sort="symbol", filters=[q])
        shown = [(hit.id, hit.highlights, hit.missing) for hit in page.hits]
        return [page.total, shown, page.facets, [hit.id for hit in filtered.hits]]

    assert found(in_cluster) == found(in_folder)


@pytest.mark.parametrize(
    "q", [q for q in dict.fromkeys((*ASKED, *asking_of_lines())) if asks_of_lines(parse(q).tree)]
)
def test_what_is_told_without_reading_lines_is_what_reading_all_of_them_tells(
    in_folder: Genes, monkeypatch: pytest.MonkeyPatch, q: str
) -> None:
    """Of what is well formed; other queries are read as words."""
    tree = parse(q).tree
    with in_folder._latest.answering() as snapshot:
        asked: list[Expression] = []
        monkeypatch.setattr("search.binding.decided", lambda one, _: asked.append(one))
        monkeypatch.setattr("search.binding.may_meet", lambda *_: None)
        bound = bind(tree, snapshot.engine.asking(), snapshot)
        everything = np.arange(COUNT, dtype=np.int32)
        for one, met in zip(asked, bound.reviewer.meeting(everything, asked), strict=True):
            possible, told = may_meet(one, snapshot.facets), decided(one, snapshot.facets)
            assert possible is None or {*met.tolist()} <= {*possible.tolist()}
            assert told is None or told.tolist() == met.tolist()


@pytest.mark.parametrize(
    "q", ["provenance:ai", "NOT provenance:curated", "source:alliance", "provenance:ai OR source:refseq"]
)
def test_who_says_something_of_a_gene_is_found_without_reading_a_record(sparing: Genes, q: str) -> None:
    assert sparing.search(q, size=3).total > 5


@pytest.mark.parametrize(
    "q", [f"{WORDS[0]} cited:true", "cited:true", f"({WORDS[0]} {WORDS[1]})~s OR section:go"]
)
def test_more_than_a_cluster_reads_for_a_question_is_refused(
    sparing: Genes, in_cluster: Genes, q: str
) -> None:
    assert in_cluster.search(q).total
    symbols = [f"G{number}" for number in range(COUNT)]
    told = r"\d+ genes, line by line; .* reads up to 5\. Add a word"
    with pytest.raises(BadRequest, match=told):
        sparing.search(q)
    with pytest.raises(BadRequest, match=told):
        sparing.search(q, filters=["papers:>=0"])
    with pytest.raises(BadRequest, match=told):
        sparing.listing(symbols, q)
    assert sparing.listing(symbols[:2], q).rows == in_cluster.listing(symbols[:2], q).rows


def test_what_would_read_too_much_is_not_offered_in_place_of_what_finds_nothing(
    sparing: Genes, in_cluster: Genes
) -> None:
    q = "cited:true nowhere"
    assert [one.text for one in in_cluster.search(q).suggestions] == ["cited:true"]
    page = sparing.search(q)
    assert (page.total, page.suggestions) == (0, ())


def test_more_than_a_cluster_reads_for_a_filter_is_refused(sparing: Genes) -> None:
    with pytest.raises(BadRequest, match="line by line"):
        sparing.search("papers:>=0", filters=["section:go"])
    assert sparing.search("papers:>=0", filters=["provenance:ai"]).total > 5


def test_records_that_are_read_for_conditions_do_not_take_the_place_of_others(
    folder: Path, module_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_store, "_BYTES_OF_DOCUMENTS", 6_000)
    fetched: list[str] = []
    real = Cluster.mget

    def counted(self: Cluster, index: str, ids: Any, source: Any) -> Any:
        fetched.extend(ids)
        return real(self, index, ids, source)

    monkeypatch.setattr(Cluster, "mget", counted)
    with open_cluster(module_cluster.address) as genes:
        genes.gene("G3")
        fetched.clear()
        genes.gene("G3")
        assert fetched == []
        genes.search("G3", filters=["section:summary"], size=0)
        assert len(fetched) > COUNT / 2
        fetched.clear()
        genes.gene("G3")
        assert fetched == []
