"""Where the tests keep their files: in memory where there is enough of it.

Indexes are published hundreds of times, each file of each synced to the disk: on a disk that is most of the
time that the tests take, and shows nothing, for no test pulls the plug.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # Linux gives it to all, as the folder of temporary files
_ENOUGH = 6 * 1024**3
"""Bytes.  The index of data/ and what else lies about at once take a tenth of it."""


def in_memory() -> Path | None:
    """A folder whose files are in memory, None where there is none or it is too small."""
    try:
        room = os.statvfs(_IN_MEMORY)
        told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        available = int(told["MemAvailable"].split()[0]) * 1024
        fits = min(room.f_bavail * room.f_frsize, available) >= _ENOUGH
    except (OSError, KeyError, ValueError):
        return None
    return _IN_MEMORY if fits and os.access(_IN_MEMORY, os.W_OK | os.X_OK) else None


def use() -> None:
    """For this process and those that it starts, unless the environment names a folder of its own."""
    if "TMPDIR" in os.environ or "PYTEST_DEBUG_TEMPROOT" in os.environ:
        return
    if folder := in_memory():
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        tempfile.tempdir = None  # it may have been asked for before
