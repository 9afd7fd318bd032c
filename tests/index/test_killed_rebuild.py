"""A rebuild killed at any moment leaves an index that answers, and its leftovers go with the next one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from index.build import build
from index.generations import current_digest, damage, generation_path, read_manifest
from search import open_index
from tests.index.conftest import PageWriter

ROOT = Path(__file__).parents[2]
PAGES = 300
KILLS = 10
WORDS = ("zinc", "copper", "iron", "cobalt", "nickel", "growth", "repair", "signal", "membrane", "nucleus")


def write_corpus(folder: Path, write_page: PageWriter, told: str) -> None:
    chance = random.Random(told)  # noqa: S311
    for number in range(1, PAGES + 1):
        text = " ".join(f"It binds {' and '.join(chance.sample(WORDS, 3))}." for _ in range(4))
        write_page(folder, f"GEN{number}X", number, f"{told} {text}")


def rebuild(corpus: Path, index_dir: Path) -> subprocess.Popen[bytes]:
    command = ["-m", "webapp", "index", str(corpus), "--index-dir", str(index_dir), "--force"]
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_killed_at_any_moment_a_whole_generation_answers_and_the_next_rebuild_clears_up(
    tmp_path: Path, write_page: PageWriter
) -> None:
    index_dir, corpora = tmp_path / "index", (tmp_path / "one", tmp_path / "other")
    write_corpus(corpora[0], write_page, "Onely")
    write_corpus(corpora[1], write_page, "Otherly")
    digests = {build([corpus], tmp_path / f"{corpus.name}-whole").digest for corpus in corpora}
    assert len(digests) == 2
    build([corpora[0]], index_dir)

    began = time.monotonic()
    assert rebuild(corpora[1], index_dir).wait() == 0
    whole_run = time.monotonic() - began

    chance = random.Random(20261120)  # noqa: S311
    killed = 0
    for attempt in range(4 * KILLS):
        if killed == KILLS:
            break
        moment = chance.uniform(0.05, 0.95)
        running = rebuild(corpora[attempt % 2], index_dir)
        began = time.monotonic()
        try:
            running.wait(moment * whole_run)
            whole_run = min(whole_run, time.monotonic() - began)  # the machine has less to do than before
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            killed += 1
        digest = current_digest(index_dir)
        assert digest in digests
        generation = generation_path(index_dir, digest or "")
        assert damage(generation, read_manifest(generation)) == []
        with open_index(index_dir) as genes:
            page = genes.search("zinc", size=1)
            assert page.index.digest == digest
            assert page.total > PAGES // 2
            assert genes.search("GEN7X").hits[0].symbol == "GEN7X"
    assert killed == KILLS

    last = build([corpora[0]], index_dir, force=True)
    assert current_digest(index_dir) == last.digest
    assert not list(index_dir.glob(".building-*"))
    assert [path.name for path in index_dir.glob("gen-*")] == [f"gen-{last.digest}"]


def test_a_rebuild_killed_between_switch_and_cleaning_leaves_nothing_after_one_that_finds_no_change(
    tmp_path: Path, write_page: PageWriter
) -> None:
    index_dir, corpus = tmp_path / "index", tmp_path / "in"
    write_page(corpus, "AAA", 1, "AAA binds zinc.")
    build([corpus], index_dir)
    old = index_dir / f"gen-{'0' * 64}"
    old.mkdir()
    (old / "rest").write_text("of an older generation", "ascii")
    (index_dir / f".building-{os.getpid()}").mkdir()
    assert build([corpus], index_dir).unchanged
    assert not old.exists()
    assert not list(index_dir.glob(".building-*"))
