"""A document's candidates beside one another, as numbers for the scorer.

Candidates of one key, in small letters or not, are a group: they mean one thing throughout a document.  Each
group has a row for each gene that it may mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log1p

from msgspec import Struct

from index.mentions import species
from index.mentions.context import LOWER, TITLE
from index.mentions.species import Told
from index.mentions.spelling import RUN
from index.mentions.vocabulary import VARIANT, Named, Vocabulary

_MOST_GENES = 5
_STANDING = (3.0, 1.5, 1.0, 0.0, 0.5, 0.5, 0.0)
"""By kind: what a name of it is worth beside the logarithm of papers, for the order of the genes."""
_UNSEEN = (0, 0, 0, 0)
_LONGEST_STYLED = 6
_NO_KIND = 20.0

FEATURES = (
    # of the key
    "genes", "symbols", "strongest", "background small", "background large", "background own", "ontology",
    "length", "digits", "letters", "roots", "papers", "papers of second", "blanks",
    # of the group
    "count", "gene most", "gene mean", "gene least", "gene first", "in title", "place", "form", "small",
    "title", "capitals", "mixed case", "mouse style", "all capitals", "origin mean", "origin most",
    "human beside", "other beside", "human before", "other before",
    # of the document
    "humans", "mice", "rats", "human share", "rodent share", "human less others", "title human",
    "title rodent", "first species", "mouse styled", "candidates", "page origin",
    # of the gene
    "kind", "variant", "gene papers", "popularity", "lead", "rank", "kind of others", "as spelled",
    "spelled otherwise", "other keys", "other times", "gene elsewhere", "first keys", "long form agrees",
    "long form differs", "long form other", "long form words", "family beside", "name told",
    "words of name",
)  # fmt: skip
"""What each number of a row is."""


_STEM = 5
_SHORTEST_TELLING = 4
_ANY = frozenset(
    word[:_STEM]
    for word in (
        "protein", "receptor", "factor", "member", "family", "subunit", "kinase", "alpha", "beta",
        "gamma", "gene", "human", "type", "group", "chain", "domain", "containing", "associated",
        "binding", "homolog", "like", "specific", "superfamily", "subfamily", "class", "related",
        "dependent", "complex", "and", "with", "cell", "oncogene", "antigen", "activated", "activating",
        "transcription",
    )
)  # fmt: skip
"""Words that names of many genes have, and texts about any."""


def stems_of(runs: Iterable[str]) -> frozenset[str]:
    """With what the longer words among the runs begin."""
    return frozenset([run[:_STEM] for run in runs if len(run) >= _SHORTEST_TELLING and not run.isdigit()])


class Candidate(Struct, frozen=True, array_like=True, gc=False):
    """A name that stands in a sentence, and what the sentence says of it."""

    start: int
    end: int
    key: str
    form: int
    case: int
    surface: str
    gene: float
    """How much the place speaks for a gene (log odds)."""
    origin: float
    """How much it speaks for a human one; what the document says is added to it."""
    run: int


class Sentence(Struct, frozen=True, array_like=True):
    candidates: Sequence[Candidate]
    species: Told
    defined: Sequence[tuple[int, int, int, int, str]]
    """Bounds of a short form and of its long one, and the long one."""
    stems: Sequence[str]
    """With what its longer words begin."""


class Group(Struct):
    key: str
    members: list[tuple[int, Candidate]]
    """With the number of the sentence."""
    genes: list[int]
    rows: list[list[float]]


class _Known(Struct, frozen=True):
    """What is known of a key."""

    named: list[Named]
    """The likeliest first."""
    numbers: tuple[float, ...]
    of_genes: list[tuple[float, ...]]


class Page:
    """What a document says as a whole."""

    def __init__(self, sentences: Sequence[Sentence], origin: float, last_weights: Sequence[float]) -> None:
        self.sentences = sentences
        told = [sentence.species for sentence in sentences]
        counts = [0] * species.KINDS
        for sentence in told:
            for _, code in sentence:
                counts[code] += 1
        rodent = counts[species.MOUSE] + counts[species.RAT]
        human = counts[species.HUMAN]
        total = sum(counts) - counts[species.VIRUS]
        title = {code for _, code in told[0]} if told else set()
        first = next((code for sentence in told for _, code in sentence if code != species.VIRUS), -1)
        self.told = told
        self._earlier = species.ends_of(told)
        self.stems = frozenset([stem for sentence in sentences for stem in sentence.stems])
        self.origin = origin
        self.last_weights = last_weights
        candidates = [one for sentence in sentences for one in sentence.candidates]
        styled = sum(map(mouse_styled, candidates)) / (len(candidates) + 1)
        self.numbers = (
            log1p(human), log1p(counts[species.MOUSE]), log1p(counts[species.RAT]),
            (human + 0.5) / (total + 1), (rodent + 0.5) / (total + 1),
            float(2 * human - total), float(species.HUMAN in title),
            float(species.MOUSE in title or species.RAT in title),
            float(species.group_of(first)), styled, float(len(candidates)), origin,
        )  # fmt: skip

    def origins(self, members: Sequence[tuple[int, Candidate]]) -> tuple[float, ...]:
        total = 0.0
        most = -99.0
        human = other = before = elsewhere = 0
        for place, one in members:
            last = species.last_before(self.told[place], self._earlier[place], one.run)
            group = species.group_of(last)
            score = self.origin + one.origin + self.last_weights[last]
            total += score
            if score > most:
                most = score
            codes = {code for _, code in self.told[place]}
            human += species.HUMAN in codes
            other += any(species.HUMAN < code < species.VIRUS for code in codes)
            before += group == 1
            elsewhere += group > 1
        n = len(members)
        return total / n, most, human / n, other / n, before / n, elsewhere / n


def mouse_styled(one: Candidate) -> bool:
    """Written as a mouse's symbol is: a capital, then small letters, with a number or short."""
    surface = one.surface
    return (
        surface[0].isupper()
        and surface[1:2].islower()
        and one.run > 0
        and (len(surface) < _LONGEST_STYLED or any(map(str.isdigit, surface)))
    )


