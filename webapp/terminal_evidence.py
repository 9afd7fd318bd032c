"""How a terminal shows evidence: sentences with their papers, who says them, and what is doubtful in them.

All of it is made of answers whose texts are harmless already (webapp/terminal.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from search.comparison import Comparison
from search.gene import GeneLine
from search.page import EvidenceReference, Highlight
from webapp.badges import PAPER_TITLE, TITLE, kind_of
from webapp.excerpts import excerpt, short

_MATCH = "bold yellow"
_GENE = "underline cyan"
_DOUBT = "magenta"
KINDS = {"curated": "Curated", "computed": "Computed", "ai": "AI-written"}
ONLY_AI = "only in AI-written text"
UNCITED = "no paper cited"
NOTHING = "says that nothing is known"


def evidence(highlight: Highlight) -> Iterator[Text]:
    """A sentence and its papers, a line each."""
    yield _sentence(highlight)
    for ref in highlight.refs:
        yield Text(f"      {_paper(ref)}", "dim")


def compared(comparison: Comparison) -> Iterator[Text]:
    """What each source says of a question, a line each."""
    yield Text(f"What each source says of: {comparison.q}", "bold")
    if comparison.is_name:
        yield Text("That is a name of this gene.", "dim")
    for warning in comparison.warnings:
        yield Text(f"warning: {warning.message}", "yellow")
    if comparison.missing:
        yield Text(f"No line of the gene holds: {', '.join(comparison.missing)}", "yellow")
    if comparison.only_ai:
        yield Text(f"Only AI-written text holds: {', '.join(comparison.only_ai)}", _DOUBT)
    for source in comparison.sources:
        date = f", {short(source.date, 40)}" if source.date else ""
        said = "" if source.claims else ": nothing"
        kind = PAPER_TITLE if source.titles else KINDS[source.provenance]
        yield Text(f"\n{kind}: {short(source.source)}{date}{said}", "bold")
        for claim in source.claims:
            yield from evidence(claim.line)


def what_of(line: Highlight | GeneLine) -> Iterator[str]:
    """What a line that is no evidence for its gene is instead."""
    if line.about:
        yield f"about {short(line.about.symbol)}"
    if line.says_nothing:
        yield NOTHING


def _sentence(highlight: Highlight) -> Text:
    shown = excerpt(highlight.sentence, highlight.spans, highlight.mentions)
    text = Text(shown.text)
    for mention in shown.mentions:
        text.stylize(_GENE, mention.start, mention.end)
    for start, end in shown.spans:
        text.stylize(_MATCH, start, end)
    who = PAPER_TITLE if kind_of(highlight) == TITLE else f"{highlight.section}, {highlight.provenance}"
    said_by = f"  [{who}: {short(highlight.source)}]"
    follows = f" — from {short(highlight.via.text)}, {highlight.via.key}" if highlight.via else ""
    length = f" (shortened from {shown.whole:,} characters; --json has all)" if shown.whole else ""
    doubts = [ONLY_AI] if highlight.only_ai else []
    told = [*what_of(highlight), *doubts, *([UNCITED] if highlight.uncited else [])]
    return Text.assemble(
        "  - ", text, (length + follows + said_by, "dim"), (f"  {', '.join(told)}" if told else "", _DOUBT)
    )


def _paper(ref: EvidenceReference) -> str:
    scope = " (passage)" if ref.scope == "passage" else ""
    year = f" ({ref.year})" if ref.year else ""
    ids = ", ".join(
        part for part in (ref.pmid and f"PMID {short(ref.pmid)}", ref.doi and f"doi:{short(ref.doi)}") if part
    )
    return f"[{ref.n}]{scope} {short(ref.title, 500)}{year} {ids}".rstrip()
