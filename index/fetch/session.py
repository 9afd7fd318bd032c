"""What the fetching of one file works with, and short answers, asked for until they are whole."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from index.fetch.retrying import Interrupted, Tries, Waits
from index.fetch.settings import Settings
from index.fetch.web import Web

Moved = Callable[[int, int | None], None]
"""Told how much has come, and of how much, where that is known: bytes, or genes of an API."""


class Session(Struct, frozen=True):
    web: Web
    settings: Settings
    moved: Moved
    waits: Waits

    def tries(self) -> Tries:
        return Tries(self.settings, self.waits)

    def short(self, address: str, most: int, turn: Callable[[], None] = lambda: None) -> bytes:
        """The body of a short answer, of ``most`` bytes; ``turn`` is called before each request.

        Raises:
            Refused: it cannot be had; GaveUp where it might have been, but not in all the tries.
        """
        tries = self.tries()
        while True:
            turn()
            try:
                with self.web.get(address, {}) as answer:
                    return answer.body(most)
            except Interrupted as cut:
                tries.after(cut)
