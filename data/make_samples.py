"""Render the hand-written sample corpus into the three page formats.

`samples_text.yaml` holds every gene's content once; this script writes it as a Harmonizome text page,
a Harmonizome HTML page and a gene post below `samples/`. The twins in `samples/twins/` are static
files and stay untouched.

    python data/make_samples.py

The markup of a summary: `**bold**`, `*italic*`, `[text](address)`, and citations by PubMed number:
`[[1]]`, a group `[[1, 2]]`, a range `[[1 .. 2 .. 3]]`, and `[[missing 9]]`, which cites a number that
the reference list does not hold. A paragraph that is a list holds its later items as nested paragraphs.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "samples_text.yaml"
TARGET = HERE / "samples"

NCBI_GENE = "https://www.ncbi.nlm.nih.gov/gene/"
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
AMIGO = "https://amigo.geneontology.org/amigo/term/"
PROTEIN_ATLAS = "https://www.proteinatlas.org/"

MARKUP = re.compile(
    r"\[\[(?P<cite>[^\]]+)\]\]"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|\*(?P<italic>[^*]+)\*"
    r"|\[(?P<anchor>[^\]]+)\]\((?P<href>[^)]+)\)"
)
BRACKETS = {
    "spaced": " [provided by {provider}, {date}]",
    "tight": "[provided by {provider}, {date}]",
    "undated": " [provided by {provider}]",
}
SORTING_NOTE = "Rows that come with a standardized value are sorted by it."

Node = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A cited paper; what its source does not tell is None."""

    pmid: int
    title: str
    authors: str | None = None
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    rcr: float | None = None


@dataclass(frozen=True)
class Dataset:
    """A row of the association table; `origin` replaces a regular ending of its sentence."""

    name: str
    relation: str
    category: str
    origin: str | None = None
    go: str | None = None

    def sentence(self, symbol: str) -> str:
        origin = self.origin or f"the {self.name}"
        return f"{self.relation.format(symbol=symbol)} from {origin} dataset."


@dataclass(frozen=True)
class Gene:
    """Everything that is written about one gene."""

    symbol: str
    name: str
    ncbi_gene: int
    ensembl: str
    location: str
    table: str
    datasets: str
    summary: list[Any]
    atlas: str
    bracket: str = "spaced"
    description: str | None = None
    redirected_from: str | None = None
    families: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    proteins: list[str] = field(default_factory=list)
    go: dict[str, list[str]] = field(default_factory=dict)
    publications: list[int] = field(default_factory=list)
    transcription_factors: list[list[Any]] = field(default_factory=list)
    tissues: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Corpus:
    """The source file, read and typed."""

    provider: str
    date: str
    post_date: str
    papers: dict[int, Paper]
    dataset_sets: dict[str, list[Dataset]]
    genes: list[Gene]


def load(path: Path) -> Corpus:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    datasets = {key: Dataset(**row) for key, row in raw["datasets"].items()}
    return Corpus(
        provider=raw["provider"],
        date=raw["date"],
        post_date=raw["post_date"],
        papers={pmid: Paper(pmid, **row) for pmid, row in raw["papers"].items()},
        dataset_sets={key: [datasets[name] for name in names] for key, names in raw["dataset_sets"].items()},
        genes=[Gene(**row) for row in raw["genes"]],
    )


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(items) < 3:
        return " and ".join(items)
    return f"{', '.join(items[:-1])}, and {items[-1]}"


# The summary tree


def text_node(text: str) -> Node:
    return {"type": "t", "text": text}


def node(kind: str, *children: Node, **attributes: Any) -> Node:
    return {"type": kind, **attributes, "children": list(children)}


def link_node(text: str, href: str) -> Node:
    return {"type": "a", "children": [text_node(text)], "href": href}


