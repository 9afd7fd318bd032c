"""An OpenSearch cluster, and how it is asked.

Which node is asked next, and which are left alone for a while because they did not answer, opensearch-py's
pool decides; how often and when a question is asked again is decided here.  All that this project asks may
be asked twice: documents are written under ids of their own, and who creates something must take "it is
there already" for an answer, because an earlier try may have been carried out.
"""

from __future__ import annotations

import base64
import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, cast
from urllib.parse import quote

import msgspec
from opensearchpy import JSONSerializer, Transport, Urllib3HttpConnection
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, SSLError, TransportError
from urllib3 import Timeout

from index.cluster_address import ClusterAddress
from index.cluster_faults import (
    Busy,
    ClusterUnavailable,
    Conflict,
    Expired,
    NoSuchIndex,
    Overloaded,
    Passing,
    Refused,
    check,
    check_document,
    check_hits,
    check_item,
    kinds_of,
    reason_of,
)

__all__ = [
    "Busy",
    "Cluster",
    "ClusterAddress",
    "ClusterUnavailable",
    "Conflict",
    "Expired",
    "NoSuchIndex",
    "Refused",
]

_CONNECT_SECONDS = 2.0
"""A node that is there accepts a connection at once, however much it has to do."""
_ASIDE_SECONDS = 3.0
"""So long a node that did not answer is not asked, twice as long each time that it does not again."""
_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
_PATIENCE = 2.0
"""No further try begins after so many times the time for one."""
_SERVED = 0.8
"""A search is given up by the cluster after this share of the time for which its answer is waited for."""
_LARGEST = 50_000_000
"""Bytes of a question; nodes take 100 MB unless they are set otherwise."""
_CONNECTIONS = 32
"""Kept open to each node, for as many threads."""
_BULK = {"filter_path": "errors,items.*.status,items.*.error", "timeout": "5s"}
_WHOLE = {"allow_partial_search_results": False}
_NDJSON, _JSON = "application/x-ndjson", "application/json"

_Check = Callable[[Any], None]


