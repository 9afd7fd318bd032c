"""Genes named in a text: candidates of all sentences decided together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from index.mentions import species
from index.mentions.features import FEATURES, Candidate, Features, Group, Page
from index.mentions.parameters import Parameters, shipped
from index.mentions.parameters import version as parameters_version
from index.mentions.reading import BETWEEN, PLURAL
from index.mentions.scanning import Scan, Scanner
from index.mentions.trees import Forest
from index.mentions.vocabulary import ROOT, VARIANT, Vocabulary
from index.sentences import split

_VERSION = 2
"""Raise it when the same sentence gives another scan, or the same scans another decision."""


def version() -> str:
    """Of the code and of the parameters: with another one the same names and sentences may give other
    mentions."""
    return f"{_VERSION}-{parameters_version()}"


_OWN = 2.0
"""Log odds by which a record's own gene is likelier than the same name in any text."""
_OF_HUMANS = {
    FEATURES.index(name): number
    for name, number in (
        *(("origin mean", 3.6), ("origin most", 3.7), ("page origin", 2.9), ("human before", 1.0)),
        *(("humans", 1.1), ("human share", 0.83), ("rodent share", 0.17), ("human less others", 2.0)),
        *(("first species", 1.0), ("human beside", 0.0), ("other beside", 0.0), ("other before", 0.0)),
        *(("mice", 0.0), ("rats", 0.0), ("title human", 0.0), ("title rodent", 0.0)),
        *(("mouse style", 0.0), ("mouse styled", 0.0)),
    )
}
"""A record of a human gene tells of mice what is true of human genes too: of the species it says what the
texts about human genes say that the parameters were fitted on (medians)."""
_KIND = FEATURES.index("kind")
_GENE_MOST = FEATURES.index("gene most")
_FORM = FEATURES.index("form")
_NO_SINGLE_GENE = -2.0
"""Log odds of what several names begin with where nothing there speaks for one gene: ``SMAD proteins``."""
_DIFFERS, _OTHER, _LIKENESS = map(FEATURES.index, ("long form differs", "long form other", "long form words"))
_DEFINED_OTHERWISE = 3.0
"""Log odds by which a short form is less likely a gene where the text says what it stands for and no word of
that is in a full name of the gene.  One in a hundred of such is a gene in the texts fitted on, too few for
the trees to learn how much it weighs."""
_LEAST_OPEN = 0.1
"""A gene less likely than this share of the likeliest is not told as another that may be meant."""
_WHOLE_WORD = 7
"""Characters of a beginning of names that is a word of its own, and no other: ``claudin``."""
_GENES_OF_FAMILY = 2
_TOGETHER = 32
"""Documents that are decided in one go."""


class Annotation(Struct, frozen=True, array_like=True, gc=False):
    """Where a text names a gene or a family of genes."""

    start: int
    end: int
    """In code points."""
    genes: tuple[str, ...]
    """Ids of the genes that are named: several only where a text names several at once, none for a family."""
    score: float
    """0 to 1: how likely the first gene is named; for a family how likely no single gene is."""
    others: tuple[str, ...] = ()
    """Other genes that may be meant by the name, the likeliest first."""
    family: str | None = None


