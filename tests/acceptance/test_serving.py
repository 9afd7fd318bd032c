"""A server that runs while the index below it is built, rebuilt and fails to be rebuilt."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import published
from tests.running import (
    COMMAND,
    ROOT,
    SAMPLES,
    Answer,
    Server,
    environment,
    free_port,
    genelight,
    get,
    serving,
)

A = (SAMPLES / "harmonizome-text" / "MT1H.txt", SAMPLES / "harmonizome-text" / "TP53.txt")
B = (SAMPLES,)
PATH = "/api/v1/search?q=zinc"


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


def digest_of(answer: Answer) -> str:
    """The digest an answer says it comes from, in its header and in its body alike."""
    assert answer.status == 200, answer.text
    assert answer.json["index"]["digest"] == answer.headers["genelight-index"]
    return answer.headers["genelight-index"]


def rebuild(index_dir: Path, *sources: Path, processes: int = 1) -> subprocess.Popen[str]:
    options = ["--index-dir", str(index_dir), "--force", "--processes", str(processes)]
    return subprocess.Popen(
        [*COMMAND, "index", *map(str, sources), *options],
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def wait_for_stage(building: subprocess.Popen[str], stage: str) -> None:
    assert building.stderr is not None
    for line in building.stderr:
        if line.startswith(f"{stage}:"):
            return
    raise AssertionError(f"the rebuild ended before its stage {stage}")


def test_the_first_request_after_a_rebuild_is_answered_from_it(index_dir: Path) -> None:
    first = published(index_dir, *A)
    with serving(index_dir, workers=2) as server:
        assert {digest_of(server.get(PATH)) for _ in range(10)} == {first}
        second = published(index_dir, *B)
        assert second != first
        for _ in range(10):  # both workers
            asked = time.monotonic()
            answer = server.get(PATH)
            assert time.monotonic() - asked < 1
            assert digest_of(answer) == second
        assert second[:12] in server.get("/search?q=zinc").text
        assert published(index_dir, *A) == first
        assert digest_of(server.get(PATH)) == first


def test_no_request_fails_while_the_index_is_rebuilt(index_dir: Path) -> None:
    digests = {published(index_dir, *B): "B"}
    with serving(index_dir, workers=2) as server:
        answers: list[Answer] = []
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                answers.append(server.get(PATH))

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        try:
            digests[published(index_dir, *A)] = "A"
            digests[published(index_dir, *B)] = "B"
            digests[published(index_dir, *A)] = "A"
        finally:
            done.set()
            for asker in askers:
                asker.join()
        assert len(digests) == 2
        assert len(answers) > 20
        assert {digests[digest_of(answer)] for answer in answers} == {"A", "B"}
        assert digests[digest_of(server.get(PATH))] == "A"


@pytest.mark.parametrize("stage", ["read", "merge", "index"])
def test_a_rebuild_that_is_killed_leaves_the_server_answering(index_dir: Path, stage: str) -> None:
    first = published(index_dir, *A)
    with serving(index_dir) as server:
        building = rebuild(index_dir, *B)
        wait_for_stage(building, stage)
        building.kill()
        building.communicate()
        assert building.returncode == -signal.SIGKILL
        assert digest_of(server.get(PATH)) == first
        assert genelight("info", "--verify", "--index-dir", index_dir).returncode == 0
        second = published(index_dir, *B)
        assert digest_of(server.get(PATH)) == second
    assert [path for path in index_dir.iterdir() if path.name.startswith(".building")] == []


@pytest.mark.parametrize("processes", [1, 2])
def test_a_rebuild_that_is_interrupted_says_so_and_leaves_no_half(index_dir: Path, processes: int) -> None:
    first = published(index_dir, *A)
    building = rebuild(index_dir, *B, processes=processes)
    wait_for_stage(building, "index")
    os.killpg(building.pid, signal.SIGINT)  # as Ctrl-C does
    _, said = building.communicate(timeout=30)
    assert building.returncode == 1
    assert "Aborted!" in said
    assert "Traceback" not in said
    assert sorted(
        path.name for path in index_dir.iterdir() if path.name.startswith((".building", "gen-"))
    ) == [f"gen-{first}"]


def test_a_server_may_start_before_its_index(index_dir: Path) -> None:
    with serving(index_dir, workers=2) as server:
        for _ in range(4):
            assert server.get("/healthz").status == 200
            ready = server.get("/readyz")
            assert ready.status == 503
            assert "genelight index" in ready.json["error"]
        assert "genelight index" in server.get("/").text
        for path in ("/search?q=zinc", PATH, "/gene/MT1H"):
            answer = server.get(path)
            assert answer.status == 503
            assert "genelight index" in answer.text
        digest = published(index_dir, *A)
        for _ in range(4):
            ready = server.get("/readyz")
            assert (ready.status, ready.json["digest"]) == (200, digest)
        assert digest_of(server.get(PATH)) == digest


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_a_clear_error(index_dir: Path, taken: int) -> None:
    ran = genelight("serve", "--index-dir", index_dir, "--port", str(taken))
    assert ran.returncode == 1
    assert f"Error: cannot listen on 127.0.0.1:{taken}" in ran.stderr
    assert "--port" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "answers at" not in ran.stdout


def test_two_servers_do_not_share_a_port(index_dir: Path) -> None:
    with serving(index_dir) as server:
        ran = genelight("serve", "--index-dir", index_dir, "--port", str(server.port))
        assert ran.returncode == 1
        assert "cannot listen on" in ran.stderr
        assert server.get("/healthz").status == 200


def test_a_host_that_is_none_is_a_clear_error(index_dir: Path) -> None:
    ran = genelight("serve", "--index-dir", index_dir, "--host", "203.0.113.1", "--port", str(free_port()))
    assert ran.returncode == 1
    assert "Error: cannot listen on 203.0.113.1" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, "Ctrl-C"], ids=str)
@pytest.mark.parametrize("serves", [False, True], ids=["while it starts", "while it serves"])
def test_a_signal_stops_the_server(index_dir: Path, how: signal.Signals | str, serves: bool) -> None:
    """A worker that is still loading may complain; one that serves stops without a word."""
    published(index_dir, *A)
    server = Server(index_dir, workers=2)
    if serves:
        server.warm(PATH, index_dir)
    code, said = server.stop(how) if isinstance(how, signal.Signals) else server.interrupt()
    assert code == 0
    assert not (serves and said)
    with pytest.raises(OSError, match="refused"):
        get(server.address + "/healthz")
    again = Server(index_dir, port=server.port)
    try:
        assert again.get("/healthz").status == 200
    finally:
        again.stop()
