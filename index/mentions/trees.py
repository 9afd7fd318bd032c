"""Boosted trees on many rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.mentions.parameters import Trees


class Forest:
    def __init__(self, trees: Trees) -> None:
        inner = (1 << trees.depth) - 1
        self._depth = trees.depth
        count = len(trees.features) // inner
        self._features = np.array(trees.features, np.int32).reshape(count, inner)
        self._thresholds = np.array(trees.thresholds, np.float32).reshape(count, inner)
        self._leaves = np.array(trees.leaves, np.float32)
        self._inner = np.arange(count, dtype=np.int32) * inner
        self._outer = np.arange(count, dtype=np.int32) * (inner + 1)
        self._flat_features = self._features.ravel()
        self._flat_thresholds = self._thresholds.ravel()
        self._start = trees.start

    @staticmethod
    def chance(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """0 to 1."""
        chance: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
        return chance

    def log_odds(self, rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        numbers = np.array(rows, np.float32)
        width = numbers.shape[1]
        flat = numbers.ravel()
        row_starts = (np.arange(len(numbers), dtype=np.int32) * width)[:, None]
        at = np.zeros((len(numbers), len(self._inner)), np.int32)
        for _ in range(self._depth):
            place = at + self._inner
            chosen = flat.take(self._flat_features.take(place) + row_starts)
            at = 2 * at + 1 + (chosen > self._flat_thresholds.take(place))
        leaves = self._leaves.take(at - ((1 << self._depth) - 1) + self._outer)
        odds: NDArray[np.float64] = leaves.sum(axis=1, dtype=np.float64)
        return odds + self._start
