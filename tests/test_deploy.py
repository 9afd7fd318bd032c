"""What deploy/ says agrees with the rest; whether containers start is tried nowhere here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.nodes import VERSION
from webapp.cli import main
from webapp.config import SETTINGS

DEPLOY = Path(__file__).parents[1] / "deploy"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
NODES = [name for name in SERVICES if name.startswith("node")]
OURS = [name for name in SERVICES if name not in NODES]


def test_the_nodes_are_of_the_version_that_the_tests_run() -> None:
    assert {SERVICES[name]["image"] for name in NODES} == {f"opensearchproject/opensearch:{VERSION}"}


def test_each_node_knows_all_and_keeps_its_data() -> None:
    for name in NODES:
        told = SERVICES[name]["environment"]
        assert told["node.name"] == name
        assert told["discovery.seed_hosts"].split(",") == NODES
        assert SERVICES[name]["volumes"] == [f"{name}:/usr/share/opensearch/data"]


@pytest.mark.parametrize("name", OURS)
def test_genelight_is_asked_by_commands_and_settings_that_there_are(name: str) -> None:
    service = SERVICES[name]
    assert service["command"][0] in main.commands
    assert set(service["environment"]) <= {setting.variable for setting in SETTINGS}
    urls = service["environment"]["GENELIGHT_OPENSEARCH_URL"].split(",")
    assert urls == [f"http://{node}:9200" for node in NODES]


def test_no_password_stands_in_any_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable:
                assert value.startswith("${OPENSEARCH_PASSWORD:?"), name
    assert "OPENSEARCH_PASSWORD=\n" in (DEPLOY / "env.example").read_text("utf-8")


def test_the_image_is_pinned_and_takes_what_there_is() -> None:
    told = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+$", told, re.MULTILINE)
    taken = [name for line in re.findall(r"^COPY (.+) \S+$", told, re.MULTILINE) for name in line.split()]
    assert [name for name in taken if not (DEPLOY.parent / name).exists()] == []
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {f"!{name}" for name in taken} <= set(kept)
