"""``genelight fetch``: its manifest, what it tells, and what is left when it is killed."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from index.fetch import ledger
from index.fetch.addresses import wrong
from index.fetch.manifest import Download, ManifestError, read_manifest
from index.sources import FORMATS
from tests.index.fetching import BIG_TABLE, OTHER_TABLE, PACKED, TABLE, packed, table
from tests.index.hostile_server import Hostile, served, status
from tests.running import COMMAND, ROOT, environment, genelight
from webapp.cli import main

SECONDS = 60.0
"""After which a process that does not do what is expected fails the test."""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command in this process, with a manifest of the given downloads."""

    def invoke(*arguments: str | Path, manifest: tuple[Download, ...] = ()) -> Result:
        given = ("--manifest", written(tmp_path / "manifest.toml", *manifest)) if manifest else ()
        texts = [str(argument) for argument in ("fetch", "--to", tmp_path / "to", *given, *arguments)]
        result = CliRunner().invoke(main, texts, prog_name="genelight")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


def written(path: Path, *downloads: Download) -> Path:
    """A manifest in a file."""
    path.write_text("".join(f"[[download]]\n{_toml(one)}" for one in downloads), "utf-8")
    return path


def _toml(one: Download) -> str:
    """TOML writes strings and booleans as JSON does."""
    given = {name: value for name, value in msgspec.to_builtins(one).items() if value is not None}
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in given.items())


# The manifest

NAMES = (
    "hgnc-complete-set",
    "hgnc-withdrawn",
    "gene-info",
    "gene-summary",
    "gene2go",
    "gene2pubmed",
    "go",
    "harmonizome",
)


def test_the_manifest_names_the_public_files() -> None:
    assert tuple(one.name for one in read_manifest().download) == NAMES


@pytest.mark.parametrize("one", read_manifest().download, ids=lambda one: one.name)
def test_a_public_file_is_of_a_known_format_under_a_licence_one_can_read(one: Download) -> None:
    assert one.format in {fmt.name for fmt in FORMATS}
    assert one.address.startswith("https://")
    assert one.licence_link.startswith("https://")
    assert wrong(one.licence_link) is None
    assert one.licence
    assert one.publisher
    assert one.about


def test_without_names_all_are_chosen_but_the_api() -> None:
    manifest = read_manifest()
    assert [one.name for one in manifest.choose(())] == list(NAMES[:-1])
    assert [one.name for one in manifest.choose(("harmonizome", "go"))] == ["go", "harmonizome"]


ONE = table("https://example.org/withdrawn.txt")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[download", "is no manifest: "),
        ("\xff", "is no manifest: "),
        ("", "is no manifest: "),
        ("[[download]]\nname = 'a'\n", "missing required field"),
        (f"[[download]]\n{_toml(ONE)}licence_url = 'x'\n", "unknown field"),
        (f"[[download]]\n{_toml(ONE)}[[download]]\n{_toml(ONE)}", "name symbols is given twice"),
        *(
            (f"[[download]]\n{_toml(msgspec.structs.replace(ONE, **changed))}", reason)
            for changed, reason in [
                ({"file": "../withdrawn.txt"}, "file must be a plain visible name"),
                ({"file": "/etc/passwd"}, "file must be a plain visible name"),
                ({"file": ".."}, "file must be a plain visible name"),
                ({"file": ""}, "file must be a plain visible name"),
                ({"file": ".lock"}, "file must be a plain visible name"),
                ({"file": "a.part"}, "file must be a plain visible name"),
                ({"file": "fetched.json"}, "file must be a plain visible name"),
                ({"file": "a\n"}, "file must be a plain visible name"),
                ({"name": "--force"}, "name must be printable"),
                ({"address": "file:///etc/passwd"}, "address: file:///etc/passwd is neither http nor https"),
                ({"address": "example.org/a"}, "is neither http nor https"),
                ({"address": "http://me:secret@example.org/"}, "address: an address with a user name"),
                ({"checksum": "md5"}, "checksum: md5 is neither http nor https"),
            ]
        ),
    ],
)
def test_a_manifest_that_cannot_be_used_says_why(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text, "latin-1")
    with pytest.raises(ManifestError, match=re.escape(reason)) as refused:
        read_manifest(path)
    assert str(path) in str(refused.value)


