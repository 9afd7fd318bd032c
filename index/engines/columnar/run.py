"""What a process makes of some documents for the columnar index: their lines as numbers.

Words, texts and keywords are numbered by each process for itself, as it meets them, and told once; the
process that writes the index (writer.py) gives them numbers of its own.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from index.analysis import fold_case, fold_keyword
from index.columnar import (
    CITED,
    FIELD_NUMBER,
    FIELD_SHIFT,
    NOTHING,
    PROVENANCES,
    LineText,
    TextMention,
    encode,
)
from index.documents import NAME_FIELD, NO_LINE, Document, Mention
from index.engines.columnar.words import words_of
from index.fields import FIELDS
from index.records import Source

_IDENTIFIER, _GO_ID, _PMID, _DOI, _MENTIONS = (
    FIELD_NUMBER[name] for name in ("identifier", "go_id", "pmid", "doi", "mentions")
)
_KEYWORDS = {field.name: FIELD_NUMBER[field.name] for field in FIELDS if field.kind == "keyword"}
_CODES = {name: number << FIELD_SHIFT for name, number in FIELD_NUMBER.items()}
_SALTS = {name: number.to_bytes(2) for name, number in FIELD_NUMBER.items()}
_TRUST = {provenance: place for place, provenance in enumerate(PROVENANCES)}
_DIGITS = 10
"""A PubMed ID of as many is none."""
_Place = tuple[str, str, str | None, tuple[Mention, ...], str | None]
"""A text: its field, what it says, the thing it is about, whom it mentions, the other gene it is about."""
Thing = TypeVar("Thing")


class NewTexts(Struct, array_like=True):
    """Texts that the process tells of.  Numbers are unsigned, of 32 bits, as bytes."""

    digests: list[bytes]
    """The same for equal texts of any process."""
    fields: bytes
    """A byte each."""
    rows: list[bytes]
    """LineText, encoded."""
    sayings: bytes
    """64 bits for each, the same for texts that are alike but for case."""
    lengths: bytes
    """How many words each has."""
    words: bytes
    """All their words, text after text."""
    begins: bytes
    ends: bytes
    """Of each word its place in the text, in code points."""
    about: bytes
    """One more than the keyword of the thing that each is about; 0 for none."""
    mention_counts: bytes
    mentions: bytes
    """Keywords of the genes that each mentions, text after text."""


class ColumnRun(Struct, array_like=True):
    """Some documents in the order of their numbers.

    ``words``, ``keyword_values`` and ``texts`` are new ones, and go on from those that the process told
    before; a text or keyword may be told again.  Lines, citations and keywords of the documents follow one
    another, document after document.
    """

    process: int
    words: list[str]
    keyword_values: list[str]
    texts: NewTexts
    sources: list[Source]
    """Of this run alone, as are the references."""
    references: list[bytes]
    pmids: bytes
    """Of each reference, as a number; 0 for none."""
    heads: list[bytes]
    papers: bytes
    popularity: list[float]
    line_counts: bytes
    lines: bytes
    """The text of each line."""
    line_sources: bytes
    line_codes: bytes
    """See columnar.CITED."""
    line_ats: bytes
    """One more than where it begins in its section; 0 for what is no sentence."""
    cited_counts: bytes
    """Of each line."""
    cited: bytes
    """Twice the reference's number, one more where it belongs to the passage."""
    keyword_counts: bytes
    """Of each document."""
    keyword_fields: bytes
    """A byte each."""
    keywords: bytes


_REMEMBERED = 1 << 18
"""So many texts, words or keywords are forgotten, so that memory does not grow with the genes; what is told
again is known to who writes the index."""


class _Numbered(dict[Thing, int]):
    """Things by the numbers that they get when they are first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._fresh: list[Thing] = []
        self._count = 0

    def __missing__(self, thing: Thing) -> int:
        number = self[thing] = self._count
        self._count += 1
        self._fresh.append(thing)
        return number

    def add(self, things: Sequence[Thing]) -> range:
        """Number things that hardly come again and are not worth remembering: who writes the index knows
        equal ones."""
        first = self._count
        self._fresh += things
        self._count += len(things)
        return range(first, self._count)

    def fresh(self) -> list[Thing]:
        """Those that are new since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh


