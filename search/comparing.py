"""What each source says of a question about one gene, side by side.

The lines are those that a search for the question would find in the gene, all of them, and by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import numpy as np

from index.fields import BY_NAME, TITLES
from index.records import Provenance
from search.choosing import Answering
from search.comparison import Claim, Comparison, SourceClaims
from search.engines import Listed
from search.finding import find
from search.flags import flagged, rank, trusted
from search.gene import GeneSection
from search.identity import identify
from search.page import Warning
from search.query import parse
from search.reviewing import GeneEvidence
from search.searching import named_by
from search.snapshot import Snapshot
from search.tree import render

_ORDER: dict[Provenance, int] = {"curated": 0, "computed": 1, "ai": 2}
_NO_TEXT = frozenset({"family", TITLES})
"""Fields of prose in which a source says nothing of what the gene does."""
_Source = tuple[str, Provenance, str | None, bool]
"""Whose lines, and whether they are titles of papers."""
_Held = frozenset[int]
_NO_WORDS: _Held = frozenset()


def compare(q: str, doc: int, sections: Iterable[GeneSection], snapshot: Snapshot) -> Comparison:
    """What the sources of a gene, whose sections are given, say of a question."""
    identity = identify(q, snapshot.store, snapshot.papers)
    parsed = parse(identity.asked or q)
    named = named_by(identity, parsed, snapshot)
    text = find(parsed, named.keys(), 1, snapshot, Listed(np.array([doc], np.int32)))
    words = [render(leaf) for leaf in text.leaves]
    # Of what a reviewer gives, each kind of evidence goes with its own kind of lines.
    evidence = cast("GeneEvidence[Answering]", text.reviewer.gene(doc))
    answers = list(evidence.answers) if words else []
    lines = flagged(evidence, answers)
    held = _NO_WORDS.union(*[answer.held for answer in answers])
    by_source: dict[_Source, list[Claim]] = {}
    for answer, line in sorted(zip(answers, lines, strict=True), key=lambda pair: rank(pair[1])):
        claim = Claim(line, tuple([words[position] for position in sorted(answer.held)]), line.only_ai)
        source = line.source, line.provenance, line.date, line.section == TITLES
        by_source.setdefault(source, []).append(claim)
    for source in _telling(sections) if evidence.complete else ():
        by_source.setdefault(source, [])
    by_ai = _NO_WORDS
    if evidence.complete:
        said = [
            a.held
            for a, line in zip(answers, lines, strict=True)
            if rank(line) == 0 and line.provenance == "ai"
        ]
        by_ai = _NO_WORDS.union(*said).difference(evidence.papers, *trusted(evidence))
    return Comparison(
        q=q,
        read_as=parsed.read_as,
        words=tuple(words),
        missing=_of(words, lambda position: position not in held),
        only_ai=_of(words, by_ai.__contains__),
        is_name=doc in named,
        complete=evidence.complete,
        sources=tuple(
            [
                SourceClaims(name, who, date, tuple(claims), titles)
                for (name, who, date, titles), claims in sorted(by_source.items(), key=_place)
            ]
        ),
        warnings=(*parsed.warnings, *map(Warning, text.cut)),
    )


def _place(item: tuple[_Source, list[Claim]]) -> tuple[bool, int]:
    (_, provenance, _, titles), _ = item
    return titles, _ORDER[provenance]


def _telling(sections: Iterable[GeneSection]) -> Iterable[_Source]:
    """The sources that have text of the gene."""
    for section in sections:
        if BY_NAME[section.section].kind == "prose" and section.section not in _NO_TEXT:
            yield section.source, section.provenance, section.date, False


def _of(words: Sequence[str], is_one: Callable[[int], bool]) -> tuple[str, ...]:
    return tuple([word for position, word in enumerate(words) if is_one(position)])
