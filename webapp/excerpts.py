"""Texts that are too long to be shown whole, shortened to what answers; that they were is always said.

Sources give sentences of a few hundred characters.  One of a megabyte, a list that lacks its full stops or a
text meant to do harm, would bury the rest of a page.  The JSON endpoint always has all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from search.page import FamilyMention, GeneMention

Span = tuple[int, int]

LONGEST = 1000
"""Code points of a sentence that are shown; nearly no sentence of any source has more."""
_AROUND = 150
"""Code points on either side of a word that answers."""
_TO_A_SPACE = 20
_GAP = " … "


class Excerpt(Struct, frozen=True):
    """What is shown of a sentence; offsets are into ``text``."""

    text: str
    spans: Sequence[Span]
    mentions: Sequence[GeneMention]
    whole: int | None = None
    """Code points of the sentence, where this is not all of it."""
    families: Sequence[FamilyMention] = ()


def excerpt(
    sentence: str,
    spans: Sequence[Span] = (),
    mentions: Sequence[GeneMention] = (),
    longest: int = LONGEST,
    families: Sequence[FamilyMention] = (),
) -> Excerpt:
    """The sentence itself, or of one that is longer than ``longest`` the parts around its spans, up to about
    so many code points; its beginning, where it has none."""
    if len(sentence) <= longest:
        return Excerpt(sentence, spans, mentions, None, families)
    parts: list[str] = []
    shown_spans: list[Span] = []
    shown_mentions: list[GeneMention] = []
    shown_families: list[FamilyMention] = []
    at = 0
    for start, end in _windows(sentence, spans, longest):
        if start:
            parts.append(_GAP)
            at += len(_GAP)
        parts.append(sentence[start:end])
        moved = at - start
        shown_spans += [
            (max(first, start) + moved, min(last, end) + moved)
            for first, last in spans
            if first < end and start < last
        ]
        shown_mentions += [
            replace(mention, start=mention.start + moved, end=mention.end + moved)
            for mention in mentions
            if start <= mention.start and mention.end <= end
        ]
        shown_families += [
            replace(family, start=family.start + moved, end=family.end + moved)
            for family in families
            if start <= family.start and family.end <= end
        ]
        at += end - start
        ended = end
    if ended < len(sentence):
        parts.append(_GAP.rstrip())
    return Excerpt("".join(parts), shown_spans, shown_mentions, len(sentence), shown_families)


def short(text: str | None, longest: int = 300) -> str:
    """A name, a title or the like, shortened at its end."""
    if text is None or len(text) <= longest:
        return text or ""
    return f"{text[:longest]}… (shortened from {len(text):,} characters)"


def _windows(sentence: str, spans: Sequence[Span], room: int) -> list[Span]:
    """What to show: parts of the sentence, in order and apart."""
    windows: list[Span] = []
    for start, end in _around(sentence, spans):
        last = windows[-1][1] if windows else 0
        joined = bool(windows) and start <= last
        end = min(end, (last if joined else start) + room)
        if joined:
            room -= max(0, end - last)
            windows[-1] = (windows[-1][0], max(last, end))
        else:
            room -= end - start
            windows.append((start, end))
        if room <= 0:
            break
    return windows or [(0, _space_before(sentence, room))]


def _around(sentence: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The parts of the sentence around its spans, in order, cut between words where these are short."""
    length = len(sentence)
    for first, last in sorted(spans):
        if 0 <= first < last <= length:
            start = max(0, first - _AROUND)
            end = min(length, last + _AROUND)
            yield _space_after(sentence, start), _space_before(sentence, end)


def _space_after(sentence: str, start: int) -> int:
    """The beginning of a word at ``start``, or soon behind it."""
    space = sentence.find(" ", start, start + _TO_A_SPACE) if start else -1
    return start if space < 0 else space + 1


def _space_before(sentence: str, end: int) -> int:
    """The end of a word at ``end``, or shortly before it."""
    space = sentence.rfind(" ", end - _TO_A_SPACE, end) if end < len(sentence) else -1
    return end if space < 0 else space
