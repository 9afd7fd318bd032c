"""Where generations are published: what an index is asked for whether another one is to be opened."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from search.snapshot import Snapshot


class Published(Protocol):
    """A place where one generation at a time is published; safe to share between threads."""

    aside: bool
    """Whether opening takes so long that requests go on with the generation before meanwhile."""

    def look(self) -> None:
        """Find out what is published now, where that is not told by every question; never fails."""

    def seen(self) -> Hashable | None:
        """What differs when another generation is published; quick.  None where that cannot be told."""

    def current(self) -> Hashable | None:
        """What is published, as ``Snapshot.source`` has it; None for nothing."""

    def open(self) -> Snapshot:
        """What is published.

        Raises:
            IndexUnavailable: nothing is, or it is damaged or of another format.
        """

    def lost(self) -> None:
        """That a question found the open generation to be gone: the next look is due, and waited for."""

    def close(self) -> None:
        """Let go of what leads there."""
