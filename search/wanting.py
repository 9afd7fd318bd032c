"""What a query wants of a gene: its words, names as names, and fewer of them where few genes hold all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from whoosh.query import And, Or, Phrase, Query, Term

from index.analysis import terms
from search.engines import Asking, Held
from search.evidence import weights_from
from search.naming_in import NamedRun
from search.tree import ANY, GENE, NAMED, render

_MENTIONS = "mentions"
_COMPOUND = 2
"""Words of a compound, at least."""
_IDENTIFIER = re.compile(r":|^10\.\d")
"""A sign of an identifier with its prefix, or of a DOI."""


class Wanted(NamedTuple):
    """What a gene must hold."""

    tree: Query
    within: Held | None
    leaves: list[Query]
    holders: list[Held]
    relaxed: bool = False


def relaxed(wanted: Wanted, many: int, genes: int, asking: Asking) -> Wanted:
    """What ``many`` of the ``genes`` hold of the words of a plain query, if they do not hold all."""
    leaves, holders = wanted.leaves, wanted.holders
    total = asking.search(wanted.tree, 0).total if all(map(len, holders)) else 0
    if total >= many:
        return wanted
    if not total or many > 1:
        leaves, holders = parts_of(leaves, holders, asking)
    if len(leaves) < 2 or not any(map(len, holders)):
        return wanted
    weights = weights_from(list(map(len, holders)), genes)
    most = asking.holding_most(holders, weights, many)
    if len(most) <= total:
        return wanted
    return Wanted(Or(leaves), most, leaves, holders, relaxed=True)


def names_as_leaves(wanted: Wanted, runs: Sequence[NamedRun], asking: Asking, whole: bool) -> Wanted:
    """The words that are names met by the gene too, under whatever name a text mentions it.

    A name of one word becomes a leaf of its own.  One of several stays its words, each of which is held by
    what mentions the gene; as the ``whole`` of a query they stand together, unless they are a full name.
    """
    begins: dict[int, list[NamedRun]] = defaultdict(list)
    for run in runs:
        begins[run.leaves[0]].append(run)
    of_several = {leaf for run in runs if len(run.leaves) > 1 for leaf in run.leaves}
    parts: list[Query] = []
    leaves, holders = [], []
    for place, leaf in enumerate(wanted.leaves):
        if place not in begins and place not in of_several:
            parts.append(leaf)
            leaves.append(leaf)
            holders.append(wanted.holders[place])
        if place in begins:
            for rest in _beside(leaf, begins[place]):
                parts.append(rest)
                leaves.append(rest)
                holders.append(asking.matching(rest))
        for run in begins.get(place, ()):
            if len(run.leaves) == 1:
                # a word that must name a gene is never met as a word: WAS is not "was"
                one = leaf if leaf.fieldname == GENE else Term(NAMED, run.text)
                parts.append(one)
                leaves.append(one)
                holders.append(asking.matching(one))
                continue
            if whole and len(run.leaves) == len(wanted.leaves) and run.genes[0].gene.match.kind != "name":
                one = Phrase(NAMED, terms(run.text))
                return wanted._replace(tree=one, leaves=[one], holders=[asking.matching(one)])
            words = [wanted.leaves[leaf] for leaf in run.leaves]
            mentioned = Term(_MENTIONS, run.text)
            parts.append(Or([And(words), mentioned]))
            leaves += words
            holders += [asking.matching(Or([word, mentioned])) for word in words]
    tree = And(parts) if len(parts) > 1 else parts[0]
    return wanted._replace(tree=tree, leaves=leaves, holders=holders)


def _beside(leaf: Query, runs: Sequence[NamedRun]) -> list[Query]:
    """The words of a compound that are no part of the names in it: of ``p53-independent`` the latter."""
    names = {word for run in runs for word in terms(run.text)}
    return [Term(ANY, word) for word in _parts(leaf) if word not in names]


def parts_of(
    leaves: Sequence[Query], holders: Sequence[Held], asking: Asking
) -> tuple[list[Query], list[Held]]:
    """The words, compounds that are no gene's name taken apart (``DNA-sensing`` is DNA and sensing), and who
    holds each."""
    found: dict[str, tuple[Query, Held]] = {}
    for leaf, held in zip(leaves, holders, strict=True):
        parts = _parts(leaf)
        if len(parts) < _COMPOUND:
            found.setdefault(render(leaf), (leaf, held))
            continue
        for part in parts:
            if part not in found:
                one = Term(ANY, part)
                found[part] = one, asking.matching(one)
    return [leaf for leaf, _ in found.values()], [held for _, held in found.values()]


def _parts(leaf: Query) -> list[str]:
    """The words of a compound, without its numbers; none of what is written as identifiers are."""
    if not isinstance(leaf, Term) or leaf.fieldname != ANY or _IDENTIFIER.search(leaf.text):
        return []
    return [part for part in terms(leaf.text) if any(map(str.isalpha, part))]
