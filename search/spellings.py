"""British and American spellings of a word: one list, for words of texts and for names of genes.

A rule is about letters inside a word.  What it makes of a word that it does not fit stands in no text, and
finds nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SHORTEST = 4
_VERB = "(?<=[aeiou][lmnrt]|y[lmrst])"
"""What stands before ``-ise`` in verbs such as localise, and not in raise, revise or exercise."""
_ENDS = "(?=(?:e|ed|es|ing)$)"
_OUR = "(behavi|col|flav|neighb|tum|vap)"

_TO_AMERICAN = (
    ("^haem$", "heme"),
    ("haem", "hem"),
    ("aem(?=i[ac]|o)", "em"),
    ("^oestr|(?<=anti)oestr", "estr"),
    ("^oedem|(?<=lymph|apill)oedem|(?<=myx)oedem", "edem"),
    ("oesoph", "esoph"),
    ("foet", "fet"),
    ("paed(?=i)", "ped"),
    ("rrhoe", "rrhe"),
    ("pnoea", "pnea"),
    ("^caes(?=i)", "ces"),
    ("caec", "cec"),
    ("^faec", "fec"),
    ("^aetio", "etio"),
    ("anaesth", "anesth"),
    ("^coeli", "celi"),
    ("^gynaec", "gynec"),
    ("^homoeo", "homeo"),
    (f"{_OUR}our", r"\1or"),
    ("fibre", "fiber"),
    ("centre(?=s?$)", "center"),
    ("sulph", "sulf"),
    ("aluminium", "aluminum"),
    ("signalling", "signaling"),
    ("isation", "ization"),
    (f"{_VERB}is{_ENDS}", "iz"),
    ("lys(?=(?:e|ed|ing)$)", "lyz"),
)
_TO_BRITISH = (
    ("^heme$", "haem"),
    ("^hem(?=o|at|ang)|(?<=met)hem(?=o)", "haem"),
    ("(?<=leuk)em(?=i|o)|(?<=isch)em(?=i)|em(?=ia)|(?<=an|yc)em(?=ic)", "aem"),
    ("^estr(?=og|ad|on|io|us)|(?<=anti)estr(?=og)", "oestr"),
    ("^edem|(?<=lymph|apill)edem|(?<=myx)edem", "oedem"),
    ("^esoph|(?<=tro)esoph", "oesoph"),
    ("^fet(?=al|us|op)", "foet"),
    ("^ped(?=iatr)|(?<=ortho)ped(?=i)", "paed"),
    ("rrhe(?=a|ic)", "rrhoe"),
    ("pnea", "pnoea"),
    ("^ces(?=ium)", "caes"),
    ("^cec(?=um|al)", "caec"),
    ("^fec(?=al|es)", "faec"),
    ("^etiolog", "aetiolog"),
    ("anesth", "anaesth"),
    ("^celiac", "coeliac"),
    ("^gynec", "gynaec"),
    (f"{_OUR}or(?!ect|ad)", r"\1our"),
    ("fiber", "fibre"),
    ("center(?=s?$)", "centre"),
    ("sulf", "sulph"),
    ("aluminum", "aluminium"),
    ("ization", "isation"),
    (f"{_VERB}iz{_ENDS}", "is"),
    ("lyz(?=(?:e|ed|es|ing)$)", "lys"),
)
_AMERICAN = tuple((re.compile(british), american) for british, american in _TO_AMERICAN)
_BRITISH = tuple((re.compile(american), british) for american, british in _TO_BRITISH)


_WORD = re.compile(r"[A-Za-z]{4,}")


def american(text: str) -> str:
    """A text with its words in American spelling, those in lower case that were British."""
    return _WORD.sub(lambda found: _american(found[0]), text)


@lru_cache(maxsize=1 << 14)
def _american(word: str) -> str:
    lowered = word.lower()
    found = _put(lowered, _AMERICAN)
    return word if found == lowered else found


@lru_cache(maxsize=1 << 14)
def otherwise(word: str) -> str:
    """A word, in lower case, in American spelling if it is British, in British if American; the word itself
    where there is one spelling."""
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return word
    found = _put(word, _AMERICAN)
    return found if found != word else _put(word, _BRITISH)


def _put(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, instead in rules:
        word = pattern.sub(instead, word)
    return word
