"""What benchmarks/fit_mentions.py fits on: how often names stand in prose, and marked documents, read as the
annotator reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from benchmarks.mentions_gold import Marked
from index.analysis import GREEK
from index.mentions.context import page_words, sentence_words
from index.mentions.finding import Finder
from index.mentions.reading import LISTED, PREFIXED, Reading, read
from index.mentions.scanning import Raw, Scanner
from index.mentions.species import ends_of, last_before, page_tells
from index.mentions.vocabulary import VARIANT, Vocabulary
from index.sentences import split

ENGLISH = Path(__file__).with_name("english_words.txt")
"""Words of daily life, some of which are also symbols."""
KINDS_OF_FULL_NAMES = (1,)
SOMETIMES, OFTEN = 15, 400
"""How often a word stands in prose."""

Counts = dict[str, tuple[int, int, int, int]]


class Read(Struct):
    """A document with its sentences as they are fitted."""

    marked: Marked
    starts: list[int]
    raws: list[Raw]
    genes: list[list[bool]]
    """Of each place in each sentence, whether it is marked as a gene."""
    human: list[list[bool | None]]
    """Whether that gene is human; None where no gene is marked."""
    ids: list[list[frozenset[str]]]
    wanted: frozenset[str]
    """Human genes that are marked in the document, as ids of the index."""


def background(
    vocabulary: Vocabulary,
    prose: Iterable[tuple[str, str]],
    definitions: Iterable[str],
    texts: Iterable[str] = (),
) -> tuple[Counts, list[str]]:
    """How often each name stands in prose, and the names that in small letters are plain words, there and in
    ``texts``."""
    finder = Finder(vocabulary.keys, vocabulary.heads, frozenset())
    counts: dict[str, list[int]] = {}
    words: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for own, text in [*dict.fromkeys(prose), *(("", one) for one in definitions)]:
        reading = read(text)
        _count(reading, words, others)
        for found in finder.find(reading):
            if found.form <= PREFIXED:
                told = counts.setdefault(found.key, [0, 0, 0, 0])
                if not own:
                    told[3] += 1
                    continue
                told[0 if text[found.start + 1 : found.end].islower() else 1] += 1
                told[2] += any(vocabulary.genes[gene] == own for gene, _, _ in vocabulary.keys[found.key])
    for text in texts:
        _count(read(text), words, others)
    words.update(dict.fromkeys(ENGLISH.read_text(encoding="utf-8").split(), OFTEN))
    common = [
        word
        for word, count in sorted(words.items())
        if word in vocabulary.keys and word.isalpha() and _is_plain(vocabulary, word, count, others[word])
    ]
    kept: Counts = {key: (a, b, c, d) for key, (a, b, c, d) in sorted(counts.items()) if a + b + d > 1}
    return kept, common


def _count(reading: Reading, words: Counter[str], others: Counter[str]) -> None:
    """Count runs in small letters, and those that have a capital behind their first letter."""
    for run, (start, end) in zip(reading.runs, reading.spans, strict=True):
        if reading.text[start:end].islower():
            words[run] += 1
        elif not reading.text[start + 1 : end].islower():
            others[run] += 1


_PROTEIN_LIKE = re.compile(r"(?:in|ase|gen|kine|tide|some)s?$")


def _is_plain(vocabulary: Vocabulary, word: str, small: int, other: int) -> bool:
    """Whether a name that stands in prose so often, in small letters and otherwise, is a word there: unless
    it is a gene's full name (insulin), ends as proteins do or is a Greek letter's (tau)."""
    if any(kind % VARIANT in KINDS_OF_FULL_NAMES for _, kind, _ in vocabulary.keys[word]):
        return False
    if word in GREEK.values() or small <= 3 * other:
        return False
    return small >= (OFTEN if len(word) > 4 and _PROTEIN_LIKE.search(word) else SOMETIMES)


def read_documents(documents: Iterable[Marked], scanner: Scanner, by_ncbi: Mapping[str, str]) -> list[Read]:
    return [_read(marked, scanner, by_ncbi) for marked in documents]


def _read(marked: Marked, scanner: Scanner, by_ncbi: Mapping[str, str]) -> Read:
    bounds = split(marked.text)
    wanted = frozenset(by_ncbi[gene] for gene in marked.genes if gene in by_ncbi)
    made = Read(marked, [start for start, _ in bounds], [], [], [], [], wanted)
    marks = [mark for mark in marked.marks if mark.type == "Gene"]
    for begin, stop in bounds:
        raw = scanner.raw(marked.text[begin:stop])
        made.raws.append(raw)
        genes, human, ids = [], [], []
        for found in raw.found:
            start, end = begin + found.start, begin + found.end
            over = [
                mark
                for mark in marks
                if mark.start < end
                and mark.end > start
                and (
                    found.form >= LISTED
                    or 2 * (min(end, mark.end) - max(start, mark.start))
                    >= max(end - start, mark.end - mark.start)
                )
            ]
            told = frozenset().union(*[mark.genes for mark in over])
            genes.append(bool(over))
            human.append(any(gene in by_ncbi for gene in told) if told else None)
            ids.append(frozenset(by_ncbi[gene] for gene in told if gene in by_ncbi))
        made.genes.append(genes)
        made.human.append(human)
        made.ids.append(ids)
    return made


def origin_features(document: Read) -> Iterator[list[str]]:
    """Of each place, in order, with those of its sentence and of the document."""
    told = [raw.species for raw in document.raws]
    page = set(page_tells(told)).union(*[page_words(raw.reading.runs) for raw in document.raws])
    for earlier, raw in zip(ends_of(told), document.raws, strict=True):
        sentence = sorted(sentence_words(raw.reading.runs, raw.species))
        for found, own in zip(raw.found, raw.origin, strict=True):
            last = last_before(raw.species, earlier, found.first)
            yield [*sorted(page), *sentence, *own, f"l{last}"]
