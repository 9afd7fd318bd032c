"""A gene post: Markdown from a template, with YAML front matter.

Every sentence of the template that lists something becomes facts; a paragraph that no
pattern recognises is kept as text, so that nothing is lost unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import yaml

from index.parsing import post_figures, post_prose
from index.parsing.markdown import Prose, Table, blocks
from index.parsing.page_texts import with_links
from index.parsing.plain_text import iso_date, one_line
from index.parsing.reading import Unreadable, read_page
from index.records import (
    Fact,
    GeneLink,
    GeneRecord,
    Identifier,
    Item,
    Name,
    Problem,
    Reference,
    Row,
    Section,
    Source,
)

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_TABLE_HEAD = re.compile(
    r"^[ \t]*+\|?[ \t]*+\[?NCBI ID\b[^\n|]{0,200}\|[ \t]*NCBI symbol[ \t]*\|[ \t]*ENSEMBL ID[ \t]*\|",
    re.MULTILINE,
)
_GENE_ID = re.compile(r"[1-9][0-9]{0,9}")
_ENSEMBL = re.compile(r"(ENS[A-Z]{0,6}G[0-9]{11})(?:\.[0-9]{1,4})?")
_SYMBOL = re.compile(r"\S{1,60}")
_LONGEST_VALUE = 1000


def claims(head: str) -> bool:
    """Whether the text holds the head of the table that every gene post begins with."""
    return bool(_TABLE_HEAD.search(head))


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """The post's record and its warnings, or the Problem for which it is set aside."""
    try:
        text = read_page(stream, file)
    except Unreadable as unreadable:
        yield unreadable.problem
        return
    yield from _Post(text, file).items()


