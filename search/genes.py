"""The one use case: a request in, a page out; and the gene and metadata beside it.

``Genes`` follows the index directory: each answer comes from one generation, the one
that is published when the request begins.
"""

from __future__ import annotations

import base64
import binascii
import os
import threading
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
from msgspec import Struct
from whoosh.query import NullQuery, Or, Query

from index.columns import Damaged
from index.fields import BY_NAME
from index.generations import REPORT, current_generation, pointer_signature
from search import present
from search.choosing import Answering
from search.engines import Docs, Found
from search.errors import BadRequest, GenelightError, IndexUnavailable
from search.evidence import weights_from
from search.gene import Gene, GeneChoice, Metadata, SourceCount
from search.identity import Identity, identify
from search.page import Hit, Match, Page, QueryRead, Warning
from search.query import Parsed, parse, render, words_of
from search.ranking import WINDOW, Ranked, rerank
from search.reviewing import Reviewer
from search.snapshot import Snapshot

MAX_SIZE = 1000
_REFUSED_SECONDS = 10.0
"""So long a damaged generation is left alone: to try it anew takes time, while every request waits."""


class SearchRequest(Struct, frozen=True):
    """A question.

    ``start`` hits are left out before the ``size`` that are shown; ``cursor``, from an
    earlier page's ``next``, stands for both.
    """

    q: str
    size: int = 10
    start: int = 0
    cursor: str | None = None


class _Text(Struct, frozen=True):
    """What the text search found."""

    total: int
    ranked: Ranked
    relaxed: bool
    reviewer: Reviewer
    leaves: list[Query]
    holders: list[Docs]
    """For each word, the documents that hold it."""
    named: int
    """How many of the genes that the query names are among the found."""


def open_index(path: str | os.PathLike[str]) -> Genes:
    """The published index of a directory, for searching.

    Raises:
        IndexUnavailable: there is none that answers.
    """
    return Genes(Path(path))


