"""The export endpoint, read by readers of its formats; and what it does to those beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
import rispy
from flask.testing import FlaskClient
from pybtex.database import parse_string as read_bibtex

from index.generations import generation_path
from index.publishing import remove_unused
from index.records import Reference
from search import Genes, open_index
from search.exporting import COLUMNS
from search.page import Hit, Page
from search.request import SearchRequest
from search.searching import search
from search.snapshot import Snapshot
from tests.making import gene, publish, says
from tests.webapp.reading import Reader
from webapp import create_app
from webapp.config import Config
from webapp.exporting import FORMATS
from webapp.exports import AT_ONCE

EXPORT = "/api/v1/export"
Q = "zinc homeostasis"


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


def got(client: FlaskClient, **query: object) -> Got:
    with client.get(EXPORT, query_string=query) as answer:
        return Got(answer.status_code, dict(answer.headers), answer.get_data().decode())


def hits(genes: Genes, q: str) -> tuple[Hit, ...]:
    return genes.search(q, size=1000).hits


def table(text: str, dialect: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), dialect=dialect, strict=True))


@pytest.mark.parametrize(("name", "dialect"), [("tsv", "excel-tab"), ("csv", "excel")])
def test_a_table_has_each_sentence_of_each_gene(
    client: FlaskClient, genes: Genes, name: str, dialect: str
) -> None:
    answer = got(client, q=Q, format=name)
    rows = table(answer.text, dialect)
    assert tuple(rows[0]) == COLUMNS
    expected = [
        (str(rank), hit.symbol, hit.id, said.sentence, "|".join(ref.pmid for ref in said.refs if ref.pmid))
        for rank, hit in enumerate(hits(genes, Q), 1)
        for said in hit.highlights
    ]
    assert len(expected) > 10
    assert [(r["rank"], r["symbol"], r["_id"], r["sentence"], r["pmids"]) for r in rows] == expected
    assert answer.headers["Content-Type"] == FORMATS[name].content_type


def test_json_lines_are_the_hits_of_the_json_endpoint(client: FlaskClient) -> None:
    lines = [msgspec.json.decode(line) for line in got(client, q=Q, format="jsonl").text.splitlines()]
    answer = client.get("/api/v1/search", query_string={"q": Q, "size": 1000})
    assert lines == msgspec.json.decode(answer.data)["hits"]


def test_bibliographies_hold_exactly_the_papers_behind_the_sentences(
    client: FlaskClient, genes: Genes
) -> None:
    cited: dict[str, set[str]] = {}
    for hit in hits(genes, Q):
        for reference in (ref for said in hit.highlights for ref in said.refs):
            cited.setdefault(f"pmid{reference.pmid}", set()).add(hit.symbol)
    assert len(cited) > 2
    entries = read_bibtex(got(client, q=Q, format="bibtex").text, "bibtex").entries
    assert set(entries) == set(cited)
    for key, symbols in cited.items():
        named = entries[key].fields["annote"].removeprefix("Cited for ").partition(".")[0]
        assert set(named.split(", ")) == symbols
    told = rispy.loads(got(client, q=Q, format="ris").text)
    assert {entry["id"] for entry in told} == set(cited)


@pytest.mark.parametrize("name", FORMATS)
def test_every_export_says_what_it_was_made_of(client: FlaskClient, genes: Genes, name: str) -> None:
    index = genes.metadata().index
    answer = got(client, q="  zinc   homeostasis ", format=name, about=1, filter="NOT symbol:MT3")
    assert answer.headers["Genelight-Index"] == index.digest
    assert unquote(answer.headers["Genelight-Query"]) == Q
    assert int(answer.headers["Genelight-Total"]) == genes.search(Q, filters=["NOT symbol:MT3"]).total
    suffix = FORMATS[name].suffix
    disposition = f'attachment; filename="genelight-zinc-homeostasis-{index.digest[:12]}.{suffix}"'
    assert answer.headers["Content-Disposition"] == disposition
    address = "/search?q=zinc+homeostasis&filter=NOT+symbol%3AMT3&index=" + index.digest[:12]
    assert address in answer.text
    assert client.get(address).status_code == 200
    assert address not in got(client, q=Q, format=name, about=0, filter="NOT symbol:MT3").text


def test_all_is_given_unless_less_is_asked_for(client: FlaskClient, genes: Genes) -> None:
    total = genes.search("metallothionein").total
    for size, many in (({}, total), ({"size": 2}, 2), ({"size": 0}, 0), ({"size": 10**12}, total)):
        answer = got(client, q="metallothionein", format="jsonl", **size)
        assert len(answer.text.splitlines()) == many
        assert answer.headers["Genelight-Total"] == str(total)


def test_csv_for_a_spreadsheet_begins_with_the_mark_of_utf_8(client: FlaskClient) -> None:
    assert got(client, q=Q, format="csv", bom=1).text.startswith("\ufeffrank,")
    assert got(client, q=Q, format="csv").text.startswith("rank,")


@pytest.mark.parametrize(
    "query",
    [{"format": "xlsx"}, {"format": ""}, {"size": "x"}, {"size": "-1"}, {"sort": "x"}, {"about": "maybe"},
     {"q": "zinc AND", "strict": 1}, {"q": "x" * 1000}],
)  # fmt: skip
def test_what_cannot_be_exported_is_a_typed_error(client: FlaskClient, query: dict[str, object]) -> None:
    answer = got(client, **({"q": Q} | query))
    assert answer.status == msgspec.json.decode(answer.text)["code"] == 400
    assert "Content-Disposition" not in answer.headers


def test_what_was_not_taken_literally_and_another_index_are_told_in_a_header(client: FlaskClient) -> None:
    answer = got(client, q="zinc AND", species="human", index="0" * 64)
    assert answer.status == 200
    warnings = unquote(answer.headers["Genelight-Warnings"])
    for told in ("'species'", "operator", "made from index 000000000000", "answers may differ"):
        assert told in warnings
    assert "Genelight-Warnings" not in got(client, q="zinc").headers


def test_no_index_is_told_as_everywhere(bare: FlaskClient) -> None:
    assert [got(bare, q=Q).status for _ in range(AT_ONCE + 1)] == [503] * (AT_ONCE + 1)


def test_others_find_a_thread_while_some_export(client: FlaskClient) -> None:
    slow = [client.get(EXPORT, query_string={"q": Q}) for _ in range(AT_ONCE)]
    busy = client.get(EXPORT, query_string={"q": Q})
    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "5"
    assert client.get("/api/v1/search", query_string={"q": Q}).status_code == 200
    slow[0].close()  # unread, as when the reader goes away
    assert got(client, q=Q).status == 200
    slow[1].close()
    with client.head(EXPORT, query_string={"q": Q}) as head:
        assert head.status_code == 200
    assert [got(client, q=Q).status for _ in range(AT_ONCE + 1)] == [200] * (AT_ONCE + 1)


FORMULA = "=cmd|' /C calc'!A0"
HOSTILE = f'{FORMULA}\r\nSet-Cookie: a=b\t<script>alert(1)</script> \u202egnihton\u200b }}}} @misc{{x, "zinc'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("hostile")
    paper = Reference(1, HOSTILE, HOSTILE, HOSTILE, 2020, HOSTILE, "1%0d%0a\r\nTY  - X")
    publish(
        folder,
        [
            gene(
                HOSTILE, says(HOSTILE, cited=[0]), id=f"NCBIGene:{HOSTILE}", name=HOSTILE, references=[paper]
            ),
            gene("BIG", f"zinc {'x' * 1_000_000}"),
        ],
    )
    with open_index(folder) as genes:
        yield create_app(Config(index_dir=folder), genes).test_client()


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_stays_text_in_every_export(hostile: FlaskClient, name: str) -> None:
    csv.field_size_limit(2_000_000)
    answer = got(hostile, q="zinc", format=name, about=1)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    match name:
        case "tsv" | "csv":
            lines = answer.text.split("\n", 1)[1]
            rows = table(lines, "excel-tab" if name == "tsv" else "excel")
            evil = next(row for row in rows if row["symbol"] != "BIG")
            assert evil["symbol"].startswith(f"'{FORMULA} Set-Cookie: a=b <script>")
            assert "\u202egnihton\u200b" in evil["symbol"]
            assert not any(cell.startswith(("=", "\t")) for row in rows for cell in row.values())
            assert max(len(row["sentence"]) for row in rows) > 1_000_000
        case "jsonl":
            lines_read = [msgspec.json.decode(line) for line in answer.text.splitlines()[1:]]
            assert HOSTILE in {hit["symbol"] for hit in lines_read}
        case "bibtex":
            (entry,) = read_bibtex(answer.text, "bibtex").entries.values()
            assert entry.key.startswith("paper-")
        case "ris":
            (told,) = rispy.loads(answer.text)
            assert told["type_of_reference"] == "JOUR"


@pytest.mark.parametrize(
    "q", ["zinc\r\nSet-Cookie: a=b", "%0d%0aSet-Cookie: a=b", '"; filename=evil.exe', "zinc\x00"]
)
def test_nothing_asked_gets_into_the_headers_as_one(hostile: FlaskClient, q: str) -> None:
    answer = got(hostile, q=q, filter=q, index=q)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].count('"') == 2
    assert answer.headers["Content-Disposition"].endswith('.tsv"')
    assert not any(set(value) & set("\r\n\0") for value in answer.headers.values())


def test_a_file_that_breaks_off_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page of hits meets an error that nobody foresaw."""

    def fails(request: SearchRequest, snapshot: Snapshot) -> Page:
        if request.start:
            raise OSError("the disk went away")
        return search(request, snapshot)

    publish(tmp_path, [gene(f"G{n}", "Zinc.") for n in range(1500)])
    with open_index(tmp_path) as genes:
        client = create_app(Config(index_dir=tmp_path), genes).test_client()
        for name in FORMATS:
            monkeypatch.setattr("search.exporting.search", fails)
            text = got(client, q="zinc", format=name).text
            assert "this file is not whole" in text.rstrip("\r\n").rpartition("\n")[2]
            monkeypatch.undo()
            assert "this file is not whole" not in got(client, q="zinc", format=name).text


