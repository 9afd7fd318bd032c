"""Search by looking at every word of every document, for agreement.py.

Each stream of words (a field, or a prose field's stems) is one array of word numbers, document after
document, with -1 between lines.  Nothing is looked up: a query's words are compared with all of a stream.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from math import log

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh.query import And, Not, NullQuery, Or, Query, Term

from index.analysis import fold_keyword, stem, terms
from index.documents import NO_LINE, Document
from index.fields import BY_NAME
from search.engines import Docs, Known
from search.expand import Beside, expand
from search.patterns import is_near, is_pattern, matcher, occurrences, within_stream

B = 0.2
K1 = 1.5
_BETWEEN = -1

Scores = NDArray[np.float64]
Met = NDArray[np.bool_]


class _Stream(Struct):
    words: NDArray[np.int32]
    docs: Docs
    """Of each place, the document."""
    norms: Scores
    """Of each document, 1 - b + b * length / average."""


class Scan:
    """All documents, to be asked logical trees."""

    def __init__(self, documents: Iterable[Document], beside: Beside) -> None:
        self.documents = 0
        self.words: dict[str, int] = {}
        self._beside = beside
        lines: dict[str, array[int]] = {}
        places: dict[str, array[int]] = {}
        known: dict[str, array[int]] = {}
        for number, document in enumerate(documents):
            self.documents += 1
            for field, values in _texts(document).items():
                of = lines.setdefault(field, array("i"))
                begun = len(of)
                for value in values:
                    of.extend(self._numbers(field, value, known))
                    of.append(_BETWEEN)
                places.setdefault(field, array("i")).extend([number] * (len(of) - begun))
        stems = np.array([self._number(stem(word)) for word in list(self.words)], np.int32)
        self.spelt = list(self.words)
        self._streams: dict[str, _Stream] = {}
        for field, held in lines.items():
            words, docs = np.array(held, np.int32), np.array(places[field], np.int32)
            lengths = np.bincount(docs[words >= 0], minlength=self.documents)
            norms = np.full(self.documents, 1 - B, np.float64)
            norms += B * lengths / max(1.0, float(lengths[lengths > 0].mean() if lengths.any() else 1))
            self._streams[field] = _Stream(words, docs, norms)
            if BY_NAME[field].kind == "prose":
                as_stems = np.where(words >= 0, stems[words], np.int32(_BETWEEN))
                self._streams[field + "_stem"] = _Stream(as_stems, docs, norms)
        self.size = sum(
            int((stream.words >= 0).sum()) for name, stream in self._streams.items() if "_stem" not in name
        )
        self._prose = self._streams["summary"].words

    def word_at(self, share: float) -> str:
        """A word of the summaries, so often as it stands there."""
        return self.row_at(share, 1)[0]

    def row_at(self, share: float, count: int) -> list[str]:
        """Words that stand in a row in a summary, fewer at the end of a line."""
        start = int(share * len(self._prose))
        while self._prose[start] < 0:
            start -= 1
        row: list[str] = []
        for number in self._prose[start : start + count].tolist():
            if number < 0:
                break
            row.append(self.spelt[number])
        return row

    def search(self, tree: Query) -> tuple[Scores, Met]:
        """The score of every document, and whether it matches."""
        everything = self.documents
        if tree is NullQuery:
            return np.zeros(everything), np.zeros(everything, np.bool_)
        if isinstance(tree, Not):
            return np.zeros(everything), ~self.search(tree.query)[1]
        if not isinstance(tree, (And, Or)):
            return self._leaf(tree)
        parts = [self.search(part) for part in tree.subqueries]
        joined = np.logical_and if isinstance(tree, And) else np.logical_or
        met = joined.reduce([part for _, part in parts])
        return np.where(met, np.sum([scores for scores, _ in parts], axis=0), 0.0), met

    def _leaf(self, leaf: Query) -> tuple[Scores, Met]:
        weights = np.zeros(self.documents)
        for part in dict.fromkeys(_parts(expand(leaf, self._beside))):
            if isinstance(part, Known):
                weights[part.docs] += part.weight
            elif part.fieldname in self._streams:
                stream = self._streams[part.fieldname]
                found = np.bincount(self._places(part, stream), minlength=len(weights))
                weights += part.boost * found / stream.norms
        t = weights.astype(np.float32).astype(np.float64)
        met = t > 0
        df = int(met.sum())
        idf = log(1 + (len(weights) - df + 0.5) / (df + 0.5))
        return idf * (K1 + 1) * t / (K1 + t), met

    def _places(self, part: Query, stream: _Stream) -> Docs:
        """The document of each occurrence."""
        words = stream.words
        if isinstance(part, Term):
            number = self.words.get(part.text)
            return stream.docs[words == number] if number is not None else stream.docs[:0]
        if is_pattern(part):
            return stream.docs[self._meets(within_stream(part, "", 1.0))[words]]
        numbers = [self.words.get(word, -2) for word in part.words]
        if is_near(part):
            return self._near(part, stream, numbers)
        last = len(words) - len(numbers) + 1
        if last <= 0:
            return stream.docs[:0]
        met: Met = words[:last] == numbers[0]
        for offset, number in enumerate(numbers[1:], 1):
            met &= words[offset : offset + last] == number
        return stream.docs[:last][met]

    def _near(self, part: Query, stream: _Stream, numbers: Sequence[int]) -> Docs:
        words = stream.words
        of_line = np.cumsum(words == _BETWEEN)
        holding = np.ones(int(of_line[-1]) + 1, np.bool_)
        for number, count in Counter(numbers).items():
            holding &= np.bincount(of_line[words == number], minlength=len(holding)) >= count
        ends = np.flatnonzero(words == _BETWEEN)
        found: list[int] = []
        for line in np.flatnonzero(holding).tolist():
            begin, end = (ends[line - 1] + 1 if line else 0), ends[line]
            spelt = [self.spelt[number] for number in words[begin:end].tolist()]
            found += [int(stream.docs[begin])] * len(occurrences(spelt, part))
        return np.array(found, np.int32)

    @cache  # noqa: B019  a scan lives as long as its run
    def _meets(self, pattern: Query) -> Met:
        """Of each word whether it meets the pattern; False behind the last, for the gaps between lines."""
        _, meets = matcher(pattern)
        return np.array([*map(meets, self.spelt), False])

    def _numbers(self, field: str, value: str, known: dict[str, array[int]]) -> Sequence[int]:
        if BY_NAME[field].kind == "keyword":
            return [self._number(fold_keyword(value))]
        if value not in known:
            known[value] = array("i", [self._number(word) for word in terms(value)])
        return known[value]

    def _number(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


def _texts(document: Document) -> dict[str, list[str]]:
    """A document's texts and keywords by field."""
    texts: dict[str, list[str]] = {}
    for line in document.lines:
        if line.field != "identifier" and BY_NAME[line.field].kind != "shown":
            texts.setdefault(line.field, []).append(line.text)
        if line.field == "go" and line.key:
            texts.setdefault("go_id", []).append(line.key)
    for namespace, value in document.identifiers:
        if namespace not in NO_LINE:
            texts.setdefault("identifier", []).extend((value, f"{namespace}:{value}"))
    mentioned = {gene for line in document.lines for mention in line.mentions for gene in mention.genes}
    if mentioned:
        texts["mentions"] = sorted(mentioned)
    for numbered in document.references:
        for field, keyword in (("pmid", numbered.reference.pmid), ("doi", numbered.reference.doi)):
            if keyword:
                texts.setdefault(field, []).append(keyword)
    return texts


def _parts(physical: Query) -> list[Query]:
    """The leaves of a physical Or, nested or not."""
    if physical is NullQuery:
        return []
    if isinstance(physical, Or):
        return [leaf for part in physical.subqueries for leaf in _parts(part)]
    return [physical]
