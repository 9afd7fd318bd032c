"""The matrix of genes by words, turned round: from the words of each gene to the genes of each word.

Sorting is by counting (a sparse matrix from rows to columns), gene by gene in blocks, so that what is in
memory at once does not grow with the index.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy import sparse

from index import columns
from index.analysis import fold_keyword, stem
from index.columnar import CITED, FIELD_NUMBER, FIELD_SHIFT, TEXT_ORDER, WIDER, B
from index.engines.columnar.keywords import in_order
from index.fields import FIELDS
from index.ontology import Arrays

Numbers = NDArray[np.uint32]
Weights = NDArray[np.float64]

_MOST = (1 << 16) - 1
"""A word that stands more often in one text counts as often as this."""
_BLOCK = 1 << 16
"""Genes that are turned at once."""
_MATCHED = np.array([field.kind in ("prose", "name") for field in FIELDS])
_PROSE = np.array([field.kind == "prose" for field in FIELDS])
_STEMMED = np.array([field.kind in ("prose", "implied") for field in FIELDS])
_PLAIN = np.array([field.plain for field in FIELDS])
_WEIGHT = np.array([field.weight for field in FIELDS])
_GO = FIELD_NUMBER["go"]


class Lists(NamedTuple):
    """Lists of different lengths, end to end."""

    values: Numbers
    lengths: Numbers


class Collected(Struct):
    """Everything that the processes told, under one numbering; texts are in the order of their fields."""

    documents: int
    words: list[str]
    keywords: list[str]
    """Perhaps with repeats."""
    papers: Numbers
    text_fields: Numbers
    tokens: Lists
    """Words of each text."""
    token_begins: Numbers
    token_ends: Numbers
    about: Numbers
    """Of each text one more than its keyword; 0 for none."""
    mentions: Lists
    """Keywords of each text."""
    lines: Lists
    """Texts of each document's lines."""
    line_sources: Numbers
    line_codes: Numbers
    line_ats: Numbers
    cited: Lists
    """References of each line."""
    keyword_lists: Lists
    """Keywords of each document."""
    keyword_fields: Numbers


class _Postings(NamedTuple):
    """Of each word how many rows hold it, and all rows, word by word and ascending, with a value for each."""

    counts: NDArray[np.integer]
    rows: NDArray[np.int32]
    values: NDArray[np.float32]


def write_matrix(
    target: Path, found: Collected, arrays: Callable[[], Arrays], places: Callable[[], bytes]
) -> None:
    """Write the arrays of index/columnar.py that are not strings of texts, heads and references;
    ``arrays`` waits for the ontology, ``places`` for what write_keywords makes of the keywords."""
    _Matrix(target, found).write(arrays, places)


