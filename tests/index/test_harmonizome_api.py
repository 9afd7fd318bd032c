"""The answers of Harmonizome's API: one a file or one a line, and whatever else calls itself JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.flatten import Gene, flatten
from index.mentioning import Mentioning
from index.mentions import Annotator, prepare
from index.records import (
    Dataset,
    Fact,
    GeneLink,
    GeneRecord,
    Identifier,
    Item,
    Name,
    Problem,
    Section,
    Sentence,
    Source,
)
from index.sources import FORMATS, harmonizome_api, harmonizome_text, recognise

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "tests" / "samples" / "public"
SAMPLES = ROOT / "data" / "samples"
LINES = (PUBLIC / "harmonizome_api.jsonl").read_bytes()
ALONE = (SAMPLES / "harmonizome-api" / "MT1H.json").read_bytes()
MEGABYTE = 1024 * 1024

PAGE = Source("Harmonizome", "computed")
HGNC = Source("HGNC", "curated")
REFSEQ = Source("RefSeq", "curated", "2013-03")
CHEMICALS = "CTD Gene-Chemical Interactions"
PROCESSES = "GO Biological Process Annotations 2025"
FUNCTIONS = "GO Molecular Function Annotations 2025"

GENE: dict[str, Any] = {
    "symbol": "MT1X",
    "synonyms": ["MT-1l"],
    "name": "metallothionein 1X",
    "description": "Binds zinc.",
    "ncbiEntrezGeneId": 4501,
    "ncbiEntrezGeneUrl": "http://www.ncbi.nlm.nih.gov/gene/4501",
    "proteins": [{"symbol": "MT1X_HUMAN", "href": "/api/1.0/protein/MT1X_HUMAN"}],
    "hgncRootFamilies": [{"name": "Metallothioneins", "href": "/api/1.0/hgnc_root_family/Metallothioneins"}],
}


def read(data: bytes) -> list[Item]:
    return list(harmonizome_api.parse(io.BytesIO(data), "answers"))


def packed(answer: object, **changes: object) -> bytes:
    value = answer | changes if isinstance(answer, dict) else answer
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def indented(answer: object) -> bytes:
    return json.dumps(answer, indent=2).encode()


def records(items: Iterable[Item]) -> list[GeneRecord]:
    return [item for item in items if isinstance(item, GeneRecord)]


def problems(items: Iterable[Item]) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


def told(items: Iterable[Item]) -> list[tuple[int | None, str, str]]:
    """(line, severity, what is wrong) of each problem."""
    return [(found.line, found.severity, found.reason.split(";")[0]) for found in problems(items)]


def gene_set(name: object = None, href: object = None, **values: object) -> dict[str, object]:
    return {"geneSet": {"name": name, "href": href}, "thresholdValue": 1.0, **values}


def association(attribute: str, dataset: str, **values: float) -> Fact:
    return Fact("association", attribute, PAGE, f"{attribute}/{dataset}", {"dataset": dataset, **values})


def test_an_answer_becomes_what_a_page_becomes_and_each_association_a_fact() -> None:
    text = "Binds zinc, as MT1G (GeneID:4495) does. Lies on 16q13."
    sentences = (Sentence(0, 39, links=(GeneLink(15, 19, "NCBIGene:4495"),)), Sentence(40, 54))
    assert read(LINES)[0] == GeneRecord(
        source=PAGE,
        identifiers=(Identifier("ncbigene", "4496"), Identifier("uniprot_entry", "MT1H_HUMAN")),
        names=(
            Name("symbol", "MT1H"),
            Name("name", "metallothionein 1H"),
            Name("alias", "MT-0"),
            Name("alias", "MT1"),
        ),
        sections=(Section("description", text, REFSEQ, sentences),),
        facts=(
            Fact("family", "Metallothioneins", HGNC),
            Fact("protein", "MT1H_HUMAN", PAGE),
            association("zinc", CHEMICALS, threshold=1.0, standardized=1.432),
            association("signal 1/2, late", PROCESSES, threshold=-1.0),
            association("zinc", FUNCTIONS, threshold=1.0),
        ),
        datasets=(Dataset(CHEMICALS, None, ""), Dataset(PROCESSES, None, ""), Dataset(FUNCTIONS, None, "")),
    )


def test_what_is_empty_says_nothing_and_the_order_of_keys_neither() -> None:
    items = read(LINES)
    assert items[1] == GeneRecord(source=PAGE, names=(Name("symbol", "LOC105377913"),))
    assert items[3] == GeneRecord(
        source=PAGE,
        identifiers=(Identifier("ncbigene", "4495"),),
        names=(Name("name", "metallothionein 1G"),),
        sections=(Section("description", "Binds zinc.", PAGE, (Sentence(0, 11),)),),
    )
    assert read(packed(dict(reversed(GENE.items())))) == read(packed(GENE))


def test_null_is_as_good_as_empty_and_an_absent_key() -> None:
    nothing = packed(dict.fromkeys(GENE, None), symbol="MT1X")
    assert read(nothing) == read(packed({"symbol": "MT1X"})) == read(nothing.replace(b"null", b"null "))
    assert records(read(nothing)) == [GeneRecord(source=PAGE, names=(Name("symbol", "MT1X"),))]


def test_an_error_of_the_api_is_a_problem_in_its_line() -> None:
    reason = "the API answered with an error and no gene"
    assert told(read(LINES)) == [(3, "set_aside", reason)]
    assert told(read(b'{"status":400,"message":"Unknown gene"}')) == [(1, "set_aside", reason)]
    assert told(read(b'{\n "status": 500,\n "message": null\n}\n')) == [(1, "set_aside", reason)]


def test_one_answer_reads_alike_on_one_line_and_over_many() -> None:
    value = json.loads(ALONE)
    expected = read(ALONE)
    assert [type(item) for item in expected] == [GeneRecord]
    assert records(expected)[0].first("symbol") == "MT1H"
    assert sum(fact.field == "association" for fact in records(expected)[0].facts) == 11
    for form in (
        packed(value),
        packed(value).rstrip(),
        indented(value),
        json.dumps(value, indent="\t").encode(),
    ):
        assert read(form) == expected
        assert read(b"\xef\xbb\xbf\n" + form.replace(b"\n", b"\r\n")) == expected


def test_the_sample_answers_say_what_the_sample_pages_say() -> None:
    """Of CFTR's page the families are parted at a comma that belongs to one of them."""
    answers = read((SAMPLES / "harmonizome-api" / "genes.jsonl").read_bytes())
    assert len(answers) == 31
    for answer in [*records(answers), *records(read(ALONE))]:
        with (SAMPLES / "harmonizome-text" / f"{answer.first('symbol')}.txt").open("rb") as stream:
            (page,) = records(harmonizome_text.parse(stream, "page"))
        assert (answer.names, answer.identifiers) == (page.names, page.identifiers)
        assert answer.sections == tuple(part for part in page.sections if part.field == "description")
        kept = ("family", "protein") if answer.first("symbol") != "CFTR" else ("protein",)
        facts, on_page = ([fact for fact in found.facts if fact.field in kept] for found in (answer, page))
        assert facts == on_page


