"""Genes named inside a query of several words: which, by which of its words, and how surely."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.documents import encode
from index.store import RecordStore
from index.store_writing import StoreWriter, rows_of
from search.naming_in import NamedRun, genes_named_in
from search.query import parse, words_of
from tests.making import gene

GENES = (
    gene("WAS", id="HGNC:01", papers=20),
    gene("TYMP", id="HGNC:02", papers=60),
    gene("SCO2", id="HGNC:03", names=[("alias", "TYMP")], papers=20),
    gene("IL2", id="HGNC:04", name="interleukin 2", names=[("alias", "IL-2")], papers=900),
    gene("TNF", id="HGNC:05", name="tumor necrosis factor", names=[("alias", "TNF-alpha")], papers=900),
    gene("TP53", id="HGNC:06", names=[("alias", "p53")], papers=900),
    gene("REST", id="HGNC:07", papers=20),
    gene("IFNG", id="HGNC:08", papers=500),
    gene("ISL1", id="HGNC:09"),
    gene("TOP2A", id="HGNC:10"),
    gene("INS", id="HGNC:11", name="insulin", papers=900),
    gene("AHR", id="HGNC:12", names=[("alias", "p40")], papers=29),
    gene("BBB", id="HGNC:13", names=[("alias", "p40")], papers=9),
    gene("EGFR", id="HGNC:14", papers=900),
    gene("EPO", id="HGNC:15", names=[("alias_name", "growth factor")]),
    gene("MYC", id="HGNC:16", names=[("alias", "c-Myc")]),
    gene("AT1", id="HGNC:17"),
    gene("DNAX", id="HGNC:18", names=[("alias", "DNA")]),
    gene("T", id="HGNC:19"),
    gene("KMT2A", id="HGNC:20", names=[("previous_symbol", "MLL")], papers=3),
    gene("CCC", id="HGNC:21", names=[("alias", "MLL")], papers=300),
    gene("CDK4", id="HGNC:22"),
    gene("CDK6", id="HGNC:23"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    folder: Path = tmp_path_factory.mktemp("named")
    with StoreWriter(folder) as writer:
        writer.add(rows_of([(encode(one), one) for one in GENES], 0))
    opened = RecordStore(folder)
    yield opened
    opened.close()


def runs(store: RecordStore, q: str, held: list[int] | None = None) -> list[NamedRun]:
    parsed = parse(q)
    return genes_named_in(q, words_of(parsed.tree), parsed.plain, store, held)


def told(store: RecordStore, q: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(run.text, tuple(named.gene.symbol for named in run.genes)) for run in runs(store, q)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("WAS mutations", [("WAS", ("WAS",))]),
        ("TYMP or SCO2", [("TYMP", ("TYMP", "SCO2")), ("SCO2", ("SCO2",))]),
        ("IL2 signalling in T cells", [("IL2", ("IL2",))]),
        ("il-2 receptor", [("il-2", ("IL2",))]),
        ("IL 2 receptor", [("IL 2", ("IL2",))]),
        ("TNF alpha signalling", [("TNF alpha", ("TNF",))]),
        ("tumor necrosis factor signalling", [("tumor necrosis factor", ("TNF",))]),
        ("role of p53 in apoptosis", [("p53", ("TP53",))]),
        ("what does TP53 do?", [("TP53", ("TP53",))]),
        ("IFN gamma response", [("IFN gamma", ("IFNG",))]),
        ("response to IFN-γ", [("IFN-γ", ("IFNG",))]),
        ("interleukin-2, apoptosis", [("interleukin-2", ("IL2",))]),
        ("p53-dependent apoptosis", [("p53", ("TP53",))]),
        ("IL-2-induced growth", [("IL 2", ("IL2",))]),
        ("WAS/TYMP in cells", [("WAS", ("WAS",)), ("TYMP", ("TYMP", "SCO2"))]),
        ("CDK4/6 inhibitor", [("CDK4", ("CDK4",)), ("CDK6", ("CDK6",))]),
        ("CDK4/6", [("CDK4", ("CDK4",)), ("CDK6", ("CDK6",))]),
        ("loss of CDK4/-6/-7 in cells", [("CDK4", ("CDK4",)), ("CDK6", ("CDK6",))]),
        ("IL-2/99 binding", [("IL-2", ("IL2",))]),
        ("TY* MP binding", []),
        ("T?YMP binding", []),
        ("zinc homeostasis", []),
    ],
)
def test_runs_of_words_that_are_a_name_name_its_genes(
    store: RecordStore, q: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert told(store, q) == expected


@pytest.mark.parametrize(
    "q",
    [
        "is L1 expressed",
        "to P2A binding",
        "at 1 day",
        "of t cells",
        "a T cell",
        "T-cell growth",
        "rest-stop zinc",
        "GO:0006915 WAS:1",
    ],
)
def test_words_that_only_run_together_into_a_symbol_name_nothing(store: RecordStore, q: str) -> None:
    assert told(store, q) == []


@pytest.mark.parametrize(
    ("q", "sure"),
    [
        ("REST silencing of neurons", True),
        ("the rest of the neurons", False),
        ("rest gene regulation", True),
        ("REST IN NEURONS", False),
        ("egfr mutations", True),
        ("c-Myc amplification", True),
        ("p53 apoptosis", True),
        ("WAS mutations", True),
        ("growth factor binding", False),
        ("tumor necrosis factor binding", True),
        ("TNF alpha binding", True),
        ("Tnf binding", True),
    ],
)
def test_a_word_of_the_language_is_no_sure_name_unless_the_writing_says_so(
    store: RecordStore, q: str, sure: bool
) -> None:
    assert [run.sure for run in runs(store, q)] == [sure]


@pytest.mark.parametrize("q", ["insulin secretion", "DNA repair"])
def test_what_many_texts_hold_is_no_sure_name(store: RecordStore, q: str) -> None:
    assert [run.sure for run in runs(store, q, held=[0, 0])] == [True]
    assert [run.sure for run in runs(store, q, held=[len(GENES) // 2, 0])] == [False]


def test_a_run_says_which_of_the_query_s_words_it_is(store: RecordStore) -> None:
    (first, second) = runs(store, "binding of TNF alpha and TYMP")
    assert (first.leaves, second.leaves) == ((1, 2), (3,))
    (repeated,) = runs(store, "zinc TNF zinc")
    assert repeated.leaves == (1,)


def test_genes_of_one_name_share_its_weight_by_papers_and_a_symbol_s_gene_has_most(
    store: RecordStore,
) -> None:
    (shared,) = runs(store, "p40 subunit")
    assert [(named.gene.symbol, named.weight) for named in shared.genes] == [("AHR", 0.75), ("BBB", 0.25)]
    (former,) = runs(store, "MLL fusion")
    assert [(named.gene.symbol, named.weight) for named in former.genes] == [("KMT2A", 0.8), ("CCC", 0.2)]
    (symbol,) = runs(store, "TYMP deficiency")
    assert [(named.gene.symbol, named.weight) for named in symbol.genes] == [("TYMP", 0.8), ("SCO2", 0.2)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("TYMP AND zinc", ["TYMP"]),
        ("tumor AND necrosis AND factor", []),
        ("NOT TNF zinc", []),
        ('"TNF" zinc', []),
        ("symbol:TNF zinc", []),
    ],
)
def test_with_operators_only_single_plain_words_name_genes(
    store: RecordStore, q: str, expected: list[str]
) -> None:
    assert [run.text for run in runs(store, q)] == expected


def test_as_many_words_as_can_be_typed_are_answered(store: RecordStore) -> None:
    assert len(runs(store, " ".join(["TNF", "alpha"] * 500))) <= 64
    assert runs(store, "") == runs(store, "- + (") == []
