"""Letting the alias of a cluster point to another generation, and remembering which ones it left.

The alias is not fenced by the lock: a rebuild may lose its lock, as a process that was stopped does, after it
looked and before its switch arrives.  So a switch says what it takes the alias from, and does nothing where
that was taken already; and the first one, which takes it from nothing, looks again afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from index.cluster import Cluster, ClusterUnavailable, NoSuchIndex, Refused
from index.cluster_layout import Place
from index.cluster_lock import RebuildLock, open_notes
from index.cluster_published import pointed
from index.generations import RebuildRunning

LINGER = 600.0
"""Seconds after a switch in which the generation before is still asked: requests end sooner, and web machines
need them to fetch the tables of the new one."""
_PUBLISHED = "published"
_SECONDS = 60.0


def switch(cluster: Cluster, held: RebuildLock, here: Sequence[Place], place: Place) -> None:
    """Let the alias point to ``place`` alone, in one step; ``here`` is where it points.

    Raises:
        RebuildRunning: another rebuild took the lock over; what it published stands.
        ClusterUnavailable, Refused: it cannot be switched; what was published stands.
    """
    held.check()
    try:
        _point(cluster, [one for one in here if one != place], [place])
    except (ClusterUnavailable, Refused) as error:
        now = pointed(cluster)
        if now == [place]:  # an earlier try was carried out
            return
        if {*now} != {*here}:
            raise _moved(cluster) from error
        raise
    if here:
        return
    now = pointed(cluster)
    if place not in now:
        raise _moved(cluster)
    if others := [one for one in now if one != place]:
        try:
            held.check()
        except RebuildRunning:
            with suppress(ClusterUnavailable, Refused):
                _point(cluster, [place], [])
            raise
        _point(cluster, others, [place])


def _point(cluster: Cluster, away: Iterable[Place], to: Iterable[Place]) -> None:
    """All of it or, where the alias does not point to one of ``away``, nothing."""
    alias = cluster.address.alias
    actions: list[dict[str, Any]] = [
        {"remove": {"index": one.genes, "alias": alias, "must_exist": True}} for one in away
    ]
    actions += [{"add": {"index": one.genes, "alias": alias}} for one in to]
    cluster.request("POST", "/_aliases", {"actions": actions}, timeout=_SECONDS)


def _moved(cluster: Cluster) -> RebuildRunning:
    return RebuildRunning(
        f"another rebuild switched the alias {cluster.address.alias} meanwhile; what it published stands"
    )


# What was published before


class _Note(Struct, frozen=True):
    """What was published when this was written."""

    current: str = ""
    left: dict[str, float] = {}
    """Generations that the alias left, with when."""


def remember(cluster: Cluster, here: Place | None, before: Iterable[Place] = ()) -> set[str]:
    """The bases of the generations that requests may still ask, beside the published one.

    What the alias left is noted here, ``before`` as left just now unless it was noted already.  A rebuild
    that was killed between its switch and its note is caught up with: the generation that the note calls the
    current one was left now at the latest.
    """
    now = time.time()
    note = _read(cluster)
    base = here.base if here else ""
    left = {one: at for one, at in note.left.items() if abs(now - at) < LINGER and one != base}
    just = {note.current, *(place.base for place in before)} - {"", base, *note.left}
    left |= dict.fromkeys(just, now)
    if note != (noted := _Note(base, left)):
        path = f"/{open_notes(cluster)}/_doc/{_PUBLISHED}"
        cluster.request("PUT", path, msgspec.to_builtins(noted))
    return set(left)


def _read(cluster: Cluster) -> _Note:
    try:
        answer = cluster.request("GET", f"/{open_notes(cluster)}/_doc/{_PUBLISHED}")
        return msgspec.convert(answer["_source"], _Note)
    except (NoSuchIndex, LookupError, TypeError, msgspec.ValidationError):
        return _Note()
