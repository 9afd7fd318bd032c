"""The gene record: what every source is turned into.

Records are frozen and typed.  Offsets are in Unicode code points.  A record
keeps what its source states and says who states it; nothing is merged or
judged here (see merge.py).  Encoded, a record is an array of its fields in
their order.  Records hold no cycles, so the garbage collector is spared them
(``gc=False``): it took most of the time of keeping many.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Provenance = Literal["curated", "computed", "ai"]
"""The three kinds of origin, in their order of trust."""

Scope = Literal["sentence", "passage"]
"""``sentence``: the citation stands in or after this sentence; ``passage``: it closes
a run of uncited sentences of which this is one."""

NameKind = Literal["symbol", "previous_symbol", "alias", "withdrawn", "name", "previous_name", "alias_name"]

NAME_KINDS: tuple[NameKind, ...] = (
    "symbol",
    "previous_symbol",
    "alias",
    "withdrawn",
    "name",
    "previous_name",
    "alias_name",
)
"""In the order in which a name counts, the strongest first."""

IdNamespace = Literal[
    "hgnc", "ncbigene", "ensembl", "uniprot", "uniprot_entry", "omim", "refseq", "hgnc_withdrawn"
]
"""``hgnc_withdrawn``: the HGNC id of an entry that went into the gene; no source's record has it."""

HUMAN = 9606
"""NCBI taxon id of the species a source means when it names none."""

AttributeValue = str | int | float


class Source(Struct, array_like=True, frozen=True, order=True, gc=False):
    """Who says it."""

    name: str
    provenance: Provenance
    date: str | None = None
    """ISO 8601, as precise as the source is: ``2013``, ``2013-03`` or ``2013-03-07``."""


class Reference(Struct, array_like=True, frozen=True, omit_defaults=True, gc=False):
    """A paper, as far as the source describes it."""

    n: int
    """Number in the source's own list, unique within the record."""
    authors: str | None = None
    title: str | None = None
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    rcr: float | None = None
    """Relative citation ratio (iCite), where the source states it."""


class Citation(Struct, array_like=True, frozen=True, order=True, gc=False):
    """A reference that supports a sentence or fact; ``n`` is the reference's number."""

    n: int
    scope: Scope = "sentence"


class GeneLink(Struct, array_like=True, frozen=True, order=True, gc=False):
    """A link of the source that names a gene: certain, unlike a recognised mention."""

    start: int
    end: int
    gene: str
    """``NCBIGene:2099`` or ``HGNC:3467``."""


class Sentence(Struct, array_like=True, frozen=True, omit_defaults=True, gc=False):
    """One sentence, ``text[start:end]`` of its section."""

    start: int
    end: int
    citations: tuple[Citation, ...] = ()
    links: tuple[GeneLink, ...] = ()
    """Offsets in the section's text, as ``start`` and ``end`` are."""


class Section(Struct, array_like=True, frozen=True, gc=False):
    """Running text of one kind from one source."""

    field: str
    """A row of fields.FIELDS."""
    text: str
    """Plain text; paragraphs are separated by a blank line."""
    source: Source
    sentences: tuple[Sentence, ...]


class Fact(Struct, array_like=True, frozen=True, omit_defaults=True, gc=False):
    """One line that can be found and highlighted: a GO term, a family, a tissue."""

    field: str
    """A row of fields.FIELDS."""
    text: str
    """May be empty where ``key`` tells all and another source names it (a GO id)."""
    source: Source
    key: str | None = None
    """Identifier of the thing stated, such as ``GO:0008270``."""
    attributes: dict[str, AttributeValue] = {}
    """Whatever qualifies the fact: evidence, aspect, count, value, unit, percentile."""
    citations: tuple[Citation, ...] = ()
    links: tuple[GeneLink, ...] = ()
    """Offsets in ``text``."""


class Identifier(Struct, array_like=True, frozen=True, order=True, gc=False):
    """An identifier without its prefix: ``Identifier("hgnc", "7400")``; an Ensembl id without version."""

    namespace: IdNamespace
    value: str


class Name(Struct, array_like=True, frozen=True, order=True, gc=False):
    """A name of the gene, in the source's own spelling."""

    kind: NameKind
    spelling: str


class Dataset(Struct, array_like=True, frozen=True, order=True, gc=False):
    """A row of a page's association table."""

    name: str
    relation: str | None
    """``tissues with high or low expression``; None where the row fits no known pattern."""
    raw: str
    """The row's text as it stands."""


class Row(Struct, array_like=True, frozen=True, gc=False):
    """A row of a page's own table, also one without text."""

    name: str
    text: str
    """Empty for a row that is a section or holds only an image."""


class GeneRecord(Struct, array_like=True, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one source says about one gene."""

    source: Source
    taxon: int = HUMAN
    identifiers: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()
    """At most one of kind ``symbol`` and one of kind ``name``."""
    sections: tuple[Section, ...] = ()
    facts: tuple[Fact, ...] = ()
    references: tuple[Reference, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    rows: tuple[Row, ...] = ()
    papers: int | None = None
    """Number of papers linked to the gene."""
    popularity: float | None = None
    """Papers, each weighing one over the number of genes it is linked to (sources/paper_counts.py)."""

    def first(self, kind: NameKind) -> str | None:
        """The first name of a kind, or None."""
        return next((name.spelling for name in self.names if name.kind == kind), None)


class GoTerm(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A term of the Gene Ontology."""

    id: str
    name: str
    aspect: str
    """``biological_process``, ``molecular_function`` or ``cellular_component``."""
    synonyms: tuple[str, ...] = ()
    is_a: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    alt_ids: tuple[str, ...] = ()
    obsolete: bool = False


class WithdrawnSymbol(Struct, frozen=True):
    """A symbol that HGNC withdrew."""

    hgnc_id: str
    symbol: str
    successors: tuple[tuple[str, str], ...]
    """(HGNC id without prefix, symbol) of each entry it went into; empty: no successor."""


class Withdrawal(Struct, frozen=True):
    """What became of a withdrawn symbol, at the end of its chain."""

    symbol: str
    successors: tuple[str, ...]
    """Symbols: of the genes of this index that it leads to; where there are none, of the entries
    that it went into; empty when it was withdrawn for good."""
    living: bool
    """Whether the successors are genes of this index."""
    again: bool = False
    """Whether the successors were withdrawn themselves, for good."""
    hgnc_id: str = ""
    """Of the withdrawn entry, without prefix."""


class Problem(Struct, frozen=True, order=True):
    """Something that was set aside, or read with a warning."""

    file: str
    line: int | None
    reason: str
    """What is wrong and how to mend it, without the text of the input."""
    severity: Literal["set_aside", "warning"] = "set_aside"


class PaperLinks(Struct, frozen=True):
    """Papers linked to genes of one species, a block of them: pair i is (genes[i], papers[i])."""

    taxon: int
    genes: bytes
    """NCBI Gene IDs, little-endian uint32."""
    papers: bytes
    """PubMed IDs, little-endian uint32."""


class Tally(Struct, frozen=True):
    """How a table was read, told once at its end where rows and records are not the same."""

    rows: int
    """Rows that went into records."""
    left_out: dict[str, int]
    """Why rows are no records by the format's own words -> how many: ``biological region``."""


Item = GeneRecord | GoTerm | WithdrawnSymbol | PaperLinks | Tally | Problem
"""What a source yields."""
