"""tantivy: stems in prose, its default tokenizer for symbols and aliases.

It writes with two threads and a large heap. Documents are handed over as lines of JSON, its quickest way in
from Python. Snippets are made of all six fields, and once more of the summary alone. Prefixes and fuzzy
words go through its automata; a wildcard has only regular expressions. Of these three kinds it marks
nothing.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.corpus import FIELDS, PLAIN
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import NEAR, Query

tantivy = importlib.import_module("tantivy")  # has no types

TOP = 10
HEAP = 1_000_000_000
THREADS = 2
_NAMES = ("symbol", "aliases")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9][\w-]*")


class Tantivy:
    modes: tuple[Mode, ...] = ("stored", "marked", "marked in one field")

    def __init__(self) -> None:
        self._index: Any = None
        self._searcher: Any = None

    def version(self) -> str:
        return str(tantivy.__version__).removeprefix("tantivy ").partition(",")[0].lstrip("v")

    def build(self, documents: Path, folder: Path) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in FIELDS:
            tokenizer = "default" if field in _NAMES else "en_stem"
            schema.add_text_field(field, stored=True, tokenizer_name=tokenizer)
        writer = tantivy.Index(schema.build(), path=str(folder)).writer(HEAP, THREADS)
        with (documents / PLAIN).open(encoding="utf-8") as lines:
            for line in lines:
                writer.add_json(line)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        parsing = self._parsing(query)
        return lambda mode: self._ask(parsing(), mode)

    def _parsing(self, query: Query) -> Callable[[], Any]:
        fields, parse = list(FIELDS), self._index.parse_query
        if query.form == "prefix":
            within = dict.fromkeys(fields, (True, 0, True))  # any end, no edit
            return lambda: parse(query.words[0].lower(), fields, fuzzy_fields=within)
        if query.form == "fuzzy":
            edited = dict.fromkeys(fields, (False, 1, True))
            return lambda: parse(query.words[0], fields, fuzzy_fields=edited)
        if query.form == "wildcard":
            pattern = query.words[0].lower().replace("*", ".*").replace("?", ".")
            return lambda: self._any_field(pattern)
        text = _translated(query)
        return lambda: parse(text, fields, conjunction_by_default=True)

    def _any_field(self, pattern: str) -> Any:
        schema, either = self._index.schema, tantivy.Occur.Should
        return tantivy.Query.boolean_query(
            [(either, tantivy.Query.regex_query(schema, field, pattern)) for field in FIELDS]
        )

    def _ask(self, query: Any, mode: Mode) -> int:
        searcher = self._searcher
        hits = searcher.search(query, TOP).hits
        fields = {"stored": (), "marked": FIELDS, "marked in one field": ("summary",)}[mode]
        schema = self._index.schema
        snippets = [tantivy.SnippetGenerator.create(searcher, query, schema, field) for field in fields]
        for _, address in hits:
            document = searcher.doc(address)
            document.to_dict()
            for made in snippets:
                snippet = made.snippet_from_doc(document)
                snippet.fragment()
                _ = [(span.start, span.end) for span in snippet.highlighted()]
        return len(hits)


def _translated(query: Query) -> str:
    words = [word if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in query.words]
    joined = " ".join(query.words)
    return {
        "and": " AND ".join(words),
        "not": " NOT ".join(words),
        "phrase": f'"{joined}"',
        "near": f'"{joined}"~{NEAR}',
    }.get(query.form, " ".join(words))


ENGINE = Tantivy()
