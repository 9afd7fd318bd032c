"""The Gene Ontology as a graph over the genes of a generation: which genes lie at or under a term.

A gene that is annotated to a term is also one of every term above it, by ``is_a`` and ``part_of``, and
each of these terms is known by its labels: its name and its synonyms.  The three roots say nothing of
a gene and obsolete terms are no part of the graph; both are left out, and so are terms that no gene
is at or under.  Of these only the ids are kept, to say why one of them has no answer.

All is numbered from 0: terms by ascending GO id; labels term by term, a term's name first; genes as the
record store numbers them; words as a sorted vocabulary of surface forms and stems.  The words of all
labels stand in one row of positions with one left free between two labels, so that words in a row are
positions in a row.  On disk that is flat arrays, mapped into memory and shared by all who read them.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_case, stem, terms
from index.go_graph import Graph
from index.records import GoTerm

FOLDER = "ontology"
_GO_ID = re.compile(r"GO:\d{7}", re.ASCII | re.IGNORECASE)
_FOUND = 1 << 16
"""GO ids whose term is kept at hand; the ontology has 47,000, alternative ones too."""

_MOST_GENES = 1 << 24
"""More than any index has; a greater number is damage."""

Without = Literal["root", "unused", "obsolete", "unknown"]
"""Why no gene stands at or under an id: a root; a term that no gene is annotated to; one that is obsolete;
none of the ontology."""
Numbers = NDArray[np.int32]
Starts = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class _Arrays(NamedTuple):
    """What lies on disk, a file each.

    The list of number n is ``x_of[x_starts[n] : x_starts[n + 1]]``.
    """

    ids: Numbers
    """The digits of each term's GO id."""
    alternatives: Numbers
    """The digits of alternative GO ids, ascending."""
    alternative_of: Numbers
    """The term that each of them means today."""
    roots: Numbers
    """The digits of the roots' GO ids, alternative ones too, ascending."""
    unused: Numbers
    """The same of the terms that no gene is at or under."""
    obsolete: Numbers
    """The digits of obsolete GO ids, ascending."""
    above_of: Numbers
    """Of a term, the terms at or above it."""
    above_starts: Starts
    genes_of: Numbers
    """Of a term, the genes at or under it."""
    genes_starts: Starts
    label_starts: Starts
    """Of a term, its first label."""
    text_of: Bytes
    """Of a label, its text in UTF-8."""
    text_starts: Starts
    place_starts: Starts
    """Of a label, the position of its first word."""
    vocabulary: Bytes
    """The words in UTF-8, with blanks between them."""
    surface_of: Numbers
    """Of a word, the positions where it is the surface form."""
    surface_starts: Starts
    stem_of: Numbers
    """Of a word, the positions where it is the stem."""
    stem_starts: Starts


