"""The identity stage: a query that is a gene's name or identifier leads to that gene first.

Names are compared in three tiers, a weaker one never beating a stronger: literal,
without case, without dashes, blanks and Greek letters; within a tier approved
symbols, then previous ones, aliases, withdrawn ones, full names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import fold_case, fold_spelling
from index.papers import PaperTable
from index.records import NAME_KINDS, NameKind, Withdrawal
from index.store import GeneRow, IdentifierRow, NameRow, RecordStore
from search.page import Match, MatchKind, Owner, Suggestion, Withdrawn

_NAME_MATCH: dict[NameKind, MatchKind] = {
    "symbol": "symbol",
    "previous_symbol": "previous_symbol",
    "alias": "alias",
    "withdrawn": "withdrawn",
    "name": "name",
    "previous_name": "name",
    "alias_name": "name",
}
_IN_WORDS: dict[NameKind, str] = {
    "symbol": "symbol",
    "previous_symbol": "previous symbol of {symbol}",
    "alias": "alias of {symbol}",
    "withdrawn": "withdrawn symbol, now {symbol}",
    "name": "name of {symbol}",
    "previous_name": "previous name of {symbol}",
    "alias_name": "other name of {symbol}",
}
NAMESPACES = {
    "hgnc": "hgnc",
    "geneid": "ncbigene",
    "ncbigene": "ncbigene",
    "gene": "ncbigene",
    "entrez": "ncbigene",
    "ensembl": "ensembl",
    "uniprot": "uniprot",
    "uniprotkb": "uniprot",
    "omim": "omim",
    "mim": "omim",
    "refseq": "refseq",
    "doi": "doi",
}
"""A prefix, in lower case -> the namespace that it binds an identifier to."""
_PREFIXES = tuple(NAMESPACES)
_PREFIXED = re.compile(rf"((?ai:{'|'.join(NAMESPACES)}))(\s*:\s*|\s+)(\S+)")
_ENGLISH = "gene"
"""A prefix that is a word too: without its colon the text search takes it for one."""
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\S+)", re.IGNORECASE)
_FORMER = {"hgnc": ("hgnc_withdrawn",)}
"""Where the ids of a namespace are that were withdrawn; a living one comes first."""
_BARE_RANK = ("ncbigene", "hgnc", "ensembl", "uniprot", "uniprot_entry", "refseq", "doi")
"""Namespaces in which a bare identifier is looked up, in this order of answers; a bare
number is no HGNC or OMIM number."""
PUBMED_ADDRESS = r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/"
"""A regular expression, for lower case, of what stands before the number in a paper's address."""
_PMID = (
    rf"(?:{PUBMED_ADDRESS}\d{{1,9}}/?(?:[?#][^\s,;]*)?"
    r"|(?:(?:pmids?|pubmed)\s*(?::\s*)?)?\d{1,9})"
)
_PAPER = re.compile(_PMID, re.IGNORECASE | re.ASCII)
_PAPER_BEGINS = frozenset("0123456789pPhHwWnN")
"""The first signs of a paper: of a number, ``PMID``, ``pubmed``, ``https``, ``www`` and ``ncbi``."""
_PAPERS = re.compile(rf"{_PMID}(?:[\s,;]+(?:OR\s+)?{_PMID})*", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_LONG_NUMBER = 5
"""Digits of the shortest paper in a list without any prefix; a year has four."""
_APPROVED = "HGNC:"
"""How the ids of the genes begin whose symbols a committee approves."""
_LABEL = {
    "hgnc": "HGNC ID",
    "ncbigene": "NCBI Gene ID",
    "ensembl": "Ensembl ID",
    "uniprot": "UniProt accession",
    "uniprot_entry": "UniProt entry name",
    "omim": "OMIM number",
    "refseq": "RefSeq accession",
}


_LITERAL, _CASE, _FOLDED = range(3)
"""The tiers in which names are compared."""


class Identified(Struct, frozen=True):
    """A gene that the query names."""

    doc: int
    id: str
    symbol: str
    match: Match

    def owner(self) -> Owner:
        """The gene as one of those that have the name."""
        return Owner(self.id, self.symbol, self.match.kind, self.match.value)


class Identity(Struct, frozen=True):
    """What a query names, the strongest first, each gene once."""

    genes: tuple[Identified, ...]
    owners: tuple[Owner, ...]
    """All genes of the name when they are several."""
    withdrawn: tuple[Withdrawn, ...]
    asked: str = ""
    """The query as the query language writes it, where it is an identifier with its prefix, or papers, and
    nothing else; empty otherwise."""


_NOTHING = Identity((), (), ())


class _Identifier(Struct, frozen=True):
    """What a query asks for when it is read as one identifier."""

    namespace: str | None
    """None when it has no prefix."""
    value: str
    told: str
    """With the prefix that was typed."""
    sure: bool = False
    """Whether the prefix can be nothing else."""


def identify(q: str, store: RecordStore, papers: PaperTable) -> Identity:
    """The genes that the whole query names."""
    quoted = len(q) > 2 and q[0] == q[-1] == '"' and '"' not in q[1:-1]
    asked = q[1:-1].strip() if quoted else q.strip()
    if not asked:
        return _NOTHING
    lost = store.withdrawn(asked)
    named = _by_name(asked, store, _LITERAL if quoted else _weakest_tier(asked, lost))
    identifier = _read_identifier(asked)
    identified = _by_identifier(identifier, store)
    lost_ids = _withdrawn_ids(identifier, identified, store)
    numbers, alone = _papers_asked(asked, store, papers)
    if not (lost or named or identified or lost_ids or numbers):
        return _NOTHING
    genes: dict[str, Identified] = {}
    for gene in (*named, *identified, *_by_paper(numbers, store, papers)):
        genes.setdefault(gene.id, gene)
    owners = tuple([gene.owner() for gene in named]) if len(named) > 1 else ()
    clear = not quoted and not named
    known = identifier.sure and bool(identified or lost_ids)
    return Identity(
        genes=tuple(genes.values()),
        owners=owners,
        withdrawn=(
            *(_withdrawn(told, told.symbol) for told in lost),
            *(_withdrawn(told, f"HGNC:{told.hgnc_id} ({told.symbol})") for told in lost_ids),
        ),
        asked=_in_the_language(numbers if alone else (), identifier.told if known else "") if clear else "",
    )


def _weakest_tier(asked: str, lost: Sequence[Withdrawal]) -> int:
    """A withdrawn symbol is no other gene's name that is only written alike."""
    if any(told.symbol == asked and not told.living for told in lost):
        return _LITERAL
    return _CASE if lost else _FOLDED


def _in_the_language(papers: Sequence[str], identifier: str) -> str:
    return " OR ".join(f"pmid:{number}" for number in papers) or identifier


def genes_named(name: str, store: RecordStore) -> list[str]:
    """The ids of the genes that a name or identifier may mean."""
    named = (*_by_name(name.strip(), store), *_by_identifier(_read_identifier(name.strip()), store))
    return list(dict.fromkeys(gene.id for gene in named if gene.match.kind != "paper"))


def _by_name(asked: str, store: RecordStore, weakest: int = _FOLDED) -> list[Identified]:
    """The genes of a name, by no weaker tier than ``weakest``; by folding only where nothing else has it."""
    rows = [(tier, row) for row in store.names(asked) if (tier := _tier(asked, row.spelling)) <= weakest]
    if not rows:
        return []
    if any(tier < _FOLDED for tier, _ in rows):
        rows = [(tier, row) for tier, row in rows if tier < _FOLDED]
    rows.sort(key=lambda ranked: _strength(*ranked))
    first: dict[str, NameRow] = {}
    for _, row in rows:
        first.setdefault(row.id, row)
    return [Identified(row.doc, row.id, row.symbol, _name_match(row)) for row in first.values()]


def _tier(asked: str, spelling: str) -> int:
    """In which tier two names that fold alike are the same, the strongest there is."""
    if spelling == asked:
        return _LITERAL
    return _CASE if fold_case(spelling) == fold_case(asked) else _FOLDED


def _strength(tier: int, row: NameRow) -> tuple[int, int, int, str]:
    return tier, NAME_KINDS.index(row.kind), -row.papers, row.symbol


def _name_match(row: NameRow) -> Match:
    kind = _NAME_MATCH[row.kind]
    approved = "approved " if row.kind == "symbol" and row.id.startswith(_APPROVED) else ""
    reason = f"{row.spelling}: {approved}" + _IN_WORDS[row.kind].format(symbol=row.symbol)
    return Match(kind, row.kind, row.spelling, reason)


def _read_identifier(asked: str) -> _Identifier:
    if asked.lower().startswith(_PREFIXES) and (prefixed := _PREFIXED.fullmatch(asked)):
        prefix, sign, value = prefixed.groups()
        sure = ":" in sign or prefix.lower() != _ENGLISH
        return _Identifier(NAMESPACES[prefix.lower()], value, f"{prefix}:{value}", sure)
    if asked[:1] in "hH" and (address := _DOI_ADDRESS.fullmatch(asked)):
        return _Identifier("doi", address.group(1), asked)
    return _Identifier(None, asked, asked)


def _by_identifier(asked: _Identifier, store: RecordStore) -> list[Identified]:
    found = store.identifiers(asked.value)
    if not found:
        return []
    allowed: tuple[str, ...] = _BARE_RANK
    if asked.namespace:
        allowed = (asked.namespace, *_FORMER.get(asked.namespace, ()))
    elif asked.value.isdigit():
        allowed = ("ncbigene",)
    rows = [row for row in found if row.namespace in allowed]
    rows.sort(key=lambda row: (allowed.index(row.namespace), -row.papers, row.symbol))
    return [Identified(row.doc, row.id, row.symbol, _identifier_match(row, asked)) for row in rows]


def _identifier_match(row: IdentifierRow, asked: _Identifier) -> Match:
    if row.namespace == "doi":
        return Match("paper", "doi", asked.value, f"{asked.value}: paper cited for {row.symbol}")
    verb = "withdrawn HGNC ID, now" if row.namespace == "hgnc_withdrawn" else f"{_LABEL[row.namespace]} of"
    return Match("identifier", row.namespace, asked.value, f"{asked.told}: {verb} {row.symbol}")


def _withdrawn_ids(
    asked: _Identifier, identified: Iterable[Identified], store: RecordStore
) -> list[Withdrawal]:
    """What became of the entry whose HGNC id is asked for, unless a gene bears the id."""
    if asked.namespace != "hgnc" or any(gene.match.field == "hgnc" for gene in identified):
        return []
    return store.withdrawn_id(asked.value)


def _papers_asked(asked: str, store: RecordStore, papers: PaperTable) -> tuple[list[str], bool]:
    """The PubMed IDs that the query is, each once, and whether it can be nothing else."""
    if asked[0] not in _PAPER_BEGINS or not _PAPERS.fullmatch(asked):
        return [], False
    told = _PAPER.findall(asked)
    numbers = list(dict.fromkeys(number for one in told for number in _NUMBER.findall(one)[:1]))
    if not all(one.isdigit() for one in told):
        return numbers, True
    if len(told) == 1:
        return numbers, False
    known = all(len(number) >= _LONG_NUMBER and _is_paper(number, store, papers) for number in numbers)
    return (numbers, True) if known else ([], False)


def _is_paper(number: str, store: RecordStore, papers: PaperTable) -> bool:
    """Whether a bare number is a paper of this index and no gene's."""
    namespaces = {row.namespace for row in store.identifiers(number)}
    return "ncbigene" not in namespaces and ("pmid" in namespaces or bool(papers.genes(int(number))))


def _by_paper(numbers: Sequence[str], store: RecordStore, papers: PaperTable) -> list[Identified]:
    """The genes of papers.

    A gene counts, for each paper, one over the number of the paper's genes, so that the genes of
    papers about few come first; then those for which a paper is cited.
    """
    weights: dict[int, float] = defaultdict(float)
    of_gene: dict[int, list[str]] = {}
    cited: set[int] = set()
    shared: dict[str, int] = {}
    for number in numbers:
        citing = {row.doc for row in store.identifiers(number) if row.namespace == "pmid"}
        docs = citing.union(papers.genes(int(number)))
        shared[number] = len(docs)
        cited |= citing
        for doc in docs:
            weights[doc] += 1 / len(docs)
            of_gene.setdefault(doc, []).append(number)
    rows = store.rows(weights)
    rows.sort(key=lambda row: (-weights[row.doc], row.doc not in cited, -row.papers, row.symbol, row.doc))
    return [
        Identified(row.doc, row.id, row.symbol, _paper_match(row, of_gene[row.doc], row.doc in cited, shared))
        for row in rows
    ]


def _paper_match(row: GeneRow, numbers: list[str], cited: bool, shared: Mapping[str, int]) -> Match:
    told = ", ".join(numbers)
    verb = "cited for" if cited else "linked to"
    others = shared[numbers[0]] - 1
    beside = f" and {others:,} other genes" if len(numbers) == 1 and others > 1 else ""
    beside = " and one other gene" if len(numbers) == 1 and others == 1 else beside
    papers = "paper" if len(numbers) == 1 else "papers"
    return Match("paper", "pmid", told, f"{told}: {papers} {verb} {row.symbol}{beside}")


def _withdrawn(told: Withdrawal, asked: str) -> Withdrawn:
    into = f", merged into {_listed(told.successors)}" if told.successors else " without a successor"
    here = ", which this index lacks" if told.successors and not told.living else ""
    here = ", withdrawn too" if told.again else here
    return Withdrawn(told.symbol, told.successors, f"{asked}: withdrawn{into}{here}")


def _listed(symbols: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    *others, last = symbols
    return f"{', '.join(others)} and {last}" if others else last


_NEAR = 0.7
"""Least similarity of a suggested name: one less the differences over the longer name's length."""
_LOOKED_AT = 200
_NAME_LENGTHS = range(3, 201)
"""A longer query is no misspelt name, and takes seconds to be compared with all of them."""


class NameSuggestions:
    """Names near a misspelt one, from the whole vocabulary; built on first use."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._names: dict[str, tuple[str, int]] | None = None

    def near(self, q: str, limit: int = 5) -> tuple[Suggestion, ...]:
        """Up to ``limit`` names that differ little from the query, the nearest first and among
        these the gene with most papers; two letters swapped count as one difference."""
        asked = fold_spelling(q)
        if len(asked) not in _NAME_LENGTHS:
            return ()
        if self._names is None:
            self._names = self._store.all_names()
        names = self._names
        found = process.extract(
            asked,
            names.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=_NEAR,
            limit=_LOOKED_AT,
        )
        papers = {row.doc: row.papers for row in self._store.rows(names[near[0]][1] for near in found)}
        found.sort(key=lambda near: (-near[1], -papers[names[near[0]][1]], near[0]))
        genes: dict[str, Suggestion] = {}
        for folded, _, _ in found[: 4 * limit]:
            name, _ = names[folded]
            owner = _by_name(name, self._store)[0]
            genes.setdefault(owner.id, Suggestion(name, owner.symbol, owner.id))
        return tuple(islice(genes.values(), limit))
