"""Xapian: English stems, its own term generator and query parser, ``MSet.snippet`` of all six fields.

Debian's module is only for Debian's own Python version; it is looked for where Debian puts it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.corpus import FIELDS, read_plain
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import NEAR, Query

_DEBIAN = "/usr/lib/python3/dist-packages"


def _module() -> Any:
    try:
        return importlib.import_module("xapian")
    except ImportError:
        sys.path.append(_DEBIAN)
        try:
            return importlib.import_module("xapian")
        finally:
            sys.path.remove(_DEBIAN)


xapian = _module()

TOP = 10
_SNIPPET = 200
"""Bytes."""
_TEXTS = msgspec.json.Decoder(dict[str, str])


class Xapian:
    modes: tuple[Mode, ...] = ("stored", "marked")

    def __init__(self) -> None:
        self._stemmer = xapian.Stem("english")
        self._database: Any = None
        self._parser: Any = None
        self._flags = 0

    def version(self) -> str:
        return str(xapian.version_string())

    def build(self, documents: Path, folder: Path) -> None:
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OVERWRITE)
        generator = xapian.TermGenerator()
        generator.set_stemmer(self._stemmer)
        encode = msgspec.json.Encoder().encode
        for one in read_plain(documents):
            texts = {"id": one.id, "symbol": one.symbol}
            for field in FIELDS[1:]:
                texts[field] = "\n".join(getattr(one, field))
            document = xapian.Document()
            document.set_data(encode(texts))
            generator.set_document(document)
            for field in FIELDS:
                generator.index_text(texts[field])
                generator.increase_termpos()
            database.add_document(document)
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        self._database = xapian.Database(str(folder))
        parser = xapian.QueryParser()
        parser.set_stemmer(self._stemmer)
        parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)
        parser.set_default_op(xapian.Query.OP_AND)
        parser.set_database(self._database)
        kinds = ("PHRASE", "BOOLEAN", "WILDCARD")
        self._flags = sum(getattr(xapian.QueryParser, f"FLAG_{kind}") for kind in kinds)
        self._parser = parser

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        text = _translated(query)
        return None if text is None else lambda mode: self._ask(text, mode)

    def _ask(self, text: str, mode: Mode) -> int:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(self._parser.parse_query(text, self._flags))
        matches = enquire.get_mset(0, TOP)
        for match in matches:
            texts = _TEXTS.decode(match.document.get_data())
            if mode == "marked":
                for field in FIELDS:
                    matches.snippet(texts[field], _SNIPPET, self._stemmer)
        return int(matches.size())


def _translated(query: Query) -> str | None:
    if query.form in ("wildcard", "fuzzy"):
        return None
    if query.form == "near":
        return f" NEAR/{NEAR} ".join(query.words)
    if query.form == "words":
        return " ".join(
            word.lower() if word in ("AND", "OR", "NOT", "XOR", "NEAR") else word for word in query.words
        )
    return query.text


ENGINE = Xapian()
