"""What a gene costs on disk: in the tables that every machine that serves fetches, and in a cluster's index.

    python benchmarks/table_sizes.py INDEX_DIR ... [--genes-index FOLDER] [--write]

Reads columnar indexes, such as var/index and those that ``cluster.py --keep`` leaves; from their files it
takes those that a cluster's index of tables holds. ``--genes-index`` is a node's folder of a shard of the
index of genes (``…/indices/<uuid>/0/index``), of the last of these indexes, all of it in one shard: what its
parts are for is told by their names, as Lucene gives them. No machine and no load change these figures.
"""

from __future__ import annotations

import argparse
import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.peer_tables import DASH, table, write_block
from index.cluster_layout import is_table
from index.generations import current_generation, read_manifest

REPORT = Path(__file__).resolve().parent.parent / "docs" / "SCALING.md"
_NAMES = {
    "completions": "completions",
    "ontology": "Gene Ontology, with the genes of each term",
    "annotating": "vocabulary of `genelight annotate` (only there)",
    "neighbours": "genes that share papers",
    "papers": "papers",
    "facets": "facets",
    "records": "hashes of names and identifiers, withdrawn names",
    "columnar": "dictionary of words",
    "cluster": "first names",
}
_PARTS = {
    "records as stored": {"fdt", "fdx", "fdm"},
    "words: dictionaries": {"tim", "tip", "tmd"},
    "words: which genes, how often, where": {"doc", "pos", "pay", "psm"},
    "columns to count and sort by": {"dvd", "dvm"},
    "numbers to select by": {"kdd", "kdi", "kdm"},
}
_OTHER = "other"


class Sizes(NamedTuple):
    genes: int
    tables: Counter[str]
    whole: int
    """Bytes of the generation, as the builder has it."""


def sizes(index_dir: Path) -> Sizes:
    generation = current_generation(index_dir)
    if generation is None:
        raise SystemExit(f"no index in {index_dir}")
    tables: Counter[str] = Counter()
    whole = 0
    for path in generation.rglob("*"):
        name = path.relative_to(generation)
        if path.is_file() and name.parts[0] != "loading":
            size = path.stat().st_size
            whole += size
            if is_table(str(name)):
                tables[name.parts[0]] += size
    return Sizes(read_manifest(generation).genes, tables, whole)


def lucene(folder: Path) -> Counter[str]:
    """Bytes by what they are for."""
    found: Counter[str] = Counter()
    for extension, size in _extensions(folder):
        found[next((name for name, those in _PARTS.items() if extension in those), _OTHER)] += size
    return found


def _extensions(folder: Path) -> Iterator[tuple[str, int]]:
    """Of each file, those in compound files too: its extension, and bytes."""
    for path in folder.iterdir():
        if path.suffix == ".cfe":
            yield from _entries(path.read_bytes())
        elif path.suffix != ".cfs":
            yield path.suffix[1:], path.stat().st_size


def _entries(data: bytes) -> Iterator[tuple[str, int]]:
    """The table of a compound file: a header (magic, codec, version, id, suffix), then of each file name,
    offset and length; strings begin with their length in a byte (Lucene90CompoundFormat)."""
    at = 4
    at += 1 + data[at]
    at += 4 + 16
    at += 1 + data[at]
    count, at = data[at], at + 1
    for _ in range(count):
        name = data[at + 1 : at + 1 + data[at]].decode()
        at += 1 + data[at]
        _, length = struct.unpack_from("<qq", data, at)
        at += 16
        yield name.rpartition(".")[2], length


def told(found: Sequence[Sizes], genes_index: Counter[str] | None) -> str:
    head = ["bytes a gene, of so many genes", *(f"{one.genes:,}" for one in found)]
    kinds = sorted({kind for one in found for kind in one.tables}, key=lambda kind: -found[-1].tables[kind])
    rows = [[_NAMES[kind], *(_a_gene(one, one.tables[kind]) for one in found)] for kind in kinds]
    rows.append(["all tables", *(_a_gene(one, one.tables.total()) for one in found)])
    rows.append(["the builder's generation, with these", *(_a_gene(one, one.whole) for one in found)])
    if genes_index is not None:
        blank = [DASH] * (len(found) - 1)
        for name, size in genes_index.most_common():
            rows.append([f"index of genes: {name}", *blank, _a_gene(found[-1], size)])
        rows.append(["index of genes, one copy", *blank, _a_gene(found[-1], genes_index.total())])
    return table(head, rows)


def _a_gene(one: Sizes, size: int) -> str:
    return f"{size / one.genes:,.0f}" if size else DASH


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("index_dirs", nargs="+", type=Path)
    arguments.add_argument("--genes-index", type=Path)
    arguments.add_argument("--write", action="store_true", help="put the table into docs/SCALING.md")
    given = arguments.parse_args()
    text = told(
        [sizes(folder) for folder in given.index_dirs],
        None if given.genes_index is None else lucene(given.genes_index),
    )
    print(text)
    if given.write:
        write_block("tables", text, REPORT)


if __name__ == "__main__":
    main()
