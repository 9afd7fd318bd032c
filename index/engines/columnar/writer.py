"""The columnar index of a generation, written from what the processes made of its documents.

Documents come run by run; their columns are put end to end under one numbering.  When all are there,
matrix.py turns the matrix round.  Texts go to the disk as they come.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import compress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec
import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from index import columns
from index.columnar import FIELD_NUMBER, FOLDER, TEXT_ORDER, encode
from index.documenting import Run
from index.engines.columnar.keywords import write_keywords
from index.engines.columnar.matrix import Collected, Lists, write_matrix
from index.engines.columnar.run import ColumnRun, NewTexts
from index.fields import FIELDS
from index.ontology import Arrays
from index.records import Source
from index.workers import Workers

Numbers = NDArray[np.uint32]

_RANK = np.array([TEXT_ORDER.index(field.name) for field in FIELDS])


class _Told(Struct):
    """What the numbers of one process stand for."""

    words: array[int] = field(default_factory=lambda: array("I"))
    keywords: array[int] = field(default_factory=lambda: array("I"))
    texts: array[int] = field(default_factory=lambda: array("I"))


class ColumnWriter:
    """Writes the columnar index of a new generation into ``folder / FOLDER``.

    Raises:
        OSError: the disk is full or not writable (from any method).
    """

    def __init__(self, folder: Path) -> None:
        self._target = folder / FOLDER
        self._target.mkdir()
        self._told: dict[int, _Told] = {}
        self._words: dict[str, int] = {}
        self._keywords: list[str] = []
        """As told; equal ones become one when they are put in order."""
        self._texts: dict[bytes, int] = {}
        self._sources: dict[Source, int] = {}
        self._pieces: dict[str, list[Numbers]] = {}
        self._rows: dict[int, BinaryIO] = {}
        self._heads = self._stream("heads.u1")
        self._references = self._stream("references.u1")
        self._head_lengths, self._reference_lengths = array("I"), array("I")
        self._popularity = array("f")
        self._sayings = [np.zeros(0, np.uint64)]

    def __enter__(self) -> ColumnWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._heads, self._references, *self._rows.values()):
            stream.close()

    columnar = True

    def add_run(self, run: Run) -> None:
        if run.columns is not None:
            self.add(run.columns)

    def add(self, run: ColumnRun) -> None:
        """Add the next documents."""
        told = self._told.setdefault(run.process, _Told())
        told.words.extend([self._words.setdefault(word, len(self._words)) for word in run.words])
        told.keywords.extend(range(len(self._keywords), len(self._keywords) + len(run.keyword_values)))
        self._keywords += run.keyword_values
        keywords = _view(told.keywords)
        self._add_texts(run.texts, told, keywords)
        sources = [self._sources.setdefault(source, len(self._sources)) for source in run.sources]
        first_reference = len(self._reference_lengths)
        self._references.writelines(run.references)
        self._reference_lengths.extend(map(len, run.references))
        self._heads.writelines(run.heads)
        self._head_lengths.extend(map(len, run.heads))
        self._popularity.extend(run.popularity)
        self._keep("pmids", _numbers(run.pmids))
        self._keep("papers", _numbers(run.papers))
        self._keep("line_counts", _numbers(run.line_counts))
        self._keep("lines", _view(told.texts)[_numbers(run.lines)])
        self._keep("line_sources", np.array(sources, np.uint32)[_numbers(run.line_sources)])
        self._keep("line_codes", _numbers(run.line_codes))
        self._keep("line_ats", _numbers(run.line_ats))
        self._keep("cited_counts", _numbers(run.cited_counts))
        self._keep("cited", _numbers(run.cited) + np.uint32(2 * first_reference))
        self._keep("keyword_counts", _numbers(run.keyword_counts))
        self._keep("keyword_fields", np.frombuffer(run.keyword_fields, np.uint8))
        self._keep("keywords", keywords[_numbers(run.keywords)])

    def finish(self, arrays: Callable[[], Arrays], workers: Workers | None = None) -> None:
        """Write what needs all documents; ``arrays`` waits for the ontology of the generation, ``workers``
        share the work."""
        keywords = msgspec.msgpack.encode(self._keywords)
        places = (workers or Workers(1)).start(write_keywords, (self._target, keywords))
        self._close_strings("heads", self._heads, self._head_lengths)
        self._close_strings("references", self._references, self._reference_lengths)
        columns.write(self._target, "reference_pmids.u4", self._taken("pmids"))
        columns.write_strings(self._target, "sources", [encode(source) for source in self._sources])
        columns.write(self._target, "doc_popularity.f4", np.array(self._popularity))
        self._texts.clear()
        self._told.clear()
        fields = self._taken("text_fields")
        order = np.argsort(_RANK[fields], kind="stable")
        place = np.empty(len(order), np.uint32)
        place[order] = np.arange(len(order), dtype=np.uint32)
        self._write_rows(order)
        _, sayings = np.unique(np.concatenate(self._sayings), return_inverse=True)
        columns.write(self._target, "text_sayings.u4", sayings[order])
        write_matrix(
            self._target,
            Collected(
                documents=len(self._head_lengths),
                words=list(self._words),
                keywords=self._keywords,
                papers=self._taken("papers"),
                text_fields=fields[order],
                tokens=self._permuted("words", order),
                token_begins=self._permuted("begins", order).values,
                token_ends=self._permuted("ends", order).values,
                about=self._taken("about")[order],
                mentions=self._permuted("mentions", order),
                lines=Lists(place[self._taken("lines")], self._taken("line_counts")),
                line_sources=self._taken("line_sources"),
                line_codes=self._taken("line_codes"),
                line_ats=self._taken("line_ats"),
                cited=Lists(self._taken("cited"), self._taken("cited_counts")),
                keyword_lists=Lists(self._taken("keywords"), self._taken("keyword_counts")),
                keyword_fields=self._taken("keyword_fields"),
            ),
            arrays,
            places,
        )

    def _add_texts(self, texts: NewTexts, told: _Told, keywords: Numbers) -> None:
        """Keep the texts that no other process told of."""
        known = len(self._texts)
        numbers = [self._texts.setdefault(digest, len(self._texts)) for digest in texts.digests]
        told.texts.extend(numbers)
        if len(self._texts) == known:
            return
        highest = np.maximum.accumulate([known - 1, *numbers])
        kept = highest[1:] > highest[:-1]
        fields = np.frombuffer(texts.fields, np.uint8)
        row_lengths = np.fromiter(map(len, texts.rows), np.uint32, len(texts.rows))
        for number in set(texts.fields):
            some = kept & (fields == number)
            self._row_stream(number).writelines(compress(texts.rows, some.tolist()))
        self._keep("text_fields", fields[kept])
        self._keep("row_lengths", row_lengths[kept])
        self._sayings.append(np.frombuffer(texts.sayings, np.uint64)[kept])
        lengths = _numbers(texts.lengths)
        of_words = np.repeat(kept, lengths)
        self._keep("words_lengths", lengths[kept])
        self._keep("words", _view(told.words)[_numbers(texts.words)[of_words]])
        self._keep("begins", _numbers(texts.begins)[of_words])
        self._keep("ends", _numbers(texts.ends)[of_words])
        about = _numbers(texts.about)[kept]
        self._keep("about", np.where(about, keywords[about - (about > 0)] + 1, 0) if len(keywords) else about)
        counts = _numbers(texts.mention_counts)
        self._keep("mentions_lengths", counts[kept])
        self._keep("mentions", keywords[_numbers(texts.mentions)[np.repeat(kept, counts)]])

    def _row_stream(self, number: int) -> BinaryIO:
        if number not in self._rows:
            self._rows[number] = self._stream(f"rows-{number}.part")
        return self._rows[number]

    def _write_rows(self, order: NDArray[np.int64]) -> None:
        """The texts field by field."""
        lengths = self._taken("row_lengths")[order]
        with (self._target / "texts.u1").open("wb") as joined:
            for name in TEXT_ORDER:
                number = FIELD_NUMBER[name]
                if number in self._rows:
                    self._rows[number].close()
                    part = self._target / f"rows-{number}.part"
                    with part.open("rb") as rows:
                        while block := rows.read(1 << 24):
                            joined.write(block)
                    part.unlink()
        columns.write(self._target, "texts_starts.u8", columns.starts_of(lengths))

    def _permuted(self, name: str, order: NDArray[np.int64]) -> Lists:
        """The lists of all texts in another order."""
        lengths = self._joined("words_lengths" if name in ("begins", "ends") else f"{name}_lengths")
        at, counts = columns.members(columns.starts_of(lengths), order)
        return Lists(self._taken(name)[at], counts.astype(np.uint32))

    def _close_strings(self, name: str, stream: BinaryIO, lengths: Sequence[int]) -> None:
        stream.close()
        columns.write(self._target, f"{name}_starts.u8", columns.starts_of(lengths))

    def _stream(self, name: str) -> BinaryIO:
        return (self._target / name).open("wb")

    def _keep(self, name: str, piece: NDArray[np.unsignedinteger]) -> None:
        self._pieces.setdefault(name, []).append(piece.astype(np.uint32, copy=False))

    def _taken(self, name: str) -> Numbers:
        """The same, for the last time: a column is not kept beside what is made of it."""
        joined = self._joined(name)
        del self._pieces[name]
        return joined

    def _joined(self, name: str) -> Numbers:
        joined = np.concatenate((np.zeros(0, np.uint32), *self._pieces.get(name, ())))
        self._pieces[name] = [joined]
        return joined


def _numbers(data: bytes) -> Numbers:
    return np.frombuffer(data, np.uint32)


def _view(numbers: array[int]) -> Numbers:
    """Not to be kept: an array whose memory is looked at cannot grow."""
    return np.frombuffer(numbers, np.uint32)
