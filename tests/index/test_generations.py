"""Generations on a real disk: written aside, switched to, kept while they are read, removed after."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import msgspec
import pytest

from index.generations import (
    CURRENT,
    FORMAT_VERSION,
    MANIFEST,
    Manifest,
    NoGeneration,
    ReadLock,
    RebuildRunning,
    current_digest,
    current_generation,
    damage,
    generation_path,
    read_manifest,
)
from index.publishing import publish, rebuilding, remove_unused

ONE, TWO = "1" * 64, "2" * 64


def manifest(digest: str, inputs: str = "in") -> Manifest:
    return Manifest(
        format=FORMAT_VERSION,
        digest=digest,
        inputs=inputs,
        engine="whoosh",
        genes=1,
        built="2026-01-01T00:00:00+00:00",
        sources=(),
        set_aside=0,
        ignored=0,
        files={},
    )


def published(index_dir: Path, digest: str, content: str = "content", inputs: str = "in") -> Path:
    with rebuilding(index_dir) as building:
        (building / "text").mkdir()
        (building / "text" / "part").write_text(content, "utf-8")
        (building / "records").write_bytes(bytes(range(256)))
        return publish(index_dir, building, manifest(digest, inputs))


def folders(index_dir: Path) -> list[str]:
    return sorted(path.name for path in index_dir.iterdir() if path.is_dir())


def test_a_published_generation_is_the_current_one_whole_and_alone(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE)
    assert generation == generation_path(tmp_path, ONE)
    assert current_digest(tmp_path) == ONE
    assert (tmp_path / CURRENT).read_text("ascii") == f"gen-{ONE}\n"
    assert folders(tmp_path) == [f"gen-{ONE}"]
    found = read_manifest(generation)
    assert set(found.files) == {"text/part", "records"}
    assert damage(generation, found) == []


def test_publishing_switches_and_the_old_generation_goes_when_nobody_reads_it(tmp_path: Path) -> None:
    published(tmp_path, ONE)
    published(tmp_path, TWO)
    assert current_digest(tmp_path) == TWO
    remove_unused(tmp_path)
    assert folders(tmp_path) == [f"gen-{TWO}"]


def test_a_generation_that_is_read_is_kept_until_all_its_readers_let_go(tmp_path: Path) -> None:
    old = published(tmp_path, ONE)
    first, second = ReadLock(old), ReadLock(old)
    published(tmp_path, TWO)
    remove_unused(tmp_path)
    first.release()
    remove_unused(tmp_path)
    assert damage(old, read_manifest(old)) == []
    second.release()
    assert folders(tmp_path) == [f"gen-{ONE}", f"gen-{TWO}"]
    remove_unused(tmp_path)
    assert folders(tmp_path) == [f"gen-{TWO}"]


def test_a_generation_that_was_removed_cannot_be_locked(tmp_path: Path) -> None:
    old = published(tmp_path, ONE)
    published(tmp_path, TWO)
    remove_unused(tmp_path)
    with pytest.raises(NoGeneration, match="genelight index"):
        ReadLock(old)


def test_what_is_named_like_a_generation_and_is_none_is_left_alone(tmp_path: Path) -> None:
    published(tmp_path, ONE)
    (tmp_path / "gen-notes.txt").write_text("mine", "utf-8")
    (tmp_path / f"gen-{TWO}-kept").mkdir()
    (tmp_path / f"gen-{TWO}").write_text("a file", "utf-8")
    remove_unused(tmp_path)
    assert {f"gen-{TWO}-kept", f"gen-{TWO}", "gen-notes.txt"} < {path.name for path in tmp_path.iterdir()}


def test_nothing_is_removed_where_nothing_says_what_is_published(tmp_path: Path) -> None:
    published(tmp_path, ONE)
    (tmp_path / CURRENT).write_bytes(b"\0")
    remove_unused(tmp_path)
    assert folders(tmp_path) == [f"gen-{ONE}"]


def test_what_a_killed_removal_left_is_removed_before_the_next_rebuild_needs_the_space(
    tmp_path: Path,
) -> None:
    published(tmp_path, ONE)
    published(tmp_path, TWO)
    (generation_path(tmp_path, ONE) / "in-use").unlink()
    (generation_path(tmp_path, ONE) / "records").unlink()
    with rebuilding(tmp_path) as building:
        assert folders(tmp_path) == [building.name, f"gen-{TWO}"]


def test_a_second_rebuild_is_refused_and_told_who_is_at_work(tmp_path: Path) -> None:
    with (
        rebuilding(tmp_path),
        pytest.raises(RebuildRunning, match=rf"process {os.getpid()} on {os.uname().nodename}"),
        rebuilding(tmp_path),
    ):
        pytest.fail("two rebuilds at once")
    with rebuilding(tmp_path) as building:
        assert list(building.iterdir()) == []


def test_what_a_killed_rebuild_left_is_removed_by_the_next(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE)
    (tmp_path / ".building-1").mkdir()
    (tmp_path / ".building-1" / "half").write_text("half", "utf-8")
    (tmp_path / ".building-CURRENT-1").write_text("gen-0", "ascii")
    with rebuilding(tmp_path) as building:
        assert [path.name for path in tmp_path.glob(".building-*")] == [building.name]
    assert folders(tmp_path) == [generation.name]
    assert not list(tmp_path.glob(".building-*"))
    assert damage(generation, read_manifest(generation)) == []


def test_a_rebuild_that_fails_leaves_the_published_generation_and_no_folder(tmp_path: Path) -> None:
    published(tmp_path, ONE)

    def fail() -> None:
        with rebuilding(tmp_path) as building:
            (building / "half").write_text("half", "utf-8")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail()
    assert folders(tmp_path) == [f"gen-{ONE}"]
    assert current_digest(tmp_path) == ONE


@pytest.mark.parametrize("name", ["records", "text/part"])
@pytest.mark.parametrize("place", [0, 3, -1])
def test_one_flipped_bit_is_found(tmp_path: Path, name: str, place: int) -> None:
    generation = published(tmp_path, ONE)
    data = bytearray((generation / name).read_bytes())
    data[place] ^= 1
    (generation / name).write_bytes(data)
    assert damage(generation, read_manifest(generation)) == [f"{name}: checksum differs"]


def test_a_missing_and_a_cut_file_are_found(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE)
    (generation / "text" / "part").unlink()
    (generation / "records").write_bytes(b"\0")
    assert damage(generation, read_manifest(generation)) == [
        "records: 1 bytes instead of 256",
        "text/part: missing",
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            msgspec.json.encode(msgspec.structs.replace(manifest(ONE), format=FORMAT_VERSION + 1)),
            id="another format",
        ),
        pytest.param(msgspec.json.encode({"format": FORMAT_VERSION - 1}), id="a format of other contents"),
        pytest.param(msgspec.json.encode(manifest(ONE)), id="without checksum"),
        pytest.param(msgspec.json.encode(manifest(ONE))[:-9], id="cut"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[]", id="no manifest"),
        pytest.param(None, id="missing"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_no_generation_and_says_what_to_run(
    tmp_path: Path, content: bytes | None
) -> None:
    generation = published(tmp_path, ONE)
    (generation / MANIFEST).unlink()
    if content is not None:
        (generation / MANIFEST).write_bytes(content)
    with pytest.raises(NoGeneration, match="genelight index"):
        read_manifest(generation)


def test_one_flipped_bit_anywhere_in_the_manifest_is_found(tmp_path: Path) -> None:
    path = published(tmp_path, ONE) / MANIFEST
    whole = path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(NoGeneration, match="genelight index"):
            read_manifest(path.parent)
    path.write_bytes(whole)
    assert read_manifest(path.parent).digest == ONE


def test_one_flipped_bit_anywhere_in_the_pointer_leads_to_no_generation(tmp_path: Path) -> None:
    published(tmp_path, ONE)
    pointer = tmp_path / CURRENT
    whole = pointer.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        pointer.write_bytes(flipped)
        led = current_generation(tmp_path)
        assert led is None or not led.exists()
    pointer.write_bytes(whole[:-1])
    assert current_generation(tmp_path) is None


def test_the_file_that_readers_lock_is_missed_when_it_is_missing(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE)
    (generation / "in-use").unlink()
    assert damage(generation, read_manifest(generation)) == ["in-use: missing"]


@pytest.mark.parametrize("content", [b"", b"\0" * 69, b"\xff\xfe", b"gen-", b"gen-../../etc\n", b"what\n"])
def test_a_damaged_pointer_is_no_index_and_no_failure(tmp_path: Path, content: bytes) -> None:
    published(tmp_path, ONE)
    (tmp_path / CURRENT).write_bytes(content)
    assert current_digest(tmp_path) is None


def test_a_folder_that_is_missing_or_a_file_has_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "ascii")
    assert current_digest(tmp_path / "nowhere") is None
    assert current_digest(tmp_path / "file") is None


def test_the_same_digest_again_leaves_the_files_to_their_readers_and_takes_the_new_manifest(
    tmp_path: Path,
) -> None:
    generation = published(tmp_path, ONE, "one")
    before = (generation / "text" / "part").stat().st_ino
    reader = ReadLock(generation)
    published(tmp_path, ONE, "one, in other bytes", inputs="others")
    found = read_manifest(generation)
    assert found.inputs == "others"
    assert (generation / "text" / "part").stat().st_ino == before
    assert damage(generation, found) == []
    published(tmp_path, TWO)
    remove_unused(tmp_path)
    assert generation.is_dir()
    reader.release()
    remove_unused(tmp_path)
    assert not generation.exists()


def test_the_same_digest_again_mends_a_damaged_generation_beside_its_readers(tmp_path: Path) -> None:
    damaged = published(tmp_path, ONE, "one")
    reader = ReadLock(damaged)
    (damaged / "text" / "part").write_text("damaged", "utf-8")
    mended = published(tmp_path, ONE, "one")
    assert mended != damaged
    assert mended == current_generation(tmp_path) == generation_path(tmp_path, ONE)
    assert current_digest(tmp_path) == ONE
    assert damage(mended, read_manifest(mended)) == []
    assert (damaged / "text" / "part").read_text("utf-8") == "damaged"
    reader.release()
    remove_unused(tmp_path)
    assert folders(tmp_path) == [mended.name]


def test_a_generation_that_is_damaged_again_and_again_is_mended_each_time(tmp_path: Path) -> None:
    for _ in range(4):
        generation = published(tmp_path, ONE)
        assert current_generation(tmp_path) == generation
        assert damage(generation, read_manifest(generation)) == []
        (generation / "records").unlink()
        remove_unused(tmp_path)
        assert folders(tmp_path) == [generation.name]


def test_a_generation_of_another_engine_is_replaced_not_taken_for_the_same(tmp_path: Path) -> None:
    old = published(tmp_path, ONE, "one")
    reader = ReadLock(old)
    with rebuilding(tmp_path) as building:
        (building / "columns").write_text("two", "utf-8")
        new = publish(tmp_path, building, msgspec.structs.replace(manifest(ONE), engine="columnar"))
    assert current_generation(tmp_path) == new != old
    found = read_manifest(new)
    assert (found.engine, set(found.files)) == ("columnar", {"columns"})
    assert damage(new, found) == []
    assert damage(old, read_manifest(old)) == []
    assert published(tmp_path, ONE, "one") == old  # it is whole and still there
    reader.release()


def test_all_of_a_generation_is_on_the_disk_before_the_switch_and_the_switch_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_sync, really_replace = os.fsync, os.replace
    events: list[tuple[str, int | str]] = []

    def sync(descriptor: int) -> None:
        really_sync(descriptor)
        events.append(("synced", os.fstat(descriptor).st_ino))

    def replace(source: Path, target: Path) -> None:
        really_replace(source, target)
        events.append(("switched", Path(target).name))

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    generation = published(tmp_path, ONE)
    assert [event for event in events if event[0] == "switched"] == [("switched", CURRENT)]
    switch = events.index(("switched", CURRENT))
    before = {number for _, number in events[:switch]}
    inside = [generation, *(path for path in generation.rglob("*") if path.name != "in-use")]
    assert {path.stat().st_ino for path in [*inside, tmp_path, tmp_path / CURRENT]} <= before
    assert events[switch + 1 :] == [("synced", tmp_path.stat().st_ino)]


_CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
"""What the interpreter announces before it does it (its audit events)."""


def killed_before_its(step: int, work: Callable[[], object]) -> bool:
    """Does the work in a process that is killed before its so-manieth change of the disk; whether it was."""
    child = os.fork()
    if child == 0:
        changes = count()

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            if event in _CHANGES and next(changes) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(watch)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _whole(_: Path) -> None:
    pass


def _damaged(generation: Path) -> None:
    (generation / "records").write_bytes(b"damaged")


@pytest.mark.parametrize(
    ("before", "digest"),
    [(_whole, TWO), (_whole, ONE), (_damaged, ONE), (_damaged, TWO)],
    ids=["another", "the same", "the same, which is damaged", "another, for a damaged one"],
)
def test_killed_at_any_step_of_publishing_the_old_or_the_new_generation_stands_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: Callable[[Path], None], digest: str
) -> None:
    monkeypatch.setattr(os, "fsync", os.fstat)  # it is for power cuts, and would take most of the time

    def publish_next(index_dir: Path) -> None:
        published(index_dir, digest, "new")
        remove_unused(index_dir)

    for step in count():
        index_dir = tmp_path / str(step)
        old = published(index_dir, ONE, "old")
        before(old)
        killed = killed_before_its(step, lambda index_dir=index_dir: publish_next(index_dir))  # type: ignore[misc]
        stands = current_generation(index_dir)
        assert stands is not None
        if before is _whole or stands != old:
            assert damage(stands, read_manifest(stands)) == []
        else:  # it was damaged before, and is as it was
            assert damage(stands, read_manifest(stands)) == ["records: 7 bytes instead of 256"]
        publish_next(index_dir)
        last = current_generation(index_dir)
        assert last is not None
        assert (current_digest(index_dir), damage(last, read_manifest(last))) == (digest, [])
        assert sorted(path.name for path in index_dir.iterdir()) == sorted([".lock", CURRENT, last.name])
        if not killed:
            assert step > 20
            break