class Features:
    def __init__(self, vocabulary: Vocabulary, background: Mapping[str, tuple[int, int, int, int]]) -> None:
        self._vocabulary = vocabulary
        self._background = background
        self.of_key = lru_cache(1 << 16)(self._of_key)
        self._words_of_gene = lru_cache(1 << 12)(self._words)
        self._telling_words = lru_cache(1 << 14)(self._telling)

    def _of_key(self, key: str) -> _Known:
        v = self._vocabulary
        named = v.keys[key]
        ranked = sorted(named, key=lambda one: (-self._prior(one), one[0]))[:_MOST_GENES]
        papers = sorted([v.papers[gene] for gene, _, _ in named], reverse=True)
        small, large, own, ontology = self._background.get(key, _UNSEEN)
        digits = sum(map(str.isdigit, key))
        numbers = (
            float(len(named)), float(sum(kind == 0 for _, kind, _ in named)),
            float(min(kind for _, kind, _ in named)),
            log1p(small), log1p(large), own / (small + large + 3), log1p(ontology), float(len(key)),
            float(digits),
            float(len(key) - digits), log1p(v.roots.get(key, 0)), log1p(papers[0]),
            log1p(papers[1]) if len(papers) > 1 else -1.0,
            float(min(spelling.count(" ") for _, _, spelling in named)),
        )  # fmt: skip
        of_genes: list[tuple[float, ...]] = []
        for place, (gene, kind, _) in enumerate(ranked):
            others = max((v.papers[other] for other, _, _ in named if other != gene), default=-1)
            lead = log1p(v.papers[gene]) - (log1p(others) if others >= 0 else -1.0)
            of_others = min(
                (float(other_kind) for other, other_kind, _ in named if other != gene), default=_NO_KIND
            )
            of_genes.append((
                float(kind % VARIANT), float(kind >= VARIANT), log1p(v.papers[gene]),
                log1p(v.popularity[gene]), lead,
                float(place), of_others,
            ))  # fmt: skip
        return _Known(ranked, numbers, of_genes)

    def _prior(self, one: Named) -> float:
        gene, kind, _ = one
        return log1p(self._vocabulary.papers[gene]) + _STANDING[kind % VARIANT] - (kind >= VARIANT)

    def groups(self, page: Page) -> list[Group]:
        """The groups of a document, each with its rows."""
        grouped: dict[tuple[str, bool], Group] = {}
        for place, sentence in enumerate(page.sentences):
            for one in sentence.candidates:
                at = (one.key, one.case in (LOWER, TITLE))
                if at in grouped:
                    grouped[at].members.append((place, one))
                else:
                    grouped[at] = Group(one.key, [(place, one)], [], [])
        groups = list(grouped.values())
        if not groups:
            return groups
        beside = _Beside(groups, self, self._vocabulary.families)
        long_forms = self._long_forms(page.sentences)
        for group in groups:
            known = self.of_key(group.key)
            common = (
                *known.numbers,
                *_of_members(group.members, len(page.sentences)),
                *page.origins(group.members),
                *page.numbers,
            )
            count = len(group.members)
            surfaces = [one.surface for _, one in group.members]
            for (gene, _, spelling), numbers in zip(known.named, known.of_genes, strict=True):
                same = surfaces.count(spelling) / count
                other_spelling = not same and surfaces[0].lower() != spelling.lower()
                group.genes.append(gene)
                group.rows.append([
                    *common, *numbers, same, float(other_spelling), *beside.numbers(gene, group),
                    *long_forms.numbers(group.key, gene), beside.family(gene, group.key),
                    *self._told(gene, page.stems),
                ])  # fmt: skip
        return groups

    def _long_forms(self, sentences: Sequence[Sentence]) -> _LongForms:
        told = _LongForms(self)
        for sentence in sentences:
            for start, end, begin, stop, text in sentence.defined:
                told.add(sentence.candidates, (start, end), (begin, stop), text)
        return told

    def likeness(self, text: str, gene: int) -> float:
        """How many words a long form shares with the likest full name of a gene, 0 to 1."""
        words = _stems(text)
        if not words:
            return 0.0
        return max([len(words & name) / len(words | name) for name in self._words_of_gene(gene)], default=0.0)

    def _told(self, gene: int, stems: frozenset[str]) -> tuple[float, float]:
        """Of the full name most of whose telling words the document has: which share, and how many."""
        share = most = 0.0
        for name in self._telling_words(gene):
            if count := len(name & stems):
                share = max(share, count / len(name))
                most = max(most, float(count))
        return share, most

    def _telling(self, gene: int) -> list[frozenset[str]]:
        names = [stems_of(RUN.findall(name.lower())) - _ANY for name in self._vocabulary.full_names[gene]]
        return [name for name in dict.fromkeys(names) if name]

    def _words(self, gene: int) -> list[frozenset[str]]:
        return [_stems(name) for name in self._vocabulary.full_names[gene]]


