"""Flat arrays on disk: little-endian numbers, a file each, mapped into memory and shared by all readers.

A file is named for its content and its type, ``starts.u4``, and holds nothing else: no header, no pickle.
Lists of different lengths are two arrays: list number n of ``x`` is ``x[x_starts[n]:x_starts[n + 1]]``.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

TYPES = {suffix: np.dtype(f"<{suffix}") for suffix in ("u1", "u2", "u4", "u8", "i4", "f4")}
"""The suffix of a file -> what its numbers are."""

_ASCII = 128
_LONGEST = (1 << 16) - 1
_ANY_LETTERS = np.uint32(0xFFFFFFFF)
Numbers = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
_Scalar = TypeVar("_Scalar", bound=np.generic)


class Damaged(Exception):
    """A file of a generation does not hold what it should."""


def write(folder: Path, name: str, values: NDArray[np.generic] | Sequence[int]) -> None:
    """Write one array as ``folder / name``; the suffix of the name says as what.

    Raises:
        OSError: the disk is full or not writable.
        OverflowError: a number does not fit its type.
    """
    dtype = TYPES[name.rpartition(".")[2]]
    array = np.asarray(values)
    if dtype.kind == "u" and array.dtype != dtype and len(array):
        least, greatest = array.min(), array.max()
        if least < 0 or greatest > np.iinfo(dtype).max:
            raise OverflowError(f"{name}: {least} to {greatest} do not fit")
    with (folder / name).open("wb") as stream:
        stream.write(np.ascontiguousarray(array, dtype).data)  # tofile does not say that the disk is full


def read(folder: Path, name: str, kind: type[_Scalar]) -> NDArray[_Scalar]:
    """Map one array of a kind of numbers, read only; ``name`` has no suffix, as the kind says which.

    Raises:
        OSError: the file is missing.
        ValueError: it does not hold whole numbers of its type.
    """
    suffix = np.dtype(kind).str[1:]
    dtype = cast("np.dtype[_Scalar]", TYPES[suffix])
    file = folder / f"{name}.{suffix}"
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        if size % dtype.itemsize:
            raise ValueError(f"{folder.name}/{file.name} is damaged: it ends within a number")
        if size == 0:
            return np.zeros(0, dtype)
        return np.frombuffer(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), dtype)


def check_starts(starts: NDArray[np.unsignedinteger], lists: int, end: int, what: str) -> None:
    """That ``starts`` divides ``end`` members into so many lists.

    Raises:
        ValueError: it does not.
    """
    whole = len(starts) == lists + 1 and starts[0] == 0 and starts[-1] == end
    if not whole or bool((starts[1:] < starts[:-1]).any()):
        raise ValueError(f"{what} is damaged: its lists do not go together")


def starts_of(lengths: NDArray[np.generic] | Sequence[int]) -> NDArray[np.int64]:
    """Where each of the lists that follow one another begins, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def among(some: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Of each number whether it is among others; both ascending."""
    if not len(others):
        return np.zeros(len(some), np.bool_)
    places = others.searchsorted(some)
    places[places == len(others)] = 0
    found: NDArray[np.bool_] = others[places] == some
    return found


def members(
    starts: NDArray[np.integer], lists: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the members of some lists stand, list after list, and how many each list has."""
    begins = starts[lists].astype(np.int64)
    lengths = starts[lists + 1] - begins
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begins - (ends - lengths), lengths), lengths


class Strings:
    """Byte strings of any length, by number: ``name.u1`` holds them one after the other, ``name_starts.u8``
    where each begins.

    Raises:
        OSError: a file is missing.
        ValueError: the files do not go together.
    """

    def __init__(self, folder: Path, name: str) -> None:
        data, starts = read(folder, name, np.uint8), read(folder, f"{name}_starts", np.uint64)
        check_starts(starts, len(starts) - 1, len(data), f"{folder.name}/{name}")
        self.starts = starts
        self.bytes = data
        self._data, self._starts = data.data, starts.data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self.view(number))

    def view(self, number: int) -> memoryview:
        """The same without a copy, for who reads it at once."""
        starts = self._starts
        return self._data[starts[number] : starts[number + 1]]


def write_strings(folder: Path, name: str, strings: Sequence[bytes]) -> None:
    """What ``Strings`` reads."""
    with (folder / f"{name}.u1").open("wb") as stream:
        stream.writelines(strings)
    write(folder, f"{name}_starts.u8", starts_of([len(one) for one in strings]))


