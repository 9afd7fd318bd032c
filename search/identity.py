"""The identity stage: a query that is a gene's name or identifier leads to that gene first.

Names are compared in tiers, a weaker one never beating a stronger: literal, without case, without dashes,
blanks and Greek letters, and, where nothing else has the name, read otherwise (search/respelling.py); within
a tier approved symbols, then previous ones, aliases, withdrawn ones, approved names.  Names in words that
no committee approved come behind all of these, in whatever tier, and behind them the genes of another species
than most of the index.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from index.analysis import fold_case, fold_latin
from index.papers import PaperTable
from index.records import NAME_KINDS, Withdrawal
from index.store import GeneRow, IdentifierRow, NameRow
from search.identifier_forms import NAMESPACES as NAMESPACES
from search.identifier_forms import Identifier, read_identifier
from search.name_reasons import name_matches
from search.page import Match, Owner, Withdrawn
from search.paper_forms import PUBMED_ADDRESS, first_known, may_be_paper, paper_ids
from search.respelling import bare, forms, has_pattern, is_stray, readings, undecorated, within_pattern
from search.storing import Store

_FORMER = {"hgnc": ("hgnc_withdrawn",)}
"""Where the ids of a namespace are that were withdrawn; a living one comes first."""
_BARE_RANK = ("ncbigene", "hgnc", "ensembl", "uniprot", "uniprot_entry", "refseq", "doi")
"""Namespaces in which a bare identifier is looked up, in this order of answers; a bare
number is no HGNC or OMIM number."""
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
_LABEL = {
    "hgnc": "HGNC ID",
    "ncbigene": "NCBI Gene ID",
    "ensembl": "Ensembl ID",
    "uniprot": "UniProt accession",
    "uniprot_entry": "UniProt entry name",
    "omim": "OMIM number",
    "refseq": "RefSeq accession",
}


LITERAL, CASE, FOLDED, READ = range(4)
"""The tiers in which names are compared."""
_UNAPPROVED = frozenset({"previous_name", "alias_name"})
_BEHIND = 3
"""The standing (index.naming) from which on a gene comes behind others of the name, whatever its papers."""
_NO_KNOWN_GENE = 2
"""The standing of a locus that only a disease or a trait tells of."""
_SHORTEST_WORD = 4
"""Letters of an alias in small letters that is a word: ``homeobox``, not ``p53``."""
_LONGEST = 500
"""Letters of the longest text that is looked up as a name or identifier; no gene's has so many."""
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»"}


class Identified(Struct, frozen=True):
    """A gene that the query names."""

    doc: int
    id: str
    symbol: str
    match: Match
    descriptive: bool = False
    """Whether the name may as well be a description: words that no committee approved as a gene's name, or
    the name of a locus of which no gene is known, as of a disease."""

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
    name: str = ""
    """The name that was met by folding its spelling or by reading it otherwise, as it was typed."""
    forms: tuple[str, ...] = ()
    """The spellings as which that name was read."""

    @property
    def descriptive(self) -> bool:
        """Whether all that the query names it names by what may as well be a description."""
        return bool(self.genes) and all(gene.descriptive for gene in self.genes)


_NOTHING = Identity((), (), ())


def identify(q: str, store: Store, papers: PaperTable) -> Identity:
    """The genes that the whole query names."""
    asked = q.strip()
    quoted = len(asked) > 2 and asked[-1] in _QUOTES.get(asked[0], "") and asked[0] not in asked[1:-1]
    if quoted:
        asked = asked[1:-1].strip()
    if not asked:
        return _NOTHING
    if len(asked) > _LONGEST:
        return _of_papers(asked, store, papers)
    if may_be_paper(asked):
        asked = _paper_as_asked(asked, store)
    lost = _withdrawn_today(asked, store)
    pattern = not quoted and has_pattern(asked)
    weakest = LITERAL if quoted else _weakest_tier(asked, lost, pattern)
    tier, named = _named(asked, store, weakest)
    identifier = read_identifier(asked)
    identified = _by_identifier(identifier, store)
    lost_ids = _withdrawn_ids(identifier, identified, store)
    numbers, alone = _papers_asked(asked, store, papers)
    name = asked
    if not (lost or named or identified or lost_ids or numbers):
        name = undecorated(asked) if not (quoted or pattern) else ""
        if name:
            tier, named = _named(name, store, READ)
        elif pattern and (symbol := within_pattern(asked)):
            name = asked
            tier, named = READ, [one for one in by_name(symbol, store, CASE) if one.match.kind == "symbol"]
        if not named:
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
        name=name if tier >= FOLDED else "",
        forms=_forms(name, named, store) if tier >= FOLDED else (),
    )


