"""Make data/human: the public files about human genes, reduced to the facts that are searched.

    python data/make_human.py CORPUS_DIR --edition gene2go=2022 --edition gene_papers=2022-09

CORPUS_DIR holds the files as their publishers name them (see FILES).  What is written keeps the
publishers' formats and cells; rows and columns are left out, and texts written by others (RefSeq's
summaries, GO's definitions) with them.  The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import fsum
from pathlib import Path

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from index.parsing import tables
from index.records import Problem

TAXON = "9606"
MOST_GENES = 100
"""A paper linked to more genes than this tells nothing of any of them."""

HGNC = "hgnc/hgnc_complete_set.txt.gz"
WITHDRAWN = "hgnc/withdrawn.txt.gz"
GENE_INFO = "ncbi/Homo_sapiens.gene_info.gz"
GENE2GO = "ncbi/gene2go.gz"
GENE2PUBMED = "ncbi/gene2pubmed.gz"
GO = "go/go-basic.obo.gz"
FILES = (HGNC, WITHDRAWN, GENE_INFO, GENE2GO, GENE2PUBMED, GO)

HGNC_COLUMNS = (
    "hgnc_id",
    "symbol",
    "name",
    "locus_group",
    "locus_type",
    "location",
    "alias_symbol",
    "alias_name",
    "prev_symbol",
    "prev_name",
    "gene_group",
    "gene_group_id",
    "entrez_id",
    "ensembl_gene_id",
    "uniprot_ids",
    "omim_id",
    "refseq_accession",
)
OPTIONAL = frozenset({"status", "date_modified", "Modification_date"})
WITHDRAWN_COLUMNS = ("HGNC_ID", "STATUS", "WITHDRAWN_SYMBOL", "MERGED_INTO_REPORT")
WITHDRAWN_HEADER = "HGNC_ID\tSTATUS\tWITHDRAWN_SYMBOL\tMERGED_INTO_REPORT(S) (i.e HGNC_ID|SYMBOL|STATUS)"
INFO_COLUMNS = ("tax_id", "GeneID", "Symbol", "Synonyms", "dbXrefs")
GO_COLUMNS = ("tax_id", "GeneID", "GO_ID", "Evidence", "Qualifier", "Category")
OBO_TAGS = ("id", "name", "namespace", "alt_id", "synonym", "is_a", "relationship")

CC0 = "CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/"
CC_BY = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
NCBI = "public domain, https://www.ncbi.nlm.nih.gov/home/about/policies/"
GO_CREDIT = "Gene Ontology Consortium, https://geneontology.org"

Cells = tuple[str, ...]


class Output(Struct, frozen=True):
    """A file of data/human: what its preamble says and how its lines are made."""

    name: str
    origin: str
    licence: str
    changes: str
    lines: Callable[[Corpus], Iterable[str]]
    edition: Callable[[Corpus], str] = lambda _: ""
    """The date that the origin itself states."""
    credit: str = ""


class Corpus:
    """The publishers' files, and what several outputs need of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rows = self.table(HGNC, (*HGNC_COLUMNS, "status", "date_modified"))
        self.hgnc = [row for row in rows if row[-2] in ("", "Approved")]
        self.names: dict[str, set[str]] = {row[12]: _names(row) for row in self.hgnc if row[12]}
        """Of each gene with an NCBI Gene id, the symbols that HGNC has for it."""
        self.annotations = self._annotations()

    def table(self, file: str, columns: Cells) -> Iterator[Cells]:
        """The rows of a tab-separated file; the program ends at the first that cannot be read."""
        with gzip.open(self.folder / file) as packed:
            required = frozenset(columns) - OPTIONAL
            for row in tables.read_table(io.BufferedReader(packed), file, columns, required).rows:
                if isinstance(row, Problem):
                    raise SystemExit(f"{row.file}, line {row.line}: {row.reason}")
                yield row[1]

    def obo(self) -> Iterator[str]:
        with gzip.open(self.folder / GO, "rt", encoding="utf-8") as text:
            for line in text:
                yield line.rstrip("\r\n")

    def _annotations(self) -> list[Cells]:
        """Rows of gene2go about genes of HGNC's set, sorted, each once."""
        rows = {
            row
            for row in self.table(GENE2GO, GO_COLUMNS)
            if row[0] == TAXON and row[1] in self.names and row[3] != "ND"
        }
        return sorted(rows, key=lambda row: (int(row[1]), row[2:]))


def hgnc_lines(corpus: Corpus) -> Iterator[str]:
    yield "\t".join(HGNC_COLUMNS)
    for row in sorted(corpus.hgnc, key=lambda row: _number(row[0])):
        yield "\t".join(row[: len(HGNC_COLUMNS)])


