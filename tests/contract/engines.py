"""The engines that must pass the contract: one row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from whoosh.util.numeric import byte_to_length, length_to_byte

from index.documents import Document
from index.engines import whoosh_index
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


ENGINES = (EngineRow("whoosh", whoosh_index.write, WhooshEngine, B, K1, _one_byte),)
