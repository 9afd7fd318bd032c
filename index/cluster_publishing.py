"""Publishing generations in a cluster (index/cluster_layout.py), and removing those that nobody needs.

A generation is loaded into indices of its own, checked, merged, copied to other nodes and then published by
one switch of the alias.  Killed at any point, the published one stands.  Under the lock of the alias
(index/cluster_lock.py)

- a generation is whole once its manifest is there, which is loaded last.  One that is not is removed by the
  next rebuild, when it begins; one that is, but was never published, stays until then in case the next one
  is the same;
- a generation that was published stays for LINGER seconds after the switch, because requests that began
  before still ask it; the next rebuild removes it.  So there may be several.  Which they are, a note beside
  the lock says (index/cluster_switching.py);
- no index is ever put in the place of another: where the published one is damaged, the new one of the same
  digest is ``<alias>-<digest>.1``, then ``.2``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from index.cluster import Cluster, ClusterUnavailable, NoSuchIndex, Refused
from index.cluster_checking import complete, differing, not_started
from index.cluster_encoding import close, prepare
from index.cluster_layout import (
    LAYOUT_VERSION,
    Place,
    genes_mapping,
    genes_settings,
    place_of,
    tables_mapping,
    tables_settings,
)
from index.cluster_loading import (
    LoadFailed,
    Stalled,
    load_genes,
    load_manifest,
    load_tables,
    table_files,
)
from index.cluster_lock import RebuildLock
from index.cluster_published import current, pointed
from index.cluster_switching import remember, switch
from index.generations import Manifest, RebuildRunning, file_digest
from index.publishing import encoded
from index.workers import Workers

_CALM = "30s"
"""How often a published index looks whether it changed; only its manifest ever does."""
_SECONDS = 60.0
_STILL_SECONDS = 90.0
"""So long copying to other nodes may make no progress."""
_FIRST_PAUSE, _POLL_SECONDS = 0.02, 2
_LEASE_PAUSE, _LEASE_SECONDS = 0.5, 40.0
"""A cluster renews leases every 30 seconds."""
_WORTH_WAITING = 20_000
"""Genes from which on that is waited for."""
_MERGE_SECONDS, _MERGED_A_SECOND = 60.0, 1000
"""So long a merge is waited for, and a second more for so many genes; it takes a tenth of that."""
_ODD = (AttributeError, LookupError, TypeError)
"""What an answer of another shape than OpenSearch's gives."""

Tell = Callable[[str, int, int], None]


@contextmanager
def rebuilding(cluster: Cluster) -> Iterator[RebuildLock]:
    """The lock of the alias; whatever an earlier rebuild left half-loaded is removed, and an alias that
    points to several generations is put right.

    Raises:
        RebuildRunning: another rebuild holds it.
        ClusterUnavailable: the cluster does not answer, permits nothing or is read-only.
    """
    with RebuildLock(cluster) as lock:
        here, several = current(cluster), pointed(cluster)
        if here is not None and len(several) > 1:
            switch(cluster, lock, several, here)
        kept = _kept(cluster, here, several)
        for place in places(cluster):
            if place not in kept and complete(cluster, place) is None:
                _remove(cluster, place)
        yield lock


def publish(
    cluster: Cluster,
    generation: Path,
    manifest: Manifest,
    tell: Tell | None = None,
    *,
    workers: Workers | None = None,
    lock: RebuildLock | None = None,
    anew: bool = False,
) -> Place:
    """Load a columnar generation and make it the published one; returns where it lies.

    ``manifest.files`` is filled in here.  A whole generation of the same digest holds the same documents: it
    stays, with its readers, and takes over the manifest alone, unless it is to be loaded ``anew``.  Without
    a lock that is held, it is taken.  Whatever fails, what was published stands.

    Raises:
        RebuildRunning: another rebuild holds the lock, or took it over.
        LoadFailed: the cluster does not take a document, or holds another than was sent.
        ClusterUnavailable: the cluster does not answer, is read-only, or does not make the copies.
        Refused: it does not make an index.
        OSError: a file cannot be read, or a process of ``workers`` ended.
    """
    told = tell or _silent
    with ExitStack() as ending:
        held = ending.enter_context(rebuilding(cluster)) if lock is None else lock
        ending.callback(close)
        here = pointed(cluster)
        if not here and cluster.request("HEAD", f"/{cluster.address.alias}"):
            raise ClusterUnavailable(
                f"there is an index of the name {cluster.address.alias}, which the alias is to have; "
                "rename or remove it, or set another alias"
            )
        prepare(generation)
        files = {
            name: ((generation / name).stat().st_size, file_digest(generation / name))
            for name in table_files(generation)
        }
        manifest = msgspec.structs.replace(manifest, files=files)
        place = None if anew else _same(cluster, generation, manifest)
        if place is None:
            _remove_others(cluster, _kept(cluster, current(cluster)) | {*here})
            own = workers or Workers(1)
            try:
                place = _loaded(cluster, generation, manifest, own, told, held)
            except Stalled:  # a node went with what it held: the others take it all
                held.check()
                place = _loaded(cluster, generation, manifest, own, told, held)
        else:
            load_manifest(cluster, place, encoded(manifest))
            cluster.request("POST", f"/{place.tables}/_refresh", timeout=_SECONDS)
        told("publish", 0, 1)
        _merged(cluster, place, manifest.genes, held)
        _copied(cluster, place)
        held.check()
        if here != [place]:
            switch(cluster, held, here, place)
        with suppress(RebuildRunning):  # who took the lock over removes them
            held.check()
            _remove_others(cluster, _kept(cluster, place, here))
        told("publish", 1, 1)
        return place


