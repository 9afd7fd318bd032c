"""A gene is found, lower, under the terms above those it is annotated to, and under their synonyms."""

from __future__ import annotations

import gc
import gzip
import io
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace

from index.build import build
from index.documenting import go_ids
from index.documents import Document, Line
from index.ontology import Ontology
from index.ontology_writing import write as write_ontology
from index.records import GoTerm, Reference
from index.sources import go_obo
from search import Genes, Hit, open_index
from search.choosing import Listed, choose
from search.evidence import Answer, Words
from search.page import AnnotatedTerm
from search.query import parse, words_of
from search.wider import Wider
from tests.contract import generated
from tests.making import gene, publish, says
from tests.search.conftest import Searching

SHIPPED = Path(__file__).parents[2] / "data" / "human" / "go-basic.obo.gz"

ONTOLOGY = """\
format-version: 1.2
ontology: go

[Term]
id: GO:0003674
name: molecular_function
namespace: molecular_function
alt_id: GO:0005554

[Term]
id: GO:0043167
name: ion binding
namespace: molecular_function
is_a: GO:0003674

[Term]
id: GO:0046872
name: metal ion binding
namespace: molecular_function
synonym: "metal binding" RELATED []
is_a: GO:0043167

[Term]
id: GO:0008270
name: zinc ion binding
namespace: molecular_function
alt_id: GO:0046914
synonym: "Zn binding" RELATED []
is_a: GO:0046872

[Term]
id: GO:0005507
name: copper ion binding
namespace: molecular_function
alt_id: GO:0099001
is_a: GO:0046872

[Term]
id: GO:0099002
name: obsolete zinc shuttle
namespace: molecular_function
is_obsolete: true

[Term]
id: GO:0006882
name: cellular zinc ion homeostasis
namespace: biological_process
"""

GENES = """\
#tax_id\tGeneID\tSymbol\tSynonyms\tdbXrefs
9606\t4496\tMT1H\t-\t-
9606\t801\tCALM1\t-\t-
9606\t7157\tTP53\t-\t-
9606\t760\tCA2\t-\t-
9606\t2099\tESR1\t-\t-
9606\t7779\tSLC30A1\t-\t-
9606\t8202\tNCOA3\t-\t-
"""

ANNOTATIONS = """\
#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory
9606\t4496\tGO:0008270\tIDA\tenables\tzinc ion binding\t111|112\tFunction
9606\t4496\tGO:0008270\tIMP\tenables\tzinc ion binding\t112|113\tFunction
9606\t801\tGO:0046872\tIDA\tenables\tmetal ion binding\t118\tFunction
9606\t7157\tGO:0008270\tIDA\tNOT\tzinc ion binding\t114|115\tFunction
9606\t760\tGO:0008270\tIDA\tNOT|enables\tzinc ion binding\t116\tFunction
9606\t2099\tGO:0008270\tND\tenables\tzinc ion binding\t-\tFunction
9606\t2099\tGO:0003674\tND\tenables\tmolecular_function\t-\tFunction
9606\t7779\tGO:0006882\tIBA\t-\tintracellular zinc ion homeostasis\t117\tProcess
9606\t8202\tGO:0046914\tIEA\tenables\t-\t-\tFunction
"""


@pytest.fixture(scope="module")
def genes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Genes]:
    """An index built from three files in the publishers' formats."""
    folder = tmp_path_factory.mktemp("wider")
    sources = folder / "sources"
    sources.mkdir()
    for name, text in (("go.obo", ONTOLOGY), ("genes.tsv", GENES), ("gene2go.tsv", ANNOTATIONS)):
        (sources / name).write_text(text, "utf-8")
    build([sources], folder / "index")
    with open_index(folder / "index") as opened:
        yield opened


def hits(genes: Genes, q: str) -> dict[str, Hit]:
    page = genes.search(q)
    assert page.total == len(page.hits)
    assert not page.query.relaxed
    return {hit.symbol: hit for hit in page.hits}


