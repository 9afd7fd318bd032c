"""A generation is published in a cluster by one switch, whole and checked, or the old one stands."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from index import cluster_publishing, cluster_switching
from index.build import build
from index.cluster import Cluster, ClusterAddress, ClusterUnavailable
from index.cluster_checking import differing
from index.cluster_layout import Place
from index.cluster_loading import LoadFailed, load_tables
from index.cluster_lock import LOCK, RebuildLock, notes_index
from index.cluster_published import current, pointed, read_manifest
from index.cluster_publishing import places, publish
from index.documents import Document
from index.generations import Manifest, RebuildRunning, current_generation
from index.generations import read_manifest as local_manifest
from tests import making
from tests.index.conftest import PageWriter

ROOT = Path(__file__).parents[2]
Written = Callable[[str], tuple[Path, Manifest]]


def corpus(word: str) -> Sequence[Document]:
    return [making.gene(f"ZN{number}", f"It binds {word} {number}.") for number in range(30)]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A generation of genes that bind something, and what is told of it."""

    def write(word: str) -> tuple[Path, Manifest]:
        making.publish(tmp_path / word, corpus(word))
        found = current_generation(tmp_path / word)
        assert found is not None
        return found, msgspec.structs.replace(local_manifest(found), engine="opensearch")

    return write


def found(cluster: Cluster, word: str) -> int:
    query = {"size": 0, "track_total_hits": True, "query": {"term": {"words": word}}}
    return int(cluster.search(cluster.address.alias, query)["hits"]["total"]["value"])