class _Post:
    """A post while it is read."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._facts: list[Fact] = []
        self._rows: list[Row] = []
        self._references: dict[str, Reference] = {}
        self._identifiers: list[Identifier] = []
        self._unknown: list[Prose] = []
        self._atlas: list[Prose] = []
        self._symbol: str | None = None
        front = _FRONT.match(text)
        self._front = self._front_matter(front[1] if front else None)
        self._source = Source("gene post", "computed", self._date())
        body = text[front.end() :] if front else text
        self._blocks = list(blocks(body, text.count("\n", 0, front.end() if front else 0) + 1))

    def items(self) -> Iterator[Item]:
        for block in self._blocks:
            if isinstance(block, Table):
                self._read_table(block)
            else:
                self._read_prose(block)
        self._compare_title()
        if self._symbol is None and not self._identifiers:
            line = self._blocks[0].line if self._blocks else 1
            reason = "names no gene: no table with NCBI ID, NCBI symbol, ENSEMBL ID; restore the table's row"
            yield Problem(self._file, line, reason)
            return
        yield GeneRecord(
            source=self._source,
            identifiers=tuple(dict.fromkeys(self._identifiers)),
            names=(Name("symbol", self._symbol),) if self._symbol else (),
            sections=tuple(self._sections()),
            facts=tuple(self._facts),
            references=tuple(self._references.values()),
            rows=(*(Row(f"front matter: {key}", value) for key, value in self._front.items()), *self._rows),
        )
        yield from self._problems

    def _warn(self, line: int | None, reason: str) -> None:
        self._problems.append(Problem(self._file, line, reason, "warning"))

    def _front_matter(self, text: str | None) -> dict[str, str]:
        if text is None:
            self._warn(1, "no front matter between two lines of ---; add it")
            return {}
        try:
            # Every value as text: ``2025-01-17 16:55 CST`` is no timestamp, the symbol ON no truth.
            front = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (it builds only str, list, dict)
        except (yaml.YAMLError, ValueError, RecursionError):
            self._warn(1, "the front matter is no valid YAML and is passed over; correct it")
            return {}
        if not isinstance(front, dict):
            self._warn(1, "the front matter holds no keys and is passed over; correct it")
            return {}
        return {_shown(key): _shown(value) for key, value in front.items()}

    def _date(self) -> str | None:
        written = self._front.get("date")
        date = iso_date(written) if written else None
        if written and date is None:
            self._warn(1, "the date does not begin as 2025-01-17 does and is passed over; correct it")
        return date

    def _compare_title(self) -> None:
        title = self._front.get("title", "")
        if self._symbol is None and _SYMBOL.fullmatch(title):
            self._symbol = title
            self._warn(1, "the symbol is the title's, as no table row holds it; restore the table's row")
        elif title and self._symbol and title != self._symbol:
            self._warn(1, "the title is not the table's symbol, which stands; correct one of them")

    def _read_table(self, table: Table) -> None:
        if table.head and table.head[0] == "NCBI ID":
            self._read_gene_table(table)
        elif table.head[:1] == ("Checks",):
            for row in table.rows:
                if len(row) > 1 and row[0]:
                    text = f"{row[0]}: {row[1]}"
                    self._facts.append(Fact("check", text, self._source, attributes={"value": row[1]}))
        else:
            self._warn(table.line, "a table that gene posts do not have is kept as rows; remove it")
            self._rows.extend(Row(row[0], " | ".join(row[1:])) for row in (table.head, *table.rows) if row)

    def _read_gene_table(self, table: Table) -> None:
        line = table.line + 2
        if not table.rows or len(table.rows[0]) != len(table.head):
            self._warn(line, "the gene's table row is missing or has a wrong number of columns; restore it")
            return
        cells = dict(zip(table.head, table.rows[0], strict=True))
        if _GENE_ID.fullmatch(cells["NCBI ID"]):
            self._identifiers.append(Identifier("ncbigene", cells["NCBI ID"]))
        else:
            self._warn(line, "the NCBI ID is no number; correct it")
        ensembl = cells.get("ENSEMBL ID", "")
        if found := _ENSEMBL.fullmatch(ensembl):
            self._identifiers.append(Identifier("ensembl", found[1]))
        elif ensembl:
            self._warn(line, "the ENSEMBL ID is none; correct it")
        symbol = cells.get("NCBI symbol", "")
        self._symbol = symbol if _SYMBOL.fullmatch(symbol) else None
        if location := cells.get("Chromosome location"):
            self._facts.append(Fact("location", location, self._source))

    def _read_prose(self, prose: Prose) -> None:
        if post_prose.is_atlas(prose):
            self._atlas.append(prose)
            return
        before = len(self._facts)
        self._facts.extend(post_prose.go_terms(prose, self._source))
        self._facts.extend(post_figures.properties(prose.text, self._source))
        self._facts.extend(post_figures.publications(prose.text, self._source))
        self._read_papers(prose)
        self._facts.extend(post_prose.regulators(prose, self._source))
        self._facts.extend(post_prose.tissues(prose, self._source))
        if len(self._facts) == before:
            self._unknown.append(prose)

    def _read_papers(self, prose: Prose) -> None:
        for paper in post_prose.papers(prose):
            if paper.pmid in self._references:
                self._warn(prose.line, "a paper is listed twice, the first stands; remove one")
                continue
            n = len(self._references) + 1
            self._references[paper.pmid] = paper.reference(n)
            self._facts.append(paper.fact(n, self._source))

    def _sections(self) -> Iterator[Section]:
        atlas = Source("Human Protein Atlas", "computed", self._source.date)
        if self._atlas:
            yield _section("atlas", self._atlas, atlas)
        if self._unknown:
            yield _section("summary", self._unknown, self._source)


def _section(field: str, paragraphs: list[Prose], source: Source) -> Section:
    links: list[GeneLink] = []
    offset = 0
    for prose in paragraphs:
        links += [GeneLink(offset + n.start, offset + n.end, n.gene) for n in prose.gene_links()]
        offset += len(prose.text) + 2
    text = "\n\n".join(prose.text for prose in paragraphs)
    return Section(field, text, source, with_links(text, tuple(links)))


def _shown(value: object) -> str:
    """A front matter value on one line; a list's items joined by commas, deeper nesting left out."""
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value[:100] if isinstance(item, str))[:_LONGEST_VALUE]
    return one_line(value)[:_LONGEST_VALUE] if isinstance(value, str) else ""
