"""The query language: a string becomes a Whoosh query tree plus warnings, never an error.

docs/QUERIES.md has the grammar, and says by example what each construct means.  Operators count only as
whole upper-case words, a colon only after a known field's name; a pair of brackets inside a word is part of
it, punctuation around it is not.  What does not parse is read as words, operators and field names included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from whoosh.query import And, Not, NullQuery, Or, Query, Term

from index.analysis import FUNCTION_WORDS, fold_case, terms
from search.cleaning import MAX_LENGTH, Cleaned, clean
from search.conditions import unknown
from search.lexing import BARS, HYPHENS, SEARCHABLE, Misread, Token, lex, lex_words
from search.page import Warning
from search.patterns import is_costly, is_pattern
from search.tree import (
    ANY,
    GENE,
    asks,
    beside_quieter_words,
    canonical,
    every_leaf,
    finds,
    is_function_word,
    is_shouted,
    joined,
    naming_a_gene,
    render,
    told_to_name_genes,
    within,
    words_of,
)
from search.values import SIGNS, empty_range, no_paper, phrase_leaf, plain_leaf, word_leaf

__all__ = ["ANY", "GENE", "SEARCHABLE", "Parsed", "parse", "render", "words_of"]

MAX_WORDS = 40
MAX_LETTERS = 256
MAX_PATTERNS = 4
MAX_DEPTH = 32
MAX_WARNINGS = 10
TOO_MANY = f"only the first {MAX_WORDS} words are searched for"
ONLY_LEFT_OUT = "the query says only what to leave out: every other gene is an answer"

_SEPARATORS = frozenset((*"&+/", *BARS, *HYPHENS, "-/-", "+/-", "+/+"))
"""Signs between words of which nobody expects anything."""
_LETTER = "[A-Za-z0-9À-ÖØ-öø-ɏΑ-Ωα-ω]"
_FEW_PLAIN_WORDS = re.compile(rf"(?=.{{1,250}}$)(?: *{_LETTER}+(?:[-‐‑/.'’]{_LETTER}+)*[,;.]?(?= |$))+ *")
"""Words of letters and digits, with signs that are part of them inside."""


class Parsed(Struct, frozen=True):
    """A query as it was understood."""

    tree: Query
    """NullQuery when there is nothing to search for."""
    read_as: str
    """The canonical form, which parses to the same tree."""
    plain: bool
    """Only words: no operator, quote or field, so it may be relaxed."""
    warnings: tuple[Warning, ...]
    misread: Warning | None = None
    """Why the query was read as plain words, if it was."""

    @property
    def fault(self) -> Warning | None:
        """The first thing that was not taken as it was typed: misread, cut or left out; what a strict
        reader refuses."""
        return self.misread or next((told for told in self.warnings if told.position is not None), None)


def parse(q: str) -> Parsed:
    """The logical tree of a query string."""
    return _few_plain_words(q) or _parse(q)


def _parse(q: str) -> Parsed:
    cleaned = clean(q)
    misread = None
    try:
        tokens = list(lex(cleaned.text))
        reading = _Reading(tokens, cleaned)
        tree = reading.tree()
    except Misread as why:
        tokens = list(lex_words(cleaned.text))
        reading = _Reading(tokens, cleaned, literal=True)
        tree = reading.tree()
        message = f"{why}; the query was read as plain words"
        misread = Warning(message, cleaned.position(why.position))
    warnings = [misread] if misread else []
    if cleaned.cut is not None:
        warnings.append(Warning(f"only the first {MAX_LENGTH} signs of a query are read", cleaned.cut))
    warnings += reading.warnings
    if tree is not NullQuery and not finds(tree):
        warnings.append(Warning(ONLY_LEFT_OUT))
    _share(tree)
    plain = _is_word(tree) or tree is NullQuery or (not reading.has_patterns and _only_words(tokens, tree))
    if not plain:
        told_to_name_genes(tree)
    return Parsed(tree, canonical(tree, plain), plain, tuple(warnings[:MAX_WARNINGS]), misread)


def _is_word(tree: Query) -> bool:
    return isinstance(tree, Term) and tree.fieldname == ANY


def _only_words(tokens: list[Token], tree: Query) -> bool:
    """Whether there are only words; brackets around some of them, as in ``citrate cycle (TCA cycle)``, group
    nothing where no operator stands."""
    flat = type(tree) is And and all(isinstance(part, Term) for part in tree.subqueries)
    return all(token.kind == "word" or (flat and token.kind in ("open", "close")) for token in tokens)


def _share(tree: Query) -> None:
    """Tell each leaf that may take long how many of them there are in the query (search.bounds)."""
    costly = [leaf for leaf in every_leaf(tree) if is_costly(leaf)]
    for leaf in costly:
        leaf.sharing = len(costly)


def _few_plain_words(q: str) -> Parsed | None:
    """What ``_parse`` gives, in a tenth of its time, for words without an operator, a sign of the language or
    a function word in upper case; None for other queries, and for long ones."""
    if not _FEW_PLAIN_WORDS.fullmatch(q):
        return None
    words: dict[str, str] = {}
    optional: dict[str, str] = {}
    typed = q.split(" ")
    for ended in typed:
        if not (word := ended.rstrip(",;.")):
            continue
        folded_word = fold_case(word)
        if folded_word not in FUNCTION_WORDS:
            words.setdefault(folded_word, word)
        elif word != folded_word:
            return None
        else:
            optional.setdefault(word, word)
    found = list((words or optional).values())
    if not found or len(typed) > MAX_WORDS:
        return None
    leaves = [Term(ANY, word) for word in found]
    return Parsed(leaves[0] if len(leaves) == 1 else And(leaves), " ".join(found), True, ())


class _Reading:
    """Recursive descent over the tokens of one query."""

    def __init__(self, tokens: Sequence[Token], cleaned: Cleaned, literal: bool = False) -> None:
        """``literal``: every word is only a word."""
        self._tokens = tokens
        self._cleaned = cleaned
        self._literal = literal
        self._at = 0
        self._words = 0
        self._costly = 0
        self.warnings: list[Warning] = []
        self.has_patterns = False

    def tree(self) -> Query:
        """
        Raises:
            Misread: the tokens are no query of the language.
        """
        if not self._tokens:
            return NullQuery
        tree = self._or(ANY, 0)
        if self._at < len(self._tokens):
            raise Misread("a closing bracket has no opening one", self._tokens[self._at].position)
        return tree

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _or(self, field: str, depth: int) -> Query:
        parts = [self._and(field, depth)]
        while self._takes("OR"):
            parts.append(self._and(field, depth))
        return joined(Or, parts)

    def _and(self, field: str, depth: int) -> Query:
        parts: list[Query] = []
        optional: set[int] = set()
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "operator" and token.text == "OR":
                break
            told = self._takes("AND")
            if told and not parts:
                raise Misread("AND has nothing before it", token.position)
            if told:
                optional.discard(len(parts) - 1)
            before = self._peek()
            part = self._not(field, depth)
            if not told and before is not None and before.kind == "word" and is_function_word(part):
                optional.add(len(parts))
            parts.append(part)
        if not parts:
            position = token.position if token else self._tokens[-1].position
            raise Misread("something is missing here", position)
        for place, part in enumerate(parts):
            if is_shouted(part) and beside_quieter_words(parts):
                parts[place] = naming_a_gene(part.text)
                optional.discard(place)
        required = [part for place, part in enumerate(parts) if place not in optional]
        return joined(And, required if any(map(asks, required)) else parts)

    def _not(self, field: str, depth: int) -> Query:
        token = self._peek()
        if token is None or token.kind == "close":
            raise Misread("an operator has nothing after it", self._tokens[self._at - 1].position)
        if token.kind == "sign":
            self._at += 1
            inner = self._item(field, depth)
            return inner if token.text == "+" else _left_out(inner)
        if token.kind == "operator":
            if token.text != "NOT":
                raise Misread(f"{token.text} has nothing to join here", token.position)
            self._at += 1
            if depth > MAX_DEPTH:
                raise Misread(f"nested deeper than {MAX_DEPTH}", token.position)
            return _left_out(self._not(field, depth + 1))
        return self._item(field, depth)

    def _item(self, field: str, depth: int) -> Query:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "open":
            if depth > MAX_DEPTH:
                raise Misread(f"nested deeper than {MAX_DEPTH}", token.position)
            inner = self._or(field, depth + 1)
            closing = self._peek()
            if closing is None:
                raise Misread("a bracket is not closed", token.position)
            self._at += 1
            return within(inner) if closing.within else inner
        if token.kind == "field":
            if token.lost:
                self._warn(SIGNS, token)
            following = self._peek()
            if following is None or following.kind in ("operator", "field", "close", "sign"):
                raise Misread(f"{token.text}: has nothing after it", token.position)
            return self._item(token.text, depth)
        return self._leaf(field, token)

    def _leaf(self, field: str, token: Token) -> Query:
        def warn(message: str) -> None:
            self._warn(message, token)

        if token.kind == "operator":  # behind + or -
            token = Token("word", token.text.lower(), token.position)
        warned = len(self.warnings)
        if token.kind == "phrase":
            words = self._within_limit(terms(token.text), token)
            if token.within and len(words) > 1:
                return self._words_within(field, token, words, warn)
            leaf = phrase_leaf(field, token, words, warn) if words else None
        else:
            if len(token.text) > MAX_LETTERS:
                warn(f"a word of more than {MAX_LETTERS} signs was left out")
                return NullQuery
            leaf = plain_leaf(token) if self._literal else word_leaf(field, token, warn)
            if leaf is not None and not self._has_room(token):
                return NullQuery
        if leaf is None:
            if len(self.warnings) == warned and token.lost + token.text not in _SEPARATORS:
                warn(f"{token.text[:40]!r} holds no word and was left out")
            return NullQuery
        if told := unknown(leaf) or empty_range(leaf) or no_paper(leaf):
            warn(told)
        self.has_patterns |= is_pattern(leaf)
        if is_costly(leaf):
            self._costly += 1
            if self._costly > MAX_PATTERNS:
                warn(f"only the first {MAX_PATTERNS} words and phrases with *, ? or ~ are searched for")
                return NullQuery
        return leaf

    def _words_within(self, field: str, token: Token, words: list[str], warn: Callable[[str], None]) -> Query:
        """The words of a phrase, in any order within one sentence."""
        phrase_leaf(field, token, words, warn)  # tells what means nothing in quotes
        parts = [phrase_leaf(field, Token("phrase", word, token.position), [word], warn) for word in words]
        for part in parts:
            if told := unknown(part):
                warn(told)
        return within(joined(And, parts))

    def _has_room(self, token: Token) -> bool:
        """Whether one more word is searched for."""
        self._words += 1
        if self._words == MAX_WORDS + 1:
            self._warn(TOO_MANY, token)
        return self._words <= MAX_WORDS

    def _within_limit(self, words: list[str], token: Token) -> list[str]:
        """As many words of a phrase as there is room for."""
        room = max(0, MAX_WORDS - self._words)
        if len(words) > room and self._words <= MAX_WORDS:
            self._warn(TOO_MANY, token)
            self._words = MAX_WORDS + 1
        else:
            self._words += len(words)
        return words[:room]

    def _warn(self, message: str, token: Token) -> None:
        self.warnings.append(Warning(message, self._cleaned.position(token.position)))

    def _takes(self, operator: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text == operator:
            self._at += 1
            return True
        return False


def _left_out(part: Query) -> Query:
    if part is NullQuery:
        return NullQuery
    return part.query if isinstance(part, Not) else Not(part)
