"""Files beside the generations that spare the next rebuild some work.

Each holds what depends on a key alone and can always be made again: a file that is not there, damaged or of
another key is as none.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

FOLDER = "kept"
_DIGEST = 16


class _File(Struct, array_like=True):
    key: bytes
    checksum: bytes
    data: bytes


def digest_of(*parts: bytes) -> bytes:
    """A key made of all that something depends on."""
    found = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.digest()


def read(path: Path, key: bytes) -> bytes | None:
    """What is kept under a key, if it is."""
    try:
        file = msgspec.msgpack.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.MsgspecError):
        return None
    return file.data if file.key == key and file.checksum == digest_of(file.data) else None


def write(path: Path, key: bytes, data: bytes) -> None:
    """Keep something under a key, instead of what the file held; on a full disk nothing is kept."""
    new = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(exist_ok=True)
        new.write_bytes(msgspec.msgpack.encode(_File(key, digest_of(data), data)))
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
