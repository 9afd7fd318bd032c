"""NCBI Gene's links from genes to papers.

Format: https://ftp.ncbi.nlm.nih.gov/gene/DATA/README (gene2pubmed), three columns of numbers.
Tens of millions of lines are published, so a block of lines is checked and converted as a
whole; only one that does not pass is read line by line, as other tables are.
"""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from msgspec.structs import replace

from index.parsing import tables
from index.parsing.reading import no_line_end, read_blocks
from index.records import Item, PaperLinks, Problem

COLUMNS = ("tax_id", "GeneID", "PubMed_ID")
REQUIRED = frozenset(COLUMNS)
MARKS = frozenset({"GeneID", "PubMed_ID"})
HEADERS = frozenset({b"#tax_id\tGeneID\tPubMed_ID", b"tax_id\tGeneID\tPubMed_ID"})
"""Under these a block may be converted as a whole."""
LARGEST = 2**32 - 1

_ROWS = re.compile(rb"(?:[0-9]{1,10}+\t[0-9]{1,10}+\t[0-9]{1,10}+\r?(?:\n|\Z))++")
_NUMBERS = np.dtype("<u4")

edition = tables.edition


def claims(head: str) -> bool:
    """Whether the header is that of gene2pubmed, of whose three names one may be damaged.

    Beside more columns two of them are no sign: many tables of NCBI Gene have them.
    """
    columns = tables.columns_of(head)
    return columns >= MARKS or (len(columns) == len(REQUIRED) and len(columns & REQUIRED) == 2)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """The pairs in their order, in blocks of fewer than 256 K: a block that is read has no more lines."""
    header = b""
    for block in read_blocks(stream, file):
        if isinstance(block, Problem):
            yield block
            continue
        number, data = block
        if not header:
            header, top = _header(data)
            if not header:
                continue
            last = number + data.count(b"\n", 0, top - 1)
            problems = _problems_above(data, top, number, last, file)
            yield from problems
            if any(problem.line == last and problem.severity == "set_aside" for problem in problems):
                return
            number, data = last + 1, data[top:]
        if data:
            yield from _links(header, number, data, file)
    if not header:
        yield Problem(file, None, "holds no header line; fetch the file again")


def _header(data: bytes) -> tuple[bytes, int]:
    """The header line, empty where there is none, and where the line after it begins."""
    end = 0
    for line in data.split(b"\n"):
        end += len(line) + 1
        if line.strip() and not line.startswith(tables.PREAMBLE.encode()):
            return line.rstrip(b"\r"), end
    return b"", end


def _problems_above(data: bytes, top: int, number: int, last: int, file: str) -> list[Problem]:
    """What is wrong with the header or above it, by the rules and in the words of every table."""
    rows = data[top:].split(b"\n", tables.MISFITS)[: tables.MISFITS]
    beginning = data[:top] + b"\n".join(rows)
    found = tables.read_table(io.BytesIO(beginning), file, COLUMNS, REQUIRED).rows
    problems = [_moved(row, number - 1) for row in found if isinstance(row, Problem)]
    return [problem for problem in problems if (problem.line or 0) <= last]


def _links(header: bytes, number: int, data: bytes, file: str) -> Iterator[PaperLinks | Problem]:
    links = _converted(data) if header in HEADERS else None
    if links is None:
        yield from _line_by_line(header, number, data, file)
        return
    yield links
    if not data.endswith(b"\n"):
        yield no_line_end(file, number + data.count(b"\n"))


def _converted(data: bytes) -> PaperLinks | None:
    """The pairs of a block, None when a line of it is no row or a number of it too large."""
    if not _ROWS.fullmatch(data):
        return None
    pairs = np.fromstring(data, np.int64, sep="\t").reshape(-1, len(COLUMNS))[:, 1:]
    if pairs.max() > LARGEST:
        return None
    genes, papers = pairs.astype(_NUMBERS).T
    return PaperLinks(genes.tobytes(), papers.tobytes())


def _line_by_line(header: bytes, number: int, data: bytes, file: str) -> Iterator[PaperLinks | Problem]:
    """The block as a table of its own, with a row under the header that fits it: a hundred lines
    that do not are the header's fault only where the file begins."""
    fitting = b"\t".join([b"0"] * (header.count(b"\t") + 1))
    moved = number - 3
    genes, papers = array("L"), array("L")
    whole = io.BytesIO(b"\n".join((header, fitting, data)))
    for row in tables.read_table(whole, file, COLUMNS, REQUIRED).rows:
        if isinstance(row, Problem):
            yield _moved(row, moved)
            continue
        line, cells = row
        if line + moved < number:
            continue
        if not all(tables.is_number(cell) for cell in cells):
            reason = "tax_id, GeneID or PubMed_ID is no number; restore the line from its source"
            yield Problem(file, line + moved, reason)
        elif max(int(cells[1]), int(cells[2])) > LARGEST:
            reason = f"GeneID or PubMed_ID is larger than {LARGEST}; restore the line from its source"
            yield Problem(file, line + moved, reason)
        else:
            genes.append(int(cells[1]))
            papers.append(int(cells[2]))
    if genes:
        yield PaperLinks(np.array(genes, _NUMBERS).tobytes(), np.array(papers, _NUMBERS).tobytes())


def _moved(problem: Problem, lines: int) -> Problem:
    return problem if problem.line is None else replace(problem, line=problem.line + lines)
