"""Asking publishers' servers: redirects, statuses and broken connections become an answer or an error.

The only module that knows urllib3.  Bodies come as they were sent, nothing is decoded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from ssl import SSLCertVerificationError
from threading import Lock

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError, SSLError

from index.fetch.addresses import host, redirected
from index.fetch.retrying import Interrupted, Refused, asked_seconds

MOST_REDIRECTS = 5
BLOCK_BYTES = 256 * 1024
_CONNECT_SECONDS = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = frozenset({408, 429, 500, 502, 503, 504, *range(520, 525)})
"""Faults that may pass; those from 520 on are Cloudflare's, about the server behind it."""
_ANSWERS = (200, 206, 304, 416)
FIND_IT = "look at the publisher's pages for where it is now, and name that in a manifest (--manifest)"


class Answer:
    """A server's answer: 200, 206, 304 or 416, nothing else."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        """By name in any case; of a header sent several times, the values joined by commas."""

    def blocks(self) -> Iterator[bytes]:
        """The body as it comes in, each block at most BLOCK_BYTES.

        Raises:
            Interrupted: it broke off, or nothing came for too long.
        """
        try:
            while block := self._response.read1(BLOCK_BYTES, decode_content=False):
                yield block
        except HTTPError as error:
            raise Interrupted(f"the connection broke off ({_told(error)})") from error

    def body(self, most: int) -> bytes:
        """The whole body.

        Raises:
            Interrupted: it broke off, or nothing came for too long.
            Refused: it has more than ``most`` bytes.
        """
        body = b""
        for block in self.blocks():
            body += block
            if len(body) > most:
                raise Refused(f"it answers more than {most} bytes where a short answer was expected")
        return body


class Web:
    """Asks with one connection a host at a time.  Thread safe; close it at the end."""

    def __init__(self, contact: str, timeout: float, now: Callable[[], datetime]) -> None:
        agent = f"Genelight/{version('genelight')}" + (f" ({contact})" if contact else "")
        self._headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        self._now = now
        self._pool = urllib3.PoolManager(
            maxsize=1, timeout=urllib3.Timeout(connect=min(timeout, _CONNECT_SECONDS), read=timeout)
        )
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._turns_lock = Lock()

    def close(self) -> None:
        self._pool.clear()

    @contextmanager
    def get(self, address: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        """What the address answers, redirects followed; the host is ours alone until the block ends.

        Raises:
            Interrupted: no answer, or one that says to come back later.
            Refused: an answer that will not change, or a redirect that is not followed.
        """
        for _ in range(MOST_REDIRECTS + 1):
            with self._turn(host(address)):
                response = self._asked(address, headers)
                try:
                    location = response.headers.get("Location") if response.status in _REDIRECTS else None
                    if location is None:
                        yield self._checked(response)
                        return
                finally:
                    response.close()  # of a body read to its end the connection is kept all the same
            address = redirected(address, location)
        raise Refused(f"it is redirected more than {MOST_REDIRECTS} times, the last time to {address}")

    def _turn(self, name: str) -> Lock:
        with self._turns_lock:
            return self._turns[name]

    def _asked(self, address: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(
                "GET",
                address,
                headers={**self._headers, **headers},
                preload_content=False,
                redirect=False,
                retries=False,
            )
        except LocationValueError as error:
            raise Refused(f"cannot be asked ({_told(error)}); correct the address in the manifest") from error
        except HTTPError as error:
            if isinstance(error, SSLError) and isinstance(error.args[0], SSLCertVerificationError):
                told = f"its certificate is not trusted ({error.args[0].verify_message})"
                raise Refused(f"{told}; install the system's certificates, or name a mirror") from error
            raise Interrupted(f"no answer ({_told(error)})") from error

    def _checked(self, response: urllib3.BaseHTTPResponse) -> Answer:
        if response.status in _ANSWERS:
            return Answer(response)
        told = f"the server answers {response.status} {response.reason or ''}".rstrip()
        if response.status in _PASSING:
            raise Interrupted(told, asked_seconds(response.headers.get("Retry-After"), self._now()))
        raise Refused(f"{told}; {FIND_IT}")


def _told(error: HTTPError) -> str:
    """What went wrong, without the objects that urllib3 puts beside it."""
    return str(error.args[0] if error.args else "").rpartition(": ")[2] or type(error).__name__
