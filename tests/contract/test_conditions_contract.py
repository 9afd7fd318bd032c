"""Queries with conditions on sentences: every engine finds the same genes and shows the same lines; that of a
cluster is asked in tests/search/test_narrowing.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import msgspec
import pytest

from index.documents import Document
from index.engines import EMBEDDED
from index.records import Reference
from search import Genes, open_index
from search.page import Hit
from tests.contract.generated import WORDS, documents, go_terms
from tests.making import publish

COUNT = 120
CONDITIONS = (
    "provenance:ai",
    "provenance:(curated OR computed)",
    "cited:true",
    "cited:false",
    "refs:>=2",
    "refs:[* TO 1]",
    "year:[2010 TO *]",
    "year:*",
    "section:summary",
    "section:(go OR reference)",
    "source:alliance",
    "NOT provenance:curated",
    "NOT (cited:true OR section:go)",
)


def said_by_all() -> list[Document]:
    """The generated genes, their lines said by all kinds of sources and citing several papers."""
    rng = Random(7)  # noqa: S311
    made = []
    for number, document in enumerate(documents(COUNT)):
        references = [
            Reference(n, title=f"on {WORDS[number + n]}", pmid=str(50_000 + (number + n) % 40), year=2005 + n)
            for n in range(number % 4)
        ]
        numbered = (
            tuple(msgspec.structs.replace(document.references[0], reference=one) for one in references)
            if (document.references)
            else ()
        )
        statements = tuple(
            msgspec.structs.replace(
                line,
                source=rng.randrange(3),
                cited=tuple(
                    msgspec.structs.replace(_CITED, reference=place)
                    for place in range(len(numbered))
                    if rng.random() < 0.4
                ),
            )
            for line in document.statements
            if line.field != "reference"
        )
        made.append(msgspec.structs.replace(document, references=numbered, statements=statements))
    return made


_CITED = next(line.cited[0] for document in documents(4) for line in document.statements if line.cited)


def asking_of_lines() -> list[str]:
    rng = Random(17)  # noqa: S311

    def word() -> str:
        drawn = WORDS[int(len(WORDS) * rng.random() ** 3)]
        return rng.choice((drawn, drawn, f'"{drawn}"', f"{drawn[:3]}*", f"summary:{drawn}", "mentions:G7"))

    def condition() -> str:
        return rng.choice(CONDITIONS)

    forms: tuple[Callable[[], str], ...] = (
        lambda: f"{word()} {condition()}",
        lambda: f"({word()} OR {word()}) {condition()}",
        lambda: f"{word()} {word()} {condition()} {condition()}",
        lambda: f"({word()} {condition()}) OR ({word()} {condition()})",
        lambda: f"{word()} {condition()} NOT {word()}",
        lambda: f"{condition()} NOT {word()}",
        lambda: f"{word()} NOT ({word()} {condition()})",
        lambda: f"({word()} {word()})~s",
        lambda: f"({word()} ({word()} OR {word()}) NOT {word()} {condition()})~s",
        lambda: f"{word()} OR {condition()}",
        lambda: f"{condition()} papers:>3",
        condition,
        lambda: f"NOT ({word()} {word()})~s {condition()}",
        lambda: f"({word()} OR {condition()})~s",
        lambda: f"(({word()} OR {condition()}) NOT {word()})~s",
        lambda: f"({word()} OR NOT {word()} OR papers:>20)~s {condition()}",
        lambda: f"(go:{WORDS[1]} {condition()})~s OR {word()}",
    )
    return list(dict.fromkeys(form() for _ in range(12) for form in forms))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Genes]]:
    made = {}
    for engine in EMBEDDED:
        folder = tmp_path_factory.mktemp(engine)
        publish(folder, said_by_all(), go_terms=go_terms(), engine=engine)
        made[engine] = open_index(folder)
    yield made
    for genes in made.values():
        genes.close()


def _shown(hits: tuple[Hit, ...]) -> dict[str, object]:
    return {hit.id: (hit.highlights, hit.missing, hit.match) for hit in hits}


@pytest.mark.parametrize("q", asking_of_lines())
def test_every_engine_finds_the_same_genes_and_shows_the_same_lines(opened: dict[str, Genes], q: str) -> None:
    first, *others = (genes.search(q, size=COUNT) for genes in opened.values())
    for other in others:
        assert _shown(other.hits) == _shown(first.hits)
        assert other.query == first.query
    assert first.total == len(first.hits)


def test_the_queries_find_something_and_not_everything(opened: dict[str, Genes]) -> None:
    totals = [opened["columnar"].search(q, size=0).total for q in asking_of_lines()]
    assert sum(0 < total < COUNT for total in totals) > len(totals) / 2


@pytest.mark.parametrize("engine", sorted(EMBEDDED))
@pytest.mark.parametrize("condition", CONDITIONS)
def test_either_of_two_things_in_a_line_finds_what_each_of_them_finds(
    opened: dict[str, Genes], engine: str, condition: str
) -> None:
    def found(q: str) -> set[str]:
        return {hit.id for hit in opened[engine].search(q, size=COUNT).hits}

    for word in (*WORDS[:4], f"name:{WORDS[0]}", f"{WORDS[2][:3]}*"):
        either = opened[engine].search(f"({word} OR {condition})~s", size=COUNT)
        assert {hit.id for hit in either.hits} == found(f"({word})~s") | found(f"({condition})~s")
        assert all(hit.highlights for hit in either.hits)


@pytest.mark.parametrize("q", asking_of_lines()[::3])
def test_every_engine_lets_the_same_genes_through_a_filter(opened: dict[str, Genes], q: str) -> None:
    found = [
        sorted(hit.id for hit in genes.search("papers:>=0", size=COUNT, filters=[q]).hits)
        for genes in opened.values()
    ]
    assert all(each == found[0] for each in found)
