"""Splitting prose into sentences, and telling a sentence that says nothing.

Why a splitter of our own: a sentence is the unit that citations support and that a
page shows, so its bounds are part of the index and must not move with a library's
model.  Gene prose has its own full stops (``E. coli``, ``et al.``, ``10.1021/bi020030+.``)
and its own small initials (``mTOR is``), which general splitters get wrong.  The rules
are a few tables and run in linear time; how libraries compare is measured elsewhere.
"""

from __future__ import annotations

import re

_STOP = re.compile(r"(?<![.!?…])([.!?…]++)[\"'”’»)\]]*+(?=\s)")
"""A stop with the quotes and brackets that close after it.  Possessive and never begun in
the middle of a run, so that a long run of stops is read once."""

_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n\s*+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_LAST = _words(
    "e.g i.e eg ie vs v fig figs eq eqs dr prof mr mrs ms st cf approx ca resp viz suppl a.k.a"
    " i.v i.p s.c var subsp"
)
"""Words whose full stop ends no sentence: something always follows."""

_LAST_BEFORE_STARTER = _words(
    "al sp spp inc ltd corp co dept nat natl proc acad sci biol biochem biotechnol clin genet immunol"
    " chem med j"
)
"""Words whose full stop ends a sentence only where a typical first word follows."""

_BEFORE_NUMBER = _words(
    "no nos ref refs vol pp p ch chr sec tab jan feb mar apr jun jul aug sept sep oct nov dec"
)
"""Words whose full stop ends no sentence before a number: ``No. 5``."""

_STARTERS = _words(
    "a additionally although altogether an and another as at because both but by collectively consequently"
    " conversely despite during each finally for from furthermore given hence here how however if in indeed"
    " instead interestingly it its later likewise mice moreover most mutations nevertheless no notably of"
    " on one other our overall patients recent recently since so some such taken that the their then there"
    " therefore these they this those though thus to together two upon we what when where whereas whether"
    " which while with within yet"
)

_LETTERED = _words(
    "vitamin hepatitis influenza type group class kinase factor subunit complex form isoform domain chain"
    " variant cyclin region element box interleukin immunoglobulin hemoglobin apolipoprotein coenzyme"
    " cytochrome cathepsin protein panel figure table serotype phase grade stage site motif exon allele"
    " strain cell cells"
)
"""Words that a single letter completes (``vitamin C.``), which is then no initial."""

_LONGEST_ABBREVIATION = 12
_LOOKED_BACK = 40
"""Characters in which the two words before a stop are sought."""

_BREAKS = str.maketrans(dict.fromkeys("([“‘\"'/–—", " "))
_NEXT_WORD = re.compile(r"\s++[\"'“‘«(\[]*+([^\s.,;:!?)\]]{0,48})")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
"""``U.S`` of ``U.S.``"""


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
        following = _NEXT_WORD.match(text, stop.end(), end)
        if following and _ends_sentence(text, start, stop, following):
            _keep(text, start, stop.end(), bounds)
            start = stop.end()
    _keep(text, start, end, bounds)


def _keep(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        bounds.append((start, end))


def _ends_sentence(text: str, start: int, stop: re.Match[str], following: re.Match[str]) -> bool:
    """Whether a stop ends the sentence from ``start``, by the words on either side."""
    word: str = following[1]
    if not _may_start(word):
        return False
    if stop[1] != ".":
        return True
    place = stop.start()
    before = text[max(start, place - _LOOKED_BACK) : place].translate(_BREAKS).split()
    if not before or len(before[-1]) > _LONGEST_ABBREVIATION:
        return True
    return not _abbreviates(before, word)


def _may_start(word: str) -> bool:
    """Whether a sentence may begin so: with a capital, a number, or a gene written small."""
    if not word:
        return True
    first = word[0]
    if not first.islower() or "α" <= first <= "ω":
        return True
    return any(char.isupper() or char.isdigit() for char in word)


def _abbreviates(before: list[str], following: str) -> bool:
    """Whether a full stop after the words ``before`` belongs to an abbreviation."""
    word = before[-1].lower()
    if word in _NEVER_LAST:
        return True
    if word in _BEFORE_NUMBER:
        return following[:1].isdigit()
    if word in _LAST_BEFORE_STARTER or _DOTTED.fullmatch(word):
        return following.lower() not in _STARTERS
    if len(word) == 1 and before[-1].isupper():
        completes = len(before) > 1 and before[-2].lower() in _LETTERED
        return not completes and following.lower() not in _STARTERS
    return len(before) == 1 and word.isdigit() and len(word) <= 3


_NOTHING_KNOWN = re.compile(
    r"""
    \b(?: do | does | did ) (?: \s not | n['’]t ) \s (?: \w+ly \s )?
        (?: provide | contain | report | offer | include | present | yield | give | hold )
        \s (?: \w+ \s ){0,4}? (?: data | information | evidence | details? | insights? | findings? )\b
    | \b(?: do | does | did ) (?: \s not | n['’]t ) \s (?: \w+ly \s )?
        (?: address | mention | discuss )\b
    | \bremains? \s (?: \w+ \s ){0,2}? (?: to \s be \s (?: \w+ly \s )?
        (?: elucidated | determined | established | clarified | investigated | explored | defined
          | characteri[sz]ed | understood | identified )
        | unknown | unclear | uncharacteri[sz]ed | elusive | undetermined
        | (?: poorly | incompletely ) \s understood )\b
    | \bno \s (?: \w+ \s ){0,4}? (?: data | information | evidence | studies | study | reports? )
        (?: \s (?: on | about | for | of | regarding | concerning ) (?: \s [^\s,;]+ ){1,8}? )?
        \s (?: is | are | was | were | has \s been | have \s been | exists? )
        (?: \s (?: \w+ly \s )? (?: available | provided | reported | found | published | given | known ) )?
    | \b(?: function | role | significance | importance )s? \s (?: [^\s,;.]+ \s ){0,8}? (?: is | are )
        \s (?: \w+ \s )? (?: unknown | unclear | not \s (?: yet \s )? known | not \s understood )\b
    | \b(?: little | nothing ) \s is \s (?: \w+ \s )? known\b
    | \b(?: has | have ) \s not \s (?: yet \s )? been \s (?: \w+ly \s )?
        (?: characteri[sz]ed | determined | elucidated | investigated | described | studied )\b
    | \b(?: is | are ) \s no \s source \s on\b
    | \bneither \s \w+ \s nor \s (?: ruled \s out | excluded | refuted )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CUES = ("no ", "not", "n't", "n’t", "remain", "unknown", "unclear", "little", "neither")
"""One of these stands in everything that _NOTHING_KNOWN matches."""
_TURNS = re.compile(
    r"[,;—] (?:but|however|yet|although|though|suggesting|indicating|whereas)\b", re.IGNORECASE
)
_CONCEDES = re.compile(r"(?:although|though|even though|despite)\b", re.IGNORECASE)
_LONGEST_SENTENCE = 2000


def says_nothing(text: str) -> bool:
    """Whether a sentence only says that nothing is known.

    A sentence that goes on to tell something (``its role is unclear, but it binds zinc``;
    ``although its role is unclear, it binds zinc``) does not only say that.
    """
    if len(text) > _LONGEST_SENTENCE:
        return False
    plain = " ".join(text.split())
    lower = plain.lower()
    if not any(cue in lower for cue in _CUES):
        return False
    found = _NOTHING_KNOWN.search(plain)
    if found is None or _TURNS.search(plain, found.end()):
        return False
    return not (_CONCEDES.match(plain) and "," in plain[found.end() :])
