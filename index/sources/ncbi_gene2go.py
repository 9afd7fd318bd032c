"""NCBI's copy of the Gene Ontology's annotations: what a gene's product does, and on what evidence.

Format: https://ftp.ncbi.nlm.nih.gov/gene/DATA/README (gene2go); evidence codes:
https://geneontology.org/docs/guide-go-evidence-codes/ .  A row whose qualifier says NOT states
the opposite, and one with evidence ND states that nothing is known: neither is a fact, both are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from index.parsing import tables
from index.records import (
    AttributeValue,
    Citation,
    Fact,
    GeneRecord,
    Identifier,
    Item,
    Problem,
    Reference,
    Source,
    Tally,
)

MARKS = frozenset({"GeneID", "GO_ID"})
REQUIRED = frozenset({"tax_id", "GeneID", "GO_ID", "Evidence", "Qualifier"})
COLUMNS = ("tax_id", "GeneID", "GO_ID", "Evidence", "Qualifier", "GO_term", "Category", "PubMed")
EMPTY_CELLS = frozenset({"", "-"})

NO_DATA = "ND"
ELECTRONIC = "IEA"
EVIDENCE = (
    frozenset({"EXP", "IDA", "IPI", "IMP", "IGI", "IEP", "HTP", "HDA", "HMP", "HGI", "HEP"})
    | {"IBA", "IBD", "IKR", "IMR", "IRD", "ISS", "ISO", "ISA", "ISM", "IGC", "RCA"}
    | {"TAS", "NAS", "IC", ELECTRONIC, NO_DATA}
)
NEGATED_ROW = "NOT"
NO_DATA_ROW = "no data (ND)"
LEFT_OUT = frozenset({NEGATED_ROW, NO_DATA_ROW})
ASPECTS = frozenset({"Process", "Function", "Component"})

FACTS_KEPT = 1 << 16
"""How many distinct facts are kept for sharing; the human genes need 50,000."""

_NEGATED = re.compile(r"(?:^|[|\s])NOT(?:$|[|\s])", re.IGNORECASE)
_GO_ID = re.compile(r"GO:\d{7}", re.ASCII)

edition = tables.edition

Cells = tuple[str, ...]


def claims(head: str) -> bool:
    """Whether the header is that of gene2go."""
    return tables.has_header(head, MARKS, REQUIRED)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each run of rows about one gene, since NCBI's file has a run an aspect; then a tally.

    Equal facts without citations are one object: leave their attributes alone.
    """
    table = tables.read_table(stream, file, COLUMNS, REQUIRED)
    curated, computed = Source("GO", "curated", table.edition), Source("GO", "computed", table.edition)
    known: dict[Cells, Fact | str] = {}
    run = _Run("", "")
    facts = run.facts
    read = 0
    left_out: Counter[str] = Counter()
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
            continue
        line, cells = row
        if cells[1] != run.gene_id or cells[0] != run.taxon:
            if facts:
                yield run.record(table.edition)
            run = _Run(cells[0], cells[1])
            facts = run.facts
        if not run.is_gene:
            reason = "tax_id or GeneID is no number; restore the line from its source"
            yield Problem(file, line, reason)
            continue
        statement = cells[2:7]
        stated = known.get(statement)
        if stated is None:
            if len(known) == FACTS_KEPT:
                known.clear()
            stated = known[statement] = _stated(statement, curated, computed)
        if isinstance(stated, Fact):
            read += 1
            key = cells[2:5]
            if key not in facts:
                facts[key] = stated
            if cells[7] not in EMPTY_CELLS and not run.cite(key, cells[7]):
                reason = "PubMed holds something else than numbers, which was left out; correct the cell"
                yield Problem(file, line, reason, "warning")
        elif stated in LEFT_OUT:
            left_out[stated] += 1
        else:
            yield Problem(file, line, f"{stated}; restore the line from its source")
    if facts:
        yield run.record(table.edition)
    if read or left_out:
        yield Tally(read, dict(left_out))


class _Run:
    """Consecutive rows about one gene: its facts by (GO_ID, Evidence, Qualifier), and their PMIDs."""

    __slots__ = ("facts", "gene_id", "is_gene", "papers", "taxon")

    def __init__(self, taxon: str, gene_id: str) -> None:
        self.taxon = taxon
        self.gene_id = gene_id
        self.is_gene = tables.is_number(taxon) and tables.is_number(gene_id)
        self.facts: dict[Cells, Fact] = {}
        self.papers: dict[Cells, set[str]] = {}

    def cite(self, fact: Cells, pubmed: str) -> bool:
        """Add papers to a fact; False when one of them is no number, which is left out."""
        stated = tables.values(pubmed)
        numbers = [pmid for pmid in stated if tables.is_number(pmid)]
        self.papers.setdefault(fact, set()).update(numbers)
        return len(numbers) == len(stated)

    def record(self, date: str | None) -> GeneRecord:
        """Facts by GO id and papers by PMID, so that the order of the rows makes no difference."""
        facts = self.facts
        pmids = sorted(set().union(*self.papers.values()), key=int)
        numbers = {pmid: n for n, pmid in enumerate(pmids, 1)}
        for key, papers in self.papers.items():
            citations = tuple([Citation(n) for n in sorted([numbers[pmid] for pmid in papers])])
            facts[key] = replace(facts[key], citations=citations)
        return GeneRecord(
            source=Source("GO", "curated", date),
            taxon=int(self.taxon),
            identifiers=(Identifier("ncbigene", self.gene_id),),
            facts=tuple([facts[key] for key in sorted(facts)]),
            references=tuple([Reference(n, pmid=pmid) for pmid, n in numbers.items()]),
        )


def _stated(cells: Cells, curated: Source, computed: Source) -> Fact | str:
    """The fact that the cells state; else, of LEFT_OUT, why they state none, or why they cannot be read."""
    go_id, evidence, qualifier, term, aspect = cells
    if not _GO_ID.fullmatch(go_id):
        return "GO_ID is not of the form GO:0008270"
    if evidence not in EVIDENCE:
        return "Evidence is no code of the Gene Ontology"
    if aspect not in EMPTY_CELLS and aspect not in ASPECTS:
        return "Category is none of Process, Function and Component"
    if evidence == NO_DATA:
        return NO_DATA_ROW
    if _NEGATED.search(qualifier):
        return NEGATED_ROW
    attributes: dict[str, AttributeValue] = {"evidence": evidence}
    if aspect not in EMPTY_CELLS:
        attributes["aspect"] = aspect
    if qualifier not in EMPTY_CELLS:
        attributes["qualifier"] = qualifier
    text = "" if term in EMPTY_CELLS else term
    return Fact("go", text, computed if evidence == ELECTRONIC else curated, go_id, attributes)
