"""The tables of a generation in a cluster, fetched into a folder that processes share."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from msgspec.structs import replace

from index.cluster import Cluster, ClusterAddress, ClusterUnavailable
from index.cluster_layout import FIRST_NAMES, MANIFEST, PIECE, Place, is_table, tables_mapping
from index.cluster_loading import load_manifest, load_tables
from index.cluster_publishing import publish as load
from index.columns import Damaged
from index.generations import IN_USE, Manifest, generation_path, read_manifest
from index.ontology import Ontology
from index.publishing import encoded
from search import cluster_tables
from search.cluster_tables import fetch_tables
from tests.making import gene, publish
from tests.running import ROOT, environment

FACETS = "facets/papers.u4"
_OPENS = """
import sys
from index.cluster import Cluster, ClusterAddress
from index.cluster_layout import place_of
from search.cluster_tables import fetch_tables
tables = fetch_tables(Cluster(ClusterAddress(urls=(sys.argv[1],))), place_of(sys.argv[2]))
print(tables.folder, flush=True)
sys.stdin.read()
tables.release()
"""


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    genes = [gene(f"GENE{number}", "Binds zinc.", papers=number) for number in range(5)]
    found = generation_path(folder, publish(folder, genes))
    (found / "annotating").mkdir(exist_ok=True)
    (found / "annotating" / "vocabulary.msgpack").write_bytes(bytes(range(256)) * (PIECE // 256) + b"more")
    return found


@pytest.fixture(scope="module")
def place(module_cluster: Cluster, generation: Path) -> Place:
    return load(module_cluster, generation, read_manifest(generation))


@pytest.fixture(scope="module")
def published(module_cluster: Cluster, place: Place) -> Manifest:
    """The manifest that lies in the cluster."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tempfile, "tempdir", tempfile.mkdtemp())
        tables = fetch_tables(module_cluster, place)
        tables.release()
        return tables.manifest


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def shared(temporary: Path) -> Path:
    return temporary / f"genelight-{os.geteuid()}"


