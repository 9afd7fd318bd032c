"""From documents to what the faces show: hits with highlights, genes with sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.analysis import fold_case
from index.documents import Document, Line
from index.fields import BY_NAME
from index.store import RecordStore
from search.evidence import Answer, choose
from search.gene import Gene, GeneDataset, GeneLine, GeneName, GeneSection
from search.page import (
    AnnotatedTerm,
    EvidenceReference,
    GeneMention,
    Highlight,
    Hit,
    IndexVersion,
    Match,
)

HIGHLIGHTS = 3
_ROOT_SYMBOL = re.compile(r" \([^()]+\)$")
_LEADING = ("description", "summary", "name", "go", "symbol")
"""Where a gene that is only named by the query is introduced from."""
_IN_HEADING = ("symbol", "name")
"""Names that stand above a hit's lines, and need no line to be the first one."""
_NAMING = frozenset({"previous_symbol", "alias", "withdrawn", "symbol", "name"})
"""Kinds of match by which a query names a gene."""
_NOT_SECTIONS = frozenset(
    {"symbol", "previous_symbol", "alias", "name", "other_name", "identifier", "dataset"}
)


def hit(
    document: Document,
    answers: list[Answer],
    score: float,
    match: Match,
    missing: tuple[str, ...],
    store: RecordStore,
) -> Hit:
    """A gene in the answer, with the lines chosen to cover the query."""
    telling = [answer for answer in answers if answer.line.field != "identifier"]
    naming = _naming(match, telling)
    if naming is not None:
        telling = [answer for answer in telling if answer.via is None or not answer.held <= naming.held]
    first = None if naming is None or naming.line.field in _IN_HEADING else naming
    chosen = choose(telling, HIGHLIGHTS, first) or _leading(document) or choose(answers, HIGHLIGHTS)
    if match.kind in _NAMING and not any(map(_tells, chosen)):
        chosen = [*chosen[: HIGHLIGHTS - 1], *filter(_tells, _leading(document))]
    symbols = _symbols(document, (answer.line for answer in chosen), store)
    return Hit(
        id=document.id,
        score=round(score, 4),
        symbol=document.symbol,
        name=document.name,
        match=match,
        missing=missing,
        highlights=tuple(_highlight(document, answer, symbols) for answer in chosen),
        taxid=document.taxon,
        location=_first(document, "location"),
        locus_type=_first(document, "locus_type"),
        families=_families(document),
    )


def gene(document: Document, store: RecordStore, index: IndexVersion) -> Gene:
    """All that is known of a gene."""
    shown = [line for line in document.statements if line.field not in _NOT_SECTIONS]
    symbols = _symbols(document, shown, store)
    identifiers: dict[str, list[str]] = {}
    for namespace, value in document.identifiers:
        identifiers.setdefault(namespace, []).append(value)
    return Gene(
        id=document.id,
        symbol=document.symbol,
        name=document.name,
        taxid=document.taxon,
        location=_first(document, "location"),
        locus_type=_first(document, "locus_type"),
        families=_families(document),
        names=tuple(GeneName(name.kind, name.spelling) for name in document.names),
        identifiers={namespace: tuple(values) for namespace, values in identifiers.items()},
        sections=tuple(_sections(document, shown, symbols)),
        references=tuple(
            _reference(document, position, "sentence") for position in range(len(document.references))
        ),
        datasets=tuple(
            GeneDataset(line.text, _text(line.attributes.get("relation")))
            for line in document.statements
            if line.field == "dataset"
        ),
        papers=document.papers,
        index=index,
    )


def _sections(document: Document, lines: Iterable[Line], symbols: dict[str, str]) -> Iterator[GeneSection]:
    grouped: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line.field, line.source), []).append(line)
    for (field, position), members in grouped.items():
        source = document.sources[position]
        yield GeneSection(
            section=field,
            title=BY_NAME[field].title,
            provenance=source.provenance,
            source=source.name,
            date=source.date,
            lines=tuple(
                GeneLine(
                    sentence=line.text,
                    refs=_references(document, line),
                    mentions=_mentions(line, symbols),
                    key=line.key,
                    attributes=line.attributes,
                )
                for line in members
            ),
        )


def _leading(document: Document) -> list[Answer]:
    """The line that introduces a gene; it answers nothing."""
    lines = document.lines
    for field in _LEADING:
        for line in lines:
            if line.field == field and not line.says_nothing:
                return [Answer(line, (), frozenset(), 0.0)]
    return []


def _naming(match: Match, answers: list[Answer]) -> Answer | None:
    """The line of the name that the query is."""
    if match.kind not in _NAMING:
        return None
    named = (answer for answer in answers if answer.line.text == match.value and not _tells(answer))
    return next(named, None)


def _tells(answer: Answer) -> bool:
    """Whether a line says more of the gene than what it is called."""
    return answer.line.field not in _NOT_SECTIONS


def _highlight(document: Document, answer: Answer, symbols: dict[str, str]) -> Highlight:
    line = answer.line
    source = document.sources[line.source]
    return Highlight(
        section=line.field,
        provenance=source.provenance,
        source=source.name,
        date=source.date,
        sentence=line.text,
        spans=answer.spans,
        refs=_references(document, line),
        mentions=_mentions(line, symbols),
        key=line.key,
        via=_via(answer),
    )


def _via(answer: Answer) -> AnnotatedTerm | None:
    via = answer.via
    if via is None or via.key is None or fold_case(via.text) == fold_case(answer.line.text):
        return None
    return AnnotatedTerm(via.key, via.text)


def _references(document: Document, line: Line) -> tuple[EvidenceReference, ...]:
    return tuple(_reference(document, cited.reference, cited.scope) for cited in line.cited)


def _reference(document: Document, position: int, scope: str) -> EvidenceReference:
    reference = document.references[position].reference
    return EvidenceReference(
        n=reference.n,
        pmid=reference.pmid,
        doi=reference.doi,
        title=reference.title,
        year=reference.year,
        scope="passage" if scope == "passage" else "sentence",
        authors=reference.authors,
        journal=reference.journal,
    )


def _symbols(document: Document, lines: Iterable[Line], store: RecordStore) -> dict[str, str]:
    """The symbols of the genes that the lines mention, those in this index."""
    wanted = {mention.genes[0] for line in lines for mention in line.mentions}
    symbols = {document.id: document.symbol} if document.id in wanted else {}
    others = wanted - symbols.keys()
    return symbols | store.symbols(others) if others else symbols


def _mentions(line: Line, symbols: dict[str, str]) -> tuple[GeneMention, ...]:
    """The genes named in a line; one that a source links but this index lacks keeps its name."""
    return tuple(
        GeneMention(
            start=mention.start,
            end=mention.end,
            symbol=symbols.get(mention.genes[0], line.text[mention.start : mention.end]),
            id=mention.genes[0],
            known=mention.genes[0] in symbols,
        )
        for mention in line.mentions
    )


def _families(document: Document) -> tuple[str, ...]:
    """Each family once, whichever sources name it, with or without its root symbol in brackets."""
    families = dict.fromkeys(line.text for line in document.statements if line.field == "family")
    return tuple(name for name in families if _ROOT_SYMBOL.sub("", name) not in families.keys() - {name})


def _first(document: Document, field: str) -> str | None:
    return next((line.text for line in document.statements if line.field == field), None)


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)
