"""``genelight paper``: a paper with the genes and sentences that cite it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from search.page import to_json
from search.paper import SIZE, UnknownPaper
from webapp import terminal
from webapp.opening import open_genes
from webapp.options import config_of, index_dir_option, json_option, telling_errors

_UNKNOWN = 1


@click.command()
@click.argument("name", metavar="PMID")
@index_dir_option
@click.option("--size", type=int, default=SIZE, show_default=True, help="Genes to show.")
@click.option("--from", "start", type=int, default=0, show_default=True, help="Genes to leave out first.")
@json_option
@telling_errors
def paper(name: str, index_dir: Path | None, size: int, start: int, as_json: bool) -> None:
    """Show a paper, by PubMed ID or DOI: the genes and sentences that cite it, and genes linked to it.

    Exit 1 when no gene of the index cites it or is linked to it.
    """
    asked = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with open_genes(config_of(index_dir)) as genes:
        found = genes.paper(asked, size=size, start=start)
    if as_json:
        click.echo(to_json(found))
    else:
        terminal.print_paper(found)
    sys.exit(_UNKNOWN if isinstance(found, UnknownPaper) else 0)
