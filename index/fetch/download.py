"""One file: asked for, continued where it was cut, checked, put in place of the one before."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from index.fetch import checks
from index.fetch.ledger import Entry, put_in_place
from index.fetch.manifest import X_GOOG_HASH, Download
from index.fetch.part import Part, Told, told
from index.fetch.retrying import Interrupted, Refused, http_date
from index.fetch.session import Session
from index.fetch.web import FIND_IT, Answer
from index.generations import file_digest

PROGRESS_BYTES = 1024 * 1024
"""A try that brings less counts as one in vain."""
MOST_BYTES = 16 * 1024**3
"""Many times what the largest of these files has: a body without end must not fill the disk."""
_CHECKSUM_BYTES = 1024 * 1024

_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})", re.ASCII)


def download(wanted: Download, folder: Path, known: Entry | None, session: Session) -> Entry | None:
    """Bring the file into the folder and say what came; None when it is there unchanged.

    ``known`` is the ledger's entry of it.  The file there before stays until the new one is whole.

    Raises:
        Refused: it cannot be had, or what came must not replace the file before it.
    """
    part, good = Part(folder, wanted.file), folder / wanted.file
    if known and not _still_there(known, wanted, good):
        known = None
    pieced = part.resumable(wanted.address) is not None
    while True:
        source = _received(wanted, part, known, session)
        if source is None:
            return None
        reason = _unfit(wanted, part, source, session)
        if reason is None:
            break
        part.discard()
        if not pieced:
            raise Refused(reason)
        pieced = False  # the pieces may not fit together: once more, whole
    if not session.settings.force and (reason := checks.shrunk(part.path, good)):
        part.discard()
        raise Refused(f"{reason}; look why, then take it with --force")
    entry = _entry(wanted, part, source, session.settings.clock.now())
    put_in_place(part.path, good)
    part.discard()
    return entry


def _still_there(known: Entry, wanted: Download, good: Path) -> bool:
    return known.address == wanted.address and good.is_file() and file_digest(good) == known.sha256


def _received(wanted: Download, part: Part, known: Entry | None, session: Session) -> Told | None:
    """The part holds the whole body, and this is what the server says of it; None: unchanged."""
    tries = session.tries()
    furthest = part.size
    while True:
        try:
            return _tried(wanted.address, part, known, session)
        except Interrupted as cut:
            tries.after(cut, progress=part.size >= furthest + PROGRESS_BYTES)
            furthest = max(furthest, part.size)


def _tried(address: str, part: Part, known: Entry | None, session: Session) -> Told | None:
    source = part.resumable(address)
    headers = _continuing(source, part.size) if source else _conditional(known)
    with session.web.get(address, headers) as answer:
        if answer.status == 304 and known and not source:
            part.discard()
            return None
        if answer.status == 416 and source and _end_of(answer) == part.size:
            return source
        if answer.status == 200:
            source = told(address, answer.headers, _length(answer))
            part.begin(source)
        elif not source or not _continues(answer, source, part.size):
            part.discard()
            raise Interrupted(f"the answer {answer.status} does not fit what was asked; begun anew")
        _write(answer, part, source.total, session)
    if source.total is not None and part.size != source.total:
        raise Interrupted(f"the connection broke off at {part.size:,} of {source.total:,} bytes")
    return source


def _continuing(source: Told, size: int) -> dict[str, str]:
    return {"Range": f"bytes={size}-", "If-Range": source.condition or ""}


def _conditional(known: Entry | None) -> dict[str, str]:
    """Headers that make the server answer 304 where the file is still that one."""
    if known is None:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _length(answer: Answer) -> int | None:
    """Of the whole body; a chunked one has none, whatever the header says."""
    stated = answer.headers.get("Content-Length", "")
    chunked = "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
    return int(stated) if stated.isascii() and stated.isdigit() and not chunked else None


def _end_of(answer: Answer) -> int | None:
    found = _UNSATISFIED.fullmatch(answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _continues(answer: Answer, source: Told, size: int) -> bool:
    """Whether a partial answer holds the bytes from ``size`` on, of the same file as those before."""
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if answer.status != 206 or not found or int(found[1]) != size:
        return False
    total = None if found[3] == "*" else int(found[3])
    return source.fits(told(source.address, answer.headers, total))


def _write(answer: Answer, part: Part, total: int | None, session: Session) -> None:
    size = part.size
    with part.append() as out:
        session.moved(size, total)
        for block in answer.blocks():
            out.write(block)
            size += len(block)
            if size > MOST_BYTES:
                part.discard()
                raise Refused(f"more than {MOST_BYTES:,} bytes came, which no gene file has; {FIND_IT}")
            session.moved(size, total)


def _unfit(wanted: Download, part: Part, source: Told, session: Session) -> str | None:
    """Why what came is not the publisher's file, with the mend; None when it is."""
    if reason := checks.damaged(part.path, wanted):
        return f"{reason}; fetch it again later, or {FIND_IT}"
    if wanted.checksum == X_GOOG_HASH:
        reason = checks.google_mismatch(part.path, source.google_hash or "")
    elif wanted.checksum:
        text = session.short(wanted.checksum, _CHECKSUM_BYTES).decode("utf-8", errors="replace")
        reason = checks.published_mismatch(part.path, wanted.file, text)
    return f"{reason}; fetch it again" if reason else None


def _entry(wanted: Download, part: Part, source: Told, now: datetime) -> Entry:
    changed = http_date(source.last_modified)
    return Entry(
        name=wanted.name,
        address=wanted.address,
        sha256=file_digest(part.path),
        bytes=part.size,
        date=(min(changed, now) if changed else now).date().isoformat(),  # no server knows tomorrow
        licence=wanted.licence,
        etag=source.etag,
        last_modified=source.last_modified,
    )
