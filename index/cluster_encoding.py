"""From the files of a generation to the documents of a cluster (index/cluster_layout.py), run by run.

The columnar index leads from words to genes; ``prepare`` turns what is needed round, piece by piece, into
files of a folder beside the generation's, so that what is in memory at once does not grow with the index and
processes share it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index import columnar, columns, facets, store
from index.analysis import fold_spelling
from index.cluster_layout import BLOCK, FIELD_TOKENS, FIRST_NAMES, REPEATS, GeneEntry, encode_entry, held_term
from index.columnar import FIELD_SHIFT
from index.facets import COLUMNS, GROUPS
from index.fields import FIELDS
from index.lookup import Records
from index.memory import uncollected
from index.store import GeneRow, IdentifierRecord, NameRecord

FOLDER = "loading"
"""What is only needed while a generation is loaded."""
_AT_ONCE = 1 << 22
"""Members of lists that are turned round at once."""
_RUN_BYTES = 1_250_000
"""Bytes of documents that are sent at once; what is sent is about five times as much."""
_RUN_GENES = 4000
_SEPARATOR = b"\n"

_STREAMED = np.array([field.kind in ("prose", "name") for field in FIELDS])
_PROSE = tuple(field.kind == "prose" for field in FIELDS)
_NAMES = tuple(field.name for field in FIELDS)
_STEMS = tuple(f"{field.name}_stem" for field in FIELDS)
_PLAIN = tuple(field.plain for field in FIELDS)

_Scalar = TypeVar("_Scalar", bound=np.generic)
_encode = msgspec.json.Encoder().encode


class Run(Struct, array_like=True):
    """Genes that are sent together."""

    generation: str
    first: int
    last: int
    """Behind the last of them."""


class _Owned(Struct, array_like=True, gc=False):
    """The beginning of a name or an identifier."""

    doc: int


def prepare(generation: Path) -> int:
    """Write what ``bodies`` needs beside the generation's files, and FIRST_NAMES; how many genes there are.

    Raises:
        OSError: the disk is full or not writable.
        columns.Damaged, ValueError: a file of the generation is damaged.
    """
    target = generation / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    (generation / FIRST_NAMES).parent.mkdir(exist_ok=True)
    records, matrix, counted = (
        generation / store.FOLDER,
        generation / columnar.FOLDER,
        generation / facets.FOLDER,
    )
    genes = len(columns.Strings(records, "documents"))
    firsts = _firsts(records, "names", genes)
    columns.write((generation / FIRST_NAMES).parent, FIRST_NAMES.rpartition("/")[2], firsts)
    tokens = columns.read(matrix, "text_tokens_starts", np.uint32)
    field_texts = columns.read(matrix, "field_texts_starts", np.uint32)
    columns.write((generation / FIELD_TOKENS).parent, FIELD_TOKENS.rpartition("/")[2], tokens[field_texts])
    columns.write(target, "first_identifiers.u4", _firsts(records, "identifiers", genes))
    for name in ("prose", "named"):
        weights = columns.read(matrix, f"{name}_weights", np.float32)
        _turn(matrix, f"{name}_docs", np.int32, target, genes, weights, _repeats)
    fields = columns.read(matrix, "keyword_fields", np.uint8)
    _turn(matrix, "keyword_docs", np.int32, target, genes, fields)
    _turn(counted, "year_genes", np.uint32, target, genes)
    for name in ("by_symbol", "by_location"):
        order = columns.read(counted, name, np.uint32)
        places = np.empty(genes, np.uint32)
        places[order] = np.arange(genes, dtype=np.uint32)
        columns.write(target, f"{name}.u4", places)
    return genes


def _repeats(weights: NDArray[np.generic]) -> NDArray[np.generic]:
    """How often a word stands that has such a weight."""
    return np.clip(np.rint(REPEATS * weights.astype(np.float64)), 1, np.iinfo(np.uint16).max)


def _firsts(records: Path, name: str, genes: int) -> NDArray[np.int64]:
    """Where what the genes have of something begins, and how much of it there is; it is in their order."""
    owners = Records(records, name, msgspec.msgpack.Decoder(_Owned))
    docs = np.fromiter((owners[number].doc for number in range(len(owners))), np.int64, len(owners))
    if len(docs) and (docs[0] < 0 or docs[-1] >= genes or (docs[1:] < docs[:-1]).any()):
        raise columns.Damaged(f"{records.name}/{name} is damaged: they are not in the order of the genes")
    return columns.starts_of(np.bincount(docs, minlength=genes))


def _turn(
    folder: Path,
    name: str,
    kind: type[np.integer],
    target: Path,
    genes: int,
    values: NDArray[np.generic] | None = None,
    valued_as: Callable[[NDArray[np.generic]], NDArray[np.generic]] | None = None,
) -> None:
    """From lists of genes to what each gene is in: the numbers of the lists, ascending, and a value of each
    membership, as ``<name>.u4``, ``<name>_starts.u8`` and ``<name>_values.u2`` in ``target``."""
    docs, lists = columns.read(folder, name, kind), columns.read(folder, f"{name}_starts", np.uint32)
    columns.check_starts(lists, len(lists) - 1, len(docs), f"{folder.name}/{name}")
    chunks = [slice(first, min(first + _AT_ONCE, len(docs))) for first in range(0, len(docs), _AT_ONCE)]
    counts = np.zeros(genes, np.int64)
    for chunk in chunks:
        found = np.bincount(docs[chunk], minlength=genes)
        if len(found) > genes:
            raise columns.Damaged(f"{folder.name}/{name} is damaged: it leads to genes that there are not")
        counts += found
    starts = columns.starts_of(counts)
    columns.write(target, f"{name}_starts.u8", starts.astype(np.uint64))
    turned, valued = _sized(target / f"{name}.u4", len(docs)), _sized(target / f"{name}_values.u2", len(docs))
    free = starts[:-1].copy()
    for chunk in chunks:
        bounds = np.clip(lists, chunk.start, chunk.stop).astype(np.int64)
        numbers = np.repeat(np.arange(len(lists) - 1, dtype=np.uint32), np.diff(bounds))
        own = docs[chunk]
        order = np.argsort(own, kind="stable")
        ordered = own[order]
        begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        lengths = np.diff(np.append(begins, len(ordered)))
        some = ordered[begins]
        places = np.repeat(free[some] - begins, lengths) + np.arange(len(ordered))
        turned[places] = numbers[order]
        if values is not None:
            some_values = values[chunk]
            valued[places] = (valued_as(some_values) if valued_as else some_values)[order]
        free[some] += lengths


def _sized(file: Path, length: int) -> NDArray[np.unsignedinteger]:
    dtype = columns.TYPES[file.suffix[1:]]
    if not length:
        file.touch()
        return np.zeros(0, dtype)
    return np.memmap(file, dtype, "w+", shape=(length,))


def runs(generation: Path) -> Iterator[Run]:
    """All genes, in runs of about as many bytes each."""
    starts = columns.Strings(generation / store.FOLDER, "documents").starts
    genes, first = len(starts) - 1, 0
    while first < genes:
        last = int(starts.searchsorted(int(starts[first]) + _RUN_BYTES, "right")) - 1
        last = min(max(last, first + 1), first + _RUN_GENES, genes)
        yield Run(str(generation), first, last)
        first = last


def body(run: Run) -> bytes:
    """What is sent to load a run: of each gene the line that names it, and its document.

    Raises:
        OSError: a file is missing.
        columns.Damaged, ValueError: one is damaged.
    """
    with uncollected():
        made = (Path(run.generation) / FOLDER).stat()
        encoding = _opened(run.generation, (made.st_ino, made.st_mtime_ns))
        lines = []
        for doc, document in zip(
            range(run.first, run.last), encoding.documents(run.first, run.last), strict=True
        ):
            lines.append(b'{"create":{"_id":"%d"}}' % doc)
            lines.append(_encode(document))
        lines.append(b"")
        return _SEPARATOR.join(lines)


class _Turned:
    """What each gene is in (``_turn``)."""

    def __init__(self, folder: Path, name: str) -> None:
        self.numbers = columns.read(folder, name, np.uint32)
        self.values = columns.read(folder, f"{name}_values", np.uint16)
        self.starts = columns.read(folder, f"{name}_starts", np.uint64)

    def of(self, first: int, last: int) -> tuple[NDArray[np.uint32], NDArray[np.uint16], list[int]]:
        """The numbers and values of some genes, and where those of each begin among them."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        bounds = (self.starts[first : last + 1] - np.uint64(begin)).tolist()
        return self.numbers[begin:end], self.values[begin:end], bounds


