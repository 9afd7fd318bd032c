"""What Harmonizome's API answers for a gene, as JSON: one answer a file, or one a line.

Format: https://maayanlab.cloud/Harmonizome/documentation (``/api/1.0/gene/MT1H``, and with
``?showAssociations=true``).  What the source does not know stands as ``""``, ``0`` or ``[]``.
A gene that it does not know is a body ``{"status": 400, "message": …}``.  The same content gives
what a gene page gives; an association is a fact besides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, TypeVar
from urllib.parse import unquote_plus

import msgspec
from msgspec import Raw, Struct

from index.parsing.gene_page import FAMILY, PAGE, UNIPROT_ENTRY
from index.parsing.page_texts import description_section
from index.parsing.plain_text import one_line
from index.parsing.reading import MAX_PAGE_BYTES, Line, read_lines
from index.records import AttributeValue, Dataset, Fact, GeneRecord, Identifier, Item, Name, Problem

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
        yield from _over_lines(begun, file)


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
    answer = _decoded(text) if text.rstrip().endswith("}") else ""
    return isinstance(answer, dict) and (
        first or bool(answer.keys() & OWN_KEYS) or answer.keys() == ERROR_KEYS
    )


def _over_lines(lines: list[Line], file: str) -> Iterator[Item]:
    """The items of one answer over several lines; where each line begins one, of each."""
    text = "\n".join(text for _, text in lines)
    number = lines[0][0]
    if isinstance(_decoded(text), dict):
        yield from _items(number, text, file)
    elif all(line.startswith("{") for _, line in lines):
        for number, line in lines:
            yield from _items(number, line, file)
    else:
        yield from _items(_faulty(lines, text), text, file)


def _faulty(lines: list[Line], text: str) -> int:
    """The number of the line in which a text ceases to be JSON; of the first where that is not known."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return lines[error.lineno - 1][0]
    except (RecursionError, ValueError):
        pass
    return lines[0][0]


def _decoded(text: str) -> Answer | str:
    """The answer, else why it is none."""
    try:
        return _answer(text)
    except RecursionError:
        return "its brackets are nested deeper than any answer's"
    except msgspec.MsgspecError as error:
        return f"no JSON object ({error})"


def _items(number: int, text: str, file: str) -> Iterator[Item]:
    answer = _decoded(text)
    if isinstance(answer, str):
        yield Problem(file, number, f"{answer}; fetch the answer again")
    elif "status" in answer and not answer.keys() & {"symbol", *OWN_KEYS}:
        reason = "the API answered with an error and no gene; ask it for a symbol that it knows"
        yield Problem(file, number, reason)
    else:
        yield from _Reading(answer, file, number).items()


