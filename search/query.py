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

from msgspec import Struct
from whoosh.query import And, FuzzyTerm, Not, NullQuery, Or, Phrase, Prefix, Query, Term, Wildcard

from index.analysis import FUNCTION_WORDS, fold_case, terms
from index.fields import BY_NAME
from search.lexing import SEARCHABLE, Misread, Token, lex, lex_words
from search.page import Warning
from search.patterns import MAX_SLOP, PATTERNS, WILD, folded, is_near, is_pattern, near, width, written

__all__ = ["ANY", "GENE", "SEARCHABLE", "Parsed", "parse", "render", "words_of"]

ANY = "text"
"""The field of a word that may stand in any field searched by plain words."""

GENE = "gene"
"""The field of a word that must name a gene: as its symbol, its alias or in its text.  It is
not written; an upper-case function word beside other words is read so (``WAS deficiency``)."""

MAX_WORDS = 64
MAX_DEPTH = 32
MAX_WARNINGS = 10
BEGUN_BY_A_SIGN = ("symbol", "previous_symbol", "alias", "name")
"""Fields in which a word may begin with ``*`` or ``?``: they have few enough words to go through."""

LEAVES = (Term, Phrase, *PATTERNS)
_SEPARATORS = frozenset("-–—&+/")
"""Signs between words of which nobody expects anything."""
_SIGNED = re.compile(r"[-+~]\w")
"""``+word`` and ``-word`` mean something elsewhere."""
_BEFORE_A_WORD = re.compile(r"^[\W_]+")
_LIKE = re.compile(r"(.*\w)~(\d*)", re.DOTALL)
_MOST_DIFFERENT = ("1", "2")
_FEW_PLAIN_WORDS = re.compile(r"[A-Za-z0-9 ]{1,300}")


class Parsed(Struct, frozen=True):
    """A query as it was understood."""

    tree: Query
    """NullQuery when there is nothing to search for."""
    read_as: str
    """The canonical form, which parses to the same tree."""
    plain: bool
    """Only words: no operator, quote or field, so it may be relaxed."""
    warnings: tuple[Warning, ...]


def parse(q: str) -> Parsed:
    """The logical tree of a query string."""
    return _few_plain_words(q) or _parse(q)


def _parse(q: str) -> Parsed:
    try:
        tokens = list(lex(q))
        reading = _Reading(tokens)
        tree = reading.tree()
        warnings = reading.warnings
    except Misread as misread:
        tokens = list(lex_words(q))
        reading = _Reading(tokens)
        tree = reading.tree()
        message = f"{misread}; the query was read as plain words"
        warnings = [Warning(message, misread.position), *reading.warnings]
    plain = not reading.has_patterns and all(token.kind == "word" for token in tokens)
    return Parsed(tree, _canonical(tree), plain, tuple(warnings[:MAX_WARNINGS]))


def _few_plain_words(q: str) -> Parsed | None:
    """What ``_parse`` gives, in a tenth of its time, for letters, digits and blanks without an operator or a
    function word in upper case; None for other queries, and for long ones."""
    if not _FEW_PLAIN_WORDS.fullmatch(q):
        return None
    words: dict[str, str] = {}
    optional: dict[str, str] = {}
    typed = q.split()
    for word in typed:
        folded_word = word.lower()
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


def words_of(tree: Query) -> list[Query]:
    """The leaves that a hit may hold (not those behind NOT), each once, in reading order."""
    found: dict[str, Query] = {}

    def visit(node: Query) -> None:
        if isinstance(node, LEAVES):
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
    if not isinstance(tree, Phrase):
        return prefix + (written(tree) if is_pattern(tree) else str(tree.text))
    slop = f"~{width(tree) - len(tree.words)}" if is_near(tree) else ""
    return f'{prefix}"{" ".join(tree.words)}"{slop}'


def _canonical(tree: Query) -> str:
    """A tree as it is read again: brackets tell a last ``CDK?`` from the end of a question."""
    rendered = render(tree)
    last = tree
    while isinstance(last, (And, Or, Not)):
        last = last.query if isinstance(last, Not) else last.subqueries[-1]
    told = isinstance(last, Wildcard) and last.fieldname == ANY and rendered.endswith("?")
    return f"{rendered.removesuffix(last.text)}({last.text})" if told and last is not tree else rendered


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
    if not isinstance(part, LEAVES):
        return render(part)
    return fold_case(f"{GENE}:{part.text}" if part.fieldname == GENE else render(part))


