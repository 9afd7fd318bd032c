"""The engines that must pass the contract, one row each, and the corpora that they are asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct
from whoosh.query import Query

from index import cluster_encoding, ontology, ontology_writing, papers, writing
from index.cluster import Cluster
from index.cluster_layout import Place, genes_mapping, genes_settings
from index.cluster_loading import load_genes
from index.documenting import go_ids, run_of
from index.documents import Document
from index.engines.columnar.run import Analyser
from index.engines.columnar.writer import ColumnWriter
from index.engines.whoosh_index import EngineWriter
from index.records import GoTerm
from index.workers import Workers
from search.cluster_known import wider_asked
from search.cluster_words import ClusterWords
from search.columnar import Columnar
from search.engines import Engine
from search.engines.columnar_engine import ColumnarEngine
from search.engines.opensearch_engine import OpenSearchEngine
from search.engines.whoosh_engine import WhooshEngine
from search.expand import Beside
from search.leaves import Leaves
from search.wider import Wider
from tests.contract.above import Above, linked
from tests.contract.bm25f import Bm25f
from tests.contract.corpus import Corpus
from tests.contract.exhaustive import Exhaustive
from tests.contract.generated import documents, go_terms

ClusterOf = Callable[[], Cluster]
"""The cluster of the tests, which is only started where it is asked for."""


class Scorer(Protocol):
    """Search without an index."""

    def scores(self, tree: Query) -> dict[int, float]:
        """Every document that matches a logical tree, with its score."""


class EngineRow(Struct, frozen=True):
    name: str
    write: Callable[[Path, Sequence[Document], Sequence[GoTerm]], None]
    """Into the folder of a generation, the ontology too."""
    open: Callable[[Path, Beside, ClusterOf], Engine]
    scorer: Callable[[Corpus, Beside], Scorer]
    exact: bool = True
    """Whether its scores are the scorer's."""


class Asked:
    """An engine, and the exhaustive search over the same documents."""

    def __init__(
        self, engine: Engine, exhaustive: Scorer, documents: Sequence[Document], exact: bool
    ) -> None:
        self.engine = engine
        self.exact = exact
        self.exhaustive = exhaustive
        self.documents = documents


def _write_whoosh(folder: Path, documents: Sequence[Document], go_terms: Sequence[GoTerm]) -> None:
    with EngineWriter(folder) as writer:
        for document in documents:
            writer.add(document)
    ontology_writing.write(folder, go_terms, go_ids(documents))


def _write_columnar(folder: Path, documents: Sequence[Document], go_terms: Sequence[GoTerm]) -> None:
    """As two processes would, each of which tells the words and texts that it meets."""
    arrays = ontology_writing.arrays_of(go_terms, go_ids(documents))
    ontology_writing.write_arrays(folder, arrays)
    analysers = [Analyser({document.id: document.symbol for document in documents}) for _ in range(2)]
    with ColumnWriter(folder) as writer:
        for process, start in enumerate(range(0, len(documents), _RUN)):
            run = analysers[process % 2].run(documents[start : start + _RUN])
            writer.add(msgspec.structs.replace(run, process=process % 2))
        writer.finish(lambda: arrays)


def _write_generation(folder: Path, documents: Sequence[Document], go_terms: Sequence[GoTerm]) -> None:
    """All of a generation, which is what is loaded into a cluster."""
    found = writing.Beside(len(documents), papers.link([], {}, len(documents)), tuple(go_terms), ())
    with ColumnWriter(folder) as writer:
        run = run_of(list(documents), 0, Analyser({document.id: document.symbol for document in documents}))
        writing.write_runs(folder, [run], found, Workers(1), writer)


def place_in(folder: Path, cluster: Cluster) -> Place:
    """Where a generation that lies in a folder is loaded."""
    return Place(cluster.address.alias, sha256(str(folder).encode()).hexdigest())


def _open_cluster(folder: Path, beside: Beside, cluster_of: ClusterOf) -> Engine:
    cluster = cluster_of()
    place = place_in(folder, cluster)
    cluster.request("PUT", f"/{place.genes}", {"settings": genes_settings(2), "mappings": genes_mapping({})})
    genes = cluster_encoding.prepare(folder)
    load_genes(cluster, place, folder, Workers(1), lambda done: None)
    cluster.request("POST", f"/{place.genes}/_refresh")
    known = {**beside.known, **wider_asked(ontology.Ontology(folder)).known}
    words = ClusterWords(cluster, place, folder)
    return OpenSearchEngine(cluster, place, Beside(beside.genes_named, known), words, genes)


def _open_whoosh(folder: Path, beside: Beside, _: ClusterOf) -> Engine:
    return WhooshEngine(folder, beside)


def _open_columnar(folder: Path, beside: Beside, _: ClusterOf) -> Engine:
    columnar = Columnar(folder)
    return ColumnarEngine(columnar, Leaves(columnar, beside))


def _open_frequent(folder: Path, beside: Beside, _: ClusterOf) -> Engine:
    """As if every word were frequent."""
    columnar = Columnar(folder)
    return ColumnarEngine(columnar, Leaves(columnar, beside, frequent=-1))


ENGINES = (
    EngineRow("columnar", _write_columnar, _open_columnar, Bm25f),
    EngineRow("columnar, all words frequent", _write_columnar, _open_frequent, Bm25f),
    EngineRow("whoosh", _write_whoosh, _open_whoosh, Exhaustive),
    EngineRow("opensearch", _write_generation, _open_cluster, Bm25f, exact=False),
)
_RUN = 70
"""Documents that a process tells of at once."""


@cache
def corpus(count: int) -> Corpus:
    return Corpus(documents(count))


@cache
def above(count: int) -> Above:
    return Above(corpus(count).documents, go_terms())


def asked_of(row: EngineRow, count: int, folder: Path, cluster_of: ClusterOf) -> Asked:
    """An engine over the generated genes, each linked to papers."""
    made = corpus(count)

    def named(name: str) -> list[str]:
        return [document.id for document in made.documents if document.symbol == name]

    row.write(folder, made.documents, go_terms())
    wider = Wider(ontology.Ontology(folder))
    known = {**wider.known, "pmid": lambda leaf: linked(leaf, count)}
    engine = row.open(folder, Beside(named, known), cluster_of)
    return Asked(engine, row.scorer(made, above(count).beside(named)), made.documents, row.exact)
