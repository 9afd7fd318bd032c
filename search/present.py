"""From documents to what the faces show: hits with highlights, genes with sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from index.analysis import fold_case
from index.documents import Document, Line
from index.fields import BY_NAME
from search.choosing import Answering, Answers, choose, only_says_nothing
from search.evidence import Answer
from search.flags import NAMES, flagged, is_only_ai, is_uncited
from search.gene import Gene, GeneDataset, GeneLine, GeneName, GeneSection
from search.page import (
    AnnotatedTerm,
    EvidenceReference,
    FamilyMention,
    GeneMention,
    Highlight,
    Hit,
    IndexVersion,
    Match,
    OtherGene,
)
from search.reviewing import GeneEvidence, One
from search.storing import Store

HIGHLIGHTS = 3
LEADING = ("description", "summary", "name", "go", "symbol")
"""Where a gene that is only named by the query is introduced from."""
_IN_HEADING = ("symbol", "name")
"""Names that stand above a hit's lines, and need no line to be the first one."""
_NAMING = frozenset({"previous_symbol", "alias", "withdrawn", "symbol", "name"})
"""Kinds of match by which a query names a gene."""
_NOT_SECTIONS = NAMES
_NO_WORDS: frozenset[int] = frozenset()


def chosen(evidence: GeneEvidence[One], match: Match) -> list[One]:
    """The lines of a gene that are shown, chosen to cover the query."""
    answers = evidence.answers
    naming = _naming(match, answers)
    first = None if naming is None or naming.field in _IN_HEADING else naming
    lines = choose(answers, HIGHLIGHTS, first, _NO_WORDS if naming is None else naming.held)
    if not lines or (match.kind in _NAMING and not any(map(_tells, lines))):
        introducing = evidence.introducing()
        if introducing is not None and (not lines or _tells(introducing)):
            lines = [*lines[: HIGHLIGHTS - 1], introducing]
    return lines


def hit(
    evidence: GeneEvidence[One],
    score: float,
    match: Match,
    missing: tuple[str, ...],
    lines: Sequence[One] | None = None,
) -> Hit:
    """A gene in the answer, with the lines that are shown; ``lines`` if they are chosen already."""
    lines = chosen(evidence, match) if lines is None else lines
    head = evidence.head
    highlights = flagged(evidence, lines)
    return Hit(
        head.id,
        round(score, 4),
        head.symbol,
        head.name,
        match,
        missing,
        highlights,
        head.taxon,
        head.location,
        head.locus_type,
        head.families,
        only_ai=is_only_ai(highlights),
    )


def gene(document: Document, store: Store, index: IndexVersion) -> Gene:
    """All that is known of a gene."""
    shown = [line for line in document.statements if line.field not in _NOT_SECTIONS]
    named = symbols(document, shown, store)
    identifiers: dict[str, list[str]] = {}
    for namespace, value in document.identifiers:
        identifiers.setdefault(namespace, []).append(value)
    return Gene(
        id=document.id,
        symbol=document.symbol,
        name=document.name,
        taxid=document.taxon,
        location=document.location,
        locus_type=document.locus_type,
        families=document.families,
        names=tuple(GeneName(name.kind, name.spelling) for name in document.names),
        identifiers={namespace: tuple(values) for namespace, values in identifiers.items()},
        sections=tuple(_sections(document, shown, named)),
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
                    uncited=is_uncited(field, source.provenance, bool(line.cited)),
                    about=_about(line, symbols),
                    families=_families(line),
                    at=line.at,
                    says_nothing=only_says_nothing(field, line.says_nothing),
                )
                for line in members
            ),
        )


def _naming(match: Match, answers: Answers[One]) -> One | None:
    """The line of the name that the query is."""
    if match.kind not in _NAMING:
        return None
    named = (answer for answer in answers if not _tells(answer) and answer.text == match.value)
    return next(named, None)


def _tells(answer: Answering) -> bool:
    """Whether a line says more of the gene than what it is called."""
    return answer.field not in _NOT_SECTIONS


def highlight(document: Document, answer: Answer, symbols: dict[str, str]) -> Highlight:
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
        about=_about(line, symbols),
        families=_families(line),
        at=line.at,
        says_nothing=only_says_nothing(line.field, line.says_nothing),
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


def mentioned(lines: Iterable[Line]) -> set[str]:
    """The ids of the genes that the lines may mention or are about."""
    wanted: set[str] = set()
    for line in lines:
        wanted.update([gene for mention in line.mentions for gene in mention.candidates])
        if line.about is not None:
            wanted.add(line.about)
    return wanted


def symbols(document: Document, lines: Iterable[Line], store: Store) -> dict[str, str]:
    """The symbols of the genes that the lines may mention or are about, those in this index."""
    wanted = mentioned(lines)
    symbols = {document.id: document.symbol} if document.id in wanted else {}
    others = wanted - symbols.keys()
    return symbols | store.symbols(others) if others else symbols


def _mentions(line: Line, symbols: dict[str, str]) -> tuple[GeneMention, ...]:
    """The genes named in a line; one that a source links but this index lacks keeps its name."""
    return tuple(
        GeneMention(
            start=mention.start,
            end=mention.end,
            symbol=symbols.get(gene, line.text[mention.start : mention.end]),
            id=gene,
            known=gene in symbols,
            others=tuple([_other(other, symbols) for other in mention.others]),
        )
        for mention in line.mentions
        for gene in mention.genes
    )


def _families(line: Line) -> tuple[FamilyMention, ...]:
    return tuple(
        [FamilyMention(one.start, one.end, one.family) for one in line.mentions if one.family is not None]
    )


def _about(line: Line, symbols: dict[str, str]) -> OtherGene | None:
    return None if line.about is None else _other(line.about, symbols)


def _other(gene: str, symbols: dict[str, str]) -> OtherGene:
    return OtherGene(symbols.get(gene, gene), gene if gene in symbols else None)


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)
