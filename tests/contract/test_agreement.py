"""The measure of agreement on a real index, on a small one: engines agree, and a wrong score is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.agreement import compare, differs, opened
from search.engines import Found
from tests.contract.generated import documents, go_terms
from tests.making import publish


def test_engines_and_a_scan_of_every_word_agree_on_random_queries_of_all_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for engine in ("columnar", "whoosh"):
        publish(tmp_path / engine, documents(200), go_terms=go_terms(), engine=engine)
        made.append(opened(tmp_path / engine))
    assert compare(made[0], made[1], 120, seed=3) == 0
    assert "all                       120" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("total", "docs", "scores", "told"),
    [
        (3, [2, 0, 1], [3.0, 2.0, 1.0], ""),
        (3, [2, 0, 1], [3.00001, 2.0, 1.0], ""),
        (2, [2, 0], [3.0, 2.0], "total 2, scanned 3"),
        (3, [2, 0], [3.0, 2.0], "2 documents, scanned 3"),
        (3, [2, 0, 3], [3.0, 2.0, 1.0], "documents that do not match"),
        (3, [2, 0, 2], [3.0, 2.0, 3.0], "documents that do not match, or one twice"),
        (3, [2, 0, 1], [3.0, 2.0, 1.1], "scores"),
        (3, [0, 2, 1], [2.0, 3.0, 1.0], "the best are"),
    ],
)
def test_a_difference_is_told(total: int, docs: list[int], scores: list[float], told: str) -> None:
    found = Found(total, np.array(docs, np.int32), np.array(scores))
    said = differs(found, np.array([2.0, 1.0, 3.0, 0.0]), np.array([True, True, True, False]))
    assert said.startswith(told)
    assert bool(said) is bool(told)
