"""SQLite FTS5: Porter stems, ``bm25()``, ``snippet()`` of all six columns.

It keeps indexes of prefixes of three and four letters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.corpus import FIELDS, read_plain
from benchmarks.peer_process import Mode
from benchmarks.peer_queries import NEAR, Query

if not sqlite3.connect(":memory:").execute("PRAGMA compile_options").fetchall().count(("ENABLE_FTS5",)):
    raise ImportError("this Python's SQLite has no FTS5")

TOP = 10
_NAME = "index.sqlite"
_COLUMNS = ", ".join(FIELDS)
_STORED = f"SELECT id, {_COLUMNS} FROM gene WHERE gene MATCH ? ORDER BY rank LIMIT {TOP}"  # noqa: S608
_SNIPPETS = ", ".join(f"snippet(gene, {n}, '[', ']', '…', 32)" for n in range(1, len(FIELDS) + 1))
_MARKED = f"SELECT id, {_COLUMNS}, {_SNIPPETS} FROM gene WHERE gene MATCH ? ORDER BY rank LIMIT {TOP}"  # noqa: S608


class Fts5:
    modes: tuple[Mode, ...] = ("stored", "marked")

    def __init__(self) -> None:
        self._database: sqlite3.Connection | None = None

    def version(self) -> str:
        return sqlite3.sqlite_version

    def build(self, documents: Path, folder: Path) -> None:
        database = sqlite3.connect(folder / _NAME, isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
            f"CREATE VIRTUAL TABLE gene USING fts5(id UNINDEXED, {_COLUMNS},"
            "  tokenize='porter unicode61', prefix='3 4');"
        )
        database.execute("BEGIN")
        places = ", ".join("?" * (1 + len(FIELDS)))
        database.executemany(f"INSERT INTO gene VALUES ({places})", _rows(documents))  # noqa: S608
        database.execute("COMMIT")
        database.execute("INSERT INTO gene(gene) VALUES ('optimize')")
        database.close()

    def open(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / _NAME)

    def prepare(self, query: Query) -> Callable[[Mode], int] | None:
        text = _translated(query)
        if text is None:
            return None
        assert self._database is not None
        ask = self._database.execute
        return lambda mode: len(ask(_MARKED if mode == "marked" else _STORED, (text,)).fetchall())


def _rows(documents: Path) -> Iterator[tuple[str, ...]]:
    for one in read_plain(documents):
        lists = (one.names, one.aliases, one.families, one.summary, one.go)
        yield (one.id, one.symbol, *map("\n".join, lists))


def _translated(query: Query) -> str | None:
    words = [f'"{word}"' for word in query.words]
    if query.form == "prefix":
        return words[0] + "*"
    if query.form in ("wildcard", "fuzzy"):
        return None
    if query.form == "near":
        return f"NEAR({' '.join(words)}, {NEAR})"
    if query.form == "phrase":
        return f'"{" ".join(query.words)}"'
    return {"not": " NOT "}.get(query.form, " ").join(words)


ENGINE = Fts5()
