"""WSGI servers side by side: the same application, the same load, one machine, one run.

    python benchmarks/servers.py [--index-dir var/index] [--rounds 5] [--seconds 2] [--connections 8]

Each server runs as its own command line would run it, with two workers; waitress, which has no
worker processes, once as it is with two threads, and once as two processes on two ports between
which the connections are shared.  All are started first and then measured in turns, so that
whatever else the machine does falls on all of them; the table holds medians of the rounds.

The load comes from this script alone: one process, plain sockets, every connection asking again
as soon as it is answered (a closed loop) and kept open where the server keeps it.  It shares the
machine with the servers, so of a fast server it measures itself too: ratios count.  ``CPU`` is
the servers' own processor time (Linux only), which depends least on the load and on neighbours.

Without an index only the ready answer is measured: an application that returns 4 kB of JSON
and does nothing else, which leaves the servers' own cost.  gunicorn and waitress are no
dependencies of this project:

    python -m venv /tmp/servers && /tmp/servers/bin/pip install -r requirements.lock gunicorn waitress
    /tmp/servers/bin/python benchmarks/servers.py --index-dir var/index
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryFile
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
WORKERS = 2
STARTS_WITHIN = 60.0
WARM_FOR = 3.0
MOST_REQUESTS = 200_000
"""A turn ends here, whatever its time."""
MOST_CLIENTS = 64
BODY = json.dumps({"hits": [{"_id": f"HGNC:{n}", "symbol": f"MT{n}", "name": "x" * 40} for n in range(45)]})
READY_PATHS = ("/",)
REAL_PATHS = (
    "/api/v1/gene/TP53",
    "/",
    "/search?q=PARK2",
    "/gene/MT1H",
    "/api/v1/search?q=MT1H",
    "/api/v1/search?q=%22hepatocellular+carcinoma%22+methylation",
)
"""What Genelight is asked, in turn: light work, so that the server is seen behind it."""


def ready(_: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """The ready answer, a WSGI application."""
    body = BODY.encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def real() -> WSGIApplication:
    """Genelight itself, over the index that GENELIGHT_INDEX_DIR names."""
    from webapp import create_app
    from webapp.config import Config

    return create_app(Config(index_dir=Path(os.environ["GENELIGHT_INDEX_DIR"])))


class Server(NamedTuple):
    name: str
    distribution: str
    command: Callable[[int, bool], list[str]]
    """The arguments after ``python -m`` for a port, and for the real application or the ready one."""
    processes: int = 1
    """Commands to start, each on a port of its own."""


def _granian(port: int, is_real: bool) -> list[str]:
    app = ["--factory", "benchmarks.servers:real"] if is_real else ["benchmarks.servers:ready"]
    options = f"--interface wsgi --host {HOST} --port {port} --workers {WORKERS} --blocking-threads 1"
    return ["granian", *options.split(), "--log-level", "warning", *app]


def _gunicorn(*worker: str) -> Callable[[int, bool], list[str]]:
    def command(port: int, is_real: bool) -> list[str]:
        app = "benchmarks.servers:real()" if is_real else "benchmarks.servers:ready"
        options = f"--bind {HOST}:{port} --workers {WORKERS} --log-level warning"
        return ["gunicorn", *options.split(), *worker, app]

    return command


def _waitress(threads: int) -> Callable[[int, bool], list[str]]:
    def command(port: int, is_real: bool) -> list[str]:
        app = ["--call", "benchmarks.servers:real"] if is_real else ["benchmarks.servers:ready"]
        return ["waitress", f"--listen={HOST}:{port}", f"--threads={threads}", *app]

    return command


SERVERS = (
    Server("granian", "granian", _granian),
    Server("gunicorn, sync", "gunicorn", _gunicorn("--worker-class", "sync")),
    Server("gunicorn, gthread", "gunicorn", _gunicorn("--worker-class", "gthread", "--threads", "4")),
    Server("waitress, 1 process", "waitress", _waitress(WORKERS)),
    Server("waitress, 2 processes", "waitress", _waitress(4), processes=2),
)


class Slice(NamedTuple):
    """One server's turn in one round."""

    requests: int
    seconds: float
    p50: float
    """Milliseconds, as p99."""
    p99: float
    failures: int
    """Answers other than 200, and connections that broke before an answer."""
    cpu: float
    """Seconds of processor time that the server's processes took."""


