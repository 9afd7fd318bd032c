"""A Harmonizome gene page as HTML gives what its text variant gives."""

from __future__ import annotations

import gc
import html
import io
import json

import pytest

from index.parsing.reading import MAX_PAGE_BYTES
from index.records import GeneRecord, Item, Name, Problem
from index.sources import harmonizome_text, recognise
from index.sources.harmonizome_html import claims, parse
from tests.golden.update import SAMPLES

TREE = json.dumps(
    {
        "type": "root",
        "children": [{"type": "p", "children": [{"type": "t", "text": "TNF <i>is</i> 5 < 6 & so."}]}],
    }
)
SENTENCE = (
    "ABC1 has 12 functional associations with biological entities spanning 1 categories (gene, protein or"
    " microRNA) extracted from 1 datasets."
)
ROWS = {
    "HGNC Family": "Test proteins (ABC)",
    "Name": "test protein 1",
    "Description": "It tests 5 &lt; 6.[provided by RefSeq, Mar 2013]",
    "Summary": html.escape(TREE),
    "Synonyms": "AB-1",
    "Proteins": '<a href="../protein/ABC1_HUMAN">ABC1_HUMAN</a>, <a href="x">ABCX_HUMAN</a>',
    "NCBI Gene ID": '<a href="https://example.org">4496</a>',
    "API": '<a href="/api"><span class="icon"></span></a>',
    "Predicted Functions": '<img alt="">',
}
DATASETS = [("A Set", "tissues with high expression of ABC1 gene from the A Set dataset.")]


def page(
    rows: dict[str, str] = ROWS,
    note: str = "Gene",
    sentence: str = SENTENCE,
    datasets: list[tuple[str, ...]] | None = None,
) -> str:
    table = "\n".join(
        f'<tr><td class="col-md-2">{name}</td>\n<td class="col-md-10">{value}</td></tr>'
        for name, value in rows.items()
    )
    listed = DATASETS if datasets is None else datasets
    below = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in (*row, ''))}</tr>\n" for row in listed)
    return (
        f"<!DOCTYPE html>\n<html><head><title>Gene - ABC1</title></head><body><div class='gene-page'>\n"
        f'<h1>ABC1 <span class="note gene">{note}</span></h1>\n<table class="table">{table}</table>'
        f"<h2>Functional Associations</h2><p>{sentence}</p><p>Some words.</p>"
        "<table class='table'><thead><tr><th>Dataset</th><th>Summary</th><th></th></tr></thead>"
        f"{below}</table></div></body></html>"
    )


TEXT = f"""\
HGNC Family | Test proteins (ABC) |
Name | test protein 1 |
Description | It tests 5 < 6.[provided by RefSeq, Mar 2013] |
Summary |
{TREE}
|
Synonyms | AB-1 |
Proteins | ABC1_HUMAN, ABCX_HUMAN |
NCBI Gene ID | 4496 |
API | |
Predicted Functions |
![]() |
{SENTENCE}
Dataset | Summary | |
---|---|---|
A Set | tissues with high expression of ABC1 gene from the A Set dataset. | |
"""


def items(data: str | bytes) -> list[Item]:
    return list(parse(io.BytesIO(data.encode() if isinstance(data, str) else data), "page.html"))


def record(data: str | bytes) -> GeneRecord:
    first = items(data)[0]
    assert isinstance(first, GeneRecord)
    return first


def test_the_same_content_gives_the_same_record_as_text() -> None:
    assert items(page()) == list(harmonizome_text.parse(io.BytesIO(TEXT.encode()), "page.txt"))


@pytest.mark.skipif(not (SAMPLES / "MT1H.harmonizome.html").exists(), reason="no twin page")
def test_the_twin_pages_give_the_same_record() -> None:
    as_text = io.BytesIO((SAMPLES / "MT1H.harmonizome.txt").read_bytes())
    assert items((SAMPLES / "MT1H.harmonizome.html").read_bytes()) == list(
        harmonizome_text.parse(as_text, "x")
    )


@pytest.mark.parametrize(
    "summary", [TREE, html.escape(TREE), html.escape(TREE, quote=False), f"\n  {TREE}\n"]
)
def test_markup_in_a_summary_is_text_however_the_site_wrote_it(summary: str) -> None:
    found = record(page(ROWS | {"Summary": summary}))
    assert found.sections[1].text == "TNF <i>is</i> 5 < 6 & so."
    assert found == record(page())


def test_a_value_that_looks_like_a_script_does_nothing_but_vanish() -> None:
    found = record(page(ROWS | {"Name": "test <script>alert(1)</script>protein 1"}))
    assert found.first("name") == "test protein 1"