@contextmanager
def watching(cluster: Cluster) -> Iterator[set[str]]:
    """Every place that the alias pointed to meanwhile; it is asked all the time."""
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            place = current(cluster)
            seen.add(place.base if place else "nothing")
            assert found(cluster, "bind") == 30

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def test_what_is_published_is_switched_without_a_gap_and_those_before_stay_for_a_while(
    cluster: Cluster, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert current(cluster) is None
    first = publish(cluster, *written("zinc"))
    assert current(cluster) == first
    assert (found(cluster, "zinc"), found(cluster, "iron")) == (30, 0)
    with watching(cluster) as seen:
        second = publish(cluster, *written("iron"))
    assert seen <= {first.base, second.base}
    assert current(cluster) == second
    assert (found(cluster, "zinc"), found(cluster, "iron")) == (0, 30)
    assert set(places(cluster)) == {first, second}
    third = publish(cluster, *written("gold"))
    assert set(places(cluster)) == {first, second, third}
    monkeypatch.setattr(cluster_switching, "LINGER", 0.0)
    fourth = publish(cluster, *written("lead"))
    assert set(places(cluster)) == {third, fourth}


def test_a_rebuild_that_was_killed_before_it_noted_its_switch_leaves_the_one_before_for_a_while(
    cluster: Cluster, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(cluster, *written("zinc"))
    second = publish(cluster, *written("iron"))
    point(cluster, "add", first)
    point(cluster, "remove", second)
    with cluster_publishing.rebuilding(cluster):
        assert set(places(cluster)) == {first, second}
    third = publish(cluster, *written("gold"))
    assert set(places(cluster)) == {first, second, third}


def point(cluster: Cluster, action: str, place: Place) -> None:
    told = {action: {"index": place.genes, "alias": cluster.address.alias}}
    cluster.request("POST", "/_aliases", {"actions": [told]})


class Slow(Cluster):
    """Before its first switch arrives, something else happens."""

    def __init__(self, address: ClusterAddress) -> None:
        super().__init__(address)
        self.meanwhile: list[Callable[[], None]] = []

    def request(self, method: str, path: str, *args: Any, **named: Any) -> Any:
        if path == "/_aliases" and self.meanwhile:
            self.meanwhile.pop()()
        return super().request(method, path, *args, **named)


@pytest.mark.parametrize("before", [True, False])
def test_a_switch_that_arrives_after_another_rebuild_took_over_changes_nothing(
    cluster: Cluster, written: Written, before: bool
) -> None:
    gold, zinc = (publish(cluster, *written(word)) for word in ("gold", "zinc"))
    if not before:
        point(cluster, "remove", zinc)

    def takes_over() -> None:
        cluster.request("DELETE", f"/{notes_index(cluster.address.alias)}/_doc/{LOCK}")
        with RebuildLock(cluster) as lock:
            cluster_switching.switch(cluster, lock, pointed(cluster), gold)

    slow = Slow(cluster.address)
    slow.meanwhile.append(takes_over)
    try:
        with pytest.raises(RebuildRunning, match="another rebuild"):
            publish(slow, *written("iron"))
    finally:
        slow.close()
    assert pointed(cluster) == [gold]
    assert found(cluster, "gold") == 30


def test_an_alias_of_two_generations_gives_the_one_made_last_and_the_next_rebuild_leaves_that_alone(
    cluster: Cluster, written: Written
) -> None:
    first = publish(cluster, *written("zinc"))
    second = publish(cluster, *written("iron"))
    point(cluster, "add", first)
    assert len(pointed(cluster)) == 2
    assert current(cluster) == second
    with cluster_publishing.rebuilding(cluster) as lock:
        assert pointed(cluster) == [second]
        point(cluster, "add", first)
        third = publish(cluster, *written("gold"), lock=lock)
    assert pointed(cluster) == [third]
    assert found(cluster, "bind") == 30


def test_a_merge_that_does_not_end_is_not_waited_for(
    cluster: Cluster, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Merging(Cluster):
        def request(self, method: str, path: str, *args: Any, **named: Any) -> Any:
            answer = super().request(method, path, *args, **named)
            return {**answer, "completed": False} if path.startswith("/_tasks/") else answer

    monkeypatch.setattr(cluster_publishing, "_MERGE_SECONDS", 0.1)
    merging = Merging(cluster.address)
    place = publish(merging, *written("zinc"))
    merging.close()
    assert current(cluster) == place


def test_a_generation_of_another_layout_is_loaded_anew(cluster: Cluster, written: Written) -> None:
    generation, manifest = written("zinc")
    place = publish(cluster, generation, manifest)
    cluster.request("PUT", f"/{place.genes}/_mapping", {"_meta": {"layout": 1}})
    assert publish(cluster, generation, manifest) == Place(place.alias, place.digest, 1)


def test_the_same_generation_stays_and_takes_the_new_manifest(cluster: Cluster, written: Written) -> None:
    generation, manifest = written("zinc")
    place = publish(cluster, generation, manifest)
    later = msgspec.structs.replace(manifest, built="2030-01-01T00:00:00+00:00")
    assert publish(cluster, generation, later) == place
    assert places(cluster) == [place]
    told = read_manifest(cluster, place)
    assert told.built == later.built
    assert not differing(cluster, place, generation, told)


def test_a_generation_that_lacks_a_gene_is_loaded_anew_beside_it(cluster: Cluster, written: Written) -> None:
    generation, manifest = written("zinc")
    place = publish(cluster, generation, manifest)
    cluster.request("DELETE", f"/{place.genes}/_doc/7", params={"refresh": True})
    again = publish(cluster, generation, manifest)
    assert again == Place(place.alias, place.digest, 1)
    assert current(cluster) == again
    assert found(cluster, "zinc") == 30


@pytest.mark.parametrize("path", ["genes/_doc/0", "tables/_doc/ontology%2Fids.npy%230"])
def test_a_load_that_holds_another_thing_is_not_published(
    cluster: Cluster, written: Written, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    place = publish(cluster, *written("zinc"))
    part, _, document = path.partition("/")

    def damaging(own: Cluster, new: Place, generation: Path, manifest: bytes) -> int:
        sent = load_tables(own, new, generation, manifest)
        where = f"/{new.base}-{part}/{document}"
        source = own.request("GET", where)["_source"]
        field = "record" if part == "genes" else "data"
        body = {**source, field: "AAAA", **({"n": 0} if part == "genes" else {})}
        own.request("PUT", where, body)
        return sent

    monkeypatch.setattr(cluster_publishing, "load_tables", damaging)
    with pytest.raises(LoadFailed, match="holds another"):
        publish(cluster, *written("iron"))
    assert current(cluster) == place
    assert places(cluster) == [place]


KILLED = """
import sys
from pathlib import Path
from index import cluster_encoding
from index.cluster import Cluster, ClusterAddress
from index.cluster_publishing import publish
from index.generations import read_manifest
cluster_encoding._RUN_BYTES = 1
cluster = Cluster(ClusterAddress(urls=(sys.argv[1],), alias=sys.argv[2], replicas=0))
generation = Path(sys.argv[3])
def tell(stage, done, total):
    if done:
        print(done, flush=True)
        sys.stdin.read()
publish(cluster, generation, read_manifest(generation), tell)
"""


def test_a_load_that_is_killed_leaves_the_old_one_and_is_cleared_up_by_the_next(
    cluster: Cluster, written: Written
) -> None:
    place = publish(cluster, *written("zinc"))
    command = [sys.executable, "-c", KILLED, cluster.address.urls[0], place.alias, str(written("iron")[0])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert 0 < int(killed.stdout.readline()) < 30
        with pytest.raises(RebuildRunning, match=f"process {killed.pid}"):
            publish(cluster, *written("gold"))
        os.kill(killed.pid, signal.SIGKILL)
    assert current(cluster) == place
    assert len(places(cluster)) == 2
    with cluster_publishing.rebuilding(cluster):
        assert places(cluster) == [place]
    assert found(cluster, "zinc") == 30


def test_a_lock_of_another_machine_is_believed_while_it_shows_life(cluster: Cluster) -> None:
    with RebuildLock(cluster, beat=0.05, dead=30.0):
        path = f"/{notes_index(cluster.address.alias)}/_doc/{LOCK}"
        told = cluster.request("GET", path)["_source"]
        deadline = time.monotonic() + 10
        while cluster.request("GET", path)["_source"]["heartbeat"] == told["heartbeat"]:
            assert time.monotonic() < deadline
        with pytest.raises(RebuildRunning), RebuildLock(cluster):
            pass
    assert not cluster.request("GET", path)["found"]
    elsewhere = {**told, "host": "elsewhere", "heartbeat": time.time() - 5}
    cluster.request("PUT", path, elsewhere)
    with pytest.raises(RebuildRunning, match="on elsewhere"), RebuildLock(cluster):
        pass
    cluster.request("PUT", path, {**elsewhere, "heartbeat": time.time() - 60})
    with RebuildLock(cluster, beat=0.05) as lock:
        lock.check()
        cluster.request("PUT", path, elsewhere)
        with pytest.raises(RebuildRunning, match="took over"):
            lock.check()


def test_a_read_only_cluster_is_told_and_the_old_one_stands(cluster: Cluster, written: Written) -> None:
    place = publish(cluster, *written("zinc"))
    block = "cluster.blocks.read_only_allow_delete"
    cluster.request("PUT", "/_cluster/settings", {"persistent": {block: True}})
    try:
        with pytest.raises(ClusterUnavailable, match="the cluster is read-only"):
            publish(cluster, *written("iron"))
    finally:
        cluster.request("PUT", "/_cluster/settings", {"persistent": {block: None}})
    assert current(cluster) == place


def test_an_alias_that_is_an_index_is_told(cluster: Cluster, written: Written) -> None:
    cluster.request("PUT", f"/{cluster.address.alias}")
    with pytest.raises(ClusterUnavailable, match="there is an index of the name"):
        publish(cluster, *written("zinc"))


def test_a_rebuild_leaves_its_report_here_and_its_index_in_the_cluster(
    cluster: Cluster, tmp_path: Path, write_page: PageWriter
) -> None:
    pages, index_dir, stages = tmp_path / "pages", tmp_path / "index", []
    write_page(pages, "ZN1X", 1, "It binds zinc.")

    def rebuild(folder: Path = index_dir, *, force: bool = False) -> bool:
        report = build(
            [pages],
            folder,
            engine="opensearch",
            cluster=cluster,
            force=force,
            progress=lambda stage, done, total: stages.append((stage, done, total)),
        )
        place = current(cluster)
        assert place is not None
        assert place.digest == report.digest
        assert not [*folder.glob("gen-*"), *folder.glob(".building*")]
        assert (folder / "report.json").is_file()
        return report.unchanged

    assert not rebuild()
    first = current(cluster)
    assert first is not None
    assert ("load", 1, 1) in stages
    assert read_manifest(cluster, first).engine == "opensearch"
    assert rebuild()
    assert not rebuild(tmp_path / "another builder")
    assert current(cluster) == first
    assert not rebuild(force=True)
    assert current(cluster) == Place(first.alias, first.digest, 1)
    write_page(pages, "ZN2X", 2, "It binds zinc too.")
    assert not rebuild()
    assert len(places(cluster)) == 3
    shutil.rmtree(pages)


def test_the_engine_and_a_cluster_go_together(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a cluster is given"):
        build([tmp_path], tmp_path / "index", engine="opensearch")
    with pytest.raises(ValueError, match="a cluster is given"):
        build([tmp_path], tmp_path / "index", cluster=cluster)
