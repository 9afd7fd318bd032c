"""What can go wrong, for a caller to tell apart.

    GenelightError
    |- BadRequest         the request cannot be answered as asked (HTTP 400, exit 2)
    |- IndexUnavailable   no index, a damaged one, or one of another format (HTTP 503, exit 1)

An unknown gene is an answer, not an error.  Each face translates these once.
"""

from __future__ import annotations


class GenelightError(Exception):
    """Base of every error that this package raises on purpose."""


class BadRequest(GenelightError):
    """The request cannot be answered as asked; the message says what to change.

    ``position`` is the code point in the query where it goes wrong, if it is there.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class IndexUnavailable(GenelightError):
    """There is no index that answers; the message says how to get one."""