@pytest.mark.parametrize("page_first", [True, False])
def test_beside_a_page_nothing_is_said_twice_and_the_relation_of_a_dataset_stays(page_first: bool) -> None:
    (answer,) = records(read(ALONE))
    with (SAMPLES / "harmonizome-text" / "MT1H.txt").open("rb") as stream:
        (page,) = records(harmonizome_text.parse(stream, "page"))
    both = [page, answer] if page_first else [answer, page]
    finder = Mentioning(Annotator(prepare([])))
    alone = flatten(Gene("NCBIGene:4496", [page]), {}, finder, {})
    together = flatten(Gene("NCBIGene:4496", both), {}, finder, {})
    said = {(line.field, line.text, str(line.attributes)) for line in alone.lines}
    more = [line for line in together.lines if (line.field, line.text, str(line.attributes)) not in said]
    assert len(together.lines) == len(alone.lines) + 11
    assert [line.field for line in more] == ["association"] * 11


@pytest.mark.parametrize(
    ("name", "href", "attribute", "dataset"),
    [
        ("a/b/c", None, "a/b", "c"),
        ("a+b $plus$/c", None, "a+b $plus$", "c"),
        (" a \n b / c ", None, "a b", "c"),
        (None, "/api/1.0/gene_set/a%24slash%24b/c+d", "a/b", "c d"),
        ("", "/Harmonizome/api/1.0/gene_set/IL-1%24plus%24%CE%B2/c", "IL-1+β", "c"),
        ("no slash", "/api/1.0/gene_set/a$plus$b/c$slash$d", "a+b", "c/d"),
        ("/c", "/api/1.0/gene_set/%FF/c?x=/1#y", "\ufffd", "c"),
    ],
)
def test_a_gene_set_is_an_attribute_in_a_dataset_by_its_name_else_by_its_address(
    name: str | None, href: str | None, attribute: str, dataset: str
) -> None:
    (record,) = records(read(packed(GENE, associations=[gene_set(name, href)])))
    assert record.facts[-1] == association(attribute, dataset, threshold=1.0)
    assert record.datasets == (Dataset(dataset, None, ""),)


