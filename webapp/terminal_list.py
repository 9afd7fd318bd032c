"""How a terminal shows a list of names and a question; texts are harmless already (webapp/terminal.py)."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from search.listed import STATUSES, ListedGene, Listing, ListRow
from search.listing import NO_SENTENCE
from webapp.excerpts import short
from webapp.terminal_evidence import evidence

_STYLE = {"resolved": "green", "outdated": "cyan", "ambiguous": "yellow", "unmatched": "red"}
_LONGEST_NAME = 60


def listed(listing: Listing) -> Iterator[Text]:
    """The rows and what they come to, line by line."""
    for warning in listing.warnings:
        yield Text(f"warning: {warning.message}", "yellow")
    for row in listing.rows:
        yield from _row(row, listing.question is not None)
    yield Text(_summary(listing), "bold")


def _row(row: ListRow, asked: bool) -> Iterator[Text]:
    name = short(row.query, _LONGEST_NAME)
    head = Text.assemble(f"{row.row}. {name}  ", (row.status, _STYLE[row.status]))
    if row.gene is not None:
        head.append("  ").append_text(_named(row.gene))
        plain = row.status == "resolved" and row.gene.match.kind == "symbol"
        yield head if plain else head.append(f"  ({row.reason})", "dim")
        yield from _said(row.gene, asked)
        return
    yield head.append(f"  {short(row.reason)}", "dim")
    for gene in row.candidates:
        yield Text("  ? ").append_text(_named(gene))
        yield from _said(gene, asked)
    if row.owners > len(row.candidates) > 0:
        yield Text(f"  and {row.owners - len(row.candidates):,} more genes of this name", "dim")
    if row.suggestions:
        near = ", ".join(f"{one.symbol or one.text} ({one.reason})" for one in row.suggestions)
        yield Text(f"  did you mean: {near}", "dim")


def _named(gene: ListedGene) -> Text:
    return Text.assemble((gene.symbol, "bold green"), f"  {short(gene.name)}")


def _said(gene: ListedGene, asked: bool) -> Iterator[Text]:
    if gene.evidence is not None:
        yield from evidence(gene.evidence)
    elif asked:
        yield Text(f"  - {NO_SENTENCE}", "dim")
    if gene.evidence is not None and gene.missing:
        yield Text(f"    without: {', '.join(gene.missing)}", "dim")
    if gene.elsewhere:
        yield Text(f"    in other lines only: {', '.join(gene.elsewhere)}", "dim")


def _summary(listing: Listing) -> str:
    summary = listing.summary
    counts = ", ".join(f"{getattr(summary, status):,} {status}" for status in STATUSES)
    told = f"names {summary.names:,} ({counts}), genes {summary.genes:,}"
    if listing.question is not None:
        told += f", with a sentence {summary.answered:,}"
    left = [f"blank {summary.blank:,}"] if summary.blank else []
    left += [f"column's title {short(summary.header, _LONGEST_NAME)!r}"] if summary.header else []
    return told + (f"; left out: {', '.join(left)}" if left else "")
