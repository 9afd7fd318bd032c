"""Hand-made genes, published as a generation without any source file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from index import (
    columnar,
    completions_writing,
    facets_writing,
    generations,
    ontology,
    ontology_writing,
    papers,
    publishing,
)
from index.documents import Cited, Digest, Document, Line, Mention, NumberedReference, encode
from index.engines.columnar.run import Analyser
from index.engines.columnar.writer import ColumnWriter
from index.engines.whoosh_index import EngineWriter
from index.generations import Manifest
from index.neighbours_writing import Task, write_neighbours
from index.papers import Linked
from index.records import HUMAN, GoTerm, Name, NameKind, PaperLinks, Provenance, Reference, Source, Withdrawal
from index.store_writing import StoreWriter, rows_of
from index.workers import Workers

SOURCES = (
    Source("RefSeq", "curated", "2013-03"),
    Source("Alliance", "computed", "2024"),
    Source("Harmonizome", "ai", "2025-01-02"),
)
_SOURCE_OF: dict[Provenance, int] = {source.provenance: n for n, source in enumerate(SOURCES)}


def says(
    text: str,
    field: str = "summary",
    *,
    by: Provenance = "curated",
    cited: Sequence[int] = (),
    mentions: Sequence[Mention] = (),
    key: str | None = None,
    nothing: bool = False,
) -> Line:
    """A line; ``cited`` are positions in the gene's references."""
    return Line(
        field,
        text,
        _SOURCE_OF[by],
        tuple(Cited(position) for position in cited),
        tuple(mentions),
        key,
        says_nothing=nothing,
    )


def gene(
    symbol: str,
    *lines: Line | str,
    id: str | None = None,  # noqa: A002
    name: str | None = None,
    names: Sequence[tuple[NameKind, str]] = (),
    identifiers: Sequence[tuple[str, str]] = (),
    references: Sequence[Reference] = (),
    papers: int = 0,
    taxon: int = 9606,
) -> Document:
    """A gene as the flattened one is; a string is a curated sentence."""
    own: list[tuple[NameKind, str]] = [("symbol", symbol)]
    if name:
        own.append(("name", name))
    own += names
    named = tuple(Name(kind, spelling) for kind, spelling in own)
    texts = [line if isinstance(line, Line) else says(line) for line in lines]
    cited = [
        says(f"{reference.title}. PMID {reference.pmid} doi:{reference.doi}", "reference", cited=[position])
        for position, reference in enumerate(references)
    ]
    return Document(
        id=id or f"NCBIGene:{symbol}",
        taxon=taxon,
        symbol=symbol,
        name=name,
        names=named,
        name_sources=(0,) * len(named),
        identifiers=tuple(identifiers),
        identifier_sources=(0,) * len(identifiers),
        sources=SOURCES,
        references=tuple(NumberedReference(0, reference) for reference in references),
        statements=(*texts, *cited),
        papers=papers,
    )


def annotated(documents: Iterable[Document]) -> list[list[str]]:
    """The GO ids of each document's lines."""
    return [
        [line.key for line in document.statements if line.field == "go" and line.key]
        for document in documents
    ]


def _links(linked: Mapping[int, Sequence[str]], ids: Sequence[str]) -> Linked:
    """The links of documents numbered as their ids are; a gene's number stands for its NCBI Gene ID."""
    pairs = [(ids.index(gene_id), pmid) for pmid, genes in linked.items() for gene_id in genes]
    numbers, pmids = (np.array([pair[side] for pair in pairs], "<u4").tobytes() for side in (0, 1))
    return papers.link([PaperLinks(HUMAN, numbers, pmids)], {n: n for n in range(len(ids))}, len(ids))


def write_engine(folder: Path, name: str, documents: Sequence[Document], arrays: ontology.Arrays) -> None:
    """Write the text engine of a generation."""
    if name == columnar.NAME:
        symbols = {document.id: document.symbol for document in documents}
        with ColumnWriter(folder) as columns:
            columns.add(Analyser(symbols).run(documents))
            columns.finish(lambda: arrays)
    else:
        with EngineWriter(folder) as writer:
            for document in documents:
                writer.add(document)


def publish(
    index_dir: Path,
    documents: Iterable[Document],
    withdrawn: Iterable[Withdrawal] = (),
    go_terms: Iterable[GoTerm] = (),
    linked: Mapping[int, Sequence[str]] = MappingProxyType({}),
    engine: str = columnar.NAME,
) -> str:
    """Publish the genes as the index of a directory; its digest.

    ``linked`` leads from PubMed IDs to the ids of the genes that the papers are linked to.
    """
    ordered = sorted(documents, key=lambda document: document.id)
    digest = Digest({})
    with publishing.rebuilding(index_dir) as building:
        with StoreWriter(building) as store:
            encoded = [encode(document) for document in ordered]
            store.add(rows_of(zip(encoded, ordered, strict=True), 0))
            for data in encoded:
                digest.add(data)
            store.add_withdrawn(withdrawn)
        links = _links(linked, [document.id for document in ordered])
        papers.write(building, links)
        write_neighbours(Task(building, links.papers.tobytes(), links.documents.tobytes(), len(ordered)))
        arrays = ontology_writing.arrays_of(go_terms, annotated(ordered))
        digest.add(ontology_writing.write_arrays(building, arrays).encode())
        facets_writing.write_facets(facets_writing.Task(building, [facets_writing.encode_rows(ordered)]))
        write_engine(building, engine, ordered, arrays)
        families = completions_writing.Families()
        families.add(document.families for document in ordered)
        completions_writing.start(building, Workers(1))()
        completions_writing.write_topics(building, arrays, families)
        found = digest.hexdigest()
        manifest = Manifest(
            format=generations.FORMAT_VERSION,
            digest=found,
            inputs=found,
            engine=engine,
            genes=len(ordered),
            built="2025-01-01T00:00:00+00:00",
            sources=(),
            set_aside=0,
            ignored=0,
            files={},
        )
        publishing.publish(index_dir, building, manifest)
        publishing.remove_unused(index_dir)
    return found
