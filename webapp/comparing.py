"""What a gene's page shows of a comparison: one column for each kind of source.

Display only: what is in it, and what is said of it, comes from the core.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from index.records import Provenance
from search.comparison import Comparison, SourceClaims
from webapp.badges import TITLE

KINDS: tuple[Provenance, ...] = ("curated", "computed", "ai")
SHOWN = 4
"""Claims of a source before the rest is folded."""


class Column(Struct, frozen=True):
    """The sources of one kind."""

    kind: str
    """A provenance, or ``TITLE``."""
    sources: tuple[SourceClaims, ...]
    """Those that say something of the question."""
    silent: tuple[str, ...]
    """The others, by name."""


def columns(comparison: Comparison) -> tuple[Column, ...]:
    """The comparison by kind of source: all kinds, where all lines were looked at, since that a kind says
    nothing is worth knowing; titles of papers apart, where they hold a word.  None where there is nothing to
    compare."""
    if comparison.is_name or not any(source.claims for source in comparison.sources):
        return ()
    columns = [_column(kind, comparison.sources) for kind in (*KINDS, TITLE)]
    always = KINDS if comparison.complete else ()
    return tuple([column for column in columns if column.sources or column.kind in always])


def _column(kind: str, sources: Sequence[SourceClaims]) -> Column:
    own = [source for source in sources if (TITLE if source.titles else source.provenance) == kind]
    telling = tuple([source for source in own if source.claims])
    names = {source.source for source in telling}
    return Column(kind, telling, tuple(dict.fromkeys([s.source for s in own if s.source not in names])))
