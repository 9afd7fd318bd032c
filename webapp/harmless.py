"""Text of a source as a face may show it.

A source is hostile, to a terminal as to a page: what cannot be seen may move the cursor, change colours, turn
the direction of what follows, or make two names that differ look the same.
"""

from __future__ import annotations

import re

_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # without width
    "\u2028\u2029\ud800-\udfff]"  # line ends of their own, halves of characters
)
_LAYOUT = "\t\n\r"
"""Controls that a browser takes for a space."""


def harmless(text: str) -> str:
    """The text as a terminal may show it: as long as before, so that offsets into it hold."""
    return text if text.isprintable() else _HARMFUL.sub(_picture, text)


def visible(text: str) -> str:
    """The same for a page, where line ends are spaces."""
    return text if text.isprintable() else _HARMFUL.sub(_picture_or_layout, text)


def _picture(harmful: re.Match[str]) -> str:
    """``␛`` for an escape: Unicode has a picture of each of the oldest control characters."""
    code = ord(harmful[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def _picture_or_layout(harmful: re.Match[str]) -> str:
    return harmful[0] if harmful[0] in _LAYOUT else _picture(harmful)
