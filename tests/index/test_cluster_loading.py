"""A load loses nothing that a cluster refuses for a while, and ends where it refuses for good."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import msgspec
import pytest

from index import cluster_encoding, cluster_loading
from index.cluster import Cluster, ClusterAddress, ClusterUnavailable
from index.cluster_encoding import prepare
from index.cluster_layout import PIECE, Place, genes_mapping, genes_settings
from index.cluster_loading import LoadFailed, load_genes, load_tables, table_files
from index.generations import current_generation
from index.workers import Workers
from tests.cluster.asking import asking, cluster_of
from tests.index.answering_server import Exchange, answering, fails, says
from tests.making import gene, publish

GENES = 40
DIGEST = "ab" * 32


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    publish(folder, [gene(f"ZN{number}", f"It binds zinc {number}.") for number in range(GENES)])
    found = current_generation(folder)
    assert found is not None
    prepare(found)
    return found


@pytest.fixture(autouse=True)
def small_bulks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gene or two in each."""
    monkeypatch.setattr(cluster_encoding, "_RUN_BYTES", 200)
    monkeypatch.setattr(cluster_loading, "_FIRST_PAUSE", 0.005)


def load(cluster: Cluster, generation: Path) -> list[int]:
    """What was told while it was loaded."""
    told: list[int] = []
    with Workers(1) as workers:
        place = Place(cluster.address.alias, DIGEST)
        sent = load_genes(cluster, place, generation, workers, told.append)
    assert sent > 0
    return told


class Moody:
    """Takes bulks; each item for the first time only where a turn says so, and some bulks not at all."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._turn = 0
        self._lock = Lock()

    def __call__(self, exchange: Exchange) -> None:
        body = exchange.server.answering.asked
        with self._lock:
            self._turn += 1
            turn = self._turn
            asked = body[turn - 1]
        if turn % 3 == 0:
            fails(429, "rejected_execution_exception")(exchange)
            return
        ids = [msgspec.json.decode(line)["create"]["_id"] for line in asked.body.split(b"\n")[:-1:2]]
        refused = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "full"}}
        if turn % 2:
            refused = {"status": 500, "error": {"type": "node_not_connected_exception", "reason": "gone"}}
        with self._lock:
            items: list[dict[str, object]] = []
            for place, one in enumerate(ids):
                if (turn + place) % 2:
                    items.append({"create": {"status": 201}})
                    self.taken.append(one)
                else:
                    items.append({"create": refused})
        says({"errors": True, "items": items})(exchange)


def test_what_a_busy_cluster_refuses_is_sent_again_until_it_is_taken(
    generation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_loading, "_AT_ONCE", 1)  # so that the server knows which request is which
    moody = Moody()
    with answering(moody) as server:
        told = load(Cluster(ClusterAddress(urls=(server.url,))), generation)
    assert sorted(map(int, moody.taken)) == list(range(GENES))
    assert told == sorted(told)
    assert told[-1] == GENES


def test_a_node_with_hardly_a_queue_loses_nothing(generation: Path) -> None:
    with (
        cluster_of(1, thread_pool__write__queue_size="1", thread_pool__write__size="1") as running,
        asking(running) as cluster,
    ):
        index = Place(cluster.address.alias, DIGEST).genes
        cluster.request("PUT", f"/{index}", {"settings": genes_settings(1), "mappings": genes_mapping({})})
        load(cluster, generation)
        cluster.request("POST", f"/{index}/_refresh")
        assert cluster.request("GET", f"/{index}/_count")["count"] == GENES


def test_what_was_taken_before_its_answer_was_lost_is_not_written_again(
    generation: Path, cluster: Cluster
) -> None:
    index = Place(cluster.address.alias, DIGEST).genes
    cluster.request("PUT", f"/{index}", {"settings": genes_settings(1), "mappings": genes_mapping({})})
    load(cluster, generation)
    load(cluster, generation)  # as if none of it had been answered
    cluster.request("POST", f"/{index}/_refresh")
    counted = cluster.request("GET", f"/{index}/_stats/docs")["_all"]["primaries"]["docs"]
    assert (counted["count"], counted["deleted"]) == (GENES, 0)


def test_a_document_that_the_cluster_does_not_take_ends_the_load_with_its_reason(
    generation: Path, cluster: Cluster
) -> None:
    index = Place(cluster.address.alias, DIGEST).genes
    cluster.request("PUT", f"/{index}", {"mappings": {"dynamic": "strict", "properties": {}}})
    with pytest.raises(LoadFailed, match=r'\{"_id":"\d+"\}.*strict_dynamic_mapping_exception'):
        load(cluster, generation)


def test_a_read_only_index_ends_the_load_at_once(generation: Path, cluster: Cluster) -> None:
    index = Place(cluster.address.alias, DIGEST).genes
    cluster.request("PUT", f"/{index}", {"settings": {"index.blocks.read_only_allow_delete": True}})
    with pytest.raises(ClusterUnavailable, match="the cluster is read-only"):
        load(cluster, generation)


def test_a_cluster_that_takes_nothing_is_given_up(generation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_loading, "_PATIENCE", 0.3)
    with (
        answering(fails(429, "rejected_execution_exception", "queue full")) as server,
        pytest.raises(ClusterUnavailable, match=r"took nothing for .*queue full"),
    ):
        load(Cluster(ClusterAddress(urls=(server.url,))), generation)


def test_tables_are_loaded_piece_by_piece(generation: Path, cluster: Cluster) -> None:
    place = Place(cluster.address.alias, DIGEST)
    (generation / "papers" / "long").write_bytes(bytes(range(256)) * (PIECE // 100))
    manifest = b"{}"
    load_tables(cluster, place, generation, manifest)
    files = {name: (generation / name).read_bytes() for name in table_files(generation)}
    files["manifest.json"] = manifest
    assert "cluster/first_names.u4" in files
    assert not any(name.startswith(("records/documents", "columnar/tokens", "loading")) for name in files)
    for name, data in files.items():
        count = -(-len(data) // PIECE)
        pieces = cluster.mget(place.tables, [f"{name}#{number}" for number in range(count + 1)], ["data"])
        assert pieces.pop() is None
        assert b"".join(msgspec.convert(one["data"], bytes) for one in pieces if one) == data
