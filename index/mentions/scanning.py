"""The names in a sentence, each with how much its place speaks for a gene and for a human one: all that does
not depend on the rest of the document, and most of the work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from index.mentions import context
from index.mentions.defining import defined
from index.mentions.features import Candidate, Features, Sentence, stems_of
from index.mentions.finding import Finder
from index.mentions.parameters import Parameters
from index.mentions.reading import Found, Reading, read
from index.mentions.species import Told, species_of
from index.mentions.vocabulary import ROOT, Named, Vocabulary

_ANY_KIND: tuple[Named, ...] = ((0, 0, ""),)


class Scan(Sentence, frozen=True, array_like=True):
    words: Sequence[int] = ()
    """Numbers of the words that weigh for the document as a whole."""


class Raw(Struct):
    """A sentence with its features by name, as they are fitted."""

    reading: Reading
    found: list[Found]
    gene: list[list[str]]
    origin: list[list[str]]
    species: Told


class Scanner:
    def __init__(self, vocabulary: Vocabulary, features: Features, parameters: Parameters) -> None:
        self._features = features
        self._finder = Finder(vocabulary.keys, vocabulary.heads, _words(vocabulary, parameters.common))
        self._gene = parameters.gene
        self._gene_start = parameters.gene.get("intercept", 0.0)
        self._origin = parameters.origin
        self._page_words = {word: number for number, word in enumerate(parameters.page_words)}
        self._sentence_words = {
            word[2:]: weight for word, weight in parameters.origin.items() if word.startswith("s ")
        }
        self._told = lru_cache(1 << 15)(self._tell)
        self._shape = lru_cache(1 << 14)(context.shape_of)

    def scan(self, sentence: str) -> Scan:
        """What the sentence has, a pure function of it, the vocabulary and the parameters."""
        raw = self.raw(sentence)
        origin_weight = self._origin.get
        gene_weight = self._gene.get
        numbers, weights = self._page_words, self._sentence_words
        runs = dict.fromkeys(raw.reading.runs)
        words = tuple([numbers[run] for run in runs if run in numbers])
        if not raw.found:
            return Scan((), raw.species, (), tuple(sorted(stems_of(runs))), words)
        beside = sum([weights[run] for run in runs if run in weights])
        for code in {code for _, code in raw.species}:
            beside += origin_weight(f"s{code}", 0.0)
        text = raw.reading.text
        candidates = []
        for found, gene, origin in zip(raw.found, raw.gene, raw.origin, strict=True):
            surface = text[found.start : found.end]
            candidates.append(
                Candidate(
                    found.start,
                    found.end,
                    found.key,
                    found.form,
                    context.case_of(surface),
                    surface,
                    round(self._gene_start + sum([gene_weight(word, 0.0) for word in gene]), 4),
                    round(beside + sum([origin_weight(word, 0.0) for word in origin]), 4),
                    found.first,
                )
            )
        forms = [(*bounds, text[bounds[2] : bounds[3]]) for bounds in defined(text)] if "(" in text else ()
        return Scan(tuple(candidates), raw.species, tuple(forms), tuple(sorted(stems_of(runs))), words)

    def raw(self, sentence: str) -> Raw:
        reading = read(sentence)
        species = species_of(reading.runs)
        found = self._finder.find(reading)
        gene, origin = [], []
        for one in found:
            told, spelling = self._told(one.key)
            shape = self._shape(sentence[one.start : one.end])
            gene.append(
                context.gene_words(reading, one, shape, told, context.cues_of(reading, one, spelling))
            )
            origin.append(context.origin_words(reading, one, shape, species))
        return Raw(reading, found, gene, origin, species)

    def _tell(self, key: str) -> tuple[tuple[str, ...], str]:
        """What a name says of itself, as features, and how its likeliest gene has it."""
        known = self._features.of_key(key)
        _, kind, spelling = known.named[0]
        numbers = known.numbers
        return (
            f"k {kind} {min(int(numbers[0]), 4)}",
            f"bg {round(numbers[3])}",
            f"p {round(numbers[11])}",
            f"ln {min(len(key), 12)} {min(int(numbers[8]), 3)}",
            f"ro {round(numbers[10])}",
        ), spelling


def _words(vocabulary: Vocabulary, common: Sequence[str]) -> frozenset[str]:
    """Of the plain words those that are no beginnings of several names: ``metallothionein``, ``claudin``."""
    keys = vocabulary.keys
    return frozenset([key for key in common if any(kind != ROOT for _, kind, _ in keys.get(key, _ANY_KIND))])