class Running(NamedTuple):
    ports: list[int]
    processes: list[int]
    """Ids of the processes that were started; their workers are children of these."""


class NoAnswer(Exception):
    """A server that cannot be measured."""


@contextmanager
def running(server: Server, index_dir: Path | None, request: bytes) -> Iterator[Running]:
    """The server, while it answers.

    Raises:
        NoAnswer: ``request`` is not answered well, or not in time; the message holds what the server wrote.
    """
    ports = [_free_port() for _ in range(server.processes)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GENELIGHT_INDEX_DIR": str(index_dir or "")}
    with TemporaryFile() as log:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", *server.command(port, index_dir is not None)],
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            )
            for port in ports
        ]  # fmt: skip
        try:
            for port in ports:
                if not _answers(port, request, started):
                    log.seek(0)
                    raise NoAnswer(f"{server.name} does not answer with 200\n{log.read().decode()}")
            yield Running(ports, [process.pid for process in started])
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int, request: bytes, started: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Whether the first answer, as soon as there is one, is a good one."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and all(process.poll() is None for process in started):
        try:
            with socket.create_connection((HOST, port), 5) as connection:
                connection.settimeout(STARTS_WITHIN)
                connection.sendall(request)
                return connection.recv(12) == b"HTTP/1.1 200"
        except OSError:
            time.sleep(0.1)
    return False


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: application/json\r\n\r\n".encode()


class Connection:
    """One client: asks, reads the whole answer, asks again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._received = b""
        self.asked = 0.0
        self.socket = socket.create_connection((HOST, port), 30)

    def ask(self, request: bytes, again: bool = False) -> None:
        """Send a request; one that is asked again keeps its time."""
        self._received = b""
        if not again:
            self.asked = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> tuple[bool, bool] | None:
        """(was it a 200, does the connection stay) of a whole answer; None while it is not whole.

        Raises:
            ConnectionError: the server closed before it answered.
        """
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank:
            return None
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        if len(body) < length:
            return None
        return lines[0].split()[1] == b"200", b"connection: close" not in lines

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = socket.create_connection((HOST, self._port), 30)


def load(server: Running, requests: Sequence[bytes], connections: int, seconds: float) -> Slice:
    """Ask for so long, at most MOST_REQUESTS times, and tell how it went.

    A connection that the server closes after its answer is opened again, within the time of
    the next answer.
    """
    latencies: list[float] = []
    failures = 0
    coming = cycle(requests)
    with selectors.DefaultSelector() as selector:
        clients = [Connection(server.ports[n % len(server.ports)]) for n in range(connections)]
        cpu_before = _cpu_seconds(server.processes)
        began = time.perf_counter()
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.ask(next(coming))
        while len(latencies) < MOST_REQUESTS:
            now = time.perf_counter()
            if now - began > (seconds if len(latencies) > 1 else STARTS_WITHIN):
                break
            for key, _ in selector.select(1):
                asker: Connection = key.data
                try:
                    answer = asker.read()
                except ConnectionError:
                    answer = (False, False)
                if answer is None:
                    continue
                is_ok, stays = answer
                failures += not is_ok
                now = time.perf_counter()
                latencies.append(now - asker.asked)
                if not stays:
                    asker.asked = now
                    selector.unregister(asker.socket)
                    asker.reconnect()
                    selector.register(asker.socket, selectors.EVENT_READ, asker)
                asker.ask(next(coming), again=not stays)
        for client in clients:
            client.socket.close()
    if len(latencies) < 2:
        raise NoAnswer(f"no two answers within {STARTS_WITHIN} s")
    cpu = _cpu_seconds(server.processes) - cpu_before
    p99 = quantiles(latencies, n=100)[98]
    return Slice(len(latencies), now - began, 1000 * median(latencies), 1000 * p99, failures, cpu)


def _cpu_seconds(processes: Iterable[int]) -> float:
    """Processor time so far of processes and all below them; 0 where /proc does not tell."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue  # it ended meanwhile
        pid = int(path.parent.name)
        parents[pid] = int(after_name[1])
        ticks[pid] = int(after_name[11]) + int(after_name[12])
    wanted = set(processes)
    for _ in range(4):
        wanted |= {pid for pid, parent in parents.items() if parent in wanted}
    return sum(ticks.get(pid, 0) for pid in wanted) / os.sysconf("SC_CLK_TCK")