def _paper_as_asked(asked: str, store: Store) -> str:
    """A paper without the signs around it, under the prefix of its kind; what is no paper as it is."""
    forms = paper_ids(asked)
    if not forms:
        return asked
    if forms[0].pmid:
        bare = asked if asked.isdigit() else forms[0].pmid
        return forms[0].asked if forms[0].told else bare
    cited = (any(row.namespace == "doi" for row in store.identifiers(one.doi or "")) for one in forms)
    found = first_known(forms, cited)
    return found.asked if found else asked


def _of_papers(asked: str, store: Store, papers: PaperTable) -> Identity:
    """What a text names that is too long for a name or identifier."""
    numbers, alone = _papers_asked(asked, store, papers)
    found = tuple(_by_paper(numbers, store, papers))
    return Identity(found, (), (), _in_the_language(numbers if alone else (), "")) if numbers else _NOTHING


def _weakest_tier(asked: str, lost: Sequence[Withdrawal], pattern: bool) -> int:
    """A withdrawn symbol is no other gene's name that is only written alike; nor is a word to be left out, or
    a pattern or a single letter without its signs."""
    if any(told.symbol == asked and not told.living for told in lost):
        return LITERAL
    return CASE if lost or pattern or asked[0] in _DASHES or is_stray(asked) else READ


def _in_the_language(papers: Sequence[str], identifier: str) -> str:
    return " OR ".join(f"pmid:{number}" for number in papers) or identifier


def genes_named(name: str, store: Store) -> list[str]:
    """The ids of the genes that a name or identifier may mean."""
    named = (*by_name(name.strip(), store), *_by_identifier(read_identifier(name.strip()), store))
    return list(dict.fromkeys(gene.id for gene in named if gene.match.kind != "paper"))


def by_name(asked: str, store: Store, weakest: int = READ) -> list[Identified]:
    """The genes of a name, by no weaker tier than ``weakest``; by folding only where nothing else has it."""
    return _named(asked, store, weakest)[1]


def named_today(asked: str, store: Store) -> list[Identified]:
    """The same, less those of which a withdrawn symbol is no name."""
    named = by_name(asked, store)
    if named and (lost := _withdrawn_today(asked, store)):
        return by_name(asked, store, _weakest_tier(asked, lost, pattern=False))
    return named


def _withdrawn_today(name: str, store: Store) -> list[Withdrawal]:
    """The withdrawn symbols of a name; one that a gene it went into bears today is not among them."""
    return [told for told in store.withdrawn(name) if told.symbol not in told.successors]


def _named(asked: str, store: Store, weakest: int) -> tuple[int, list[Identified]]:
    """The strongest tier of the genes of a name, and the genes."""
    alike = store.names(asked)
    rows = _ranked(asked, alike, weakest)
    if rows and all(tier == FOLDED for tier, _ in rows) and (trimmed := bare(asked)) != asked:
        rows = _ranked(trimmed, alike, weakest)
    if not rows and weakest == READ:
        rows = [(READ, row) for row in _read_otherwise(asked, store)]
    if not rows:
        return LITERAL, []
    species = store.species
    if any(tier < FOLDED and row.kind not in _UNAPPROVED and row.taxon == species for tier, row in rows):
        rows = [(tier, row) for tier, row in rows if tier < FOLDED]
    elif weakest == READ and all(row.kind in _UNAPPROVED for _, row in rows):
        rows += [(tier, row) for tier, row in _as_proteins(asked, store) if row.kind in _UNAPPROVED]
    if len(rows) > 1:
        rows.sort(key=lambda ranked: _strength(ranked[0], ranked[1], species))
    first: dict[str, NameRow] = {}
    for _, row in rows:
        first.setdefault(row.id, row)
    named = list(first.values())
    matches = name_matches(named, species)
    return rows[0][0], [
        Identified(row.doc, row.id, row.symbol, match, describes(row))
        for row, match in zip(named, matches, strict=True)
    ]


