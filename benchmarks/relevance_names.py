"""Sets of questions that are a name: as it is written, written otherwise, and with one letter wrong.

Names and their owners are read from the files by benchmarks.names, which shares no code with the index's
reader. Names of a set are numbered from 1 in their order; a sample keeps these numbers. What a name is
turned into is drawn with a seed of its own for every name, so that samples and whole sets agree.

A name that is written otherwise is asked where its folded form (``fold``) is no other gene's name. A name
with one edited letter is asked where it then is no name of any gene. Only names of five letters and digits or
more are edited, and of these the letters.
"""

from __future__ import annotations

import html
import random
import re
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.names import Expected, expected_names
from benchmarks.relevance_sets import Approved, Case, Questions, only, rows

_Named = TypeVar("_Named", bound=tuple[str, str | tuple[str, ...]])

KEYS = ("symbol", "alias", "previous", "shared", "respelled", "edited")

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_LONG = "|".join(name for name in GREEK if len(name) >= 4 and name != "iota")
"""Those that no other word ends in by chance; the others count only beside a hyphen or blank."""
_ANY = "|".join(sorted(GREEK, key=len, reverse=True))
_GREEK_END = re.compile(rf"(?:(?<=[A-Za-z0-9])(?P<plain>{_LONG})|[- ](?P<apart>(?i:{_ANY})))$")
_GREEK_BEGIN = re.compile(rf"^(?:(?P<plain>{_LONG})(?=[A-Z0-9])|(?P<apart>(?i:{_ANY}))[- ])")
_LETTER = re.compile(f"[{''.join(GREEK.values())}]")
_NAMES = {letter: name for name, letter in GREEK.items()}
_BORDER = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_LEAST = 5
"""Letters and digits of the shortest name that is edited."""
_TRIES = 20
_GONE = "gone"
"""Stands for the owner of a symbol that was withdrawn and leads to no gene."""


