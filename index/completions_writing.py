"""Writing what may be offered while a query is typed (index/completions.py says what lies where).

Names are read from the record store that was written before; a process of its own makes theirs, as they
take longest.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index import columns, store
from index.analysis import FUNCTION_WORDS, fold_spelling, terms
from index.columns import Strings, starts_of
from index.completions import BLOCK, FOLDER, HEAD, LENGTHS, NO_NAME, SHORT, Numbers, letters_of
from index.memory import uncollected
from index.ontology import Arrays
from index.records import NAME_KINDS, NameKind
from index.store import GeneRow, NameRecord
from index.workers import Workers

_Row = TypeVar("_Row", bound=Struct)

_CLASS: dict[NameKind, str] = {
    "symbol": "symbols",
    "previous_symbol": "previous",
    "withdrawn": "previous",
    "alias": "aliases",
    "name": "names",
    "previous_name": "names",
    "alias_name": "names",
}
_TOPICS = ("topics", "families")
"""How the files begin that are not of names."""
_SYNONYM = 4
"""A synonym of a term counts as if so many times fewer genes were under it."""

_LONG = 40
"""Letters from which on a term or family comes behind those that are as frequent."""


class Families:
    """The families of the genes, as they come, and how many genes each has."""

    def __init__(self) -> None:
        self._genes: dict[str, int] = {}

    def add(self, of_genes: Iterable[Iterable[str]]) -> None:
        for families in of_genes:
            for family in {told for one in families if (told := " ".join(one.split()))}:
                self._genes[family] = self._genes.get(family, 0) + 1

    def counted(self) -> list[tuple[str, int]]:
        return sorted(self._genes.items())


def start(folder: Path, workers: Workers) -> Callable[[], str]:
    """Begin with the names of the store in ``folder``; what is returned waits for them and gives the SHA-256,
    in hex, of what was written.

    Raises:
        OSError: the disk is full or not writable (either function).
    """
    (folder / FOLDER).mkdir()
    return workers.start(_write_names, folder)


def write_topics(folder: Path, arrays: Arrays, families: Families) -> str:
    """Write the labels of the ontology and the families; the SHA-256, in hex, of what was written.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = folder / FOLDER
    data, starts = arrays.text_of.tobytes(), arrays.text_starts.tolist()
    texts = [data[begin:end].decode() for begin, end in pairwise(starts)]
    genes = np.repeat(np.diff(arrays.genes_starts), np.diff(arrays.label_starts)).astype(np.float64)
    synonyms = np.ones(len(texts), np.bool_)
    synonyms[arrays.label_starts[:-1]] = False
    genes[synonyms] /= _SYNONYM
    told = families.counted()
    columns.write_strings(target, "families", [family.encode() for family, _ in told])
    columns.write(target, "families_genes.u4", [count for _, count in told])
    texts += [family for family, _ in told]
    weights = np.concatenate((genes, [float(count) for _, count in told]))
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    weights /= np.maximum(1, lengths / _LONG) ** 2
    order = np.lexsort((lengths, -weights))
    columns.write(target, "topics_labels.u4", order)
    _write_worded(target, "topics", [texts[number] for number in order.tolist()])
    return _digest(target, of_topics=True)


class _Rows(NamedTuple):
    """The names of the store, by number."""

    spellings: list[str]
    folded: list[str]
    kinds: list[NameKind]
    docs: Numbers
    genes: int
    order: NDArray[np.int64]
    """All rows, those of the genes that are written about most first."""


def _write_names(folder: Path) -> str:
    with uncollected():
        target, rows = folder / FOLDER, _rows(folder / store.FOLDER)
        of_class: dict[str, list[int]] = {name: [] for name in (*SHORT, "names")}
        for number in rows.order.tolist():
            of_class[_CLASS[rows.kinds[number]]].append(number)
        for name in SHORT:
            _write_short(target, name, of_class[name], rows)
        full = of_class["names"]
        full.sort(key=lambda number: rows.kinds[number] != "name")
        columns.write(target, "names_rows.u4", full)
        _write_worded(target, "names", [rows.spellings[number] for number in full])
        _write_spelt(target, rows)
        own = np.full(rows.genes, NO_NAME, np.uint32)
        for number in full:
            if rows.kinds[number] == "name":
                own[rows.docs[number]] = number
        columns.write(target, "gene_names.u4", own)
        return _digest(target, of_topics=False)


def _digest(target: Path, *, of_topics: bool) -> str:
    """Of the files that this module writes, those of the names and those of the topics come to be at once."""
    sha = hashlib.sha256()
    for file in sorted(target.iterdir()):
        if file.name.startswith(_TOPICS) == of_topics:
            sha.update(f"{file.name} {file.stat().st_size}\n".encode())
            sha.update(file.read_bytes())
    return sha.hexdigest()


