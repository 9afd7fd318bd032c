"""An unfinished download: ``NAME.part``, and hidden beside it what the server said of the file.

The rebuild reads neither a name that ends in ``.part`` nor a hidden one.  Killed at any point, what
is there can be continued, or is begun anew because one of the two is missing or does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from index.fetch.ledger import replace_durably
from index.fetch.manifest import X_GOOG_HASH


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server says of a file, as far as it does."""

    address: str
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None
    """Bytes of the whole file."""
    google_hash: str | None = None
    """The header of checksums, where it is over the bytes as they are sent."""

    @property
    def condition(self) -> str | None:
        """What If-Range takes: a strong ETag, else the date; None where the file cannot be continued."""
        strong = self.etag if self.etag and not self.etag.startswith("W/") else None
        return strong or self.last_modified

    def fits(self, other: Told) -> bool:
        """Whether the two may be one file: nothing that both say of it differs."""
        pairs = (
            (self.etag, other.etag),
            (self.last_modified, other.last_modified),
            (self.total, other.total),
        )
        return all(None in pair or pair[0] == pair[1] for pair in pairs)


def told(address: str, headers: Mapping[str, str], total: int | None) -> Told:
    """What an answer's headers say of the file."""
    as_stored = headers.get("x-goog-stored-content-encoding", "identity") == "identity"
    return Told(
        address=address,
        etag=headers.get("ETag"),
        last_modified=headers.get("Last-Modified"),
        total=total,
        google_hash=headers.get(X_GOOG_HASH) if as_stored else None,
    )


class Part:
    """The unfinished download of one file."""

    def __init__(self, folder: Path, file: str) -> None:
        self.path = folder / f"{file}.part"
        self._side = folder / f".{file}.from.part"

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def resumable(self, address: str) -> Told | None:
        """What the bytes that are here come from; None when they cannot be continued."""
        try:
            source = msgspec.json.decode(self._side.read_bytes(), type=Told)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        fits = source.address == address and source.condition is not None and self.size > 0
        return source if fits else None

    def begin(self, source: Told) -> None:
        """Empty, and from now on a download of ``source``."""
        self.discard()
        replace_durably(self._side, lambda path: path.write_bytes(msgspec.json.encode(source)))

    def append(self) -> BinaryIO:
        return self.path.open("ab")

    def discard(self) -> None:
        """The bytes first: without them what they came from does no harm."""
        self.path.unlink(missing_ok=True)
        self._side.unlink(missing_ok=True)
