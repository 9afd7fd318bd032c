"""The package as others get it: a wheel in an environment of its own, far from this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "index", "search", "webapp")

ASK_THE_APPLICATION = """
from pathlib import Path

import index, search, webapp
from webapp.config import Config

assert all(Path(room.__file__).is_relative_to({environment!r}) for room in (index, search, webapp))
client = webapp.create_app(Config(index_dir=Path("none"))).test_client()
page = client.get("/")
assert page.status_code == 200, page.status
assert "<form" in page.text
assets = {{part.split('"')[0] for part in page.text.split('"')[1:] if part.startswith("/static/")}}
assert assets
assert {{client.get(asset).status_code for asset in assets}} == {{200}}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds the wheel, and beside it what the wheel depends on.

    The wheel is built from a copy, so that nothing a checkout has lying about gets into it.
    """
    _require_setuptools()
    folder = tmp_path_factory.mktemp("wheel")
    source, made = folder / "source", folder / "environment"
    source.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    venv.create(made)
    python = made / "bin" / "python"
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    inside = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    Path(inside, "dependencies.pth").write_text("".join(f"{path}\n" for path in sorted(packages)))
    (wheel,) = folder.glob("*.whl")
    _run(*pip, "--python", python, "install", "--no-deps", "--no-index", "--ignore-installed", wheel)
    return made


def _require_setuptools() -> None:
    """An environment that `make test` did not make may lack what builds a wheel."""
    found = version("setuptools")
    if int(found.partition(".")[0]) < 68:
        missing = f"setuptools {found} builds no wheel; install requirements-test.lock"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)


def _run(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A finished command; what it printed is in the failure when it fails."""
    done = _tried(*command, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _tried(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    ours = ("PYTHON", "GENELIGHT", "VIRTUAL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=kept, capture_output=True, text=True, timeout=300
    )


def test_the_command_answers_from_any_folder(environment: Path, tmp_path: Path) -> None:
    assert "index" in _run(environment / "bin" / "genelight", "--help", cwd=tmp_path).stdout


def test_the_command_is_a_module_too(environment: Path, tmp_path: Path) -> None:
    assert "index" in _run(environment / "bin" / "python", "-m", "webapp", "--help", cwd=tmp_path).stdout


def test_the_command_knows_its_version(environment: Path, tmp_path: Path) -> None:
    assert "0.1.0" in _run(environment / "bin" / "genelight", "--version", cwd=tmp_path).stdout


def test_a_folder_without_data_is_a_clear_error(environment: Path, tmp_path: Path) -> None:
    done = _tried(environment / "bin" / "genelight", "index", cwd=tmp_path)
    assert done.returncode == 2
    assert "data does not exist; name the files or folders to index" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_of_downloads_comes_with_it(environment: Path, tmp_path: Path) -> None:
    assert "gene2pubmed" in _run(environment / "bin" / "genelight", "fetch", "--list", cwd=tmp_path).stdout


def test_templates_and_assets_come_with_it(environment: Path, tmp_path: Path) -> None:
    script = ASK_THE_APPLICATION.format(environment=str(environment))
    _run(environment / "bin" / "python", "-W", "error", "-c", script, cwd=tmp_path)
