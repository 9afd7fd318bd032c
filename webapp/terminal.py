"""What the command line prints: answers in colour, reports as tables, progress as bars.

The text of a source is hostile, to a terminal too: whatever is printed goes through
``harmless`` first, and nothing in it is read as markup.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from index.engines import CLUSTER_ENGINE
from index.generations import REPORT, Manifest, SourceFile
from index.records import Problem
from search.comparison import Comparison
from search.gene import Gene, GeneChoice, GeneLine, RelatedGenes
from search.listed import Listing
from search.page import Hit, Page, Suggestion
from search.paper import Paper, UnknownPaper
from webapp.badges import PAPER_TITLE, TITLE, kind_of
from webapp.excerpts import short
from webapp.harmless import harmless as harmless
from webapp.permalinks import permalink
from webapp.terminal_evidence import ONLY_AI, compared, evidence, what_of
from webapp.terminal_list import listed
from webapp.terminal_paper import told as paper_told

if TYPE_CHECKING:
    from index.build import Report
    from index.destinations import Progress

_SHOWN_PROBLEMS = 20
_SHOWN_OF_A_FILE = 3
"""Of the problems with single lines; those with a whole file are all shown, as far as there is room."""
_SHOWN_IGNORED = 5
_OF_ALL_BELOW = ("cannot be read from here on", "what follows is missing")

S = TypeVar("S", bound=Struct)


def _harmless(answer: S) -> S:
    """The same answer with every text in it harmless."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(answer)), type(answer))


