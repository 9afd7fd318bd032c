"""The fetch: every wanted file into one folder, hosts side by side, one failure never another's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Literal, Protocol

from filelock import FileLock, Timeout
from msgspec import Struct

from index.fetch.addresses import host
from index.fetch.download import download
from index.fetch.harmonizome import Walked, walk
from index.fetch.ledger import Entry, Ledger
from index.fetch.manifest import Download
from index.fetch.retrying import Refused
from index.fetch.session import Session
from index.fetch.settings import Settings
from index.fetch.web import Web

_LOCK = ".lock"
_HOLDER = ".lock-holder"
_NAMED = 5


class FetchRunning(Exception):
    """Another fetch holds the folder; the message says which."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one file."""

    name: str
    file: str
    state: Literal["fetched", "unchanged", "incomplete", "failed"]
    """``incomplete``: the file is there, and genes are missing in it that the next fetch asks for."""
    entry: Entry | None = None
    """The file in the folder; None when this fetch did not bring it."""
    told: str = ""
    """Why it failed and the mend, or what else to know."""


class Watcher(Protocol):
    """Told while files come, from several threads."""

    def moved(self, wanted: Download, done: int, total: int | None) -> None: ...

    def waits(self, wanted: Download, reason: str, seconds: float) -> None: ...


class _Stopped(Exception):
    """Whoever asked for the fetch has gone."""


def fetch(
    wanted: Sequence[Download], folder: Path, settings: Settings, watcher: Watcher
) -> tuple[Outcome, ...]:
    """Bring the files into the folder; an outcome for each, in their order.

    Raises:
        FetchRunning: another fetch is at work in the folder.
        LedgerDamaged: the folder's record of what was fetched cannot be read.
        OSError: the folder cannot be made or written to.
    """
    with holding(folder):
        run = _Run(folder, settings, watcher)
        try:
            return run.all(wanted)
        finally:
            run.stop()


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """The folder is ours alone until the block ends, or the process does.

    Raises:
        FetchRunning: another fetch is at work in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            holder = f" ({(folder / _HOLDER).read_text('utf-8')})"
        except OSError:
            holder = ""
        raise FetchRunning(f"another fetch{holder} is at work in {folder}; wait for it to end") from None
    try:
        (folder / _HOLDER).write_text(f"process {os.getpid()} on {os.uname().nodename}", "utf-8")
        try:
            yield
        finally:
            (folder / _HOLDER).unlink(missing_ok=True)
    finally:
        lock.release()


class _Run:
    def __init__(self, folder: Path, settings: Settings, watcher: Watcher) -> None:
        self._folder = folder
        self._ledger = Ledger(folder)
        self._watcher = watcher
        self._stop = Event()
        self._web = Web(settings.contact, settings.timeout, settings.clock.now)
        self._settings = settings
        self._outcomes: dict[str, Outcome] = {}
        self._faults: list[BaseException] = []

    def all(self, wanted: Sequence[Download]) -> tuple[Outcome, ...]:
        """A thread a host; it ends with the process, so that an interrupt need not wait for a server."""
        hosts = dict.fromkeys(host(one.address) for one in wanted)
        groups = [[one for one in wanted if host(one.address) == name] for name in hosts]
        threads = [Thread(target=self._some, args=(group,), daemon=True) for group in groups]
        with closing(self._web):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self._faults:
            raise self._faults[0]
        return tuple(self._outcomes[one.name] for one in wanted)

    def stop(self) -> None:
        self._stop.set()

    def _some(self, group: Sequence[Download]) -> None:
        try:
            for wanted in group:
                self._outcomes[wanted.name] = self._one(wanted)
        except _Stopped:
            pass
        except BaseException as fault:  # noqa: BLE001 - told by the thread that waits for this one
            self._faults.append(fault)

    def _one(self, wanted: Download) -> Outcome:
        try:
            return self._walked(wanted) if wanted.api else self._downloaded(wanted)
        except Refused as refused:
            told = str(refused)
        except OSError as error:
            told = f"it cannot be written ({error.strerror or error}); mend that and fetch it again"
        if (self._folder / wanted.file).exists():
            told += f". The {wanted.file} from before stays"
        return Outcome(name=wanted.name, file=wanted.file, state="failed", told=told)

    def _downloaded(self, wanted: Download) -> Outcome:
        known = self._ledger.get(wanted.file)
        entry = download(wanted, self._folder, known, self._session(wanted))
        if entry is None:
            return Outcome(name=wanted.name, file=wanted.file, state="unchanged", entry=known)
        self._ledger.put(wanted.file, entry)
        return Outcome(name=wanted.name, file=wanted.file, state="fetched", entry=entry)

    def _walked(self, wanted: Download) -> Outcome:
        known = self._ledger.get(wanted.file)
        walked = walk(wanted, self._folder, self._session(wanted))
        self._ledger.put(wanted.file, walked.entry)
        same = known is not None and known.sha256 == walked.entry.sha256
        return Outcome(
            name=wanted.name,
            file=wanted.file,
            state="incomplete" if walked.failed else "unchanged" if same else "fetched",
            entry=walked.entry,
            told=_told(walked, self._settings.limit),
        )

    def _session(self, wanted: Download) -> Session:
        def moved(done: int, total: int | None) -> None:
            self._go_on()
            self._watcher.moved(wanted, done, total)

        def waits(reason: str, seconds: float) -> None:
            self._go_on()
            self._watcher.waits(wanted, reason, seconds)

        return Session(self._web, self._settings, moved, waits)

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _Stopped


def _told(walked: Walked, limit: int | None) -> str:
    """What else to know of a walk: what is missing, and why."""
    told = []
    if walked.failed:
        some = "; ".join(f"{symbol}: {why}" for symbol, why in list(walked.failed.items())[:_NAMED])
        told.append(f"{_genes(len(walked.failed))} could not be had ({some}); fetch again to ask for them")
    if walked.entry.unknown:
        told.append(
            f"unknown there: {_genes(len(walked.entry.unknown))} of the list; fetched.json names them"
        )
    if limit is None and walked.listed < walked.counted:
        told.append(f"the list counts {walked.counted:,} genes and names {walked.listed:,}")
    return "; ".join(told)


def _genes(count: int) -> str:
    return f"{count:,} gene{'' if count == 1 else 's'}"
