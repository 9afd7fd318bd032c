"""Whether an index answers, for who decides where requests are sent.

A cluster is asked each time, and may be slow to answer.  So it is asked aside, once for all who ask at the
same time, and who asks is told within ``WITHIN`` seconds, even where the index takes longer to open.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import msgspec

from search.errors import IndexUnavailable
from webapp.config import Config
from webapp.errors import unavailable_message
from webapp.lazy import LazyGenes

WITHIN = 2.0
"""Seconds."""
KEPT = 1.0
"""Seconds for which an answer holds."""

Told = dict[str, object]


class _Asked(NamedTuple):
    future: Future[Told]
    begun: float


class Readiness:
    """Safe to share between threads."""

    def __init__(self, config: Config, genes: LazyGenes) -> None:
        """
        Raises:
            ConfigError: what is told of a cluster cannot be used.
        """
        self._genes = genes
        self._aside = None if config.cluster() is None else ThreadPoolExecutor(1, "readiness")
        self._lock = Lock()
        self._asked: _Asked | None = None

    def tell(self) -> tuple[Told, int]:
        """What to answer, and its status."""
        try:
            return (self._ask() if self._aside is None else self._wait(self._aside)), 200
        except IndexUnavailable as error:
            return {"status": "unavailable", "error": unavailable_message(error)}, 503

    def _ask(self) -> Told:
        genes = self._genes.get()
        told: Told = {"status": "ok", "digest": genes.metadata().index.digest}
        health = genes.health()
        return told if health is None else told | {"cluster": msgspec.to_builtins(health)}

    def _wait(self, aside: ThreadPoolExecutor) -> Told:
        with self._lock:
            asked = self._asked
            if asked is None or (asked.future.done() and time.monotonic() - asked.begun > KEPT):
                asked = self._asked = _Asked(aside.submit(self._ask), time.monotonic())
        try:
            return asked.future.result(timeout=max(0.0, asked.begun + WITHIN - time.monotonic()))
        except TimeoutError:
            raise IndexUnavailable(f"the cluster has not answered within {WITHIN:.0f} seconds") from None
