"""Which of a gene's answering lines are shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol, TypeVar

from index.columnar import CITED, NOTHING
from index.fields import ASIDES, TITLES


class Answering(Protocol):
    """A line of a gene with what it holds of the query."""

    @property
    def field(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def saying(self) -> int | str:
        """The same for lines of a gene that say the same but for case."""

    @property
    def held(self) -> frozenset[int]:
        """Positions, in the query's words, of those that stand in the line."""

    @property
    def strength(self) -> float: ...

    @property
    def cited(self) -> bool: ...

    @property
    def says_nothing(self) -> bool:
        """Whether it is no evidence: it only says that nothing is known, or is about another gene."""

    @property
    def implied(self) -> bool:
        """Whether the gene does not have the line itself (search/wider.py)."""


Shown = TypeVar("Shown", bound=Answering)
Shown_co = TypeVar("Shown_co", bound=Answering, covariant=True)
FOLLOWS = 1 << 16
"""A flag of lines that the gene does not have itself, beside those of a line's code (index/columnar.py)."""


class Offered(NamedTuple):
    """The lines of a gene that answer, the strongest first, in columns: few of them are looked at."""

    marks: Sequence[int]
    """The words that each holds: bit ``n`` for the word at position ``n`` of the query."""
    flags: Sequence[int]
    """Of each CITED where a paper is behind it, NOTHING where it is no evidence, FOLLOWS; other bits say
    nothing."""
    saying: Callable[[int], Hashable]
    """What the line of a place says; equal for lines that say the same."""


class Answers(Protocol[Shown_co]):
    """The lines of a gene that answer, the strongest first."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Shown_co: ...

    def __iter__(self) -> Iterator[Shown_co]: ...

    @property
    def silent(self) -> bool:
        """Whether none of them is evidence."""

    def offered(self) -> Offered: ...


class Listed(list[Shown]):
    """Answers as a list."""

    @property
    def silent(self) -> bool:
        return all(answer.says_nothing for answer in self)

    def offered(self) -> Offered:
        flags = [
            CITED * answer.cited | NOTHING * answer.says_nothing | FOLLOWS * answer.implied for answer in self
        ]
        return Offered([as_mark(answer.held) for answer in self], flags, lambda place: self[place].saying)


def as_mark(held: Iterable[int]) -> int:
    """Positions of words as bits."""
    return sum([1 << position for position in held])


def only_says_nothing(field: str, no_evidence: bool) -> bool:
    """Whether a line says that nothing is known; what is no evidence may as well be about another gene."""
    return no_evidence and field not in (ASIDES, TITLES)


def strongest(answers: Answers[Shown]) -> Shown | None:
    """The line that answers best of those that may be shown."""
    places = _shown(answers, answers.offered())
    return answers[places[0]] if places else None


def together(answers: Answers[Shown]) -> int:
    """The words that any of the lines holds, as bits."""
    return reduce(or_, answers.offered().marks, 0)


def _shown(answers: Answers[Shown], offered: Offered) -> Sequence[int]:
    """The places of the lines that may be shown, the best first.

    A line that is no evidence may be where it holds a word that none does that is: else a gene would be found
    by words that nobody sees.  Those that only say that nothing is known come behind all others.
    """
    marks, flags, _ = offered
    places = range(len(marks))
    if not reduce(or_, flags, 0) & NOTHING:
        return places
    told = reduce(or_, [marks[place] for place in places if not flags[place] & NOTHING], 0)
    shown: list[int] = []
    behind: list[int] = []
    for place in places:
        if not flags[place] & NOTHING:
            shown.append(place)
        elif marks[place] & ~told:
            field = answers[place].field
            (behind if only_says_nothing(field, True) else shown).append(place)
    return shown + behind


def choose(
    answers: Answers[Shown], limit: int = 3, first: Shown | None = None, beside: frozenset[int] = frozenset()
) -> list[Shown]:
    """Up to ``limit`` answers that together cover the query, without saying a thing twice.

    ``first`` if it is given, then the strongest, then those that add a word, then the next strongest that
    cover the query anew, so that not all are on its rarest word; a cited one is among them when there is
    any.  A line that is no evidence comes only where it adds a word that no evidence holds, an implied one
    only where it adds a word or a paper, and never where it holds no word but those ``beside``.
    """
    offered = answers.offered()
    marks, flags, saying = offered
    left = _shown(answers, offered)
    known = as_mark(beside)
    if known:
        left = [place for place in left if marks[place] & ~known or not flags[place] & FOLLOWS]
    filling = [place for place in left if not flags[place] & NOTHING] or left
    every = reduce(or_, [marks[place] for place in left], 0)
    chosen: list[Shown] = []
    held: list[int] = []
    covered = 0
    cited = False
    said: set[Hashable] = set()
    if first is not None:
        chosen.append(first)
        covered, cited = as_mark(first.held), first.cited
        held.append(covered)
        said.add(first.saying)
    again = 0
    """The words of the lines that are shown though all words are covered."""
    while len(chosen) < limit:
        adding = covered | every != covered
        place = next(
            (
                n
                for n in (left if adding else filling)
                if marks[n] & ~(covered if adding else again)
                and (adding or not flags[n] & FOLLOWS)
                and saying(n) not in said
            ),
            None,
        )
        if place is not None:
            chosen.append(answers[place])
            held.append(marks[place])
            said.add(saying(place))
            again |= 0 if adding else marks[place]
            covered |= marks[place]
            cited = cited or flags[place] & CITED != 0
        elif adding:
            every = covered  # what is left to add was said
        elif again:
            again = 0
        else:
            break
    if len(chosen) > 1 and not cited:
        also = next((n for n in filling if flags[n] & CITED and saying(n) not in said), None)
        if also is not None:
            if len(chosen) == limit:
                del chosen[_least_missed(held, marks[also], first is not None)]
            chosen.append(answers[also])
    return chosen


def _least_missed(held: Sequence[int], instead: int, keeps_first: bool) -> int:
    """The place of the last whose words the others and ``instead`` hold; if none, the last.  The first may
    have to be kept."""
    for place in range(len(held) - 1, int(keeps_first) - 1, -1):
        others = instead
        for other, mark in enumerate(held):
            if other != place:
                others |= mark
        if not held[place] & ~others:
            return place
    return len(held) - 1
