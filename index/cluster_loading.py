"""Loading a generation into the indices of a cluster: documents by parallel bulks, as fast as it takes them.

A cluster that has too much to do refuses a bulk, or some of its items; so may a shard that moves or whose
node is gone for a moment.  What was refused is sent again, after a pause and with fewer bulks at once, until
it is taken: the load ends with every item taken once, or with an error.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from threading import Condition

import msgspec

from index.cluster import Busy, Cluster, ClusterUnavailable, Refused
from index.cluster_encoding import body, runs
from index.cluster_layout import MANIFEST, PIECE, TABLE_FILES, TABLE_PARTS, Place
from index.workers import Workers

_AT_ONCE = 4
"""Bulks on their way: one more gains nothing with one node, and each is in its memory."""
_SECONDS = 60.0
"""For one bulk."""
_PATIENCE = 60.0
"""So long nothing at all may be taken before the load is given up: longer than a node takes to start."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_AGAIN = frozenset({408, 429})
"""And all from _FAULT on, where a node went or failed: that is no fault of the document."""
_FAULT = 500
_THERE = 409
"""A gene is there from an earlier try, whose answer was lost.  It is created once and not written again: what
was overwritten counts in the frequencies of words until it is merged away, so that other genes come first."""
_PIECES = 6
"""Pieces of tables in one bulk."""

Tell = Callable[[int], None]
"""Told how much is loaded."""
_encode = msgspec.json.Encoder().encode


class LoadFailed(Refused):
    """The cluster does not take a document; the message names its reason."""


class Stalled(ClusterUnavailable):
    """The cluster took nothing for long, perhaps because a node is gone with the only copy of a shard."""


class _Stopped(Exception):
    """Nothing more is to be sent."""


class Pace:
    """How many bulks may be on their way: one more after each that was taken, half as many after one that
    was refused; safe to share between threads.

    Raises:
        Stalled: nothing was taken for _PATIENCE seconds (from ``refused``).
        _Stopped: another bulk failed (from any method that waits).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed = float(most)
        self._going = 0
        self._changed = Condition()
        self._stopped = False
        self._taken_at = time.monotonic()
        self.refusals = 0
        """Bulks of which something was sent again."""

    def __enter__(self) -> None:
        """Wait until one more may be sent."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._going < int(self._allowed))
            self._going += 1
            if self._stopped:
                self._going -= 1
                raise _Stopped

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._going -= 1
            self._changed.notify()

    def taken(self) -> None:
        with self._changed:
            self._taken_at = time.monotonic()
            self._allowed = min(self._allowed + 1 / self._allowed, self._most)
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def refused(self, times: int, reason: str) -> None:
        """Wait before the next try, after so many in vain."""
        with self._changed:
            self.refusals += 1
            self._allowed = max(self._allowed / 2, 1.0)
            waited = time.monotonic() - self._taken_at
        if waited > _PATIENCE:
            raise Stalled(
                f"the cluster took nothing for {waited:.0f} s ({reason}); see GET /_cluster/health there"
            )
        longest = min(_FIRST_PAUSE * 2**times, _LONGEST_PAUSE)
        pause = longest * random.uniform(0.5, 1.0)  # noqa: S311 - only so that not all try at once
        with self._changed:
            if self._changed.wait_for(lambda: self._stopped, pause):
                raise _Stopped


def load_genes(cluster: Cluster, place: Place, generation: Path, workers: Workers, tell: Tell) -> int:
    """Load the documents of a prepared generation (index/cluster_encoding.py); how many bytes were sent.

    Raises:
        LoadFailed: the cluster does not take a document.
        ClusterUnavailable: it does not answer, is read-only, or takes nothing for long.
        OSError: a file cannot be read, or a process of ``workers`` ended.
    """
    ends = (run.last for run in runs(generation))
    bodies = zip(ends, workers.ordered(body, runs(generation)), strict=True)
    return _send(cluster, place.genes, bodies, tell)