def write(folder: Path, go_terms: Iterable[GoTerm], annotated: Sequence[Iterable[str]]) -> str:
    """Write the ontology of a new generation into ``folder / FOLDER``.

    ``annotated`` holds, by a gene's number, the GO ids of its lines.  An alternative id stands for its
    term; one that the ontology does not hold is passed over.  Returns the SHA-256, in hex, of what
    was written, which does not depend on the order of the terms or of a gene's ids.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = folder / FOLDER
    target.mkdir()
    sha = hashlib.sha256()
    for name, values in _arrays(Graph(go_terms), annotated)._asdict().items():
        np.save(target / f"{name}.npy", values)
        sha.update(f"{name} {len(values)}\n".encode())
        sha.update(values)
    return sha.hexdigest()


def _arrays(graph: Graph, annotated: Sequence[Iterable[str]]) -> _Arrays:
    own = [graph.known(go_ids) for go_ids in annotated]
    above = {term: graph.at_or_above(term) for term in set().union(*own)}
    kept = sorted(set().union(*above.values()))
    above |= {term: graph.at_or_above(term) for term in kept if term not in above}
    number = np.full(len(graph.terms), -1, np.int32)
    number[kept] = np.arange(len(kept))
    others = sorted(other for other in graph.alternatives.items() if number[other[1]] >= 0)
    unused = [term for n, term in enumerate(graph.terms) if number[n] < 0]
    under, over = _pairs(above[term] for term in kept)
    gene, reached = _pairs(set().union(*[above[term] for term in known]) for known in own)
    above_of, above_starts = _lists(under, number[over], len(kept))
    genes_of, genes_starts = _lists(number[reached], gene, len(kept))
    labels = [_labels(graph.terms[term]) for term in kept]
    texts = [text for each in labels for text in each]
    encoded = [text.encode() for text in texts]
    words = _Words(texts)
    surface_of, surface_starts = words.lists(list(words.met))
    stem_of, stem_starts = words.lists([stem(word) for word in words.met])
    return _Arrays(
        ids=_ids(graph.terms[term].id for term in kept),
        alternatives=_ids(go_id for go_id, _ in others),
        alternative_of=number[[term for _, term in others]],
        roots=_ids(go_id for term in graph.roots for go_id in (term.id, *term.alt_ids)),
        unused=_ids(go_id for term in unused for go_id in (term.id, *term.alt_ids)),
        obsolete=_ids(graph.obsolete),
        above_of=above_of,
        above_starts=above_starts,
        genes_of=genes_of,
        genes_starts=genes_starts,
        label_starts=_starts([len(each) for each in labels]),
        text_of=_bytes(b"".join(encoded)),
        text_starts=_starts([len(text) for text in encoded]),
        place_starts=words.place_starts,
        vocabulary=_bytes(" ".join(words.vocabulary).encode()),
        surface_of=surface_of,
        surface_starts=surface_starts,
        stem_of=stem_of,
        stem_starts=stem_starts,
    )


def _labels(term: GoTerm) -> list[str]:
    """A term's name and synonyms, each once but for case."""
    different: dict[str, str] = {}
    for text in (term.name, *term.synonyms):
        different.setdefault(fold_case(text), text)
    different.pop("", None)
    return list(different.values())


class _Words:
    """The words of all labels at their positions."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.met: dict[str, int] = {}
        """The surface forms, each with its place among them."""
        standing, lengths = array("i"), array("q")
        pieces: dict[str, list[int]] = {}
        for text in texts:
            before = len(standing)
            for piece in text.split():  # no word crosses a blank, and the same pieces come again and again
                known = pieces.get(piece)
                if known is None:
                    known = [self.met.setdefault(word, len(self.met)) for word in terms(piece)]
                    pieces[piece] = known
                standing.extend(known)
            lengths.append(len(standing) - before)
        self._standing = np.array(standing, np.int32)
        self._places = np.arange(len(standing)) + np.repeat(np.arange(len(lengths)), lengths)
        self.place_starts = _starts(np.array(lengths) + 1)
        self.vocabulary = sorted({*self.met, *map(stem, self.met)})
        self._numbers = {word: number for number, word in enumerate(self.vocabulary)}

    def lists(self, forms: Sequence[str]) -> tuple[Numbers, Starts]:
        """The positions of each word of the vocabulary; ``forms`` holds what each surface form stands as."""
        numbers = np.array([self._numbers[form] for form in forms], np.int32)
        return _lists(numbers[self._standing], self._places, len(self.vocabulary))


def _pairs(lists: Iterable[Collection[int]]) -> tuple[Numbers, Numbers]:
    """Each list's number, as often as it has members, and the members."""
    members, lengths = array("i"), array("q")
    for each in lists:
        members.extend(each)
        lengths.append(len(each))
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths), np.array(members, np.int32)


