"""The query language: a string becomes a Whoosh query tree plus warnings, never an error.

The tree is logical: its leaves are words and phrases as typed, under a field of the
table or under ANY.  expand.py turns it into the streams of an index.

    or    = and { "OR" and }
    and   = not { ["AND"] not }
    not   = "NOT" not | item
    item  = "(" or ")" | [field ":"] ( phrase | word | "(" or ")" )

Operators count only as whole upper-case words, a colon only after a known field's name;
a pair of brackets inside a word is part of it, punctuation around it is not.  What does
not parse is read as words, operators and field names included.  docs/QUERIES.md says the
same by example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import FUNCTION_WORDS, fold_case, terms
from index.fields import FIELDS
from search.page import Warning

ANY = "text"
"""The field of a word that may stand in any field searched by plain words."""

GENE = "gene"
"""The field of a word that must name a gene: as its symbol, its alias or in its text.  It is
not written; an upper-case function word beside other words is read so (``WAS deficiency``)."""

MAX_WORDS = 64
MAX_DEPTH = 32
MAX_WARNINGS = 10

SEARCHABLE = frozenset(field.name for field in FIELDS if field.kind != "shown")

_OPERATORS = frozenset({"AND", "OR", "NOT"})
_FIELD = re.compile(
    rf"(?!GO:\d{{7}}\b)({'|'.join(sorted(SEARCHABLE, key=len, reverse=True))}):", re.IGNORECASE
)
"""A known field's name and a colon; a GO id is a word."""
_AROUND = ".,;:!?*"
"""Signs that are no part of a word where they begin or end it."""
_SEPARATORS = frozenset("-–—&+/")
"""Signs between words of which nobody expects anything."""
_OTHER_LANGUAGES = re.compile(r"[-+~]\w|.*\w~\d*$", re.DOTALL)
"""``+word``, ``-word``, ``"a b"~5`` and ``word~1`` mean something elsewhere."""
_PUNCTUATION = re.compile(rf"[{_AROUND}]*")


class Parsed(Struct, frozen=True):
    """A query as it was understood."""

    tree: Query
    """NullQuery when there is nothing to search for."""
    read_as: str
    """The canonical form, which parses to the same tree."""
    plain: bool
    """Only words: no operator, quote or field, so it may be relaxed."""
    warnings: tuple[Warning, ...]


class _Token(Struct, frozen=True):
    kind: str
    """One of word, phrase, field, operator, open, close."""
    text: str
    position: int
    starred: bool = False