class Dictionary:
    """Distinct byte strings in their order, each found by itself or with all that begin alike.

    Beside the strings ``name_slots.u4`` holds their numbers, grouped by CRC-32 modulo the number of
    groups, ``name_slots_starts.u4`` where each group begins, and ``name_letters.u4`` which letters each
    string has: a bit for each of 32 kinds, all of them for a string that is not of ASCII alone.

    Raises:
        OSError: a file is missing.
        ValueError: the files do not go together.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.strings = Strings(folder, name)
        slots = read(folder, f"{name}_slots", np.uint32)
        starts = read(folder, f"{name}_slots_starts", np.uint32)
        check_starts(starts, len(starts) - 1, len(self.strings), f"{folder.name}/{name}_slots")
        self._slots, self._starts = slots.data, starts.data
        self._groups = len(starts) - 1
        self.letters = read(folder, f"{name}_letters", np.uint32)
        if len(self.letters) != len(self.strings):
            raise ValueError(f"{folder.name}/{name}_letters is damaged")

    def __len__(self) -> int:
        return len(self.strings)

    @cached_property
    def lengths(self) -> NDArray[np.uint16]:
        """The bytes of each string, of longer ones ``_LONGEST``."""
        starts = self.strings.starts
        found: NDArray[np.uint16] = np.minimum(starts[1:] - starts[:-1], np.uint64(_LONGEST)).astype(
            np.uint16
        )
        return found

    def find(self, wanted: bytes) -> int | None:
        """The number of a string, None when it is not there."""
        group = zlib.crc32(wanted) % self._groups
        starts, strings = self._starts, self.strings
        for place in range(starts[group], starts[group + 1]):
            number = self._slots[place]
            if strings[number] == wanted:
                return number
        return None

    def beginning(self, prefix: bytes) -> range:
        """The numbers of all strings that begin with these bytes."""
        low = self._place(prefix)
        after = prefix.rstrip(b"\xff")
        high = self._place(after[:-1] + bytes([after[-1] + 1])) if after else len(self)
        return range(low, high)

    def like(self, wanted: bytes, most: int) -> list[int]:
        """The numbers of all strings that may become this one by so many letters put in, left out,
        exchanged or swapped: each of these changes its length by one at most, and two of its letters."""
        lengths, slack = self.lengths, most if wanted.isascii() else 4 * most
        some = lengths >= min(max(len(wanted) - slack, 0), _LONGEST)
        some &= lengths <= min(len(wanted) + 4 * most, _LONGEST)  # a letter is up to four bytes
        near = some.nonzero()[0]
        letters = int(_letters(np.frombuffer(wanted, np.uint8), np.array([0, len(wanted)]))[0])
        theirs = self.letters[near]
        if letters == _ANY_LETTERS:
            return near.tolist()
        different = ones(theirs ^ np.uint32(letters))
        kept: list[int] = near[(different <= 2 * most) | (theirs == _ANY_LETTERS)].tolist()
        return kept

    def _place(self, wanted: bytes) -> int:
        """How many strings come before this one."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.strings[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def write_dictionary(folder: Path, name: str, ordered: Sequence[bytes]) -> None:
    """What ``Dictionary`` reads; the strings are distinct and in ascending order."""
    write_strings(folder, name, ordered)
    groups = max(1, len(ordered))
    hashed = np.fromiter((zlib.crc32(one) for one in ordered), np.uint32, len(ordered)) % np.uint32(groups)
    write(folder, f"{name}_slots.u4", np.argsort(hashed, kind="stable"))
    write(folder, f"{name}_slots_starts.u4", starts_of(np.bincount(hashed, minlength=groups)))
    starts = starts_of([len(one) for one in ordered])
    write(folder, f"{name}_letters.u4", _letters(np.frombuffer(b"".join(ordered), np.uint8), starts))


def _letters(data: Bytes, starts: NDArray[np.int64]) -> Numbers:
    """Which letters each string has; an empty one has none."""
    found = np.zeros(len(starts) - 1, np.uint32)
    held = (starts[1:] > starts[:-1]).nonzero()[0]
    if len(held):
        bits = np.uint32(1) << (data & np.uint8(31)).astype(np.uint32)
        bits[data >= _ASCII] = _ANY_LETTERS
        found[held] = np.bitwise_or.reduceat(bits, starts[:-1][held])
    return found


def letters_of(text: bytes) -> int:
    """Which letters a string has, as ``Dictionary.letters`` says it."""
    return int(_letters(np.frombuffer(text, np.uint8), np.array([0, len(text)]))[0])


def ones(numbers: Numbers) -> NDArray[np.uint8]:
    """How many bits of each number are set."""
    return np.bitwise_count(numbers)


def encoded(texts: Iterable[str]) -> list[bytes]:
    return [text.encode() for text in texts]
