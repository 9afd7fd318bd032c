"""What the benchmarks print: tables in Markdown, the machine, and their place in docs/BENCHMARKS.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from msgspec import Struct

REPORT = Path(__file__).resolve().parent.parent / "docs" / "BENCHMARKS.md"
DASH = "–"


class Spread(Struct, frozen=True):
    """Milliseconds."""

    p50: float
    p99: float
    mean: float
    count: int


def spread(seconds: Iterable[float | None]) -> Spread | None:
    """Of those that are not None; None when there are none."""
    known = sorted(1000 * one for one in seconds if one is not None)
    if not known:
        return None
    return Spread(_quantile(known, 0.5), _quantile(known, 0.99), fmean(known), len(known))


def _quantile(ascending: Sequence[float], share: float) -> float:
    """Between neighbours in proportion, as numpy's default does."""
    place = share * (len(ascending) - 1)
    low = int(place)
    high = min(low + 1, len(ascending) - 1)
    return ascending[low] + (ascending[high] - ascending[low]) * (place - low)


def number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return DASH
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """Markdown; the first ``words`` columns stand left, the others, figures, right."""
    rule = "|" + "|".join(["---"] * words + ["---:"] * (len(head) - words)) + "|"
    return "\n".join([_line(head), rule, *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """The machine and its Python, by kind and not by name."""
    model = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    total = re.search(r"^MemTotal:\s*(\d+)", _read("/proc/meminfo"), re.MULTILINE)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = f", {int(total[1]) / 2**20:.0f} GB of memory" if total else ""
    kind = model[1].strip() if model else platform.machine()
    return f"{kind}, {cores} cores{memory}, {platform.system()}, Python {platform.python_version()}"


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def write_block(name: str, text: str, report: Path = REPORT) -> None:
    """Put a command's output into its place in the report: between ``<!-- name -->`` and ``<!-- /name -->``.

    Raises:
        SystemExit: the report has no such place.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    whole = report.read_text("utf-8")
    before, found, rest = whole.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{report.name} has no place for it: add the lines {begin.strip()} and {end}")
    report.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", "utf-8")
