"""The formats Genelight reads, one file each; this table is all that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from msgspec import Struct

from index.parsing.tables import taxa
from index.records import Item
from index.sources import (
    gene_post,
    go_obo,
    harmonizome_api,
    harmonizome_html,
    harmonizome_text,
    hgnc_complete_set,
    hgnc_withdrawn,
    ncbi_gene2go,
    ncbi_gene2pubmed,
    ncbi_gene_info,
    ncbi_gene_summary,
    paper_counts,
)


class Format(Struct, frozen=True):
    name: str
    claims: Callable[[str], bool]
    """Whether a file that begins with this text (up to 64 KiB) is of the format."""
    parse: Callable[[BinaryIO, str], Iterator[Item]]
    """Yields the file's items; the second argument names the file in problems."""
    edition: Callable[[str], str] | None = None
    """For a file that is replaced as a whole by a newer edition: the edition's date, ISO 8601
    or empty, from the beginning of the text.  None: each file stands for itself."""
    taxa: Callable[[BinaryIO], Iterator[tuple[str, int]]] | None = None
    """For a table of which each species may have its own: (taxon, how many rows) of each run of rows."""
    dates: frozenset[str] = frozenset()
    """Columns of days; the latest of them is the edition's date where nothing states one."""
    about: bool = False
    """Whether it names no gene and only says things about genes that other files name, which are read
    before it; what it says about species of which none is named is counted and not kept."""


FORMATS: tuple[Format, ...] = (
    Format("harmonizome-text", harmonizome_text.claims, harmonizome_text.parse),
    Format("harmonizome-html", harmonizome_html.claims, harmonizome_html.parse),
    Format("harmonizome-api", harmonizome_api.claims, harmonizome_api.parse),
    Format("gene-post", gene_post.claims, gene_post.parse),
    Format(
        "hgnc-complete-set",
        hgnc_complete_set.claims,
        hgnc_complete_set.parse,
        hgnc_complete_set.edition,
        dates=hgnc_complete_set.DATES,
    ),
    Format("hgnc-withdrawn", hgnc_withdrawn.claims, hgnc_withdrawn.parse, hgnc_withdrawn.edition),
    Format(
        "ncbi-gene-info",
        ncbi_gene_info.claims,
        ncbi_gene_info.parse,
        ncbi_gene_info.edition,
        taxa,
        ncbi_gene_info.DATES,
    ),
    Format("ncbi-gene2go", ncbi_gene2go.claims, ncbi_gene2go.parse, ncbi_gene2go.edition, taxa, about=True),
    Format(
        "ncbi-gene-summary",
        ncbi_gene_summary.claims,
        ncbi_gene_summary.parse,
        ncbi_gene_summary.edition,
        taxa,
        about=True,
    ),
    Format(
        "ncbi-gene2pubmed",
        ncbi_gene2pubmed.claims,
        ncbi_gene2pubmed.parse,
        ncbi_gene2pubmed.edition,
        taxa,
        about=True,
    ),
    Format("go-obo", go_obo.claims, go_obo.parse, go_obo.edition, about=True),
    Format("paper-counts", paper_counts.claims, paper_counts.parse, paper_counts.edition, taxa, about=True),
)


def recognise(head: str) -> Format | None:
    """The format of a file by the beginning of its text, None when none claims it."""
    return next((fmt for fmt in FORMATS if fmt.claims(head)), None)
