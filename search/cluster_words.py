"""The words of a generation in a cluster: the dictionary is at hand (search/cluster_tables.py), with how many
genes have each word; only what goes with some genes is asked of the cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from index.cluster import Cluster
from index.cluster_layout import FIELD_TOKENS, LONGEST_TERM, Place, held_term
from index.columnar import FOLDER, TEXT_ORDER
from index.columns import Dictionary, check_starts, read
from search.bounds import rarest, share, told
from search.cluster_queries import WORDS, Cut, of_numbers
from search.met import marked_fields
from search.patterns import matcher
from search.vocabulary import matching
from search.words import ENOUGH, FORMS, WEIGHED, within


class ClusterWords:
    """As search.words.ColumnWords; safe to share between threads.

    Raises:
        OSError: a table is missing.
        ValueError: a table is damaged.
    """

    def __init__(
        self,
        cluster: Cluster,
        place: Place,
        tables: Path,
        room: Callable[[Query], int | None] = share,
    ) -> None:
        """``room`` says how many places a pattern may read."""
        folder = tables / FOLDER
        self._room = room
        self._cluster, self._index = cluster, place.genes
        self._dictionary = Dictionary(folder, "words")
        words = len(self._dictionary)
        beside, _, name = FIELD_TOKENS.rpartition("/")
        self._tokens = read(tables / beside, name.removesuffix(".u4"), np.uint32)
        if len(self._tokens) != len(TEXT_ORDER) + 1:
            raise ValueError(f"{FIELD_TOKENS} is damaged")
        self._stems = read(folder, "word_stems", np.uint32)
        if len(self._stems) != words or int(self._stems.max(initial=0)) >= max(words, 1):
            raise ValueError(f"{FOLDER}/word_stems is damaged")
        self._texts, self._prose, self._named = (
            _lengths(folder, name, words) for name in ("surface_texts", "prose_docs", "named_docs")
        )

    def genes(self, word: str) -> int:
        number = self._dictionary.find(word.encode())
        if number is None or not self._texts[number]:
            return 0
        return max(int(self._prose[self._stems[number]]), int(self._named[number]))

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        numbers = self._dictionary.like(word.encode(), most)[:ENOUGH]
        words = self._spelt(numbers)
        return [
            (words[place], distance)
            for place, distance in within(word, words, most)
            if distance and self._texts[numbers[place]]
        ]

    def frequent(self, prefix: str, count: int, among: NDArray[np.int32] | None = None) -> list[str]:
        numbers = self._dictionary.beginning(prefix.encode())
        if not numbers:
            return []
        low = numbers.start
        stems = self._stems[low : numbers.stop]
        texts = self._texts[low : numbers.stop]
        order = np.lexsort((-texts, -self._prose[stems]))
        of_stem: dict[int, int] = {}
        wanted = FORMS * (count if among is None else WEIGHED)
        for place in order[texts[order] > 0][:wanted].tolist():
            of_stem.setdefault(int(stems[place]), low + place)
        if among is None:
            chosen = list(of_stem.values())[:count]
        else:
            chosen = self._going_with(dict(islice(of_stem.items(), WEIGHED)), among)[:count]
        return self._spelt(chosen)

    def genes_with(self, stream: str, word: str) -> int:
        """How many genes have a stem in ``words``, or a surface form in ``named_words``."""
        number = self._dictionary.find(word.encode())
        return 0 if number is None else int((self._prose if stream == WORDS else self._named)[number])

    def long_ones(self, leaf: Query) -> Sequence[str]:
        """The words too long to be held as they are that meet a pattern."""
        _, meets = matcher(leaf)
        return list(filter(meets, self._long))

    def cut(self, leaf: Query) -> Cut | None:
        """The words of a pattern that are asked for where it may not read all: as a columnar index has it."""
        room = self._room(leaf)
        if room is None:
            return None
        numbers = matching(leaf, self._dictionary)
        frequencies = self._texts[numbers]
        if min(self._tokens_in(leaf), int(frequencies.sum())) <= room:
            return None
        kept = rarest(numbers, frequencies, room)
        return Cut(self._spelt(kept.tolist()), told(leaf, len(kept), len(numbers)))

    def _tokens_in(self, leaf: Query) -> int:
        """How many words stand in the texts of a leaf's fields and of those between."""
        fields = marked_fields(leaf.fieldname)
        places = [TEXT_ORDER.index(field.name) for field in fields]
        if not places:
            return 0
        return int(self._tokens[max(places) + 1]) - int(self._tokens[min(places)])

    def meeting(self, leaf: Query) -> Sequence[str]:
        """All words that meet a pattern."""
        return self._spelt(matching(leaf, self._dictionary).tolist())

    @cached_property
    def _long(self) -> list[str]:
        numbers = (self._dictionary.lengths > LONGEST_TERM).nonzero()[0].tolist()
        return [word for word in self._spelt(numbers) if held_term(word) != word]

    def _spelt(self, numbers: Sequence[int]) -> list[str]:
        strings = self._dictionary.strings
        return [strings[number].decode(errors="replace") for number in numbers]

    def _going_with(self, of_stem: Mapping[int, int], among: NDArray[np.int32]) -> list[int]:
        """By how many of the genes have a word, over the root of how many have it at all."""
        if not of_stem or not len(among):
            return []
        stems = list(of_stem)
        held = [{"term": {WORDS: held_term(stem)}} for stem in self._spelt(stems)]
        body = {
            "size": 0,
            "query": of_numbers("n", among),
            "aggs": {"with": {"filters": {"filters": held}}},
        }
        found = self._cluster.search(self._index, body)["aggregations"]["with"]["buckets"]
        weighed = [
            (-bucket["doc_count"] / sqrt(self._prose[stem]), of_stem[stem])
            for stem, bucket in zip(stems, found, strict=True)
            if bucket["doc_count"]
        ]
        return [number for _, number in sorted(weighed)]


def _lengths(folder: Path, name: str, count: int) -> NDArray[np.int64]:
    """How long each of some lists is."""
    starts = read(folder, f"{name}_starts", np.uint32)
    check_starts(starts, count, int(starts[-1]) if len(starts) else 0, f"{FOLDER}/{name}")
    exact = starts.astype(np.int64)
    return exact[1:] - exact[:-1]
