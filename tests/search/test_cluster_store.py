"""Records, names and identifiers asked of a cluster: the same answers as from the files that were loaded."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from index import columns, documents
from index.analysis import fold_spelling
from index.cluster import Cluster, ClusterAddress, ClusterUnavailable
from index.cluster_layout import FIRST_NAMES, GeneEntry, Place, encode_entry
from index.cluster_publishing import publish as load
from index.columns import Damaged
from index.generations import generation_path, read_manifest
from index.records import Reference, Withdrawal
from index.store import GeneRow, RecordStore
from search.cluster_store import ClusterStore
from search.keeping import Kept
from search.storing import Store
from tests.making import gene, publish

CITING = 620
"""Genes that cite one paper: more than one answer of the cluster holds."""
LONG = "a-very-long-name " * 40
ODD = (
    LONG,
    LONG + "β",
    "𝛼" * 150,
    "x" * 201,
    "nul\0inside",
    'quo"ted',
    "back\\slash",
    "wild*card",
    "wild?card",
    "a:b AND (c OR [d TO e])",
    '{"match_all": {}}',
    "TNF-α",
    "TNFalpha",
    "line\nbreak",
    "l’orÉal ß",
    "\U0001f9ec gene",
    "#0",
)
CITED = Reference(1, title="A paper.", pmid="77", doi="10.1000/AbC<1>(2)")


class Counting(Cluster):
    """Counts what it asks of the cluster."""

    asked = 0

    def request(self, *given: Any, **more: Any) -> Any:
        self.asked += 1
        return super().request(*given, **more)

    def search(self, *given: Any, **more: Any) -> dict[str, Any]:
        self.asked += 1
        return super().search(*given, **more)

    def msearch(self, *given: Any, **more: Any) -> list[dict[str, Any]]:
        self.asked += 1
        return super().msearch(*given, **more)

    def mget(self, *given: Any, **more: Any) -> list[dict[str, Any] | None]:
        self.asked += 1
        return super().mget(*given, **more)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    odd = [
        gene(
            f"ODD{number}",
            "Binds zinc.",
            id=f"HGNC:{number}",
            names=[("alias", name), ("previous_symbol", f"{name} {number}")],
            identifiers=[("hgnc", str(number)), ("ncbigene", "77"), ("omim", name)],
            papers=number,
        )
        for number, name in enumerate(ODD, 1)
    ]
    same = [gene("TNF", id="NCBIGene:7", names=[("alias", "tnf"), ("alias_name", "TN F")]), gene("T-N-F")]
    citing = [
        gene(f"CIT{number}", "Cited.", id=f"NCBIGene:{number + 1000}", references=[CITED], papers=number)
        for number in range(CITING)
    ]
    lost = [Withdrawal("GONE-1", (), False, False, "5"), Withdrawal("gone1", ("TNF",), True, False, "6")]
    digest = publish(folder, [*odd, *same, *citing], lost)
    return generation_path(folder, digest)


@pytest.fixture(scope="module")
def files(generation: Path) -> Iterator[RecordStore]:
    opened = RecordStore(generation)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def place(module_cluster: Cluster, generation: Path) -> Place:
    return load(module_cluster, generation, read_manifest(generation))


@pytest.fixture(scope="module")
def counting(module_cluster: Cluster) -> Iterator[Counting]:
    opened = Counting(module_cluster.address)
    yield opened
    opened.close()


Opening = Callable[[], ClusterStore]


@pytest.fixture(scope="module")
def opening(counting: Counting, place: Place, generation: Path, files: RecordStore) -> Opening:
    """Opens the store anew, so that it holds nothing yet; where it was loaded from lie the tables too."""
    return lambda: ClusterStore(counting, place, generation, files.genes)


def answers(store: Store, names: Iterable[str], values: Iterable[str], ids: Sequence[str]) -> list[object]:
    return [
        store.genes,
        store.species,
        [store.names(name) for name in names],
        [store.may_be_name(crc32(fold_spelling(name).encode())) for name in names],
        [store.identifiers(value) for value in values],
        [store.find_id(one) for one in ids],
        store.symbols(ids),
        [store.withdrawn(name) for name in (*names, "GONE-1", "gone1")],
        [store.withdrawn_id(number) for number in ("5", "6", "7", "")],
        store.rows([3, -1, 0, 3, store.genes, store.genes - 1]),
        [store.gene(doc) for doc in range(0, store.genes, 50)],
        store.documents([5, 0, 5, store.genes - 1]),
        store.document(1),
    ]


def test_every_name_id_and_identifier_is_answered_as_from_files(opening: Opening, files: RecordStore) -> None:
    documents_here = files.documents(range(files.genes))
    names = [*dict.fromkeys(name.spelling for one in documents_here for name in one.names)]
    names += [name.upper() for name in ODD] + ["", "nobody's name", "wild", "*", "?", "\0"]
    values = [*dict.fromkeys(value for one in documents_here for _, value in one.identifiers)]
    values += ["77", "10.1000/abc<1>(2)", "10.1000/ABC<1>(2)", "10.1000/*", "", "*", " 77 ", LONG * 9]
    ids = [*(one.id for one in documents_here), "HGNC:0", "hgnc:1", "", "*"]
    expected = answers(files, names, values, ids)
    assert len(files.identifiers("77")) == CITING + len(ODD)
    assert answers(opening(), names, values, ids) == expected
    fetched = opening()
    fetched.prefetch(names=names, identifiers=values, ids=ids, documents=range(files.genes))
    assert answers(fetched, names, values, ids) == expected


def test_names_have_the_same_numbers(opening: Opening, files: RecordStore) -> None:
    store = opening()
    last = sum(len(one.names) for one in files.documents(range(files.genes))) - 1
    numbers = [*range(40), last]
    store.prefetch(numbers=numbers)
    assert [store.name(number) for number in numbers] == [files.name(number) for number in numbers]
    with pytest.raises(Damaged, match="there is no name"):
        store.name(last + 1)


_TYPED = st.text(st.sampled_from('TNFtnf -–α𝛼0*?"\\\0 :'), max_size=6) | st.sampled_from(ODD)


@given(_TYPED, _TYPED)
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_is_answered_as_from_files(
    opening: Opening, files: RecordStore, name: str, value: str
) -> None:
    store = opening()
    assert store.names(name) == files.names(name)
    assert store.identifiers(value) == files.identifiers(value)
    assert store.withdrawn(name) == files.withdrawn(name)


def test_what_no_gene_has_is_told_without_asking_the_cluster(opening: Opening, counting: Counting) -> None:
    store = opening()
    before = counting.asked
    assert not store.names("nobody's name")
    assert not store.identifiers("nobody's")
    assert store.find_id("HGNC:99999") is None
    assert store.symbols(["HGNC:99999"]) == {}
    assert counting.asked == before


def test_what_is_prefetched_or_asked_again_is_not_asked_of_the_cluster(
    opening: Opening, counting: Counting
) -> None:
    store = opening()
    before = counting.asked
    store.prefetch(names=ODD, ids=["NCBIGene:7"])
    store.prefetch(identifiers=map(str, range(1, 10)))
    store.prefetch(documents=range(20, 60))
    assert counting.asked == before + 3
    for name in ODD:
        assert store.names(name)
    for number in range(1, 10):
        assert store.identifiers(str(number))
    assert store.find_id("NCBIGene:7") is not None
    assert len(store.documents(range(20, 60))) == len(store.rows(range(20, 60))) == 40
    assert counting.asked == before + 3


def test_many_genes_are_fetched_with_few_questions(opening: Opening, counting: Counting) -> None:
    store = opening()
    before = counting.asked
    assert len(store.rows(range(store.genes))) == store.genes
    assert counting.asked == before + 2


def _put(cluster: Cluster, place: Place, doc: int, source: Mapping[str, str]) -> None:
    cluster.request("PUT", f"/{place.genes}/_doc/{doc}", {"n": doc, **source})


def _packed(row: bytes, record: bytes) -> dict[str, str]:
    return {"row": b64encode(row).decode(), "record": b64encode(record).decode()}


def _entry(files: RecordStore, doc: int) -> GeneEntry:
    names = [one for one in map(files.name, range(200)) if one.doc == doc]
    return GeneEntry(files.gene(doc), tuple(names), ())


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda row, record: {}, id="nothing is there"),
        pytest.param(lambda row, record: {"row": "####", "record": "####"}, id="it is no base64"),
        pytest.param(lambda row, record: _packed(row[:-3], record), id="the entry is cut"),
        pytest.param(lambda row, record: _packed(row, record[:-3]), id="the document is cut"),
        pytest.param(lambda row, record: _packed(row, b""), id="the document is empty"),
        pytest.param(lambda row, record: _packed(b"\xc1", record), id="the entry is no MessagePack"),
    ],
)
def test_a_damaged_record_is_told_with_the_gene_and_others_are_read(
    cluster: Cluster,
    generation: Path,
    files: RecordStore,
    broken: Callable[[bytes, bytes], dict[str, str]],
) -> None:
    store, put = _small(cluster, generation, files)
    row, record = encode_entry(_entry(files, 2)), documents.encode(files.document(2))
    put(2, broken(row, record))
    with pytest.raises(Damaged, match="gene 2 is damaged"):
        store.document(2)
    assert store.document(3) == files.document(3)
    put(2, _packed(row, record))
    assert store.document(2) == files.document(2)


def test_the_record_of_another_gene_is_damage(cluster: Cluster, generation: Path, files: RecordStore) -> None:
    store, put = _small(cluster, generation, files)
    row, record = encode_entry(_entry(files, 2)), documents.encode(files.document(2))
    for wrong in (
        _packed(row, documents.encode(files.document(3))),
        _packed(encode_entry(_entry(files, 3)), record),
        _packed(encode_entry(replace(_entry(files, 2), names=())), record),
        _packed(encode_entry(replace(_entry(files, 2), gene=GeneRow(2, "HGNC:0", "NO", 0))), record),
    ):
        put(2, wrong)
        with pytest.raises(Damaged, match="gene 2 is another gene's"):
            store.document(2)


def test_a_record_that_is_missing_or_cannot_be_there_is_damage(
    cluster: Cluster, generation: Path, files: RecordStore
) -> None:
    store, _ = _small(cluster, generation, files)
    with pytest.raises(Damaged, match="gene 9 is missing"):
        store.rows([3, 9])
    for doc in (-1, files.genes):
        with pytest.raises(Damaged, match=f"gene {doc} "):
            store.document(doc)


def _small(
    cluster: Cluster, generation: Path, files: RecordStore
) -> tuple[ClusterStore, Callable[[int, Mapping[str, str]], None]]:
    """A store of which only gene 3 is there, and what puts others."""
    place = Place(cluster.address.alias, "0" * 64)
    mapping = {"properties": {"n": {"type": "integer"}}, "dynamic": False}
    cluster.request("PUT", f"/{place.genes}", {"mappings": mapping, "settings": {"number_of_replicas": 0}})

    def put(doc: int, source: Mapping[str, str]) -> None:
        _put(cluster, place, doc, source)

    put(3, _packed(encode_entry(_entry(files, 3)), documents.encode(files.document(3))))
    return ClusterStore(cluster, place, generation, files.genes), put


@pytest.mark.parametrize("damage", [lambda firsts: firsts[:-1], lambda firsts: firsts[::-1]])
def test_damaged_numbers_of_names_are_told_on_opening(
    tmp_path: Path,
    generation: Path,
    files: RecordStore,
    counting: Counting,
    place: Place,
    damage: Callable[[Any], Any],
) -> None:
    (tmp_path / "records").symlink_to(generation / "records")
    folder = tmp_path / Path(FIRST_NAMES).parent
    folder.mkdir()
    for wrong in (None, damage(np.fromfile(generation / FIRST_NAMES, np.uint32))):
        if wrong is not None:
            columns.write(folder, Path(FIRST_NAMES).name, wrong)
        with pytest.raises(Damaged, match="first_names"):
            ClusterStore(counting, place, tmp_path, files.genes)


def test_a_cluster_that_does_not_answer_is_told(place: Place, generation: Path, files: RecordStore) -> None:
    nobody = Cluster(ClusterAddress(urls=("http://127.0.0.1:9",), attempts=1))
    store = ClusterStore(nobody, place, generation, files.genes)
    for ask in (lambda: store.names("TNF"), lambda: store.identifiers("77"), lambda: store.document(0)):
        with pytest.raises(ClusterUnavailable):
            ask()


def test_what_was_not_asked_for_longest_is_given_up_first() -> None:
    kept: Kept[int, str] = Kept(10, len)
    kept.add({1: "aaaa", 2: "bbbb"})
    assert list(kept.of([1])) == [1]
    kept.add({3: "cccc"})
    assert kept.of([1, 2, 3]) == {1: "aaaa", 3: "cccc"}
    kept.add({1: "a", 4: "ddddd"})
    assert kept.of([1, 3, 4]) == {1: "a", 3: "cccc", 4: "ddddd"}
    kept.add({5: "e" * 11})
    assert len(kept) == 0
