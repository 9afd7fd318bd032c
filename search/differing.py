"""What a rebuild changed: the same queries asked of two indexes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import UNSET, Struct, UnsetType

from index.generations import CURRENT, MANIFEST, digest_of
from search.errors import BadRequest
from search.genes import Genes, open_generation, open_index
from search.page import Highlight, Hit, IndexVersion, Page
from search.request import MAX_SIZE

_DIGEST = re.compile(r"[0-9a-f]{6,64}")
"""So many characters tell a digest from a file's name; the first ones of a digest that is kept are enough."""


class Place(Struct, frozen=True, rename={"id": "_id"}):
    """A gene that only one of the answers has."""

    id: str
    symbol: str
    rank: int
    """From 1 on."""


class Move(Struct, frozen=True, rename={"id": "_id", "old": "from", "new": "to"}):
    """A gene that stands elsewhere."""

    id: str
    symbol: str
    old: int
    new: int


class Restated(Struct, frozen=True, rename={"id": "_id"}):
    """A gene whose best sentence is another one, or is said by others or with other papers."""

    id: str
    symbol: str
    old: str | None
    new: str | None
    changed: tuple[str, ...]
    """What is another: sentence, section, provenance, source, papers."""


class QueryDifference(Struct, frozen=True):
    """What differs in the answers to one query."""

    q: str
    same: bool
    """Whether all that was compared is the same: how the query was read, how many genes answer, and of each
    hit compared the rank and the best sentence, who says that and with which papers.  Scores, names and
    further sentences are not compared."""
    total: tuple[int, int]
    """Genes in the old answer and in the new one."""
    compared: int
    """So many hits of each answer were compared; where an answer has more, a gene gained or lost is one that
    came among these, or left them."""
    gained: tuple[Place, ...] = ()
    lost: tuple[Place, ...] = ()
    moved: tuple[Move, ...] = ()
    """Genes that stand among the first ``size`` of an answer, elsewhere than in the other."""
    sentences: tuple[Restated, ...] = ()
    """Of the genes among the first ``size`` of both."""
    further: int = 0
    """Genes of both, among those compared, that stand too far behind for ``moved`` and ``sentences`` and have
    another rank or best sentence."""
    read: tuple[str, str] | UnsetType = UNSET
    """The query in canonical form, where the indexes do not read it alike."""


class Difference(Struct, frozen=True):
    """What differs between two indexes, as far as some queries tell."""

    old: IndexVersion
    new: IndexVersion
    size: int
    """How many hits of each answer are looked at closely."""
    identical: int
    """Queries with the same answer."""
    changed: int
    queries: tuple[QueryDifference, ...]
    """In the order asked."""


def open_told(told: str, index_dir: Path) -> Genes:
    """The index that a path or a digest tells: an index directory, the folder of a generation, or the first
    characters of the digest of one that is kept in ``index_dir``.

    Raises:
        BadRequest: it tells none, or several.
        IndexUnavailable: it does not answer.
    """
    path = Path(told)
    if (path / CURRENT).is_file():
        return open_index(path)
    if (path / MANIFEST).is_file():
        return open_generation(path)
    kept = []
    if _DIGEST.fullmatch(told.lower()):
        kept = [folder for folder in sorted(index_dir.glob(f"gen-{told.lower()}*")) if digest_of(folder)]
    if not kept:
        raise BadRequest(
            f"{told[:200]!r} is neither an index directory nor a generation, nor the digest of a generation "
            f"that is kept in {index_dir}"
        )
    if len(kept) > 1:
        raise BadRequest(f"{told!r} begins the digests of {len(kept)} generations in {index_dir}")
    return open_generation(kept[0])


def difference(old: Genes, new: Genes, queries: Iterable[str], size: int = 10) -> Difference:
    """
    Raises:
        BadRequest: a negative size, or one over ``search.request.MAX_SIZE``.
        IndexUnavailable: an index went away.
    """
    if not 0 <= size <= MAX_SIZE:
        raise BadRequest(f"size must be 0 to {MAX_SIZE} hits, not {size}")
    compared = tuple(_compared(old, new, q, size) for q in queries)
    identical = sum(query.same for query in compared)
    return Difference(
        old.metadata().index, new.metadata().index, size, identical, len(compared) - identical, compared
    )


def _compared(old: Genes, new: Genes, q: str, size: int) -> QueryDifference:
    before, after = old.search(q, size=MAX_SIZE), new.search(q, size=MAX_SIZE)
    was, now = _ranks(before), _ranks(after)
    gained = tuple(_place(hit, rank) for rank, hit in enumerate(after.hits, 1) if hit.id not in was)
    lost = tuple(_place(hit, rank) for rank, hit in enumerate(before.hits, 1) if hit.id not in now)
    first = {hit.id: hit for hit in (*before.hits[:size], *after.hits[:size])}
    moved = tuple(
        Move(hit.id, hit.symbol, was[hit.id], now[hit.id])
        for hit in first.values()
        if hit.id in was and hit.id in now and was[hit.id] != now[hit.id]
    )
    said = {hit.id: hit for hit in before.hits}
    restated = {
        hit.id: Restated(hit.id, hit.symbol, _sentence(said[hit.id]), _sentence(hit), changed)
        for hit in after.hits
        if hit.id in said and (changed := _changed(said[hit.id], hit))
    }
    at_first = {hit.id for hit in before.hits[:size]}
    sentences = tuple(
        restated[hit.id] for hit in after.hits[:size] if hit.id in at_first and hit.id in restated
    )
    told = {move.id for move in moved} | {gene.id for gene in sentences}
    further = sum(
        1
        for gene, rank in now.items()
        if gene in was and gene not in told and (was[gene] != rank or gene in restated)
    )
    total, read = (before.total, after.total), (before.query.canonical, after.query.canonical)
    same = (
        total[0] == total[1] and read[0] == read[1] and not (gained or lost or moved or sentences or further)
    )
    return QueryDifference(
        q,
        same,
        total,
        max(len(before.hits), len(after.hits)),
        gained,
        lost,
        tuple(sorted(moved, key=lambda move: min(move.old, move.new))),
        sentences,
        further,
        UNSET if read[0] == read[1] else read,
    )


def _ranks(page: Page) -> dict[str, int]:
    return {hit.id: rank for rank, hit in enumerate(page.hits, 1)}


def _place(hit: Hit, rank: int) -> Place:
    return Place(hit.id, hit.symbol, rank)


def _sentence(hit: Hit) -> str | None:
    return hit.highlights[0].sentence if hit.highlights else None


def _changed(old: Hit, new: Hit) -> tuple[str, ...]:
    """What of a gene's best sentence is another, by name."""
    was, now = (_said(hit.highlights[0]) if hit.highlights else {} for hit in (old, new))
    return tuple([what for what in was | now if was.get(what) != now.get(what)])


def _said(line: Highlight) -> dict[str, object]:
    papers = [(ref.pmid or ref.doi or ref.title, ref.scope) for ref in line.refs]
    return {
        "sentence": line.sentence,
        "section": line.section,
        "provenance": line.provenance,
        "source": line.source,
        "papers": sorted(papers, key=str),
    }
