"""How papers are written: PubMed IDs and DOIs, bare, with prefixes, as addresses, in brackets, with the signs
of the sentence from which they were copied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from msgspec import Struct

PUBMED_ADDRESS = (
    r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed"
    r"|europepmc\.org/(?:article|abstract)/med)/"
)
"""A regular expression, for lower case, of what stands before the number in a paper's address."""
_AROUND = "()[]{}<>\"'“”‘’«»"
_POINTS = ".,;:!?"
_PMID = re.compile(
    rf"(?:(?P<address>{PUBMED_ADDRESS})|(?P<prefix>(?:pmids?|pubmed)(?:\s*id)?(?:\s*:\s*|\s+)?)+)?"
    r"(?P<number>\d{1,30})(?(address)/?(?:[?#]\S*)?)",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(
    r"(?:doi(?:\s*:\s*|\s+))*(?P<address>(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?:doi\s*:\s*)?"
    r"(?P<doi>10\.\d{4,9}(?:\.\d+)*(?:/|%2f)\S+)",
    re.IGNORECASE | re.ASCII,
)
PMID_DIGITS = 9
_PUBMED_ID = re.compile(rf"[1-9][0-9]{{0,{PMID_DIGITS - 1}}}", re.ASCII)
_LONGEST = 2_000
"""No DOI is as long, nor what stands around one."""
_BEGINS = frozenset("0123456789pPdDhHwWeEnN" + _AROUND)
_LOST_AT_END = frozenset(".,;:!—―")
"""Signs that are no part of a word of the query language where they end it."""
_SAYING = "*?~^"
"""Signs that make a pattern of a word."""
_MOST_SIGNS = 6
"""So many signs behind a DOI may be those of a sentence."""


class PaperId(Struct, frozen=True):
    """What names a paper: one of the two."""

    pmid: str | None = None
    doi: str | None = None
    told: bool = True
    """Whether it is written as a paper's and nothing else's; a bare number is not."""

    @property
    def name(self) -> str:
        """As addresses and queries have it."""
        return self.pmid or f"doi:{self.doi}"

    @property
    def asked(self) -> str:
        """As the query language has it."""
        return f"pmid:{self.pmid}" if self.pmid else f"doi:{self.doi}"


def as_value(doi: str) -> str:
    """A DOI as the query language has it under its field: in quotes where signs of it would not be read as
    its own."""
    depth = 0
    for sign in doi:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    plain = depth == 0 and doi[-1:] not in _LOST_AT_END and not any(sign in doi for sign in _SAYING)
    return doi if plain or '"' in doi else f'"{doi}"'


def is_pubmed_id(text: str) -> bool:
    """Whether a text is a PubMed ID as PubMed writes it."""
    return _PUBMED_ID.fullmatch(text) is not None


def may_be_paper(text: str) -> bool:
    """Whether a text begins as a paper may; False is certain."""
    return text[0] in _BEGINS


def paper_ids(text: str) -> list[PaperId]:
    """What a text may mean that is nothing but one paper: of a DOI with and without the signs at its end,
    which may be its own; none for any other text."""
    asked = text.strip(" ")
    if len(asked) > _LONGEST or not asked.isprintable():
        return []
    if found := _PMID.fullmatch(_bare(asked)):
        number = found["number"].lstrip("0")
        told = bool(found["address"] or found["prefix"])
        return [PaperId(pmid=number, told=told)] if 0 < len(number) <= PMID_DIGITS else []
    asked = asked.lstrip(_AROUND)
    if found := _DOI.fullmatch(asked):
        read = _decoded(found["doi"], found["address"] is not None)
        return [PaperId(doi=trimmed) for doi in read for trimmed in _trimmed(doi)]
    return []


def dois(text: str) -> tuple[str, ...]:
    """The DOIs, in lower case, that a text may be, with all signs at its end."""
    asked = text.strip(" ").lstrip(_AROUND)
    if len(asked) > _LONGEST or not asked.isprintable() or not (found := _DOI.fullmatch(asked)):
        return ()
    return tuple(doi.lower() for doi in _decoded(found["doi"], found["address"] is not None))


def first_known(found: Iterable[PaperId], known: Iterable[bool]) -> PaperId | None:
    """The first that is known; the last, which has no signs around it, where none is."""
    last = None
    for last, is_known in zip(found, known, strict=True):
        if is_known:
            return last
    return last


def _bare(text: str) -> str:
    return text.strip(_AROUND + _POINTS + " ")


def _decoded(doi: str, in_address: bool) -> list[str]:
    """What a DOI may stand for.  In an address signs are written by their numbers; elsewhere they may be, but
    ``%2F`` may as well be part of it."""
    if not in_address and "%2f" not in doi.lower():
        return [doi]
    plain = unquote(doi, errors="strict") if _decodes(doi) else doi
    plain = plain if plain.isprintable() and " " not in plain else doi
    return [plain] if in_address or plain == doi else [doi, plain]


def _trimmed(doi: str) -> Iterator[str]:
    """A DOI, and what is left of it without one sign after the other at its end."""
    yield doi
    for _ in range(_MOST_SIGNS):
        if doi[-1] not in _AROUND + _POINTS or not doi[:-1].partition("/")[2]:
            return
        doi = doi[:-1]
        yield doi


def _decodes(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True
