"""A whole answer, to be taken away: every hit of a query, from one generation, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType

from msgspec.structs import replace

from search.page import Highlight, Hit, IndexVersion, Page, QueryRead, Warning
from search.request import MAX_SIZE, SearchRequest
from search.searching import search
from search.snapshot import Snapshot

COLUMNS = (
    "rank",
    "_id",
    "symbol",
    "name",
    "score",
    "match",
    "section",
    "provenance",
    "source",
    "date",
    "sentence",
    "key",
    "about",
    "pmids",
    "dois",
    "mentions",
    "mention_ids",
    "missing",
)
"""Of a table of sentences.  What may be several in one cell is a tuple in a row."""

Cell = str | int | float | None | tuple[str, ...]
Row = tuple[Cell, ...]


class Export:
    """Every hit of a query, in the order of the search, read once.

    The generation that was published when it began stays open, and is read alone, until the last hit was
    read or the export is closed: a rebuild underneath changes nothing in it.  At most a page of hits is in
    memory.
    """

    def __init__(self, request: SearchRequest, size: int | None, snapshot: Snapshot, held: ExitStack) -> None:
        """``size`` is how many hits are wanted, None for all; ``held``, which keeps the snapshot open, is
        taken over unless this fails.

        Raises:
            BadRequest: the request cannot be answered as asked.
        """
        self._request = request
        self._left = size
        self._snapshot = snapshot
        self._first: Page | None = self._page(0)
        self.query: QueryRead = self._first.query
        self.total: int = self._first.total
        """How many genes answer, also where ``size`` is smaller."""
        self.size: int = self.total if size is None else min(size, self.total)
        """How many hits come."""
        self.index: IndexVersion = self._first.index
        self.warnings: tuple[Warning, ...] = self._first.warnings
        self._closed = False
        self._held = held.pop_all()

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the generation; may be called at any time and more than once."""
        self._closed = True
        self._held.close()

    def __iter__(self) -> Iterator[Hit]:
        """
        Raises:
            IndexUnavailable: the index turned out to be damaged; what came before is not the whole answer.
            ValueError: it was read before, or is closed.
        """
        page, self._first = self._first, None
        if page is None:
            raise ValueError("an export is read once; ask for another one")
        with self._held:
            start = 0
            while True:
                for hit in page.hits:
                    self._check_open()
                    yield hit
                self._check_open()
                start += len(page.hits)
                if self._left is not None:
                    self._left -= len(page.hits)
                if page.next is None or self._left == 0:
                    return
                del page  # not two of them at once
                page = self._page(start)

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this export is closed; ask for another one")

    def _page(self, start: int) -> Page:
        size = MAX_SIZE if self._left is None else min(MAX_SIZE, self._left)
        return search(replace(self._request, start=start, size=size), self._snapshot)


def rows(hits: Iterable[Hit]) -> Iterator[Row]:
    """The names of the columns, then a row for each sentence, and for a hit without any one row."""
    yield COLUMNS
    for rank, hit in enumerate(hits, 1):
        gene: Row = (rank, hit.id, hit.symbol, hit.name, hit.score, hit.match.reason)
        for said in map(evidence_cells, hit.highlights or (None,)):
            yield (*gene, *said, hit.missing)


def evidence_cells(highlight: Highlight | None) -> Row:
    """The cells of a sentence, from ``section`` to ``mention_ids``; empty ones where there is none."""
    if highlight is None:
        return (None,) * 11
    return (
        highlight.section,
        highlight.provenance,
        highlight.source,
        highlight.date,
        highlight.sentence,
        highlight.key,
        None if highlight.about is None else highlight.about.symbol,
        tuple(dict.fromkeys(ref.pmid for ref in highlight.refs if ref.pmid)),
        tuple(dict.fromkeys(ref.doi for ref in highlight.refs if ref.doi)),
        tuple(mention.symbol for mention in highlight.mentions),
        tuple(mention.id for mention in highlight.mentions),
    )
