"""How a fetch behaves, and the clock it waits by."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct


def _now() -> datetime:
    return datetime.now(UTC)


class Clock(Struct, frozen=True):
    """All that depends on time and chance, so that a test need not wait."""

    now: Callable[[], datetime] = _now
    """With a time zone."""
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    """At least 0, below 1; spreads retries, so that many clients do not come back at once."""


class Settings(Struct, frozen=True, kw_only=True):
    """Seconds, unless said otherwise."""

    contact: str = ""
    """How a publisher reaches whoever fetches; sent with every request."""
    force: bool = False
    """Take a file also where it is much smaller than the one it replaces."""
    timeout: float = 60.0
    """A connection that brings no byte for so long is given up, and taken up again."""
    attempts: int = 6
    """Tries in vain, one after another, before a file is given up."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked: float = 300.0
    """At most so long is waited, whatever a server asks for."""
    limit: int | None = None
    """Genes to take of an API; None: all."""
    associations: bool = False
    """Ask an API for a gene's associations too; the answers are many times as large."""
    rate: float = 4.0
    """Requests to an API a second."""
    max_age: int = 30
    """Days for which an API's answer is not asked for again."""
    clock: Clock = Clock()
