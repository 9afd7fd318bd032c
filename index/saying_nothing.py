"""Telling a sentence that only says that nothing is known.

Curated summaries say it of functions that are not known; texts written by a model say it of papers
that do not deal with the gene.  Such a sentence answers no question, so it is no evidence where
there is any other.  A sentence that tells something besides is kept: a wrong *yes* hides what is
known, a wrong *no* shows one useless line.
"""

from __future__ import annotations

import re

_SAYS = r"(?:provide|contain|report|offer|include|present|yield|give|hold|supply|have)"
_SAYING = r"(?:provid|contain|report|offer|includ|present|yield|giv|hold|supply|hav)(?:e?s|ed|ing)?"
_KNOWLEDGE = (
    r"(?:data|information|evidence|details?|insights?|findings?|mention|knowledge|description|clues?)"
)
_ADVERB = r"(?:(?:\w+ly|yet|still|as \s yet|so \s far|to \s date|at \s present|well|in \s detail|any) \s)"
_NOT = r"(?:\s not|n['’]t)"
_FOUND_OUT = r"""
    (?: determined | elucidated | characteri[sz]ed | investigated | described | studied | defined | resolved
    | clarified | understood | explored | assigned | delineated | established | ascertained | addressed
    | verified )
    """
_OPEN = r"""
    (?: unknown | unclear | uncharacteri[sz]ed | elusive | undetermined | uncertain | obscure | undefined
    | unexplored | enigmatic | unresolved | speculative | an \s open \s question
    | (?: poorly | incompletely ) \s (?: understood | defined | characteri[sz]ed | known ) )
    """

