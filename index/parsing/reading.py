"""Reading bytes as text, within bounds, with an error that names the line.

Every source reads through these two functions, so that no input, however broken,
costs more memory than a page or fails with less than a place and a mend.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.records import Problem

MAX_PAGE_BYTES = 8 * 1024 * 1024
"""A page larger than this is no gene page; it is set aside by name."""
MAX_LINE_BYTES = 1024 * 1024


class Unreadable(ValueError):
    """The stream cannot be read as text; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def read_page(stream: BinaryIO, file: str) -> str:
    """The whole page as text with ``\\n`` line ends, without a byte order mark.

    Raises:
        Unreadable: over MAX_PAGE_BYTES, not UTF-8, or holding NUL bytes.
    """
    data = stream.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        megabytes = MAX_PAGE_BYTES // 1024 // 1024
        raise Unreadable(Problem(file, None, f"larger than {megabytes} MB, which no gene page is; split it"))
    return _decoded(data, file, 1).replace("\r\n", "\n")


def read_lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, str] | Problem]:
    """(line number from 1, text without its line end) of each line, streaming.

    A line that is too long, not UTF-8 or holds NUL bytes is a Problem in its place.
    """
    number = 0
    while data := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(data) > MAX_LINE_BYTES:
            while data and not data.endswith(b"\n"):
                data = stream.readline(MAX_LINE_BYTES)
            yield Problem(
                file, number, f"line longer than {MAX_LINE_BYTES // 1024} KB; split it or remove it"
            )
            continue
        try:
            yield number, _decoded(data, file, number).rstrip("\r\n")
        except Unreadable as unreadable:
            yield unreadable.problem


def _decoded(data: bytes, file: str, first_line: int) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        line = first_line + data.count(b"\n", 0, nul)
        raise Unreadable(Problem(file, line, "holds NUL bytes; restore the file from its source"))
    if first_line == 1:
        data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        byte = data[error.start]
        reason = f"not UTF-8 (byte 0x{byte:02x}); convert it, for example with: iconv -f LATIN1 -t UTF-8"
        raise Unreadable(Problem(file, line, reason)) from None