def places(cluster: Cluster) -> list[Place]:
    """The generations of the alias of which there is anything, whole or not."""
    alias = cluster.address.alias
    names = cluster.request("GET", f"/{alias}-*/_alias")
    found = {place for place in map(place_of, names) if place is not None and place.alias == alias}
    return sorted(found, key=lambda place: place.base)


def _kept(cluster: Cluster, here: Place | None, before: Sequence[Place] = ()) -> set[Place]:
    """The published generation, and those before that are still needed; ``before``: left just now."""
    wanted = remember(cluster, here, before)
    return {place for place in places(cluster) if place == here or place.base in wanted}


def _same(cluster: Cluster, generation: Path, manifest: Manifest) -> Place | None:
    """A generation that is there and is this one."""
    for place in places(cluster):
        if place.digest != manifest.digest:
            continue
        there = complete(cluster, place)
        if (
            there is not None
            and (there.engine, there.files) == (manifest.engine, manifest.files)
            and not differing(cluster, place, generation, manifest)
        ):
            return place
    return None


def _loaded(
    cluster: Cluster, generation: Path, manifest: Manifest, workers: Workers, tell: Tell, lock: RebuildLock
) -> Place:
    """Load into new indices; they are removed if that fails."""
    there = set(places(cluster))
    named = (Place(cluster.address.alias, manifest.digest, turn) for turn in count())
    place = next(place for place in named if place not in there)
    try:
        meta = {"digest": manifest.digest, "genes": manifest.genes, "layout": LAYOUT_VERSION}
        _create(cluster, place.genes, genes_settings(cluster.address.shards), genes_mapping(meta))
        _create(cluster, place.tables, tables_settings(), tables_mapping(meta))
        tell("load", 0, manifest.genes)

        def loaded(done: int) -> None:
            lock.held()
            tell("load", done, manifest.genes)

        load_genes(cluster, place, generation, workers, loaded)
        lock.check()
        load_tables(cluster, place, generation, encoded(manifest))
        cluster.request("POST", f"/{place.genes},{place.tables}/_refresh", timeout=_SECONDS)
        if wrong := differing(cluster, place, generation, manifest):
            raise LoadFailed(f"{wrong}; what is published stands, load it again")
    except BaseException:
        with suppress(ClusterUnavailable, Refused):
            _remove(cluster, place)
        raise
    return place


def _create(cluster: Cluster, index: str, settings: Mapping[str, Any], mapping: Mapping[str, Any]) -> None:
    try:
        answer = cluster.request(
            "PUT", f"/{index}", {"settings": settings, "mappings": mapping}, {"timeout": "30s"}, _SECONDS
        )
    except Refused as error:
        if not cluster.request("HEAD", f"/{index}"):  # else an earlier try was carried out
            raise Refused(f"the cluster does not make the index {index}: {error}") from error
        return
    if not isinstance(answer, dict) or not answer.get("shards_acknowledged"):
        raise ClusterUnavailable(
            f"no node takes {not_started(cluster, [index])}; see GET /_cluster/allocation/explain there, "
            "a disk may be too full"
        )


