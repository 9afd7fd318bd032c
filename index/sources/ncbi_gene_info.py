"""NCBI Gene's table of genes: symbols, synonyms, names and identifiers.

Format: https://ftp.ncbi.nlm.nih.gov/gene/DATA/README (gene_info).  ``-`` is an empty cell, ``|``
separates values.  Two kinds of row are no genes by the format's own words and are passed over
and counted: ``NEWENTRY``, a place to hang papers on, and the type ``biological-region``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from index.parsing import tables
from index.records import (
    Fact,
    GeneRecord,
    Identifier,
    IdNamespace,
    Item,
    Name,
    NameKind,
    Problem,
    Source,
    Tally,
)

MARKS = frozenset({"GeneID", "Symbol", "Synonyms"})
REQUIRED = frozenset({"tax_id", "GeneID", "Symbol", "Synonyms", "dbXrefs"})
COLUMNS = (
    "tax_id",
    "GeneID",
    "Symbol",
    "Synonyms",
    "dbXrefs",
    "map_location",
    "description",
    "type_of_gene",
    "Other_designations",
)
DATES = frozenset({"Modification_date"})
"""The column whose latest date, ``20210711``, is the edition's: NCBI states none."""
EMPTY = "-"
REGION = "biological region"
PLACE = "place for papers only"
CROSS_REFERENCES: dict[str, IdNamespace] = {"HGNC": "hgnc", "Ensembl": "ensembl", "MIM": "omim"}

edition = tables.edition


def claims(head: str) -> bool:
    """Whether the header is that of gene_info."""
    return tables.has_header(head, MARKS, REQUIRED)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each gene, of whichever taxon; at the end a tally, where rows were no genes."""
    table = tables.read_table(stream, file, COLUMNS, REQUIRED)
    source = Source("NCBI Gene", "curated", table.edition)
    read = 0
    left_out: Counter[str] = Counter()
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, cells = row
        if cells[2] == "NEWENTRY" or cells[7] == "biological-region":
            left_out[PLACE if cells[2] == "NEWENTRY" else REGION] += 1
        elif tables.is_number(cells[0]) and tables.is_number(cells[1]):
            read += 1
            yield _record(cells, source)
        else:
            reason = "tax_id or GeneID is no number; restore the line from its source"
            yield Problem(file, line, reason)
    if left_out:
        yield Tally(read, dict(left_out))


def _record(cells: tuple[str, ...], source: Source) -> GeneRecord:
    taxon, gene_id, symbol, synonyms, references, location, description, locus_type, designations = cells
    names: list[Name] = []
    _add_name(names, "symbol", symbol)
    _add_name(names, "name", description)
    names.extend([Name("alias", value) for value in tables.values(synonyms, EMPTY)])
    names.extend([Name("alias_name", value) for value in tables.values(designations, EMPTY)])
    facts: list[Fact] = []
    _add_fact(facts, "location", location, source)
    _add_fact(facts, "locus_type", locus_type, source)
    return GeneRecord(
        source=source,
        taxon=int(taxon),
        identifiers=(Identifier("ncbigene", gene_id), *_identifiers(references)),
        names=tuple(names),
        facts=tuple(facts),
    )


def _identifiers(references: str) -> list[Identifier]:
    """Of ``MIM:138670|HGNC:HGNC:5|Ensembl:ENSG00000121410``, those that Genelight knows."""
    found = []
    for reference in tables.values(references, EMPTY):
        database, _, value = reference.partition(":")
        namespace = CROSS_REFERENCES.get(database)
        if namespace and value:
            if namespace != "omim":
                value = value.removeprefix("HGNC:").partition(".")[0]
            found.append(Identifier(namespace, value))
    return found


def _add_name(names: list[Name], kind: NameKind, cell: str) -> None:
    if cell not in ("", EMPTY):
        names.append(Name(kind, cell))


def _add_fact(facts: list[Fact], field: str, cell: str, source: Source) -> None:
    if cell not in ("", EMPTY):
        facts.append(Fact(field, cell, source))