def copies(folder: Path) -> list[str]:
    """What lies in the shared folder beside its lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def test_every_table_is_as_it_was_loaded_and_nothing_else_is_there(
    temporary: Path, module_cluster: Cluster, place: Place, generation: Path
) -> None:
    tables = fetch_tables(module_cluster, place)
    here = {str(path.relative_to(tables.folder)) for path in tables.folder.rglob("*") if path.is_file()}
    wanted = {name for name in tables.manifest.files if not name.startswith("annotating/")}
    assert here == wanted | {IN_USE}
    assert FIRST_NAMES in here
    for name in wanted:
        assert (tables.folder / name).read_bytes() == (generation / name).read_bytes(), name
    assert Ontology(tables.folder).labels == Ontology(generation).labels
    assert tables.manifest.digest == place.digest
    assert tables.damage() == []
    tables.release()


def test_the_tables_for_annotating_are_fetched_when_they_are_asked_for(
    temporary: Path, module_cluster: Cluster, place: Place, generation: Path
) -> None:
    tables = fetch_tables(module_cluster, place, annotating=True)
    wanted = [path for path in (generation / "annotating").rglob("*") if path.is_file()]
    assert wanted
    assert any(path.stat().st_size > PIECE for path in wanted)
    for path in wanted:
        assert (tables.folder / path.relative_to(generation)).read_bytes() == path.read_bytes()
    tables.release()


def test_readers_share_a_copy_that_nobody_else_can_read_and_the_last_one_removes_it(
    shared: Path, module_cluster: Cluster, place: Place
) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: fetch_tables(module_cluster, place), range(4)))
    (folder,) = {one.folder for one in opened}
    assert folder.parent == shared
    assert stat.S_IMODE(shared.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    for one in opened:
        assert one.damage() == []
        one.release()
    assert copies(shared) == []


def test_processes_share_a_copy_and_what_a_killed_one_leaves_is_removed_by_the_next(
    shared: Path, module_cluster: Cluster, place: Place
) -> None:
    url = module_cluster.address.urls[0]
    readers = [_reader(url, place) for _ in range(2)]
    folders = {reader.stdout.readline().strip() for reader in readers if reader.stdout}
    assert {str(shared / name) for name in copies(shared)} == folders
    assert len(folders) == 1
    for reader in readers:
        os.kill(reader.pid, signal.SIGKILL)
        reader.communicate()
    (folder,) = map(Path, folders)
    assert folder.exists()
    (shared / "made-half").mkdir()
    (shared / "tables-stale").mkdir()
    (folder / FACETS).unlink()
    tables = fetch_tables(module_cluster, place)
    assert copies(shared) == [folder.name]
    assert tables.folder == folder
    assert tables.damage() == []
    tables.release()
    assert copies(shared) == []


def _reader(url: str, place: Place) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _OPENS, url, place.genes]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_a_copy_that_is_damaged_while_it_is_read_is_not_taken_by_others(
    shared: Path, module_cluster: Cluster, place: Place
) -> None:
    first = fetch_tables(module_cluster, place)
    (first.folder / FACETS).write_bytes(b"?")
    second = fetch_tables(module_cluster, place)
    assert second.folder != first.folder
    assert second.damage() == []
    assert first.damage() == [f"{FACETS}: 1 bytes instead of {second.files[FACETS][0]}"]
    first.release()
    second.release()
    assert not second.folder.exists()
    assert copies(shared) == []


@pytest.mark.parametrize("how", ["open to all", "another user's", "a link"])
def test_a_shared_folder_that_others_may_write_is_left_alone(
    shared: Path, module_cluster: Cluster, place: Place, how: str
) -> None:
    theirs = shared if how != "a link" else shared.with_name("theirs")
    theirs.mkdir(mode=0o700)
    if how == "a link":
        shared.symlink_to(theirs)
    elif how == "open to all":
        theirs.chmod(0o777)
    elif os.geteuid() == 0:
        os.chown(theirs, 65534, 65534)
    else:
        pytest.skip("only root can give a folder to another user")
    tables = fetch_tables(module_cluster, place)
    assert list(theirs.iterdir()) == []
    assert stat.S_IMODE(tables.folder.stat().st_mode) == 0o700
    assert tables.damage() == []
    tables.release()
    assert not tables.folder.exists()


def test_a_folder_that_cannot_be_written_is_told(
    temporary: Path, module_cluster: Cluster, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))
    with pytest.raises(ClusterUnavailable, match=r"cannot be kept in .*/missing"):
        fetch_tables(module_cluster, place)


@pytest.fixture
def told(cluster: Cluster, generation: Path, published: Manifest) -> Place:
    """Tables alone, under the alias of one test."""
    place = Place(cluster.address.alias, published.digest)
    for index in (place.genes, place.tables):
        body = {"settings": {"number_of_replicas": 0}, "mappings": tables_mapping({})}
        cluster.request("PUT", f"/{index}", body)
    load_tables(cluster, place, generation, encoded(published))
    return place


def with_files(manifest: Manifest, **files: tuple[int, str]) -> bytes:
    return encoded(replace(manifest, files={**manifest.files, **files}))


@pytest.mark.parametrize(
    "path",
    [
        "facets/../../escaped",
        "annotating/../../escaped",
        "facets//etc",
        "facets/.hidden",
        "ontology/a b",
        "papers",
    ],
)
def test_a_path_that_is_none_of_a_table_is_not_written(
    temporary: Path, cluster: Cluster, told: Place, published: Manifest, path: str
) -> None:
    assert is_table(path)
    load_manifest(cluster, told, with_files(published, **{path: (0, "")}))
    with pytest.raises(Damaged, match="is no path of a table"):
        fetch_tables(cluster, told, annotating=True)
    assert not list(temporary.iterdir())


def test_files_that_are_no_tables_are_not_fetched(
    temporary: Path, cluster: Cluster, told: Place, published: Manifest
) -> None:
    others = {"/etc/passwd": (1, ""), "../up": (1, ""), "records/documents.u1": (1 << 50, "")}
    load_manifest(cluster, told, with_files(published, **others))
    tables = fetch_tables(cluster, told)
    assert tables.files.keys() == {name for name in published.files if not name.startswith("annotating/")}
    tables.release()


@pytest.mark.parametrize(
    ("files", "error"),
    [
        pytest.param({FACETS: (20, "0" * 64)}, "checksum differs", id="another checksum"),
        pytest.param({FACETS: (21, "0" * 64)}, "is missing or damaged", id="longer than it is"),
        pytest.param({"facets/more.u4": (4, "0" * 64)}, "is missing or damaged", id="not there"),
        pytest.param({FACETS: (-1, "0" * 64)}, "is no path of a table", id="of no size"),
    ],
)
def test_tables_that_are_not_as_the_manifest_says_are_damage_and_nothing_is_left(
    shared: Path,
    cluster: Cluster,
    told: Place,
    published: Manifest,
    files: dict[str, tuple[int, str]],
    error: str,
) -> None:
    load_manifest(cluster, told, with_files(published, **files))
    with pytest.raises(Damaged, match=error):
        fetch_tables(cluster, told)
    assert not shared.exists() or copies(shared) == []


def test_tables_that_no_disk_holds_are_told_before_any_is_fetched(
    shared: Path, cluster: Cluster, told: Place, published: Manifest
) -> None:
    load_manifest(cluster, told, with_files(published, **{FACETS: (1 << 60, "0" * 64)}))
    with pytest.raises(ClusterUnavailable, match="No space left"):
        fetch_tables(cluster, told)
    assert copies(shared) == []


@pytest.mark.parametrize("data", ["", "####", b64encode(b"other").decode()])
def test_a_piece_that_is_damaged_is_told(shared: Path, cluster: Cluster, told: Place, data: str) -> None:
    body = {"file": FACETS, "piece": 0, "data": data}
    name = f"{FACETS}#0".replace("/", "%2F").replace("#", "%23")
    cluster.request("PUT", f"/{told.tables}/_doc/{name}", body)
    with pytest.raises(Damaged):
        fetch_tables(cluster, told)
    assert copies(shared) == []


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"format": 0}'])
def test_a_manifest_that_is_none_is_told(temporary: Path, cluster: Cluster, told: Place, data: bytes) -> None:
    body = {"file": MANIFEST, "piece": 0, "data": b64encode(data).decode()}
    cluster.request("PUT", f"/{told.tables}/_doc/{MANIFEST}%230", body)
    with pytest.raises(Damaged, match=r"manifest|format"):
        fetch_tables(cluster, told)


def test_a_manifest_of_another_generation_or_none_is_told(
    temporary: Path, cluster: Cluster, told: Place, published: Manifest
) -> None:
    load_manifest(cluster, told, encoded(replace(published, digest="0" * 64)))
    with pytest.raises(Damaged, match="is of another generation"):
        fetch_tables(cluster, told)
    load_manifest(cluster, told, encoded(replace(published, files={})))
    with pytest.raises(
        Damaged, match=r"there is no cluster/field_tokens\.u4, cluster/first_names\.u4, completions"
    ):
        fetch_tables(cluster, told)
    cluster.request("DELETE", f"/{told.tables}/_doc/{MANIFEST}%230")
    with pytest.raises(Damaged, match="the manifest is missing"):
        fetch_tables(cluster, told)


def test_a_cluster_that_does_not_answer_is_told_and_nothing_is_left(temporary: Path) -> None:
    nobody = Cluster(ClusterAddress(urls=("http://127.0.0.1:9",), attempts=1))
    with pytest.raises(ClusterUnavailable):
        fetch_tables(nobody, Place("genelight", "0" * 64))
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("part", ["genes", "tables"])
def test_tables_of_another_layout_are_told_and_not_fetched(
    temporary: Path, cluster: Cluster, told: Place, part: str
) -> None:
    cluster.request("PUT", f"/{told.base}-{part}/_mapping", {"_meta": {"layout": 1}})
    with pytest.raises(
        Damaged,
        match="has layout 1, this version reads 2; run: genelight index --engine opensearch",
    ):
        fetch_tables(cluster, told)
    assert list(temporary.iterdir()) == []


def own_copies(temporary: Path) -> set[Path]:
    return set(temporary.glob("genelight-*-own-*"))


def test_a_copy_of_its_own_that_a_killed_process_leaves_is_removed_by_the_next(
    temporary: Path, shared: Path, module_cluster: Cluster, place: Place
) -> None:
    shared.mkdir()
    shared.chmod(0o755)
    killed, living = (_reader(module_cluster.address.urls[0], place) for _ in range(2))
    folders = [Path(reader.stdout.readline().strip()) for reader in (killed, living) if reader.stdout]
    assert own_copies(temporary) == {*folders}
    killed.kill()
    killed.communicate()
    tables = fetch_tables(module_cluster, place)
    assert own_copies(temporary) == {folders[1], tables.folder}
    tables.release()
    living.communicate("")
    assert living.returncode == 0
    assert own_copies(temporary) == set()


def test_who_makes_progress_with_a_copy_is_waited_for(
    shared: Path, module_cluster: Cluster, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_tables, "_LONGEST_WAIT", 0.5)
    (shared / "made-slowly").mkdir(parents=True)
    shared.chmod(0o700)
    held = threading.Event()

    def make() -> None:
        with FileLock(shared / "lock"):
            held.set()
            ended = time.monotonic() + 1.2
            while time.monotonic() < ended:
                os.utime(shared / "made-slowly")
                time.sleep(0.01)

    thread = threading.Thread(target=make)
    thread.start()
    assert held.wait(10)
    tables = fetch_tables(module_cluster, place)
    thread.join()
    assert tables.folder.parent == shared
    tables.release()


def test_who_makes_no_progress_with_a_copy_is_not_waited_for(
    shared: Path, module_cluster: Cluster, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_tables, "_LONGEST_WAIT", 0.1)
    shared.mkdir(mode=0o700)
    with FileLock(shared / "lock"):
        tables = fetch_tables(module_cluster, place)
        assert tables.folder.parent != shared
        assert tables.damage() == []
        tables.release()


def test_a_copy_made_before_the_machine_was_started_anew_is_not_taken(
    temporary: Path, module_cluster: Cluster, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fetch_tables(module_cluster, place)
    monkeypatch.setattr(cluster_tables, "_BOOT", temporary / "boot")
    (temporary / "boot").write_text("another")
    after = fetch_tables(module_cluster, place)
    assert after.folder != before.folder
    before.release()
    after.release()


def test_what_is_no_cluster_at_the_first_address_is_told(
    temporary: Path, module_cluster: Cluster, place: Place
) -> None:
    class Odd(Cluster):
        def request(self, method: str, path: str, *args: Any, **named: Any) -> Any:
            return {"hello": "world"} if path == "/" else super().request(method, path, *args, **named)

    odd = Odd(module_cluster.address)
    with pytest.raises(ClusterUnavailable, match="does not answer as OpenSearch does"):
        fetch_tables(odd, place)
    odd.close()
