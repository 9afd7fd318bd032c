"""The command line: thin commands over the build and the search.

Exit codes: 0 done (with hits), 1 nothing published or found, 2 wrong use.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from index.engines import DEFAULT_ENGINE, ENGINES
from index.facets import COLUMNS
from index.generations import (
    REPORT,
    NoGeneration,
    RebuildRunning,
    current_generation,
    damage,
    read_manifest,
)
from search import BadRequest, GenelightError, open_index
from search.gene import GeneChoice, RelatedGenes
from search.page import to_json
from search.sorting import RELEVANCE, SORTS
from webapp import terminal
from webapp.config import Config, ConfigError
from webapp.fetching import fetch

if TYPE_CHECKING:
    from index.build import Report

P = ParamSpec("P")
R = TypeVar("R")

FAILED = 1


def _index_dir(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--index-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder of the index; else GENELIGHT_INDEX_DIR, else var/index.",
    )(command)


def _json(command: Callable[P, R]) -> Callable[P, R]:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def _telling_errors(command: Callable[P, R]) -> Callable[P, R]:
    """The one place where the core's errors become a message and an exit code."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:  # the reader of a pipe has had enough; click ends quietly
            raise
        except (BadRequest, ConfigError) as error:
            place = getattr(error, "position", None)
            at = "" if place is None else f" (at character {place + 1})"
            raise click.UsageError(terminal.harmless(f"{error}{at}")) from None
        except (GenelightError, NoGeneration, RebuildRunning, OSError) as error:
            raise click.ClickException(terminal.harmless(str(error))) from None

    return told


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="genelight", prog_name="genelight")
def main() -> None:
    """Full-text search for what is written about genes."""


main.add_command(fetch)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path))
@_index_dir
@click.option(
    "--engine",
    type=click.Choice(tuple(ENGINES)),
    default=None,
    help=f"Text engine to build for; else GENELIGHT_ENGINE, else {DEFAULT_ENGINE}.",
)
@click.option("--strict", is_flag=True, help="Publish nothing when anything is set aside.")
@click.option("--force", is_flag=True, help="Rebuild also when no input has changed.")
@click.option("--processes", type=click.IntRange(1), help="Processes that read; else as many as help.")
@_json
@_telling_errors
def index(
    sources: tuple[Path, ...],
    index_dir: Path | None,
    engine: str | None,
    strict: bool,
    force: bool,
    processes: int | None,
    as_json: bool,
) -> None:
    """Rebuild the index from files and folders (data/ when none is named) and publish it.

    Formats are recognised by content, plain or gzip.  What cannot be used is set aside
    and listed in report.json beside the index; the rest goes on.
    """
    wanted = sources or (Path("data"),)
    for source in wanted:
        if not source.exists():
            hint = "" if sources else "; name the files or folders to index"
            raise click.UsageError(terminal.harmless(f"{source} does not exist{hint}"))
    from index.build import NothingPublished, build  # slow to load, and of no use to the other commands

    config = _config(index_dir)
    directory = config.index_dir
    chosen = engine or config.engine
    if chosen not in ENGINES:
        raise ConfigError(f"GENELIGHT_ENGINE must be {' or '.join(ENGINES)}, not {chosen[:40]!r}")
    try:
        with terminal.progress() as progress:
            report = build(
                wanted,
                directory,
                strict=strict,
                force=force,
                engine=chosen,
                processes=processes,
                progress=progress,
            )
    except NothingPublished as nothing:
        _tell(nothing.report, directory, as_json)
        raise click.ClickException(str(nothing)) from None
    _tell(report, directory, as_json)


def _tell(report: Report, directory: Path, as_json: bool) -> None:
    if as_json:
        click.echo(to_json(report))
    else:
        terminal.print_report(report, directory)


