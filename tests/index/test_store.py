"""The record store and the names table on a real disk."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import msgspec
import pytest

from index.analysis import fold_spelling
from index.columns import Damaged
from index.documents import Document, Line, NumberedReference, encode
from index.records import Name, NameKind, Reference, Source, Withdrawal
from index.store import FOLDER, RecordStore
from index.store_writing import StoreWriter, rows_of

HGNC = Source("HGNC", "curated", "2024-10-18")


def gene(
    number: str,
    symbol: str,
    *names: tuple[NameKind, str],
    identifiers: tuple[tuple[str, str], ...] = (),
    reference: Reference | None = None,
    papers: int = 0,
) -> Document:
    return Document(
        id=f"HGNC:{number}",
        taxon=9606,
        symbol=symbol,
        name=None,
        names=(Name("symbol", symbol), *(Name(*name) for name in names)),
        name_sources=(0,) * (1 + len(names)),
        identifiers=(("hgnc", number), *identifiers),
        identifier_sources=(0,) * (1 + len(identifiers)),
        sources=(HGNC,),
        references=(NumberedReference(0, reference),) if reference else (),
        statements=(Line("summary", f"{symbol} binds Zn²⁺ — α\n\0.", 0),),
        papers=papers,
    )


GENES = [
    gene(
        "1",
        "MTTP",
        ("alias", "ABL"),
        identifiers=(
            ("ncbigene", "4547"),
            ("ensembl", "ENSG00000138823"),
            ("refseq", "NM_000253.4"),
            ("uniprot", "P55157"),
        ),
        papers=7,
    ),
    gene("2", "MT-TP", ("withdrawn", "mttp")),
    gene("3", "TNF", ("alias", "TNF-α"), ("name", "tumor necrosis factor"), identifiers=(("omim", "4547"),)),
    gene("4", "C4B_2", ("previous_symbol", "C4B2"), reference=Reference(1, doi="10.1/ABC", pmid="4547")),
]
LOST = [Withdrawal("GONE-1", (), False), Withdrawal("GONE1", ("X", "Y"), True)]


def written(folder: Path) -> RecordStore:
    with StoreWriter(folder) as writer:
        writer.add(rows_of([(encode(one), one) for one in GENES[:2]], 0))
        writer.add(rows_of([(encode(one), one) for one in GENES[2:]], 2))
        writer.add_withdrawn(LOST)
    return RecordStore(folder)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    opened = written(tmp_path)
    yield opened
    opened.close()


def test_documents_come_back_as_they_were_in_their_order(store: RecordStore) -> None:
    assert store.genes == len(GENES)
    assert [store.document(doc) for doc in range(store.genes)] == GENES
    assert [store.find_id(one.id) for one in GENES] == [0, 1, 2, 3]
    assert store.find_id("HGNC:99") is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("MTTP", {("MTTP", "symbol"), ("MT-TP", "symbol"), ("mttp", "withdrawn")}),
        ("mt tp", {("MTTP", "symbol"), ("MT-TP", "symbol"), ("mttp", "withdrawn")}),
        ("TNFalpha", {("TNF-α", "alias")}),
        ("tnf–Α", {("TNF-α", "alias")}),
        ("c4b 2", {("C4B_2", "symbol"), ("C4B2", "previous_symbol")}),
        ("Tumor Necrosis-Factor", {("tumor necrosis factor", "name")}),
        ("TN", set()),
        ("", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_a_name_finds_every_spelling_that_folds_to_it_with_its_kind(
    store: RecordStore, asked: str, expected: set[tuple[str, str]]
) -> None:
    assert {(row.spelling, row.kind) for row in store.names(asked)} == expected


def test_a_name_row_tells_the_gene_that_has_it(store: RecordStore) -> None:
    (row,) = store.names("abl")
    assert (row.spelling, row.kind, row.doc, row.id, row.symbol, row.papers) == (
        "ABL",
        "alias",
        0,
        "HGNC:1",
        "MTTP",
        7,
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("4547", {("ncbigene", "HGNC:1"), ("omim", "HGNC:3"), ("pmid", "HGNC:4")}),
        ("ENSG00000138823", {("ensembl", "HGNC:1")}),
        ("ensg00000138823.12", {("ensembl", "HGNC:1")}),
        ("NM_000253", {("refseq", "HGNC:1")}),
        ("nm_000253.9", {("refseq", "HGNC:1")}),
        (" p55157 ", {("uniprot", "HGNC:1")}),
        ("10.1/abc", {("doi", "HGNC:4")}),
        ("10.1", set()),
        ("ENSG0000013882", set()),
    ],
)
def test_an_identifier_is_found_in_every_namespace_any_case_and_any_version(
    store: RecordStore, asked: str, expected: set[tuple[str, str]]
) -> None:
    assert {(row.namespace, row.id) for row in store.identifiers(asked)} == expected


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("ENSMUSG00000031765", "ENSMUSG00000031765.8"),
        ("XP_000001", "XP_000001.2"),
        ("XP_000001.2", "xp_000001"),
    ],
)
def test_versions_of_other_species_and_proteins_are_seen_through(
    tmp_path: Path, stored: str, asked: str
) -> None:
    one = gene("1", "AAA", identifiers=(("refseq", stored),))
    with StoreWriter(tmp_path) as writer:
        writer.add(rows_of([(encode(one), one)], 0))
    opened = RecordStore(tmp_path)
    assert [row.id for row in opened.identifiers(asked)] == ["HGNC:1"]
    opened.close()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("GONE1", LOST[1:]), ("gone-1", LOST[:1]), ("gone", []), ("MTTP", [])],
)
def test_a_withdrawn_symbol_is_told_by_its_spelling_with_what_became_of_it(
    store: RecordStore, asked: str, expected: list[Withdrawal]
) -> None:
    assert store.withdrawn(asked) == expected


def test_symbols_and_papers_are_told_of_those_asked_for_and_here(store: RecordStore) -> None:
    assert store.symbols(["HGNC:3", "HGNC:99", "HGNC:1"]) == {"HGNC:3": "TNF", "HGNC:1": "MTTP"}
    assert store.symbols([]) == {}
    assert [(row.doc, row.id, row.papers) for row in store.rows([0, 3, 99])] == [
        (0, "HGNC:1", 7),
        (3, "HGNC:4", 0),
    ]
    assert len(store.rows(range(2000))) == len(GENES)


def test_names_are_numbered_gene_by_gene_in_the_order_of_each(store: RecordStore) -> None:
    every = [(doc, name.kind, name.spelling) for doc, one in enumerate(GENES) for name in one.names]
    told = [store.name(number) for number in range(len(every))]
    assert [(name.doc, name.kind, name.spelling) for name in told] == every
    with pytest.raises(Damaged):
        store.name(len(every))


def test_a_gene_s_row_is_told_by_its_number(store: RecordStore) -> None:
    assert [store.gene(doc) for doc in (0, 3)] == store.rows([0, 3])


def test_what_may_be_a_name_is_told_by_its_hash_and_every_name_may(store: RecordStore) -> None:
    names = {fold_spelling(name.spelling) for one in GENES for name in one.names}
    assert all(store.may_be_name(crc32(name.encode())) for name in names)
    others = [f"no name {number}" for number in range(1000)]
    assert not any(store.may_be_name(crc32(name.encode())) for name in others)


def test_reading_leaves_the_files_as_they_are_and_nothing_beside_them(tmp_path: Path) -> None:
    opened = written(tmp_path)
    before = contents(tmp_path)
    opened.names("TNF")
    opened.close()
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted((folder / FOLDER).iterdir())}


def test_each_of_many_genes_is_found_by_its_id_and_its_names_and_nothing_else_is(tmp_path: Path) -> None:
    many = [gene(str(n), f"AAA{n}", ("alias", f"protein {n}")) for n in range(3000)]
    with StoreWriter(tmp_path) as writer:
        for first in range(0, len(many), 700):
            run = many[first : first + 700]
            writer.add(rows_of([(encode(one), one) for one in run], first))
    opened = RecordStore(tmp_path)
    for doc, one in enumerate(many):
        assert opened.find_id(one.id) == doc
        assert [row.id for row in opened.names(one.symbol)] == [one.id]
        assert [row.id for row in opened.names(f"Protein-{doc}")] == [one.id]
        assert [row.id for row in opened.identifiers(str(doc))] == [one.id]
        assert opened.names(f"AAA{doc}x") == []
        assert opened.find_id(f"HGNC:{doc}x") is None
    opened.close()


def test_two_keys_of_one_hash_are_told_apart(tmp_path: Path) -> None:
    first, second = "plumless", "buckeroo"
    assert crc32(first.encode()) == crc32(second.encode())
    one = gene("1", first, identifiers=(("uniprot", first),))
    one = msgspec.structs.replace(one, id=first)
    with StoreWriter(tmp_path) as writer:
        writer.add(rows_of([(encode(one), one)], 0))
        writer.add_withdrawn([Withdrawal(first, (), living=False, hgnc_id=first)])
    opened = RecordStore(tmp_path)
    assert opened.find_id(first) == 0
    assert opened.find_id(second) is None
    assert opened.symbols([first, second]) == {first: first}
    for look_up in (opened.names, opened.identifiers, opened.withdrawn, opened.withdrawn_id):
        assert len(look_up(first)) == 1
        assert look_up(second) == []
    opened.close()


def test_an_index_without_genes_answers_with_nothing(tmp_path: Path) -> None:
    with StoreWriter(tmp_path):
        pass
    opened = RecordStore(tmp_path)
    assert opened.genes == 0
    assert (opened.find_id(""), opened.names(""), opened.identifiers("1")) == (None, [], [])
    assert (opened.withdrawn("A"), opened.withdrawn_id("1")) == ([], [])
    opened.close()


def test_documents_are_added_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    with StoreWriter(tmp_path) as writer, pytest.raises(ValueError, match="document 2"):
        writer.add(rows_of([(encode(one), one) for one in GENES[2:]], 2))


def _missing(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _a_number_too_long(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(8))


@pytest.mark.parametrize("damage", [_missing, _empty, _cut_short, _a_number_too_long])
def test_a_file_that_is_missing_or_of_another_length_is_noticed_at_once(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    written(tmp_path).close()
    for path, whole in contents(tmp_path).items():
        damage(path)
        with pytest.raises(Damaged, match=rf"\b{path.name.partition('_')[0].partition('.')[0]}"):
            RecordStore(tmp_path)
        path.write_bytes(whole)
    RecordStore(tmp_path).close()


QUESTIONS: tuple[Callable[[RecordStore], Sequence[object]], ...] = (
    lambda store: [store.document(doc) for doc in range(len(GENES))],
    lambda store: store.rows(range(len(GENES))),
    lambda store: [doc for one in GENES if (doc := store.find_id(one.id)) is not None],
    lambda store: store.names("MTTP"),
    lambda store: store.identifiers("4547"),
    lambda store: store.withdrawn("GONE1"),
)


def test_a_damaged_file_answers_as_before_or_says_so_but_names_no_other_gene(tmp_path: Path) -> None:
    opened = written(tmp_path)
    right = [ask(opened) for ask in QUESTIONS]
    opened.close()
    chance = random.Random(7)  # noqa: S311  (the same damage every time)
    raised = 0
    for path, whole in contents(tmp_path).items():
        for _ in range(30):
            damaged = bytearray(whole)
            start = chance.randrange(len(whole))
            for place in range(start, min(start + chance.choice((1, 8, 500)), len(whole))):
                damaged[place] = chance.randrange(256)
            path.write_bytes(damaged)
            raised += says_damaged_or_answers_with_some_of(right, tmp_path)
        path.write_bytes(whole)
    assert raised > 300
    assert not says_damaged_or_answers_with_some_of(right, tmp_path)


def says_damaged_or_answers_with_some_of(right: Sequence[Sequence[object]], folder: Path) -> bool:
    """Whether damage was noticed; whatever is answered must be right."""
    try:
        opened = RecordStore(folder)
    except Damaged:
        return True
    noticed = False
    for ask, answer in zip(QUESTIONS, right, strict=True):
        try:
            assert all(told in answer for told in ask(opened))
        except Damaged:
            noticed = True
    opened.close()
    return noticed


@pytest.mark.parametrize("doc", [99, -1, 2**40])
def test_a_record_that_is_not_there_is_damage(store: RecordStore, doc: int) -> None:
    with pytest.raises(Damaged, match=f"record {doc}"):
        store.document(doc)
