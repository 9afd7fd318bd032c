"""A damaged index tells so and how to mend it, or answers; it never takes the process with it.

It runs for every engine with files that the command line offers and walks whatever files the manifest lists.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from index.engines import EMBEDDED
from index.generations import current_digest, current_generation
from index.publishing import remove_unused
from search import IndexUnavailable, open_index
from search.folders import Folder
from search.snapshot import Snapshot
from tests.questions import QUESTIONS, answer
from tests.running import ROOT, SAMPLES, environment, genelight
from tests.search.damaging import Case, Outcome, files_of, replace
from webapp.cli import index, main

SEED = 20261121
SOURCES = (ROOT / "tests" / "samples" / "public", SAMPLES / "posts")
(_OPTION,) = (option for option in index.params if option.name == "engine")
assert isinstance(_OPTION.type, click.Choice)
ENGINES = tuple(name for name in _OPTION.type.choices if name in EMBEDDED)


def run(command: str, *options: str | Path) -> str:
    ran = CliRunner().invoke(main, [command, *map(str, options)])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def build(index_dir: Path, engine: str) -> None:
    run("index", *SOURCES, "--index-dir", index_dir, "--engine", engine)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def whole_index(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index_dir = tmp_path_factory.mktemp("whole") / "index"
    build(index_dir, engine)
    return index_dir


@pytest.fixture
def index_dir(whole_index: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(whole_index, tmp_path / "index")


def folder_of(name: str) -> str:
    """Of a file of the index, inside its generation; the files that every generation has are their own."""
    inside = name.partition("/")[2]
    return inside.partition("/")[0] if inside else name


def flip_one_byte_of_each_file(index_dir: Path) -> None:
    """In the middle, and of the published generation alone."""
    generation = current_generation(index_dir)
    assert generation is not None
    for name in files_of(index_dir):
        path = index_dir / name
        if path.parent != index_dir and path.stat().st_size:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            replace(path, bytes(content))


def test_whatever_is_damaged_verify_names_it_and_every_question_is_answered_or_refused_by_name(
    index_dir: Path,
) -> None:
    """Cut, emptied, deleted or one byte flipped: no other error, no crash, bounded time and memory.  A flip
    that nothing notices may change an answer; ``info --verify`` is there to find it."""
    files = set(files_of(index_dir))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.search.damaging", str(index_dir), str(SEED)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, f"died with {ran.returncode} after {lines[-1:]}: {ran.stderr[-2000:]}"
    begun = [msgspec.json.decode(line, type=Case) for line in lines[::2]]
    outcomes = [msgspec.json.decode(line, type=Outcome) for line in lines[1::2]]
    assert [outcome.case for outcome in outcomes] == begun
    assert {case.name for case in begun} == files
    assert [(one.case.name, one.case.how, one.faults) for one in outcomes if one.faults] == []
    assert any(one.opened for one in outcomes)  # or it would be of opening alone
    assert not all(one.opened for one in outcomes)


def test_the_next_rebuild_mends_any_damage_without_being_forced(index_dir: Path, engine: str) -> None:
    with open_index(index_dir) as genes:
        expected = [answer(genes, question) for question in QUESTIONS]
    for folder in sorted({folder_of(name) for name in files_of(index_dir)}):
        name = max(
            (name for name in files_of(index_dir) if folder_of(name) == folder),
            key=lambda name: (index_dir / name).stat().st_size,
        )
        content = (index_dir / name).read_bytes()
        replace(index_dir / name, content[:-1] if content else None)
        build(index_dir, engine)
        assert run("info", "--verify", "--index-dir", index_dir).endswith("every file verified\n"), name
        with open_index(index_dir) as genes:
            assert [answer(genes, question) for question in QUESTIONS] == expected
        assert list(index_dir.glob("gen-*")) == [current_generation(index_dir)]


def test_a_reader_moves_from_a_damaged_generation_to_the_mended_one(index_dir: Path, engine: str) -> None:
    damaged = current_generation(index_dir)
    with open_index(index_dir) as genes:
        expected = [answer(genes, question) for question in QUESTIONS]
        flip_one_byte_of_each_file(index_dir)
        build(index_dir, engine)
        assert [answer(genes, question) for question in QUESTIONS] == expected
        remove_unused(index_dir)
        assert current_generation(index_dir) != damaged
        assert list(index_dir.glob("gen-*")) == [current_generation(index_dir)]
        assert [answer(genes, question) for question in QUESTIONS] == expected


def test_a_damaged_new_generation_is_tried_once_and_the_mended_one_at_once(
    index_dir: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = Folder.open
    tried: list[Folder] = []

    def spied(published: Folder) -> Snapshot:
        tried.append(published)
        return really_open(published)

    with open_index(index_dir) as genes:
        old = genes.metadata().index.digest
        run("index", SOURCES[0], "--index-dir", index_dir, "--engine", engine)
        flip_one_byte_of_each_file(index_dir)
        monkeypatch.setattr(Folder, "open", spied)
        assert [genes.search("zinc").index.digest for _ in range(10)] == [old] * 10
        assert len(tried) == 1
        run("index", SOURCES[0], "--index-dir", index_dir, "--engine", engine)
        assert genes.search("zinc").index.digest == current_digest(index_dir) != old
        assert len(tried) == 2


def test_a_reader_of_a_generation_that_is_removed_under_it_answers_on_as_before(index_dir: Path) -> None:
    """Every question, also the first time it is asked: what is mapped or open stays so."""
    with open_index(index_dir) as genes:
        expected = [answer(genes, question) for question in QUESTIONS]
    with open_index(index_dir) as genes:
        shutil.rmtree(index_dir)
        assert [answer(genes, question) for question in QUESTIONS] == expected


def test_an_index_of_another_format_is_refused_with_what_to_run(index_dir: Path) -> None:
    generation = current_generation(index_dir)
    assert generation is not None
    (generation / "manifest.json").write_text('{"format": 2, "made": "by an older version"}', "utf-8")
    with pytest.raises(IndexUnavailable, match=r"format 2, this version reads .* genelight index"):
        open_index(index_dir)
    told = genelight("info", "--index-dir", index_dir)
    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)
    assert "has format 2" in told.stderr
    assert "genelight index" in told.stderr
