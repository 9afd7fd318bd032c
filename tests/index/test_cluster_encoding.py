"""What is sent to a cluster of each gene is what the layout says (index/cluster_layout.py)."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from index import cluster_encoding, columns
from index.cluster_encoding import body, prepare, runs
from index.cluster_layout import BLOCK, FIRST_NAMES, REPEATS, decode_entry, held_term, streams
from index.documents import decode
from index.facets import COLUMNS, Facets
from index.generations import current_generation
from index.records import GoTerm, Reference
from index.store import RecordStore
from tests.making import gene, publish, says

TERMS = (
    GoTerm(id="GO:0000001", name="metal binding", aspect="molecular_function"),
    GoTerm(id="GO:0000002", name="zinc binding", aspect="molecular_function", is_a=("GO:0000001",)),
)
PAPER = Reference(1, title="Zinc fingers of old", year=1999, doi="10.1/ZN", pmid="77")
LONG = "z" * 500


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    documents = [
        gene(
            "ZN1",
            "It binds zinc. Zinc fingers bind zinc.",
            says("Zinc binding", "go", key="GO:0000002"),
            says("GO:0000002", "go_id"),
            says("Zinc fingers", "family"),
            says("16q13", "location"),
            name="zinc binder 1",
            names=[("alias", "ZNB-1"), ("previous_symbol", "OLD1")],
            identifiers=[("hgnc", "7400"), ("ensembl", "ENSG1.2")],
            references=[PAPER],
            papers=5,
        ),
        gene("CU2", "It does nothing.", f"A word of {LONG} letters.", papers=2),
        *(gene(f"FE{number:03}", f"Iron number {number} of many.") for number in range(60)),
    ]
    publish(folder, documents, go_terms=TERMS)
    found = current_generation(folder)
    assert found is not None
    assert prepare(found) == len(documents)
    return found


def sent(generation: Path) -> list[dict[str, Any]]:
    found = []
    for run in runs(generation):
        lines = body(run).split(b"\n")
        assert lines.pop() == b""
        for doc, action, source in zip(range(run.first, run.last), lines[::2], lines[1::2], strict=True):
            assert msgspec.json.decode(action) == {"create": {"_id": str(doc)}}
            found.append(msgspec.json.decode(source))
    return found


@pytest.fixture(scope="module")
def sources(generation: Path) -> list[dict[str, Any]]:
    return sent(generation)


def of(sources: list[dict[str, Any]], gene_id: str) -> dict[str, Any]:
    return next(source for source in sources if source["gene_id"] == gene_id)


def test_every_gene_has_its_number_its_bit_its_record_and_its_names(
    generation: Path, sources: list[dict[str, Any]]
) -> None:
    store = RecordStore(generation)
    firsts = columns.read(generation / "cluster", "first_names", np.uint32).tolist()
    assert (generation / FIRST_NAMES).is_file()
    assert [source["n"] for source in sources] == list(range(store.genes))
    for doc, source in enumerate(sources):
        assert (source["block"], source["bit"]) == (doc // BLOCK, 2 ** (doc % BLOCK))
        assert decode(b64decode(source["record"])) == store.document(doc)
        entry = decode_entry(b64decode(source["row"]))
        assert entry.gene == store.gene(doc)
        assert list(entry.names) == [store.name(number) for number in range(firsts[doc], firsts[doc + 1])]


def test_a_gene_is_found_by_what_the_layout_says(sources: list[dict[str, Any]]) -> None:
    zinc = of(sources, "NCBIGene:ZN1")
    assert zinc["names"] == ["zn1", "zincbinder1", "znb1", "old1"]
    assert zinc["identifiers"] == ["7400", "ensg1", "77", "10.1/zn"]
    assert zinc["summary"] == ["it binds zinc zinc fingers bind zinc"]
    assert zinc["summary_stem"] == ["it bind zinc zinc finger bind zinc"]
    assert zinc["symbol"] == ["zn1"]
    assert zinc["go_id"] == ["go 0000002"]
    assert set(zinc["go_id"]) <= set(zinc["plain"])
    assert len(zinc["above"]) == 2
    assert (zinc["papers"], zinc["refs"], zinc["years"]) == (5, 1, [1999])
    assert "by_location" in zinc
    copper = of(sources, "NCBIGene:CU2")
    assert "by_location" not in copper
    assert held_term(LONG) in copper["summary"][1].split()
    assert held_term(LONG) in copper["words"].split()


def test_no_field_is_sent_that_the_layout_does_not_know(sources: list[dict[str, Any]]) -> None:
    known = {"n", "block", "bit", "gene_id", "names", "identifiers", "row", "record", "words", "named_words"}
    known |= {"plain", "above", "papers", "refs", "years", "by_symbol", "by_location"}
    known |= {f"facet_{column}" for column in COLUMNS} | set(streams())
    assert set().union(*sources) <= known


def test_a_word_stands_as_often_as_its_weight_says(generation: Path, sources: list[dict[str, Any]]) -> None:
    folder = generation / "columnar"
    words = columns.Strings(folder, "words")
    for field, name in (("words", "prose"), ("named_words", "named")):
        wanted: list[Counter[str]] = [Counter() for _ in sources]
        starts = columns.read(folder, f"{name}_docs_starts", np.uint32).tolist()
        docs = columns.read(folder, f"{name}_docs", np.int32).tolist()
        weights = columns.read(folder, f"{name}_weights", np.float32).tolist()
        for word, (begin, end) in enumerate(pairwise(starts)):
            for at in range(begin, end):
                wanted[docs[at]][held_term(words[word].decode())] = max(1, round(REPEATS * weights[at]))
        assert [Counter(source[field].split()) for source in sources] == wanted
        assert any(count > 1 for counted in wanted for count in counted.values())


def test_columns_and_orders_are_those_of_the_facets(generation: Path, sources: list[dict[str, Any]]) -> None:
    facets = Facets(generation, len(sources))
    for name, column in facets.columns.items():
        for term in range(len(column.terms)):
            having = [doc for doc, source in enumerate(sources) if term in source.get(f"facet_{name}", ())]
            assert having == column.genes([term]).tolist()
    by_symbol = sorted(range(len(sources)), key=lambda doc: int(sources[doc]["by_symbol"]))
    assert by_symbol == facets.by_symbol.tolist()
    placed = [doc for doc, source in enumerate(sources) if "by_location" in source]
    placed.sort(key=lambda doc: int(sources[doc]["by_location"]))
    assert placed == facets.by_location[: facets.located].tolist()


def test_small_pieces_make_the_same_documents(
    generation: Path, sources: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_encoding, "_AT_ONCE", 7)
    monkeypatch.setattr(cluster_encoding, "_RUN_BYTES", 300)
    prepare(generation)
    assert sum(1 for _ in runs(generation)) > 10
    assert sent(generation) == sources


@pytest.mark.parametrize("letter", ["a", "ß", "Ж", "𝒜"])
def test_no_held_term_is_longer_than_a_cluster_takes(letter: str) -> None:
    for length in (1, 99, 100, 101, 199, 200, 201, 500):
        held = held_term(letter * length)
        assert len(held.encode("utf-16-le")) // 2 < 255
        assert held != held_term(letter * length + "x")
