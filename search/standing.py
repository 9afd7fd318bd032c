"""Where the words of a query stand in lines, from the places of words in texts, for many lines at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.columnar import FIELD_SHIFT
from index.columns import members
from search.marks import Form, Forms, Marked
from search.spans import Span, as_typed

Places = NDArray[np.int64]


class Line(Protocol):
    """A line with what it holds of the query."""

    @property
    def line(self) -> int:
        """Its number."""

    @property
    def code(self) -> int: ...

    @property
    def mark(self) -> int: ...

    @property
    def text(self) -> str: ...


def spans_of(marked: Marked, lines: Sequence[Line]) -> list[list[Span]]:
    """Of each line where the words of its mark stand in it, in code points; in any order."""
    found: list[list[Span]] = [[] for _ in lines]
    index = marked.index
    texts = index.line_texts.take([line.line for line in lines])
    at, lengths = members(index.text_tokens.starts, texts)
    codes = [line.code for line in lines]
    forms_of = {code: marked.forms(code >> FIELD_SHIFT) for code in set(codes)}
    forms = [forms_of[code] for code in codes]
    standing = _standing(marked, forms, index.tokens.take(at))
    if not standing:
        return found
    met = np.concatenate([places for _, _, places in standing])
    ends = lengths.cumsum()
    owners = ends.searchsorted(met, "right")
    first = last = at.take(met)
    within = None
    if any(len(form.words) > 1 for _, form, _ in standing):
        more = np.repeat(
            [len(form.words) - 1 for _, form, _ in standing], [len(some) for *_, some in standing]
        )
        last = first + more
        within = (met + more < ends.take(owners)).tolist()
    told = zip(
        owners.tolist(),
        index.token_begins.take(first).tolist(),
        index.token_ends.take(last).tolist(),
        strict=True,
    )
    place = -1
    for kind, form, places in standing:
        bit, whole = form.bit, form.whole
        for owner, begin, end in islice(told, len(places)):
            place += 1
            line = lines[owner]
            if line.mark & bit and forms[owner] is kind and (within is None or within[place]):
                span = begin, end
                found[owner].append(span if whole else as_typed(span, line.text, form.leaf))
    return found


def _standing(
    marked: Marked, forms: Sequence[Forms], words: NDArray[np.uint32]
) -> list[tuple[Forms, Form, Places]]:
    """Where the forms of any of some kinds of lines begin among words."""
    found = []
    stems = None
    for kind in {id(kind): kind for kind in forms}.values():
        found += [(kind, form, _begins(form.words, words)) for form in kind.surfaces]
        if kind.stems:
            stems = marked.index.word_stems.take(words) if stems is None else stems
            found += [(kind, form, _begins(form.words, stems)) for form in kind.stems]
    return [one for one in found if len(one[2])]


def _begins(form: Sequence[int], words: NDArray[np.uint32]) -> Places:
    """Where words stand in a row."""
    places: Places = (words == form[0]).nonzero()[0]
    for behind, word in enumerate(form[1:], 1):
        places = places[places + behind < len(words)]
        places = places[words[places + behind] == word]
    return places
