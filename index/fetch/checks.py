"""What a file must pass before it replaces another: whole, of its format, with its checksum, not shrunk."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

from index.fetch.manifest import Download
from index.inputs import examine
from index.sources import FORMATS

_SHOWN = 60
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
"""By the digest's length in hex."""
_HEX = re.compile(r"(?<![0-9a-zA-Z])[0-9a-fA-F]{32,128}(?![0-9a-zA-Z])")


def damaged(path: Path, wanted: Download) -> str | None:
    """Why the file is not what the manifest says it is; None when it is."""
    if wanted.format not in {fmt.name for fmt in FORMATS}:
        known = ", ".join(fmt.name for fmt in FORMATS)
        return f"the manifest calls its format {wanted.format}, and known are {known}"
    contents = examine(path)
    if contents.damage:
        return f"its gzip is damaged ({contents.damage})"
    if not contents.head:
        return "an empty file came"
    found = contents.format
    if found is None or found.name != wanted.format:
        other = f" (a file of {found.name})" if found else ""
        begin = contents.head[:_SHOWN]
        return f"what came begins with {begin!r}{other}, which no file of {wanted.format} does"
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
        stream.seek(-1, os.SEEK_END)
        ends_a_line = stream.read(1) == b"\n"
    if wanted.file.endswith(".gz") and not is_gzip:
        return "its gzip is damaged (it is none)"
    if not is_gzip and not ends_a_line:  # all these files end so, whatever length the server told
        return "it ends in the middle of a line, so it was cut"
    return None


def shrunk(new: Path, good: Path) -> str | None:
    """Why the new file is suspiciously small; None when it is not, or there is none to compare with."""
    if not good.exists():
        return None
    before, after = good.stat().st_size, new.stat().st_size
    if after * 2 >= before:
        return None
    return f"it has {after:,} bytes where the file it would replace has {before:,}"


def google_mismatch(path: Path, header: str) -> str | None:
    """Why the file does not have the MD5 in ``x-goog-hash: crc32c=…, md5=…``; None when it has."""
    stated = [part.strip()[4:] for part in header.split(",") if part.strip().startswith("md5=")]
    if not stated:
        return None
    digest = base64.b64encode(bytes.fromhex(_digest(path, "md5"))).decode("ascii")
    return None if digest == stated[0] else "its MD5 is not the one that the server states"


def published_mismatch(path: Path, file: str, text: str) -> str | None:
    """Why the file does not have the checksum in ``text``; None when it has.

    ``text`` is what md5sum, sha256sum and their like write: a line a file, or a digest alone.
    """
    lines = [line for line in text.splitlines() if _HEX.search(line)]
    named = [line for line in lines if file in re.split(r"[\s*()/]+", line)]
    stated = _HEX.findall((named or lines or [""])[0])
    if (len(lines) > 1 and not named) or not stated or len(stated[0]) not in _ALGORITHMS:
        return f"no checksum of {file} is published where the manifest says"
    algorithm = _ALGORITHMS[len(stated[0])]
    if _digest(path, algorithm) == stated[0].lower():
        return None
    return f"its {algorithm.upper()} is not the published one"


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
