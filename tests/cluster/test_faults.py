"""Three nodes that are killed, and indices that take nothing: no answer is wrong, and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from index import cluster_publishing
from index.cluster import Cluster, ClusterUnavailable
from index.cluster_layout import Place
from index.cluster_loading import LoadFailed
from index.cluster_published import current
from index.engines import CLUSTER_ENGINE
from index.generations import current_generation, read_manifest
from search import open_cluster
from tests.cluster.asking import asking, cluster_of
from tests.cluster.nodes import Node, Running
from tests.contract.generated import documents, queries
from tests.making import gene, publish
from webapp import create_app
from webapp.config import Config

QUERIES = ("zinc finger", *queries()[::25])
ASKING = 3
"""Threads that ask all the time."""
_BREATH = 0.02
"""Seconds between two questions of one, so that a node that starts has a processor to start on."""
OLD, NEW = 300, 900
"""Genes of the generation that is published, and of one that is loaded beside it."""


class Asked(NamedTuple):
    query: str
    status: int
    said: Any
    seconds: float


@pytest.fixture(scope="module")
def three() -> Iterator[Running]:
    with cluster_of(3, heap="384m") as running:
        yield running


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    publish(folder, documents(OLD))
    return folder


@pytest.fixture(scope="module")
def cluster(three: Running, old: Path) -> Iterator[Cluster]:
    """The old generation is published, with a copy of everything."""
    with asking(three, replicas=1, timeout=3) as client:
        load(client, old)
        yield client


def load(cluster: Cluster, index_dir: Path, tell: Callable[[str, int, int], None] | None = None) -> Place:
    generation = current_generation(index_dir)
    assert generation is not None
    manifest = msgspec.structs.replace(read_manifest(generation), engine=CLUSTER_ENGINE)
    return cluster_publishing.publish(cluster, generation, manifest, tell)


def held_by(running: Running, *indices: str) -> list[Node]:
    """The nodes that hold anything of some indices."""
    names = {
        row["node"] for row in running.ask("GET", f"/_cat/shards/{','.join(indices)}?format=json&h=node")
    }
    return [node for node in running.nodes if node.name in names]


class Face:
    """The JSON endpoint over the cluster, as a web machine has it."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        address = cluster.address
        self._genes = open_cluster(address)
        self._app = create_app(
            Config(
                index_dir=folder,
                engine=CLUSTER_ENGINE,
                opensearch_url=",".join(address.urls),
                opensearch_alias=address.alias,
                opensearch_timeout=int(address.timeout),
            ),
            self._genes,
        )
        self.expected = {query: self.told(query) for query in QUERIES}

    def close(self) -> None:
        self._genes.close()

    def ask(self, query: str) -> Asked:
        begun = time.monotonic()
        answer = self._app.test_client().get("/api/v1/search", query_string={"q": query})
        return Asked(query, answer.status_code, answer.json, time.monotonic() - begun)

    def told(self, query: str) -> tuple[str, int, list[str]]:
        """The digest, total and genes of an answer, which must be one."""
        asked = self.ask(query)
        assert asked.status == 200, asked.said
        return told(asked.said)

    def ready(self) -> tuple[int, Any]:
        answer = self._app.test_client().get("/readyz")
        return answer.status_code, answer.json

    def wait_ready(self, wanted: Callable[[int, Any], bool]) -> tuple[int, Any]:
        deadline = time.monotonic() + 30
        while not wanted(*(said := self.ready())):
            assert time.monotonic() < deadline, f"/readyz says {said}"
            time.sleep(0.1)
        return said

    @contextmanager
    def asked_all_the_time(self) -> Iterator[list[Asked]]:
        """Whatever is asked and answered meanwhile."""
        answers: list[Asked] = []
        over = threading.Event()

        def ask(first: int) -> None:
            turn = first
            while not over.wait(_BREATH):
                answers.append(self.ask(QUERIES[turn % len(QUERIES)]))
                turn += 1

        with ThreadPoolExecutor(ASKING) as pool:
            asking = [pool.submit(ask, thread * 7) for thread in range(ASKING)]
            try:
                yield answers
            finally:
                over.set()
            for one in asking:
                one.result()

    def check(self, answers: list[Asked]) -> None:
        """Right, or a 503 that says what is wrong."""
        assert answers
        for asked in answers:
            if asked.status == 200:
                assert told(asked.said) == self.expected[asked.query], asked.query
            else:
                assert (asked.status, bool(asked.said["error"])) == (503, True), asked.said


def told(said: Any) -> tuple[str, int, list[str]]:
    return said["index"]["digest"], said["total"], [hit["_id"] for hit in said["hits"]]


