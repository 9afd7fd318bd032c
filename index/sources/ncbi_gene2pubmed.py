"""NCBI Gene's links from genes to papers.

Format: https://ftp.ncbi.nlm.nih.gov/gene/DATA/README (gene2pubmed), three columns of numbers.
Tens of millions of lines are published, so a block of lines is checked and converted as a
whole; only one that does not pass is read line by line, as other tables are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
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

_Rows = npt.NDArray[np.int64]
"""A row a line: taxon, gene, paper."""


def claims(head: str) -> bool:
    """Whether the header is that of gene2pubmed, of whose three names one may be damaged.

    Beside more columns two of them are no sign: many tables of NCBI Gene have them.
    """
    columns = tables.columns_of(head)
    return columns >= MARKS or (len(columns) == len(REQUIRED) and len(columns & REQUIRED) == 2)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """The pairs of each species in their order, in blocks of fewer than 256 K: a block of lines has no more,
    and gives a block of pairs for each species in it, in the order in which the species come."""
    header = top = b""
    above: list[Problem] = []
    silent = True
    for block in read_blocks(stream, file):
        if isinstance(block, Problem):
            silent = False
            yield block
            continue
        number, data = block
        if not header:
            header, end = _header(data)
            if not header:
                continue
            top, data = data[:end], data[end:]
            rows = data.split(b"\n", tables.MISFITS)[:-1]
            above = _above_rows(top, rows or [_fitting(header)], number, file)
            yield from above
            number += top.count(b"\n")
            if any(problem.severity == "set_aside" and problem.line == number - 1 for problem in above):
                return
        for item in _links(header, number, data, file):
            silent = False
            yield item
    if silent:
        yield from (problem for problem in _above_rows(top, [], 1, file) if problem not in above)


def _header(data: bytes) -> tuple[bytes, int]:
    """The header line, empty where there is none, and where it ends."""
    end = 0
    for line in io.BytesIO(data):
        end += len(line)
        if line.strip() and not line.startswith(tables.PREAMBLE.encode()):
            return line.rstrip(b"\r\n"), end
    return b"", end


def _fitting(header: bytes) -> bytes:
    """A row that fits the header."""
    return b"\t".join([b"0"] * (header.count(b"\t") + 1))


def _above_rows(top: bytes, rows: list[bytes], number: int, file: str) -> list[Problem]:
    """What any table would be told of its header and what stands above, by the first rows below it."""
    beginning = b"\n".join((top.removesuffix(b"\n"), *rows, b"")) if rows else top
    found = tables.read_table(io.BytesIO(beginning), file, COLUMNS, REQUIRED).rows
    last = top.removesuffix(b"\n").count(b"\n") + 1
    return [_moved(row, number - 1) for row in found if isinstance(row, Problem) and (row.line or 0) <= last]


def _links(header: bytes, number: int, data: bytes, file: str) -> Iterator[PaperLinks | Problem]:
    rows = _converted(data) if header in HEADERS else None
    if rows is None:
        yield from _line_by_line(header, number, data, file)
        return
    yield from _by_species(rows)
    if not data.endswith(b"\n"):
        yield no_line_end(file, number + data.count(b"\n"))


def _converted(data: bytes) -> _Rows | None:
    """The rows of a block, None when a line of it is no row or a number of it too large."""
    if not _ROWS.fullmatch(data):
        return None
    rows = np.fromstring(data, np.int64, sep="\t").reshape(-1, len(COLUMNS))
    return None if rows[:, 1:].max() > LARGEST else rows


def _by_species(rows: _Rows) -> Iterator[PaperLinks]:
    taxa, pairs = rows[:, 0], rows[:, 1:].astype(_NUMBERS)
    for taxon in _as_they_come(taxa):
        genes, papers = pairs[taxa == taxon].T
        yield PaperLinks(taxon, genes.tobytes(), papers.tobytes())


def _as_they_come(taxa: npt.NDArray[np.int64]) -> list[int]:
    """Each taxon once.  Nearly every block is of one species: then nothing is sorted."""
    if (taxa == taxa[0]).all():
        return [int(taxa[0])]
    each, first = np.unique(taxa, return_index=True)
    found: list[int] = each[np.argsort(first)].tolist()
    return found


def _line_by_line(header: bytes, number: int, data: bytes, file: str) -> Iterator[PaperLinks | Problem]:
    """The block as a table of its own; it begins with a row that fits, since only at the beginning
    of a file a hundred lines that do not are the fault of its header."""
    moved = number - 3
    found: list[tuple[int, ...]] = []
    whole = io.BytesIO(b"\n".join((header, _fitting(header), data)))
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
            found.append(tuple(map(int, cells)))
    if found:
        yield from _by_species(np.array(found, np.int64))


def _moved(problem: Problem, lines: int) -> Problem:
    return problem if problem.line is None else replace(problem, line=problem.line + lines)
