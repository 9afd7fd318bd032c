"""Stock Whoosh: its StemmingAnalyzer for prose, its StandardAnalyzer for symbols and aliases.

Highlights are of all six fields. Its usual search for the best ten leaves good documents out; the collector
here is told to look at all, as ``limit=None`` would, and keeps ten.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.corpus import FIELDS, read_plain
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import Query

whoosh = importlib.import_module("whoosh")  # has no types
_analysis = importlib.import_module("whoosh.analysis")
_collectors = importlib.import_module("whoosh.collectors")
_fields = importlib.import_module("whoosh.fields")
_index = importlib.import_module("whoosh.index")
_parsing = importlib.import_module("whoosh.qparser")

TOP = 10
_MEMORY_MB = 512
_NAMES = ("symbol", "aliases")


class Whoosh:
    modes: tuple[Mode, ...] = ("stored", "marked")

    def __init__(self) -> None:
        self._searcher: Any = None
        self._parser: Any = None

    def version(self) -> str:
        return ".".join(map(str, whoosh.__version__))

    def build(self, documents: Path, folder: Path) -> None:
        texts = {}
        for field in FIELDS:
            analyzer = _analysis.StandardAnalyzer() if field in _NAMES else _analysis.StemmingAnalyzer()
            texts[field] = _fields.TEXT(stored=True, analyzer=analyzer)
        writer = _index.create_in(folder, _fields.Schema(id=_fields.ID(stored=True), **texts)).writer(
            limitmb=_MEMORY_MB
        )
        for one in read_plain(documents):
            lists = {field: "\n".join(getattr(one, field)) for field in FIELDS[1:]}
            writer.add_document(id=one.id, symbol=one.symbol, **lists)
        writer.commit(optimize=True)

    def open(self, folder: Path) -> None:
        index = _index.open_dir(folder)
        self._searcher = index.searcher()
        self._parser = _parsing.MultifieldParser(list(FIELDS), index.schema)
        self._parser.add_plugin(_parsing.FuzzyTermPlugin())

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        text = query.text
        return lambda mode: self._ask(text, mode)

    def _ask(self, text: str, mode: Mode) -> int:
        collector = _collectors.TopCollector(TOP, usequality=False)
        collector.replace = 0
        query = self._parser.parse(text)
        self._searcher.search_with_collector(query, collector)
        hits = collector.results()
        for hit in hits:
            hit.fields()
            if mode == "marked":
                for field in FIELDS:
                    hit.highlights(field)
        return len(hits)


ENGINE = Whoosh()
