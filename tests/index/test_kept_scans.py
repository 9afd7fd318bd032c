"""What was found in sentences is kept from one rebuild to the next, and never changes an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import kept_scans
from index.build import build
from index.kept import FOLDER
from index.kept_scans import KeptScans, key_of
from index.mentions import Annotator, prepare
from index.naming import GeneNames
from index.records import HUMAN, Name
from tests.running import SAMPLES

SENTENCE = "The TNF protein binds its receptor in human cells."
KEY = key_of(b"a vocabulary")


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(prepare([GeneNames("HGNC:11892", HUMAN, "TNF", (Name("symbol", "TNF"),))]))


@pytest.fixture
def kept(annotator: Annotator, tmp_path: Path) -> Path:
    """The file of a build that met the sentence."""
    scans = KeptScans(annotator, {})
    scans.scan(SENTENCE)
    kept_scans.add(tmp_path / "scans", KEY, scans.fresh())
    return tmp_path / "scans"


def test_a_kept_scan_is_decided_as_a_fresh_one_is(annotator: Annotator, kept: Path) -> None:
    scans = KeptScans(annotator, kept_scans.read(kept, KEY))
    again = scans.scan(SENTENCE)
    assert annotator.decide([again]) == annotator.decide([annotator.scan(SENTENCE)])
    assert annotator.decide([again])[0][0].genes == ("HGNC:11892",)
    assert scans.fresh() == {}


def test_new_sentences_are_added_to_those_that_were_kept(annotator: Annotator, kept: Path) -> None:
    scans = KeptScans(annotator, kept_scans.read(kept, KEY))
    scans.scan("Another sentence.")
    kept_scans.add(kept, KEY, scans.fresh())
    assert len(kept_scans.read(kept, KEY)) == 2


def test_another_vocabulary_forgets_all(kept: Path) -> None:
    assert kept_scans.read(kept, key_of(b"another vocabulary")) == {}


@pytest.mark.parametrize("harm", ["cut", "flipped", "emptied", "removed"])
def test_a_damaged_file_is_as_none(kept: Path, harm: str) -> None:
    data = bytearray(kept.read_bytes())
    if harm == "cut":
        del data[len(data) // 2 :]
    elif harm == "flipped":
        data[-3] ^= 1
    elif harm == "emptied":
        data.clear()
    kept.write_bytes(data)
    if harm == "removed":
        kept.unlink()
    assert kept_scans.read(kept, KEY) == {}


def test_a_rebuild_with_kept_scans_gives_the_same_generation(tmp_path: Path) -> None:
    first = build([SAMPLES], tmp_path / "a", processes=1)
    kept = tmp_path / "a" / FOLDER / kept_scans.NAME
    before = kept.read_bytes()
    again = build([SAMPLES], tmp_path / "a", processes=1, force=True)
    assert kept.read_bytes() == before
    for file in kept.parent.iterdir():
        file.write_bytes(b"damaged")
    anew = build([SAMPLES], tmp_path / "a", processes=2, force=True)
    assert first.digest == again.digest == anew.digest
