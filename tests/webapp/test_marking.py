from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.page import FamilyMention, GeneMention
from webapp.marking import Segment, mark


def mention(start: int, end: int, symbol: str = "TNF") -> GeneMention:
    return GeneMention(start, end, symbol, f"HGNC:{symbol}")


def drawn(segments: tuple[Segment, ...]) -> str:
    """Segments as text: ``[match]`` and ``{gene}``."""
    return "".join(
        f"{{{pieces}}}" if segment.gene else pieces
        for segment in segments
        for pieces in ["".join(f"[{p.text}]" if p.is_match else p.text for p in segment.pieces)]
    )


@pytest.mark.parametrize(
    ("spans", "mentions", "expected"),
    [
        ([], [], "zinc and TNF alpha"),
        ([(0, 4)], [], "[zinc] and TNF alpha"),
        ([(0, 4)], [(9, 12)], "[zinc] and {TNF} alpha"),
        ([(5, 18)], [(9, 12)], "zinc [and ]{[TNF]}[ alpha]"),
        ([(9, 12)], [(9, 18)], "zinc and {[TNF] alpha}"),
        ([(5, 11)], [(9, 12)], "zinc [and ]{[TN]F} alpha"),
        ([(10, 14)], [(9, 12)], "zinc and {T[NF]}[ a]lpha"),
        ([(9, 10), (11, 12)], [(9, 12)], "zinc and {[T]N[F]} alpha"),
        ([(2, 4), (0, 3)], [], "[zinc] and TNF alpha"),
        ([(0, 18)], [(0, 18)], "{[zinc and TNF alpha]}"),
        ([(-3, 4), (14, 99), (7, 7), (9, 8)], [], "[zinc] and TNF a[lpha]"),
        ([], [(9, 18), (9, 12), (13, 18)], "zinc and {TNF alpha}"),
        ([], [(-1, 4), (14, 99), (5, 5)], "zinc and TNF alpha"),
    ],
)
def test_matches_and_genes_are_cut_out(
    spans: list[tuple[int, int]], mentions: list[tuple[int, int]], expected: str
) -> None:
    named = [mention(start, end) for start, end in mentions]
    assert drawn(mark("zinc and TNF alpha", spans, named)) == expected


def test_offsets_are_code_points_not_bytes_or_utf16_units() -> None:
    sentence = "𝛼β‐catenin binds TNF‑α"
    assert drawn(mark(sentence, [(2, 10)], [mention(17, 22)])) == "𝛼β[‐catenin] binds {TNF‑α}"


def test_a_gene_does_not_link_to_itself() -> None:
    named = [mention(0, 3, "TNF"), mention(4, 7, "IL6")]
    assert drawn(mark("TNF IL6", [], named, own="HGNC:TNF")) == "TNF {IL6}"


def test_genes_of_one_name_are_one_segment_and_those_with_a_page_come_first() -> None:
    named = [GeneMention(0, 7, "SMAD2", "HGNC:1", False), GeneMention(0, 7, "SMAD3", "HGNC:2")]
    (name, _) = mark("SMAD2/3 binds", [], named)
    assert (name.text, name.symbol, [one.symbol for one in name.beside]) == ("SMAD2/3", "SMAD3", ["SMAD2"])
    (left, _) = mark("SMAD2/3 binds", [], named, own="HGNC:2")
    assert (left.symbol, left.beside) == ("SMAD2", ())


def test_a_family_is_cut_out_too_but_not_where_a_gene_is_named() -> None:
    both = [FamilyMention(0, 3, "Tumor necrosis factors")]
    segments = mark("TNF metallothioneins bind", [], [mention(0, 3)], families=both)
    assert [(s.gene, s.family) for s in segments] == [("HGNC:TNF", None), (None, None)]
    segments = mark(
        "and metallothioneins bind", [(4, 9)], [], families=[FamilyMention(4, 20, "Metallothioneins")]
    )
    assert [(s.text, s.family) for s in segments if s.family] == [("metallothioneins", "Metallothioneins")]


def test_an_empty_sentence_has_no_segments() -> None:
    assert mark("", [(0, 3)], [mention(0, 3)]) == ()


OFFSETS = st.tuples(st.integers(-2, 30), st.integers(-2, 30))


@given(st.text(max_size=24), st.lists(OFFSETS, max_size=6), st.lists(OFFSETS, max_size=4))
def test_nothing_is_lost_and_exactly_the_spans_are_marked(
    sentence: str, spans: list[tuple[int, int]], mentions: list[tuple[int, int]]
) -> None:
    segments = mark(sentence, spans, [mention(start, end) for start, end in mentions])
    assert "".join(segment.text for segment in segments) == sentence
    pieces = [piece for segment in segments for piece in segment.pieces]
    assert all(piece.text for piece in pieces)
    marked = [piece.is_match for piece in pieces for _ in piece.text]
    assert marked == [any(start <= at < end for start, end in spans) for at in range(len(sentence))]