def measure(
    servers: Sequence[Server], index_dir: Path | None, rounds: int, connections: int, seconds: float
) -> dict[Server, list[Slice]]:
    """Start every server, warm it, and measure them in turns, each round beginning with another."""
    requests = [_request(path) for path in (REAL_PATHS if index_dir else READY_PATHS)]
    slices: dict[Server, list[Slice]] = {server: [] for server in servers}
    with ExitStack() as stack:
        started = [
            (server, stack.enter_context(running(server, index_dir, requests[0]))) for server in servers
        ]
        for _, server in started:
            load(server, requests, connections, WARM_FOR)
        for number in range(rounds):
            first = number % len(started)
            for name, server in started[first:] + started[:first]:
                slices[name].append(load(server, requests, connections, seconds))
    return slices


def table(title: str, slices: dict[Server, list[Slice]]) -> Iterator[str]:
    """The lines of a Markdown table."""
    rates = {
        server: median(turn.requests / turn.seconds for turn in turns) for server, turns in slices.items()
    }
    best = max(rates.values())
    yield f"| {title} | version | requests/s | of the best | CPU ms a request | p50 ms | p99 ms | failures |"
    yield "|---|---|---|---|---|---|---|---|"
    for server, turns in slices.items():
        cpu = 1000 * sum(turn.cpu for turn in turns) / sum(turn.requests for turn in turns)
        p50, p99 = median(turn.p50 for turn in turns), median(turn.p99 for turn in turns)
        failures = sum(turn.failures for turn in turns)
        yield (
            f"| {server.name} | {installed(server.distribution)} | {rates[server]:,.0f} | "
            f"{rates[server] / best:.0%} | {cpu:.3f} | {p50:.2f} | {p99:.2f} | {failures} |"
        )


def installed(distribution: str) -> str | None:
    """The distribution's version, None where it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def main() -> None:
    """Print a table for each application."""
    parser = argparse.ArgumentParser(description="Measure WSGI servers side by side.")
    parser.add_argument("--index-dir", type=Path, help="also measure Genelight over this index")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn (default 2)")
    parser.add_argument("--connections", type=int, default=8, help="open at once (default 8)")
    args = parser.parse_args()
    connections = min(args.connections, MOST_CLIENTS)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {WORKERS} workers, ", end="")
    print(f"{connections} connections, {args.rounds} rounds of {args.seconds} s, load by this script")
    present = [server for server in SERVERS if installed(server.distribution)]
    missing = sorted({server.distribution for server in SERVERS if server not in present})
    if missing:
        print(f"missing: {', '.join(missing)}; in a scratch environment: pip install {' '.join(missing)}")
    applications: list[tuple[str, Path | None]] = [("ready answer", None)]
    if args.index_dir:
        applications.append(("Genelight", args.index_dir.resolve()))
    for title, index_dir in applications:
        slices = measure(present, index_dir, args.rounds, connections, args.seconds)
        print("\n" + "\n".join(table(title, slices)), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped too
    try:
        main()
    except NoAnswer as nothing:
        sys.exit(str(nothing))
