"""The papers among a query's words: which lines of a gene cite them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from whoosh.query import Query, Term

from index.analysis import fold_case, fold_keyword
from index.documents import Document, Line
from index.fields import BY_NAME
from index.records import Reference
from search.expand import dois_of, fields_of, pubmed_id
from search.paper_forms import PMID_DIGITS
from search.patterns import is_pattern, matcher

IN_REFERENCES = ("pmid", "doi")
"""Fields of papers' identifiers; a line of a reference shows them."""
_DOI = "10."
_LONG_NUMBER = 5
_NO_WORDS: frozenset[int] = frozenset()


class AskedPapers:
    """The papers that some words ask for, each known by its PubMed ID or DOI."""

    def __init__(self, leaves: Sequence[Query]) -> None:
        self._words: dict[tuple[str, str], frozenset[int]] = {}
        """By kind and identifier the positions of the words that ask for the paper."""
        self._patterns = [
            (position, meets)
            for position, leaf in enumerate(leaves)
            if (meets := papers_like(leaf)) is not None
        ]
        for position, leaf in enumerate(leaves):
            number = paper_number(leaf)
            asked = [("doi", doi) for doi in dois_of(leaf)] + ([("pmid", number)] if number else [])
            for paper in asked:
                self._words[paper] = self._words.get(paper, _NO_WORDS) | {position}

    def among(self, document: Document) -> dict[int, frozenset[int]]:
        """Of the document's references that are asked for, the positions of the words that do."""
        if not self._words and not self._patterns:
            return {}
        return {
            place: asked
            for place, numbered in enumerate(document.references)
            if (asked := self._asking_for(numbered.reference))
        }

    def _asking_for(self, reference: Reference) -> frozenset[int]:
        by_number = self._words.get(("pmid", reference.pmid or ""), _NO_WORDS)
        asked = by_number | self._words.get(("doi", fold_case(reference.doi or "")), _NO_WORDS)
        return asked.union([position for position, meets in self._patterns if meets(reference)])


def cited_in(line: Line, papers: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """The words that ask for papers which the line cites."""
    if not papers or not line.cited:
        return _NO_WORDS
    asked = (papers[cited.reference] for cited in line.cited if cited.reference in papers)
    return _NO_WORDS.union(*asked)


def asks_for_papers(leaf: Query) -> bool:
    """Whether a line may meet a leaf because of a paper that it cites; then it is no word of the line."""
    return (
        leaf.fieldname in IN_REFERENCES
        or paper_number(leaf) is not None
        or dois_of(leaf) != ()
        or papers_like(leaf) is not None
    )


def papers_like(leaf: Query) -> Callable[[Reference], bool] | None:
    """Whether a paper meets a pattern of PubMed IDs or DOIs; None for a leaf that is none."""
    if not is_pattern(leaf):
        return None
    begins, meets = matcher(leaf)
    if leaf.fieldname == "pmid":
        return lambda paper: bool(paper.pmid) and meets(fold_keyword(paper.pmid or ""))
    if leaf.fieldname == "doi" or (begins.startswith(_DOI) and BY_NAME["doi"] in fields_of(leaf)):
        return lambda paper: bool(paper.doi) and meets(fold_keyword(paper.doi or ""))
    return None


def paper_number(leaf: Query) -> str | None:
    """The PubMed ID that a leaf may be: under ``pmid:`` any number, elsewhere one that is too long for a
    year or a part of a name."""
    if isinstance(leaf, Term) and leaf.text.isalpha():
        return None
    number = pubmed_id(leaf)
    if not (number.isascii() and number.isdigit() and len(number) <= PMID_DIGITS):
        return None
    meant = leaf.fieldname == "pmid" or (BY_NAME["pmid"] in fields_of(leaf) and len(number) >= _LONG_NUMBER)
    return number.lstrip("0") or None if meant else None
