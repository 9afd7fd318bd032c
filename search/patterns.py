"""Leaves that are met by more terms than can be written down: ``CDK*``, ``CDK?``, ``kinase~1``, and words
that stand near each other: ``"zinc ion"~5``.  One definition for engines, evidence and the ontology.

A pattern is compared with surface forms in texts and with whole folded keywords in keyword fields, never with
stems.  ``*`` stands for any number of letters and digits, none too, ``?`` for exactly one; in folded keywords
also for the blanks between its terms.  ``~1`` and ``~2`` are the most letters that are inserted, left out,
exchanged or swapped with their neighbour, each place once: optimal string alignment (L. Boytsov, Indexing
methods for approximate dictionary searching, ACM JEA 16, 2011).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import lru_cache, partial
from typing import TypeVar

from rapidfuzz.distance import OSA
from whoosh.query import FuzzyTerm, Phrase, Prefix, Query, Wildcard

from index.analysis import fold_keyword, tokenize

PATTERNS = (Prefix, Wildcard, FuzzyTerm)
WILD = "*?"
MAX_SLOP = 30
"""More words between are another sentence.  A window of the longest phrase stays shorter than the gap that an
index leaves between two lines."""

Word = TypeVar("Word", str, int)
"""A word, or its number in an index."""
_WILD = re.compile(r"([*?])")


def is_pattern(leaf: Query) -> bool:
    return isinstance(leaf, PATTERNS)


def is_near(leaf: Query) -> bool:
    """Whether a leaf is words near each other; Whoosh counts their slop from 1, which is a phrase."""
    return isinstance(leaf, Phrase) and leaf.slop > 1


def is_costly(leaf: Query) -> bool:
    """Whether a leaf may stand for so much that a query has room for few of its kind."""
    return is_pattern(leaf) or is_near(leaf)


def near(field: str, words: Sequence[str], slop: int) -> Phrase:
    """Words with up to ``slop`` others between; with none between, or of one word, a phrase."""
    return Phrase(field, list(words), slop=1 + slop if len(words) > 1 else 1)


def width(leaf: Query) -> int:
    """How many positions in a row must hold all of a phrase's words."""
    return len(leaf.words) + int(leaf.slop) - 1


def written(leaf: Query) -> str:
    """A pattern as it is typed, without its field."""
    if isinstance(leaf, Prefix):
        return f"{leaf.text}*"
    return f"{leaf.text}~{leaf.maxdist}" if isinstance(leaf, FuzzyTerm) else str(leaf.text)


def within_stream(leaf: Query, stream: str, weight: float) -> Query:
    """The same pattern or phrase over one stream of an index."""
    moved = copy(leaf)
    moved.fieldname, moved.boost = stream, weight
    return moved


def folded(pattern: str) -> str:
    """A pattern as it is compared: its terms folded as those of texts are, blanks where signs part them."""
    parts: list[str] = []
    joins = False  # whether what comes next stands right beside what came last
    for piece in _WILD.split(pattern):
        if piece in ("*", "?"):
            _append(parts, piece, joins)
            joins = True
        elif piece:
            found = tokenize(piece)
            for place, token in enumerate(found):
                _append(parts, token.term, joins and place == 0 and token.start == 0)
            joins = bool(found) and found[-1].end == len(piece)
    return " ".join(parts)


def _append(parts: list[str], piece: str, joins: bool) -> None:
    if parts and joins:
        parts[-1] += piece
    else:
        parts.append(piece)


@lru_cache(maxsize=256)
def matcher(leaf: Query) -> tuple[str, Callable[[str], bool]]:
    """What every term begins with that meets a pattern, and whether a term meets it."""
    if isinstance(leaf, FuzzyTerm):
        return "", partial(_is_like, fold_keyword(leaf.text), leaf.maxdist)
    pattern = folded(written(leaf))
    begins = _WILD.split(pattern, maxsplit=1)[0]
    if pattern == begins + "*":
        return begins, lambda term: term.startswith(begins)
    fullmatch = re.compile(_as_regex(pattern), re.DOTALL).fullmatch
    return begins, lambda term: fullmatch(term) is not None


def _is_like(word: str, most: int, term: str) -> bool:
    return -most <= len(term) - len(word) <= most and OSA.distance(word, term, score_cutoff=most) <= most


def _as_regex(pattern: str) -> str:
    """Each piece between stars is taken where it stands first and never again, so that no pattern takes
    longer than its length times the term's."""
    first, *others = [re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*")]
    if not others:
        return first
    return first + "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece) + ".*" + others[-1]


def occurrences(terms: Sequence[str], leaf: Query) -> list[tuple[int, int]]:
    """Where a pattern, or words near each other, stand among the surface forms of one line, in order: at
    ``terms[start:end]``."""
    if is_pattern(leaf):
        _, meets = matcher(leaf)
        return [(place, place + 1) for place, term in enumerate(terms) if meets(term)]
    wanted = Counter(leaf.words)
    standing = [(place, term) for place, term in enumerate(terms) if term in wanted]
    return [(first, last + 1) for first, last in windows(standing, wanted, width(leaf))]


def windows(
    standing: Iterable[tuple[int, Word]], wanted: Mapping[Word, int], most: int
) -> list[tuple[int, int]]:
    """The first and last position of each run of at most ``most`` positions that holds each word as often as
    it is wanted, in any order, and holds no shorter such run.

    ``standing`` are the positions of the wanted words, ascending.
    """
    found = []
    inside: list[tuple[int, Word]] = []
    begin = 0
    lacking = dict(wanted)
    missing = sum(wanted.values())
    for place, word in standing:
        inside.append((place, word))
        lacking[word] -= 1
        missing -= lacking[word] >= 0
        while not missing:
            first, freed = inside[begin]
            begin += 1
            lacking[freed] += 1
            if lacking[freed] > 0:
                missing = 1
                if place - first < most:
                    found.append((first, place))
    return found
