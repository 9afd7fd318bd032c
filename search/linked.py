"""A PubMed ID among a query's words: the genes that the paper is linked to (index/papers.py), beside
those whose texts cite it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from whoosh.query import NullQuery, Query, Term

from index.fields import BY_NAME
from index.papers import PaperTable
from search.engines import Held, Known
from search.evidence import paper_number
from search.expand import dois_of, typed
from search.page import Warning
from search.paper_forms import paper_ids
from search.storing import Store

FIELD = BY_NAME["pmid"]
_OF_PAPERS = ("pmid", "doi")


def linked_genes(papers: PaperTable) -> Callable[[Query], Query]:
    """From a leaf to the genes of its paper, for search.expand.Beside."""

    def known(leaf: Query) -> Query:
        number = paper_number(leaf)
        docs = papers.genes(int(number)) if number else []
        if not docs:
            return NullQuery
        return Known(np.array(docs, np.int32), FIELD.weight)

    return known


def is_known(pmid: str | None, doi: str | None, store: Store, papers: PaperTable) -> bool:
    """Whether a paper is cited for any gene or linked to one."""
    if pmid is not None:
        cited = any(row.namespace == "pmid" for row in store.identifiers(pmid))
        return cited or bool(papers.genes(int(pmid)))
    return any(row.namespace == "doi" for row in store.identifiers(doi or ""))


def without_papers(
    q: str,
    leaves: Iterable[Query],
    holders: Iterable[Held],
    total: int,
    store: Store,
    papers: PaperTable,
) -> list[Warning]:
    """A warning for each paper that is asked for and that the index knows nothing of; ``holders`` are the
    genes of each leaf."""
    told = []
    for leaf, docs in zip(leaves, holders, strict=True):
        if len(docs) or not isinstance(leaf, Term) or leaf.fieldname not in _OF_PAPERS:
            continue
        pmid = paper_number(leaf)
        read = dois_of(leaf) or ((typed(leaf),) if leaf.fieldname == "doi" else ())
        if (pmid or read) and not any(is_known(pmid, doi, store, papers) for doi in read or (None,)):
            told.append(_unknown(pmid, read[-1] if read else None))
    if not told and not total and (forms := paper_ids(q)):
        last = forms[-1]
        if not is_known(last.pmid, last.doi, store, papers):
            beside = "" if last.told else f"{last.pmid} is no NCBI Gene ID of this index, and "
            told.append(f"{beside}{_unknown(last.pmid, last.doi)}")
    return [Warning(message) for message in dict.fromkeys(told)]


def _unknown(pmid: str | None, doi: str | None) -> str:
    if pmid:
        return f"no gene of this index cites PMID {pmid} or is linked to it"
    return f"no gene of this index cites doi:{(doi or '')[:100]}"
