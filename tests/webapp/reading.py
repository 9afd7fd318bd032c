"""A page as a tree that a test can ask."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"input", "link", "meta", "img", "br"}


class Element:
    def __init__(self, tag: str, attrs: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def walk(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag: str, **attrs: str) -> list[Element]:
        """Elements by tag; ``class_`` is one of the classes."""
        one = attrs.pop("class_", None)
        return [
            element
            for element in self.walk()
            if element.tag == tag
            and all(element.attrs.get(name) == value for name, value in attrs.items())
            and (one is None or one in element.attrs.get("class", "").split())
        ]


class Reader(HTMLParser):
    """A page as a tree; a tag that closes another than the open one is a failure."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self.open = Element("", {}, None)
        self.feed(text)
        self.close()
        assert self.open is self.root, f"<{self.open.tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def page(client: FlaskClient, path: str, status: int = 200, **query: object) -> Element:
    """The page at an address, which must answer ``status``."""
    answer = client.get(path, query_string=query or None)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    return Reader(answer.text).root
