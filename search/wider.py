"""What follows for a gene from the Gene Ontology (index/ontology.py): the genes that a word meets in the
labels of terms at or above theirs, and the labels that stand for it there as lines.

A gene that is annotated to "zinc ion binding" is met by "metal", and has the implied line "metal ion
binding", said by whoever says "zinc ion binding".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec import Struct
from whoosh.query import NullQuery, Or, Query, Term

from index.analysis import fold_keyword
from index.documents import Document, Line
from index.fields import BY_NAME
from index.ontology import Numbers, Ontology, Without
from search.concepts import Labelled
from search.engines import Held, Known
from search.evidence import Implied, ids, standing
from search.expand import fields_of, keyword, line_forms, stemmed
from search.nearness import together
from search.page import Warning
from search.patterns import is_near, is_pattern
from search.patterns import width as positions
from search.vocabulary import among_words

FIELD = BY_NAME["go_wider"]
IDS = BY_NAME["go_id"]
ANNOTATIONS = "go"
"""The field of the lines from which the implied ones follow."""
_KEPT = 64
"""Words whose labels and genes are kept: a request asks several times for each, and the next one
often for the same."""
_WITHOUT_GENES: Mapping[Without, str] = {
    "root": "is a root of the Gene Ontology: every gene annotated in its branch is under it; ask for a "
    "narrower term",
    "unused": "no gene of this index is annotated to it or to a narrower term",
    "obsolete": "is obsolete in this index's Gene Ontology; no gene is annotated to it",
    "unknown": "is no term of this index's Gene Ontology",
}

Forms = tuple[tuple[str, ...], ...]
Via = TypeVar("Via")
"""What states an annotation: a line of a document, or its number."""
Standing = frozenset[int]
"""Positions, in the query's words, of those that stand in a line."""


class _Met(Struct, frozen=True):
    """Where a word stands."""

    labels: Numbers
    known: Query


_Meeting = Callable[[Query], _Met]
Under = Callable[[Numbers], Query]
"""From terms to a leaf that the genes at or under any of them meet."""


class Wider:
    """The ontology of one generation, as queries need it; safe to share between threads.

    Nothing that it keeps leads back to it, so that the ontology's files are let go of with its last user.
    """

    def __init__(self, ontology: Ontology, under: Under | None = None) -> None:
        """``under`` says how the genes at or under some terms are asked for; unless it is given they are
        listed."""
        self._ontology = ontology
        self._breadths: list[int] = ontology.breadths().tolist()
        asked = partial(_listed, ontology) if under is None else under
        self._meeting: _Meeting = partial(_met_by, lru_cache(maxsize=_KEPT)(partial(_find, ontology, asked)))
        self.known: Mapping[str, Callable[[Query], Query]] = {
            FIELD.name: partial(_by_word, self._meeting),
            IDS.name: partial(_by_id, ontology, asked),
        }
        """By the field in which a leaf is met: the genes at or under a term (search.expand.Beside)."""

    def implied(self, leaves: Sequence[Query]) -> ImpliedLines:
        """The lines that follow for a gene and hold any of the leaves."""
        labels = {
            position: self._meeting(leaf).labels
            for position, leaf in enumerate(leaves)
            if FIELD in fields_of(leaf)
        }
        terms = [self._ontology.find(_go_id(leaf)) for leaf in leaves]
        return ImpliedLines(self._ontology, self._breadths, labels, terms)

    def terms(self, leaves: Sequence[Query]) -> dict[int, range]:
        """The labels of the terms whose identifiers are among the leaves, by position."""
        found = ((position, self._ontology.find(_go_id(leaf))) for position, leaf in enumerate(leaves))
        return {position: self._ontology.labels_of(term) for position, term in found if term is not None}

    def breadth(self, term: int) -> int:
        """The place of a term among all when the most specific come first."""
        return self._breadths[term]

    def is_above(self, term: int, other: int) -> bool:
        """Whether another term is at or above one."""
        return self._ontology.is_above(term, other)

    def label(self, label: int, term: int) -> tuple[str, str]:
        """The text of a label, and the GO id of its term."""
        return self._ontology.text(label), self._ontology.go_id(term)

    def ids(self, leaf: Query) -> list[str]:
        """The identifiers, folded, by which a line may state what a leaf asks for: of a GO id all that its
        term has or had."""
        term = self._ontology.find(_go_id(leaf))
        return ids(leaf) if term is None else list(map(fold_keyword, self._ontology.ids_of(term)))

    def without_genes(self, leaves: Sequence[Query], holders: Sequence[Held]) -> list[Warning]:
        """Why GO ids among the leaves have no genes; ``holders`` are the documents of each leaf."""
        return [
            Warning(f"{go_id}{':' if why == 'unused' else ''} {_WITHOUT_GENES[why]}")
            for leaf, docs in zip(leaves, holders, strict=True)
            if not len(docs) and IDS in fields_of(leaf)
            if (why := self._ontology.without_genes(go_id := _go_id(leaf).upper())) is not None
        ]


