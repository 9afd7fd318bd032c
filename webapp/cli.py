"""The command line: thin commands over the build and the search.

Exit codes: 0 done (with hits), 1 nothing published or found, 2 wrong use.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from index.engines import DEFAULT_ENGINE, ENGINES
from index.facets import COLUMNS
from index.generations import (
    REPORT,
    NoGeneration,
    current_generation,
    damage,
    read_manifest,
)
from search.gene import Gene, GeneChoice, RelatedGenes
from search.page import to_json
from search.sorting import RELEVANCE, SORTS
from webapp import terminal
from webapp.annotating import command as annotate
from webapp.fetching import fetch
from webapp.list_command import list_names
from webapp.opening import asking_cluster, open_genes, require_folder
from webapp.options import config_of, index_dir_option, json_option, telling_errors, typed
from webapp.paper_command import paper
from webapp.taking_away import diff, export

if TYPE_CHECKING:
    from index.build import Report
    from index.cluster import Cluster

P = ParamSpec("P")
R = TypeVar("R")

FAILED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="genelight", prog_name="genelight")
def main() -> None:
    """Full-text search for what is written about genes."""


main.add_command(fetch)
main.add_command(annotate)
main.add_command(export)
main.add_command(diff)
main.add_command(list_names)
main.add_command(paper)


@main.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path))
@index_dir_option
@click.option(
    "--engine",
    type=click.Choice(tuple(ENGINES)),
    default=None,
    help=f"Text engine to build for; else GENELIGHT_ENGINE, else {DEFAULT_ENGINE}.",
)
@click.option("--strict", is_flag=True, help="Publish nothing when anything is set aside.")
@click.option("--force", is_flag=True, help="Rebuild also when no input has changed.")
@click.option("--processes", type=click.IntRange(1), help="Processes that read; else as many as help.")
@click.option("--keep", is_flag=True, help="Keep what is published now beside the new, for genelight diff.")
@json_option
@telling_errors
def index(
    sources: tuple[Path, ...],
    index_dir: Path | None,
    engine: str | None,
    strict: bool,
    force: bool,
    processes: int | None,
    keep: bool,
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
    from index import publishing
    from index.build import NothingPublished, build  # slow to load, and of no use to the other commands

    config = config_of(index_dir)
    directory = config.index_dir
    if engine is not None:
        config = config.with_engine(engine)
    if keep:
        require_folder(config, "--keep", "a cluster keeps the one before by itself")
        publishing.keep(directory)
    try:
        with asking_cluster(config) as cluster, terminal.progress() as progress:
            report = build(
                wanted,
                directory,
                strict=strict,
                force=force,
                engine=config.engine,
                processes=processes,
                progress=progress,
                cluster=cluster,
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
@index_dir_option
@click.option("--size", type=int, default=None, help="Hits to show; else GENELIGHT_PAGE_SIZE, else 10.")
@click.option("--from", "start", type=int, default=0, show_default=True, help="Hits to leave out first.")
@click.option("--filter", "filters", multiple=True, help="A query that every gene must meet; repeatable.")
@click.option("--sort", default=RELEVANCE, show_default=True, help=f"{', '.join(SORTS)}; - turns it round.")
@click.option("--facet", "facets", multiple=True, help=f"Count {', '.join(COLUMNS)} of all; repeatable.")
@click.option("--strict", is_flag=True, help="Refuse a query that is not of the query language.")
@click.option("--explain", is_flag=True, help="Say of each gene what its place comes from.")
@json_option
@telling_errors
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

    config = config_of(index_dir)
    asked = checked_query(typed(" ".join(query)), config.max_query_length)
    with open_genes(config) as genes:
        page = genes.search(
            asked,
            size=config.page_size if size is None else size,
            start=start,
            filters=[checked_query(typed(told), config.max_query_length) for told in filters],
            sort=sort,
            facets=listed(facets),
            strict=strict,
            explain=explain,
        )
    if as_json:
        click.echo(to_json(page))
    else:
        terminal.print_page(page, config.page_size if size is None else size)
    sys.exit(0 if page.hits else FAILED)


@main.command()
@click.argument("name")
@index_dir_option
@click.option("--related", is_flag=True, help="Show instead the genes most related to it, and why.")
@click.option("--question", default="", help="Show what each source says of it, curated, computed or AI.")
@json_option
@telling_errors
def gene(name: str, index_dir: Path | None, related: bool, question: str, as_json: bool) -> None:
    """Show what is known of a gene, by symbol, id or any other name that one gene has."""
    from webapp.asking import checked_query

    config = config_of(index_dir)
    if related and question:
        raise click.UsageError("--related answers no question; ask for one of the two")
    asked = checked_query(typed(question), config.max_query_length)
    with open_genes(config) as genes:
        known = genes.related if related else partial(genes.gene, question=asked)
        answer = known(typed(name))
        if isinstance(answer, GeneChoice) and len(answer.owners) == 1:
            answer = known(answer.owners[0].id)
    if as_json:
        click.echo(to_json(answer))
    elif isinstance(answer, RelatedGenes):
        terminal.print_related(answer)
    elif isinstance(answer, Gene) and answer.comparison:
        terminal.print_comparison(answer, answer.comparison)
    else:
        terminal.print_gene(answer)
    sys.exit(FAILED if isinstance(answer, GeneChoice) else 0)


@main.command()
@index_dir_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@telling_errors
def serve(index_dir: Path | None, host: str, port: int, workers: int) -> None:
    """Serve the pages and the JSON endpoint; follows every rebuild by itself."""
    from webapp.server import serve as serve_until_interrupted

    config = config_of(index_dir)
    config.cluster()  # what cannot be used is told here, before the workers start
    serve_until_interrupted(
        config, host, port, workers, lambda address: click.echo(f"Genelight answers at {address}")
    )


@main.command()
@index_dir_option
@click.option("--verify", is_flag=True, help="Check every file of the index against its checksum.")
@json_option
@telling_errors
def info(index_dir: Path | None, verify: bool, as_json: bool) -> None:
    """Tell what the index holds: engine, format, digest, sources with dates and counts."""
    config = config_of(index_dir)
    with asking_cluster(config) as cluster:
        if cluster is not None:
            sys.exit(_tell_cluster(cluster, verify, as_json))
    directory = config.index_dir
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
        terminal.print_manifest(manifest, damaged, f"all listed in {directory / REPORT}")
    sys.exit(FAILED if damaged else 0)


def _tell_cluster(cluster: Cluster, verify: bool, as_json: bool) -> int:
    from webapp import cluster_info

    told = cluster_info.tell(cluster, verify=verify)
    if as_json:
        click.echo(to_json(told))
    else:
        terminal.print_manifest(told.manifest, told.damage, cluster_info.line(told.cluster))
    return FAILED if told.damage else 0