class _Matrix:
    def __init__(self, target: Path, found: Collected) -> None:
        self._target = target
        self._found = found
        self._documents = found.documents
        self._lines = found.lines.values
        self._line_docs = np.repeat(np.arange(self._documents, dtype=np.uint32), found.lines.lengths)
        self._line_fields = found.line_codes >> FIELD_SHIFT

    def write(self, arrays: Callable[[], Arrays], places: Callable[[], bytes]) -> None:
        """In the order in which one needs another; what needs the ontology last, which takes longest."""
        self._write_lines()
        stems = [stem(word) for word in self._found.words]
        norms = self._norms()
        weights = self._line_weights(norms)
        self._write_things(np.frombuffer(places(), np.uint32), norms)
        self._ontology = arrays()
        self._write_texts(stems)
        self._write_postings(weights)

    def _write(self, name: str, values: NDArray[np.generic]) -> None:
        columns.write(self._target, name, values)

    def _write_lists(self, name: str, starts: NDArray[np.int64], values: NDArray[np.generic]) -> None:
        self._write(f"{name}.u4", values)
        self._write(f"{name}_starts.u4", starts)

    def _write_texts(self, stems: list[str]) -> None:
        """Words in their order, texts with the labels of the ontology behind them, and who holds which."""
        found = self._found
        labels, labels_words, label_lengths = _label_words(self._ontology)
        numbers = {word: number for number, word in enumerate(found.words)}
        of_labels = np.array([numbers.setdefault(word, len(numbers)) for word in labels], np.uint32)
        stems += [stem(word) for word in islice(numbers, len(stems), None)]
        stem_numbers = [numbers.setdefault(one, len(numbers)) for one in stems]
        stem_numbers += range(len(stem_numbers), len(numbers))
        words = list(numbers)
        order = in_order(words)
        place = np.empty(len(words), np.uint32)
        place[order] = np.arange(len(words), dtype=np.uint32)
        word_stems = place[np.array(stem_numbers, np.intp)[order]]
        columns.write_dictionary(self._target, "words", [words[number].encode() for number in order])
        self._write("word_stems.u4", word_stems)
        own = place[found.tokens.values] if len(found.tokens.values) else found.tokens.values
        tokens = np.concatenate((own, place[of_labels[labels_words]]))
        lengths = np.concatenate((found.tokens.lengths, label_lengths))
        self._write("tokens.u4", tokens)
        self._write("text_tokens_starts.u4", columns.starts_of(lengths))
        self._write("token_begins.u4", found.token_begins)
        self._write("token_ends.u4", found.token_ends)
        fields = np.concatenate((found.text_fields, np.full(len(label_lengths), WIDER, np.uint32)))
        in_fields = np.bincount(fields, minlength=len(FIELDS))
        ordered_fields = [in_fields[FIELD_NUMBER[name]] for name in TEXT_ORDER]
        self._write("field_texts_starts.u4", columns.starts_of(ordered_fields))
        holders = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
        self.words, self.text_fields = len(words), fields
        surfaces = _counted(holders, tokens, self.words, len(lengths))
        self._write_holders("surface", surfaces)
        stemmed = _STEMMED[fields][holders]
        self._stems = _counted(holders[stemmed], word_stems[tokens[stemmed]], self.words, len(lengths))
        self._write_holders("stem", self._stems)
        self._surfaces = surfaces
        numbers_of_lines = np.arange(len(self._lines), dtype=np.uint32)
        self._write_lists("text_lines", *_inverse(self._lines, numbers_of_lines, len(fields)))

    def _write_holders(self, name: str, held: sparse.csr_matrix) -> None:
        turned = held.tocsc()
        self._write_lists(f"{name}_texts", turned.indptr, turned.indices)
        self._write(f"{name}_counts.u2", turned.data)

    def _write_lines(self) -> None:
        found = self._found
        self._write("line_texts.u4", self._lines)
        self._write("line_docs.i4", self._line_docs)
        self._write("line_sources.u4", found.line_sources)
        self._write("line_codes.u2", found.line_codes)
        self._write("line_ats.u4", found.line_ats)
        self._write("doc_lines_starts.u4", columns.starts_of(found.lines.lengths))
        self._write("cited.u4", found.cited.values)
        self._write("cited_starts.u4", columns.starts_of(found.cited.lengths))
        self._write("doc_papers.u4", found.papers)

    def _line_weights(self, norms: Weights) -> Weights:
        weights: Weights = _WEIGHT[self._line_fields] / norms[self._line_docs, self._line_fields]
        weights[~_MATCHED[self._line_fields]] = 0.0
        self._write("line_weights.f4", weights)
        return weights

    def _write_things(self, place: Numbers, norms: Weights) -> None:
        """Which texts are about a thing or mention a gene, and which genes have which keywords; ``place`` is
        that of each keyword in the dictionary."""
        found = self._found
        keywords = int(place.max()) + 1 if len(place) else 0
        about = np.flatnonzero(found.about).astype(np.uint32)
        texts = np.arange(len(found.mentions.lengths), dtype=np.uint32)
        mentioning = np.repeat(texts, found.mentions.lengths)
        of = place[found.mentions.values] if len(place) else found.mentions.values
        things = place[found.about[about] - 1]
        self._write_lists("keyword_texts", *_inverse(things, about, keywords))
        self._write_lists("keyword_mentions", *_inverse(of, mentioning, keywords))
        self._write_keyword_docs(place, keywords, norms)

    def _write_postings(self, weights: Weights) -> None:
        found = self._found
        terms = self._write_above()
        labels = self._label_stems()
        prose = _Writing(self._target, "prose", self.words)
        named = _Writing(self._target, "named", self.words)
        starts = columns.starts_of(found.lines.lengths)
        for first in range(0, self._documents, _BLOCK):
            last = min(first + _BLOCK, self._documents)
            lines = slice(int(starts[first]), int(starts[last]))
            fields = self._line_fields[lines]
            for writing, held, wanted in (
                (prose, self._stems, _PROSE & _PLAIN),
                (named, self._surfaces, ~_PROSE & _MATCHED & _PLAIN),
            ):
                some = np.flatnonzero(wanted[fields]) + lines.start
                block = self._block(held, some, weights, first, last)
                if writing is prose:
                    implied = terms[first:last] @ labels
                    implied.data[:] = _WEIGHT[WIDER]
                    block = (block + implied).tocsr()
                writing.add(first, block)
        prose.finish()
        named.finish()

    def _block(
        self, held: sparse.csr_matrix, lines: NDArray[np.int64], weights: Weights, first: int, last: int
    ) -> sparse.csr_matrix:
        """The weights of words in genes ``first`` to ``last`` by some of their lines."""
        at, lengths = columns.members(held.indptr, self._lines[lines])
        data = held.data[at] * np.repeat(weights[lines], lengths)
        rows = np.repeat(self._line_docs[lines] - np.uint32(first), lengths)
        indptr = columns.starts_of(np.bincount(rows, minlength=last - first))
        block = sparse.csr_matrix((data, held.indices[at], indptr), shape=(last - first, self.words))
        block.sum_duplicates()
        return block

    def _norms(self) -> Weights:
        """1 - B + B × length / average length of each gene in each field."""
        found = self._found
        fields = len(FIELDS)
        counted = np.where(_MATCHED[self._line_fields], found.tokens.lengths[self._lines], 0)
        docs = np.repeat(np.arange(self._documents), found.keyword_lists.lengths)
        lengths = np.bincount(
            self._line_docs.astype(np.int64) * fields + self._line_fields,
            counted,
            minlength=self._documents * fields,
        )
        lengths += np.bincount(docs * fields + found.keyword_fields, minlength=self._documents * fields)
        table = lengths.reshape(self._documents, fields)
        having = np.maximum((table > 0).sum(axis=0), 1)
        average = np.maximum(table.sum(axis=0) / having, 1e-9)
        norms: Weights = 1 - B + B * table / average
        return norms

    def _write_keyword_docs(self, place: Numbers, keywords: int, norms: Weights) -> None:
        found = self._found
        docs = np.repeat(np.arange(self._documents, dtype=np.int64), found.keyword_lists.lengths)
        of = place[found.keyword_lists.values].astype(np.int64) if len(place) else docs
        packed = (of * self._documents + docs) * len(FIELDS) + found.keyword_fields
        distinct, counts = np.unique(packed, return_counts=True)
        fields, rest = distinct % len(FIELDS), distinct // len(FIELDS)
        numbers, docs = rest // max(1, self._documents), rest % max(1, self._documents)
        starts = columns.starts_of(np.bincount(numbers, minlength=keywords))
        self._write("keyword_docs.i4", docs)
        self._write("keyword_docs_starts.u4", starts)
        self._write("keyword_fields.u1", fields)
        self._write("keyword_weights.f4", _WEIGHT[fields] * counts / norms[docs, fields])

    def _write_above(self) -> sparse.csr_matrix:
        """Genes by terms at or above theirs; written with the strongest grounds for each."""
        found, ontology = self._found, self._ontology
        terms = _terms_about(found, ontology)
        self._write("go_terms.i4", terms[found.text_fields == _GO])
        annotated = np.flatnonzero(self._line_fields == _GO)
        own = terms[self._lines[annotated]]
        annotated, own = annotated[own >= 0], own[own >= 0]
        codes = found.line_codes[annotated]
        grounds = 2 * (codes & 3) + ((codes & CITED) == 0)
        at, lengths = columns.members(ontology.above_starts, own)
        count = max(1, len(ontology.ids))
        docs = np.repeat(self._line_docs[annotated].astype(np.int64), lengths)
        packed = np.sort((docs * count + ontology.above_of[at]) << 3 | np.repeat(grounds, lengths))
        pairs = packed >> 3
        first = np.ones(len(pairs), np.bool_)
        first[1:] = pairs[1:] != pairs[:-1]
        docs, above = pairs[first] // count, pairs[first] % count
        starts = columns.starts_of(np.bincount(docs, minlength=self._documents))
        self._write_lists("above_terms", starts, above)
        self._write("above_codes.u1", packed[first] & 7)
        self._write("label_terms.u4", _label_terms(ontology))
        ones = np.ones(len(above), np.float64)
        return sparse.csr_matrix((ones, above, starts), shape=(self._documents, count))

    def _label_stems(self) -> sparse.csr_matrix:
        """Terms by the stems that stand in their labels."""
        ontology = self._ontology
        first = int(np.count_nonzero(self.text_fields != WIDER))
        labels = self._stems[first:].tocoo()
        terms = _label_terms(ontology)[labels.row]
        shape = (max(1, len(ontology.ids)), self.words)
        return sparse.csr_matrix((np.ones(len(terms)), (terms, labels.col)), shape=shape)


