"""The tables of a generation in a cluster, brought here: the files that index/cluster_layout.py names, in a
folder that looks like a generation's and is read by the same classes.

The processes of one user on one machine share a copy, in a folder of the system's temporary directory that
nobody else can read or write.  There

    lock          is held by who makes, opens or removes a copy, not while it is read
    tables-<key>  is a copy; the key tells the cluster, the generation and the files by their checksums, so
                  that a copy is never changed, and when the machine was started, so that what a power cut
                  kept from the disk is never read
    made-<…>      is one that is being made; it becomes a copy, by one renaming, when it is whole

Who reads a copy locks its ``in-use`` (index.generations.ReadLock), so that it is removed by the last reader;
what killed processes leave is removed by the next one that opens or lets go of a copy.  Where the shared
folder cannot be used, because another user made it or another process holds the lock too long without making
progress, a copy is a process's own, in a folder beside it; the next process that opens a copy removes those
of killed ones.

What the cluster says is not trusted as a path: only those of the layout are written.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from filelock import FileLock, Timeout

from index.cluster import Cluster, ClusterUnavailable
from index.cluster_layout import FIELD_TOKENS, FIRST_NAMES, MANIFEST, PIECE, TABLE_PARTS, Place, is_table
from index.cluster_published import read_manifest, strange
from index.columns import Damaged
from index.generations import IN_USE, GenerationGone, Manifest, NoGeneration, ReadLock, file_digest

_AT_ONCE = 4
"""Whole pieces that are fetched by one request: 6 MB as they are sent."""
_MOST = 500
"""Pieces, of small files, that are."""
_REQUESTS = 4
"""Requests under way at the same time."""
_LONGEST_WAIT = 60.0
"""Seconds for which another process that makes a copy may make no progress before this one makes its own."""
_TRIES = 5
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PART = re.compile(r"\w[\w.+-]*", re.ASCII)
_ANNOTATING = "annotating/"
_COPY, _MADE = "tables-", "made-"

Files = Mapping[str, tuple[int, str]]


class Tables:
    """The tables of a generation, here until they are let go."""

    def __init__(self, folder: Path, manifest: Manifest, files: Files, lock: ReadLock) -> None:
        self.folder = folder
        self.manifest = manifest
        self.files = files
        """Path -> (bytes, SHA-256)."""
        self._lock = lock

    def damage(self) -> list[str]:
        """What differs from the manifest's checksums; reads every file."""
        return _wrong(self.folder, self.files)

    def release(self) -> None:
        """Give the copy up; it is removed if nobody else reads it."""
        self._lock.release()
        root = self.folder.parent
        if not self.folder.name.startswith(_COPY):
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        with suppress(Timeout, OSError), FileLock(root / "lock", timeout=0):
            _sweep(root)


def fetch_tables(cluster: Cluster, place: Place, *, annotating: bool = False) -> Tables:
    """The tables of a generation, with those of ``annotating/`` only if they are wanted.

    Raises:
        ClusterUnavailable: the cluster does not answer, or there is no room here.
        Damaged: what it holds is not what the manifest says, or is none of this version.
    """
    manifest = _manifest(cluster, place)
    files = _wanted(manifest, place, annotating)
    try:
        _sweep_own()
        told = msgspec.json.encode([_uuid(cluster), _boot(), place.base, files], order="sorted")
        name = _COPY + sha256(told).hexdigest()[:40]
        with _shared() as root:
            if root is not None:
                return _opened(root, name, cluster, place, manifest, files)
        return _own(cluster, place, manifest, files)
    except OSError as error:
        raise ClusterUnavailable(
            f"the tables of {place.base} cannot be kept in {tempfile.gettempdir()} "
            f"({error.strerror or error}); make room there, or set TMPDIR to another folder"
        ) from error


def _uuid(cluster: Cluster) -> str:
    answer = cluster.request("GET", "/")
    uuid = answer.get("cluster_uuid") if isinstance(answer, dict) else None
    if not isinstance(uuid, str):
        raise strange(cluster)
    return uuid


