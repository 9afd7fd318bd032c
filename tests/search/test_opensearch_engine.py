"""What an engine over a cluster does where a cluster gives only so much at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.query import And, Or, Query, Term

from index.cluster import Cluster
from search import cluster_pages, cluster_sets
from search.cluster_words import ClusterWords
from search.columnar import Columnar
from search.engines.columnar_engine import ColumnarEngine
from search.engines.opensearch_engine import OpenSearchEngine
from search.expand import Beside
from search.leaves import Leaves
from search.query import ANY, parse
from search.words import ColumnWords
from tests.contract.engines import ENGINES, Asked, asked_of, place_in
from tests.contract.generated import WORDS, documents
from tests.making import gene, says

COUNT = 300
WORD = WORDS[0]


@pytest.fixture(scope="module")
def opened(module_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[Asked, ColumnWords]:
    row = next(row for row in ENGINES if row.name == "opensearch")
    folder = tmp_path_factory.mktemp("generation")
    return asked_of(row, COUNT, folder, lambda: module_cluster), ColumnWords(Columnar(folder))


@pytest.fixture(scope="module")
def asked(opened: tuple[Asked, ColumnWords]) -> Asked:
    return opened[0]


def open_readers(cluster: Cluster) -> int:
    """Points in time that the cluster keeps."""
    return sum(len(one) for one in cluster.request("GET", "/_search/point_in_time/_all").values())


def test_more_than_a_cluster_gives_at_once_is_read_page_by_page(
    asked: Asked, module_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = parse(f"{WORD} OR {WORDS[3]} OR NOT {WORDS[6]}").tree
    whole = asked.engine.asking().search(tree, COUNT)
    monkeypatch.setattr(cluster_pages, "PAGE", 7)
    for limit in (8, 14, 50, COUNT, 2 * COUNT):
        found = asked.engine.asking().search(tree, limit)
        assert found.total == whole.total > 50
        assert found.top == whole.top[:limit]
    assert open_readers(module_cluster) == 0


def test_all_of_a_set_is_read_in_as_many_parts_as_a_cluster_wants(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asked.engine.asking().matching(parse(WORD).tree).docs
    monkeypatch.setattr(cluster_sets, "_BUCKETS", 2)
    in_parts = asked.engine.asking().matching(parse(WORD).tree).docs
    assert in_parts.tolist() == held.tolist()
    assert len(held) > 20


def test_a_query_of_more_clauses_than_a_cluster_takes_is_answered(asked: Asked) -> None:
    compounds = [Term(ANY, f"{word}-{number}") for number, word in enumerate(WORDS[:60])]
    tree: Query = And([Or([*compounds, Term(ANY, WORD)]), Term(ANY, WORDS[1])])
    scores = asked.exhaustive.scores(tree)
    found = asked.engine.asking().search(tree, COUNT)
    assert {*found.docs.tolist()} == scores.keys()
    assert asked.engine.asking().matching(tree).docs.tolist() == sorted(scores)


def test_how_many_hold_some_words_is_asked_at_once_and_only_once(
    asked: Asked, module_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    real = Cluster.msearch

    def counted(self: Cluster, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        sent.append(len(bodies))
        return real(self, index, bodies)

    monkeypatch.setattr(Cluster, "msearch", counted)
    trees = [parse(f"summary:{word}").tree for word in WORDS[100:106]]
    for _ in range(2):
        asking = asked.engine.asking()
        for held in [asking.matching(tree) for tree in trees]:
            assert len(held) >= 0
    assert sent == [len(trees)]


def test_words_are_those_of_a_columnar_index(opened: tuple[Asked, ColumnWords]) -> None:
    asked, columns = opened
    engine = asked.engine
    assert isinstance(engine, OpenSearchEngine)
    among = np.arange(0, COUNT, 3, dtype=np.int32)
    for word in ("zinc", "finger", "", "G1", *WORDS[:40:3]):
        word = word.lower()
        assert engine.words.genes(word) == columns.genes(word)
        assert sorted(engine.words.near(word, 2)) == sorted(columns.near(word, 2))
        assert engine.words.frequent(word[:1], 8, among) == columns.frequent(word[:1], 8, among)
        assert engine.words.frequent(word[:2], 5, among[:0]) == columns.frequent(word[:2], 5, among[:0])
        most = engine.words.frequent(word[:2], 5)
        assert [engine.words.genes(one) for one in most] == [
            columns.genes(one) for one in columns.frequent(word[:2], 5)
        ]


LONG = "ka" * 110
HOSTILE = [
    gene("AB1", says(f"{LONG}a zinc {LONG}b binding.", "summary"), identifiers=[("hgnc", "1")]),
    gene("AB2", says(f"zinc {LONG}. {LONG}x", "summary"), identifiers=[("hgnc", "Q" * 240)]),
    gene("ABC3", says("zinc \U00010400\U00010401 " + "\U00012000" * 150 + "x ok", "summary")),
    gene("ACB", says("a" * 30 + "b" + "c" * 30 + " \u4e2d\u6587 zinc* [zinc] f", "summary")),
    gene("A5", says("zinc finger zinc. Finger zinc zinc", "summary")),
]
OF_HOSTILE = [
    LONG, f"{LONG}a", f"{LONG}*", f"{LONG[:150]}*", f"{LONG[:205]}*", "ka*a", "ka*f", "*0", f"{LONG[:3]}*b",
    f'"zinc {LONG}b"', f'"{LONG}a zinc"~3', f'"{LONG} {LONG}x"', f"{LONG[:-1]}~1", f"summary:{LONG}",
    "\U00010400\U00010401", '"' + "\U00012000" * 150 + 'x ok"', "\U00012000" * 150 + "*", "zinc ok",
    "*b" + "?" * 30, "a*" + "?" * 20, "a?????*?b?*", "*b?????????????????????????????c", "\u4e2d?", "*\u6587",
    '"zinc zinc"~3', '"zinc zinc finger"~1', '"zinc zinc zinc"~5', '"finger zinc zinc"', "identifier:qqq*",
    "identifier:" + "q" * 240, "identifier:hgnc*", "symbol:a?*", "symbol:ab~1", "A5~1", "zin?", "*", "zinc*",
    "NOT zinc", "gene:ab*", "mentions:g*", f'"zinc x"~30 OR {LONG}x',
]  # fmt: skip


def test_long_words_strange_letters_and_intricate_patterns_find_what_a_columnar_index_finds(
    module_cluster: Cluster, tmp_path: Path
) -> None:
    rows = {row.name: row for row in ENGINES}
    rows["opensearch"].write(tmp_path, HOSTILE, ())
    engines = [
        rows[name].open(tmp_path, Beside(), lambda: module_cluster) for name in ("columnar", "opensearch")
    ]
    for q in OF_HOSTILE:
        tree = parse(q).tree
        found = [engine.asking().matching(tree) for engine in engines]
        assert found[0].docs.tolist() == found[1].docs.tolist(), q
        assert engines[1].asking().search(tree, 10).total == len(found[0]) == len(found[1])
    assert sum(len(engines[0].asking().matching(parse(q).tree)) > 0 for q in OF_HOSTILE) > 30


@pytest.mark.parametrize("room", [3, 40, 400])
def test_patterns_are_cut_as_they_are_in_a_columnar_index(
    module_cluster: Cluster, tmp_path: Path, room: int
) -> None:
    rows = {row.name: row for row in ENGINES}
    rows["opensearch"].write(tmp_path, documents(COUNT), ())
    rows["opensearch"].open(tmp_path, Beside(), lambda: module_cluster)

    def share(_: Query) -> int:
        return room

    columnar, place = Columnar(tmp_path), place_in(tmp_path, module_cluster)
    cutting = ColumnarEngine(columnar, Leaves(columnar, Beside(), room=share))
    words = ClusterWords(module_cluster, place, tmp_path, share)
    engine = OpenSearchEngine(module_cluster, place, Beside(), words, COUNT)
    told: list[str] = []
    for q in ("z*", "summary:?i*", "z* OR f*", "symbol:g*", "name:g1*", "zinc~1 f*"):
        tree = parse(q).tree
        first, second = cutting.asking(), engine.asking()
        assert first.matching(tree).docs.tolist() == second.matching(tree).docs.tolist(), q
        assert [*first.cut] == [*second.cut], q
        told += first.cut
    assert told