def load_tables(cluster: Cluster, place: Place, generation: Path, manifest: bytes) -> int:
    """Load the files that every reader has; how many bytes were sent.  The manifest comes last.

    Raises:
        LoadFailed, ClusterUnavailable, OSError: as ``load_genes``.
    """
    sent = _send(cluster, place.tables, _bulks(_pieces(generation)), _silent)
    return sent + load_manifest(cluster, place, manifest)


def load_manifest(cluster: Cluster, place: Place, manifest: bytes) -> int:
    """Load a manifest, in the place of the one that is there."""
    return _send(cluster, place.tables, _bulks(_cut(MANIFEST, manifest)), _silent)


def table_files(generation: Path) -> list[str]:
    """The files that every reader has."""
    names = [str(path.relative_to(generation)) for path in sorted(generation.rglob("*")) if path.is_file()]
    return [name for name in names if name.split("/")[0] in TABLE_PARTS or TABLE_FILES.fullmatch(name)]


def _pieces(generation: Path) -> Iterator[bytes]:
    for name in table_files(generation):
        with (generation / name).open("rb") as stream:
            yield from _numbered(name, iter(partial(stream.read, PIECE), b""))


def _cut(name: str, data: bytes) -> Iterator[bytes]:
    return _numbered(name, (data[first : first + PIECE] for first in range(0, len(data), PIECE)))


def _numbered(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        line = _encode({"index": {"_id": f"{name}#{number}"}})
        yield b"%b\n%b\n" % (line, _encode({"file": name, "piece": number, "data": piece}))


def _bulks(items: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    some: list[bytes] = []
    for number, item in enumerate(items, 1):
        some.append(item)
        if len(some) == _PIECES:
            yield number, b"".join(some)
            some = []
    if some:
        yield 0, b"".join(some)


def _send(cluster: Cluster, index: str, bodies: Iterator[tuple[int, bytes]], tell: Tell) -> int:
    """Send all bodies, each with what is told when it was taken; how many bytes they have.

    No more are made than are on their way, but for those that the workers have ready.
    """
    sent, done = 0, 0
    pace = Pace(_AT_ONCE)
    going: dict[Future[None], int] = {}
    with ThreadPoolExecutor(_AT_ONCE, "bulk") as pool:
        try:
            for reached, some in bodies:
                sent += len(some)
                going[pool.submit(_sent, cluster, index, some, pace)] = reached
                while len(going) >= _AT_ONCE:
                    done = max(done, _ended(going))
                    tell(done)
            while going:
                done = max(done, _ended(going))
                tell(done)
        except BaseException:
            pace.stop()
            pool.shutdown(cancel_futures=True)
            raise
    return sent


def _ended(going: dict[Future[None], int]) -> int:
    """Wait until some are taken; the furthest that one of them reached."""
    ended, _ = wait(going, return_when=FIRST_COMPLETED)
    reached = 0
    for one in ended:
        reached = max(reached, going.pop(one))
        one.result()
    return reached


def _sent(cluster: Cluster, index: str, body: bytes, pace: Pace) -> None:
    """Send one body until every item of it is taken."""
    tries = 0
    while body:
        with pace:
            body, reason = _tried(cluster, index, body)
        if not body:
            pace.taken()
            return
        pace.refused(tries, reason)
        tries += 1


def _tried(cluster: Cluster, index: str, body: bytes) -> tuple[bytes, str]:
    """What of a body was not taken for now, and why."""
    try:
        refused = cluster.bulk(index, body, _SECONDS)
    except Busy as busy:
        return body, str(busy)
    except ClusterUnavailable as error:
        if not error.passing:
            raise
        return body, str(error)
    refused = [one for one in refused if one[1] != _THERE]
    if not refused:
        return b"", ""
    for position, status, reason in refused:
        if status not in _AGAIN and status < _FAULT:
            named = body.split(b"\n", 2 * position + 1)[2 * position].decode()
            raise LoadFailed(f"the cluster does not take a document of {index} ({named}): {reason}")
    lines = body.split(b"\n")
    again = [lines[2 * position + part] for position, _, _ in refused for part in (0, 1)]
    return b"\n".join([*again, b""]), refused[0][2]


def _silent(done: int) -> None:
    pass
