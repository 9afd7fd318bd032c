"""What each source says of a question about one gene, as page, API and command line present it."""

from __future__ import annotations

from msgspec import Struct

from index.records import Provenance
from search.page import Highlight, Warning


class Claim(Struct, frozen=True):
    """A line of the gene that holds words of the question."""

    line: Highlight
    held: tuple[str, ...]
    """Those words, as the question has them."""
    only_ai: bool
    """That of the line: whether it is AI-written and no curated or computed line of the gene holds all the
    same words, its own names left out.  Titles of papers, and lines that only say that nothing is known or
    are about another gene, do not count."""


class SourceClaims(Struct, frozen=True):
    """What one source says of the question; nothing, where it has text of the gene that holds no word."""

    source: str
    provenance: Provenance
    date: str | None
    claims: tuple[Claim, ...]
    """All of them, the strongest first: those about the gene, then those about another, then those that only
    say that nothing is known."""
    titles: bool = False
    """Whether they are titles of papers that the source cites; alone these say nothing of the gene."""


class Comparison(Struct, frozen=True):
    """The lines of one gene that answer a question, source by source."""

    q: str
    read_as: str
    words: tuple[str, ...]
    """What is looked for in lines."""
    missing: tuple[str, ...]
    """Words that no line of the gene holds."""
    only_ai: tuple[str, ...]
    """Words that AI-written lines say something with and no other line holds but a paper's title; none are
    told where not all lines were looked at."""
    is_name: bool
    """Whether the question is only a name of the gene."""
    complete: bool
    """Whether all lines were looked at; a question with conditions on lines, ``provenance:curated``, leaves
    the others out."""
    sources: tuple[SourceClaims, ...]
    """Curated ones first, then computed ones, then AI-written ones, then titles of papers; of each kind the
    strongest first."""
    warnings: tuple[Warning, ...] = ()