def _met_by(find: Callable[[Forms | Query, bool], _Met], leaf: Query) -> _Met:
    return find(line_forms(leaf, FIELD) or leaf, stemmed(leaf, FIELD))


def _find(ontology: Ontology, under: Under, asked: Forms | Query, as_stems: bool) -> _Met:
    """What is met by word sequences, or by a leaf that has none (search.patterns)."""
    if not isinstance(asked, Query):
        labels = np.unique(np.concatenate([ontology.holding(form, as_stems) for form in asked]))
    elif is_pattern(asked):
        labels = ontology.holding_any(among_words(asked, ontology.vocabulary))
    else:
        labels = _holding_near(ontology, asked)
    met = np.zeros(ontology.terms, np.bool_)
    met[ontology.terms_of(labels)] = True
    meeting = met.nonzero()[0].astype(np.int32)
    return _Met(labels, under(meeting))


def _holding_near(ontology: Ontology, asked: Query) -> Numbers:
    """The labels in which words stand near each other."""
    wanted = Counter(asked.words)
    places = [ontology.places(word) for word in wanted]
    at = np.concatenate(places)
    words = np.repeat(np.arange(len(places)), [len(some) for some in places])
    order = at.argsort(kind="stable")
    first, last = together(at[order], words[order], dict(enumerate(wanted.values())), positions(asked))
    labels = ontology.labels_at(last)
    return np.unique(labels[ontology.labels_at(first) == labels])


def _by_word(meeting: _Meeting, leaf: Query) -> Query:
    return meeting(leaf).known


def _by_id(ontology: Ontology, under: Under, leaf: Query) -> Query:
    """The genes at or under the term of an id, and those that are annotated by another of its ids, which
    the engine does not look for."""
    asked = _go_id(leaf)
    term = ontology.find(asked)
    if term is None:
        return NullQuery
    known = under(np.array([term], np.int32))
    others = {*map(fold_keyword, ontology.ids_of(term))} - {fold_keyword(asked)}
    return Or([known, *(Term(IDS.name, other, IDS.weight) for other in sorted(others))]) if others else known


def _listed(ontology: Ontology, terms: Numbers) -> Query:
    docs = ontology.docs_under(terms)
    return Known(docs, FIELD.weight) if len(docs) else NullQuery


class _Label(NamedTuple):
    """A label that holds words of the query; of those that hold the same the smaller is shown: that with
    fewer words beside them, which is the shorter one, then that of the more specific term."""

    width: int
    breadth: int
    term: int
    label: int


