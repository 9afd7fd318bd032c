"""Writing the Gene Ontology of a generation: what stands above each term, which genes are at or under it, and
where words stand in its labels, as index/ontology.py reads them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from index.analysis import fold_case, stem, terms
from index.go_graph import Graph
from index.ontology import FOLDER, Arrays, Bytes, Numbers, Starts, digits_of
from index.records import GoTerm


def write(folder: Path, go_terms: Iterable[GoTerm], annotated: Sequence[Iterable[str]]) -> str:
    """``arrays_of`` and ``write_arrays`` in one."""
    return write_arrays(folder, arrays_of(go_terms, annotated))


def arrays_of(go_terms: Iterable[GoTerm], annotated: Sequence[Iterable[str]]) -> Arrays:
    """The ontology of a new generation.

    ``annotated`` holds, by a gene's number, the GO ids of its lines.  An alternative id stands for its
    term; one that the ontology does not hold is passed over.
    """
    return _arrays(Graph(go_terms), annotated)


def write_arrays(folder: Path, arrays: Arrays) -> str:
    """Write the arrays into ``folder / FOLDER``.  Returns the SHA-256, in hex, of what was written, which
    does not depend on the order of the terms or of a gene's ids.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = folder / FOLDER
    target.mkdir()
    sha = hashlib.sha256()
    for name, values in arrays._asdict().items():
        with (target / f"{name}.npy").open("wb") as stream:
            np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(values))
            stream.write(values.data)  # np.save does not say that the disk is full
        sha.update(f"{name} {len(values)}\n".encode())
        sha.update(values)
    return sha.hexdigest()


def _arrays(graph: Graph, annotated: Sequence[Iterable[str]]) -> Arrays:
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
    return Arrays(
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


def _ids(go_ids: Iterable[str]) -> Numbers:
    return np.array(sorted({digits_of(go_id) for go_id in go_ids}), np.int32)
