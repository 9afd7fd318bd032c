"""Which of a gene's answering lines are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar


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
    def says_nothing(self) -> bool: ...

    @property
    def implied(self) -> bool:
        """Whether the gene does not have the line itself (search/wider.py)."""


Shown = TypeVar("Shown", bound=Answering)
Shown_co = TypeVar("Shown_co", bound=Answering, covariant=True)
_NO_WORDS: frozenset[int] = frozenset()


class Answers(Protocol[Shown_co]):
    """The lines of a gene that answer, the strongest first, and what choosing among them asks."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Shown_co: ...

    def __iter__(self) -> Iterator[Shown_co]: ...

    @property
    def silent(self) -> bool:
        """Whether all of them only say that nothing is known."""

    @property
    def together(self) -> frozenset[int]:
        """The words that any of them holds."""

    @property
    def citing(self) -> Iterable[Shown_co]:
        """Those with a paper behind them, the strongest first."""


class Listed(list[Shown]):
    """Answers as a list."""

    @property
    def silent(self) -> bool:
        return all(answer.says_nothing for answer in self)

    @property
    def together(self) -> frozenset[int]:
        return frozenset().union(*{answer.held for answer in self})

    @property
    def citing(self) -> Iterable[Shown]:
        return (answer for answer in self if answer.cited)


def choose(answers: Answers[Shown], limit: int = 3, first: Shown | None = None) -> list[Shown]:
    """Up to ``limit`` answers that together cover the query, without saying a thing twice.

    ``first`` if it is given, then the strongest, then those that add a word, then the next
    strongest; a cited one is among them when there is any.  A line that says nothing is known
    comes only where nothing else answers, an implied one only where it adds a word or a paper.
    """
    silent, together = answers.silent, answers.together
    chosen = [] if first is None else [first]
    covered = _NO_WORDS if first is None else first.held
    said = {answer.saying for answer in chosen}
    for adding in (True, False):
        for answer in answers:
            if len(chosen) >= limit or (adding and together <= covered):
                break
            wanted = not answer.held <= covered if adding else not answer.implied
            if wanted and (silent or not answer.says_nothing) and answer.saying not in said:
                chosen.append(answer)
                said.add(answer.saying)
                covered |= answer.held
    if len(chosen) > 1 and not any(answer.cited for answer in chosen):
        telling = (answer for answer in answers.citing if silent or not answer.says_nothing)
        cited = next((answer for answer in telling if answer.saying not in said), None)
        if cited is not None:
            if len(chosen) == limit:
                chosen.remove(_least_missed(chosen, cited, first))
            chosen.append(cited)
    return chosen


def _least_missed(chosen: Sequence[Shown], instead: Shown, kept: Shown | None) -> Shown:
    """The last answer, but for ``kept``, whose words the others and ``instead`` hold; if none, the last."""
    for answer in reversed(chosen):
        if answer is kept:
            continue
        others = [other.held for other in chosen if other is not answer]
        if answer.held <= instead.held.union(*others):
            return answer
    return chosen[-1]
