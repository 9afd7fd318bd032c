"""What several tests of the write side share: a small gene page, folders of them, a server to fetch from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.index.fetching import Kitchen
from tests.index.hostile_server import Hostile, hostile

PageWriter = Callable[..., Path]


def page_text(symbol: str, gene_id: int, sentence: str) -> str:
    """A Harmonizome page as text that is read without a warning."""
    return (
        f"Name | gene {gene_id} of the test |\n"
        f"Description | {sentence} [provided by RefSeq, Mar 2013] |\n"
        f"NCBI Gene ID | {gene_id} |\n"
        f"{symbol} has 2 functional associations with biological entities spanning 1 categories (gene) "
        "extracted from 1 datasets.\n"
        "Dataset | Summary | |\n---|---|---|\n"
        f"CTD Gene-Disease Associations | diseases associated with {symbol} gene/protein from the curated "
        "CTD Gene-Disease Associations dataset. | |\n"
    )


@pytest.fixture
def write_page() -> PageWriter:
    """``write_page(folder, symbol, gene_id, sentence)`` writes ``folder/symbol.txt``."""

    def write(folder: Path, symbol: str, gene_id: int, sentence: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{symbol}.txt"
        path.write_text(page_text(symbol, gene_id, sentence), "utf-8")
        return path

    return write


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path / "fetched")