def _of_members(members: Sequence[tuple[int, Candidate]], sentences: int) -> tuple[float, ...]:
    count = len(members)
    first_place, first = members[0]
    scores = [one.gene for _, one in members]
    cases = [0, 0, 0, 0]
    styled = capital = 0
    form = first.form
    for _, one in members:
        cases[one.case] += 1
        styled += mouse_styled(one)
        capital += one.surface.isupper()
        if one.form < form:
            form = one.form
    return (
        float(count), max(scores), sum(scores) / count, min(scores), scores[0], float(first_place == 0),
        first_place / sentences,
        float(form), cases[0] / count, cases[1] / count, cases[2] / count, cases[3] / count, styled / count,
        capital / count,
    )  # fmt: skip


class _Beside:
    """What the document's other names say of a gene."""

    def __init__(
        self, groups: Sequence[Group], features: Features, families: Sequence[tuple[int, ...]]
    ) -> None:
        self._keys: dict[int, set[str]] = {}
        self._times: dict[int, int] = {}
        self._most: dict[int, float] = {}
        self._first: dict[int, int] = {}
        self._families = families
        self._of_family: dict[int, set[str]] = {}
        for group in groups:
            best = max([one.gene for _, one in group.members])
            count = len(group.members)
            for place, (gene, _, _) in enumerate(features.of_key(group.key).named):
                if gene in self._keys:
                    self._keys[gene].add(group.key)
                    self._times[gene] += count
                    if best > self._most[gene]:
                        self._most[gene] = best
                else:
                    self._keys[gene] = {group.key}
                    self._times[gene] = count
                    self._most[gene] = best
                if not place:
                    self._first[gene] = self._first.get(gene, 0) + 1
                    for family in families[gene]:
                        self._of_family.setdefault(family, set()).add(group.key)

    def numbers(self, gene: int, group: Group) -> tuple[float, ...]:
        return (
            float(len(self._keys[gene]) - 1),
            float(self._times[gene] - len(group.members)),
            self._most[gene],
            float(self._first.get(gene, 0)),
        )

    def family(self, gene: int, key: str) -> float:
        """Most names of other genes of one of its families."""
        most = 0
        for family in self._families[gene]:
            if keys := self._of_family.get(family):
                most = max(most, len(keys) - (key in keys))
        return float(min(most, 5))


class _LongForms:
    """What the short forms that a document defines stand for."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._agreed: set[tuple[str, int]] = set()
        self._told: dict[str, tuple[float, float, float]] = {}
        self._texts: dict[str, list[str]] = {}

    def add(
        self, candidates: Sequence[Candidate], short: tuple[int, int], long: tuple[int, int], text: str
    ) -> None:
        start, end = short
        begin, stop = long
        shorts = [
            one
            for one in candidates
            if one.start >= start and one.end <= end and one.end - one.start >= 0.6 * (end - start)
        ]
        if not shorts:
            return
        longs = [one for one in candidates if one.start < stop and one.end > begin]
        whole = [one for one in longs if min(one.end, stop) - max(one.start, begin) > 0.6 * (stop - begin)]
        of_key = self._features.of_key
        for one in shorts:
            self._texts.setdefault(one.key, []).append(text)
            genes = {gene for gene, _, _ in of_key(one.key).named}
            for other in whole:
                for gene, _, _ in of_key(other.key).named:
                    if gene in genes:
                        self._agreed.update([(one.key, gene), (other.key, gene)])
            self._told.setdefault(one.key, (0.0, float(not longs), float(bool(longs))))

    def numbers(self, key: str, gene: int) -> tuple[float, ...]:
        if (key, gene) in self._agreed:
            return 1.0, 0.0, 0.0, 0.0
        told = self._told.get(key)
        if told is None:
            return 0.0, 0.0, 0.0, 0.0
        return *told, max([self._features.likeness(text, gene) for text in self._texts[key]])


def _stems(text: str) -> frozenset[str]:
    return frozenset([word[:5] for word in text.lower().replace("-", " ").replace(",", " ").split()])
