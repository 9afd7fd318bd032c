"""What is said of evidence behind which there is no paper, or nobody but a language model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from index.fields import TITLES
from index.records import Provenance
from search.page import Highlight
from search.reviewing import GeneEvidence, One

CALLED = frozenset({"symbol", "previous_symbol", "alias", "name", "other_name"})
"""Fields of names."""
NAMES = CALLED | {"identifier", "dataset"}
"""Fields that call the gene something and claim nothing of it."""
_NO_CLAIMS = NAMES | {TITLES}
_Held = frozenset[int]
_NO_WORDS: _Held = frozenset()


def is_uncited(section: str, provenance: Provenance, cited: bool) -> bool:
    """Whether a claim has only a language model's word for it."""
    return provenance == "ai" and not cited and section not in NAMES


def uncited(highlights: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """The same lines, each that cites no paper though it should saying so."""
    return tuple(
        [
            replace(one, uncited=True) if is_uncited(one.section, one.provenance, bool(one.refs)) else one
            for one in highlights
        ]
    )


def flagged(evidence: GeneEvidence[One], lines: Sequence[One]) -> tuple[Highlight, ...]:
    """Some of a gene's lines as they are shown, with all that is doubtful in them."""
    shown = uncited(evidence.highlights(lines))
    if not evidence.complete:
        return shown
    claims = {
        place: line.held - evidence.papers
        for place, (line, one) in enumerate(zip(lines, shown, strict=True))
        if one.provenance == "ai" and rank(one) == 0 and not line.held <= evidence.papers
    }
    only = _unsupported(evidence, claims) if claims else frozenset[int]()
    return tuple([replace(one, only_ai=True) if place in only else one for place, one in enumerate(shown)])


def telling_first(highlights: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """Lines about the gene, then those about another, then those that only say that nothing is known."""
    return tuple(sorted(highlights, key=rank))


def rank(line: Highlight) -> int:
    return 2 if line.says_nothing else int(line.about is not None)


def is_only_ai(highlights: Iterable[Highlight]) -> bool:
    """Whether the first of a gene's lines that is more than a name or a title is only AI-written."""
    return next((one.only_ai for one in highlights if one.section not in _NO_CLAIMS), False)


def trusted(evidence: GeneEvidence[One]) -> Iterator[_Held]:
    """The words that each line holds in which a curator or a program says something of the gene.

    No paper's title does: it stands there because something else cites the paper, mostly the very sentence
    that is in doubt.
    """
    for answer in evidence.answers:
        if evidence.says(answer) != "ai" and not answer.says_nothing and answer.field != TITLES:
            yield answer.held


def _unsupported(evidence: GeneEvidence[One], claims: dict[int, _Held]) -> frozenset[int]:
    """Of the words that AI-written lines hold, by the places of these, those that no line of others holds
    together, words by which the gene is called left out.

    Support is mostly among the first lines, so it is looked for before names are.
    """
    doubted = dict(claims)
    others: set[_Held] = set()
    for held in trusted(evidence):
        if held not in others:
            others.add(held)
            doubted = {place: claim for place, claim in doubted.items() if not claim <= held}
            if not doubted:
                return frozenset()
    own = _own_names(evidence)
    without = {place: claim - own for place, claim in doubted.items()}
    return frozenset(
        [place for place, claim in without.items() if claim and not any(claim <= held for held in others)]
    )


def _own_names(evidence: GeneEvidence[One]) -> _Held:
    """The words of the query that are a name of the gene, as a whole."""
    names = [answer for answer in evidence.answers if answer.field in CALLED]
    return _NO_WORDS.union(
        *[
            answer.held
            for answer, line in zip(names, evidence.highlights(names), strict=True)
            if _is_covered(line)
        ]
    )


def _is_covered(line: Highlight) -> bool:
    """Whether words of the query are all that a line says."""
    said = [place for place, char in enumerate(line.sentence) if char.isalnum()]
    return all(any(start <= place < end for start, end in line.spans) for place in said)
