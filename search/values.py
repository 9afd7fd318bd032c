"""What a word or phrase of a query asks for under its field: a leaf of the tree, and what there is to say
of signs that make none there."""

from __future__ import annotations

import re
from collections.abc import Callable

from rapidfuzz.distance import OSA
from whoosh.query import FuzzyTerm, NumericRange, Prefix, Query, Term, Wildcard

from index.analysis import fold_keyword, terms
from index.fields import BY_NAME, FIELDS
from search.expand import pubmed_id, typed
from search.identity import NAMESPACES
from search.lexing import OPERATORS, SEARCHABLE, Misread, Token
from search.paper_forms import PMID_DIGITS, paper_ids
from search.patterns import MAX_SLOP, WILD, folded, near
from search.tree import ANY, GENE, written_range

BEGUN_BY_A_SIGN = ("symbol", "previous_symbol", "alias", "name")
"""Fields in which a word may begin with ``*`` or ``?``: where part of a name is looked for."""
LETTERS_FOR = {1: 3, 2: 5}
"""How many letters and digits a word must have for so many of them to be others: with fewer, most of the
words there are would be like it."""
NUMBER_FIELDS = tuple(field.name for field in FIELDS if field.kind == "number")
_WHOLE = {GENE: "a gene's name", "mentions": "a gene's name", "pmid": "whole numbers"}
"""Fields without patterns, and what they take."""

_LIKE = re.compile(r"(.*\w)~(s|sentence|[\d.]*)", re.DOTALL | re.IGNORECASE)
_TILDE = re.compile(r"(?<=\w)~(?:s|sentence|[\d.]*)$", re.IGNORECASE)
_WEIGHT = re.compile(r"[\d.]+")
_NOTHING_SPECIAL = re.compile(r"[^\[\]{}<>=≤≥*?~^:]*")
_BEFORE_A_WORD = re.compile(r"^[\W_]+")
_IN_QUOTES = re.compile(r"\w\*(?!\w)|(?<!\w)\*\w|\w\?(?=\w|\s+\w)|(?<!\w)\?\w|\w~\d")
"""Signs in a phrase that would make a pattern of a word; in ``HLA-A*02:01`` they do not."""
_LOOKS_LIKE_A_FIELD = re.compile(r"([A-Za-z_]{3,20}):")
_LOOKS_LIKE_A_RANGE = re.compile(r"[\[{](?:\d+|\*)|[<>=≤≥]+\d+")
_RANGE = re.compile(r"([\[{])\s*(\*|\d{1,9})\s+TO\s+(\*|\d{1,9})\s*([\]}])", re.IGNORECASE)
_COMPARISON = re.compile(r"(<=|>=|[<>=≤≥])\s*(\d{1,9})")
_SPAN = re.compile(r"(\*|\d{1,9})(?:\.\.|[-–])(\*|\d{1,9})")
_OPEN_SPAN = re.compile(r"(\d{1,9})\.\.|\.\.(\d{1,9})")
_NUMBER = re.compile(r"\d{1,9}")
_GO_DIGITS = 7
_GO_ID = re.compile(r"(?:GO:)?(\d{1,7})", re.IGNORECASE)
_GO_ID_BEGINS = re.compile(r"(?:GO:)?(\d[\d*?]{0,7})", re.IGNORECASE)
_CHROMOSOME = re.compile(r"chr(?=[\dXY])", re.IGNORECASE)
_BAND = re.compile(r"(?:[1-9]|1\d|2[0-2]|[XY])[pq](?:\d{1,2}(?:\.\d{1,2})?)?", re.IGNORECASE)
"""A chromosome's arm, region, band or sub-band, which holds what begins with it."""
_NOT_OF_FIELDS = frozenset({*NAMESPACES, "pubmed", "http", "https", "ftp", "zgc", "zmp", "cssl"})
"""Prefixes of identifiers, of addresses and of the symbols of some clones."""
_FEW = 5
"""Up to so many letters a field's name is taken for misspelt by one letter, a longer one by two."""

SIGNS = "+, -, ~ and ! mean nothing here and were left out; + and - stand right before a word, after a blank"
ALONE = "* and ? stand for letters beside others; alone they were left out"
OF_SEVERAL = "*, ? and ~ belong to a single word; this one is of several, and they were left out"
FIRST = f"* and ? begin a word only under {', '.join(f'{name}:' for name in BEGUN_BY_A_SIGN)}; left out here"
QUOTED = "*, ? and ~ mean nothing in quotes; they were left out"
WITHIN = "~s stands right behind a closing bracket or a phrase, as in (zinc copper)~s; it was left out here"
TILDE = "~ after a word is ~1 or ~2; it means nothing otherwise"
BOOST = "^ and a number mean nothing here; they were left out"
NO_FIELD = f"is no field and was read as part of a word; fields are {', '.join(sorted(SEARCHABLE))}"
RANGES = (
    f"ranges belong to fields of numbers ({', '.join(f'{name}:' for name in NUMBER_FIELDS)}); read as words"
)

