"""Records on disk between reading and flattening, so that a build never holds them all.

A record is written once, encoded; what merging needs to know of it is its Head.  Pages
number in the hundred thousands, and their text is needed again only when the gene they
belong to is flattened.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec
from msgspec import Struct

from index.records import GeneRecord, Identifier, Name, Source

_ENCODE = msgspec.msgpack.Encoder(order="sorted").encode
_DECODE = msgspec.msgpack.Decoder(GeneRecord).decode


class Place(Struct, frozen=True, array_like=True, gc=False):
    """Where a record lies: bytes ``start`` to ``start + length`` of the spool of a number."""

    spool: int
    start: int
    length: int


class Head(Struct, frozen=True, array_like=True, gc=False):
    """What merging and naming need to know of a record."""

    source: Source
    taxon: int
    identifiers: tuple[Identifier, ...]
    names: tuple[Name, ...]
    speaks: bool
    """Whether it has names or running text: a record of a gene, and not only about one."""
    digest: bytes
    """Of the whole record: equal records have equal digests."""
    place: Place
    papers: int = 0
    popularity: float = 0.0
    families: tuple[str, ...] = ()

    def first_symbol(self) -> str | None:
        for name in self.names:
            if name.kind == "symbol":
                return name.spelling
        return None


def encode(record: GeneRecord) -> bytes:
    """The canonical bytes of a record."""
    return _ENCODE(record)


def head_of(record: GeneRecord, data: bytes, place: Place) -> Head:
    """The head of a record that is encoded as ``data`` and lies at ``place``."""
    return Head(
        record.source,
        record.taxon,
        record.identifiers,
        record.names,
        bool(record.names or record.sections),
        hashlib.blake2b(data, digest_size=16).digest(),
        place,
        record.papers or 0,
        record.popularity or 0.0,
        tuple([fact.text for fact in record.facts if fact.field == "family"]),
    )


class SpoolWriter:
    """Writes one spool; a build has one for each batch of files that is read."""

    def __init__(self, folder: Path, number: int) -> None:
        self._number = number
        self._stream: BinaryIO = path_of(folder, number).open("wb", buffering=1 << 20)
        self._end = 0

    def add(self, record: GeneRecord) -> Head:
        data = encode(record)
        place = Place(self._number, self._end, len(data))
        self._stream.write(data)
        self._end += len(data)
        return head_of(record, data, place)

    def __enter__(self) -> SpoolWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


class SpoolReader:
    """Reads records of all spools of a folder, by memory map."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, mmap.mmap] = {}

    def records(self, places: Iterable[Place]) -> list[GeneRecord]:
        found = []
        for place in places:
            spool = self._open.get(place.spool)
            if spool is None:
                spool = self._open[place.spool] = self._map(place.spool)
            found.append(_DECODE(spool[place.start : place.start + place.length]))
        return found

    def _map(self, number: int) -> mmap.mmap:
        with path_of(self._folder, number).open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        for spool in self._open.values():
            spool.close()
        self._open.clear()


def path_of(folder: Path, number: int) -> Path:
    return folder / f"spool-{number}"
