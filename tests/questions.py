"""Questions of every kind, and answers in a form that can be compared."""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from index.facets import COLUMNS
from search import Genes
from search.page import to_json


class Question(NamedTuple):
    kind: Literal["search", "gene", "symbol", "location", "-papers"]
    """The last three: the orders of a search that counts everything."""
    asked: str


QUESTIONS = (
    *(
        Question("search", query)
        for query in (
            "zinc", "zinc nucleus", "zinc OR copper NOT iron", "NOT zinc", '"zinc ion binding"',
            "summary:zinc", "name:(metallothionein OR ubiquitin)", "MT1H", "metallothionein 1H", "MT1",
            "A1S9T", "HGNC:12469", "4496", "PMID:2", "zinc PMID:5", "GO:0005488", "metal",
            'go_wider:"binding"', "mentions:MT1H zinc", "location:16q13", "zinc homeostasis xyzzyq",
            "metalothionein", "",
        )
    ),
    *(Question("gene", name) for name in ("MT1H", "NCBIGene:7317", "VEGFA", "A12M3", "MT1", "MT1HH")),
    Question("symbol", "NOT zinc"), Question("location", "zinc OR MT1H"), Question("-papers", "papers:>1"),
    Question("symbol", "cited:true"), Question("-papers", "year:>1"),
)  # fmt: skip
"""Words, operators, phrases, fields, names, identifiers, papers, terms, none of these; whole genes."""


def answer(genes: Genes, question: Question) -> str:
    """A digest of everything that is answered, but for the time it took.

    Raises:
        IndexUnavailable: the index does not answer.
    """
    if question.kind == "gene":
        return _digest(genes.gene(question.asked, related=10))
    if question.kind != "search":
        page = genes.search(
            question.asked, sort=question.kind, facets=COLUMNS, filters=["refs:<9", "NOT chromosome:Y"]
        )
        return _digest(msgspec.structs.replace(page, took=0.0))
    return _digest(msgspec.structs.replace(genes.search(question.asked), took=0.0))


def _digest(answered: Struct) -> str:
    return hashlib.sha256(to_json(answered)).hexdigest()[:16]