def _cleaned(value: object) -> object:
    match value:
        case str():
            return harmless(value)
        case dict():
            return {_cleaned(key): _cleaned(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_cleaned(inner) for inner in value]
    return value


def _console() -> Console:
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that has no dash shows its number
        sys.stdout.reconfigure(errors="backslashreplace")
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Bars by stage on a terminal; elsewhere one quiet line a stage on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description:>8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


class _Lines:
    """One line when a stage begins."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._stage = stage
            print(f"{stage}: {total}", file=sys.stderr)


def print_report(report: Report, index_dir: Path) -> None:
    """Counts by source, what was set aside and why, and what was published."""
    console = _console()
    report = _harmless(report)
    if report.unchanged:
        console.print(
            f"Unchanged: the published index was made of these inputs ({_many(report.genes, 'gene')})."
        )
    for fmt, files in groupby(sorted(report.sources, key=lambda s: (s.format, s.file)), lambda s: s.format):
        console.print(_source_line(fmt, list(files)))
    for problem in _problem_lines(report.problems):
        console.print(problem)
    if report.digest is None and report.ignored:
        more = len(report.ignored) - _SHOWN_IGNORED
        named = ", ".join(report.ignored[:_SHOWN_IGNORED]) + (f" and {more:,} more" if more > 0 else "")
        console.print(Text(f"ignored, since no format claims it: {named}"))
    for line in report.superseded:
        console.print(Text(line))
    counts = (
        ("set aside", report.set_aside),
        ("warnings", len(report.problems) - report.set_aside),
        ("merged", report.merged),
        ("conflicts", len(report.conflicts)),
        ("ambiguous names", len(report.ambiguous_names)),
        ("unplaced", len(report.unplaced)),
        ("ignored", len(report.ignored)),
        ("superseded", len(report.superseded)),
    )
    console.print(_counted(counts))
    console.print(f"all listed in {harmless(str(index_dir / REPORT))}")
    if report.digest is not None:
        console.print(f"genes {report.genes:,}, seconds {report.seconds}, digest {report.digest}")


def _problem_lines(problems: Iterable[Problem]) -> Iterator[Text]:
    """What went wrong with whole files, then with single lines, a few of each file; the worse first."""
    ranked = sorted(problems, key=lambda problem: (problem.severity != "set_aside", problem.file))
    whole = [problem for problem in ranked if _is_of_a_file(problem)]
    by_file: dict[str, list[Problem]] = {}
    for problem in ranked:
        if not _is_of_a_file(problem):
            by_file.setdefault(problem.file, []).append(problem)
    room = _SHOWN_PROBLEMS
    for problem in whole[:room]:
        yield _problem_line(problem)
    hidden = max(0, len(whole) - room)
    room -= len(whole)
    for found in by_file.values():
        shown = found[: max(0, min(room, _SHOWN_OF_A_FILE))]
        yield from map(_problem_line, shown)
        room -= len(shown)
        if shown and len(found) > len(shown):
            yield Text(f"  … and {len(found) - len(shown):,} more like this in {found[0].file}", "dim")
        elif not shown:
            hidden += len(found)
    if hidden:
        yield Text(f"… and {hidden:,} more", "dim")


def _is_of_a_file(problem: Problem) -> bool:
    """Whether it is about more than the line that it names, if it names one."""
    return problem.line is None or any(said in problem.reason for said in _OF_ALL_BELOW)


def _problem_line(problem: Problem) -> Text:
    place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    if problem.severity == "warning":
        return Text(f"warning {place}: {problem.reason}", "dim")
    return Text.assemble(("set aside ", "yellow"), f"{place}: {problem.reason}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{what} {count:,}" for what, count in counts)


def _source_line(fmt: str, files: Sequence[SourceFile]) -> str:
    """``ncbi-gene-info 2021-07-11: 1 file, 3 read, 0 set aside, 2 left out (biological region 2)``"""
    read = sum(file.read for file in files)
    aside = sum(file.set_aside for file in files)
    dates = ", ".join(sorted({file.edition for file in files if file.edition}))
    told = [_many(len(files), "file"), f"{read:,} read", f"{aside:,} set aside"]
    left_out = Counter[str]()
    for file in files:
        left_out.update(file.left_out)
    if left_out:
        told.append(f"{left_out.total():,} left out ({_counted(left_out.most_common())})")
    if foreign := sum(file.foreign for file in files):
        told.append(f"{foreign:,} of other species")
    return f"{fmt}{f' {dates}' if dates else ''}: {', '.join(told)}"


def print_page(page: Page, wanted: int = 1) -> None:
    """Ranked genes with their evidence; ``wanted`` is how many were asked for."""
    console = _console()
    page = _harmless(page)
    for warning in page.warnings:
        console.print(Text(f"warning: {warning.message}", "yellow"))
    for withdrawn in page.query.withdrawn:
        console.print(Text(withdrawn.reason, "yellow"))
    if page.query.folded:
        exact = f"; exact only: {page.query.exact}" if page.query.exact else ""
        console.print(Text(f"{page.query.read_as}{exact}", "dim"))
    if page.query.owners:
        owners = ", ".join(owner.symbol for owner in page.query.owners)
        name = page.query.owners[0].value
        console.print(Text(f"{name}: a name of {_many(len(page.query.owners), 'gene')}: {owners}"))
    if page.query.relaxed:
        console.print(Text("few genes hold every word; these hold enough of them, the best first", "yellow"))
    for hit in page.hits:
        _print_hit(console, hit)
    if not page.total:
        console.print("No gene answers.")
    elif not page.hits and wanted:
        console.print("No more genes.")
    _print_suggestions(console, page.suggestions)
    for name, facet in (page.facets or {}).items():
        terms = ", ".join(f"{term.term} {term.count:,}" for term in facet.terms)
        others = ((facet.other, "other"), (facet.missing, "without"))
        rest = [f"{count:,} {what}" for count, what in others if count]
        told = "; ".join([*filter(None, [terms]), *rest])
        if told:
            console.print(Text.assemble((f"{name}: ", "bold"), told))
    console.print(
        Text(f"{_many(page.total, 'gene')}, {page.took:.0f} ms, index {page.index.digest[:12]}", "dim")
    )
    read = page.query
    again = permalink("", read.canonical or read.q, page.index, filters=read.filters, sort=read.sort)
    console.print(Text(f"again: {again}", "dim"))


def _print_hit(console: Console, hit: Hit) -> None:
    head = Text.assemble((short(hit.symbol), "bold green"), f"  {short(hit.name)}  ", (hit.id, "dim"))
    console.print(head)
    missing = f"; missing: {', '.join(hit.missing)}" if hit.missing else ""
    console.print(Text(f"  {short(hit.match.reason)}{missing}", "dim"))
    if hit.explanation:
        for part in hit.explanation.parts:
            score = "" if part.score is None else f"{part.score:.2f}  "
            console.print(Text(f"  = {score}{part.kind}: {part.reason}", "dim"))
    if hit.only_ai:
        console.print(Text(f"  {ONLY_AI}", "magenta"))
    for highlight in hit.highlights:
        for line in evidence(highlight):
            console.print(line)


def print_gene(answer: Gene | GeneChoice) -> None:
    """A gene's names, identifiers and lines; for a name of several genes, which."""
    console = _console()
    if isinstance(answer, GeneChoice):
        _print_choice(console, _harmless(answer))
        return
    answer = _harmless(answer)
    console.print(
        Text.assemble((answer.symbol, "bold green"), f"  {answer.name or ''}  ", (answer.id, "dim"))
    )
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for kind, names in groupby(answer.names, lambda name: name.kind):
        table.add_row(kind.replace("_", " "), Text(", ".join(name.spelling for name in names)))
    for namespace, values in answer.identifiers.items():
        table.add_row(namespace, Text(", ".join(values)))
    console.print(table)
    for section in answer.sections:
        date = f", {section.date}" if section.date else ""
        kind = PAPER_TITLE if kind_of(section) == TITLE else section.provenance
        heading = f"\n{section.title}  ({kind}: {section.source}{date})"
        console.print(Text(heading, "bold"))
        for line in section.lines:
            cited = "".join(f" [{ref.n}]" for ref in line.refs)
            console.print(Text.assemble(f"  {line.sentence}{cited}", (_aside(line), "magenta")))


def _aside(line: GeneLine) -> str:
    told = ", ".join(what_of(line))
    return f"  {told}" if told else ""


def print_comparison(gene: Gene, comparison: Comparison) -> None:
    """What each source says of a question about a gene."""
    console = _console()
    console.print(
        Text.assemble((short(harmless(gene.symbol)), "bold green"), f"  {short(harmless(gene.name or ''))}")
    )
    for line in compared(_harmless(comparison)):
        console.print(line)


def print_list(listing: Listing) -> None:
    """Names with their genes, and what these say of the question."""
    console = _console()
    for line in listed(_harmless(listing)):
        console.print(line)


def print_paper(answer: Paper | UnknownPaper) -> None:
    """A paper, the sentences that cite it, and its other genes."""
    console = _console()
    for line in paper_told(_harmless(answer)):
        console.print(line)


def print_related(answer: RelatedGenes) -> None:
    """The genes related to one, each with its reasons."""
    console = _console()
    answer = _harmless(answer)
    for gene in answer.genes:
        console.print(Text.assemble((gene.symbol, "bold green"), f"  {gene.name or ''}  ", (gene.id, "dim")))
        for reason in gene.reasons:
            console.print(Text(f"  - {reason.text}"))
    if not answer.genes:
        console.print(Text(f"No gene shares papers, a family or specific terms with {answer.symbol}."))


def _print_choice(console: Console, choice: GeneChoice) -> None:
    for withdrawn in choice.withdrawn:
        console.print(Text(withdrawn.reason, "yellow"))
    for owner in choice.owners:
        console.print(Text(f"{owner.symbol}  {owner.id}  ({owner.kind}: {owner.value})"))
    if not choice.owners:
        console.print(Text(f"No gene is named {choice.name}."))
    _print_suggestions(console, choice.suggestions)


def _print_suggestions(console: Console, suggestions: tuple[Suggestion, ...]) -> None:
    told = [
        near.text if near.text == near.symbol else f"{near.text} ({near.symbol or near.reason})"
        for near in suggestions
    ]
    if told:
        console.print(Text(f"Did you mean: {', '.join(told)}"))


def print_manifest(manifest: Manifest, damaged: list[str] | None, further: str) -> None:
    """What an index holds; ``damaged`` is None when it was not verified, ``further`` says where it is."""
    console = _console()
    manifest = _harmless(manifest)
    console.print(f"engine {manifest.engine}, format {manifest.format}, genes {manifest.genes:,}")
    console.print(f"built {manifest.built}, digest {manifest.digest}")
    for fmt, files in groupby(sorted(manifest.sources, key=lambda s: (s.format, s.file)), lambda s: s.format):
        console.print(_source_line(fmt, list(files)))
    counts = (
        ("set aside", manifest.set_aside),
        ("merged", manifest.merged),
        ("conflicts", manifest.conflicts),
        ("ambiguous names", manifest.ambiguous_names),
        ("unplaced", manifest.unplaced),
        ("ignored", manifest.ignored),
        ("superseded", manifest.superseded),
    )
    console.print(_counted(counts))
    console.print(Text(harmless(further)))
    if damaged is not None:
        for line in damaged:
            console.print(Text(harmless(line), "red"))
        whole = "every table and a sample of genes" if manifest.engine == CLUSTER_ENGINE else "every file"
        console.print("damaged; rebuild with: genelight index --force" if damaged else f"{whole} verified")
