"""The prose of a gene post: a template whose links tell what each sentence lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.parsing.markdown import Link, Prose
from index.parsing.plain_text import split_list
from index.records import AttributeValue, Citation, Fact, GeneLink, Reference, Source

_GO = re.compile(r"https?://[^\s]{0,200}?(GO:[0-9]{7})\b.*", re.IGNORECASE)
_PAPER = re.compile(
    r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|www\.ncbi\.nlm\.nih\.gov/pubmed)/([1-9][0-9]{0,7})/?"
)
_ATLAS = re.compile(r"https?://(?:www\.)?proteinatlas\.org/")

_RELATIONS = (
    ("enables", r"\benables?\b"),
    ("contributes to", r"\bcontributes? to\b"),
    ("involved in", r"\binvolved in\b|\bplays? (?:a )?roles? in\b|\bparticipates? in\b"),
    ("acts upstream of", r"\bacts upstream of\b"),
    ("part of", r"\bpart of\b"),
    ("located in", r"\blocated in\b"),
    ("active in", r"\bactive in\b"),
    ("colocalizes with", r"\bcolocali[sz]es with\b"),
)
"""The ontology's relations and how posts word them (``active and located in`` is ``located in``)."""

_RELATION = re.compile("|".join(f"({words})" for _, words in _RELATIONS))
_SENTENCE_END = re.compile(r"[.!?]\s")


def is_atlas(prose: Prose) -> bool:
    """Whether the paragraph is the Protein Atlas's, which its first link tells."""
    return any(_ATLAS.match(link.address) for link in prose.links[:1])


def go_terms(prose: Prose, source: Source) -> Iterator[Fact]:
    """The GO terms linked, each with the relation that its sentence states, if any."""
    relation = ""
    done = 0
    for link in prose.links:
        between = prose.text[done : link.start]
        if end := list(_SENTENCE_END.finditer(between)):
            relation = ""
            between = between[end[-1].end() :]
        for stated in _RELATION.finditer(between):
            relation = _RELATIONS[(stated.lastindex or 1) - 1][0]
        done = link.end
        if term := _GO.fullmatch(link.address):
            attributes: dict[str, AttributeValue] = {"relation": relation} if relation else {}
            yield Fact("go", link.text, source, key=term[1].upper(), attributes=attributes)


_AFTER_TITLE = re.compile(
    r"[\"”]?(?: \((?P<year>[0-9]{4})\))?"
    r"(?: \(relative citation ratio: (?P<rcr>[0-9]{1,6}(?:\.[0-9]{1,6})?)\))?"
)


class Paper(Struct, frozen=True):
    title: str
    pmid: str
    year: int | None
    rcr: float | None

    def reference(self, n: int) -> Reference:
        return Reference(n, title=self.title, year=self.year, pmid=self.pmid, rcr=self.rcr)

    def fact(self, n: int, source: Source) -> Fact:
        attributes: dict[str, AttributeValue] = {}
        if self.year is not None:
            attributes["year"] = self.year
        if self.rcr is not None:
            attributes["relative_citation_ratio"] = self.rcr
        return Fact("reference", self.title, source, attributes=attributes, citations=(Citation(n),))


def papers(prose: Prose) -> Iterator[Paper]:
    """The papers linked; year and ratio stand in brackets after the title, or not at all."""
    for link in prose.links:
        found = _PAPER.fullmatch(link.address)
        after = _AFTER_TITLE.match(prose.text, link.end)
        if found and after:
            year = int(after["year"]) if after["year"] else None
            yield Paper(link.text, found[1], year, float(after["rcr"]) if after["rcr"] else None)


_LONGEST_SENTENCE = 2000
_EXPERIMENTS = re.compile(r"\b([0-9]{1,6}) experiments?\b")


def regulators(prose: Prose, source: Source) -> Iterator[Fact]:
    """The transcription factors linked, each with the next count of experiments in its sentence."""
    if "transcription factor" not in prose.text.lower():
        return
    for link in prose.links:
        if link.gene is None:
            continue
        count = _EXPERIMENTS.search(_rest_of_sentence(prose, link))
        attributes: dict[str, AttributeValue] = {"experiments": int(count[1])} if count else {}
        names = GeneLink(0, len(link.text), f"NCBIGene:{link.gene}")
        yield Fact("regulator", link.text, source, attributes=attributes, links=(names,))


def _rest_of_sentence(prose: Prose, link: Link) -> str:
    rest = prose.text[link.end : link.end + _LONGEST_SENTENCE]
    end = _SENTENCE_END.search(rest)
    return rest[: end.start()] if end else rest


_TISSUES = re.compile(
    r"\bexpressed in [^.]{0,80}?\btissues?\b[^.,]{0,40}, (?:including|such as) ([^.]{1,2000})"
)


def tissues(prose: Prose, source: Source) -> Iterator[Fact]:
    """The tissues of ``expressed in … tissue samples, including the A, B, and C``."""
    found = _TISSUES.search(prose.text)
    for tissue in _listed(found[1]) if found else ():
        yield Fact("tissue", tissue, source)


def _listed(text: str) -> list[str]:
    """The items of a list whose last begins with ``and``.

    Without a comma before that ``and`` it parts the last two items; an ``and`` elsewhere is
    part of a name (``head and neck``).
    """
    items = split_list(text)
    if not any(item.startswith("and ") for item in items):
        items[-1:] = items[-1].rsplit(" and ", 1)
    bare = (item.removeprefix("and ").removeprefix("the ").strip() for item in items)
    return list(dict.fromkeys(item for item in bare if item))
