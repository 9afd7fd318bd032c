"""A merged gene becomes one searchable document: names, identifiers, lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from index.analysis import fold_case
from index.asides import Told, asides
from index.documents import Cited, Document, Line, Mention, NumberedReference
from index.fields import ASIDES, FIELDS, TITLES
from index.mentioning import Mentioning
from index.naming import WITHDRAWN_BY, names_of
from index.records import (
    AttributeValue,
    Citation,
    Dataset,
    Fact,
    GeneLink,
    GeneRecord,
    Provenance,
    Reference,
    Section,
    Sentence,
    Source,
    WithdrawnSymbol,
)
from index.sentences import says_nothing
from index.titles import no_evidence, paper_of

Attributes = Mapping[str, AttributeValue]
_Place = tuple[str, str | None, str]
"""What is said, its key, and who says it where that matters."""
_Numbered = Mapping[int, Cited]
"""A record's number of a reference -> its citation."""
GoNames = Mapping[str, tuple[str, str]]
"""Each GO id, alternative ones too -> today's id and name."""

_READ_FOR_MENTIONS = frozenset({"description", "summary", "atlas", "go", "reference", "publication"})
_SAID_ONCE = frozenset({"family", "location", "locus_type", "go"})
"""What one source says is a line beside the same from another; these are one line, of the strongest
source that has them."""
_MAY_SAY_NOTHING = frozenset({"summary", "description"})
_NO_ATTRIBUTES: Attributes = {}
_FIELD_ORDER = {field.name: position for position, field in enumerate(FIELDS)}


class Gene(Struct):
    """One gene with everything that is said about it, the strongest source first."""

    id: str
    records: list[GeneRecord]
    withdrawn: Sequence[WithdrawnSymbol] = ()
    papers: int = 0
    """Papers linked to the gene by a table of its own (index/papers.py)."""
    popularity: float = 0.0


def flatten(
    gene: Gene,
    go_names: GoNames,
    mentions: Mentioning,
    canonical_id: Mapping[str, str],
    former_ids: Collection[str] = (),
) -> Document:
    """The gene's document.

    ``canonical_id`` leads from an identifier in a source's link (``NCBIGene:2099``) to the
    ``_id`` of the gene in this index; ``former_ids`` are HGNC ids that no gene has any more.
    """
    return _Flattening(gene, go_names, mentions, canonical_id, former_ids).document()


