"""Sets of questions about a topic, each with the genes that answer it: pathways, hallmarks, diseases.

A set is read from published files at every run; nothing of them is kept. Its questions are numbered from 1
as the lines of their file are, those of diseases in the order of their identifiers, and what is tuned may
look at the even numbers alone.

Diseases are paired with genes that are annotated in the same title of a BioRED abstract. BioRED's own
relations, which a person judged, are not in its PubTator file of mentions, so this stands in for them: a
title that names both is mostly about the two, but nobody said so, and some deny it. The corpus holds no
diseases apart from what its summaries and names say of them; a set made of these would ask for the words
that it searches, so there is no second one.
"""

from __future__ import annotations

import csv
import gzip
import html
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

Measure = Literal["first", "owners", "suggested", "ndcg"]
"""How a question's answer is scored, see benchmarks.relevance_scoring."""

KEGG = "enrichr.KEGG_2016.gmt"
HALLMARK = "h.all.v7.0.symbols.gmt"
BIORED = "BioRED_TrainDev.PubTator.gz"
MOST_GENES = 10
"""A disease with more is left out."""
_KEGG_END = re.compile(r" Homo sapiens hsa\d+$")
_BROAD = frozenset({"cancer", "cancers", "tumor", "tumors", "tumour", "tumours", "neoplasm", "neoplasms"})
"""Names that stand for any cancer."""
_LEAST_LETTERS = 5
_SYMBOL = re.compile(r"(?=.*[A-Z0-9])[A-Za-z][A-Za-z0-9-]{1,9}")
"""What looks like a symbol as a text writes it."""


class Case(Struct, frozen=True):
    """A question and the ids of the genes that answer it."""

    line: int
    query: str
    wanted: tuple[str, ...]
    kind: str = ""
    """What was done to a name."""


class Questions(Struct, frozen=True):
    """A set."""

    key: str
    title: str
    measure: Measure
    cases: tuple[Case, ...]
    goal: float | None = None
    """The mean that is wanted."""
    over_best: float | None = None
    """Or how many times the best peer's."""
    note: str = ""


class Approved(Struct, frozen=True):
    """HGNC's approved genes, read anew, so that a mistake of the index's reader shows."""

    ids: Mapping[str, str]
    """Symbol -> id."""
    full: Mapping[str, str]
    """Id -> approved name."""
    other: Mapping[str, tuple[str, ...]]
    """Id -> its previous names and its other names in words."""
    earlier: Mapping[str, frozenset[str]]
    """Previous symbol -> ids."""
    entrez: Mapping[str, str]
    """NCBI Gene id -> id."""

    def member(self, symbol: str) -> str | None:
        """The id of a gene set's member: of its symbol, else of the one gene that bore it before."""
        former = self.earlier.get(symbol, frozenset())
        return self.ids.get(symbol) or (next(iter(former)) if len(former) == 1 else None)


def read_approved(corpus: Path) -> Approved:
    """
    Raises:
        SystemExit: the folder does not hold exactly one complete set.
    """
    ids: dict[str, str] = {}
    full: dict[str, str] = {}
    other: dict[str, tuple[str, ...]] = {}
    entrez: dict[str, str] = {}
    earlier: dict[str, set[str]] = defaultdict(set)
    for row in rows(only(corpus, "hgnc_complete_set.*")):
        gene = row["hgnc_id"]
        ids[row["symbol"]] = gene
        full[gene] = html.unescape(row["name"])
        told = (*row["prev_name"].split("|"), *row["alias_name"].split("|"))
        other[gene] = tuple(html.unescape(name) for name in told if name)
        if row["entrez_id"]:
            entrez[row["entrez_id"]] = gene
        for symbol in filter(None, row["prev_symbol"].split("|")):
            earlier[symbol].add(gene)
    return Approved(ids, full, other, {one: frozenset(found) for one, found in earlier.items()}, entrez)


def only(folder: Path, pattern: str) -> Path:
    """
    Raises:
        SystemExit: the folder does not hold exactly one such file.
    """
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} files {pattern}, where one is wanted")
    return found[0]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Of a table with a head, which may begin with ``#``."""
    yield from csv.DictReader((line.removeprefix("#") for line in _lines(path)), delimiter="\t")


def _lines(path: Path) -> Iterator[str]:
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8", newline="") as stream:
        yield from stream


def kegg(gold: Path, approved: Approved) -> Questions:
    cases = _gene_sets(only(gold, KEGG), approved, lambda name: _KEGG_END.sub("", name))
    return Questions("kegg", "KEGG 2016 pathway", "ndcg", cases, goal=0.51)


def hallmark(gold: Path, approved: Approved) -> Questions:
    cases = _gene_sets(
        only(gold, HALLMARK), approved, lambda name: name.removeprefix("HALLMARK_").replace("_", " ")
    )
    return Questions("hallmark", "Hallmark set", "ndcg", cases, goal=0.32)


