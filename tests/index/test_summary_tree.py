"""Which references support which sentence of a summary."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.parsing.summary_tree import Summary, read

Node = dict[str, Any]


def t(text: str) -> Node:
    return {"type": "t", "text": text}


def p(*children: Node) -> Node:
    return {"type": "p", "children": list(children)}


def fg(*refs: object) -> Node:
    return {"type": "fg", "children": [{"type": "fg_f", "ref": ref} for ref in refs]}


def fg_range(start: object, end: object) -> Node:
    return {"type": "fg", "children": [{"type": "fg_fs", "start_ref": start, "end_ref": end}]}


def r(n: object, *children: Node) -> Node:
    return {"type": "r", "ref": n, "children": list(children)}


def rg(*refs: object) -> Node:
    return {"type": "rg", "children": [ref if isinstance(ref, dict) else r(ref) for ref in refs]}


def summary(*children: Node) -> Summary:
    return read(json.dumps({"type": "root", "children": list(children)}))


def cited(found: Summary) -> list[tuple[str, str]]:
    """(sentence, its citations as ``1s 2p``)."""
    return [
        (found.text[s.start : s.end], " ".join(f"{c.n}{c.scope[0]}" for c in s.citations))
        for s in found.sentences
    ]


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        ([p(t("A is."), fg("1"))], [("A is.", "1s")]),
        ([p(t("A is."), fg("1"), t(" B is."))], [("A is.", "1s"), ("B is.", "")]),
        ([p(t("A is. "), fg("1"), t("B is."))], [("A is.", "1s"), ("B is.", "")]),
        ([p(t("A is. B is. C is."), fg("1"))], [("A is.", "1p"), ("B is.", "1p"), ("C is.", "1s")]),
        (
            [p(t("A is."), fg("1"), t(" B is. C is."), fg("2"))],
            [("A is.", "1s"), ("B is.", "2p"), ("C is.", "2s")],
        ),
        ([p(t("A is")), p(t("B is. C is."), fg("2"))], [("A is", ""), ("B is.", "2p"), ("C is.", "2s")]),
        ([p(t("A is. B "), fg("1"), t(" is. C is."))], [("A is.", ""), ("B is.", "1s"), ("C is.", "")]),
        ([p(t("A is. B is"), fg("1"), t(". C is."))], [("A is.", "1p"), ("B is.", "1s"), ("C is.", "")]),
        ([p(t("A is."), fg("1"), fg(2, "1"))], [("A is.", "1s 2s")]),
        ([p(t("A is. B "), fg("2"), t(" is."), fg("1"))], [("A is.", "1p"), ("B is.", "2s 1s")]),
        ([p(t("A is."), {"type": "f", "ref": "1"})], [("A is.", "1s")]),
        ([p(t("A is.")), fg("1"), p(t("B is."))], [("A is.", "1s"), ("B is.", "")]),
        ([p(fg("1"), t("A is."))], [("A is.", "1s")]),
    ],
)
def test_a_citation_supports_what_it_stands_in_or_closes(
    children: list[Node], expected: list[tuple[str, str]]
) -> None:
    found = summary(*children, rg(1, 2))
    assert cited(found) == expected
    assert found.warnings == ()


def test_a_paragraph_inside_a_paragraph_is_one_of_its_own() -> None:
    found = summary(p(t("\nA is. B is."), fg("1"), t("\n\n"), p(t("\nC is. D is."), fg("1"), t("\n"))), rg(1))
    assert found.text == "A is. B is.\n\nC is. D is."
    assert cited(found) == [("A is.", "1p"), ("B is.", "1s"), ("C is.", "1p"), ("D is.", "1s")]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["\nA  is\u00a0here.\u200b B"], "A is here. B"),
        (["", "A", "", " is.", ""], "A is."),
        (["A re‐express S‑nitro—x is."], "A re‐express S‑nitro—x is."),
        (["A\u0000b\ud800 is."], "A b\ufffd is."),
        (["5 < 6 & <b>TNF</b> is."], "5 < 6 & <b>TNF</b> is."),
    ],
)
def test_text_is_plain_and_on_one_line(texts: list[str], expected: str) -> None:
    assert summary(p(*map(t, texts))).text == expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([t("The abstract (PMID:"), fg("1"), t("does not tell.")], "The abstract does not tell."),
        ([t("The abstract (PMID: "), fg("1"), t(") does not tell.")], "The abstract does not tell."),
        (
            [t("The abstract (PMID:"), fg("1"), t("123) does not tell.")],
            "The abstract (PMID: 123) does not tell.",
        ),
        ([t("The abstract (PMID:"), t("123) tells.")], "The abstract (PMID:123) tells."),
        ([t("(PMID:"), fg("1")], ""),
    ],
)
def test_a_label_cut_off_before_its_number_is_taken_out(pieces: list[Node], expected: str) -> None:
    found = summary(p(*pieces), rg(1))
    assert found.text == expected
    assert all(c.n == 1 for s in found.sentences for c in s.citations)


def test_a_word_that_follows_a_citation_without_a_blank_stays_a_word_of_its_own() -> None:
    assert summary(p(t("A is."), fg("1"), t("B is")), rg(1)).text == "A is. B is"
    assert summary(p(t("A"), fg("1"), t("-like, or so")), rg(1)).text == "A-like, or so"


@pytest.mark.parametrize(
    ("node", "expected", "warnings"),
    [
        (fg_range("1", "3"), "1s 2s 3s", 0),
        (fg_range(3, 1), "1s 2s 3s", 0),
        (fg_range("2", "1000000"), "2s 3s", 1),
        (fg_range("2", 10**40), "", 1),
        (fg_range("x", None), "", 1),
        (fg("9"), "", 1),
        (fg("two"), "", 1),
        (fg(True), "", 1),
        (fg(1, t("ignored")), "1s", 1),
    ],
)
def test_a_citation_leads_to_the_list_or_is_left_out_with_a_warning(
    node: Node, expected: str, warnings: int
) -> None:
    found = summary(p(t("A is."), node), rg("1", 2, 3))
    assert cited(found) == [("A is.", expected)]
    assert len(found.warnings) == warnings


def test_of_a_number_given_twice_in_the_list_the_first_stands() -> None:
    found = summary(rg(r(1, t("First ")), r("1", t("Second ")), r(None, t("Third "))))
    assert [(ref.n, ref.authors) for ref in found.references] == [(1, "First")]
    assert len(found.warnings) == 2


def _reference(*children: Node) -> Summary:
    return summary(rg(r(1, *children)))


def b(text: str) -> Node:
    return {"type": "b", "children": [t(text)]}


def i(text: str) -> Node:
    return {"type": "i", "children": [t(text)]}


def a(text: str, href: str = "javascript:alert(1)") -> Node:
    return {"type": "a", "children": [t(text)], "href": href}


def test_a_reference_is_read_by_its_parts() -> None:
    found = _reference(
        t("Ann One, Bo Two, et al. "), b("A title. "), t(" "), i("J Test (2002)"),
        t(" DOI: "), a("10.1021/bi020030+"), t(" PMID: "), a("12081484"),
    )  # fmt: skip
    (ref,) = found.references
    assert (ref.authors, ref.title) == ("Ann One, Bo Two, et al.", "A title.")
    assert (ref.journal, ref.year) == ("J Test", 2002)
    assert (ref.doi, ref.pmid) == ("10.1021/bi020030+", "12081484")
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        ([], (None, None, None, None, None, None)),
        ([t("Only Authors")], ("Only Authors", None, None, None, None, None)),
        ([b("T."), i("Journal")], (None, "T.", "Journal", None, None, None)),
        ([i("(1999)")], (None, None, None, 1999, None, None)),
        ([t("PMID: "), a("123456789")], (None, None, None, None, None, None)),
        ([t("PMID: "), a("12a")], (None, None, None, None, None, None)),
        ([t("DOI: "), a("doi.org/x")], (None, None, None, None, None, None)),
        ([t("DOI: "), a("10.1/x")], (None, None, None, None, None, None)),
        ([t("PMID: "), a("7"), t(" DOI: "), a("10.1234/x")], (None, None, None, None, "10.1234/x", "7")),
    ],
)
def test_a_part_that_is_absent_or_invalid_is_none(children: list[Node], expected: tuple[object, ...]) -> None:
    (ref,) = _reference(*children).references
    assert (ref.authors, ref.title, ref.journal, ref.year, ref.doi, ref.pmid) == expected


def test_a_node_of_an_unknown_type_keeps_its_text() -> None:
    found = summary(p(t("A"), {"type": "sparkle", "children": [t("glows.")]}, {"children": []}))
    assert found.text == "A glows."
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "{bad. Not JSON.",
        '{"type": "root"',
        "[1, 2. 3]",
        "[" * 10_000,
        '{"type":"p","children":[' * 10_000,
        "17",
    ],
)
def test_what_is_no_tree_is_kept_as_text_with_a_warning(raw: str) -> None:
    found = read(raw)
    assert found.text == raw
    assert found.sentences
    assert len(found.warnings) == 1


def test_a_tree_closed_ten_thousand_deep_is_kept_as_text() -> None:
    raw = '{"type":"p","children":[' * 10_000 + "]}" * 10_000
    assert read(raw).text == raw
    assert "too deep" in read(raw).warnings[0]


def test_a_deep_tree_that_json_can_read_is_walked() -> None:
    raw = '{"type":"p","children":[' * 400 + '{"type":"t","text":"A is."}' + "]}" * 400
    assert read(raw).text == "A is."


_TYPES = ["root", "p", "t", "b", "i", "a", "f", "fg", "fg_f", "fg_fs", "rg", "r", "x"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(_TYPES),
                "children": st.lists(inner, max_size=4),
                "text": inner,
                "ref": st.integers(0, 4) | inner,
                "start_ref": st.integers(0, 4) | inner,
                "end_ref": st.integers(0, 4),
            },
        )
    ),
    max_leaves=30,
)


@given(_JSON)
def test_no_tree_makes_it_raise_and_every_citation_is_in_the_list(value: object) -> None:
    found = read(json.dumps(value))
    numbers = {reference.n for reference in found.references}
    for sentence in found.sentences:
        assert found.text[sentence.start : sentence.end].strip()
        assert {citation.n for citation in sentence.citations} <= numbers
