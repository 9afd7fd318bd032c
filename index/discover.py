"""From what a person names to the files that are read: folders walked, gzip seen through,
each file's format recognised by its content."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from index.editions import Dates, newest
from index.fetch.ledger import LEDGER
from index.inputs import Input, examine, open_input, shown
from index.records import Problem

__all__ = ["Input", "Inputs", "find", "open_input", "shown"]

_UNFINISHED = ".part"


class Inputs(Struct, frozen=True):
    """What was found, in an order that depends only on contents."""

    taken: tuple[Input, ...]
    ignored: tuple[str, ...]
    """Files that no format claims."""
    superseded: tuple[str, ...]
    """A sentence for each file that another edition of the same source replaces."""
    problems: tuple[Problem, ...]


def find(sources: Iterable[Path]) -> Inputs:
    """Recognise every file under ``sources``; what is given twice, packed or not, counts once."""
    found: list[Input] = []
    ignored: list[str] = []
    problems: list[Problem] = []
    dates = Dates()
    for path in _walk(sources, problems):
        try:
            contents = examine(path)
            edition = dates.of(path, contents)
        except OSError as error:
            problems.append(_unreadable(path, str(error)))
            continue
        if contents.format is not None:
            fmt, damage = contents.format, contents.damage
            size, lines = contents.size, contents.lines
            found.append(Input(path, fmt, edition, contents.sha256, size, lines, damage))
        elif contents.damage:
            problems.append(_unreadable(path, contents.damage))
        elif not contents.size:
            problems.append(Problem(shown(path), None, "empty file; remove it or restore it from its source"))
        else:
            ignored.append(shown(path))
    chosen = newest(_each_once(found))
    problems += chosen.problems
    return Inputs(chosen.kept, tuple(ignored), chosen.superseded, tuple(sorted(problems)))


def _unreadable(path: Path, error: str) -> Problem:
    return Problem(shown(path), None, f"cannot be read ({error}); restore it from its source")


def _each_once(found: list[Input]) -> list[Input]:
    """Of equal contents the one of known date, else the first by name."""
    by_name = sorted(found, key=attrgetter("path"))
    unique: dict[str, Input] = {}
    for source in sorted(by_name, key=lambda source: source.edition or "", reverse=True):
        unique.setdefault(source.sha256, source)
    return list(unique.values())


def _walk(sources: Iterable[Path], problems: list[Problem]) -> Iterator[Path]:
    """Every file, once, links followed; hidden ones and unfinished downloads apart."""
    seen: set[tuple[int, int]] = set()

    def unreadable(error: OSError) -> None:
        problems.append(Problem(shown(error.filename), None, f"folder cannot be read ({error.strerror})"))

    for source in sources:
        if not source.is_dir():
            if source.name.endswith(_UNFINISHED):
                problems.append(Problem(shown(source), None, "unfinished download; fetch it to its end"))
            else:
                yield from _once(source, seen, problems)
            continue
        for folder, folders, names in os.walk(source, onerror=unreadable, followlinks=True):
            if not _first_visit(Path(folder), seen):
                folders.clear()
                if Path(folder).is_symlink():
                    reason = "link to a folder that is read already; remove the link"
                    problems.append(Problem(shown(folder), None, reason))
                continue
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
            for name in sorted(names):
                if not name.startswith(".") and not name.endswith(_UNFINISHED) and name != LEDGER:
                    yield from _once(Path(folder, name), seen, problems)


def _first_visit(path: Path, seen: set[tuple[int, int]]) -> bool:
    status = path.stat()
    place = (status.st_dev, status.st_ino)
    new = place not in seen
    seen.add(place)
    return new


def _once(path: Path, seen: set[tuple[int, int]], problems: list[Problem]) -> Iterator[Path]:
    try:
        new = _first_visit(path, seen)
    except OSError as error:
        problems.append(Problem(shown(path), None, f"cannot be opened ({error.strerror}); remove or mend it"))
        return
    if not path.is_file():
        problems.append(Problem(shown(path), None, "neither a file nor a folder; remove it"))
    elif new:
        yield path
