"""How well genes are found in text: the human genes of each marked document, and what finding them costs.

    python benchmarks/mentions.py ../shared/gold/mentions --index-dir var/index \\
        --ontology ../shared/corpus/go/go-basic.obo.gz

The marked texts are the training parts of NLM-Gene, GNormPlus and BioRED in PubTator's format.  What is
shipped was fitted on the documents of even PubMed IDs (benchmarks/fit_mentions.py); those of odd ones are the
measure.  Of a document counts the set of its genes of type Gene against the set that ``Annotator.annotate``
names:

- human documents: those whose marked genes are all human;
- all documents: where a human gene told for one of another species is wrong.

Told are precision, recall and F1 over all pairs of a document and a gene (micro), and the mean of F1 over the
documents that have a gene marked or told (macro).  Gene-free text is prose of our own (gene_free.txt) and the
names and definitions of cellular components that are no complexes, some of which do name proteins.

Speed: runs of letters and digits a second, over all marked documents several times, in one process and in
two, with the vocabulary read before the clock starts.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.mentions_gold import Marked, known, read_marked
from index.mentions.annotating import Annotator
from index.mentions.spelling import RUN
from index.mentions.vocabulary import Vocabulary

GENE_FREE = Path(__file__).with_name("gene_free.txt")
ROUNDS = 3


class Score(Struct):
    right: int = 0
    wrong: int = 0
    missed: int = 0
    documents: int = 0
    told: float = 0.0
    """Sum of F1 over the documents that count for the macro mean."""
    telling: int = 0

    def add(self, found: frozenset[str], wanted: frozenset[str]) -> None:
        right = len(found & wanted)
        self.right += right
        self.wrong += len(found - wanted)
        self.missed += len(wanted - found)
        self.documents += 1
        if found or wanted:
            self.telling += 1
            self.told += 2 * right / (len(found) + len(wanted))

    @property
    def row(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        both = 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)
        return (
            f"{self.documents} | {self.right + self.missed} | {precision:.3f} | {recall:.3f} | {both:.3f}"
            f" | {self.told / max(1, self.telling):.3f}"
        )


def genes_of(annotator: Annotator, text: str) -> frozenset[str]:
    return frozenset(gene for one in annotator.annotate(text) for gene in one.genes)


def scored(marked: Iterable[Marked], annotator: Annotator, by_ncbi: dict[str, str]) -> list[str]:
    scores: dict[tuple[str, str, str], Score] = {}
    for one in marked:
        wanted = frozenset(by_ncbi[gene] for gene in one.genes if gene in by_ncbi)
        found = genes_of(annotator, one.text)
        half = "even" if one.even else "odd"
        for which in ("human", "all") if one.genes <= by_ncbi.keys() else ("all",):
            for corpus in (one.corpus, "together"):
                scores.setdefault((half, which, corpus), Score()).add(found, wanted)
    order = {"odd": 0, "even": 1, "human": 0, "all": 1}
    return [
        f"| {half} | {which} | {corpus} | {score.row} |"
        for (half, which, corpus), score in sorted(
            scores.items(),
            key=lambda one: (order[one[0][0]], order[one[0][1]], one[0][2] == "together", one[0][2]),
        )
    ]


def cellular_components(file: Path) -> list[str]:
    told: list[str] = []
    name = ""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("name: "):
                name = line[6:].strip()
            elif line.startswith("namespace: "):
                component = line.strip().endswith("cellular_component")
            elif line.startswith('def: "') and component and "complex" not in name:
                told.append(f"{name}. {line.split(chr(34))[1]}")
    return told


def gene_free(annotator: Annotator, name: str, texts: Sequence[str]) -> str:
    runs = sum(len(RUN.findall(text)) for text in texts)
    told = [text[one.start : one.end] for text in texts for one in annotator.annotate(text) if one.genes]
    shown = ", ".join(f"`{one}`" for one in list(dict.fromkeys(told))[:12])
    return f"| {name} | {runs:,} | {len(told)} | {shown} |"


def speed(vocabulary: Vocabulary, texts: Sequence[str], processes: int) -> float:
    """Runs of letters and digits a second."""
    runs = ROUNDS * sum(len(RUN.findall(text)) for text in texts)
    shares = [list(texts[part::processes]) for part in range(processes)]
    context = multiprocessing.get_context("fork")
    ready, go = context.Barrier(processes + 1), context.Event()
    encoded = msgspec.msgpack.encode(vocabulary)

    def work(share: list[str]) -> None:
        annotator = Annotator(msgspec.msgpack.decode(encoded, type=Vocabulary))
        annotator.annotate(share[0])
        ready.wait()
        go.wait()
        for _ in range(ROUNDS):
            for text in share:
                annotator.annotate(text)

    workers = [context.Process(target=work, args=(share,)) for share in shares]
    for worker in workers:
        worker.start()
    ready.wait()
    begun = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    return runs / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--index-dir", type=Path, required=True)
    parser.add_argument("--ontology", type=Path)
    parser.add_argument("--no-speed", action="store_true")
    asked = parser.parse_args()
    index = known(asked.index_dir)
    report(
        index.vocabulary, index.by_ncbi, read_marked(asked.gold), asked.ontology, not asked.no_speed, print
    )


def report(
    vocabulary: Vocabulary,
    by_ncbi: dict[str, str],
    marked: Sequence[Marked],
    ontology: Path | None,
    with_speed: bool,
    say: Callable[[str], object],
) -> None:
    annotator = Annotator(vocabulary)
    say("| half | documents | corpus | number | genes | precision | recall | F1 | F1, mean of documents |")
    say("|---|---|---|---:|---:|---:|---:|---:|---:|")
    for row in scored(marked, annotator, by_ncbi):
        say(row)
    say("")
    say("| gene-free text | runs of letters and digits | told as genes | such as |")
    say("|---|---:|---:|---|")
    say(gene_free(annotator, "prose of our own", GENE_FREE.read_text(encoding="utf-8").split("\n\n")))
    if ontology is not None:
        say(gene_free(annotator, "cellular components", cellular_components(ontology)))
    if with_speed:
        texts = [one.text for one in marked]
        say("")
        for processes in (1, 2):
            told = speed(vocabulary, texts, processes)
            say(f"{told:,.0f} runs of letters and digits a second, {processes} process(es)")


if __name__ == "__main__":
    main()
