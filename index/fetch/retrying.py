"""What may come back and what will not, and how long to wait for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

from index.fetch.settings import Settings

Waits = Callable[[str, float], None]
"""Told before each wait: why, and for how many seconds."""

MOST_DIGITS = 9


class Interrupted(Exception):
    """It failed in a way that may pass: it is worth another try."""

    def __init__(self, reason: str, asked: float | None = None) -> None:
        super().__init__(reason)
        self.asked = asked
        """Seconds that the server asks to wait."""


class Refused(Exception):
    """It failed, and another try would fail alike; the message says what and, where known, the mend."""


class GaveUp(Refused):
    """It might have passed, but did not in all the tries."""


class Tries:
    """Counts tries in vain, and waits longer after each."""

    def __init__(self, settings: Settings, waits: Waits) -> None:
        self._settings = settings
        self._waits = waits
        self._vain = 0

    def after(self, cut: Interrupted, *, progress: bool = False) -> None:
        """Wait before the next try; ``progress``: the last one brought something, and counts as a first.

        Raises:
            GaveUp: there were as many in a row as the settings allow.
        """
        settings = self._settings
        self._vain = 1 if progress else self._vain + 1
        if self._vain >= settings.attempts:
            raise GaveUp(f"{cut}; given up after {self._vain} tries, fetch it again later") from cut
        longest = min(settings.longest_wait, settings.first_wait * 2 ** (self._vain - 1))
        seconds = longest * (1 + settings.clock.chance()) / 2
        if cut.asked is not None:
            seconds = max(seconds, min(cut.asked, settings.longest_asked))
        self._waits(str(cut), seconds)
        settings.clock.sleep(seconds)


def asked_seconds(retry_after: str | None, now: datetime) -> float | None:
    """What a Retry-After header asks for, as seconds or as an HTTP date; None when it says neither."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:MOST_DIGITS])
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """The moment that an HTTP date names, None when it is none."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError, TypeError):
        return None
    return moment if moment.tzinfo is not None else None