class Citations:
    """Numbers papers in the order in which they are first cited."""

    def __init__(self) -> None:
        self.pmids: list[int] = []

    def number(self, pmid: int) -> int:
        if pmid not in self.pmids:
            self.pmids.append(pmid)
        return self.pmids.index(pmid) + 1

    def group(self, markup: str) -> Node:
        if markup.startswith("missing "):
            return node("fg", {"type": "fg_f", "ref": markup.removeprefix("missing ")})
        if " .. " in markup:
            numbers = [self.number(int(pmid)) for pmid in markup.split(" .. ")]
            if numbers != list(range(numbers[0], numbers[-1] + 1)):
                raise ValueError(f"not a range: {markup}")
            return node("fg", {"type": "fg_fs", "start_ref": str(numbers[0]), "end_ref": str(numbers[-1])})
        refs = (str(self.number(int(pmid))) for pmid in markup.split(", "))
        return node("fg", *({"type": "fg_f", "ref": ref} for ref in refs))


def inline_nodes(text: str, citations: Citations) -> list[Node]:
    nodes: list[Node] = []
    position = 0
    for match in MARKUP.finditer(text):
        if match.start() > position:
            nodes.append(text_node(text[position : match.start()]))
        if match["cite"]:
            nodes.append(citations.group(match["cite"]))
        elif match["bold"]:
            nodes.append(node("b", text_node(match["bold"])))
        elif match["italic"]:
            nodes.append(node("i", text_node(match["italic"])))
        else:
            nodes.append(link_node(match["anchor"], match["href"]))
        position = match.end()
    if position < len(text):
        nodes.append(text_node(text[position:]))
    return nodes


def paragraph_node(paragraph: str | list[str], citations: Citations, end: str) -> Node:
    """A paragraph begins and ends with the stray line ends (or nothing) that real pages have."""
    own, *nested = [paragraph] if isinstance(paragraph, str) else paragraph
    children = inline_nodes("\n" + own, citations)
    for inner in nested:
        children += [text_node("\n\n"), paragraph_node(inner, citations, "\n")]
    return node("p", *children, *([] if nested else [text_node(end)]))


def reference_node(number: int, paper: Paper) -> Node:
    children = [text_node(f"{paper.authors} ")] if paper.authors else []
    children.append(node("b", text_node(paper.title)))
    if paper.journal:
        children += [text_node(" "), node("i", text_node(f"{paper.journal} ({paper.year})"))]
    if paper.doi:
        children += [text_node(" DOI: "), link_node(paper.doi, f"https://doi.org/{paper.doi}")]
    children += [text_node(" PMID: "), link_node(str(paper.pmid), f"{PUBMED}{paper.pmid}")]
    return node("r", *children, ref=number)


def summary_tree(gene: Gene, papers: dict[int, Paper]) -> Node:
    citations = Citations()
    children: list[Node] = []
    for index, paragraph in enumerate(gene.summary):
        if index:
            children.append(text_node("\n\n"))
        children.append(paragraph_node(paragraph, citations, "\n" if index else ""))
    references = [reference_node(number, papers[pmid]) for number, pmid in enumerate(citations.pmids, 1)]
    return node("root", *children, node("rg", *references))


# Harmonizome pages


def described(gene: Gene, corpus: Corpus) -> str:
    if not gene.description:
        return ""
    return gene.description + BRACKETS[gene.bracket].format(provider=corpus.provider, date=corpus.date)


def page_rows(gene: Gene, corpus: Corpus) -> list[tuple[str, str]]:
    """The rows that hold text; an empty one is left out."""
    rows = [
        ("HGNC Family", ", ".join(gene.families)),
        ("Name", gene.name),
        ("Description", described(gene, corpus)),
        ("Summary", json.dumps(summary_tree(gene, corpus.papers), ensure_ascii=False)),
        ("Synonyms", ", ".join(gene.aliases + gene.previous)),
        ("Proteins", ", ".join(gene.proteins)),
        ("NCBI Gene ID", str(gene.ncbi_gene)),
    ]
    return [(label, value) for label, value in rows if value]


BLANK_ROWS = ("API", "Download Associations")
IMAGE_ROWS = ("Predicted Functions", "Co-expressed Genes", "Expression in Tissues and Cell Lines")


def association_sentence(gene: Gene, datasets: list[Dataset]) -> str:
    """A dataset of GO terms counts the gene's terms of that aspect, any other dataset counts one."""
    total = sum(len(gene.go.get(row.go, [])) if row.go else 1 for row in datasets)
    categories = list(dict.fromkeys(row.category for row in datasets))
    return (
        f"{gene.symbol} has {total} functional associations with biological entities spanning "
        f"{len(categories)} categories ({', '.join(categories)}) extracted from {len(datasets)} datasets."
    )


