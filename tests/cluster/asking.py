"""Clusters for tests: nodes of their own, or an alias of their own on a node that others use too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from index.cluster import Cluster, ClusterAddress
from tests.cluster import nodes


@contextmanager
def cluster_of(count: int = 1, heap: str = "512m", **settings: Any) -> Iterator[nodes.Running]:
    """``nodes.running``; where no node can run the test is skipped, and with ``CI=true`` it fails."""
    try:
        nodes.java(), nodes.archive()
    except nodes.Missing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with nodes.running(count, heap, **settings) as started:
        yield started


@contextmanager
def asking(running: nodes.Running, **address: Any) -> Iterator[Cluster]:
    """A cluster with an alias that nobody else has; what is under the alias's name is removed at the end.

    Further arguments are those of ``ClusterAddress``.
    """
    alias = f"test-{secrets.token_hex(6)}"
    found = Cluster(ClusterAddress(**{"urls": running.urls, "alias": alias, "replicas": 0, **address}))
    try:
        yield found
    finally:
        found.close()
        if any(node.running for node in running.nodes):
            # By their names: a star would need an index that is there, and may be forbidden.
            for index in running.ask("GET", f"/_cat/indices/{found.address.alias}*?format=json&h=index"):
                running.ask("DELETE", f"/{index['index']}")
