"""Render the sample corpus as answers of Harmonizome's API, in both forms in which they are kept.

One gene is a file by itself, indented, with its associations; the others stand on a line each,
without. An association here is one of the gene's Gene Ontology terms, under the dataset of its aspect.

    python data/make_api_samples.py
"""

import json
from typing import Any
from urllib.parse import quote_plus

from make_samples import NCBI_GENE, SOURCE, TARGET, Corpus, Gene, described, load

ALONE = "MT1H"
FOLDER = TARGET / "harmonizome-api"


def address(kind: str, *names: str) -> str:
    """The API writes `/` and `+` as words before it encodes a name."""
    written = (quote_plus(name.replace("/", "$slash$").replace("+", "$plus$")) for name in names)
    return "/".join((f"/api/1.0/{kind}", *written))


def answer(gene: Gene, corpus: Corpus) -> dict[str, Any]:
    """What is not known stands as an empty text or list."""
    return {
        "symbol": gene.symbol,
        "synonyms": gene.aliases + gene.previous,
        "name": gene.name,
        "description": described(gene, corpus),
        "ncbiEntrezGeneId": gene.ncbi_gene,
        "ncbiEntrezGeneUrl": f"{NCBI_GENE}{gene.ncbi_gene}",
        "proteins": [{"symbol": entry, "href": address("protein", entry)} for entry in gene.proteins],
        "hgncRootFamilies": [
            {"name": family, "href": address("hgnc_root_family", family)} for family in gene.families
        ],
    }


def associations(gene: Gene, corpus: Corpus) -> list[dict[str, Any]]:
    return [
        {
            "geneSet": {
                "name": f"{term.partition(' ')[2]}/{dataset.name}",
                "href": address("gene_set", term.partition(" ")[2], dataset.name),
            },
            "thresholdValue": 1.0,
        }
        for dataset in corpus.dataset_sets[gene.datasets]
        if dataset.go
        for term in gene.go.get(dataset.go, [])
    ]


def main() -> None:
    corpus = load(SOURCE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = []
    for gene in corpus.genes:
        told = answer(gene, corpus)
        if gene.symbol == ALONE:
            told["associations"] = associations(gene, corpus)
            text = json.dumps(told, ensure_ascii=False, indent=2)
            (FOLDER / f"{ALONE}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        else:
            lines.append(json.dumps(told, ensure_ascii=False) + "\n")
    (FOLDER / "genes.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{len(corpus.genes)} answers")


if __name__ == "__main__":
    main()
