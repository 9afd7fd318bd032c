"""Where the words of a query stand in the text of a line, as spans of code points."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from whoosh.query import Query, Term

from index.analysis import stem, tokenize

Span = tuple[int, int]


class Read(NamedTuple):
    """A line's terms in three columns."""

    terms: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[Span, ...]


NOTHING_READ = Read((), (), ())


@lru_cache(maxsize=1 << 14)
def read(text: str) -> Read:
    tokens = tokenize(text)
    return Read(
        tuple(token.term for token in tokens),
        tuple(stem(token.term) for token in tokens),
        tuple((token.start, token.end) for token in tokens),
    )


def in_a_row(words: Read, form: tuple[str, ...], is_stemmed: bool) -> list[Span]:
    """Where the form stands in a line, from its first term's start to its last one's end."""
    standing = words.stems if is_stemmed else words.terms
    found = []
    first = form[0]
    width = len(form)
    position = -1
    for _ in range(standing.count(first)):
        position = standing.index(first, position + 1)
        if standing[position : position + width] == form:
            found.append((words.spans[position][0], words.spans[position + width - 1][1]))
    return found


def as_typed(span: Span, text: str, leaf: Query) -> Span:
    """The span with the signs that the word was typed with, where they stand: ``Su(H)``, a
    DOI's last ``+``."""
    word = leaf.text if isinstance(leaf, Term) else ""
    if word.isalnum():
        return span
    start, end = span
    whole = start + len(word)
    if end < whole <= len(text) and text[start:whole].casefold() == word.casefold():
        return start, whole
    return span


def without_overlaps(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, each once; where spans overlap the earlier and longer one stands."""
    kept: list[Span] = []
    begun = ended = -1
    for span in sorted(spans):
        start = span[0]
        if start >= ended:
            kept.append(span)
        elif start == begun:  # it is the longer one
            kept[-1] = span
        else:
            continue
        begun, ended = span
    return tuple(kept)
