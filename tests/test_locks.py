"""The lock files pin everything with hashes; pyproject.toml stays open to neighbours."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
RUNTIME = [*PROJECT["dependencies"], *EXTRAS["build"]]
WANTED = {"requirements.lock": RUNTIME, "requirements-test.lock": [*RUNTIME, *EXTRAS["test"]]}

PIN = re.compile(r"([a-z0-9.-]+)==([^ ;]+)(?: ; (.+))?")
"""name==version, and for whom."""
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(lock: str) -> list[list[str]]:
    """Each requirement of a lock file: its pin, then its hashes."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", "")
    return [re.split(r" +(?=--)", line.strip()) for line in text.splitlines()]


def versions(lock: str) -> dict[tuple[str, str | None], str]:
    """(name, marker) -> version."""
    pins = [PIN.fullmatch(pin) for pin, *_ in requirements(lock)]
    return {(pin[1], pin[3]): pin[2] for pin in pins if pin}


def name_of(requirement: str) -> str:
    """A requirement's name as lock files spell it."""
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_file_pins_every_dependency(lock: str) -> None:
    pinned = {name for name, _ in versions(lock)}
    assert {name_of(wanted) for wanted in WANTED[lock]} - pinned == set()


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_file_holds_pins_with_hashes_and_nothing_else(lock: str) -> None:
    odd = [
        pin
        for pin, *hashes in requirements(lock)
        if not PIN.fullmatch(pin) or not hashes or not all(HASH.fullmatch(given) for given in hashes)
    ]
    assert odd == []


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_file_names_no_place(lock: str) -> None:
    assert re.findall(r"https?:|file:|git\+|@|--index|--find-links|--extra", (ROOT / lock).read_text()) == []


def test_both_lock_files_pin_the_same_versions() -> None:
    tested = versions("requirements-test.lock")
    assert versions("requirements.lock").items() - tested.items() == set()


@pytest.mark.parametrize("requirement", [*RUNTIME, *EXTRAS["test"], *PROJECT["dependencies"]])
def test_a_range_has_a_lowest_version_and_no_highest(requirement: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]+>=[0-9][0-9.]*", requirement)


@pytest.mark.parametrize("requirement", [*PROJECT["dependencies"], *EXTRAS["test"]])
def test_a_dependency_is_accounted_for(requirement: str) -> None:
    notes = (ROOT / "docs/decisions/0003-dependencies.md").read_text("utf-8")
    name = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
    version = next(
        v for (pinned, _), v in versions("requirements-test.lock").items() if pinned == name_of(name)
    )
    assert f"| {name} | {version} |" in notes
