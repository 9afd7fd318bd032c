"""``genelight annotate``: the genes named in anyone's text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from index.build import build
from tests.running import SAMPLES
from webapp.cli import main


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build([SAMPLES], folder, processes=1)
    return folder


def annotate(index_dir: Path, given: str | bytes, *more: str) -> Result:
    return CliRunner().invoke(main, ["annotate", "--index-dir", str(index_dir), *more], input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in result.stdout.splitlines()]


TEXT = "Expression of the MT1H gene in human kidney cells."


def test_a_line_is_a_document_and_its_number_is_its_id(index_dir: Path) -> None:
    result = annotate(index_dir, f"Nothing here.\n\n{TEXT}\n")
    assert result.exit_code == 0
    first, second = lines(result)
    assert first == {"id": 1, "mentions": []}
    assert second["id"] == 3
    (mention,) = second["mentions"]
    assert (mention["start"], mention["end"], mention["text"]) == (18, 22, "MT1H")
    assert mention["ids"] == ["NCBIGene:4496"]
    assert 0 < mention["score"] <= 1


def test_json_lines_keep_their_ids(index_dir: Path) -> None:
    given = "".join(
        msgspec.json.encode({"id": name, "text": TEXT}).decode() + "\n" for name in ("PMID:1", 7, "ü")
    )
    result = annotate(index_dir, given)
    assert [line["id"] for line in lines(result)] == ["PMID:1", 7, "ü"]
    assert all(line["mentions"][0]["ids"] == ["NCBIGene:4496"] for line in lines(result))


def test_places_are_code_points(index_dir: Path) -> None:
    result = annotate(index_dir, "🧬🧬 In human cells the MT1H gene.\n")
    (mention,) = lines(result)[0]["mentions"]
    assert (mention["start"], mention["end"]) == (22, 26)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "2"}', "text"),
        ('{"id": "2", "text": 5}', "text"),
        ("no object", "one object"),
        ('{"id": "2", "text": "cut', "one object"),
    ],
)
def test_a_line_that_is_no_document_is_told_and_the_rest_goes_on(
    index_dir: Path, line: str, said: str
) -> None:
    whole = '{"id": "1", "text": "MT1H"}'
    result = annotate(index_dir, f"{whole}\n{line}\n{whole}\n")
    assert result.exit_code == 1
    assert len(lines(result)) == 2
    assert "line 2: " in result.stderr
    assert said in result.stderr


def test_bytes_that_are_no_text_are_told(index_dir: Path) -> None:
    result = annotate(index_dir, TEXT.encode() + b"\n\xff\xfe\n")
    assert result.exit_code == 1
    assert len(lines(result)) == 1
    assert "line 2: no UTF-8 at byte 1" in result.stderr


def test_objects_behind_a_line_of_text_are_read_as_text_and_told_once(index_dir: Path) -> None:
    result = annotate(index_dir, "\n".join(["MT1H binds.", "{curly", *['{"id": "a", "text": "MT1H"}'] * 3]))
    assert result.exit_code == 0
    assert [one["id"] for one in lines(result)] == [1, 2, 3, 4, 5]
    assert result.stderr.count("read as plain text") == 1
    assert "line 3: " in result.stderr


def test_several_processes_give_the_same_lines_in_the_same_order(index_dir: Path) -> None:
    given = "".join(f"{TEXT} Document {number}.\n" for number in range(250))
    alone, shared = (annotate(index_dir, given, "--processes", count) for count in "12")
    assert alone.exit_code == shared.exit_code == 0
    assert len(lines(alone)) == 250
    assert alone.stdout == shared.stdout


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    result = annotate(tmp_path, TEXT)
    assert result.exit_code == 1
    assert "genelight index" in result.stderr


def test_a_damaged_vocabulary_is_a_named_error(index_dir: Path, tmp_path: Path) -> None:
    build([SAMPLES], tmp_path, processes=1)
    (vocabulary,) = tmp_path.glob("gen-*/annotating/vocabulary.msgpack")
    vocabulary.write_bytes(vocabulary.read_bytes()[:-20])
    result = annotate(tmp_path, TEXT)
    assert result.exit_code == 1
    assert "damaged" in result.stderr
    assert "Traceback" not in result.output
