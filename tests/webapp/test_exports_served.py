"""Exports from a server that runs: rebuilds underneath, readers that go away, searches meanwhile."""

from __future__ import annotations

import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from index.generations import generation_path
from index.publishing import remove_unused
from tests.making import gene, publish
from tests.running import Server, serving

MANY = 1500
LONG = "x" * 20_000
"""So much in each sentence that a server cannot hold the export of all for a reader that does not read."""
EXPORT = f"/api/v1/export?{urllib.parse.urlencode({'q': 'zinc', 'format': 'jsonl'})}"
PATIENCE = 30.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    old = publish(tmp_path, [gene(f"G{n}", f"Zinc of generation1 {LONG}.") for n in range(MANY)])
    with serving(tmp_path) as server:
        yield server, old


def rebuilt(folder: Path) -> str:
    return publish(folder, [gene("H", "Zinc of generation2.")])


def removed(folder: Path, digest: str) -> bool:
    """Whether nobody reads a generation any more, after some time at most."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        remove_unused(folder)
        if not generation_path(folder, digest).exists():
            return True
        time.sleep(0.05)
    return False


def test_a_rebuild_while_an_export_is_read_changes_nothing_in_it(
    served: tuple[Server, str], tmp_path: Path
) -> None:
    server, old = served
    with DIRECT.open(server.address + EXPORT, timeout=PATIENCE) as answer:
        first = answer.readline()
        new = rebuilt(tmp_path)
        assert server.get("/api/v1/search?q=zinc").json["index"]["digest"] == new
        remove_unused(tmp_path)
        lines = [first, *answer]
        assert answer.headers["Genelight-Index"] == old
    hits = [msgspec.json.decode(line) for line in lines]
    assert len(hits) == MANY
    assert all("generation1" in hit["highlights"][0]["sentence"] for hit in hits)
    assert removed(tmp_path, old)


def test_a_reader_that_goes_away_lets_the_generation_go(served: tuple[Server, str], tmp_path: Path) -> None:
    server, old = served
    with socket.create_connection(("127.0.0.1", server.port)) as reader:
        reader.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert reader.recv(1000).startswith(b"HTTP/1.1 200")
        rebuilt(tmp_path)
        assert server.get("/api/v1/search?q=zinc").json["total"] == 1
        remove_unused(tmp_path)
        assert generation_path(tmp_path, old).exists()
    assert removed(tmp_path, old)


def test_readers_that_do_not_read_leave_threads_to_searches(served: tuple[Server, str]) -> None:
    server, _ = served
    readers = []
    try:
        for _ in range(6):
            reader = socket.create_connection(("127.0.0.1", server.port))
            readers.append(reader)
            reader.sendall(f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        statuses = sorted(reader.recv(1000).split()[1] for reader in readers)
        assert statuses == [b"200"] * 2 + [b"503"] * 4
        assert server.get("/api/v1/search?q=zinc&size=1").status == 200
        assert server.get("/healthz").status == 200
    finally:
        for reader in readers:
            reader.close()
