"""From a query string to its tokens: which signs are part of a word, which say something (query.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.fields import FIELDS
from search.patterns import WILD

SEARCHABLE = frozenset(field.name for field in FIELDS if field.kind != "shown")
"""The fields that a query may name."""
OPERATORS = frozenset({"AND", "OR", "NOT"})

_NAMES = "|".join(sorted(SEARCHABLE, key=len, reverse=True))
_FIELD = re.compile(rf"(?!GO:\d{{7}}\b)({_NAMES}):", re.IGNORECASE)
"""A known field's name and a colon; a GO id is a word."""
_FIELD_UNDER_FIELD = re.compile(rf"(?!GO:\d)({_NAMES}):", re.IGNORECASE)
"""The same right behind a field's name, where the beginning of a GO id is a word too: ``go_id:GO:00069*``."""
_POINTS = ".,;:!"
_AROUND = _POINTS + WILD
"""Signs that are no part of a word where they begin or end it."""
_PUNCTUATION = re.compile(rf"[{_AROUND}]*")
_SLOP = re.compile(r"~([0-9]{1,9})(?![\w~])")
"""What may follow a phrase."""


class Token(Struct, frozen=True):
    kind: str
    """One of word, phrase, field, operator, open, close."""
    text: str
    position: int
    pattern: str = ""
    """A word with the ``*`` and ``?`` in and around it, if it has any."""
    slop: int = 0
    """How many other words may stand between those of a phrase."""


class Misread(Exception):
    """The query is not of the language."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def lex(q: str, knows_fields: bool = True) -> Iterator[Token]:
    """The tokens of a query; without ``knows_fields`` a field's name says nothing of what follows it.

    Raises:
        Misread: a quotation mark is not closed.
    """
    closing = _brackets(q)
    position = 0
    under_field = False
    while position < len(q):
        char = q[position]
        if char.isspace():
            position += 1
            continue
        if char in "()":
            token, position = Token("open" if char == "(" else "close", char, position), position + 1
        elif char == '"':
            token, position = _phrase(q, position)
        else:
            token, position = _word(q, position, closing, under_field)
        yield token
        under_field = knows_fields and token.kind == "field"


def lex_words(q: str) -> Iterator[Token]:
    """Everything as words, for a query that does not parse otherwise."""
    for token in lex(q.replace('"', " "), knows_fields=False):
        if token.kind == "operator":
            yield Token("word", token.text.lower(), token.position)
        elif token.kind in ("word", "field"):
            yield Token("word", token.text, token.position, token.pattern)


def _phrase(q: str, begin: int) -> tuple[Token, int]:
    end = q.find('"', begin + 1)
    if end < 0:
        raise Misread("a quotation mark is not closed", begin)
    slop = _SLOP.match(q, end + 1)
    token = Token("phrase", q[begin + 1 : end], begin, slop=int(slop.group(1)) if slop else 0)
    return token, slop.end() if slop else end + 1


def _word(q: str, begin: int, closing: dict[int, int], under_field: bool) -> tuple[Token, int]:
    """The field's name, operator or word at a position, and where the next token may begin."""
    punctuation = _PUNCTUATION.match(q, begin)
    start = punctuation.end() if punctuation else begin
    if field := (_FIELD_UNDER_FIELD if under_field else _FIELD).match(q, start):
        return Token("field", field.group(1).lower(), start), field.end()
    end = _word_end(q, start, closing) if q[start : start + 1] != "(" else start
    if end == start:
        raw = q[begin:end]
        return Token("word", raw, begin, raw if any(sign in raw for sign in WILD) else ""), end
    word = q[start:end].rstrip(_AROUND)
    pattern = q[begin:end].strip(_POINTS)
    if not under_field and _asks(q, begin, end):
        pattern = pattern.rstrip(_POINTS + "?")
    if not any(sign in pattern for sign in WILD):
        return Token("operator" if word in OPERATORS else "word", word, start), end
    position = begin if pattern[0] in WILD else start
    return Token("word", word.lower() if word in OPERATORS else word, position, pattern), end


def _asks(q: str, begin: int, end: int) -> bool:
    """Whether a word is the last of several and the mark behind it makes them a question."""
    return begin > 0 and q[begin - 1].isspace() and q[end - 1] == "?" and not q[end:].strip()


def _brackets(q: str) -> dict[int, int]:
    """Where each bracket is closed, for pairs without a blank or quote between: ``Su(H)``."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for position, char in enumerate(q):
        if char == "(":
            opened.append(position)
        elif char == ")" and opened:
            closing[opened.pop()] = position
        elif char == '"' or char.isspace():
            opened.clear()
    return closing


def _word_end(q: str, start: int, closing: dict[int, int]) -> int:
    """Where a word ends: at a blank, a quote, or a bracket without its other half in the word."""
    position = start
    while position < len(q):
        char = q[position]
        if char == "(" and position in closing:
            position = closing[position]
        elif char in '()"' or char.isspace():
            return position
        position += 1
    return position
