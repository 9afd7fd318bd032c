"""``genelight fetch``: its options, its progress and what it tells."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import click

from webapp.terminal import harmless

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from index.fetch.manifest import Download, Manifest
    from index.fetch.run import Outcome, Watcher

_FAILED = 1
_FOLDER = Path("data/fetched")


def _contact(context: click.Context, option: click.Parameter, value: str) -> str:
    """It becomes part of a header."""
    if not (value.isascii() and value.isprintable()):
        raise click.BadParameter("must be printable ASCII, such as a mail address")
    return value


def _number(context: click.Context, option: click.Parameter, value: float) -> float:
    """A range lets nan pass, which is not below and not above its bounds."""
    if math.isnan(value):
        raise click.BadParameter("nan is no number")
    return value


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=_FOLDER,
    show_default=True,
    help="Folder to fetch into.",
)
@click.option(
    "--manifest",
    "manifest_path",
    type=click.Path(path_type=Path),
    help="Another list of files, such as mirrors; docs/FETCHING.md shows one.",
)
@click.option("--list", "as_list", is_flag=True, help="List names, addresses and licences; fetch nothing.")
@click.option("--force", is_flag=True, help="Take a file also where it is under half of the one before.")
@click.option("--contact", default="", callback=_contact, help="How publishers reach you; sent along.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    callback=_number,
    default=60,
    show_default=True,
    help="Seconds without a byte after which a connection is taken up anew.",
)
@click.option("--limit", type=click.IntRange(1), help="harmonizome: how many genes.  [default: all]")
@click.option("--associations", is_flag=True, help="harmonizome: with each gene's associations.")
@click.option(
    "--rate",
    type=click.FloatRange(0.01, 100),
    callback=_number,
    default=4,
    show_default=True,
    help="harmonizome: requests a second.",
)
@click.option(
    "--max-age",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="harmonizome: days after which a gene is asked for again.",
)
def fetch(
    names: tuple[str, ...],
    folder: Path,
    manifest_path: Path | None,
    as_list: bool,
    force: bool,
    contact: str,
    timeout: float,
    limit: int | None,
    associations: bool,
    rate: float,
    max_age: int,
) -> None:
    """Fetch the public gene files from their publishers, all but harmonizome when no NAME is given.

    A file that is cut goes on where it stopped, one that has not changed is not fetched again, and
    one that comes damaged never replaces a good one.  Exit 1 when a file could not be had; the
    others are there.
    """
    from index.fetch.ledger import LedgerDamaged
    from index.fetch.run import FetchRunning
    from index.fetch.run import fetch as fetch_all
    from index.fetch.settings import Settings

    manifest = _manifest(manifest_path)
    wanted = _chosen(manifest, names)
    if as_list:
        _print_list(wanted if names else manifest.download)
        return
    if (limit or associations) and not any(one.api for one in wanted):
        raise click.UsageError("--limit and --associations are for harmonizome, which must be named")
    settings = Settings(
        contact=contact,
        force=force,
        timeout=timeout,
        limit=limit,
        associations=associations,
        rate=rate,
        max_age=max_age,
    )
    try:
        with _watching() as watcher:
            outcomes = fetch_all(wanted, folder, settings, watcher)
    except (FetchRunning, LedgerDamaged, OSError) as error:
        raise click.ClickException(harmless(str(error))) from None
    for outcome in outcomes:
        _print_outcome(outcome)
    sys.exit(_FAILED if any(one.state in ("failed", "incomplete") for one in outcomes) else 0)


def _manifest(path: Path | None) -> Manifest:
    from index.fetch.manifest import OWN, ManifestError, read_manifest

    try:
        return read_manifest(path or OWN)
    except ManifestError as error:
        raise click.UsageError(harmless(str(error))) from None


def _chosen(manifest: Manifest, names: tuple[str, ...]) -> tuple[Download, ...]:
    from index.fetch.manifest import ManifestError

    try:
        return manifest.choose(names)
    except ManifestError as error:
        raise click.UsageError(harmless(str(error))) from None


def _print_list(downloads: tuple[Download, ...]) -> None:
    for one in downloads:
        click.echo(harmless(f"{one.name}: {one.about}"))
        click.echo(harmless(f"  {one.address}"))
        click.echo(harmless(f"  {one.publisher}; {one.licence}, {one.licence_link}"))


def _print_outcome(outcome: Outcome) -> None:
    """Failures to standard error, each in one line."""
    told = f"; {outcome.told}" if outcome.told else ""
    if outcome.entry is None:
        click.echo(harmless(f"failed {outcome.name} ({outcome.file}): {outcome.told}"), err=True)
        return
    entry = outcome.entry
    line = f"{outcome.state} {outcome.name}: {outcome.file}, {entry.bytes:,} bytes, {entry.date}{told}"
    click.echo(harmless(line), err=outcome.state == "incomplete")


@contextmanager
def _watching() -> Iterator[Watcher]:
    """A bar a file on a terminal; elsewhere one quiet line when a file begins and when one waits."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.description}", markup=False)
    amount = TextColumn("{task.fields[amount]}", markup=False)
    with Progress(text, BarColumn(), amount, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        yield _Bars(bars)


class _Lines:
    """Told from several threads; a line is written whole."""

    def __init__(self) -> None:
        self._begun: set[str] = set()
        self._lock = Lock()

    def moved(self, wanted: Download, done: int, total: int | None) -> None:
        with self._lock:
            if wanted.name not in self._begun:
                self._begun.add(wanted.name)
                click.echo(harmless(f"{wanted.name}: {_amount(wanted, done, total)}"), err=True)

    def waits(self, wanted: Download, reason: str, seconds: float) -> None:
        with self._lock:
            click.echo(harmless(f"{wanted.name}: {reason}; waits {seconds:.3g} s"), err=True)


class _Bars:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def moved(self, wanted: Download, done: int, total: int | None) -> None:
        self._bars.update(
            self._task(wanted), completed=done, total=total, amount=_amount(wanted, done, total)
        )

    def waits(self, wanted: Download, reason: str, seconds: float) -> None:
        self._bars.update(self._task(wanted), amount=harmless(f"{reason}; waits {seconds:.3g} s"))

    def _task(self, wanted: Download) -> TaskID:
        """A name is told from one thread only."""
        if wanted.name not in self._tasks:
            self._tasks[wanted.name] = self._bars.add_task(harmless(wanted.name), total=None, amount="")
        return self._tasks[wanted.name]


def _amount(wanted: Download, done: int, total: int | None) -> str:
    """``12.3 of 45.6 MB``, or genes."""
    if wanted.api:
        return f"{done:,} of {total or 0:,} genes"
    known = "" if total is None else f" of {total / 1e6:,.1f}"
    return f"{done / 1e6:,.1f}{known} MB"
