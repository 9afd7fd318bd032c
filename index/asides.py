"""Sentences of a gene's page that are about another gene.

A summary written by a model from abstracts sometimes finds nothing about its gene, says so, and goes on
to tell at length what the abstracts are about.  Such sentences stand in the page, and are no evidence for
its gene.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

_ITSELF = re.compile(
    r"\b(?:this|the) (?:gene|protein|locus|pseudogene|transcript)\b|\b(?:encoded|its) (?:protein|product)\b",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\b[A-Z][A-Z0-9]{2,9}\b")
_NO_GENES = frozenset(
    [
        "AIDS",
        "ATP",
        "ATPASE",
        "CNS",
        "COVID",
        "DNA",
        "GTP",
        "HIV",
        "NADH",
        "NADPH",
        "PCR",
        "PMID",
        "RNA",
        "USA",
    ]
)


class Told(Struct, frozen=True, gc=False):
    """A sentence, as far as it matters here."""

    text: str
    says_nothing: bool
    genes: tuple[str, ...]
    """Ids of the genes it names, each as the likeliest."""
    opens: bool = False
    """Whether a paragraph begins with it."""


def asides(told: Sequence[Told], own: str, own_names: frozenset[str]) -> list[str | None]:
    """Of each sentence of a section the gene that it is about instead of ``own``, None where it is about that
    one, or may be: its id, or what the text calls it where it is none of the genes that are known.

    That takes a sentence which says that nothing is known of the section's gene.  From then on a
    sentence that names other genes and not this one is about the one of them that the section names most, or
    where it does not name that one about the one that it names most; a sentence that names none follows the
    one before it in its paragraph.
    """
    about: list[str | None] = [None] * len(told)
    if not any(one.says_nothing for one in told):
        return about
    names = [one.genes for one in told]
    if all(gene == own for genes in names for gene in genes):
        names = [_symbols(one.text, own, own_names) for one in told]
    named = Counter(gene for genes in names for gene in genes if gene != own)
    if not named:
        return about
    topic = max(named, key=named.__getitem__)  # of equal ones the first
    silent = False
    before: str | None = None
    for place, (one, genes) in enumerate(zip(told, names, strict=True)):
        silent = silent or one.says_nothing
        if one.says_nothing or own in genes or _ITSELF.search(one.text):
            before = None
        elif genes and silent:
            before = topic if topic in genes else max(genes, key=genes.count)
        elif one.opens:
            before = None
        about[place] = before
    return about


def _symbols(text: str, own: str, own_names: frozenset[str]) -> tuple[str, ...]:
    """What is written like the symbols of genes; the section's own gene by its id."""
    written = [name for name in _SYMBOL.findall(text) if name not in _NO_GENES]
    return tuple([own if name in own_names else name for name in written])