class _Misread(Exception):
    """The query is not of the language; read it as words."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.warning = Warning(f"{message}; the query was read as plain words", position)


def parse(q: str) -> Parsed:
    """The logical tree of a query string."""
    try:
        tokens = list(_lex(q))
        tree, warnings = _Reading(tokens).tree()
    except _Misread as misread:
        tokens = list(_lex_words(q))
        tree, warnings = _Reading(tokens).tree()
        warnings = [misread.warning, *warnings]
    plain = all(token.kind == "word" for token in tokens)
    return Parsed(tree, render(tree), plain, tuple(warnings[:MAX_WARNINGS]))


def words_of(tree: Query) -> list[Query]:
    """The leaves that a hit may hold (not those behind NOT), each once, in reading order."""
    found: dict[str, Query] = {}

    def visit(node: Query) -> None:
        if isinstance(node, (Term, Phrase)):
            found.setdefault(_sameness(node), node)
        elif isinstance(node, (And, Or)):
            for child in node.subqueries:
                visit(child)

    visit(tree)
    return list(found.values())


def render(tree: Query) -> str:
    """The canonical form of a tree."""
    if isinstance(tree, And):
        return _render_and(tree.subqueries)
    if isinstance(tree, Or):
        return " OR ".join(render(child) for child in tree.subqueries)
    if isinstance(tree, Not):
        inner = render(tree.query)
        return f"NOT ({inner})" if isinstance(tree.query, (And, Or)) else f"NOT {inner}"
    if tree is NullQuery:
        return ""
    prefix = "" if tree.fieldname in (ANY, GENE) else f"{tree.fieldname}:"
    return prefix + (f'"{" ".join(tree.words)}"' if isinstance(tree, Phrase) else tree.text)


def _render_and(children: list[Query]) -> str:
    """Blanks between the parts, AND beside a function word that would be left out otherwise."""
    told = any(_asks(child) and not _is_function_word(child) for child in children)
    rendered = ""
    for place, child in enumerate(children):
        if place:
            required = told and (_is_function_word(child) or _is_function_word(children[place - 1]))
            rendered += " AND " if required else " "
        rendered += f"({render(child)})" if isinstance(child, Or) else render(child)
    return rendered


def _is_function_word(part: Query) -> bool:
    return isinstance(part, Term) and part.fieldname == ANY and fold_case(part.text) in FUNCTION_WORDS


def _is_shouted(part: Query) -> bool:
    """A function word in upper case, such as WAS; one letter is no shouting."""
    return _is_function_word(part) and len(part.text) > 1 and bool(part.text.isupper())


def _beside_quieter_words(parts: list[Query]) -> bool:
    """Whether a word to find stands among the parts that is not upper case throughout."""
    words = (part for part in parts if _asks(part) and not _is_function_word(part))
    return any(char.islower() for part in words if not _is_gene_word(part) for char in render(part))


def _is_gene_word(part: Query) -> bool:
    return isinstance(part, Term) and part.fieldname == GENE


def _asks(part: Query) -> bool:
    """Whether a part says what to find, not only what to leave out."""
    return part is not NullQuery and not isinstance(part, Not)


def _sameness(part: Query) -> str:
    """Equal for parts that find the same."""
    if not isinstance(part, (Term, Phrase)):
        return render(part)
    return fold_case(f"{GENE}:{part.text}" if part.fieldname == GENE else render(part))


def _lex(q: str) -> Iterator[_Token]:
    closing = _brackets(q)
    position = 0
    while position < len(q):
        char = q[position]
        if char.isspace():
            position += 1
        elif char == "(":
            yield _Token("open", char, position)
            position += 1
        elif char == ")":
            yield _Token("close", char, position)
            position += 1
        elif char == '"':
            end = q.find('"', position + 1)
            if end < 0:
                raise _Misread("a quotation mark is not closed", position)
            yield _Token("phrase", q[position + 1 : end], position)
            position = end + 1
        else:
            token, position = _lex_word(q, position, closing)
            yield token


def _lex_word(q: str, begin: int, closing: dict[int, int]) -> tuple[_Token, int]:
    """The field's name, operator or word at a position, and where the next token may begin."""
    punctuation = _PUNCTUATION.match(q, begin)
    start = punctuation.end() if punctuation else begin
    if field := _FIELD.match(q, start):
        return _Token("field", field.group(1).lower(), start), field.end()
    end = _word_end(q, start, closing) if q[start : start + 1] != "(" else start
    starred = "*" in q[begin:end]
    if end == start:
        return _Token("word", q[begin:end], begin, starred), end
    word = q[start:end].rstrip(_AROUND)
    return _Token("operator" if word in _OPERATORS else "word", word, start, starred), end


def _lex_words(q: str) -> Iterator[_Token]:
    """Everything as words, for a query that does not parse otherwise."""
    for token in _lex(q.replace('"', " ")):
        if token.kind == "operator":
            yield _Token("word", token.text.lower(), token.position)
        elif token.kind in ("word", "field"):
            yield _Token("word", token.text, token.position, token.starred)


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


