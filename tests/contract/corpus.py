"""The documents of a corpus as streams of terms, read without any engine.

A stream is the terms of one field, its lines apart; a prose field has a second one of stems.  A keyword is
one term, however many words it is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from index.analysis import fold_keyword, stem, terms
from index.documents import Document

PROSE = {
    "name", "other_name", "family", "description", "summary", "atlas", "go", "tissue", "reference",
    "locus_type", "dataset",
}  # fmt: skip
NAMES = {"symbol", "previous_symbol", "alias", "regulator", "protein"}
KEYWORDS = {"location"}
ONLY_LOOKED_UP = {"hgnc_withdrawn", "uniprot_entry"}
"""Namespaces that identify a gene and are no text of it."""


class Corpus:
    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.lines: dict[str, dict[int, list[list[str]]]] = {}
        """By stream and document: its lines, each a list of terms."""
        for number, document in enumerate(documents):
            self._read(number, document)
        self.counts = {
            stream: {
                number: Counter(term for line in lines for term in line) for number, lines in held.items()
            }
            for stream, held in self.lines.items()
        }
        """By stream and document: how often it holds each term."""

    def _read(self, number: int, document: Document) -> None:
        for line in document.lines:
            if line.field in PROSE | NAMES:
                self._add(line.field, number, terms(line.text))
            if line.field in PROSE:
                self._add(line.field + "_stem", number, [stem(term) for term in terms(line.text)])
            if line.field in KEYWORDS:
                self._add_keyword(line.field, number, line.text)
            if line.field == "go" and line.key:
                self._add_keyword("go_id", number, line.key)
        for namespace, value in document.identifiers:
            if namespace not in ONLY_LOOKED_UP:
                self._add_keyword("identifier", number, value)
                self._add_keyword("identifier", number, f"{namespace}:{value}")
        for mentioned in {gene for line in document.lines for m in line.mentions for gene in m.genes}:
            self._add_keyword("mentions", number, mentioned)
        for numbered in document.references:
            self._add_keyword("pmid", number, numbered.reference.pmid)
            self._add_keyword("doi", number, numbered.reference.doi)

    def _add(self, stream: str, number: int, line: list[str]) -> None:
        self.lines.setdefault(stream, {}).setdefault(number, []).append(line)

    def _add_keyword(self, stream: str, number: int, keyword: str | None) -> None:
        if keyword is not None:
            self._add(stream, number, [fold_keyword(keyword)])

    @cache  # noqa: B019  a corpus lives as long as its tests
    def vocabulary(self, stream: str) -> frozenset[str]:
        """All terms of a stream."""
        return frozenset(term for counts in self.counts.get(stream, {}).values() for term in counts)


def in_a_row(words: Sequence[str], line: Sequence[str]) -> int:
    """How often words stand in a row in a line."""
    width, wanted = len(words), list(words)
    begins = (place for place, term in enumerate(line) if term == wanted[0])
    return sum(list(line[place : place + width]) == wanted for place in begins)