class Genes:
    """A searchable index; safe to share between threads."""

    def __init__(self, index_dir: Path) -> None:
        self._index_dir = index_dir
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, int] | None = None
        """The signature of the pointer when it named the snapshot."""
        self._closed = False
        self._refused: Path | None = None
        """The generation that could not be opened while another was open."""
        self._refused_until = 0.0
        with self._current():
            pass

    def __enter__(self) -> Genes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; the object cannot be used after that."""
        with self._lock:
            self._closed = True
            if self._snapshot is not None:
                self._snapshot.retire()
                self._snapshot = None

    def search(self, q: str, *, size: int = 10, start: int = 0, cursor: str | None = None) -> Page:
        """The genes that answer a query, ranked, with their evidence.

        Raises:
            BadRequest: a negative size or start, or a cursor that is none.
            IndexUnavailable: the index went away.
        """
        request = SearchRequest(_well_formed(q), size, start, cursor)
        with self._current() as snapshot:
            return _search(request, snapshot)

    def gene(self, name: str) -> Gene | GeneChoice:
        """The gene of a symbol or ``_id``; for any other name what it may lead to.

        Raises:
            IndexUnavailable: the index went away.
        """
        with self._current() as snapshot:
            return _gene(_well_formed(name), snapshot)

    def metadata(self) -> Metadata:
        """What the index holds.

        Raises:
            IndexUnavailable: the index went away.
        """
        with self._current() as snapshot:
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

    @contextmanager
    def _current(self) -> Iterator[Snapshot]:
        """The published generation, kept open for the length of one answer.

        Where an answer fails in a way that nobody foresaw, the files are checked against their
        checksums: damage makes the index one that does not answer, anything else is a fault of ours.
        """
        with self._lock:
            if self._closed:
                raise IndexUnavailable("this index was closed; open it again")
            snapshot = self._follow()
            snapshot.hold()
        try:
            yield snapshot
        except GenelightError:
            raise
        except Exception as error:
            if not snapshot.damaged and not isinstance(error, Damaged):
                raise
            told = "; ".join(snapshot.damaged[:3]) or error
            raise IndexUnavailable(
                f"the index is damaged ({told}); rebuild it with: genelight index --force"
            ) from error
        finally:
            snapshot.let_go()

    def _follow(self) -> Snapshot:
        """Open the published generation when it is not the one that is open."""
        seen = pointer_signature(self._index_dir)
        if self._snapshot is not None and seen is not None and seen == self._seen:
            return self._snapshot
        published = current_generation(self._index_dir)
        if self._snapshot is not None and published == self._snapshot.generation:
            self._seen = seen
        if self._snapshot is not None and (
            published in (None, self._snapshot.generation)
            or (published == self._refused and time.monotonic() < self._refused_until)
        ):
            return self._snapshot
        try:
            opened = Snapshot.open(self._index_dir)
        except IndexUnavailable:
            if self._snapshot is None:
                raise
            self._refused, self._refused_until = published, time.monotonic() + _REFUSED_SECONDS
            return self._snapshot
        if self._snapshot is not None:
            self._snapshot.retire()
        self._snapshot = opened
        return opened


def _search(request: SearchRequest, snapshot: Snapshot) -> Page:
    began = time.perf_counter()
    request, warnings = _checked(request, snapshot)
    identity = identify(request.q, snapshot.store, snapshot.papers)
    parsed = parse(identity.asked or request.q)
    named = {gene.doc: gene.match for gene in identity.genes}
    wanted = request.start + request.size
    text = _text_search(parsed, named.keys(), max(WINDOW, wanted), snapshot)
    best = float(text.ranked.scores[0]) if len(text.ranked.scores) else 0.0
    places = [(doc, best + len(named) - place) for place, doc in enumerate(named)]
    places += _behind(named.keys(), text.ranked, wanted)
    total = text.total + len(named) - text.named
    hits = tuple(
        _hit(doc, score, named.get(doc), text, parsed) for doc, score in places[request.start : wanted]
    )
    more = bool(hits) and wanted < total
    return Page(
        total=total,
        max_score=round(places[0][1], 4) if places else None,
        hits=hits,
        query=_read(request.q, parsed, identity, text, snapshot),
        warnings=(*warnings, *parsed.warnings, *snapshot.wider.without_genes(text.leaves, text.holders)),
        suggestions=() if total else snapshot.suggestions.near(request.q),
        next=_cursor(wanted, request.size, snapshot) if more else None,
        index=snapshot.version,
        took=round(1000 * (time.perf_counter() - began), 3),
    )


def _well_formed(text: str) -> str:
    """Without lone surrogates, which a command line or JSON may give and no database takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _checked(request: SearchRequest, snapshot: Snapshot) -> tuple[SearchRequest, list[Warning]]:
    warnings = []
    size, start = request.size, request.start
    if request.cursor is not None:
        start, size, digest = _read_cursor(request.cursor)
        if digest != snapshot.version.digest:
            warnings.append(
                Warning("the index was rebuilt since the first page; hits may repeat or be missed")
            )
    if size < 0 or start < 0:
        raise BadRequest("size and from must not be negative")
    if size > MAX_SIZE:
        warnings.append(Warning(f"size {size} was cut to {MAX_SIZE}; follow next for more"))
        size = MAX_SIZE
    return SearchRequest(request.q, size, start), warnings


def _text_search(parsed: Parsed, first: Set[int], limit: int, snapshot: Snapshot) -> _Text:
    asking = snapshot.engine.asking()
    leaves = words_of(parsed.tree)
    holders = [asking.matching(leaf) for leaf in leaves]
    weights = weights_from([len(docs) for docs in holders], snapshot.store.genes)
    reviewer = snapshot.reviewer(asking, leaves, weights)
    tree = parsed.tree if all(map(len, holders)) or not parsed.plain else NullQuery
    within: Docs | None = None
    found = asking.search(tree, limit)
    relaxed = not found.total and parsed.plain and any(map(len, holders))
    if relaxed:
        tree, within = Or(leaves), _holding_most(holders)
        found = asking.search(tree, limit, within)
    among = _how_many(first, found, lambda docs: asking.search(tree, 0, docs).total, within)
    return _Text(found.total, rerank(found, reviewer), relaxed, reviewer, leaves, holders, among)