def withdrawn_lines(corpus: Corpus) -> Iterator[str]:
    yield WITHDRAWN_HEADER
    for row in sorted(corpus.table(WITHDRAWN, WITHDRAWN_COLUMNS), key=lambda row: _number(row[0])):
        yield "\t".join(row)


def gene_info_lines(corpus: Corpus) -> Iterator[str]:
    """Genes of HGNC's set for which NCBI has a synonym that HGNC has not."""
    yield "#" + "\t".join(INFO_COLUMNS)
    rows = [
        row for row in corpus.table(GENE_INFO, INFO_COLUMNS) if row[0] == TAXON and row[1] in corpus.names
    ]
    for taxon, gene, symbol, synonyms, references in sorted(rows, key=lambda row: int(row[1])):
        if set(tables.values(synonyms, "-")) - corpus.names[gene]:
            kept = [one for one in tables.values(references, "-") if one.startswith(("HGNC:", "Ensembl:"))]
            yield "\t".join((taxon, gene, symbol, synonyms, "|".join(kept) or "-"))


def gene2go_lines(corpus: Corpus) -> Iterator[str]:
    yield "#" + "\t".join(GO_COLUMNS)
    for row in corpus.annotations:
        yield "\t".join(row)


def obo_lines(corpus: Corpus) -> Iterator[str]:
    """The header, then each term that an annotation names, or that is above one of those."""
    yield "format-version: 1.2"
    yield f"data-version: releases/{go_edition(corpus)}"
    yield "ontology: go"
    stanzas = {stanza[0]: stanza for stanza in _terms(corpus.obo())}
    for term in sorted(_with_ancestors({row[2] for row in corpus.annotations}, stanzas)):
        yield ""
        yield "[Term]"
        yield f"id: {term}"
        yield from stanzas[term][1:]


def gene_papers_lines(corpus: Corpus) -> Iterator[str]:
    """Of each gene of HGNC's set, its papers and their weight (index/sources/paper_counts.py)."""
    papers: defaultdict[str, set[str]] = defaultdict(set)
    for taxon, gene, pmid in corpus.table(GENE2PUBMED, ("tax_id", "GeneID", "PubMed_ID")):
        if taxon == TAXON:
            papers[gene].add(pmid)
    genes_of = Counter(pmid for pmids in papers.values() for pmid in pmids)
    weight_of = {pmid: 1 / genes for pmid, genes in genes_of.items() if genes <= MOST_GENES}
    yield "#tax_id\tGeneID\tpapers\tweight"
    for gene in sorted(papers.keys() & corpus.names.keys(), key=int):
        weight = fsum(weight_of.get(pmid, 0.0) for pmid in papers[gene])
        yield f"{TAXON}\t{gene}\t{len(papers[gene])}\t{weight:.3f}"


def hgnc_edition(corpus: Corpus) -> str:
    """The last day on which an entry was changed; the file bears no other date."""
    return max(row[-1] for row in corpus.hgnc)


def gene_info_edition(corpus: Corpus) -> str:
    """As hgnc_edition; NCBI writes the day as 20210711."""
    last = max(row[1] for row in corpus.table(GENE_INFO, ("GeneID", "Modification_date")))
    return "-".join((last[:4], last[4:6], last[6:])) if last else ""


def go_edition(corpus: Corpus) -> str:
    for line in corpus.obo():
        if line.startswith("data-version:"):
            found = re.search(r"\d{4}-\d\d-\d\d", line)
            return found[0] if found else ""
        if line.startswith("["):
            break
    return ""


OUTPUTS = (
    Output(
        name="hgnc_complete_set.tsv.gz",
        origin="https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt",
        licence=CC0,
        changes="columns left out; sorted by id",
        credit="HUGO Gene Nomenclature Committee, https://www.genenames.org",
        lines=hgnc_lines,
        edition=hgnc_edition,
    ),
    Output(
        name="withdrawn.tsv.gz",
        origin="https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/withdrawn.txt",
        licence=CC0,
        changes="sorted by id; dated as the complete set that it was fetched with",
        credit="HUGO Gene Nomenclature Committee, https://www.genenames.org",
        lines=withdrawn_lines,
        edition=hgnc_edition,
    ),
    Output(
        name="gene_info.tsv.gz",
        origin="https://ftp.ncbi.nlm.nih.gov/gene/DATA/GENE_INFO/Mammalia/Homo_sapiens.gene_info.gz",
        licence=NCBI,
        changes="only genes with synonyms that HGNC has not; columns and cross-references left out",
        credit="NCBI Gene, National Library of Medicine",
        lines=gene_info_lines,
        edition=gene_info_edition,
    ),
    Output(
        name="gene2go.tsv.gz",
        origin="https://ftp.ncbi.nlm.nih.gov/gene/DATA/gene2go.gz",
        licence=CC_BY,
        changes="only human genes of HGNC's set; without evidence ND, names of terms and papers; sorted",
        credit=f"{GO_CREDIT}; annotations by way of NCBI Gene",
        lines=gene2go_lines,
    ),
    Output(
        name="go-basic.obo.gz",
        origin="http://purl.obolibrary.org/obo/go/go-basic.obo",
        licence=CC_BY,
        changes="only terms in use and those above them; without definitions, comments and cross-references",
        credit=GO_CREDIT,
        lines=obo_lines,
        edition=go_edition,
    ),
    Output(
        name="gene_papers.tsv.gz",
        origin="https://ftp.ncbi.nlm.nih.gov/gene/DATA/gene2pubmed.gz",
        licence=NCBI,
        changes="counted: papers a gene, and their weight of one over the paper's genes",
        credit="NCBI Gene, National Library of Medicine",
        lines=gene_papers_lines,
    ),
)


