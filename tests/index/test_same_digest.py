"""The same content gives the same index, however it is ordered, packed, copied and named."""

from __future__ import annotations

import gzip
import tempfile
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import Report, build

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "tests" / "samples" / "public"
SAMPLES = ROOT / "data" / "samples"
TABLES = [
    PUBLIC / "hgnc_complete_set.tsv",
    PUBLIC / "withdrawn.tsv",
    PUBLIC / "gene_info.tsv",
    PUBLIC / "gene2go.tsv",
    PUBLIC / "gene_summary.tsv",
    PUBLIC / "gene2pubmed.tsv",
]
ONTOLOGY = PUBLIC / "go-basic.obo"
PAGES = [
    SAMPLES / "harmonizome-text" / "MT1H.txt",
    SAMPLES / "harmonizome-html" / "MT1E.html",
    SAMPLES / "posts" / "MT1H.md",
    SAMPLES / "posts" / "MT1G.md",
]

Records = list[list[bytes]]
"""Each as the lines that can stand in any order; rows of gene2go about one gene stay together."""


def parts_of(path: Path) -> tuple[bytes, Records, bytes]:
    """What stands before the records of a file, the records, and what stands after them."""
    data = path.read_bytes()
    if path == ONTOLOGY:
        terms, mark, rest = data.partition(b"[Typedef]")
        header, *stanzas = terms.split(b"[Term]\n")
        return header, [[b"[Term]\n" + stanza] for stanza in stanzas], mark + rest
    if path in PAGES:
        return data, [], b""
    header, *rows = data.splitlines(keepends=True)
    if path.name != "gene2go.tsv":
        return header, [[row] for row in rows], b""
    return header, [list(run) for _, run in groupby(rows, lambda row: row.split(b"\t")[:2])], b""


FILES = {path.name: parts_of(path) for path in (*TABLES, ONTOLOGY, *PAGES)}


class Placed(NamedTuple):
    """How a file lies in the folder."""

    name: str
    content: bytes
    packed: bool
    again: str
    """``copy``, ``packed`` and ``link``: how it lies there a second time; else empty."""


@st.composite
def folders(draw: st.DrawFn) -> list[Placed]:
    placed = []
    for name in draw(st.permutations(sorted(FILES))):
        before, records, after = FILES[name]
        lines = [line for record in draw(st.permutations(records)) for line in draw(st.permutations(record))]
        again = draw(st.sampled_from(["", "", "copy", "packed", "link"]))
        placed.append(Placed(name, before + b"".join(lines) + after, draw(st.booleans()), again))
    return placed


def put(placed: list[Placed], folder: Path) -> list[Path]:
    """Write the files under names that say nothing of their order; returns them in their order."""
    paths = []
    for number, file in enumerate(placed):
        path, again = folder / f"{-number % 7} {number}", folder / f"{number % 5} again {number}"
        path.write_bytes(gzip.compress(file.content) if file.packed else file.content)
        if file.again == "copy":
            again.write_bytes(path.read_bytes())
        elif file.again == "packed":
            again.write_bytes(gzip.compress(file.content, compresslevel=1))
        elif file.again == "link":
            again.symlink_to(path)
        paths += [path, again] if file.again else [path]
    return paths


def built(placed: list[Placed], by_name: bool) -> Report:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "in")
        folder.mkdir()
        paths = put(placed, folder)
        return build(paths if by_name else [folder], Path(scratch, "index"), processes=1)


def each_once() -> list[Placed]:
    whole = [(name, before, chain(*records), after) for name, (before, records, after) in FILES.items()]
    return [Placed(name, before + b"".join(lines) + after, False, "") for name, before, lines, after in whole]


@lru_cache
def plain() -> Report:
    """The index of the files as they are, each once."""
    return built(each_once(), by_name=False)


@settings(max_examples=25, deadline=None)
@given(folders(), st.booleans())
def test_neither_order_nor_packing_nor_copies_change_the_index(placed: list[Placed], by_name: bool) -> None:
    report = built(placed, by_name)
    assert report.digest == plain().digest
    assert len(report.sources) == len(FILES)
    assert report.set_aside == 0


def test_each_of_these_files_counts_for_the_digest() -> None:
    """Else the test above would hold for files that are not read."""
    whole = each_once()
    for file in whole:
        others = [other for other in whole if other != file]
        assert built(others, by_name=False).digest != plain().digest, file.name
