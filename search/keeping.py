"""What was fetched and may be asked for again, within bounds: what was not asked for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by keys, of no more than a size together; safe to share between threads."""

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self._most = most
        self._size = size
        self._total = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def of(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """The values that are here of those asked for, in the order asked for."""
        found = {}
        with self._lock:
            for key in keys:
                if key in self._values:
                    self._values.move_to_end(key)
                    found[key] = self._values[key]
        return found

    def add(self, values: Mapping[Key, Value]) -> None:
        with self._lock:
            for key, value in values.items():
                if key in self._values:
                    self._total -= self._size(self._values.pop(key))
                self._values[key] = value
                self._total += self._size(value)
            while self._total > self._most:
                _, oldest = self._values.popitem(last=False)
                self._total -= self._size(oldest)
