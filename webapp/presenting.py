"""How the core's objects read on a page: words for kinds, dates, and the order of a gene's page.

Display only.  Nothing here finds, counts or ranks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

from flask import Flask
from msgspec import Struct

from index.fields import BY_NAME
from index.records import Provenance
from search.gene import Gene, GeneLine, GeneSection, Metadata, SourceCount
from search.page import EvidenceReference, Owner
from webapp import evidence, links
from webapp.badges import PAPER_TITLE, TITLE
from webapp.comparing import KINDS as KINDS_OF_SOURCES
from webapp.excerpts import short
from webapp.links import gene_address as gene_address

PROVENANCES = {"curated": "Curated", "computed": "Computed", "ai": "AI-written"}
BADGE_HELP = {
    "curated": "Written or checked by people",
    "computed": "Made by a program from annotations",
    "ai": "Written by a language model; check the papers",
    TITLE: "A paper that is cited; its title says nothing of the gene by itself",
}
KINDS = {
    "symbol": "symbol",
    "previous_symbol": "previous symbol",
    "alias": "alias",
    "withdrawn": "withdrawn symbol",
    "identifier": "identifier",
    "paper": "paper",
    "name": "name",
    "text": "text",
    "previous_name": "previous name",
    "alias_name": "other name",
}
NAMESPACES = {
    "hgnc": "HGNC",
    "hgnc_withdrawn": "HGNC, withdrawn",
    "ncbigene": "NCBI Gene",
    "ensembl": "Ensembl",
    "uniprot": "UniProt",
    "uniprot_entry": "UniProt entry",
    "omim": "OMIM",
    "refseq": "RefSeq",
}
ASPECTS = {
    "Function": "Molecular function",
    "Process": "Biological process",
    "Component": "Cellular component",
}
SPECIES = {
    3702: "Thale cress",
    6239: "Roundworm",
    7227: "Fruit fly",
    7955: "Zebrafish",
    8364: "Clawed frog",
    9031: "Chicken",
    9606: "Human",
    10090: "Mouse",
    10116: "Rat",
    63221: "Neanderthal",
    559292: "Baker’s yeast",
    741158: "Denisovan",
}
"""NCBI taxon id -> what people call the species; another is told by its number."""
QUALITIES = {
    "evidence": "{}",
    "qualifier": "{}",
    "experiments": "{} experiments",
    "percentile": "percentile {}",
    "standardized": "standardized value {:g}",
    "earliest": "earliest {}",
    "middle_half_from": "middle half from {}",
    "middle_half_to": "to {}",
}
"""Attributes that a line shows beside its text, which tells the others already."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SHOWN_ELSEWHERE = frozenset({"family", "location", "locus_type", "reference"})
"""Sections that a gene's header and its list of papers show."""
LAYOUTS: dict[str, Layout] = {
    "go": "columns",
    "property": "columns",
    "tissue": "terms",
    "regulator": "terms",
    "protein": "terms",
}
SHOWN_LINES = 24
"""Lines of a list before the rest is folded."""
SHOWN_GROUPS = 8
"""Headings of a section, of the datasets of associations for one, before the rest is folded."""

Layout = Literal["prose", "columns", "terms", "rows"]


class Group(Struct, frozen=True):
    """Lines under one small heading; ``label`` is None where there is only one kind."""

    label: str | None
    lines: tuple[GeneLine, ...]
    layout: Layout | None = None
    """None: that of the chapter."""


class Block(Struct, frozen=True):
    """What one source says in a section."""

    section: GeneSection
    groups: tuple[Group, ...]


class Chapter(Struct, frozen=True):
    """All that is said in one field, source by source."""

    field: str
    title: str
    layout: Layout
    blocks: tuple[Block, ...]


class FormatCount(Struct, frozen=True):
    """The source files of one format, together."""

    format: str
    edition: str | None
    files: int
    read: int
    set_aside: int


class SharedName(Struct, frozen=True):
    """A name and who has it, by kind."""

    name: str
    owners: tuple[tuple[str, tuple[Owner, ...]], ...]
    total: int


def chapters(gene: Gene) -> tuple[Chapter, ...]:
    """The gene's sections by field, in the order the core gives them."""
    by_field: dict[str, list[GeneSection]] = {}
    for section in gene.sections:
        if section.section not in SHOWN_ELSEWHERE and section.lines:
            by_field.setdefault(section.section, []).append(section)
    return tuple(
        Chapter(name, sections[0].title, _layout(name), tuple(Block(s, _groups(s)) for s in sections))
        for name, sections in by_field.items()
    )


def shared_names(owners: Iterable[Owner]) -> tuple[SharedName, ...]:
    """The owners by name, and by kind within a name."""
    names: dict[str, dict[str, list[Owner]]] = {}
    spellings: dict[str, str] = {}
    for owner in owners:
        folded = owner.value.casefold()
        spellings.setdefault(folded, owner.value)
        names.setdefault(folded, {}).setdefault(owner.kind, []).append(owner)
    return tuple(
        SharedName(
            spellings[folded],
            tuple((kind, tuple(group)) for kind, group in kinds.items()),
            sum(len(group) for group in kinds.values()),
        )
        for folded, kinds in names.items()
    )


def formats(metadata: Metadata) -> list[FormatCount]:
    """The sources by format, the largest first; gene pages are too many to list one by one."""
    by_format: dict[str, list[SourceCount]] = {}
    for source in metadata.sources:
        by_format.setdefault(source.format, []).append(source)
    rows = [
        FormatCount(
            name,
            max((source.edition for source in sources if source.edition), default=None),
            len(sources),
            sum(source.read for source in sources),
            sum(source.set_aside for source in sources),
        )
        for name, sources in by_format.items()
    ]
    return sorted(rows, key=lambda row: (-row.read, row.format))


