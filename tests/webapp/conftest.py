"""The faces over a real index of the sample corpus, built once, and over none at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index.build import build
from search import Genes, open_index
from webapp import create_app
from webapp.config import Config

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("webapp") / "index"
    build([SAMPLES], folder)
    return folder


@pytest.fixture(scope="session")
def genes(index_dir: Path) -> Iterator[Genes]:
    with open_index(index_dir) as opened:
        yield opened


@pytest.fixture
def app(index_dir: Path, genes: Genes) -> Flask:
    return create_app(Config(index_dir=index_dir, max_queries=5, max_query_length=200), genes)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bare(tmp_path: Path) -> FlaskClient:
    """The application where no rebuild has published anything."""
    return create_app(Config(index_dir=tmp_path / "none")).test_client()
