"""Splitting prose into sentences.

A sentence is the unit that citations support and that a page shows, so its bounds are part of the
index and must not move with a library's model.  Gene prose has its own full stops (``E. coli``,
``et al.``, ``p. Gly12Asp``), its own small initials (``mTOR is``) and citations behind the stop;
how libraries do on it is measured (benchmarks/sentences.py, docs/decisions/0017-sentences.md).

The rules look at a bounded stretch on both sides of a stop, so the time is linear in the text.
What they decide:

- A citation behind the full stop (``zinc.[3]``, ``zinc.3``, ``zinc. [3]``, ``zinc. [provided by …]``)
  belongs to the sentence before it.
- Without a blank (``cells.The``) a stop ends a sentence only between words that can be nothing else.
- Colons and semicolons end none: ``RESULTS: We …`` is one sentence.
"""

from __future__ import annotations

import re
from typing import cast

from index.abbreviations import (
    BEFORE_NAMES,
    BEFORE_NUMBER,
    CLAUSE_WORD,
    CUT_SHORT,
    EPITHETS,
    LAST_BEFORE_STARTER,
    LETTERED,
    NEVER_LAST,
    PEOPLE,
    STARTERS,
)
from index.saying_nothing import says_nothing as says_nothing

_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Zero-width characters and those that turn the direction, which may stand anywhere."""
_STOP = re.compile(
    rf"""
    (?<![.!?…]) (?P<stop> [.!?…]++ )
    (?P<close> ["'”’»)\]{_UNSEEN}]*+ )
    (?P<cited> \[ \d [\d,;\s–-]{{0,60}} \] | [¹²³⁰-⁹]++ (?: [⁻,–-] [¹²³⁰-⁹]++ )*+
      | (?<=[a-z)]{{3}}\.) \d{{1,3}} (?: [,–-] \d{{1,3}} ){{0,9}} (?= \s+ [A-Z] ) )?
    (?: (?=\s) | (?<=[\w)\]%]\.) (?P<glued> (?= -?[A-Z] ) ) )
    """,
    re.VERBOSE,
)
"""A stop with what closes after it and a citation set behind it, before a blank or, where one is
missing, a capital.  Possessive and never begun in the middle of a run of stops, so that a long
run is read once."""

_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n\s*+")
_NEXT = re.compile(
    rf"""
    \s*+ (?P<open> ["'“‘«(\[{_UNSEEN}]*+ ) (?P<word> [^\s.,;:!?)\]]{{0,48}} ) (?P<after> \S{{0,2}} )
    \s*+ (?P<then> \S{{0,24}} )
    """,
    re.VERBOSE,
)
"""The next word, the punctuation behind it, and the word after it."""
_GLUED = re.compile(
    r"(?P<word>[A-Z][A-Za-z-]*)(?:(?P<colon>:)|,?\s+(?P<then>[a-z])?)|-[A-Z][\w'-]{0,30}, [A-Z]\."
)
_CITATION = re.compile(
    r"""
    \s+ (?: (?P<number> \[ \d [\d,;\s–-]{0,60} \] )
        | [\[(] (?: (?: provided | supplied ) [ ] by | PMIDs?: | PubMed:?
          | [A-Z] [\w. ]{2,40} [.,] [ ] (?: 19 | 20 ) \d\d [ ]? ; ) [^\[\]()]{0,120} [\])] )
    \.? (?= \s+ ["'“(\[]? [A-Z0-9] | \s* $ )
    """,
    re.VERBOSE,
)
"""A citation that stands as a sentence of its own behind the sentence that it supports."""
_ASIDE = re.compile(r"\s*+\([^()]{1,80}\)(?:[,;]|\s+[a-z])")
_HEADING = re.compile(r"\s*+[A-Z][A-Za-z/& -]{2,40}:")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")
"""``U.S`` of ``U.S.``"""
_VARIANT = re.compile(r"[*+-]?\d+\S*[A-Za-z>_]|[*+-]\d|[A-Z][a-z]{2}\d|[A-Z]\d+|\(")
"""A sequence variant behind ``p. ``, ``c. ``, ``g. ``."""
_OF_VARIANTS = frozenset("pcgmnr")
_ENUMERATES = re.compile(r"\d{1,3}|[ivx]{1,4}|[A-Z]")
_ABBREVIATED = re.compile(r"[A-Z][a-z]{0,8}")

_NAME = re.compile(r"[A-Z](?:[-'’]?[^\W\d_])*[^\W\d_A-Z]")
_UNIT = re.compile(r"[a-zµ]{1,3}\([-–−]\d")
"""``l(-1)``"""
_INITIALS = re.compile(r"(?:[A-Z]\.-?)+")
_JOINING = frozenset({"and", "or", "&"})
_WHOLE = re.compile(r"(?:[A-Za-z]+-)*[a-z]{3,}")
_FIRST_PART = re.compile(r"\W")
_NO_ADDRESS = re.compile(r"(?!www\.)[^/@\\_]+")
_AFTER_SLASH = re.compile(r"[/–—]")
_BRACKET = re.compile(r"[()\[\]]")
_CITED = (LAST_BEFORE_STARTER - PEOPLE) | {"J"}
_TABLED = NEVER_LAST | LAST_BEFORE_STARTER | BEFORE_NUMBER

_LONGEST_ABBREVIATION = 12
_LOOKED_BACK = 60
"""Characters in which the words before a stop are sought."""
_BRACKETS_REACH = 200
_OPENING = "([{“‘\"'«"
_BRACKETS = ("[", "(")
_GOES_ON = frozenset(",;:")


def split(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without white space at either end.

    Never raises; together the sentences cover every character that is no white space.
    A blank line ends a sentence whatever stands before it.
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for paragraph in _PARAGRAPH.finditer(text):
        _split_paragraph(text, start, paragraph.start(), bounds)
        start = paragraph.end()
    _split_paragraph(text, start, len(text), bounds)
    return bounds


def _split_paragraph(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    for stop in _STOP.finditer(text, start, end):
        if stop.start() < start:
            continue
        place = stop.end()
        if stop["glued"] is not None:
            ends = _ends_glued(text, start, stop, end)
        else:
            ends = _ends_sentence(text, start, stop, end)
            if text[place + 1 : place + 2] in _BRACKETS:
                cited = _CITATION.match(text, place, end)
                if cited and (ends or cited["number"] is None):
                    ends, place = True, cited.end()
        if ends:
            _keep(text, start, place, bounds)
            start = place
    _keep(text, start, end, bounds)


def _keep(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        bounds.append((start, end))


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a stop before a blank ends the sentence from ``start``, by the words on either side."""
    following = cast(re.Match[str], _NEXT.match(text, stop.end(), end))
    word, opening = following["word"], following["open"]
    place = stop.start()
    before = text[max(start, place - _LOOKED_BACK) : place].split()
    token = before[-1] if before and not text[place - 1].isspace() else ""
    core = _AFTER_SLASH.split(token)[-1].lstrip(_OPENING)
    plain = len(core) > 3 and core.isalpha() and core.islower() and core not in _TABLED
    if plain and word[:1].isupper() and not opening:
        return True
    if not word:
        return text[following.end("open") : following.end("open") + 1] not in _GOES_ON
    if "(" in opening and _ASIDE.match(text, stop.end(), end):
        return False
    if not _may_start(word, len(core) == 1):
        return stop["stop"] == "." and not (opening or stop["close"]) and _is_whole(core)
    if stop["stop"] != ".":
        return True
    if word in LAST_BEFORE_STARTER and following["after"][:1] == "." and following["then"][:1].isupper():
        return False
    if not core or len(core) > _LONGEST_ABBREVIATION:
        return True
    if stop["cited"] and (core in BEFORE_NUMBER or core in NEVER_LAST):
        return False
    return not _abbreviates(text, start, place, before, core, following)


def _ends_glued(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a stop without a blank after it ends the sentence from ``start``."""
    following = _GLUED.match(text, stop.end(), end)
    if following is None or stop["stop"] != ".":
        return False
    place = stop.start()
    before = text[max(start, place - _LOOKED_BACK) : place].split()
    token = before[-1].lstrip(_OPENING) if before else ""
    if len(token) < 2 or token in NEVER_LAST or not _NO_ADDRESS.fullmatch(token):
        return False
    word, clause = following["word"], following["colon"] or following["then"]
    if word is None:
        return token[-1].islower()
    if len(word) > 1 and word.lower() in STARTERS:
        return True
    if token[-1] in ")]":
        return clause is not None
    return clause is not None and _WHOLE.fullmatch(token) is not None and (word[1:].islower() or word in "AI")


def _may_start(word: str, after_letter: bool) -> bool:
    """Whether a sentence may begin so: with a capital, a number, or a gene written small.

    After a single letter only the word's first part tells: *E. coli-K12* is no gene.
    """
    if _UNIT.match(word):
        return False
    first = word[0]
    if not first.islower() or "α" <= first <= "ω":
        return True
    if after_letter:
        word = _FIRST_PART.split(word, 1)[0]
    return any(char.isupper() or char.isdigit() for char in word)


def _is_whole(core: str) -> bool:
    """Whether the word before a full stop is no abbreviation, though small letters follow."""
    if _WHOLE.fullmatch(core):
        return len(core) > 4 and core not in CUT_SHORT and core not in _TABLED
    return core[-1:] in {")", "]"} or (len(core) > 2 and core.isupper() and core.isalpha())


def _abbreviates(
    text: str, start: int, place: int, before: list[str], core: str, following: re.Match[str]
) -> bool:
    """Whether the full stop at ``place`` belongs to an abbreviation."""
    word: str = following["word"]
    if core in NEVER_LAST:
        return True
    if word[0].isdigit():
        token = before[-1]
        if core.rpartition("-")[2] in BEFORE_NUMBER or (token[0] in "([" and token[1:].isdigit()):
            return True
    if len(before) == 1 and _ENUMERATES.fullmatch(core):
        return True
    heads = word.lower() in STARTERS or _HEADING.match(text, following.start()) is not None
    begins = heads or CLAUSE_WORD.fullmatch(word) is not None
    if core in LAST_BEFORE_STARTER:
        if core in PEOPLE and word[0].isupper() and _goes_on(following):
            begins = True
    elif len(core) == 1:
        if core.islower():
            return core in _OF_VARIANTS and _VARIANT.match(text, following.start("word")) is not None
        begins = not _is_initial(core, before, following, heads)
    elif _DOTTED.fullmatch(core):
        begins = begins or (
            core.islower() and word[0].isupper() and word[1:].islower() and _goes_on(following)
        )
    else:
        return _is_in_chain(core, before, following) and not begins
    return not begins or _in_brackets(text, start, place)


def _goes_on(following: re.Match[str]) -> bool:
    """Whether the next word is followed by one in small letters that joins no names."""
    then: str = following["then"]
    return not following["after"] and then[:1].islower() and then not in BEFORE_NAMES


def _is_in_chain(core: str, before: list[str], following: re.Match[str]) -> bool:
    """``Curr. Opin. Immunol. 19``"""
    if not _ABBREVIATED.fullmatch(core):
        return False
    word: str = following["word"]
    if word[0].isdigit():
        return len(before) > 1 and before[-2].lstrip(_OPENING)[:-1] in _CITED and before[-2].endswith(".")
    abbreviated = _ABBREVIATED.fullmatch(word) is not None and following["after"][:1] == "."
    return abbreviated and word not in NEVER_LAST and not following["then"][:1].islower()


def _is_initial(letter: str, before: list[str], following: re.Match[str], heads: bool) -> bool:
    """Whether a capital with a full stop is short for a name: of a person or a genus.

    ``heads``: the next word is one with which sentences begin.
    """
    word: str = following["word"]
    if len(before) == 1 or word.lower() in EPITHETS:
        return True
    if following["after"][:1] == "." and word in LAST_BEFORE_STARTER:
        return True
    previous = before[-2].lstrip(_OPENING)
    if letter == "J" and not heads and previous[-1:] in {".", ")"}:
        return True
    third = before[-3] if len(before) > 2 else ""
    if (
        len(word) == 1
        and word.isupper()
        and following["after"][:1] == "."
        and not following["then"][:1].islower()
    ):
        return True
    if previous.endswith(","):
        surname = previous[:-1]
        if not _NAME.fullmatch(surname):
            return False
        return not heads or _INITIALS.fullmatch(third.rstrip(",")) is not None
    if heads or previous.lower() in LETTERED:
        return False
    if previous in _JOINING:
        other = third.rstrip(",")
        return _NAME.fullmatch(other) is not None or other.endswith(".")
    if previous in BEFORE_NAMES:
        return True
    return _NAME.fullmatch(previous) is not None or _INITIALS.fullmatch(previous) is not None


def _in_brackets(text: str, start: int, place: int) -> bool:
    """Whether the stop at ``place`` stands in brackets that were opened in its sentence and close later."""
    first = max(start, place - _BRACKETS_REACH)
    opened = max(text.rfind("(", first, place), text.rfind("[", first, place))
    if opened <= start or opened < max(text.rfind(")", first, place), text.rfind("]", first, place)):
        return False
    closing = _BRACKET.search(text, place + 1, place + _BRACKETS_REACH)
    return closing is not None and closing[0] in ")]" and closing.start() > place + 1