def _lists(keys: Numbers, values: Numbers | Starts, count: int) -> tuple[Numbers, Starts]:
    """The values of each key from 0 to ``count``, ascending, and where each key's begin."""
    ordered = np.sort(keys.astype(np.int64) << 32 | values)
    starts = np.searchsorted(ordered >> 32, np.arange(count + 1))
    return (ordered & 0xFFFFFFFF).astype(np.int32), starts.astype(np.int64)


def _starts(lengths: Sequence[int] | Starts) -> Starts:
    """Where each of the lists that follow one another begins, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def _bytes(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)


def _digits(go_id: str) -> int:
    return int(go_id[3:])


def _ids(go_ids: Iterable[str]) -> Numbers:
    return np.array(sorted({_digits(go_id) for go_id in go_ids}), np.int32)


def _written(digits: int) -> str:
    return f"GO:{digits:07}"


class Ontology:
    """A published generation's ontology, read only; safe to share between threads.

    Raises:
        OSError: a file is missing.
        ValueError, EOFError: a file is damaged, or does not go with the others.
    """

    def __init__(self, folder: Path) -> None:
        files = [folder / FOLDER / f"{name}.npy" for name in _Arrays._fields]
        self._arrays = _Arrays(*[np.asarray(np.load(file, mmap_mode="r")) for file in files])
        _check(self._arrays)
        self._words = {word: n for n, word in enumerate(self._arrays.vocabulary.tobytes().decode().split())}
        self._genes = int(self._arrays.genes_of.max(initial=-1)) + 1
        self.terms = len(self._arrays.ids)
        self.labels = len(self._arrays.text_starts) - 1
        self._find = lru_cache(maxsize=_FOUND)(partial(_look_up, self._arrays))

    def find(self, go_id: str) -> int | None:
        """The term of an id, also of an alternative one; None where no gene is at or under it."""
        return self._find(go_id) if _GO_ID.fullmatch(go_id) else None

    def go_id(self, term: int) -> str:
        return _written(int(self._arrays.ids[term]))

    def ids_of(self, term: int) -> list[str]:
        """The term's id of today, then the alternative ones: a gene may be annotated by any of them."""
        others = self._arrays.alternatives[self._arrays.alternative_of == term]
        return [self.go_id(term), *map(_written, others.tolist())]

    def without_genes(self, go_id: str) -> Without | None:
        """Why no gene is at or under an id; None where some are, and for what is no GO id."""
        if not _GO_ID.fullmatch(go_id) or self.find(go_id) is not None:
            return None
        digits = _digits(go_id)
        if _place(self._arrays.roots, digits) is not None:
            return "root"
        if _place(self._arrays.unused, digits) is not None:
            return "unused"
        return "unknown" if _place(self._arrays.obsolete, digits) is None else "obsolete"

    def docs(self, go_id: str) -> Numbers:
        """The numbers of the genes at or under a term, ascending."""
        term = self.find(go_id)
        return self.docs_under(np.array([] if term is None else [term], np.int32))

    def docs_under(self, among: Numbers) -> Numbers:
        """The numbers of the genes at or under any of the terms, ascending."""
        starts = self._arrays.genes_starts[among]
        lengths = self._arrays.genes_starts[among + 1] - starts
        members = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        found = np.zeros(self._genes, np.bool_)
        found[self._arrays.genes_of[members]] = True
        return np.flatnonzero(found).astype(np.int32)

    def above(self, term: int) -> Numbers:
        """The terms at or above a term."""
        start, end = self._arrays.above_starts[term : term + 2].tolist()
        return self._arrays.above_of[start:end]

    def breadths(self) -> Numbers:
        """By term, its place among all when the most specific come first: those with the fewest genes, of
        these the ones with the most terms above them."""
        genes, above = np.diff(self._arrays.genes_starts), np.diff(self._arrays.above_starts)
        places = np.empty(self.terms, np.int32)
        places[np.lexsort((-above, genes))] = np.arange(self.terms)
        return places

    def widths(self, labels: Numbers) -> Numbers:
        """How many words each of the labels has."""
        starts = self._arrays.place_starts
        return (starts[labels + 1] - starts[labels] - 1).astype(np.int32)

    def labels_of(self, term: int) -> range:
        first, end = self._arrays.label_starts[term : term + 2].tolist()
        return range(first, end)

    def terms_of(self, labels: Numbers) -> Numbers:
        """The term that each of the labels belongs to."""
        return (np.searchsorted(self._arrays.label_starts, labels, side="right") - 1).astype(np.int32)

    def text(self, label: int) -> str:
        start, end = self._arrays.text_starts[label : label + 2].tolist()
        return self._arrays.text_of[start:end].tobytes().decode(errors="replace")

    def holding(self, form: Sequence[str], as_stems: bool) -> Numbers:
        """The labels in which words stand in a row, as stems or in exactly this form, ascending."""
        found = self._places(form[0], as_stems)
        for offset, word in enumerate(form[1:], 1):
            found = np.intersect1d(found, self._places(word, as_stems) - offset, assume_unique=True)
        labels = np.searchsorted(self._arrays.place_starts, found, side="right") - 1
        return np.unique(labels).astype(np.int32)

    def _places(self, word: str, as_stem: bool) -> Numbers:
        number = self._words.get(word)
        if number is None:
            return np.array([], np.int32)
        arrays = self._arrays
        starts = arrays.stem_starts if as_stem else arrays.surface_starts
        return (arrays.stem_of if as_stem else arrays.surface_of)[starts[number] : starts[number + 1]]