def test_a_protein_or_family_without_a_name_has_that_of_its_address() -> None:
    links = {
        "proteins": [{"symbol": "", "href": "/api/1.0/protein/MT1X_HUMAN"}],
        "hgncRootFamilies": [{"href": "/api/1.0/hgnc_root_family/Zinc%24slash%24copper+binders"}],
    }
    (record,) = records(read(packed(GENE, **links)))
    assert [fact.text for fact in record.facts] == ["Zinc/copper binders", "MT1X_HUMAN"]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"geneSet": None},
        {"geneSet": {}},
        {"geneSet": "zinc/CTD"},
        gene_set("no slash"),
        gene_set("/"),
        gene_set(None, "javascript:alert(1)//x/y"),
        gene_set(None, "/api/1.0/gene_set/only"),
        gene_set(None, "/api/1.0/gene_set/one/two/three"),
        gene_set(None, ["/api/1.0/gene_set/a/b"]),
        gene_set("a/b", thresholdValue="high"),
        gene_set("a/b", standardizedValue=[1]),
        gene_set(5),
        "zinc/CTD",
        None,
    ],
)
def test_an_association_that_cannot_be_read_is_counted_and_the_others_are_kept(bad: object) -> None:
    good = [gene_set("zinc/D"), gene_set("iron/D", href=5, thresholdValue=None, extra={"x": [1]})]
    items = read(packed(GENE, associations=[good[0], bad, good[1], bad]))
    assert told(items) == [(1, "warning", "2 of 4 associations cannot be read and are left out")]
    (record,) = records(items)
    assert record.facts[2:] == (association("zinc", "D", threshold=1.0), association("iron", "D"))


def test_a_number_that_no_computer_holds_costs_its_association_only() -> None:
    data = packed(GENE, associations=[gene_set("zinc/D"), gene_set("iron/D", thresholdValue=2.5)])
    items = read(data.replace(b"2.5", b"1e999"))
    assert told(items) == [(1, "warning", "1 of 2 associations cannot be read and are left out")]
    assert records(items)[0].facts[-1] == association("zinc", "D", threshold=1.0)


@pytest.mark.parametrize(
    ("key", "value", "lost"),
    [
        ("symbol", 5, "symbol is not of its type and is left out"),
        ("name", ["x"], "name is not of its type and is left out"),
        ("description", {"x": 1}, "description is not of its type and is left out"),
        ("ncbiEntrezGeneId", "4501", "ncbiEntrezGeneId is not of its type and is left out"),
        ("ncbiEntrezGeneId", 4501.5, "ncbiEntrezGeneId is not of its type and is left out"),
        ("ncbiEntrezGeneId", True, "ncbiEntrezGeneId is not of its type and is left out"),
        ("ncbiEntrezGeneId", -1, "ncbiEntrezGeneId is no NCBI Gene ID"),
        ("ncbiEntrezGeneId", 10**10, "ncbiEntrezGeneId is no NCBI Gene ID"),
        ("synonyms", "MT-1l", "synonyms is not of its type and is left out"),
        ("synonyms", {"0": "MT-1l"}, "synonyms is not of its type and is left out"),
        ("synonyms", [5, "MT-1l", None], "1 of 3 synonyms cannot be read and are left out"),
        ("proteins", ["MT1X_HUMAN"], "1 of 1 proteins cannot be read and are left out"),
        ("proteins", [{"symbol": ""}], "1 of 1 proteins cannot be read and are left out"),
        ("proteins", [{"symbol": "<b>"}], "a protein is no UniProt entry name"),
        ("hgncRootFamilies", [{"name": 1}], "1 of 1 hgncRootFamilies cannot be read and are left out"),
        ("associations", {}, "associations is not of its type and is left out"),
    ],
)
def test_a_value_of_a_wrong_type_is_warned_of_and_costs_no_other(key: str, value: object, lost: str) -> None:
    items = read(packed(GENE, **{key: value}))
    assert told(items) == [(1, "warning", lost)]
    (record,) = records(items)
    (whole,) = records(read(packed(GENE)))
    fields = {
        "symbol": ("names",),
        "name": ("names",),
        "synonyms": ("names",),
        "description": ("sections",),
        "ncbiEntrezGeneId": ("identifiers",),
        "proteins": ("facts", "identifiers"),
        "hgncRootFamilies": ("facts",),
        "associations": (),
    }
    for field in {"names", "sections", "identifiers", "facts", "datasets"}.difference(fields[key]):
        assert getattr(record, field) == getattr(whole, field)


