"""From a query string to its tokens: which signs are part of a word, which say something (query.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.fields import FIELDS
from search.patterns import WILD
from search.tree import GENE, SECTION

SEARCHABLE = frozenset((GENE, SECTION, *(field.name for field in FIELDS if field.kind != "shown")))
"""The fields that a query may name."""
OPERATORS = frozenset({"AND", "OR", "NOT"})

_OF_NUMBERS = frozenset(field.name for field in FIELDS if field.kind == "number")
_NAMES = "|".join(sorted(SEARCHABLE, key=len, reverse=True))
_GO_ID = r"GO:\d[\d*?]{0,7}(?:~\d+)?(?=[\s()\",;.!?]|$)"
_GENE_ID = r"gene:\d+(?=[\s()\",;.!?]|$)"
_FIELD = re.compile(rf"(?!{_GO_ID}|{_GENE_ID})({_NAMES}):", re.IGNORECASE)
"""A known field's name and a colon; a GO id, or the beginning of one, is a word, and so is ``Gene:4496``."""
_FIELD_UNDER_FIELD = re.compile(rf"(?!GO:\d|{_GENE_ID})({_NAMES}):", re.IGNORECASE)
"""The same right behind a field's name, where whatever begins as a GO id is a word."""
_OWN_PREFIXES = {"pmid": re.compile("pmid:", re.IGNORECASE), "doi": re.compile("doi:", re.IGNORECASE)}
"""Prefixes of values that are fields' names too: ``pmid:PMID:12081484``."""
HYPHENS = "-‐‑‒–−﹣"
BARS = "—―"
"""Dashes between parts of a sentence, which exclude nothing."""
_SIGN = re.compile(rf"[+{re.escape(HYPHENS)}](?=[^\W_]|[\"(]|[*?][^\W_])")
_POINTS = ".,;:!" + BARS
_AROUND = _POINTS + WILD
"""Signs that are no part of a word where they begin or end it."""
LOST = "+~!" + HYPHENS
"""Signs that would say something elsewhere; before a word they are no part of it."""
_BEFORE = re.compile(rf"[{re.escape(_AROUND + LOST)}]*")
_SLOP = re.compile(r"~([0-9]{1,9})(?![\w~])")
"""What may follow a phrase."""
_WITHIN = re.compile(r"~(?:sentence|s)(?![\w~])", re.IGNORECASE)
"""What may follow a phrase or a closing bracket: all of it within one sentence."""
_NUMBERS = re.compile(r"[\[{][^\[\]{}()\"]*[\]}][.,;:!]*|[<>=≤≥]+\s*[^\s()\"]*|[^\s()\"]+")
"""A value of a field of numbers: a range in brackets, a comparison, or a word."""
_OPEN = re.compile(r"(?<=[\d*])\.\.")
"""What leaves the end of a range open: ``2015..``."""
_WORD_END = re.compile(r"[\s()\"]")
_BETWEEN_WORDS = re.compile(r"(?<=[^\W_])[,;](?=[^\W_])")
_ONE_WORD = re.compile(r"10\.\d|https?:|doi:", re.IGNORECASE)
"""How addresses and DOIs begin, which may have commas and semicolons inside."""
_SAYING = re.compile(r"[*?\"\[\]{}<>=≤≥]|(?i:(?<=[\w\")])~(?:sentence|s)(?![\w~]))|[~^][\d.]*")
"""Signs of phrases, patterns and ranges, which words do without."""


class Token(Struct, frozen=True):
    kind: str
    """One of word, phrase, number, field, operator, sign, open, close."""
    text: str
    position: int
    pattern: str = ""
    """A word with the ``*`` and ``?`` in and around it, if it has any."""
    slop: int = 0
    """How many other words may stand between those of a phrase."""
    within: bool = False
    """Whether a phrase or a closing bracket says that all of it stands in one sentence."""
    lost: str = ""
    """Signs before a word that say nothing there."""
    bound: bool = False
    """Whether a colon binds the word to a phrase or bracket, as a field's name would be."""


