"""Names as keys: one key for every way a name is written.

A key is the name's letters and digits in lower case, Greek letters by name, without what stands between
them: ``TNF-α``, ``TNFalpha`` and ``Tnf alpha`` have one key.  What else a name may be written as
(``IL-1β`` for ``IL1B``, ``factor 8`` for ``factor VIII``) are keys of their own, made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from index.analysis import GREEK, LATIN

RUN = re.compile(r"[^\W_]+")
LONGEST_KEY = 90
"""Characters; a longer name is a sentence."""

_GREEK = str.maketrans(GREEK | {"µ": "mu", "ß": "beta"})
_NAMED = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa", "lambda")
"""Greek letters that stand in names of genes."""
_LETTER_OF = {LATIN[name]: name for name in _NAMED}
_ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "x": "10", "xi": "11", "xii": "12", "xiii": "13",
}  # fmt: skip
_ARABIC = {arabic: roman for roman, arabic in _ROMAN.items()}
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_CLASSES = frozenset({"complement", "coagulation", "arginine", "surfactant"})
"""First words that texts leave away: ``factor B``, ``vasopressin``."""
_TAIL = re.compile(r"(?:,? (?:protein|gene|precursor|homolog|homologue|like))$", re.IGNORECASE)
_SYMBOL_LETTER = re.compile(r"([A-Z][A-Z0-9]*[A-Z0-9])([ABGDEZQKL])(\d*)")
_SHORT_GREEK = re.compile(r"(?i)(alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda)(?=[^a-z]|$)")
_LONGEST_HEAD = 4
"""A longer first run is a word, and a run in texts too."""
_ATOM = re.compile(r"[^\W\d_]+|\d+")


def lowered(text: str) -> str:
    """The text in lower case, code point by code point, so that offsets stay."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join([one if len(one := char.lower()) == 1 else char for char in text])
    return low


def run_key(run: str) -> str:
    """What a run of letters and digits in lower case adds to a key."""
    if run.isascii():
        return run
    run = run.translate(_GREEK)
    if run.isascii():
        return run
    folded = unicodedata.normalize("NFKD", run)
    return "".join([char for char in folded.lower().translate(_GREEK) if char.isalnum()])


def key_of(name: str) -> str:
    low = lowered(name)
    return "".join(RUN.findall(low) if low.isascii() else [run_key(run) for run in RUN.findall(low)])


def key_and_heads(name: str) -> tuple[str, list[str]]:
    """The name's key, and with what a text that holds the name may begin: its first run and its first two, in
    whatever runs the text writes it."""
    low = lowered(name)
    runs = RUN.findall(low) if low.isascii() else [run_key(run) for run in RUN.findall(low)]
    key = "".join(runs)
    if len(runs) == 1 and (key.isalpha() or key.isdigit()):
        return key, runs
    heads = []
    head = ""
    for place, run in enumerate(runs):
        if place > 1 and (place > 2 or len(runs[0]) > _LONGEST_HEAD):
            break
        if run.isalpha() or run.isdigit():
            head += run
            heads.append(head)
            continue
        for atom in _ATOM.findall(run):
            head += atom
            heads.append(head)
    return key, heads


def variants(name: str, short: bool) -> Iterator[str]:
    """Other spellings of a symbol or alias (``short``) or of a full name; not always different ones."""
    greek = _SHORT_GREEK.sub(lambda found: LATIN[found.group().lower()].upper(), name)
    if greek != name and (len(key_of(greek)) > 2):
        yield greek
    if short:
        if (found := _SYMBOL_LETTER.fullmatch(name)) and len(name) > 3:
            stem, letter, digits = found.groups()
            if spelled := _LETTER_OF.get(letter.lower()):
                yield f"{stem}-{spelled}{digits}"
        return
    plain = _BRACKETED.sub("", name)
    if plain != name:
        yield plain
    trimmed = _TAIL.sub("", plain)
    if trimmed != plain and len(trimmed) > 5:
        yield trimmed
    if trimmed.count(", ") == 1:
        begin, end = trimmed.split(", ")
        yield f"{end} {begin}"
        if len(begin.split()) > 1:
            yield begin
    words = trimmed.split()
    if len(words) > 1:
        last = words[-1].lower()
        if last in _ROMAN and (len(last) > 1 or last in "iv"):
            yield " ".join([*words[:-1], _ROMAN[last]])
        elif last in _ARABIC:
            yield " ".join([*words[:-1], _ARABIC[last]])
    if "tumor" in name:
        yield name.replace("tumor", "tumour")
    elif name.startswith(("hem", "estr")):
        yield name.replace("hem", "haem", 1) if name[0] == "h" else "o" + name
    if words[0] in _CLASSES and len(words) > 1:
        yield " ".join(words[1:])
    if "subunit " in name:
        yield name.replace("subunit ", "")
    if name.lower().startswith("interleukin "):
        yield "IL" + name[11:]