def test_keys_of_a_later_version_are_passed_over() -> None:
    assert read(packed(GENE, version=[2], links={"self": None})) == read(packed(GENE))


def test_a_synonym_that_is_the_symbol_or_stands_twice_is_no_other_name() -> None:
    (record,) = records(read(packed(GENE, synonyms=["MT1X", "MT-1l", " MT-1l\n", ""])))
    assert [name.spelling for name in record.names if name.kind == "alias"] == ["MT-1l"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "no JSON object"),
        (b'{"symbol": "MT1X", "synonyms": [', "no JSON object"),
        (b'{"symbol": "MT1X",', "no JSON object"),
        (packed(GENE).rstrip() + b",", "no JSON object"),
        (packed(GENE).rstrip() * 2, "no JSON object"),
        (b'{"symbol": "\\ud800", "ncbiEntrezGeneId": 1}', "no JSON object"),
        (b'{"symbol": NaN}', "no JSON object"),
        (b"[]", "no JSON object"),
        (b"MT1X", "no JSON object"),
        (b'{"symbol": "\xff"}', "not UTF-8"),
        (b'{"symbol": "\0"}', "holds NUL bytes"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "its brackets are nested deeper than any"),
        (b"{}", "names no gene"),
        (packed(GENE, symbol=" \u200b", ncbiEntrezGeneId=0).rstrip(), "names no gene"),
        (b'{"count": 2, "selection": [0, 2], "next": null, "entities": []}', "names no gene"),
        (b'{"symbol": "' + b"x" * 8 * MEGABYTE + b'"}', "line longer than 8192 KB"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_is_no_answer_is_named_and_the_others_are_read(
    line: bytes, reason: str, place: int
) -> None:
    lines = [packed(GENE, symbol="A").rstrip(), packed(GENE, symbol="B").rstrip()]
    items = read(b"\n".join([*lines[:place], line, *lines[place:]]))
    (problem,) = problems(items)
    assert (problem.line, problem.severity) == (place + 1, "set_aside")
    assert problem.reason.startswith(reason)
    assert [record.first("symbol") for record in records(items)] == ["A", "B"]


def test_lines_of_which_all_are_broken_are_each_named() -> None:
    assert [line for line, _, _ in told(read(b'{"symbol": "A", "synonyms": [\n\n{"symbol": "B"\n'))] == [1, 3]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [(b'"MT1",', b'"MT1"', 6), (b'"name"', b"name", 8), (b"4496,", b"4496,,", 10)],
)
def test_a_broken_answer_over_several_lines_is_named_by_the_line_where_it_breaks(
    old: bytes, new: bytes, line: int
) -> None:
    broken = indented({**json.loads(ALONE), "synonyms": ["MT-0", "MT1", "MT"]}).replace(old, new, 1)
    assert [found[:2] for found in told(read(broken))] == [(line, "set_aside")]


def test_a_cut_answer_over_several_lines_is_one_problem() -> None:
    for cut in range(2, len(ALONE) - 2, 97):
        (problem,) = read(ALONE[:cut])
        assert isinstance(problem, Problem)
        assert problem.severity == "set_aside"


def test_an_answer_over_several_lines_is_set_aside_by_name_when_it_is_larger_than_8_mb() -> None:
    large = indented({**GENE, "synonyms": [f"MT-{number:07}" for number in range(500_000)]})
    assert len(large) > 8 * MEGABYTE
    assert [found[:2] for found in told(read(large))] == [(None, "set_aside")]


def test_lines_are_read_one_by_one_however_many_they_are() -> None:
    """Nothing is read ahead beyond a block: the first records come before the last line is written."""

    class Endless(io.BufferedIOBase):
        def read1(self, size: int = -1) -> bytes:
            return packed(GENE) * 100

    found = harmonizome_api.parse(cast(BinaryIO, Endless()), "endless")
    assert [type(next(found)) for _ in range(1000)] == [GeneRecord] * 1000