class Cluster:
    """Asks a cluster; safe to share between threads.  It connects when it is first asked something.

    Beside what is said of each question, any raises

        ClusterUnavailable: no node answers, or none gives a whole answer, in all the tries.
        NoSuchIndex: of those, that the index is not there.
        Refused: the cluster does not take the question.
    """

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address
        self._lock = Lock()
        self._transport: Transport | None = None

    def __repr__(self) -> str:
        return f"Cluster({self.address})"

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Any:
        """The decoded answer; of HEAD whether it is there; of a document that is not there what GET says.

        ``path`` begins with a slash; a body of bytes is NDJSON, any other is encoded.
        """
        return self._ask(method, path, body, params, timeout, _taken)

    def search(
        self, index: str, body: Mapping[str, Any], params: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A whole answer or none; an empty ``index`` leaves it to the body's point in time."""
        path = f"/{index}/_search" if index else "/_search"
        bounded = {**body, **self._bound()}
        found = self._ask("POST", path, bounded, {**_WHOLE, **(params or {})}, None, check_hits)
        return cast("dict[str, Any]", found)

    def msearch(
        self, index: str, bodies: Sequence[Mapping[str, Any]], params: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The whole answer to each of several searches; ``params`` are those of each."""
        if not bodies:
            return []
        head = {**({"index": index} if index else {}), **_WHOLE, **(params or {})}

        def whole(answer: Any) -> None:
            for one in answer["responses"]:
                check_hits(one)

        bound = self._bound()
        lines = b"".join(_encode(line) + b"\n" for body in bodies for line in (head, {**body, **bound}))
        answer = self._ask("POST", "/_msearch", lines, None, None, whole)
        return cast("list[dict[str, Any]]", answer["responses"])

    def mget(self, index: str, ids: Sequence[str], source: Sequence[str]) -> list[dict[str, Any] | None]:
        """Some of the source of each of some documents, None for one that is not there."""
        if not ids:
            return []

        def whole(answer: Any) -> None:
            for one in answer["docs"]:
                check_document(one)

        body = {"ids": list(ids)}
        answer = self._ask("POST", f"/{index}/_mget", body, {"_source": ",".join(source)}, None, whole)
        return [one["_source"] if one.get("found") else None for one in answer["docs"]]

    def bulk(self, index: str, body: bytes, timeout: float) -> list[tuple[int, int, str]]:
        """Send a bulk; the position, status and reason of each item that was not taken.

        Raises:
            Busy: the cluster took nothing of it, because it has too much to do.
        """

        def taken(answer: Any) -> None:
            if answer.get("errors"):
                for item in answer["items"]:
                    for one in item.values():
                        check_item(one)

        answer = self._ask("POST", f"/{index}/_bulk", body, _BULK, timeout, taken)
        if not answer.get("errors"):
            return []
        items = [one for item in answer["items"] for one in item.values()]
        return [
            (position, int(one["status"]), f"{' '.join(sorted(kinds_of(one)))}: {reason_of(one)}")
            for position, one in enumerate(items)
            if one["status"] >= 300
        ]

    def health(self) -> dict[str, Any]:
        """What the cluster says of its nodes and shards."""
        return cast("dict[str, Any]", self.request("GET", "/_cluster/health"))

    def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        with self._lock:
            transport, self._transport = self._transport, None
        if transport is not None:
            for connection in transport.seed_connections:
                cast("Urllib3HttpConnection", connection).close()

    def _bound(self) -> dict[str, str]:
        """What keeps a cluster from working for nobody."""
        return {"timeout": f"{max(1, round(1000 * _SERVED * self.address.timeout))}ms"}

    def _ask(
        self,
        method: str,
        path: str,
        body: Any,
        params: Mapping[str, Any] | None,
        timeout: float | None,
        whole: _Check,
    ) -> Any:
        """Ask until an answer is whole, on node after node."""
        encoded = body if body is None or isinstance(body, bytes) else _encode(body)
        headers = {"content-type": _NDJSON if isinstance(body, bytes) else _JSON}
        seconds = timeout or self.address.timeout
        latest = time.monotonic() + _PATIENCE * seconds
        bulk = path.endswith("/_bulk")
        if not bulk and encoded is not None and len(encoded) > _LARGEST:
            raise Refused(
                f"a question of {len(encoded) / 1e6:,.0f} MB is larger than the {_LARGEST / 1e6:,.0f} MB "
                "that are sent at once; ask for less"
            )
        tried = 0
        while True:
            try:
                answer = self._try(method, path, encoded, _plain(params), seconds, headers)
                try:
                    whole(answer)
                except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                    raise self._strange() from None
            except Passing as fault:
                if bulk and isinstance(fault.last, Overloaded):
                    raise Busy(str(fault.last)) from None
                tried += 1
                if tried >= self.address.attempts or time.monotonic() >= latest:
                    raise fault.last from None
            else:
                return answer
            pause = min(_PAUSE * 2**tried, _LONGEST_PAUSE)
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only so that not all ask at once

    def _try(
        self,
        method: str,
        path: str,
        body: bytes | None,
        params: Mapping[str, Any] | None,
        seconds: float,
        headers: Mapping[str, str],
    ) -> Any:
        timeout = Timeout(connect=min(_CONNECT_SECONDS, seconds), read=seconds)
        try:
            return self._connected().perform_request(
                method, path, params, body, timeout=cast("float", timeout), headers=headers
            )
        except ConnectionTimeout:
            reason = f"no answer within {seconds:g} s from {self.address}; see what the cluster is busy with"
        except SSLError as error:
            reason = (
                f"no trusted connection to {self.address} ({_cause(error)}); "
                "name the certificates of its authority, and its nodes as these do"
            )
        except NoConnection as error:
            reason = (
                f"no node of the cluster answers at {self.address} ({_cause(error)}); "
                "see that it runs and that the address is right"
            )
        except SerializationError:
            raise self._strange() from None
        except TransportError as error:
            if error.status_code == 404 and isinstance(error.info, dict) and "error" not in error.info:
                return error.info
            status = int(error.status_code)
            if not isinstance(error.info, dict) and status in (400, 404, 405, 406, 501):
                raise self._strange() from None
            return check(status, self._without_secrets(error.info))
        raise Passing(ClusterUnavailable(reason))

    def _without_secrets(self, answer: Any) -> Any:
        """What a careless node or proxy says back of what it was sent is not passed on."""
        return _blanked(answer, _secrets(self.address))

    def _strange(self) -> Passing:
        return Passing(
            ClusterUnavailable(
                f"what answers at {self.address} does not answer as OpenSearch does; "
                "see that the address is right and what stands between"
            )
        )

    def _connected(self) -> Transport:
        with self._lock:
            if self._transport is None:
                self._transport = _transport(self.address)
            return self._transport


class _Connection(Urllib3HttpConnection):
    """Logs nothing: what is sent and answered belongs to users, and every fault is raised."""

    def log_request_success(self, *_: Any, **__: Any) -> None:
        pass

    def log_request_fail(self, *_: Any, **__: Any) -> None:
        pass

    def _raise_warnings(self, warning_headers: Any) -> None:
        """What a later version of the cluster will no longer take; nothing that a user could mend."""

    def _raise_error(self, status_code: int, raw_data: str | bytes, content_type: str | None = None) -> None:
        try:
            decoded = msgspec.json.decode(raw_data)
        except (msgspec.DecodeError, UnicodeError):
            decoded = None
        raise TransportError(status_code, "", decoded)


class _Json(JSONSerializer):
    def loads(self, s: str) -> Any:
        try:
            return msgspec.json.decode(s)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise SerializationError("no JSON") from error

    def dumps(self, data: Any) -> Any:
        """Bodies are encoded when they come here."""
        return data


def _transport(address: ClusterAddress) -> Transport:
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"headers": {}}
    if address.user or address.password:
        named = f"{address.user}:{address.password}".encode()
        options["headers"]["authorization"] = f"Basic {base64.b64encode(named).decode()}"
    secured = any(node.scheme == "https" for node in address.nodes)
    if secured and address.verify:
        options["ssl_context"] = _trusting(address.ca)
    elif secured:
        options |= {"verify_certs": False, "ssl_show_warn": False}
    return Transport(
        [
            {
                "host": node.host,
                "port": node.port,
                "use_ssl": node.scheme == "https",
                "url_prefix": node.prefix,
            }
            for node in address.nodes
        ],
        connection_class=_Connection,
        serializer=_Json(),
        max_retries=0,
        retry_on_timeout=True,  # with no retries: a node that is silent is left alone for a while
        pool_maxsize=_CONNECTIONS,
        dead_timeout=_ASIDE_SECONDS,
        timeout_cutoff=3,
        **options,
    )


def _secrets(address: ClusterAddress) -> tuple[str, ...]:
    if not address.password:
        return ()
    named = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
    return named, address.password, quote(address.password, safe="")


def _blanked(answer: Any, secrets: Sequence[str]) -> Any:
    if isinstance(answer, str):
        for secret in secrets:
            answer = answer.replace(secret, "…")
    elif isinstance(answer, list):
        return [_blanked(one, secrets) for one in answer]
    elif isinstance(answer, dict):
        return {name: _blanked(one, secrets) for name, one in answer.items()}
    return answer


def _trusting(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if ca is None else str(ca))
    except OSError as error:
        raise ClusterUnavailable(
            f"{ca} holds no certificates of authorities ({error.strerror or 'not in PEM form'})"
        ) from None


def _cause(error: TransportError) -> str:
    """What the system says of a connection that failed."""
    cause = error.info if isinstance(error.info, BaseException) else None
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and cause.reason:
            said = getattr(cause, "verify_message", "") or cause.reason.replace("_", " ").lower()
            return str(said)
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        inner = next((one for one in cause.args if isinstance(one, BaseException)), None)
        cause = inner or cause.__cause__ or cause.__context__
    return "the connection broke off"


def _plain(params: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Parameters as an URL has them."""
    if not params:
        return None
    return {name: str(one).lower() if isinstance(one, bool) else one for name, one in params.items()}


def _taken(answer: Any) -> None:
    pass


_encode = msgspec.json.Encoder().encode