def opening_note(gene: Gene) -> str:
    return f"Each row below opens with its + button and lists what {gene.symbol} is linked to."


def text_page(gene: Gene, corpus: Corpus) -> str:
    datasets = corpus.dataset_sets[gene.datasets]
    bar = "| " if gene.table == "piped" else ""
    lines: list[str] = []
    for label, value in page_rows(gene, corpus):
        if label == "Summary":
            lines += [f"{bar}{label} |", value, "|"]
        else:
            lines.append(f"{bar}{label} | {value} |")
    lines += [f"{bar}{label} | |" for label in BLANK_ROWS]
    for label in IMAGE_ROWS:
        lines += [f"{bar}{label} |", "![]() |"]
    lines += [association_sentence(gene, datasets), opening_note(gene), SORTING_NOTE]
    lines += [f"{bar}Dataset | Summary | |", "|---|---|---|" if bar else "---|---|---|"]
    lines += [f"{bar}{row.name} | {row.sentence(gene.symbol)} | |" for row in datasets]
    return "\n".join(lines) + "\n"


def html_row(label: str, cell: str) -> list[str]:
    return [
        "<tr>",
        f'<td class="col-md-2">{escape(label)}</td>',
        f'<td class="col-md-10">{cell}</td>',
        "</tr>",
    ]


def html_head(gene: Gene) -> list[str]:
    note = f"Gene; redirected from {gene.redirected_from}" if gene.redirected_from else "Gene"
    return [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>Gene - {escape(gene.symbol)}</title>",
        "</head>",
        "<body>",
        '<div class="gene-page">',
        f'<h1>{escape(gene.symbol)} <span class="note gene">{escape(note)}</span></h1>',
    ]


def html_page(gene: Gene, corpus: Corpus) -> str:
    datasets = corpus.dataset_sets[gene.datasets]
    lines = [*html_head(gene), '<table class="table">']
    for label, value in page_rows(gene, corpus):
        lines += html_row(label, escape(value))
    for label in BLANK_ROWS:
        lines += html_row(label, "")
    for label in IMAGE_ROWS:
        lines += html_row(label, '<img alt="">')
    lines += ["</table>", "<h2>Functional Associations</h2>"]
    for sentence in (association_sentence(gene, datasets), opening_note(gene), SORTING_NOTE):
        lines.append(f"<p>{escape(sentence)}</p>")
    lines += [
        '<table class="table">',
        "<thead>",
        "<tr><th>Dataset</th><th>Summary</th><th></th></tr>",
        "</thead>",
    ]
    lines.append("<tbody>")
    for row in datasets:
        lines.append(
            f"<tr><td>{escape(row.name)}</td><td>{escape(row.sentence(gene.symbol))}</td><td></td></tr>"
        )
    lines += ["</tbody>", "</table>", "</div>", "</body>", "</html>"]
    return "\n".join(lines) + "\n"


# Gene posts


def front_matter(gene: Gene, corpus: Corpus) -> str:
    return "\n".join(
        [
            "---",
            "layout: post",
            f"title: {gene.symbol}",
            f"date: {corpus.post_date}",
            f"description: {gene.symbol} description",
            "tags: [cooccuring-genes]",
            "categories: unknown-mechanism",
            "pretty_table: true",
            "citation: true",
            "related_posts: true",
            "---",
        ]
    )


def identifier_table(gene: Gene) -> str:
    return "\n".join(
        [
            f"| [NCBI ID]({NCBI_GENE}{gene.ncbi_gene}) | NCBI symbol | ENSEMBL ID | Chromosome location |",
            "| :-------- | :------- | :-------- | :------- |",
            f"| {gene.ncbi_gene}  | {gene.symbol} | {gene.ensembl} | {gene.location}  |",
        ]
    )


def go_links(terms: list[str]) -> list[str]:
    pairs = (term.split(" ", 1) for term in terms)
    return [f"[{name}]({AMIGO}{identifier})" for identifier, name in pairs]


