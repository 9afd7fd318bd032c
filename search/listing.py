"""A list of names and a question: of each name today's gene, and of each gene its best sentence.

Each name is identified as a query that is nothing but a name; the question is read, weighed and answered as a
search of it, but of all genes of the list at once.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from whoosh.query import Query

from index.columns import among
from search.by_value import without_genes
from search.choosing import Answering, Answers, as_mark, together
from search.engines import Docs, Listed, Which
from search.errors import BadRequest
from search.finding import Text, find
from search.flags import CALLED
from search.identity import Identified, identify
from search.list_names import Cell
from search.list_naming import Named, cells_of, name_cells
from search.listed import STATUSES, ListedGene, Listing, ListRow, ListSummary, SharedGene
from search.page import Highlight, Match, QueryRead, Warning
from search.query import parse
from search.reading import read
from search.request import refused
from search.snapshot import Snapshot
from search.tree import CONDITIONS, LINE, every_leaf, render

MOST_NAMES = 5_000
"""Names in one list."""
GIVEN, EVIDENCE = "given", "evidence"
SORTS = (GIVEN, EVIDENCE)
"""Rows as the names were given, or those with the strongest sentence first."""
NO_SENTENCE = "no sentence about it"
"""What is said of a gene in which nothing answers the question."""
_NO_EVIDENCE = frozenset({"symbol", "name", "aside"})
"""Fields whose lines are no sentence about the gene: its names, which stand beside it, and what its page says
of another gene."""
_NO_WORDS = CONDITIONS | {LINE, "pmid", "doi"}
"""Fields of what a sentence meets without holding it."""
_SHOWN = Match("text", "", "", "")


class ListRequest(Struct, frozen=True):
    names: str | Sequence[str]
    """A text of names (search.list_names.cells), or the names."""
    question: str = ""
    """A query; empty: none."""
    sort: str = GIVEN
    strict: bool = False
    """Refuse a question that is not of the query language, instead of reading it as words."""


class _Evidence(Struct, frozen=True):
    name: str | None
    highlight: Highlight | None
    strength: float
    missing: tuple[str, ...]
    elsewhere: tuple[str, ...]
    only_ai: bool


def answer_list(request: ListRequest, snapshot: Snapshot) -> Listing:
    """
    Raises:
        BadRequest: more than ``MOST_NAMES`` names, an unknown sort, or ``strict`` and a question that is not
            of the query language.
    """
    began = time.perf_counter()
    if request.sort not in SORTS:
        raise BadRequest(f"unknown sort {request.sort[:40]!r}; known are {', '.join(SORTS)}")
    given, blank = cells_of(request.names, snapshot.store)
    if len(given) > MOST_NAMES:
        told = f"{len(given):,} names; at most {MOST_NAMES:,} are answered in one list, so send it in parts"
        raise BadRequest(told)
    header, given, named, warnings = name_cells(given, snapshot)
    docs = np.array(sorted({gene.doc for one in named.values() for gene in one.genes}), np.int32)
    question, evidence, more = _answers(request, docs, snapshot)
    rows = list(_rows(given, named, evidence))
    summary = _summary(rows, blank, header)
    if request.sort == EVIDENCE:
        rows.sort(key=lambda row: -row.strength)
    return Listing(
        summary=summary,
        rows=tuple(rows),
        question=question,
        sort=request.sort,
        warnings=(*warnings, *more),
        index=snapshot.version,
        took=round(1000 * (time.perf_counter() - began), 3),
    )


# The question


def _answers(
    request: ListRequest, docs: Docs, snapshot: Snapshot
) -> tuple[QueryRead | None, Mapping[int, _Evidence], tuple[Warning, ...]]:
    """How the question was read, and what each of the genes answers.

    Of words, a gene answers with whichever it holds, as in a search that was relaxed; of any other query
    only what the query finds.
    """
    q = request.question
    identity = identify(q, snapshot.store, snapshot.papers)
    parsed = parse(identity.asked or q)
    if request.strict and parsed.fault is not None:
        raise refused(parsed.fault)
    text = find(parsed, {gene.doc for gene in identity.genes}, 1, snapshot, Listed(docs))
    asked = bool(q.strip())
    found = text.matched.among(docs) | among(docs, text.beside) if asked else np.zeros(len(docs), np.bool_)
    admitted = np.full(len(docs), asked) if parsed.plain and text.leaves else found
    evidence = _evidence(docs, text, admitted, _missing(docs, text, found) if parsed.plain else None)
    if not asked:
        return None, evidence, ()
    warnings = (
        *parsed.warnings,
        *map(Warning, text.cut),
        *([] if parsed.plain else without_genes(every_leaf(parsed.tree), snapshot.facets)),
        *snapshot.wider.without_genes(text.leaves, text.holders),
    )
    return read(q, parsed, identity, text, snapshot), evidence, warnings


def _evidence(
    docs: Docs, text: Text, admitted: NDArray[np.bool_], missing: Callable[[int], tuple[str, ...]] | None
) -> dict[int, _Evidence]:
    found = {}
    text.reviewer.strengths(docs)  # all at once; then each gene's lines are known
    genes = text.reviewer.genes(docs.tolist())
    for gene in genes:
        gene.choose(_SHOWN)
    for place, (doc, gene, admits) in enumerate(zip(docs.tolist(), genes, admitted.tolist(), strict=True)):
        hit = gene.hit(0.0, _SHOWN, ())
        answers = gene.answers
        answered = admits and (len(answers) > 0 or not text.leaves)
        said = (
            line
            for line in hit.highlights
            if answered and line.section not in _NO_EVIDENCE and line.about is None
        )
        shown = next(said, None)
        answer = None if shown is None else _answer_of(shown, answers)
        found[doc] = _Evidence(
            hit.name,
            shown,
            0.0 if answer is None else round(answer.strength, 4),
            missing(place) if missing is not None else (),
            () if answer is None else _elsewhere(answer, answers, text.leaves),
            shown is not None and shown.only_ai,
        )
    return found


def _answer_of(shown: Highlight, answers: Answers[Answering]) -> Answering | None:
    """The line that is shown, with what it holds of the question."""
    alike = (one for one in answers if one.field == shown.section and one.text == shown.sentence)
    return next(alike, None)


def _elsewhere(shown: Answering, answers: Answers[Answering], leaves: Sequence[Query]) -> tuple[str, ...]:
    """The words of the question that the line shown lacks while other lines of the gene hold them; none that
    the gene is called by."""
    lacks = together(answers) & ~as_mark(shown.held)
    if not lacks:
        return ()
    told, called = 0, 0
    for one in answers:
        if one.field in CALLED:
            called |= as_mark(one.held)
        elif not one.says_nothing:
            told |= as_mark(one.held)
    words = lacks & told & ~called
    return tuple(
        [
            render(leaf)
            for position, leaf in enumerate(leaves)
            if words >> position & 1 and leaf.fieldname not in _NO_WORDS
        ]
    )


def _missing(docs: Docs, text: Text, found: Which) -> Callable[[int], tuple[str, ...]]:
    """Of each of the genes, by its place, the words that it holds nowhere; none of a gene that was found by
    all of them."""
    words = [render(leaf) for leaf in text.leaves]
    held = [holders.among(docs) for holders in text.holders]
    whole = found if not text.relaxed else np.zeros(len(docs), np.bool_)

    def of(place: int) -> tuple[str, ...]:
        if whole[place] and not among(docs[place : place + 1], text.beside)[0]:
            return ()
        return tuple([word for word, holds in zip(words, held, strict=True) if not holds[place]])

    return of


# Rows


def _rows(
    given: Iterable[Cell], named: Mapping[str, Named], evidence: Mapping[int, _Evidence]
) -> Iterator[ListRow]:
    first: dict[str, int] = {}
    made: dict[str, ListRow] = {}
    for number, text in given:
        row = made.get(text)
        if row is None:
            row = made[text] = _row(text, named[text], evidence)
        before = None if row.gene is None else first.setdefault(row.gene.id, number)
        yield replace(row, row=number, same_as=None if before == number else before)


def _row(text: str, one: Named, evidence: Mapping[int, _Evidence]) -> ListRow:
    genes = tuple([_gene(gene, evidence[gene.doc]) for gene in one.genes])
    ambiguous = one.status == "ambiguous"
    return ListRow(
        row=0,
        query=text,
        status=one.status,
        reason=one.reason,
        gene=genes[0] if genes and not ambiguous else None,
        candidates=genes if ambiguous else (),
        owners=one.owners,
        suggestions=one.suggestions,
        date=one.date,
    )


def _gene(gene: Identified, found: _Evidence) -> ListedGene:
    return ListedGene(
        gene.id,
        gene.symbol,
        found.name,
        gene.match,
        found.highlight,
        found.strength,
        found.missing,
        found.only_ai,
        found.elsewhere,
    )


def _summary(rows: Sequence[ListRow], blank: int, header: str | None) -> ListSummary:
    counts = Counter(row.status for row in rows)
    genes: dict[str, ListedGene] = {}
    of_gene: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.gene is not None:
            genes[row.gene.id] = row.gene
            of_gene[row.gene.id].append(row.row)
    return ListSummary(
        names=len(rows),
        **{status: counts[status] for status in STATUSES},
        genes=len(genes),
        answered=sum(gene.evidence is not None for gene in genes.values()),
        partly=sum(gene.evidence is not None and bool(gene.missing) for gene in genes.values()),
        dates=sum(row.date for row in rows),
        blank=blank,
        header=header,
        shared=tuple(
            [SharedGene(id, genes[id].symbol, tuple(at)) for id, at in of_gene.items() if len(at) > 1]  # noqa: A001
        ),
    )
