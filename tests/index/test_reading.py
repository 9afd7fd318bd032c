"""Bytes as lines and pages, within bounds, with every fault in its place."""

from __future__ import annotations

import gzip
import io
import re
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.parsing.reading import (
    BLOCK_BYTES,
    MAX_LINE_BYTES,
    MAX_PAGE_BYTES,
    Line,
    Unreadable,
    read_blocks,
    read_lines,
    read_page,
)
from index.records import Problem

LONGEST = 12
MARK = b"\xef\xbb\xbf"
PIECES = st.sampled_from(
    [
        b"\n",
        b"\r\n",
        b"\n\n",
        b"a",
        b"\t",
        b"zinc",
        b"\xc3\xa9",
        b"\xff",
        b"\0",
        b"\xef\xbb\xbf",
        b"0123456789ab",
    ]
)


class Dripping(io.RawIOBase):
    """A stream that gives at most so many bytes at a time."""

    def __init__(self, data: bytes, most: int) -> None:
        self._rest = data
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = cast(memoryview, buffer)
        data = self._rest[: min(self._most, len(target))]
        target[: len(data)] = data
        self._rest = self._rest[len(data) :]
        return len(data)


def is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def expected(data: bytes) -> Iterator[Line | str]:
    """Each line read by itself: its text, or in a word what is wrong with it."""
    for number, whole in enumerate(re.findall(rb"[^\n]*\n|[^\n]+", data), 1):
        line = whole.removeprefix(MARK) if number == 1 else whole
        if len(whole) > LONGEST:
            yield "longer"
        elif b"\0" in line:
            yield "NUL"
        elif not is_utf8(line):
            yield "UTF-8"
        elif line:
            yield number, line.decode().removesuffix("\n").rstrip("\r")
        if line and not line.endswith(b"\n") and len(whole) <= LONGEST:
            yield "no line end"


def told(found: Line | Problem) -> Line | str:
    if not isinstance(found, Problem):
        return found
    return next(word for word in ("longer", "NUL", "UTF-8", "no line end") if word in found.reason)


@given(st.lists(PIECES, max_size=30).map(b"".join), st.integers(1, LONGEST))
def test_lines_are_those_that_a_plain_reader_finds_however_the_bytes_arrive(data: bytes, most: int) -> None:
    stream = cast(BinaryIO, io.BufferedReader(Dripping(data, most), 8))
    assert [told(found) for found in read_lines(stream, "file", LONGEST)] == list(expected(data))


@given(st.lists(PIECES, max_size=30).map(b"".join), st.integers(1, 40))
def test_blocks_are_whole_lines_and_together_the_file(data: bytes, most: int) -> None:
    stream = cast(BinaryIO, io.BufferedReader(Dripping(data, most), 8))
    blocks = [block for block in read_blocks(stream, "file") if not isinstance(block, Problem)]
    assert b"".join(block for _, block in blocks) == data.removeprefix(MARK)
    assert all(block.endswith(b"\n") for _, block in blocks[:-1])
    number = 1
    for first, block in blocks:
        assert first == number
        number += block.count(b"\n")


def test_a_line_without_end_is_left_out_and_costs_little_memory() -> None:
    packed = gzip.compress(b"a\n" + b"x" * (64 * MAX_LINE_BYTES) + b"\nb\n")
    tracemalloc.start()
    with gzip.open(io.BytesIO(packed)) as stream:
        found = list(read_lines(cast(BinaryIO, stream), "file"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MAX_LINE_BYTES
    assert [(one.line, "longer" in one.reason) for one in found if isinstance(one, Problem)] == [(2, True)]
    assert [one for one in found if not isinstance(one, Problem)] == [(1, "a"), (3, "b")]


def test_every_line_before_the_cut_of_a_gzip_is_read() -> None:
    rows = [f"row {number} {number * number}" for number in range(BLOCK_BYTES // 4)]
    cut = gzip.compress("\n".join(rows).encode())[:-12]
    with gzip.open(io.BytesIO(cut)) as stream:
        *lines, problem = read_lines(cast(BinaryIO, stream), "file")
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line, problem.severity) == ("file", len(lines) + 1, "set_aside")
    assert lines == list(enumerate(rows[: len(lines)], 1))
    assert len(rows) - len(lines) < 100


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"x" * (MAX_PAGE_BYTES + 1), None, "larger than"),
        (b"a\nb\0", 2, "holds NUL"),
        (b"a\n\nb\xff", 3, "not UTF-8"),
    ],
)
def test_a_page_that_cannot_be_read_says_where_and_why(data: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_page(io.BytesIO(data), "page")
    assert (refused.value.problem.file, refused.value.problem.line) == ("page", line)
    assert refused.value.problem.reason.startswith(reason)


def test_a_page_has_plain_line_ends_and_no_byte_order_mark() -> None:
    assert read_page(io.BytesIO(b"\xef\xbb\xbfa\r\nb\n"), "page") == "a\nb\n"