def _boot() -> str:
    """Another after each start of the machine; empty where the system does not tell."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


# The shared folder


@contextmanager
def _shared() -> Iterator[Path | None]:
    """The folder of this user's copies, locked; None where it cannot be used."""
    root = Path(tempfile.gettempdir()) / f"genelight-{os.geteuid()}"
    with ExitStack() as held:
        try:
            with suppress(FileExistsError):
                root.mkdir(mode=0o700)
            found = root.lstat()
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
            if not ours or stat.S_IMODE(found.st_mode) & 0o077:
                yield None
                return
            held.callback(_locked(root).release)
        except Timeout:
            yield None
            return
        yield root


def _locked(root: Path) -> FileLock:
    """
    Raises:
        Timeout: another process holds it and makes no progress.
    """
    lock = FileLock(root / "lock", timeout=_LONGEST_WAIT)
    while True:
        before = _progress(root)
        try:
            lock.acquire()
        except Timeout:
            if _progress(root) == before:
                raise
        else:
            return lock


def _progress(root: Path) -> list[tuple[str, int]]:
    """Something else after each piece that came of a copy that is being made."""
    found = []
    with os.scandir(root) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.name.startswith(_MADE):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_mtime_ns))
    return sorted(found)


def _opened(
    root: Path, name: str, cluster: Cluster, place: Place, manifest: Manifest, files: Files
) -> Tables:
    """The copy of a name, made if there is none that is whole."""
    folder = root / name
    _sweep(root, but=name)
    whole = (folder / IN_USE).is_file() and not _wrong(folder, files, quick=True)
    if folder.exists() and not whole and not _remove(folder):
        return _own(cluster, place, manifest, files)
    if not folder.exists():
        made = Path(tempfile.mkdtemp(prefix=_MADE, dir=root))
        _make(made, cluster, place, files)
        made.rename(folder)
    return Tables(folder, manifest, files, ReadLock(folder))


def _sweep(root: Path, but: str = "") -> None:
    """Remove what nobody reads and what nobody will end; the lock is held."""
    for entry in root.iterdir():
        if entry.name.startswith(_MADE):
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name.startswith(_COPY) and entry.name != but:
            with suppress(OSError):
                _remove(entry)


def _remove(folder: Path) -> bool:
    """Remove a copy unless it is read; whether it is gone."""
    try:
        with (folder / IN_USE).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (folder / IN_USE).unlink()
    except BlockingIOError:
        return False
    except FileNotFoundError:
        pass
    shutil.rmtree(folder)
    return True


# A process's own folder


def _own(cluster: Cluster, place: Place, manifest: Manifest, files: Files) -> Tables:
    """A copy of this process alone, locked from the beginning."""
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=_own_prefix()))
        try:
            (folder / IN_USE).touch()
            lock = ReadLock(folder)
        except (FileNotFoundError, GenerationGone):  # swept between two of these steps
            continue
        try:
            _make(folder, cluster, place, files)
        except BaseException:
            lock.release()
            raise
        return Tables(folder, manifest, files, lock)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _own_prefix() -> str:
    return f"genelight-{os.geteuid()}-own-"