class _Keywords(_Numbered[str]):
    """The keywords of values; a value is folded when it is first asked for."""

    def __missing__(self, value: str) -> int:
        (number,) = self.add([fold_keyword(value)])
        self[value] = number
        return number


class _Columns:
    """The columns of one run while it is made."""

    def __init__(self) -> None:
        self.sources = _Numbered[Source]()
        self.references: list[bytes] = []
        self.pmids, self.papers = array("I"), array("I")
        self.heads: list[bytes] = []
        self.popularity: list[float] = []
        self.line_counts, self.lines = array("I"), array("I")
        self.line_sources, self.line_codes = array("I"), array("I")
        self.line_ats = array("I")
        self.cited_counts, self.cited = array("I"), array("I")
        self.keyword_counts, self.keywords = array("I"), array("I")
        self.keyword_fields = bytearray()


class Analyser:
    """Turns documents into columns; ``symbols`` leads from the ids of genes to their symbols."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self._symbols = symbols
        self._words = _Numbered[str]()
        self._keywords = _Keywords()
        self._texts = _Numbered[_Place]()

    def run(self, documents: Iterable[Document]) -> ColumnRun:
        """The columns of the next documents."""
        made = _Columns()
        for document in documents:
            made.heads.append(encode(document.head))
            made.papers.append(document.papers)
            made.popularity.append(document.popularity)
            self._add_lines(made, document)
            self._add_keywords(made, document)
            made.references += [encode(numbered.reference) for numbered in document.references]
            made.pmids.extend([_number_of(numbered.reference.pmid) for numbered in document.references])
        texts = self._new_texts(self._texts.fresh())
        words, keywords = self._words.fresh(), self._keywords.fresh()
        for numbered in (self._texts, self._words, self._keywords):
            if len(numbered) > _REMEMBERED:
                numbered.clear()
        return ColumnRun(
            process=os.getpid(),
            words=words,
            keyword_values=keywords,
            texts=texts,
            sources=list(made.sources),
            references=made.references,
            pmids=made.pmids.tobytes(),
            heads=made.heads,
            papers=made.papers.tobytes(),
            popularity=made.popularity,
            line_counts=made.line_counts.tobytes(),
            lines=made.lines.tobytes(),
            line_sources=made.line_sources.tobytes(),
            line_codes=made.line_codes.tobytes(),
            line_ats=made.line_ats.tobytes(),
            cited_counts=made.cited_counts.tobytes(),
            cited=made.cited.tobytes(),
            keyword_counts=made.keyword_counts.tobytes(),
            keyword_fields=bytes(made.keyword_fields),
            keywords=made.keywords.tobytes(),
        )

    def _add_lines(self, made: _Columns, document: Document) -> None:
        """Names, of which each gene has its own, then statements."""
        fields = [NAME_FIELD[name.kind] for name in document.names]
        statements = document.statements
        names: list[_Place] = [
            (field, name.spelling, None, (), None) for field, name in zip(fields, document.names, strict=True)
        ]
        made.line_counts.append(len(names) + len(statements))
        made.lines.extend(self._texts.add(names))
        known = self._texts
        made.lines.extend(
            [known[line.field, line.text, line.key, line.mentions, line.about] for line in statements]
        )
        sources = [made.sources[source] for source in document.sources]
        made.line_sources.extend([sources[source] for source in document.name_sources])
        made.line_sources.extend([sources[line.source] for line in statements])
        trusts = [_TRUST[source.provenance] for source in document.sources]
        made.line_codes.extend(
            [
                _CODES[field] | trusts[source]
                for field, source in zip(fields, document.name_sources, strict=True)
            ]
        )
        made.line_codes.extend(
            [
                _CODES[line.field]
                | trusts[line.source]
                | (NOTHING if line.says_nothing else 0)
                | (CITED if line.cited else 0)
                for line in statements
            ]
        )
        made.line_ats.extend([0] * len(names))
        made.line_ats.extend([0 if line.at is None else 1 + line.at for line in statements])
        made.cited_counts.extend([0] * len(names))
        made.cited_counts.extend([len(line.cited) for line in statements])
        first = len(made.references)
        made.cited.extend(
            [
                2 * (first + one.reference) + (one.scope == "passage")
                for line in statements
                if line.cited
                for one in line.cited
            ]
        )

    def _add_keywords(self, made: _Columns, document: Document) -> None:
        """Those of lines, and those that stand in none: an identifier bare and with its namespace, papers,
        genes mentioned."""
        keyword, statements = self._keywords, document.statements
        own = [line for line in statements if line.field in _KEYWORDS]
        fields = [_KEYWORDS[line.field] for line in own]
        keywords = [keyword[line.text] for line in own]
        identifiers = [
            (namespace, fold_keyword(value))
            for namespace, value in document.identifiers
            if namespace not in NO_LINE
        ]
        bare = [value for _, value in identifiers]
        mentioned = {mention for line in statements if line.mentions for mention in line.mentions}
        papers = [numbered.reference for numbered in document.references]
        for field, numbers in (
            (_GO_ID, [keyword[line.key] for line in statements if line.field == "go" and line.key]),
            (
                _IDENTIFIER,
                keyword.add([*bare, *[f"{namespace} {value}" for namespace, value in identifiers]]),
            ),
            (_MENTIONS, [keyword[gene] for gene in {gene for one in mentioned for gene in one.candidates}]),
            (_PMID, [keyword[paper.pmid] for paper in papers if paper.pmid]),
            (_DOI, [keyword[paper.doi] for paper in papers if paper.doi]),
        ):
            fields += [field] * len(numbers)
            keywords += numbers
        made.keyword_counts.append(len(keywords))
        made.keyword_fields += bytes(fields)
        made.keywords.extend(keywords)

    def _new_texts(self, places: Sequence[_Place]) -> NewTexts:
        rows = [
            encode(self._line_text(text, key, mentions, about))
            if mentions or about
            else encode(LineText(text, key))
            for _, text, key, mentions, about in places
        ]
        texts = [place[1] for place in places]
        words = words_of(texts, self._words.__getitem__)
        genes = [
            list(dict.fromkeys([gene for mention in mentions for gene in mention.candidates]))
            if mentions
            else []
            for _, _, _, mentions, _ in places
        ]
        return NewTexts(
            digests=[
                blake2b(row, digest_size=16, salt=_SALTS[place[0]]).digest()
                for row, place in zip(rows, places, strict=True)
            ],
            fields=bytes([FIELD_NUMBER[field] for field, _, _, _, _ in places]),
            rows=rows,
            sayings=b"".join([blake2b(fold_case(text).encode(), digest_size=8).digest() for text in texts]),
            lengths=words.counts.tobytes(),
            words=words.numbers.tobytes(),
            begins=words.begins.tobytes(),
            ends=words.ends.tobytes(),
            about=array("I", [1 + self._keywords[key] if key else 0 for _, _, key, _, _ in places]).tobytes(),
            mention_counts=array("I", map(len, genes)).tobytes(),
            mentions=array("I", map(self._keywords.__getitem__, chain.from_iterable(genes))).tobytes(),
        )

    def _line_text(
        self, text: str, key: str | None, mentions: Iterable[Mention], about: str | None
    ) -> LineText:
        symbol_of = self._symbols.get
        told = [
            TextMention(
                one.start, one.end, gene, symbol_of(gene), one.others, tuple(map(symbol_of, one.others))
            )
            for one in mentions
            for gene in one.genes
        ]
        families = [(one.start, one.end, one.family) for one in mentions if one.family is not None]
        other = None if about is None else (about, symbol_of(about))
        return LineText(text, key, tuple(told), tuple(families), other)


def _number_of(pmid: str | None) -> int:
    return int(pmid) if pmid and pmid.isascii() and pmid.isdigit() and len(pmid) < _DIGITS else 0
