"""The one use case: totals, pages, relaxing, and what a hostile request gets."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.generations import generation_path
from search import BadRequest, Genes, IndexUnavailable, Page, open_index
from search.gene import Gene, GeneChoice
from search.page import to_json
from search.request import MAX_SIZE
from tests.making import gene, publish, says
from tests.search.conftest import Searching


@pytest.fixture(scope="module")
def many(searching: Searching) -> Genes:
    """240 genes of zinc, more than are re-ranked; one is named ZINC and ranks last by its text."""
    return searching(
        *(gene(f"G{n:03}", "Zinc, zinc and more zinc.", papers=n % 7) for n in range(239)),
        gene("LAST", says(f"A zinc line {'of many other words ' * 30}"), names=[("alias", "zinc")]),
        gene("SILENT", "It says nothing of the metal.", names=[("alias", "ZINC")]),
    )


@pytest.fixture(scope="module")
def few(searching: Searching) -> Genes:
    return searching(
        gene("BOTH1", "Zinc with copper."),
        gene("BOTH2", "Copper and zinc."),
        gene("ONE1", "Zinc only."),
        gene("ONE2", "Iron only."),
    )


def test_a_gene_that_is_named_and_matches_counts_once(many: Genes) -> None:
    page = many.search("zinc")
    assert page.total == 241
    assert [hit.symbol for hit in page.hits[:2]] == ["LAST", "SILENT"]
    assert [hit.match.kind for hit in page.hits[:3]] == ["alias", "alias", "text"]


@pytest.mark.parametrize("size", [1, 3, 10, 100])
def test_pages_give_every_hit_once_and_the_same_total(many: Genes, size: int) -> None:
    whole = many.search("zinc", size=1000)
    starts = range(0, whole.total, size) if size >= 10 else range(193, 208, size)
    pages = [many.search("zinc", size=size, start=start) for start in starts]
    assert [hit.id for page in pages for hit in page.hits] == [
        hit.id for hit in whole.hits[starts[0] :][: size * len(starts)]
    ]
    assert {page.total for page in pages} == {whole.total}
    assert len({hit.id for hit in whole.hits}) == whole.total


@pytest.mark.parametrize("size", [7, 100, 241])
def test_following_next_gives_every_hit_once(many: Genes, size: int) -> None:
    page = many.search("zinc", size=size)
    seen = [hit.id for hit in page.hits]
    while page.next is not None:
        page = many.search("zinc", cursor=page.next)
        assert page.hits
        seen += [hit.id for hit in page.hits]
    assert len(seen) == len(set(seen)) == page.total


def test_the_last_page_and_one_beyond_have_no_next(many: Genes) -> None:
    assert many.search("zinc", size=41, start=200).next is None
    beyond = many.search("zinc", start=10**12)
    assert (beyond.hits, beyond.next, beyond.total) == ((), None, 241)


def test_size_nothing_tells_the_total_alone(many: Genes) -> None:
    page = many.search("zinc", size=0)
    assert (page.hits, page.next, page.total) == ((), None, 241)


def test_a_size_over_the_most_is_cut_with_a_warning(many: Genes) -> None:
    page = many.search("zinc", size=MAX_SIZE + 1)
    assert len(page.hits) == 241
    assert [warning.message for warning in page.warnings] == [
        f"size {MAX_SIZE + 1} was cut to {MAX_SIZE}; follow next for more"
    ]
    assert many.search("zinc", size=MAX_SIZE).warnings == ()


@pytest.mark.parametrize(("size", "start"), [(-1, 0), (10, -1), (-5, -5)])
def test_a_negative_size_or_start_is_refused(many: Genes, size: int, start: int) -> None:
    with pytest.raises(BadRequest, match="must not be negative"):
        many.search("zinc", size=size, start=start)


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "zinc",
        "é",
        "\ud800",
        "////",
        "A" * 100_000,
        *map(_cursor, ["1.2", "a.b.c", "-1.10.x", "1.-1.x", "1.2.3.4", "9" * 5000 + ".1.x"]),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(many: Genes, cursor: str) -> None:
    with pytest.raises(BadRequest):
        many.search("zinc", cursor=cursor)


def test_a_cursor_of_another_index_is_followed_with_a_warning(many: Genes, few: Genes) -> None:
    cursor = many.search("zinc", size=1).next
    page = few.search("zinc", cursor=cursor)
    assert len(page.hits) == 1
    assert "the index was rebuilt since the first page" in page.warnings[0].message
    assert many.search("zinc", cursor=cursor).warnings == ()


@pytest.mark.parametrize("q", ["", "  ", "()", "???", '""', "-"])
def test_an_empty_query_has_no_hits(many: Genes, q: str) -> None:
    page = many.search(q)
    assert (page.total, page.hits, page.max_score, page.next) == (0, (), None, None)


def test_words_that_no_gene_holds_together_are_relaxed_to_the_genes_that_hold_most(few: Genes) -> None:
    page = few.search("zinc copper iron")
    assert page.query.relaxed
    assert page.total == 2
    assert [(hit.symbol, hit.missing) for hit in page.hits] == [("BOTH1", ("iron",)), ("BOTH2", ("iron",))]
    assert page.hits[0].match.reason == "2 of 3 words, 2 of them together in Summary"


def test_a_word_that_nobody_holds_is_missing_everywhere(few: Genes) -> None:
    page = few.search("zinc nosuchword")
    assert page.total == 3
    assert {hit.missing for hit in page.hits} == {("nosuchword",)}


@pytest.mark.parametrize("q", ["zinc AND iron", '"zinc iron"', "name:zinc", "zinc iron NOT copper"])
def test_what_was_asked_for_expressly_is_not_relaxed(few: Genes, q: str) -> None:
    page = few.search(q)
    assert (page.total, page.query.relaxed) == (0, False)


def test_an_answered_query_misses_nothing(few: Genes) -> None:
    page = few.search("zinc copper")
    assert not page.query.relaxed
    assert [hit.missing for hit in page.hits] == [(), ()]
    assert page.hits[0].match.reason == "both words together in Summary"


@pytest.mark.parametrize(
    ("q", "symbols"),
    [
        ("zinc NOT copper", {"ONE1"}),
        ("NOT zinc", {"ONE2"}),
        ("zinc OR iron", {"BOTH1", "BOTH2", "ONE1", "ONE2"}),
        ("(zinc OR iron) NOT copper", {"ONE1", "ONE2"}),
        ('"zinc with copper"', {"BOTH1"}),
        ('"copper zinc"', set()),
        ("summary:iron", {"ONE2"}),
        ("symbol:ONE1", {"ONE1"}),
        ("symbol:(ONE1 OR ONE2) NOT iron", {"ONE1"}),
        ("name:zinc", set()),
        ("mentions:zinc", set()),
    ],
)
def test_operators_phrases_and_fields_decide_which_genes_answer(
    few: Genes, q: str, symbols: set[str]
) -> None:
    page = few.search(q)
    assert {hit.symbol for hit in page.hits} == symbols
    assert page.total == len(symbols)


@pytest.mark.parametrize("q", ["zinc  and the COPPER", "summary:zinc", "zinc AND (", '"a b'])
def test_asking_the_canonical_form_again_answers_the_same(few: Genes, q: str) -> None:
    page = few.search(q)
    again = few.search(page.query.canonical)
    assert [hit.id for hit in again.hits] == [hit.id for hit in page.hits]
    assert again.query.canonical == page.query.canonical


@pytest.mark.parametrize(
    "q", ['"CHY1"', "ring finger of a ring", "the CHY1", "chy1 ,", "NCBIGene: CHY1", "-CHY1"]
)
def test_asking_the_canonical_form_again_names_the_same_genes(searching: Searching, q: str) -> None:
    genes = searching(
        gene("CHY1", "Ring.", name="ring finger of a ring"), gene("OTHER", "CHY1, ring, finger.")
    )
    page = genes.search(q)
    again = genes.search(page.query.canonical)
    assert [(hit.id, hit.match) for hit in again.hits] == [(hit.id, hit.match) for hit in page.hits]


def test_a_query_that_only_leaves_out_says_so(few: Genes) -> None:
    (hit,) = few.search("NOT zinc").hits
    assert hit.match.reason == "meets what the query asks for"


def test_a_warning_points_at_where_the_query_goes_wrong(few: Genes) -> None:
    page = few.search('zinc "copper')
    assert [warning.position for warning in page.warnings] == [5]
    assert page.total == 2


def test_a_field_marks_only_what_it_was_asked_of(samples: Genes) -> None:
    page = samples.search("go:zinc")
    assert page.total > 0
    assert {highlight.section for hit in page.hits for highlight in hit.highlights} == {"go"}


def test_every_highlight_of_the_samples_holds_a_word_of_the_query(samples: Genes) -> None:
    page = samples.search("zinc homeostasis", size=100)
    assert page.total > 5
    for hit in page.hits:
        for highlight in hit.highlights:
            marked = {highlight.sentence[a:b].casefold() for a, b in highlight.spans}
            assert marked
            assert marked <= {"zinc", "homeostasis"}


HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%00%ff",
    "\x00\x01\x1f",
    "\u202egnp.exe",
    "zi\u200bnc",
    "\ufeffzinc",
    "\ud800",
    "zinc \udfff copper",
    "\U0001f9ec" * 500,
    "zinc " * 10_000,
    "z" * 1_000_000,
    '"' + "zinc " * 10_000 + '"',
    "(" * 5000,
    "NOT " * 5000,
    "a-" * 5000,
    "α" * 5000,
    "..." * 5000,
    "name:" * 1000,
    "doi:",
    "pmid:٣",
    "HGNC:",
    "HGNC:" + "9" * 5000,
    "https://doi.org/10." + "x" * 5000,
    "a\u0300\u0301\u0302" * 1000,
    "İstanbul ǅ ﬃ ㎏ ½",
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_an_error_and_every_answer_is_json(few: Genes, q: str) -> None:
    page = few.search(q)
    assert msgspec.json.decode(to_json(page), type=Page) == page
    assert isinstance(few.gene(q), GeneChoice)


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=[]), max_size=30))
def test_any_string_is_answered(few: Genes, q: str) -> None:
    assert msgspec.json.decode(to_json(few.search(q)))["query"]["q"] is not None
    few.gene(q)


def test_zero_width_signs_in_a_word_do_not_hide_it(few: Genes) -> None:
    assert few.search("zi\u200bnc co\u00adpper").total == 2


HOSTILE_TEXTS = [
    "<b onmouseover=alert(1)>zinc</b> & copper",
    "\u202ezinc\u202c copper\u2066",
    "zi\u200bnc \x00 copper",
    "zinc " * 200_000 + "copper",
    "z" * 1_000_000 + " zinc copper",
    "\U0001f9ec" * 1000 + "zinc copper",
    "zinc copper\nzinc copper",
    " zinc copper ",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_a_hostile_text_is_found_and_marked_as_it_stands(searching: Searching, text: str) -> None:
    page = searching(gene("HOST1", text), gene("OTHER", "Iron.")).search("zinc copper")
    (highlight,) = page.hits[0].highlights
    assert highlight.sentence == text
    marked = [text[a:b] for a, b in highlight.spans]
    assert {"".join(filter(str.isalpha, word)) for word in marked} == {"zinc", "copper"}


def test_a_symbol_or_id_is_its_gene(samples: Genes) -> None:
    found = samples.gene("MT1H")
    assert isinstance(found, Gene)
    assert found.symbol == "MT1H"
    assert samples.gene(found.id) == found


def test_any_other_name_tells_which_genes_it_may_mean(searching: Searching) -> None:
    genes = searching(
        gene("PRKN", names=[("previous_symbol", "PARK2")]),
        gene("OTHER", names=[("alias", "PARK2")]),
    )
    several = genes.gene("PARK2")
    assert isinstance(several, GeneChoice)
    assert [owner.symbol for owner in several.owners] == ["PRKN", "OTHER"]
    one = genes.gene("prkn")
    assert isinstance(one, GeneChoice)
    assert [owner.symbol for owner in one.owners] == ["PRKN"]
    unknown = genes.gene("PRKNN")
    assert isinstance(unknown, GeneChoice)
    assert unknown.owners == ()
    assert [suggestion.symbol for suggestion in unknown.suggestions] == ["PRKN"]


def test_metadata_tells_the_digest_the_count_and_the_fields(few: Genes) -> None:
    metadata = few.metadata()
    assert metadata.genes == 4
    assert metadata.index == few.search("zinc").index
    assert "summary" in metadata.fields
    assert "property" not in metadata.fields


def test_a_directory_without_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="genelight index"):
        open_index(str(tmp_path))


def test_a_record_that_is_damaged_is_an_index_that_does_not_answer(tmp_path: Path) -> None:
    digest = publish(tmp_path, [gene(symbol, "Zinc.") for symbol in ("MT1A", "MT1H", "MT1X")])
    documents = generation_path(tmp_path, digest) / "records" / "documents.u1"
    data = bytearray(documents.read_bytes())
    data[len(data) // 2] ^= 1
    documents.write_bytes(data)
    with open_index(tmp_path) as genes, pytest.raises(IndexUnavailable, match="genelight index --force"):
        genes.gene("MT1H")


def test_a_closed_index_answers_no_more(searching: Searching) -> None:
    genes = searching(gene("A1"))
    genes.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        genes.search("A1")
