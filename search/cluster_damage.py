"""What is wrong with a generation in a cluster: its tables by their checksums, its genes by their number and
by a sample of them, read as a search reads them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256

from index.cluster import Cluster
from index.cluster_layout import PIECE, Place
from index.columns import Damaged
from index.generations import Manifest
from search.cluster_store import ClusterStore
from search.cluster_tables import fetch_tables

_PIECES = 4
"""Asked for at once: 6 MB as they are sent."""
_SAMPLE = 1_000
_AT_ONCE = 250


def damage_in_cluster(cluster: Cluster, place: Place, manifest: Manifest) -> list[str]:
    """What differs from the manifest; empty when all is as it was loaded, as far as that is looked at.

    Raises:
        ClusterUnavailable: the cluster does not answer.
    """
    found = list(_tables(cluster, place, manifest))
    count = cluster.request("GET", f"/{place.genes}/_count")["count"]
    if count != manifest.genes:
        found.append(f"{place.genes}: {count} genes instead of {manifest.genes}")
    return found or list(_genes(cluster, place, manifest.genes))


def _tables(cluster: Cluster, place: Place, manifest: Manifest) -> Iterator[str]:
    for path, (size, checksum) in sorted(manifest.files.items()):
        digest = sha256()
        try:
            for piece in _pieces(cluster, place, path, -(-size // PIECE)):
                digest.update(piece)
        except Damaged as damaged:
            yield str(damaged)
        else:
            if digest.hexdigest() != checksum:
                yield f"{path}: checksum differs"


def _pieces(cluster: Cluster, place: Place, path: str, count: int) -> Iterator[bytes]:
    for start in range(0, count, _PIECES):
        numbers = range(start, min(start + _PIECES, count))
        told = cluster.mget(place.tables, [f"{path}#{number}" for number in numbers], ["data"])
        for number, source in zip(numbers, told, strict=True):
            if source is None:
                raise Damaged(f"{path}: piece {number} is missing")
            try:
                yield b64decode(source["data"], validate=True)
            except (LookupError, TypeError, ValueError):
                raise Damaged(f"{path}: piece {number} does not hold bytes") from None


def _genes(cluster: Cluster, place: Place, genes: int) -> Iterator[str]:
    """What the first of the sample's records that are damaged are; the tables must be whole."""
    if not genes:
        return
    wanted = sorted({number * (genes - 1) // _SAMPLE for number in range(_SAMPLE + 1)})
    try:
        tables = fetch_tables(cluster, place)
        try:
            store = ClusterStore(cluster, place, tables.folder, genes)
            for start in range(0, len(wanted), _AT_ONCE):
                store.documents(wanted[start : start + _AT_ONCE])
        finally:
            tables.release()
    except Damaged as damaged:
        yield str(damaged)
