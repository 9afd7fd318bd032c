"""Answers as files: tables, JSON Lines; references are written in webapp/citations.py.

Everything here is a stream of pieces of bytes, made while it is read.
"""

from __future__ import annotations

import csv as csv_module
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from search.cited_papers import papers_behind
from search.exporting import rows
from search.page import Hit, to_json
from webapp import citations

SEPARATOR = "|"
"""Between the values of one cell; no PubMed ID, no symbol and hardly a DOI has it."""
_PIECE = 1 << 16
"""Bytes of a piece, about: a server keeps some of them for a reader that is slow."""
_MARK = "\ufeff"
_LONGEST_NAME = 50
"""Characters of what was asked in the name of a file."""

_BLANKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = r"\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_FORMULA = re.compile(f"[{_INVISIBLE}]*[=+@＝＋－＠﹦﹢﹣﹫-]")
"""How a cell begins that a spreadsheet may compute (OWASP, CSV Injection): also behind what is not seen, and
in the wide and small forms of the signs."""
_HARMLESS = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?|[+-]{1,3}")
"""A number, or a sign alone as for the strand of a gene: computed or not, it stays what it is."""
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


class Format(Struct, frozen=True):
    """A kind of file that an answer may become."""

    title: str
    suffix: str
    content_type: str
    write: Callable[[Iterable[Hit], str], Iterator[bytes]]
    """From the hits and what is to be said of the file itself, empty for nothing."""
    broken: str
    """The line that says that the file ends before its end."""
    tells: bool = False
    """Whether it says what made it unless that is asked not to: no reader takes it for data."""
    entry: bytes = b""
    """What stands in every entry of a bibliography, and in nothing else of it; empty for other files."""


class Watched:
    """Pieces of a file as they pass; ``seen`` once something stood in one."""

    def __init__(self, pieces: Iterable[bytes], wanted: bytes) -> None:
        self._pieces = pieces
        self._wanted = wanted
        self.seen = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.seen = self.seen or self._wanted in piece
            yield piece


def defused(cell: str) -> str:
    """A cell as one line, which no spreadsheet computes: ``'`` stands before what might be a formula."""
    text = one_line(cell)
    if _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def one_line(text: str) -> str:
    """Without tabs, line ends and other controls: a blank for those that are white space, U+FFFD for others.
    Marks of direction and of no width are text and stay."""
    return _CONTROLS.sub("\ufffd", _BLANKS.sub(" ", text))


def joined(values: Iterable[str | None]) -> str:
    """Several values in one cell."""
    return SEPARATOR.join(value for value in values if value is not None)


def tsv(rows: Iterable[Sequence[object]], about: str = "") -> Iterator[bytes]:
    """Rows as columns between tabs; a cell that holds a quotation mark is quoted, as spreadsheets do."""
    return _table(rows, about, "\t", "\n", "")


def csv(rows: Iterable[Sequence[object]], about: str = "", bom: bool = False) -> Iterator[bytes]:
    """Rows as RFC 4180 has them; ``bom`` puts the mark before them by which Excel knows UTF-8."""
    return _table(rows, about, ",", "\r\n", _MARK if bom else "")


def jsonl(values: Iterable[Struct | dict[str, object]], about: str = "") -> Iterator[bytes]:
    """A JSON object a line."""
    return _pieces(_json_lines(values, about))


def file_name(suffix: str, text: str, digest: str) -> str:
    """A name that any system takes and any header may hold: ``genelight-zinc-09df1667f222.tsv``."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_NAME]).lower()
    named = _NO_LETTERS.sub("-", plain)[:_LONGEST_NAME].strip("-")
    return "-".join(filter(None, ("genelight", named, _NO_LETTERS.sub("", digest)))) + f".{suffix}"


def _table(
    rows: Iterable[Sequence[object]], about: str, delimiter: str, line_end: str, before: str
) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    buffer.write(before + (f"# {one_line(about)}{line_end}" if about else ""))
    writer = csv_module.writer(buffer, delimiter=delimiter, lineterminator=line_end)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= _PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode()


def _cell(value: object) -> object:
    """As the csv module writes it; an export has millions of them."""
    if value is None or value == ():
        return ""
    if isinstance(value, str):
        return value if value[:1].isalnum() and value.isprintable() else defused(value)
    return defused(joined(map(str, value))) if isinstance(value, tuple | list) else value


def _json_lines(values: Iterable[Struct | dict[str, object]], about: str) -> Iterator[bytes]:
    if about:
        yield to_json({"about": about}) + b"\n"
    for value in values:
        encoded = to_json(value)
        for harmful, escaped in _LINE_ENDS:
            if harmful in encoded:
                encoded = encoded.replace(harmful, escaped)
        yield encoded + b"\n"


_LINE_ENDS = tuple((end.encode(), f"\\u{ord(end):04x}".encode()) for end in "\x85\u2028\u2029")
"""Line ends to some readers, which JSON allows within a text."""


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The first line at once, so that a reader knows that there is an answer; none is empty."""
    held: list[bytes] = []
    size, enough = 0, 1
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= enough:
            yield b"".join(held)
            held, size, enough = [], 0, _PIECE
    if size:
        yield b"".join(held)


def _tsv(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return tsv(rows(hits), about)


def _csv(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return csv(rows(hits), about)


def _csv_excel(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return csv(rows(hits), about, bom=True)


def _jsonl(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return jsonl(hits, about)


def _bibtex(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return _pieces(citations.bibtex(papers_behind(hits), about))


def _ris(hits: Iterable[Hit], about: str) -> Iterator[bytes]:
    return _pieces(citations.ris(papers_behind(hits), about))


_BROKEN = "this file is not whole: the export failed here; ask for it again"

FORMATS: dict[str, Format] = {
    "tsv": Format("TSV", "tsv", "text/tab-separated-values; charset=utf-8", _tsv, f"# {_BROKEN}\n"),
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8; header=present", _csv, f"# {_BROKEN}\r\n"),
    "jsonl": Format(
        "JSON Lines",
        "jsonl",
        "application/x-ndjson",
        _jsonl,
        msgspec.json.encode({"error": _BROKEN}).decode() + "\n",
    ),
    "bibtex": Format(
        "BibTeX", "bib", "application/x-bibtex; charset=utf-8", _bibtex, f"% {_BROKEN}\n", True, b"@"
    ),
    "ris": Format(
        "RIS",
        "ris",
        "application/x-research-info-systems; charset=utf-8",
        _ris,
        f"\r\n{_BROKEN}\r\n",
        True,
        b"TY  - ",
    ),
}
"""By the name that ``format`` gives them."""
EXCEL = msgspec.structs.replace(FORMATS["csv"], write=_csv_excel)
"""CSV with the mark by which Excel knows UTF-8."""
