"""Fit what finding genes in text ships with, on marked documents of even PubMed IDs.

    python benchmarks/fit_mentions.py ../shared/gold/mentions --index-dir var/index \\
        --ontology ../shared/corpus/go/go-basic.obo.gz --write

writes index/mentions/parameters.json.gz.  Needs scikit-learn and lightgbm in a scratch environment.  Nothing
of a marked name's own spelling is learned beyond its shape, its ending, its first and last word.  Fitted are

- how often each name stands in prose that is no marked text (the index's summaries, the ontology's
  definitions), and which names are plain words there;
- the weights of two linear scores of a place: by the words and signs around it, whether the name means a gene
  there, and by the words of document and sentence, whether a gene there is human;
- boosted trees over what is known of name, gene and document, which read those scores as they come out for
  documents that they were not fitted on (five parts, by PubMed ID);
- the least chance that counts, where the sum of F1 on human documents and on all is best.

The same input gives the same bytes.  Without ``--write`` only what cross-validation says of it is printed.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from lightgbm import LGBMClassifier
from msgspec import Struct, structs
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.fit_mentions_reading import Read, background, origin_features, read_documents
from benchmarks.mentions_gold import Known, Marked, known, read_marked
from index.mentions.annotating import Annotator
from index.mentions.features import Features, Group
from index.mentions.parameters import FILE, Parameters, Trees, encode
from index.mentions.scanning import Scanner
from index.mentions.vocabulary import Vocabulary

FOLDS = 5
GENE_C, ORIGIN_C = 0.12, 0.01
LEAST_WEIGHT = 0.005
DEPTH = 6
TREES = {
    "n_estimators": 280, "learning_rate": 0.05, "num_leaves": 28, "max_depth": DEPTH, "min_child_samples": 30,
    "reg_lambda": 5.0, "subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.5, "random_state": 7,
    "deterministic": True, "force_row_wise": True, "n_jobs": 2, "verbose": -1,
}  # fmt: skip
FIRST_TREES = Trees(1, [0], [0.0], [0.0, 0.0])


def fit_gene(documents: Sequence[Read]) -> dict[str, float]:
    features = [one for document in documents for raw in document.raws for one in raw.gene]
    labels = [one for document in documents for sentence in document.genes for one in sentence]
    return _linear(features, labels, GENE_C, 4)


def fit_origin(documents: Sequence[Read]) -> dict[str, float]:
    features, labels = [], []
    seen: Counter[str] = Counter()
    for document in documents:
        told = list(origin_features(document))
        seen.update(set().union(*told))
        for one, human in zip(told, [one for sentence in document.human for one in sentence], strict=True):
            if human is not None:
                features.append(one)
                labels.append(human)
    known_words = {word for word, count in seen.items() if count >= 6}
    return _linear([[word for word in one if word in known_words] for one in features], labels, ORIGIN_C, 1)


def _linear(
    features: Sequence[Sequence[str]], labels: Sequence[bool], strength: float, least: int
) -> dict[str, float]:
    vectors = CountVectorizer(analyzer=_itself, binary=True, min_df=least)
    matrix = vectors.fit_transform(features)
    model = LogisticRegression(C=strength, max_iter=300, solver="liblinear", random_state=0).fit(
        matrix, labels
    )
    names = vectors.get_feature_names_out()
    weights = {
        str(name): round(float(one), 4)
        for name, one in zip(names, model.coef_[0], strict=True)
        if abs(one) >= LEAST_WEIGHT
    }
    weights["intercept"] = round(float(model.intercept_[0]), 4)
    return weights


def _itself(features: Sequence[str]) -> Sequence[str]:
    return features


def with_weights(base: Parameters, gene: dict[str, float], origin: dict[str, float]) -> Parameters:
    words = sorted(word[2:] for word in origin if word.startswith("d "))
    return structs.replace(base, gene=gene, origin=origin, page_words=words)


class Row(Struct):
    document: int
    group: tuple[int, int]
    """Of the document, of the group in it."""
    gene: str
    right: bool
    weight: float
    numbers: list[float]


def rows(documents: Sequence[tuple[int, Read]], vocabulary: Vocabulary, parameters: Parameters) -> list[Row]:
    annotator = Annotator(vocabulary, parameters)
    features = Features(vocabulary, parameters.background)
    made: list[Row] = []
    for number, document in documents:
        text = document.marked.text
        scans = [
            annotator.scan(text[start : start + len(raw.reading.text)])
            for start, raw in zip(document.starts, document.raws, strict=True)
        ]
        marked = {
            (place, one.start, one.end, one.key): ids
            for place, (scan, told) in enumerate(zip(scans, document.ids, strict=True))
            for one, ids in zip(scan.candidates, told, strict=True)
        }
        for at, group in enumerate(features.groups(annotator.page(scans))):
            right = frozenset().union(
                *[marked[place, one.start, one.end, one.key] for place, one in group.members]
            )
            made += _rows(number, at, group, right, document.wanted, vocabulary)
    return made


def _rows(
    number: int, at: int, group: Group, right: frozenset[str], wanted: frozenset[str], vocabulary: Vocabulary
) -> Iterator[Row]:
    for gene, numbers in zip(group.genes, group.rows, strict=True):
        gene_id = vocabulary.genes[gene]
        elsewhere = gene_id in wanted and gene_id not in right
        yield Row(number, (number, at), gene_id, gene_id in right, 0.0 if elsewhere else 1.0, numbers)


def fit_trees(made: Sequence[Row]) -> LGBMClassifier:
    numbers, right, weights = arrays(made)
    return LGBMClassifier(**TREES).fit(numbers, right, sample_weight=weights)


def arrays(made: Sequence[Row]) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]]:
    return (
        np.array([row.numbers for row in made], np.float32),
        np.array([row.right for row in made]),
        np.array([row.weight for row in made]),
    )


def as_trees(model: LGBMClassifier) -> Trees:
    """The model's trees, each filled up to one depth."""
    told = model.booster_.dump_model()
    features: list[int] = []
    thresholds: list[float] = []
    leaves: list[float] = []
    for tree in told["tree_info"]:
        level = [tree["tree_structure"]]
        for _ in range(DEPTH):
            below = []
            for node in level:
                inner = "split_feature" in node
                features.append(node["split_feature"] if inner else 0)
                thresholds.append(_rounded(node["threshold"]) if inner else 0.0)
                below += [node["left_child"], node["right_child"]] if inner else [node, node]
            level = below
        leaves += [round(node["leaf_value"], 5) for node in level]
    return Trees(DEPTH, features, thresholds, leaves)


