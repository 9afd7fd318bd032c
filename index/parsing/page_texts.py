"""The descriptions and families of a gene page."""

from __future__ import annotations

import re
from bisect import bisect_left

from index import sentences
from index.parsing.plain_text import iso_date, one_line, split_list
from index.records import GeneLink, Provenance, Section, Sentence, Source

_PROVIDER = re.compile(
    r" ?\[(?:provided|supplied) by (?P<name>[^\[\],]{1,100})(?:, ?(?P<date>[^\[\],]{1,30}))?\] ?\.?$"
)
_GENE_ID = " (GeneID:"
_NAMED_GENE = re.compile(r"(?<![\w-])([\w@./-]{1,40}+) \(GeneID: ?([1-9][0-9]{0,9})\)")

_CURATED = frozenset({"RefSeq", "HGNC"})
"""The only providers whose texts people write and check; any other is taken for a computed one."""


def provider(name: str, date: str | None) -> Source:
    """Who provides a description, under the name that pages and tables both give it."""
    provenance: Provenance = "curated" if name in _CURATED else "computed"
    return Source(name, provenance, date)


def description_section(text: str, page: Source) -> Section | None:
    """A description without its ``[provided by …]``, attributed to that provider or else to the page.

    ``MT1H (GeneID:4496)`` in it names a gene beyond doubt: the symbol is a link.
    """
    source = page
    tail = _PROVIDER.search(text, max(0, len(text) - 200))
    if tail:
        source = provider(one_line(tail["name"]), iso_date(tail["date"] or ""))
        text = text[: tail.start()]
    text = one_line(text)
    if not text:
        return None
    named = _NAMED_GENE.finditer(text) if _GENE_ID in text else ()
    links = tuple([GeneLink(one.start(1), one.end(1), f"NCBIGene:{one[2]}") for one in named])
    return Section("description", text, source, with_links(text, links))


def with_links(text: str, links: tuple[GeneLink, ...]) -> tuple[Sentence, ...]:
    """The sentences of a text, each with the links inside it; the links are in order."""
    starts = [link.start for link in links]
    return tuple(
        Sentence(start, end, links=links[bisect_left(starts, start) : bisect_left(starts, end)])
        for start, end in sentences.split(text)
    )


_CONTINUES = re.compile(
    r"[a-z]+(?=[\s,)/-]|$)|\S+-type\b(?! lectin)|Class [A-Z0-9]+\b|[HC]/(?:ACA|D) box|G protein-coupled\b"
)
"""How the rest of a family's name begins, where the name itself holds a comma."""


def families(text: str) -> tuple[str, ...]:
    """The families of an HGNC Family row.

    The comma between families is also in some names: ``Zinc fingers, C2H2-type``, ``Keratins,
    type I``, ``Small nucleolar RNAs, H/ACA box``.  A family begins with a capital, so a
    piece that begins with a word in small letters continues the name before it, and so do
    the few tails that HGNC writes otherwise.  A comma in brackets parts nothing.
    """
    names: list[str] = []
    for piece in split_list(text):
        if names and _CONTINUES.match(piece) and not names[-1].endswith(")"):
            names[-1] += ", " + piece
        else:
            names.append(piece)
    return tuple(dict.fromkeys(names))
