"""Generations on disk: ``gen-<digest>/`` folders and ``CURRENT``, which names one.

What a generation is, which one is published, and the lock that keeps it: a reader holds a shared
lock on the generation it has open, so that it is removed only when nobody reads it.
index/publishing.py writes what is read here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

FORMAT_VERSION = 6
"""Raise it when the files of a generation, the text engine's too, are laid out differently."""
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
REPORT = "report.json"
"""Beside the generations: what the last rebuild read, set aside and published."""
_GENERATION = re.compile(r"gen-([0-9a-f]{64})(?:\.[1-9][0-9]{0,8})?")
IN_USE = "in-use"
"""Readers lock this file of a generation; the manifest beside it may be replaced under them."""


class NoGeneration(Exception):
    """There is no generation to read, or it is not of this format; the message says what to do."""


class GenerationGone(NoGeneration):
    """It was removed since its name was read; another is published."""


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
    checksum: str = ""
    """SHA-256 of the manifest's own bytes as they are without it."""


class _Format(Struct):
    """What the manifests of all formats have in common."""

    format: int


def current_generation(index_dir: Path) -> Path | None:
    """The folder of the published generation, None when there is none."""
    try:
        name, end, _ = (index_dir / CURRENT).read_text("ascii", errors="replace").partition("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return index_dir / name if end and _GENERATION.fullmatch(name) else None


def pointer_signature(index_dir: Path) -> tuple[int, int] | None:
    """What changes when the pointer is replaced; quicker than reading it."""
    try:
        found = os.stat(f"{index_dir}/{CURRENT}")  # noqa: PTH116 - asked at every search; Path takes four times as long
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def current_digest(index_dir: Path) -> str | None:
    """The digest of the published generation, None when there is none."""
    generation = current_generation(index_dir)
    return digest_of(generation) if generation else None


def generation_path(index_dir: Path, digest: str) -> Path:
    """The published generation where that has this digest, else where one usually is."""
    generation = current_generation(index_dir)
    return generation if generation and digest_of(generation) == digest else index_dir / f"gen-{digest}"


def digest_of(generation: Path) -> str | None:
    """None for a folder that is no generation."""
    named = _GENERATION.fullmatch(generation.name)
    return named[1] if named else None


def read_manifest(generation: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        NoGeneration: it is missing, damaged or of another format version.
    """
    try:
        data = (generation / MANIFEST).read_bytes()
    except OSError:
        data = b""
    return manifest_of(data, generation.name)


def manifest_of(data: bytes, name: str) -> Manifest:
    """The manifest that these bytes are, of what has that name.

    Raises:
        NoGeneration: it is damaged or of another format version.
    """
    damaged = f"{name}: the manifest is missing or damaged; run: genelight index"
    try:
        version = msgspec.json.decode(data, type=_Format).format
        if version != FORMAT_VERSION:
            raise NoGeneration(
                f"{name} has format {version}, this version reads {FORMAT_VERSION}; run: genelight index"
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NoGeneration(damaged) from None
    if manifest.checksum != hashlib.sha256(data.replace(manifest.checksum.encode(), b"")).hexdigest():
        raise NoGeneration(damaged)
    return manifest


def incomplete(generation: Path, manifest: Manifest) -> dict[str, str]:
    """The files that are missing or of another size than the manifest says, with what is wrong; quick."""
    found = {}
    if not (generation / IN_USE).is_file():
        found[IN_USE] = f"{IN_USE}: missing"
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
    """What differs from the manifest's checksums; empty when all is as it was written.

    No rebuild removes the generation meanwhile.
    """
    with ExitStack() as held:
        with suppress(NoGeneration):
            held.callback(ReadLock(generation).release)
        found = incomplete(generation, manifest)
        for name, (_, checksum) in manifest.files.items():
            if name in found:
                continue
            try:
                if file_digest(generation / name) != checksum:
                    found[name] = f"{name}: checksum differs"
            except OSError as error:
                found[name] = f"{name}: cannot be read ({error.strerror})"
    return [found[name] for name in sorted(found)]


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class ReadLock:
    """Keeps a generation from being removed while it is open."""

    def __init__(self, generation: Path) -> None:
        try:
            self._descriptor = os.open(generation / IN_USE, os.O_RDONLY)
        except OSError as error:
            raise GenerationGone(f"{generation.name} is gone; run: genelight index") from error
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        if os.fstat(self._descriptor).st_nlink == 0:
            self.release()
            raise GenerationGone(f"{generation.name} was removed while it was opened; run: genelight index")

    def release(self) -> None:
        os.close(self._descriptor)