def _gene_sets(path: Path, approved: Approved, asked: Callable[[str], str]) -> tuple[Case, ...]:
    cases = []
    for line, row in enumerate(_lines(path), 1):
        name, _, *members = row.rstrip("\n").split("\t")
        known = {approved.member(one.partition(",")[0]) for one in members if one}
        wanted = tuple(sorted(one for one in known if one))
        if wanted:
            cases.append(Case(line, asked(name), wanted))
    return tuple(cases)


class _Mention(Struct, frozen=True):
    start: int
    text: str
    kind: str
    ids: tuple[str, ...]


class _Abstract(Struct):
    title: str = ""
    mentions: list[_Mention] = []

    @property
    def in_title(self) -> list[_Mention]:
        return [one for one in self.mentions if one.start < len(self.title)]


def _abstracts(path: Path) -> list[_Abstract]:
    """PubTator: ``id|t|title``, ``id|a|abstract``, then a line for each mention, offsets over both."""
    found: dict[str, _Abstract] = defaultdict(_Abstract)
    for line in _lines(path):
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 6 and cells[1].isdigit():
            number, start, _, text, kind, ids = cells
            found[number].mentions.append(_Mention(int(start), text, kind, tuple(ids.split(","))))
        elif line.count("|", 0, 16) >= 2:
            number, part, text = line.rstrip("\n").split("|", 2)
            if part == "t":
                found[number].title = text
    return list(found.values())


class _Diseases(Struct, frozen=True):
    names: Mapping[str, str]
    """Identifier -> how a text calls it most often, in full."""
    genes: Mapping[str, frozenset[str]]
    """Identifier -> the ids of the genes in the same titles."""
    written: Mapping[str, str]
    """Gene id -> its symbol as texts write it most often."""


def _diseases(path: Path, entrez: Mapping[str, str]) -> _Diseases:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    genes: dict[str, set[str]] = defaultdict(set)
    for abstract in _abstracts(path):
        for mention in abstract.mentions:
            if mention.kind == "Disease" and len(mention.ids) == 1 and _is_long_form(mention.text):
                names[mention.ids[0]][mention.text] += 1
            if mention.kind == "Gene" and len(mention.ids) == 1 and _SYMBOL.fullmatch(mention.text):
                written[entrez.get(mention.ids[0], "")][mention.text] += 1
        titled = abstract.in_title
        together = {entrez[one] for one in _ids(titled, "Gene") if one in entrez}
        for disease in _ids(titled, "Disease"):
            genes[disease] |= together
    return _Diseases(
        {disease: _commonest(counts) for disease, counts in names.items()},
        {disease: frozenset(found) for disease, found in genes.items() if found},
        {gene: _commonest(counts) for gene, counts in written.items() if gene},
    )


def _ids(mentions: Iterable[_Mention], kind: str) -> set[str]:
    return {one for mention in mentions if mention.kind == kind for one in mention.ids if one != "-"}


def _is_long_form(text: str) -> bool:
    """Whether it is a name and not an abbreviation of one: small letters prevail in one of its words."""
    letters = sum(map(str.isalpha, text))
    return letters >= _LEAST_LETTERS and any(
        sum(map(str.islower, word)) > sum(map(str.isalpha, word)) / 2 and len(word) >= _LEAST_LETTERS
        for word in re.split(r"[\s-]+", text)
    )


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda text: (-counts[text], text))


def diseases(gold: Path, approved: Approved) -> tuple[Questions, Questions]:
    """Names of diseases, and symbols with them; of the latter the gene itself is to come first."""
    found = _diseases(only(gold, BIORED), approved.entrez)
    asked = [
        (found.names[disease], genes)
        for disease, genes in sorted(found.genes.items())
        if disease in found.names and _is_narrow(found.names[disease], genes)
    ]
    alone = [(name, tuple(sorted(genes))) for name, genes in asked]
    beside = [
        (f"{found.written[gene]} {name}", (gene,))
        for name, genes in asked
        for gene in sorted(genes)
        if gene in found.written
    ]
    note = (
        f"{len(asked)} diseases, {sum(len(genes) == 1 for _, genes in asked)} with one gene: a stand-in,"
        " genes named in the same titles, for BioRED's relations, which the file lacks"
    )
    return (
        Questions("disease", "disease (title pairs)", "ndcg", _numbered(alone), over_best=1.4, note=note),
        Questions(
            "symbol-topic",
            "symbol and disease (title pairs)",
            "first",
            _numbered(beside),
            note="of the same pairs",
        ),
    )


def _is_narrow(name: str, genes: Collection[str]) -> bool:
    return len(genes) <= MOST_GENES and name.lower() not in _BROAD


def _numbered(asked: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Case, ...]:
    return tuple(Case(line, query, wanted) for line, (query, wanted) in enumerate(asked, 1))
