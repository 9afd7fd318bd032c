"""An open index follows what a cluster publishes, and answers from one generation at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.cluster import Cluster
from index.cluster_published import current
from search import Genes, IndexUnavailable, clusters, open_cluster
from tests.cluster.loading import load
from tests.making import gene, publish


def published(cluster: Cluster, folder: Path, count: int) -> str:
    """Publish so many genes; the digest."""
    digest = publish(folder, [gene(f"A{n}", f"Zinc {count}.") for n in range(count)])
    load(cluster, folder)
    return digest


def digest_after(index: Genes, wanted: str) -> str:
    waiting = threading.Event()
    found = ""
    for _ in range(600):
        if (found := index.search("zinc").index.digest) == wanted:
            break
        waiting.wait(0.05)
    return found


def test_a_new_generation_is_followed_while_the_one_before_answers(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "_LOOK_SECONDS", 0.0)
    old = published(cluster, tmp_path, 1)
    with open_cluster(cluster.address) as genes:
        assert genes.search("zinc").index.digest == old
        new = published(cluster, tmp_path, 2)
        page = genes.search("zinc")
        assert (page.index.digest, page.total) in {(old, 1), (new, 2)}
        assert digest_after(genes, new) == new
        assert genes.search("zinc").total == 2


def test_who_did_not_look_for_long_waits_for_the_generation_that_is_there(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(clusters, "_STAYS_SECONDS", -1.0)
    published(cluster, tmp_path, 1)
    with open_cluster(cluster.address) as genes:
        assert genes.search("zinc").total == 1
        before = current(cluster)
        new = published(cluster, tmp_path, 2)
        assert before is not None
        cluster.request("DELETE", f"/{before.genes}")
        page = genes.search("zinc")
        assert (page.index.digest, page.total) == (new, 2)


def test_a_generation_that_is_gone_is_told_once_and_the_next_request_finds_another(
    cluster: Cluster, tmp_path: Path
) -> None:
    published(cluster, tmp_path, 1)
    with open_cluster(cluster.address) as genes:
        assert genes.search("zinc").total == 1
        before = current(cluster)
        assert before is not None
        new = published(cluster, tmp_path, 3)
        cluster.request("DELETE", f"/{before.genes}")
        with pytest.raises(IndexUnavailable, match="no such index"):
            genes.search("finger")
        page = genes.search("zinc")
        assert (page.index.digest, page.total) == (new, 3)
        health = genes.health()
        assert health is not None
        assert health.status == "green"


def test_a_missing_part_of_the_published_generation_is_named_at_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    published(cluster, tmp_path, 1)
    with open_cluster(cluster.address) as genes:
        place = current(cluster)
        assert place is not None
        cluster.request("DELETE", f"/{place.tables}")
        assert genes.search("zinc").total == 1
        with pytest.raises(IndexUnavailable, match="no such index"):
            genes.health()
