"""How well sentences are split, beside well-kept libraries.

    python benchmarks/sentences.py ../shared

Reads ``sentence_boundaries.tsv``: for abstracts of ``gold/mentions`` (by PMID) and summaries of
``corpus/ncbi/gene_summary.gz`` (by NCBI Gene id) the code point at which each sentence after the first
begins, as a person read them.  ``sha256`` (its first 16 digits) tells whether the text is the one that was
read.  Texts were drawn with a seed and each once: ``hard`` ones with a chance that grows with the cube of
their share of places that are no plain end of a sentence (a stop after a short, dotted or bracketed word,
before anything but a capital, or without a blank), ``plain`` ones at random.

A boundary is right when the code point at which a sentence begins is the same; the beginning and the
end of the text, which nobody can miss, do not count.  A sentence is right when it begins and ends where it
should.

``sentence_disputed.tsv`` holds places in other texts of which ours and the peers were not of one opinion, one
a text, drawn with a seed, and whether a sentence begins there (1) or not (0), as a person judged: ``first``
those that helped to mend the rules, ``again`` those drawn and judged when the rules stood.

Speed is measured on all abstracts and summaries that fit ``--characters``, best of three, in one
process.  ``--errors`` prints what our own splitter does otherwise than the person.

Peers (in an environment of their own; one that is missing is left out)::

    pip install -r benchmarks/requirements-sentences.txt

Punkt is learned here from the texts (all but those that were labelled), as its published model is no package.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import importlib
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from index.sentences import split

HERE = Path(__file__).resolve().parent
LABELS = HERE / "sentence_boundaries.tsv"
DISPUTED = HERE / "sentence_disputed.tsv"
Splitter = Callable[[str], list[int]]
"""A text -> where its sentences begin."""


class Labelled:
    """A text and where a person saw its sentences begin, but for the first."""

    def __init__(self, corpus: str, key: str, drawn: str, text: str, starts: Sequence[int]) -> None:
        self.corpus, self.key, self.drawn, self.text = corpus, key, drawn, text
        self.starts = frozenset(starts)


def abstracts(shared: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((shared / "gold" / "mentions").glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                found = re.match(r"([0-9]+)\|a\|(.*)", line)
                if found:
                    texts.setdefault(found[1], found[2].rstrip("\r"))
    return texts


def summaries(shared: Path) -> dict[str, str]:
    path = shared / "corpus" / "ncbi" / "gene_summary.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        rows = (line.rstrip("\r\n").split("\t") for line in lines)
        return {row[1]: row[3] for row in rows if row[0] == "9606"}


def labelled(texts: dict[str, dict[str, str]]) -> list[Labelled]:
    return [
        Labelled(
            row["corpus"],
            row["id"],
            row["drawn"],
            _text(texts, row),
            [int(start) for start in row["starts"].split(",") if start],
        )
        for row in _rows(LABELS)
    ]


class Disputed(NamedTuple):
    text: str
    place: int
    begins: bool
    drawn: str

    def settles(self, starts: list[int]) -> bool:
        """Whether sentences that begin at ``starts`` agree with the person."""
        return (self.place in _settled(self.text, starts)) == self.begins


def disputed(texts: dict[str, dict[str, str]]) -> list[Disputed]:
    return [
        Disputed(_text(texts, row), int(row["place"]), row["begins"] == "1", row["drawn"])
        for row in _rows(DISPUTED)
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _text(texts: dict[str, dict[str, str]], row: dict[str, str]) -> str:
    text = texts[row["corpus"]].get(row["id"])
    if text is None or hashlib.sha256(text.encode()).hexdigest()[:16] != row["sha256"]:
        told = f"{row['corpus']} {row['id']}"
        sys.exit(f"{told}: the text is not the one that was labelled; take the corpus of that date")
    return text


def _starts(text: str, sentences: Iterator[str] | Sequence[str]) -> list[int]:
    """Where sentences begin that a library gives as strings, whatever it did to the white space."""
    places = [place for place, char in enumerate(text) if not char.isspace()]
    seen, starts = 0, []
    for sentence in sentences:
        length = sum(not char.isspace() for char in sentence)
        if length and seen < len(places):
            starts.append(places[seen])
        seen += length
    return starts


def _ours(_: list[str]) -> Splitter:
    return lambda text: [start for start, _ in split(text)]


def _pysbd(_: list[str]) -> Splitter:
    segmenter = _module("pysbd").Segmenter(language="en", clean=False)
    return lambda text: _starts(text, segmenter.segment(text))


def _syntok(_: list[str]) -> Splitter:
    analyze = _module("syntok.segmenter").analyze

    def starts(text: str) -> list[int]:
        return [sentence[0].offset for paragraph in analyze(text) for sentence in paragraph if sentence]

    return starts


def _segtok(_: list[str]) -> Splitter:
    split_single = _module("segtok.segmenter").split_single
    return lambda text: _starts(text, split_single(text))


def _blingfire(_: list[str]) -> Splitter:
    to_sentences = _module("blingfire").text_to_sentences
    return lambda text: _starts(text, to_sentences(text).split("\n"))


def _sentencex(_: list[str]) -> Splitter:
    segment = _module("sentencex").segment
    return lambda text: _starts(text, segment("en", text))


def _sentence_splitter(_: list[str]) -> Splitter:
    splitter = _module("sentence_splitter").SentenceSplitter(language="en")
    return lambda text: _starts(text, splitter.split(text))


def _spacy(_: list[str]) -> Splitter:
    nlp = _module("spacy").blank("en")
    nlp.max_length = 1 << 30
    nlp.add_pipe("sentencizer")
    return lambda text: [sentence.start_char for sentence in nlp(text).sents]


def _punkt(others: list[str]) -> Splitter:
    punkt = _module("nltk.tokenize.punkt")
    trainer = punkt.PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = True
    trainer.train("\n".join(others))
    tokenizer = punkt.PunktSentenceTokenizer(trainer.get_params())
    return lambda text: [start for start, _ in tokenizer.span_tokenize(text)]


def _module(name: str) -> Any:
    return importlib.import_module(name)


PEERS: dict[str, tuple[str | None, Callable[[list[str]], Splitter]]] = {
    "ours": (None, _ours),
    "pysbd": ("pysbd", _pysbd),
    "syntok": ("syntok", _syntok),
    "segtok": ("segtok", _segtok),
    "sentencex": ("sentencex", _sentencex),
    "sentence-splitter": ("sentence-splitter", _sentence_splitter),
    "blingfire": ("blingfire", _blingfire),
    "spacy sentencizer": ("spacy", _spacy),
    "nltk punkt, learned": ("nltk", _punkt),
}


class Score:
    def __init__(self) -> None:
        self.right = self.given = self.true = self.sentences = self.exact = 0

    def add(self, label: Labelled, starts: list[int]) -> None:
        given = _settled(label.text, starts) - {_first(label.text)}
        self.right += len(given & label.starts)
        self.given += len(given)
        self.true += len(label.starts)
        self.sentences += len(label.starts) + 1
        self.exact += len(_spans(label.text, given) & _spans(label.text, label.starts))

    def row(self) -> str:
        precision, recall = self.right / max(1, self.given), self.right / max(1, self.true)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        shares = (precision, recall, f1, self.exact / max(1, self.sentences))
        return " | ".join(f"{100 * share:.1f}" for share in shares)


def _first(text: str) -> int:
    return len(text) - len(text.lstrip())


def _settled(text: str, starts: list[int]) -> set[int]:
    """Where sentences begin, behind the white space that some peers count to the next one."""
    return {place + _first(text[place:]) for place in starts}


def _spans(text: str, starts: set[int] | frozenset[int]) -> set[tuple[int, int]]:
    places = sorted({_first(text), *starts})
    return set(zip(places, [*places[1:], len(text)], strict=True))


def _speed(splitter: Splitter, texts: list[str]) -> float:
    """Characters a second, best of three."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        for text in texts:
            splitter(text)
        best = min(best, time.perf_counter() - begun)
    return sum(map(len, texts)) / best


