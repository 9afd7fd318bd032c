"""From what a person names to the files that are read."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import pytest

from index.discover import Inputs, find, open_input
from index.records import Problem

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
PUBLIC = ROOT / "tests" / "samples" / "public"
PAGE = SAMPLES / "harmonizome-text" / "MT1H.txt"

EVERY_FORMAT = [
    (SAMPLES / "harmonizome-text" / "MT1H.txt", "harmonizome-text"),
    (SAMPLES / "harmonizome-text" / "MT1E.txt", "harmonizome-text"),
    (SAMPLES / "harmonizome-html" / "MT1H.html", "harmonizome-html"),
    (SAMPLES / "posts" / "MT1G.md", "gene-post"),
    (PUBLIC / "hgnc_complete_set.tsv", "hgnc-complete-set"),
    (PUBLIC / "withdrawn.tsv", "hgnc-withdrawn"),
    (PUBLIC / "gene_info.tsv", "ncbi-gene-info"),
    (PUBLIC / "gene2go.tsv", "ncbi-gene2go"),
    (PUBLIC / "go-basic.obo", "go-obo"),
    (PUBLIC / "gene_papers.tsv", "paper-counts"),
]


def names(inputs: Inputs) -> list[str]:
    return sorted(taken.path.name for taken in inputs.taken)


def ignored(inputs: Inputs) -> list[str]:
    return sorted(Path(name).name for name in inputs.ignored)


def told(inputs: Inputs, name: str | Path) -> str:
    (reason,) = [problem.reason for problem in inputs.problems if problem.file == str(name)]
    return reason


@pytest.mark.parametrize(("path", "expected"), EVERY_FORMAT)
@pytest.mark.parametrize("name", ["x", "index.html", "README.md", "data.csv.gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_format_is_recognised_by_content_whatever_the_name_and_through_gzip(
    tmp_path: Path, path: Path, expected: str, name: str, packed: bool
) -> None:
    content = path.read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    (taken,) = find([tmp_path]).taken
    assert taken.format.name == expected
    with open_input(taken.path) as stream:
        assert stream.read() == content


def test_hidden_files_and_folders_and_unfinished_downloads_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    for name in ("page.txt.part", ".page", ".hidden/page", "page"):
        (tmp_path / name).write_bytes(PAGE.read_bytes())
    inputs = find([tmp_path])
    assert names(inputs) == ["page"]
    assert not inputs.ignored
    assert not inputs.problems


def test_a_file_that_no_format_claims_is_listed_as_ignored(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A text about Name | value |\n", "utf-8")
    (tmp_path / "script.py").write_text("print()\n", "utf-8")
    (tmp_path / "picture").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "page").write_bytes(PAGE.read_bytes())
    inputs = find([tmp_path])
    assert ignored(inputs) == ["README.md", "picture", "script.py"]
    assert names(inputs) == ["page"]
    assert not inputs.problems


def test_a_loop_of_links_is_reported_and_everything_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page").write_bytes(PAGE.read_bytes())
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "nowhere").symlink_to("missing")
    inputs = find([tmp_path])
    assert names(inputs) == ["page"]
    assert "link" in told(inputs, tmp_path / "a" / "up")
    assert told(inputs, tmp_path / "self")
    assert told(inputs, tmp_path / "nowhere")
    assert len(inputs.problems) == 3


def test_a_linked_folder_elsewhere_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page").write_bytes(PAGE.read_bytes())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    inputs = find([tmp_path / "in"])
    assert names(inputs) == ["page"]
    assert not inputs.problems


@pytest.mark.parametrize("again", ["", "sub", "sub/page"])
def test_a_source_named_twice_counts_once_and_is_no_problem(tmp_path: Path, again: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page").write_bytes(PAGE.read_bytes())
    for sources in ([tmp_path, tmp_path / again], [tmp_path / again, tmp_path]):
        inputs = find(sources)
        assert names(inputs) == ["page"]
        assert not inputs.problems


def test_a_packed_copy_counts_once_with_its_original(tmp_path: Path) -> None:
    content = PAGE.read_bytes()
    half = len(content) // 2
    (tmp_path / "plain").write_bytes(content)
    (tmp_path / "packed").write_bytes(gzip.compress(content))
    (tmp_path / "parts").write_bytes(gzip.compress(content[:half], 1) + gzip.compress(content[half:]))
    (taken,) = find([tmp_path]).taken
    assert (taken.sha256, taken.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_damaged_copy_is_another_file_and_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(PAGE.read_bytes())
    (tmp_path / "damaged").write_bytes(gzip.compress(PAGE.read_bytes()) + b"garbage")
    inputs = find([tmp_path])
    assert names(inputs) == ["damaged", "plain"]
    assert [taken.damage is None for taken in sorted(inputs.taken, key=lambda one: one.path)] == [False, True]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("hgnc_complete_set.tsv", "symbol"),
        ("withdrawn.tsv", "WITHDRAWN_SYMBOL"),
        ("gene_info.tsv", "GeneID"),
        ("gene2go.tsv", "GeneID"),
        ("gene2go.tsv", "GO_ID"),
        ("gene_summary.tsv", "Summary"),
        ("gene2pubmed.tsv", "PubMed_ID"),
        ("gene_papers.tsv", "GeneID"),
    ],
)
def test_a_table_with_a_damaged_header_is_read_as_what_it_was_to_name_the_column_and_not_ignored(
    tmp_path: Path, table: str, column: str
) -> None:
    (whole,) = find([PUBLIC / table]).taken
    text = (PUBLIC / table).read_text("utf-8")
    (tmp_path / "table").write_text(text.replace(column, column[:-1] + "~", 1), "utf-8")
    (damaged,) = find([tmp_path]).taken
    assert damaged.format == whole.format
    with open_input(damaged.path) as stream:
        (problem,) = damaged.format.parse(stream, "table")
    assert isinstance(problem, Problem)
    assert column in problem.reason


def test_equal_files_count_once(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).write_bytes(PAGE.read_bytes())
    os.link(tmp_path / "one", tmp_path / "hard")
    assert len(find([tmp_path]).taken) == 1


def test_where_files_lie_and_the_order_they_are_named_in_make_no_difference(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    shutil.copytree(SAMPLES / "posts", one)
    other.mkdir()
    for number, path in enumerate(sorted((SAMPLES / "posts").iterdir(), reverse=True)):
        shutil.copy(path, other / str(number))
    contents = [taken.sha256 for taken in find([one]).taken]
    assert contents == [taken.sha256 for taken in find(sorted(other.iterdir())).taken]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"\x1f\x8bno gzip", gzip.compress(b"")])
def test_a_file_that_is_empty_or_no_gzip_after_all_is_a_problem_with_its_name(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert told(find([tmp_path]), tmp_path / "file")


def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither" in told(find([tmp_path]), tmp_path / "pipe")
    assert "neither" in told(find([tmp_path / "pipe"]), tmp_path / "pipe")


def test_a_source_that_is_not_there_is_a_problem_with_its_name(tmp_path: Path) -> None:
    assert told(find([tmp_path / "nowhere"]), tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_what_may_not_be_read_is_a_problem_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(PAGE.read_bytes())
    for path in (tmp_path / "folder", tmp_path / "file"):
        path.chmod(0)
    inputs = find([tmp_path])
    for path in (tmp_path / "folder", tmp_path / "file"):
        path.chmod(0o700)
        assert told(inputs, path)


def test_a_name_that_is_no_utf_8_is_shown_with_its_bytes(tmp_path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    strange.write_text("nothing\n", "utf-8")
    assert ignored(find([tmp_path])) == ["\\xff.txt"]
