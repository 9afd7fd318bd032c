"""Answers of an API in the order in which they came, and the journal that lets a cut run go on.

``NAME.part`` holds a line an answer; ``.NAME.journal.part`` says of each gene where its line ends and
on which day it came, and how far the list of genes was walked.  A finished file keeps its journal,
hidden beside it, so that a later run need not ask for what is young enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from index.fetch.ledger import put_in_place, sync
from index.generations import file_digest


class Began(Struct, frozen=True, tag=True):
    """What is asked, and how: answers to other questions are of no use."""

    address: str
    associations: bool


class Took(Struct, frozen=True, tag=True):
    """A gene that was asked for."""

    symbol: str
    day: str
    """ISO 8601."""
    end: int
    """Bytes of the answers up to and with this one."""
    known: bool
    """Whether there was an answer: a listed gene may be unknown."""


class Reached(Struct, frozen=True, tag=True):
    """Every gene before this cursor of the list was asked for."""

    cursor: int


class Ended(Struct, frozen=True, tag=True):
    """The walk is over; the finished file has this SHA-256."""

    sha256: str


_Note = Began | Took | Reached | Ended
_DECODER = msgspec.json.Decoder(_Note)


class Journal:
    """The unfinished answers of one API; appended to, and whole after every gene."""

    def __init__(self, folder: Path, file: str, began: Began) -> None:
        self.answers = folder / f"{file}.part"
        self.done: dict[str, Took] = {}
        self.cursor = 0
        self._good = folder / file
        self._path = folder / f".{file}.journal.part"
        self._kept = folder / f".{file}.journal"
        self._began = began
        self._earlier = self._finished()
        notes, answers = self._resume()
        self._answers = self.answers.open("r+b" if answers else "wb")
        self._answers.truncate(answers)
        self._answers.seek(answers)
        self._notes = self._path.open("r+b" if notes else "wb")
        self._notes.truncate(notes)
        self._notes.seek(notes)
        if not notes:
            self._note(began)

    def close(self) -> None:
        self._answers.close()
        self._notes.close()

    def take(self, symbol: str, day: str, line: bytes) -> None:
        """Keep a gene's answer, a line without its end; an empty one says that the gene is unknown."""
        if line:
            self._answers.write(line + b"\n")
            self._answers.flush()
        took = Took(symbol, day, self._answers.tell(), bool(line))
        self._note(took)
        self.done[symbol] = took

    def reached(self, cursor: int) -> None:
        self._note(Reached(cursor))

    def earlier(self, symbol: str) -> tuple[str, bytes] | None:
        """(day, line) that the finished file has for a gene; None when it was not asked then."""
        if symbol not in self._earlier:
            return None
        day, start, end = self._earlier[symbol]
        with self._good.open("rb") as stream:
            stream.seek(start)
            return day, stream.read(end - start).rstrip(b"\n")

    def finish(self) -> None:
        """The answers become the finished file, the journal goes along."""
        self._note(Ended(file_digest(self.answers)))
        self.close()
        sync(self._path)
        put_in_place(self.answers, self._good)
        put_in_place(self._path, self._kept)

    def _note(self, note: _Note) -> None:
        self._notes.write(msgspec.json.encode(note) + b"\n")
        self._notes.flush()

    def _resume(self) -> tuple[int, int]:
        """Bytes of the journal and of the answers that hold together; what lies behind them is dropped."""
        there = self.answers.stat().st_size if self.answers.exists() else 0
        notes = answers = 0
        for end, note in _notes(self._path):
            match note:
                case Began():
                    if note != self._began:
                        break
                case Took():
                    if note.end > there:
                        break
                    self.done[note.symbol] = note
                    answers = note.end
                case Reached():
                    self.cursor = note.cursor
                case Ended():
                    break
            notes = end
        return notes, answers

    def _finished(self) -> dict[str, tuple[str, int, int]]:
        """symbol -> (day, start, end) in the finished file, where a journal of it is at hand."""
        if not self._good.exists():
            return {}
        digest = file_digest(self._good)
        for path in (self._kept, self._path):  # killed between two renames, the newer has its old name
            notes = [note for _, note in _notes(path)]
            if notes and notes[0] == self._began and notes[-1] == Ended(digest):
                took = [note for note in notes if isinstance(note, Took)]
                starts = [0, *(note.end for note in took)]
                return {n.symbol: (n.day, start, n.end) for start, n in zip(starts, took, strict=False)}
        return {}


def _notes(path: Path) -> Iterator[tuple[int, _Note]]:
    """(bytes up to its end, note) of each whole line; the first that cannot be read ends them."""
    if not path.exists():
        return
    end = 0
    with path.open("rb") as stream:
        for line in stream:
            end += len(line)
            try:
                if line.endswith(b"\n"):
                    yield end, _DECODER.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return
