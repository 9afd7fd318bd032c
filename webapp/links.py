"""Addresses of other sites, built only from identifiers that have the identifier's form.

The text of a source is hostile: what does not look like a PMID makes no link at all, so
that no source can send a reader where it likes.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import url_for

_PMID = re.compile(r"[1-9][0-9]{0,7}")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x20\x7f]{1,250}")
_GO = re.compile(r"GO:[0-9]{7}")

_APPROVED = "HGNC:"
"""How the ids of the genes begin whose symbols a committee approves."""
_LONGEST_IN_ADDRESS = 200
"""Signs of a symbol in an address; no approved one has as many as 30."""

_IDENTIFIERS: dict[str, tuple[re.Pattern[str], str]] = {
    "hgnc": (
        re.compile(r"[1-9][0-9]{0,6}"),
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:",
    ),
    "ncbigene": (re.compile(r"[1-9][0-9]{0,9}"), "https://www.ncbi.nlm.nih.gov/gene/"),
    "ensembl": (re.compile(r"ENS[A-Z]{0,5}G[0-9]{11}(?:\.[0-9]{1,3})?"), "https://www.ensembl.org/id/"),
    # The accession's form is UniProt's own: https://www.uniprot.org/help/accession_numbers
    "uniprot": (
        re.compile(r"[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2}"),
        "https://www.uniprot.org/uniprotkb/",
    ),
    "uniprot_entry": (re.compile(r"[A-Z0-9]{1,10}_[A-Z0-9]{1,5}"), "https://www.uniprot.org/uniprotkb/"),
    "omim": (re.compile(r"[1-9][0-9]{5}"), "https://www.omim.org/entry/"),
    "refseq": (
        re.compile(r"[NX][CGMRPT]_[0-9]{6,9}(?:\.[0-9]{1,3})?"),
        "https://www.ncbi.nlm.nih.gov/nuccore/",
    ),
}


def gene_address(symbol: str, gene_id: str, q: str | None = None) -> str:
    """A gene's page, with what its sources say of ``q``: by a symbol that a committee approved, which is one
    gene's alone, except where a browser would resolve it as a path (``..``); else by the gene's id."""
    is_name = (
        gene_id.startswith(_APPROVED)
        and len(symbol) <= _LONGEST_IN_ADDRESS
        and not any(part in ("", ".", "..") for part in symbol.split("/"))
    )
    return url_for("pages.gene", name=symbol if is_name else gene_id, q=q)


def pmid_url(pmid: str | None) -> str | None:
    """The paper in PubMed, or None."""
    if pmid is None or not _PMID.fullmatch(pmid):
        return None
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def paper_address(pmid: str | None) -> str | None:
    """This site's page of a paper, or None."""
    return url_for("papers.paper", name=pmid) if pmid_url(pmid) else None


def doi_url(doi: str | None) -> str | None:
    """The paper at doi.org, or None.

    A browser would resolve ``..`` inside the path before asking doi.org, so such a DOI has no link.
    """
    if doi is None or not _DOI.fullmatch(doi) or {".", ".."} & set(doi.split("/")):
        return None
    try:
        return "https://doi.org/" + quote(doi, safe="/")
    except UnicodeEncodeError:  # a lone surrogate
        return None


def go_url(key: str | None) -> str | None:
    """The Gene Ontology term in AmiGO, or None."""
    if key is None or not _GO.fullmatch(key):
        return None
    return f"https://amigo.geneontology.org/amigo/term/{key}"


def identifier_url(namespace: str, value: str) -> str | None:
    """The page of a gene's identifier (without its prefix) at the database that gives it, or None."""
    known = _IDENTIFIERS.get(namespace)
    if known is None:
        return None
    form, address = known
    return address + value if form.fullmatch(value) else None
