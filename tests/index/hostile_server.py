"""A real HTTP server that answers as it is told to, well or badly, and remembers what it was asked."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from socket import socket
from ssl import SSLContext
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, cast

DAY = "Thu, 20 Nov 2025 08:00:00 GMT"
"""A Last-Modified."""


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]
    """By name in lower case."""


class Exchange(BaseHTTPRequestHandler):
    """One connection; an answer writes to it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self.server.hostile.answer(self)

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def hang_up(self) -> None:
        self.close_connection = True

    def held(self) -> None:
        """Says nothing more until the test is over."""
        self.wfile.flush()
        self.server.hostile.holding.set()
        self.server.hostile.over.wait()
        self.hang_up()


class _Span(NamedTuple):
    """A request from when it was read to when all but the last byte of its answer was sent: what a client
    asks for next, having that byte, comes later."""

    host: str
    asked: float
    told: float


class _Told:
    """A stream that knows when the last byte was about to be written."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.last = 0.0

    def write(self, data: bytes) -> int:
        self.stream.write(data[:-1])
        self.last = time.monotonic()
        self.stream.write(data[-1:])
        return len(data)

    def flush(self) -> None:
        self.stream.flush()


Reply = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hostile: Hostile

    def get_request(self) -> tuple[socket, Any]:
        connection = super().get_request()
        self.hostile.connections += 1
        return connection

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has had enough is no error here."""


class Hostile:
    """What is served where; each path has its replies, in turn, and the last one again and again."""

    def __init__(self, server: _Server) -> None:
        self.port = server.server_port
        self.address = f"http://127.0.0.1:{self.port}"
        self.asked: list[Asked] = []
        self.connections = 0
        self._spans: list[_Span] = []
        self.holding = Event()
        """Set once a reply is held back."""
        self.over = Event()
        self._replies: defaultdict[str, list[Reply]] = defaultdict(list)
        self._lock = Lock()

    def serve(self, path: str, *replies: Reply) -> str:
        """Replies to a path from now on; returns its address."""
        with self._lock:
            self._replies[path] = list(replies)
        return self.address + path

    def answer(self, exchange: Exchange) -> None:
        name = exchange.headers["Host"].partition(":")[0]
        with self._lock:
            self.asked.append(Asked(exchange.path, {k.lower(): v for k, v in exchange.headers.items()}))
            replies = self._replies[exchange.path] or self._replies[exchange.path.partition("?")[0]]
            reply = replies.pop(0) if len(replies) > 1 else replies[0] if replies else status(404)
        asked = time.monotonic()
        told = _Told(exchange.wfile)
        exchange.wfile = cast(BufferedIOBase, told)
        try:
            reply(exchange)
        finally:
            exchange.wfile = told.stream
            with self._lock:
                self._spans.append(_Span(name, asked, told.last or time.monotonic()))

    @property
    def most_at_once(self) -> dict[str, int]:
        """By the host's name, as the client calls it: the most requests that came before the last byte
        for another had been sent."""
        with self._lock:
            spans = list(self._spans)
        return {
            one.host: max(
                sum(other.host == one.host and other.asked <= at.asked < other.told for other in spans)
                for at in spans
                if at.host == one.host
            )
            for one in spans
        }

    def sent(self, header: str) -> list[str | None]:
        """What each request had in a header."""
        return [asked.headers.get(header.lower()) for asked in self.asked]


@contextmanager
def hostile(tls: SSLContext | None = None) -> Iterator[Hostile]:
    server = _Server(("127.0.0.1", 0), Exchange)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.hostile = Hostile(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.hostile
    finally:
        server.hostile.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def served(
    body: bytes,
    etag: str | None = '"one"',
    day: str | None = DAY,
    *,
    stop: int | None = None,
    hold: bool = False,
    ranges: bool = True,
    declare: int | None = None,
    extra: dict[str, str] | None = None,
) -> Reply:
    """A file as a good server has it: ranges and conditions are honoured.

    With ``stop`` only so many bytes of an answer are sent, then the connection is closed, or with
    ``hold`` left open without a word.  ``declare`` is a Content-Length that is not the body's.
    """
    validators = {"ETag": etag, "Last-Modified": day}
    kept = {name: value for name, value in validators.items() if value} | (extra or {})

    def reply(exchange: Exchange) -> None:
        asked = exchange.headers
        if (etag and asked["If-None-Match"] == etag) or (day and asked["If-Modified-Since"] == day):
            exchange.head(304, kept)
            return
        start = re.fullmatch(r"bytes=(\d+)-", asked["Range"] or "")
        if not ranges or not start or asked["If-Range"] not in (etag, day):
            _send(exchange, 200, kept, body, declare, stop, hold)
            return
        first = int(start[1])
        if first >= len(body):
            _send(exchange, 416, kept | {"Content-Range": f"bytes */{len(body)}"}, b"")
            return
        where = {"Content-Range": f"bytes {first}-{len(body) - 1}/{len(body)}"}
        _send(exchange, 206, kept | where, body[first:], declare, stop, hold)

    return reply


def status(code: int, body: bytes = b"", **headers: str) -> Reply:
    """An answer that takes no notice of the question; a header's name has ``_`` for a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: _send(exchange, code, named, body)


def chunked(body: bytes, *, whole: bool = True, etag: str = '"one"') -> Reply:
    """A body in chunks of 1,000 bytes, with or without the last, which says that it was the last."""

    def reply(exchange: Exchange) -> None:
        exchange.head(200, {"Transfer-Encoding": "chunked", "ETag": etag})
        for start in range(0, len(body), 1000):
            chunk = body[start : start + 1000]
            exchange.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if whole:
            exchange.wfile.write(b"0\r\n\r\n")
        else:
            exchange.hang_up()

    return reply


def dripping(body: bytes) -> Reply:
    """A byte at a time."""

    def reply(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": str(len(body))})
        for byte in body:
            exchange.wfile.write(bytes([byte]))
            exchange.wfile.flush()

    return reply


def raw(data: bytes) -> Reply:
    """What is no HTTP, or no answer at all."""

    def reply(exchange: Exchange) -> None:
        exchange.wfile.write(data)
        exchange.hang_up()

    return reply


def moved_to(location: str, code: int = 302) -> Reply:
    return status(code, Location=location)


def _send(
    exchange: Exchange,
    code: int,
    headers: dict[str, str],
    body: bytes,
    declare: int | None = None,
    stop: int | None = None,
    hold: bool = False,
) -> None:
    exchange.head(code, headers | {"Content-Length": str(len(body) if declare is None else declare)})
    exchange.wfile.write(body[:stop])
    if hold:
        exchange.held()
    elif stop is not None or (declare or 0) > len(body):
        exchange.hang_up()