@pytest.fixture(scope="module")
def face(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    made = Face(cluster, tmp_path_factory.mktemp("web"))
    yield made
    made.close()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_node_that_is_killed_while_searches_run_costs_no_right_answer(
    three: Running, cluster: Cluster, face: Face, number: int
) -> None:
    node = three.nodes[number]
    with face.asked_all_the_time() as answers:
        node.kill()
        status, said = face.wait_ready(lambda _, said: said.get("cluster", {}).get("nodes") == 2)
        assert (status, said["status"]) == (200, "ok")
        without = len(answers)
        deadline = time.monotonic() + 20
        while sum(asked.status == 200 for asked in answers[without:]) < 2 * len(QUERIES):
            assert time.monotonic() < deadline, answers[-1]
            time.sleep(0.05)
        node.start()
        three.wait(3)
        face.wait_ready(lambda _, said: said.get("cluster", {}).get("status") == "green")
    face.check(answers)
    place = current(cluster)
    assert place is not None
    assert three.ask("GET", f"/{place.genes}/_count")["count"] == OLD


def test_where_no_copy_is_left_all_is_503_until_a_node_is_back(
    three: Running, cluster: Cluster, face: Face
) -> None:
    place = current(cluster)
    assert place is not None
    holding = held_by(three, place.genes)
    assert len(holding) == 2
    with face.asked_all_the_time() as answers:
        for node in holding:
            node.kill()
        _, said = face.wait_ready(lambda status, _: status == 503)
        assert said["status"] == "unavailable"
        assert "cluster" in said["error"]
        asked = face.ask(QUERIES[0])
        assert asked.status == 503
        assert "cluster" in asked.said["error"]
        for node in holding:
            node.start()
        three.wait(3)
        face.wait_ready(lambda _, said: said.get("cluster", {}).get("status") == "green")
    face.check(answers)
    assert {query: face.told(query) for query in QUERIES} == face.expected


@pytest.mark.parametrize("holds", [True, False], ids=["one that holds the new index", "another"])
def test_a_node_that_is_killed_during_a_load_loses_nothing(
    three: Running, cluster: Cluster, face: Face, old: Path, tmp_path: Path, holds: bool
) -> None:
    """Of the new generation there is one copy while it is loaded: without it the load waits or says so."""
    publish(tmp_path, documents(NEW, seed=holds))
    before = current(cluster)
    assert before is not None
    there = {*cluster_publishing.places(cluster)}
    killed: list[Node] = []
    begun = threading.Event()

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "load" and not killed:
            (new,) = {*cluster_publishing.places(cluster)} - there
            holding = held_by(three, new.genes, new.tables)
            killed.append(next(node for node in three.nodes if (node in holding) == holds))
            killed[0].kill()
            begun.set()

    with ThreadPoolExecutor(1) as pool, face.asked_all_the_time() as answers:
        loading = pool.submit(load, cluster, tmp_path, tell)
        assert begun.wait(30)
        three.wait(2, "red yellow green")
        killed[0].start()
        three.wait(3, "green")
        try:
            after = loading.result(60)
        except (ClusterUnavailable, LoadFailed):
            assert current(cluster) == before
            three.wait(3)
            after = load(cluster, tmp_path)
    assert current(cluster) == after != before
    assert three.ask("GET", f"/{after.genes}/_count")["count"] == NEW
    face.check([asked for asked in answers if asked.status != 200 or told(asked.said)[0] == before.digest])
    load(cluster, old)
    face.wait_ready(lambda _, said: said.get("digest") == before.digest)


@pytest.mark.parametrize("block", ["index.blocks.write", "index.blocks.read_only_allow_delete"])
def test_an_index_that_takes_nothing_ends_the_load_by_name_and_the_old_one_stands(
    three: Running, cluster: Cluster, face: Face, old: Path, tmp_path: Path, block: str
) -> None:
    """The second is what a cluster sets when a disk is too full."""
    before = current(cluster)
    assert before is not None
    publish(tmp_path, [gene("A", f"Binds zinc {block}.")])
    there = {*cluster_publishing.places(cluster)}

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "load" and not done:
            (new,) = {*cluster_publishing.places(cluster)} - there
            three.ask("PUT", f"/{new.genes}/_settings", {block: True})

    with pytest.raises(ClusterUnavailable, match="read-only"):
        load(cluster, tmp_path, tell)
    assert current(cluster) == before
    assert {query: face.told(query) for query in QUERIES} == face.expected
    after = load(cluster, tmp_path)
    assert current(cluster) == after != before
    load(cluster, old)
    face.wait_ready(lambda _, said: said.get("digest") == before.digest)
