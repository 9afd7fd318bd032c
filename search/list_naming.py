"""What each name of a list is: today's gene, several genes, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from index.analysis import atoms, fold_case
from search.identifier_forms import read_identifier
from search.identity import CASE, Identified, Identity, by_name, identify
from search.list_names import LONGEST, Cell, Cells, bare, cells, is_number, is_title, not_available, undated
from search.listed import Status
from search.name_reasons import APPROVED
from search.page import MatchKind, Suggestion, Warning
from search.snapshot import Snapshot
from search.storing import Store

MOST_CANDIDATES = 10
"""Genes of an ambiguous name that are answered; ``owners`` says how many there are."""
MOST_SUGGESTED = 200
"""Unmatched names for which names near them are looked for: a millisecond each."""
_SUGGESTIONS = 3
_NO_PRODUCT = 3
"""The standing (index.naming) from which on a locus is hardly meant by a name that a gene has too."""
_FORMERLY = frozenset({"previous_symbol", "withdrawn", "hgnc_withdrawn"})
"""Fields of names and identifiers that a gene had."""

_AS: dict[MatchKind, str] = {
    "symbol": "their symbol",
    "previous_symbol": "a previous symbol",
    "alias": "an alias",
    "withdrawn": "a withdrawn symbol",
    "name": "a full name",
    "identifier": "an identifier",
}


class Named(Struct, frozen=True):
    """What a name is."""

    status: Status
    reason: str
    genes: tuple[Identified, ...] = ()
    owners: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    date: bool = False
    near: bool = False
    """Whether names near it are worth looking for."""


class NamedCells(NamedTuple):
    header: str | None
    """The column's title, where the first cell is one."""
    cells: list[Cell]
    """The others."""
    named: dict[str, Named]
    """By the cells' texts."""
    warnings: list[Warning]


def cells_of(given: str | Sequence[str], store: Store) -> Cells:
    """The cells of a text or list; a name that holds commas is one cell where a gene has just that name."""

    def is_name(text: str) -> bool:
        folded = fold_case(text)
        return any(fold_case(row.spelling) == folded for row in store.names(text))

    return cells(given, is_name)


def name_cells(given: list[Cell], snapshot: Snapshot) -> NamedCells:
    """What each of some cells is; equal texts are looked up once."""
    header: str | None = None
    named: dict[str, Named] = {}
    asked = [name for text in dict.fromkeys(text for _, text in given) if len(name := bare(text)) <= LONGEST]
    snapshot.store.prefetch(names=asked, identifiers=[read_identifier(name).value for name in asked])
    for place, (_, text) in enumerate(given):
        if text not in named:
            named[text] = _name(bare(text), snapshot)
        if not place and named[text].status == "unmatched" and is_title(text):
            header = text
    names = given[header is not None :]
    return NamedCells(header, names, named, _suggested(names, named, snapshot))


def _name(asked: str, snapshot: Snapshot) -> Named:
    if len(asked) > LONGEST:
        return Named("unmatched", f"{len(asked):,} letters; no gene's name has so many")
    if told := not_available(asked):
        return _not_a_name(asked, told, snapshot.store)
    identity = identify(asked, snapshot.store, snapshot.papers)
    genes = tuple([gene for gene in identity.genes if gene.match.kind != "paper"])
    withdrawn = "; ".join(told.reason for told in identity.withdrawn)
    if not genes:
        return Named("outdated", withdrawn) if withdrawn else _unmatched(asked, identity, snapshot.store)
    if several := _as_likely(genes, snapshot.store):
        some = f"{several:,} of them " if several < len(genes) else ""
        told = f"{asked}: {len(genes):,} genes have this name, {some}as {_AS[genes[0].match.kind]}"
        likeliest = (*_likeliest_first(asked, genes[:several], snapshot.store), *genes[several:])
        return Named("ambiguous", told, likeliest[:MOST_CANDIDATES], len(genes))
    first = genes[0]
    status: Status = "outdated" if first.match.field in _FORMERLY else "resolved"
    reason = f"{first.match.reason}; {withdrawn}" if withdrawn else first.match.reason
    return Named(status, reason, (first,), len(genes))