class _Reading:
    """Recursive descent over the tokens of one query."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._words = 0
        self._warnings: list[Warning] = []

    def tree(self) -> tuple[Query, list[Warning]]:
        if not self._tokens:
            return NullQuery, []
        tree = self._or(ANY, 0)
        if self._at < len(self._tokens):
            raise _Misread("a closing bracket has no opening one", self._tokens[self._at].position)
        return tree, self._warnings

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _or(self, field: str, depth: int) -> Query:
        parts = [self._and(field, depth)]
        while self._takes("OR"):
            parts.append(self._and(field, depth))
        return _joined(Or, parts)

    def _and(self, field: str, depth: int) -> Query:
        parts: list[Query] = []
        optional: set[int] = set()
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "operator" and token.text == "OR":
                break
            told = self._takes("AND")
            if told and not parts:
                raise _Misread("AND has nothing before it", token.position)
            if told:
                optional.discard(len(parts) - 1)
            part = self._not(field, depth)
            if not told and token.kind == "word" and _is_function_word(part):
                optional.add(len(parts))
            parts.append(part)
        if not parts:
            position = token.position if token else self._tokens[-1].position
            raise _Misread("something is missing here", position)
        for place, part in enumerate(parts):
            if _is_shouted(part) and _beside_quieter_words(parts):
                parts[place] = Term(GENE, part.text)
                optional.discard(place)
        required = [part for place, part in enumerate(parts) if place not in optional]
        return _joined(And, required if any(map(_asks, required)) else parts)

    def _not(self, field: str, depth: int) -> Query:
        token = self._peek()
        if token is None or token.kind == "close":
            raise _Misread("an operator has nothing after it", self._tokens[self._at - 1].position)
        if token.kind == "operator":
            if token.text != "NOT":
                raise _Misread(f"{token.text} has nothing to join here", token.position)
            self._at += 1
            if depth > MAX_DEPTH:
                raise _Misread(f"nested deeper than {MAX_DEPTH}", token.position)
            inner = self._not(field, depth + 1)
            if inner is NullQuery:
                return NullQuery
            return inner.query if isinstance(inner, Not) else Not(inner)
        return self._item(field, depth)

    def _item(self, field: str, depth: int) -> Query:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "open":
            if depth > MAX_DEPTH:
                raise _Misread(f"nested deeper than {MAX_DEPTH}", token.position)
            inner = self._or(field, depth + 1)
            closing = self._peek()
            if closing is None:
                raise _Misread("a bracket is not closed", token.position)
            self._at += 1
            return inner
        if token.kind == "field":
            following = self._peek()
            if following is None or following.kind in ("operator", "field", "close"):
                raise _Misread(f"{token.text}: has nothing after it", token.position)
            return self._item(token.text, depth)
        return self._leaf(field, token)

    def _leaf(self, field: str, token: _Token) -> Query:
        if token.starred:
            self._warnings.append(Warning("* is not a wildcard here; it was left out", token.position))
        if token.kind == "word" and _OTHER_LANGUAGES.match(token.text):
            message = "+, - and ~ mean nothing here; write AND or NOT before a word"
            self._warnings.append(Warning(message, token.position))
        phrase = terms(token.text)
        if not phrase and not token.starred and token.text not in _SEPARATORS:
            message = f"{token.text[:40]!r} holds no word and was left out"
            self._warnings.append(Warning(message, token.position))
        room = MAX_WORDS - self._words
        self._words += len(phrase)
        if len(phrase) > room >= 0:
            message = f"only the first {MAX_WORDS} words are searched for"
            self._warnings.append(Warning(message, token.position))
            self._words = MAX_WORDS + 1
            phrase = phrase[:room] if token.kind == "phrase" else []
        if room < 0 or not phrase:
            return NullQuery
        return Phrase(field, phrase) if token.kind == "phrase" else Term(field, token.text)

    def _takes(self, operator: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text == operator:
            self._at += 1
            return True
        return False


def _joined(kind: type[Query], parts: list[Query]) -> Query:
    """``parts`` under one node, nested nodes of the same kind taken apart, repeats left out."""
    flat: dict[str, Query] = {}
    for part in parts:
        for child in part.subqueries if isinstance(part, kind) else [part]:
            if child is not NullQuery:
                flat.setdefault(_sameness(child), child)
    if not flat:
        return NullQuery
    return next(iter(flat.values())) if len(flat) == 1 else kind(list(flat.values()))
