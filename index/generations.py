"""Generations on disk: ``gen-<digest>/`` folders and ``CURRENT``, which names one.

A generation is written aside, verified, made durable and then published by replacing
``CURRENT``; a reader holds a shared lock on the generation it has open, so that it is
removed only when nobody reads it.  Killed at any point, the published one stands.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

FORMAT_VERSION = 3
"""Raise it when the files of a generation, the text engine's too, are laid out differently."""
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
REPORT = "report.json"
"""Beside the generations: what the last rebuild read, set aside and published."""
_GENERATION = re.compile(r"gen-([\w.-]+)", re.ASCII)
_BUILDING = ".building-"
_IN_USE = "in-use"
"""Readers lock this file of a generation; the manifest beside it may be replaced under them."""
_LOCK = ".lock"
_HOLDER = ".lock-holder"


class NoGeneration(Exception):
    """There is no generation to read, or it is not of this format; the message says what to do."""


class RebuildRunning(Exception):
    """Another rebuild holds the index directory; the message says which."""


class SourceFile(Struct, frozen=True):
    """An input file and what it gave."""

    file: str
    format: str
    edition: str | None
    sha256: str
    read: int
    set_aside: int
    left_out: dict[str, int] = {}
    """Why rows are no records by the format's own words -> how many."""
    foreign: int = 0
    """Things said about species of which no input names a gene; they are not kept."""


class Manifest(Struct, frozen=True, kw_only=True):
    format: int
    digest: str
    inputs: str
    """Digest of the input files' bytes and the versions that read them."""
    engine: str
    genes: int
    built: str
    """ISO 8601 UTC."""
    sources: tuple[SourceFile, ...]
    set_aside: int
    ignored: int
    superseded: int = 0
    """Files that another edition of the same source replaces."""
    merged: int = 0
    """Genes that were put together from several records."""
    conflicts: int = 0
    ambiguous_names: int = 0
    """Symbols and aliases that several genes have."""
    unplaced: int = 0
    """Things said about genes that no source names."""
    files: dict[str, tuple[int, str]]
    """Path inside the generation -> (bytes, SHA-256)."""


def generation_path(index_dir: Path, digest: str) -> Path:
    return index_dir / f"gen-{digest}"


def current_digest(index_dir: Path) -> str | None:
    """The digest of the published generation, None when there is none."""
    try:
        name = (index_dir / CURRENT).read_text("ascii", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    named = _GENERATION.fullmatch(name)
    return named[1] if named else None


def read_manifest(generation: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        NoGeneration: it is missing, damaged or of another format version.
    """
    try:
        manifest = msgspec.json.decode((generation / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise NoGeneration(
            f"{generation.name}: the manifest is missing or damaged; run: genelight index"
        ) from None
    if manifest.format != FORMAT_VERSION:
        raise NoGeneration(
            f"{generation.name} has format {manifest.format}, this version reads {FORMAT_VERSION}; "
            "run: genelight index"
        )
    return manifest


def incomplete(generation: Path, manifest: Manifest) -> dict[str, str]:
    """The files that are missing or of another size than the manifest says, with what is wrong; quick."""
    found = {}
    for name, (size, _) in sorted(manifest.files.items()):
        try:
            there = (generation / name).stat().st_size
        except OSError:
            found[name] = f"{name}: missing"
            continue
        if there != size:
            found[name] = f"{name}: {there} bytes instead of {size}"
    return found


def damage(generation: Path, manifest: Manifest) -> list[str]:
    """What differs from the manifest's checksums; empty when all is as it was written."""
    found = incomplete(generation, manifest)
    for name, (_, checksum) in sorted(manifest.files.items()):
        if name not in found and file_digest(generation / name) != checksum:
            found[name] = f"{name}: checksum differs"
    return [found[name] for name in sorted(found)]


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class ReadLock:
    """Keeps a generation from being removed while it is open."""

    def __init__(self, generation: Path) -> None:
        try:
            self._descriptor = os.open(generation / _IN_USE, os.O_RDONLY)
        except OSError as error:
            raise NoGeneration(f"{generation.name} is gone; run: genelight index") from error
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        if os.fstat(self._descriptor).st_nlink == 0:
            self.release()
            raise NoGeneration(f"{generation.name} was removed while it was opened")

    def release(self) -> None:
        os.close(self._descriptor)


@contextmanager
def rebuilding(index_dir: Path) -> Iterator[Path]:
    """An empty folder to write a generation into, under the lock of the index directory.

    Whatever an earlier rebuild left half-built is removed first; so is this one's folder
    when it ends without having been published.

    Raises:
        RebuildRunning: another rebuild is at work here.
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
    try:
        (index_dir / _HOLDER).write_text(f"process {os.getpid()} on {os.uname().nodename}", "utf-8")
        for leftover in index_dir.glob(_BUILDING + "*"):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        building = index_dir / f"{_BUILDING}{os.getpid()}"
        building.mkdir()
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
            (index_dir / _HOLDER).unlink(missing_ok=True)
    finally:
        lock.release()


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
    """
    generation = generation_path(index_dir, manifest.digest)
    published = whole(generation, manifest.engine)
    if published is not None:
        manifest = msgspec.structs.replace(manifest, files=published.files)
        new = building / MANIFEST
        new.write_bytes(_encoded(manifest))
        _sync(new)
        new.replace(generation / MANIFEST)
        _sync(generation)
        point_to(index_dir, manifest.digest)
        return generation
    (building / _IN_USE).touch()
    files = {
        str(path.relative_to(building)): (path.stat().st_size, file_digest(path))
        for path in sorted(building.rglob("*"))
        if path.is_file() and path.name != _IN_USE
    }
    manifest = msgspec.structs.replace(manifest, files=files)
    (building / MANIFEST).write_bytes(_encoded(manifest))
    for path in [*building.rglob("*"), building]:
        _sync(path)
    _move_into_place(building, generation)
    _sync(index_dir)
    point_to(index_dir, manifest.digest)
    return generation


def _encoded(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def whole(generation: Path, engine: str) -> Manifest | None:
    """The generation's manifest, None when it is missing, damaged or another engine's."""
    try:
        manifest = read_manifest(generation)
    except NoGeneration:
        return None
    readable = manifest.engine == engine and (generation / _IN_USE).is_file()
    return manifest if readable and not damage(generation, manifest) else None


def _move_into_place(building: Path, generation: Path) -> None:
    """What stands there is damaged or another engine's; between two renames nothing does."""
    try:
        building.rename(generation)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        aside = building.with_name(building.name + "-replaced")
        generation.rename(aside)
        building.rename(generation)
        shutil.rmtree(aside)


def point_to(index_dir: Path, digest: str) -> None:
    """Switch CURRENT to a generation, atomically and durably."""
    new = index_dir / f"{_BUILDING}{CURRENT}-{os.getpid()}"
    new.write_text(f"gen-{digest}\n", "ascii")
    _sync(new)
    new.replace(index_dir / CURRENT)
    _sync(index_dir)


def remove_unused(index_dir: Path) -> None:
    """Remove the generations that are neither published nor open in any reader."""
    current = current_digest(index_dir)
    for generation in index_dir.glob("gen-*"):
        if generation.name == f"gen-{current}" or not generation.is_dir():
            continue
        try:
            with (generation / _IN_USE).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (generation / _IN_USE).unlink()
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