def test_a_manifest_that_is_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    result = run("--manifest", tmp_path / "none.toml")
    assert result.exit_code == 2
    assert "none.toml cannot be read (No such file or directory)" in result.stderr


# What the command tells


def test_the_list_names_addresses_and_licences_and_fetches_nothing(run: Run, tmp_path: Path) -> None:
    result = run("--list")
    assert result.exit_code == 0
    for one in read_manifest().download:
        assert all(told in result.stdout for told in (one.name, one.address, one.licence, one.licence_link))
    assert not (tmp_path / "to").exists()
    assert "gene2pubmed" not in run("--list", "go").stdout


def test_an_unknown_name_is_wrong_use_and_lists_the_known_ones(run: Run, tmp_path: Path) -> None:
    result = run("go", "gene3go", "nope")
    assert result.exit_code == 2
    assert "there is no gene3go, nope; known are " + ", ".join(NAMES) in result.stderr
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize("option", [("--limit", "5"), ("--associations",)])
def test_an_option_of_the_api_without_it_is_wrong_use(run: Run, option: tuple[str, ...]) -> None:
    result = run("go", *option)
    assert result.exit_code == 2
    assert "are for harmonizome" in result.stderr


@pytest.mark.parametrize("contact", ["a\r\nX-Header: b", "ä@example.org"])
def test_a_contact_that_no_header_can_hold_is_wrong_use(run: Run, contact: str) -> None:
    result = run("--contact", contact)
    assert result.exit_code == 2
    assert "must be printable ASCII" in result.stderr


def test_each_file_has_its_line_and_the_exit_code_tells_whether_all_are_there(
    run: Run, server: Hostile, tmp_path: Path
) -> None:
    both = table(server.serve("/withdrawn.txt", served(TABLE))), packed(server.address + "/gene_info.gz")
    result = run(manifest=both)
    assert result.exit_code == 1
    fetched = f"symbols: withdrawn.txt, {len(TABLE):,} bytes, 2025-11-20"
    assert result.stdout.splitlines() == [f"fetched {fetched}"]
    failed = [line for line in result.stderr.splitlines() if line.startswith("failed")]
    assert failed == [
        "failed genes (gene_info.gz): the server answers 404 Not Found; look at the publisher's pages for "
        "where it is now, and name that in a manifest (--manifest)"
    ]
    server.serve("/gene_info.gz", served(PACKED))
    result = run(manifest=both)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == f"unchanged {fetched}"
    assert result.stdout.splitlines()[1].startswith("fetched genes: gene_info.gz")
    assert len(ledger.dates(tmp_path / "to")) == 2


def test_progress_that_is_no_terminal_s_is_a_line_a_file(run: Run, server: Hostile) -> None:
    result = run(manifest=(table(server.serve("/withdrawn.txt", served(BIG_TABLE))),))
    assert result.stderr.splitlines() == [f"symbols: 0.0 of {len(BIG_TABLE) / 1e6:.1f} MB"]


def test_what_a_server_says_is_harmless_on_a_terminal(run: Run, server: Hostile) -> None:
    evil = status(200, b"\x1b]0;title\x07\x1b[31m" * 99)
    result = run(manifest=(table(server.serve("/withdrawn.txt", evil)),))
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_a_damaged_record_is_an_error_without_a_traceback(run: Run, server: Hostile, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "fetched.json").write_text("{")
    result = run(manifest=(table(server.serve("/withdrawn.txt", served(TABLE))),))
    assert result.exit_code == 1
    assert "fetched.json is damaged" in result.stderr


