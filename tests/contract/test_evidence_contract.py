"""Evidence from documents and evidence from columns are the same: strengths, lines, spans, references."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from msgspec import Struct

from index.analysis import FUNCTION_WORDS
from index.generations import generation_path
from index.ontology import Ontology
from index.papers import PaperTable
from index.store import RecordStore
from search import linked, present
from search.columnar import Columnar
from search.engines.columnar_engine import ColumnarEngine
from search.evidence import Words, weights_from
from search.expand import Beside
from search.following import Follows
from search.identity import genes_named
from search.leaves import Leaves
from search.lines import ColumnReviewer
from search.linked import linked_genes
from search.marks import Marked
from search.page import Match
from search.query import parse, words_of
from search.records import RecordReviewer
from search.wider import Wider
from tests.contract.generated import documents, go_terms, queries
from tests.making import publish

TEXT = Match("text", "", "", "")
PLACES = 9


class Both(Struct):
    """One generation, and the two ways to look at its genes."""

    store: RecordStore
    wider: Wider
    beside: Beside
    columnar: Columnar

    def reviewers(self, q: str) -> tuple[RecordReviewer, ColumnReviewer, list[int]]:
        leaves = Leaves(self.columnar, self.beside)
        asked = words_of(parse(q).tree)
        asking = ColumnarEngine(self.columnar, leaves).asking()
        weights = weights_from([len(asking.matching(leaf)) for leaf in asked], self.store.genes)
        found = sorted({doc for leaf in asked for doc in asking.matching(leaf).docs.tolist()})
        named = self.beside.genes_named
        implied = self.wider.implied(asked)
        read = Words(asked, weights, named, implied, self.wider.ids)
        marked = Marked(self.columnar, leaves, self.wider, asked, Words(asked, weights, named))
        by_documents = RecordReviewer(self.store, self.columnar.doc_papers, read, implied)
        return by_documents, ColumnReviewer(marked, Follows(marked, self.wider)), found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("index")
    made = documents(300)
    papers = {100_000 + number: [made[number].id, made[-number].id] for number in range(1, 40)}
    generation = generation_path(folder, publish(folder, made, go_terms=go_terms(), linked=papers))
    store = RecordStore(generation)
    wider = Wider(Ontology(generation))
    known = {**wider.known, linked.FIELD.name: linked_genes(PaperTable(generation))}
    yield Both(store, wider, Beside(partial(genes_named, store=store), known), Columnar(generation))
    store.close()


@pytest.mark.parametrize("q", queries())
def test_both_ways_give_the_same_strengths_and_the_same_highlights(both: Both, q: str) -> None:
    by_documents, by_columns, found = both.reviewers(q)
    docs = np.array(found, np.int32)
    one, other = by_documents.strengths(docs), by_columns.strengths(docs)
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=10**-PLACES)
    told = [row.papers for row in both.store.rows(docs.tolist())]
    assert by_documents.papers(docs).tolist() == by_columns.papers(docs).tolist() == told
    for own_part, part in zip(by_documents.labelled(), by_columns.labelled(), strict=True):
        np.testing.assert_allclose(own_part, part, atol=10**-PLACES)
    for doc in found[:25]:
        own, columns = by_documents.gene(doc), by_columns.gene(doc)
        assert present.hit(columns, 1.0, TEXT, ()) == present.hit(own, 1.0, TEXT, ())


@pytest.mark.parametrize("count", [11, 17, 33, 40])
def test_both_ways_give_the_same_strengths_of_many_words(both: Both, count: int) -> None:
    drawn = dict.fromkeys(word for q in queries() for word in q.split() if word.islower() and word.isalpha())
    words = [word for word in drawn if word not in FUNCTION_WORDS][:count]
    by_documents, by_columns, found = both.reviewers(" OR ".join(words))
    docs = np.array(found, np.int32)
    assert len(words) == count
    for mine, theirs in zip(by_documents.strengths(docs), by_columns.strengths(docs), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=10**-PLACES)
    for own_part, part in zip(by_documents.labelled(), by_columns.labelled(), strict=True):
        np.testing.assert_allclose(own_part, part, atol=10**-PLACES)


@pytest.mark.parametrize("q", queries())
def test_genes_shown_together_have_the_lines_that_each_has_alone(both: Both, q: str) -> None:
    _, by_columns, found = both.reviewers(q)
    docs = found[:12][::-1]
    by_columns.strengths(np.array(sorted(docs[::2]), np.int32))  # others are looked at later
    together = by_columns.genes(docs)
    for one in together:
        one.choose(TEXT)
    shown = [one.hit(1.0, TEXT, ()) for one in together]
    assert shown == [by_columns.gene(doc).hit(1.0, TEXT, ()) for doc in docs]
