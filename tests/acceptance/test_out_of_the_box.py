"""What a reader finds after ``make run``: the whole of data/, searched and served."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.generations import current_digest, generation_path
from index.mentions.spelling import key_of
from index.store import RecordStore
from search import Genes
from search.gene import Gene
from tests.running import ROOT, Server

HUMAN = ROOT / "data" / "human"
GENES = 43_882
RANDOM_SYMBOLS = 300
WORDS = {"zinc", "homeostasis"}


@pytest.fixture(scope="module")
def hits(server: Server) -> list[dict[str, Any]]:
    """The first ten for zinc homeostasis."""
    answer = server.get("/api/v1/search?q=zinc+homeostasis")
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json["hits"]
    return found


@pytest.fixture(scope="module")
def store(full_index: Path) -> Iterator[RecordStore]:
    opened = RecordStore(generation_path(full_index, current_digest(full_index) or ""))
    yield opened
    opened.close()


def table(name: str) -> list[dict[str, str]]:
    """A table of data/human without its opening lines; a cell of several values may stand in quotes."""
    with gzip.open(HUMAN / name, "rt", encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("## ")]
    return list(csv.DictReader(lines, delimiter="\t"))


def said(hit: dict[str, Any]) -> str:
    """A hit's lines, for the message of a test that fails."""
    return f"{hit['symbol']}: {[highlight['sentence'] for highlight in hit['highlights']]}"


# Zinc homeostasis


def test_each_of_the_first_ten_holds_both_words_in_one_line(hits: list[dict[str, Any]]) -> None:
    assert len(hits) == 10
    lacking = [
        said(hit)
        for hit in hits
        if not any(
            {h["sentence"][start:end].lower() for start, end in h["spans"]} == WORDS
            for h in hit["highlights"]
        )
    ]
    assert lacking == []


def test_metallothioneins_with_cited_sentences_are_among_the_first_ten(hits: list[dict[str, Any]]) -> None:
    cited = [
        hit["symbol"]
        for hit in hits
        if hit["symbol"].startswith("MT") and any(h["refs"] for h in hit["highlights"])
    ]
    assert cited, [hit["symbol"] for hit in hits]


def test_spans_cut_out_the_words_that_were_asked_for(hits: list[dict[str, Any]]) -> None:
    cuts = [
        h["sentence"][start:end].lower()
        for hit in hits
        for h in hit["highlights"]
        for start, end in h["spans"]
    ]
    assert len(cuts) >= 20
    assert set(cuts) == WORDS


def test_every_mention_cuts_out_a_name_of_its_gene(server: Server, store: RecordStore) -> None:
    cuts, known = 0, 0
    for q in ("zinc+homeostasis", "metallothionein", "hepatocellular", "TP53", "insulin"):
        for hit in server.get(f"/api/v1/search?q={q}&size=30").json["hits"]:
            for highlight in hit["highlights"]:
                for mention in highlight["mentions"]:
                    name = highlight["sentence"][mention["start"] : mention["end"]]
                    assert name.strip() == name != ""
                    doc = store.find_id(mention["_id"])
                    assert doc is not None
                    gene = store.document(doc)
                    assert gene.symbol == mention["symbol"], (name, mention)
                    cuts += 1
                    known += key_of(name) in {key_of(one.spelling) for one in gene.names}
    assert cuts > 50
    assert known > 0.8 * cuts  # others are variants, such as III for 3


def test_the_page_shows_the_same_ten(server: Server, hits: list[dict[str, Any]]) -> None:
    page = server.get("/search?q=zinc+homeostasis").text
    places = [page.index(f'<span class="symbol">{hit["symbol"]}</span>') for hit in hits]
    assert places == sorted(places)


# Every gene


def test_every_gene_resolves_by_its_symbol_and_has_a_line_to_show(store: RecordStore) -> None:
    assert store.genes == GENES
    lost, silent = [], []
    for doc in range(store.genes):
        document = store.document(doc)
        if not any(row.doc == doc and row.kind == "symbol" for row in store.names(document.symbol)):
            lost.append(document.symbol)
        facts = (line for line in document.lines if line.field not in ("symbol", "identifier"))
        if not any(line.text.strip() for line in facts):
            silent.append(document.symbol)
    assert (lost, silent) == ([], [])


def test_the_genes_are_those_of_hgnc(store: RecordStore) -> None:
    approved = {row["hgnc_id"]: row["symbol"] for row in table("hgnc_complete_set.tsv.gz")}
    assert len(approved) == GENES
    missing = [symbol for symbol in approved.values() if not store.names(symbol)]
    assert missing == []


