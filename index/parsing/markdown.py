"""As much of Markdown as the gene posts use: links, tables, paragraphs.

Of a link only its text and the identifier in its address are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.parsing.plain_text import one_line
from index.records import GeneLink

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]{0,500}\]){1,2000}+)\]\(([^\s()]{0,500}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)\)"
)
_GENE = re.compile(r"https?://(?:www\.)?ncbi\.nlm\.nih\.gov/gene/([1-9][0-9]{0,9})/?(?:[?#].*)?")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")


class Link(Struct, frozen=True):
    start: int
    end: int
    """Offsets of the link's text in the plain text."""
    text: str
    address: str

    @property
    def gene(self) -> str | None:
        """The NCBI Gene ID that the address names."""
        found = _GENE.fullmatch(self.address)
        return found[1] if found else None


class Prose(Struct, frozen=True):
    """A paragraph as plain text on one line, with its links."""

    text: str
    links: tuple[Link, ...]
    line: int

    def gene_links(self) -> tuple[GeneLink, ...]:
        """The links that name a gene."""
        return tuple(
            GeneLink(link.start, link.end, f"NCBIGene:{link.gene}") for link in self.links if link.gene
        )


class Table(Struct, frozen=True):
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int


def blocks(text: str, first_line: int = 1) -> Iterator[Prose | Table]:
    """The paragraphs and tables of a text, in order."""
    lines: list[str] = []
    begun = first_line
    for number, line in enumerate([*text.split("\n"), ""], first_line):
        tabular = line.lstrip().startswith("|")
        if lines and (not line.strip() or tabular != lines[0].lstrip().startswith("|")):
            yield _block(lines, begun)
            lines = []
        if line.strip():
            begun = begun if lines else number
            lines.append(line)


def _block(lines: list[str], line: int) -> Prose | Table:
    if not lines[0].lstrip().startswith("|"):
        return prose("\n".join(lines), line)
    rows = [_cells(text) for text in lines if not _RULE.fullmatch(text)]
    return Table(rows[0] if rows else (), tuple(rows[1:]), line)


def _cells(line: str) -> tuple[str, ...]:
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return tuple(prose(cell, 0).text for cell in cells)


def prose(markdown: str, line: int) -> Prose:
    """The text with each link made its own text."""
    source = re.sub(r"^#{1,6} ", "", one_line(markdown))
    parts: list[str] = []
    links: list[Link] = []
    length = end = 0
    for found in _LINK.finditer(source):
        before = source[end : found.start()]
        text = found[1].strip()
        parts += (before, text)
        start = length + len(before)
        length = start + len(text)
        if not found[0].startswith("!"):
            links.append(Link(start, length, text, found[2]))
        end = found.end()
    parts.append(source[end:])
    return Prose("".join(parts), tuple(links), line)
