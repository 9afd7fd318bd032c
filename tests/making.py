"""Hand-made genes, published as a generation without any source file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from index import columnar, generations, papers, publishing
from index.documenting import run_of
from index.documents import Cited, Document, Line, Mention, NumberedReference
from index.engines import ENGINES
from index.engines.columnar.run import Analyser
from index.generations import Manifest
from index.papers import Linked
from index.records import HUMAN, GoTerm, Name, NameKind, PaperLinks, Provenance, Reference, Source, Withdrawal
from index.workers import Workers
from index.writing import Beside, write_runs

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


def _links(linked: Mapping[int, Sequence[str]], ids: Sequence[str]) -> Linked:
    """The links of documents numbered as their ids are; a gene's number stands for its NCBI Gene ID."""
    pairs = [(ids.index(gene_id), pmid) for pmid, genes in linked.items() for gene_id in genes]
    numbers, pmids = (np.array([pair[side] for pair in pairs], "<u4").tobytes() for side in (0, 1))
    return papers.link([PaperLinks(HUMAN, numbers, pmids)], {n: n for n in range(len(ids))}, len(ids))


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
    links = _links(linked, [document.id for document in ordered])
    beside = Beside(len(ordered), links, tuple(go_terms), tuple(withdrawn))
    with publishing.rebuilding(index_dir) as building:
        with ENGINES[engine]()(building) as writer:
            symbols = {document.id: document.symbol for document in ordered}
            run = run_of(ordered, 0, Analyser(symbols) if writer.columnar else None)
            found = write_runs(building, [run], beside, Workers(1), writer)
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
