"""The small re-ranking of the top: the same code for every engine.

    score = text × (1 + PAPERS ln(1 + papers)) + idf × (PASSAGE × best + CITED × √cited)

``text`` is the engine's score, ``idf`` the query's total inverse document frequency,
``best`` the strength of the gene's best line and ``cited`` that of its best line with a
paper behind it (evidence.py).  So both ideas in one sentence beat two sentences, and a gene
whose answer can be checked beats one whose answer cannot.  PAPERS is the measured prior of
RANKING; PASSAGE is larger than there, because this engine's text score sums fields and so
rewards scattered words more.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from msgspec import Struct

from index.documents import Document
from index.store import RecordStore
from search.evidence import Answer, Words

WINDOW = 200
"""How many of the engine's best are looked at again."""
PAPERS = 0.1
PASSAGE = 6.0
CITED = 4.0


class Reviewed(Struct, frozen=True):
    """A gene that was looked at sentence by sentence."""

    document: Document
    answers: list[Answer]


class Ranked(Struct, frozen=True):
    doc: int
    score: float
    reviewed: Reviewed | None = None
    """None for a gene behind the first WINDOW."""


def rerank(top: Sequence[tuple[int, float]], store: RecordStore, words: Words) -> list[Ranked]:
    """The engine's best WINDOW in their final order, the rest behind them as they were.

    Looking again only adds to a score, so none of the rest has a higher one.
    """
    if len(words) == 0:
        return [Ranked(doc, score) for doc, score in top]
    first = []
    for doc, score in top[:WINDOW]:
        reviewed = review(doc, store, words)
        first.append(Ranked(doc, _score(score, reviewed, words), reviewed))
    first.sort(key=lambda ranked: (-ranked.score, ranked.doc))
    return first + [Ranked(doc, score) for doc, score in top[WINDOW:]]


def review(doc: int, store: RecordStore, words: Words) -> Reviewed:
    """A gene with the lines that answer."""
    document = store.document(doc)
    return Reviewed(document, words.answers(document))


def _score(text: float, reviewed: Reviewed, words: Words) -> float:
    best = reviewed.answers[0].strength if reviewed.answers else 0.0
    cited = next((answer.strength for answer in reviewed.answers if answer.line.cited), 0.0)
    prior = 1 + PAPERS * log(1 + reviewed.document.papers)
    return text * prior + words.total * (PASSAGE * best + CITED * sqrt(cited))
