"""The faces where the settings name a cluster that does not answer, or none."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from tests.running import SAMPLES, environment, free_port
from webapp import create_app
from webapp.cli import main
from webapp.config import Config, ConfigError

SECRET = "hunter2"  # noqa: S105


def settings(port: int) -> dict[str, str]:
    return {
        "GENELIGHT_ENGINE": "opensearch",
        "GENELIGHT_OPENSEARCH_URL": f"http://reader:{SECRET}@127.0.0.1:{port}",
        "GENELIGHT_OPENSEARCH_TIMEOUT": "1",
    }


@pytest.fixture
def nobody() -> FlaskClient:
    """The application where nothing listens at the cluster's address."""
    return create_app(Config.from_env(settings(free_port()))).test_client()


@pytest.fixture
def silent() -> Iterator[tuple[int, list[socket.socket]]]:
    """A port that takes connections and answers nothing, and the connections it took."""
    taken: list[socket.socket] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def take() -> None:
            while True:
                try:
                    taken.append(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], taken
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in taken:
                connection.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name not in environment()]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def genelight(*arguments: str | Path, **variables: str) -> Result:
    result = CliRunner().invoke(main, list(map(str, arguments)), prog_name="genelight", env=variables)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert SECRET not in result.output + result.stderr
    return result


def test_a_cluster_that_is_down_is_no_reason_to_build_an_index(nobody: FlaskClient) -> None:
    for path in (
        "/readyz",
        "/api/v1/search?q=zinc",
        "/api/v1/gene/MT1H",
        "/api/v1/metadata",
        "/search?q=zinc",
    ):
        answer = nobody.get(path)
        assert answer.status_code == 503, path
        assert "cluster" in answer.text
        assert "genelight index" not in answer.text
        assert SECRET not in answer.text
    assert nobody.get("/api/v1/search?q=zinc").headers["Retry-After"] == "10"


def test_the_process_lives_and_the_home_page_says_what_is_wrong(nobody: FlaskClient) -> None:
    assert nobody.get("/healthz").status_code == 200
    home = nobody.get("/")
    assert home.status_code == 200
    assert "cluster" in home.text
    assert SECRET not in home.text


def test_readiness_is_told_in_time_where_a_cluster_does_not_answer(
    silent: tuple[int, list[socket.socket]],
) -> None:
    port, taken = silent
    app = create_app(Config.from_env(settings(port)))
    told: list[int] = []
    begun = time.monotonic()
    probes = [
        threading.Thread(target=lambda: told.append(app.test_client().get("/readyz").status_code))
        for _ in range(8)
    ]
    for probe in probes:
        probe.start()
    for probe in probes:
        probe.join()
    took = time.monotonic() - begun
    assert told == [503] * 8
    assert took < 4
    assert len(taken) <= 4, "each probe asked the cluster"
    assert app.test_client().get("/healthz").status_code == 200


def test_a_cluster_without_an_address_is_told_before_anything_is_served() -> None:
    with pytest.raises(ConfigError, match="GENELIGHT_OPENSEARCH_URL"):
        create_app(Config(engine="opensearch"))


COMMANDS = [
    ("search", "zinc"),
    ("gene", "MT1H"),
    ("paper", "12081484"),
    ("export", "zinc"),
    ("info",),
    ("info", "--verify"),
    ("index", str(SAMPLES)),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("run")
def test_a_command_says_that_the_cluster_does_not_answer(command: tuple[str, ...]) -> None:
    result = genelight(*command, **settings(free_port()))
    assert result.exit_code == 1
    assert "cluster" in result.stderr
    assert "no index in" not in result.stderr


@pytest.mark.parametrize("command", [*COMMANDS, ("serve",), ("annotate", os.devnull)], ids=" ".join)
@pytest.mark.usefixtures("run")
def test_a_command_without_the_cluster_s_address_names_the_variable(command: tuple[str, ...]) -> None:
    result = genelight(*command, GENELIGHT_ENGINE="opensearch")
    assert result.exit_code == 2
    assert "GENELIGHT_OPENSEARCH_URL" in result.stderr


@pytest.mark.usefixtures("run")
def test_another_engine_than_the_settings_builds_in_the_folder() -> None:
    result = genelight("index", SAMPLES, "--engine", "columnar", "--json", **settings(free_port()))
    assert result.exit_code == 0
    assert msgspec.json.decode(result.stdout)["genes"] > 0
    assert Path("var/index/CURRENT").is_file()


@pytest.mark.usefixtures("run")
def test_what_is_for_folders_says_so_of_a_cluster() -> None:
    result = genelight("index", SAMPLES, "--keep", **settings(free_port()))
    assert result.exit_code == 2
    assert "--keep is for an index in a folder" in result.stderr
    result = genelight("diff", "aaaa", "bbbb", "zinc", **settings(free_port()))
    assert result.exit_code == 2
    assert "name two folders" in result.stderr
