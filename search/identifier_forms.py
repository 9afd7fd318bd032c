"""How identifiers of genes are written in a query: bare, with a prefix, or as the address of a page."""

from __future__ import annotations

import re

from msgspec import Struct

from search.paper_forms import as_value

NAMESPACES = {
    "hgnc": "hgnc",
    "geneid": "ncbigene",
    "gene id": "ncbigene",
    "ncbi gene": "ncbigene",
    "entrez gene": "ncbigene",
    "entrezgene": "ncbigene",
    "hgnc id": "hgnc",
    "hgncid": "hgnc",
    "ncbigene": "ncbigene",
    "gene": "ncbigene",
    "entrez": "ncbigene",
    "ensembl": "ensembl",
    "uniprot": "uniprot",
    "uniprotkb": "uniprot",
    "omim": "omim",
    "mim": "omim",
    "refseq": "refseq",
    "doi": "doi",
}
"""A prefix, in lower case -> the namespace that it binds an identifier to."""
_PREFIXES = tuple(NAMESPACES)
_PREFIXED = re.compile(rf"((?ai:{'|'.join(NAMESPACES)}))(\s*:\s*|\s+)(\S+)")
_ENGLISH = "gene"
"""A prefix that is a word too: without its colon the text search takes it for one."""
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\S+)", re.IGNORECASE)
_ADDRESS_BEGINS = "hHwWnNgGeEuUoO"
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|[a-z]{4,9}\.(?=ensembl))?(?:"
    r"ncbi\.nlm\.nih\.gov/gene/(?P<ncbigene>\d+)"
    r"|genenames\.org/(?:data/gene-symbol-report/(?:#!/)?|cgi-bin/gene_symbol_report\?)hgnc_id[/=]"
    r"(?:HGNC(?::|%3A))?(?P<hgnc>\d+)"
    r"|ensembl\.org/(?:id/|[A-Z][a-z]+_[a-z]+/Gene/[A-Z]\w*\?(?:[^\s#]*[;&])?g=)(?P<ensembl>ENS[A-Z]*\d+(?:\.\d+)?)"
    r"|uniprot\.org/uniprot(?:kb)?/(?P<uniprot>[A-Z0-9]{6,10})"
    r"|omim\.org/entry/(?P<omim>\d{6})"
    r"|ncbi\.nlm\.nih\.gov/nuccore/(?P<refseq>[A-Z]{2}_\d+(?:\.\d+)?)"
    r")(?:[/?#;&][^\s]*)?",
    re.IGNORECASE | re.ASCII,
)
"""The pages of genes and sequences at the sites that give the identifiers, as addresses are copied."""
_TOLD = {
    "ncbigene": "GeneID",
    "hgnc": "HGNC",
    "ensembl": "Ensembl",
    "uniprot": "UniProt",
    "omim": "OMIM",
    "refseq": "RefSeq",
}
"""The prefix by which the identifier of an address is told."""


class Identifier(Struct, frozen=True):
    """What a query asks for when it is read as one identifier."""

    namespace: str | None
    """None when it has no prefix."""
    value: str
    told: str
    """With the prefix that was typed."""
    sure: bool = False
    """Whether the prefix can be nothing else."""


def read_identifier(asked: str) -> Identifier:
    """A query as an identifier; what has no prefix and is no address may be one of any namespace."""
    if asked.lower().startswith(_PREFIXES) and (prefixed := _PREFIXED.fullmatch(asked)):
        prefix, sign, value = prefixed.groups()
        sure = ":" in sign or prefix.lower() != _ENGLISH
        known = NAMESPACES[prefix.lower()]
        told = f"{prefix.replace(' ', '')}:{as_value(value) if known == 'doi' else value}"
        return Identifier(known, value, told, sure)
    if asked[:1] in _ADDRESS_BEGINS and "/" in asked:
        if doi := _DOI_ADDRESS.fullmatch(asked):
            return Identifier("doi", doi.group(1), asked)
        if (address := _ADDRESS.fullmatch(asked)) and (namespace := address.lastgroup):
            value = address[namespace]
            return Identifier(namespace, value, f"{_TOLD[namespace]}:{value}", sure=True)
    return Identifier(None, asked, asked)