def _behind(named: Set[int], ranked: Ranked, wanted: int) -> list[tuple[int, float]]:
    """The first of the ranked, as many as may be wanted, without those that are named."""
    some = wanted + len(named)
    places = zip(ranked.docs[:some].tolist(), ranked.scores[:some].tolist(), strict=True)
    return [(doc, score) for doc, score in places if doc not in named]


def _how_many(first: Set[int], found: Found, count: Callable[[Docs], int], within: Docs | None) -> int:
    """How many of some documents are among all that were found."""
    if not first or found.total == len(found.docs):
        return len(first & _members(found.docs)) if first else 0
    docs = np.array(sorted(first), np.int32)
    return count(docs if within is None else np.intersect1d(docs, within, assume_unique=True))


def _members(docs: Docs) -> frozenset[int]:
    return frozenset(docs.tolist())


def _holds(docs: Docs, doc: int) -> bool:
    place = int(docs.searchsorted(np.int32(doc)))
    return place < len(docs) and bool(docs[place] == doc)


def _holding_most(holders: list[Docs]) -> Docs:
    """The documents that hold more of the words than any other does."""
    counts = np.bincount(np.concatenate(holders))
    return np.flatnonzero(counts == counts.max()).astype(np.int32)


def _hit(doc: int, score: float, match: Match | None, text: _Text, parsed: Parsed) -> Hit:
    evidence = text.reviewer.gene(doc)
    missing: tuple[str, ...] = ()
    if text.relaxed and match is None:
        missing = tuple(
            render(leaf)
            for leaf, docs in zip(text.leaves, text.holders, strict=True)
            if not _holds(docs, doc)
        )
    if match is None:
        best = evidence.answers[0] if evidence.answers else None
        match = _text_match(parsed, best, len(text.leaves), len(missing))
    return evidence.hit(score, match, missing)


def _text_match(parsed: Parsed, best: Answering | None, words: int, missing: int) -> Match:
    """Which of the query's words the gene holds, and how close together."""
    if not words:
        return Match("text", "", parsed.read_as, "holds nothing that the query leaves out")
    held = f"{words - missing} of {words} words"
    if best is None:
        return Match("text", "", parsed.read_as, held)
    field = BY_NAME[best.field]
    together = len(best.held)
    if words == together:
        share = {1: "", 2: "both words together "}.get(words, f"all {words} words together ")
        reason = f"{share}in {field.title}"
    else:
        reason = f"{held}, {together} of them together in {field.title}" if together > 1 else held
    return Match("text", field.name, parsed.read_as, reason)


def _read(q: str, parsed: Parsed, identity: Identity, text: _Text, snapshot: Snapshot) -> QueryRead:
    """How the query was read.  Its canonical words may name other genes than the query does: a name
    loses its function words there, a quoted one its case.  Then only the query itself asks the same."""
    same = parsed.read_as == q or identify(parsed.read_as, snapshot.store, snapshot.papers) == identity
    return QueryRead(
        q=q,
        read_as=parsed.read_as if same else q.strip(),
        relaxed=text.relaxed,
        owners=identity.owners,
        withdrawn=identity.withdrawn,
    )


def _gene(name: str, snapshot: Snapshot) -> Gene | GeneChoice:
    doc = snapshot.store.find_id(name)
    identity = identify(name, snapshot.store, snapshot.papers)
    if doc is None:
        own = [g for g in identity.genes if g.symbol == name and g.match.kind == "symbol"]
        doc = own[0].doc if len(own) == 1 else None
    if doc is not None:
        return present.gene(snapshot.store.document(doc), snapshot.store, snapshot.version)
    named = [gene for gene in identity.genes if gene.match.kind != "paper"]
    return GeneChoice(
        name=name,
        owners=tuple(gene.owner() for gene in named),
        withdrawn=identity.withdrawn,
        suggestions=() if named else snapshot.suggestions.near(name),
    )


def _cursor(start: int, size: int, snapshot: Snapshot) -> str:
    text = f"{start}.{size}.{snapshot.version.digest}"
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii")


def _read_cursor(cursor: str) -> tuple[int, int, str]:
    try:
        start, size, digest = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").split(".")
        return int(start), int(size), digest
    except (ValueError, binascii.Error):
        raise BadRequest("cursor is not one that an earlier page gave") from None
