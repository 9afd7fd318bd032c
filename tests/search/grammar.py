"""A grammar in ISO EBNF, read from the page that publishes it, and strings drawn from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import NamedTuple

_TOKEN = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|\?([^?]*)\?|(\d+)\s*\*|(\w+)|([=;|,\[\](){}-]))""")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_ATTEMPTS = 50


class _Token(NamedTuple):
    kind: str
    """One of text, special, times, name, sign."""
    text: str


Drawing = Callable[[Random, int], str]
"""Draws a string; of nothing more than it must be when the number is 0."""


class Grammar:
    """The rules of a text, each ``name = … ;``.

    ``special`` are what stands between question marks; ``nesting`` the rules that lead back to themselves.
    """

    def __init__(
        self, text: str, special: Mapping[str, Callable[[Random], str]], nesting: Iterable[str]
    ) -> None:
        self._special = special
        self._nesting = frozenset(nesting)
        self._tokens: list[_Token] = []
        self._read(text)
        self._at = 0
        self.rules: dict[str, Drawing] = {}
        while self._at < len(self._tokens):
            name = self._take("name")
            self._sign("=")
            self.rules[name] = self._alternatives()
            self._sign(";")

    def draw(self, rule: str, rng: Random, depth: int = 3) -> str:
        return self.rules[rule](rng, depth)

    def _read(self, text: str) -> None:
        place, text = 0, text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            assert found, f"no EBNF: {text[place : place + 40]!r}"
            for kind, part in zip(
                ("text", "text", "special", "times", "name", "sign"), found.groups(), strict=True
            ):
                if part is not None:
                    self._tokens.append(_Token(kind, part.strip() if kind == "special" else part))
            place = found.end()

    def _peek(self, sign: str) -> bool:
        return self._tokens[self._at] == _Token("sign", sign)

    def _sign(self, sign: str) -> None:
        assert self._peek(sign), f"{sign} expected, not {self._tokens[self._at]}"
        self._at += 1

    def _take(self, kind: str) -> str:
        token = self._tokens[self._at]
        assert token.kind == kind, f"{kind} expected, not {token}"
        self._at += 1
        return token.text

    def _alternatives(self) -> Drawing:
        every: list[Drawing] = []
        flat: list[Drawing] = []
        while not every or self._peek("|"):
            self._at += bool(every)
            begin = self._at
            every.append(self._sequence())
            if not self._nesting & {
                token.text for token in self._tokens[begin : self._at] if token.kind == "name"
            }:
                flat.append(every[-1])
        return lambda rng, depth: rng.choice(every if depth > 0 or not flat else flat)(rng, depth)

    def _sequence(self) -> Drawing:
        parts = [self._factor()]
        while self._peek(","):
            self._at += 1
            parts.append(self._factor())
        return lambda rng, depth: "".join(part(rng, depth) for part in parts)

    def _factor(self) -> Drawing:
        """A primary; without what an exception says."""
        primary = self._primary()
        if not self._peek("-"):
            return primary
        self._at += 1
        without = self._take("name")

        def other(rng: Random, depth: int) -> str:
            excluded = {self.draw(without, Random(seed)) for seed in range(_ATTEMPTS)}  # noqa: S311
            return next(text for text in iter(lambda: primary(rng, depth), None) if text not in excluded)

        return other

    def _primary(self) -> Drawing:
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "times":
            times, repeated = int(token.text), self._primary()
            return lambda rng, depth: "".join(repeated(rng, depth) for _ in range(times))
        if token.kind == "text":
            return lambda rng, depth: token.text
        if token.kind == "special":
            special = self._special[token.text]
            return lambda rng, depth: special(rng)
        if token.kind == "name":
            less = token.text in self._nesting
            return lambda rng, depth: self.rules[token.text](rng, depth - less)
        inside = self._alternatives()
        self._sign(_CLOSING[token.text])
        if token.text == "(":
            return inside
        most = 1 if token.text == "[" else 3
        return lambda rng, depth: "".join(
            inside(rng, depth) for _ in range(rng.randint(0, most if depth > 0 else 0))
        )
