"""The queries that every engine is asked, in a form that each translates into its own language.

A thousand, drawn with a seed from the documents themselves and from names of pathways, in eleven kinds of
equal size; beside them four kinds that fewer engines know. Words are drawn as a text holds them, so often
that common words come often; function words are left out of all but names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Literal

from msgspec import Struct

from benchmarks.corpus import Plain
from index.analysis import FUNCTION_WORDS, stem

Form = Literal["words", "and", "phrase", "prefix", "wildcard", "near", "fuzzy", "not"]

NEAR = 5
"""Words that may stand between the two of a proximity."""
MAIN = (
    "symbol",
    "alias",
    "one word",
    "two words",
    "three words",
    "four words",
    "name",
    "phrase",
    "AND",
    "prefix",
    "pathway",
)
EXTRA = ("wildcard", "proximity", "fuzzy", "NOT")
MAIN_QUERIES = 1000
_OF_AN_EXTRA = 40
_TRIES = 1000
_WORD = re.compile(r"\b[A-Za-z]{3,}\b")
_RUN = re.compile(r"\w[\w-]*")
_TYPED = re.compile(r"\w[\w ,'()/-]*\w")
"""Names without characters that some language gives a meaning of its own."""
_SYMBOL = re.compile(r"[A-Za-z][\w-]+")
_KEGG_END = re.compile(r" Homo sapiens hsa\d+$")


class Query(Struct, frozen=True):
    kind: str
    form: Form
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """As Genelight reads it."""
        joined = " ".join(self.words)
        return {
            "words": joined,
            "and": " AND ".join(self.words),
            "phrase": f'"{joined}"',
            "prefix": joined + "*",
            "wildcard": joined,
            "near": f'"{joined}"~{NEAR}',
            "fuzzy": joined + "~1",
            "not": " NOT ".join(self.words),
        }[self.form]


def draw(documents: Iterable[Plain], pathways: list[str], seed: int) -> list[Query]:
    """The same queries for the same documents, shuffled so that kinds mix."""
    drawing = _Drawing([*documents], pathways, random.Random(seed))  # noqa: S311
    queries: list[Query] = []
    for position, kind in enumerate(MAIN):
        share, rest = divmod(MAIN_QUERIES, len(MAIN))
        queries += drawing.of(kind, share + (position < rest))
    for kind in EXTRA:
        queries += drawing.of(kind, _OF_AN_EXTRA)
    drawing.random.shuffle(queries)
    return queries


def read_pathways(files: Iterable[Path]) -> list[str]:
    """Names of the gene sets in GMT files, as a person would type them."""
    names = []
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            name = _KEGG_END.sub("", line.partition("\t")[0])
            if name.startswith("HALLMARK_"):
                name = name.removeprefix("HALLMARK_").replace("_", " ").lower()
            names.append(" ".join(_RUN.findall(name)))
    return names


class _Drawing:
    def __init__(self, documents: list[Plain], pathways: list[str], source: random.Random) -> None:
        self.random = source
        self._documents = documents
        self._pathways = pathways
        self._kinds: dict[str, Callable[[], Query | None]] = {
            "symbol": self._symbol,
            "alias": self._alias,
            "one word": lambda: self._words("one word", 1),
            "two words": lambda: self._words("two words", 2),
            "three words": lambda: self._words("three words", 3),
            "four words": lambda: self._words("four words", 4),
            "name": self._name,
            "phrase": lambda: self._pair("phrase", "phrase"),
            "AND": lambda: self._words("AND", 2, "and"),
            "prefix": self._prefix,
            "pathway": self._pathway,
            "wildcard": self._wildcard,
            "proximity": self._near,
            "fuzzy": self._fuzzy,
            "NOT": self._not,
        }

    def of(self, kind: str, number: int) -> list[Query]:
        found: list[Query] = []
        for _ in range(number * _TRIES):
            if len(found) == number:
                break
            query = self._kinds[kind]()
            if query is not None:
                found.append(query)
        return found

    def _one(self) -> Plain:
        return self.random.choice(self._documents)

    def _line(self) -> str:
        """A name, a sentence or a term of the Gene Ontology; each field as likely as another."""
        one = self._one()
        return self.random.choice(self.random.choice([one.names, one.summary, one.go]) or one.names or [""])

    def _content(self, line: str) -> list[str]:
        return [word for word in _WORD.findall(line) if word.lower() not in FUNCTION_WORDS]

    def _words(self, kind: str, number: int, form: Form = "words") -> Query | None:
        """Of one line, in its order, each once."""
        words = list(dict.fromkeys(self._content(self._line())))
        if len(words) < number:
            return None
        kept = sorted(self.random.sample(range(len(words)), number))
        return Query(kind, form, tuple(words[at] for at in kept))

    def _symbol(self) -> Query | None:
        symbol = self._one().symbol
        return Query("symbol", "words", (symbol,)) if _SYMBOL.fullmatch(symbol) else None

    def _alias(self) -> Query | None:
        aliases = [alias for alias in self._one().aliases if _SYMBOL.fullmatch(alias)]
        return Query("alias", "words", (self.random.choice(aliases),)) if aliases else None

    def _name(self) -> Query | None:
        names = [name for name in self._one().names if " " in name and _TYPED.fullmatch(name)]
        if not names:
            return None
        words = _RUN.findall(self.random.choice(names))
        return Query("name", "words", tuple(words)) if len(words) > 1 else None

    def _pathway(self) -> Query | None:
        if not self._pathways:
            return None
        return Query("pathway", "words", tuple(self.random.choice(self._pathways).split()))

    def _pair(self, kind: str, form: Form) -> Query | None:
        """Two words that stand together."""
        line = self._line()
        found = [(one.end(), one.group()) for one in _WORD.finditer(line)]
        pairs = [
            (one, other)
            for (end, one), (_, other) in pairwise(found)
            if line[end : end + 1 + len(other)] == f" {other}"
            and not {one.lower(), other.lower()} & FUNCTION_WORDS
        ]
        return Query(kind, form, self.random.choice(pairs)) if pairs else None

    def _near(self) -> Query | None:
        words = self._content(self._line())
        if len(words) < 3:
            return None
        at = self.random.randrange(len(words) - 2)
        return Query("proximity", "near", (words[at], words[at + 2])) if words[at] != words[at + 2] else None

    def _prefix(self) -> Query | None:
        """Half of symbols, half of words."""
        if self.random.random() < 0.5:
            symbol = re.match(r"[A-Z]{3,5}", self._one().symbol)
            return Query("prefix", "prefix", (symbol.group(),)) if symbol else None
        word = self._long()
        return Query("prefix", "prefix", (word[: self.random.randint(4, 6)],)) if word else None

    def _wildcard(self) -> Query | None:
        """Half of symbols with another last character, half of words with a gap."""
        if self.random.random() < 0.5:
            symbol = re.fullmatch(r"([A-Z]{2,5})\d", self._one().symbol)
            return Query("wildcard", "wildcard", (f"{symbol[1]}?",)) if symbol else None
        word = self._long()
        return Query("wildcard", "wildcard", (f"{word[:4]}*{word[-2:]}",)) if word else None

    def _fuzzy(self) -> Query | None:
        """A word in which one letter was left out."""
        word = self._long()
        if not word:
            return None
        at = self.random.randrange(2, len(word) - 1)
        return Query("fuzzy", "fuzzy", (word[:at] + word[at + 1 :],))

    def _not(self) -> Query | None:
        one, other = self._content(self._line()), self._content(self._line())
        if not one or not other:
            return None
        pair = self.random.choice(one), self.random.choice(other)
        return Query("NOT", "not", pair) if pair[0].lower() != pair[1].lower() else None

    def _long(self) -> str | None:
        """A word that is its own stem, so that its end is found where an index holds stems alone."""
        words = [word.lower() for word in self._content(self._line()) if len(word) >= 7]
        words = [word for word in words if stem(word) == word]
        return self.random.choice(words) if words else None
