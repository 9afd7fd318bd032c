"""``genelight list``: a file of names and a question."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from search.listing import GIVEN, MOST_NAMES, SORTS
from search.page import to_json
from webapp import terminal
from webapp.list_files import FORMATS, written
from webapp.opening import open_genes
from webapp.options import config_of, index_dir_option, json_option, telling_errors, typed

_NONE = 1


@click.command(name="list")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@index_dir_option
@click.option("--question", default="", help="A query; each gene's best sentence for it is shown.")
@click.option("--sort", type=click.Choice(SORTS), default=GIVEN, show_default=True, help="Order of the rows.")
@click.option("--strict", is_flag=True, help="Refuse a question that is not of the query language.")
@json_option
@click.option("--tsv", is_flag=True, help="Print a table, a row for each name; the same as --format tsv.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Print a table, or the papers.")
@telling_errors
def list_names(
    file: Path,
    index_dir: Path | None,
    question: str,
    sort: str,
    strict: bool,
    as_json: bool,
    tsv: bool,
    kind: str | None,
) -> None:
    """Tell of each name in FILE (- for standard input) which gene it is today.

    Names in any spelling, one a line or parted by tabs, commas or semicolons; at most 5,000.
    With a question, each gene comes with its best sentence for it.  Exit 1 when no name leads to
    a gene.
    """
    from webapp.asking import checked_query
    from webapp.list_asking import decoded

    if as_json + tsv + (kind is not None) > 1:
        raise click.UsageError("choose one of --json, --tsv and --format")
    config = config_of(index_dir)
    asked = checked_query(typed(question), config.max_query_length)
    names = decoded(_read(file, config.max_body_bytes), file.name)
    with open_genes(config) as genes:
        listing = genes.listing(names, asked, sort=sort, strict=strict)
    if as_json:
        click.echo(to_json(listing))
    elif tsv or kind is not None:
        for piece in written(listing, kind or "tsv"):
            click.echo(piece, nl=False)
    else:
        terminal.print_list(listing)
    sys.exit(0 if any(row.genes for row in listing.rows) else _NONE)


def _read(file: Path, most: int) -> bytes:
    """
    Raises:
        click.UsageError: the file is longer than a request may be.
        OSError: it cannot be read.
    """
    with click.open_file(str(file), "rb") as opened:
        data: bytes = opened.read(most + 1)
    if len(data) > most:
        told = f"{file.name} is longer than {most:,} bytes; at most {MOST_NAMES:,} names are answered at once"
        raise click.UsageError(terminal.harmless(told))
    return data
