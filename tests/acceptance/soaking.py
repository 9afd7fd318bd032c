"""Searches without pause in a process of its own, and compares each answer with what is known:

    python -m tests.acceptance.soaking INDEX_DIR KNOWN

``KNOWN`` is a file of JSON, ``{question: {answer: generation}}``.  It ends when its standard input does, and
then tells what it saw as JSON.
"""

from __future__ import annotations

import gc
import os
import re
import select
import sys
import traceback
from pathlib import Path

import msgspec
from msgspec import Struct

from search import open_index
from tests.questions import QUESTIONS, answer

NICE = 19
"""So that the rebuilds beside it get their share of a small machine."""
ENOUGH_FAULTS = 5

Known = dict[str, dict[str, str]]


class Sample(Struct, frozen=True):
    """What the process holds, after each round of questions."""

    digest: str
    memory: int
    """KiB that are no file's: what is mapped of files is counted below."""
    descriptors: int
    mapped: int
    """Mappings of files of the index."""
    removed: int
    """Descriptors and mappings of files that were removed."""


class Seen(Struct):
    answers: int = 0
    faults: list[str] = []
    samples: list[Sample] = []
    last: Sample | None = None
    """When everything that nobody refers to is let go."""


def watch(index_dir: Path, known: Known) -> Seen:
    seen = Seen(faults=[], samples=[])
    with open_index(index_dir) as genes:
        while len(seen.faults) < ENOUGH_FAULTS:
            for question in QUESTIONS:
                try:
                    answered = answer(genes, question)
                except Exception:  # noqa: BLE001 - whatever it is, the test tells it
                    seen.faults.append(f"{question}: {traceback.format_exc()}")
                    continue
                seen.answers += 1
                if answered not in known[str(question)]:
                    seen.faults.append(f"{question}: an answer of no generation")
            stopped = bool(select.select([sys.stdin], [], [], 0)[0])
            seen.samples.append(sample(index_dir, genes.metadata().index.digest))
            if stopped:
                break
        gc.collect()
        seen.last = sample(index_dir, genes.metadata().index.digest)
    return seen


def sample(index_dir: Path, digest: str) -> Sample:
    process = Path("/proc/self")
    size = re.search(r"^Anonymous: +(\d+)", (process / "smaps_rollup").read_text(), re.MULTILINE)
    assert size is not None
    maps = [line for line in (process / "maps").read_text().splitlines() if str(index_dir) in line]
    open_files = []
    for link in (process / "fd").iterdir():
        try:
            open_files.append(str(link.readlink()))
        except FileNotFoundError:  # the one by which the folder is read
            continue
    removed = sum(name.endswith(" (deleted)") for name in (*maps, *open_files) if str(index_dir) in name)
    return Sample(digest, int(size[1]), len(open_files), len(maps), removed)


if __name__ == "__main__":
    os.nice(NICE)
    found = watch(Path(sys.argv[1]), msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=Known))
    sys.stdout.write(msgspec.json.encode(found).decode())