class Misread(Exception):
    """The query is not of the language."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def lex(q: str) -> Iterator[Token]:
    """The tokens of a query.

    Raises:
        Misread: a quotation mark is not closed.
    """
    closing = _brackets(q)
    position = 0
    named = ""  # the field whose name stands right before
    fields = [""]  # the field of each bracket that is open
    starts = True  # whether a word starts here: behind a blank or an opening bracket
    while position < len(q):
        char = q[position]
        if char.isspace():
            position, starts = position + 1, True
            continue
        field = named or fields[-1]
        if starts and not named and (sign := _SIGN.match(q, position)):
            yield Token("sign", "+" if char == "+" else "-", position)
            position, starts = sign.end(), False
            continue
        if char in "()":
            held = _WITHIN.match(q, position + 1) if char == ")" else None
            token = Token("open" if char == "(" else "close", char, position, within=held is not None)
            position = held.end() if held else position + 1
            if char == "(":
                fields.append(field)
            elif len(fields) > 1:
                fields.pop()
        elif char == '"':
            token, position = _phrase(q, position)
        elif field in _OF_NUMBERS and not _FIELD.match(q, position):
            token, position = _number(q, position)
        else:
            token, position = _word(q, position, closing, named)
        yield token
        starts = token.kind == "open"
        named = token.text if token.kind == "field" else ""


def lex_words(q: str) -> Iterator[Token]:
    """Everything as words, for a query that does not parse otherwise."""
    words = _SAYING.sub(lambda found: " " * len(found.group()), q)
    closing = _brackets(words)
    position = 0
    while position < len(words):
        if words[position].isspace() or words[position] in "()":
            position += 1
            continue
        token, position = _word(words, position, closing, "")
        text = token.text
        if token.kind == "operator" or text == "TO":
            text = text.lower()
        yield Token("word", text, token.position)


def _phrase(q: str, begin: int) -> tuple[Token, int]:
    end = q.find('"', begin + 1)
    if end < 0:
        raise Misread("a quotation mark is not closed", begin)
    if held := _WITHIN.match(q, end + 1):
        return Token("phrase", q[begin + 1 : end], begin, within=True), held.end()
    slop = _SLOP.match(q, end + 1)
    token = Token("phrase", q[begin + 1 : end], begin, slop=int(slop.group(1)) if slop else 0)
    return token, slop.end() if slop else end + 1


def _number(q: str, begin: int) -> tuple[Token, int]:
    found = _NUMBERS.match(q, begin)
    if found is None:
        return Token("word", q[begin], begin), begin + 1
    text = found.group().rstrip(_POINTS)
    if _OPEN.match(found.group(), len(text)):
        text += ".."
    return Token("operator" if text in OPERATORS else "number", text, begin), found.end()


def _word(q: str, begin: int, closing: dict[int, int], named: str) -> tuple[Token, int]:
    """The field's name, operator or word at a position, and where the next token may begin; ``named`` is
    the field whose name stands right before."""
    start = _before(q, begin)
    lost = "".join(sign for sign in q[begin:start] if sign in LOST)
    own = _OWN_PREFIXES.get(named)
    field = (_FIELD_UNDER_FIELD if named else _FIELD).match(q, start)
    if field and not (own and own.match(q, start)):
        return Token("field", field.group(1).lower(), begin if lost else start, lost=lost), field.end()
    end = _word_end(q, start, closing) if q[start : start + 1] != "(" else start
    if end == start:
        raw = q[begin:end]
        return Token("word", raw, begin, raw if any(sign in raw for sign in WILD) else ""), end
    if not named:
        end = _first_of_several(q, start, end)
    word = q[start:end].rstrip(_AROUND)
    pattern = q[begin:end].lstrip(_POINTS + LOST).rstrip(_POINTS)
    if not named and _asks(q, begin, end):
        pattern = pattern.rstrip(_POINTS + "?")
    if not any(sign in pattern for sign in WILD):
        kind = "operator" if word in OPERATORS and not lost else "word"
        bound = not named and q[end - 1] == ":" and q[end : end + 1] in ('"', "(")
        return Token(kind, _literal(word, kind), begin if lost else start, lost=lost, bound=bound), end
    position = begin if pattern[0] in WILD or lost else start
    return Token("word", _literal(word, "word"), position, pattern, lost=lost), end


def _before(q: str, begin: int) -> int:
    """Where a word begins behind the signs that are no part of it."""
    before = _BEFORE.match(q, begin)
    return before.end() if before else begin


def _first_of_several(q: str, start: int, end: int) -> int:
    """Where the first ends of words with a comma or semicolon between them: ``TP53;BRCA1``.  Between digits,
    between single letters and inside brackets it is part of a word: ``1,25-dihydroxyvitamin``."""
    if _ONE_WORD.match(q, start):
        return end
    for sign in _BETWEEN_WORDS.finditer(q, start, end):
        place = sign.start()
        if "(" in q[start:place]:
            break
        before, behind = q[place - 1], q[place + 1]
        digits = before.isdigit() and behind.isdigit()
        single = not (q[start:place][-2:-1].isalnum() or q[place + 2 : min(place + 3, end)].isalnum())
        if not digits and not single:
            return place
    return end


def _literal(word: str, kind: str) -> str:
    """An operator that is none is written as no operator is."""
    return word.lower() if kind == "word" and word in OPERATORS else word


def _asks(q: str, begin: int, end: int) -> bool:
    """Whether a word is the last of several and the mark behind it makes them a question."""
    return begin > 0 and q[begin - 1].isspace() and q[end - 1] == "?" and not q[end:].strip()


def _brackets(q: str) -> dict[int, int]:
    """Where each bracket is closed, for pairs without a blank or quote between: ``Su(H)``."""
    closing: dict[int, int] = {}
    if "(" not in q:
        return closing
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
    if not closing:
        found = _WORD_END.search(q, start)
        return found.start() if found else len(q)
    position = start
    while position < len(q):
        char = q[position]
        if char == "(" and position in closing:
            position = closing[position]
        elif char in '()"' or char.isspace():
            return position
        position += 1
    return position
