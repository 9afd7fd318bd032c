"""What the tests of several rooms share: a real OpenSearch node, started when a test first asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.cluster import Cluster
from tests import quick_disk
from tests.cluster.asking import asking, cluster_of
from tests.cluster.nodes import Running

quick_disk.use()


@pytest.fixture(scope="session")
def opensearch() -> Iterator[Running]:
    """One node for the whole run; ``asking`` gives an alias on it for any other scope."""
    with cluster_of(1) as started:
        yield started


@pytest.fixture
def cluster(opensearch: Running) -> Iterator[Cluster]:
    """The shared node under an alias of this test's own."""
    with asking(opensearch) as client:
        yield client


@pytest.fixture(scope="module")
def module_cluster(opensearch: Running) -> Iterator[Cluster]:
    """The shared node under an alias of this module's own."""
    with asking(opensearch) as client:
        yield client
