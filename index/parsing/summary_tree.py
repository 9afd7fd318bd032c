"""A Harmonizome summary: a JSON tree to sentences, each with what supports it.

Nodes: root, p, t (text), b, i, a, f and fg (a citation, a group of them) holding fg_f
(one reference) or fg_fs (a range), rg (the reference list) holding r.

What a citation supports follows from where it stands.  Inside a sentence it belongs to
that sentence.  After a full stop it belongs to the sentence before; and as it closes a
run of sentences, the uncited ones before that, back to the previous citation in the
paragraph, get it too, as ``passage``.  A citation just before the full stop closes in
the same way; one with words of its sentence still to come does not, as it speaks of
what stands next to it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from index import sentences
from index.parsing import summary_references
from index.parsing.plain_text import one_line, squeeze
from index.parsing.tree_nodes import Node, kind, number, walk
from index.records import Citation, Reference, Sentence

Piece = str | tuple[int, ...]
"""Text, or the numbers of the references cited at this place."""

_KNOWN = frozenset({"root", "p", "t", "b", "i", "a", "f", "fg", "fg_f", "fg_fs", "rg", "r"})
_CITING = frozenset({"f", "fg", "fg_f", "fg_fs"})
_CUT_LABEL = re.compile(r"\(\s*PMIDs?\s*:?\s*$", re.IGNORECASE)
_LABEL_WITHIN = 40
_WIDEST_RANGE = 100
"""References that one citation can name: a bound on what a hostile page makes us keep."""
_MOST_WARNINGS = 20
_SEPARATOR = re.compile(r"[\s,;\-–—\[\]()]*")


class Summary(Struct, frozen=True):
    text: str
    sentences: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    warnings: tuple[str, ...]
    """Each once, without the text of the input."""


def read(raw: str) -> Summary:
    """The summary of a page's Summary row; never raises.

    Bad JSON, or JSON nested too deep to be read, is kept as the text it is.
    """
    try:
        root = json.loads(raw)
    except ValueError:
        return _as_text(raw, "the summary is no valid JSON and is kept as plain text; save the page again")
    except RecursionError:
        return _as_text(raw, "the summary is nested too deep and is kept as plain text; save the page again")
    if isinstance(root, str):
        return _as_text(root, "the summary is plain text, without references")
    if not isinstance(root, dict):
        return _as_text(raw, "the summary is no tree and is kept as plain text; save the page again")
    return _from_tree(root)


def _as_text(raw: str, warning: str) -> Summary:
    text = one_line(raw)
    found = tuple(Sentence(start, end) for start, end in sentences.split(text))
    return Summary(text, found, (), (warning,))


def _from_tree(root: Node) -> Summary:
    warnings: dict[str, None] = {}

    def warn(text: str) -> None:
        if len(warnings) < _MOST_WARNINGS:
            warnings.setdefault(text)

    references = summary_references.read(root, warn)
    listed = sorted(reference.n for reference in references)
    texts: list[str] = []
    done: list[Sentence] = []
    offset = 0
    for pieces in _with_text(_paragraphs(root, listed, warn)):
        text, marks = _flat(_mended(pieces))
        if not text:
            continue
        done.extend(_cited(text, marks, offset))
        texts.append(text)
        offset += len(text) + 2
    return Summary("\n\n".join(texts), tuple(done), references, tuple(warnings))


def _with_text(paragraphs: list[list[Piece]]) -> list[list[Piece]]:
    """The paragraphs that hold text; a citation that stands alone goes to the one before."""
    kept: list[list[Piece]] = []
    for pieces in paragraphs:
        if any(isinstance(piece, str) and one_line(piece) for piece in pieces):
            kept.append([piece for piece in pieces if piece])
        elif kept:
            kept[-1].extend(piece for piece in pieces if not isinstance(piece, str) and piece)
    return kept


def _paragraphs(root: Node, listed: list[int], warn: Callable[[str], None]) -> list[list[Piece]]:
    """The pieces of each paragraph; a p inside a p parts the outer one in two."""
    paragraphs: list[list[Piece]] = [[]]
    groups = 0
    for way, node in walk(root, into_references=False):
        name = kind(node)
        if name == "p":
            paragraphs.append([])
        elif name in {"f", "fg"}:
            groups += 1 if way == "enter" else -1
        elif name not in _KNOWN:
            warn("a node of an unknown type is read as text")
            paragraphs[-1].append(" ")
        if way == "leave":
            continue
        text = node.get("text")
        if isinstance(text, str) and not (groups and _SEPARATOR.fullmatch(text)):
            paragraphs[-1].append(text)
        if name in _CITING:
            paragraphs[-1].append(_numbers(node, listed, warn))
    return paragraphs


def _numbers(node: Node, listed: list[int], warn: Callable[[str], None]) -> tuple[int, ...]:
    """The listed references that a citing node names; the list bounds a range's length."""
    if "start_ref" in node or "end_ref" in node:
        start, end = number(node.get("start_ref")), number(node.get("end_ref"))
        if start is None or end is None:
            warn("a citation of a range has no number and is left out")
            return ()
        start, end = min(start, end), max(start, end)
        within = tuple(listed[bisect_left(listed, start) : bisect_right(listed, end)][:_WIDEST_RANGE])
        if len(within) <= end - start:
            warn("a citation of a range is wider than the reference list and is cut to it")
        return within
    if "ref" not in node:
        return ()
    n = number(node["ref"])
    if n is None:
        warn("a citation has no number and is left out")
    elif bisect_left(listed, n) == bisect_right(listed, n):
        warn(f"a citation of reference {n}, which is not in the list, is left out")
    else:
        return (n,)
    return ()


