"""HGNC's complete set: every approved human gene, its names and identifiers.

Format: https://www.genenames.org/help/statistics-and-downloads/ .  A cell with several values
reads ``"a|b"`` in quotes, a quote inside it is doubled; a few names hold HTML entities.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import BinaryIO

from index.parsing import tables
from index.records import Fact, GeneRecord, Identifier, Item, Name, Problem, Source, Tally

MARKS = frozenset({"hgnc_id", "symbol", "name"})
REQUIRED = frozenset({"hgnc_id", "symbol", "name", "alias_symbol", "prev_symbol", "entrez_id"})
COLUMNS = (
    "hgnc_id",
    "symbol",
    "name",
    "status",
    "locus_type",
    "location",
    "alias_symbol",
    "prev_symbol",
    "alias_name",
    "prev_name",
    "gene_group",
    "gene_group_id",
    "entrez_id",
    "ensembl_gene_id",
    "uniprot_ids",
    "omim_id",
    "refseq_accession",
)

APPROVED = frozenset({"Approved", ""})
"""A reduced copy may lack the column."""
NO_GENES = frozenset({"Entry Withdrawn", "Symbol Withdrawn", "Merged/Split"})
NOT_APPROVED = "not approved"
DATES = frozenset({"date_approved_reserved", "date_modified"})
"""Columns whose latest date is the edition's: HGNC states none."""

FACTS_KEPT = 1 << 13
"""How many distinct facts are kept for sharing; HGNC has about half as many."""

FactMaker = Callable[[str, str, str | None], Fact]
"""Makes a fact of its field, text and key."""

_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")

edition = tables.edition


def claims(head: str) -> bool:
    """Whether the header is that of HGNC's complete set."""
    return tables.has_header(head, MARKS, REQUIRED)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each approved gene; at the end a tally, where entries were not approved.

    Equal facts are one object: leave their attributes alone.
    """
    table = tables.read_table(stream, file, COLUMNS, REQUIRED)
    source = Source("HGNC", "curated", table.edition)
    fact = _fact_maker(source)
    read = left_out = 0
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, cells = row
        hgnc_id, symbol, status, entrez = cells[0], cells[1], cells[3], cells[12]
        if status not in APPROVED:
            if status in NO_GENES:
                left_out += 1
            else:
                yield Problem(file, line, "status is none of HGNC's; restore the line from its source")
            continue
        if not (hgnc_id.startswith("HGNC:") and tables.is_number(hgnc_id[5:]) and symbol):
            reason = "no HGNC id with a symbol; restore the line from its source"
            yield Problem(file, line, reason)
            continue
        if entrez and not tables.is_number(entrez):
            reason = "entrez_id is no number, so the gene was read without it; correct the cell"
            yield Problem(file, line, reason, "warning")
        if cells[11] and cells[10].count("|") != cells[11].count("|"):
            reason = "gene_group_id has not one id a group, so the ids were left out; correct the cell"
            yield Problem(file, line, reason, "warning")
        read += 1
        yield GeneRecord(
            source=source,
            identifiers=tuple(_identifiers(hgnc_id, *cells[12:])),
            names=tuple(_names(*cells[1:3], *cells[6:10])),
            facts=tuple(_facts(fact, *cells[4:6], *cells[10:12])),
        )
    if left_out:
        yield Tally(read, {NOT_APPROVED: left_out})


def _names(
    symbol: str, name: str, aliases: str, previous: str, alias_names: str, previous_names: str
) -> list[Name]:
    names = [Name("symbol", _text(symbol))]
    if name:
        names.append(Name("name", _text(name)))
    if aliases:
        names += [Name("alias", value) for value in _values(aliases)]
    if previous:
        names += [Name("previous_symbol", value) for value in _values(previous)]
    if alias_names:
        names += [Name("alias_name", value) for value in _values(alias_names)]
    if previous_names:
        names += [Name("previous_name", value) for value in _values(previous_names)]
    return names


def _identifiers(
    hgnc_id: str, entrez: str, ensembl: str, uniprot: str, omim: str, refseq: str
) -> list[Identifier]:
    found = [Identifier("hgnc", hgnc_id[5:])]
    if tables.is_number(entrez):
        found.append(Identifier("ncbigene", entrez))
    if ensembl:
        found += [Identifier("ensembl", value.partition(".")[0]) for value in _values(ensembl)]
    if uniprot:
        found += [Identifier("uniprot", value) for value in _values(uniprot)]
    if omim:
        found += [Identifier("omim", value) for value in _values(omim)]
    if refseq:
        found += [Identifier("refseq", value) for value in _values(refseq)]
    return found


def _facts(fact: FactMaker, locus_type: str, location: str, groups: str, ids: str) -> list[Fact]:
    facts: list[Fact] = []
    if groups:
        names, numbers = _values(groups), _values(ids) if ids else []
        if len(names) == len(numbers):
            keys = [f"HGNC.group:{number}" for number in numbers]
            facts = [fact("family", name, key) for name, key in zip(names, keys, strict=True)]
        else:
            facts = [fact("family", name, None) for name in names]
    if location:
        facts.append(fact("location", location, None))
    if locus_type:
        facts.append(fact("locus_type", locus_type, None))
    return facts


def _fact_maker(source: Source) -> FactMaker:
    """Families, places and types recur: a fact is made once and shared."""

    @lru_cache(maxsize=FACTS_KEPT)
    def fact(field: str, text: str, key: str | None) -> Fact:
        return Fact(field, text, source, key)

    return fact


def _values(cell: str) -> list[str]:
    if '"' in cell:
        cell = _unquoted(cell)
    parts = tables.values(cell)
    return [_text(part) for part in parts] if "&" in cell else parts


def _unquoted(cell: str) -> str:
    """The cell without the quotes around it; quotes that belong to the value stay."""
    if not (cell.startswith('"') and cell.endswith('"') and len(cell) > 1):
        return cell
    inner = cell[1:-1]
    if '"' in inner.replace('""', ""):
        return cell
    return inner.replace('""', '"')


def _text(value: str) -> str:
    """The value with its HTML entities resolved; a bare ``&`` is part of the name."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), value) if "&" in value else value