def _as_likely(genes: Sequence[Identified], store: Store) -> int:
    """How many genes have a name as much as the first has it: 0 where no other does.

    A symbol says more than a previous one, this more than an alias, an alias more than a full name; a symbol
    or full name that a committee approved says more than another; of equals a pseudogene or region is not
    meant, and no gene of another species than the first.
    """

    def standing(gene: Identified) -> tuple[str, bool, bool, int]:
        row = store.gene(gene.doc)
        approved = gene.match.field in ("symbol", "name") and gene.id.startswith(APPROVED)
        return gene.match.kind, approved, row.standing >= _NO_PRODUCT, row.taxon

    if len(genes) < 2:
        return 0
    first = standing(genes[0])
    alike = sum(standing(gene) == first for gene in genes)
    return alike if alike > 1 else 0


def _likeliest_first(asked: str, genes: Sequence[Identified], store: Store) -> list[Identified]:
    """Genes that have a name alike: by their papers, times the number of their names that hold it as
    ``p38 MAP kinase`` holds ``p38``."""
    pieces = atoms(asked.casefold())
    width = len(pieces)

    store.prefetch(documents=[gene.doc for gene in genes])

    def likely(gene: Identified) -> int:
        document = store.document(gene.doc)
        holding = 1
        for name in document.names:
            of_name = atoms(name.spelling.casefold())
            starts = range(len(of_name) - width + 1) if len(of_name) > width else ()
            holding += any(of_name[start : start + width] == pieces for start in starts)
        return holding * (document.papers + 1)

    return sorted(genes, key=likely, reverse=True)


def _unmatched(asked: str, identity: Identity, store: Store) -> Named:
    if identity.genes:
        return Named("unmatched", f"{asked}: a paper, not a gene; ask for it as the question")
    if date := date_told(asked, store):
        return Named("unmatched", date.reason, suggestions=date.meant, date=True)
    if is_number(asked):
        return Named("unmatched", f"{asked}: looks like a number that a spreadsheet made of an identifier")
    return Named("unmatched", f"{asked}: no gene has this name", near=True)


class DateTold(NamedTuple):
    reason: str
    meant: tuple[Suggestion, ...]
    """The genes whose symbols it may have been."""


def date_told(asked: str, store: Store) -> DateTold | None:
    """What there is to say of a name that looks like a date; None for any other."""
    if not undated(asked):
        return None
    meant = _undated(asked, store)
    symbols = ", or ".join(
        f"{one.text}, now {one.symbol}" if one.text != one.symbol else one.text for one in meant
    )
    made = f" of {symbols}" if symbols else ""
    return DateTold(f"{asked}: looks like a date that a spreadsheet made{made}", meant)


def _not_a_name(asked: str, what: str, store: Store) -> Named:
    """A cell without a value; the genes whose name is written so are suggested."""
    named = by_name(asked, store, weakest=CASE)[:_SUGGESTIONS] if asked.isalpha() else []
    also = f"; it is a name of {', '.join(gene.symbol for gene in named)} too" if named else ""
    meant = [Suggestion(gene.symbol, gene.symbol, gene.id, "symbol", gene.match.reason) for gene in named]
    return Named("unmatched", f"{asked}: {what}{also}", suggestions=tuple(meant))


def _undated(asked: str, store: Store) -> tuple[Suggestion, ...]:
    """The genes whose symbols a spreadsheet may have made this date of; those whose alias it was only where
    no gene had it as its symbol."""
    found: dict[str, tuple[bool, Suggestion]] = {}
    for name in undated(asked):
        for gene in by_name(name, store, weakest=CASE):
            kind = gene.match.kind
            if kind in ("symbol", "previous_symbol", "alias") and store.gene(gene.doc).standing < _NO_PRODUCT:
                told = Suggestion(name, gene.symbol, gene.id, kind, gene.match.reason)
                found.setdefault(gene.id, (kind == "alias", told))
    least = min((alias for alias, _ in found.values()), default=False)
    return tuple([told for alias, told in found.values() if alias == least][:_SUGGESTIONS])


def _suggested(given: Iterable[Cell], named: dict[str, Named], snapshot: Snapshot) -> list[Warning]:
    """Adds the names near those that no gene has, in the order given."""
    unknown = [text for text in dict.fromkeys(text for _, text in given) if named[text].near]
    for text in unknown[:MOST_SUGGESTED]:
        near = snapshot.suggestions.names_near(bare(text), _SUGGESTIONS)
        named[text] = replace(named[text], suggestions=tuple(near))
    if len(unknown) <= MOST_SUGGESTED:
        return []
    told = f"names are suggested for the first {MOST_SUGGESTED} of {len(unknown):,} names that no gene has"
    return [Warning(told)]
