"""An index whose generations take long to open answers from the one before meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.publishing import point_to
from search import Genes, latest
from search.folders import Folder
from search.snapshot import Snapshot
from tests.making import gene, publish


class Slow(Folder):
    """A folder whose generations are opened aside, once they may be."""

    aside = True

    def __init__(self, index_dir: Path) -> None:
        super().__init__(index_dir)
        self.may_open = threading.Event()
        self.may_open.set()
        self.faults: list[Exception] = []
        self.opened = threading.Semaphore(0)
        """Released after each try."""

    def open(self) -> Snapshot:
        self.may_open.wait(60)
        try:
            if self.faults:
                raise self.faults.pop()
            return super().open()
        finally:
            self.opened.release()


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[Slow, Genes]]:
    publish(tmp_path, [gene("A", "Zinc.")])
    published = Slow(tmp_path)
    with Genes(published) as genes:
        published.opened.acquire()
        yield published, genes


def total_after(genes: Genes, wanted: int) -> int:
    """What is answered as soon as it is this, or at the end of a minute."""
    waiting = threading.Event()
    for _ in range(6000):
        if (found := genes.search("zinc").total) == wanted:
            break
        waiting.wait(0.01)
    return found


def test_the_generation_before_answers_until_the_next_is_open(
    slow: tuple[Slow, Genes], tmp_path: Path
) -> None:
    published, genes = slow
    published.may_open.clear()
    publish(tmp_path, [gene("A", "Zinc."), gene("B", "Zinc.")])
    assert [genes.search("zinc").total for _ in range(3)] == [1, 1, 1]
    published.may_open.set()
    assert total_after(genes, 2) == 2


def test_a_fault_that_nobody_foresaw_does_not_end_the_following(
    slow: tuple[Slow, Genes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, genes = slow
    monkeypatch.setattr(latest, "_REFUSED_SECONDS", 0.0)
    monkeypatch.setattr(threading, "excepthook", lambda fault: None)
    published.faults.append(KeyError("cluster_uuid"))
    publish(tmp_path, [gene("A", "Zinc."), gene("B", "Zinc.")])
    assert genes.search("zinc").total == 1
    assert published.opened.acquire(timeout=60)
    assert not published.faults
    assert total_after(genes, 2) == 2


def test_a_generation_that_is_published_again_answers_again(slow: tuple[Slow, Genes], tmp_path: Path) -> None:
    published, genes = slow
    old = genes.metadata().index.digest
    publish(tmp_path, [gene("A", "Zinc."), gene("B", "Zinc.")])
    genes.search("zinc")
    assert published.opened.acquire(timeout=60)
    point_to(tmp_path, old)
    assert total_after(genes, 1) == 1
    assert genes.metadata().index.digest == old
