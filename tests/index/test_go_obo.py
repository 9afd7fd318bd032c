"""The Gene Ontology in OBO."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import GoTerm, Item, Problem
from index.sources import go_obo

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = (ROOT / "tests" / "samples" / "public" / "go-basic.obo").read_bytes()
SHIPPED = ROOT / "data" / "human" / "go-basic.obo.gz"

ZINC_BINDING = GoTerm(
    id="GO:0008270",
    name="zinc ion binding",
    aspect="molecular_function",
    synonyms=('zinc "Zn2+" binding', "Zn{2+} binding"),
    is_a=("GO:0005488",),
    part_of=("GO:0006882",),
    alt_ids=("GO:0046872",),
)


def terms(data: bytes) -> list[Item]:
    return list(go_obo.parse(io.BytesIO(data), "go.obo"))


def test_a_stanza_becomes_a_term() -> None:
    assert terms(SAMPLE)[0] == ZINC_BINDING


def test_stanzas_that_are_no_terms_are_passed_over_and_obsolete_terms_are_marked() -> None:
    read = [(item.id, item.obsolete) for item in terms(SAMPLE) if isinstance(item, GoTerm)]
    assert read == [
        ("GO:0008270", False),
        ("GO:0005488", False),
        ("GO:0006882", False),
        ("GO:0005634", False),
        ("GO:0000005", True),
    ]


def test_a_root_has_no_parent() -> None:
    assert terms(SAMPLE)[1] == GoTerm(id="GO:0005488", name="binding", aspect="molecular_function")


def opened(path: Path) -> Iterator[Item]:
    with gzip.open(path) as packed:
        yield from go_obo.parse(io.BufferedReader(packed), path.name)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (rb'"plain" EXACT []', "plain"),
        (rb'"say \"no\"" RELATED [GOC:x]', 'say "no"'),
        (rb'"back\\slash" NARROW []', "back\\slash"),
        (rb'"a\nb\tc\Wd" BROAD []', "a b c d"),
        (rb'"N\(6\)\:\[x\]\{y\}\!" EXACT []', "N(6):[x]{y}!"),
        (b'"" EXACT []', ""),
    ],
)
def test_escapes_in_synonyms_are_resolved(written: bytes, meant: str) -> None:
    stanza = b"[Term]\nid: GO:0000001\nname: n\nnamespace: biological_process\n"
    (term,) = terms(stanza + b"synonym: " + written + b"\n")
    assert isinstance(term, GoTerm)
    assert term.synonyms == (meant,)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (b'"zinc \\"Zn2+\\" binding"', b'"zinc', 11, "a synonym that is not"),
        (b"[GOC:aa, PMID:1]\nsynonym", b"[GOC:aa, PMID:1]Jsynonym", 11, "a synonym that is not"),
        (b"is_a: GO:0005488", b"is_b: GO:0005488", 13, "a tag that the format does not know"),
        (b"is_a: GO:0005488", b"is_a GO:0005488", 13, "a tag that the format does not know"),
        (b"is_a: GO:0005488", b"is_a: GO:000548", 13, "an identifier that is not"),
        (b"alt_id: GO:0046872", b"alt_id: GO_0046872", 10, "an identifier that is not"),
        (b"part_of GO:0006882", b"part_of", 14, "an identifier that is not"),
        (b"def: ", b"def: \xff", 9, "not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_read_is_left_out_of_its_term(
    old: bytes, new: bytes, line: int, reason: str
) -> None:
    problem, *rest = terms(SAMPLE.replace(old, new, 1))
    assert isinstance(problem, Problem)
    assert problem.line == line
    assert problem.reason.startswith(reason)
    assert isinstance(rest[0], GoTerm)
    assert rest[0].name == "zinc ion binding"
    assert rest[1:] == terms(SAMPLE)[1:]


@pytest.mark.parametrize("missing", [b"name: binding", b"namespace: molecular_function\nis_a: all"])
def test_a_term_without_a_name_or_namespace_is_set_aside(missing: bytes) -> None:
    items = terms(SAMPLE.replace(missing, b"comment: x", 1))
    assert isinstance(items[1], Problem)
    assert items[1].line == 17
    assert items[2:] == terms(SAMPLE)[2:]


def test_two_terms_are_not_mixed_where_the_line_between_them_is_lost() -> None:
    damaged = SAMPLE.replace(b"[Term]\nid: GO:0005488", b"\nid: GO:0005488")
    problem, first, *rest = terms(damaged)
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("a second id")
    assert first == ZINC_BINDING
    assert rest == terms(SAMPLE)[2:]


def test_a_stanza_of_no_known_kind_is_named() -> None:
    first, problem, *rest = terms(SAMPLE.replace(b"[Term]\nid: GO:0005488", b"[Tern]\nid: GO:0005488"))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason.partition(";")[0]) == (17, "a stanza of no known kind")
    assert [first, *rest] == [ZINC_BINDING, *terms(SAMPLE)[2:]]


def test_a_term_whose_line_above_it_is_lost_is_named_also_when_it_is_the_first() -> None:
    problem, *rest = terms(SAMPLE.replace(b"[Term]\n", b"", 1))
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason.partition(";")[0]) == (5, "an id outside of a stanza")
    assert rest == terms(SAMPLE)[1:]


def test_comments_and_the_tags_that_are_not_searched_are_passed_over() -> None:
    more = b"! a comment\nxref: Wikipedia:Zinc\ncreated_by: aa\nreplaced_by: GO:0000006\n"
    assert terms(SAMPLE.replace(b"name: zinc ion", more + b"name: zinc ion")) == terms(SAMPLE)


def test_a_header_without_a_term_is_a_problem() -> None:
    (problem,) = terms(SAMPLE[: SAMPLE.index(b"[Term]")])
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("holds no term")


def test_line_ends_a_byte_order_mark_and_a_preamble_make_no_difference() -> None:
    changed = b"\xef\xbb\xbf## edition: 2022-07-01\n" + SAMPLE
    assert terms(changed.replace(b"\n", b"\r\n")) == terms(SAMPLE)
    assert go_obo.claims(changed.decode("utf-8-sig"))


def test_the_edition_is_the_release() -> None:
    assert go_obo.edition(SAMPLE.decode()) == "2022-07-01"
    assert go_obo.edition("## edition: 2023-01-01\n" + SAMPLE.decode()) == "2023-01-01"
    assert go_obo.edition("format-version: 1.2\n") == ""


def test_only_the_gene_ontology_is_claimed() -> None:
    assert go_obo.claims(SAMPLE.decode())
    assert not go_obo.claims("format-version: 1.2\nontology: hp\n\n[Term]\nid: HP:0000001\n")
    assert not go_obo.claims("a page about GO\n\nid: GO:0008270\n")


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.booleans())
def test_damage_never_raises(at: int, byte: int, cut: bool) -> None:
    damaged = SAMPLE[:at] if cut else SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    assert all(isinstance(item, GoTerm | Problem) for item in terms(damaged))


def test_the_shipped_ontology_is_closed_under_its_parents() -> None:
    known: set[str] = set()
    named: set[str] = set()
    for item in opened(SHIPPED):
        assert isinstance(item, GoTerm)
        known.add(item.id)
        named.update(item.is_a, item.part_of)
    assert len(known) == 22_694
    assert named <= known
