"""Writing what genes are counted, chosen and sorted by, as index/facets.py reads it.

What is needed of each document is taken from it where it is made; a process of its own puts all of them
together.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index import columns
from index.analysis import fold_case, fold_keyword, terms
from index.documents import ROOT_SYMBOL, Document
from index.facets import ASPECTS, CITED, FOLDER, GROUPS, LOCUS_TYPES, NOT_CITED
from index.records import AttributeValue

_CITED_FIELDS = frozenset({"summary", "description"})
"""Texts whose papers make a gene one with a cited summary."""
_NOT_TOLD = frozenset({"location", "locus_type"})
"""Every list of genes has these, so who says them tells nothing of the gene."""
_PLACE = re.compile(
    r"(?<![\w.-])(?:(?P<chromosome>[1-9]\d?|X|Y)"
    r"(?:(?P<arm>[pq]|cen)(?P<band>ter|\d+(?:\.\d+)?)?|(?![\w.]))|(?:mitochondri\w+|MT)\b)"
)
_RELATED = {
    "enables": "function",
    "contributes to": "function",
    "involved in": "process",
    "acts upstream of": "process",
    "acts upstream of or within": "process",
    "part of": "component",
    "located in": "component",
    "is active in": "component",
    "colocalizes with": "component",
}
"""The aspect of the terms to which a gene product has each relation (geneontology.org, "Annotation
relations")."""
_NO_ASPECTS: Mapping[str, str] = {}
_HUMAN_CHROMOSOMES = 22
_CHROMOSOMES = (*map(str, range(1, _HUMAN_CHROMOSOMES + 1)), "X", "Y", "MT")
_DIGITS = re.compile(r"[0-9]+")
_FROM_THE_END = str.maketrans("0123456789", "9876543210")
"""On a short arm bands are numbered from the centromere, where the arm ends in the order of places."""
_MOST_WORDS = 64
"""A query has no more, so that no filter could name a term of more."""
_GREATEST = 2**32 - 1
"""What the arrays hold; a greater number of papers or year is read as this."""


class Row(Struct, array_like=True, gc=False):
    """What is needed of a gene."""

    symbol: str
    locus_types: tuple[str, ...]
    locations: tuple[str, ...]
    families: tuple[str, ...]
    aspects: tuple[str, ...]
    provenances: tuple[str, ...]
    sources: tuple[str, ...]
    cited: bool
    papers: int
    refs: int
    years: tuple[int, ...]


class Task(NamedTuple):
    """What the other process needs; all that is one argument, as index.workers wants it."""

    folder: Path
    rows: Sequence[bytes]
    """What ``encode_rows`` gave, in the order of the documents."""


def encode_rows(documents: Iterable[Document], go_aspects: Mapping[str, str] = _NO_ASPECTS) -> bytes:
    """The rows of some documents; ``go_aspects`` leads from today's GO ids to ``biological_process`` and the
    like, for lines whose source tells no aspect."""
    return msgspec.msgpack.encode([_row(document, go_aspects) for document in documents])


_rows = msgspec.msgpack.Decoder(list[Row])


def write_facets(task: Task) -> str:
    """Write the arrays into ``task.folder / FOLDER``; the SHA-256, in hex, of what was written.

    Raises:
        OSError: the disk is full or not writable.
    """
    target = task.folder / FOLDER
    target.mkdir()
    rows = [row for encoded in task.rows for row in _rows.decode(encoded)]
    sha = hashlib.sha256()

    def write(name: str, values: Sequence[int] | NDArray[np.int64]) -> None:
        numbers = np.array(values, "<u4")
        columns.write(target, f"{name}.u4", numbers)
        sha.update(f"{name} {len(numbers)}\n".encode())
        sha.update(numbers.data)

    of = _terms_of(rows)
    lists: list[tuple[int, ...]] = []
    shown: list[str] = []
    column_sets, column_terms = [0], [0]
    for group, names in GROUPS.items():
        sets: dict[tuple[tuple[int, ...], ...], int] = {}
        held = zip(*[of[name].held for name in names], strict=True)
        write(f"group_{group}", [sets.setdefault(each, len(sets)) for each in held])
        for place, name in enumerate(names):
            lists += [each[place] for each in sets]
            shown += of[name].shown
            column_sets.append(len(lists))
            column_terms.append(len(shown))
    write("of", [number for numbers in lists for number in numbers])
    write("of_starts", columns.starts_of([len(numbers) for numbers in lists]))
    write("column_sets", column_sets)
    write("column_terms", column_terms)
    columns.write_strings(target, "terms", columns.encoded(shown))
    sha.update("\n".join(shown).encode())
    write("papers", [row.papers for row in rows])
    write("refs", [row.refs for row in rows])
    genes_of: dict[int, list[int]] = defaultdict(list)
    for gene, row in enumerate(rows):
        for year in row.years:
            genes_of[year].append(gene)
    years = sorted(genes_of)
    write("years", years)
    write("year_genes", [gene for year in years for gene in genes_of[year]])
    write("year_genes_starts", columns.starts_of([len(genes_of[year]) for year in years]))
    by_symbol = sorted(range(len(rows)), key=[natural(row.symbol) for row in rows].__getitem__)
    places = [_first_place(row.locations) for row in rows]
    write("by_symbol", by_symbol)
    write("by_location", sorted(by_symbol, key=places.__getitem__))
    return sha.hexdigest()


def _row(document: Document, go_aspects: Mapping[str, str]) -> Row:
    texts: dict[str, list[str]] = {"locus_type": [], "location": [], "family": []}
    aspects: set[AttributeValue | None] = set()
    said: set[int] = set()
    cited = False
    for line in document.statements:
        field = line.field
        if field == "go":
            told = line.attributes
            aspects.add(told.get("aspect") or go_aspects.get(line.key or "") or told.get("relation"))
        elif field in texts:
            texts[field].append(line.text)
        elif line.cited and field in _CITED_FIELDS:
            cited = True
        if field not in _NOT_TOLD:
            said.add(line.source)
    sources = [document.sources[place] for place in said]
    papers = [numbered.reference for numbered in document.references]
    return Row(
        document.symbol,
        tuple(texts["locus_type"]),
        tuple(texts["location"]),
        tuple(texts["family"]),
        _known_aspects(frozenset(aspects)) if aspects else (),
        tuple(sorted({source.provenance for source in sources})),
        tuple(sorted({source.name for source in sources})),
        cited,
        _bounded(document.papers),
        len({paper.pmid or paper.doi or fold_case(paper.title or f"{paper.n}") for paper in papers}),
        tuple(sorted({_bounded(paper.year) for paper in papers if paper.year})),
    )


@lru_cache(maxsize=256)
def _known_aspects(told: Iterable[AttributeValue | None]) -> tuple[str, ...]:
    """The aspects that are told as ``Process``, ``biological_process`` and the like, or by a relation."""
    words = [str(aspect).lower() for aspect in told]
    related = " ".join([*words, *[_RELATED[word] for word in words if word in _RELATED]])
    return tuple([aspect for aspect in ASPECTS if aspect in related])


def _bounded(number: int) -> int:
    return max(0, min(number, _GREATEST))


class _Terms(NamedTuple):
    """A column while it is made."""

    shown: list[str]
    """Each term, in order, in the spelling that most genes have."""
    held: list[tuple[int, ...]]
    """Of each gene the numbers of its terms, ascending."""


def _terms_of(rows: Sequence[Row]) -> Mapping[str, _Terms]:
    return {
        "locus_type": _column([tuple(map(_locus_type, row.locus_types)) for row in rows], fold_keyword),
        "go_aspect": _column([row.aspects for row in rows], fold_keyword),
        "provenance": _column([row.provenances for row in rows], fold_keyword),
        "source": _column([row.sources for row in rows], fold_keyword),
        "cited": _column([(CITED if row.cited else NOT_CITED,) for row in rows], fold_keyword),
        "chromosome": _column([_chromosomes(row.locations) for row in rows], natural),
        "location": _column([row.locations for row in rows], fold_keyword),
        "family": _families([row.families for row in rows]),
    }


@lru_cache(maxsize=1 << 10)
def _locus_type(text: str) -> str:
    return LOCUS_TYPES.get(fold_keyword(text), text)


def _column(values: Sequence[tuple[str, ...]], fold: Callable[[str], str]) -> _Terms:
    """Values that differ only in how they are written are one term, as a query under their field finds
    them; one without a letter or digit is none."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    keys: dict[tuple[str, ...], set[str]] = {}
    for own, genes in Counter(values).items():
        folded = {value: fold(value) for value in own if 0 < len(terms(value)) <= _MOST_WORDS}
        for value, key in folded.items():
            spelled[key][value] += genes
        keys[own] = set(folded.values())
    ordered = sorted(spelled)
    number = {key: place for place, key in enumerate(ordered)}
    numbers = {own: tuple(sorted([number[key] for key in each])) for own, each in keys.items()}
    return _Terms([_usual(spelled[key]) for key in ordered], [numbers[own] for own in values])


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def _families(values: Sequence[tuple[str, ...]]) -> _Terms:
    """A gene is of its families and of those whose whole name stands within theirs, as a phrase under
    ``family:`` finds it; a root symbol in brackets at the end is no part of a name."""
    spelled: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    distinct = Counter(values)
    for own, genes in distinct.items():
        for name in {ROOT_SYMBOL.sub("", value) for value in own}:
            spelled[tuple(terms(name))][name] += genes
    ordered = sorted(name for name in spelled if 0 < len(name) <= _MOST_WORDS)
    number = {name: place for place, name in enumerate(ordered)}
    within = lru_cache(maxsize=None)(partial(_names_within, number))
    held = {own: tuple(sorted(set().union(*map(within, own)))) for own in distinct}
    return _Terms([_usual(spelled[name]) for name in ordered], [held[own] for own in values])


def _names_within(number: Mapping[tuple[str, ...], int], text: str) -> set[int]:
    """The numbers of the names, as terms, that stand within a text."""
    words = terms(text)
    runs = (
        tuple(words[first:end])
        for first in range(len(words))
        for end in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1)
    )
    return {number[run] for run in runs if run in number}


def natural(text: str) -> str:
    """What sorts as people sort names: letters without case, digits as numbers."""
    return _DIGITS.sub(_measured, text.casefold())


def _measured(digits: re.Match[str]) -> str:
    number = digits[0].lstrip("0")
    return chr(48 + min(len(number), _GREATEST >> 16)) + number


class _Place(NamedTuple):
    """Where something lies; these sort as they lie."""

    chromosome: int
    arm: str = "z"
    """``p``, ``q``, or behind both where the source tells no more than the chromosome."""
    band: str = ""


_NOWHERE = _Place(len(_CHROMOSOMES))


@lru_cache(maxsize=1 << 14)
def _places(location: str) -> list[_Place]:
    """The places that a location names, in its order: ``Xq28 and Yq12`` are two."""
    found = []
    for match in _PLACE.finditer(location):
        chromosome, arm, band = match["chromosome"] or "MT", match["arm"] or "z", match["band"] or ""
        if chromosome not in _CHROMOSOMES:
            continue
        if arm == "cen":
            arm, band = "p", "~"  # behind all bands of the short arm
        elif band == "ter":
            band = "" if arm == "p" else "~"
        elif arm == "p":
            band = band.translate(_FROM_THE_END) + ":"  # 36.33 lies before 36.3, which may be anywhere in it
        found.append(_Place(_CHROMOSOMES.index(chromosome), arm, band))
    return found


def _chromosomes(locations: Sequence[str]) -> tuple[str, ...]:
    return tuple({_CHROMOSOMES[place.chromosome] for told in locations for place in _places(told)})


def _first_place(locations: Sequence[str]) -> _Place:
    """Where a gene lies, as the strongest source that tells a place has it."""
    return next((place for told in locations for place in _places(told)[:1]), _NOWHERE)
