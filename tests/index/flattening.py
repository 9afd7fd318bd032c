"""Genes merged and flattened for tests, and what their documents say."""

from __future__ import annotations

from collections.abc import Mapping

from index.documents import Document, Line
from index.flatten import Gene, GoNames, flatten
from index.mentioning import Mentioning
from index.mentions import Annotator, prepare
from index.merge import merge
from index.naming import gene_names
from index.records import (
    AttributeValue,
    Citation,
    Fact,
    GeneRecord,
    Identifier,
    Name,
    Reference,
    Section,
    Sentence,
    Source,
    WithdrawnSymbol,
)
from tests.index.heads import heads

HGNC = Source("HGNC", "curated", "2024-10-18")
PAGE = Source("Harmonizome", "computed")
SUMMARY = Source("Harmonizome summary", "ai")
REFSEQ = Source("RefSeq", "curated", "2013-03")
GO = Source("GO", "curated")
GO_IEA = Source("GO", "computed")
POST = Source("gene post", "computed", "2025-01-17")
N7 = (Identifier("ncbigene", "7"),)
TERM = ("GO:0000007", "zinc ion binding")
TERMS = {"GO:0000007": TERM, "GO:0000008": TERM}


def document(
    *records: GeneRecord,
    withdrawn: tuple[WithdrawnSymbol, ...] = (),
    go_names: GoNames = TERMS,
    canonical: Mapping[str, str] | None = None,
    gene_id: str | None = None,
) -> Document:
    """The document of the only gene, or of ``gene_id`` among several."""
    merged = merge(heads(records), withdrawn)
    finder = Mentioning(Annotator(prepare([*map(gene_names, merged.genes)])))
    found = [gene for gene in merged.genes if gene_id in (None, gene.id)]
    assert len(found) == 1
    own = [records[head.place.start] for head in found[0].heads]
    return flatten(Gene(found[0].id, own, found[0].withdrawn), go_names, finder, canonical or {})


def lines(doc: Document, field: str) -> list[Line]:
    return [line for line in doc.lines if line.field == field]


def texts(doc: Document, field: str) -> list[str]:
    return [line.text for line in lines(doc, field)]


def said(doc: Document, field: str) -> list[tuple[str, str, str]]:
    """(text, source, provenance) of a field's lines."""
    return [
        (line.text, doc.sources[line.source].name, doc.sources[line.source].provenance)
        for line in lines(doc, field)
    ]


def section(field: str, source: Source, *sentences: str, citations: tuple[Citation, ...] = ()) -> Section:
    """A section whose last sentence is cited."""
    spans, place = [], 0
    for number, sentence in enumerate(sentences, 1):
        cited = citations if number == len(sentences) else ()
        spans.append(Sentence(place, place + len(sentence), cited))
        place += len(sentence) + 1
    return Section(field, " ".join(sentences), source, tuple(spans))


def go(
    text: str,
    source: Source,
    evidence: str | None = None,
    key: str = "GO:0000007",
    cited: tuple[int, ...] = (),
) -> Fact:
    attributes: dict[str, AttributeValue] = {} if evidence is None else {"evidence": evidence}
    return Fact("go", text, source, key, attributes, tuple(Citation(n) for n in cited))


def named(*facts: Fact, source: Source = PAGE, references: tuple[Reference, ...] = ()) -> GeneRecord:
    """A record of NCBI Gene 7 that holds facts."""
    return GeneRecord(
        source=source, identifiers=N7, names=(Name("symbol", "AAA"),), facts=facts, references=references
    )