def _errors(labels: list[Labelled], places: list[Disputed]) -> None:
    for label in labels:
        given = {start for start, _ in split(label.text)} - {_first(label.text)}
        for place in sorted(given ^ label.starts):
            _tell(label.text, place, place in given, f"{label.corpus} {label.key}")
    for one in places:
        if not one.settles([start for start, _ in split(one.text)]):
            _tell(one.text, one.place, not one.begins, "disputed")


def _tell(text: str, place: int, given: bool, where: str) -> None:
    kind = "too many" if given else "missed"
    around = f"{text[max(0, place - 40) : place]}|{text[place : place + 30]}"
    sys.stdout.write(f"{kind}: {where} at {place}: {around}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--characters", type=int, default=1_000_000, help="how much text speed is measured on"
    )
    parser.add_argument("--errors", action="store_true", help="what ours does otherwise than the person")
    arguments = parser.parse_args()
    texts = {"abstract": abstracts(arguments.shared), "summary": summaries(arguments.shared)}
    labels = labelled(texts)
    if arguments.errors:
        _errors(labels, disputed(texts))
        return
    warnings.simplefilter("ignore")
    _print(labels, disputed(texts), texts, arguments.characters)


def _print(
    labels: list[Labelled],
    places: list[Disputed],
    texts: dict[str, dict[str, str]],
    characters: int,
) -> None:
    known = {label.text for label in labels} | {one.text for one in places}
    others = sorted({text for kept in texts.values() for text in kept.values()} - known)
    step = max(1, sum(map(len, others)) // characters)
    sets = {f"{corpus}, {drawn}": 0 for drawn in ("hard", "plain") for corpus in texts}
    for label in labels:
        sets[f"{label.corpus}, {label.drawn}"] += len(label.starts) + 1
    told = "; ".join(f"{name}: {count}" for name, count in sets.items())
    sys.stdout.write(f"{sum(sets.values())} sentences, {sum(len(label.starts) for label in labels)}")
    sys.stdout.write(f" boundaries between them ({told}); {len(places)} disputed places\n\n")
    columns = ("splitter", "precision", "recall", "F1", "sentences right", "plain only: F1", "disputed right")
    sys.stdout.write(f"| {' | '.join(columns)} | disputed again | MB/s |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
    for name, (package, make) in PEERS.items():
        try:
            told = f"{name} {version(package)}" if package else name
            splitter = make(others[::10])
        except (ImportError, PackageNotFoundError):
            sys.stdout.write(f"| {name} | not installed |\n")
            continue
        score, plain = Score(), Score()
        for label in labels:
            starts = splitter(label.text)
            score.add(label, starts)
            if label.drawn == "plain":
                plain.add(label, starts)
        right = [
            100 * sum(one.settles(splitter(one.text)) for one in drawn) / len(drawn)
            for drawn in ([one for one in places if one.drawn == which] for which in ("first", "again"))
        ]
        speed = _speed(splitter, others[::step]) / 1e6
        sys.stdout.write(f"| {told} | {score.row()} | {plain.row().split(' | ')[2]}")
        sys.stdout.write(f" | {right[0]:.1f} | {right[1]:.1f} | {speed:.2f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