def test_the_synonym_that_led_here_is_an_alias() -> None:
    found = record(page(note="Gene; redirected from MT-0X"))
    assert [name for name in found.names if name.kind == "alias"] == [
        Name("alias", "AB-1"),
        Name("alias", "MT-0X"),
    ]
    assert record(page(note="Gene; redirected from AB-1")) == record(page())


def test_the_heading_gives_the_symbol_where_the_page_has_no_associations() -> None:
    found = items(page(sentence="", datasets=[]))
    assert [item.first("symbol") for item in found if isinstance(item, GeneRecord)] == ["ABC1"]
    assert len(found) == 1


def test_a_heading_of_another_gene_is_warned_of() -> None:
    found = items(page().replace("<h1>ABC1", "<h1>XYZ9"))
    assert record(page().replace("<h1>ABC1", "<h1>XYZ9")).first("symbol") == "ABC1"
    assert [item.reason for item in found if isinstance(item, Problem)] == [
        "the heading and the associations sentence name different genes; check the page"
    ]


def test_a_dataset_row_with_a_wrong_number_of_columns_is_warned_of() -> None:
    found = items(page(datasets=[("A Set",)]))
    assert [item.line for item in found if isinstance(item, Problem)] == [21]


def test_bad_json_is_kept_as_text_with_a_warning() -> None:
    found = items(page(ROWS | {"Summary": "{bad &amp; worse"}))
    assert record(page(ROWS | {"Summary": "{bad &amp; worse"})).sections[1].text == "{bad & worse"
    assert len(found) == 2


@pytest.mark.parametrize("tag", ["b", "div", "table", "td"])
def test_markup_nested_ten_thousand_deep_is_set_aside(tag: str) -> None:
    deep = f"<{tag}>" * 10_000 + "deep" + f"</{tag}>" * 10_000
    for data in (page(ROWS | {"Name": deep}), page() + deep):
        (problem,) = items(data)
        assert isinstance(problem, Problem)
        assert "nested" in problem.reason


def test_markup_nested_four_hundred_deep_is_read() -> None:
    deep = "<b>" * 400 + "deep" + "</b>" * 400
    assert record(page(ROWS | {"Name": deep})).first("name") == "deep"


@pytest.mark.parametrize(
    "data",
    [page().replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + page().encode()],
    ids=["CRLF", "BOM"],
)
def test_line_ends_and_byte_order_mark_change_nothing(data: bytes) -> None:
    assert items(data) == items(page())


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b"<html><title>Gene - ABC1</title><table><tr><td>1</td></tr></table>", 1),
        (page().encode()[:40] + b"\0", 2),
        (page().encode()[:40] + b"\xe9", 2),
        (page().encode() + b" " * MAX_PAGE_BYTES, None),
        (page().encode() + b"<b>" * 200_000, 1),
        (page({"Name": "x"}, sentence="", datasets=[]).replace("ABC1", "").encode(), 1),
    ],
    ids=["empty", "wrong table", "NUL", "Latin-1", "9 MB", "too many tags", "no gene"],
)
def test_a_page_that_cannot_be_used_is_set_aside_with_line_and_mend(data: bytes, line: int | None) -> None:
    (problem,) = items(data)
    assert isinstance(problem, Problem)
    assert (problem.severity, problem.line) == ("set_aside", line)
    assert ";" in problem.reason


def test_a_cut_page_is_used_with_a_warning() -> None:
    found = items(page()[:900])
    assert isinstance(found[0], GeneRecord)
    assert "cut" in str([item.reason for item in found if isinstance(item, Problem)])


def test_a_page_cut_anywhere_never_raises() -> None:
    data = page().encode()
    for end in range(0, len(data), 13):
        assert items(data[:end])


def test_a_page_is_recognised_by_its_content() -> None:
    for head in (page(), "\ufeff" + page(), page().replace("\n", "\r\n"), page()[:1200]):
        fmt = recognise(head)
        assert fmt is not None
        assert fmt.name == "harmonizome-html"


@pytest.mark.parametrize(
    "head",
    [
        "",
        TEXT,
        "<html><title>Gene - ABC1</title>another site</html>",
        "<html><title>Genes</title>Harmonizome</html>",
        "A text about <title>Gene - ABC1</title> and Harmonizome",
    ],
)
def test_other_texts_are_not_claimed(head: str) -> None:
    assert not claims(head)


def test_pages_leave_nothing_behind_while_no_garbage_is_collected() -> None:
    """A rebuild switches the collector off, and the tree of a page holds cycles."""
    deep = page(ROWS | {"Name": "<b>" * 600})
    for data in (page(), deep):
        items(data)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for data in (page(), deep) * 150:
            items(data)
        grown = len(gc.get_objects()) - before
    finally:
        gc.enable()
    assert grown < 300
