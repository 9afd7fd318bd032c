"""An open index follows what is published, and answers whatever happens to the files."""

from __future__ import annotations

import gc
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import columnar
from index.documents import Document
from index.generations import FORMAT_VERSION, MANIFEST, generation_path
from index.publishing import point_to, remove_unused
from search import IndexUnavailable, Page, open_index
from tests.making import gene, publish


def generation(number: int, size: int = 3) -> list[Document]:
    """Genes that all say which generation they are of."""
    return [gene(f"G{n}", f"Zinc of generation{number}.", id=f"NCBIGene:{n}") for n in range(size + number)]


def of_one_generation(page: Page, digests: dict[str, int]) -> bool:
    """Whether total and sentences are those of the generation whose digest the page carries."""
    number = digests[page.index.digest]
    said = {highlight.sentence for hit in page.hits for highlight in hit.highlights}
    return page.total == 3 + number and said == {f"Zinc of generation{number}."}


def test_the_next_request_is_answered_from_a_new_generation(tmp_path: Path) -> None:
    digests = {publish(tmp_path, generation(0)): 0}
    with open_index(tmp_path) as genes:
        assert of_one_generation(genes.search("zinc"), digests)
        new = publish(tmp_path, generation(1))
        page = genes.search("zinc")
        assert page.index.digest == new
        assert of_one_generation(page, {new: 1})
        assert genes.metadata().index.digest == new


def test_the_old_generation_is_removed_once_nobody_reads_it(tmp_path: Path) -> None:
    old = publish(tmp_path, generation(0))
    with open_index(tmp_path) as genes:
        publish(tmp_path, generation(1))
        assert generation_path(tmp_path, old).exists()
        genes.search("zinc")
        remove_unused(tmp_path)
        assert not generation_path(tmp_path, old).exists()
        assert genes.search("zinc").total == 4


def test_an_open_generation_answers_on_when_its_files_are_gone(tmp_path: Path) -> None:
    digests = {publish(tmp_path, generation(0)): 0}
    with open_index(tmp_path) as genes:
        shutil.rmtree(tmp_path)
        assert of_one_generation(genes.search("zinc"), digests)
        assert genes.search("zinc NOT copper OR G1").total == 3
        assert genes.search("G1").hits[0].match.kind == "symbol"
        assert genes.search("nosuch", size=1).total == 0


def test_the_same_generation_published_again_is_no_disturbance(tmp_path: Path) -> None:
    digest = publish(tmp_path, generation(0))
    with open_index(tmp_path) as genes:
        assert publish(tmp_path, generation(0)) == digest
        assert of_one_generation(genes.search("zinc"), {digest: 0})
        last = publish(tmp_path, generation(1))
        assert of_one_generation(genes.search("zinc"), {last: 1})


def _without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _with_garbage_for_a_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\xff{")


def _of_another_format(folder: Path) -> None:
    manifest = (folder / MANIFEST).read_text("utf-8")
    ours = f'"format": {FORMAT_VERSION}'
    assert ours in manifest
    (folder / MANIFEST).write_text(manifest.replace(ours, '"format": 999'), "utf-8")


def _without_records(folder: Path) -> None:
    (folder / "records" / "documents.u1").unlink()


def _with_garbage_for_records(folder: Path) -> None:
    records = folder / "records" / "documents.u1"
    records.write_bytes(b"\x55" * records.stat().st_size)


def _with_records_cut_short(folder: Path) -> None:
    records = folder / "records" / "documents.u1"
    records.write_bytes(records.read_bytes()[:-1])


def _without_ontology(folder: Path) -> None:
    shutil.rmtree(folder / "ontology")


def _with_an_ontology_cut_short(folder: Path) -> None:
    starts = folder / "ontology" / "genes_starts.npy"
    starts.write_bytes(starts.read_bytes()[:-1])


def _without_engine(folder: Path) -> None:
    shutil.rmtree(folder / columnar.FOLDER)


def _with_an_engine_file_cut_short(folder: Path) -> None:
    tokens = folder / columnar.FOLDER / "tokens.u4"
    tokens.write_bytes(tokens.read_bytes()[:-4])


def _with_garbage_for_an_engine_file(folder: Path) -> None:
    starts = folder / columnar.FOLDER / "prose_docs_starts.u4"
    starts.write_bytes(b"\x55" * starts.stat().st_size)


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


@contextmanager
def whoosh_may_leave_files_open() -> Iterator[None]:
    """It does not close what it cannot read; the garbage collector does, and warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


DAMAGES = (
    _without_manifest,
    _with_garbage_for_a_manifest,
    _of_another_format,
    _without_records,
    _with_garbage_for_records,
    _with_records_cut_short,
    _without_ontology,
    _with_an_ontology_cut_short,
    _without_engine,
    _with_an_engine_file_cut_short,
    _with_garbage_for_an_engine_file,
    _gone,
)


@pytest.mark.parametrize("harm", DAMAGES)
def test_a_damaged_new_generation_leaves_the_old_one_answering(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    old = publish(tmp_path, generation(0))
    with whoosh_may_leave_files_open(), open_index(tmp_path) as genes:
        new = publish(tmp_path, generation(1))
        harm(generation_path(tmp_path, new))
        assert of_one_generation(genes.search("zinc"), {old: 0})
        assert of_one_generation(genes.search("zinc"), {old: 0})
        mended = publish(tmp_path, generation(2))
        assert of_one_generation(genes.search("zinc"), {mended: 2})


@pytest.mark.parametrize("harm", DAMAGES)
def test_a_damaged_generation_alone_is_told_with_what_to_do(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(generation_path(tmp_path, publish(tmp_path, generation(0))))
    with whoosh_may_leave_files_open(), pytest.raises(IndexUnavailable, match="genelight index"):
        open_index(tmp_path)


def test_a_pointer_to_a_generation_that_is_not_there_leaves_the_old_one_answering(tmp_path: Path) -> None:
    old = publish(tmp_path, generation(0))
    with open_index(tmp_path) as genes:
        point_to(tmp_path, "0" * 64)
        assert genes.search("zinc").index.digest == old
        (tmp_path / "CURRENT").unlink()
        assert genes.search("zinc").index.digest == old


def test_threads_that_search_while_generations_are_published_see_whole_ones_only(tmp_path: Path) -> None:
    rounds = 6
    digests = {publish(tmp_path, generation(0)): 0}
    torn: list[Page] = []
    failed: list[Exception] = []
    published = threading.Event()

    with open_index(tmp_path) as genes:
        pages: list[Page] = []

        def ask() -> None:
            try:
                while not published.is_set():
                    pages.append(genes.search("zinc"))
                pages.append(genes.search("zinc"))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                failed.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(1, rounds + 1):
            digests[publish(tmp_path, generation(number))] = number
        published.set()
        for thread in threads:
            thread.join(60)
        torn = [page for page in pages if not of_one_generation(page, digests)]
        seen = {digests[page.index.digest] for page in pages}
        last = genes.search("zinc")

    assert failed == []
    assert torn == []
    assert rounds in seen
    assert digests[last.index.digest] == rounds
    remove_unused(tmp_path)
    assert len(list(tmp_path.glob("gen-*"))) == 1