class Annotator:
    """Finds the human genes of a vocabulary in English biomedical text.  A process makes one and keeps it."""

    def __init__(self, vocabulary: Vocabulary, parameters: Parameters | None = None) -> None:
        fitted = parameters or shipped()
        self._vocabulary = vocabulary
        self._features = Features(vocabulary, fitted.background)
        self._scanner = Scanner(vocabulary, self._features, fitted)
        self._origin = fitted.origin
        self._page_weights = [fitted.origin.get("d " + word, 0.0) for word in fitted.page_words]
        self._last_weights = [fitted.origin.get(f"l{code}", 0.0) for code in (*range(species.KINDS), -1)]
        self._forest = Forest(fitted.trees)
        self._threshold = fitted.threshold
        self._sizes = Counter([group for groups in vocabulary.groups for group in groups])
        self.scan = self._scanner.scan

    def annotate(self, text: str) -> tuple[Annotation, ...]:
        """The genes named in a document: its title and its text as one."""
        return next(self.annotate_all([text]))

    def annotate_all(self, texts: Iterable[str]) -> Iterator[tuple[Annotation, ...]]:
        """The genes named in each of many documents."""
        coming = iter(texts)
        while some := list(islice(coming, _TOGETHER)):
            bounds = [split(text) for text in some]
            scans = [
                [self.scan(text[start:end]) for start, end in places]
                for text, places in zip(some, bounds, strict=True)
            ]
            for places, decided in zip(bounds, self.decide_all(scans), strict=True):
                yield tuple(
                    [
                        Annotation(
                            one.start + start, one.end + start, one.genes, one.score, one.others, one.family
                        )
                        for (start, _), told in zip(places, decided, strict=True)
                        for one in told
                    ]
                )

    def decide(self, scans: Sequence[Scan], own: str | None = None) -> list[tuple[Annotation, ...]]:
        """What the scans of a document's sentences come to, of each its annotations, none overlapping.

        ``own`` is the id of the gene that the document is a record of.
        """
        return self.decide_all([scans], own)[0]

    def decide_all(
        self, documents: Sequence[Sequence[Scan]], own: str | None = None
    ) -> list[list[tuple[Annotation, ...]]]:
        """The same of several documents, in one go; ``own`` is the gene of all."""
        grouped = [self._features.groups(self.page(scans)) for scans in documents]
        chances = iter(self._chances([group for groups in grouped for group in groups], own))
        return [self._told(scans, groups, chances) for scans, groups in zip(documents, grouped, strict=True)]

    def _told(
        self, scans: Sequence[Scan], groups: Sequence[Group], chances: Iterator[float]
    ) -> list[tuple[Annotation, ...]]:
        """Of each sentence of a document its annotations; ``chances`` go on with those of its groups."""
        if not groups:
            return [()] * len(scans)
        told: list[list[Annotation]] = [[] for _ in scans]
        listed = [False] * len(scans)
        for group in groups:
            self._decide_group(group, list(islice(chances, len(group.genes))), told, listed)
        for place, mine in enumerate(told):
            if listed[place]:
                self._fill(scans[place], mine)
        return [
            tuple(_merged(mine) if listed[place] else sorted(mine, key=lambda one: one.start))
            for place, mine in enumerate(told)
        ]

    def page(self, scans: Sequence[Scan]) -> Page:
        weight = self._origin.get
        words = set().union(*[scan.words for scan in scans])
        origin = weight("intercept", 0.0) + sum([self._page_weights[word] for word in sorted(words)])
        origin += sum([weight(one, 0.0) for one in species.page_tells([scan.species for scan in scans])])
        return Page(scans, round(origin, 4), self._last_weights)

    def _chances(self, groups: Sequence[Group], own: str | None) -> list[float]:
        rows = [row for group in groups for row in group.rows]
        if not rows:
            return []
        if own is not None:
            for row in rows:
                for place, number in _OF_HUMANS.items():
                    row[place] = number
        odds = self._forest.log_odds(rows)
        for at, row in enumerate(rows):
            if row[_KIND] == ROOT and (row[_GENE_MOST] < 0 or row[_FORM] == PLURAL):
                odds[at] = min(odds[at], _NO_SINGLE_GENE)
            if (row[_DIFFERS] or row[_OTHER]) and not row[_LIKENESS]:
                odds[at] -= _DEFINED_OTHERWISE
        if own is not None:
            genes = self._vocabulary.genes
            for at, gene in enumerate([gene for group in groups for gene in group.genes]):
                if genes[gene] == own and rows[at][_KIND] != ROOT:
                    odds[at] += _OWN
        chances: list[float] = self._forest.chance(odds).tolist()
        return chances

    def _decide_group(
        self, group: Group, chances: Sequence[float], told: Sequence[list[Annotation]], listed: list[bool]
    ) -> None:
        best = max(range(len(chances)), key=chances.__getitem__)
        chance = chances[best]
        ids = self._vocabulary.genes
        family = None
        for place, one in group.members:
            listed[place] = listed[place] or one.form >= BETWEEN
        if chance < self._threshold:
            family = self._family(group)
            if family is None:
                return
            genes: tuple[str, ...] = ()
            chance = 1.0 - chance
            others: tuple[str, ...] = ()
        else:
            genes = (ids[group.genes[best]],)
            order = sorted(range(len(chances)), key=lambda place: -chances[place])
            others = tuple(
                [
                    ids[group.genes[place]]
                    for place in order
                    if place != best and chances[place] >= _LEAST_OPEN * chance
                ]
            )
        score = round(chance, 3)
        for place, one in group.members:
            told[place].append(Annotation(one.start, one.end, genes, score, others, family))

    def _fill(self, scan: Scan, annotations: list[Annotation]) -> None:
        """Add what stands between the ends of a range whose beginning names a gene."""
        begun = {one.start: one for one in annotations if one.genes}
        for one in scan.candidates:
            if one.form == BETWEEN and one.start in begun:
                gene = self._vocabulary.genes[self._features.of_key(one.key).named[0][0]]
                annotations.append(Annotation(one.start, one.end, (gene,), begun[one.start].score))

    def _family(self, group: Group) -> str | None:
        """The family that a name means which is the beginning of several genes' names."""
        named = self._vocabulary.keys[group.key]
        if len(named) < _GENES_OF_FAMILY or not any(kind % VARIANT == ROOT for _, kind, _ in named):
            return None
        if not any(_tells_family(one) for _, one in group.members):
            return None
        shared = set.intersection(*[set(self._vocabulary.groups[gene]) for gene, _, _ in named])
        if not shared:
            return None
        return self._vocabulary.group_names[min(shared, key=self._sizes.__getitem__)]


def _tells_family(one: Candidate) -> bool:
    return one.gene >= 0 or len(one.key) >= _WHOLE_WORD or one.surface.isupper()


def _merged(annotations: Iterable[Annotation]) -> list[Annotation]:
    """Those that overlap as one: ``Mcm2-7`` names six genes."""
    merged: list[Annotation] = []
    for one in sorted(annotations, key=lambda one: (one.start, one.end)):
        if merged and one.start < merged[-1].end:
            last = merged.pop()
            genes = tuple(dict.fromkeys((*last.genes, *one.genes)))
            others = tuple([gene for gene in dict.fromkeys((*last.others, *one.others)) if gene not in genes])
            one = Annotation(
                last.start,
                max(last.end, one.end),
                genes,
                max(last.score, one.score),
                others,
                last.family if not genes else None,
            )
        merged.append(one)
    return merged
