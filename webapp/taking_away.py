"""The commands ``genelight export`` and ``genelight diff``."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import click

from index.generations import NoGeneration
from search import BadRequest, GenelightError, Genes
from search.differing import Difference, Place, QueryDifference, difference, open_told
from search.page import to_json
from search.sorting import RELEVANCE, SORTS
from webapp.asking import checked_query
from webapp.citations import NO_PAPERS
from webapp.config import Config
from webapp.exporting import EXCEL, FORMATS, Format, Watched
from webapp.harmless import harmless
from webapp.opening import open_genes, require_folder
from webapp.options import config_of, index_dir_option, json_option, telling_errors, typed
from webapp.permalinks import SHORT_DIGEST, permalink

_SUFFIXES = {f".{kind.suffix}": name for name, kind in FORMATS.items()}


class _Trouble(click.ClickException):
    """Ends as diff(1) does where it could not compare."""

    exit_code = 2


@click.command()
@click.argument("query", nargs=-1, required=True)
@index_dir_option
@click.option("--format", "name", type=click.Choice(tuple(FORMATS)), help="Else as FILE ends, else tsv.")
@click.option("--output", "file", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--filter", "filters", multiple=True, help="A query that every gene must meet; repeatable.")
@click.option("--sort", default=RELEVANCE, show_default=True, help=f"{', '.join(SORTS)}; - turns it round.")
@click.option("--size", type=click.IntRange(0), default=None, help="Most genes; else all.")
@click.option("--strict", is_flag=True, help="Refuse a query that is not of the query language.")
@click.option("--bom", is_flag=True, help="Begin CSV with the mark by which Excel knows UTF-8.")
@click.option("--about/--no-about", default=None, help="Say in the file which search and index made it.")
@telling_errors
def export(
    query: tuple[str, ...],
    index_dir: Path | None,
    name: str | None,
    file: Path | None,
    filters: tuple[str, ...],
    sort: str,
    size: int | None,
    strict: bool,
    bom: bool,
    about: bool | None,
) -> None:
    """Write every gene that a query finds, with its sentences, or the papers behind these.

    tsv and csv have a row a sentence, jsonl a gene a line, bibtex and ris each paper once.  A file is put in
    its place when it is whole.
    """
    kind = _format(name, file, bom)
    config = config_of(index_dir)
    longest = config.max_query_length
    asked = [checked_query(typed(told), longest) for told in (" ".join(query), *filters)]
    with open_genes(config) as genes:
        found = genes.export(asked[0], filters=asked[1:], sort=sort, size=size, strict=strict)
        read = found.query
        base = config.public_url.rstrip("/")
        address = permalink(base, read.canonical or read.q, found.index, filters=read.filters, sort=read.sort)
        tells = kind.tells if about is None else about
        with found:
            written = Watched(kind.write(found, f"Genelight {address}" if tells else ""), kind.entry)
            _write(written, file)
    for warning in found.warnings:
        click.echo(f"warning: {harmless(warning.message)}", err=True)
    if kind.entry and not written.seen:
        click.echo(NO_PAPERS, err=True)
    genes_told = (
        f"{found.size:,} of {found.total:,} genes" if found.size < found.total else _many(found.total)
    )
    click.echo(f"{genes_told} · {harmless(address)}", err=True)
    sys.exit(0 if found.size else 1)


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("query", nargs=-1)
@index_dir_option
@click.option(
    "--queries", "file", type=click.File(encoding="utf-8"), help="A query a line; - is standard input."
)
@click.option(
    "--size", type=click.IntRange(0), default=10, show_default=True, help="Hits to look at closely."
)
@json_option
def diff(
    old: str,
    new: str,
    query: tuple[str, ...],
    index_dir: Path | None,
    file: TextIO | None,
    size: int,
    as_json: bool,
) -> None:
    """Tell what differs in the answers of two indexes, OLD and NEW, to some queries.

    Each of the two is an index directory, the folder of a generation, or the beginning of the digest of one
    that is kept in the index directory (genelight index --keep).  Quote each QUERY as one word.

    Ends with 0 where all answers are the same, 1 where any differs, 2 where that cannot be told.
    """
    queries = [*map(typed, query), *_lines(file)]
    if not queries:
        raise click.UsageError("no query; name some behind OLD and NEW, or a file of them with --queries")
    try:
        config = config_of(index_dir)
        asked = [checked_query(told, config.max_query_length) for told in queries]
        with ExitStack() as opened:
            before, after = (opened.enter_context(_opened(told, config)) for told in (old, new))
            told = difference(before, after, asked, size)
    except (GenelightError, NoGeneration, OSError, ValueError) as error:
        raise _Trouble(harmless(str(error))) from None
    if as_json:
        click.echo(to_json(told))
    else:
        for line in _told(told):
            click.echo(line)
    sys.exit(1 if told.changed else 0)


def _opened(told: str, config: Config) -> Genes:
    """
    Raises:
        GenelightError: it tells no index, or one that does not answer.
    """
    try:
        return open_told(told, config.index_dir)
    except BadRequest:
        require_folder(config, f"diff of {told[:80]!r}", "name two folders of indexes or of generations")
        raise


def _format(name: str | None, file: Path | None, bom: bool) -> Format:
    if name is None and file is not None:
        name = _SUFFIXES.get(file.suffix.lower())
        if name is None:
            raise click.UsageError(f"--format is missing, and {harmless(str(file))!r} does not tell it")
    if bom and name != "csv":
        raise click.UsageError("--bom is for CSV")
    return EXCEL if bom else FORMATS[name or "tsv"]


def _write(pieces: Iterable[bytes], file: Path | None) -> None:
    if file is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    if file.exists() and not file.is_file():  # a device or a pipe, in whose place nothing is to be put
        with file.open("wb") as out:
            out.writelines(pieces)
        return
    place = Path(os.path.realpath(file))  # a link stays, and what it leads to is written
    part = place.with_name(f".{place.name[:40]}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as out:
            out.writelines(pieces)
        part.replace(place)
    except OSError as error:
        if error.errno is None or error.filename not in (None, str(part)):
            raise
        # Nobody knows the file that is written first.
        raise OSError(error.errno, error.strerror, str(file)) from None
    finally:
        part.unlink(missing_ok=True)


def _lines(file: TextIO | None) -> Iterator[str]:
    if file is None:
        return
    try:
        yield from (line.strip() for line in file if line.strip())
    except UnicodeDecodeError as error:
        raise click.UsageError(f"the queries are not UTF-8: {error.reason}") from None


def _told(told: Difference) -> Iterator[str]:
    for query in told.queries:
        yield from map(harmless, _query_lines(query, told.size))
    old, new = (version.digest[:SHORT_DIGEST] for version in (told.old, told.new))
    asked = len(told.queries)
    queries = "query" if asked == 1 else "queries"
    yield f"{told.changed:,} of {asked:,} {queries} changed · index {old} → {new}"


def _query_lines(query: QueryDifference, size: int) -> Iterator[str]:
    old, new = query.total
    if query.same:
        yield f"{query.q}: same, {_many(new)}"
        return
    yield f"{query.q}: {old:,} → {_many(new)}"
    if isinstance(query.read, tuple):
        yield f"  read as {query.read[0]} → {query.read[1]}"
    beyond = f" among the first {query.compared:,}" if max(old, new) > query.compared else ""
    yield from _places("+", query.gained, size, beyond)
    yield from _places("-", query.lost, size, beyond)
    for move in query.moved:
        yield f"  {move.symbol} {move.old} → {move.new}"
    for gene in query.sentences:
        yield f"  {gene.symbol} best sentence: another {', '.join(gene.changed)}"
        if gene.old == gene.new:
            yield f"    = {gene.new or 'none'}"
        else:
            yield f"    - {gene.old or 'none'}"
            yield f"    + {gene.new or 'none'}"
    if query.further:
        yield f"  {_many(query.further)} behind the first {size:,} with another rank or best sentence"


def _places(sign: str, places: tuple[Place, ...], size: int, beyond: str) -> Iterator[str]:
    """The first of some genes by rank, and how many more there are."""
    for place in places[:size]:
        yield f"  {sign} {place.symbol} at {place.rank}{beyond}"
    if len(places) > size:
        yield f"  {sign} {len(places) - size:,} more{beyond}"


def _many(genes: int) -> str:
    return f"{genes:,} gene{'' if genes == 1 else 's'}"
