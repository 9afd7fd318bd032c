"""What stands around a name in its sentence, as features of the two linear scores: whether the name means a
gene there, and whether that gene is human."""

from __future__ import annotations

from index.mentions.reading import PREFIXED, Found, Reading
from index.mentions.species import HUMAN, RAT, Told

LOWER, TITLE, CAPITALS, MIXED = range(4)
"""Case of a name: ``insulin``, ``Insulin`` and ``Foxp3``, ``TNF``, ``IkBa``."""

_NEXT: dict[str, str] = {}
for _cue, _words in (
    ("q4", "receptor receptors r ligand ligands"),
    ("q5", "family families superfamily subfamily members member proteins genes isoforms class group"),
    ("q6", "gene protein mrna expression promoter transcript polymorphism polymorphisms mutations mutation"),
    ("q6", "variant allele locus cdna overexpression phosphorylation levels activity exon haplotype"),
    ("q7", "cell cells line lines mice patients syndrome disease"),
    (
        "q8",
        "domain domains motif motifs like complex complexes pathway signaling signalling region site sites",
    ),
    ("q8", "box"),
    ("q9", "inhibitor inhibitors antagonist antagonists agonist agonists antibody antibodies sirna shrna"),
):
    _NEXT.update(dict.fromkeys(_words.split(), _cue))
"""Words behind a name, by what they say of it."""
_UNITS = frozenset(("mg", "ml", "kg", "mm", "nm", "cm", "h", "min", "days", "years", "weeks"))
_DASHES = "-–‐"
_KNOCKED = ("-/-", "(-/-)", "+/-", " -/-", " knockout", " null")
_CHARGED = ("+", "(2+)", "(+)", "2+", "(3+)")
_SIGNS = frozenset(",()/[")
_LONGEST_SHAPE = 24
_SHORTEST_PREFIXED = 4


def shape_of(surface: str) -> str:
    """``IL-2`` is ``A-0``, ``Foxp3`` is ``Aa0``."""
    made = ""
    last = ""
    for char in surface[:_LONGEST_SHAPE]:
        sign = "0" if char.isdigit() else ("A" if char.isupper() else "a") if char.isalpha() else char
        if sign != last:
            made += sign
            last = sign
    return made


def case_of(surface: str) -> int:
    if surface.islower():
        return LOWER
    if surface.isupper():
        return CAPITALS
    return TITLE if surface[1:].islower() else MIXED


def cues_of(reading: Reading, found: Found, spelling: str) -> list[str]:
    """Plain cues; ``spelling`` is how the vocabulary writes the name."""
    text, runs = reading.text, reading.runs
    start, end = found.start, found.end
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    cues = []
    if before in _DASHES:
        cues.append("q0")
    if after in _DASHES:
        cues.append("q1")
    if text.startswith(_KNOCKED, end):
        cues.append("q13")
    if text.startswith(_CHARGED, end):
        cues.append("q24")
    if before in "([":
        cues.append("q2" if after in ")]" else "q3")
    if before == "/" or after == "/":
        cues.append("q12")
    if found.last + 1 < len(runs) and after in " -" and (cue := _NEXT.get(runs[found.last + 1])):
        cues.append(cue)
    if found.first:
        earlier = runs[found.first - 1]
        if earlier == "anti":
            cues.append("q10")
        if earlier.isdigit() or earlier in _UNITS:
            cues.append("q11")
    else:
        cues.append("q14")
    surface = text[start:end]
    if found.last > found.first:
        if " " in surface and " " not in spelling:
            cues.append("q15")
        if not _SIGNS.isdisjoint(surface) and _SIGNS.isdisjoint(spelling):
            cues.append("q16")
    return cues


def gene_words(
    reading: Reading, found: Found, shape: str, told: tuple[str, ...], cues: list[str]
) -> list[str]:
    """The features of the score of meaning a gene; ``told`` is what the name says of itself."""
    text, runs, spans = reading.text, reading.runs, reading.spans
    first, last = found.first, found.last
    start, end = found.start, found.end
    count = len(runs)
    left = word(runs[first - 1]) if first else "^"
    right = word(runs[last + 1]) if last + 1 < count else "$"
    left_sign = text[spans[first - 1][1] if first else 0 : start].strip()[-2:] if start else "^"
    right_sign = text[end : spans[last + 1][0] if last + 1 < count else len(text)].strip()[:2]
    made = [
        "l " + left, "r " + right, "ll " + (word(runs[first - 2]) if first > 1 else "^"),
        "rr " + (word(runs[last + 2]) if last + 2 < count else "$"),
        "ls " + left_sign, "rs " + right_sign, "sh " + shape, "lr " + right_sign + right,
        f"f {found.form}", f"n {last - first}",
        *told, f"{shape} {told[0]}", f"{shape} {told[1]}", *cues,
    ]  # fmt: skip
    made += ["w " + word(near) for near in runs[max(0, first - 6) : max(0, first - 2)]]
    made += ["w " + word(near) for near in runs[last + 3 : last + 6]]
    if text[start + 1 : end].islower():
        made.append("e " + runs[last][-3:])
    if last > first:
        made.append("le " + word(runs[last]))
        made.append("fi " + word(runs[first]))
    return made


def origin_words(reading: Reading, found: Found, shape: str, species: Told) -> list[str]:
    """The features of the score of origin that this place has, beside those of its sentence."""
    told = ["h" + shape]
    near = range(found.first - 3, found.last + 3)
    for at, code in species:
        if at in near:
            told.append("qh" if code == HUMAN else "qr" if code <= RAT else "qo")
    text = reading.text
    if found.form == PREFIXED or (
        found.end - found.start >= _SHORTEST_PREFIXED and text[found.start + 1].isupper()
    ):
        first = text[found.start]
        if first in "hmrd":
            told.append("p" + first)
    return told


def sentence_words(runs: list[str], species: Told) -> set[str]:
    """The features of the score of origin that a sentence has."""
    told = {"s " + run for run in runs if len(run) > 1 and not run.isdigit()}
    told.update([f"s{code}" for _, code in species])
    return told


def page_words(runs: list[str]) -> set[str]:
    return {"d " + run for run in runs if len(run) > 1 and not run.isdigit()}


def word(run: str) -> str:
    return "0" if run.isdigit() else run
