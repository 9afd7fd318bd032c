"""A disk that is full at any point of a rebuild: the published index stands, and nothing half-made stays."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from index.generations import current_digest, current_generation, damage, read_manifest
from tests.index.filling import Filled
from tests.running import COMMAND, ROOT, SAMPLES, environment, genelight

OLD, NEW = SAMPLES / "harmonizome-text", SAMPLES / "posts"
ALONE = ("unshare", "--map-root-user", "--mount")
"""Runs a command where it may mount a disk that nobody else sees."""


def may_mount() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def old_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index_dir = tmp_path_factory.mktemp("old") / "index"
    assert genelight("index", OLD, "--index-dir", index_dir).returncode == 0
    return index_dir


@pytest.mark.skipif(not may_mount(), reason="this system lets no user mount a disk of its own")
def test_a_disk_that_fills_at_any_point_of_a_rebuild_leaves_the_old_index_and_says_so(
    tmp_path: Path, old_index: Path
) -> None:
    ran = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.index.filling", tmp_path, old_index, NEW],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    rebuilds = [msgspec.json.decode(line, type=Filled) for line in ran.stdout.splitlines()]
    failed = [rebuild for rebuild in rebuilds if rebuild.code]
    assert 3 < len(failed) < len(rebuilds)
    for rebuild in failed:
        assert rebuild.after == rebuild.before
        assert "no room to rebuild" in rebuild.said[-1] or "disk is full" in rebuild.said[-1]
        assert not any("Traceback" in line for line in rebuild.said)
    for rebuild in rebuilds:
        assert rebuild.damage == []
        assert rebuild.files == [".lock", "CURRENT", f"gen-{rebuild.after}", "kept", "report.json"]
        assert (rebuild.after == rebuild.before) == bool(rebuild.code)


@pytest.mark.parametrize("largest", [0, 500, 5_000, 20_000, 50_000])
def test_a_file_that_cannot_grow_further_leaves_the_old_index_and_says_so(
    tmp_path: Path, old_index: Path, largest: int
) -> None:
    """A limit of the system on each file: it needs no disk that is full."""
    index_dir = shutil.copytree(old_index, tmp_path / "index")
    before = current_digest(index_dir)
    ran = subprocess.run(
        [*COMMAND, "index", str(NEW), "--index-dir", str(index_dir)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )  # fmt: skip
    assert ran.returncode == 1
    told = ran.stderr.splitlines()[-1]
    assert told.startswith("Error: ")
    assert "what is published there stands" in told or "cannot be written" in told
    assert "Traceback" not in ran.stderr
    assert current_digest(index_dir) == before
    generation = current_generation(index_dir)
    assert generation is not None
    assert damage(generation, read_manifest(generation)) == []
    assert sorted(path.name for path in index_dir.iterdir()) == [
        ".lock", "CURRENT", generation.name, "kept", "report.json",
    ]  # fmt: skip
