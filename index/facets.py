"""What genes are counted, chosen and sorted by: flat arrays beside the engine, the same for every engine.

A column holds, for each gene, which of its terms the gene has: one chromosome, some families, none.  The
columns of a group share one number for each gene, that of the terms which it has in all of them together:
genes have far fewer such sets than there are genes, so that counting numbers counts several columns.

    group_<name>           of a gene, the number of its set of terms
    of                     of each set of each column, column after column, its terms, ascending, counted from
                           the column's first; of_starts: where those of each set begin; column_sets: where
                           the sets of each column begin
    terms                  the terms, as they are shown, in the order of their folded spelling; column_terms:
                           where those of each column begin
    papers, refs           of a gene, how many papers are linked to it, and how many its sources cite
    years                  the years of papers that are cited, ascending; year_genes: of a year the genes,
                           ascending; year_genes_starts: where those of each year begin
    by_symbol              the genes, by symbol: letters without case, digits as numbers
    by_location            the same by where they lie, from the end of 1p on; those that lie nowhere are last
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold_keyword
from index.columns import Damaged, Strings, check_starts, read, starts_of

FOLDER = "facets"
GROUPS: dict[str, tuple[str, ...]] = {
    "kind": ("locus_type", "go_aspect", "provenance", "source", "cited"),
    "place": ("chromosome", "location"),
    "family": ("family",),
}
"""Columns that are counted together: what of them goes together makes few sets."""
COLUMNS = tuple(column for columns in GROUPS.values() for column in columns)
CITED, NOT_CITED = "true", "false"
"""The terms of ``cited``."""
LOCUS_TYPES = {
    "protein coding": "gene with protein product",
    "pseudo": "pseudogene",
    "trna": "RNA, transfer",
    "rrna": "RNA, ribosomal",
    "snrna": "RNA, small nuclear",
    "snorna": "RNA, small nucleolar",
}
"""What NCBI calls a type, folded, and what HGNC does: one term of ``locus_type``, by either name."""
ASPECTS = ("process", "function", "component")
"""The terms of ``go_aspect``."""

_Scalar = TypeVar("_Scalar", bound=np.generic)
Places = NDArray[np.intp]
Genes = NDArray[np.int32]


class _Terms:
    """The terms of one column, among those of all."""

    def __init__(self, strings: Strings, first: int, last: int) -> None:
        self._strings, self._first, self._last = strings, first, last

    def __len__(self) -> int:
        return self._last - self._first

    def __getitem__(self, number: int) -> str:
        return self._strings[self._first + number].decode()


class Group:
    """Of each gene the number of its set of terms."""

    def __init__(self, folder: Path, name: str, genes: int) -> None:
        self._stored = read(folder, f"group_{name}", np.uint32)
        self._file = f"{FOLDER}/group_{name}"
        if len(self._stored) != genes:
            raise ValueError(f"{self._file} is damaged: {len(self._stored)} numbers for {genes} genes")
        self.sets = 0
        """How many there are, as the group's columns say."""

    @cached_property
    def numbers(self) -> Places:
        """As they index other arrays; read, converted and checked once, when they are first wanted."""
        if self._stored.max(initial=0) >= max(self.sets, 1):
            raise Damaged(f"{self._file} is damaged: it leads to sets that there are not")
        return self._stored.astype(np.intp)

    @cached_property
    def everywhere(self) -> Places:
        """How many genes have each set."""
        return np.bincount(self.numbers, minlength=self.sets)

    def counted(self, genes: Genes) -> Places:
        """How many of some genes have each set."""
        counts: Places = np.bincount(self.numbers.take(genes), minlength=self.sets)
        return counts


