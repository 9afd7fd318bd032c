"""From what was read to genes that can be flattened: merged, named, numbered and linked to their papers."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from index import papers
from index.intake import Intake
from index.merge import Merged, MergedGene, Merging
from index.naming import GeneNames, gene_names
from index.papers import Linked
from index.records import GoTerm


class Prepared(Struct):
    """Genes that are merged and named, ready to be flattened."""

    merged: Merged
    names: list[GeneNames]
    """Of each gene, in the order of ``merged.genes``."""
    canonical: dict[str, str]
    """``NCBIGene:2099`` -> the ``_id`` of that gene."""
    linked: Linked
    go_terms: list[GoTerm]


def prepare(intake: Intake, merging: Merging | None = None) -> Prepared:
    """Merge what was read; running text stays in the spools.

    ``merging`` holds what names genes, where it was begun while the rest was read.
    """
    if merging is None:
        merging = Merging()
        merging.name(intake.heads, intake.withdrawn)
        merged = merging.finish()
    else:
        merged = merging.finish(intake.heads)
    canonical = _canonical_ids(merged.genes)
    number_of = {gene.id: number for number, gene in enumerate(merged.genes)}
    by_gene_id = {int(ncbi.partition(":")[2]): number_of[gene_id] for ncbi, gene_id in canonical.items()}
    linkable = {gene_id: number for gene_id, number in by_gene_id.items() if gene_id <= papers.LARGEST}
    return Prepared(
        merged=merged,
        names=[gene_names(gene) for gene in merged.genes],
        canonical=canonical,
        linked=papers.link(intake.links, linkable, len(number_of)),
        go_terms=intake.go_terms,
    )


def _canonical_ids(genes: Iterable[MergedGene]) -> dict[str, str]:
    """``NCBIGene:2099`` -> the gene's ``_id``; of several genes, the one whose strongest source says so."""
    ranked: dict[str, tuple[int, str]] = {}
    for gene in genes:
        own = [i.value for head in gene.heads for i in head.identifiers if i.namespace == "ncbigene"]
        for place, number in enumerate(dict.fromkeys(own)):
            claim = (place, gene.id)
            ranked[number] = min(claim, ranked.get(number, claim))
    return {f"NCBIGene:{number}": gene_id for number, (_, gene_id) in ranked.items()}
