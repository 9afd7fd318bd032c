"""Of several editions of one source the newest is read, whole.

A source is a format and the species that its table is about, so the genes of man and mouse
stand beside each other.  A file is of the date that it states, else that noted when it was
fetched, else the latest day that it holds.  One of unknown date is taken for the publisher's own
file, and that for newer than a dated copy, unless it is far smaller.  Files' times count for nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from index.fetch import ledger
from index.generations import file_digest
from index.inputs import Contents, Input, open_input, shown
from index.records import Problem

STRAYS = 100
"""One row in so many may be of a species that a newer edition lacks: NCBI's human genes hold a few
of Neanderthals, and which of those there are differs from edition to edition."""
SHRUNK = 2
"""A file of unknown date does not replace a dated one that has over so many times its rows or bytes."""
_MOST_NAMED = 3
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)


class Chosen(Struct, frozen=True):
    kept: tuple[Input, ...]
    superseded: tuple[str, ...]
    """A sentence for each file that another edition replaces: which, and by what rule."""
    problems: tuple[Problem, ...]


class Dates:
    """Tells of what date a file is, None where nothing does."""

    def __init__(self) -> None:
        self._fetched: dict[Path, dict[str, tuple[str, str]]] = {}

    def of(self, path: Path, contents: Contents) -> str | None:
        fmt = contents.format
        if fmt is None or fmt.edition is None:
            return None
        return fmt.edition(contents.head) or self._when_fetched(path.resolve()) or contents.latest or None

    def _when_fetched(self, path: Path) -> str | None:
        folder = path.parent
        if folder not in self._fetched:
            self._fetched[folder] = ledger.dates(folder)
        sha256, date = self._fetched[folder].get(path.name, ("", ""))
        return date if _DATE.fullmatch(date) and sha256 == file_digest(path) else None


def newest(found: Iterable[Input]) -> Chosen:
    """The files to read, sorted by their contents."""
    kept: list[Input] = []
    superseded: list[str] = []
    problems: list[Problem] = []
    rivals: dict[str, list[Input]] = {}
    for source in found:
        if source.format.edition is None:
            kept.append(source)
        else:
            rivals.setdefault(source.format.name, []).append(source)
    for sources in rivals.values():
        editions = [_Edition(source) for source in sources]
        few = _few(editions)
        taken, replaced = _contest(editions, few)
        kept += [edition.source for edition in taken]
        for place, edition in enumerate(taken):
            problems += edition.overlaps(taken[:place])
        for older, newer in replaced:
            superseded.append(_sentence(older.source, newer.source))
            problems += _damaged(older.source)
            problems += _too_few(older.source, newer.source) if older.source.sha256 in few else []
    kept.sort(key=lambda source: source.sha256)
    return Chosen(tuple(kept), tuple(sorted(superseded)), tuple(problems))


_Replaced = tuple["_Edition", "_Edition"]
"""An edition, and the one that is read instead."""


def _contest(editions: Iterable[_Edition], few: frozenset[str]) -> tuple[list[_Edition], list[_Replaced]]:
    """The editions that stand, the newest first, and those that do not."""
    taken: list[_Edition] = []
    replaced: list[_Replaced] = []
    for edition in sorted(editions, key=lambda edition: _recency(edition.source, few), reverse=True):
        newer = edition.superseded_by(taken)
        if newer is None:
            taken.append(edition)
        else:
            replaced.append((edition, newer))
    return taken, replaced


def _recency(source: Input, few: frozenset[str]) -> tuple[bool, bool, str, int, str]:
    """A damaged file behind the whole ones, one of ``few`` behind the dated ones; of one date the
    larger first, which holds more of the source."""
    undated = source.edition is None and source.sha256 not in few
    return source.damage is None, undated, source.edition or "", source.size, source.sha256


def _few(editions: Iterable[_Edition]) -> frozenset[str]:
    """The files (by SHA-256) of unknown date that hold too little to replace the newest dated one."""
    whole = [edition for edition in editions if edition.source.damage is None]
    undated = [edition for edition in whole if edition.source.edition is None]
    dated, _ = _contest([edition for edition in whole if edition.source.edition], frozenset())
    return frozenset(
        small.source.sha256
        for small in undated
        for large in dated
        if _shrunk(small.source, large.source) and large.superseded_by([small])
    )


def _shrunk(small: Input, large: Input) -> bool:
    return small.size * SHRUNK < large.size or small.lines * SHRUNK < large.lines


class _Edition:
    """A file among its rivals, and the rows of each species in it, read only when there are some."""

    def __init__(self, source: Input) -> None:
        self.source = source
        self._rows: Counter[str] = Counter()
        self._runs = _runs(source)

    def superseded_by(self, newer: list[_Edition]) -> _Edition | None:
        """The one of the newer editions that replaces this; None when this has species of its own."""
        if not newer:
            return None
        rows = self._all_rows()
        own = sum(count for taxon, count in rows.items() if not any(one.names(taxon) for one in newer))
        if own * STRAYS > rows.total():
            return None
        commonest = [taxon for taxon, _ in rows.most_common(1)]
        return next((one for one in newer for taxon in commonest if one.names(taxon)), newer[0])

    def overlaps(self, newer: list[_Edition]) -> Iterator[Problem]:
        """A warning for each newer edition that holds some of this one's species too."""
        for one in newer:
            both = sorted(filter(one.names, self._all_rows()), key=int)
            if both:
                named = ", ".join(both[:_MOST_NAMED]) + (" and others" if len(both) > _MOST_NAMED else "")
                reason = f"holds taxon {named} as {shown(one.source.path)} does, a newer edition"
                mend = "both are read; remove that species from one"
                yield Problem(shown(self.source.path), None, f"{reason}: {mend}", "warning")

    def names(self, taxon: str) -> bool:
        """Whether the table has a row about the species; it is read up to the first."""
        if taxon in self._rows:
            return True
        for found, count in self._runs:
            self._rows[found] += count
            if found == taxon:
                return True
        return False

    def _all_rows(self) -> Counter[str]:
        for taxon, count in self._runs:
            self._rows[taxon] += count
        return self._rows