class Column:
    """The terms of a column, and which of them each set of its group has."""

    def __init__(
        self, name: str, group: Group, of: NDArray[np.uint32], starts: Places, terms: _Terms
    ) -> None:
        self.group = group
        self._name = name
        self._of, self._starts = of, starts
        self.terms = terms
        sets = len(starts) - 1
        if group.sets not in (0, sets):
            raise ValueError(f"{FOLDER}/of_starts is damaged: {name} has {sets} sets, not {group.sets}")
        if of.max(initial=0) >= max(len(terms), 1):
            raise ValueError(f"{FOLDER}/of is damaged: {name} has terms that there are not")
        group.sets = sets

    def term(self, number: int) -> str:
        return self.terms[number]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The terms as keywords."""
        return tuple([fold_keyword(self.term(number)) for number in range(len(self.terms))])

    @cached_property
    def _having(self) -> tuple[Places, Places]:
        """Of each term the sets that have it, one after the other, and where those of each begin."""
        owners = np.repeat(np.arange(self.group.sets), np.diff(self._starts))
        counts = np.bincount(self._of, minlength=len(self.terms))
        if not counts.all():
            raise Damaged(f"{FOLDER}/{self._name}_of is damaged: it leaves terms out")
        return owners[np.argsort(self._of, kind="stable")], starts_of(counts)

    @cached_property
    def empty(self) -> Places:
        """The sets without a term."""
        found: Places = (np.diff(self._starts) == 0).nonzero()[0]
        return found

    def counted(self, sets: Places) -> Places:
        """From how often each set is met to how often each term is."""
        having, starts = self._having
        counts: Places = np.add.reduceat(sets[having], starts[:-1]) if len(having) else np.zeros(0, np.intp)
        return counts

    def genes(self, terms: Sequence[int]) -> Genes:
        """The genes that have one of some terms, ascending."""
        having, starts = self._having
        wanted = np.zeros(self.group.sets, np.bool_)
        for term in terms:
            wanted[having[starts[term] : starts[term + 1]]] = True
        found: Genes = wanted[self.group.numbers].nonzero()[0].astype(np.int32)
        return found


class Facets:
    """What a published generation's genes are counted, chosen and sorted by, read only; safe to share
    between threads.

    Raises:
        OSError: a file is missing.
        ValueError: a file is damaged, or does not go with the others.
    """

    def __init__(self, generation: Path, genes: int) -> None:
        folder = generation / FOLDER

        def numbers(name: str) -> NDArray[np.uint32]:
            found = read(folder, name, np.uint32)
            if len(found) != genes:
                raise ValueError(f"{FOLDER}/{name} is damaged: {len(found)} numbers for {genes} genes")
            return found

        strings = Strings(folder, "terms")
        of, starts = read(folder, "of", np.uint32), read(folder, "of_starts", np.uint32)
        term_bounds, set_bounds = (
            read(folder, "column_terms", np.uint32),
            read(folder, "column_sets", np.uint32),
        )
        check_starts(starts, len(starts) - 1, len(of), f"{FOLDER}/of")
        check_starts(term_bounds, len(COLUMNS), len(strings), f"{FOLDER}/column_terms")
        check_starts(set_bounds, len(COLUMNS), len(starts) - 1, f"{FOLDER}/column_sets")
        groups: dict[str, Group] = {}
        for name, columns in GROUPS.items():
            groups |= dict.fromkeys(columns, Group(folder, name, genes))
        self.columns: dict[str, Column] = {}
        for place, name in enumerate(COLUMNS):
            own = starts[set_bounds[place] : set_bounds[place + 1] + 1].astype(np.intp)
            terms = _Terms(strings, int(term_bounds[place]), int(term_bounds[place + 1]))
            self.columns[name] = Column(name, groups[name], of[own[0] : own[-1]], own - own[0], terms)
        self.numbers = {name: numbers(name) for name in ("papers", "refs")}
        """By field, the number of each gene."""
        self._years = read(folder, "years", np.uint32)
        self._year_genes = read(folder, "year_genes", np.uint32)
        self._year_starts = read(folder, "year_genes_starts", np.uint32)
        check_starts(self._year_starts, len(self._years), len(self._year_genes), f"{FOLDER}/year_genes")
        self._by_symbol, self._by_location = numbers("by_symbol"), numbers("by_location")
        self.genes = genes

    @cached_property
    def by_symbol(self) -> Places:
        """All genes, by symbol."""
        return self._order(self._by_symbol, "by_symbol")

    @cached_property
    def by_location(self) -> Places:
        """All genes by where they lie, those that lie nowhere last."""
        return self._order(self._by_location, "by_location")

    @cached_property
    def by_papers(self) -> Places:
        """All genes, those with the fewest papers first, equal ones by symbol."""
        return self.by_symbol[self.numbers["papers"][self.by_symbol].argsort(kind="stable")]

    @cached_property
    def by_papers_down(self) -> Places:
        """The same with the most first."""
        papers = self.numbers["papers"][self.by_symbol].astype(np.int64)
        return self.by_symbol[(-papers).argsort(kind="stable")]

    @cached_property
    def located(self) -> int:
        """How many genes lie somewhere."""
        column = self.columns["chromosome"]
        return self.genes - int(np.isin(column.group.numbers, column.empty).sum())

    def _order(self, stored: NDArray[np.uint32], name: str) -> Places:
        order = stored.astype(np.intp)
        if order.max(initial=0) >= max(self.genes, 1) or (np.bincount(order) != 1).any():
            raise Damaged(f"{FOLDER}/{name} is damaged: it is no order of the genes")
        return order

    def of_years(self, first: int, last: int) -> Genes:
        """The genes with a cited paper of a year from ``first`` to ``last``, ascending."""
        low, high = self._years.searchsorted([first, last + 1]).tolist()
        some = self._year_genes[self._year_starts[low] : self._year_starts[high]] if low < high else ()
        return np.unique(np.asarray(some, np.int32))
