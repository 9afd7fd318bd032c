"""Search in a stock Whoosh index, one leaf of the tree at a time.

Whoosh reads the postings and scores each leaf; how leaves combine is done here, because
Whoosh's own way is faulty (DESIGN.md): its top-k search drops high-scoring documents,
counts are wrong under NOT, an Or can score 0.  Doing so is exact by construction and was
two to three times as fast on frequent words.

    score(term or phrase) = boost × BM25 as whoosh.scoring.BM25F has it, with B and K1
    score(Or)  = sum over the parts that match
    score(And) = sum over the parts, all of which match; a NOT among them only excludes
    score(Not) = 0
    score(Known) = weight × the idf of its documents
    score(pattern) = sum over the words that meet it
    score(words near each other) = as a phrase
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from operator import itemgetter
from pathlib import Path

import numpy as np
from whoosh import index as whoosh_index
from whoosh.matching import Matcher
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term
from whoosh.scoring import BM25F

from index.analysis import stem
from index.fields import FIELDS, stem_stream
from search.engines import Docs, Found, Held, Known, Listed
from search.evidence import weights_from
from search.expand import Beside, expand
from search.levels import holding_most
from search.patterns import is_near, is_pattern, matcher, width, windows
from search.words import CountedWords

FOLDER = "whoosh"
B = 0.2
"""Length normalisation: RANKING measured the usual 0.75 as the biggest single mistake here."""
K1 = 1.5
_KEPT_LEAVES = 192
"""Leaves kept as they were scored: a request asks for a word's documents and then for the
score of the query that holds it.  A word has some two dozen, so this is eight words; with 32 a query
of three words found none of them again and took half as long more."""

Scores = Mapping[int, float]
_Row = tuple[frozenset[int], float]
"""Positions at which a phrase may begin in a document, and the score of its words so far."""


class WhooshEngine:
    """A published generation's Whoosh index, read only.

    Whoosh's readers are not documented as thread safe: one search at a time.

    Raises:
        Exception: whatever Whoosh raises on a missing or damaged file; the caller translates.
    """

    def __init__(self, generation: Path, beside: Beside) -> None:
        self._beside = beside
        self._index = whoosh_index.open_dir(generation / FOLDER, readonly=True)
        self._searcher = self._index.searcher(weighting=BM25F(B=B, K1=K1))
        self._lock = threading.Lock()
        self._everything: Scores = dict.fromkeys(range(self._searcher.doc_count_all()), 0.0)
        self._leaf = lru_cache(maxsize=_KEPT_LEAVES)(self._score_leaf)
        self.words = CountedWords(self._counted)

    @property
    def cut(self) -> Sequence[str]:
        """Nothing: this engine is for reference and reads all there is."""
        return ()

    def asking(self) -> WhooshEngine:
        """It keeps leaves beyond a request, so it is its own."""
        return self

    def search(self, query: Query, limit: int, within: Held | None = None) -> Found:
        scores = self._found(query)
        if within is not None:
            among = frozenset(within.docs.tolist())
            scores = {doc: score for doc, score in scores.items() if doc in among}
        best = nsmallest(limit, ((-score, doc) for doc, score in scores.items()))
        return Found(
            len(scores),
            np.array([doc for _, doc in best], np.int32),
            np.array([-negative for negative, _ in best], np.float64),
        )

    def matching(self, query: Query) -> Listed:
        return Listed(self._matching(query))

    def holding_most(self, holders: Sequence[Held], weights: Sequence[float], least: int) -> Listed:
        return Listed(holding_most([held.docs for held in holders], weights, least))

    def _matching(self, query: Query) -> Docs:
        return np.array(sorted(self._found(query)), np.int32)

    def close(self) -> None:
        with self._lock:
            self._searcher.close()
            self._index.close()
            del self._leaf, self.words  # they lead back here, and would keep what is beside the engine open

    def _counted(self) -> dict[str, int]:
        """Every word of the plain fields, and the most genes that have it, or its stem, in one of them."""
        counted: dict[str, int] = {}
        with self._lock:
            reader = self._searcher.reader()
            for field in FIELDS:
                if field.plain and field.kind in ("prose", "name"):
                    stems = stem_stream(field)
                    for encoded in reader.lexicon(field.name):
                        word = encoded.decode()
                        genes = reader.doc_frequency(*((stems, stem(word)) if stems else (field.name, word)))
                        counted[word] = max(counted.get(word, 0), genes)
        return counted

    def _found(self, query: Query) -> Scores:
        physical = expand(query, self._beside)
        with self._lock:
            return self._scores(physical)

    def _scores(self, query: Query) -> Scores:
        if query is NullQuery:
            return {}
        if isinstance(query, Or):
            return _added([self._scores(part) for part in query.subqueries])
        if isinstance(query, And):
            wanted = [self._scores(part) for part in query.subqueries if not isinstance(part, Not)]
            excluded = [self._scores(part.query) for part in query.subqueries if isinstance(part, Not)]
            return _without(_in_all(wanted) if wanted else self._everything, excluded)
        if isinstance(query, Not):
            return _without(self._everything, [self._scores(query.query)])
        return self._leaf(query)

    def _score_leaf(self, leaf: Query) -> Scores:
        if isinstance(leaf, Known):
            idf = weights_from([len(leaf.docs)], len(self._everything))[0]
            return dict.fromkeys(leaf.docs.tolist(), leaf.weight * idf)
        if is_pattern(leaf):
            return self._score_pattern(leaf)
        if isinstance(leaf, Phrase):
            return self._score_near(leaf) if is_near(leaf) else self._score_phrase(leaf)
        scores = {}
        matcher = leaf.matcher(self._searcher)
        while matcher.is_active():
            scores[matcher.id()] = matcher.score()
            matcher.next()
        return scores

    def _score_pattern(self, leaf: Query) -> Scores:
        begins, meets = matcher(leaf)
        scores: dict[int, float] = {}
        for encoded in self._searcher.reader().expand_prefix(leaf.fieldname, begins):
            if meets(word := encoded.decode()):
                postings = Term(leaf.fieldname, word, leaf.boost).matcher(self._searcher)
                while postings.is_active():
                    scores[postings.id()] = scores.get(postings.id(), 0.0) + postings.score()
                    postings.next()
        return scores

    def _score_near(self, phrase: Phrase) -> Scores:
        """Its words' scores where they stand near each other; lines stand further apart than that."""
        wanted = Counter(phrase.words)
        field = phrase.fieldname
        found: dict[int, tuple[list[tuple[int, str]], float]] | None = None
        for word in sorted(wanted, key=lambda word: self._searcher.doc_frequency(field, word)):
            standing: dict[int, tuple[list[tuple[int, str]], float]] = {}
            postings = Term(field, word).matcher(self._searcher)
            while postings.is_active():
                doc = postings.id()
                if found is None or doc in found:
                    places, score = ([], 0.0) if found is None else found[doc]
                    own = [(at, word) for at in postings.value_as("positions")]
                    standing[doc] = places + own, score + wanted[word] * postings.score()
                postings.next()
            found = standing
        return {
            doc: phrase.boost * score
            for doc, (places, score) in (found or {}).items()
            if windows(sorted(places), wanted, width(phrase))
        }

    def _score_phrase(self, phrase: Phrase) -> Scores:
        """Its words' scores where they stand in a row.

        The rarest word is read first, of the others only what can still be in a row with it: Whoosh's
        own phrases took seconds where a frequent word was among the words.
        """
        field = phrase.fieldname
        offsets: dict[str, list[int]] = {}
        for offset, word in enumerate(phrase.words):
            offsets.setdefault(word, []).append(offset)
        rarest, *others = sorted(offsets, key=lambda word: self._searcher.doc_frequency(field, word))
        found = self._beginnings(field, rarest, offsets[rarest])
        for word in others:
            found = self._continued(found, field, word, offsets[word])
        return {doc: phrase.boost * score for doc, (_, score) in found.items()}

    def _beginnings(self, field: str, word: str, offsets: list[int]) -> dict[int, _Row]:
        """Where a row with the word at these offsets may begin, and the word's share of the score."""
        found = {}
        matcher = Term(field, word).matcher(self._searcher)
        while matcher.is_active():
            if starts := _starts(matcher, offsets):
                found[matcher.id()] = (starts, len(offsets) * matcher.score())
            matcher.next()
        return found

    def _continued(self, rows: dict[int, _Row], field: str, word: str, offsets: list[int]) -> dict[int, _Row]:
        """The rows that hold the word too."""
        found: dict[int, _Row] = {}
        matcher = Term(field, word).matcher(self._searcher)
        for doc, (starts, score) in sorted(rows.items(), key=itemgetter(0)):
            if matcher.is_active() and matcher.id() < doc:
                matcher.skip_to(doc)
            if not matcher.is_active():
                break
            if matcher.id() == doc and (kept := starts & _starts(matcher, offsets)):
                found[doc] = (kept, score + len(offsets) * matcher.score())
        return found


def _starts(matcher: Matcher, offsets: list[int]) -> frozenset[int]:
    """Positions from which the word stands at all of the offsets."""
    positions = matcher.value_as("positions")
    return frozenset.intersection(*(frozenset(at - offset for at in positions) for offset in offsets))


def _added(parts: list[Scores]) -> Scores:
    total: dict[int, float] = {}
    for part in parts:
        for doc, score in part.items():
            total[doc] = total.get(doc, 0.0) + score
    return total


def _in_all(parts: list[Scores]) -> Scores:
    fewest = min(parts, key=len)
    return {doc: sum(part[doc] for part in parts) for doc in fewest if all(doc in part for part in parts)}


def _without(scores: Scores, excluded: list[Scores]) -> Scores:
    return {doc: score for doc, score in scores.items() if not any(doc in part for part in excluded)}