def _runs(source: Input) -> Iterator[tuple[str, int]]:
    if source.format.taxa is not None:
        with suppress(OSError), open_input(source.path) as stream:
            yield from source.format.taxa(stream)


def _sentence(older: Input, newer: Input) -> str:
    what = f"{older.format.name} edition {older.edition or 'of unknown date'} superseded by"
    by = f"{shown(newer.path)} ({newer.edition or 'unknown date'})"
    return f"{shown(older.path)}: {what} {by}, {_rule(older, newer)}"


def _rule(older: Input, newer: Input) -> str:
    if older.damage and not newer.damage:
        return "which is whole where this is damaged"
    if older.edition == newer.edition:
        date = "of the same date" if newer.edition else "undated as well"
        return f"{date} and larger" if newer.size > older.size else f"{date} and of the same size"
    if older.edition is None:
        return "of known date and more than twice as large"
    if newer.edition is None:
        return "which states no date: the publisher's own, taken for newer than a dated copy"
    return "of a newer date"


def _damaged(source: Input) -> list[Problem]:
    if not source.damage:
        return []
    reason = f"damaged ({source.damage}), so another edition is read instead; fetch the file again"
    return [Problem(shown(source.path), None, reason)]


def _too_few(few: Input, newer: Input) -> list[Problem]:
    if newer.edition is None:
        return []
    reason = f"is of unknown date and has less than half of {shown(newer.path)}, which is read instead"
    mend = "if it is the newer edition, begin it with a line like ## edition: 2024-10-18"
    return [Problem(shown(few.path), None, f"{reason}; {mend}", "warning")]
