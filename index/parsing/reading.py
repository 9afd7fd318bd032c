"""Reading bytes as text, within bounds, with an error that names the line.

Every source reads through these functions, so that no input, however broken, costs more
memory than a page, fails with less than a place and a mend, or ends before its end unnoticed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from typing import BinaryIO, cast

from index.records import Problem

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""A page larger than this is no gene page; it is set aside by name."""
MAX_LINE_BYTES = 1024 * 1024
BLOCK_BYTES = 256 * 1024
"""How much is asked for at a time; decoding that much at once takes a third of the time of single lines."""

DAMAGE = (OSError, EOFError, zlib.error)
"""What a stream raises that is no gzip, is cut, or does not match its checksum."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Line = tuple[int, str]
"""The line's number from 1, and its text without the line end."""


class Unreadable(ValueError):
    """The stream cannot be read as text; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def read_page(stream: BinaryIO, file: str) -> str:
    """The whole page as text with ``\\n`` line ends, without a byte order mark.

    Raises:
        Unreadable: damaged, over MAX_PAGE_BYTES, not UTF-8, or holding NUL bytes.
    """
    try:
        data = stream.read(MAX_PAGE_BYTES + 1)
    except DAMAGE as error:
        reason = f"cannot be read to its end ({error}); restore it from its source"
        raise Unreadable(Problem(file, None, reason)) from None
    if len(data) > MAX_PAGE_BYTES:
        megabytes = MAX_PAGE_BYTES // 1024 // 1024
        raise Unreadable(Problem(file, None, f"larger than {megabytes} MB, which no gene page is; split it"))
    return _decoded(data.removeprefix(BYTE_ORDER_MARK), file, 1).replace("\r\n", "\n")


def read_lines(stream: BinaryIO, file: str, longest: int = MAX_LINE_BYTES) -> Iterator[Line | Problem]:
    """Each line, streaming.

    A line that is too long, not UTF-8 or holds NUL bytes is a Problem in its place.  So is the
    place where a damaged stream breaks off.  A last line without a line end is followed by a
    warning, since a table that was cut ends so.
    """
    for block in read_blocks(stream, file, longest):
        if isinstance(block, Problem):
            yield block
            continue
        number, data = block
        ended = data.endswith(b"\n")
        try:
            lines = _decoded(data, file, number).split("\n")
        except Unreadable:
            yield from _single_lines(data, file, number)
        else:
            if ended:
                lines.pop()
            if b"\r" in data:
                lines = [line.rstrip("\r") for line in lines]
            yield from enumerate(lines, number)
        if not ended:
            yield no_line_end(file, number + data.count(b"\n"))


def read_blocks(
    stream: BinaryIO, file: str, longest: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, bytes] | Problem]:
    """The number of its first line and the bytes of each run of whole lines, without a byte order mark.

    Only the last can lack a line end.  A line of more than ``longest`` bytes (BLOCK_BYTES or more)
    is left out, with a Problem in its place; where the stream breaks off, a last Problem says so.
    """
    # Of a gzip that is cut, read() would lose what was unpacked before the cut.
    read = cast(BufferedIOBase, stream).read1
    number = 1
    rest = bytearray()  # a line's beginning; once it is too long it does not grow
    while True:
        try:
            data = read(BLOCK_BYTES)
        except DAMAGE as error:
            yield _broken_off(file, number, error)
            return
        if not data:
            break
        end = data.rfind(b"\n") + 1
        if end:
            first = data.find(b"\n") + 1
            if len(rest) + first > longest:
                yield _too_long(file, number, longest)
                block = data[first:end]
                number += 1
            else:
                block = bytes(rest) + data[:end]
            if block:
                yield number, _unmarked(block, number)
                number += block.count(b"\n")
            rest = bytearray(data[end:])
        elif len(rest) <= longest:
            rest += data
    if len(rest) > longest:
        yield _too_long(file, number, longest)
    elif block := _unmarked(bytes(rest), number):
        yield number, block


def no_line_end(file: str, number: int) -> Problem:
    """The warning that a table's last line may be cut: publishers end it as every other."""
    reason = "the last line has no line end, as in a file that is cut; fetch the file again or end the line"
    return Problem(file, number, reason, "warning")


def _single_lines(data: bytes, file: str, number: int) -> Iterator[Line | Problem]:
    """The lines of a block of which one or more cannot be decoded."""
    for at, line in enumerate(data.removesuffix(b"\n").split(b"\n"), number):
        try:
            yield at, _decoded(line, file, at).rstrip("\r")
        except Unreadable as unreadable:
            yield unreadable.problem


def _unmarked(block: bytes, number: int) -> bytes:
    return block.removeprefix(BYTE_ORDER_MARK) if number == 1 else block


def _too_long(file: str, number: int, longest: int) -> Problem:
    return Problem(file, number, f"line longer than {longest // 1024} KB; split it or remove it")


def _broken_off(file: str, number: int, error: Exception) -> Problem:
    lost = "what follows is missing and what stands before may be damaged"
    return Problem(file, number, f"cannot be read from here on ({error}): {lost}; fetch the file again")


def _decoded(data: bytes, file: str, first_line: int) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        line = first_line + data.count(b"\n", 0, nul)
        raise Unreadable(Problem(file, line, "holds NUL bytes; restore the file from its source"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        byte = data[error.start]
        reason = f"not UTF-8 (byte 0x{byte:02x}); convert it, for example with: iconv -f LATIN1 -t UTF-8"
        raise Unreadable(Problem(file, line, reason)) from None
