"""Sentences of a gene's page that are about another gene."""

from __future__ import annotations

import pytest

from index.asides import Told, asides

OWN, REST, SRRM4 = "HGNC:31864", "HGNC:9966", "HGNC:29389"
NAMES = frozenset({"MT1HL1", "MT1P2"})


def told(text: str, *genes: str, says_nothing: bool = False, opens: bool = False) -> Told:
    return Told(text, says_nothing, genes, opens)


SILENT = told("The abstract tells nothing of MT1HL1.", OWN, says_nothing=True)


@pytest.mark.parametrize(
    ("sentences", "about"),
    [
        ([SILENT, told("It is a study of REST.", REST)], [None, REST]),
        ([SILENT, told("REST meets SRRM4.", REST, SRRM4), told("So does REST.", REST)], [None, REST, REST]),
        ([SILENT, told("REST acts.", REST), told("Ears hear.")], [None, REST, REST]),
        (
            [
                SILENT,
                told("REST acts.", REST),
                told("REST is."),
                told("SRRM4 too.", SRRM4),
                told("It dimerises."),
            ],
            [None, REST, REST, SRRM4, SRRM4],
        ),
        ([SILENT, told("REST acts.", REST), told("Ears hear.", opens=True)], [None, REST, None]),
        ([SILENT, told("REST acts.", REST), told("REST binds MT1HL1.", REST, OWN)], [None, REST, None]),
        ([SILENT, told("This gene is near REST.", REST)], [None, None]),
        ([told("REST acts.", REST), SILENT], [None, None]),
        ([told("REST acts.", REST)], [None]),
        ([SILENT, told("Ears hear.")], [None, None]),
    ],
    ids=[
        "named after the page said that it knows nothing",
        "the gene named most, not each for itself",
        "a sentence that goes on with it",
        "a third gene is not the topic",
        "a new paragraph is another matter",
        "a sentence that names both",
        "a sentence that speaks of this gene",
        "said before",
        "a page that knows something",
        "nobody is named",
    ],
)
def test_a_sentence_is_about_the_gene_that_it_names(sentences: list[Told], about: list[str | None]) -> None:
    assert asides(sentences, OWN, NAMES) == about


def test_a_gene_that_is_not_known_is_told_by_its_symbol() -> None:
    sentences = [SILENT, told("REST is a repressor of DNA."), told("MT1HL1 binds it.")]
    assert asides(sentences, OWN, NAMES) == [None, "REST", None]