@pytest.mark.parametrize(
    "q",
    [
        "metal ion binding",
        '"metal ion binding"',
        'go:"metal ion binding"',
        "go:metal",
        "metals bind",
        "GO:0046872",
        '"GO:0046872"',
        "go_id:GO:0046872",
    ],
)
def test_a_gene_of_a_term_is_found_under_a_wider_one_behind_the_genes_of_that(genes: Genes, q: str) -> None:
    assert list(hits(genes, q)) == ["CALM1", "MT1H", "NCOA3"]


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ("Zn binding", ["MT1H", "NCOA3"]),
        ('"Zn binding"', ["MT1H", "NCOA3"]),
        ("go:Zn", ["MT1H", "NCOA3"]),
        ('"metal binding"', ["CALM1", "MT1H", "NCOA3"]),
        ("GO:0008270", ["MT1H", "NCOA3"]),
        ("GO:0046914", ["MT1H", "NCOA3"]),
        ("go_wider:met*", ["CALM1", "MT1H", "NCOA3"]),
        ("m?tal", ["CALM1", "MT1H", "NCOA3"]),
        ("go:mtal~1", ["CALM1", "MT1H", "NCOA3"]),
        ('go:"binding metal"~1', ["CALM1", "MT1H", "NCOA3"]),
        ("go_id:GO:00468*", ["CALM1"]),
        ('"binding metal"', []),
        ('"metals binding"', []),
        ("summary:metal", []),
        ("molecular_function", []),
        ("GO:0003674", []),
    ],
)
def test_synonyms_and_ids_find_what_they_name_and_nothing_else(
    genes: Genes, q: str, symbols: list[str]
) -> None:
    assert sorted(hits(genes, q)) == sorted(symbols)


@pytest.mark.parametrize("q", ["GO:0008270", "GO:0046914", '"go:0046914"', "go_id:GO:0046914"])
def test_every_id_that_a_term_has_or_had_finds_the_genes_annotated_by_any_of_them(
    genes: Genes, q: str
) -> None:
    found = hits(genes, q)
    assert sorted(found) == ["MT1H", "NCOA3"]
    assert {hit.match.field for hit in found.values()} == {"go"}


@pytest.mark.parametrize("q", ["GO:0043167", "go_id:GO:0043167"])
def test_the_genes_of_a_former_id_come_before_those_of_narrower_terms(searching: Searching, q: str) -> None:
    opened = searching(
        gene("A1", says("metal ion binding", "go", key="GO:0000002"), papers=9),
        gene("B1", says("binding", "go", key="GO:0000001")),
        gene("C1", says("binding", "go", key="GO:0043167")),
        go_terms=[replace(CHAIN[0], alt_ids=("GO:0043167",)), *CHAIN[1:]],
    )
    found = opened.search(q).hits
    assert [hit.symbol for hit in found] == [
        hit.symbol for hit in opened.search(q.replace("0043167", "0000001")).hits
    ]
    assert {hit.symbol for hit in found[:2]} == {"B1", "C1"}
    assert found[2].match.field == "go_wider"


@pytest.mark.parametrize(
    ("go_id", "told"),
    [
        ("GO:0003674", "is a root of the Gene Ontology"),
        ("GO:0005554", "is a root of the Gene Ontology"),
        ("GO:0005507", "no gene of this index is annotated to it or to a narrower term"),
        ("GO:0099001", "no gene of this index is annotated to it or to a narrower term"),
        ("GO:0099002", "is obsolete in this index's Gene Ontology"),
        ("GO:9999999", "is no term of this index's Gene Ontology"),
    ],
)
@pytest.mark.parametrize("form", ["{}", '"{}"', "go_id:{}", "{} zinc"])
def test_an_id_without_genes_says_why(genes: Genes, go_id: str, told: str, form: str) -> None:
    page = genes.search(form.format(go_id.lower()))
    (warning,) = page.warnings
    assert warning.message.startswith(go_id)
    assert told in warning.message


