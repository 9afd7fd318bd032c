"""The peers as a careful user would set them up, each in several ways, of which the best counts.

All have the same documents (benchmarks.corpus). Every way is asked as it is and with names looked up first:
the genes whose symbol, then those one of whose aliases or previous symbols is the query without regard to
case, before what the engine finds. Any application can do that with a dictionary, so no peer is made to look
worse than it has to.

No formula is tuned: BM25's constants are the engine's own.
"""

from __future__ import annotations

import importlib
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from benchmarks.corpus import FIELDS, Plain, read_plain

Find = Callable[[str, int], list[str]]
"""A query and a number of hits -> the ids of so many genes, the best first."""

_WORD = re.compile(r"\w")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+")
_NAMED = " with names looked up"


class Way(Struct, frozen=True):
    """How a peer is asked."""

    title: str
    find: Find
    misspelt: bool = False
    """It is for misspelt names, and asked nothing else."""


class Peer(Protocol):
    def build(self, documents: Path, folder: Path) -> None: ...
    def ways(self, folder: Path) -> Iterator[Way]: ...


class Lookup:
    """Names without regard to case."""

    def __init__(self, documents: Path) -> None:
        symbols: dict[str, list[str]] = defaultdict(list)
        aliases: dict[str, list[str]] = defaultdict(list)
        for one in read_plain(documents):
            symbols[one.symbol.casefold()].append(one.id)
            for alias in one.aliases:
                aliases[alias.casefold()].append(one.id)
        self._tables = (symbols, aliases)

    def first(self, query: str, hits: Sequence[str], number: int) -> list[str]:
        """The genes of the name, then the hits."""
        named = [one for table in self._tables for one in table.get(query.strip().casefold(), ())]
        return list(dict.fromkeys([*named, *hits]))[:number]


def _words(query: str) -> list[str]:
    return [word.replace('"', "") for word in query.split() if _WORD.search(word)]


def _merged(one: Plain) -> str:
    return "\n".join([one.symbol, *one.names, *one.aliases, *one.families, *one.summary, *one.go])


class Tantivy:
    """Six fields and one of all text, stemmed and not. Words with punctuation are phrases."""

    _MERGED = ("merged", "merged_plain")

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("tantivy")

    def build(self, documents: Path, folder: Path) -> None:
        schema = self._module.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in FIELDS:
            kind = "default" if field in ("symbol", "aliases") else "en_stem"
            schema.add_text_field(field, tokenizer_name=kind)
        for field, kind in zip(self._MERGED, ("en_stem", "default"), strict=True):
            schema.add_text_field(field, tokenizer_name=kind)
        writer = self._module.Index(schema.build(), path=str(folder)).writer(200_000_000, 1)
        for one in read_plain(documents):
            document = self._module.Document(id=one.id, symbol=one.symbol)
            for field in FIELDS[1:]:
                for text in getattr(one, field):
                    document.add_text(field, text)
            for field in self._MERGED:
                document.add_text(field, _merged(one))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def ways(self, folder: Path) -> Iterator[Way]:
        index = self._module.Index.open(str(folder))
        boosts = {"symbol": 8.0, "aliases": 4.0, "names": 4.0}
        for every in (False, True):
            word = "all words" if every else "any word"
            yield Way(f"six fields, {word}", self._asking(index, FIELDS, every))
            yield Way(
                f"six fields, names boosted, {word}", self._asking(index, FIELDS, every, field_boosts=boosts)
            )
            yield Way(f"one field, stems, {word}", self._asking(index, ["merged"], every))
            yield Way(f"one field, no stems, {word}", self._asking(index, ["merged_plain"], every))
            for title, fields in (("six fields", FIELDS), ("names alone", FIELDS[:3])):
                edited = dict.fromkeys(fields, (False, 1, True))
                yield Way(
                    f"fuzzy, {title}, {word}", self._asking(index, fields, every, fuzzy_fields=edited), True
                )

    def _asking(self, index: Any, fields: Sequence[str], every: bool, **options: object) -> Find:
        searcher = index.searcher()

        def find(query: str, number: int) -> list[str]:
            words = _words(query)
            text = " ".join(word if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in words)
            text = text.replace(" AND ", " and ").replace(" OR ", " or ").replace(" NOT ", " not ")
            parsed = index.parse_query(text, list(fields), conjunction_by_default=every, **options)
            hits = searcher.search(parsed, number).hits
            return [searcher.doc(address)["id"][0] for _, address in hits]

        return find


