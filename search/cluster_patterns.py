"""Patterns (search/patterns.py) as regular expressions of Lucene, over terms as the cluster holds them.

A term too long to be held as it is ends in an ellipsis and a digest (index.cluster_layout.held_term); no
other has an ellipsis, which folding takes apart, so that what stands for any letter stands for none of those.
Long words of texts are compared at hand.  Of a long keyword only the beginning is: no wildcard, and no word
like another, is looked for behind its 200th letter.
"""

from __future__ import annotations

import re

from whoosh.query import FuzzyTerm, Query, Wildcard

from search.patterns import folded, written

_MOST_APART = 12
"""Single letters left open behind a star: each doubles the states that a cluster makes of an expression."""
_WILD = re.compile(r"[*?]+")
_ANY = "[^\u2026]"


def as_regexp(leaf: Query) -> str:
    """What the whole of a term must look like to meet a prefix or a wildcard."""
    pattern = folded(written(leaf))
    found, at = "", 0
    for wild in _WILD.finditer(pattern):
        found += _literal(pattern[at : wild.start()]) + _open(wild.group())
        at = wild.end()
    return found + _literal(pattern[at:])


def is_intricate(leaf: Query) -> bool:
    """Whether a cluster would take long over a pattern, or refuse it."""
    if isinstance(leaf, FuzzyTerm) or not isinstance(leaf, Wildcard):
        return False
    _, star, behind = folded(written(leaf)).partition("*")
    return bool(star) and behind.count("?") > _MOST_APART


def _open(wild: str) -> str:
    least = wild.count("?")
    if "*" not in wild:
        return _ANY if least == 1 else f"{_ANY}{{{least}}}"
    return f"{_ANY}{{{least},}}" if least else f"{_ANY}*"


def _literal(text: str) -> str:
    return "".join(char if char.isalnum() or char == " " else f"\\{char}" for char in text)