class ImpliedLines:
    """The lines that follow for a gene and hold words of one query: for each set of words that no other of
    them holds with more the strongest, of equal ones the least label (_Label)."""

    def __init__(
        self,
        ontology: Ontology,
        breadths: Sequence[int],
        labels: Mapping[int, Numbers],
        terms: Sequence[int | None],
    ) -> None:
        """``labels`` hold the word of a position; ``terms`` are those whose identifier it is."""
        self._ontology = ontology
        self._breadths = breadths
        self._labels = labels
        self._terms = terms
        named = frozenset(position for position, term in enumerate(terms) if term is not None)
        self._all = named.union(position for position, met in labels.items() if len(met))
        self._above: dict[int, list[tuple[Standing, _Label]]] = {}

    def of(self, document: Document, adds: Callable[[Standing], bool]) -> Iterator[Implied[Line]]:
        """Those of a document whose words ``adds`` something."""
        return self.following(self._annotated(document), adds) if adds(self._all) else iter(())

    def strongest(self, document: Document, share: Callable[[Standing], float]) -> float:
        """How strong the strongest is, by the share of the query's weight that its words have."""
        found = self._found(self._annotated(document)) if self._all else {}
        return max(
            (share(held) ** 2 * -weakness for held, ((weakness, _, _), _) in found.items()), default=0.0
        )

    def labelled(self, weights: Sequence[float], total: float) -> Labelled:
        """All labels that hold any of the words, which weigh so much each."""
        shares = np.zeros(self._ontology.labels)
        words = np.zeros(self._ontology.labels, np.int64)
        for position, weight in enumerate(weights):
            held = np.zeros(self._ontology.labels, np.bool_)
            if len(met := self._labels.get(position, ())):
                held[met] = True
            if (term := self._terms[position]) is not None:
                own = self._ontology.labels_of(term)
                held[own.start : own.stop] = True
            shares += weight / total * held
            words += held
        labels = words.nonzero()[0]
        return Labelled(labels, shares[labels] ** 2, words[labels])

    def following(
        self, annotations: Iterable[tuple[float, int, Via]], adds: Callable[[Standing], bool]
    ) -> Iterator[Implied[Via]]:
        """Those that follow from annotations: (how little it counts, term, what states it), the strongest
        and most specific first."""
        found = self._found(annotations)
        given: list[Standing] = []
        for held in sorted(filter(adds, found), key=len, reverse=True):
            if not any(held < more for more in given):
                given.append(held)
                (_, label, _), via = found[held]
                named = frozenset(n for n, meant in enumerate(self._terms) if meant == label.term)
                text, go_id = self._ontology.text(label.label), self._ontology.go_id(label.term)
                yield Implied(text, go_id, via, named)

    def _found(
        self, annotations: Iterable[tuple[float, int, Via]]
    ) -> dict[Standing, tuple[tuple[float, _Label, bool], Via]]:
        """For each set of words the strongest that holds it."""
        found: dict[Standing, tuple[tuple[float, _Label, bool], Via]] = {}
        for weakness, term, via in annotations:
            if term not in self._above:
                self._above[term] = self._holding_above(term)
            for held, label in self._above[term]:
                rank = weakness, label, label.term != term
                if held not in found or rank < found[held][0]:
                    found[held] = rank, via
        return found

    def _annotated(self, document: Document) -> list[tuple[float, int, Line]]:
        """(how little it counts, term, line) of each annotation, the strongest and most specific first."""
        found = [
            (-standing(document, line), term, line)
            for line in document.statements
            if line.field == ANNOTATIONS and line.key and (term := self._ontology.find(line.key)) is not None
        ]
        return sorted(found, key=lambda own: (own[0], self._breadths[own[1]]))

    def _holding_above(self, term: int) -> list[tuple[Standing, _Label]]:
        """Of the labels of terms at or above one, for each set of words that is part of no other the
        least."""
        found: dict[Standing, _Label] = {}
        for above in self._ontology.above(term).tolist():
            for held, label in self._holding.get(above, ()):
                if held not in found or label < found[held]:
                    found[held] = label
        return [(held, label) for held, label in found.items() if not any(held < more for more in found)]

    @cached_property
    def _holding(self) -> dict[int, list[tuple[Standing, _Label]]]:
        """By term, its least label for each set of words that one of its labels holds."""
        words = np.zeros(self._ontology.labels, np.uint64)  # a bit a word; a query has at most 64
        for position, labels in self._labels.items():
            words[labels] |= np.uint64(1 << position)
        for position, named in enumerate(self._terms):
            if named is not None:
                words[self._ontology.labels_of(named)] |= np.uint64(1 << position)
        labels = np.flatnonzero(words).astype(np.int32)
        widths = self._ontology.widths(labels)
        labels = labels[np.argsort(widths, kind="stable")]
        terms = self._ontology.terms_of(labels)
        sets, which = np.unique(words[labels], return_inverse=True)
        _, first = np.unique(terms.astype(np.int64) * len(sets) + which, return_index=True)
        helds = [frozenset(n for n in range(len(self._terms)) if bits >> n & 1) for bits in sets.tolist()]
        holding: dict[int, list[tuple[Standing, _Label]]] = {}
        for term, bits, label, width in zip(
            *(column[first].tolist() for column in (terms, which, labels, np.sort(widths))), strict=True
        ):
            found = _Label(width, self._breadths[term], term, label)
            holding.setdefault(term, []).append((helds[bits], found))
        return holding


def _go_id(leaf: Query) -> str:
    """The identifier that a leaf is, if it is one, quoted or not."""
    if is_pattern(leaf) or is_near(leaf) or (isinstance(leaf, Term) and leaf.text.isalpha()):
        return ""
    return fold_keyword(keyword(leaf)).replace(" ", ":", 1)
