"""What the tests of fetching share: a folder to fetch into, a clock that never waits, small files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from index.fetch.manifest import Download
from index.fetch.run import Outcome, fetch
from index.fetch.settings import Clock, Settings

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "tests" / "samples" / "public"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

HEADER, *ROWS = (PUBLIC / "withdrawn.tsv").read_bytes().splitlines(keepends=True)
TABLE = HEADER + b"".join(ROWS) * 50
"""HGNC's withdrawn symbols, a few KB."""
BIG_TABLE = HEADER + b"".join(ROWS) * 60_000
"""The same, over 8 MB."""
OTHER_TABLE = HEADER + b"".join(reversed(ROWS)) * 50
PACKED = gzip.compress((PUBLIC / "gene_info.tsv").read_bytes() * 20, mtime=0)


class Kitchen:
    """A folder of fetched files, and a clock whose waits are only written down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waited: list[float] = []
        self.reasons: list[str] = []
        self.moves: list[tuple[str, int, int | None]] = []
        self.chance: Callable[[], float] = lambda: 0.0
        self.now = NOW
        self._ticks = 0.0

    def moved(self, wanted: Download, done: int, total: int | None) -> None:
        self.moves.append((wanted.name, done, total))

    def waits(self, wanted: Download, reason: str, seconds: float) -> None:
        self.reasons.append(reason)

    def fetch(self, *wanted: Download, **settings: Any) -> tuple[Outcome, ...]:
        clock = Clock(now=lambda: self.now, monotonic=self._monotonic, sleep=self._sleep, chance=self.chance)
        given: dict[str, Any] = {"timeout": 10.0, "clock": clock} | settings
        return fetch(wanted, self.folder, Settings(**given), self)

    def one(self, wanted: Download, **settings: Any) -> Outcome:
        (outcome,) = self.fetch(wanted, **settings)
        return outcome

    @property
    def names(self) -> list[str]:
        """What lies visibly in the folder."""
        return sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))

    @property
    def ledger(self) -> dict[str, dict[str, Any]]:
        kept: dict[str, dict[str, dict[str, Any]]] = msgspec.json.decode(
            (self.folder / "fetched.json").read_bytes()
        )
        return kept["files"]

    def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self._ticks += seconds

    def _monotonic(self) -> float:
        return self._ticks


def table(address: str, **changed: Any) -> Download:
    """HGNC's withdrawn symbols from an address."""
    return _download("symbols", "withdrawn.txt", "hgnc-withdrawn", address, changed)


def packed(address: str, **changed: Any) -> Download:
    """NCBI's gene_info from an address."""
    return _download("genes", "gene_info.gz", "ncbi-gene-info", address, changed)


def _download(name: str, file: str, fmt: str, address: str, changed: dict[str, Any]) -> Download:
    made = Download(
        name=name,
        address=address,
        file=file,
        format=fmt,
        publisher="a publisher",
        licence="CC0 1.0",
        licence_link="https://example.org/licence",
        about="a file",
    )
    return msgspec.structs.replace(made, **changed)
