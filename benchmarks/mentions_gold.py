"""Marked texts in PubTator's format, and what of the index they are measured with."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from index.documents import Document
from index.generations import current_generation
from index.mentions.vocabulary import Vocabulary, prepare
from index.naming import GeneNames
from index.papers import PaperCount
from index.records import HUMAN
from index.store import RecordStore

_TEXT = re.compile(r"(\d+)\|([ta])\|(.*)")
_SPECIES = re.compile(r"\(tax:\d+\)", re.IGNORECASE)


class Mark(Struct, frozen=True):
    start: int
    end: int
    text: str
    type: str
    genes: frozenset[str]
    """NCBI Gene ids."""


class Marked(Struct, frozen=True):
    """A document with its marks."""

    corpus: str
    pmid: str
    text: str
    """Title and abstract, a blank between: what the offsets of marks count in."""
    marks: tuple[Mark, ...]

    @property
    def even(self) -> bool:
        """By PubMed ID, so that a paper in two corpora is in one half."""
        return int(self.pmid) % 2 == 0

    @property
    def genes(self) -> frozenset[str]:
        """NCBI Gene ids of what is marked as a gene, of whatever species."""
        return frozenset().union(*[mark.genes for mark in self.marks if mark.type == "Gene"])


def read_marked(folder: Path) -> list[Marked]:
    """Every document of the files ``*.PubTator.gz``, in their order."""
    found = []
    for file in sorted(folder.glob("*.PubTator.gz")):
        corpus = file.name.partition("_")[0]
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            blocks = lines.read().split("\n\n")
        found += [one for block in blocks if (one := _marked(corpus, block)) is not None]
    if not found:
        raise SystemExit(f"no file *.PubTator.gz in {folder}")
    return found


def _marked(corpus: str, block: str) -> Marked | None:
    parts: dict[str, str] = {}
    marks = []
    pmid = ""
    for line in block.split("\n"):
        if told := _TEXT.fullmatch(line):
            pmid = told[1]
            parts[told[2]] = told[3]
        elif line.count("\t") >= 4:
            _, start, end, text, kind, *rest = line.split("\t")
            ids = (
                re.findall(r"\d+", _SPECIES.sub("", rest[0]))
                if rest and kind in ("Gene", "FamilyName")
                else []
            )
            marks.append(Mark(int(start), int(end), text, kind, frozenset(ids)))
    if "t" not in parts:
        return None
    return Marked(corpus, pmid, parts["t"] + " " + parts.get("a", ""), tuple(marks))


class Known(Struct):
    """What an index knows of genes."""

    vocabulary: Vocabulary
    by_ncbi: dict[str, str]
    """NCBI Gene id of each human gene -> its id in the index."""
    prose: list[tuple[str, str]]
    """Sentences that tell about a gene, with its id."""


def known(index_dir: Path) -> Known:
    names: list[GeneNames] = []
    counts: list[PaperCount] = []
    by_ncbi: dict[str, str] = {}
    prose: list[tuple[str, str]] = []
    for document in documents(index_dir):
        if document.taxon != HUMAN:
            continue
        names.append(GeneNames(document.id, document.taxon, document.symbol, document.names))
        counts.append(PaperCount(document.papers, document.popularity))
        for namespace, value in document.identifiers:
            if namespace == "ncbigene":
                by_ncbi.setdefault(value, document.id)
        prose += [
            (document.id, line.text)
            for line in document.statements
            if line.field in ("summary", "description")
        ]
    return Known(prepare(names, counts), by_ncbi, prose)


def documents(index_dir: Path) -> Iterator[Document]:
    generation = current_generation(index_dir)
    if generation is None:
        raise SystemExit(f"no index in {index_dir}")
    store = RecordStore(generation)
    for number in range(store.genes):
        yield store.document(number)
