"""The associations of a Harmonizome gene page: its sentence and its dataset table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from index.parsing.plain_text import one_line
from index.records import Dataset

CATEGORIES = (
    "cell line, cell type or tissue",
    "chemical",
    "disease, phenotype or trait",
    "functional term, phrase or reference",
    "gene, protein or microRNA",
    "molecular profile",
    "organism",
    "sequence feature",
    "structural feature",
)
"""Harmonizome's names for kinds of attribute; some hold the comma that also parts the list."""

_MARK = "functional associations"

_SENTENCE = re.compile(
    r"(?P<symbol>\S{1,60}) has (?:a total of )?(?P<associations>[0-9][0-9,]{0,15}) functional associations? "
    r"with biological entities spanning (?P<categories>[0-9]{1,4}) categor(?:y|ies) "
    r"\((?P<names>.{0,2000}?)\) extracted from (?P<datasets>[0-9][0-9,]{0,8}) datasets?\.?"
)
_PLACES_TRIED = 20
_WHOLE = 3000
"""Characters in which the sentence must end, from where it begins."""


class Associations(Struct, frozen=True):
    sentence: str
    symbol: str
    associations: int
    categories: int
    datasets: int
    category_names: str
    """As they stand, joined by commas."""


class DatasetRow(Struct, frozen=True):
    """A row of the dataset table: ``Dataset | Summary | |``."""

    cells: tuple[str, ...]
    line: int | None


def find_sentence(text: str) -> Associations | None:
    """The sentence ``SYM has N functional associations …`` in a text, None when it is not there."""
    place = text.find(_MARK)
    for _ in range(_PLACES_TRIED):
        if place < 0:
            break
        if match := _SENTENCE.search(one_line(text[max(0, place - 120) : place + _WHOLE])):
            return _associations(match)
        place = text.find(_MARK, place + 1)
    return None


def _associations(match: re.Match[str]) -> Associations:
    return Associations(
        match[0],
        match["symbol"],
        int(match["associations"].replace(",", "")),
        int(match["categories"]),
        int(match["datasets"].replace(",", "")),
        match["names"],
    )


def category_names(listed: str, count: int) -> tuple[str, ...] | None:
    """The categories of a comma-separated list, None when they are not ``count``.

    A known name is taken whole; an unknown one ends at its first comma.
    """
    names: list[str] = []
    rest = listed.strip()
    while rest:
        known = next((name for name in CATEGORIES if re.match(re.escape(name) + r"(?:,|$)", rest)), None)
        name = known or rest.split(",", 1)[0]
        names.append(name.strip())
        rest = rest[len(name) :].removeprefix(",").strip()
    return tuple(names) if len(names) == count else None


_SYMBOL = r"(?=[^\sA-Z0-9]*+[A-Z0-9])(\S++)"
"""A word with a capital or a digit, read once."""
_NAMED_GENE = re.compile(rf"(?<!\S){_SYMBOL} (?:gene/protein|gene|protein)\b")
_NAMED_LAST = re.compile(rf"(?<!\S)(?:containing|for|with|of|by) {_SYMBOL}$")
_LONGEST_ROW = 2000


def symbol_of(row: DatasetRow) -> str | None:
    """The gene that a dataset row speaks of, None where its words do not tell."""
    told = _head(row)
    if told is None:
        return None
    match = _NAMED_GENE.search(told) or _NAMED_LAST.search(told)
    return match[1] if match else None


def names_gene(row: DatasetRow, symbol: str) -> bool:
    told = _head(row)
    return told is not None and _gene(symbol).search(told) is not None


def majority_symbol(rows: Iterable[DatasetRow]) -> str | None:
    """The symbol that most dataset rows name, the earliest of equals."""
    counted = Counter(symbol for symbol in map(symbol_of, rows) if symbol)
    return max(counted, key=counted.__getitem__) if counted else None


def dataset(row: DatasetRow, symbol: str | None) -> Dataset:
    """The row as (dataset, relation): the rest of its words are the same for every gene."""
    name = row.cells[0]
    raw = " | ".join(cell for cell in row.cells[1:] if cell)
    told = _head(row)
    gene = symbol if symbol and names_gene(row, symbol) else symbol_of(row)
    if told is None or gene is None or len(row.cells) > 3:
        return Dataset(name, None, raw)
    return Dataset(name, _relation(told, gene) or None, raw)


def _head(row: DatasetRow) -> str | None:
    """What the row says before ``from the … dataset.``, None where it has no such end.

    The name in that end is not compared: it often differs from the first column (``the
    curated``, ``Assocation``, ``Annotations2025``).
    """
    summary = row.cells[1] if len(row.cells) > 1 else ""
    told, found, tail = summary.rpartition(" from the ")
    fits = found and len(summary) <= _LONGEST_ROW and re.search(r"\S datasets?\.?$", tail)
    return told if fits else None


def _gene(symbol: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(symbol)}(?: (gene/protein|gene|protein)\b|(?=$|[\s,]))")


def _relation(told: str, symbol: str) -> str:
    """``tissues with high or low expression of MT1H gene relative to other tissues`` as
    ``tissues with high or low expression``: without the gene and what it is compared with."""
    text = re.sub(r" relative to other .*$", "", told)
    gene = _gene(symbol)
    text = re.sub(rf" (?:of|for) {gene.pattern}", "", text, count=1)
    text = re.sub(rf"{gene.pattern}(?= (?:mutations|knockdown|knockout)\b)", r"\1", text, count=1)
    return one_line(gene.sub(lambda match: "the " + (match[1] or "gene").replace("/", " or "), text, count=1))
