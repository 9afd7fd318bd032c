"""The reference list of a Harmonizome summary: ``rg`` nodes to References.

An ``r`` holds the authors as text, the title in ``b``, journal and year in ``i``, then
the labels ``DOI:`` and ``PMID:``, each followed by an ``a``.  The visible text is taken
and checked; an address behind it is not trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.parsing.plain_text import one_line
from index.parsing.tree_nodes import Node, children, kind, number, text_of, walk
from index.records import Reference

Warn = Callable[[str], None]

PMID = re.compile(r"[1-9][0-9]{0,7}")
DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_JOURNAL_AND_YEAR = re.compile(r"(.*?) ?\(([0-9]{4})\)\.?", re.DOTALL)
_LABEL = re.compile(r"\b(DOI|PMID)\s*:\s*$", re.IGNORECASE)


def read(root: Node, warn: Warn) -> tuple[Reference, ...]:
    """The list's references in its order; a number given twice is the first one's."""
    found: dict[int, Reference] = {}
    for way, node in walk(root):
        if way != "enter" or kind(node) != "r":
            continue
        n = number(node.get("ref"))
        if n is None:
            warn("a reference has no number and is left out; give it one in the list")
        elif n in found:
            warn(f"reference {n} is in the list twice, the first stands; number the list anew")
        else:
            found[n] = _reference(n, node, warn)
    return tuple(found.values())


def _reference(n: int, node: Node, warn: Warn) -> Reference:
    authors: list[str] = []
    parts: dict[str, str] = {}
    label = ""
    for child in children(node):
        inner = child if isinstance(child, dict) else {"type": "t", "text": child}
        text = one_line(text_of(inner))
        match kind(inner):
            case "b":
                parts.setdefault("title", text)
            case "i":
                parts.setdefault("place", text)
            case "a" if label:
                parts.setdefault(label, text)
                label = ""
            case _:
                labelled = _LABEL.search(text)
                label = labelled[1].lower() if labelled else label
                if not parts and not label:
                    authors.append(text)
    journal, year = _place(parts.get("place", ""))
    return Reference(
        n,
        authors=one_line(" ".join(authors)) or None,
        title=parts.get("title") or None,
        journal=journal,
        year=year,
        doi=_valid(parts.get("doi"), DOI, f"the DOI of reference {n} is none", warn),
        pmid=_valid(parts.get("pmid"), PMID, f"the PMID of reference {n} is none", warn),
    )


def _place(text: str) -> tuple[str | None, int | None]:
    match = _JOURNAL_AND_YEAR.fullmatch(text)
    if match is None:
        return text or None, None
    return match[1] or None, int(match[2])


def _valid(value: str | None, pattern: re.Pattern[str], complaint: str, warn: Warn) -> str | None:
    if not value or pattern.fullmatch(value):
        return value or None
    warn(f"{complaint} and is left out; correct it in the list")
    return None