def _mended(pieces: list[Piece]) -> list[Piece]:
    """The pieces without a ``(PMID:`` that was cut off before its number.

    Summaries hold ``the abstract (PMID:`` + citation + ``does not …``: the number and the
    bracket went when the citation was made.  What is left of the label goes too, so that
    the sentence reads as it was meant; the citation keeps its place.
    """
    mended = list(pieces)
    for place, piece in enumerate(pieces):
        tail = piece[-_LABEL_WITHIN:]
        label = _CUT_LABEL.search(tail) if isinstance(tail, str) else None
        if label is None:
            continue
        after = next((i for i in range(place + 1, len(pieces)) if isinstance(pieces[i], str)), None)
        if after == place + 1 or place + 1 == len(pieces):
            continue
        follows = str(mended[after]) if after is not None else ""
        if re.match(r"\s*[0-9]", follows):
            continue
        mended[place] = piece[: len(piece) - len(tail) + label.start()]
        if after is not None:
            mended[after] = re.sub(r"^\s*\)", "", follows, count=1)
    return mended


def _flat(pieces: list[Piece]) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """A paragraph's text on one line, and (offset, numbers) of each citation in it.

    Where a citation stood between two words without a blank, one is put in.
    """
    parts: list[str] = []
    marks: list[tuple[int, tuple[int, ...]]] = []
    length = 0
    last = " "
    cited = False
    for piece in pieces:
        if not isinstance(piece, str):
            cited = True
            marks.append((length, piece))
            continue
        text = squeeze(piece)
        if last == " ":
            text = text.removeprefix(" ")
        elif cited and (text[:1].isalnum() or text[:1] in {"(", "[", "“"}):
            text = " " + text
        if text:
            parts.append(text)
            length += len(text)
            last = text[-1]
            cited = False
    text = "".join(parts).rstrip(" ")
    return text, [(min(place, len(text)), numbers) for place, numbers in marks if numbers]


def _cited(text: str, marks: list[tuple[int, tuple[int, ...]]], offset: int) -> list[Sentence]:
    """A paragraph's sentences with their citations, offsets counted from ``offset``."""
    bounds = sentences.split(text)
    direct: dict[int, list[Citation]] = {}
    closing: dict[int, list[Citation]] = {}
    index = 0
    for place, numbers in marks:
        while index + 1 < len(bounds) and bounds[index + 1][0] < place:
            index += 1
        direct.setdefault(index, []).extend(Citation(n) for n in numbers)
        if not re.search(r"\w", text[place : bounds[index][1]]):
            closing.setdefault(index, []).extend(Citation(n, "passage") for n in numbers)
    found = [
        Sentence(offset + start, offset + end, _each_once(direct.get(i, ())))
        for i, (start, end) in enumerate(bounds)
    ]
    return _with_passages(found, closing)


def _each_once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citations))


def _with_passages(found: list[Sentence], closing: Mapping[int, list[Citation]]) -> list[Sentence]:
    run = 0
    for index, sentence in enumerate(found):
        if not sentence.citations:
            continue
        passage = _each_once(closing.get(index, ()))
        found[run:index] = [Sentence(before.start, before.end, passage) for before in found[run:index]]
        run = index + 1
    return found
