"""The nodes of the tests themselves: that they are this run's own, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.cluster import Cluster
from tests.cluster.nodes import VERSION, Running, remove_left_behind
from tests.running import ROOT, environment

_STARTS = """
import sys
from tests.cluster import nodes
with nodes.running() as cluster:
    node = cluster.nodes[0]
    print(node.pid, node.folder, flush=True)
    sys.stdin.read()
"""


def test_the_shared_node_is_of_the_version_named_and_green(opensearch: Running) -> None:
    assert opensearch.ask("GET", "/")["version"]["number"] == VERSION
    assert opensearch.ask("GET", "/_cluster/health")["status"] == "green"


def test_each_test_has_an_alias_of_its_own(cluster: Cluster, module_cluster: Cluster) -> None:
    assert cluster.address.alias != module_cluster.address.alias
    assert cluster.request("PUT", f"/{cluster.address.alias}-some") is not None


@pytest.mark.usefixtures("opensearch")  # skips where no node can run
def test_a_node_ends_with_the_run_that_started_it_even_when_that_is_killed() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", _STARTS], cwd=ROOT, env=environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert run.stdout is not None
    pid, folder = run.stdout.readline().split()
    assert Path(f"/proc/{pid}").exists()
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    deadline = time.monotonic() + 20
    while _alive(pid):
        assert time.monotonic() < deadline, "the node outlived its run"
        time.sleep(0.05)
    remove_left_behind(Path(folder).parents[1])
    assert not Path(folder).exists()


def _alive(pid: str) -> bool:
    """Whether it runs; one that nobody has waited for is none that does."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
