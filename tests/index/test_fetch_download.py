"""One file from a server that behaves, and from one that does not."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.fetch import download as downloads
from index.fetch.part import Part, Told
from tests.index.fetching import BIG_TABLE, OTHER_TABLE, PACKED, TABLE, Kitchen, packed, table
from tests.index.hostile_server import (
    DAY,
    Hostile,
    Reply,
    chunked,
    dripping,
    hostile,
    raw,
    served,
    status,
)

HALF = len(TABLE) // 2


def test_a_fetched_file_is_there_whole_and_recorded(server: Hostile, kitchen: Kitchen) -> None:
    address = server.serve("/withdrawn.txt", served(TABLE))
    outcome = kitchen.one(table(address))
    assert (outcome.state, outcome.told) == ("fetched", "")
    assert kitchen.names == ["fetched.json", "withdrawn.txt"]
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE
    assert kitchen.ledger == {
        "withdrawn.txt": {
            "name": "symbols",
            "address": address,
            "sha256": hashlib.sha256(TABLE).hexdigest(),
            "bytes": len(TABLE),
            "date": "2025-11-20",
            "licence": "CC0 1.0",
            "etag": '"one"',
            "last_modified": DAY,
        }
    }
    assert kitchen.moves[-1] == ("symbols", len(TABLE), len(TABLE))
    assert kitchen.waited == []


@pytest.mark.parametrize("day", [None, "yesterday", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_file_without_a_day_of_its_own_has_that_of_the_fetch(
    server: Hostile, kitchen: Kitchen, day: str | None
) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE, day=day))))
    assert kitchen.ledger["withdrawn.txt"]["date"] == "2026-11-21"


def test_a_file_that_has_not_changed_is_not_sent_again(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE)))
    first = kitchen.one(wanted)
    before = (kitchen.folder / "withdrawn.txt").stat()
    again = kitchen.one(wanted)
    assert (again.state, again.entry) == ("unchanged", first.entry)
    assert server.sent("If-None-Match") == [None, '"one"']
    assert server.sent("If-Modified-Since") == [None, DAY]
    assert (kitchen.folder / "withdrawn.txt").stat() == before


def test_a_file_that_has_changed_is_replaced(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE), served(OTHER_TABLE, '"two"', None)))
    kitchen.one(wanted)
    assert kitchen.one(wanted).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == OTHER_TABLE
    assert kitchen.ledger["withdrawn.txt"]["etag"] == '"two"'


def test_a_file_that_someone_altered_here_is_fetched_anew(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE)))
    kitchen.one(wanted)
    (kitchen.folder / "withdrawn.txt").write_bytes(TABLE[:-100])
    assert kitchen.one(wanted).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


# Cut, and continued


def test_a_cut_file_goes_on_where_it_stopped(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, stop=HALF), served(TABLE)))
    assert kitchen.one(wanted).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE
    assert server.sent("Range") == [None, f"bytes={HALF}-"]
    assert server.sent("If-Range") == [None, '"one"']
    assert len(kitchen.waited) == 1


def test_a_cut_fetch_keeps_the_good_file_and_the_next_one_goes_on(server: Hostile, kitchen: Kitchen) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(OTHER_TABLE, '"old"', None))))
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, stop=HALF)))
    failed = kitchen.one(wanted, attempts=1)
    assert failed.state == "failed"
    assert "broke off" in failed.told
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == OTHER_TABLE
    assert (kitchen.folder / "withdrawn.txt.part").read_bytes() == TABLE[:HALF]
    assert kitchen.ledger["withdrawn.txt"]["etag"] == '"old"'
    server.serve("/withdrawn.txt", served(TABLE))
    assert kitchen.one(wanted).state == "fetched"
    assert server.sent("Range")[-1] == f"bytes={HALF}-"
    assert kitchen.names == ["fetched.json", "withdrawn.txt"]


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, len(PACKED) - 1), max_size=4), st.booleans())
def test_a_file_cut_anywhere_and_any_number_of_times_comes_out_the_same(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int], ranges: bool
) -> None:
    with hostile() as server:
        kitchen = Kitchen(tmp_path_factory.mktemp("fetched"))
        replies = [served(PACKED, stop=stop, ranges=ranges) for stop in stops]
        kitchen.one(packed(server.serve("/gene_info.gz", *replies, served(PACKED, ranges=ranges))))
        assert (kitchen.folder / "gene_info.gz").read_bytes() == PACKED


@pytest.mark.parametrize(
    ("etag", "day", "condition"),
    [('"one"', DAY, '"one"'), ('W/"one"', DAY, DAY), (None, DAY, DAY), ('W/"one"', None, None)],
)
def test_a_file_is_continued_only_under_a_condition_that_holds_for_bytes(
    server: Hostile, kitchen: Kitchen, etag: str | None, day: str | None, condition: str | None
) -> None:
    replies = served(TABLE, etag, day, stop=HALF), served(TABLE, etag, day)
    assert kitchen.one(table(server.serve("/withdrawn.txt", *replies))).state == "fetched"
    assert server.sent("If-Range") == [None, condition]
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


REST = TABLE[HALF:]
END = len(TABLE) - 1
TAG = {"ETag": '"one"'}


@pytest.mark.parametrize(
    "second",
    [
        served(TABLE, ranges=False),
        served(TABLE, '"two"', None),
        status(206, REST, Content_Range=f"bytes {HALF + 1}-{END}/{END + 1}", **TAG),
        status(206, REST, Content_Range=f"bytes {HALF}-{END}/{END + 2}", **TAG),
        status(206, REST, Content_Range=f"bytes {HALF}-{END}/{END + 1}", ETag='"two"'),
        status(206, REST, Content_Range="bytes", **TAG),
        status(206, REST, Content_Type="multipart/byteranges; boundary=x", **TAG),
        status(416, Content_Range=f"bytes */{HALF - 1}"),
        status(416),
        status(304),
    ],
    ids=[
        "ignores ranges",
        "has changed",
        "begins elsewhere",
        "has another length",
        "is another file",
        "has no range",
        "has several ranges",
        "is shorter now",
        "says nothing",
        "says unchanged",
    ],
)
def test_a_rest_that_does_not_fit_is_not_taken(server: Hostile, kitchen: Kitchen, second: Reply) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, stop=HALF), second, served(TABLE)))
    assert kitchen.one(wanted).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


def test_a_rest_that_is_cut_short_by_the_server_is_asked_for_again(server: Hostile, kitchen: Kitchen) -> None:
    piece = status(206, REST[:40], Content_Range=f"bytes {HALF}-{HALF + 39}/{END + 1}", **TAG)
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, stop=HALF), piece, served(TABLE)))
    assert kitchen.one(wanted).state == "fetched"
    assert server.sent("Range")[-1] == f"bytes={HALF + 40}-"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


def test_a_file_that_was_whole_when_the_fetch_was_killed_is_taken(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE)))
    kitchen.folder.mkdir()
    part = Part(kitchen.folder, "withdrawn.txt")
    part.begin(Told(address=wanted.address, etag='"one"', last_modified=DAY, total=len(TABLE)))
    part.path.write_bytes(TABLE)
    assert kitchen.one(wanted).state == "fetched"
    assert kitchen.names == ["fetched.json", "withdrawn.txt"]
    assert [len(server.asked), server.sent("Range")[0]] == [1, f"bytes={len(TABLE)}-"]


@pytest.mark.parametrize("side", [b"", b"{", b'{"address":"http://elsewhere/"}'])
def test_bytes_of_unknown_origin_are_not_continued(server: Hostile, kitchen: Kitchen, side: bytes) -> None:
    kitchen.folder.mkdir()
    (kitchen.folder / "withdrawn.txt.part").write_bytes(b"of another file")
    (kitchen.folder / ".withdrawn.txt.from.part").write_bytes(side)
    assert kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE)))).state == "fetched"
    assert server.sent("Range") == [None]
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


def test_pieces_that_do_not_fit_together_are_fetched_once_more_as_a_whole(
    server: Hostile, kitchen: Kitchen
) -> None:
    wanted = packed(server.serve("/gene_info.gz", served(PACKED, stop=len(PACKED) // 2)))
    kitchen.one(wanted, attempts=1)
    changed = served(PACKED[:-20] + b"x" * 20)
    server.serve("/gene_info.gz", changed, served(PACKED))
    assert kitchen.one(wanted).state == "fetched"
    assert (kitchen.folder / "gene_info.gz").read_bytes() == PACKED


# Servers that are slow, silent or strange


def test_a_connection_that_falls_silent_is_taken_up_again(server: Hostile, kitchen: Kitchen) -> None:
    replies = served(TABLE, stop=HALF, hold=True), served(TABLE)
    assert kitchen.one(table(server.serve("/withdrawn.txt", *replies)), timeout=0.2).state == "fetched"
    assert server.sent("Range") == [None, f"bytes={HALF}-"]
    assert "timed out" in kitchen.reasons[0]


def test_a_body_that_drips_arrives(server: Hostile, kitchen: Kitchen) -> None:
    assert kitchen.one(table(server.serve("/withdrawn.txt", dripping(TABLE)))).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE
    assert kitchen.waited == []


@pytest.mark.parametrize(
    "reply",
    [
        raw(b""),
        raw(b"SSH-2.0-OpenSSH\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5"),
        *map(status, (408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)),
    ],
)
def test_what_may_pass_is_tried_again(server: Hostile, kitchen: Kitchen, reply: Reply) -> None:
    assert kitchen.one(table(server.serve("/withdrawn.txt", reply, served(TABLE)))).state == "fetched"
    assert len(server.asked) == 2
    assert len(kitchen.waited) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 501, 525, 204, 300])
def test_what_will_not_pass_is_told_at_once(server: Hostile, kitchen: Kitchen, code: int) -> None:
    failed = kitchen.one(table(server.serve("/withdrawn.txt", status(code))))
    assert failed.state == "failed"
    assert f"the server answers {code}" in failed.told
    assert "--manifest" in failed.told
    assert len(server.asked) == 1
    assert kitchen.waited == []


def test_a_host_that_does_not_answer_is_given_up_after_the_tries(kitchen: Kitchen) -> None:
    with hostile() as gone:
        address = gone.serve("/withdrawn.txt", served(TABLE))
    failed = kitchen.one(table(address), attempts=4)
    assert failed.state == "failed"
    assert "Connection refused" in failed.told
    assert "given up after 4 tries" in failed.told
    assert len(kitchen.waited) == 3


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", 7),
        ("0", 0.5),
        ("Sat, 21 Nov 2026 12:00:09 GMT", 9),
        ("Sat, 21 Nov 2020 12:00:00 GMT", 0.5),
        ("100000", 300),
        ("Sat, 21 Nov 2099 12:00:00 GMT", 300),
        ("9" * 5000, 300),
        ("soon", 0.5),
        ("-5", 0.5),
        ("", 0.5),
    ],
)
@pytest.mark.parametrize("code", [429, 503])
def test_a_server_says_how_long_to_wait_up_to_five_minutes(
    server: Hostile, kitchen: Kitchen, code: int, asked: str, waited: float
) -> None:
    busy = status(code, Retry_After=asked)
    assert kitchen.one(table(server.serve("/withdrawn.txt", busy, served(TABLE)))).state == "fetched"
    assert kitchen.waited == [waited]


@pytest.mark.parametrize(
    ("chance", "waited"),
    [(0.0, [0.5, 1, 2, 4, 8, 16, 30]), (0.5, [0.75, 1.5, 3, 6, 12, 24, 45])],
)
def test_waits_double_within_bounds_and_are_spread_by_chance(
    server: Hostile, kitchen: Kitchen, chance: float, waited: list[float]
) -> None:
    kitchen.chance = lambda: chance
    kitchen.one(table(server.serve("/withdrawn.txt", status(503))), attempts=8)
    assert kitchen.waited == waited


def test_tries_that_bring_something_are_not_in_vain(server: Hostile, kitchen: Kitchen) -> None:
    third = len(BIG_TABLE) // 3
    replies = served(BIG_TABLE, stop=third), served(BIG_TABLE, stop=third), served(BIG_TABLE)
    assert kitchen.one(table(server.serve("/withdrawn.txt", *replies)), attempts=2).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == BIG_TABLE


def test_a_server_that_sends_the_same_beginning_again_and_again_is_given_up(
    server: Hostile, kitchen: Kitchen
) -> None:
    cut = served(BIG_TABLE, stop=2_000_000, ranges=False)
    assert kitchen.one(table(server.serve("/withdrawn.txt", cut)), attempts=3).state == "failed"
    assert len(server.asked) == 3


# Bodies that must not replace a good file


def test_a_server_that_declares_more_than_it_sends_is_not_believed(server: Hostile, kitchen: Kitchen) -> None:
    lies = served(TABLE, ranges=False, declare=len(TABLE) + 1)
    failed = kitchen.one(table(server.serve("/withdrawn.txt", lies)))
    assert failed.state == "failed"
    assert "broke off" in failed.told
    assert not (kitchen.folder / "withdrawn.txt").exists()


def test_a_cut_body_in_chunks_is_not_taken_for_a_whole_one(server: Hostile, kitchen: Kitchen) -> None:
    cut = chunked(TABLE, whole=False)
    assert kitchen.one(table(server.serve("/withdrawn.txt", cut))).state == "failed"
    assert not (kitchen.folder / "withdrawn.txt").exists()
    server.serve("/withdrawn.txt", cut, chunked(TABLE))
    assert kitchen.one(table(server.address + "/withdrawn.txt")).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


FLIPPED = bytearray(PACKED)
FLIPPED[len(PACKED) // 2] ^= 1

BAD_TABLES = {
    "a page": (b"<!DOCTYPE html><title>Moved</title>\n" * 200, "begins with '<!DOCTYPE html>"),
    "an error": (b'{"status": 400, "message": "no"}\n' * 200, 'begins with \'{"status": 400'),
    "another table": (b"#tax_id\tGeneID\tSymbol\tSynonyms\n" * 200, "a file of ncbi-gene-info"),
    "nothing": (b"", "an empty file came"),
    "a cut table": (TABLE[:-3], "ends in the middle of a line"),
    "noise": (bytes(range(256)) * 20, "begins with"),
}
BAD_PACKED = {
    "a cut gzip": (PACKED[:-9], "gzip is damaged"),
    "a gzip cut at its head": (PACKED[:12], "gzip is damaged"),
    "a flipped bit": (bytes(FLIPPED), "gzip is damaged"),
    "garbage behind": (PACKED + b"garbage", "gzip is damaged"),
    "an unpacked table": (gzip.decompress(PACKED), "gzip is damaged"),
    "a packed page": (gzip.compress(b"<html>" * 99), "begins with '<html>"),
}


@pytest.mark.parametrize(("body", "reason"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_what_is_not_the_table_is_refused(
    server: Hostile, kitchen: Kitchen, body: bytes, reason: str
) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE))))
    failed = kitchen.one(table(server.serve("/withdrawn.txt", served(body, '"bad"', None))))
    assert failed.state == "failed"
    assert reason in failed.told
    assert failed.told.endswith("The withdrawn.txt from before stays")
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE
    assert kitchen.ledger["withdrawn.txt"]["etag"] == '"one"'
    assert kitchen.names == ["fetched.json", "withdrawn.txt"]


@pytest.mark.parametrize(("body", "reason"), BAD_PACKED.values(), ids=BAD_PACKED)
def test_what_is_not_the_whole_gzip_is_refused(
    server: Hostile, kitchen: Kitchen, body: bytes, reason: str
) -> None:
    failed = kitchen.one(packed(server.serve("/gene_info.gz", served(body))))
    assert failed.state == "failed"
    assert reason in failed.told
    assert kitchen.names == []


def test_a_server_that_declares_less_than_it_sends_spoils_no_file(server: Hostile, kitchen: Kitchen) -> None:
    short = kitchen.fetch(
        packed(server.serve("/gene_info.gz", served(PACKED, declare=len(PACKED) - 50))),
        table(server.serve("/withdrawn.txt", served(TABLE))),
    )
    assert [outcome.state for outcome in short] == ["failed", "fetched"]
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


def test_a_table_that_comes_packed_is_taken_as_it_is(server: Hostile, kitchen: Kitchen) -> None:
    sent = gzip.compress(TABLE)
    packed_anyway = served(sent, extra={"Content-Encoding": "gzip"})
    assert kitchen.one(table(server.serve("/withdrawn.txt", packed_anyway))).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == sent


def test_a_file_under_half_the_size_of_the_one_before_needs_force(server: Hostile, kitchen: Kitchen) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(BIG_TABLE))))
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, '"two"', None)))
    failed = kitchen.one(wanted)
    assert failed.state == "failed"
    assert f"has {len(TABLE):,} bytes where the file it would replace has {len(BIG_TABLE):,}" in failed.told
    assert "--force" in failed.told
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == BIG_TABLE
    assert kitchen.one(wanted, force=True).state == "fetched"
    assert (kitchen.folder / "withdrawn.txt").read_bytes() == TABLE


def test_a_file_of_half_the_size_is_taken(server: Hostile, kitchen: Kitchen) -> None:
    kitchen.folder.mkdir()
    (kitchen.folder / "withdrawn.txt").write_bytes(b"x" * 2 * len(TABLE))
    assert kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE)))).state == "fetched"


def test_a_body_without_end_is_stopped(
    server: Hostile, kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 100_000)
    failed = kitchen.one(table(server.serve("/withdrawn.txt", chunked(BIG_TABLE))))
    assert failed.state == "failed"
    assert "more than 100,000 bytes" in failed.told
    assert kitchen.names == []


# Published checksums


@pytest.mark.parametrize(
    "text",
    [
        f"{hashlib.sha256(TABLE).hexdigest()}  withdrawn.txt\n",
        f"{hashlib.sha256(TABLE).hexdigest().upper()} *withdrawn.txt\n",
        f"SHA256 (withdrawn.txt) = {hashlib.sha256(TABLE).hexdigest()}\n",
        f"{'0' * 64}  other.txt\n{hashlib.sha256(TABLE).hexdigest()}  ./tsv/withdrawn.txt\n",
        hashlib.sha256(TABLE).hexdigest(),
    ],
)
def test_a_published_checksum_is_looked_up_and_holds(server: Hostile, kitchen: Kitchen, text: str) -> None:
    sums = server.serve("/sums", status(503), status(200, text.encode()))
    address = server.serve("/withdrawn.txt", served(TABLE))
    assert kitchen.one(table(address, checksum=sums)).state == "fetched"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (status(200, b"0" * 64 + b"  withdrawn.txt\n"), "its SHA256 is not the published one"),
        (status(200, b"0" * 32), "its MD5 is not the published one"),
        (status(200, b"0" * 64 + b" a.txt\n" + b"1" * 64 + b" b.txt\n"), "no checksum of withdrawn.txt"),
        (status(200, b"<html>"), "no checksum of withdrawn.txt"),
        (status(404), "the server answers 404"),
        (status(200, b"0" * 3_000_000), "where a short answer was expected"),
    ],
)
def test_a_file_without_the_published_checksum_is_refused(
    server: Hostile, kitchen: Kitchen, reply: Reply, reason: str
) -> None:
    address = server.serve("/withdrawn.txt", served(TABLE))
    failed = kitchen.one(table(address, checksum=server.serve("/sums", reply)))
    assert failed.state == "failed"
    assert reason in failed.told
    assert "withdrawn.txt" not in kitchen.names


@pytest.mark.parametrize(
    ("headers", "state"),
    [
        ({"x-goog-hash": "crc32c=AAAAAA==,md5={md5}"}, "fetched"),
        ({"x-goog-hash": "md5={md5}", "x-goog-stored-content-encoding": "identity"}, "fetched"),
        ({"x-goog-hash": "crc32c=AAAAAA==, md5=AAAAAAAAAAAAAAAAAAAAAA=="}, "failed"),
        (
            {"x-goog-hash": "md5=AAAAAAAAAAAAAAAAAAAAAA==", "x-goog-stored-content-encoding": "gzip"},
            "fetched",
        ),
        ({"x-goog-hash": "crc32c=AAAAAA=="}, "fetched"),
        ({}, "fetched"),
    ],
)
def test_the_checksum_that_googles_storage_states_is_checked_where_it_is_over_what_is_sent(
    server: Hostile, kitchen: Kitchen, headers: dict[str, str], state: str
) -> None:
    md5 = b64encode(hashlib.md5(TABLE, usedforsecurity=False).digest()).decode()
    extra = {name: value.format(md5=md5) for name, value in headers.items()}
    replies = served(TABLE, stop=HALF, extra=extra), served(TABLE, extra=extra)
    address = server.serve("/withdrawn.txt", *replies)
    assert kitchen.one(table(address, checksum="x-goog-hash")).state == state


def test_a_day_between_fetches_leaves_the_date_of_an_unchanged_file(
    server: Hostile, kitchen: Kitchen
) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE, day=None)))
    kitchen.one(wanted)
    kitchen.now += timedelta(days=9)
    assert kitchen.one(wanted).state == "unchanged"
    assert kitchen.ledger["withdrawn.txt"]["date"] == "2026-11-21"
