"""The publishers' files as they lie: exact counts, and whole records at chosen places.

The summaries and the links to papers are in test_gene_summary.py and test_gene2pubmed.py.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.inputs import open_input
from index.records import (
    AttributeValue,
    Fact,
    GeneRecord,
    GoTerm,
    Identifier,
    IdNamespace,
    Item,
    Name,
    NameKind,
    Source,
    Tally,
    WithdrawnSymbol,
)
from index.sources import recognise

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
HGNC = Source("HGNC", "curated")
NCBI = Source("NCBI Gene", "curated")
CURATED = Source("GO", "curated")
COMPUTED = Source("GO", "computed")
OTHER_SYMBOLS = ("alias", "previous_symbol")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the publishers' files are not at hand")


def items(file: str) -> Iterator[Item]:
    """The items of a file, by the format that its beginning shows."""
    with open_input(CORPUS / file) as stream:
        fmt = recognise(stream.read(65536).decode("utf-8", errors="replace"))
    assert fmt is not None
    with open_input(CORPUS / file) as stream:
        yield from fmt.parse(stream, file)


def genes(file: str) -> Iterator[GeneRecord]:
    for item in items(file):
        assert isinstance(item, GeneRecord)
        yield item


def rows_in(file: str) -> int:
    """Lines below the header."""
    with gzip.open(CORPUS / file) as stream:
        return stream.read().count(b"\n") - 1


def ids(*values: tuple[IdNamespace, str]) -> tuple[Identifier, ...]:
    return tuple(Identifier(namespace, value) for namespace, value in values)


def names(*values: tuple[NameKind, str]) -> tuple[Name, ...]:
    return tuple(Name(kind, spelling) for kind, spelling in values)


def go_fact(source: Source, go_id: str, text: str, evidence: str, aspect: str) -> Fact:
    attributes: dict[str, AttributeValue] = {"evidence": evidence, "aspect": aspect}
    return Fact("go", text, source, go_id, attributes)


def test_the_published_set_holds_43882_genes_and_their_57736_other_symbols() -> None:
    file = "hgnc/hgnc_complete_set.txt.gz"
    found = list(genes(file))
    assert len(found) == rows_in(file) == 43_882
    assert sum(all(one.namespace != "ncbigene" for one in item.identifiers) for item in found) == 69
    others = {name.spelling.casefold() for item in found for name in item.names if name.kind in OTHER_SYMBOLS}
    assert len(others) == 57_736
    assert Name("alias_name", "transforming growth factor-β receptor type V") in found[9_941].names
    assert found[0] == GeneRecord(
        source=HGNC,
        identifiers=ids(
            ("hgnc", "5"),
            ("ncbigene", "1"),
            ("ensembl", "ENSG00000121410"),
            ("uniprot", "P04217"),
            ("omim", "138670"),
            ("refseq", "NM_130786"),
        ),
        names=names(("symbol", "A1BG"), ("name", "alpha-1-B glycoprotein")),
        facts=(
            Fact("family", "Immunoglobulin like domain containing", HGNC, "HGNC.group:594"),
            Fact("location", "19q13.43", HGNC),
            Fact("locus_type", "gene with protein product", HGNC),
        ),
    )
    assert found[20_000] == GeneRecord(
        source=HGNC,
        identifiers=ids(
            ("hgnc", "9305"),
            ("ncbigene", "5521"),
            ("ensembl", "ENSG00000156475"),
            ("uniprot", "Q00005"),
            ("omim", "604325"),
            ("refseq", "NM_181678"),
        ),
        names=names(
            ("symbol", "PPP2R2B"),
            ("name", "protein phosphatase 2 regulatory subunit Bbeta"),
            ("alias", "PR55-BETA"),
            ("alias", "PR52B"),
            ("alias", "B55beta"),
            ("previous_symbol", "SCA12"),
            ("alias_name", "PP2A subunit B isoform beta"),
            ("previous_name", "spinocerebellar ataxia 12"),
            (
                "previous_name",
                "protein phosphatase 2 (formerly 2A), regulatory subunit B (PR 52), beta isoform",
            ),
        ),
        facts=(
            Fact("family", "WD repeat domain containing", HGNC, "HGNC.group:362"),
            Fact("family", "Protein phosphatase 2 regulatory subunits", HGNC, "HGNC.group:696"),
            Fact("location", "5q32", HGNC),
            Fact("locus_type", "gene with protein product", HGNC),
        ),
    )
    assert found[-1] == GeneRecord(
        source=HGNC,
        identifiers=ids(("hgnc", "44415"), ("ncbigene", "107987001"), ("refseq", "XR_001746484")),
        names=names(
            ("symbol", "FAM27E4"),
            ("name", "family with sequence similarity 27 member E4"),
            ("previous_symbol", "FAM27E4P"),
            ("previous_name", "family with sequence similarity 27, member E4, pseudogene"),
            ("previous_name", "family with sequence similarity 27, member E4"),
        ),
        facts=(
            Fact("family", "Long non-coding RNAs with FAM root symbol", HGNC, "HGNC.group:1993"),
            Fact("location", "9q13", HGNC),
            Fact("locus_type", "RNA, long non-coding", HGNC),
        ),
    )


def test_the_published_withdrawn_symbols_are_5176_and_1796_of_them_went_into_nothing() -> None:
    """1,795 entries were withdrawn; one more, H2AZ, was merged into nothing that HGNC names."""
    file = "hgnc/withdrawn.txt.gz"
    found = list(items(file))
    symbols = [item for item in found if isinstance(item, WithdrawnSymbol)]
    assert len(symbols) == len(found) == rows_in(file) == 5_176
    assert sum(not item.successors for item in symbols) == 1_795 + 1
    assert symbols[0] == WithdrawnSymbol("6", "A1S9T", (("12469", "UBA1"),))
    assert symbols[704] == WithdrawnSymbol("1531", "CBBM", (("4206", "OPN1MW"), ("9936", "OPN1LW")))
    assert symbols[1_894] == WithdrawnSymbol("4744", "H2AZ", ())
    assert symbols[-1] == WithdrawnSymbol("13197", "ZWS1", (("8850", "PEX1"),))


def test_the_published_gene_info_holds_57298_genes_of_three_taxa() -> None:
    """Of its rows 6,055 are biological regions and one is NEWENTRY."""
    file = "ncbi/Homo_sapiens.gene_info.gz"
    *read, told = items(file)
    found = [item for item in read if isinstance(item, GeneRecord)]
    assert told == Tally(57_298, {"biological region": 6_055, "place for papers only": 1})
    assert rows_in(file) == 63_354 == 57_298 + 6_055 + 1
    assert len(found) == len(read) == 57_298
    assert {gene.taxon for gene in found} == {9606, 63221, 741158}
    assert found[0] == GeneRecord(
        source=NCBI,
        identifiers=ids(("ncbigene", "1"), ("omim", "138670"), ("hgnc", "5"), ("ensembl", "ENSG00000121410")),
        names=names(
            ("symbol", "A1BG"),
            ("name", "alpha-1-B glycoprotein"),
            ("alias", "A1B"),
            ("alias", "ABG"),
            ("alias", "GAB"),
            ("alias", "HYST2477"),
            ("alias_name", "alpha-1B-glycoprotein"),
            ("alias_name", "HEL-S-163pA"),
            ("alias_name", "epididymis secretory sperm binding protein Li 163pA"),
        ),
        facts=(Fact("location", "19q13.43", NCBI), Fact("locus_type", "protein-coding", NCBI)),
    )
    assert found[30_000] == GeneRecord(
        source=NCBI,
        identifiers=ids(("ncbigene", "100131060"), ("hgnc", "49450")),
        names=names(("symbol", "LINC01135"), ("name", "long intergenic non-protein coding RNA 1135")),
        facts=(Fact("location", "1p32.1", NCBI), Fact("locus_type", "ncRNA", NCBI)),
    )
    assert found[-1] == GeneRecord(
        source=NCBI,
        taxon=741158,
        identifiers=ids(("ncbigene", "8923219")),
        names=names(("symbol", "16S rRNA"), ("name", "l-rRNA")),
        facts=(Fact("locus_type", "rRNA", NCBI),),
    )


def test_the_published_gene2go_holds_348116_rows_of_which_1699_say_nothing() -> None:
    """Those have evidence ND.  No row of this copy is negated, cites a paper or repeats another."""
    file = "ncbi/gene2go.gz"
    *read, told = items(file)
    found = [item for item in read if isinstance(item, GeneRecord)]
    assert len(found) == len(read)
    assert told == Tally(348_116 - 1_699, {"no data (ND)": 1_699})
    facts = [fact for gene in found for fact in gene.facts]
    assert rows_in(file) == 348_116
    assert len(facts) == 348_116 - 1_699
    assert sum(fact.source == COMPUTED for fact in facts) == 76_431
    assert len(found) == 56_735
    assert not any(gene.references for gene in found)
    assert found[1] == GeneRecord(
        source=CURATED,
        identifiers=ids(("ncbigene", "9")),
        facts=(go_fact(CURATED, "GO:0006805", "xenobiotic metabolic process", "TAS", "Process"),),
    )
    assert found[3] == GeneRecord(
        source=CURATED,
        identifiers=ids(("ncbigene", "12")),
        facts=(
            go_fact(COMPUTED, "GO:0006953", "acute-phase response", "IEA", "Process"),
            go_fact(CURATED, "GO:0006954", "inflammatory response", "NAS", "Process"),
            go_fact(CURATED, "GO:0010951", "negative regulation of endopeptidase activity", "IBA", "Process"),
            go_fact(CURATED, "GO:0019216", "regulation of lipid metabolic process", "NAS", "Process"),
            go_fact(CURATED, "GO:0030277", "maintenance of gastrointestinal epithelium", "NAS", "Process"),
        ),
    )
    assert found[-1] == GeneRecord(
        source=CURATED,
        identifiers=ids(("ncbigene", "122405565")),
        facts=(go_fact(COMPUTED, "GO:0016021", "integral component of membrane", "IEA", "Component"),),
    )


def test_the_published_ontology_holds_43558_terms_none_of_them_obsolete() -> None:
    """Of its 70,061 lines is_a three lead from a root to "all", which is no term."""
    found = list(items("go/go-basic.obo.gz"))
    terms = [item for item in found if isinstance(item, GoTerm)]
    assert len(terms) == len(found) == 43_558
    assert not any(term.obsolete for term in terms)
    assert sum(len(term.alt_ids) for term in terms) == 3_450
    assert sum(len(term.synonyms) for term in terms) == 117_984
    assert sum(len(term.is_a) for term in terms) == 70_061 - 3
    assert sum(len(term.part_of) for term in terms) == 6_997
    assert terms[0] == GoTerm(
        id="GO:0000001",
        name="mitochondrion inheritance",
        aspect="biological_process",
        synonyms=("mitochondrial inheritance",),
        is_a=("GO:0048308", "GO:0048311"),
    )
    assert terms[20_000] == GoTerm(
        id="GO:0044325",
        name="transmembrane transporter binding",
        aspect="molecular_function",
        synonyms=("ion channel binding",),
        is_a=("GO:0005515",),
    )
    assert next(term for term in terms if term.id == "GO:0006882") == GoTerm(
        id="GO:0006882",
        name="cellular zinc ion homeostasis",
        aspect="biological_process",
        synonyms=("zinc homeostasis",),
        is_a=("GO:0046916", "GO:0055069", "GO:0072503"),
    )
    assert (terms[-1].id, len(terms[-1].synonyms), len(terms[-1].is_a)) == ("GO:2001317", 14, 6)
