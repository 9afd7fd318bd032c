"""Data flows one way, data -> index -> search -> webapp, and so do the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "search", "webapp")
LONGEST = 400
"""Lines of a module: a longer one holds two things."""

SHARED = {
    "index.records": "the types that name provenance, scope and kinds of names",
    "index.fields": "the table of fields, with their weights",
    "index.analysis": "one function from text to terms, for texts and queries",
    "index.documents": "the searchable document, as it is stored",
    "index.ontology": "the Gene Ontology and what is annotated to it, as they lie on disk",
    "index.papers": "the table of papers, as it lies on disk",
    "index.neighbours": "which genes share papers, as it lies on disk",
    "index.facets": "what genes are counted, chosen and sorted by, as it lies on disk",
    "index.completions": "what may be offered while a query is typed, as it lies on disk",
    "index.store": "the record store and the names table, as they lie on disk",
    "index.columns": "flat arrays, as they lie on disk",
    "index.columnar": "the columnar index, as it lies on disk",
    "index.generations": "which generation is published, and the lock that keeps it",
    "index.cluster": "the client of an OpenSearch cluster, the only one",
    "index.cluster_address": "where a cluster is",
    "index.cluster_faults": "what it means when a cluster does not answer",
    "index.cluster_layout": "a generation as it lies in a cluster",
    "index.cluster_published": "which generation a cluster publishes",
    "index.lookup": "records and tables by number and key, as they lie on disk",
}
"""What search takes from index, and why: definitions both sides must agree on, never the build."""

HOME = {
    "flask": ("webapp",),
    "werkzeug": ("webapp",),
    "jinja2": ("webapp",),
    "granian": ("webapp",),
    "click": ("webapp",),
    "rich": ("webapp",),
    "bibtexparser": ("webapp",),
    "rispy": ("webapp",),
    "bs4": ("index.sources",),
    "numpy": ("index", "search"),
    "opensearchpy": ("index.cluster",),
    "scipy": ("index.engines",),
    "urllib3": ("index.fetch", "index.cluster"),
    "whoosh": ("search", "index.engines"),
}
"""Distributions' packages, and where alone each is imported."""

ENVIRONMENT = ("environ", "environb", "getenv", "getenvb", "putenv")
READS_ENVIRONMENT = "webapp.config"

SEALED = ("index.sources", "index.engines", "search.engines")
"""Packages whose modules do not know each other; __init__ is the table or the interface."""


class Import(NamedTuple):
    line: int
    name: str
    """The module, or ``module.name`` where that is no module of this project."""


def imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[Import]:
    """Every import statement in a module, wherever it stands."""
    here = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = here.rsplit(".", node.level - 1)[0] + "." if node.level else ""
            base = (start + (node.module or "")).rstrip(".")
            yield from (Import(node.lineno, f"{base}.{alias.name}") for alias in node.names)


def environment_reads(tree: ast.AST) -> Iterator[Import]:
    """Every ``os.environ`` and the like that is written as an attribute."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            and node.attr in ENVIRONMENT
        ):
            yield Import(node.lineno, f"os.{node.attr}")


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def wrong_way(module: str, name: str) -> str | None:
    """Why ``module`` must not import ``name``; None when it may."""
    room = module.partition(".")[0]
    if room == "index" and name.partition(".")[0] in ("search", "webapp"):
        return "index imports neither search nor webapp"
    if room == "search" and inside(name, "webapp"):
        return "search does not import webapp"
    if room == "search" and inside(name, "index") and not any(inside(name, shared) for shared in SHARED):
        return f"search takes from index only {', '.join(SHARED)}"
    for package in SEALED:
        if (
            module.startswith(package + ".")
            and _is_sibling(name, package)
            and _part(name, package) != _part(module, package)
        ):
            return f"a module of {package} imports no other"
    homes = HOME.get(name.partition(".")[0])
    if homes and not any(inside(module, home) for home in homes):
        return f"{name.partition('.')[0]} is imported only in {' and '.join(homes)}"
    if name in {f"os.{read}" for read in ENVIRONMENT} and module != READS_ENVIRONMENT:
        return f"only {READS_ENVIRONMENT} reads environment variables"
    return None


def _is_sibling(name: str, package: str) -> bool:
    """Whether a name is a module of the package: those are in lower case, the package's types are not."""
    return name.startswith(package + ".") and _part(name, package).islower()


