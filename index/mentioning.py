"""Genes named in what records say, decided section by section.

A section's sentences are decided together, so that what one says of a name counts for the others; a label
or a title stands alone.  A page that uses a shared name most likely means its own gene.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index.documents import Mention
from index.kept_scans import KeptScans
from index.mentions.annotating import Annotation, Annotator

_NO_MENTIONS: tuple[Mention, ...] = ()


class Mentioning:
    """Finds genes in the texts of records."""

    def __init__(self, annotator: Annotator, kept: KeptScans | None = None) -> None:
        self._annotator = annotator
        self._kept = kept or KeptScans(annotator, {})
        self._label = lru_cache(maxsize=1 << 16)(self._of_label)

    def in_section(self, sentences: Sequence[str], own: str) -> list[tuple[Mention, ...]]:
        """Of each sentence of a section the mentions, none overlapping; ``own`` is the section's gene."""
        scans = [self._kept.scan(sentence) for sentence in sentences]
        return [tuple(map(_mention, found)) for found in self._annotator.decide(scans, own)]

    def in_label(self, text: str) -> tuple[Mention, ...]:
        """The mentions in the name of a thing that is said of many genes."""
        return self._label(text)

    def _of_label(self, text: str) -> tuple[Mention, ...]:
        (found,) = self._annotator.decide([self._annotator.scan(text)])
        return tuple(map(_mention, found))


def _mention(one: Annotation) -> Mention:
    return Mention(one.start, one.end, one.genes, False, one.others, one.family)