class _Writing:
    """The postings of all words, put together from blocks of genes."""

    def __init__(self, target: Path, name: str, words: int) -> None:
        self._target, self._name = target, name
        self._blocks: list[_Postings] = []
        self._counts = np.zeros(words, np.int64)

    def add(self, first: int, block: sparse.csr_matrix) -> None:
        turned = block.tocsc()
        counts = np.diff(turned.indptr)
        self._counts += counts
        self._blocks.append(
            _Postings(counts, turned.indices + np.int32(first), turned.data.astype(np.float32))
        )

    def finish(self) -> None:
        """Word by word, the blocks in their order are the genes in theirs."""
        starts = columns.starts_of(self._counts)
        docs = np.empty(int(starts[-1]), np.int32)
        weights = np.empty(int(starts[-1]), np.float32)
        free = starts[:-1].copy()
        for counts, rows, values in self._blocks:
            at = np.arange(len(rows)) + np.repeat(free - (np.cumsum(counts) - counts), counts)
            docs[at], weights[at] = rows, values
            free += counts
        columns.write(self._target, f"{self._name}_docs.i4", docs)
        columns.write(self._target, f"{self._name}_weights.f4", weights)
        columns.write(self._target, f"{self._name}_docs_starts.u4", starts)


def _counted(rows: Numbers, words: Numbers, width: int, height: int) -> sparse.csr_matrix:
    """How often each word stands in each row; ``rows`` ascend."""
    indptr = columns.starts_of(np.bincount(rows, minlength=height))
    held = sparse.csr_matrix((np.ones(len(words), np.int32), words, indptr), shape=(height, width))
    held.sum_duplicates()
    np.minimum(held.data, _MOST, out=held.data)
    return held


