"""The lines that answer: which words are marked, and which lines are chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from index.documents import Line, Mention
from index.records import GoTerm, NameKind, Reference
from search import Genes
from search.choosing import Listed, choose, strongest
from search.evidence import SAYS_NOTHING, Answer, Words, weights_from
from search.query import parse, words_of
from tests.making import gene, says
from tests.search.conftest import Searching

NAMED = Mention(6, 21, ("HGNC:1100",))
PAPER = Reference(1, title="Zinc in the cell", pmid="12081484", doi="10.1016/S0021+", year=2002)


def words(q: str) -> Words:
    leaves = words_of(parse(q).tree)
    return Words(leaves, [1.0] * len(leaves))


def answers(q: str, *lines: Line | str) -> list[Answer]:
    return words(q).answers(replace(gene("x"), names=(), name_sources=(), statements=_lines(lines)))


def _lines(given_lines: tuple[Line | str, ...]) -> tuple[Line, ...]:
    return tuple(line if isinstance(line, Line) else says(line) for line in given_lines)


def marked(q: str, text: str, field: str = "summary") -> list[str]:
    """The words that are marked in a line."""
    spans = [span for answer in answers(q, says(text, field)) for span in answer.spans]
    assert all(end <= len(text) for _, end in spans)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("q", "text", "expected"),
    [
        ("zinc", "Zinc binds zincs, not zincite.", ["Zinc", "zincs"]),
        ("kinases", "A kinase among kinases.", ["kinase", "kinases"]),
        ('"kinases"', "A kinase among kinases.", ["kinases"]),
        ("MT-1H", "MT1H, MT-1H and MT 1H but not MT1HL1.", ["MT1H", "MT-1H", "MT 1H"]),
        ("MT1H", "MT1H, MT-1H and MT 1H.", ["MT1H", "MT-1H", "MT 1H"]),
        ("TNF-α", "TNFα is TNF-alpha.", ["TNFα", "TNF-alpha"]),
        ("TNFalpha", "TNFα is TNF-α.", ["TNFα", "TNF-α"]),
        ('"zinc ion"', "Binds a zinc ion; zinc, ion; ion zinc.", ["zinc ion", "zinc, ion"]),
        ('"zinc ion" ion', "A zinc ion and an ion.", ["zinc ion", "ion"]),
        ("zinc copper", "Copper, then zinc.", ["Copper", "zinc"]),
        ("Su(H)", "Binds Su(H) well.", ["Su(H)"]),
        ("su(h)", "Binds Su(H).", ["Su(H)"]),
        ("10.1016/S0021+", "See doi:10.1016/S0021+ there.", ["10.1016/S0021+"]),
        ("HOXA@", "The HOXA@ cluster; HOXA.", ["HOXA@", "HOXA"]),
        ("NKX2-5", "NKX2.5 is NKX2-5", ["NKX2.5", "NKX2-5"]),
        ("fibrin", "A ﬁbrin clot", ["ﬁbrin"]),
        ("fi", "an ﬁ", ["ﬁ"]),
        ("gene", "The gene's end", ["gene's"]),
        ("zinc NOT copper", "zinc and copper", ["zinc"]),
        ("zinc OR copper", "zinc and copper", ["zinc", "copper"]),
        ("binding of zinc", "binding of zinc", ["binding", "zinc"]),
        ('"binding of zinc"', "binding of zinc", ["binding of zinc"]),
        ("zinc", "\U0001f9ec\U0001f9ec zinc \U0001f9ec", ["zinc"]),
    ],
)
def test_exactly_the_matching_words_are_marked(q: str, text: str, expected: list[str]) -> None:
    assert marked(q, text) == expected


@pytest.mark.parametrize(
    ("q", "field", "expected"),
    [
        ("name:zinc", "name", ["zinc"]),
        ("name:zinc", "summary", []),
        ("kinases", "alias", []),
        ("kinase", "alias", ["kinase"]),
        ("dataset:zinc", "dataset", ["zinc"]),
        ("zinc", "dataset", []),
        ("zinc", "property", []),
        ("zinc", "association", []),
    ],
)
def test_a_word_is_marked_only_where_its_field_is_searched(q: str, field: str, expected: list[str]) -> None:
    assert marked(q, "zinc kinase", field) == expected


@pytest.mark.parametrize("q", ["pmid:12081484", "doi:10.1016/S0021+", "12081484", "10.1016/S0021+"])
def test_the_line_of_a_paper_answers_its_number(q: str) -> None:
    document = gene("A1", "zinc", references=[PAPER])
    (answer,) = words(q).answers(document)
    assert answer.line.field == "reference"
    start, end = answer.spans[0]
    assert answer.line.text[start:end] == q.removeprefix("pmid:").removeprefix("doi:")


def test_a_line_is_met_by_the_identifier_of_what_it_states() -> None:
    (answer,) = answers("GO:0008270", says("zinc ion binding", "go", key="GO:0008270"), "zinc")
    assert answer.line.key == "GO:0008270"
    assert answer.held == {0}


text_pieces = st.sampled_from(
    ["zinc", "zincs", "MT-1H", "MT1H", "α", "TNF", "Su(H)", "\U0001f9ec", " ", "-", "(", "ﬁ"]
)


@given(
    st.lists(text_pieces, max_size=20).map("".join),
    st.lists(
        st.sampled_from(["zinc", "MT1H", "TNF-α", "Su(H)", '"zinc zinc"', "fi"]), min_size=1, max_size=4
    ),
)
def test_spans_are_in_order_apart_and_inside_the_text(text: str, asked: list[str]) -> None:
    for answer in answers(" ".join(asked), text):
        edges = [edge for span in answer.spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end in answer.spans)


def test_strength_grows_with_the_share_of_the_query_that_stands_in_the_line() -> None:
    both, one = answers("zinc copper", "only zinc", "zinc and copper")
    assert both.line.text == "zinc and copper"
    assert sorted(both.held) == [0, 1]
    assert sorted(one.held) == [0]
    assert one.strength == pytest.approx(both.strength / 4)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (says("zinc", by="curated"), says("zinc", by="computed")),
        (says("zinc", by="computed"), says("zinc", by="ai")),
        (says("zinc", cited=[0]), says("zinc")),
        (says("zinc"), says("zinc", "alias")),
        (says("zinc"), says("zinc", "reference")),
        (says("zinc", "reference"), says("zinc", "name")),
        (says("zinc", by="ai"), says("zinc", nothing=True)),
    ],
)
def test_of_two_lines_with_the_same_words(stronger: Line, weaker: Line) -> None:
    first, second = answers("zinc", weaker, stronger)
    assert (first.line, second.line) == (stronger, weaker)
    assert first.strength > second.strength


def test_rare_words_weigh_more_and_no_word_weighs_less_than_nothing() -> None:
    weights = weights_from([0, 1, 50, 100], 100)
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_the_choice_covers_the_query_before_it_repeats_a_word() -> None:
    chosen = choose(
        Listed(answers("zinc copper", "zinc one", "zinc two", says("copper", by="ai"), "zinc three"))
    )
    assert [answer.line.text for answer in chosen] == ["zinc one", "copper", "zinc two"]


def test_a_cited_line_is_among_the_chosen_when_there_is_one() -> None:
    lines: list[Line | str] = ["zinc copper one", "zinc copper two", "zinc copper three"]
    lines.append(says("zinc", cited=[0]))
    chosen = choose(Listed(answers("zinc copper", *lines)))
    assert [answer.line.text for answer in chosen] == ["zinc copper one", "zinc copper two", "zinc"]


def test_a_cited_line_does_not_push_out_the_only_line_of_another_word() -> None:
    lines: list[Line | str] = ["zinc", "copper", "iron"]
    lines.append(says("zinc again", "reference", cited=[0], by="ai"))
    chosen = choose(Listed(answers("zinc copper iron", *lines)))
    assert frozenset().union(*(answer.held for answer in chosen)) == {0, 1, 2}
    assert any(answer.line.cited for answer in chosen)


def test_behind_a_line_that_holds_all_words_each_word_has_a_line_again() -> None:
    lines = ["zinc copper", "copper once", "copper twice", "copper thrice", "zinc there"]
    found = Listed(answers("zinc copper", *lines))
    found.sort(key=lambda answer: (-len(answer.held), lines.index(answer.text)))
    assert [answer.text for answer in choose(found)] == ["zinc copper", "copper once", "zinc there"]
    assert [answer.text for answer in choose(found, 5)] == [
        "zinc copper",
        "copper once",
        "zinc there",
        "copper twice",
        "copper thrice",
    ]


def test_the_line_asked_for_stands_first_and_is_never_pushed_out() -> None:
    name, cited = says("zinc copper", "alias"), says("zinc", cited=[0])
    found = answers("zinc copper", name, "zinc and copper", "both: zinc, copper", "zinc or copper", cited)
    (first,) = (answer for answer in found if answer.line == name)
    texts = [answer.line.text for answer in choose(Listed(found), 3, first)]
    assert texts == ["zinc copper", "zinc and copper", "zinc"]
    assert [answer.line.text for answer in choose(Listed(found), 2, first)] == ["zinc copper", "zinc"]


def test_nothing_is_said_twice_in_the_choice() -> None:
    chosen = choose(Listed(answers("zinc", "Zinc  binds.", says("zinc binds.", by="ai"), "Zinc helps.")))
    assert [answer.line.text for answer in chosen] == ["Zinc  binds.", "Zinc helps."]


def test_a_line_that_says_nothing_is_chosen_only_where_nothing_else_answers() -> None:
    nothing = says("The function of zinc is unknown.", nothing=True)
    assert [answer.line for answer in choose(Listed(answers("zinc", nothing, says("zinc", "alias"))))] == [
        says("zinc", "alias")
    ]
    (alone,) = choose(Listed(answers("zinc", nothing, "copper")))
    assert alone.line == nothing
    assert alone.strength == pytest.approx(SAYS_NOTHING)


def test_a_line_that_is_no_evidence_is_shown_for_a_word_that_no_evidence_holds() -> None:
    unknown = says("The function of zinc in hair cells is unknown.", nothing=True)
    other = says("BBB1 takes zinc to hair cells.", "aside", nothing=True)
    again = says("BBB1 takes zinc.", "aside", nothing=True)
    found = Listed(answers("hair function", unknown, other, again))
    assert [answer.line for answer in choose(found)] == [other, unknown]
    best = strongest(found)
    assert best is not None
    assert best.line == other
    covered = Listed(answers("zinc hair", "zinc there", "hair", unknown, other, again))
    assert {answer.line.text for answer in choose(covered)} == {"zinc there", "hair"}


held_words = st.frozensets(st.integers(0, 4), min_size=1)
candidates = st.lists(
    st.builds(
        lambda text, held, cited, nothing, strength, implied: Answer(
            says(text, cited=[0] if cited else [], nothing=nothing and not implied),
            (),
            held,
            strength,
            says("stated", "go") if implied else None,
        ),
        st.sampled_from([f"line {n}" for n in range(6)]),
        held_words,
        st.booleans(),
        st.booleans(),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=8,
).map(lambda found: sorted(found, key=lambda answer: -answer.strength))


@given(candidates, st.integers(1, 4))
def test_a_choice_is_small_without_repeats_and_begins_with_the_strongest_telling(
    found: list[Answer], limit: int
) -> None:
    chosen = choose(Listed(found), limit)
    texts = [answer.line.text for answer in chosen]
    telling = [answer for answer in found if not answer.line.says_nothing] or found
    told = frozenset[int]().union(*(answer.held for answer in telling))
    alone = [answer for answer in found if answer.line.says_nothing and not answer.held <= told]
    own = {answer.line.text for answer in telling if answer.via is None}
    possible = {answer.line.text for answer in (*telling, *alone)}
    assert min(limit, len(own)) <= len(chosen) <= min(limit, len(possible))
    assert len(texts) == len(set(texts))
    assert all(answer in telling or answer in alone for answer in chosen)
    if limit > 1 and chosen:
        unsaid = [answer for answer in telling if answer.line.cited and answer.line.text not in texts]
        assert any(answer.line.cited for answer in chosen) or len(chosen) == 1 or not unsaid
    assert not chosen or chosen[0] is telling[0] or any(answer.line.cited for answer in chosen)


@given(candidates)
def test_an_implied_line_is_chosen_only_for_a_word_that_no_stronger_one_holds(found: list[Answer]) -> None:
    uncited = {answer.line.text: answer for answer in found if not answer.line.cited}
    telling = [answer for answer in uncited.values() if not answer.line.says_nothing]
    ordered = sorted(telling, key=lambda answer: -answer.strength)
    for answer in choose(Listed(ordered)):
        stronger = ordered[: ordered.index(answer)]
        held = frozenset[int]().union(*(other.held for other in stronger))
        assert answer.via is None or not answer.held <= held


@pytest.fixture(scope="module")
def genes(searching: Searching) -> Genes:
    text = "\U0001f9ec\U0001d6fc MT1H and BRCA1 bind zinc."
    mentions = [
        Mention(3, 7, ("HGNC:7400",)),
        Mention(12, 17, ("HGNC:1100",)),
    ]
    return searching(
        gene(
            "MT1H",
            says(text, cited=[0], mentions=mentions),
            says("Also zinc.", by="ai"),
            id="HGNC:7400",
            references=[PAPER],
        ),
        gene(
            "ZNF1",
            says("The function is unknown.", nothing=True),
            says("Binds DNA."),
            identifiers=[("hgnc", "5")],
        ),
    )


def test_offsets_are_code_points_of_the_sentence(genes: Genes) -> None:
    highlight = genes.search("zinc bind").hits[0].highlights[0]
    assert [highlight.sentence[a:b] for a, b in highlight.spans] == ["bind", "zinc"]
    assert [highlight.sentence[m.start : m.end] for m in highlight.mentions] == ["MT1H", "BRCA1"]
    assert [(mention.symbol, mention.id) for mention in highlight.mentions] == [
        ("MT1H", "HGNC:7400"),
        ("BRCA1", "HGNC:1100"),
    ]


@pytest.mark.parametrize("q", ["mentions:BRCA1", 'mentions:"BRCA1"', "mentions:HGNC:1100"])
def test_a_gene_asked_for_by_mention_is_marked_where_it_is_named(searching: Searching, q: str) -> None:
    genes = searching(
        gene("BRCA1", id="HGNC:1100", identifiers=[("hgnc", "1100")]),
        gene("OTHER", "BRCA1 is no link here.", says("Binds breast cancer 1.", mentions=[NAMED])),
    )
    (hit,) = genes.search(q).hits
    (highlight,) = hit.highlights
    assert [highlight.sentence[a:b] for a, b in highlight.spans] == ["breast cancer 1"]


def test_a_highlight_carries_who_says_it_and_the_papers_behind_it(genes: Genes) -> None:
    highlight = genes.search("zinc bind").hits[0].highlights[0]
    assert (highlight.section, highlight.provenance, highlight.source) == ("summary", "curated", "RefSeq")
    (reference,) = highlight.refs
    assert (reference.n, reference.pmid, reference.year) == (1, "12081484", 2002)
    assert reference.scope == "sentence"


def test_a_gene_that_is_only_named_is_introduced_by_a_line_that_tells_something(genes: Genes) -> None:
    (hit,) = genes.search("HGNC:5").hits
    assert [highlight.sentence for highlight in hit.highlights] == ["Binds DNA."]
    assert hit.highlights[0].spans == ()


NAMES: list[tuple[NameKind, str]] = [("previous_symbol", "PARK2"), ("alias", "PDJ"), ("alias_name", "parkin")]
COMPLEX = GoTerm(id="GO:1990452", name="a ligase", aspect="cellular_component", synonyms=("PARK2 complex",))


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("PARK2", ["PARK2", "Marks mitochondria."]),
        ("park2", ["PARK2", "Marks mitochondria."]),
        ("PDJ", ["PDJ", "PDJ is in few families."]),
        ("parkin", ["parkin", "Marks mitochondria."]),
        ("PRKN", ["PRKN", "Marks mitochondria."]),
    ],
)
def test_a_gene_asked_for_by_name_shows_the_name_and_then_what_tells_something(
    searching: Searching, q: str, expected: list[str]
) -> None:
    genes = searching(
        gene(
            "PRKN",
            "Marks mitochondria.",
            says("PDJ is in few families."),
            says("a ligase", "go", key="GO:1990452"),
            names=NAMES,
        ),
        go_terms=[COMPLEX],
    )
    (hit,) = genes.search(q).hits
    assert [highlight.sentence for highlight in hit.highlights] == expected


def test_a_gene_asked_for_by_its_symbol_shows_no_symbol_before_a_sentence(searching: Searching) -> None:
    genes = searching(gene("PRKN", "PRKN marks mitochondria.", names=NAMES))
    first, *_ = genes.search("PRKN").hits[0].highlights
    assert first.sentence == "PRKN marks mitochondria."
