"""What is known of one gene, as page, API and command line present it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, Struct, UnsetType

from index.records import AttributeValue, NameKind, Provenance
from search.comparison import Comparison
from search.page import (
    EvidenceReference,
    FamilyMention,
    GeneMention,
    IndexVersion,
    OtherGene,
    Owner,
    Suggestion,
    Withdrawn,
)


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
    uncited: bool = False
    """Whether it is AI-written and no paper is cited for it."""
    about: OtherGene | None = None
    """The other gene that the sentence is about."""
    families: tuple[FamilyMention, ...] = ()
    at: int | None = None
    """Code point at which a sentence begins in the section's text."""
    says_nothing: bool = False
    """Whether it only says that nothing is known."""


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
    related: tuple[RelatedGene, ...] | UnsetType = UNSET
    """The genes most related to it, where they were asked for."""
    comparison: Comparison | UnsetType = UNSET
    """What each source says of a question, where one was asked."""


class GeneChoice(Struct, frozen=True):
    """A name that is not one gene's own symbol or id.

    One owner: the gene it leads to.  Several: all of them.  None: suggestions, and
    ``withdrawn`` where the name was withdrawn without a successor.
    """

    name: str
    owners: tuple[Owner, ...]
    withdrawn: tuple[Withdrawn, ...]
    suggestions: tuple[Suggestion, ...]


class RelatedTerm(Struct, frozen=True):
    """A term that both genes are annotated at or under."""

    key: str
    """Its identifier, such as ``GO:0008270``."""
    text: str
    genes: int
    """How many genes of the index are; the fewer, the more it says."""


class RelatedFamily(Struct, frozen=True):
    """A family that both genes are in."""

    name: str
    genes: int


class SharedPapers(Struct, frozen=True, tag_field="kind", tag="papers"):
    """Papers linked to both genes; those linked to more than 50 genes are not counted."""

    text: str
    """The reason in words."""
    score: float
    """What it adds to the gene's ``_score``."""
    count: int
    cosine: float
    """``count`` over the root of the product of how many papers each gene has: 1 where all are shared."""
    pmids: tuple[str, ...]
    """Some of them: those linked to the fewest genes, of these the newest."""


class SharedFamilies(Struct, frozen=True, tag_field="kind", tag="family"):
    """Families of both genes; the smallest counts."""

    text: str
    score: float
    families: tuple[RelatedFamily, ...]


class SharedTerms(Struct, frozen=True, tag_field="kind", tag="terms"):
    """Terms of the Gene Ontology of both genes that few genes have."""

    text: str
    score: float
    count: int
    """How many there are without those that follow from another of them."""
    terms: tuple[RelatedTerm, ...]
    """Some of them, those of the fewest genes first."""


class RelatedGene(Struct, frozen=True, rename={"id": "_id", "score": "_score"}):
    """A gene that has something in common with another, and what."""

    id: str
    score: float
    symbol: str
    name: str | None
    location: str | None
    locus_type: str | None
    reasons: tuple[SharedPapers | SharedFamilies | SharedTerms, ...]
    """The strongest first."""


class RelatedGenes(Struct, frozen=True, rename={"id": "_id"}):
    """The genes related to one, the most related first."""

    id: str
    symbol: str
    genes: tuple[RelatedGene, ...]
    index: IndexVersion


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
