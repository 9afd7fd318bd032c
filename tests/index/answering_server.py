"""A real HTTP server that answers each request as it is told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import msgspec

Reply = Callable[["Exchange"], None]


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answering: Answering

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has had enough is no error here."""


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.answering.next(Asked(self.command, self.path, headers, body))(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass

    def send(
        self, status: int, body: bytes, kind: str = "application/json", length: int | None = None
    ) -> None:
        self.send_response_only(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def silent(self) -> None:
        """Says nothing until the test is over."""
        self.server.answering.over.wait()
        self.close_connection = True

    def hang_up(self) -> None:
        self.close_connection = True


class Answering:
    def __init__(self, replies: list[Reply], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[Asked] = []
        self.over = Event()
        self._replies = replies
        self._lock = Lock()

    def next(self, asked: Asked) -> Reply:
        """The last reply is given again and again."""
        with self._lock:
            self.asked.append(asked)
            return self._replies[min(len(self.asked), len(self._replies)) - 1]


@contextmanager
def answering(*replies: Reply) -> Iterator[Answering]:
    server = _Server(("127.0.0.1", 0), Exchange)
    server.answering = Answering(list(replies), server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.answering
    finally:
        server.answering.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def says(answer: object, status: int = 200) -> Reply:
    body = msgspec.json.encode(answer)
    return lambda exchange: exchange.send(status, body)


def fails(status: int, kind: str, reason: str = "told so") -> Reply:
    """An error as OpenSearch tells it."""
    cause = {"type": kind, "reason": reason}
    return says({"error": {"root_cause": [cause], **cause}, "status": status}, status)


def html(exchange: Exchange) -> None:
    exchange.send(200, b"<html>It works!</html>", "text/html")


def truncated(exchange: Exchange) -> None:
    exchange.send(200, b'{"status": "gre', length=100)
    exchange.hang_up()


def half(exchange: Exchange) -> None:
    exchange.send(200, b'{"status": "gre')


def listed(exchange: Exchange) -> None:
    exchange.send(503, b"[1, 2]")


def silent(exchange: Exchange) -> None:
    exchange.silent()


def hangs_up(exchange: Exchange) -> None:
    exchange.hang_up()