def test_a_symbol_comes_first_with_a_line_and_as_a_symbol(genes: Genes) -> None:
    symbols = sorted(row["symbol"] for row in table("hgnc_complete_set.tsv.gz"))
    wrong = []
    for symbol in random.Random(20241018).sample(symbols, RANDOM_SYMBOLS):  # noqa: S311 - a choice, no secret
        found = genes.search(symbol, size=1).hits
        first = [(hit.symbol, hit.match.kind, bool(hit.highlights)) for hit in found]
        if first != [(symbol, "symbol", True)]:
            wrong.append((symbol, first))
    assert wrong == []


# Names


@pytest.mark.parametrize(
    ("asked", "symbol", "kind"),
    [
        *((symbol, symbol, "symbol") for symbol in
          ["WAS", "REST", "CAT", "MET", "SET", "IMPACT", "CLOCK", "KIT", "MAX", "SHE", "STAR", "F5", "C3",
           "NKX2-5", "HLA-DOA", "C4B_2"]),
        ("T", "TBXT", "previous_symbol"),
        ("PARK2", "PRKN", "previous_symbol"),
        ("MT-1H", "MT1H", "alias"),
        ("WAS+deficiency", "WAS", "symbol"),
        ("4496", "MT1H", "identifier"),
        ("HGNC:7400", "MT1H", "identifier"),
        ("ENSG00000205358.4", "MT1H", "identifier"),
        ("P80294", "MT1H", "identifier"),
        ("33087486", "REST", "paper"),
    ],
)  # fmt: skip
def test_a_name_leads_to_its_gene_first(server: Server, asked: str, symbol: str, kind: str) -> None:
    first = server.get(f"/api/v1/search?q={asked}&size=1").json["hits"][0]
    assert (first["symbol"], first["_match"]["kind"]) == (symbol, kind)


def test_a_shared_name_lists_all_its_owners(server: Server) -> None:
    approved = table("hgnc_complete_set.tsv.gz")
    owners = {
        row["hgnc_id"]
        for row in approved
        for column in ("symbol", "prev_symbol", "alias_symbol")
        if "p40" in row[column].casefold().split("|")
    }
    for row in table("gene_info.tsv.gz"):
        if "p40" in row["Synonyms"].casefold().split("|"):
            owners |= {xref[5:] for xref in row["dbXrefs"].split("|") if xref.startswith("HGNC:HGNC:")}
    assert len(owners) > 5
    symbols = {row["symbol"] for row in approved if row["hgnc_id"] in owners}
    answer = server.get("/api/v1/search?q=p40&size=30").json
    assert {owner["symbol"] for owner in answer["query"]["owners"]} == symbols
    assert {hit["symbol"] for hit in answer["hits"][: len(symbols)]} == symbols


def test_a_withdrawn_symbol_leads_to_its_successor(server: Server) -> None:
    merged = {row["WITHDRAWN_SYMBOL"]: row for row in table("withdrawn.tsv.gz")}["DYRK1AIP3"]
    assert merged["MERGED_INTO_REPORT(S) (i.e HGNC_ID|SYMBOL|STATUS)"] == "HGNC:16865|PHYHIP|Approved"
    answer = server.get("/api/v1/search?q=DYRK1AIP3").json
    assert (answer["hits"][0]["symbol"], answer["hits"][0]["_match"]["kind"]) == ("PHYHIP", "withdrawn")
    assert answer["query"]["withdrawn"][0]["successors"] == ["PHYHIP"]


def test_a_symbol_withdrawn_without_successor_is_said(server: Server) -> None:
    gone = {row["WITHDRAWN_SYMBOL"]: row for row in table("withdrawn.tsv.gz")}["A12M1"]
    assert gone["STATUS"] == "Entry Withdrawn"
    answer = server.get("/api/v1/search?q=A12M1").json
    assert answer["hits"] == []
    assert [w["reason"] for w in answer["query"]["withdrawn"]] == ["A12M1: withdrawn without a successor"]
    assert "withdrawn without a successor" in server.get("/search?q=A12M1").text


def test_a_gene_that_is_only_named_has_a_page(genes: Genes, server: Server) -> None:
    found = genes.gene("DYRK1AIP3")
    assert not isinstance(found, Gene)
    assert [owner.symbol for owner in found.owners] == ["PHYHIP"]
    assert server.get("/gene/DYRK1AIP3").text.count("<h1>") == 1
