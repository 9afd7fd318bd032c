"""How a terminal shows a paper and its genes; texts are harmless already (webapp/terminal.py)."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from search.paper import Paper, UnknownPaper
from webapp.excerpts import short
from webapp.terminal_evidence import evidence


def told(answer: Paper | UnknownPaper) -> Iterator[Text]:
    """The paper and its genes, line by line."""
    if isinstance(answer, UnknownPaper):
        yield Text(f"Unknown paper: {answer.reason}.")
        return
    for warning in answer.warnings:
        yield Text(f"warning: {warning.message}", "yellow")
    yield Text(short(answer.title, 500) or "(no title is known)", "bold")
    about = [short(part, 300) for part in (answer.authors, answer.journal) if part]
    about += [str(answer.year)] if answer.year else []
    about += [f"PMID {answer.pmid}"] if answer.pmid else []
    about += [f"doi:{short(answer.doi)}"] if answer.doi else []
    yield Text(" · ".join(about), "dim")
    cites = f", {answer.sentences:,} citing sentences in {answer.citing:,}" if answer.citing else ""
    linked = f", linked to {answer.linked:,} by a source" if answer.linked else ""
    yield Text(f"{answer.total:,} gene{'' if answer.total == 1 else 's'}{cites}{linked}")
    beside = []
    for gene in answer.genes:
        if not gene.sentences:
            beside.append(short(gene.symbol, 60))
            continue
        yield Text.assemble(
            (short(gene.symbol, 60), "bold green"),
            f"  {short(gene.name) if gene.name else ''}  ",
            (gene.id, "dim"),
        )
        for line in gene.sentences:
            yield from evidence(line)
    if beside:
        yield Text.assemble(("Without a citing sentence: ", "bold"), ", ".join(beside))
    if answer.next is not None:
        yield Text(f"… {answer.total - answer.next:,} more genes: --from {answer.next}", "dim")
