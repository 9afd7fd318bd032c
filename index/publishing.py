"""Publishing generations (index/generations.py), and removing those that nobody needs.

A generation is written aside, verified, made durable and then published by replacing
``CURRENT``.  Killed at any point, the published one stands.

No folder is ever put in the place of another: where the published one is damaged or
another engine's, the new one of the same digest is ``gen-<digest>.1``, then ``.2``.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from index.generations import (
    CURRENT,
    IN_USE,
    MANIFEST,
    Manifest,
    NoGeneration,
    RebuildRunning,
    current_generation,
    damage,
    digest_of,
    file_digest,
    read_manifest,
)

_BUILDING = ".building-"
_LOCK = ".lock"
_HOLDER = ".lock-holder"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
KEEP = "keep"
"""A file of this name in a generation keeps it from being removed."""
_REMOVALS = 20
_REMOVAL_SECONDS = 0.05


@contextmanager
def rebuilding(index_dir: Path) -> Iterator[Path]:
    """An empty folder to write a generation into, under the lock of the index directory.

    Whatever an earlier rebuild left half-built is removed first; so is this one's folder
    when it ends without having been published.

    Raises:
        RebuildRunning: another rebuild is at work here.
        OSError: the disk is full or not writable; what is published stands.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index_dir / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = _read_holder(index_dir)
        raise RebuildRunning(
            f"another rebuild{holder} is at work in {index_dir}; wait for it to end"
        ) from None
    with ExitStack() as ending:
        ending.callback(lock.release)
        _clear(index_dir)
        remove_unused(index_dir)
        ending.callback((index_dir / _HOLDER).unlink, missing_ok=True)
        ending.callback(_clear, index_dir)
        building = index_dir / f"{_BUILDING}{os.getpid()}"
        with _telling_full_disk(index_dir):
            (index_dir / _HOLDER).write_text(f"process {os.getpid()} on {os.uname().nodename}", "utf-8")
            building.mkdir()
            yield building


@contextmanager
def _telling_full_disk(index_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise OSError(
            f"no room to rebuild {index_dir} ({error.strerror}); what is published there stands, "
            "and beside it a rebuild needs as much again"
        ) from error


def _clear(index_dir: Path) -> None:
    """Remove everything half-built; the lock's holder alone builds."""
    for leftover in index_dir.glob(_BUILDING + "*"):
        if leftover.is_dir():
            _remove(leftover)
        else:
            leftover.unlink()


def _remove(folder: Path) -> None:
    """Remove a folder, also one into which the processes of a killed rebuild write for a moment more."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_REMOVAL_SECONDS)
    shutil.rmtree(folder)


def _read_holder(index_dir: Path) -> str:
    try:
        return f" ({(index_dir / _HOLDER).read_text('utf-8')})"
    except OSError:
        return ""


def publish(index_dir: Path, building: Path, manifest: Manifest) -> Path:
    """Make the written folder the published generation; returns its new path.

    ``manifest.files`` is filled in here.  Everything is on the disk before the switch.  A
    whole generation of the same digest holds the same documents: it stays, with its readers,
    and takes over the manifest alone.

    Raises:
        OSError: the disk is full or not writable; what was published stands.
    """
    same = [path for path in index_dir.glob(f"gen-{manifest.digest}*") if digest_of(path)]
    for generation in sorted(same):
        published = whole(generation, manifest.engine)
        if published is not None:
            new = building / MANIFEST
            new.write_bytes(encoded(msgspec.structs.replace(manifest, files=published.files)))
            _sync(new)
            new.replace(generation / MANIFEST)
            _sync(generation)
            _switch(index_dir, _pointer(index_dir, generation.name))
            return generation
    (building / IN_USE).touch()
    files = {
        str(path.relative_to(building)): (path.stat().st_size, file_digest(path))
        for path in sorted(building.rglob("*"))
        if path.is_file() and path.name != IN_USE
    }
    (building / MANIFEST).write_bytes(encoded(msgspec.structs.replace(manifest, files=files)))
    for path in [*building.rglob("*"), building]:
        _sync(path)
    generation = _free_place(index_dir, manifest.digest)
    pointer = _pointer(index_dir, generation.name)  # a full disk is met here, before anything moves
    building.rename(generation)
    _switch(index_dir, pointer)
    return generation


def whole(generation: Path, engine: str) -> Manifest | None:
    """The generation's manifest, None when it is missing, damaged or another engine's."""
    try:
        manifest = read_manifest(generation)
    except NoGeneration:
        return None
    return manifest if manifest.engine == engine and not damage(generation, manifest) else None


def encoded(manifest: Manifest) -> bytes:
    """With its checksum, as read_manifest wants it."""
    without = _as_json(msgspec.structs.replace(manifest, checksum=""))
    return _as_json(msgspec.structs.replace(manifest, checksum=hashlib.sha256(without).hexdigest()))


def _as_json(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def _free_place(index_dir: Path, digest: str) -> Path:
    usual = index_dir / f"gen-{digest}"
    if not usual.exists():
        return usual
    numbered = (index_dir / f"gen-{digest}.{number}" for number in count(1))
    return next(path for path in numbered if not path.exists())


def point_to(index_dir: Path, digest: str) -> None:
    """Switch CURRENT to a generation, atomically and durably."""
    _switch(index_dir, _pointer(index_dir, f"gen-{digest}"))


def _pointer(index_dir: Path, name: str) -> Path:
    """A new CURRENT, on the disk beside the one that stands."""
    new = index_dir / f"{_BUILDING}{CURRENT}-{os.getpid()}"
    new.write_text(f"{name}\n", "ascii")
    _sync(new)
    return new


def _switch(index_dir: Path, pointer: Path) -> None:
    _sync(index_dir)
    pointer.replace(index_dir / CURRENT)
    _sync(index_dir)


def keep(index_dir: Path) -> None:
    """Let no rebuild remove the generation that is published now, if there is one."""
    generation = current_generation(index_dir)
    if generation is not None and generation.is_dir():
        (generation / KEEP).touch()


def remove_unused(index_dir: Path) -> None:
    """Remove the generations that are neither published nor kept nor open in any reader.

    Where nothing says which is published, all stay.
    """
    current = current_generation(index_dir)
    for generation in index_dir.glob("gen-*") if current else ():
        if generation == current or digest_of(generation) is None or not generation.is_dir():
            continue
        if (generation / KEEP).exists():
            continue
        try:
            with (generation / IN_USE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (generation / IN_USE).unlink()
        except BlockingIOError:
            continue
        except FileNotFoundError:
            pass
        shutil.rmtree(generation)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
