"""A small disk of its own, filled while an index on it is rebuilt:

    unshare --map-root-user --mount python -m tests.index.filling FOLDER OLD_INDEX NEW_SOURCE

With no room, with a little, and with twice as much again and again until there is plenty.  It tells what came
of each as a line of JSON.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from index.generations import current_digest, current_generation, damage, read_manifest
from tests.running import genelight

SIZE = 64 * 1024 * 1024
ROOMS = (0, *(32 * 1024 << doubling for doubling in range(8)))
"""Bytes; the last is plenty for a rebuild of the samples."""


class Filled(Struct, frozen=True):
    room: int
    """Bytes that were free."""
    code: int
    said: list[str]
    """Lines on standard error."""
    before: str | None
    after: str | None
    """The published digest."""
    damage: list[str]
    files: list[str]


def run(folder: Path, old: Path, new: str) -> None:
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True, capture_output=True
    )
    index_dir, ballast = folder / "index", folder / "ballast"

    for room in ROOMS:
        shutil.copytree(old, index_dir)
        before = current_digest(index_dir)
        fill(ballast, room)
        ran = genelight("index", new, "--index-dir", index_dir)
        ballast.unlink()
        generation = current_generation(index_dir)
        told = Filled(
            room=room,
            code=ran.returncode,
            said=ran.stderr.splitlines(),
            before=before,
            after=current_digest(index_dir),
            damage=damage(generation, read_manifest(generation)) if generation else ["nothing is published"],
            files=sorted(path.name for path in index_dir.iterdir()),
        )
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        shutil.rmtree(index_dir)


def fill(ballast: Path, room: int) -> None:
    """Write until the disk is full, then leave so much of it free."""
    with ballast.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(4096)):
                pass
        except OSError:
            pass
        stream.truncate(stream.tell() - room)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
