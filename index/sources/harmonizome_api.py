"""What Harmonizome's API answers for a gene, as JSON: one answer a file, or one a line.

Format: https://maayanlab.cloud/Harmonizome/documentation (``/api/1.0/gene/MT1H``, and with
``?showAssociations=true``).  What the source does not know stands as ``""``, ``0`` or ``[]``.
A gene that it does not know is a body ``{"status": 400, "message": …}``.  The same content gives
what a gene page gives; an association is a fact besides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO, TypeVar
from urllib.parse import unquote_plus

import msgspec
from msgspec import Raw, Struct

from index.parsing.gene_page import FAMILY, PAGE, UNIPROT_ENTRY
from index.parsing.page_texts import description_section
from index.parsing.plain_text import one_line
from index.parsing.reading import MAX_PAGE_BYTES, Line, read_lines
from index.records import AttributeValue, Dataset, Fact, GeneRecord, Identifier, Item, Name, Problem, Section

OWN_KEYS = frozenset({"ncbiEntrezGeneId", "ncbiEntrezGeneUrl", "hgncRootFamilies"})
"""Keys of an answer that no other JSON has; ``symbol`` and ``name`` stand in many."""
ASSOCIATION_KEYS = frozenset({"geneSet", "thresholdValue"})
ERROR_KEYS = frozenset({"status", "message"})
HIGHEST_ID = 10**10 - 1

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
"""A bracket, or a string: a colon makes it a key, and the end of the text may cut it."""
_ERROR_STATUS = re.compile(r'"status"\s*+:\s*+[45]\d\d\b')
_ADDRESS = re.compile(r"/api/[0-9.]{1,10}/[a-z_]{1,40}/([^?#]++)")

Value = TypeVar("Value")
Answer = dict[str, Raw]
"""The values by key, not decoded yet: each is decoded by itself, so that a wrong one costs no other."""


class _Link(Struct, frozen=True):
    """A thing with an address: a protein has a symbol, a family and a gene set have a name."""

    symbol: str | None = None
    name: str | None = None
    href: object = None


class _Association(Struct, frozen=True, rename="camel"):
    gene_set: _Link
    threshold_value: float | None = None
    standardized_value: float | None = None


_answer = msgspec.json.Decoder(Answer).decode
_elements = msgspec.json.Decoder(list[Raw] | None).decode
_text = msgspec.json.Decoder(str | None).decode
_number = msgspec.json.Decoder(int | None).decode
_link = msgspec.json.Decoder(_Link).decode
_stated = msgspec.json.Decoder(_Association).decode


def claims(head: str) -> bool:
    """Whether the text begins as an answer, or as lines of which one does; an error is an answer too."""
    text = head.removeprefix("\ufeff").lstrip()
    if not text.startswith("{"):
        return False
    lines = (line for line in text.split("\n")[1:] if line.startswith("{"))
    return any(_begins_answer(part) for part in chain((text,), lines))


def _begins_answer(text: str) -> bool:
    outer: set[str] = set()
    inner: set[str] = set()
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            depth += 1
        elif token[0] in ("}", "]"):
            depth -= 1
            if depth == 0:
                break
        elif token[2]:
            (outer if depth == 1 else inner).add(token[1])
    if outer == ERROR_KEYS:
        return _ERROR_STATUS.search(text) is not None
    return bool(outer & OWN_KEYS) or ("associations" in outer and inner >= ASSOCIATION_KEYS)


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A record for each answer, followed by its warnings.

    An answer over several lines is the only one of its file and is read whole; answers that
    stand on a line each are read one by one.
    """
    lines = _lines(stream, file)
    begun: list[Line] = []
    size = 0
    for line in lines:
        if isinstance(line, Problem):
            yield line
        elif _stands_alone(line[1], not begun):
            for answer in chain(begun, (line,), lines):
                yield from (answer,) if isinstance(answer, Problem) else _items(*answer, file)
            return
        else:
            begun.append(line)
            size += len(line[1].encode()) + 1
            if size > MAX_PAGE_BYTES:
                megabytes = MAX_PAGE_BYTES // 1024 // 1024
                reason = f"larger than {megabytes} MB, which no answer for a gene is; put each on a line"
                yield Problem(file, None, reason)
                return
    if begun:
        yield from _one_answer(begun, file)


def _lines(stream: BinaryIO, file: str) -> Iterator[Line | Problem]:
    """The lines that hold something; the last needs no line end, since JSON that is cut shows it."""
    for line in read_lines(stream, file, MAX_PAGE_BYTES):
        if isinstance(line, Problem):
            if line.severity == "set_aside":
                yield line
        elif line[1].strip():
            yield line


def _stands_alone(text: str, first: bool) -> bool:
    """Whether the line is an answer by itself, and no part of one that goes over several lines."""
    if not text.rstrip().endswith("}"):
        return False
    try:
        keys = _answer(text).keys()
    except (msgspec.MsgspecError, RecursionError):
        return False
    return first or bool(keys & OWN_KEYS) or keys == ERROR_KEYS


def _one_answer(lines: list[Line], file: str) -> Iterator[Item]:
    """The items of an answer over several lines; of broken ones on a line each, their Problems."""
    text = "\n".join(text for _, text in lines)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        place = error.lineno - 1