CLAIMED = [
    LINES,
    ALONE,
    packed(GENE),
    indented(GENE),
    b"\xef\xbb\xbf\n " + packed(GENE),
    packed(dict(reversed(GENE.items()))),
    packed({"associations": [gene_set("zinc/D")] * 2000, **GENE}),
    b'{"symbol": "A", "synonyms": [\n' + packed(GENE),
    b'{"status": 400, "message": "Unknown gene"}\n',
    b'{\n  "message": "{[",\n  "status": 400\n}',
    b'{"message": "Unknown gene", "status": 400}\n' + packed(GENE),
    packed({"description": '"}{[]\\" ncbiEntrezGeneId', "ncbiEntrezGeneId": 1}),
]
NOT_CLAIMED = [
    b'{"count": 2, "selection": [0, 100], "next": "/api/1.0/gene?cursor=100", "entities": '
    b'[{"symbol": "MT1X", "href": "/api/1.0/gene/MT1X"}]}',
    b'{"name": "gene-pages", "version": "1.0.0", "description": "x", "dependencies": {"symbol": "^1.0"}}',
    b'{"type": "Feature", "geometry": null, "properties": {"symbol": "MT1X", "ncbiEntrezGeneId": 4501}}',
    indented({"openapi": "3.1.0", "components": {"schemas": {"Gene": {"properties": GENE}}}}),
    packed({"answers": [GENE]}),
    packed([GENE]),
    b'{"description": "\\"ncbiEntrezGeneId\\": 4501"}',
    b'{"status": "ok", "message": "done"}',
    b'{"status": 200, "message": "fine"}',
    b'{"status": 400, "message": "x", "path": "/"}',
    b'{"name": "Metallothioneins", "associations": [{"gene": {"symbol": "MT1X"}, "thresholdValue": 1.0}]}',
    b"# An answer\n\n" + packed(GENE),
    b"{}",
    b"{",
    b"",
]


@pytest.mark.parametrize("data", CLAIMED)
def test_an_answer_is_recognised_by_its_keys_in_any_order_and_by_no_other_format(data: bytes) -> None:
    head = data[: 64 * 1024].decode("utf-8", errors="replace")
    assert [fmt.name for fmt in FORMATS if fmt.claims(head)] == ["harmonizome-api"]


@pytest.mark.parametrize("data", NOT_CLAIMED)
def test_other_json_is_not_claimed(data: bytes) -> None:
    assert not harmonizome_api.claims(data.decode())


def test_no_sample_of_another_format_is_claimed() -> None:
    for path in [*SAMPLES.glob("*/*"), *PUBLIC.iterdir()]:
        found = recognise(path.read_text("utf-8")[: 64 * 1024])
        is_api = path.parent.name == "harmonizome-api" or path.name == "harmonizome_api.jsonl"
        assert (found is not None and found.name == "harmonizome-api") == is_api


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ANSWER = st.dictionaries(
    st.sampled_from([*GENE, "associations", "status", "message", "geneSet", "name", "symbol", "href"]), JSON
)


@given(st.lists(ANSWER, max_size=3), st.sampled_from([None, 1]))
def test_any_json_under_the_keys_of_an_answer_is_a_record_or_a_problem(
    answers: list[dict[str, object]], indent: int | None
) -> None:
    data = b"\n".join(json.dumps(answer, indent=indent).encode() for answer in answers)
    items = read(data)
    assert all(isinstance(item, GeneRecord | Problem) for item in items)
    if indent is None:
        aside = [problem for problem in problems(items) if problem.severity == "set_aside"]
        assert len(records(items)) + len(aside) == len(answers)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    for whole in (data, b"{" + data, packed(GENE) + data, data + b"\n" + packed(GENE)):
        assert all(isinstance(item, GeneRecord | Problem) for item in read(whole))
        harmonizome_api.claims(whole.decode("utf-8", errors="replace"))


@given(st.sampled_from([LINES, ALONE]), st.integers(0, 4000), st.integers(0, 255), st.booleans())
def test_damage_never_raises_and_is_never_silent(data: bytes, at: int, byte: int, cut: bool) -> None:
    at %= len(data)
    damaged = data[:at] if cut else data[:at] + bytes([byte]) + data[at + 1 :]
    items = read(damaged)
    assert all(isinstance(item, GeneRecord | Problem) for item in items)
    assert items or not damaged.strip()
