"""A PubMed ID among a query's words: the genes that the paper is linked to (index/papers.py), beside
those whose texts cite it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from whoosh.query import NullQuery, Query

from index.fields import BY_NAME
from index.papers import PaperTable
from search.engines import Known
from search.evidence import paper_number

FIELD = BY_NAME["pmid"]


def linked_genes(papers: PaperTable) -> Callable[[Query], Query]:
    """From a leaf to the genes of its paper, for search.expand.Beside."""

    def known(leaf: Query) -> Query:
        number = paper_number(leaf)
        docs = papers.genes(int(number)) if number else []
        if not docs:
            return NullQuery
        return Known(np.array(docs, np.int32), FIELD.weight)

    return known
