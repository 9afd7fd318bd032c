"""Why a gene is in an answer, and why where it is, in words: the same for page, API and terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.fields import ASIDES, BY_NAME, TITLES
from index.ontology import Ontology
from search.asked_papers import IN_REFERENCES
from search.choosing import Answering, only_says_nothing
from search.finding import Text
from search.naming_in import NamedGene
from search.page import Explanation, Highlight, Hit, Match, ScorePart
from search.ranking import CONCEPT, Parts
from search.tree import LINE, render

_BY_WORDS = ("text", "")
_NO_WORDS = frozenset({LINE, *IN_REFERENCES})
"""Fields of leaves that are no words."""
_ALMOST = 0.999
"""Scores are of 64 bits, sums of them not always the same."""


def match_of(
    text: Text, best: Answering | None, read_as: str, held: frozenset[int], naming: NamedGene | None
) -> Match:
    """Why a gene that the query as a whole does not name is in the answer; ``held`` are the positions of the
    words that it holds, ``best`` is the strongest line that may be shown, ``naming`` how it is named."""
    told = _held(text, best, held) or "meets what the query asks for"
    if naming is not None:
        own = naming.gene.match
        return Match(own.kind, own.field, own.value, f"{own.reason}, in the query; {told}")
    return Match("text", best.field if best is not None else "", read_as, told)


def explanation(
    hit: Hit, text: Text, doc: int, ontology: Ontology, best: Answering | None, held: frozenset[int]
) -> Explanation:
    """What a hit's place comes from; the scores of the parts add up to the hit's."""
    parts = _parts(hit, text, doc, ontology, best, held)
    if doc not in text.inside and hit.match.kind not in _BY_WORDS:
        rest = hit.score - sum(part.score or 0.0 for part in parts)
        parts.insert(0, ScorePart("identity", hit.match.reason, _rounded(rest)))
    return Explanation(_summary(hit, text, doc, best, held), tuple(parts))


def _parts(
    hit: Hit, text: Text, doc: int, ontology: Ontology, best: Answering | None, held: frozenset[int]
) -> list[ScorePart]:
    """All but that of a name that the whole query is."""
    ranked = text.ranked.parts
    place = _place(ranked, doc)
    if ranked is None or place is None:
        return [ScorePart("words", _words(text, doc, held), None)] if _asked(text) else []
    papers = int(text.reviewer.papers(np.array([doc], np.int32))[0])
    said = _words(text, doc, held) + (f"; {papers:,} paper{'' if papers == 1 else 's'}" if papers else "")
    parts = [ScorePart("words", said, _rounded(ranked.text[place]))]
    if ranked.concept[place] > 0:
        concept = _concept(text, ontology, doc, float(ranked.concept[place]))
        parts.append(ScorePart("concept", concept, _rounded(ranked.concept[place])))
    if ranked.passage[place] > 0:
        parts.append(ScorePart("sentence", _sentence(hit, text, best), _rounded(ranked.passage[place])))
    if ranked.shared[place] > 0:
        said = "has papers in common with the best genes of this answer"
        parts.append(ScorePart("shared papers", said, _rounded(ranked.shared[place])))
    if ranked.named[place] > 0 and (naming := text.inside.get(doc)):
        parts.append(ScorePart("named", _named(naming), _rounded(ranked.named[place])))
    return parts


def _summary(hit: Hit, text: Text, doc: int, best: Answering | None, held: frozenset[int]) -> str:
    """``exact alias; 3 of 3 words in one RefSeq sentence``"""
    told = [] if hit.match.kind in _BY_WORDS else [hit.match.reason]
    if _asked(text) and best is not None:
        told.append(_sentence(hit, text, best))
    elif _asked(text):
        told.append(_words(text, doc, held))
    return "; ".join(told) or hit.match.reason


def _asked(text: Text) -> frozenset[int]:
    """The positions of the query's words; a paper is none, nor what stands for a condition alone."""
    return frozenset([place for place, leaf in enumerate(text.leaves) if leaf.fieldname not in _NO_WORDS])


def _held(text: Text, best: Answering | None, held: frozenset[int]) -> str:
    """How many of the query's words a gene holds, and how close together, and which of its papers it has."""
    asked = _asked(text)
    told = [_together(len(asked), len(held & asked), best, asked)] if held & asked else []
    papers = [
        render(leaf)
        for place, leaf in enumerate(text.leaves)
        if leaf.fieldname in IN_REFERENCES and place in held
    ]
    return "; ".join(told + [f"has the paper {paper}" for paper in papers])


def _together(words: int, held: int, best: Answering | None, asked: frozenset[int]) -> str:
    told = f"{held} of {words} words"
    if best is None:
        return told
    together = len(best.held & asked)
    if words == together:
        return {1: "", 2: "both words together "}.get(words, f"all {words} words together ") + _where(best)
    return f"{told}, {together} of them together {_where(best)}" if together > 1 else told


def _where(best: Answering) -> str:
    if best.field == ASIDES:
        return "in a sentence about another gene"
    if best.field == TITLES:
        return "in a paper's title"
    silent = ", where it says that nothing is known" if best.says_nothing else ""
    return f"in {BY_NAME[best.field].title}{silent}"


def _words(text: Text, doc: int, held: frozenset[int]) -> str:
    asked, missing = _asked(text), text.missing(doc)
    without = f", without {', '.join(missing)}" if missing else ""
    return f"{len(held & asked)} of {len(asked)} words{without}" if asked else "no words"


def _sentence(hit: Hit, text: Text, best: Answering | None) -> str:
    if best is None:
        return "no sentence holds a word"
    shown = _shown(hit.highlights, best)
    what = "sentence" if BY_NAME[best.field].kind == "prose" and best.field != "go" else "statement"
    if best.field == TITLES:
        what = "paper's title"
    by = f"{shown.source} {what}" if shown is not None else what
    if shown is not None and shown.about is not None:
        by += f" about {shown.about.symbol}"
    elif only_says_nothing(best.field, best.says_nothing):
        by += " that says that nothing is known"
    cited = " with a paper" if best.cited and best.field != TITLES else ""
    asked = _asked(text)
    if together := len(best.held & asked):
        return f"{together} of {len(asked)} words in one {by}{cited}"
    if any(text.leaves[place].fieldname in IN_REFERENCES for place in best.held):
        return f"the paper is cited in one {by}"
    return f"meets the conditions: one {by}{cited}"


def _shown(highlights: Sequence[Highlight], best: Answering) -> Highlight | None:
    said = best.text
    return next((one for one in highlights if one.sentence == said and one.section == best.field), None)


def _concept(text: Text, ontology: Ontology, doc: int, score: float) -> str:
    """The strongest concept that a gene is under, unless its own name says more of the query."""
    for concept in text.ranked.concepts:
        if CONCEPT * text.reviewer.total * concept.strength < score * _ALMOST:
            break
        if doc in ontology.members(np.array([concept.term])):
            name = ontology.text(concept.label)
            return f"annotated at or under “{name}” ({ontology.go_id(concept.term)})"
    return "has all words in one of its full names"


def _named(naming: NamedGene) -> str:
    share = "" if naming.weight > 0.99 else f", shared with other genes ({naming.weight:.0%})"
    return f"named in the query as {naming.gene.match.value}{share}"


def _place(parts: Parts | None, doc: int) -> int | None:
    if parts is None:
        return None
    place = int(parts.docs.searchsorted(doc))
    return place if place < len(parts.docs) and parts.docs[place] == doc else None


def _rounded(score: float) -> float:
    return round(float(score), 4)