class _Encoding:
    """A generation's files, and what ``prepare`` made of them."""

    def __init__(self, generation: Path) -> None:
        records, matrix = generation / store.FOLDER, generation / columnar.FOLDER
        counted, loading = generation / facets.FOLDER, generation / FOLDER
        self._documents = Records(records, "documents", msgspec.msgpack.Decoder(msgspec.Raw))
        self._rows = Records(records, "genes", msgspec.msgpack.Decoder(GeneRow))
        self._names = Records(records, "names", msgspec.msgpack.Decoder(NameRecord))
        self._identifiers = Records(records, "identifiers", msgspec.msgpack.Decoder(IdentifierRecord))
        first_names = (generation / FIRST_NAMES).with_suffix("")
        self._first_names = columns.read(first_names.parent, first_names.name, np.uint32)
        self._first_identifiers = columns.read(loading, "first_identifiers", np.uint32)
        self._words = columns.Strings(matrix, "words")
        self._keywords = columns.Strings(matrix, "keywords")
        self._word_stems = columns.read(matrix, "word_stems", np.uint32)
        self._tokens = columns.read(matrix, "tokens", np.uint32)
        self._text_tokens = columns.read(matrix, "text_tokens_starts", np.uint32)
        self._lines = columns.read(matrix, "line_texts", np.uint32)
        self._codes = columns.read(matrix, "line_codes", np.uint16)
        self._doc_lines = columns.read(matrix, "doc_lines_starts", np.uint32)
        self._above = columns.read(matrix, "above_terms", np.uint32)
        self._above_starts = columns.read(matrix, "above_terms_starts", np.uint32)
        self._prose, self._named = _Turned(loading, "prose_docs"), _Turned(loading, "named_docs")
        self._keyword_docs, self._year_genes = (
            _Turned(loading, "keyword_docs"),
            _Turned(loading, "year_genes"),
        )
        self._years = columns.read(counted, "years", np.uint32)
        self._counts = {name: columns.read(counted, name, np.uint32) for name in ("papers", "refs")}
        self._places = {name: columns.read(loading, name, np.uint32) for name in ("by_symbol", "by_location")}
        self._sets = {name: columns.read(counted, f"group_{name}", np.uint32) for name in GROUPS}
        self._set_terms = columns.read(counted, "of", np.uint32)
        self._set_starts = columns.read(counted, "of_starts", np.uint32)
        self._column_sets = columns.read(counted, "column_sets", np.uint32)

    def documents(self, first: int, last: int) -> Iterator[dict[str, object]]:
        """The documents of some genes, in their order."""
        words = self._weighed(self._prose, first, last)
        named_words = self._weighed(self._named, first, last)
        keywords, streams = self._kept(first, last), self._streams(first, last)
        above = _lists(self._above, self._above_starts, first, last)
        year_numbers, _, bounds = self._year_genes.of(first, last)
        years = self._years[year_numbers].tolist()
        chosen = list(self._chosen(first, last))
        counts = {name: counted[first:last].tolist() for name, counted in self._counts.items()}
        places = {name: place[first:last].tolist() for name, place in self._places.items()}
        names, identifiers = (
            some[first : last + 1].tolist() for some in (self._first_names, self._first_identifiers)
        )
        for at, doc in enumerate(range(first, last)):
            gene = self._rows[doc]
            own_names = tuple(map(self._names.__getitem__, range(names[at], names[at + 1])))
            numbered = map(self._identifiers.__getitem__, range(identifiers[at], identifiers[at + 1]))
            own_identifiers = tuple((one.namespace, one.value) for one in numbered)
            found: dict[str, object] = {
                "n": doc,
                "block": doc // BLOCK,
                "bit": 1 << doc % BLOCK,
                "gene_id": gene.id,
                "names": list({held_term(fold_spelling(name.spelling)): None for name in own_names}),
                "identifiers": list({held_term(value): None for _, value in own_identifiers}),
                "row": encode_entry(GeneEntry(gene, own_names, own_identifiers)),
                "record": bytes(self._documents[doc]),
                "words": words[at],
                "named_words": named_words[at],
                "above": above[at],
                "years": years[bounds[at] : bounds[at + 1]],
                "by_symbol": places["by_symbol"][at],
                **{name: counted[at] for name, counted in counts.items()},
                **keywords[at],
                **streams[at],
                **chosen[at],
            }
            if "facet_chromosome" in found:
                found["by_location"] = places["by_location"][at]
            yield found

    def _terms(self, numbers: NDArray[np.uint32]) -> list[str]:
        """The words of some numbers, as the cluster holds them."""
        return _held(self._words, numbers)

    def _weighed(self, turned: _Turned, first: int, last: int) -> list[str]:
        """Of each gene its words, each as often as its weight says."""
        numbers, repeats, bounds = turned.of(first, last)
        often = repeats.astype(np.int64)
        terms = self._terms(np.repeat(numbers, often))
        ends = columns.starts_of(often)[bounds].tolist()
        return [" ".join(terms[begin:end]) for begin, end in pairwise(ends)]

    def _kept(self, first: int, last: int) -> list[dict[str, list[str]]]:
        """Of each gene the values of its keyword fields, and all of those that plain words search."""
        numbers, fields, bounds = self._keyword_docs.of(first, last)
        values, of = _held(self._keywords, numbers), fields.tolist()
        found = []
        for begin, end in pairwise(bounds):
            own: dict[str, dict[str, None]] = {}
            for at in range(begin, end):
                own.setdefault(_NAMES[of[at]], {})[values[at]] = None
                if _PLAIN[of[at]]:
                    own.setdefault("plain", {})[values[at]] = None
            found.append({name: list(some) for name, some in own.items()})
        return found

    def _streams(self, first: int, last: int) -> list[dict[str, list[str]]]:
        """Of each gene the lines of its fields of names and prose, and those of stems."""
        begin, end = int(self._doc_lines[first]), int(self._doc_lines[last])
        fields = self._codes[begin:end] >> FIELD_SHIFT
        kept = np.flatnonzero(_STREAMED[fields])
        texts, of = np.unique(self._lines[begin:end][kept], return_inverse=True)
        at, lengths = columns.members(self._text_tokens, texts)
        tokens = self._tokens[at]
        ends = [0, *accumulate(lengths.tolist())]
        surfaces, stems = (
            [" ".join(terms[one:other]) for one, other in pairwise(ends)]
            for terms in (self._terms(tokens), self._terms(self._word_stems[tokens]))
        )
        bounds = np.searchsorted(kept + begin, self._doc_lines[first : last + 1]).tolist()
        numbers, in_fields = of.tolist(), fields[kept].tolist()
        found = []
        for one, other in pairwise(bounds):
            own: dict[str, list[str]] = {}
            for number, field in zip(numbers[one:other], in_fields[one:other], strict=True):
                if surfaces[number]:
                    own.setdefault(_NAMES[field], []).append(surfaces[number])
                    if _PROSE[field]:
                        own.setdefault(_STEMS[field], []).append(stems[number])
            found.append(own)
        return found

    def _chosen(self, first: int, last: int) -> Iterator[dict[str, list[int]]]:
        """Of each gene the terms of its columns; a column of which it has none is missing."""
        found: list[dict[str, list[int]]] = [{} for _ in range(first, last)]
        for group, names in GROUPS.items():
            sets = self._sets[group][first:last].astype(np.int64)
            for name in names:
                of = sets + int(self._column_sets[COLUMNS.index(name)])
                at, lengths = columns.members(self._set_starts, of)
                terms = self._set_terms[at].tolist()
                for own, (begin, end) in zip(
                    found, pairwise([0, *accumulate(lengths.tolist())]), strict=True
                ):
                    if end > begin:
                        own[f"facet_{name}"] = terms[begin:end]
        return iter(found)


def _held(strings: columns.Strings, numbers: NDArray[np.uint32]) -> list[str]:
    """The strings of some numbers; of which there are few different ones."""
    distinct, of = np.unique(numbers, return_inverse=True)
    terms = [held_term(strings[number].decode()) for number in distinct.tolist()]
    return [terms[number] for number in of.tolist()]


def _lists(values: NDArray[np.uint32], starts: NDArray[np.uint32], first: int, last: int) -> list[list[int]]:
    bounds = starts[first : last + 1].tolist()
    some = values[bounds[0] : bounds[-1]].tolist()
    return [some[begin - bounds[0] : end - bounds[0]] for begin, end in pairwise(bounds)]


@lru_cache(maxsize=1)
def _opened(generation: str, made: tuple[int, int]) -> _Encoding:
    """``made`` tells generations apart that one process writes in one place after each other."""
    return _Encoding(Path(generation))


def close() -> None:
    """Give the files back that ``body`` reads."""
    _opened.cache_clear()
