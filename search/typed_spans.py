"""Which part of a suggestion is what was typed."""

from __future__ import annotations

from collections.abc import Iterable

from index.analysis import fold_spelling, terms, tokenize


def typed_spans(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the words that were typed stand, each once; else the beginning that is spelt alike."""
    if text[: len(typed)].lower() == typed.lower():
        return [(0, len(typed.rstrip()))]
    tokens = tokenize(text)
    spans = []
    for word in dict.fromkeys(terms(typed)):
        for token in tokens:
            if token.term.startswith(word):
                whole = token.end - token.start != len(token.term)
                spans.append((token.start, token.end if whole else token.start + len(word)))
                break
        else:
            return _spelt_alike(text, fold_spelling(typed))
    return _joined(spans)


def _spelt_alike(text: str, folded: str) -> list[tuple[int, int]]:
    for token in (tokens := tokenize(text)):
        left = folded
        if not left or not (token.term.startswith(left) or left.startswith(token.term)):
            continue
        for after in tokens[tokens.index(token) :]:
            if not left.startswith(after.term):
                part = after.start + len(left) if after.end - after.start == len(after.term) else after.end
                return [(token.start, part)] if after.term.startswith(left) else []
            left = left[len(after.term) :]
            if not left:
                return [(token.start, after.end)]
    return []


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
