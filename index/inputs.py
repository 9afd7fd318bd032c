"""A file that may be read: opened through gzip, recognised by its beginning, digested to its end."""

from __future__ import annotations

import gzip
import os
from hashlib import sha256
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import Struct

from index.generations import file_digest
from index.parsing.reading import BLOCK_BYTES, BYTE_ORDER_MARK, DAMAGE
from index.parsing.tables import LatestDay
from index.sources import Format, recognise

HEAD_BYTES = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


class Input(Struct, frozen=True):
    """A file that a format claims."""

    path: Path
    format: Format
    edition: str | None
    """ISO 8601, as precise as it is known; None for a file of unknown date or that has no editions."""
    sha256: str
    """Of the content, gunzipped, so that a packed copy is known as one; of a damaged gzip as it lies."""
    size: int
    """Bytes of content, gunzipped, as far as it can be read."""
    lines: int = 0
    damage: str | None = None
    """Why the content cannot be read to its end."""


class Contents(Struct, frozen=True):
    """What a pass over a file tells.  Of a file that no format claims only the beginning is read."""

    head: str
    format: Format | None
    sha256: str
    size: int
    lines: int
    latest: str
    """The latest day in the format's columns of days, empty where there is none."""
    damage: str | None


def shown(path: str | os.PathLike[str]) -> str:
    """A path as a report can hold it: a name that is not UTF-8 with its bytes as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def open_input(path: Path) -> BinaryIO:
    """The file's content, gunzipped when it is gzip, whatever its name."""
    with path.open("rb") as stream:
        magic = stream.read(2)
    return cast(BinaryIO, gzip.open(path, "rb") if magic == _GZIP_MAGIC else path.open("rb"))


def examine(path: Path) -> Contents:
    """Read a file to its end, or to where it is damaged.

    Raises:
        OSError: it cannot be opened.
    """
    digest = sha256()
    head = bytearray()
    fmt: Format | None = None
    damage: str | None = None
    size = lines = 0
    days: LatestDay | None = None
    with open_input(path) as stream:
        read = cast(BufferedIOBase, stream).read1
        try:
            while data := read(BLOCK_BYTES):
                digest.update(data)
                size += len(data)
                lines += data.count(b"\n")
                if days is not None:
                    days.feed(data)
                if fmt is None:
                    head += data
                    if len(head) >= HEAD_BYTES:
                        if (fmt := recognise(_text(head))) is None:
                            break
                        days = _days(fmt, head)
        except DAMAGE as error:
            damage = str(error)
    text = _text(head)
    if fmt is None and (fmt := recognise(text)) is not None:
        days = _days(fmt, head)
    return Contents(
        head=text,
        format=fmt,
        sha256=file_digest(path) if damage else digest.hexdigest(),
        size=size,
        lines=lines,
        latest=days.found() if days is not None else "",
        damage=damage,
    )


def _days(fmt: Format, head: bytearray) -> LatestDay | None:
    if not fmt.dates:
        return None
    days = LatestDay(fmt.dates, _text(head))
    days.feed(head)
    return days


def _text(head: bytearray) -> str:
    return bytes(head[:HEAD_BYTES]).removeprefix(BYTE_ORDER_MARK).decode("utf-8", errors="replace")