def test_a_folder_that_cannot_be_made_is_an_error_without_a_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("--to", tmp_path / "file" / "below", manifest=(ONE,))
    assert result.exit_code == 1
    assert "Not a directory" in result.stderr


def test_a_terminal_shows_a_bar_a_file(server: Hostile, tmp_path: Path) -> None:
    manifest = written(tmp_path / "m.toml", table(server.serve("/withdrawn.txt", served(TABLE))))
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [*COMMAND, "fetch", "--manifest", str(manifest), "--to", str(tmp_path / "to")],
            cwd=ROOT, env=environment(TERM="xterm", COLUMNS="120"), stdout=subprocess.PIPE, stderr=theirs,
        ) as process:  # fmt: skip
            os.close(theirs)
            assert process.wait(SECONDS) == 0
        shown = os.read(ours, 65536).decode("utf-8", "replace")
    finally:
        os.close(ours)
    assert "symbols" in shown
    assert "━" in shown
    assert "MB" in shown


# Killed


def begun(manifest: Path, folder: Path) -> subprocess.Popen[str]:
    """The real command, at work."""
    return subprocess.Popen(
        [*COMMAND, "fetch", "--manifest", str(manifest), "--to", str(folder), "--timeout", str(SECONDS)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], path: Path, size: int) -> None:
    """Until a file that the process writes has so many bytes."""
    for _ in range(int(SECONDS / 0.02)):
        if path.exists() and path.stat().st_size >= size:
            return
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.02)
    raise AssertionError(f"{path} did not grow to {size} bytes")


def test_killed_in_the_middle_it_leaves_the_good_file_and_goes_on_the_next_time(
    server: Hostile, tmp_path: Path
) -> None:
    folder, half = tmp_path / "to", len(BIG_TABLE) // 2
    wanted = table(server.serve("/withdrawn.txt", served(OTHER_TABLE, '"old"', None)))
    manifest = written(tmp_path / "m.toml", wanted)
    command = ("fetch", "--manifest", manifest, "--to", folder)
    assert genelight(*command).returncode == 0
    server.serve("/withdrawn.txt", served(BIG_TABLE, stop=half, hold=True))

    with begun(manifest, folder) as process:
        assert server.holding.wait(SECONDS)
        wait_for(process, folder / "withdrawn.txt.part", half - 65536)
        second = genelight(*command)
        assert second.returncode == 1
        assert f"another fetch (process {process.pid} on " in second.stderr
        process.send_signal(signal.SIGKILL)
    assert (folder / "withdrawn.txt").read_bytes() == OTHER_TABLE
    left = (folder / "withdrawn.txt.part").read_bytes()
    assert left == BIG_TABLE[: len(left)]

    server.serve("/withdrawn.txt", served(BIG_TABLE))
    assert genelight(*command).returncode == 0
    assert server.sent("Range")[-1] == f"bytes={len(left)}-"
    assert (folder / "withdrawn.txt").read_bytes() == BIG_TABLE
    assert sorted(path.name for path in folder.glob("[!.]*")) == ["fetched.json", "withdrawn.txt"]


def test_interrupted_it_ends_at_once_and_can_go_on(server: Hostile, tmp_path: Path) -> None:
    wanted = table(server.serve("/withdrawn.txt", served(BIG_TABLE, stop=1_000_000, hold=True)))
    folder = tmp_path / "to"
    with begun(written(tmp_path / "m.toml", wanted), folder) as process:
        assert server.holding.wait(SECONDS)
        wait_for(process, folder / "withdrawn.txt.part", 900_000)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=SECONDS / 2)
        assert process.returncode == 1
    assert "Aborted!" in said
    assert "Traceback" not in said
    assert not (folder / "withdrawn.txt").exists()


@pytest.mark.parametrize("option", ["--timeout", "--rate"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0", "-1", "1e9", "much"])
def test_a_pace_that_is_no_finite_number_in_its_bounds_is_wrong_use(
    run: Run, option: str, value: str
) -> None:
    result = run("--list", f"{option}={value}")
    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.stderr