def _look_up(arrays: _Arrays, go_id: str) -> int | None:
    """Not a method, so that no cache holds its own ontology, whose files would stay open with it."""
    own = _place(arrays.ids, _digits(go_id))
    if own is not None:
        return own
    other = _place(arrays.alternatives, _digits(go_id))
    return None if other is None else int(arrays.alternative_of[other])


def _place(ascending: Numbers, value: int) -> int | None:
    place = int(np.searchsorted(ascending, value))
    return place if place < len(ascending) and ascending[place] == value else None


def _check(arrays: _Arrays) -> None:
    """That every number leads to something, so that no answer fails on a damaged file later."""
    for name, values in arrays._asdict().items():
        least = 1 if name.endswith("_starts") else 0
        if values.dtype != _type_of(name) or values.ndim != 1 or len(values) < least:
            raise ValueError(f"{FOLDER}/{name}.npy is damaged")
    count, labels, places = len(arrays.ids), len(arrays.text_starts) - 1, int(arrays.place_starts[-1])
    words = len(arrays.vocabulary.tobytes().decode().split())
    starts = (
        (arrays.above_starts, count, len(arrays.above_of)),
        (arrays.genes_starts, count, len(arrays.genes_of)),
        (arrays.label_starts, count, labels),
        (arrays.text_starts, labels, len(arrays.text_of)),
        (arrays.place_starts, labels, places),
        (arrays.surface_starts, words, len(arrays.surface_of)),
        (arrays.stem_starts, words, len(arrays.stem_of)),
    )
    members = (
        (arrays.alternative_of, count),
        (arrays.above_of, count),
        (arrays.genes_of, _MOST_GENES),
        (arrays.surface_of, places),
        (arrays.stem_of, places),
    )
    whole = len(arrays.alternatives) == len(arrays.alternative_of)
    for begins, length, end in starts:
        whole = whole and len(begins) == length + 1 and begins[0] == 0 and begins[-1] == end
        whole = whole and bool((begins[1:] >= begins[:-1]).all())
    for numbers, limit in members:
        whole = whole and int(numbers.min(initial=0)) >= 0 and int(numbers.max(initial=-1)) < limit
    if not whole:
        raise ValueError("the files of the ontology do not go together")


def _type_of(name: str) -> np.dtype[np.generic]:
    if name in ("text_of", "vocabulary"):
        return np.dtype(np.uint8)
    return np.dtype(np.int64 if name.endswith("_starts") else np.int32)
