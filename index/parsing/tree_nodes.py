"""Walking a rich-text tree without recursion: it comes from outside, however deep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Node = dict[str, object]
Step = tuple[Literal["enter", "leave"], Node]


def kind(node: Node) -> str:
    """The node's type, empty where it has none."""
    value = node.get("type")
    return value if isinstance(value, str) else ""


def children(node: Node) -> list[object]:
    value = node.get("children")
    return value if isinstance(value, list) else []


def walk(root: Node, *, into_references: bool = True) -> Iterator[Step]:
    """Each node on the way in and on the way out, in the order of the text.

    A child that is a bare string is taken as a ``t`` node; any other that is no object is
    passed as an ``enter`` of a node without a type.
    """
    stack: list[Step] = [("enter", root)]
    while stack:
        step = stack.pop()
        yield step
        way, node = step
        if way == "leave" or (kind(node) == "rg" and not into_references):
            continue
        stack.append(("leave", node))
        stack.extend(("enter", _as_node(child)) for child in reversed(children(node)))


def _as_node(child: object) -> Node:
    if isinstance(child, dict):
        return child
    return {"type": "t", "text": child} if isinstance(child, str) else {}


def text_of(node: Node) -> str:
    """All text below a node, joined as it stands."""
    texts = (inner.get("text") for way, inner in walk(node) if way == "enter")
    return "".join(text for text in texts if isinstance(text, str))


def number(value: object) -> int | None:
    """A reference's number, which is a string here and a number there."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 1_000_000_000 else None
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return int(value)
    return None
