"""The commands and the server over an index in a real cluster, that of the samples."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from index.cluster import Cluster
from index.cluster_layout import Place, place_of
from index.cluster_published import current
from search import Genes
from search.page import to_json
from tests.running import SAMPLES, environment
from webapp import create_app
from webapp.cli import main
from webapp.config import Config
from webapp.opening import open_genes
from webapp.readiness import KEPT


class Commands:
    """``genelight`` in this process, over the index of an alias."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.variables = {
            "GENELIGHT_ENGINE": "opensearch",
            "GENELIGHT_OPENSEARCH_URL": ",".join(cluster.address.urls),
            "GENELIGHT_OPENSEARCH_ALIAS": cluster.address.alias,
            "GENELIGHT_INDEX_DIR": str(folder),
        }
        self._others: dict[str, str | None] = {name: None for name in os.environ if name not in environment()}

    def run(self, *arguments: str | Path, typed: str | None = None) -> Result:
        result = CliRunner().invoke(
            main,
            list(map(str, arguments)),
            prog_name="genelight",
            env=self._others | self.variables,
            input=typed,
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result


@pytest.fixture(scope="module")
def commands(module_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """Where the samples are published."""
    commands = Commands(module_cluster, tmp_path_factory.mktemp("builder") / "index")
    built = commands.run("index", SAMPLES, "--json")
    assert built.exit_code == 0, built.stderr
    return commands


@pytest.fixture(scope="module")
def served(commands: Commands) -> Iterator[FlaskClient]:
    config = Config.from_env(commands.variables)
    with open_genes(config) as genes:
        yield create_app(config, genes).test_client()


@pytest.fixture
def other(cluster: Cluster, tmp_path: Path) -> Commands:
    """Where a test may publish and damage what it likes."""
    return Commands(cluster, tmp_path / "index")


def published(cluster: Cluster) -> Place:
    place = current(cluster)
    assert place is not None
    return place


def test_a_build_leaves_no_index_in_its_folder(commands: Commands) -> None:
    folder = Path(commands.variables["GENELIGHT_INDEX_DIR"])
    assert (folder / "report.json").is_file()
    assert not (folder / "CURRENT").exists()
    assert list(folder.glob("gen-*")) == []


def test_unchanged_inputs_are_told_from_the_cluster(commands: Commands) -> None:
    again = commands.run("index", SAMPLES)
    assert again.exit_code == 0
    assert "Unchanged" in again.stdout


def test_info_tells_the_manifest_and_how_the_index_lies(commands: Commands, module_cluster: Cluster) -> None:
    told = msgspec.json.decode(commands.run("info", "--json").stdout)
    place = published(module_cluster)
    assert told["manifest"]["engine"] == "opensearch"
    assert told["manifest"]["digest"] == place.digest
    assert told["damage"] is None
    assert told["cluster"]["alias"] == module_cluster.address.alias
    assert told["cluster"]["index"] == place.base
    assert told["cluster"]["documents"] == told["manifest"]["genes"]
    assert (told["cluster"]["status"], told["cluster"]["nodes"]) == ("green", 1)
    text = commands.run("info").stdout
    assert place.base in text
    assert "green" in text


def test_a_whole_index_is_verified(commands: Commands) -> None:
    result = commands.run("info", "--verify")
    assert result.exit_code == 0
    assert "verified" in result.stdout


def test_a_damaged_table_and_a_lost_gene_are_found_and_mended(other: Commands, cluster: Cluster) -> None:
    assert other.run("index", SAMPLES).exit_code == 0
    place = published(cluster)
    manifest = msgspec.json.decode(other.run("info", "--json").stdout)["manifest"]
    table = max(manifest["files"], key=lambda path: manifest["files"][path][0])
    cluster.request(
        "PUT", f"/{place.tables}/_doc/{table.replace('/', '%2F')}%230", {"file": table, "data": "AA=="}
    )
    cluster.request("DELETE", f"/{place.genes}/_doc/0", params={"refresh": "true"})
    result = other.run("info", "--verify")
    assert result.exit_code == 1
    assert f"{table}: checksum differs" in result.stdout
    assert f"{manifest['genes'] - 1} genes instead of {manifest['genes']}" in result.stdout
    assert other.run("index", SAMPLES, "--force").exit_code == 0
    assert other.run("info", "--verify").exit_code == 0


def test_a_gene_s_damaged_record_is_found(other: Commands, cluster: Cluster) -> None:
    assert other.run("index", SAMPLES).exit_code == 0
    place = published(cluster)
    sources = cluster.mget(place.genes, ["3", "4"], ["row", "record"])
    source = {"n": 3, "row": (sources[0] or {})["row"], "record": (sources[1] or {})["record"]}
    cluster.request("PUT", f"/{place.genes}/_doc/3", source, {"refresh": "true"})
    result = other.run("info", "--verify")
    assert result.exit_code == 1
    assert "the record of gene 3 is another gene's" in result.stdout


def test_genes_are_found_in_anyone_s_text_as_with_an_index_in_a_folder(
    commands: Commands, index_dir: Path
) -> None:
    text = "Loss of MT1H and MT2A in liver"
    local = CliRunner().invoke(main, ["annotate", "--index-dir", str(index_dir)], input=text)
    assert "MT1H" in local.stdout
    assert commands.run("annotate", typed=text).stdout == local.stdout


@pytest.mark.parametrize("query", ["MT1H", "zinc homeostasis", '"zinc ion"', "nosuchword"])
def test_a_search_answers_as_with_an_index_in_a_folder(commands: Commands, genes: Genes, query: str) -> None:
    local = msgspec.json.decode(to_json(genes.search(query, size=100)))
    there = msgspec.json.decode(commands.run("search", query, "--size", "100", "--json").stdout)
    assert there["total"] == local["total"]
    assert {hit["_id"] for hit in there["hits"]} == {hit["_id"] for hit in local["hits"]}
    assert there["index"] == local["index"]


def test_a_server_that_has_no_index_is_ready_and_tells_the_cluster_s_health(
    served: FlaskClient, module_cluster: Cluster
) -> None:
    ready = served.get("/readyz")
    place = published(module_cluster)
    assert ready.status_code == 200
    assert ready.json == {
        "status": "ok",
        "digest": place.digest,
        "cluster": {"status": "green", "nodes": 1, "unassigned_shards": 0, "index": place.base},
    }


def test_a_missing_copy_is_told_and_is_no_reason_not_to_be_ready(
    served: FlaskClient, module_cluster: Cluster
) -> None:
    index = published(module_cluster).genes
    copies = {"index": {"auto_expand_replicas": False, "number_of_replicas": 1}}
    module_cluster.request("PUT", f"/{index}/_settings", copies)
    try:
        deadline = time.monotonic() + 10 * KEPT
        while (ready := served.get("/readyz")).json["cluster"]["status"] == "green":  # type: ignore[index]
            assert time.monotonic() < deadline
        assert ready.status_code == 200
        assert ready.json is not None
        assert ready.json["cluster"]["status"] == "yellow"
        assert ready.json["cluster"]["unassigned_shards"] == 1
    finally:
        module_cluster.request("PUT", f"/{index}/_settings", {"index": {"number_of_replicas": 0}})


def test_an_index_of_which_a_part_is_missing_answers_nothing_and_says_so(
    other: Commands, cluster: Cluster
) -> None:
    assert other.run("index", SAMPLES).exit_code == 0
    index = published(cluster).genes
    config = Config.from_env(other.variables)
    with open_genes(config) as genes:
        served = create_app(config, genes).test_client()
        assert served.get("/readyz").status_code == 200
        cluster.request("POST", f"/{index}/_close")
        eventually_unready(served, "is closed")
        cluster.request("DELETE", f"/{index}")
        nowhere = {
            "settings": {"index.routing.allocation.require._name": "nobody"},
            "aliases": {cluster.address.alias: {}},
        }
        cluster.request("PUT", f"/{index}", nowhere, {"wait_for_active_shards": "0"})
        eventually_unready(served, "a part of the index is missing")
        answer = served.get("/api/v1/search?q=kidney")
        assert answer.status_code == 503
        assert "red" in answer.text
        assert served.get("/healthz").status_code == 200


def eventually_unready(served: FlaskClient, why: str) -> None:
    """Later than the last answer holds."""
    deadline = time.monotonic() + 10 * KEPT
    while (ready := served.get("/readyz")).status_code == 200 or why not in ready.text:
        assert time.monotonic() < deadline, ready.text


def test_an_alias_that_leads_nowhere_is_an_index_to_be_built(other: Commands) -> None:
    result = other.run("search", "zinc")
    assert result.exit_code == 1
    assert "genelight index --engine opensearch" in result.stderr
    answer = create_app(Config.from_env(other.variables)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "genelight index --engine opensearch" in answer.text


def test_two_aliases_are_two_indexes(commands: Commands, other: Commands, cluster: Cluster) -> None:
    page = SAMPLES / "harmonizome-text" / "MT1H.txt"
    assert other.run("index", page).exit_code == 0
    assert msgspec.json.decode(other.run("info", "--json").stdout)["manifest"]["genes"] == 1
    assert msgspec.json.decode(commands.run("info", "--json").stdout)["manifest"]["genes"] > 1
    names = cluster.request("GET", f"/{cluster.address.alias}-*/_alias")
    assert {place.alias for place in map(place_of, names) if place} == {cluster.address.alias}
