"""Heads of records that lie in no file: a head's place is its number."""

from __future__ import annotations

from collections.abc import Iterable

from index.records import GeneRecord
from index.spool import Head, Place, encode, head_of


def heads(records: Iterable[GeneRecord]) -> list[Head]:
    """The head of each record; ``head.place.start`` is the record's number."""
    return [head_of(record, encode(record), Place(0, number, 1)) for number, record in enumerate(records)]