def fold(name: str) -> str:
    """A name without case, hyphens, blanks and other punctuation, Greek letters by their names."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("ς", "σ")
    return "".join(_NAMES.get(sign, sign) for sign in plain if sign.isalnum()) or plain


class Vocabulary:
    """All names of the corpus, and the sets that are made of them."""

    def __init__(self, corpus: Path, approved: Approved, seed: int) -> None:
        self._approved = approved
        self._seed = seed
        self._expected = expected_names(corpus)
        self._owners = _folded_owners(self._expected, approved)
        self._designations = _designations(corpus)
        self._ids = set(approved.full)

    def of(self, key: str) -> Questions:
        """One of ``KEYS``."""
        made: Mapping[str, Callable[[], Questions]] = {
            "symbol": self._symbols,
            "alias": lambda: self._single("alias", "alias of one gene"),
            "previous": lambda: self._single("previous_symbol", "previous symbol of one gene"),
            "shared": self._shared,
            "respelled": self._respelled,
            "edited": self._edited,
        }
        return made[key]()

    def _symbols(self) -> Questions:
        asked = [Case(line, symbol, (gene,)) for line, (symbol, gene) in _counted(self._approved.ids.items())]
        return Questions("symbol", "approved symbol", "first", tuple(asked), goal=1.0)

    def _of_one_gene(self, kind: str) -> list[tuple[str, str]]:
        return [
            (one.name, next(iter(one.owners)))
            for one in self._expected
            if len(one.owners) == 1 and one.kind == kind
        ]

    def _single(self, kind: str, title: str) -> Questions:
        asked = [Case(line, name, (gene,)) for line, (name, gene) in _counted(self._of_one_gene(kind))]
        key = "previous" if kind == "previous_symbol" else kind
        return Questions(key, title, "first", tuple(asked), goal=0.998)

    def _shared(self) -> Questions:
        shared = [
            (one.name, tuple(sorted(one.owners)))
            for one in self._expected
            if len(one.owners) > 1 and one.kind in ("alias", "previous_symbol")
        ]
        asked = [Case(line, name, genes) for line, (name, genes) in _counted(shared)]
        return Questions("shared", "name of several genes", "owners", tuple(asked), goal=1.0)

    def _respelled(self) -> Questions:
        names = [*self._approved.ids.items(), *self._of_one_gene("alias")]
        names += self._of_one_gene("previous_symbol")
        asked = []
        for line, (name, gene) in _counted(names):
            draw = self._drawing("respelled", name)
            kind, written = respelled(name, draw)
            if written != name and self._owners.get(fold(written)) == {gene}:
                asked.append(Case(line, written, (gene,), kind))
        note = f"{len(asked):,} of {len(names):,} names; others are another gene's too or have no other form"
        return Questions("respelled", "re-spelled", "first", tuple(asked), goal=0.99, note=note)

    def _edited(self) -> Questions:
        asked = []
        for line, (symbol, gene) in _counted(self._approved.ids.items()):
            draw = self._drawing("edited", symbol)
            what, name = draw.choice([("symbol", symbol), ("full name", self._approved.full[gene])])
            if sum(map(str.isalnum, name)) < _LEAST or self._owners[fold(name)] != {gene}:
                continue
            for _ in range(_TRIES):
                kind, written = edited(name, draw)
                folded = fold(written)
                if folded not in self._owners and folded not in self._designations:
                    asked.append(Case(line, written, (gene,), f"{what}, {kind}"))
                    break
        return Questions("edited", "one edited letter", "suggested", tuple(asked), goal=0.95)

    def _drawing(self, purpose: str, name: str) -> random.Random:
        return random.Random(f"{self._seed} {purpose} {name}")  # noqa: S311


def _counted(names: Iterable[_Named]) -> Iterable[tuple[int, _Named]]:
    return enumerate(sorted(names), 1)


def _folded_owners(expected: Iterable[Expected], approved: Approved) -> dict[str, set[str]]:
    """Folded names -> the ids of their genes, names in words included."""
    owners: dict[str, set[str]] = defaultdict(set)
    for one in expected:
        owners[fold(one.name)].update(one.owners or (_GONE,))
    for gene, name in approved.full.items():
        for told in (name, *approved.other[gene]):
            owners[fold(told)].add(gene)
    return dict(owners)


def _designations(corpus: Path) -> set[str]:
    """What NCBI calls genes besides, folded."""
    found: set[str] = set()
    for row in rows(only(corpus, "*gene_info.*")):
        told = [row["description"], row["Full_name_from_nomenclature_authority"]]
        found.update(fold(html.unescape(name)) for name in (*told, *row["Other_designations"].split("|")))
    return found


def respelled(name: str, draw: random.Random) -> tuple[str, str]:
    """What was done and what came of it; the name itself where nothing can be done."""
    ways = {
        "case": _cases(name),
        "hyphen": [name.replace("-", ""), *_with_hyphen(name)] if "-" in name else _with_hyphen(name),
        "Greek letter": _greek(name),
        "space": [name.replace("-", " ")] if "-" in name else [],
    }
    possible = {kind: [one for one in forms if one != name] for kind, forms in ways.items()}
    kinds = [kind for kind, forms in possible.items() if forms]
    if not kinds:
        return "", name
    kind = draw.choice(kinds)
    return kind, draw.choice(possible[kind])


def _cases(name: str) -> list[str]:
    return [name.lower(), name.upper(), name.capitalize()]


def _with_hyphen(name: str) -> list[str]:
    """With one more at each border of letters and digits."""
    return [f"{name[: one.start()]}-{name[one.start() :]}" for one in _BORDER.finditer(name)]


def _greek(name: str) -> list[str]:
    """With the letter for its name at the end or the beginning, or the name for the letter."""
    if _LETTER.search(name):
        return [_LETTER.sub(lambda found: _NAMES[found[0]], name)]
    if found := _GREEK_END.search(name):
        letter = GREEK[(found["plain"] or found["apart"]).lower()]
        return [f"{name[: found.start()]}{letter}", f"{name[: found.start()]}-{letter}"]
    if found := _GREEK_BEGIN.search(name):
        letter = GREEK[(found["plain"] or found["apart"]).lower()]
        return [f"{letter}{name[found.end() :]}", f"{letter}-{name[found.end() :]}"]
    return []


def edited(name: str, draw: random.Random) -> tuple[str, str]:
    """With one letter replaced, dropped, put in or swapped with its neighbour; the name itself where the
    letter that was drawn has none."""
    places = [place for place, sign in enumerate(name) if sign in string.ascii_letters]
    place = draw.choice(places)
    sign = name[place]
    letters = string.ascii_uppercase if sign.isupper() else string.ascii_lowercase
    kind = draw.choice(("replaced", "dropped", "put in", "swapped"))
    if kind == "replaced":
        return kind, name[:place] + draw.choice(letters.replace(sign, "")) + name[place + 1 :]
    if kind == "dropped":
        return kind, name[:place] + name[place + 1 :]
    if kind == "put in":
        return kind, name[: place + 1] + draw.choice((sign, draw.choice(letters))) + name[place + 1 :]
    beside = name[place + 1 : place + 2]
    return kind, name[:place] + beside + sign + name[place + 2 :] if beside.isalnum() else name


def sampled(questions: Questions, number: int, seed: int) -> Questions:
    """So many of the questions, with their line numbers; all where the number is 0."""
    cases: Sequence[Case] = questions.cases
    if number and number < len(cases):
        drawn = random.Random(f"{seed} {questions.key}").sample(cases, number)  # noqa: S311
        cases = sorted(drawn, key=lambda case: case.line)
    return msgspec.structs.replace(questions, cases=tuple(cases))


def kinds(questions: Questions) -> Counter[str]:
    return Counter(case.kind for case in questions.cases if case.kind)