def _part(name: str, package: str) -> str:
    """The module, or the package of modules, of a package that a name is in: one source, one engine."""
    return name.removeprefix(package + ".").partition(".")[0]


def violations(sources: Mapping[str, str]) -> list[str]:
    """``module:line: what: why`` for each arrow that points the wrong way.

    ``sources`` leads from a module's name to its text; a package's ends in ``.__init__``.
    """
    found = []
    for key, text in sources.items():
        module = key.removesuffix(".__init__")
        tree = ast.parse(text)
        for line, name in [*imports(tree, module, key != module), *environment_reads(tree)]:
            if why := wrong_way(module, name):
                found.append(f"{key}:{line}: {name}: {why}")
    return found


def _rooms() -> dict[str, str]:
    paths = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8") for path in paths}


MODULES = _rooms()


def test_no_arrow_points_the_wrong_way() -> None:
    assert violations(MODULES) == []


def test_every_shared_definition_is_still_one() -> None:
    taken = {
        found.name
        for key, text in MODULES.items()
        if key.startswith("search.")
        for found in imports(ast.parse(text), key.removesuffix(".__init__"), key.endswith("__init__"))
    }
    assert [shared for shared in SHARED if not any(inside(name, shared) for name in taken)] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[module]))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_can_be_read_in_one_sitting(module: str) -> None:
    assert len(MODULES[module].splitlines()) <= LONGEST


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("index.build", "import search"),
        ("index.build", "import search.genes as genes"),
        ("index.build", "from webapp.config import Config"),
        ("index.build", "def later():\n    from search import open_index"),
        ("index.build", "if TYPE_CHECKING:\n    from search.page import Page"),
        ("index.sources.__init__", "from search import page"),
        ("search.genes", "from webapp import create_app"),
        ("search.genes", "import index"),
        ("search.genes", "from index import build"),
        ("search.genes", "from index.build import build"),
        ("search.genes", "from index.flatten import flatten"),
        ("search.engines.whoosh_engine", "from index.engines.whoosh_index import FOLDER"),
        ("index.sources.go_obo", "from index.sources import gene_post"),
        ("index.sources.go_obo", "from index.sources.gene_post import parse"),
        ("index.sources.go_obo", "from . import gene_post"),
        ("index.sources.go_obo", "from .gene_post import parse"),
        ("index.engines.columnar.writer", "import index.engines.whoosh_index"),
        ("search.engines.columnar_engine", "from search.engines import whoosh_engine"),
        ("search.genes", "import flask"),
        ("index.build", "from werkzeug.exceptions import NotFound"),
        ("index.build", "import click"),
        ("index.parsing.gene_page", "from bs4 import BeautifulSoup"),
        ("webapp.pages", "import bs4.element"),
        ("webapp.pages", "from whoosh.query import Term"),
        ("index.build", "import whoosh"),
        ("index.discover", "from urllib3 import PoolManager"),
        ("webapp.fetching", "import urllib3.exceptions"),
        ("webapp.api", "import numpy as np"),
        ("search.columnar", "from scipy import sparse"),
        ("webapp.cli", "import os\nos.environ['HOME']"),
        ("search.genes", "import os\nos.getenv('HOME')"),
        ("index.build", "from os import environ"),
    ],
)
def test_a_wrong_arrow_is_seen(module: str, text: str) -> None:
    assert len(violations({module: text})) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("webapp.cli", "from index.build import build\nfrom search import open_index\nimport click"),
        ("webapp.config", "import os\nos.environ"),
        ("search.genes", "import os\nos.fspath('.')"),
        ("search.genes", "from index import fields\nfrom index.fields import BY_NAME\nimport index.store"),
        ("search.genes", "import re, searching, indexes"),
        ("search.engines.whoosh_engine", "from search.engines import Found\nfrom whoosh import index"),
        ("index.sources.__init__", "from index.sources import go_obo\nfrom . import gene_post"),
        (
            "index.sources.harmonizome_html",
            "import bs4\nfrom .. import tables\nfrom index import records",
        ),
        ("index.engines.whoosh_index", "from whoosh import index as whoosh_index"),
        ("index.fetch.web", "import urllib3"),
        ("index.sources.ncbi_gene2pubmed", "import numpy as np"),
    ],
)
def test_a_right_arrow_is_let_be(module: str, text: str) -> None:
    assert violations({module: text}) == []
