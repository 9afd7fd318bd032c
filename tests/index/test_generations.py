"""Generations on a real disk: written aside, switched to, kept while they are read, removed after."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from index import generations
from index.generations import (
    CURRENT,
    FORMAT_VERSION,
    MANIFEST,
    Manifest,
    NoGeneration,
    ReadLock,
    RebuildRunning,
    current_digest,
    damage,
    generation_path,
    publish,
    read_manifest,
    rebuilding,
    remove_unused,
)

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


def test_a_file_named_like_a_generation_is_left_alone(tmp_path: Path) -> None:
    published(tmp_path, ONE)
    (tmp_path / "gen-notes.txt").write_text("mine", "utf-8")
    remove_unused(tmp_path)
    assert (tmp_path / "gen-notes.txt").exists()


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
        msgspec.json.encode(msgspec.structs.replace(manifest(ONE), format=FORMAT_VERSION + 1)),
        msgspec.json.encode(manifest(ONE))[:-9],
        b"",
        b"\xff\xfe",
        b"[]",
        None,
    ],
    ids=["another format", "cut", "empty", "no text", "no manifest", "missing"],
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


def test_the_same_digest_again_mends_a_damaged_generation(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE, "one")
    (generation / "text" / "part").write_text("damaged", "utf-8")
    published(tmp_path, ONE, "one")
    assert damage(generation, read_manifest(generation)) == []
    assert (generation / "text" / "part").read_text("utf-8") == "one"
    assert folders(tmp_path) == [f"gen-{ONE}"]
    assert generations.whole(generation, "whoosh") is not None


def test_a_generation_of_another_engine_is_replaced_not_taken_for_the_same(tmp_path: Path) -> None:
    generation = published(tmp_path, ONE, "one")
    with rebuilding(tmp_path) as building:
        (building / "columns").write_text("two", "utf-8")
        publish(tmp_path, building, msgspec.structs.replace(manifest(ONE), engine="columnar"))
    found = read_manifest(generation)
    assert found.engine == "columnar"
    assert set(found.files) == {"columns"}
    assert damage(generation, found) == []
