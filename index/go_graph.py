"""The Gene Ontology's terms and the ways up from each, as the sources state them (index/ontology.py writes
what of it stands over genes)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from index.records import GoTerm

ROOTS = frozenset({"GO:0008150", "GO:0003674", "GO:0005575"})
"""biological_process, molecular_function and cellular_component."""


class Graph:
    """The terms in use, by number in the order of their ids, and the way up from each."""

    def __init__(self, go_terms: Iterable[GoTerm]) -> None:
        stated: dict[str, GoTerm] = {}
        for term in go_terms:
            other = stated.setdefault(term.id, term)
            if other is not term and _canonical(term) < _canonical(other):
                stated[term.id] = term
        today = [term for term in stated.values() if not term.obsolete]
        self.roots = [term for term in today if term.id in ROOTS]
        self.obsolete = [term.id for term in stated.values() if term.obsolete]
        self.terms = sorted((term for term in today if term.id not in ROOTS), key=lambda term: term.id)
        numbers = {term.id: number for number, term in enumerate(self.terms)}
        self.alternatives: dict[str, int] = {}
        for number, term in enumerate(self.terms):
            for go_id in term.alt_ids:
                if go_id not in numbers:
                    self.alternatives.setdefault(go_id, number)
        self._numbers = numbers | self.alternatives
        self._parents = [self.known((*term.is_a, *term.part_of)) for term in self.terms]

    def known(self, go_ids: Iterable[str]) -> set[int]:
        return {self._numbers[go_id] for go_id in go_ids if go_id in self._numbers}

    def at_or_above(self, term: int) -> set[int]:
        """The term and all above it, also where a damaged file holds a cycle."""
        found = {term}
        new = [term]
        while new:
            parents = self._parents[new.pop()] - found
            found |= parents
            new += parents
        return found


def _canonical(term: GoTerm) -> tuple[bool, bytes]:
    """Of two stanzas with one id the smaller counts: one in use before one that is obsolete."""
    return term.obsolete, msgspec.msgpack.encode(term)
