"""The faces over a real index of the sample corpus, built once, and over none at all.

The modules of EITHER run over an index in a folder and over the same one in a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import columnar
from index.build import build
from index.engines import CLUSTER_ENGINE
from search import Genes
from tests.cluster.asking import asking
from tests.cluster.loading import load
from webapp import create_app
from webapp.config import SETTINGS, Config
from webapp.opening import open_genes

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
EITHER = (
    "test_api", "test_cli", "test_exports", "test_gene_page", "test_list", "test_list_command",
    "test_narrowing", "test_pages", "test_paper_page", "test_suggest",
)  # fmt: skip
OF_A_FOLDER = "of_a_folder"
"""The mark of a test in them that is about an index in a folder."""

Placed = Callable[[Path], Config]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    asks = "placed" in metafunc.fixturenames or {"run", "index_dir"} <= {*metafunc.fixturenames}
    marked = metafunc.definition.get_closest_marker(OF_A_FOLDER) is not None
    if module in EITHER and asks and not marked:
        metafunc.parametrize("engine", (columnar.NAME, CLUSTER_ENGINE), indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", columnar.NAME))


@pytest.fixture(scope="session")
def placed(engine: str, request: pytest.FixtureRequest) -> Iterator[Placed]:
    """The settings that lead to the index of a folder, which is put into the cluster where that is asked."""
    there: dict[Path, Config] = {}

    def settings(index_dir: Path) -> Config:
        if engine == columnar.NAME:
            return Config(index_dir=index_dir)
        if index_dir not in there:
            cluster = clusters.enter_context(asking(request.getfixturevalue("opensearch")))
            load(cluster, index_dir)
            there[index_dir] = Config(
                index_dir=index_dir,
                engine=engine,
                opensearch_url=",".join(cluster.address.urls),
                opensearch_alias=cluster.address.alias,
                opensearch_replicas=0,
            )
        return there[index_dir]

    with ExitStack() as clusters:
        yield settings


@pytest.fixture(scope="session")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("webapp") / "index"
    build([SAMPLES], folder)
    return folder


@pytest.fixture(scope="session")
def config(placed: Placed, index_dir: Path) -> Config:
    """The settings for the index of the sample corpus."""
    return placed(index_dir)


@pytest.fixture
def settings(engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that lead a command to that index where it is in the cluster; they are set."""
    if engine == columnar.NAME:
        return {}
    config = request.getfixturevalue("config")
    variables = {
        setting.variable: str(getattr(config, setting.name))
        for setting in SETTINGS
        if setting.name == "engine" or setting.name.startswith("opensearch_")
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture(scope="session")
def genes(config: Config) -> Iterator[Genes]:
    with open_genes(config) as opened:
        yield opened


@pytest.fixture
def app(config: Config, genes: Genes) -> Flask:
    return create_app(replace(config, max_queries=5, max_query_length=200), genes)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bare(tmp_path: Path) -> FlaskClient:
    """The application where no rebuild has published anything."""
    return create_app(Config(index_dir=tmp_path / "none")).test_client()
