"""A searchable index: its genes, asked and shown.

``Genes`` follows what is published: each answer comes from one generation, the one
that is published when the request begins.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from index.cluster_address import ClusterAddress
from index.generations import REPORT
from search import present
from search.comparing import compare
from search.errors import BadRequest
from search.exporting import Export
from search.folders import Folder, OneFolder
from search.gene import Gene, GeneChoice, Metadata, RelatedGenes, SourceCount
from search.identity import identify
from search.latest import Latest
from search.listed import Listing
from search.listing import GIVEN, ListRequest, answer_list
from search.name_reasons import APPROVED
from search.page import Completed, Page
from search.paper import SIZE as PAPER_GENES
from search.paper import Paper, UnknownPaper
from search.paper import tell as tell_paper
from search.published import Published
from search.related import MOST as MOST_RELATED
from search.request import SearchRequest
from search.searching import search
from search.snapshot import Snapshot
from search.sorting import RELEVANCE

if TYPE_CHECKING:
    from search.cluster_health import ClusterHealth


def open_index(path: str | os.PathLike[str]) -> Genes:
    """The published index of a directory, for searching.

    Raises:
        IndexUnavailable: there is none that answers.
    """
    return Genes(Folder(Path(path)))


def open_cluster(address: ClusterAddress) -> Genes:
    """The index that a cluster publishes under an alias.

    Raises:
        IndexUnavailable: it does not answer, or nothing is published there.
    """
    from index.cluster import Cluster  # of use only here, and slow to load
    from search.clusters import InCluster

    return Genes(InCluster(Cluster(address)))


def open_generation(path: str | os.PathLike[str]) -> Genes:
    """One generation of an index, published or not, whatever is published later.

    Raises:
        IndexUnavailable: it does not answer.
    """
    return Genes(OneFolder(Path(path)))


class Genes:
    """A searchable index; safe to share between threads."""

    def __init__(self, published: Published) -> None:
        self._latest = Latest(published)

    def __enter__(self) -> Genes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; the object cannot be used after that."""
        self._latest.close()

    def search(
        self,
        q: str,
        *,
        size: int = 10,
        start: int = 0,
        cursor: str | None = None,
        filters: Sequence[str] = (),
        sort: str = RELEVANCE,
        facets: Sequence[str] = (),
        facet_size: int = 10,
        strict: bool = False,
        explain: bool = False,
    ) -> Page:
        """The genes that answer a query, ranked or sorted, with their evidence; what may be asked beside the
        query is told with search.request.SearchRequest.

        Raises:
            BadRequest: a negative size or start, a cursor that is none or another search's, an unknown sort,
                or ``strict`` and a query that is not of the language.
            IndexUnavailable: the index went away.
        """
        request = SearchRequest(
            _well_formed(q),
            size,
            start,
            cursor,
            tuple(map(_well_formed, filters)),
            sort,
            tuple(facets),
            facet_size,
            strict,
            explain,
        )
        with self._latest.answering() as snapshot:
            return search(request, snapshot)

    def export(
        self,
        q: str,
        *,
        filters: Sequence[str] = (),
        sort: str = RELEVANCE,
        size: int | None = None,
        strict: bool = False,
    ) -> Export:
        """Every gene that answers a query, or so many, from one generation, which stays open until the
        export is read to its end or closed.

        Raises:
            BadRequest: as ``search`` does.
            IndexUnavailable: the index went away.
        """
        if size is not None and size < 0:
            raise BadRequest(f"size must not be negative: {size}")
        request = SearchRequest(
            _well_formed(q), filters=tuple(map(_well_formed, filters)), sort=sort, strict=strict
        )
        with ExitStack() as held:
            snapshot = held.enter_context(self._latest.answering())
            return Export(request, size, snapshot, held)

    def suggest(self, q: str, size: int = 10) -> Completed:
        """What a query may become that is being typed: genes by their names, terms and families.

        Raises:
            BadRequest: a negative size.
            IndexUnavailable: the index went away.
        """
        if size < 0:
            raise BadRequest(f"size must not be negative: {size}")
        asked = _well_formed(q)
        with self._latest.answering() as snapshot:
            return Completed(asked, snapshot.completing.complete(asked, size), snapshot.version)

    def listing(
        self, names: str | Sequence[str], question: str = "", *, sort: str = GIVEN, strict: bool = False
    ) -> Listing:
        """Of each of some names today's gene, and of each gene its best sentence for a question; what may be
        asked is told with search.listing.ListRequest.

        Raises:
            BadRequest: more than ``search.listing.MOST_NAMES`` names, an unknown sort, or ``strict`` and a
                question that is not of the query language.
            IndexUnavailable: the index went away.
        """
        given = _well_formed(names) if isinstance(names, str) else list(map(_well_formed, names))
        request = ListRequest(given, _well_formed(question), sort, strict)
        with self._latest.answering() as snapshot:
            return answer_list(request, snapshot)

    def gene(self, name: str, *, related: int = 0, question: str = "") -> Gene | GeneChoice:
        """The gene of a symbol or ``_id``, with so many genes related to it, and what each source says of a
        question if one is asked; for any other name what it may lead to.

        Raises:
            IndexUnavailable: the index went away.
        """
        with self._latest.answering() as snapshot:
            return _gene(_well_formed(name), snapshot, related, _well_formed(question))

    def paper(self, name: str, *, size: int = PAPER_GENES, start: int = 0) -> Paper | UnknownPaper:
        """The paper of a PubMed ID or DOI in any spelling, with so many of its genes and the sentences that
        cite it.

        Raises:
            BadRequest: a negative size or start.
            IndexUnavailable: the index went away.
        """
        with self._latest.answering() as snapshot:
            return tell_paper(_well_formed(name), size, start, snapshot)

    def related(self, name: str, size: int = 10) -> RelatedGenes | GeneChoice:
        """The genes most related to that of a symbol or ``_id``; for any other name what it may lead to.

        Raises:
            BadRequest: a negative size, or one over ``search.related.MOST``.
            IndexUnavailable: the index went away.
        """
        if not 0 <= size <= MOST_RELATED:
            raise BadRequest(f"size must be 0 to {MOST_RELATED} related genes, not {size}")
        with self._latest.answering() as snapshot:
            doc = _named(_well_formed(name), snapshot)
            if isinstance(doc, GeneChoice):
                return doc
            document = snapshot.store.document(doc)
            genes = snapshot.related.of(doc, document, size)
            return RelatedGenes(document.id, document.symbol, genes, snapshot.version)

    def health(self) -> ClusterHealth | None:
        """How the cluster is that answers; None for an index of this machine.

        Raises:
            IndexUnavailable: the index went away, or the cluster does not answer.
        """
        with self._latest.answering() as snapshot:
            return snapshot.health()

    def metadata(self) -> Metadata:
        """What the index holds.

        Raises:
            IndexUnavailable: the index went away.
        """
        with self._latest.answering() as snapshot:
            manifest = snapshot.manifest
            return Metadata(
                index=snapshot.version,
                engine=manifest.engine,
                genes=manifest.genes,
                built=manifest.built,
                sources=tuple(
                    SourceCount(s.file, s.format, s.edition, s.read, s.set_aside, s.left_out, s.foreign)
                    for s in manifest.sources
                ),
                set_aside=manifest.set_aside,
                ignored=manifest.ignored,
                merged=manifest.merged,
                conflicts=manifest.conflicts,
                ambiguous_names=manifest.ambiguous_names,
                unplaced=manifest.unplaced,
                superseded=manifest.superseded,
                report=REPORT,
                fields=snapshot.field_names,
            )


