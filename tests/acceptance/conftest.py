"""The whole of data/ indexed once, by the command that a reader would type."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Genes, open_index
from tests.running import COMMAND, ROOT, Server, environment, genelight, serving

_BUILD_SECONDS = 1800


@pytest.fixture(scope="session")
def full_index(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The index of data/; its stages are printed while it is built."""
    folder = tmp_path_factory.mktemp("full") / "index"
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\nindexing the whole of data/", flush=True)
        built = subprocess.run(
            [*COMMAND, "index", "--index-dir", str(folder)],
            cwd=ROOT, env=environment(), stdout=sys.stderr, timeout=_BUILD_SECONDS,
        )  # fmt: skip
    assert built.returncode == 0
    return folder


@pytest.fixture(scope="session")
def genes(full_index: Path) -> Iterator[Genes]:
    with open_index(full_index) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(full_index: Path) -> Iterator[Server]:
    with serving(full_index, workers=2) as running:
        yield running


def published(folder: Path, *sources: Path) -> str:
    """Indexes the sources with the real command; the digest that it published."""
    ran = genelight("index", *sources, "--index-dir", folder, "--json")
    assert ran.returncode == 0, ran.stderr
    digest: str = json.loads(ran.stdout)["digest"]
    return digest