Warn = Callable[[str], None]


def word_leaf(field: str, token: Token, warn: Warn) -> Query | None:
    """What a word asks for; None for a word that holds nothing.

    Raises:
        Misread: it is no number under a field of numbers.
    """
    if field in NUMBER_FIELDS:
        return number_leaf(field, token)
    if token.lost and terms(token.text):
        warn(SIGNS)
    if token.bound and field == ANY and (told := _misspelt(f"{token.text}:")):
        warn(told)
    if field == ANY and not token.pattern and _NOTHING_SPECIAL.fullmatch(token.text):
        return Term(field, token.text) if terms(token.text) else None
    if field == "location" and (prefix := _CHROMOSOME.match(token.text)):
        bare = token.text[prefix.end() :]
        token = Token("word", bare, token.position, _CHROMOSOME.sub("", token.pattern, count=1))
    if base := _boosted(token.text):
        warn(BOOST)
        token = Token("word", base, token.position, base if any(sign in base for sign in WILD) else "")
    if found := _go_id(field, token):
        return found
    if found := _pattern(field, token, warn):
        return found
    text = _TILDE.sub("", token.text)
    text = text.lower() if text in OPERATORS else text
    if text != token.text:
        wild = text if any(sign in text for sign in WILD) else ""
        return word_leaf(field, Token("word", text, token.position, wild), warn)
    return _literal(field, text, token.position, warn)


def _literal(field: str, text: str, position: int, warn: Warn) -> Query | None:
    """A word that is no pattern."""
    if not terms(text):
        return None
    if found := _go_id(field, Token("word", text, position)):
        return found
    if _LOOKS_LIKE_A_RANGE.fullmatch(text):
        warn(RANGES)
    elif field == ANY and (told := _misspelt(text)):
        warn(told)
    return Prefix(field, text) if field == "location" and _BAND.fullmatch(text) else Term(field, text)


def plain_leaf(token: Token) -> Query | None:
    """What a word asks for where every word is only a word."""
    return _go_id(ANY, token) or (Term(ANY, token.text) if terms(token.text) else None)


def phrase_leaf(field: str, token: Token, words: list[str], warn: Warn) -> Query:
    """What words in quotes ask for.

    Raises:
        Misread: they are no number under a field of numbers.
    """
    kind = BY_NAME[field].kind if field in BY_NAME else ""
    if kind == "number":
        return number_leaf(field, token)
    if _IN_QUOTES.search(token.text):
        warn(QUOTED)
    if token.slop > MAX_SLOP:
        warn(f"at most {MAX_SLOP} other words may stand between; ~{token.slop} was read so")
    if kind == "column" and len(words) == 1:
        return Term(field, words[0])
    if field in ("pmid", "doi") and (papers := paper_ids(token.text)):
        return Term(field, papers[0].pmid or papers[0].doi)
    if field in ("go", "go_id") and (identified := _GO_ID.fullmatch(token.text.strip())):
        return Term("go_id", f"GO:{identified[1]:0>{_GO_DIGITS}}")
    return near(field, words, min(token.slop, MAX_SLOP))


def number_leaf(field: str, token: Token) -> Query:
    """A number, or a range of numbers, under a field of numbers.

    Raises:
        Misread: it is none.
    """
    text = token.text.strip()
    if text == "*":
        return NumericRange(field, None, None)
    if _NUMBER.fullmatch(text):
        return NumericRange(field, int(text), int(text))
    if found := _RANGE.fullmatch(text):
        opening, start, end, closing = found.groups()
        return _range(field, _end(start), _end(end), opening == "{", closing == "}")
    if found := _SPAN.fullmatch(text):
        return NumericRange(field, _end(found[1]), _end(found[2]))
    if found := _OPEN_SPAN.fullmatch(text):
        return NumericRange(field, *(int(end) if end else None for end in found.groups()))
    if found := _COMPARISON.fullmatch(text):
        sign, number = found[1].replace("≤", "<=").replace("≥", ">="), int(found[2])
        if sign == "=":
            return NumericRange(field, number, number)
        if sign.startswith("<"):
            return NumericRange(field, None, number, False, sign == "<")
        return NumericRange(field, number, None, sign == ">", False)
    raise Misread(
        f"{field}: takes a number, a comparison such as >=2, or a range such as [2 TO 9], 2..9 or 2..",
        token.position,
    )


def empty_range(leaf: Query) -> str:
    """What there is to say of a range that no number is in; empty for any other leaf."""
    if not isinstance(leaf, NumericRange) or leaf.end is None:
        return ""
    start = leaf.start or 0
    least, most = start + bool(leaf.startexcl), leaf.end - bool(leaf.endexcl)
    if least <= most:
        return ""
    turned = ""
    if start > leaf.end:
        turned = f"; {leaf.fieldname}:{leaf.end}..{start} is the other way round"
    return f"no number is in {leaf.fieldname}:{written_range(leaf)}{turned}"