_SILENT = re.compile(
    rf"""
    \b(?: do | does | did ) {_NOT} \s {_ADVERB}{{0,2}} {_SAYS} \s (?: [\w-]+ \s ){{0,5}}? {_KNOWLEDGE}\b
    | \b(?: do | does | did ) {_NOT} \s {_ADVERB}{{0,2}} (?: \w+ \s n?or \s )?
        (?: address | mention | discuss | deal \s with | refer \s to | focus \s on | concern | examine
        | specify | state )\b
    | \b(?: fails? | failed ) \s to \s (?: address | mention | discuss | provide | describe )\b
    | \b(?: {_SAYING} | makes? | made ) \s {_ADVERB}{{0,2}} (?: no | little | insufficient ) \s
        (?: [\w-]+ \s ){{0,4}}? {_KNOWLEDGE}\b
    | \bthere \s (?: is | are | was | were ) \s {_ADVERB}{{0,2}} (?: no | little | insufficient ) \s
        (?: [\w-]+ \s ){{0,4}}? (?: (?: data | information | mention | knowledge | description )\b
        | {_KNOWLEDGE} [^.;]{{0,80}} \b(?: abstracts? | texts? | passages? | papers? | literature )\b )
    | \black(?: s|ed|ing )? \s (?: any \s )? (?: [\w-]+ \s ){{0,3}}? (?: data | information | evidence
        | details? )\b
    | \b(?: is | are | was | were ) \s not \s {_ADVERB}{{0,2}} (?: mentioned | discussed | addressed | covered
        | the \s (?: focus | subject | topic ) )\b
    | \bcannot \s be \s {_ADVERB}? (?: inferred | determined | drawn | derived | deduced | assessed
        | established )\b
    | \b(?: is | are ) \s no \s source \s on\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A source does not deal with it."""

_UNKNOWN = re.compile(
    rf"""
    \b(?: remains? | remained ) \s (?: [\w-]+ \s ){{0,2}}? (?: to \s be \s {_ADVERB}{{0,2}}
        (?: {_FOUND_OUT} | identified ) | {_OPEN} )\b
    | \bno \s (?: [\w-]+ \s ){{0,4}}?
        (?: data | information | studies | study | reports? | functions? | conclusions? )
        (?: \s (?: on | about | for | of | regarding | concerning | linking ) (?: \s [^\s,;]+ ){{1,8}}? )?
        \s (?: is | are | was | were | has \s been | have \s been | exists? | can \s be )
        (?: \s {_ADVERB}? (?: available | provided | reported | found | published | given | known | presented
        | derived | drawn | described | ascribed | assigned ) )?
    | \b(?: is | are | was | were ) \s {_ADVERB}{{0,3}} {_OPEN}\b
    | \b(?: is | are | was | were ) \s {_ADVERB}{{0,2}} not \s {_ADVERB}{{0,3}} (?: known | clear
        | understood | certain | {_FOUND_OUT} )\b (?! \s (?: by | to ) \b )
    | \b(?: little | nothing | not \s much ) \s (?: is | was | has \s been ) \s {_ADVERB}{{0,2}}
        (?: known | reported | published | understood | learned )\b
    | \b(?: has | have ) {_NOT} \s {_ADVERB}{{0,2}} been \s {_ADVERB}{{0,3}} {_FOUND_OUT}
    | \b(?: has | have ) {_NOT} \s (?: yet \s been \s | been \s yet \s ) {_ADVERB}{{0,2}} identified\b
    | \b(?: has | have | is | are ) \s yet \s to \s be \s {_ADVERB}{{0,2}} (?: {_FOUND_OUT} | identified )\b
    | \bcould \s not \s be \s {_FOUND_OUT}
    | \bawaits? \s (?: [\w-]+ \s ){{0,2}}? (?: stud(?:y|ies) | investigations? | clarification | research
        | characteri[sz]ation )\b
    | ^ (?: this | the ) \s [\w-]+ (?: \s [\w-]+ ){{0,2}} \s encodes \s an? \s (?: novel \s )? protein
        \s of \s unknown \s function \W* $
    | \bneither \s \w+ \s nor \s (?: ruled \s out | excluded | refuted )\b
    | \b(?: further | future | additional | more ) \s (?: [\w-]+ \s ){{0,2}}? (?: stud(?:y|ies) | research
        | investigations? | work | experiments? | analys[ei]s | data | evidence ) \s (?: is | are
        | will \s be ) \s {_ADVERB}? (?: needed | required | warranted | necessary )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Something is not known, or waits to be found out."""

_CUES = (
    *(
        "no ",
        "not",
        "n't",
        "n’t",
        "remain",
        "unknown",
        "unclear",
        "uncertain",
        "undetermined",
        "uncharacteri",
    ),
    *(
        "undefined",
        "unexplored",
        "unresolved",
        "little",
        "neither",
        "yet to",
        "lack",
        "fail",
        "await",
        "obscure",
    ),
    *("elusive", "poorly", "incompletely", "needed", "required", "warranted", "necessary", "enigmatic"),
    *("open question", "speculative", "insufficient"),
)
"""One of these stands in everything that the expressions match."""
_PARTS = re.compile(
    r"[;—]|\s[-–]\s|,?\s\b(?:but|however|although|though|whereas|while|yet|because|since)\b(?! to\b),?"
    r"|\s(?=whose\b)|\s(?:(?:for|of|in) )?(?=(?:which|that) (?:is|are|was|were|has|have|an?|the)\b)"
    r"|,|\sand (?=(?:the|its|their|it|they|has|have|is|are|studies)\b)",
    re.IGNORECASE,
)
"""Where one part of a sentence ends."""
_SOURCE = re.compile(
    r"\b(?:research|stud(?:y|ies)|abstracts?|papers?|work|authors|findings|articles?|texts?|literature|publications?"
    r"|reports?|sources?|passages?|summary|summaries|manuscripts?|data)\b",
    re.IGNORECASE,
)
_FINDS = re.compile(
    r"\b(?:shows?|showed|shown|demonstrat\w+|found|finds|reveal\w*|report(?:s|ed)? that|suggest\w*"
    r"|indicat\w+)\b",
    re.IGNORECASE,
)
_SETS_OUT = re.compile(
    r"(?:in|from|based|according|as|given|despite|with|within|to|at|until|beyond|for|among|unlike|like)\b",
    re.IGNORECASE,
)
"""How a part begins that may only lead to the next."""
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|will|does|do|did|suggests?|indicates?|shows?|appears?"
    r"|seems?|belongs?|binds?|encodes?)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:plays?|acts?|shares?|contains?|locali[sz]es?|functions? (?:as|in)|interacts?|regulates?"
    r"|results? in|occurs?|generates?|produces?|undergoes|lies|maps?|bears?|catalyzes|mediates?|inhibits?"
    r"|activates?|promotes?|suppresses|exhibits?|displays?|exerts?|lacks?|forms?|serves?|participates?|contributes?|causes?"
    r"|leads? to|increases?|decreases?|associates?|resembles?|supports?|implies|implicates?|helps?|exists?"
    r"|leaving|making|\w{2,}ed)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:if|whether|as far as|any|how|what|why|where|(?:\w+ ){0,3}variants may exist)\b", re.IGNORECASE
)
_PROMISES = re.compile(
    r"\b(?:further|future|additional|more)\b.*\b(?:needed|required|warranted|necessary|stud(?:y|ies)|research"
    r"|investigations?|work)\b|\bawait",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3
"""A shorter part tells nothing."""
_LONGEST_SENTENCE = 2000


def says_nothing(text: str) -> bool:
    """Whether a sentence only says that nothing is known.

    A sentence that tells something too (``its role is unclear, but it binds zinc``; ``it is found in liver;
    however, its role is unknown``) does not only say that.
    """
    if len(text) > _LONGEST_SENTENCE:
        return False
    plain = " ".join(text.split())
    lower = plain.lower()
    if not any(cue in lower for cue in _CUES):
        return False
    silent = _SILENT.search(plain)
    found = silent or _UNKNOWN.search(plain)
    if found is None:
        return False
    parts = _parts(plain, found.start(), found.end())
    before, after = parts
    if silent and _of_source(plain[: found.start()]):
        return not any(map(_tells, after))
    return not any(map(_tells, [*before, *after]))


def _parts(plain: str, start: int, end: int) -> tuple[list[str], list[str]]:
    """The parts of a sentence before and after the one that holds ``start`` to ``end``."""
    before: list[str] = []
    after: list[str] = []
    last = 0
    for cut in _PARTS.finditer(plain):
        if cut.end() <= start:
            before.append(plain[last : cut.start()])
            last = cut.end()
        elif cut.start() >= end:
            if last >= end:
                after.append(plain[last : cut.start()])
            last = cut.end()
    if last >= end:
        after.append(plain[last:])
    return before, after


def _tells(part: str) -> bool:
    """Whether a part of a sentence says something of its own."""
    part = part.strip(" ,.")
    if part.count(" ") + 1 < _FEWEST_WORDS or _CONDITION.match(part):
        return False
    if not (_FINITE.search(part) or (_VERB.search(part) and not _SETS_OUT.match(part))):
        return False
    return not (_UNKNOWN.search(part) or _SILENT.search(part) or _PROMISES.search(part))


def _of_source(head: str) -> bool:
    """Whether what comes before the silence is about the source: what it deals with, not what it found."""
    return _SOURCE.search(head) is not None and (
        _FINDS.search(head) is None
        or re.match(r"(?:\w+, )?(?:while|although|though|whereas)\b", head, re.I) is not None
    )
