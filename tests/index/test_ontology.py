"""The Gene Ontology as a graph over genes, as it lies on disk."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from index.analysis import fold_case, stem, terms
from index.engines.whoosh_index import schema
from index.fields import FIELDS
from index.go_graph import ROOTS
from index.ontology import FOLDER, Ontology
from index.ontology_writing import write
from index.records import GeneRecord, GoTerm
from index.sources import go_obo, ncbi_gene2go

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
needs_real = pytest.mark.skipif(not CORPUS.is_dir(), reason="the publishers' files are not at hand")


def go(number: int, name: str, *synonyms: str, **more: Sequence[int] | bool) -> GoTerm:
    """A term; ``is_a``, ``part_of`` and ``alt_ids`` as numbers."""
    lists = {
        key: tuple(f"GO:{n:07}" for n in numbers)
        for key, numbers in more.items()
        if not isinstance(numbers, bool)
    }
    return GoTerm(
        id=f"GO:{number:07}",
        name=name,
        aspect="molecular_function",
        synonyms=synonyms,
        obsolete=bool(more.get("obsolete")),
        **lists,
    )


ROOT = go(3674, "molecular_function")
ION = go(43167, "ion binding", is_a=[3674])
METAL = go(46872, "metal ion binding", "metal binding", is_a=[43167])
ZINC = go(8270, "zinc ion binding", "zinc binding", "Zn binding", is_a=[46872], alt_ids=[46914])
PROCESS = go(6882, "zinc ion homeostasis", is_a=[3674])
STORE = go(32119, "sequestering of zinc ion", part_of=[6882], is_a=[8270])
UNUSED = go(5507, "copper ion binding", is_a=[46872])
OLD = go(5, "obsolete zinc shuttle", is_a=[46872], obsolete=True)
TERMS = (ROOT, ION, METAL, ZINC, PROCESS, STORE, UNUSED, OLD)
ANNOTATED: tuple[list[str], ...] = (
    ["GO:0008270"],
    ["GO:0046872", "GO:0003674"],
    [],
    ["GO:0032119"],
    ["GO:0046914", "GO:0099999", "GO:0000005"],
)


def written(
    folder: Path, go_terms: Sequence[GoTerm] = TERMS, annotated: Sequence[Sequence[str]] = ANNOTATED
) -> Ontology:
    write(folder, go_terms, annotated)
    return Ontology(folder)


@pytest.fixture
def small(tmp_path: Path) -> Ontology:
    return written(tmp_path)


def labels(ontology: Ontology, go_id: str) -> list[str]:
    term = ontology.find(go_id)
    assert term is not None
    return [ontology.text(label) for label in ontology.labels_of(term)]


def holding(ontology: Ontology, form: str, as_stems: bool = False) -> list[str]:
    return [ontology.text(label) for label in ontology.holding(form.split(), as_stems).tolist()]


@pytest.mark.parametrize(
    ("go_id", "genes"),
    [
        ("GO:0032119", [3]),
        ("GO:0008270", [0, 3, 4]),
        ("GO:0046914", [0, 3, 4]),
        ("GO:0046872", [0, 1, 3, 4]),
        ("GO:0043167", [0, 1, 3, 4]),
        ("GO:0006882", [3]),
    ],
)
def test_a_gene_of_a_term_is_one_of_every_term_above_it(
    small: Ontology, go_id: str, genes: list[int]
) -> None:
    assert small.docs(go_id).tolist() == genes


@pytest.mark.parametrize(
    "go_id",
    [*sorted(ROOTS), "GO:0005507", "GO:0000005", "GO:0099999", "GO:", "GO:12", "zinc", "", "GO:٣٣٣٣٣٣٣"],
)
def test_roots_obsolete_unused_and_unknown_terms_have_no_gene(small: Ontology, go_id: str) -> None:
    assert small.find(go_id) is None
    assert small.docs(go_id).tolist() == []


def test_an_id_is_known_in_any_case_and_leads_back_to_todays(small: Ontology) -> None:
    for asked in ("GO:0008270", "go:0008270", "GO:0046914"):
        term = small.find(asked)
        assert term is not None
        assert small.go_id(term) == "GO:0008270"


def test_a_term_has_its_id_of_today_and_those_that_it_had(small: Ontology) -> None:
    zinc, metal = small.find("GO:0046914"), small.find("GO:0046872")
    assert zinc is not None
    assert metal is not None
    assert small.ids_of(zinc) == ["GO:0008270", "GO:0046914"]
    assert small.ids_of(metal) == ["GO:0046872"]


@pytest.mark.parametrize(
    ("go_id", "why"),
    [
        ("GO:0003674", "root"),
        ("go:0005554", "root"),
        ("GO:0005507", "unused"),
        ("GO:0099001", "unused"),
        ("GO:0000005", "obsolete"),
        ("GO:0099999", "unknown"),
        ("GO:0008150", "unknown"),
        ("GO:0008270", None),
        ("GO:0046914", None),
        ("zinc", None),
        ("GO:12", None),
    ],
)
def test_why_an_id_has_no_gene_is_known(tmp_path: Path, go_id: str, why: str | None) -> None:
    root, unused = replace(ROOT, alt_ids=("GO:0005554",)), replace(UNUSED, alt_ids=("GO:0099001",))
    ontology = written(tmp_path, (root, *TERMS[1:-2], unused, OLD))
    assert ontology.without_genes(go_id) == why


def test_the_width_of_a_label_is_the_number_of_its_words(small: Ontology) -> None:
    numbers = np.arange(small.labels, dtype=np.int32)
    widths = {small.text(n): width for n, width in zip(numbers.tolist(), small.widths(numbers), strict=True)}
    assert (widths["zinc ion binding"], widths["Zn binding"]) == (3, 2)
    assert widths["sequestering of zinc ion"] == 4


def test_the_labels_of_a_term_are_its_name_and_its_synonyms_each_once(tmp_path: Path) -> None:
    twice = replace(ZINC, synonyms=("Zinc  ion BINDING", "Zn binding", "", "zn Binding"))
    assert labels(written(tmp_path, (twice,)), "GO:0008270") == ["zinc ion binding", "Zn binding"]


def test_terms_with_fewer_genes_are_more_specific_and_of_equal_ones_those_further_down(
    small: Ontology,
) -> None:
    places = small.breadths().tolist()
    assert [small.go_id(term) for term in sorted(range(small.terms), key=places.__getitem__)] == [
        "GO:0032119",
        "GO:0006882",
        "GO:0008270",
        "GO:0046872",
        "GO:0043167",
    ]


def test_the_terms_above_one_are_all_on_the_ways_up_and_itself(small: Ontology) -> None:
    term = small.find("GO:0032119")
    assert term is not None
    above = {small.go_id(other) for other in small.above(term).tolist()}
    assert above == {"GO:0032119", "GO:0008270", "GO:0046872", "GO:0043167", "GO:0006882"}


@pytest.mark.parametrize(
    ("form", "as_stems", "found"),
    [
        ("zinc ion", False, ["zinc ion homeostasis", "zinc ion binding", "sequestering of zinc ion"]),
        ("zinc binding", False, ["zinc binding"]),
        ("bind", False, []),
        ("metal bind", True, ["metal binding"]),
        ("metal", True, ["metal ion binding", "metal binding"]),
        ("binding zinc", False, []),
        ("ion zinc", False, []),
        ("copper", False, []),
        ("nowhere", True, []),
    ],
)
def test_labels_are_found_by_words_in_a_row_and_never_across_two(
    small: Ontology, form: str, as_stems: bool, found: list[str]
) -> None:
    assert holding(small, form, as_stems) == found


def test_an_alternative_id_of_two_terms_or_of_a_term_in_use_is_that_of_one(tmp_path: Path) -> None:
    first, second = go(1, "one", alt_ids=[9, 2]), go(2, "two", alt_ids=[9])
    for place, order in enumerate(((first, second), (second, first))):
        folder = tmp_path / str(place)
        folder.mkdir()
        ontology = written(folder, order, [["GO:0000009"], ["GO:0000002"]])
        assert ontology.docs("GO:0000001").tolist() == ontology.docs("GO:0000009").tolist() == [0]
        assert ontology.docs("GO:0000002").tolist() == [1]


def test_a_parent_named_by_its_alternative_id_is_a_parent(tmp_path: Path) -> None:
    ontology = written(tmp_path, (ZINC, go(1, "a zinc thing", is_a=[46914])), [["GO:0000001"]])
    assert ontology.docs("GO:0008270").tolist() == [0]


def test_of_two_stanzas_with_one_id_one_stands_whichever_comes_first(tmp_path: Path) -> None:
    others = (replace(ZINC, obsolete=True), replace(ZINC, name="zink ion binding"))
    found = []
    for place, order in enumerate(((ZINC, *others), (*reversed(others), ZINC))):
        folder = tmp_path / str(place)
        folder.mkdir()
        found.append(write(folder, order, ANNOTATED))
        assert Ontology(folder).docs("GO:0008270").tolist() == [0, 4]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("go_terms", "annotated"),
    [((), ANNOTATED), (TERMS, ()), (TERMS, [[], []]), ((), ()), ((ROOT, OLD), ANNOTATED)],
)
def test_without_terms_or_annotations_there_is_an_ontology_of_nothing(
    tmp_path: Path, go_terms: Sequence[GoTerm], annotated: Sequence[Sequence[str]]
) -> None:
    ontology = written(tmp_path, go_terms, annotated)
    assert ontology.terms == ontology.labels == 0
    assert ontology.docs("GO:0008270").tolist() == holding(ontology, "zinc") == []
    assert ontology.docs_under(np.array([], np.int32)).tolist() == []


@pytest.mark.parametrize(
    ("go_terms", "annotated"),
    [
        (TERMS[:-2], ANNOTATED),
        (TERMS[1:], ANNOTATED),
        ((*TERMS[:-2], replace(UNUSED, name="Cu binding"), OLD), ANNOTATED),
        ((*TERMS[:3], replace(ZINC, name="zinc binding"), *TERMS[4:]), ANNOTATED),
        ((*TERMS[:3], replace(ZINC, alt_ids=()), *TERMS[4:]), ANNOTATED),
        (TERMS, (*ANNOTATED[:2], ["GO:0006882"], *ANNOTATED[3:])),
        (TERMS, ANNOTATED[1:]),
    ],
)
def test_the_digest_tells_a_change_that_an_answer_may_show(
    tmp_path: Path, go_terms: Sequence[GoTerm], annotated: Sequence[Sequence[str]]
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    same = UNUSED not in go_terms and OLD in go_terms  # of a term without genes only the id is in an answer
    assert (write(before, TERMS, ANNOTATED) == write(after, go_terms, annotated)) is same


def test_the_text_engine_holds_nothing_of_it() -> None:
    implied = [field.name for field in FIELDS if field.kind == "implied"]
    assert implied == ["go_wider"]
    assert not [name for name in schema().names() if name.startswith("go_wider")]


# Any graph

WORDS = ["zinc", "zincs", "ion", "of", "binding", "TNF-α", "Zn(2+)", "5'-end", "β-catenin's", "up\u2011down"]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
numbers = st.integers(0, 11)
graphs = st.lists(
    st.builds(
        lambda name, synonyms, is_a, part_of, obsolete: (name, synonyms, is_a, part_of, obsolete),
        texts,
        st.lists(texts, max_size=3),
        st.lists(numbers, max_size=2),
        st.lists(numbers, max_size=1),
        st.integers(0, 9).map(lambda drawn: drawn == 0),
    ),
    max_size=12,
).map(
    lambda drawn: [
        go(number, name, *synonyms, is_a=is_a, part_of=part_of, obsolete=obsolete, alt_ids=[number + 50])
        for number, (name, synonyms, is_a, part_of, obsolete) in enumerate(drawn)
    ]
)
annotated_genes = st.lists(
    st.lists(st.integers(0, 70).map(lambda number: f"GO:{number:07}"), max_size=4), max_size=6
)


def above_by_steps(go_id: str, in_use: dict[str, GoTerm]) -> set[str]:
    """All that can be reached, one step after another; the graph may hold cycles."""
    reached = {go_id}
    while True:
        further = {
            parent for known in reached for parent in (*in_use[known].is_a, *in_use[known].part_of)
        } & in_use.keys() - reached
        if not further:
            return reached
        reached |= further


@settings(max_examples=150, deadline=None)
@given(graphs, annotated_genes, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.booleans())
def test_any_graph_answers_what_walking_it_by_hand_does(
    go_terms: list[GoTerm], annotated: list[list[str]], asked: list[str], as_stems: bool
) -> None:
    in_use = {term.id: term for term in go_terms if not term.obsolete}
    todays = {alternative: term.id for term in in_use.values() for alternative in term.alt_ids}
    own = [{todays.get(go_id, go_id) for go_id in go_ids} & in_use.keys() for go_ids in annotated]
    reached = [set().union(*(above_by_steps(go_id, in_use) for go_id in known)) for known in own]
    words = terms(" ".join(asked))
    form = [stem(word) for word in words] if as_stems else words
    with TemporaryDirectory() as folder:
        ontology = written(Path(folder), go_terms, annotated)
        kept = [ontology.go_id(term) for term in range(ontology.terms)]
        assert kept == sorted(set().union(*reached))
        for go_id in kept:
            assert ontology.docs(go_id).tolist() == [doc for doc, ids in enumerate(reached) if go_id in ids]
        everything = [label for go_id in kept for label in different(in_use[go_id])]
        assert [ontology.text(label) for label in range(ontology.labels)] == everything
        assert holding(ontology, " ".join(form), as_stems) == [
            label for label in everything if stands(form, label, as_stems)
        ]


def different(term: GoTerm) -> list[str]:
    """The name and the synonyms without those that were said before but for case."""
    given = (term.name, *term.synonyms)
    folded = [fold_case(label) for label in given]
    return [label for place, label in enumerate(given) if folded[place] not in folded[:place]]


def stands(form: list[str], label: str, as_stems: bool) -> bool:
    words = [stem(word) if as_stems else word for word in terms(label)]
    return any(words[place : place + len(form)] == form for place in range(len(words)))


@given(graphs, annotated_genes, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_any_order(
    go_terms: list[GoTerm], annotated: list[list[str]], rng: Random
) -> None:
    shuffled = rng.sample(go_terms, len(go_terms))
    mixed = [rng.sample(go_ids, len(go_ids)) + go_ids[:1] for go_ids in annotated]
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        assert write(Path(first), go_terms, annotated) == write(Path(second), shuffled + go_terms[:1], mixed)


# Damage

HEADER = 128
"""Bytes before the numbers in a file of one short array."""


def files_of(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).iterdir())


def test_a_missing_or_shortened_file_is_told_when_it_is_opened(tmp_path: Path) -> None:
    write(tmp_path, TERMS, ANNOTATED)
    for path in files_of(tmp_path):
        whole = path.read_bytes()
        for left in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:left])
            with pytest.raises((OSError, ValueError, EOFError)):
                Ontology(tmp_path)
        path.unlink()
        with pytest.raises(OSError, match=path.name):
            Ontology(tmp_path)
        path.write_bytes(whole)
    assert Ontology(tmp_path).terms == 5


def test_files_of_two_ontologies_do_not_go_together(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    write(one, TERMS, ANNOTATED)
    write(other, TERMS, [["GO:0008270"]])
    (other / FOLDER / "genes_starts.npy").replace(one / FOLDER / "genes_starts.npy")
    with pytest.raises(ValueError, match="do not go together"):
        Ontology(one)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_told_on_opening_or_never_fails(data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, TERMS, ANNOTATED)
        path = data.draw(st.sampled_from(files_of(folder)))
        whole = bytearray(path.read_bytes())
        whole[data.draw(st.integers(HEADER, len(whole) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(whole)
        try:
            ontology = Ontology(folder)
        except ValueError:
            return
        for term in range(ontology.terms):
            ontology.docs(ontology.go_id(term))
            assert all(0 <= other < ontology.terms for other in ontology.above(term).tolist())
            assert all(isinstance(ontology.text(label), str) for label in ontology.labels_of(term))
        for word in ("zinc", "ion", "bind"):
            ontology.docs_under(ontology.terms_of(ontology.holding([word], True)))


# The published files


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    """All terms, and the annotations of all genes in the order of the file."""
    with gzip.open(CORPUS / "go" / "go-basic.obo.gz") as packed:
        stream = io.BufferedReader(packed)
        go_terms = [item for item in go_obo.parse(stream, "go.obo") if isinstance(item, GoTerm)]
    genes: dict[str, list[str]] = {}
    with gzip.open(CORPUS / "ncbi" / "gene2go.gz") as packed:
        for item in ncbi_gene2go.parse(io.BufferedReader(packed), "gene2go"):
            if not isinstance(item, GeneRecord):
                continue
            known = genes.setdefault(item.identifiers[0].value, [])
            known += [fact.key for fact in item.facts if fact.key]
    return written(tmp_path_factory.mktemp("published"), go_terms, list(genes.values()))


@needs_real
def test_the_published_ontology_knows_a_zinc_binding_gene_as_a_metal_binding_one(published: Ontology) -> None:
    assert (published.terms, published.labels) == (22_691, 87_152)
    zinc, metal = (set(published.docs(go_id).tolist()) for go_id in ("GO:0008270", "GO:0046872"))
    assert (len(zinc), len(metal)) == (823, 4_246)
    assert zinc < metal
    assert labels(published, "GO:0008270") == ["zinc ion binding", "zinc binding", "Zn binding"]
    assert not any(published.docs(root).tolist() for root in ROOTS)
