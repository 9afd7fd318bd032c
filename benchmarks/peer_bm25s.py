"""bm25s: Snowball stems, all fields as one text, the numba backend.

It scores bags of words, any of which may match; it knows no phrase, operator or prefix, and marks nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.corpus import read_plain
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import Query

bm25s = importlib.import_module("bm25s")  # has no types
importlib.import_module("numba")
_STEMMER = importlib.import_module("Stemmer").Stemmer("english")

TOP = 10


class Bm25s:
    modes: tuple[Mode, ...] = ("stored",)

    def __init__(self) -> None:
        self._index: Any = None

    def version(self) -> str:
        return str(bm25s.__version__)

    def build(self, documents: Path, folder: Path) -> None:
        stored = [msgspec.structs.asdict(one) for one in read_plain(documents)]
        texts = [
            "\n".join([d["symbol"], *d["names"], *d["aliases"], *d["families"], *d["summary"], *d["go"]])
            for d in stored
        ]
        index = bm25s.BM25(backend="numba")
        index.index(self._terms(texts), show_progress=False)
        index.save(str(folder), corpus=stored, show_progress=False)

    def open(self, folder: Path) -> None:
        self._index = bm25s.BM25.load(str(folder), load_corpus=True, mmap=True)
        self._index.backend = "numba"
        self._index.activate_numba_scorer()

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        if query.form != "words":
            return None
        text = " ".join(query.words)
        return lambda mode: self._ask(text)

    def _ask(self, text: str) -> int:
        terms = self._terms([text], ids=False)
        documents, scores = self._index.retrieve(terms, k=TOP, show_progress=False)
        _ = [document["symbol"] for document in documents[0]]
        return int((scores[0] > 0).sum())

    def _terms(self, texts: list[str], ids: bool = True) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=_STEMMER, return_ids=ids, show_progress=False)


ENGINE = Bm25s()
