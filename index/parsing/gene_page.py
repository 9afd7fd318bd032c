"""What the text and the HTML variant of a Harmonizome gene page share: rows to a record.

A source reads its format into a GenePage; the same content gives the same record.

The symbol is no row of the page.  It is in the associations sentence, in the dataset
rows and, in HTML, in the heading; they are compared, and the sentence is believed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.parsing import summary_tree
from index.parsing.associations import (
    Associations,
    DatasetRow,
    category_names,
    dataset,
    majority_symbol,
    names_gene,
    symbol_of,
)
from index.parsing.page_texts import description_section, families
from index.parsing.plain_text import one_line, split_list
from index.records import (
    Dataset,
    Fact,
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

PAGE = Source("Harmonizome", "computed")
SUMMARY = Source("Harmonizome", "ai")
FAMILY = Source("HGNC", "curated")

ROW_NAMES = (
    "HGNC Family",
    "Name",
    "Description",
    "Summary",
    "Synonyms",
    "Proteins",
    "NCBI Gene ID",
    "API",
    "Download Associations",
    "Predicted Functions",
    "Co-expressed Genes",
    "Expression in Tissues and Cell Lines",
)
_SECTIONS = frozenset({"Description", "Summary"})
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)")
UNIPROT_ENTRY = re.compile(r"[A-Z0-9]{1,10}_[A-Z0-9]{1,5}")
_GENE_ID = re.compile(r"[1-9][0-9]{0,9}")


class PageRow(Struct, frozen=True):
    name: str
    text: str
    line: int | None


class GenePage(Struct, frozen=True):
    rows: tuple[PageRow, ...]
    associations: Associations | None
    datasets: tuple[DatasetRow, ...]
    heading: str | None = None
    """The symbol in the page's heading, where it has one."""
    redirected_from: str | None = None
    """The synonym under which the page was asked for."""
    warnings: tuple[Problem, ...] = ()
    """What the reader of the format found."""


def items(page: GenePage, file: str) -> Iterator[Item]:
    """The page's record and its warnings, or one Problem when it names no gene."""
    yield from _Reading(page, file).items()


