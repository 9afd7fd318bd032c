"""A merged gene becomes one searchable document: names, identifiers, lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from index.analysis import fold_case
from index.documents import Cited, Document, Line, Mention, NumberedReference
from index.fields import FIELDS
from index.mentions import MentionFinder
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
    Source,
    WithdrawnSymbol,
)
from index.sentences import says_nothing

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
    mentions: MentionFinder,
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
        mentions: MentionFinder,
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
            for sentence in section.sentences:
                text = section.text[sentence.start : sentence.end]
                links = [
                    GeneLink(link.start - sentence.start, link.end - sentence.start, link.gene)
                    for link in sentence.links
                ]
                self._add(section.field, text, section.source, _cited(sentence.citations, numbered), links)
        for fact in record.facts:
            if fact.field == "go":
                self._add_go(fact, numbered)
            elif not (fact.field == "reference" and fact.citations):
                cited = _cited(fact.citations, numbered)
                self._add(fact.field, fact.text, fact.source, cited, fact.links, fact.key, fact.attributes)
        told = set() if all(map(_describes, record.references)) else _cited_numbers(record)
        for reference in record.references:
            if reference.n not in told or _describes(reference):
                self._add_reference(reference, record.source, numbered[reference.n])
        for dataset in record.datasets:
            self._add_dataset(dataset, record.source)

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
        lines = self._lines.setdefault("reference", {})
        place = (reference.pmid or reference.doi or fold_case(text), None, "")
        earlier = lines.get(place)
        if text and (earlier is None or len(text) > len(earlier.text)):
            lines[place] = self._line("reference", text, source, (cited,))

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
            lines[place] = self._line("go", text, fact.source, cited, fact.links, key, fact.attributes)
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
        links: Sequence[GeneLink] = (),
        key: str | None = None,
        attributes: Attributes = _NO_ATTRIBUTES,
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
            cited = tuple(dict.fromkeys(earlier.cited + cited))
        lines[place] = self._line(field, text, source, cited, links, key, attributes)

    def _line(
        self,
        field: str,
        text: str,
        source: Source,
        cited: tuple[Cited, ...] = (),
        links: Sequence[GeneLink] = (),
        key: str | None = None,
        attributes: Attributes = _NO_ATTRIBUTES,
    ) -> Line:
        return Line(
            field,
            text,
            self._source(source),
            cited,
            self._named(field, text, links) if links or field in _READ_FOR_MENTIONS else (),
            key,
            attributes,
            field in _MAY_SAY_NOTHING and says_nothing(text),
        )

    def _named(self, field: str, text: str, links: Sequence[GeneLink]) -> tuple[Mention, ...]:
        """Linked genes and recognised ones; where they overlap the source's link stands."""
        recognised = self._own_first(self._mentions.find(text)) if field in _READ_FOR_MENTIONS else ()
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

    def _own_first(self, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """A page that uses a shared name most likely means its own gene."""
        own = self._gene.id
        if not mentions or not any(own in mention.genes[1:] for mention in mentions):
            return mentions
        return tuple(
            [
                Mention(mention.start, mention.end, (own, *(gene for gene in mention.genes if gene != own)))
                if own in mention.genes
                else mention
                for mention in mentions
            ]
        )

    def _provenance(self, source: int) -> Provenance:
        return list(self._sources)[source].provenance

    def _source(self, source: Source) -> int:
        return self._sources.setdefault(source, len(self._sources))


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
