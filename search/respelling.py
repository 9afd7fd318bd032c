"""Other spellings of a gene's name: as what a name that nobody has may be read, and how that is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from index.analysis import GREEK, fold_case
from search.patterns import WILD
from search.spellings import american as in_american

_AROUND = ".,;:!?\"'`“”„‘’«»()[]{}"
"""Signs that may stand around a name that has none of them."""
_ENDS = ".,;:!?"
"""Signs that end what a name may be the last word of."""
_MOST_FORMS = 4
_GREEK_NAMES = {name: letter for letter, name in GREEK.items() if letter != "ς"}
_GREEK_LETTER = re.compile(f"[{''.join(GREEK)}]", re.IGNORECASE)
_GREEK_NAME = re.compile(
    "[- ]?(alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda|sigma|omega)"
    r"|[- ](chi|eta|iota|mu|nu|omicron|phi|pi|psi|rho|tau|upsilon|xi)(?![a-z])",
    re.IGNORECASE,
)
_MATURE = re.compile(
    r"(?:hsa-)?(?P<kind>mir|let)-?(?P<number>\d+[a-z]?)(?P<copy>-\d+)?(?:-[35]p|\*)?",
    re.IGNORECASE | re.ASCII,
)
"""The name of a microRNA as papers write it; the gene is named without the arm."""
_OF_HUMANS = re.compile(r"h([A-Z][A-Z0-9-]{2,})", re.ASCII)
_ALLELE = re.compile(r"([A-Z][A-Z0-9-]+)\*\d[\dA-Z:]*", re.ASCII)
"""``HLA-A*02:01``, ``CYP2D6*4``."""
_GREEK_OF = {
    "a": "alpha", "b": "beta", "g": "gamma", "d": "delta", "e": "epsilon", "z": "zeta", "k": "kappa",
}  # fmt: skip
_LETTER = re.compile(rf"([A-Z][A-Za-z0-9-]*-)([{''.join(_GREEK_OF)}])", re.ASCII)
"""A name that ends in a Latin letter for a Greek one."""
_POINTS = ".,;:!\"'()[]{}"
_WILD = re.compile(rf"[^{re.escape(WILD)}].*[{re.escape(WILD)}]", re.DOTALL)
"""A word with the sign of a pattern in it; one that begins with such a sign is read without it."""
_COPIES = 3
"""So many genes have one mature microRNA at most, but for rare ones."""
_BEFORE = re.compile(r"(?:(?:the|human|homo sapiens|gene|symbol|protein)\s+)+", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:\s+(?:gene|genes|protein|symbol|human|homo sapiens|\(human\)|in humans?))+[?.!]*$", re.IGNORECASE
)
_SAYS_WHAT = frozenset({"the", "human", "humans", "sapiens", "(human)", "gene", "genes", "symbol", "protein"})
_LONGEST = 200
"""Letters of the longest text in which a name is looked for beside such words."""
_SAYS_GENE = re.compile(r"\b(?:gene|symbol)\b", re.IGNORECASE)


def bare(name: str) -> str:
    """A name without the punctuation around it; the name itself where there is nothing else."""
    return name.strip(_AROUND) or name


def is_stray(asked: str) -> bool:
    """Whether a text is one letter among signs that tell of no name, such as ``"y")``."""
    return len(asked.strip(_ENDS)) > 1 and sum(map(str.isalnum, asked)) == 1


def has_pattern(asked: str) -> bool:
    """Whether some word of a query is a pattern, as the query language reads it (search.lexing); a question
    mark behind the last of several words ends a question."""
    if "*" not in asked and "?" not in asked:
        return False
    *others, last = asked.split()
    return any(map(is_pattern_word, others)) or is_pattern_word(last.rstrip("?") if others else last)


def is_pattern_word(word: str) -> bool:
    """Whether a word has the sign of a pattern behind its first letter."""
    return _WILD.match(word.strip(_POINTS)) is not None


def within_pattern(name: str) -> str:
    """The symbol that a pattern may be meant for all the same: the gene in the name of its allele (``CYP2D6``
    of ``CYP2D6*4``), or what is asked for in one word (``TP53?``); empty for any other pattern."""
    allele = _ALLELE.fullmatch(name)
    asked = name[:-1]
    return allele[1] if allele else "" if is_pattern_word(asked) or name[-1] != "?" else asked


def readings(name: str) -> list[str]:
    """As what a name may be read that no gene has: what the genes of a mature microRNA are called
    (``hsa-mir-21`` of ``miR-21-5p``, ``hsa-let-7a-1`` to ``-3`` of ``let-7a``), ``TERT`` of ``hTERT``,
    ``PKC-zeta`` of ``PKC-z``, and words in American spelling."""
    if " " in name or (name.isalpha() and name.islower()):
        return american(name)
    if name[:1] in "hHmMlL" and (mature := _MATURE.fullmatch(name)):
        stem = f"hsa-{mature['kind']}-{mature['number']}"
        copy = mature["copy"]
        return [stem + copy] if copy else [stem, *(f"{stem}-{number}" for number in range(1, _COPIES + 1))]
    if of_humans := _OF_HUMANS.fullmatch(name):
        return [of_humans[1]]
    if by_letter := _LETTER.fullmatch(name):
        return [by_letter[1] + _GREEK_OF[by_letter[2]]]
    return american(name)


def american(name: str) -> list[str]:
    """A name in American spelling, as names of genes are; none where it is so already."""
    found = in_american(name)
    return [] if found == name else [found]


def undecorated(asked: str) -> str:
    """What is left of ``human BRCA1`` or ``TP53 gene`` without the words that only say what it is; empty
    where there are none, or where what is left may be a word of the language."""
    if len(asked) > _LONGEST or _SAYS_WHAT.isdisjoint(asked.lower().rstrip("?.!").split()):
        return ""
    name = _BEHIND.sub("", asked)
    if (before := _BEFORE.match(name)) is not None:
        name = name[before.end() :]
    if name == asked or not name:
        return ""
    told = any(char.isdigit() or char.isupper() for char in name)
    return name if told or (" " not in name and _SAYS_GENE.search(asked)) else ""


def forms(asked: str, spellings: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Spellings as which a name was read: those that met it, those with the Greek letter for its name or
    with the name for the letter, and others that its gene has; none that differs by case alone."""
    told = [*dict.fromkeys(spellings)][: _MOST_FORMS - 1]
    if told and (" " not in told[0] or _GREEK_LETTER.search(asked)):
        told += greek_forms(asked) or greek_forms(told[0])
    distinct: dict[str, str] = {}
    for one in (*told, *islice(others, 1)):
        distinct.setdefault(fold_case(one), one)
    distinct.pop(fold_case(asked), None)
    return tuple(distinct.values())[:_MOST_FORMS]


def written_otherwise(word: str) -> tuple[str, ...]:
    """How a word of several terms may stand in a text besides: with Greek letters the other way, joined."""
    joined = "".join(re.split(r"[\W_]+", word))
    forms = greek_forms(word) or ([joined] if joined != word else [])
    return tuple(forms[: _MOST_FORMS - 1])


def greek_forms(name: str) -> list[str]:
    """With each Greek letter by its name behind a hyphen, and as a letter without one."""
    name = unicodedata.normalize("NFKC", name)  # a micro sign is a Greek letter too
    named = _GREEK_LETTER.sub(_as_name, name)
    lettered = _GREEK_NAME.sub(_as_letter, named)
    return [one for one in (named, lettered) if one != name]


def _as_name(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1 : found.start()] if found.start() else ""
    return ("-" if before.isalnum() else "") + GREEK.get(found[0].lower(), found[0])


def _as_letter(found: re.Match[str]) -> str:
    return _GREEK_NAMES[(found[1] or found[2]).lower()]