def when(date: str | None) -> str:
    """``2013-03`` as ``Mar 2013``; what is no date, as it stands."""
    parts = (date or "").split("-")
    if not all(part.isdigit() for part in parts) or not 2 <= len(parts) <= 3:
        return short(date, 40)
    month = int(parts[1])
    if not 1 <= month <= 12:
        return short(date, 40)
    day = f"{int(parts[2])} " if len(parts) == 3 else ""
    return f"{day}{MONTHS[month - 1]} {parts[0]}"


def many(number: int, one: str, several: str | None = None) -> str:
    """``1 gene``, ``2,000 genes``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def opening(text: str) -> str:
    """A message as a sentence begins; messages are lower case, as a terminal's are."""
    return text[:1].upper() + text[1:]


def papers(references: Iterable[EvidenceReference]) -> dict[str, EvidenceReference]:
    """The papers by the id of their place on the page, each once.

    Several sources may number the same papers alike, and some know more of a paper; the
    fullest account stands.  The same number may also mean different papers.
    """
    known: dict[str, EvidenceReference] = {}
    for reference in references:
        anchor = paper_anchor(reference)
        if anchor not in known or _told(reference) > _told(known[anchor]):
            known[anchor] = reference
    return known


def paper_anchor(reference: EvidenceReference) -> str:
    """The id of a paper's place on a gene's page."""
    known = f"{reference.pmid or reference.doi or reference.title or ''}"
    return f"ref-{reference.n}-{hashlib.sha256(known.encode('utf-8', 'replace')).hexdigest()[:8]}"


def qualities(line: GeneLine) -> list[str]:
    """What qualifies a line, in words."""
    told = [
        words.format(line.attributes[name]) for name, words in QUALITIES.items() if name in line.attributes
    ]
    threshold = line.attributes.get("threshold")
    return [*told, "negative"] if isinstance(threshold, int | float) and threshold < 0 else told


def species(taxid: int) -> str:
    """``Human``, or ``taxon 9615``."""
    return SPECIES.get(taxid, f"taxon {taxid}")


def voices(gene: Gene) -> dict[Provenance, list[str]]:
    """Who says something of the gene, by kind; no kind is without a source."""
    found: dict[Provenance, list[str]] = {kind: [] for kind in KINDS_OF_SOURCES}
    for section in gene.sections:
        if section.lines and section.source not in found[section.provenance]:
            found[section.provenance].append(section.source)
    return {kind: sources for kind, sources in found.items() if sources}


def register(app: Flask) -> None:
    """Gives the templates the words and addresses of this file."""
    evidence.register(app)
    app.jinja_env.filters.update(when=when, many=many, opening=opening)
    app.jinja_env.globals.update(
        PROVENANCES=PROVENANCES,
        BADGES=PROVENANCES | {TITLE: PAPER_TITLE},
        BADGE_HELP=BADGE_HELP,
        KINDS=KINDS,
        NAMESPACES=NAMESPACES,
        FIELDS=BY_NAME,
        SHOWN_LINES=SHOWN_LINES,
        SHOWN_GROUPS=SHOWN_GROUPS,
        gene_address=gene_address,
        paper_anchor=paper_anchor,
        qualities=qualities,
        species=species,
        pmid_url=links.pmid_url,
        paper_address=links.paper_address,
        doi_url=links.doi_url,
        go_url=links.go_url,
        identifier_url=links.identifier_url,
    )


def _layout(name: str) -> Layout:
    if name in LAYOUTS:
        return LAYOUTS[name]
    known = BY_NAME.get(name)
    return "prose" if known is not None and known.kind == "prose" else "rows"


def _groups(section: GeneSection) -> tuple[Group, ...]:
    """A section's lines; terms of the Gene Ontology by aspect, or as a source without one puts it, and
    associations by the dataset that they are from."""
    if section.section == "association":
        return tuple(_associations(section.lines))
    if section.section != "go":
        return (Group(None, section.lines),)
    by_aspect: dict[str, list[GeneLine]] = {}
    for line in section.lines:
        aspect = str(line.attributes.get("aspect") or line.attributes.get("relation") or "")
        by_aspect.setdefault(aspect, []).append(line)
    order = [*(aspect for aspect in ASPECTS if aspect in by_aspect), *by_aspect]
    return tuple(
        Group(ASPECTS.get(aspect, opening(aspect)) or None, tuple(by_aspect[aspect]))
        for aspect in dict.fromkeys(order)
    )


def _associations(lines: Iterable[GeneLine]) -> Iterator[Group]:
    """What is said of all together first, then the kinds of things, then the things of each dataset."""
    by_label: dict[str, list[GeneLine]] = {"": [], "Associated with": []}
    for line in lines:
        label = "Associated with" if line.attributes.get("kind") == "category" else ""
        by_label.setdefault(str(line.attributes.get("dataset") or label), []).append(line)
    for label, members in by_label.items():
        if members:
            yield Group(label or None, tuple(members), "terms" if label else "prose")


def _told(reference: EvidenceReference) -> int:
    """How much a source tells of a paper."""
    told = (
        reference.pmid,
        reference.doi,
        reference.title,
        reference.year,
        reference.authors,
        reference.journal,
    )
    return sum(part is not None for part in told)