class _Reading:
    def __init__(self, page: GenePage, file: str) -> None:
        self._page = page
        self._file = file
        self._problems = list(page.warnings)
        self._rows: dict[str, PageRow] = {}
        for row in page.rows:
            if row.name in ROW_NAMES and row.name in self._rows:
                self._warn(row.line, f"the row {row.name} stands twice, the first is read; remove one")
            self._rows.setdefault(row.name, row)

    def items(self) -> Iterator[Item]:
        page = self._page
        identifiers = (*self._gene_id(), *self._protein_entries())
        symbol = self._symbol()
        if symbol is None and not any(known.namespace == "ncbigene" for known in identifiers):
            line = self._rows["NCBI Gene ID"].line if "NCBI Gene ID" in self._rows else 1
            reason = "names no gene: no symbol and no NCBI Gene ID; save the whole page again"
            yield Problem(self._file, line, reason)
            return
        sections, references = self._sections()
        yield GeneRecord(
            source=PAGE,
            identifiers=identifiers,
            names=self._names(symbol),
            sections=sections,
            facts=(*self._family_facts(), *self._protein_facts(), *self._association_facts()),
            references=references,
            datasets=self._datasets(symbol),
            rows=tuple(_shown(row) for row in page.rows),
        )
        yield from self._problems

    def _warn(self, line: int | None, reason: str) -> None:
        self._problems.append(Problem(self._file, line, reason, "warning"))

    def _text(self, name: str) -> str:
        row = self._rows.get(name)
        return one_line(_IMAGE.sub("", row.text)) if row else ""

    def _symbol(self) -> str | None:
        page = self._page
        stated = page.associations.symbol if page.associations else page.heading
        symbol = stated or majority_symbol(page.datasets)
        if symbol is None:
            self._warn(
                None, "no symbol: no associations sentence and no dataset row; save the whole page again"
            )
            return None
        if page.heading and page.heading != symbol:
            self._warn(None, "the heading and the associations sentence name different genes; check the page")
        others = [row for row in page.datasets if symbol_of(row) and not names_gene(row, symbol)]
        if others:
            told = f"{len(others)} of {len(page.datasets)} dataset rows name another gene than the page"
            self._warn(others[0].line, f"{told}; check the page")
        return symbol

    def _names(self, symbol: str | None) -> tuple[Name, ...]:
        names = [Name("symbol", symbol)] if symbol else []
        if self._text("Name"):
            names.append(Name("name", self._text("Name")))
        aliases = split_list(self._text("Synonyms"))
        if self._page.redirected_from:
            aliases.append(self._page.redirected_from)
        names.extend(Name("alias", alias) for alias in dict.fromkeys(aliases) if alias != symbol)
        return tuple(names)

    def _gene_id(self) -> tuple[Identifier, ...]:
        text = self._text("NCBI Gene ID")
        if _GENE_ID.fullmatch(text):
            return (Identifier("ncbigene", text),)
        if "NCBI Gene ID" in self._rows:
            self._warn(self._rows["NCBI Gene ID"].line, "the NCBI Gene ID is no number; correct it")
        return ()

    def _protein_entries(self) -> tuple[Identifier, ...]:
        entries = split_list(self._text("Proteins"))
        known = [entry for entry in entries if UNIPROT_ENTRY.fullmatch(entry)]
        if len(known) < len(entries):
            self._warn(self._rows["Proteins"].line, "a protein is no UniProt entry name; correct the row")
        return tuple(Identifier("uniprot_entry", entry) for entry in dict.fromkeys(known))

    def _protein_facts(self) -> Iterator[Fact]:
        for entry in split_list(self._text("Proteins")):
            yield Fact("protein", entry, PAGE)

    def _family_facts(self) -> Iterator[Fact]:
        for family in families(self._text("HGNC Family")):
            yield Fact("family", family, FAMILY)

    def _sections(self) -> tuple[tuple[Section, ...], tuple[Reference, ...]]:
        sections: list[Section] = []
        references: tuple[Reference, ...] = ()
        described = description_section(self._text("Description"), PAGE)
        if described:
            sections.append(described)
        row = self._rows.get("Summary")
        if row and row.text.strip():
            summary = summary_tree.read(row.text.strip())
            references = summary.references
            if summary.text:
                sections.append(Section("summary", summary.text, SUMMARY, summary.sentences))
            for warning in summary.warnings:
                self._warn(row.line, warning)
        return tuple(sections), references

    def _association_facts(self) -> Iterator[Fact]:
        stated = self._page.associations
        if stated is None:
            return
        counts: dict[str, str | int | float] = {
            "associations": stated.associations,
            "categories": stated.categories,
            "datasets": stated.datasets,
        }
        yield Fact("association", stated.sentence, PAGE, attributes=counts)
        names = category_names(stated.category_names, stated.categories)
        if names is None:
            told = f"the categories are not the {stated.categories} announced and are kept as one line"
            self._warn(None, f"{told}; check the associations sentence")
            names = (stated.category_names,)
        for name in names:
            yield Fact("association", name, PAGE, attributes={"kind": "category"})

    def _datasets(self, symbol: str | None) -> tuple[Dataset, ...]:
        page = self._page
        if page.datasets and page.associations is None:
            line = page.datasets[0].line
            self._warn(line, "no associations sentence before the dataset table; save the whole page again")
        wrong = [row for row in page.datasets if len(row.cells) != 3]
        if wrong:
            told = f"{len(wrong)} dataset rows have a wrong number of columns, first at this line"
            self._warn(wrong[0].line, f"{told}; a row is: Dataset | Summary | |")
        announced = page.associations.datasets if page.associations else None
        if announced is not None and announced != len(page.datasets):
            told = f"{announced} datasets are announced and {len(page.datasets)} listed"
            self._warn(None, f"{told}; save the whole page again")
        return tuple(dataset(row, symbol) for row in page.datasets)


def _shown(row: PageRow) -> Row:
    """A row as it is kept; what is a section of the record is not kept twice."""
    text = "" if row.name in _SECTIONS else one_line(_IMAGE.sub("", row.text))
    return Row(row.name, text)
