"""Papers as BibTeX and RIS, written by bibtexparser and rispy (docs/decisions/0022-exports.md).

What the libraries leave to their callers is done here: which field holds what, and that no text of a
source ends the field it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from rispy import RisWriter

from search.cited_papers import CitedPaper
from search.page import EvidenceReference
from webapp import links

_LONGEST_NAME = 200
"""A longer author is no person's name, and is left as it is."""
_NAMED_GENES = 100
"""Genes that a note names; how many more there are is told."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LATEX = {
    "\\": "{\\textbackslash}",
    "{": "{\\textbraceleft}",
    "}": "{\\textbraceright}",
    "~": "{\\textasciitilde}",
    "^": "{\\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
"""What LaTeX reads as its own, as text.  A brace is written by its name, since BibTeX counts braces also
behind a backslash.  All other characters stay as they are, in UTF-8."""
_SPECIAL = re.compile("[" + re.escape("".join(_LATEX)) + "]")
_SEMICOLON = re.compile(";")
_BETWEEN_AUTHORS = re.compile(r" ?, (?:and )?| and ")
_ET_AL = re.compile(r"(?:et\.? al\.?|and others|others)", re.IGNORECASE)
_INITIALS = re.compile(r"(\S.*) ([A-Z](?:[.-]?[A-Z]){0,3}\.?)")
"""``Keung WM``, as PubMed writes names."""
_PARTICLE = re.compile(r"(\S.*?) ((?:[a-z']+ )+\S+)")
"""``Ludwig van Beethoven``"""


NO_PAPERS = "no paper is cited by these sentences"
"""What is said of a bibliography without an entry."""


class _Ris(RisWriter):  # type: ignore[misc]  # rispy has no types
    """Without the number that rispy puts before each entry; lines end as the format's description has it."""

    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:
        return ""


def bibtex(papers: Iterable[CitedPaper], about: str = "") -> Iterator[bytes]:
    """An entry a paper: ``@article`` where its title or journal is known, else ``@misc``.

    ``about`` stands before the first entry, where BibTeX reads nothing; so does that there is none.
    """
    if about:
        yield f"% {_one_line(about).replace('@', '(at)')}\n\n".encode()
    paper = None
    for paper in papers:
        told = paper.reference
        kind = "article" if told.title or told.journal else "misc"
        fields = [Field(name, value) for name, value in _bibtex_fields(paper) if value]
        library = Library([Entry(kind, paper.key, fields)])
        yield f"{write_string(library)}\n".encode()
    if paper is None:
        yield f"% {NO_PAPERS}\n".encode()


def ris(papers: Iterable[CitedPaper], about: str = "") -> Iterator[bytes]:
    """An entry a paper: ``JOUR`` where its title or journal is known, else ``GEN``.  ``about`` is the last
    note of each, since the format has no place for it outside."""
    writer = _Ris()
    for paper in papers:
        told = paper.reference
        numbered = told.pmid is not None and links.pmid_url(told.pmid) is not None
        entry = {
            "type_of_reference": "JOUR" if told.title or told.journal else "GEN",
            "id": paper.key,
            "title": told.title,
            "authors": [_family_first(name) for name in _authors(told)[0]],
            "secondary_title": told.journal,
            "year": str(told.year) if told.year is not None else None,
            "doi": told.doi,
            "accession_number": told.pmid,
            "name_of_database": "PubMed" if numbered else None,
            "urls": _addresses(told),
            "notes": [*_notes(paper), about],
        }
        yield f"{writer.formats([_clean(entry)])}".encode()


def _bibtex_fields(paper: CitedPaper) -> Iterator[tuple[str, str | None]]:
    told = paper.reference
    names, more = _authors(told)
    people = [_bibtex_name(name) for name in names] + (["others"] if more else [])
    yield "title", _latex(told.title)
    yield "author", " and ".join(people)
    yield "journal", _latex(told.journal)
    yield "year", str(told.year) if told.year is not None else None
    yield "doi", _verbatim(told.doi)
    yield "pmid", _verbatim(told.pmid)
    addresses = _addresses(told)
    yield "url", _verbatim(addresses[0]) if addresses else None
    yield "annote", _latex(" ".join(_notes(paper)))


def _notes(paper: CitedPaper) -> list[str]:
    """Which genes' sentences cite it, and what is not known of it."""
    genes, told = paper.genes, paper.reference
    more = len(genes) - _NAMED_GENES
    named = ", ".join(genes[:_NAMED_GENES]) + (f" and {more:,} more" if more > 0 else "")
    notes = [f"Cited for {named}."] if genes else []
    if not (told.title or told.pmid or told.doi or told.authors or told.journal):
        notes.append(f"The source gives no details of this paper, which it numbers {told.n}.")
    if _authors(told)[1]:
        notes.append("There are more authors than are named.")
    return notes


def _addresses(told: EvidenceReference) -> list[str]:
    found = (links.pmid_url(told.pmid) if told.pmid else None, links.doi_url(told.doi) if told.doi else None)
    return [address for address in found if address]


def _authors(told: EvidenceReference) -> tuple[list[str], bool]:
    """The names as a source has them, one by one, and whether it says that there are more."""
    text = " ".join(_one_line(told.authors or "").split())
    between = _SEMICOLON if ";" in text else _BETWEEN_AUTHORS
    names = [name.strip() for name in between.split(text)]
    kept = [name for name in names if name and not _ET_AL.fullmatch(name)]
    shorter = [re.sub(r" et\.? al\.?$", "", name) for name in kept]
    return shorter, shorter != kept or any(_ET_AL.fullmatch(name) for name in names)


def _family_first(name: str) -> str:
    """``Keung, Wing Ming``: what is no such name, as that of a group, is left as it is."""
    if "," in name or len(name) > _LONGEST_NAME:
        return name
    if found := _INITIALS.fullmatch(name):
        return f"{found[1]}, {found[2]}"
    if found := _PARTICLE.fullmatch(name):
        return f"{found[2]}, {found[1]}"
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else name


def _bibtex_name(name: str) -> str:
    """One name to BibTeX: a word ``and`` in it would end it, and more than two commas are an error."""
    first = _family_first(name)
    written = _latex(first) or ""
    plain = first.count(",") < 2 and not re.search(r"\b(?:and|others)\b", first, re.IGNORECASE)
    return written if plain else f"{{{written}}}"


def _latex(text: str | None) -> str | None:
    return _SPECIAL.sub(lambda found: _LATEX[found[0]], _one_line(text)) if text else None


def _verbatim(text: str | None) -> str | None:
    """An identifier or address, which BibTeX packages take letter by letter: only what could end the field is
    escaped, as in an address."""
    return re.sub(r"[{}\\%\s]", lambda found: quote(found[0], safe=""), _one_line(text)) if text else None


def _clean(entry: Mapping[str, object]) -> dict[str, object]:
    """The fields that have a value, each in one line."""
    cleaned: dict[str, object] = {}
    for name, value in entry.items():
        if isinstance(value, list):
            value = [_one_line(str(one)) for one in value if one]
        elif value is not None:
            value = _one_line(str(value))
        if value:
            cleaned[name] = value
    return cleaned


def _one_line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()
