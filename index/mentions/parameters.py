"""What was fitted (benchmarks/fit_mentions.py) and is shipped beside this file."""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_name("parameters.json.gz")


class Trees(Struct):
    """Boosted trees of one depth: the inner nodes of each in breadth-first order, and its leaves."""

    depth: int
    features: list[int]
    thresholds: list[float]
    """A number up to it goes left."""
    leaves: list[float]
    """Log odds to be added."""
    start: float = 0.0


class Parameters(Struct):
    background: dict[str, tuple[int, int, int, int]]
    """Key -> how often it stands in prose about genes in small letters, otherwise, and in that about its own
    gene; how often in definitions of the Gene Ontology."""
    common: list[str]
    """Keys that in small letters are plain words."""
    gene: dict[str, float]
    """Weights of the score of meaning a gene (context.gene_words), with ``intercept``."""
    origin: dict[str, float]
    """Weights of the score of meaning a human gene."""
    page_words: list[str]
    """Those of ``origin`` that a document has as a whole, in an order that scans number them by."""
    trees: Trees
    threshold: float


def encode(parameters: Parameters) -> bytes:
    """The same bytes for the same parameters."""
    return gzip.compress(msgspec.json.encode(parameters, order="sorted"), mtime=0)


@lru_cache(maxsize=1)
def shipped() -> Parameters:
    return msgspec.json.decode(gzip.decompress(FILE.read_bytes()), type=Parameters)


@lru_cache(maxsize=1)
def version() -> str:
    """Another one for other parameters."""
    return sha256(FILE.read_bytes()).hexdigest()[:16]