def write(folder: Path, output: Output, corpus: Corpus, edition: str) -> int:
    """Write one file, lines of its preamble first; returns its size in bytes."""
    preamble = {
        "edition": edition or output.edition(corpus),
        "origin": output.origin,
        "licence": output.licence,
        "credit": output.credit,
        "changes": output.changes,
        "made-by": "data/make_human.py",
    }
    lines = [f"{tables.PREAMBLE}{key}: {value}" for key, value in preamble.items() if value]
    text = "\n".join([*lines, *output.lines(corpus), ""])
    path = folder / output.name
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return path.stat().st_size


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, metavar="CORPUS_DIR", help="holds " + ", ".join(FILES))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "human", metavar="DIR")
    parser.add_argument(
        "--edition",
        action="append",
        default=[],
        metavar="NAME=DATE",
        help="the date of a file that bears none, such as gene2go=2022",
    )
    options = parser.parse_args(arguments)
    absent = [file for file in FILES if not (options.corpus / file).is_file()]
    if absent:
        parser.error(f"{options.corpus} lacks {', '.join(absent)}")
    editions = _editions(parser, options.edition)
    options.out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(options.corpus)
    for output in OUTPUTS:
        size = write(options.out, output, corpus, editions.get(output.name.partition(".")[0], ""))
        print(f"{size:>10,} bytes  {options.out / output.name}")


def _editions(parser: argparse.ArgumentParser, given: list[str]) -> dict[str, str]:
    known = {output.name.partition(".")[0] for output in OUTPUTS}
    editions: dict[str, str] = {}
    for one in given:
        name, _, date = one.partition("=")
        if name not in known or tables.edition(f"{tables.PREAMBLE}edition: {date}") != date:
            parser.error(f"--edition {one}: NAME is one of {', '.join(sorted(known))}, DATE like 2022-09")
        editions[name] = date
    return editions


def _names(row: Cells) -> set[str]:
    """The symbol, aliases and previous symbols of a row of HGNC's set."""
    several = (tables.values(cell.strip('"')) for cell in (row[6], row[8]))
    return {row[1], *(name for names in several for name in names)}


def _number(hgnc_id: str) -> int:
    return int(hgnc_id.removeprefix("HGNC:"))


def _terms(lines: Iterable[str]) -> Iterator[list[str]]:
    """Of each term that is not obsolete its id, then its lines that are kept."""
    stanza: list[str] | None = None
    for line in lines:
        if line.startswith("["):
            if stanza:
                yield stanza
            stanza = [] if line == "[Term]" else None
        elif line == "is_obsolete: true":
            stanza = None
        elif stanza is not None and line.startswith(OBO_TAGS) and (kept := _kept(line)):
            stanza.append(kept)
    if stanza:
        yield stanza


def _kept(line: str) -> str:
    """The line without what a reader of names and parents does not need; empty for none of it."""
    tag, _, value = line.partition(": ")
    if tag == "id":
        return value
    if tag == "is_a":
        return f"is_a: {value[:10]}" if value.startswith("GO:") else ""
    if tag == "relationship":
        return f"relationship: {value[:18]}" if value.startswith("part_of ") else ""
    if tag == "synonym":
        return re.sub(r" \[[^\]]*\](?: \{[^}]*\})?$", " []", line)
    return line if tag in OBO_TAGS else ""


def _with_ancestors(used: set[str], stanzas: dict[str, list[str]]) -> set[str]:
    """The terms used, by whichever of their ids, and all above them by is_a and part_of."""
    primary = {
        line.removeprefix("alt_id: "): term
        for term, stanza in stanzas.items()
        for line in stanza
        if line.startswith("alt_id: ")
    }
    found: set[str] = set()
    waiting = [primary.get(term, term) for term in used]
    while waiting:
        term = waiting.pop()
        if term not in found and term in stanzas:
            found.add(term)
            waiting.extend(
                line[-10:] for line in stanzas[term] if line.startswith(("is_a: ", "relationship: "))
            )
    return found


if __name__ == "__main__":
    main()