def describes(row: NameRow) -> bool:
    """Whether a name may as well be a description (``Identified.descriptive``)."""
    if row.kind == "name":
        return row.standing == _NO_KNOWN_GENE
    return row.kind in _UNAPPROVED or (
        row.kind == "alias" and row.spelling.islower() and len(row.spelling) > 3
    )


def _read_otherwise(asked: str, store: Store) -> list[NameRow]:
    """The names as which one may be read that nobody has as it is written."""
    rows = store.names(latin) if (latin := fold_latin(asked)) else []
    for name in readings(asked):
        weakest = FOLDED if name.isalpha() or " " in name else CASE
        rows += [row for row in store.names(name) if tier_of(name, row.spelling) <= weakest]
    return rows


def _as_proteins(asked: str, store: Store) -> list[tuple[int, NameRow]]:
    """The names that say of what a full name names that it is a protein: ``brachyury protein``."""
    told = f"{asked} protein"
    return _ranked(told, store.names(told), FOLDED)


def _ranked(asked: str, rows: Iterable[NameRow], weakest: int) -> list[tuple[int, NameRow]]:
    return [(tier, row) for row in rows if (tier := tier_of(asked, row.spelling)) <= weakest]


def tier_of(asked: str, spelling: str) -> int:
    """In which tier two names that fold alike are the same, the strongest there is."""
    if asked == spelling:
        return LITERAL
    return CASE if fold_case(spelling) == fold_case(asked) else FOLDED


def _strength(tier: int, row: NameRow, species: int) -> tuple[bool, bool, int, int, int, int, int, str]:
    """Names in words that nobody approved are written in any way: ``beta actin`` is ``beta-actin``."""
    kind = NAME_KINDS.index(row.kind)
    behind = max(row.standing - _BEHIND + 1, 0)
    unapproved = row.kind in _UNAPPROVED
    foreign = row.taxon != species
    told = LITERAL if unapproved else tier
    return foreign, unapproved, told, kind, behind, -row.papers, row.standing, row.symbol


def forms_of(name: str, store: Store) -> tuple[str, ...]:
    """As what a name is read where it is met by folding its spelling; none where it is met as it stands."""
    tier, named = _named(name, store, READ)
    return _forms(name, named, store) if tier >= FOLDED else ()


def _forms(asked: str, named: Sequence[Identified], store: Store) -> tuple[str, ...]:
    """As what a name was read: the spellings that met it, and others of the same genes."""
    spellings = [gene.match.value for gene in named]
    docs = {gene.doc for gene in named}
    others = (row.spelling for row in _read_otherwise(asked, store) if row.doc in docs)
    return forms(asked, spellings, others)


def _by_identifier(asked: Identifier, store: Store) -> list[Identified]:
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


def _identifier_match(row: IdentifierRow, asked: Identifier) -> Match:
    if row.namespace == "doi":
        return Match("paper", "doi", asked.value, f"{asked.value}: paper cited for {row.symbol}")
    verb = "withdrawn HGNC ID, now" if row.namespace == "hgnc_withdrawn" else f"{_LABEL[row.namespace]} of"
    return Match("identifier", row.namespace, asked.value, f"{asked.told}: {verb} {row.symbol}")


def _withdrawn_ids(asked: Identifier, identified: Iterable[Identified], store: Store) -> list[Withdrawal]:
    """What became of the entry whose HGNC id is asked for, unless a gene bears the id."""
    if asked.namespace != "hgnc" or any(gene.match.field == "hgnc" for gene in identified):
        return []
    return store.withdrawn_id(asked.value)


def _papers_asked(asked: str, store: Store, papers: PaperTable) -> tuple[list[str], bool]:
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


def _is_paper(number: str, store: Store, papers: PaperTable) -> bool:
    """Whether a bare number is a paper of this index and no gene's."""
    namespaces = {row.namespace for row in store.identifiers(number)}
    return "ncbigene" not in namespaces and ("pmid" in namespaces or bool(papers.genes(int(number))))


def _by_paper(numbers: Sequence[str], store: Store, papers: PaperTable) -> list[Identified]:
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
