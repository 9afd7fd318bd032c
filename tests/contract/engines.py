"""The engines that must pass the contract: one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from whoosh.util.numeric import byte_to_length, length_to_byte

from index.documents import Document
from index.engines.whoosh_index import EngineWriter
from search.engines import Engine
from search.engines.whoosh_engine import K1, B, WhooshEngine


class EngineRow(Struct, frozen=True):
    name: str
    write: Callable[[Path, Sequence[Document]], None]
    """Into the folder of a generation."""
    open: Callable[[Path], Engine]
    b: float
    k1: float
    length: Callable[[int], int]
    """What the engine remembers of a field's length."""


def _one_byte(length: int) -> int:
    kept: int = byte_to_length(length_to_byte(length))
    return kept


def _write_whoosh(folder: Path, documents: Sequence[Document]) -> None:
    with EngineWriter(folder) as writer:
        for document in documents:
            writer.add(document)


ENGINES = (EngineRow("whoosh", _write_whoosh, WhooshEngine, B, K1, _one_byte),)
