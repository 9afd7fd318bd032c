"""How a generation lies in an OpenSearch cluster: which indices, which fields, what a query may ask of them.

A generation with the digest D is two indices, ``<alias>-<D>-genes`` and ``<alias>-<D>-tables``; a second load
of the same documents is ``<alias>-<D>.1-…``.  The alias, ``genelight`` unless it is set, points to the genes
of the published generation, and names the tables by that: one switch publishes both.

A document of ``genes`` is a gene, under its number in decimal as ``_id``:

    n, block, bit         the number; n // BLOCK; 2 ** (n % BLOCK), so that the sum of ``bit`` over a block
                          says which of its genes were met
    gene_id               the ``_id`` that the world knows, such as HGNC:7400
    names, identifiers    folded names and identifiers, those of cited papers too (index/store.py)
    row, record           in MessagePack and base64: GeneEntry; the document (index/documents.py)
    words, named_words    the stems of the prose searched by plain words and of the terms of the Gene Ontology
                          above the gene's, and the surface forms of its names, each repeated as often as its
                          BM25F weight says (index/columnar.py): round(REPEATS × weight), at least once
    plain                 the values of the keyword fields searched by plain words, folded
    <field>               the surface forms of a field of names or prose, a value a line, lines apart by GAP
    <field>_stem          the stems of a field of prose likewise
    <field>               the values of a keyword field, folded (go_id, identifier, mentions, …)
    above                 the numbers of the terms at or above the gene's (index/ontology.py)
    papers, refs          how many papers are linked to it and how many it cites; years: those of cited papers
    facet_<column>        the numbers of its terms of a column (index/facets.py)
    by_symbol, by_location     its place when all are sorted so; by_location is missing where it lies nowhere

What stands for lines and words is our own analysis (index/analysis.py), joined by blanks and taken apart by
the ``whitespace`` analyzer, so that a cluster needs no plugin.  A word or keyword longer than LONGEST_TERM
letters, which the cluster would cut or refuse, is held as ``held_term`` says.  With b = 0 and k1 = REPEATS ×
K1, Lucene's BM25 of a repeated word is the BM25F of the columnar engine but for rounding: tf / (k1 + tf) is
t / (K1 + t).

A document of ``tables`` is a piece of a file of the generation, PIECE bytes of it, under ``<path>#<number>``;
``manifest.json`` says which files there are, with the sizes and checksums of all.  Two of them only a cluster
has: ``cluster/first_names.u4``, of each gene the number of its first name, and how many names there are, and
``cluster/field_tokens.u4``, how many words stand in the texts before those of each field, in the order of
columnar.TEXT_ORDER, and in all.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from index.facets import COLUMNS
from index.fields import FIELDS, stem_stream
from index.store import GeneRow, NameRecord

LAYOUT_VERSION = 2
"""Raise it when what lies in a cluster is laid out differently; ``_meta`` of both indices tells it."""
BLOCK = 52
"""Genes in a block: a sum of so many different powers of two is exact in a double."""
REPEATS = 2
"""So often stands a word whose weight is 1.  On RANKING's sets nDCG@10 with 1, 2, 4 and without rounding
differs by less than 0.005 (docs/decisions/0024)."""
K1 = 1.5
GAP = 100
"""Positions between two lines, so that no phrase crosses from one into the next."""
LONGEST_TERM = 200
PIECE = 1 << 20
GENES, TABLES = "genes", "tables"
MANIFEST = "manifest.json"
FIRST_NAMES = "cluster/first_names.u4"
FIELD_TOKENS = "cluster/field_tokens.u4"
TABLE_PARTS = ("completions", "facets", "neighbours", "ontology", "papers")
"""Folders of a generation that are kept whole in ``tables``; beside them the files of ``TABLE_FILES``."""
TABLE_FILES = re.compile(
    r"records/(?:withdrawn\w*|(?:ids|identifiers|names)_(?:hashes|rows|groups))\.\w+"
    r"|columnar/(?:words\w*|word_stems|surface_texts_starts|prose_docs_starts|named_docs_starts)\.\w+"
    r"|annotating/\S+|cluster/(?:first_names|field_tokens)\.u4"
)
_GENERATION = re.compile(
    r"(?P<alias>.+)-(?P<digest>[0-9a-f]{64})(?:\.(?P<turn>[1-9][0-9]{0,8}))?-(?P<part>genes|tables)"
)


class GeneEntry(Struct, frozen=True, array_like=True, gc=False):
    """What names and numbers of a gene are looked up by, without its texts."""

    gene: GeneRow
    names: tuple[NameRecord, ...]
    """In the order of the record store's names."""
    identifiers: tuple[tuple[str, str], ...]
    """(namespace, folded value), those of cited papers too, each once, in the record store's order."""


