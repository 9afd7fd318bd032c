"""What a pattern may read of an index, and what is told when it is cut."""

from __future__ import annotations

import numpy as np
import pytest

from index.generations import current_generation
from search.bounds import PLACES, rarest, share
from search.columnar import Columnar
from search.engines.columnar_engine import ColumnarEngine
from search.expand import Beside
from search.leaves import Leaves
from search.query import parse
from search.tree import every_leaf
from tests.making import gene, publish, says

GENES = [gene(f"A{n}", says(f"common {'carrier' if n < 2 else 'cell'} c{n}")) for n in range(4)]


@pytest.fixture(scope="module")
def columnar(tmp_path_factory: pytest.TempPathFactory) -> Columnar:
    folder = tmp_path_factory.mktemp("bounds")
    publish(folder, GENES)
    generation = current_generation(folder)
    assert generation is not None
    return Columnar(generation)


def test_one_pattern_is_read_whole_and_several_share_the_room() -> None:
    for q in ("a*", 'zinc "b c"~3', "zinc kinase~1 copper"):
        assert {share(leaf) for leaf in every_leaf(parse(q).tree)} == {None}
    assert {share(leaf) for leaf in every_leaf(parse("a* OR b*").tree)} == {PLACES // 2}
    assert {share(leaf) for leaf in every_leaf(parse("a* b* -c*").tree)} == {PLACES // 3}


def test_the_most_frequent_words_are_left_out_until_the_others_fit() -> None:
    numbers, frequencies = np.array([3, 5, 7, 9]), np.array([10, 2, 30, 1], np.uint32)
    assert rarest(numbers, frequencies, 13).tolist() == [3, 5, 9]
    assert rarest(numbers, frequencies, 12).tolist() == [5, 9]
    assert rarest(numbers, frequencies, 1000).tolist() == numbers.tolist()


def test_a_pattern_that_is_cut_says_so_and_meets_its_rarer_words(columnar: Columnar) -> None:
    engine = ColumnarEngine(columnar, Leaves(columnar, Beside(), room=lambda leaf: 3))
    asking = engine.asking()
    assert asking.matching(parse("summary:ca*").tree).docs.tolist() == [0, 1]
    assert not asking.cut
    assert asking.matching(parse("summary:c*").tree).docs.tolist() == [0, 1, 2]
    assert asking.cut == ["c* stands for 7 words; the 4 most frequent of them were left out"]


def test_what_was_cut_belongs_to_one_request(columnar: Columnar) -> None:
    engine = ColumnarEngine(columnar, Leaves(columnar, Beside(), room=lambda leaf: 3))
    first = engine.asking()
    first.matching(parse("summary:c*").tree)
    assert not engine.asking().cut
    assert len(first.cut) == 1
