"""What may be offered while a query is typed, as it is written and read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from index.columns import Damaged
from index.completions import BLOCK, FOLDER, Completions, Spelt, letters_of
from index.generations import current_generation
from index.store import RecordStore
from tests.making import gene, publish

GENES = [
    gene(f"GENE{n}", name=f"protein {n} of a family", names=[("alias", f"ALIAS-{n}")], papers=n)
    for n in range(3 * BLOCK)
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completions")
    publish(folder, GENES)
    found = current_generation(folder)
    assert found is not None
    return found


def spellings(generation: Path, rows: list[int]) -> list[str]:
    store = RecordStore(generation)
    return [store.name(row).spelling for row in rows]


@pytest.mark.parametrize("count", [1, 5, 2 * BLOCK])
def test_of_a_long_stretch_the_names_of_those_with_most_papers_are_found(
    generation: Path, count: int
) -> None:
    rows = Completions(generation, len(GENES)).symbols.beginning(b"gene", count)
    assert spellings(generation, rows) == [
        f"GENE{n}" for n in range(3 * BLOCK - 1, 3 * BLOCK - 1 - count, -1)
    ]


def test_a_spelling_is_found_whole_or_by_its_beginning(generation: Path) -> None:
    aliases = Completions(generation, len(GENES)).aliases
    assert spellings(generation, aliases.spelt(b"alias17", 5)) == ["ALIAS-17"]
    assert spellings(generation, aliases.beginning(b"alias17", 5)) == [
        *(f"ALIAS-{n}" for n in range(179, 174, -1)),
    ]
    assert aliases.beginning(b"alias17x", 5) == []
    assert aliases.spelt(b"alias", 5) == []


def test_words_lead_to_names_that_begin_with_them_and_to_those_that_hold_them(generation: Path) -> None:
    names = Completions(generation, len(GENES)).names
    begun, held = (names.beginning(word) for word in ("prot", "fam"))
    assert names.begun(begun)[1] - names.begun(begun)[0] == len(GENES)
    assert names.held(begun) == (names.held(begun)[0],) * 2
    assert names.held(held)[1] - names.held(held)[0] == len(GENES)
    assert names.number("of") is not None
    assert names.number("o") is None


def test_function_words_inside_names_lead_nowhere(generation: Path) -> None:
    names = Completions(generation, len(GENES)).names
    low, high = names.held(names.beginning("of"))
    assert low == high


@pytest.mark.parametrize(
    ("asked", "most"), [("gen17", 1), ("gene1x7", 1), ("egne17", 1), ("gnee71", 2), ("alias", 3)]
)
def test_every_spelling_within_so_many_letters_is_among_those_of_like_letters(
    generation: Path, asked: str, most: int
) -> None:
    every = {
        one.casefold() for n in range(3 * BLOCK) for one in (f"gene{n}", f"alias{n}", f"protein{n}ofafamily")
    }
    found, rows = Spelt(generation).like(asked.encode(), most)
    assert len(found) == len(rows)
    wanted = {one for one in every if OSA.distance(one, asked) <= most}
    assert wanted <= {one.decode() for one in found}


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_a_letter_put_in_or_left_out_changes_one_bit_at_most(one: str, two: str) -> None:
    first, second = one.encode(), two.encode()
    data = np.frombuffer(first + second, np.uint8)
    letters = letters_of(data, np.array([len(first), len(second)]))
    assert int(letters[0] ^ letters[1]).bit_count() <= 2 * OSA.distance(one, two)


def test_what_is_written_does_not_depend_on_when(generation: Path, tmp_path: Path) -> None:
    publish(tmp_path, reversed(GENES))
    again = current_generation(tmp_path)
    assert again is not None
    assert {file.name: file.read_bytes() for file in (again / FOLDER).iterdir()} == {
        file.name: file.read_bytes() for file in (generation / FOLDER).iterdir()
    }


def open_all(generation: Path) -> None:
    Completions(generation, len(GENES))
    Spelt(generation)


@pytest.mark.parametrize("how", ["missing", "cut"])
def test_a_file_that_is_missing_or_cut_is_damage(generation: Path, tmp_path: Path, how: str) -> None:
    shutil.copytree(generation / FOLDER, tmp_path / FOLDER)
    for file in sorted((tmp_path / FOLDER).iterdir()):
        whole = file.read_bytes()
        if how == "missing" or not whole:
            file.unlink()
        else:
            file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(Damaged, match=FOLDER):
            open_all(tmp_path)
        file.write_bytes(whole)
    open_all(tmp_path)