def _well_formed(text: str) -> str:
    """Without lone surrogates, which a command line or JSON may give and no database takes."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _gene(name: str, snapshot: Snapshot, related: int, question: str) -> Gene | GeneChoice:
    doc = _named(name, snapshot)
    if isinstance(doc, GeneChoice):
        return doc
    document = snapshot.store.document(doc)
    gene = present.gene(document, snapshot.store, snapshot.version)
    if question.strip():
        gene = msgspec.structs.replace(gene, comparison=compare(question, doc, gene.sections, snapshot))
    if related <= 0:
        return gene
    return msgspec.structs.replace(gene, related=snapshot.related.of(doc, document, related))


def _named(name: str, snapshot: Snapshot) -> int | GeneChoice:
    doc = snapshot.store.find_id(name)
    identity = identify(name, snapshot.store, snapshot.papers)
    if doc is None:
        own = [g for g in identity.genes if g.symbol == name and g.match.kind == "symbol"]
        own = [g for g in own if g.id.startswith(APPROVED)] or own
        doc = own[0].doc if len(own) == 1 else None
    if doc is not None:
        return doc
    named = [gene for gene in identity.genes if gene.match.kind != "paper"]
    return GeneChoice(
        name=name,
        owners=tuple(gene.owner() for gene in named),
        withdrawn=identity.withdrawn,
        suggestions=() if named else snapshot.suggestions.near(name),
    )
