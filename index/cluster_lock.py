"""One rebuild at a time for an alias of a cluster, whichever machine it runs on.

The lock is a document that only one can create.  Its holder says every few seconds that it lives; who finds
a lock whose holder does not takes it away.  Clocks of two machines need not agree: a sign of life that looks
old is believed to be only if no other one comes while one waits for it.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any
from uuid import uuid4

from msgspec import Struct

from index.cluster import Cluster, ClusterUnavailable, Conflict, NoSuchIndex, Refused
from index.generations import RebuildRunning

LOCK = "lock"
_BEAT_SECONDS = 5.0
_DEAD_SECONDS = 30.0
_TRIES = 3
_INDEX = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {"dynamic": False},
}


def notes_index(alias: str) -> str:
    """The index of the lock, and of what is remembered of published generations."""
    return f"{alias}-rebuild"


def open_notes(cluster: Cluster) -> str:
    """Its name; it is made where it is not there.

    Raises:
        ClusterUnavailable: the cluster does not answer, permits nothing or is read-only.
    """
    name = notes_index(cluster.address.alias)
    if not cluster.request("HEAD", f"/{name}"):
        try:
            cluster.request("PUT", f"/{name}", _INDEX)
        except Refused as error:
            if not cluster.request("HEAD", f"/{name}"):
                raise ClusterUnavailable(f"the cluster does not make the index {name}: {error}") from error
    return name


class _Found(Struct, frozen=True):
    """A lock as it was found."""

    seq: int
    term: int
    holder: dict[str, Any]

    @property
    def version(self) -> dict[str, int]:
        return {"if_seq_no": self.seq, "if_primary_term": self.term}

    def __str__(self) -> str:
        return f"process {self.holder.get('pid')} on {self.holder.get('host')}"


class RebuildLock:
    """Held while the block runs.

    Raises:
        RebuildRunning: another rebuild holds it (on entering, from ``check`` and ``held``).
        ClusterUnavailable: the cluster does not answer, permits nothing or is read-only (on entering).
    """

    def __init__(self, cluster: Cluster, beat: float = _BEAT_SECONDS, dead: float = _DEAD_SECONDS) -> None:
        self._cluster = cluster
        self._beat, self._dead = beat, dead
        self._token = uuid4().hex
        self._started = time.time()
        self._index = notes_index(cluster.address.alias)
        self._path = f"/{self._index}/_doc/{LOCK}"
        self._own: _Found | None = None
        self._lost = ""
        self._beaten_at = 0.0
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="rebuild-lock", daemon=True)

    def __enter__(self) -> RebuildLock:
        open_notes(self._cluster)
        self._own = self._acquired()
        self._beaten_at = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if self._own is not None and not self._lost:
            with suppress(ClusterUnavailable, Refused):
                self._cluster.request("DELETE", self._path, params=self._own.version)

    def check(self) -> None:
        """Say at once that one lives; raises where the lock was lost."""
        self._sign()
        self.held()

    def held(self) -> None:
        """The same as far as it is known."""
        if self._lost:
            raise RebuildRunning(self._lost)

    def _acquired(self) -> _Found:
        for _ in range(_TRIES):
            with suppress(Conflict):
                self._cluster.request("PUT", f"/{self._index}/_create/{LOCK}", self._told())
            found = self._look()
            if found is None:
                continue
            if found.holder.get("token") == self._token:
                return found
            if self._lives(found):
                break
            with suppress(Conflict):
                self._cluster.request("DELETE", self._path, params=found.version)
        raise RebuildRunning(
            f"another rebuild ({found or 'of another machine'}) is at work for the alias "
            f"{self._cluster.address.alias} of this cluster; wait for it to end"
        )

    def _told(self) -> dict[str, Any]:
        return {
            "token": self._token,
            "host": os.uname().nodename,
            "pid": os.getpid(),
            "started": self._started,
            "heartbeat": time.time(),
        }

    def _look(self) -> _Found | None:
        try:
            answer = self._cluster.request("GET", self._path)
        except NoSuchIndex:
            return None
        if not answer.get("found"):
            return None
        return _Found(answer["_seq_no"], answer["_primary_term"], answer["_source"])

    def _lives(self, found: _Found) -> bool:
        here = found.holder.get("host") == os.uname().nodename
        if here and not _is_running(found.holder.get("pid")):
            return False
        heartbeat = found.holder.get("heartbeat")
        age = time.time() - heartbeat if isinstance(heartbeat, int | float) else -1.0
        if 0 <= age < self._dead:
            return True
        time.sleep(2 * self._beat)
        again = self._look()
        return again is not None and again.seq != found.seq

    def _live(self) -> None:
        while not self._ended.wait(self._beat):
            self._sign()

    def _sign(self) -> None:
        with self._mutex:
            if self._lost or self._own is None:
                return
            try:
                try:
                    answer = self._cluster.request("PUT", self._path, self._told(), self._own.version)
                    self._own = _Found(answer["_seq_no"], answer["_primary_term"], {})
                except Conflict:
                    found = self._look()  # an earlier try may have been carried out
                    if found is None or found.holder.get("token") != self._token:
                        self._lost = (
                            f"another rebuild ({found or 'of another machine'}) took over, as this one gave "
                            "no sign of life; what it published stands"
                        )
                        return
                    self._own = found
                self._beaten_at = time.monotonic()
            except (ClusterUnavailable, Refused, LookupError, TypeError) as error:
                if time.monotonic() - self._beaten_at > self._dead:
                    self._lost = f"the lock of the rebuild cannot be kept ({error}); what is published stands"


def _is_running(pid: object) -> bool:
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
