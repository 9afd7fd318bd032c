"""The Gene Ontology's terms, in OBO.

Format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html .  A stanza ``[Term]`` holds
lines ``tag: value``; a backslash escapes a character, ``! …`` after an identifier is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.parsing import tables
from index.parsing.reading import read_lines
from index.records import GoTerm, Item, Problem

ASPECTS = frozenset({"biological_process", "molecular_function", "cellular_component"})
TERM = "[Term]"
OTHER_STANZAS = frozenset({"[Typedef]", "[Instance]"})
OTHER_TAGS = (
    frozenset({"is_anonymous", "def", "comment", "subset", "xref", "builtin", "property_value"})
    | {"intersection_of", "union_of", "equivalent_to", "disjoint_from", "replaced_by", "consider"}
    | {"created_by", "creation_date", "use_term", "xref_analog", "xref_unk", "xref_unknown"}
    | {"exact_synonym", "narrow_synonym", "broad_synonym", "related_synonym"}
)
"""The tags of a term that are passed over, those of older versions of the format too."""
ROOT = "all "
"""Some releases put the three roots under a term ``all`` that the ontology does not hold."""

_GO = re.compile(r"^(?:ontology: go\b|id: GO:\d)", re.MULTILINE)
_RELEASE = re.compile(r"^data-version:.*?(\d{4}-\d\d-\d\d)", re.MULTILINE)
_GO_ID = re.compile(r"(GO:\d{7})(?:[ \t].*)?", re.ASCII)
_SYNONYM = re.compile(
    r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"[^\[]*+\[[^\]\\]*+(?:\\.[^\]\\]*+)*+\] *(?:\{.*\} *)?(?:!.*)?'
)
_ESCAPE = re.compile(r"\\(.)")
_SPACES = {"n": " ", "t": " ", "W": " "}
"""Escapes that stand for white space; any other stands for its character."""


def claims(head: str) -> bool:
    """Whether the text is OBO and of the Gene Ontology."""
    lines = head.removeprefix("\ufeff").split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith(tables.PREAMBLE)), "")
    return first.startswith("format-version:") and _GO.search(head) is not None


def edition(head: str) -> str:
    """The date of ``## edition:``, else of ``data-version: releases/2022-07-01``."""
    if stated := tables.edition(head):
        return stated
    found = _RELEASE.search(head)
    return found[1] if found else ""


def parse(stream: BinaryIO, file: str) -> Iterator[Item]:
    """A term for each stanza ``[Term]``, obsolete ones too."""
    stanza: _Stanza | None = None
    begun = False
    for line in read_lines(stream, file):
        if isinstance(line, Problem):
            yield line
            continue
        number, text = line
        if text.startswith("["):
            if stanza:
                yield stanza.item(file)
            begun = True
            kind = text.strip()
            stanza = _Stanza(number) if kind == TERM else None
            if kind != TERM and kind not in OTHER_STANZAS:
                yield Problem(file, number, "a stanza of no known kind; restore the line from its source")
        elif stanza:
            tag, _, value = text.partition(": ")
            if text and tag not in OTHER_TAGS and (reason := stanza.read(tag, value)):
                yield Problem(file, number, f"{reason}; restore the line from its source")
        elif not begun and text.startswith("id:"):
            yield Problem(file, number, f"an id outside of a stanza; restore the line {TERM} above it")
    if stanza:
        yield stanza.item(file)
    if not begun:
        yield Problem(file, None, "holds no term; fetch the file again")


class _Stanza:
    """The lines of one term."""

    __slots__ = (
        "alt_ids",
        "ended",
        "id",
        "is_a",
        "line",
        "name",
        "namespace",
        "obsolete",
        "part_of",
        "synonyms",
    )

    def __init__(self, line: int) -> None:
        self.line = line
        self.id = self.name = self.namespace = ""
        self.synonyms: list[str] = []
        self.is_a: list[str] = []
        self.part_of: list[str] = []
        self.alt_ids: list[str] = []
        self.obsolete = False
        self.ended = False

    def read(self, tag: str, value: str) -> str | None:
        """Take in a line that is not passed over; the reason when it cannot be read."""
        if self.ended:
            return None
        if tag == "synonym":
            return self._read_synonym(value)
        if tag == "is_a":
            return None if value.startswith(ROOT) else _add_id(self.is_a, value)
        if tag == "relationship":
            relation, _, target = value.partition(" ")
            return _add_id(self.part_of, target) if relation == "part_of" else None
        if tag == "alt_id":
            return _add_id(self.alt_ids, value)
        if tag == "id":
            return self._read_id(value)
        if tag == "name":
            self.name = _unescaped(value)
        elif tag == "namespace":
            self.namespace = value.strip()
        elif tag == "is_obsolete":
            self.obsolete = value.startswith("true")
        elif not tag.startswith("!"):
            return "a tag that the format does not know"
        return None

    def item(self, file: str) -> GoTerm | Problem:
        if not (self.id and self.name and self.namespace in ASPECTS):
            reason = "a term without a GO id, a name or one of GO's three namespaces"
            return Problem(file, self.line, f"{reason}; restore the stanza from its source")
        return GoTerm(
            id=self.id,
            name=self.name,
            aspect=self.namespace,
            synonyms=tuple(self.synonyms),
            is_a=tuple(self.is_a),
            part_of=tuple(self.part_of),
            alt_ids=tuple(self.alt_ids),
            obsolete=self.obsolete,
        )

    def _read_synonym(self, value: str) -> str | None:
        synonym = _SYNONYM.fullmatch(value)
        if synonym is None:
            return 'a synonym that is not of the form "text" EXACT []'
        self.synonyms.append(_unescaped(synonym[1]))
        return None

    def _read_id(self, value: str) -> str | None:
        if self.id:
            # The line [Term] before it was lost: what follows belongs to another term.
            self.ended = True
            return "a second id in one stanza"
        found: list[str] = []
        reason = _add_id(found, value)
        self.id = found[0] if found else ""
        return reason


def _add_id(ids: list[str], value: str) -> str | None:
    found = _GO_ID.fullmatch(value)
    if found is None:
        return "an identifier that is not of the form GO:0008270"
    ids.append(found[1])
    return None


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value.strip()
    return _ESCAPE.sub(lambda escape: _SPACES.get(escape[1], escape[1]), value).strip()
