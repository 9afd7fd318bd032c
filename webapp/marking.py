"""A sentence, cut where matches and gene mentions begin and end.

The template turns the cuts into markup and escapes every piece, so no HTML is ever put
together here.  A mention stays one segment even when the match covers half of it: two
links to one gene, side by side, would be read out and tabbed through twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from search.page import FamilyMention, GeneMention

Span = tuple[int, int]
Mention = GeneMention | FamilyMention


class Piece(Struct, frozen=True):
    """Text that is wholly inside or wholly outside the match."""

    text: str
    is_match: bool


class Segment(Struct, frozen=True):
    """Text that is one name, of a gene, of several together or of a family, or none."""

    pieces: tuple[Piece, ...]
    gene: str | None = None
    symbol: str | None = None
    known: bool = True
    """Whether the gene has a page here."""
    others: tuple[str, ...] = ()
    """Where it is open which gene is named: the symbols of the others."""
    beside: tuple[GeneMention, ...] = ()
    """Further genes of the same name, ``SMAD2/3``; none where it stands for one."""
    family: str | None = None
    """The family that the text names, where it names one and no gene."""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def mark(
    sentence: str,
    spans: Iterable[Span],
    mentions: Iterable[GeneMention] = (),
    own: str | None = None,
    families: Iterable[FamilyMention] = (),
) -> tuple[Segment, ...]:
    """The sentence in order, whole: joined, the segments' texts are the sentence.

    Offsets are code points, in any order; what lies outside the sentence is cut off.  Of
    two mentions that overlap the one that starts first is kept, then the longer; those of the
    same name are one segment.  Mentions
    of the gene ``own`` are no segments of their own: its page need not link to itself.
    """
    matches = _merged(spans, len(sentence))
    segments: list[Segment] = []
    at = 0
    for mention, *beside in _apart([*mentions, *families], len(sentence), own):
        if at < mention.start:
            segments.append(Segment(tuple(_cut(sentence, at, mention.start, matches))))
        pieces = tuple(_cut(sentence, mention.start, mention.end, matches))
        at = mention.end
        if isinstance(mention, FamilyMention):
            segments.append(Segment(pieces, family=mention.family))
            continue
        others = tuple([other.symbol for other in mention.others])
        genes = tuple([one for one in beside if isinstance(one, GeneMention)])
        segments.append(Segment(pieces, mention.id, mention.symbol, mention.known, others, genes))
    if at < len(sentence):
        segments.append(Segment(tuple(_cut(sentence, at, len(sentence), matches))))
    return tuple(segments)


def _merged(spans: Iterable[Span], length: int) -> list[Span]:
    """The same characters in spans that are sorted and do not touch."""
    merged: list[Span] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _apart(mentions: Iterable[Mention], length: int, own: str | None) -> Iterator[list[Mention]]:
    """The mentions of each name, in order: of genes with a page, of others, of families."""
    at = 0
    ordered = sorted(mentions, key=lambda mention: (mention.start, -mention.end))
    for (start, end), named in groupby(ordered, key=lambda mention: (mention.start, mention.end)):
        kept = sorted(
            (one for one in named if isinstance(one, FamilyMention) or one.id != own),
            key=lambda one: 2 if isinstance(one, FamilyMention) else not one.known,
        )
        if kept and at <= start < end <= length:
            yield kept
            at = end


def _cut(sentence: str, start: int, end: int, matches: Sequence[Span]) -> Iterator[Piece]:
    """``sentence[start:end]`` in pieces; ``matches`` are sorted and apart."""
    at = start
    for match_start, match_end in matches:
        if match_end <= at:
            continue
        if match_start >= end:
            break
        if at < match_start:
            yield Piece(sentence[at:match_start], False)
            at = match_start
        yield Piece(sentence[at : min(match_end, end)], True)
        at = min(match_end, end)
    if at < end:
        yield Piece(sentence[at:end], False)
