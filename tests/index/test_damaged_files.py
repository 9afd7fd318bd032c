"""Files that are cut, flipped, repacked or rearranged: named and counted, or read as they were."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from index.inputs import open_input
from index.parsing.tables import MISFITS
from index.records import Item, PaperLinks, Problem, Tally
from index.sources import FORMATS
from index.sources.ncbi_gene2go import EVIDENCE

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "public"
PAGES = ROOT / "data" / "samples"
CORPUS = ROOT.parent / "shared" / "corpus"

LINES = 800
"""Of a published file so many are taken, but where it is damaged whole."""
PLACES = 12
PARSERS = {fmt.name: fmt.parse for fmt in FORMATS}

Row = dict[str, str]


def no_rows(rows: Iterator[Row]) -> int:
    return 0


def withdrawn_entries(rows: Iterator[Row]) -> int:
    return sum(row["status"] in ("Entry Withdrawn", "Symbol Withdrawn", "Merged/Split") for row in rows)


def no_genes(rows: Iterator[Row]) -> int:
    return sum(row["Symbol"] == "NEWENTRY" or row["type_of_gene"] == "biological-region" for row in rows)


def no_facts(rows: Iterator[Row]) -> int:
    """Annotations that deny, or that say nothing is known."""
    passed_over = 0
    for row in rows:
        well_formed = re.fullmatch(r"\d+", row["tax_id"] + row["GeneID"], re.ASCII) and re.fullmatch(
            r"GO:\d{7}", row["GO_ID"], re.ASCII
        )
        known = row["Evidence"] in EVIDENCE and row["Category"] in ("Process", "Function", "Component", "-")
        denied = "NOT" in re.split(r"[|\s]", row["Qualifier"].upper())
        passed_over += bool(well_formed and known and (denied or row["Evidence"] == "ND"))
    return passed_over


class Public(NamedTuple):
    """A public format: where a file of it is, its columns, and how many rows say nothing by its own words."""

    format: str
    sample: str
    published: str = ""
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    passed_over: Callable[[Iterator[Row]], int] = no_rows


TABLES = [
    Public(
        "hgnc-complete-set",
        "hgnc_complete_set.tsv",
        "hgnc/hgnc_complete_set.txt.gz",
        ("hgnc_id", "symbol", "name", "alias_symbol", "prev_symbol", "entrez_id"),
        ("status", "locus_type", "location", "alias_name", "gene_group", "uniprot_ids"),
        withdrawn_entries,
    ),
    Public(
        "hgnc-withdrawn",
        "withdrawn.tsv",
        "hgnc/withdrawn.txt.gz",
        ("HGNC_ID", "WITHDRAWN_SYMBOL", "MERGED_INTO_REPORT"),
        ("STATUS",),
    ),
    Public(
        "ncbi-gene-info",
        "gene_info.tsv",
        "ncbi/Homo_sapiens.gene_info.gz",
        ("tax_id", "GeneID", "Symbol", "Synonyms", "dbXrefs"),
        ("map_location", "description", "Other_designations"),
        no_genes,
    ),
    Public(
        "ncbi-gene2go",
        "gene2go.tsv",
        "ncbi/gene2go.gz",
        ("tax_id", "GeneID", "GO_ID", "Evidence", "Qualifier"),
        ("GO_term", "PubMed", "Category"),
        no_facts,
    ),
    Public(
        "ncbi-gene-summary",
        "gene_summary.tsv",
        "ncbi/gene_summary.gz",
        ("tax_id", "GeneID", "Source", "Summary"),
    ),
    Public("ncbi-gene2pubmed", "gene2pubmed.tsv", "ncbi/gene2pubmed.gz", ("tax_id", "GeneID", "PubMed_ID")),
    Public("paper-counts", "gene_papers.tsv", required=("tax_id", "GeneID", "papers", "weight")),
]
ONTOLOGY = Public("go-obo", "go-basic.obo", "go/go-basic.obo.gz")


class File(NamedTuple):
    public: Public
    data: bytes

    def items(self, folder: Path, data: bytes) -> list[Item]:
        """What is read of other bytes in the file's place."""
        path = folder / "damaged"
        path.write_bytes(data)
        with open_input(path) as stream:
            return list(PARSERS[self.public.format](stream, "damaged"))

    def places(self, length: int, *chosen: int) -> list[int]:
        """Random places, the same each time, and chosen ones; a negative one counts from the end."""
        seed = random.Random(f"{self.public.format} {length}")  # noqa: S311
        return [seed.randrange(length) for _ in range(PLACES)] + [place % length for place in chosen]

    @property
    def header(self) -> tuple[int, int]:
        """Where the table's header line begins and where the line after it does."""
        start = 0
        while self.data.startswith(b"## ", start):
            start = self.data.index(b"\n", start) + 1
        return start, self.data.index(b"\n", start) + 1

    def columns(self) -> list[str]:
        start, end = self.header
        names = self.data[start:end].decode().rstrip("\n").split("\t")
        return [name.lstrip("#").partition("(")[0] for name in names]

    def rearranged(self, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
        """The table with the cells of each line changed."""
        start = self.header[0]
        lines = self.data[start:].removesuffix(b"\n").split(b"\n")
        return self.data[:start] + b"".join(b"\t".join(change(line.split(b"\t"))) + b"\n" for line in lines)


@lru_cache
def beginning(public: Public, origin: str) -> bytes:
    if origin == "sample":
        return (SAMPLES / public.sample).read_bytes()
    with gzip.open(CORPUS / public.published) as stream:
        data = b"".join(islice(stream, LINES))
    return data[: data.rindex(b"\n\n") + 1] if public is ONTOLOGY else data  # no stanza is cut


needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the publishers' files are not at hand")


def origins(publics: list[Public]) -> Iterator[object]:
    """A parameter for the sample of each format, and for the published file where that is at hand."""
    for public in publics:
        yield pytest.param((public, "sample"), id=f"{public.format}-sample")
        if public.published:
            yield pytest.param((public, "published"), id=f"{public.format}-published", marks=needs_corpus)


@pytest.fixture
def file(request: pytest.FixtureRequest) -> File:
    public, origin = request.param
    return File(public, beginning(public, origin))


every_file = pytest.mark.parametrize("file", list(origins([*TABLES, ONTOLOGY])), indirect=True)
every_table = pytest.mark.parametrize("file", list(origins(TABLES)), indirect=True)
every_ontology = pytest.mark.parametrize("file", list(origins([ONTOLOGY])), indirect=True)


def problems(items: list[Item]) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


def records(items: list[Item]) -> list[object]:
    """What was read, in its order; of links from genes to papers each by itself."""
    read: list[object] = []
    for item in items:
        if isinstance(item, PaperLinks):
            numbers = [memoryview(part).cast("I").tolist() for part in (item.genes, item.papers)]
            read += zip(*numbers, strict=True)
        elif not isinstance(item, Problem | Tally):
            read.append(item)
    return read


def tally(items: list[Item]) -> Tally:
    """The one that a table tells at its end, else one of as many rows as records."""
    found = [item for item in items if isinstance(item, Tally)]
    assert found in ([], items[-1:])
    return found[0] if found else Tally(len(records(items)), {})


def set_aside(items: list[Item]) -> int:
    return sum(problem.severity == "set_aside" for problem in problems(items))


def lines_below(header: int, data: bytes) -> list[bytes]:
    return [line for part in data[header:].split(b"\n") if (line := part.rstrip(b"\r"))]


def fitting(lines: list[bytes], columns: list[str]) -> Iterator[Row]:
    """The rows among the lines, read in the plainest way."""
    for line in lines:
        try:
            cells = line.decode().split("\t")
        except UnicodeDecodeError:
            continue
        if len(cells) == len(columns) and "\0" not in line.decode():
            yield dict(zip(columns, cells, strict=True))


def without(place: int) -> Callable[[list[bytes]], list[bytes]]:
    return lambda cells: cells[:place] + cells[place + 1 :]


def swapped(one: int, other: int) -> Callable[[list[bytes]], list[bytes]]:
    def swap(cells: list[bytes]) -> list[bytes]:
        cells[one], cells[other] = cells[other], cells[one]
        return cells

    return swap


def unaccounted(file: File, data: bytes, items: list[Item]) -> int:
    """Lines of a damaged table that were neither read, set aside, nor left out by the format's words."""
    lines = lines_below(file.header[1], data)
    told = tally(items)
    left_out = sum(told.left_out.values())
    assert left_out == file.public.passed_over(fitting(lines, file.columns()))
    return len(lines) - told.rows - set_aside(items) - left_out


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def begins_as(part: list[object], whole: list[object]) -> bool:
    """Whether what was read before damage is what the whole file gives; the last record may be cut."""
    return part[:-1] == whole[: len(part) - 1] if part else True


@every_table
def test_every_line_of_a_whole_table_is_accounted_for(file: File, tmp_path: Path) -> None:
    items = file.items(tmp_path, file.data)
    assert problems(items) == []
    assert records(items)
    assert unaccounted(file, file.data, items) == 0


@every_file
def test_a_gzip_that_ends_early_is_named_and_what_came_before_is_read(file: File, tmp_path: Path) -> None:
    data = packed(file.data)
    whole = records(file.items(tmp_path, file.data))
    for place in file.places(len(data), -1, -8, -9, 12):
        items = file.items(tmp_path, data[: max(place, 2)])
        (told,) = [one for one in problems(items) if "what follows is missing" in one.reason]
        assert (told.file, told.severity) == ("damaged", "set_aside"), place
        assert begins_as(records(items), whole), place


@every_file
def test_a_flipped_bit_in_a_gzip_is_named_or_changes_nothing(file: File, tmp_path: Path) -> None:
    data = packed(file.data)
    whole = file.items(tmp_path, file.data)
    for place in file.places(len(data), 3, 8, -1, -5, -9):
        items = file.items(tmp_path, flipped(data, max(place, 2), place % 8))
        told = [one for one in problems(items) if "cannot be read from here on" in one.reason]
        refused = not records(items) and set_aside(items)  # already for its header
        assert items == whole or refused or [one.severity for one in told] == ["set_aside"], place


@every_file
def test_a_gzip_in_several_parts_is_read_whole(file: File, tmp_path: Path) -> None:
    cuts = sorted(file.places(len(file.data)))
    parts = [file.data[a:b] for a, b in zip([0, *cuts], [*cuts, len(file.data)], strict=True)]
    data = b"".join(map(packed, [*parts, b""]))
    for repacked in (data, data + b"\0" * 512):
        items = file.items(tmp_path, repacked)
        assert problems(items) == []
        assert records(items) == records(file.items(tmp_path, file.data))


@every_file
@pytest.mark.parametrize("garbage", [b"x", b"<html>Too many requests</html>", b"\x1f\x8b"])
def test_what_follows_a_gzip_and_is_none_is_a_problem(file: File, tmp_path: Path, garbage: bytes) -> None:
    items = file.items(tmp_path, packed(file.data) + garbage)
    assert records(items) == records(file.items(tmp_path, file.data))
    assert [(one.file, one.severity) for one in problems(items)] == [("damaged", "set_aside")]


@every_file
def test_a_file_cut_within_a_line_says_so(file: File, tmp_path: Path) -> None:
    whole = records(file.items(tmp_path, file.data))
    for place in file.places(len(file.data), 1, -1, -2):
        data = file.data[:place]
        items = file.items(tmp_path, data)
        assert begins_as(records(items), whole), place
        if not data.endswith(b"\n"):
            last = data.count(b"\n") + 1
            assert any(one.line in (last, None) for one in problems(items)), place


@every_table
def test_every_line_of_a_cut_table_is_accounted_for(file: File, tmp_path: Path) -> None:
    below = file.header[1]
    for place in file.places(len(file.data) - below, -1):
        data = file.data[: below + place]
        assert unaccounted(file, data, file.items(tmp_path, data)) == 0, place


@every_table
def test_every_line_of_a_table_with_a_flipped_bit_is_accounted_for(file: File, tmp_path: Path) -> None:
    below = file.header[1]
    tabs = [found.start() for found in re.finditer(b"[\t\n]", file.data[below:])][:PLACES]
    for bit, place in enumerate([*file.places(len(file.data) - below), *tabs, *tabs]):
        data = flipped(file.data, below + place, bit % 8)
        assert unaccounted(file, data, file.items(tmp_path, data)) == 0, (place, bit % 8)


@every_table
def test_a_flipped_bit_in_the_header_line_is_named_or_changes_nothing(file: File, tmp_path: Path) -> None:
    start, end = file.header
    few = File(file.public, b"".join(file.data.splitlines(keepends=True)[: MISFITS + 20]))
    whole = few.items(tmp_path, few.data)
    bits = [(place, bit) for place in range(start, end) for bit in range(8)]
    for place, bit in random.Random(0).sample(bits, min(len(bits), 400)):  # noqa: S311
        items = few.items(tmp_path, flipped(few.data, place, bit))
        assert items == whole or problems(items), (place, bit)
        assert set_aside(items) < MISFITS


@every_table
def test_a_required_column_that_is_missing_or_renamed_is_one_problem_that_names_it(
    file: File, tmp_path: Path
) -> None:
    start, end = file.header
    for name in file.public.required:
        place = file.columns().index(name)
        missing = file.rearranged(without(place))
        header = file.data[start:end].replace(name.encode(), b"other", 1)
        for data in (missing, file.data[:start] + header + file.data[end:]):
            (problem,) = file.items(tmp_path, data)
            assert isinstance(problem, Problem)
            assert name in problem.reason
            assert problem.severity == "set_aside"


@every_table
def test_without_an_optional_column_every_row_is_read(file: File, tmp_path: Path) -> None:
    whole = file.items(tmp_path, file.data)
    for name in file.public.optional:
        items = file.items(tmp_path, file.rearranged(without(file.columns().index(name))))
        assert set_aside(items) == 0, name
        assert len(records(items)) >= len(records(whole)), name


@every_table
def test_columns_in_another_order_give_the_same_records(file: File, tmp_path: Path) -> None:
    whole = file.items(tmp_path, file.data)
    last = len(file.columns()) - 1
    for one, other in ((0, last), (1, last // 2)):
        assert file.items(tmp_path, file.rearranged(swapped(one, other))) == whole, (one, other)


@every_file
@pytest.mark.parametrize("pack", [bytes, packed])
def test_line_ends_of_windows_and_a_byte_order_mark_make_no_difference(
    file: File, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    whole = file.items(tmp_path, file.data)
    assert file.items(tmp_path, pack(file.data.replace(b"\n", b"\r\n"))) == whole
    assert file.items(tmp_path, pack(b"\xef\xbb\xbf" + file.data)) == whole
    assert file.items(tmp_path, pack(b"\xef\xbb\xbf" + file.data.replace(b"\n", b"\r\n"))) == whole


@every_table
def test_the_header_again_or_a_line_of_another_table_is_one_problem(file: File, tmp_path: Path) -> None:
    start, end = file.header
    lines = file.data[end:].splitlines(keepends=True)
    middle = len(lines) // 2
    while lines[middle].split(b"\t")[:2] == lines[middle - 1].split(b"\t")[:2]:
        middle += 1
    at = len(file.data) - sum(map(len, lines[middle:]))
    whole = file.items(tmp_path, file.data)
    other = b"9606\t1\t1\n" if file.public.format == "hgnc-withdrawn" else b"HGNC:6\tMerged/Split\tA1S9T\t\n"
    for line in (file.data[start:end], other):
        data = file.data[:at] + line + file.data[at:]
        items = file.items(tmp_path, data)
        (problem,) = problems(items)
        assert problem.line == file.data.count(b"\n", 0, at) + 1
        assert problem.severity == "set_aside"
        assert records(items) == records(whole)


def terms_unaccounted(data: bytes, items: list[Item]) -> int:
    unnamed = [one for one in problems(items) if one.reason.startswith("a term without")]
    return data.replace(b"\r", b"").split(b"\n").count(b"[Term]") - len(records(items)) - len(unnamed)


@every_ontology
def test_every_term_of_a_damaged_ontology_is_accounted_for(file: File, tmp_path: Path) -> None:
    stanzas = [found.start() for found in re.finditer(rb"\[Term\]\n(?:id|name)", file.data)][:PLACES]
    for bit, place in enumerate([*file.places(len(file.data), 0, -1), *stanzas]):
        data = flipped(file.data, place, bit % 8)
        items = file.items(tmp_path, data)
        assert terms_unaccounted(data, items) == 0, (place, bit % 8)
        assert place not in stanzas or problems(items), (place, bit % 8)


@every_ontology
def test_a_tag_of_an_ontology_that_is_damaged_is_named(file: File, tmp_path: Path) -> None:
    """Not with its sixth bit flipped: the a of is_a and alt_id is then a ``!``, which begins a comment."""
    terms = file.data.partition(b"[Typedef]")[0]
    tags = [
        found.start() for found in re.finditer(rb"(?m)^(?:id|name|is_a|synonym|alt_id|namespace):", terms)
    ]
    for bit, place in enumerate(random.Random(0).sample(tags, min(len(tags), 40))):  # noqa: S311
        items = file.items(tmp_path, flipped(file.data, place + bit % 2, bit % 6))
        assert problems(items), (place, bit)


PAGE_FILES = {
    "harmonizome-text": PAGES / "harmonizome-text" / "MT1H.txt",
    "harmonizome-html": PAGES / "harmonizome-html" / "MT1H.html",
    "harmonizome-api": PAGES / "harmonizome-api" / "MT1H.json",
    "gene-post": PAGES / "posts" / "MT1G.md",
}


@pytest.mark.parametrize("name", PAGE_FILES)
def test_a_page_in_a_damaged_gzip_is_told_of(name: str, tmp_path: Path) -> None:
    file = File(Public(name, ""), PAGE_FILES[name].read_bytes())
    data = packed(file.data)
    whole = file.items(tmp_path, file.data)
    for place in file.places(len(data), -1, -9):
        cut = file.items(tmp_path, data[: max(place, 2)])
        assert set_aside(cut), place
        items = file.items(tmp_path, flipped(data, max(place, 2), place % 8))
        assert items == whole or set_aside(items), place


@pytest.mark.parametrize("name", PAGE_FILES)
def test_line_ends_of_windows_and_a_byte_order_mark_make_no_difference_to_a_page(
    name: str, tmp_path: Path
) -> None:
    file = File(Public(name, ""), PAGE_FILES[name].read_bytes())
    whole = file.items(tmp_path, file.data)
    assert file.items(tmp_path, b"\xef\xbb\xbf" + file.data.replace(b"\n", b"\r\n")) == whole
    assert file.items(tmp_path, packed(file.data)) == whole


@needs_corpus
@pytest.mark.parametrize(
    "public", [one for one in [*TABLES, ONTOLOGY] if one.published], ids=lambda one: one.format
)
def test_a_published_file_damaged_as_it_lies_is_named(public: Public, tmp_path: Path) -> None:
    whole = (CORPUS / public.published).read_bytes()
    file = File(public, b"")
    place, *_ = file.places(len(whole))
    for data in (whole[:place], flipped(whole, place, place % 8)):
        items = file.items(tmp_path, data)
        assert "what follows is missing" in problems(items)[-1].reason
        assert sum("what follows is missing" in one.reason for one in problems(items)) == 1
