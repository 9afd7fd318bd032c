"""An answered list as a file: a table, JSON Lines, or the papers behind its sentences."""

from __future__ import annotations

from collections.abc import Iterator

from search.list_exporting import papers_behind_list, table
from search.listed import Listing
from webapp import citations, exporting

FORMATS = tuple(exporting.FORMATS)


def written(listing: Listing, kind: str) -> Iterator[bytes]:
    """The list in one of ``FORMATS``; bibliographies say of what they are."""
    about = f"Genelight list, index {listing.index.digest}"
    match kind:
        case "tsv":
            return exporting.tsv(table(listing.rows))
        case "csv":
            return exporting.csv(table(listing.rows))
        case "jsonl":
            return exporting.jsonl(listing.rows)
        case "bibtex":
            return citations.bibtex(papers_behind_list(listing.rows), about)
        case "ris":
            return citations.ris(papers_behind_list(listing.rows), about)
    raise ValueError(kind)
