"""Whether what lies in a cluster is what was to be loaded."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from index.cluster import Cluster
from index.cluster_encoding import Run, body
from index.cluster_layout import MANIFEST, PIECE, Place, streams
from index.cluster_published import read_manifest
from index.generations import Manifest, NoGeneration

SAMPLE = 100
"""Genes that are read back, beside the first and the last."""
_WORDS = 5
_PIECES = 6
_SECONDS = 60.0


def complete(cluster: Cluster, place: Place) -> Manifest | None:
    """The manifest of a generation of which everything is there, as far as counting tells; else None, also
    where a part of it is on no node at present.

    Raises:
        ClusterUnavailable: the cluster does not answer.
    """
    for index in (place.genes, place.tables):
        if not cluster.request("HEAD", f"/{index}"):
            return None
    health = cluster.request("GET", f"/_cluster/health/{place.genes},{place.tables}")
    if health["status"] == "red":
        return None
    try:
        manifest = read_manifest(cluster, place)
    except NoGeneration:
        return None
    return manifest if manifest.digest == place.digest and not miscounted(cluster, place, manifest) else None


def miscounted(cluster: Cluster, place: Place, manifest: Manifest) -> str:
    """What is not as many as it should be; empty where all is.

    Raises:
        ClusterUnavailable: the cluster does not answer.
    """
    sizes = [size for size, _ in manifest.files.values()]
    pieces = sum(-(-size // PIECE) for size in sizes)
    whole = {"bool": {"must_not": {"term": {"file": MANIFEST}}}}
    for index, query, wanted in (
        (place.genes, {"match_all": {}}, manifest.genes),
        (place.tables, whole, pieces),
    ):
        found = cluster.search(index, {"size": 0, "track_total_hits": True, "query": query})
        there = found["hits"]["total"]["value"]
        if there != wanted:
            return f"{index} holds {there} documents instead of {wanted}"
    return ""


def differing(cluster: Cluster, place: Place, generation: Path, manifest: Manifest) -> str:
    """What of a sample is not as it is in the generation's files: genes as they are stored and as they are
    found by their words, and every table; empty where all agrees.

    Raises:
        ClusterUnavailable: the cluster does not answer.
        OSError, ValueError, columns.Damaged: a file cannot be read.
    """
    if wrong := miscounted(cluster, place, manifest):
        return wrong
    chosen = random.Random(manifest.digest)  # noqa: S311 - a sample
    docs = sorted(chosen.sample(range(manifest.genes), min(SAMPLE, manifest.genes)))
    docs = sorted({*docs, *(doc for doc in (0, manifest.genes - 1) if doc >= 0)})
    loaded = [_source(generation, doc) for doc in docs]
    stored = cluster.mget(place.genes, [str(doc) for doc in docs], ["row", "record"])
    for source, there in zip(loaded, stored, strict=True):
        if there != {"row": source["row"], "record": source["record"]}:
            return f"{place.genes} holds another record of gene {source['gene_id']}"
    questions = [_question(doc, source) for doc, source in zip(docs, loaded, strict=True)]
    for source, found in zip(loaded, cluster.msearch(place.genes, questions), strict=True):
        if found["hits"]["total"]["value"] != 1:
            return f"{place.genes} does not find gene {source['gene_id']} by its own words"
    for name, (_, checksum) in sorted(manifest.files.items()):
        if _checksum(cluster, place, name, manifest.files[name][0]) != checksum:
            return f"{place.tables} holds another {name}"
    return ""


def _source(generation: Path, doc: int) -> dict[str, Any]:
    decoded = msgspec.json.decode(body(Run(str(generation), doc, doc + 1)).split(b"\n")[1])
    return dict(decoded)


def _question(doc: int, source: Mapping[str, Any]) -> dict[str, Any]:
    """The gene, if it has some of its words in each stream, and its names and values."""
    filters: list[dict[str, Any]] = [{"ids": {"values": [str(doc)]}}]
    for field in ("words", "named_words"):
        filters += [{"term": {field: word}} for word in dict.fromkeys(source[field].split()[:_WORDS])]
    for field, told in streams().items():
        if field in source and told["type"] == "text":
            phrase = " ".join(source[field][-1].split()[:_WORDS])
            filters.append({"match_phrase": {field: {"query": phrase, "analyzer": "whitespace"}}})
        elif field in source:
            filters.append({"term": {field: source[field][-1]}})
    filters += [
        {"term": {field: one}} for field in ("names", "identifiers", "above") for one in source[field][-1:]
    ]
    filters += [{"term": {field: source[field]}} for field in ("gene_id", "n", "papers", "refs")]
    return {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": filters}}}


def _checksum(cluster: Cluster, place: Place, name: str, size: int) -> str:
    found = sha256()
    count = -(-size // PIECE)
    for first in range(0, count, _PIECES):
        ids = [f"{name}#{number}" for number in range(first, min(first + _PIECES, count))]
        for piece in cluster.mget(place.tables, ids, ["data"]):
            found.update(msgspec.convert(piece["data"] if piece else "", bytes, strict=False))
    return found.hexdigest()


def not_started(cluster: Cluster, indices: Sequence[str]) -> str:
    """The copies of shards that are not there, with why.

    Raises:
        ClusterUnavailable: the cluster does not answer.
    """
    columns = "index,shard,prirep,state,unassigned.reason"
    params = {"format": "json", "h": columns}
    told = cluster.request("GET", f"/_cat/shards/{','.join(indices)}", params=params, timeout=_SECONDS)
    return ", ".join(_described(told))


def _described(shards: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    for shard in shards:
        if shard["state"] not in ("STARTED", "RELOCATING"):
            kind = "primary" if shard["prirep"] == "p" else "replica"
            why = f" ({shard['unassigned.reason']})" if shard.get("unassigned.reason") else ""
            yield f"{shard['index']}[{shard['shard']}] {kind} {str(shard['state']).lower()}{why}"