@pytest.mark.parametrize(
    "q", ["GO:0008270", "GO:0046872 zinc", "nosuchword", "name:nosuchword", "GO:123456789"]
)
def test_an_id_with_genes_and_what_is_no_id_need_no_word(genes: Genes, q: str) -> None:
    assert genes.search(q).warnings == ()


@pytest.fixture
def without_collector() -> Iterator[None]:
    """No object goes but by its last reference."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_a_closed_index_lets_go_of_its_ontology_at_once(tmp_path: Path) -> None:
    document = gene("A1", says("zinc ion binding", "go", key="GO:0000004"))
    publish(tmp_path, [document], go_terms=CHAIN)
    before = {id(each) for each in gc.get_objects() if isinstance(each, Ontology)}
    opened = open_index(tmp_path)
    assert opened.search("metal binding").total == opened.search("GO:0000002").total == 1
    open_now = [each for each in gc.get_objects() if isinstance(each, Ontology) and id(each) not in before]
    (ontology,) = map(weakref.ref, open_now)
    open_now.clear()
    assert ontology() is not None
    opened.close()
    assert ontology() is None


@pytest.mark.parametrize("q", ["zinc", "metal", "binding", "GO:0008270", '"metal ion binding"', "go:ion"])
def test_what_is_denied_or_unknown_is_found_under_nothing(genes: Genes, q: str) -> None:
    silent = {"TP53", "CA2", "ESR1"}
    assert silent.isdisjoint(hits(genes, q))
    assert silent <= hits(genes, f"NOT {q}").keys()


@pytest.mark.parametrize("q", ["intracellular zinc", "cellular zinc", '"cellular zinc ion homeostasis"'])
def test_a_term_that_two_editions_name_differently_is_found_by_both_names(genes: Genes, q: str) -> None:
    assert list(hits(genes, q)) == ["SLC30A1"]


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ('binding NOT go:"metal ion binding"', set()),
        ("ion NOT metal", {"SLC30A1"}),
        ("ion NOT GO:0008270", {"SLC30A1", "CALM1"}),
        ("metal AND zinc", {"MT1H", "NCOA3"}),
        ("metal OR homeostasis", {"MT1H", "NCOA3", "CALM1", "SLC30A1"}),
    ],
)
def test_operators_count_a_gene_under_its_wider_terms(genes: Genes, q: str, symbols: set[str]) -> None:
    assert set(hits(genes, q)) == symbols


def test_what_follows_is_shown_as_such_with_the_papers_of_what_it_follows_from(genes: Genes) -> None:
    hit = hits(genes, "metal ion binding")["MT1H"]
    first, second = hit.highlights
    assert (first.section, first.sentence, first.key) == ("go_wider", "metal ion binding", "GO:0046872")
    assert first.via == AnnotatedTerm("GO:0008270", "zinc ion binding")
    assert (first.provenance, first.source) == ("curated", "GO")
    assert {ref.pmid for ref in first.refs} == {"111", "112", "113"}
    assert [first.sentence[start:end] for start, end in first.spans] == ["metal", "ion", "binding"]
    assert (second.section, second.sentence, second.via) == ("go", "zinc ion binding", None)
    assert hit.match.reason == "all 3 words together in Gene Ontology, wider term or synonym"


def test_what_is_stated_is_shown_as_stated(genes: Genes) -> None:
    (only,) = hits(genes, "metal ion binding")["CALM1"].highlights
    assert (only.section, only.sentence, only.via) == ("go", "metal ion binding", None)


def test_a_hit_misses_only_what_is_in_none_of_its_wider_terms(genes: Genes) -> None:
    page = genes.search("zinc metal nosuchword")
    assert page.query.relaxed
    assert {hit.symbol: hit.missing for hit in page.hits} == {
        "MT1H": ("nosuchword",),
        "NCOA3": ("nosuchword",),
    }


def test_the_shipped_ontology_leads_from_metal_to_a_gene_of_zinc(searching: Searching) -> None:
    with gzip.open(SHIPPED) as packed:
        stream = io.BufferedReader(packed)
        go_terms = [item for item in go_obo.parse(stream, SHIPPED.name) if isinstance(item, GoTerm)]
    opened = searching(
        gene("ZINC1", says("zinc ion binding", "go", key="GO:0008270")),
        gene("METAL1", says("metal ion binding", "go", key="GO:0046872", by="computed")),
        gene("OTHER1", says("DNA binding", "go", key="GO:0003677")),
        go_terms=go_terms,
    )
    for q in ("metal ion binding", '"metal ion binding"', 'go:"metal ion binding"', "GO:0046872"):
        assert list(hits(opened, q)) == ["METAL1", "ZINC1"]
    assert list(hits(opened, "Zn binding")) == list(hits(opened, "zinc ion binding")) == ["ZINC1"]
    assert list(hits(opened, '"nucleic acid binding"')) == ["OTHER1"]


def test_every_gene_that_is_found_shows_a_line_that_answers(searching: Searching) -> None:
    opened = searching(*generated.documents(300), go_terms=generated.go_terms())
    asked = [f"go:{word}" for word in generated.WORDS[:120:3]]
    asked += [f'go:"{phrase}"' for phrase in generated.PLANTED] + ["go_id:GO:0000111", "go_id:GO:0000599"]
    wider = 0
    for q in asked:
        for hit in opened.search(q, size=300).hits:
            assert hit.match.field in ("go", "go_wider")
            assert {highlight.section for highlight in hit.highlights} <= {"go", "go_wider"}
            wider += hit.match.field == "go_wider"
    assert wider > 100


# Which lines follow for a gene, and which are shown


def term(number: int, name: str, *synonyms: str, is_a: int | None = None) -> GoTerm:
    parents = () if is_a is None else (f"GO:{is_a:07}",)
    return GoTerm(
        id=f"GO:{number:07}", name=name, aspect="molecular_function", synonyms=synonyms, is_a=parents
    )


CHAIN = (
    term(1, "binding"),
    term(2, "metal ion binding", "metal binding", is_a=1),
    term(3, "metal cluster binding", is_a=2),
    term(4, "zinc ion binding", "Zn binding", is_a=2),
    term(5, "zinc finger binding", is_a=4),
    term(6, "transition metal ion binding", is_a=2),
    term(7, "iron complex binding", is_a=6),
    term(8, "iron cluster binding", is_a=7),
    term(9, "a site", is_a=8),
)
NARROW = says("zinc finger binding", "go", key="GO:0000005")
ZINC = says("zinc ion binding", "go", key="GO:0000004")
ZINC_COMPUTED = says("zinc ion binding", "go", key="GO:0000004", by="computed")
METAL = says("metal ion binding", "go", key="GO:0000002")
CLUSTER = says("metal cluster binding", "go", key="GO:0000003")
PAPERS = [Reference(1, title="On a gene", pmid="111")]


class Answering(Protocol):
    """The lines of the first of some genes that answer, over the ontology CHAIN."""

    def __call__(self, q: str, *lines: Line | str, others: Sequence[Document] = ()) -> list[Answer]: ...


@pytest.fixture
def answering(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    def answers(q: str, *lines: Line | str, others: Sequence[Document] = ()) -> list[Answer]:
        documents = [gene("A1", *lines, references=PAPERS), *others]
        folder = tmp_path_factory.mktemp("chain")
        write_ontology(folder, CHAIN, go_ids(documents))
        leaves = words_of(parse(q).tree)
        implied = Wider(Ontology(folder)).implied(leaves)
        return Words(leaves, [1.0] * len(leaves), implied=implied).answers(documents[0])

    return answers


def told(answers: list[Answer]) -> list[tuple[str, str | None]]:
    """The texts, each with that of the line from which it follows."""
    return [(answer.line.text, answer.via.text if answer.via else None) for answer in answers]


@pytest.mark.parametrize(
    ("q", "lines", "expected"),
    [
        pytest.param(
            "metal binding",
            [ZINC],
            [("metal binding", "zinc ion binding"), ("zinc ion binding", None)],
            id="a wider term that adds a word, and the gene's own",
        ),
        pytest.param(
            "zinc binding",
            [ZINC],
            [("zinc ion binding", None)],
            id="no synonym of what is stated",
        ),
        pytest.param(
            "Zn",
            [NARROW, ZINC],
            [("Zn binding", "zinc ion binding")],
            id="a synonym follows from its own term",
        ),
        pytest.param(
            "metal",
            [NARROW, ZINC],
            [("metal binding", "zinc finger binding")],
            id="a wider term from the most specific one",
        ),
        pytest.param(
            "Zn",
            [NARROW, ZINC_COMPUTED],
            [("Zn binding", "zinc finger binding")],
            id="from a curated term before a computed one",
        ),
        pytest.param(
            "metal",
            [METAL, ZINC],
            [("metal ion binding", None)],
            id="no wider term that is stated too",
        ),
        pytest.param(
            "metal binding",
            ["It binds metal."],
            [("It binds metal.", None)],
            id="nothing for a gene without annotations",
        ),
        pytest.param(
            "metal binding",
            [ZINC, "Metal binding is all it does."],
            [("Metal binding is all it does.", None), ("zinc ion binding", None)],
            id="nothing where a sentence says as much",
        ),
        pytest.param(
            "metal copper",
            [ZINC, "It binds copper."],
            [("It binds copper.", None), ("metal binding", "zinc ion binding")],
            id="a word that only a wider term holds",
        ),
        pytest.param(
            "binding",
            [says("Its binding is not known.", nothing=True), says("zinc site", "go", key="GO:0000004")],
            [("Its binding is not known.", None), ("binding", "zinc site")],
            id="beside a line that only says that nothing is known",
        ),
    ],
)
def test_a_line_follows_only_where_it_tells_more_than_the_genes_own(
    answering: Answering, q: str, lines: list[Line | str], expected: list[tuple[str, str | None]]
) -> None:
    assert sorted(told(answering(q, *lines))) == sorted(expected)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("metal ion", "metal ion binding"),  # before "transition metal ion binding", which is nearer
        ("transition metal", "transition metal ion binding"),
        ("metal binding", "metal binding"),
        ("iron", "iron cluster binding"),  # of two as short the more specific one
    ],
)
def test_of_labels_that_hold_the_same_words_the_shortest_and_then_the_most_specific_is_taken(
    answering: Answering, q: str, expected: str
) -> None:
    texts = told(answering(q, says("a site", "go", key="GO:0000009")))
    assert texts == [(expected, "a site")]


def test_what_follows_is_weaker_than_what_is_stated_and_as_trusted_as_its_source(
    answering: Answering,
) -> None:
    cited = says("zinc ion binding", "go", key="GO:0000004", cited=[0])
    stated = says("metal ion binding", "go", key="GO:0000002", by="computed")
    in_order = [answering("metal", line)[0].strength for line in (ZINC_COMPUTED, ZINC, cited, stated)]
    assert in_order == sorted(set(in_order))


def test_what_follows_carries_the_papers_of_the_line_it_follows_from(answering: Answering) -> None:
    (answer,) = answering("metal", says("zinc ion binding", "go", key="GO:0000004", cited=[0]))
    assert [cited.reference for cited in answer.line.cited] == [0]


@pytest.mark.parametrize(
    ("q", "lines", "expected"),
    [
        ("metal zinc", [NARROW, CLUSTER], [("zinc finger binding", None), ("metal cluster binding", None)]),
        (
            "metal zinc",
            [NARROW],
            [("zinc finger binding", None), ("metal binding", "zinc finger binding")],
        ),
        ("metal", [NARROW, CLUSTER], [("metal cluster binding", None)]),
    ],
)
def test_a_line_that_follows_is_shown_for_a_word_that_no_other_shows(
    answering: Answering, q: str, lines: list[Line | str], expected: list[tuple[str, str | None]]
) -> None:
    assert told(choose(Listed(answering(q, *lines)))) == expected
