"""Several files and several hosts: redirects, politeness, the record, one fetch a folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import subprocess
import threading
from pathlib import Path
from threading import Barrier

import pytest

from index.discover import find
from index.fetch import ledger
from index.fetch.addresses import redirected, wrong
from index.fetch.retrying import Refused
from index.fetch.run import FetchRunning, holding
from index.sources import recognise
from tests.index.fetching import BIG_TABLE, PACKED, TABLE, Kitchen, packed, table
from tests.index.hostile_server import Exchange, Hostile, hostile, moved_to, raw, served, status

# Redirects


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: Hostile, kitchen: Kitchen, code: int) -> None:
    server.serve("/there/withdrawn.txt", served(TABLE))
    address = server.serve("/here", moved_to("there/withdrawn.txt", code))
    assert kitchen.one(table(address)).state == "fetched"
    assert kitchen.ledger["withdrawn.txt"]["address"] == address


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/here", "redirected more than 5 times"),
        ("file:///etc/passwd", "neither http nor https"),
        ("ftp://127.0.0.1/withdrawn.txt", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("http://[::1/", "no address"),
        ("http://name:word@127.0.0.1/", "user name"),
        ("http://127.0.0.1:99999/", "no address"),
    ],
)
def test_a_redirect_to_nowhere_is_refused(
    server: Hostile, kitchen: Kitchen, location: str, reason: str
) -> None:
    failed = kitchen.one(table(server.serve("/here", moved_to(location))))
    assert failed.state == "failed"
    assert reason in failed.told
    assert kitchen.waited == []


@pytest.mark.parametrize("location", ["http://example.org/a", "http://example.com/b"])
def test_a_redirect_from_https_to_http_is_refused(location: str) -> None:
    with pytest.raises(Refused, match="from https to http"):
        redirected("https://example.org/a", location)


@pytest.mark.parametrize(
    ("address", "location", "target"),
    [
        ("https://example.org/a/b", "c", "https://example.org/a/c"),
        ("https://example.org/a/b", "//example.com/c", "https://example.com/c"),
        ("http://example.org/a/b", "https://example.com/c?d=e", "https://example.com/c?d=e"),
        ("http://example.org/a/b", "http://example.com/", "http://example.com/"),
    ],
)
def test_a_redirect_leads_where_a_browser_would_go(address: str, location: str, target: str) -> None:
    assert redirected(address, location) == target


def test_an_address_with_a_line_end_is_none() -> None:
    assert wrong("http://example.org/a\r\nX-Header: b")


# Hosts


def test_a_host_is_asked_over_one_connection_one_question_at_a_time(
    server: Hostile, kitchen: Kitchen
) -> None:
    wanted = [
        table(server.serve(f"/{number}", served(BIG_TABLE)), name=str(number), file=f"{number}.txt")
        for number in range(4)
    ]
    assert {outcome.state for outcome in kitchen.fetch(*wanted)} == {"fetched"}
    assert server.most_at_once == {"127.0.0.1": 1}
    assert server.connections == 1


def test_hosts_are_asked_side_by_side(server: Hostile, kitchen: Kitchen) -> None:
    together = Barrier(2, timeout=20)

    def both(exchange: Exchange) -> None:
        together.wait()
        served(TABLE)(exchange)

    there = server.serve("/withdrawn.txt", both).replace("127.0.0.1", "localhost")
    here = server.serve("/here", both)
    outcomes = kitchen.fetch(table(there), table(here, name="here", file="here.txt"))
    assert [outcome.state for outcome in outcomes] == ["fetched", "fetched"]
    assert not together.broken


def test_a_host_that_others_redirect_to_is_asked_one_question_at_a_time(
    server: Hostile, kitchen: Kitchen
) -> None:
    wanted = []
    for number, host in enumerate(["localhost", "127.0.0.1", "localhost", "127.0.0.1"]):
        server.serve(f"/there/{number}", served(BIG_TABLE))
        address = server.serve(f"/{number}", moved_to(f"{server.address}/there/{number}"))
        name = {"name": str(number), "file": f"{number}.txt"}
        wanted.append(table(address.replace("127.0.0.1", host), **name))
    assert {outcome.state for outcome in kitchen.fetch(*wanted)} == {"fetched"}
    assert server.most_at_once["127.0.0.1"] == 1


def test_every_request_says_who_asks_and_how_to_reach_them(server: Hostile, kitchen: Kitchen) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE))), contact="genes@example.org")
    assert server.sent("User-Agent") == ["Genelight/0.1.0 (genes@example.org)"]
    assert server.sent("Accept-Encoding") == ["identity"]


def test_a_host_whose_certificate_nobody_vouches_for_is_refused_at_once(
    kitchen: Kitchen, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of this test")
    pair = tmp_path / "pair.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(pair), "-out", str(tmp_path / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", pair)
    with hostile(context) as server:
        address = server.serve("/withdrawn.txt", served(TABLE))
        failed = kitchen.one(table(address.replace("http://127.0.0.1", "https://localhost")))
    assert failed.state == "failed"
    assert "certificate is not trusted" in failed.told
    assert kitchen.waited == []


def test_a_host_that_speaks_no_tls_is_given_up(server: Hostile, kitchen: Kitchen) -> None:
    address = server.serve("/withdrawn.txt", raw(b"")).replace("http://", "https://")
    failed = kitchen.one(table(address), attempts=2)
    assert failed.state == "failed"
    assert "no answer" in failed.told


# One failure is never another's


def test_a_failure_leaves_the_others(server: Hostile, kitchen: Kitchen) -> None:
    outcomes = kitchen.fetch(
        table(server.serve("/gone", status(404)), name="gone", file="gone.txt"),
        packed(server.serve("/gene_info.gz", served(PACKED))),
        table(server.serve("/withdrawn.txt", served(TABLE))),
    )
    assert [outcome.state for outcome in outcomes] == ["failed", "fetched", "fetched"]
    assert kitchen.names == ["fetched.json", "gene_info.gz", "withdrawn.txt"]
    assert sorted(kitchen.ledger) == ["gene_info.gz", "withdrawn.txt"]


def test_a_file_that_cannot_be_written_is_a_failure_of_its_own(server: Hostile, kitchen: Kitchen) -> None:
    (kitchen.folder / "withdrawn.txt.part").mkdir(parents=True)
    outcomes = kitchen.fetch(
        table(server.serve("/withdrawn.txt", served(TABLE))),
        packed(server.serve("/gene_info.gz", served(PACKED))),
    )
    assert [outcome.state for outcome in outcomes] == ["failed", "fetched"]
    assert "cannot be written" in outcomes[0].told


def test_a_format_that_genelight_does_not_read_is_told(server: Hostile, kitchen: Kitchen) -> None:
    failed = kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE)), format="hgnc"))
    assert failed.state == "failed"
    assert "calls its format hgnc, and known are" in failed.told


# The record


def test_the_record_dates_a_file_by_its_checksum(server: Hostile, kitchen: Kitchen) -> None:
    kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE))))
    digest = hashlib.sha256(TABLE).hexdigest()
    assert ledger.dates(kitchen.folder) == {"withdrawn.txt": (digest, "2025-11-20")}


def test_a_folder_that_nothing_was_fetched_into_dates_nothing(tmp_path: Path) -> None:
    assert ledger.dates(tmp_path) == {}
    assert ledger.dates(tmp_path / "none") == {}
    (tmp_path / "file").touch()
    assert ledger.dates(tmp_path / "file") == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": {"a": 1}}', "\xff", "[" * 100_000])
def test_a_damaged_record_dates_nothing_and_is_told_before_a_fetch(
    server: Hostile, kitchen: Kitchen, text: str
) -> None:
    kitchen.folder.mkdir()
    (kitchen.folder / "fetched.json").write_text(text, "latin-1")
    assert ledger.dates(kitchen.folder) == {}
    with pytest.raises(ledger.LedgerDamaged, match=r"fetched\.json is damaged .*; remove it"):
        kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE))))
    assert server.asked == []


def test_of_a_folder_of_fetched_files_the_rebuild_reads_the_finished_ones_alone(
    server: Hostile, kitchen: Kitchen
) -> None:
    outcomes = kitchen.fetch(
        table(server.serve("/withdrawn.txt", served(TABLE))),
        packed(server.serve("/gene_info.gz", served(PACKED, stop=len(PACKED) // 2))),
        attempts=1,
    )
    assert [outcome.state for outcome in outcomes] == ["fetched", "failed"]
    assert kitchen.names == ["fetched.json", "gene_info.gz.part", "withdrawn.txt"]
    found = find([kitchen.folder])
    assert [taken.path.name for taken in found.taken] == ["withdrawn.txt"]
    assert found.problems == ()
    assert recognise((kitchen.folder / "fetched.json").read_text("utf-8")) is None


# One fetch a folder


def test_a_second_fetch_into_a_folder_says_who_holds_it(server: Hostile, kitchen: Kitchen) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(TABLE)))
    with (
        holding(kitchen.folder),
        pytest.raises(FetchRunning, match=rf"process {os.getpid()} on .* is at work"),
    ):
        kitchen.one(wanted)
    assert server.asked == []
    assert kitchen.one(wanted).state == "fetched"


def test_a_fault_in_a_host_s_thread_reaches_whoever_asked(server: Hostile, kitchen: Kitchen) -> None:
    def fault() -> float:
        raise ZeroDivisionError

    kitchen.chance = fault
    with pytest.raises(ZeroDivisionError):
        kitchen.one(table(server.serve("/withdrawn.txt", status(503))))


def test_threads_end_with_the_fetch(server: Hostile, kitchen: Kitchen) -> None:
    before = set(threading.enumerate())
    kitchen.one(table(server.serve("/withdrawn.txt", served(TABLE))))
    of_the_server = "process_request_thread"
    assert [one for one in set(threading.enumerate()) - before if of_the_server not in one.name] == []