def _inverse(
    keys: NDArray[np.unsignedinteger], values: Numbers, count: int
) -> tuple[NDArray[np.int64], Numbers]:
    """Where the values of each key begin, and the values, ascending for each as they are given."""
    order = np.argsort(keys, kind="stable")
    return columns.starts_of(np.bincount(keys, minlength=count)), values[order]


def _label_words(ontology: Arrays) -> tuple[list[str], NDArray[np.int64], Numbers]:
    """The ontology's words, the words of its labels end to end, and how many each label has."""
    words = ontology.vocabulary.tobytes().decode().split()
    standing = np.full(int(ontology.place_starts[-1]), -1, np.int64)
    standing[ontology.surface_of] = np.repeat(np.arange(len(words)), np.diff(ontology.surface_starts))
    lengths = (np.diff(ontology.place_starts) - 1).astype(np.uint32)
    return words, standing[standing >= 0], lengths


def _label_terms(ontology: Arrays) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(ontology.ids)), np.diff(ontology.label_starts))


def _terms_about(found: Collected, ontology: Arrays) -> NDArray[np.int64]:
    """Of each text the term that it is about, -1 for none."""
    known = {int(digits): number for number, digits in enumerate(ontology.ids.tolist())}
    others = zip(ontology.alternatives.tolist(), ontology.alternative_of.tolist(), strict=True)
    known = dict(others) | known
    prefix = fold_keyword("GO:")
    terms = np.full(len(found.about), -1, np.int64)
    for text in np.flatnonzero(found.about).tolist():
        name, _, digits = found.keywords[found.about[text] - 1].partition(" ")
        if name == prefix and digits.isascii() and digits.isdigit():
            terms[text] = known.get(int(digits), -1)
    return terms
