"""What was fetched: ``fetched.json`` in the folder of fetched files.

Light on purpose: the rebuild reads it to date files that state no date of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import msgspec
from msgspec import Struct

LEDGER = "fetched.json"


class LedgerDamaged(Exception):
    """The ledger cannot be read; the message names it and the mend."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fetched file."""

    name: str
    """What the manifest calls it."""
    address: str
    sha256: str
    bytes: int
    date: str
    """Day of the publisher's last change (ISO 8601), else the day on which it was fetched."""
    licence: str
    etag: str | None = None
    last_modified: str | None = None
    unknown: tuple[str, ...] = ()
    """Genes that an API lists and then does not know."""


class _Ledger(Struct, frozen=True):
    files: dict[str, Entry]


def dates(folder: Path) -> dict[str, tuple[str, str]]:
    """file name -> (SHA-256, date) of the files that were fetched into a folder.

    A date holds only for a file of that SHA-256.  Empty where nothing was fetched, and where the
    ledger cannot be read: then the dates are not known.
    """
    try:
        return {file: (entry.sha256, entry.date) for file, entry in read(folder).items()}
    except LedgerDamaged:
        return {}


def read(folder: Path) -> dict[str, Entry]:
    """file name -> what is known of it.

    Raises:
        LedgerDamaged: there is a ledger that cannot be read.
    """
    path = folder / LEDGER
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Ledger).files
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LedgerDamaged(f"{path} is damaged ({error}); remove it and fetch again") from None


class Ledger:
    """The ledger of a folder while files are fetched into it.  Thread safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = read(folder)
        self._lock = Lock()

    def get(self, file: str) -> Entry | None:
        with self._lock:
            return self._files.get(file)

    def put(self, file: str, entry: Entry) -> None:
        """Keep an entry; it is on the disk when this returns."""
        with self._lock:
            self._files[file] = entry
            files = dict(sorted(self._files.items()))
            text = msgspec.json.format(msgspec.json.encode(_Ledger(files)), indent=1) + b"\n"
            replace_durably(self._folder / LEDGER, lambda path: path.write_bytes(text))


def replace_durably(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file aside and put it in place: whoever reads, even after a crash, sees the old or the new."""
    aside = path.with_name(f".{path.name}.new.part")
    write(aside)
    put_in_place(aside, path)


def put_in_place(new: Path, path: Path) -> None:
    """``new`` becomes ``path``, durably."""
    sync(new)
    new.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