class _Reading:
    """Recursive descent over the tokens of one query."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._words = 0
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
        return _joined(Or, parts)

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
            part = self._not(field, depth)
            if not told and token.kind == "word" and _is_function_word(part):
                optional.add(len(parts))
            parts.append(part)
        if not parts:
            position = token.position if token else self._tokens[-1].position
            raise Misread("something is missing here", position)
        for place, part in enumerate(parts):
            if _is_shouted(part) and _beside_quieter_words(parts):
                parts[place] = Term(GENE, part.text)
                optional.discard(place)
        required = [part for place, part in enumerate(parts) if place not in optional]
        return _joined(And, required if any(map(_asks, required)) else parts)

    def _not(self, field: str, depth: int) -> Query:
        token = self._peek()
        if token is None or token.kind == "close":
            raise Misread("an operator has nothing after it", self._tokens[self._at - 1].position)
        if token.kind == "operator":
            if token.text != "NOT":
                raise Misread(f"{token.text} has nothing to join here", token.position)
            self._at += 1
            if depth > MAX_DEPTH:
                raise Misread(f"nested deeper than {MAX_DEPTH}", token.position)
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
                raise Misread(f"nested deeper than {MAX_DEPTH}", token.position)
            inner = self._or(field, depth + 1)
            closing = self._peek()
            if closing is None:
                raise Misread("a bracket is not closed", token.position)
            self._at += 1
            return inner
        if token.kind == "field":
            following = self._peek()
            if following is None or following.kind in ("operator", "field", "close"):
                raise Misread(f"{token.text}: has nothing after it", token.position)
            return self._item(token.text, depth)
        return self._leaf(field, token)

    def _leaf(self, field: str, token: Token) -> Query:
        pattern = self._pattern(field, token) if token.kind == "word" else None
        words = [token.text] if pattern is not None else terms(token.text)
        if not words and not token.pattern and token.text not in _SEPARATORS:
            self._warn(f"{token.text[:40]!r} holds no word and was left out", token)
        words = self._within_limit(words, token)
        if not words:
            return NullQuery
        if pattern is not None:
            self.has_patterns = True
            return pattern
        if token.kind == "word":
            return Term(field, token.text)
        if token.slop > MAX_SLOP:
            self._warn(f"at most {MAX_SLOP} other words may stand between; ~{token.slop} was read so", token)
        return near(field, words, min(token.slop, MAX_SLOP))

    def _pattern(self, field: str, token: Token) -> Query | None:
        """The pattern that a word is, if any; signs that make none here are left out, with a warning."""
        if _SIGNED.match(token.text):
            self._warn("+, - and ~ before a word mean nothing here; write AND or NOT", token)
        told = False
        for word in (token.pattern, _BEFORE_A_WORD.sub("", token.pattern), token.text):
            found = _as_pattern(field, word)
            if isinstance(found, str) and not told:
                self._warn(found, token)
                told = True
            elif isinstance(found, Query):
                return found
        return None

    def _within_limit(self, words: list[str], token: Token) -> list[str]:
        """As many words as there is room for; of what is one word none if it does not fit."""
        room = MAX_WORDS - self._words
        self._words += len(words)
        if room < 0:
            return []
        if len(words) > room:
            self._warn(f"only the first {MAX_WORDS} words are searched for", token)
            self._words = MAX_WORDS + 1
            return words[:room] if token.kind == "phrase" else []
        return words

    def _warn(self, message: str, token: Token) -> None:
        self.warnings.append(Warning(message, token.position))

    def _takes(self, operator: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text == operator:
            self._at += 1
            return True
        return False


def _as_pattern(field: str, word: str) -> Query | str | None:
    """A word as a pattern under a field, or why it cannot be one; None for a word without signs of one."""
    if any(sign in word for sign in WILD):
        begins = word[:-1]
        if reason := _no_pattern(field, word):
            return reason
        if word[-1] == "*" and not any(sign in begins for sign in WILD):
            return Prefix(field, begins)
        return Wildcard(field, word)
    like = None if _SIGNED.match(word) else _LIKE.fullmatch(word)
    if like is None:
        return None
    if like[2] not in _MOST_DIFFERENT:
        return "~ after a word is ~1 or ~2; it means nothing otherwise"
    return _no_pattern(field, like[1]) or FuzzyTerm(field, like[1], maxdist=int(like[2]), prefixlength=0)


def _no_pattern(field: str, word: str) -> str:
    """Why a word cannot be a pattern under a field; empty if it can."""
    pattern = folded(word)
    if not pattern.strip(f"{WILD} "):
        return "* and ? stand for letters beside others; alone they were left out"
    if field == "mentions":
        return "*, ? and ~ mean nothing under mentions:, which takes a gene's name; they were left out"
    if " " in pattern and (field not in BY_NAME or BY_NAME[field].kind != "keyword"):
        return "*, ? and ~ belong to a single word; this one is of several, and they were left out"
    if pattern[0] in WILD and field not in BEGUN_BY_A_SIGN:
        known = ", ".join(f"{name}:" for name in BEGUN_BY_A_SIGN)
        return f"* and ? begin a word only under {known}; left out here"
    return ""


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