class Fts5:
    """Tables with Porter stems and without, columns of equal weight and with names ahead; and of trigrams."""

    _STEMS: Mapping[str, str] = {"stems": "porter unicode61", "plain": "unicode61"}
    _WEIGHTS = (10.0, 5.0, 5.0, 1.0, 1.0, 1.0)

    def __init__(self) -> None:
        options = sqlite3.connect(":memory:").execute("PRAGMA compile_options").fetchall()
        if ("ENABLE_FTS5",) not in options:
            raise ImportError("this Python's SQLite has no FTS5")

    def build(self, documents: Path, folder: Path) -> None:
        database = sqlite3.connect(folder / "index.sqlite")
        columns = ", ".join(FIELDS)
        texts = [
            (one.id, one.symbol, *("\n".join(getattr(one, field)) for field in FIELDS[1:]))
            for one in read_plain(documents)
        ]
        for name, tokenizer in self._STEMS.items():
            database.execute(
                f"CREATE VIRTUAL TABLE {name} USING fts5(id UNINDEXED, {columns}, tokenize='{tokenizer}')"
            )
            database.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?, ?)", texts)  # noqa: S608
        database.execute(
            "CREATE VIRTUAL TABLE trigrams"
            " USING fts5(id UNINDEXED, symbol, names, aliases, tokenize='trigram')"
        )
        database.executemany("INSERT INTO trigrams VALUES (?, ?, ?, ?)", [row[:4] for row in texts])
        database.commit()
        database.close()

    def ways(self, folder: Path) -> Iterator[Way]:
        database = sqlite3.connect(folder / "index.sqlite")
        for name, stems in (("stems", "stems"), ("plain", "no stems")):
            for joint, word in ((" OR ", "any word"), (" ", "all words")):
                for weights, columns in ((None, "six columns"), (self._WEIGHTS, "names weighted")):
                    yield Way(
                        f"{columns}, {stems}, {word}", self._asking(database, name, joint, weights, _words)
                    )
        yield Way("trigrams of names", self._asking(database, "trigrams", " OR ", None, self._trigrams), True)

    @staticmethod
    def _trigrams(query: str) -> list[str]:
        plain = query.replace('"', "")
        return [plain[place : place + 3] for place in range(len(plain) - 2)]

    @staticmethod
    def _asking(
        database: sqlite3.Connection,
        name: str,
        joint: str,
        weights: Sequence[float] | None,
        parts: Callable[[str], list[str]],
    ) -> Find:
        order = f"bm25({name}, 0, {', '.join(map(str, weights))})" if weights else "rank"
        asked = f"SELECT id FROM {name} WHERE {name} MATCH ? ORDER BY {order} LIMIT ?"  # noqa: S608

        def find(query: str, number: int) -> list[str]:
            text = joint.join(f'"{part}"' for part in parts(query))
            return [one for (one,) in database.execute(asked, (text, number))] if text else []

        return find


class Bm25s:
    """One text a gene, stemmed and not, with its list of stop words and without."""

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("bm25s")
        importlib.import_module("numba")
        self._stemmer: Any = importlib.import_module("Stemmer").Stemmer("english")
        self._documents: Path | None = None

    def build(self, documents: Path, folder: Path) -> None:
        found = list(read_plain(documents))
        ids = [one.id for one in found]
        texts = [_merged(one) for one in found]
        for stems in (True, False):
            for stopping in (True, False):
                index = self._module.BM25(backend="numba")
                index.index(self._terms(texts, stems, stopping, True), show_progress=False)
                index.save(str(folder / f"{stems}-{stopping}"), corpus=ids, show_progress=False)

    def ways(self, folder: Path) -> Iterator[Way]:
        for stems in (True, False):
            for stopping in (True, False):
                index = self._module.BM25.load(str(folder / f"{stems}-{stopping}"), load_corpus=True)
                index.activate_numba_scorer()
                title = f"{'stems' if stems else 'no stems'}, {'stop words' if stopping else 'no stop words'}"
                yield Way(title, self._asking(index, stems, stopping))

    def _asking(self, index: Any, stems: bool, stopping: bool) -> Find:
        def find(query: str, number: int) -> list[str]:
            terms = self._terms([query], stems, stopping, False)
            if not terms[0]:
                return []
            documents, scores = index.retrieve(terms, k=number, show_progress=False)
            both = zip(documents[0], scores[0], strict=True)
            return [document["text"] for document, score in both if score > 0]

        return find

    def _terms(self, texts: list[str], stems: bool, stopping: bool, ids: bool) -> Any:
        return self._module.tokenize(
            texts,
            stopwords="en" if stopping else None,
            stemmer=self._stemmer if stems else None,
            return_ids=ids,
            show_progress=False,
        )


