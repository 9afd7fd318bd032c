"""``genelight annotate``: the genes named in anyone's text, a JSON line a document."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click
import msgspec

from index import annotating
from index.generations import NoGeneration, ReadLock, current_generation, read_manifest
from index.mentions.annotating import Annotation, Annotator
from index.workers import Workers, processors
from webapp.config import Config
from webapp.opening import asking_cluster, published_in
from webapp.options import config_of, index_dir_option, telling_errors
from webapp.terminal import harmless

_BATCH = 100
"""Documents in a task; fewer than that are done at once, in this process."""
_INCOMPLETE = 1


class _Document(NamedTuple):
    id: str | int
    text: str


class _Fault(NamedTuple):
    line: int
    reason: str


class _Notice(_Fault):
    """What is told of a line that is read all the same."""


class _Given(msgspec.Struct):
    text: str
    id: str | int | None = None


class _Task(NamedTuple):
    generation: Path
    documents: list[_Document]


_decode = msgspec.json.Decoder(_Given).decode
_encode = msgspec.json.Encoder().encode


def annotate(stream: BinaryIO, name: str, generation: Path, processes: int | None) -> int:
    """Write what is found in each document of a stream to standard output; how many lines could not be
    read, each told on standard error.

    Raises:
        NoGeneration: the generation cannot be read.
    """
    faults = 0

    def readable() -> Iterator[_Document]:
        nonlocal faults
        for one in _documents(stream):
            if isinstance(one, _Fault):
                faults += not isinstance(one, _Notice)
                click.echo(harmless(f"{name}, line {one.line}: {one.reason}"), err=True)
            else:
                yield one

    documents = readable()
    first = list(islice(documents, _BATCH))
    alone = len(first) < _BATCH
    try:
        tasks = (_Task(generation, some) for some in chain([first], _batches(documents)) if some)
        with Workers(1 if alone else processes or processors()) as workers:
            for lines in workers.ordered(_annotated, tasks):
                sys.stdout.buffer.write(lines)
                sys.stdout.buffer.flush()
    except (ValueError, FileNotFoundError) as error:
        raise NoGeneration(f"{generation.name} is damaged ({error}); run: genelight index --force") from None
    finally:
        _opened.cache_clear()
    return faults


@contextmanager
def published(config: Config) -> Iterator[Path]:
    """A folder with the names of the published generation, kept as long as it is needed.

    Raises:
        NoGeneration: there is none, or it cannot be read.
        IndexUnavailable: likewise, of a cluster.
    """
    with asking_cluster(config) as cluster, ExitStack() as held:
        if cluster is not None:
            from search.cluster_tables import fetch_tables

            tables = fetch_tables(cluster, published_in(cluster), annotating=True)
            held.callback(tables.release)
            yield tables.folder
            return
        generation = current_generation(config.index_dir)
        if generation is None:
            raise NoGeneration(f"no index in {config.index_dir}; build one with: genelight index")
        held.callback(ReadLock(generation).release)
        read_manifest(generation)
        yield generation


def _batches(documents: Iterator[_Document]) -> Iterator[list[_Document]]:
    while some := list(islice(documents, _BATCH)):
        yield some


def _documents(stream: BinaryIO) -> Iterator[_Document | _Fault]:
    """The documents of JSON Lines if the first line that is not blank begins an object, else a line each."""
    objects: bool | None = None
    told = False
    for number, line in enumerate(stream, 1):
        data = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not data.strip():
            continue
        if objects is None:
            objects = data.lstrip().startswith(b"{")
        if not (objects or told) and data.lstrip().startswith(b"{") and _is_document(number, data):
            told = True
            yield _Notice(number, "a JSON object, read as plain text as the first line is")
        yield _object(number, data) if objects else _plain(number, data)


def _object(number: int, data: bytes) -> _Document | _Fault:
    try:
        given = _decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return _Fault(number, f'{error}; a line is one object, {{"id": "1", "text": "…"}}')
    return _Document(number if given.id is None else given.id, given.text)


def _is_document(number: int, data: bytes) -> bool:
    return isinstance(_object(number, data), _Document)


def _plain(number: int, data: bytes) -> _Document | _Fault:
    try:
        return _Document(number, data.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        return _Fault(number, f"no UTF-8 at byte {error.start + 1}; convert the file to UTF-8")


def _annotated(task: _Task) -> bytes:
    """A JSON line for each document of a task."""
    annotator = _opened(task.generation)
    texts = [document.text for document in task.documents]
    found = annotator.annotate_all(texts)
    return b"".join(
        [
            _encode({"id": id_, "mentions": [_told(one, text) for one in annotations]}) + b"\n"
            for (id_, text), annotations in zip(task.documents, found, strict=True)
        ]
    )


@lru_cache(maxsize=1)
def _opened(generation: Path) -> Annotator:
    annotator = annotating.of_generation(generation)
    gc.freeze()  # a million names, which no collection need look at again
    return annotator


def _told(one: Annotation, text: str) -> dict[str, object]:
    told: dict[str, object] = {
        "start": one.start,
        "end": one.end,
        "text": text[one.start : one.end],
        "ids": one.genes,
        "score": round(one.score, 3),
    }
    if one.others:
        told["others"] = one.others
    if one.family is not None:
        told["family"] = one.family
    return told


@click.command("annotate")
@click.argument("file", type=click.File("rb"), default="-")
@index_dir_option
@click.option("--processes", type=click.IntRange(1), help="Processes that read; else as many as help.")
@telling_errors
def command(file: BinaryIO, index_dir: Path | None, processes: int | None) -> None:
    """Mark the human genes named in a text of your own.

    FILE (standard input when none is named) holds a document a line, as plain text or as JSON Lines with
    "id" and "text".  A JSON line a document is written: "id" (the line's number where none is given) and
    "mentions", each with "start" and "end" in code points, the "text" there, the "ids" of the genes it names,
    and a "score" from 0 to 1; "others" where it is left open which gene is meant, "family" where a family of
    genes is.
    """
    with published(config_of(index_dir)) as generation:
        faults = annotate(file, getattr(file, "name", "<stdin>"), generation, processes)
    if faults:
        sys.exit(_INCOMPLETE)
