"""Which strings of a dictionary meet a pattern: the same as one by one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.query import FuzzyTerm, Prefix, Query, Wildcard

from index.columns import Dictionary, write_dictionary
from search.patterns import matcher
from search.vocabulary import among_words, matching

strings = st.sets(st.text("abcж2", max_size=7), max_size=40)
patterns = st.one_of(
    st.text("abc2", min_size=1, max_size=5).map(lambda begins: Prefix("text", begins)),
    st.text("abc*?ж", min_size=1, max_size=7).map(lambda text: Wildcard("symbol", text)),
    st.builds(
        lambda word, most: FuzzyTerm("text", word, maxdist=most, prefixlength=0),
        st.text("abcж", min_size=3, max_size=6),
        st.sampled_from([1, 2]),
    ),
)


@given(strings, patterns)
@example({"", "a", "ab"}, Wildcard("symbol", "*"))
@example({"ab", "b", "ж"}, Wildcard("symbol", "?"))
@example({"aab", "ab", "abab"}, Wildcard("symbol", "a*b*ab"))
@example({"жab", "aжb", "ab"}, FuzzyTerm("text", "жab", maxdist=2, prefixlength=0))
def test_the_strings_that_meet_a_pattern_are_found_all_at_once(some: set[str], leaf: Query) -> None:
    ordered = sorted(string.encode() for string in some)
    begins, meets = matcher(leaf)
    expected = [
        n for n, string in enumerate(ordered) if string.decode().startswith(begins) and meets(string.decode())
    ]
    with TemporaryDirectory() as folder:
        write_dictionary(Path(folder), "words", ordered)
        assert matching(leaf, Dictionary(Path(folder), "words")).tolist() == expected
    words = [string.decode() for string in ordered]
    by_letters = sorted(words)
    assert sorted(among_words(leaf, by_letters)) == sorted(words[n] for n in expected)


def test_of_very_many_strings_too(tmp_path: Path) -> None:
    words = sorted(
        {f"{a}{b}{c}{d}".encode() for a in "abcdefgh" for b in "xyzж" for c in range(30) for d in "pqr"}
    )
    write_dictionary(tmp_path, "words", words)
    dictionary = Dictionary(tmp_path, "words")
    for text in ("*1*", "?x*", "*x1*q", "a*ж*", "*2?p", "*x*1*q*", "b?1?r", "*ж*"):
        leaf = Wildcard("symbol", text)
        _, meets = matcher(leaf)
        found = matching(leaf, dictionary).tolist()
        assert found == [n for n, word in enumerate(words) if meets(word.decode())]
        assert found
