"""What three questions are answered on the seeds, for people to read and agree with.

Of sentences that are other people's only length, place and digest are written, and the words that are found
or named; ``python tests/golden/update.py --read`` prints the same with the sentences, where the seeds lie.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

from index.build import build
from search import Genes, open_index
from search.page import GeneMention, Highlight, Hit

QUESTIONS = ("zinc", "REST deafness", "copper binding")
_SHOWN = 50
"""More genes than the seeds hold."""


_KEPT = ("#", "hgnc_id\t", "HGNC:9966\t", "HGNC:29389\t", "HGNC:26729\t")
"""How lines begin that tell of the file, and of REST, SRRM4 and SRRM3, which the seeds name."""
_HUMAN = Path(__file__).parents[2] / "data" / "human" / "hgnc_complete_set.tsv.gz"


def answers(seeds: list[Path], index_dir: Path, *, readable: bool = False) -> str:
    """The answers to all questions, from an index built in ``index_dir`` of the seeds and of what HGNC says
    of the other genes that they name."""
    names = index_dir.with_name("hgnc_complete_set.tsv")
    with gzip.open(_HUMAN, "rt", encoding="utf-8") as rows:
        names.write_text("".join(row for row in rows if row.startswith(_KEPT)), "utf-8")
    build([*seeds, names], index_dir, processes=1)
    with open_index(index_dir) as genes:
        return "".join(f"{line}\n" for question in QUESTIONS for line in _answer(genes, question, readable))


def _answer(genes: Genes, question: str, readable: bool) -> Iterator[str]:
    page = genes.search(question, size=_SHOWN)
    missing = "; none holds every word" if page.query.relaxed else ""
    yield f"# {question}"
    yield f"{page.total} genes{missing}"
    yield ""
    for place, hit in enumerate(page.hits, 1):
        yield from _hit(place, hit, readable)
        yield ""


def _hit(place: int, hit: Hit, readable: bool) -> Iterator[str]:
    lacks = f"; without {', '.join(hit.missing)}" if hit.missing else ""
    yield f"{place}. {hit.symbol} ({hit.id}), by {hit.match.kind}{lacks}"
    for highlight in hit.highlights:
        yield from _highlight(highlight, readable)


def _highlight(highlight: Highlight, readable: bool) -> Iterator[str]:
    text = highlight.sentence
    at = "" if highlight.at is None else f" at {highlight.at}"
    yield f"   {highlight.section}{at}, {highlight.source} ({highlight.provenance})"
    if readable:
        yield f"     “{text}”"
    yield f"     {len(text)} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if highlight.about:
        yield f"     about: {highlight.about.symbol}, not evidence for this gene"
    yield f"     found: {', '.join(_place(text, *span) for span in highlight.spans) or 'nothing'}"
    papers = [f"[{ref.n}] PMID {ref.pmid or 'unknown'} ({ref.year}, {ref.scope})" for ref in highlight.refs]
    yield f"     papers: {', '.join(papers) or 'none'}"
    named = [f"{_place(text, one.start, one.end)} = {_meant(one)}" for one in highlight.mentions]
    named += [f"{_place(text, one.start, one.end)} = family {one.family}" for one in highlight.families]
    yield f"     named: {', '.join(named) or 'none'}"


def _place(text: str, start: int, end: int) -> str:
    return f"{text[start:end]} [{start}:{end}]"


def _meant(mention: GeneMention) -> str:
    others = "".join(f" or {other.symbol} ({other.id})" for other in mention.others)
    return f"{mention.symbol} ({mention.id}){others}"