class Place(Struct, frozen=True):
    """The indices of one generation."""

    alias: str
    digest: str
    turn: int = 0

    @property
    def base(self) -> str:
        return f"{self.alias}-{self.digest}" + (f".{self.turn}" if self.turn else "")

    @property
    def genes(self) -> str:
        return f"{self.base}-{GENES}"

    @property
    def tables(self) -> str:
        return f"{self.base}-{TABLES}"


def place_of(index: str) -> Place | None:
    """The generation that an index is part of, None for an index that is none of ours."""
    found = _GENERATION.fullmatch(index)
    return Place(found["alias"], found["digest"], int(found["turn"] or 0)) if found else None


def is_table(path: str) -> bool:
    """Whether a file of a generation is kept in ``tables``."""
    return path.partition("/")[0] in TABLE_PARTS or TABLE_FILES.fullmatch(path) is not None


def held_term(term: str) -> str:
    """A term as an index of the cluster holds it: a long one by its beginning and a digest of all of it.

    The cluster counts a letter beyond U+FFFF as two, and cuts what has more than 255.
    """
    if len(term) <= LONGEST_TERM and (
        2 * len(term) <= LONGEST_TERM or term.isascii() or max(term) <= "\uffff"
    ):
        return term
    kept = term[:LONGEST_TERM]
    if max(kept) > "\uffff":
        kept = kept[: LONGEST_TERM // 2]
    return f"{kept}\u2026{sha256(term.encode()).hexdigest()[:32]}"


def streams() -> dict[str, dict[str, Any]]:
    """The fields of texts and keywords, with how each is indexed."""
    found: dict[str, dict[str, Any]] = {}
    for field in FIELDS:
        if field.kind == "keyword":
            found[field.name] = {"type": "keyword"}
        elif field.kind in ("prose", "name"):
            found[field.name] = _TEXT
        if stemmed := stem_stream(field):
            found[stemmed] = _TEXT
    return found


_TEXT = {"type": "text", "analyzer": "whitespace", "norms": False, "position_increment_gap": GAP}
_WEIGHED = {
    "type": "text",
    "analyzer": "whitespace",
    "norms": False,
    "index_options": "freqs",
    "similarity": "weighed",
}
_NUMBER = {"type": "integer"}
_COUNTED = {"type": "integer", "index": False}
_SHOWN = {"type": "binary"}


def genes_mapping(meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "_meta": {"layout": LAYOUT_VERSION, **meta},
        "_source": {"includes": ["row", "record"]},
        "properties": {
            "n": _NUMBER,
            "block": _COUNTED,
            "bit": {"type": "long", "index": False},
            "gene_id": {"type": "keyword"},
            "names": {"type": "keyword"},
            "identifiers": {"type": "keyword"},
            "row": _SHOWN,
            "record": _SHOWN,
            "words": _WEIGHED,
            "named_words": _WEIGHED,
            "plain": {"type": "keyword"},
            "above": {"type": "integer", "doc_values": False},
            "papers": _NUMBER,
            "refs": _NUMBER,
            "years": _NUMBER,
            "by_symbol": _COUNTED,
            "by_location": _COUNTED,
            **{f"facet_{column}": _NUMBER for column in COLUMNS},
            **streams(),
        },
    }


def tables_mapping(meta: dict[str, Any]) -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "_meta": {"layout": LAYOUT_VERSION, **meta},
        "properties": {"file": {"type": "keyword"}, "piece": _NUMBER, "data": _SHOWN},
    }


def genes_settings(shards: int) -> dict[str, Any]:
    """While it is loaded: not refreshed, without replicas."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "similarity": {
            "weighed": {"type": "BM25", "k1": REPEATS * K1, "b": 0.0},
            "default": {"type": "BM25", "k1": K1, "b": 0.0},
        },
    }


def tables_settings() -> dict[str, Any]:
    return {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}


encode_entry = msgspec.msgpack.Encoder().encode
decode_entry = msgspec.msgpack.Decoder(GeneEntry).decode
