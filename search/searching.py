"""The use case: a request in, a page out."""

from __future__ import annotations

import time

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from index.ontology import Ontology
from search.by_value import without_genes
from search.explaining import explanation, match_of
from search.facets import count, read_names
from search.filtering import restriction
from search.finding import Text, find
from search.identity import Identity, identify
from search.page import FacetCount, Hit, Match, Page, Suggestion, Warning
from search.placing import all_found, placed
from search.query import Parsed, parse
from search.ranking import WINDOW
from search.reading import read
from search.request import SearchRequest, checked, cursor, refused
from search.snapshot import Snapshot
from search.tree import every_leaf

_WELL_KNOWN = 500
"""So many papers make a gene's common name its own, whoever else holds the words: "Huntington disease"."""
_MANY = 100
"""Genes that hold all words of a description."""
_HARDLY_KNOWN, _SOME = 10, 10
"""Below so many papers, a locus such as that of a disease, so many genes are many."""


def search(request: SearchRequest, snapshot: Snapshot) -> Page:
    """
    Raises:
        BadRequest: the request cannot be answered as asked.
    """
    began = time.perf_counter()
    request, warnings = checked(request, snapshot.version)
    facets, unknown = read_names(request.facets, snapshot.facets)
    identity = identify(request.q, snapshot.store, snapshot.papers)
    asked = identity.asked or request.q
    parsed = parse(asked)
    if request.strict and parsed.fault is not None:
        raise refused(parsed.fault)
    within = restriction(request.filters, request.strict, snapshot)
    matches = {} if _describes(identity, parsed, snapshot) else {g.doc: g.match for g in identity.genes}
    named = {doc: match for doc, match in matches.items() if within.admits(doc)}
    wanted = request.start + request.size
    text = find(parsed, matches.keys(), max(WINDOW, wanted), snapshot, within.docs)
    places, best = placed(request, named.keys(), text, snapshot)
    total = text.total + len(named) - text.named
    explaining = snapshot.ontology if request.explain else None
    hits = tuple(
        [_hit(doc, score, named.get(doc), text, parsed.read_as, explaining) for doc, score in places]
    )
    more = bool(hits) and wanted < total
    counts: dict[str, FacetCount] | UnsetType = UNSET
    if request.facets:
        counts = count(facets, all_found(named, text), snapshot.facets, request.facet_size)
    return Page(
        total=total,
        max_score=None if best is None else round(best, 4),
        hits=hits,
        query=replace(
            read(request.q, parsed, identity, text, snapshot), filters=within.read_as, sort=request.sort
        ),
        warnings=(
            *warnings,
            *unknown,
            *parsed.warnings,
            *map(Warning, text.cut),
            *([] if parsed.plain else without_genes(every_leaf(parsed.tree), snapshot.facets)),
            *snapshot.wider.without_genes(text.leaves, text.holders),
            *within.warnings,
        ),
        suggestions=_suggestions(request, identity, text, total, snapshot),
        next=cursor(wanted, request, snapshot.version) if more else None,
        index=snapshot.version,
        facets=counts,
        took=round(1000 * (time.perf_counter() - began), 3),
    )


def _suggestions(
    request: SearchRequest, identity: Identity, text: Text, total: int, snapshot: Snapshot
) -> tuple[Suggestion, ...]:
    """What may have been meant; nothing where filters make an answer small."""
    if request.filters:
        return ()
    return snapshot.suggestions.beside(request.q, total, text.relaxed, bool(identity.genes))


def _describes(identity: Identity, parsed: Parsed, snapshot: Snapshot) -> bool:
    """Whether a query that is some gene's name is rather a description: words that nobody approved as the
    name of that one little known gene, and that many genes hold, such as ``cadherin`` or ``homeobox``."""
    if len(identity.genes) != 1 or not identity.descriptive:
        return False
    papers = snapshot.store.gene(identity.genes[0].doc).papers
    if papers >= _WELL_KNOWN:
        return False
    holding = len(snapshot.engine.asking().matching(parsed.tree))
    return holding >= (_MANY if papers >= _HARDLY_KNOWN else _SOME)


def _hit(
    doc: int, score: float, match: Match | None, text: Text, read_as: str, ontology: Ontology | None
) -> Hit:
    """``ontology`` is given where the hit is to explain itself."""
    evidence = text.reviewer.gene(doc)
    best = evidence.answers[0] if evidence.answers else None
    if match is not None:
        hit = evidence.hit(score, match, ())
    else:
        hit = evidence.hit(score, match_of(text, doc, best, read_as), text.missing(doc))
    if ontology is None:
        return hit
    return replace(hit, explanation=explanation(hit, text, doc, ontology, best))
