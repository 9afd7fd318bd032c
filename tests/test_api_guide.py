"""docs/API.md: each example is asked, and answers what it shows."""

from __future__ import annotations

import io
import json
import re
import shlex
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index.build import build
from tests.running import ROOT, SAMPLES
from webapp import create_app
from webapp.config import Config

GUIDE = (ROOT / "docs" / "API.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\ncurl ([^\n]*)\n```\n```json\n(.*?)```", GUIDE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("guide") / "index"
    build([SAMPLES], folder)
    return create_app(Config(index_dir=folder)).test_client()


def curl(client: FlaskClient, command: str) -> TestResponse:
    """Does what curl would do with these arguments."""
    method, data, headers, follow, address = "", [], {}, False, ""
    words = iter(shlex.split(command))
    for word in words:
        match word:
            case "-L":
                follow = True
            case "-X":
                method = next(words)
            case "-d":
                data.append(next(words))
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case _:
                address = word
    assert address.startswith(ADDRESS + "/")
    if data:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return client.open(
        address.removeprefix(ADDRESS),
        method=method or ("POST" if data else "GET"),
        data="&".join(data) or None,
        headers=headers,
        follow_redirects=follow,
    )


def differences(shown: Any, answered: Any, place: str = "answer") -> Iterator[str]:
    """Where what is shown is no part of what is answered: more keys and further items are allowed."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        for key, value in shown.items():
            if key in answered:
                yield from differences(value, answered[key], f"{place}.{key}")
            else:
                yield f"{place} has no {key}"
    elif isinstance(shown, list) and isinstance(answered, list) and shown:
        if len(shown) > len(answered):
            yield f"{place} has {len(answered)} items"
        for at, (inner, its) in enumerate(zip(shown, answered, strict=False)):
            yield from differences(inner, its, f"{place}[{at}]")
    elif shown != answered:
        yield f"{place} is {answered!r}, not {shown!r}"


def test_the_guide_has_an_answer_to_each_of_its_examples() -> None:
    assert len(EXAMPLES) == GUIDE.count("\ncurl ") > 10


@pytest.mark.parametrize(
    ("command", "shown"), EXAMPLES, ids=[command.split("8000")[1] for command, _ in EXAMPLES]
)
def test_an_example_answers_what_it_shows(client: FlaskClient, command: str, shown: str) -> None:
    answer = curl(client, command)
    expected = json.loads(shown)
    answered = answer.get_json() if answer.is_json else json.loads(answer.text.splitlines()[0])
    assert list(differences(expected, answered)) == []
    assert answer.status_code == (200 if isinstance(expected, list) else expected.get("code", 200))


def test_the_offsets_are_explained_as_they_are(client: FlaskClient) -> None:
    answer = curl(client, EXAMPLES[0][0]).get_json()
    highlight = answer["hits"][0]["highlights"][0]
    assert "sentence[14:28]" in GUIDE
    assert highlight["spans"][1] == [14, 28]
    assert highlight["sentence"][14:28] == "hepatocellular"


def test_the_python_example_reads_every_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def urlopen(address: str) -> io.BytesIO:
        parts = urlsplit(address)
        asked.append(parts.query)
        return io.BytesIO(client.get(f"{parts.path}?{parts.query}").data)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - the guide is our own
    expected = client.get("/api/v1/search?q=zinc&size=1000").get_json()
    assert names["symbols"] == [hit["symbol"] for hit in expected["hits"]]
    assert len(asked) == -(-expected["total"] // 5)


def test_every_parameter_and_kind_is_in_the_guide() -> None:
    described = (ROOT / "search" / "page.py").read_text("utf-8")
    kinds = re.findall(r'"(\w+)"', described.partition("MatchKind = Literal[")[2].partition("]")[0])
    assert len(kinds) == 8
    told = ("size", "from", "cursor", "fields", "filter", "sort", "facets", "facet_size", "strict", "explain")
    for word in (*kinds, *told):
        assert re.search(rf"\b{word}\b", GUIDE), word