def _rounded(threshold: float) -> float:
    """As the rows have it: single precision."""
    return float(np.float32(threshold))


def pairs(made: Sequence[Row], chances: Sequence[float]) -> list[tuple[float, int, str]]:
    """Of each group the likeliest gene: (chance, document, gene)."""
    best: dict[tuple[int, int], tuple[float, int, str]] = {}
    for row, chance in zip(made, chances, strict=True):
        if row.group not in best or chance > best[row.group][0]:
            best[row.group] = (float(chance), row.document, row.gene)
    return list(best.values())


def f1(
    documents: Sequence[Read],
    found: Iterable[tuple[float, int, str]],
    threshold: float,
    chosen: Callable[[Read], bool],
) -> float:
    told: dict[int, set[str]] = {}
    for chance, document, gene in found:
        if chance >= threshold:
            told.setdefault(document, set()).add(gene)
    right = wrong = missed = 0
    for number, one in enumerate(documents):
        if chosen(one):
            mine = told.get(number, set())
            right += len(mine & one.wanted)
            wrong += len(mine - one.wanted)
            missed += len(one.wanted - mine)
    return 2 * right / max(1, 2 * right + wrong + missed)


def fold_of(pmid: str) -> int:
    return int(pmid) // 2 * 7919 % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--index-dir", type=Path, required=True)
    parser.add_argument("--ontology", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    warnings.filterwarnings("ignore")
    parameters = fit(
        known(asked.index_dir),
        [one for one in read_marked(asked.gold) if one.even],
        definitions(asked.ontology),
    )
    data = encode(parameters)
    print(f"{len(data):,} bytes")
    if asked.write:
        FILE.write_bytes(data)


def fit(index: Known, documents: Sequence[Marked], told: Iterable[str]) -> Parameters:
    vocabulary = index.vocabulary
    counts, common = background(vocabulary, index.prose, told, [one.text for one in documents])
    base = Parameters(counts, common, {}, {}, [], FIRST_TREES, 0.5)
    features = Features(vocabulary, counts)
    scanner = Scanner(vocabulary, features, base)
    read_ones = read_documents(documents, scanner, index.by_ncbi)
    made: list[Row] = []
    for fold in range(FOLDS):
        others = [one for one in read_ones if fold_of(one.marked.pmid) != fold]
        weighted = with_weights(base, fit_gene(others), fit_origin(others))
        made += rows(
            [(n, one) for n, one in enumerate(read_ones) if fold_of(one.marked.pmid) == fold],
            vocabulary,
            weighted,
        )
    chances = np.zeros(len(made))
    folds = np.array([fold_of(read_ones[row.document].marked.pmid) for row in made])
    numbers, right, weights = arrays(made)
    for fold in range(FOLDS):
        model = LGBMClassifier(**TREES).fit(
            numbers[folds != fold], right[folds != fold], sample_weight=weights[folds != fold]
        )
        chances[folds == fold] = model.predict_proba(numbers[folds == fold])[:, 1]
    found = pairs(made, chances.tolist())
    scores = []
    for threshold in np.arange(0.25, 0.6, 0.025).round(3).tolist():
        human = f1(read_ones, found, threshold, lambda one: one.marked.genes <= index.by_ncbi.keys())
        whole = f1(read_ones, found, threshold, lambda _: True)
        scores.append((human + whole, threshold))
        print(f"threshold {threshold:.3f}: F1 {human:.4f} on human documents, {whole:.4f} on all", flush=True)
    threshold = max(scores)[1]
    final = with_weights(base, fit_gene(read_ones), fit_origin(read_ones))
    return structs.replace(final, trees=as_trees(fit_trees(made)), threshold=threshold)


def definitions(file: Path) -> list[str]:
    """Names and definitions of the terms of an ontology in OBO format."""
    told = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("name: "):
                told.append(line[6:].strip())
            elif line.startswith('def: "'):
                told.append(line.split('"')[1])
    return told


if __name__ == "__main__":
    main()
