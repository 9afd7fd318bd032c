"""The numbers of a gene post: lengths of the gene, properties of its protein, publications."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.records import AttributeValue, Fact, Source

_NUMBER = r"(?P<value>[-−–]?[0-9][0-9,]{0,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?)"
_PERCENTILE = r"(?: \((?P<percentile>[0-9]{1,3}(?:\.[0-9]{1,10})?) ?%[^)]{0,40}\))?"
_IS = r"(?: value)?(?: is| of|:) "


class _Figure(Struct, frozen=True):
    name: str
    pattern: re.Pattern[str]
    unit: str | None
    text: str
    """The fact's text, with {} for the number as the source writes it."""


def _figure(name: str, before: str, unit: str | None = None, after: str = "", text: str = "") -> _Figure:
    pattern = re.compile(rf"\b{before}{_NUMBER}{after}{_PERCENTILE}", re.IGNORECASE)
    default = f"{name} {{}}" + (f" {unit}" if unit else "")
    return _Figure(name, pattern, unit, text or default)


_FIGURES = (
    _figure("gene length", rf"gene length{_IS}", "base pairs", " base pairs?"),
    _figure("mature length", rf"mature length{_IS}", "base pairs", " base pairs?"),
    _figure("primary transcript length", rf"primary transcript length{_IS}", "base pairs", " base pairs?"),
    _figure("GRAVY value", rf"GRAVY{_IS}"),
    _figure("charge", rf"charge{_IS}", None, r" at pH 7\.0", text="charge {} at pH 7.0"),
    _figure("flexibility", rf"flexibility{_IS}"),
    _figure("helix", "", "%", "% (?:for|in) (?:the )?helix"),
    _figure("sheet", "", "%", "% (?:for|in) (?:the )?sheet"),
    _figure("turn", "", "%", "% (?:for|in) (?:the )?turn"),
    _figure("instability index", rf"instability index{_IS}"),
    _figure("isoelectric point", rf"isoelectric point{_IS}"),
    _figure("molecular weight", rf"molecular weight{_IS}", "Da", " Da(?:ltons?)?"),
    _figure("sequence length", rf"sequence length{_IS}", "amino acids", " amino acids?"),
)
_WHOLE_UNITS = frozenset({"base pairs", "amino acids"})


def properties(text: str, source: Source) -> Iterator[Fact]:
    """A fact for each figure in the text; one that the template does not know is none."""
    for figure in _FIGURES:
        found = figure.pattern.search(text)
        if found is None:
            continue
        written = re.sub(r"\.0+$", "", found["value"]) if figure.unit in _WHOLE_UNITS else found["value"]
        attributes: dict[str, AttributeValue] = {
            "value": _value(written, whole=figure.unit in _WHOLE_UNITS),
        }
        if figure.unit:
            attributes["unit"] = figure.unit
        if found["percentile"]:
            attributes["percentile"] = float(found["percentile"])
        yield Fact("property", figure.text.format(written), source, attributes=attributes)


def _value(written: str, *, whole: bool) -> int | float:
    value = float(re.sub("[−–]", "-", written).replace(",", ""))
    return int(value) if whole and value.is_integer() else value


_COUNT = re.compile(r"\bmentioned in ([0-9][0-9,]{0,12}) publications?\b")
_EARLIEST = re.compile(r"\bearliest publication (?:was )?in ([0-9]{4})\b")
_MIDDLE_HALF = re.compile(r"\bmiddle 50% of publications [a-z ]{0,30}between ([0-9]{4}) and ([0-9]{4})\b")


def publications(text: str, source: Source) -> Iterator[Fact]:
    """How many papers PubTator counts and when they came out; the years may be absent."""
    counted = _COUNT.search(text)
    if counted is None:
        return
    count = int(counted[1].replace(",", ""))
    attributes: dict[str, AttributeValue] = {"count": count}
    if earliest := _EARLIEST.search(text):
        attributes["earliest"] = int(earliest[1])
    if middle := _MIDDLE_HALF.search(text):
        attributes["middle_half_from"] = int(middle[1])
        attributes["middle_half_to"] = int(middle[2])
    noun = "publication" if count == 1 else "publications"
    yield Fact("publication", f"{count:,} {noun} (PubTator)", source, attributes=attributes)
