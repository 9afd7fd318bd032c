"""Searchable genes: the sample corpus, built once, and small hand-made ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from index.build import build
from index.documents import Document
from index.records import GoTerm, Withdrawal
from search import Genes, open_index
from tests.making import publish

SAMPLES = Path(__file__).parents[2] / "data" / "samples"

Searching = Callable[..., Genes]


@pytest.fixture(scope="session")
def samples_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "index"
    build([SAMPLES], folder)
    return folder


@pytest.fixture(scope="session")
def samples(samples_dir: Path) -> Iterator[Genes]:
    with open_index(samples_dir) as genes:
        yield genes


@pytest.fixture(scope="module")
def searching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searching]:
    """Publishes hand-made genes and opens them."""
    opened: list[Genes] = []

    def over(
        *documents: Document,
        withdrawn: Iterable[Withdrawal] = (),
        go_terms: Iterable[GoTerm] = (),
        linked: Mapping[int, Sequence[str]] = MappingProxyType({}),
    ) -> Genes:
        folder = tmp_path_factory.mktemp("made")
        publish(folder, documents, withdrawn, go_terms, linked)
        opened.append(open_index(folder))
        return opened[-1]

    yield over
    for genes in opened:
        genes.close()