def _rows(folder: Path) -> _Rows:
    names, genes = _decoded(folder, "names", NameRecord), _decoded(folder, "genes", GeneRow)
    docs = np.fromiter((name.doc for name in names), np.uint32, len(names))
    papers = np.fromiter((gene.papers for gene in genes), np.int64, len(genes))[docs]
    standing = np.fromiter((gene.standing for gene in genes), np.int64, len(genes))[docs]
    lengths = np.fromiter((len(name.spelling) for name in names), np.int64, len(names))
    return _Rows(
        [name.spelling for name in names],
        [fold_spelling(name.spelling) for name in names],
        [name.kind for name in names],
        docs,
        len(genes),
        np.lexsort((lengths, standing, -papers)),
    )


def _decoded(folder: Path, name: str, row: type[_Row]) -> list[_Row]:
    data = Strings(folder, name)
    decode = msgspec.msgpack.Decoder(row).decode
    return [decode(data[number]) for number in range(len(data))]


def _write_short(target: Path, name: str, numbers: Sequence[int], rows: _Rows) -> None:
    keys = [rows.folded[number] for number in numbers]
    ordered = sorted(range(len(keys)), key=keys.__getitem__)
    _write_ordered(target, name, [keys[rank].encode() for rank in ordered])
    columns.write(target, f"{name}_rows.u4", numbers)
    _write_ranks(target, f"{name}_ranks", np.array(ordered, np.uint32))


def _write_spelt(target: Path, rows: _Rows) -> None:
    strongest: dict[str, int] = {}
    by_kind: list[list[int]] = [[] for _ in NAME_KINDS]
    places = {kind: place for place, kind in enumerate(NAME_KINDS)}
    for number in rows.order.tolist():
        by_kind[places[rows.kinds[number]]].append(number)
    for numbers in by_kind:
        for number in numbers:
            strongest.setdefault(rows.folded[number], number)
    keys = [key.encode() for key in strongest]
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    order = np.argsort(lengths, kind="stable")
    order = order[(lengths[order] >= LENGTHS.start) & (lengths[order] < LENGTHS.stop)]
    data = b"".join([keys[place] for place in order.tolist()])
    rows_of = np.fromiter(strongest.values(), np.uint32, len(keys))
    found = np.frombuffer(data, np.uint8)
    columns.write(target, "spelt.u1", found)
    columns.write(target, "spelt_counts.u4", np.bincount(lengths[order], minlength=LENGTHS.stop))
    columns.write(target, "spelt_letters.u8", letters_of(found, lengths[order]))
    columns.write(target, "spelt_rows.u4", rows_of[order])


def _write_worded(target: Path, name: str, texts: Sequence[str]) -> None:
    """The words of texts that stand in the order of their ranks."""
    split = [text.split() for text in texts]
    numbered: defaultdict[str, int] = defaultdict(count().__next__)
    pieces = np.fromiter(map(numbered.__getitem__, chain.from_iterable(split)), np.int64)
    of_pieces = [
        terms(piece) for piece in numbered
    ]  # no word crosses a blank, and the same pieces come again
    words = sorted(set(chain.from_iterable(of_pieces)))
    place = {word: number for number, word in enumerate(words)}
    held_by = np.fromiter((place[word] for of_one in of_pieces for word in of_one), np.uint64)
    at, widths = columns.members(starts_of([len(of_one) for of_one in of_pieces]), pieces)
    ranks = np.repeat(np.arange(len(texts)), [len(of_one) for of_one in split]).repeat(widths)
    held = held_by[at] << np.uint64(32) | ranks.astype(np.uint64)
    first = np.diff(ranks, prepend=-1) > 0
    told = np.array([word in FUNCTION_WORDS for word in words], np.bool_)
    inner = held[~first]
    inner = inner[~told[inner >> np.uint64(32)]]
    _write_ordered(target, f"{name}_words", [word.encode() for word in words])
    columns.write(target, f"{name}_count.u4", [len(texts)])
    for what, some in (("first", held[first]), ("inner", inner)):
        some.sort()
        listed = some[np.diff(some, prepend=~some[:1]) > 0]
        counts = np.bincount((listed >> np.uint64(32)).astype(np.int64), minlength=len(words))
        columns.write(target, f"{name}_{what}_starts.u4", starts_of(counts))
        _write_ranks(target, f"{name}_{what}", (listed & np.uint64(0xFFFFFFFF)).astype(np.uint32))


def _write_ordered(target: Path, name: str, strings: Sequence[bytes]) -> None:
    columns.write_strings(target, name, strings)
    heads = b"".join([string[:HEAD].ljust(HEAD, b"\0") for string in strings])
    columns.write(target, f"{name}_heads.u8", np.frombuffer(heads, ">u8").astype("<u8"))


def _write_ranks(target: Path, name: str, ranks: Numbers) -> None:
    columns.write(target, f"{name}.u4", ranks)
    starts = np.arange(0, len(ranks), BLOCK)
    least = np.minimum.reduceat(ranks, starts) if len(ranks) else ranks
    columns.write(target, f"{name}_least.u4", least)