def _merged(cluster: Cluster, place: Place, genes: int, lock: RebuildLock) -> None:
    """Let each shard be one segment, before it is copied: for 57,803 genes that takes 6 s, halves what they
    take on the disk, 214 to 99 MB, and the time of a search, 1.5 to 0.8 ms.  Where it cannot be done, or not
    in the time it should take, the index answers alike without.

    Half of the disk is what was sent, which a shard keeps beside the source for who may have missed it; a
    merge drops that only once the shard's retention leases say that nobody did.
    """
    params = {"max_num_segments": 1, "wait_for_completion": False}
    pause = _FIRST_PAUSE
    with suppress(ClusterUnavailable, Refused, *_ODD):
        cluster.request("POST", f"/{place.genes}/_flush", timeout=_SECONDS)
        latest = time.monotonic() + _LEASE_SECONDS
        while genes >= _WORTH_WAITING and _retaining(cluster, place) and time.monotonic() < latest:
            lock.held()
            time.sleep(_LEASE_PAUSE)
        task = cluster.request("POST", f"/{place.genes}/_forcemerge", params=params, timeout=_SECONDS)["task"]
        latest = time.monotonic() + _MERGE_SECONDS + genes / _MERGED_A_SECOND
        while not cluster.request("GET", f"/_tasks/{task}")["completed"] and time.monotonic() < latest:
            lock.held()
            time.sleep(pause)
            pause = min(2 * pause, _POLL_SECONDS)
        cluster.request("POST", f"/{place.genes}/_refresh", timeout=_SECONDS)
        cluster.request("POST", f"/{place.genes}/_flush", timeout=_SECONDS)


def _retaining(cluster: Cluster, place: Place) -> bool:
    """Whether a shard keeps what somebody may have missed."""
    told = cluster.request("GET", f"/{place.genes}/_stats", params={"level": "shards"}, timeout=_SECONDS)
    shards = [one for number in told["indices"][place.genes]["shards"].values() for one in number]
    return any(
        lease["retaining_seq_no"] <= shard["seq_no"]["max_seq_no"]
        for shard in shards
        for lease in shard["retention_leases"]["leases"]
    )


def _copied(cluster: Cluster, place: Place) -> None:
    """Let the cluster copy a generation to other nodes, and wait until it has.

    Raises:
        ClusterUnavailable: it does not; the message names the copies that are missing.
    """
    replicas = cluster.address.replicas
    nodes = cluster.health()["number_of_data_nodes"]
    several = nodes > replicas
    settings = {
        "refresh_interval": _CALM,
        "auto_expand_replicas": False if several else f"0-{replicas}",
        **({"number_of_replicas": replicas} if several else {}),
    }
    indices = [place.genes, place.tables]
    joined = ",".join(indices)
    cluster.request("PUT", f"/{joined}/_settings", {"index": settings}, timeout=_SECONDS)
    latest, progress = time.monotonic() + _STILL_SECONDS, None
    while True:
        params = {"wait_for_status": "green", "timeout": f"{_POLL_SECONDS}s"}
        try:
            told = cluster.request("GET", f"/_cluster/health/{joined}", params=params, timeout=_SECONDS)
        except ClusterUnavailable as error:
            if not error.passing or time.monotonic() > latest:
                raise
            continue
        if told["status"] == "green" and not told["timed_out"]:
            return
        now = (told["active_shards"], _recovered(cluster, joined))
        if now != progress:
            latest, progress = time.monotonic() + _STILL_SECONDS, now
        if time.monotonic() > latest:
            raise ClusterUnavailable(
                f"the cluster does not copy the index ({not_started(cluster, indices)}); see GET "
                "/_cluster/allocation/explain there; what was published stands"
            )


def _recovered(cluster: Cluster, joined: str) -> int:
    """Bytes that were copied so far."""
    told = cluster.request("GET", f"/{joined}/_recovery", params={"active_only": True}, timeout=_SECONDS)
    shards = [shard for index in told.values() for shard in index.get("shards", ())]
    return sum(shard["index"]["size"]["recovered_in_bytes"] for shard in shards)


def _remove_others(cluster: Cluster, kept: set[Place]) -> None:
    for place in places(cluster):
        if place not in kept:
            _remove(cluster, place)


def _remove(cluster: Cluster, place: Place) -> None:
    for index in (place.genes, place.tables):
        with suppress(NoSuchIndex):
            cluster.request("DELETE", f"/{index}", timeout=_SECONDS)


def _silent(stage: str, done: int, total: int) -> None:
    pass
