"""What the documents name exists, and what they tell people to type works."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from index.build import build
from webapp.cli import main

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "search", "webapp", "tests", "benchmarks", "docs", "data", ".ci")
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / room / "README.md" for room in ROOMS if (ROOT / room / "README.md").exists()),
    ]
)
TICKED = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(rf"(?:{'|'.join(map(re.escape, ROOMS))})/[\w./-]*")
MODULE = re.compile(r"(?:index|search|webapp)(?:\.\w+)+")
COMMAND = re.compile(r"\bgenelight ([a-z]+)((?: +[^\n|;&]+)?)")


def _text(document: Path) -> str:
    return document.read_text("utf-8")


def _id(document: Path) -> str:
    return str(document.relative_to(ROOT))


def _shell(document: Path) -> list[str]:
    """What a document tells to type: shell fences and ticked text, line by line."""
    text = _text(document)
    fences = [body for language, body in FENCE.findall(text) if language in ("sh", "bash", "console")]
    return [line for body in fences for line in body.splitlines()] + TICKED.findall(FENCE.sub("", text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_path_a_document_names_exists(document: Path) -> None:
    text = FENCE.sub("", _text(document))
    ticked = {name for name in TICKED.findall(text) if PATH.fullmatch(name)}
    missing = [name for name in ticked if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = {link.partition("#")[0] for link in LINK.findall(_text(document)) if "://" not in link}
    missing = [link for link in links if link and not (document.parent / link).resolve().exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_module_a_document_names_exists(document: Path) -> None:
    for name in {ticked for ticked in TICKED.findall(_text(document)) if MODULE.fullmatch(ticked)}:
        package, _, rest = name.rpartition(".")
        found = importlib.import_module(package)
        assert hasattr(found, rest) or importlib.import_module(name), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_command_a_document_names_exists_with_its_options(document: Path) -> None:
    for line in _shell(document):
        for name, rest in COMMAND.findall(line):
            assert name in main.commands, line
            known = {option for given in main.commands[name].params for option in given.opts}
            assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known | {"--help"}, line


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_make_target_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in _shell(document):
        assert set(re.findall(r"^make ([a-z]+)", line)) <= targets, line


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in main.commands.items() if not command.get_short_help_str()] == []
    options = [option for command in main.commands.values() for option in command.params]
    assert [o.name for o in options if isinstance(o, click.Option) and not o.help] == []


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build([ROOT / "data" / "samples"], tmp_path / "var" / "index")
    monkeypatch.chdir(tmp_path)
    snippets = [body for language, body in FENCE.findall(_text(ROOT / "README.md")) if language == "python"]
    assert snippets
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 - our own words
    assert "SLC39A4" in capsys.readouterr().out
