"""Before a node that knows neither TLS nor users, a server that asks for both, as a guarded cluster does."""

from __future__ import annotations

import base64
import http.client
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

USER, PASSWORD = "searcher", "päss word:&/@?%41"
"""With what an URL would have to escape, and a colon, at which a header is taken apart."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    signed, key = folder / "ca.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key),
         "-out", str(signed), "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return signed, key


class Guard(ThreadingHTTPServer):
    """Passes on to a node what comes with the right user and password; 401 to all others, 403 to none."""

    daemon_threads = True

    def __init__(self, port: int, signed: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.node_port = port
        self.forbidden = False
        """Whether the user is known and may do nothing."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that do not trust the certificate hang up; that is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Guard

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        given = self.headers.get("Authorization") or ""
        if given != expected:
            # A careless guard tells what it got, which must not be handed on.
            self._say(401, "text/plain", f"Unauthorized: {given}".encode())
        elif self.server.forbidden:
            reason = f'{{"error": {{"type": "security_exception", "reason": "no permissions for {given}"}}'
            self._say(403, "application/json", f'{reason}, "status": 403}}'.encode())
        else:
            node = http.client.HTTPConnection("127.0.0.1", self.server.node_port, timeout=30)
            headers = {"Content-Type": self.headers.get("Content-Type") or "application/json"}
            node.request(self.command, self.path, body or None, headers)
            said = node.getresponse()
            self._say(said.status, said.headers.get("Content-Type") or "", said.read())
            node.close()

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def guarded(port: int, folder: Path) -> Iterator[tuple[Guard, Path]]:
    """The guard of the node at a port, and the certificate to trust."""
    signed, key = certificate(folder)
    with Guard(port, signed, key) as guard:
        Thread(target=guard.serve_forever, daemon=True).start()
        try:
            yield guard, signed
        finally:
            guard.shutdown()