def no_paper(leaf: Query) -> str:
    """What there is to say of a value under ``pmid:`` that no PubMed ID can be; empty for any other leaf."""
    if leaf.fieldname != "pmid" or isinstance(leaf, NumericRange):
        return ""
    number = pubmed_id(leaf)
    if number.isascii() and number.isdigit() and len(number) <= PMID_DIGITS:
        return ""
    return f"pmid: takes a number of up to {PMID_DIGITS} digits; {typed(leaf)[:40]!r} is none"


def _boosted(word: str) -> str:
    """A word without the weight that other languages give it; empty where there is none, as in ``10^6``."""
    base, _, weight = word.rpartition("^")
    return base if _WEIGHT.fullmatch(weight) and any(char.isalpha() for char in base) else ""


def _range(field: str, start: int | None, end: int | None, above: bool, below: bool) -> Query:
    """An open end is neither in nor out."""
    return NumericRange(field, start, end, above and start is not None, below and end is not None)


def _end(text: str) -> int | None:
    return None if text == "*" else int(text)


def _go_id(field: str, token: Token) -> Query | None:
    """A GO id, or the beginning of one, in any spelling: ``GO:6915``, ``go_id:6915``, ``go:GO:0006915``."""
    told = token.text[:3].upper() == "GO:"
    if field not in ("go", "go_id") and not (told and field == ANY):
        return None
    where = ANY if field == ANY else "go_id"
    if not token.pattern:
        found = _GO_ID.fullmatch(token.text)
        if found is None:
            return None
        whole = told and len(found[1]) == _GO_DIGITS
        return Term(where, token.text if whole else f"GO:{found[1]:0>{_GO_DIGITS}}")
    begins = _GO_ID_BEGINS.fullmatch(token.pattern)
    return _wild("go_id", f"GO:{begins[1]}") if begins else None


def _pattern(field: str, token: Token, warn: Warn) -> Query | None:
    """The pattern that a word is, if any; signs that make none here are left out, with a warning."""
    told = False
    for word in dict.fromkeys((token.pattern, _BEFORE_A_WORD.sub("", token.pattern), token.text)):
        found, reason = _as_pattern(field, word)
        if reason and not told:
            warn(reason)
            told = True
        if found is not None:
            return found
    return None


def _as_pattern(field: str, word: str) -> tuple[Query | None, str]:
    """A word as a pattern under a field, if it is one, and what there is to say of its signs."""
    if any(sign in word for sign in WILD):
        reason = _no_pattern(field, word)
        return (None, reason) if reason else (_wild(field, word), "")
    like = _LIKE.fullmatch(word)
    if like is None:
        return None, ""
    if like[2] not in ("1", "2"):
        return None, WITHIN if like[2][:1] in ("s", "S") else TILDE
    if reason := _no_pattern(field, like[1]):
        return None, reason
    letters, asked = len(fold_keyword(like[1])), int(like[2])
    most = max(
        (other for other, least in LETTERS_FOR.items() if other <= asked and letters >= least), default=0
    )
    found = FuzzyTerm(field, like[1], maxdist=most, prefixlength=0) if most else None
    least = LETTERS_FOR[asked]
    read = f"; read as ~{most}" if most else "; it was left out"
    return found, "" if most == asked else f"~{asked} needs a word of {least} letters or more{read}"


def _wild(field: str, word: str) -> Query:
    begins = word[:-1]
    if word[-1] == "*" and not any(sign in begins for sign in WILD):
        return Prefix(field, begins)
    return Wildcard(field, word)


def _no_pattern(field: str, word: str) -> str:
    """Why a word cannot be a pattern under a field; empty if it can."""
    pattern = folded(word)
    if not pattern.strip(f"{WILD} "):
        return ALONE
    if field in _WHOLE:
        return f"*, ? and ~ mean nothing under {field}:, which takes {_WHOLE[field]}; they were left out"
    if " " in pattern and (field not in BY_NAME or BY_NAME[field].kind not in ("keyword", "column")):
        return OF_SEVERAL
    return FIRST if pattern[0] in WILD and field not in BEGUN_BY_A_SIGN else ""


def _misspelt(word: str) -> str:
    """What there is to say of a word that begins as a field's name might; empty for nothing."""
    found = _LOOKS_LIKE_A_FIELD.match(word)
    if found is None or (name := found[1].lower()) in _NOT_OF_FIELDS:
        return ""
    if name in BY_NAME:
        return f"{name}: is shown with a gene, never searched; read as part of the word"
    most = 1 if len(name) <= _FEW else 2
    begun = [known for known in sorted(SEARCHABLE) if known.startswith(name)]
    like = {known: OSA.distance(name, known, score_cutoff=most) for known in sorted(SEARCHABLE)}
    nearest = min(like, key=lambda known: like[known])
    meant = nearest if like[nearest] <= most else begun[0] if len(begun) == 1 else ""
    if meant:
        return f"{found[1]}: is no field and was read as part of the word; {meant}: is one"
    return f"{found[1]}: {NO_FIELD}" if found[1] == name else ""
