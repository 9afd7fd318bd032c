"""The part of a generation that finds genes in anyone's text: the vocabulary of its names."""

from __future__ import annotations

from pathlib import Path

import msgspec

from index.memory import uncollected
from index.mentions.annotating import Annotator
from index.mentions.vocabulary import Vocabulary

FOLDER = "annotating"
_FILE = "vocabulary.msgpack"


def write(generation: Path, vocabulary: bytes) -> None:
    """Write a vocabulary, encoded, into the folder of a generation."""
    (generation / FOLDER).mkdir()
    (generation / FOLDER / _FILE).write_bytes(vocabulary)


def of_generation(generation: Path) -> Annotator:
    """What finds the names of a generation's genes.

    Raises:
        ValueError: the file is damaged.
        OSError: it cannot be read.
    """
    path = generation / FOLDER / _FILE
    try:
        with uncollected():
            return Annotator(msgspec.msgpack.decode(path.read_bytes(), type=Vocabulary))
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path.name}: {error}") from None
