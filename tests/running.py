"""The command line as a process of its own, and a server that runs like a real one."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"
COMMAND = (sys.executable, "-m", "webapp")

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment(**variables: str) -> dict[str, str]:
    """This environment without what would change an answer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GENELIGHT_") and name not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS")
    }
    return kept | {"PYTHONPATH": str(ROOT)} | variables


def genelight(
    *arguments: str | Path, cwd: Path = ROOT, timeout: float = 120, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    """By name in lower case."""
    data: bytes

    @property
    def json(self) -> Any:  # a test looks where it likes
        return msgspec.json.decode(self.data)

    @property
    def text(self) -> str:
        return self.data.decode("utf-8")


def get(address: str, timeout: float = 30) -> Answer:
    """What an address answers, whatever the status."""
    try:
        with _DIRECT.open(address, timeout=timeout) as answer:
            return Answer(answer.status, _lowered(answer.headers.items()), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _lowered(error.headers.items()), error.read())


def _lowered(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


class Server:
    """``genelight serve`` in its own process."""

    def __init__(self, index_dir: Path, workers: int = 1, port: int | None = None) -> None:
        self._count = workers
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--index-dir", str(index_dir), "--port", str(self.port),
             "--workers", str(workers)],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.address = self._announced()

    def _announced(self) -> str:
        """The address it says it answers at, without the last slash."""
        said = self._read_until(b"answers at ", time.monotonic() + _START_SECONDS)
        return said.rpartition("answers at ")[2].split()[0].rstrip("/")

    def _read_until(self, wanted: bytes, deadline: float) -> str:
        assert self.process.stdout is not None
        said = b""
        while not (wanted in said and said.endswith(b"\n")):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not more:
                self.stop()
                raise AssertionError(f"the server did not start; it said: {said.decode('utf-8', 'replace')}")
            said += more
        return said.decode("utf-8", "replace")

    def get(self, path: str) -> Answer:
        return get(self.address + path)

    def warm(self, path: str, index_dir: Path) -> None:
        """Ask until every worker has answered, which is when it has opened the index."""
        deadline = time.monotonic() + _START_SECONDS
        while sum(str(index_dir) in _opened_by(worker) for worker in self._workers()) < self._count:
            assert self.get(path).status == 200
            assert time.monotonic() < deadline, "not every worker has answered"

    def _workers(self) -> list[Path]:
        parent = Path(f"/proc/{self.process.pid}")
        children = (parent / "task" / parent.name / "children").read_text().split()
        processes = [Path("/proc") / child for child in children]
        return [one for one in processes if b"spawn_main" in (one / "cmdline").read_bytes()]

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C in its terminal: every process of the group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.stop(signal.SIGINT)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code and what else it said; a server that does not stop is killed, which fails."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            said, _ = self.process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()  # not for its output: workers may still hold the pipe open
            if self.process.stdout is not None:
                self.process.stdout.close()
            raise AssertionError(f"the server did not stop on {how.name}") from None
        return self.process.returncode, said.decode("utf-8", "replace")


def _opened_by(process: Path) -> str:
    return (process / "maps").read_text()


@contextmanager
def serving(index_dir: Path, workers: int = 1) -> Iterator[Server]:
    """A server that answers, stopped at the end."""
    server = Server(index_dir, workers)
    try:
        yield server
    finally:
        server.stop()
