"""From text to terms with offsets: one function, used by both sides.

Exactly one term a position.  A run of letters and digits is one term; dashes,
slashes, dots and brackets end a run, each Greek letter is a term of its own (by its
name), so that ``TNF-α``, ``TNFα`` and ``TNF alpha`` are the same two terms.  Other
spellings of a word (``TNFalpha``, ``IL2`` beside ``IL-2``) are expanded on the
query's side by ``spellings``.  Nothing is dropped, function words included.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import Stemmer

VERSION = 2
"""Part of a generation's digest: raise it when the same text gives other terms."""

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip

LATIN = {
    "alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "epsilon": "e", "zeta": "z",
    "eta": "h", "theta": "q", "iota": "i", "kappa": "k", "lambda": "l", "mu": "m",
    "nu": "n", "xi": "x", "omicron": "o", "pi": "p", "rho": "r", "sigma": "s",
    "tau": "t", "upsilon": "y", "phi": "f", "chi": "c", "psi": "u", "omega": "w",
}  # fmt: skip
"""The letter that HGNC's guidelines write for a Greek one, as symbols have no Greek letters: ``IFN-γ`` is
``IFNG``, ``IL-1β`` is ``IL1B``."""

FUNCTION_WORDS = frozenset(
    "a all also an and any are as at be been but by can do does for from had has have how if in into is it "  # noqa: SIM905
    "its may no nor not of on or our so some such than that the their then there these they this those to "
    "via was we were what when where which while who why will with would you".split()
)
"""Words that a plain query never requires; inside quotes they match as any other."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_GREEK_CLASS = "\u0370-\u03ff\u1f00-\u1fff\u00b5"
_MARKS = "\u0300-\u036f"
_TOKEN = re.compile(
    rf"(?:[{_GREEK_CLASS}][{_MARKS}{_INVISIBLE}]*"
    rf"|(?:[^\W_{_GREEK_CLASS}][{_MARKS}{_INVISIBLE}]*)+)(?:['’][sS]\b)?"
)
_ASCII_RUN = re.compile(r"[A-Za-z0-9]+")
_POSSESSIVE = ("'s", "’s", "'S", "’S")
_GREEK_NAME = (
    "(?:alpha|beta|gamma|delta|epsilon|kappa|lambda|sigma|theta|zeta|omega"
    r"|(?:chi|eta|iota|mu|nu|omicron|phi|pi|psi|rho|tau|upsilon|xi)(?=\d|$))"
)
"""The short names end many words and stand inside more: they count only at the end of the letters."""
_ATOM = re.compile(rf"{_GREEK_NAME}|[^\W\d_]+?(?={_GREEK_NAME}|\d|$)|\d+")
_LONG_GREEK = re.compile("alpha|beta|gamma|delta|epsilon|kappa|lambda|sigma|theta|zeta|omega")
_MAX_ATOMS = 4
_SHORTEST = 3
"""Letters and digits of the shortest name that is read with Latin letters for Greek ones."""


class Token(NamedTuple):
    term: str
    start: int
    end: int
    """Offsets in code points: ``text[start:end]`` is what the term was read from."""


def tokenize(text: str) -> list[Token]:
    """The terms of a text; a term's position is its place in the list."""
    tokens = []
    for found in _TOKEN.finditer(text):
        raw = found.group()
        term = _normal(raw)
        if term:
            tokens.append(Token(term, found.start(), found.end()))
    return tokens


def terms(text: str) -> list[str]:
    """The terms alone."""
    return [term for raw in _TOKEN.findall(text) if (term := _normal(raw))]


@lru_cache(maxsize=1 << 19)
def _normal(raw: str) -> str:
    if raw.isascii() and raw.isalnum():
        return raw.lower()
    if raw.endswith(_POSSESSIVE):
        raw = raw[:-2]
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", raw).casefold())
    kept = (GREEK.get(char, char) for char in folded)
    return "".join(char for char in "".join(kept) if char.isalnum())


_STEMMER = Stemmer.Stemmer("english")
_STEMMER.maxCacheSize = 0


@lru_cache(maxsize=1 << 19)
def stem(term: str) -> str:
    """The stem of a prose word (Porter 2); a term with a digit or outside ASCII is its own, and so is one
    whose stem is a function word: INS is not "in"."""
    if len(term) < 3 or not term.isascii() or not term.isalpha():
        return term
    stemmed: str = _STEMMER.stemWord(term)
    return term if stemmed in FUNCTION_WORDS else stemmed


def spellings(word: str) -> list[tuple[str, ...]]:
    """The term sequences that a word of a query may stand as in a text.

    ``IL-2`` gives ``("il", "2")`` and ``("il2",)``; ``zinc`` only ``("zinc",)``.  The
    first is the word as written.  A word of more than four atoms is taken as written,
    joined and fully split, so that the number stays small.
    """
    written = tuple(terms(word))
    if not written:
        return []
    atoms = [atom.group() for term in written for atom in _ATOM.finditer(term)]
    forms = [written]
    if len(atoms) > _MAX_ATOMS:
        forms += [("".join(atoms),), tuple(atoms)]
    elif len(atoms) > 1:
        for cuts in product((False, True), repeat=len(atoms) - 1):
            form = [atoms[0]]
            for cut, atom in zip(cuts, atoms[1:], strict=True):
                if cut:
                    form.append(atom)
                else:
                    form[-1] += atom
            forms.append(tuple(form))
    return list(dict.fromkeys(forms))


def fold_case(name: str) -> str:
    """A name without regard to case, compatibility forms and runs of blanks."""
    folded = name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.split())


def fold_keyword(value: str) -> str:
    """A keyword as it is looked up: its terms, so that quoting it changes nothing."""
    if value.isascii() and value.isalnum():
        return value.lower()
    return " ".join(terms(value)) or fold_case(value)


@lru_cache(maxsize=1 << 16)
def fold_spelling(name: str) -> str:
    """A name without regard to case, dashes, blanks, other punctuation and Greek letters:
    ``TNF-α``, ``TNFalpha`` and ``tnf alpha`` are one.  Empty only for an empty name."""
    if name.isascii() and "'" not in name:
        return "".join(_ASCII_RUN.findall(name)).lower() or fold_case(name)
    return "".join(terms(name)) or fold_case(name)


def atoms(name: str) -> list[str]:
    """The pieces of a name that may be written apart: terms, divided where letters meet digits and where the
    name of a Greek letter stands."""
    return [atom.group() for term in terms(name) for atom in _ATOM.finditer(term)]


@lru_cache(maxsize=1 << 12)
def fold_latin(name: str) -> str:
    """A name folded with the Latin letter that symbols have for each Greek one (``LATIN``); empty for a name
    without a Greek letter, and where little else is left of it."""
    if name.isascii() and not _LONG_GREEK.search(name.lower()) and name.isalnum():
        return ""
    whole = terms(name)
    pieces = [(atom.group(), term) for term in whole for atom in _ATOM.finditer(term)]
    told = [LATIN.get(piece) if len(piece) > 3 or piece == term else None for piece, term in pieces]
    folded = "".join(latin or piece for latin, (piece, _) in zip(told, pieces, strict=True))
    return folded if any(told) and not all(told) and len(folded) >= _SHORTEST else ""
