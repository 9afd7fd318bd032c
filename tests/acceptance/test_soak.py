"""Many rebuilds under constant search, a third of them killed: each answer whole, nothing left or grown."""

from __future__ import annotations

import json
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from index.engines import EMBEDDED
from index.generations import current_digest
from search import open_index
from tests.acceptance.soaking import Known, Sample, Seen
from tests.questions import QUESTIONS, answer
from tests.running import COMMAND, ROOT, SAMPLES, environment, genelight

SEED = 20261121
SEARCHERS = 4
PUBLISHED, KILLED = 20, 10
MOST_ATTEMPTS = 3 * (PUBLISHED + KILLED)
"""One that is to be killed may have ended before; the soak ends all the same."""
TWO_PROCESSES = 5
"""Every so-manieth rebuild reads with two processes, which outlive the killed one for a moment."""
PUBLIC = ROOT / "tests" / "samples" / "public"
CORPORA = ((PUBLIC, SAMPLES / "posts"), (PUBLIC, SAMPLES / "harmonizome-text"))
GROWN, NOISE = 1.05, 2 * 1024
"""How much of the memory after warming up may be held at the end, and KiB beside it."""


class Searcher:
    def __init__(self, index_dir: Path, known: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.soaking", index_dir, known],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def stop(self) -> Seen:
        told, errors = self._process.communicate(timeout=60)
        assert (self._process.returncode, errors) == (0, b"")
        return msgspec.json.decode(told, type=Seen)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def searching(index_dir: Path, known: Path) -> Iterator[list[Searcher]]:
    searchers = [Searcher(index_dir, known) for _ in range(SEARCHERS)]
    try:
        yield searchers
    finally:
        for searcher in searchers:
            searcher.kill()


def known_answers(folder: Path, engine: str) -> tuple[Known, list[str]]:
    """What each corpus answers to each question, and the digest of each."""
    known: Known = {str(question): {} for question in QUESTIONS}
    digests = []
    for number in range(len(CORPORA)):
        digests.append(built(folder / str(number), number, engine))
        with open_index(folder / str(number)) as genes:
            for question in QUESTIONS:
                known[str(question)][answer(genes, question)] = digests[-1]
    return known, digests


def built(index_dir: Path, number: int, engine: str) -> str:
    """Indexes a corpus, unless it is published already; its digest."""
    ran = genelight("index", *CORPORA[number], "--index-dir", index_dir, "--engine", engine, "--json")
    assert ran.returncode == 0, ran.stderr
    digest: str = json.loads(ran.stdout)["digest"]
    return digest


def rebuild(index_dir: Path, attempt: int, engine: str) -> subprocess.Popen[str]:
    processes = "2" if attempt % TWO_PROCESSES == 0 else "1"
    return subprocess.Popen(
        [*COMMAND, "index", *map(str, CORPORA[attempt % 2]), "--index-dir", str(index_dir), "--force",
         "--processes", processes, "--engine", engine],
        cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("engine", EMBEDDED)
def test_searchers_never_notice_rebuilds_that_are_published_and_killed(tmp_path: Path, engine: str) -> None:
    known, digests = known_answers(tmp_path / "known", engine)
    assert len(set(digests)) == 2
    (tmp_path / "known.json").write_bytes(msgspec.json.encode(known))
    index_dir = tmp_path / "index"
    built(index_dir, 0, engine)
    chance = random.Random(SEED)  # noqa: S311
    took: list[float] = []
    killed = attempt = 0

    with searching(index_dir, tmp_path / "known.json") as searchers:
        while (len(took) < PUBLISHED or killed < KILLED) and attempt < MOST_ATTEMPTS:
            attempt += 1
            began = time.monotonic()
            running = rebuild(index_dir, attempt, engine)
            kill = killed < KILLED and len(took) > 1 and (attempt % 3 == 0 or len(took) >= PUBLISHED)
            try:
                _, said = running.communicate(
                    timeout=chance.uniform(0.1, 0.95) * statistics.median(took[-5:]) if kill else 120
                )
                assert running.returncode == 0, said
                took.append(time.monotonic() - began)
                assert current_digest(index_dir) == digests[attempt % 2]
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGKILL)
                running.communicate()
                killed += 1
            assert current_digest(index_dir) in digests
        last = current_digest(index_dir)
        seen = [searcher.stop() for searcher in searchers]

    assert (killed, len(took) >= PUBLISHED) == (KILLED, True)
    for one in seen:
        assert one.faults == []
        assert one.last is not None
        assert one.last.digest == last
        assert {sample.digest for sample in one.samples} == set(digests)
        quarter = len(one.samples) // 4
        warm, end = one.samples[quarter : 2 * quarter], one.samples[-quarter:]
        assert quarter
        assert max(sample.descriptors for sample in end) <= max(sample.descriptors for sample in warm)
        assert max(sample.mapped for sample in end) <= max(sample.mapped for sample in warm)
        assert one.last.removed == 0
        assert memory(end) <= GROWN * memory(warm) + NOISE

    assert built(index_dir, digests.index(last or ""), engine) == last
    left = sorted(path.name for path in index_dir.iterdir())
    assert left == [".lock", "CURRENT", f"gen-{last}", "kept", "report.json"]
    assert genelight("info", "--verify", "--index-dir", index_dir).returncode == 0


def memory(samples: Sequence[Sample]) -> float:
    return statistics.median(sample.memory for sample in samples)