def go_paragraph(gene: Gene) -> str:
    functions = go_links(gene.go.get("function", []))
    components = go_links(gene.go.get("component", []))
    processes = go_links(gene.go.get("process", []))
    sentences: list[str] = []
    if len(functions) > 2:
        sentences.append(f"The gene enables {listed(functions[:-1])}, and is involved in {functions[-1]}.")
    elif functions:
        sentences.append(f"The gene enables {listed(functions)}.")
    if components:
        both = "both " if len(components) == 2 else ""
        sentences.append(f"It is active and located in {both}the {listed(components)}.")
    if processes:
        sentences.append(
            f"The gene plays roles in various biological processes, including {listed(processes)}."
        )
    return " ".join(sentences)


def publication(paper: Paper) -> str:
    text = f'"[{paper.title}]({PUBMED}{paper.pmid})"'
    if paper.year:
        text += f" ({paper.year})"
    if paper.rcr:
        text += f" (relative citation ratio: {paper.rcr})"
    return text


def publications_paragraph(gene: Gene, papers: dict[int, Paper]) -> str:
    cited = [papers[pmid] for pmid in gene.publications]
    if not cited:
        return ""
    ranked = ", ranked by their scientific influence," if all(paper.rcr for paper in cited) else ""
    listing = listed([publication(paper) for paper in cited])
    return f"The top {len(cited)} publications mentioning {gene.symbol}{ranked} include {listing}."


def atlas_paragraph(gene: Gene) -> str:
    return f"[{gene.symbol}]({PROTEIN_ATLAS}{gene.ensembl}-{gene.symbol}) {gene.atlas}"


def factor_paragraph(gene: Gene) -> str:
    if not gene.transcription_factors:
        return ""
    by_count: dict[int, list[str]] = {}
    for name, number, count in gene.transcription_factors:
        by_count.setdefault(count, []).append(f"[{name}]({NCBI_GENE}{number})")
    (most, first), *rest = by_count.items()
    sentences = [
        "The top transcription factors (TFs) identified from the GTRD database, counted by their CHIP-seq "
        f"experiments, include {listed(first)}, each with {most} experiments."
    ]
    for count, names in rest:
        sentences.append(f"Additionally, {listed(names)} come next, with {count} experiments each.")
    return " ".join(sentences)


def tissue_paragraph(gene: Gene) -> str:
    if not gene.tissues:
        return ""
    return f"The gene is expressed in multiple tissue samples, including the {listed(gene.tissues)}."


def family_paragraph(gene: Gene, genes: list[Gene]) -> str:
    relatives = [other for other in genes if other is not gene and set(other.families) & set(gene.families)]
    if not relatives:
        return ""
    links = [f"[{other.symbol}]({NCBI_GENE}{other.ncbi_gene})" for other in relatives]
    return f"In the same HGNC family there {'is' if len(links) == 1 else 'are'} {listed(links)}."


CHECKS = """\
| Checks    | Answer |
| :-------- | :------- |
| Sentiment  | neutral   |
| Ethical concerns | no     |
| Coherence    | no    |"""


def post(gene: Gene, corpus: Corpus) -> str:
    blocks = [
        front_matter(gene, corpus),
        identifier_table(gene),
        go_paragraph(gene),
        publications_paragraph(gene, corpus.papers),
        atlas_paragraph(gene),
        factor_paragraph(gene),
        tissue_paragraph(gene),
        family_paragraph(gene, corpus.genes),
        CHECKS,
    ]
    return "\n\n\n".join(block for block in blocks if block) + "\n"


FORMATS = (
    ("harmonizome-text", ".txt", text_page),
    ("harmonizome-html", ".html", html_page),
    ("posts", ".md", post),
)


def main() -> None:
    corpus = load(SOURCE)
    for folder, suffix, render in FORMATS:
        (TARGET / folder).mkdir(parents=True, exist_ok=True)
        for gene in corpus.genes:
            path = TARGET / folder / f"{gene.symbol}{suffix}"
            path.write_text(render(gene, corpus), encoding="utf-8", newline="\n")
    print(f"{len(corpus.genes)} genes in {len(FORMATS)} formats")


if __name__ == "__main__":
    main()