@main.command()
@click.argument("query", nargs=-1, required=True)
@_index_dir
@click.option("--size", type=int, default=None, help="Hits to show; else GENELIGHT_PAGE_SIZE, else 10.")
@click.option("--from", "start", type=int, default=0, show_default=True, help="Hits to leave out first.")
@click.option("--filter", "filters", multiple=True, help="A query that every gene must meet; repeatable.")
@click.option("--sort", default=RELEVANCE, show_default=True, help=f"{', '.join(SORTS)}; - turns it round.")
@click.option("--facet", "facets", multiple=True, help=f"Count {', '.join(COLUMNS)} of all; repeatable.")
@click.option("--strict", is_flag=True, help="Refuse a query that is not of the query language.")
@click.option("--explain", is_flag=True, help="Say of each gene what its place comes from.")
@_json
@_telling_errors
def search(
    query: tuple[str, ...],
    index_dir: Path | None,
    size: int | None,
    start: int,
    filters: tuple[str, ...],
    sort: str,
    facets: tuple[str, ...],
    strict: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Search, and show what the page shows.

    Quote what the shell would read itself: '"wound healing" NOT cancer'.  A query that begins
    with a dash comes after two: -- -cancer wound.
    """
    from webapp.asking import checked_query, listed

    config = _config(index_dir)
    asked = checked_query(_typed(" ".join(query)), config.max_query_length)
    with open_index(config.index_dir) as genes:
        page = genes.search(
            asked,
            size=config.page_size if size is None else size,
            start=start,
            filters=[checked_query(_typed(told), config.max_query_length) for told in filters],
            sort=sort,
            facets=listed(facets),
            strict=strict,
            explain=explain,
        )
    if as_json:
        click.echo(to_json(page))
    else:
        terminal.print_page(page)
    sys.exit(0 if page.hits else FAILED)


@main.command()
@click.argument("name")
@_index_dir
@click.option("--related", is_flag=True, help="Show instead the genes most related to it, and why.")
@_json
@_telling_errors
def gene(name: str, index_dir: Path | None, related: bool, as_json: bool) -> None:
    """Show what is known of a gene, by symbol, id or any other name that one gene has."""
    with open_index(_directory(index_dir)) as genes:
        known = genes.related if related else genes.gene
        answer = known(_typed(name))
        if isinstance(answer, GeneChoice) and len(answer.owners) == 1:
            answer = known(answer.owners[0].id)
    if as_json:
        click.echo(to_json(answer))
    elif isinstance(answer, RelatedGenes):
        terminal.print_related(answer)
    else:
        terminal.print_gene(answer)
    sys.exit(FAILED if isinstance(answer, GeneChoice) else 0)


@main.command()
@_index_dir
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@_telling_errors
def serve(index_dir: Path | None, host: str, port: int, workers: int) -> None:
    """Serve the pages and the JSON endpoint; follows every rebuild by itself."""
    from webapp.server import serve as serve_until_interrupted

    config = _config(index_dir)
    serve_until_interrupted(
        config, host, port, workers, lambda address: click.echo(f"Genelight answers at {address}")
    )


@main.command()
@_index_dir
@click.option("--verify", is_flag=True, help="Check every file of the index against its checksum.")
@_json
@_telling_errors
def info(index_dir: Path | None, verify: bool, as_json: bool) -> None:
    """Tell what the index holds: engine, format, digest, sources with dates and counts."""
    directory = _directory(index_dir)
    generation = current_generation(directory)
    if generation is None:
        raise NoGeneration(f"no index in {directory}; build one with: genelight index")
    manifest = read_manifest(generation)
    damaged = damage(generation, manifest) if verify else None
    if damaged and current_generation(directory) != generation:
        raise NoGeneration("the index was rebuilt meanwhile; verify it once more")
    if as_json:
        click.echo(to_json({"manifest": manifest, "damage": damaged}))
    else:
        terminal.print_manifest(manifest, directory / REPORT, damaged)
    sys.exit(FAILED if damaged else 0)


def _typed(text: str) -> str:
    """An argument as HTTP would have it: what is no UTF-8 becomes a question mark in a diamond."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _config(index_dir: Path | None) -> Config:
    config = Config.from_env()
    return config if index_dir is None else config.with_index_dir(index_dir)


def _directory(index_dir: Path | None) -> Path:
    return _config(index_dir).index_dir
