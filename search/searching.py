"""The use case: a request in, a page out."""

from __future__ import annotations

import time
from collections.abc import Mapping

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from index.ontology import Ontology
from search.by_value import without_genes
from search.choosing import strongest, together
from search.conditions import values
from search.engines import Asking
from search.explaining import explanation, match_of
from search.facets import read_names
from search.filtering import restriction
from search.finding import Text, find
from search.identity import Identity, identify
from search.linked import without_papers
from search.list_naming import date_told
from search.mentioned import names_told
from search.page import FacetCount, Hit, Match, Page, Suggestion, Warning
from search.parting import finding_less
from search.placing import Places, besides, placed
from search.query import Parsed, parse
from search.ranking import WINDOW
from search.reading import read
from search.request import SearchRequest, checked, cursor, refused
from search.snapshot import Snapshot

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
    asking = snapshot.engine.asking()
    matches = named_by(identity, parsed, snapshot, asking)
    named = {doc: match for doc, match in matches.items() if within.admits(doc)}
    wanted = request.start + request.size
    text = find(parsed, matches.keys(), max(WINDOW, wanted), snapshot, within.docs, asking, request.start)
    date = None if identity.genes else date_told(request.q.strip(), snapshot.store)
    places, best = placed(request, named.keys(), text, snapshot)
    total = text.total + len(named) - text.named
    explaining = snapshot.ontology if request.explain else None
    hits = _hits(places, named, text, parsed.read_as, explaining)
    more = bool(hits) and wanted < total
    counts: dict[str, FacetCount] | UnsetType = UNSET
    if request.facets:
        counts = snapshot.tallying.terms(facets, text.matched, besides(named, text), request.facet_size)
    return Page(
        total=total,
        max_score=None if best is None else round(best, 4),
        hits=hits,
        query=read(request.q, parsed, identity, text, snapshot, within.read_as, request.sort),
        warnings=(
            *warnings,
            *unknown,
            *parsed.warnings,
            *map(Warning, text.cut),
            *([] if parsed.plain else without_genes(values(parsed.tree), snapshot.facets)),
            *snapshot.wider.without_genes(text.leaves, text.holders),
            *names_told(text.leaves, snapshot.store, snapshot.facets),
            *without_papers(request.q, text.leaves, text.holders, total, snapshot.store, snapshot.papers),
            *within.warnings,
            *([Warning(date.reason)] if date else []),
        ),
        suggestions=date.meant if date else _suggestions(request, parsed, identity, text, total, snapshot),
        next=cursor(wanted, request, snapshot.version) if more else None,
        index=snapshot.version,
        facets=counts,
        took=round(1000 * (time.perf_counter() - began), 3),
    )


def _suggestions(
    request: SearchRequest,
    parsed: Parsed,
    identity: Identity,
    text: Text,
    total: int,
    snapshot: Snapshot,
) -> tuple[Suggestion, ...]:
    """What may have been meant; nothing where filters make an answer small."""
    if request.filters:
        return ()
    near = snapshot.suggestions.beside(request.q, total, text.relaxed, bool(identity.genes))
    return near if total else (*near, *finding_less(parsed, snapshot))


def named_by(
    identity: Identity, parsed: Parsed, snapshot: Snapshot, asking: Asking | None = None
) -> dict[int, Match]:
    """The genes that a query as a whole names, and how; ``asking`` is what it will be asked with."""
    asking = snapshot.engine.asking() if asking is None else asking
    named = not _describes(identity, parsed, asking, snapshot)
    return {g.doc: g.match for g in identity.genes} if named else {}


def _describes(identity: Identity, parsed: Parsed, asking: Asking, snapshot: Snapshot) -> bool:
    """Whether a query that is some gene's name is rather a description: words that nobody approved as the
    name of that one little known gene, and that many genes hold, such as ``cadherin`` or ``homeobox``."""
    if len(identity.genes) != 1 or not identity.descriptive:
        return False
    papers = snapshot.store.gene(identity.genes[0].doc).papers
    if papers >= _WELL_KNOWN:
        return False
    holding = asking.search(parsed.tree, 0).total
    return holding >= (_MANY if papers >= _HARDLY_KNOWN else _SOME)


def _hits(
    places: Places, named: Mapping[int, Match], text: Text, read_as: str, ontology: Ontology | None
) -> tuple[Hit, ...]:
    """``ontology`` is given where hits are to explain themselves."""
    shown = []
    for (doc, score), evidence in zip(places, text.reviewer.genes([doc for doc, _ in places]), strict=True):
        best = strongest(evidence.answers)
        held = text.held(doc, together(evidence.answers))
        match = named.get(doc)
        missing = text.missing(doc) if match is None else ()
        if match is None:
            match = match_of(text, best, read_as, held, text.inside.get(doc))
        evidence.choose(match)
        shown.append((doc, score, evidence, best, match, missing, held))
    hits = [evidence.hit(score, match, missing) for _, score, evidence, _, match, missing, _ in shown]
    if ontology is not None:
        hits = [
            replace(hit, explanation=explanation(hit, text, doc, ontology, best, held))
            for hit, (doc, _, _, best, _, _, held) in zip(hits, shown, strict=True)
        ]
    return tuple(hits)
