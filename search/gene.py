"""What is known of one gene, as page, API and command line present it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from index.records import AttributeValue, NameKind, Provenance
from search.page import EvidenceReference, GeneMention, IndexVersion, Owner, Suggestion, Withdrawn


class GeneName(Struct, frozen=True):
    kind: NameKind
    spelling: str


class GeneLine(Struct, frozen=True):
    """A sentence or fact of the gene."""

    sentence: str
    refs: tuple[EvidenceReference, ...]
    mentions: tuple[GeneMention, ...]
    key: str | None
    attributes: Mapping[str, AttributeValue]


class GeneSection(Struct, frozen=True):
    """The lines of one field from one source."""

    section: str
    """The field's name, a row of index.fields.FIELDS."""
    title: str
    provenance: Provenance
    source: str
    date: str | None
    lines: tuple[GeneLine, ...]


class GeneDataset(Struct, frozen=True):
    name: str
    relation: str | None


class Gene(Struct, frozen=True, rename={"id": "_id"}):
    id: str
    symbol: str
    name: str | None
    taxid: int
    location: str | None
    locus_type: str | None
    families: tuple[str, ...]
    names: tuple[GeneName, ...]
    identifiers: dict[str, tuple[str, ...]]
    """By namespace: hgnc, ncbigene, ensembl, uniprot, …"""
    sections: tuple[GeneSection, ...]
    references: tuple[EvidenceReference, ...]
    datasets: tuple[GeneDataset, ...]
    papers: int
    index: IndexVersion


class GeneChoice(Struct, frozen=True):
    """A name that is not one gene's own symbol or id.

    One owner: the gene it leads to.  Several: all of them.  None: suggestions, and
    ``withdrawn`` where the name was withdrawn without a successor.
    """

    name: str
    owners: tuple[Owner, ...]
    withdrawn: tuple[Withdrawn, ...]
    suggestions: tuple[Suggestion, ...]


class SourceCount(Struct, frozen=True):
    """What one input file gave."""

    file: str
    format: str
    edition: str | None
    read: int
    set_aside: int
    left_out: dict[str, int] = {}
    """Why rows are no genes or facts by the format's own words -> how many."""
    foreign: int = 0
    """Things said about species of which no file names a gene; they were not kept."""


class Metadata(Struct, frozen=True):
    """What the index holds and where it comes from."""

    index: IndexVersion
    engine: str
    genes: int
    built: str
    """When it was built, ISO 8601 UTC."""
    sources: tuple[SourceCount, ...]
    set_aside: int
    ignored: int
    merged: int
    """Genes that were put together from several records."""
    conflicts: int
    ambiguous_names: int
    """Symbols and aliases that several genes have."""
    unplaced: int
    """Things said about genes that no source names."""
    superseded: int
    """Files that another edition of the same source replaces."""
    report: str
    """The file beside the index that lists all of these."""
    fields: tuple[str, ...]
    """The fields that ``field:word`` knows."""