class Xapian:
    """Its own term generator and parser; one database with equal counts, one where names count more."""

    _TIMES: Mapping[str, int] = {"symbol": 8, "names": 4, "aliases": 4}

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("benchmarks.peer_xapian").xapian

    def build(self, documents: Path, folder: Path) -> None:
        for name, times in (("equal", {}), ("weighted", self._TIMES)):
            self._build(documents, folder / name, times)

    def _build(self, documents: Path, folder: Path, times: Mapping[str, int]) -> None:
        xapian = self._module
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OVERWRITE)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("english"))
        generator.set_database(database)
        generator.set_flags(xapian.TermGenerator.FLAG_SPELLING)
        for one in read_plain(documents):
            document = xapian.Document()
            document.set_data(one.id)
            generator.set_document(document)
            for field in FIELDS:
                text = one.symbol if field == "symbol" else "\n".join(getattr(one, field))
                generator.index_text(text, times.get(field, 1))
                generator.increase_termpos()
            database.add_document(document)
        database.commit()
        database.close()

    def ways(self, folder: Path) -> Iterator[Way]:
        xapian = self._module
        for name, counts in (("equal", "equal fields"), ("weighted", "names weighted")):
            database = xapian.Database(str(folder / name))
            for operator, word in ((xapian.Query.OP_OR, "any word"), (xapian.Query.OP_AND, "all words")):
                for strategy, stems in (
                    (xapian.QueryParser.STEM_SOME, "stems"),
                    (xapian.QueryParser.STEM_NONE, "no stems"),
                ):
                    parser = self._parser(database, operator, strategy)
                    title = f"{counts}, {stems}, {word}"
                    yield Way(title, self._asking(database, parser, False))
                    yield Way(f"spelling corrected, {title}", self._asking(database, parser, True), True)

    def _parser(self, database: Any, operator: int, strategy: int) -> Any:
        parser = self._module.QueryParser()
        parser.set_stemmer(self._module.Stem("english"))
        parser.set_stemming_strategy(strategy)
        parser.set_default_op(operator)
        parser.set_database(database)
        return parser

    def _asking(self, database: Any, parser: Any, correcting: bool) -> Find:
        xapian = self._module
        flags = xapian.QueryParser.FLAG_SPELLING_CORRECTION if correcting else 0

        def find(query: str, number: int) -> list[str]:
            text = query.lower()  # a capital letter keeps its word from being stemmed
            parsed = parser.parse_query(text, flags)
            corrected = parser.get_corrected_query_string() if correcting else b""
            if corrected:
                parsed = parser.parse_query(corrected, 0)
            enquire = xapian.Enquire(database)
            enquire.set_query(parsed)
            return [match.document.get_data().decode() for match in enquire.get_mset(0, number)]

        return find


PEERS: Mapping[str, tuple[str, Callable[[], Peer]]] = {
    "tantivy": ("tantivy", Tantivy),
    "fts5": ("SQLite FTS5", Fts5),
    "bm25s": ("bm25s", Bm25s),
    "xapian": ("Xapian", Xapian),
}


def opened(documents: Path, folder: Path) -> dict[str, list[Way]]:
    """Each installed peer's ways of being asked; indexes that the folder lacks are built there first."""
    found: dict[str, list[Way]] = {}
    for name, (title, kind) in PEERS.items():
        try:
            peer = kind()
        except ImportError as error:
            print(f"{title} is left out: {error}", file=sys.stderr)
            continue
        place, building = folder / name, folder / f"{name}.building"
        if not place.exists():
            building.mkdir(parents=True)
            peer.build(documents, building)
            building.rename(place)
            print(f"{title}: built", file=sys.stderr)
        found[name] = list(peer.ways(place))
    return found


def answers(way: Way, lookup: Lookup, queries: Sequence[tuple[str, int]]) -> Mapping[str, list[list[str]]]:
    """The hits of each query and its number of hits, by the way's title as it is and with names looked up."""
    plain = [way.find(query, number) for query, number in queries]
    named = [lookup.first(query, hits, number) for (query, number), hits in zip(queries, plain, strict=True)]
    return {way.title: plain, way.title + _NAMED: named}