def _sweep_own() -> None:
    """Remove what killed processes of this user left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_own_prefix()}*"):
        with suppress(OSError):
            found = folder.lstat()
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
            begun = time.time() - found.st_mtime < _LONGEST_WAIT and not (folder / IN_USE).exists()
            if ours and not begun:
                _remove(folder)


# A copy


def _make(folder: Path, cluster: Cluster, place: Place, files: Files) -> None:
    """Fetch the files into an empty folder; on a failure it is removed."""
    try:
        if sum(size for size, _ in files.values()) > shutil.disk_usage(folder).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        for path, (size, _) in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("xb") as stream:
                stream.truncate(size)
        pieces = [
            _Piece(path, number, min(PIECE, size - number * PIECE))
            for path, (size, _) in files.items()
            for number in range(-(-size // PIECE))
        ]
        with ThreadPoolExecutor(_REQUESTS) as pool:
            fetching = [pool.submit(_fetch, folder, cluster, place, some) for some in _together(pieces)]
            try:
                for one in fetching:
                    one.result()
            finally:
                pool.shutdown(cancel_futures=True)
        if wrong := _wrong(folder, files):
            raise Damaged(f"{place.tables} is damaged ({'; '.join(wrong[:3])})")
        (folder / IN_USE).touch()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


class _Piece(NamedTuple):
    path: str
    number: int
    size: int

    @property
    def id(self) -> str:
        return f"{self.path}#{self.number}"


def _together(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces, as many to a request as it may hold."""
    some: list[_Piece] = []
    size = 0
    for piece in pieces:
        if some and (size + piece.size > _AT_ONCE * PIECE or len(some) == _MOST):
            yield some
            some, size = [], 0
        some.append(piece)
        size += piece.size
    if some:
        yield some


def _fetch(folder: Path, cluster: Cluster, place: Place, pieces: Sequence[_Piece]) -> None:
    for piece, data in zip(pieces, _data(cluster, place, [one.id for one in pieces]), strict=True):
        if data is None or len(data) != piece.size:
            raise Damaged(f"{place.tables}: {piece.id} is missing or damaged")
        descriptor = os.open(folder / piece.path, os.O_WRONLY)
        try:
            written = os.pwrite(descriptor, data, piece.number * PIECE)
            if written != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
    os.utime(folder)  # who waits for the lock sees that there is progress


def _data(cluster: Cluster, place: Place, ids: Sequence[str]) -> list[bytes | None]:
    """The bytes of some pieces, None for one that is not there."""
    return [_decoded(source, place) for source in cluster.mget(place.tables, ids, ["data"])]


def _decoded(source: Mapping[str, Any] | None, place: Place) -> bytes | None:
    if source is None:
        return None
    try:
        return b64decode(source["data"], validate=True)
    except (LookupError, TypeError, ValueError) as error:
        raise Damaged(f"{place.tables} is damaged: a piece does not hold bytes") from error


def _wrong(folder: Path, files: Files, *, quick: bool = False) -> list[str]:
    """What is missing or of another size and, unless that is enough, of another checksum."""
    found = []
    for path, (size, checksum) in sorted(files.items()):
        file = folder / path
        try:
            if file.stat().st_size != size:
                found.append(f"{path}: {file.stat().st_size} bytes instead of {size}")
            elif not quick and file_digest(file) != checksum:
                found.append(f"{path}: checksum differs")
        except OSError as error:
            found.append(f"{path}: {error.strerror}")
    return found


# The manifest


def _manifest(cluster: Cluster, place: Place) -> Manifest:
    try:
        manifest = read_manifest(cluster, place)
    except NoGeneration as error:
        raise Damaged(str(error)) from error
    if manifest.digest != place.digest:
        raise Damaged(f"{place.tables}: {MANIFEST} is of another generation")
    return manifest


def _wanted(manifest: Manifest, place: Place, annotating: bool) -> dict[str, tuple[int, str]]:
    """The files of the tables."""
    found = {
        path: told
        for path, told in manifest.files.items()
        if is_table(path) and (annotating or not path.startswith(_ANNOTATING))
    }
    for path, (size, _) in found.items():
        parts = path.split("/")
        if len(parts) == 1 or not all(map(_PART.fullmatch, parts)) or size < 0:
            raise Damaged(f"{place.tables}: {path!r} is no path of a table")
    missing = {part for part in TABLE_PARTS if not any(path.startswith(f"{part}/") for path in found)}
    missing.update(name for name in (FIRST_NAMES, FIELD_TOKENS) if name not in found)
    if missing:
        raise Damaged(f"{place.tables}: there is no {', '.join(sorted(missing))}")
    return found