class _Flattening:
    """One gene's document while it is made; keeps the numbering of sources and references."""

    def __init__(
        self,
        gene: Gene,
        go_names: GoNames,
        mentions: Mentioning,
        canonical_id: Mapping[str, str],
        former_ids: Collection[str],
    ) -> None:
        self._gene = gene
        self._former_ids = former_ids
        self._go_names = go_names
        self._mentions = mentions
        self._canonical_id = canonical_id
        self._sources: dict[Source, int] = {}
        self._references: dict[NumberedReference, int] = {}
        self._lines: dict[str, dict[_Place, Line]] = {}
        """By field; of two lines in one place one stands."""

    @cached_property
    def _own_names(self) -> frozenset[str]:
        return frozenset(name.spelling for record in self._gene.records for name in record.names)

    def document(self) -> Document:
        gene = self._gene
        names = names_of(gene.records, gene.withdrawn)
        name_sources = [self._source(source) for _, source in names]
        identifiers: dict[tuple[str, str], int] = {}
        for record in gene.records:
            source = self._source(record.source)
            for identifier in record.identifiers:
                if identifier.namespace != "hgnc" or identifier.value not in self._former_ids:
                    identifiers.setdefault((identifier.namespace, identifier.value), source)
            self._add_record(record)
        for entry in gene.withdrawn:
            identifiers.setdefault(("hgnc_withdrawn", entry.hgnc_id), self._source(WITHDRAWN_BY))
        self._doubt_titles()
        strongest = {name.kind: name.spelling for name, _ in reversed(names)}
        fields = sorted(self._lines, key=_FIELD_ORDER.__getitem__)
        return Document(
            id=gene.id,
            taxon=gene.records[0].taxon,
            symbol=strongest.get("symbol", gene.id),
            name=strongest.get("name"),
            names=tuple([name for name, _ in names]),
            name_sources=tuple(name_sources),
            identifiers=tuple(identifiers),
            identifier_sources=tuple(identifiers.values()),
            sources=tuple(self._sources),
            references=tuple(self._references),
            statements=tuple([line for field in fields for line in self._lines[field].values()]),
            papers=max(gene.papers, *[record.papers or 0 for record in gene.records]),
            popularity=max(gene.popularity, *[record.popularity or 0.0 for record in gene.records]),
        )

    def _add_record(self, record: GeneRecord) -> None:
        numbered = self._numbered(record)
        for section in record.sections:
            self._add_section(section, numbered)
        for fact in record.facts:
            if fact.field == "go":
                self._add_go(fact, numbered)
            elif not (fact.field == "reference" and fact.citations):
                cited = _cited(fact.citations, numbered)
                mentions = self._named(fact.field, fact.text, fact.links)
                self._add(fact.field, fact.text, fact.source, cited, mentions, fact.key, fact.attributes)
        told = set() if all(map(_describes, record.references)) else _cited_numbers(record)
        for reference in record.references:
            if reference.n not in told or _describes(reference):
                self._add_reference(reference, record.source, numbered[reference.n])
        for dataset in record.datasets:
            self._add_dataset(dataset, record.source)

    def _add_section(self, section: Section, numbered: _Numbered) -> None:
        """Its sentences, those that are about another gene under a field of their own."""
        field, source = section.field, section.source
        said = [_Said.of(section, sentence) for sentence in section.sentences]
        recognised: Sequence[tuple[Mention, ...]] = [()] * len(said)
        if field in _READ_FOR_MENTIONS:
            recognised = self._mentions.in_section([one.text for one in said], self._gene.id)
        named = [self._linked(one.links, found) for one, found in zip(said, recognised, strict=True)]
        about: list[str | None] = [None] * len(said)
        if source.provenance == "ai" and field in _MAY_SAY_NOTHING:
            told = [
                Told(one.text, says_nothing(one.text), _genes_of(mentions), one.opens)
                for one, mentions in zip(said, named, strict=True)
            ]
            about = asides(told, self._gene.id, self._own_names)
        for one, mentions, other in zip(said, named, about, strict=True):
            cited = _cited(one.citations, numbered)
            self._add(ASIDES if other else field, one.text, source, cited, mentions, about=other, at=one.at)

    def _numbered(self, record: GeneRecord) -> _Numbered:
        if not record.references:
            return {}
        source, known = self._source(record.source), self._references
        return {
            reference.n: Cited(known.setdefault(NumberedReference(source, reference), len(known)))
            for reference in record.references
        }

    def _add_dataset(self, dataset: Dataset, source: Source) -> None:
        """One line for a dataset: its relation to the gene, which an API answer does not tell, stands."""
        attributes = _NO_ATTRIBUTES if dataset.relation is None else {"relation": dataset.relation}
        lines = self._lines.setdefault("dataset", {})
        place = (fold_case(dataset.name.rstrip()), None, source.name)
        earlier = lines.get(place)
        if earlier is not None and not earlier.attributes:
            lines[place] = self._line("dataset", earlier.text, source, attributes=attributes)
        else:
            self._add("dataset", dataset.name, source, attributes=attributes)

    def _add_reference(self, reference: Reference, source: Source, cited: Cited) -> None:
        """One line for a paper, whichever sources cite it: the fullest description of it."""
        text = _citation_line(reference)
        lines = self._lines.setdefault(TITLES, {})
        place = (paper_of(reference, text), None, "")
        earlier = lines.get(place)
        if text and (earlier is None or len(text) > len(earlier.text)):
            mentions = self._named(TITLES, text, ())
            lines[place] = self._line(TITLES, text, source, (cited,), mentions)

    def _doubt_titles(self) -> None:
        """Say of titles that they are no evidence, where all is told that cites their papers."""
        lines = self._lines.get(TITLES, {})
        citing = [
            line
            for field, some in self._lines.items()
            if field != TITLES
            for line in some.values()
            if line.cited
        ]
        if lines and any(line.says_nothing for line in citing):
            papers = [paper_of(one.reference, _citation_line(one.reference)) for one in self._references]
            titles = [(place[0], line) for place, line in lines.items() if not place[2]]
            for paper, title in no_evidence(titles, citing, papers):
                lines[paper, None, ""] = title

    def _add_go(self, fact: Fact, numbered: _Numbered) -> None:
        """A GO fact under today's id, by the name its source gives it, else by the ontology's."""
        key, name = self._go_names.get(fact.key or "") or (fact.key, fact.key or "")
        text = fact.text or name
        if not text:
            return
        lines = self._lines.setdefault("go", {})
        place = (_folded_term(text), key, "")
        earlier = lines.get(place)
        if earlier is None:
            cited = _cited(fact.citations, numbered)
            mentions = self._named("go", text, fact.links)
            lines[place] = self._line("go", text, fact.source, cited, mentions, key, fact.attributes)
        else:
            lines[place] = self._joined(earlier, fact, numbered)

    def _joined(self, earlier: Line, fact: Fact, numbered: _Numbered) -> Line:
        """One line for several annotations to a term: curated when one of them is."""
        source = earlier.source
        if fact.source.provenance == "curated" and self._provenance(source) != "curated":
            source = self._source(fact.source)
        attributes = {**fact.attributes, **earlier.attributes}
        told = (line.attributes.get("evidence") for line in (earlier, fact))
        codes = {code for evidence in told if evidence for code in str(evidence).split(", ")}
        if codes:
            attributes["evidence"] = ", ".join(sorted(codes))
        cited = tuple(dict.fromkeys(earlier.cited + _cited(fact.citations, numbered)))
        return Line("go", earlier.text, source, cited, earlier.mentions, earlier.key, attributes)

    def _add(
        self,
        field: str,
        text: str,
        source: Source,
        cited: tuple[Cited, ...] = (),
        mentions: tuple[Mention, ...] = (),
        key: str | None = None,
        attributes: Attributes = _NO_ATTRIBUTES,
        about: str | None = None,
        at: int | None = None,
    ) -> None:
        """Keep a line unless the same stands already: a page given twice, or in two formats."""
        text = text.rstrip()
        if not text:
            return
        lines = self._lines.setdefault(field, {})
        place = (fold_case(text), key, "" if field in _SAID_ONCE else source.name)
        earlier = lines.get(place)
        if earlier is not None:
            if {*cited} <= {*earlier.cited}:
                return
            cited, at = tuple(dict.fromkeys(earlier.cited + cited)), earlier.at
        lines[place] = self._line(field, text, source, cited, mentions, key, attributes, about, at)

    def _line(
        self,
        field: str,
        text: str,
        source: Source,
        cited: tuple[Cited, ...] = (),
        mentions: tuple[Mention, ...] = (),
        key: str | None = None,
        attributes: Attributes = _NO_ATTRIBUTES,
        about: str | None = None,
        at: int | None = None,
    ) -> Line:
        return Line(
            field,
            text,
            self._source(source),
            cited,
            mentions,
            key,
            attributes,
            about is not None or (field in _MAY_SAY_NOTHING and says_nothing(text)),
            about,
            at,
        )

    def _named(self, field: str, text: str, links: Sequence[GeneLink]) -> tuple[Mention, ...]:
        """The genes named in what stands alone: a title, or a label, which many genes have."""
        if field == "go":
            return self._linked(links, self._mentions.in_label(text))
        if field in _READ_FOR_MENTIONS:
            (recognised,) = self._mentions.in_section([text], self._gene.id)
            return self._linked(links, recognised)
        return self._linked(links, ()) if links else ()

    def _linked(self, links: Sequence[GeneLink], recognised: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """Linked genes and recognised ones; where they overlap the source's link stands."""
        if not links:
            return recognised
        linked = [
            Mention(link.start, link.end, (self._canonical_id.get(link.gene, link.gene),), True)
            for link in links
        ]
        apart = [
            mention
            for mention in recognised
            if not any(mention.start < link.end and link.start < mention.end for link in linked)
        ]
        return tuple(sorted([*linked, *apart], key=lambda mention: mention.start))

    def _provenance(self, source: int) -> Provenance:
        return list(self._sources)[source].provenance

    def _source(self, source: Source) -> int:
        return self._sources.setdefault(source, len(self._sources))


class _Said(Struct, frozen=True, gc=False):
    """A sentence of a section, links with their places in it."""

    text: str
    links: tuple[GeneLink, ...]
    citations: Sequence[Citation]
    at: int
    opens: bool
    """Whether a paragraph begins with it."""

    @classmethod
    def of(cls, section: Section, sentence: Sentence) -> _Said:
        start, end = sentence.start, sentence.end
        links = tuple([GeneLink(one.start - start, one.end - start, one.gene) for one in sentence.links])
        opens = section.text[max(0, start - 2) : start].count("\n") == 2
        return cls(section.text[start:end], links, sentence.citations, start, opens)


def _genes_of(mentions: Sequence[Mention]) -> tuple[str, ...]:
    return tuple([gene for one in mentions for gene in one.genes])


@lru_cache(maxsize=1 << 16)
def _folded_term(name: str) -> str:
    """The names of GO's terms come again with every gene."""
    return fold_case(name)


def _cited(citations: Sequence[Citation], numbered: _Numbered) -> tuple[Cited, ...]:
    if not citations:
        return ()
    return tuple(
        [
            numbered[c.n] if c.scope == "sentence" else Cited(numbered[c.n].reference, c.scope)
            for c in citations
            if c.n in numbered
        ]
    )


def _describes(reference: Reference) -> bool:
    """Whether the reference holds words; a number alone is found by what cites it."""
    return bool(reference.title or reference.authors or reference.journal)


def _cited_numbers(record: GeneRecord) -> set[int]:
    """Numbers of the references that a fact or sentence of the record cites."""
    citations = [fact.citations for fact in record.facts]
    citations += [sentence.citations for section in record.sections for sentence in section.sentences]
    return {citation.n for cited in citations for citation in cited}


def _citation_line(reference: Reference) -> str:
    """A reference as a line in which each of its parts can be found and marked."""
    authors = reference.authors and reference.authors.rstrip(". ") + "."
    title = reference.title and reference.title.rstrip(". ") + "."
    year = f"({reference.year})" if reference.year else None
    place = " ".join(part for part in (reference.journal, year) if part)
    pmid = reference.pmid and f"PMID {reference.pmid}"
    doi = reference.doi and f"doi:{reference.doi}"
    return " ".join(part for part in (authors, title, place, pmid, doi) if part)
