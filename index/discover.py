"""From what a person names to the files that are read: folders walked, gzip seen through,
each file's format recognised by its content."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import Struct

from index.generations import file_digest
from index.records import Problem
from index.sources import Format, recognise

HEAD_BYTES = 64 * 1024
_UNFINISHED = ".part"
_GZIP_MAGIC = b"\x1f\x8b"


class Input(Struct, frozen=True):
    """A file that a format claims."""

    path: Path
    format: Format
    edition: str | None
    sha256: str


class Inputs(Struct, frozen=True):
    """What was found, in an order that depends only on contents."""

    taken: tuple[Input, ...]
    ignored: tuple[str, ...]
    """Files that no format claims."""
    superseded: tuple[str, ...]
    """A sentence for each file that another edition of the same source replaces."""
    problems: tuple[Problem, ...]


def shown(path: str | os.PathLike[str]) -> str:
    """A path as a report can hold it: a name that is not UTF-8 with its bytes as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def open_input(path: Path) -> BinaryIO:
    """The file's content, gunzipped when it is gzip, whatever its name."""
    with path.open("rb") as stream:
        magic = stream.read(2)
    return cast(BinaryIO, gzip.open(path, "rb") if magic == _GZIP_MAGIC else path.open("rb"))


def find(sources: Iterable[Path]) -> Inputs:
    """Recognise every file under ``sources``; a file given twice, or two that are equal, count once."""
    taken: dict[str, Input] = {}
    ignored: list[str] = []
    problems: list[Problem] = []
    for path in _walk(sources, problems):
        try:
            head = _head(path)
        except (OSError, EOFError, zlib.error) as error:
            problems.append(
                Problem(shown(path), None, f"cannot be read ({error}); restore it from its source")
            )
            continue
        if not head:
            problems.append(Problem(shown(path), None, "empty file; remove it or restore it from its source"))
            continue
        fmt = recognise(head)
        if fmt is None:
            ignored.append(shown(path))
            continue
        edition = fmt.edition(head) if fmt.edition else None
        sha256 = file_digest(path)
        taken.setdefault(sha256, Input(path, fmt, edition, sha256))
    kept, superseded = _newest(sorted(taken.values(), key=lambda found: found.sha256))
    return Inputs(tuple(kept), tuple(ignored), tuple(superseded), tuple(sorted(problems)))


def _head(path: Path) -> str:
    with open_input(path) as stream:
        data = stream.read(HEAD_BYTES)
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


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
                if not name.startswith(".") and not name.endswith(_UNFINISHED):
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


def _newest(found: list[Input]) -> tuple[list[Input], list[str]]:
    """Of the editions of one source the newest, whole; the others are told of, not read."""
    kept: list[Input] = []
    superseded: list[str] = []
    newest: dict[str, Input] = {}
    for candidate in found:
        if candidate.edition is None:
            kept.append(candidate)
            continue
        best = newest.get(candidate.format.name)
        if best is None or _recency(candidate) > _recency(best):
            newest[candidate.format.name] = candidate
    for candidate in found:
        best = newest.get(candidate.format.name)
        if candidate.edition is not None and best is not None and candidate is not best:
            superseded.append(
                f"{shown(candidate.path)}: {candidate.format.name} edition {candidate.edition or 'unknown'} "
                f"superseded by {shown(best.path)} ({best.edition or 'unknown'})"
            )
    return sorted([*kept, *newest.values()], key=lambda found: found.sha256), superseded


def _recency(candidate: Input) -> tuple[str, int, str]:
    """By date; of one date the larger file, which holds more of the source."""
    return candidate.edition or "", candidate.path.stat().st_size, candidate.sha256