class _Reading:
    """One answer being read; collects its warnings."""

    def __init__(self, answer: Answer, file: str, line: int) -> None:
        self._answer = answer
        self._file = file
        self._line = line
        self._warnings: list[Problem] = []

    def items(self) -> Iterator[Item]:
        gene_id = self._gene_id()
        symbol = self._one_line("symbol")
        if not symbol and not gene_id:
            reason = "names no gene: no symbol and no ncbiEntrezGeneId; fetch the answer again"
            yield Problem(self._file, self._line, reason)
        else:
            yield self._record(symbol, gene_id)
        yield from self._warnings

    def _record(self, symbol: str, gene_id: tuple[Identifier, ...]) -> GeneRecord:
        proteins = dict.fromkeys(self._list("proteins", _protein))
        entries = dict.fromkeys(entry for entry in proteins if UNIPROT_ENTRY.fullmatch(entry))
        if not all(entry in entries for entry in proteins):
            self._warn("a protein is no UniProt entry name; correct it")
        families = dict.fromkeys(self._list("hgncRootFamilies", _family))
        associations = self._list("associations", _association)
        datasets = dict.fromkeys(str(fact.attributes["dataset"]) for fact in associations)
        described = description_section(self._one_line("description"), PAGE)
        return GeneRecord(
            source=PAGE,
            identifiers=(*gene_id, *(Identifier("uniprot_entry", entry) for entry in entries)),
            names=self._names(symbol),
            sections=(described,) if described else (),
            facts=(
                *(Fact("family", family, FAMILY) for family in families),
                *(Fact("protein", protein, PAGE) for protein in proteins),
                *associations,
            ),
            datasets=tuple(Dataset(name, None, "") for name in datasets),
        )

    def _names(self, symbol: str) -> tuple[Name, ...]:
        names = [Name("symbol", symbol)] if symbol else []
        if name := self._one_line("name"):
            names.append(Name("name", name))
        aliases = dict.fromkeys(self._list("synonyms", _synonym))
        names.extend(Name("alias", alias) for alias in aliases if alias not in ("", symbol))
        return tuple(names)

    def _gene_id(self) -> tuple[Identifier, ...]:
        number = self._value("ncbiEntrezGeneId", _number) or 0
        if 0 < number <= HIGHEST_ID:
            return (Identifier("ncbigene", str(number)),)
        if number:
            self._warn("ncbiEntrezGeneId is no NCBI Gene ID; correct it")
        return ()

    def _one_line(self, key: str) -> str:
        return one_line(self._value(key, _text) or "")

    def _list(self, key: str, read: Callable[[Raw], Value | None]) -> list[Value]:
        """The elements of a list as ``read`` gives them; those it cannot read are counted in a warning."""
        elements = self._value(key, _elements) or []
        found = [value for element in elements if (value := _try(read, element)) is not None]
        if len(found) < len(elements):
            wrong = len(elements) - len(found)
            self._warn(f"{wrong} of {len(elements)} {key} cannot be read and are left out; fetch them again")
        return found

    def _value(self, key: str, decode: Callable[[Raw], Value | None]) -> Value | None:
        raw = self._answer.get(key)
        if raw is None:
            return None
        try:
            return decode(raw)
        except (msgspec.MsgspecError, RecursionError):
            self._warn(f"{key} is not of its type and is left out; fetch the answer again")
            return None

    def _warn(self, reason: str) -> None:
        self._warnings.append(Problem(self._file, self._line, reason, "warning"))


def _try(read: Callable[[Raw], Value | None], element: Raw) -> Value | None:
    try:
        return read(element)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _synonym(raw: Raw) -> str | None:
    return one_line(_text(raw) or "")


def _protein(raw: Raw) -> str | None:
    link = _link(raw)
    return one_line(link.symbol or "") or _addressed(link.href, 1)[0] or None


def _family(raw: Raw) -> str | None:
    link = _link(raw)
    return one_line(link.name or "") or _addressed(link.href, 1)[0] or None


def _association(raw: Raw) -> Fact | None:
    """A gene set is an attribute in a dataset, named ``attribute/dataset``; also its key, since
    several datasets may know an attribute."""
    stated = _stated(raw)
    attribute, _, dataset = map(one_line, (stated.gene_set.name or "").rpartition("/"))
    if not (attribute and dataset):
        attribute, dataset = _addressed(stated.gene_set.href, 2)
    if not (attribute and dataset):
        return None
    attributes: dict[str, AttributeValue] = {"dataset": dataset}
    if stated.threshold_value is not None:
        attributes["threshold"] = stated.threshold_value
    if stated.standardized_value is not None:
        attributes["standardized"] = stated.standardized_value
    return Fact("association", attribute, PAGE, f"{attribute}/{dataset}", attributes)


def _addressed(href: object, parts: int) -> list[str]:
    """The last ``parts`` names of an address of the API, else as many empty ones.

    There ``/`` is written ``$slash$`` and ``+`` ``$plus$``, and then all is URL-encoded.
    """
    found = _ADDRESS.search(href) if isinstance(href, str) else None
    names = found[1].split("/") if found else []
    if len(names) != parts:
        return [""] * parts
    return [one_line(unquote_plus(name).replace("$slash$", "/").replace("$plus$", "+")) for name in names]
