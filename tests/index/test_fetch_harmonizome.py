"""Harmonizome's API, walked gene by gene, from a server that behaves and from one that does not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.fetch.manifest import Download
from tests.index.fetching import Kitchen, table
from tests.index.hostile_server import Exchange, Hostile, Reply, hostile, raw, status

LIST = "/Harmonizome/api/1.0/gene"
SYMBOLS = [f"MT1{letter}" for letter in "ABCDEFGHIJ"]
UNKNOWN = status(200, b'{"status": 400, "message": "gene not found"}')


def gene(symbol: str, **more: Any) -> bytes:
    known = {"symbol": symbol, "synonyms": [], "name": f"gene {symbol}", "ncbiEntrezGeneId": 4489}
    return json.dumps(known | more, indent=2).encode()


class Api:
    """The API of a few genes, three a page; what a test sets goes instead of the usual answer."""

    def __init__(self, server: Hostile, symbols: list[str] = SYMBOLS) -> None:
        self.server = server
        self.symbols = symbols
        self.replies: dict[str, Reply] = {}
        """By symbol."""
        self.next: dict[int, Any] = {}
        """By cursor."""
        server.serve(LIST, self._list)
        for symbol in symbols:
            server.serve(f"{LIST}/{symbol}", self._gene)

    @property
    def download(self) -> Download:
        changed = {
            "name": "harmonizome",
            "file": "harmonizome.jsonl",
            "format": "harmonizome-api",
            "api": True,
        }
        return table(self.server.address + LIST, **changed)

    @property
    def asked(self) -> list[str]:
        """The genes that were asked for."""
        paths = [asked.path.partition("?")[0] for asked in self.server.asked]
        return [unquote(path.rpartition("/")[2]) for path in paths if path != LIST]

    def _list(self, exchange: Exchange) -> None:
        cursor = int(exchange.path.rpartition("cursor=")[2])
        page = self.symbols[cursor : cursor + 3]
        following = f"/api/1.0/gene?cursor={cursor + 3}" if cursor + 3 < len(self.symbols) else None
        body = {
            "count": len(self.symbols),
            "selection": [cursor, cursor + len(page)],
            "next": self.next.get(cursor, following),
            "entities": [{"symbol": symbol, "href": f"/api/1.0/gene/{symbol}"} for symbol in page],
        }
        status(200, json.dumps(body).encode())(exchange)

    def _gene(self, exchange: Exchange) -> None:
        symbol = unquote(exchange.path.partition("?")[0].rpartition("/")[2])
        self.replies.get(symbol, status(200, gene(symbol)))(exchange)


@pytest.fixture
def api(server: Hostile) -> Api:
    return Api(server)


def symbols_in(folder: Path) -> list[str]:
    lines = (folder / "harmonizome.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line)["symbol"] for line in lines]


def test_every_listed_gene_becomes_a_line(api: Api, kitchen: Kitchen) -> None:
    outcome = kitchen.one(api.download)
    assert (outcome.state, outcome.told) == ("fetched", "")
    lines = (kitchen.folder / "harmonizome.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line) for line in lines] == [json.loads(gene(symbol)) for symbol in SYMBOLS]
    assert kitchen.names == ["fetched.json", "harmonizome.jsonl"]
    assert kitchen.ledger["harmonizome.jsonl"]["date"] == "2026-11-21"
    assert kitchen.moves[-1] == ("harmonizome", 10, 10)


def test_the_api_is_asked_no_faster_than_the_rate(api: Api, kitchen: Kitchen) -> None:
    kitchen.one(api.download, rate=4)
    assert kitchen.waited == [0.25] * (len(api.server.asked) - 1)
    assert api.server.connections == 1


def test_associations_are_asked_for_when_wanted(api: Api, kitchen: Kitchen) -> None:
    kitchen.one(api.download, associations=True, limit=1)
    assert api.server.asked[-1].path == f"{LIST}/MT1A?showAssociations=true"


def test_a_symbol_is_quoted_as_the_api_reads_it(server: Hostile, kitchen: Kitchen) -> None:
    odd = ["HOXA@", "A/B", "C+D", "E F", "Su(H)", "β?x=1"]
    api = Api(server, odd)
    for symbol, path in zip(
        odd,
        ["HOXA%40", "A%24slash%24B", "C%24plus%24D", "E%20F", "Su%28H%29", "%CE%B2%3Fx%3D1"],
        strict=True,
    ):
        server.serve(f"{LIST}/{path}", status(200, gene(symbol)))
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == odd


@pytest.mark.parametrize("symbol", ["", ".", "..", "X" * 101, "A\nB", "\ud83d\ude00" * 101])
def test_what_is_no_symbol_is_not_asked_for(server: Hostile, kitchen: Kitchen, symbol: str) -> None:
    outcome = kitchen.one(Api(server, ["MT1A", symbol]).download)
    assert outcome.state == "incomplete"
    assert "this is no symbol" in outcome.told
    assert len(server.asked) == 2


def test_a_limit_takes_the_first_genes_and_the_next_run_the_others(api: Api, kitchen: Kitchen) -> None:
    assert kitchen.one(api.download, limit=4).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS[:4]
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert api.asked == SYMBOLS


def test_a_gene_that_is_listed_but_not_known_is_counted_and_not_written(api: Api, kitchen: Kitchen) -> None:
    api.replies["MT1C"] = UNKNOWN
    outcome = kitchen.one(api.download)
    assert outcome.state == "fetched"
    assert "unknown there: 1 gene of the list" in outcome.told
    assert symbols_in(kitchen.folder) == [symbol for symbol in SYMBOLS if symbol != "MT1C"]
    assert kitchen.ledger["harmonizome.jsonl"]["unknown"] == ["MT1C"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (status(403), "the server answers 403"),
        (status(200, b"<html>"), "the answer is no JSON"),
        (status(200, b"\xff"), "the answer is no JSON"),
        (status(200, b"[" * 100_000), "the answer is no JSON"),
        (status(200, b"[]"), "the answer is no gene"),
        (status(200, b'{"symbol": 5}'), "the answer is no gene"),
        (status(200, b'{"status": 500}'), "the answer is no gene"),
        (status(200, b" " * 9_000_000), "where a short answer was expected"),
    ],
)
def test_a_gene_that_cannot_be_had_is_named_and_asked_for_by_the_next_run(
    api: Api, kitchen: Kitchen, reply: Reply, reason: str
) -> None:
    api.replies["MT1E"] = reply
    outcome = kitchen.one(api.download)
    assert outcome.state == "incomplete"
    assert "1 gene could not be had (MT1E: " in outcome.told
    assert reason in outcome.told
    assert symbols_in(kitchen.folder) == [symbol for symbol in SYMBOLS if symbol != "MT1E"]
    del api.replies["MT1E"]
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert api.asked == [*SYMBOLS, "MT1E"]


def test_when_every_gene_fails_it_is_not_the_genes(server: Hostile, kitchen: Kitchen) -> None:
    api = Api(server, [f"GENE{number}" for number in range(99)])
    api.replies = dict.fromkeys(api.symbols, status(403))
    failed = kitchen.one(api.download)
    assert failed.state == "failed"
    assert "20 genes in a row failed" in failed.told
    assert len(api.asked) == 20


@pytest.mark.parametrize("reply", [status(503), status(500), raw(b"")])
def test_a_gene_that_is_given_up_is_not_had_and_the_run_goes_on(
    api: Api, kitchen: Kitchen, reply: Reply
) -> None:
    given_up = ["MT1B", "MT1C", "MT1E", "MT1F"]
    api.replies = dict.fromkeys(given_up, reply)
    outcome = kitchen.one(api.download, attempts=2)
    assert outcome.state == "incomplete"
    assert "4 genes could not be had (MT1B: " in outcome.told
    assert "given up after 2 tries" in outcome.told
    assert symbols_in(kitchen.folder) == [symbol for symbol in SYMBOLS if symbol not in given_up]
    api.replies = {}
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert [symbol for symbol in api.asked if symbol not in given_up] == [
        symbol for symbol in SYMBOLS if symbol not in given_up
    ]


def away(api: Api, *symbols: str) -> None:
    """Nothing comes for these genes, which ends a run when they are three in a row."""
    api.replies = dict.fromkeys(symbols, raw(b""))


def test_a_run_that_is_cut_goes_on_where_it_stopped(api: Api, kitchen: Kitchen) -> None:
    away(api, "MT1F", "MT1G", "MT1H")
    failed = kitchen.one(api.download, attempts=2)
    assert failed.state == "failed"
    assert "3 genes in a row failed, the last was MT1H: " in failed.told
    assert "given up after 2 tries" in failed.told
    assert kitchen.names == ["harmonizome.jsonl.part"]
    assert api.asked[-6:] == ["MT1F", "MT1F", "MT1G", "MT1G", "MT1H", "MT1H"]
    api.replies = {}
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert api.asked == [*SYMBOLS[:5], *api.asked[5:11], *SYMBOLS[5:]]
    assert [asked.path for asked in api.server.asked].count(f"{LIST}?cursor=0") == 1


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_whatever_a_killed_run_left_the_next_one_gives_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, answers_left: float, journal_left: float
) -> None:
    with hostile() as server:
        api, kitchen = Api(server), Kitchen(tmp_path_factory.mktemp("fetched"))
        away(api, "MT1H", "MT1I", "MT1J")
        kitchen.one(api.download, attempts=1)
        parts = (("harmonizome.jsonl.part", answers_left), (".harmonizome.jsonl.journal.part", journal_left))
        for name, share in parts:
            path = kitchen.folder / name
            left = path.read_bytes()
            path.write_bytes(left[: int(len(left) * share)])
        api.replies = {}
        assert kitchen.one(api.download).state == "fetched"
        assert symbols_in(kitchen.folder) == SYMBOLS


def test_a_run_with_other_questions_begins_anew(api: Api, kitchen: Kitchen) -> None:
    away(api, "MT1F", "MT1G", "MT1H")
    kitchen.one(api.download, attempts=1)
    kitchen.one(api.download, attempts=1, associations=True)
    assert api.asked.count("MT1A") == 2


def test_answers_are_asked_for_again_only_when_they_are_old(api: Api, kitchen: Kitchen) -> None:
    first = kitchen.one(api.download, limit=5)
    kitchen.now += timedelta(days=20)
    kitchen.one(api.download)
    kitchen.now += timedelta(days=20)
    again = kitchen.one(api.download)
    assert api.asked == [*SYMBOLS, *SYMBOLS[:5]]
    assert (first.state, again.state) == ("fetched", "unchanged")
    kitchen.one(api.download, max_age=0)
    assert api.asked == [*SYMBOLS, *SYMBOLS[:5], *SYMBOLS]
    assert symbols_in(kitchen.folder) == SYMBOLS


def test_a_finished_file_that_was_altered_is_not_copied_from(api: Api, kitchen: Kitchen) -> None:
    kitchen.one(api.download)
    path = kitchen.folder / "harmonizome.jsonl"
    path.write_bytes(path.read_bytes().replace(b"MT1B", b"XXXX"))
    kitchen.one(api.download)
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert api.asked == SYMBOLS * 2


@pytest.mark.parametrize(
    ("following", "reason"),
    [
        ("http://elsewhere.example.org/api/1.0/gene?cursor=3", "which is no page of it"),
        ("//elsewhere.example.org/api/1.0/gene?cursor=3", "which is no page of it"),
        ("/api/1.0/dataset?cursor=3", "which is no page of it"),
        ("/api/1.0/gene", "which is no page of it"),
        ("/api/1.0/gene?cursor=x", "which is no page of it"),
        ("/api/1.0/gene?cursor=-3", "which is no page of it"),
        ("/api/1.0/gene?cursor=3&cursor=6", "which is no page of it"),
        ("http://[/gene?cursor=3", "which is no page of it"),
        ("/api/1.0/gene?cursor=0", "leads back from cursor 0 to 0"),
        (5, "cannot be read"),
    ],
)
def test_a_list_that_leads_elsewhere_or_back_is_not_followed(
    api: Api, kitchen: Kitchen, following: Any, reason: str
) -> None:
    api.next[0] = following
    failed = kitchen.one(api.download)
    assert failed.state == "failed"
    assert reason in failed.told
    assert {asked.path for asked in api.server.asked if "cursor" in asked.path} == {f"{LIST}?cursor=0"}


@pytest.mark.parametrize("following", ["?cursor=3", "gene?cursor=3", "/Harmonizome/api/1.0/gene?cursor=3"])
def test_a_list_may_name_its_next_page_in_any_way(api: Api, kitchen: Kitchen, following: str) -> None:
    api.next[0] = following
    assert kitchen.one(api.download).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS


def test_a_list_that_ends_early_is_told(api: Api, kitchen: Kitchen) -> None:
    api.next[3] = None
    outcome = kitchen.one(api.download)
    assert "the list counts 10 genes and names 6" in outcome.told


def test_a_much_smaller_file_needs_force_and_what_came_is_kept(api: Api, kitchen: Kitchen) -> None:
    kitchen.one(api.download)
    api.symbols = SYMBOLS[:2]
    failed = kitchen.one(api.download)
    assert failed.state == "failed"
    assert "--force" in failed.told
    assert symbols_in(kitchen.folder) == SYMBOLS
    assert kitchen.one(api.download, force=True).state == "fetched"
    assert symbols_in(kitchen.folder) == SYMBOLS[:2]


def test_a_list_without_genes_replaces_nothing(api: Api, kitchen: Kitchen) -> None:
    api.symbols = []
    failed = kitchen.one(api.download)
    assert failed.state == "failed"
    assert "an empty file came" in failed.told
