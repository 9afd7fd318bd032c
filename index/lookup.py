"""Records on disk, by number and by key.

The records of ``x`` are byte strings (``columns.Strings``); beside each stands its CRC-32 in ``x_checks.u4``,
so that a damaged record, or a damaged place of one, is noticed when it is read and never taken for another.

A table leads from keys to numbers of records.  It holds no keys: ``x_hashes.u4`` are the CRC-32 of all of
them in ascending order, ``x_rows.u4`` the record of each, and ``x_groups.u4`` says where the hashes begin
that have the same first bits.  There are 2**n groups of n bits.  Different keys may have one hash: what is
found has to be compared with what was looked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar
from zlib import crc32

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index import columns
from index.columns import Damaged

_IN_GROUP = 4
"""Most hashes in a group, on average."""
_NUMBER = np.dtype("<u4")

Record = TypeVar("Record")
_Scalar = TypeVar("_Scalar", bound=np.generic)


class Packed(Struct, array_like=True):
    """Records on their way to the disk."""

    data: bytes
    """One after the other."""
    lengths: bytes
    """Of each, u4."""
    checks: bytes
    """Of each, u4."""


def pack(records: Sequence[bytes]) -> Packed:
    return Packed(b"".join(records), numbers(map(len, records)), numbers(map(crc32, records)))


def hashes(keys: Iterable[str]) -> bytes:
    """What a table is made of: the hash of each key, u4."""
    return numbers([crc32(key.encode()) for key in keys])


def numbers(values: Iterable[int]) -> bytes:
    return np.array(list(values), _NUMBER).tobytes()


class RecordsWriter:
    """Writes records as they come; they are whole when the block is left.

    Raises:
        OSError: the disk is full or not writable (from any method).
    """

    def __init__(self, folder: Path, name: str) -> None:
        with ExitStack() as opened:
            self._data, self._starts, self._checks = (
                opened.enter_context((folder / file).open("wb"))
                for file in (f"{name}.u1", f"{name}_starts.u8", f"{name}_checks.u4")
            )
            self._starts.write(bytes(8))
            self._files = opened.pop_all()
        self._end = 0
        self._count = 0

    def __enter__(self) -> RecordsWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def __len__(self) -> int:
        return self._count

    def add(self, packed: Packed) -> None:
        ends = np.cumsum(np.frombuffer(packed.lengths, _NUMBER), dtype="<u8") + np.uint64(self._end)
        self._data.write(packed.data)
        self._starts.write(ends.tobytes())
        self._checks.write(packed.checks)
        self._end += len(packed.data)
        self._count += len(ends)


class Records(Generic[Record]):
    """Records of one type, by number.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, folder: Path, name: str, decoder: msgspec.msgpack.Decoder[Record]) -> None:
        data = _read(folder, name, np.uint8)
        starts = _read(folder, f"{name}_starts", np.uint64)
        checks = _read(folder, f"{name}_checks", np.uint32)
        self._what = f"{folder.name}/{name}"
        _check_ends(starts, len(checks), len(data), self._what)
        self._data, self._starts, self._checks = data.data, starts.data, checks.data
        self._decode = decoder.decode
        for number in (0, len(checks) - 1) if len(checks) else ():
            self[number]  # a file of something else is noticed now

    def __len__(self) -> int:
        return len(self._checks)

    def __getitem__(self, number: int) -> Record:
        """The record of a number.

        Raises:
            Damaged: it is not the one that was written, or there is none.
        """
        starts = self._starts
        try:  # a slice copies nothing and never reaches beyond the file, whatever the starts are
            encoded = self._data[starts[number] : starts[number + 1]]
            if crc32(encoded) == self._checks[number]:
                return self._decode(encoded)
        except (IndexError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Damaged(f"{self._what}: record {number} is damaged or missing") from error
        raise Damaged(f"{self._what}: record {number} is damaged")


class Table:
    """From keys to the numbers of records.

    Raises:
        Damaged: a file is missing, or the files do not go together.
    """

    def __init__(self, folder: Path, name: str) -> None:
        hashed, rows, groups = (
            _read(folder, f"{name}_{what}", np.uint32) for what in ("hashes", "rows", "groups")
        )
        self._what = f"{folder.name}/{name}"
        bits = (len(groups) - 1).bit_length() - 1
        _check_ends(groups, 1 << max(bits, 0), len(hashed), self._what)
        if len(rows) != len(hashed):
            raise Damaged(f"{self._what} is damaged: it has {len(rows)} rows for {len(hashed)} hashes")
        self._hashes, self._rows, self._groups = hashed.data, rows.data, groups.data
        self._shift = 32 - bits

    def may_hold(self, hashed: int) -> bool:
        """Whether a key has this CRC-32; what is not there is told without reading a record.

        Raises:
            Damaged: a group does not lie within the table.
        """
        group = hashed >> self._shift
        every, groups = self._hashes, self._groups
        try:
            end = groups[group + 1]
            place = bisect_left(every, hashed, groups[group], end)
            return place < end and every[place] == hashed
        except IndexError as error:
            raise Damaged(f"{self._what} is damaged: it ends before group {group} does") from error

    def find(self, key: str) -> list[int]:
        """The records whose key has the hash of this one, in ascending order.

        Raises:
            Damaged: a group does not lie within the table.
        """
        hashed = crc32(key.encode())
        group = hashed >> self._shift
        every, groups = self._hashes, self._groups
        found = []
        try:
            end = groups[group + 1]
            place = bisect_left(every, hashed, groups[group], end)
            while place < end and every[place] == hashed:
                found.append(self._rows[place])
                place += 1
        except IndexError as error:
            raise Damaged(f"{self._what} is damaged: it ends before group {group} does") from error
        return found


def write_table(folder: Path, name: str, hashed: Iterable[bytes]) -> None:
    """The table of records whose keys' hashes these are, in the records' order.

    Raises:
        OSError: the disk is full or not writable.
    """
    ordered = np.frombuffer(b"".join(hashed), _NUMBER).astype("<u8")
    ordered <<= np.uint64(32)
    ordered |= np.arange(len(ordered), dtype=np.uint64)
    ordered.sort()
    pairs = ordered.view(_NUMBER).reshape(-1, 2)
    rows, sorted_hashes = pairs[:, 0], np.ascontiguousarray(pairs[:, 1])
    columns.write(folder, f"{name}_hashes.u4", sorted_hashes)
    columns.write(folder, f"{name}_rows.u4", rows)
    bits = max(len(ordered) // _IN_GROUP, 1).bit_length()
    least = np.arange(1 << bits, dtype=_NUMBER) << np.uint32(32 - bits)
    starts = np.searchsorted(sorted_hashes, least)
    columns.write(folder, f"{name}_groups.u4", np.append(starts, len(ordered)))


def _read(folder: Path, name: str, kind: type[_Scalar]) -> NDArray[_Scalar]:
    try:
        return columns.read(folder, name, kind)
    except (OSError, ValueError) as error:
        raise Damaged(str(error)) from error


def _check_ends(starts: NDArray[np.unsignedinteger], lists: int, end: int, what: str) -> None:
    """That lists may begin at ``starts``.  To look at each start would read all of them from the disk."""
    if len(starts) != lists + 1 or starts[0] != 0 or starts[-1] != end:
        raise Damaged(f"{what} is damaged: its lists do not go together")