def test_the_page_offers_every_format_and_the_link_to_the_answer(client: FlaskClient) -> None:
    root = Reader(client.get("/search?q=zinc+homeostasis&filter=NOT+symbol:MT3&sort=-papers").text).root
    links = {a.text: a.attrs["href"] for a in root.all("a")}
    for kind in FORMATS.values():
        asked = parse_qs(urlsplit(links[kind.title]).query)
        assert (asked["q"], asked["filter"], asked["sort"]) == ([Q], ["NOT symbol:MT3"], ["-papers"])
        with client.get(links[kind.title]) as answer:
            assert answer.headers["Content-Disposition"].endswith(f'.{kind.suffix}"')
    assert "index=" in links["Link to this answer"]
    assert not [a for a in Reader(client.get("/search?q=nosuchword").text).root.all("a") if a.text == "TSV"]


def test_an_export_that_fails_before_it_is_sent_gives_back_its_place_and_its_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no name for the file")

    digest = publish(tmp_path, [gene("AAA", "Zinc.")])
    client = create_app(Config(index_dir=tmp_path)).test_client()
    with monkeypatch.context() as broken:
        broken.setattr("webapp.exports.file_name", fails)
        for _ in range(AT_ONCE + 1):
            assert got(client, q="zinc").status == 500
    assert got(client, q="zinc").status == 200
    publish(tmp_path, [gene("BBB", "Zinc.")])
    assert "BBB" in got(client, q="zinc").text
    remove_unused(tmp_path)
    assert not generation_path(tmp_path, digest).exists()
